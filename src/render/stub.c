typedef int pga_render_layer;
