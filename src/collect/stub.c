typedef int pga_collect_layer;
