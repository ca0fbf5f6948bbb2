typedef int pga_model_catalog;
