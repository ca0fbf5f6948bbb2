/* What the forms of an architecture have in common. Texts are raw: escaping is the style's. */
#pragma once
#include <render/design.h>

#include "json_record_internal.h"
#include "page_internal.h"

/* (transfer full) each. */
char *pga_render_design_json(const PgaArchitecture *architecture);
char *pga_render_design_page(const PgaArchitecture *architecture, const PgaPageStyle *style,
                             guint tier, const PgaRenderOptions *options);

/* design_json_schema.c: "schema_design"; what became of tables in other words. */
json_t *pga_design_json_schema(const PgaArchitecture *architecture);
json_t *pga_design_json_partitioning(const PgaDesignPartitioning *from);

/* design_json.c */
json_t *pga_design_json_proofs(const GPtrArray *proofs);

/* design_phrases.c */
/* (transfer full): "24x (planner cost 45,000 -> 1,880)", "not estimated: …". */
char *pga_design_partition_speedup(const PgaDesignPartitioning *partitioning);
/* (transfer full): "monthly", "none: 8 hash partitions". */
char *pga_design_partition_interval(const PgaDesignPartitioning *partitioning);
/* (transfer full): "a, b". */
char *pga_design_names(const GPtrArray *names);
/* Whether an index's "public.orders" is this table. */
gboolean pga_design_is_table(const PgaDesignTable *table, const char *qualified);
/* (transfer full): "415x less"; "" where a ratio says nothing. */
char *pga_design_ratio(double before, double after);

/* bundle_readme.c: (transfer full): of the other files of the architecture. */
char *pga_bundle_readme(const PgaArchitecture *architecture);
/* bundle.c: whether the bundle adds that file to the architecture's. */
gboolean pga_bundle_is_own(const char *path);
