typedef int pga_parse_layer;
