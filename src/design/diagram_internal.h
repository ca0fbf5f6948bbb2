/* Texts of Mermaid diagrams that every viewer since 10.9 reads as they were meant. */
#pragma once
#include <glib.h>
#include <model/architecture.h>

G_BEGIN_DECLS

/* (transfer full): @text as it may stand between quotes, at most 60 characters: an alias, a
 * comment, a label. "-" for an empty one. */
char *pga_diagram_label(const char *text);

/* (transfer full): a type as one word: "numeric(12-2)", "timestamp_with_time_zone". */
char *pga_diagram_type(const char *type);

/* (transfer full): a column's name as one word. */
char *pga_diagram_word(const char *name);

/* Adds topology.mmd to the files. */
void pga_diagram_topology(PgaArchitecture *architecture);

G_END_DECLS
