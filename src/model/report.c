typedef int pga_model_report;
