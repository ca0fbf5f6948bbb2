typedef int pga_model_environment;
