/* B-trees on columns whose values have elements that queries look for: arrays, documents. */
#pragma once
#include "index_shape_internal.h"

G_BEGIN_DECLS

typedef struct {
    gboolean (*holds)(const PgaAttribute *attribute);
    const char *what;      /* "an array" */
    const char *opclass;   /* of a GIN index: "" or " jsonb_path_ops" */
    const char *operators; /* that GIN serves */
} PgaElementIndex;

void pga_element_index_check(PgaRuleRun *run, const PgaElementIndex *kind);

G_END_DECLS
