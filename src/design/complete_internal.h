/* What pga_design_complete() is made of. Each part tells what it assumed. */
#pragma once
#include <model/requirements.h>

G_BEGIN_DECLS

/* shapes.c: attributes of entities known by name only; how long rows are kept (after the rows). */
void pga_complete_shapes(PgaRequirements *requirements);
void pga_complete_retention(PgaRequirements *requirements);

/* complete_rows.c: rows of every entity and link, bytes. */
void pga_complete_rows(PgaRequirements *requirements);

/* Bytes of a row with @attributes in the heap, headers included. */
double pga_complete_row_bytes(const GPtrArray *attributes);

/* complete_patterns.c: patterns where none was given; per_second of all; read_share. */
void pga_complete_patterns(PgaRequirements *requirements);

/* complete_server.c: platform, major, cores, RAM, storage, connections. */
void pga_complete_server(PgaRequirements *requirements);

/* TRUE for patterns that only read; of SQL by its first word. */
gboolean pga_pattern_reads(const PgaSpecPattern *pattern);

/* (transfer full): "10 %", "1,234", "12.3 million". */
char *pga_complete_percent(double share);

/* Tells a number: value in @format, why in @why. */
void pga_complete_say(PgaRequirements *requirements, const char *field, const char *why,
                      const char *format, ...) G_GNUC_PRINTF(4, 5);

/* The same of an entity's or a pattern's: field "KIND.NAME.WHAT". */
char *pga_complete_field(const char *kind, const char *name, const char *what);

G_END_DECLS
