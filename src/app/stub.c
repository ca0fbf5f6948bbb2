typedef int pga_app_layer;
