typedef int pga_model_configuration;
