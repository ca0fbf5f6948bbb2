typedef int pga_rules_layer;
