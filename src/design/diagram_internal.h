/* Texts of Mermaid diagrams that every viewer since 10.9 reads as they were meant. */
#pragma once
#include <glib.h>
#include <model/architecture.h>

#include "design/design.h"

G_BEGIN_DECLS

/* (transfer full): a type as one word: "numeric(12-2)", "timestamp_with_time_zone". */
char *pga_diagram_type(const char *type);

/* Adds topology.mmd to the files. */
void pga_diagram_topology(PgaArchitecture *architecture);

G_END_DECLS
