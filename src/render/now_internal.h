/* What the text of the moment and its JSON have in common. */
#pragma once
#include <render/now.h>

/* (transfer full): schemas/now.schema.json. */
char *pga_render_now_json(const PgaNow *now);

/* (transfer full): the trees of who waits for whom, a line each, of any width. */
GPtrArray *pga_now_tree_lines(const PgaNow *now);

/* (transfer full) (nullable): "session 4711 app@shop (web)", "replication slot cdc". */
char *pga_now_holder_name(const PgaHolder *holder);
