typedef int pga_model_finding;
