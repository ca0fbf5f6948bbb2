typedef int pga_lab_layer;
