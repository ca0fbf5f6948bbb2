/* The plan of moving an existing table into partitions. */
#pragma once
#include "design/design.h"

G_BEGIN_DECLS

extern const char pga_online_preflight_sql[], pga_online_children_sql[],
    pga_online_child_not_null_sql[], pga_online_attach_sql[], pga_online_copy_sql[],
    pga_online_after_sql[];

/* (transfer full): @template with its words replaced. */
char *pga_online_fill(const char *template, GHashTable *words);
/* (transfer full): "@WORD@" to text, of char *. */
GHashTable *pga_online_words(const PgaDesignPartitioning *partitioning);

G_END_DECLS
