/* The words that text and Markdown have in common. Everything is raw: escaping is the renderer's.
 */
#pragma once
#include <glib.h>
#include <model/report.h>

/* (transfer full): "18,334" from 100 on, else at most two decimals: "44.2". Never by locale. */
char *pga_phrase_number(double number);

/* (transfer full): "1 table", "2 tables", "1 index", "2 indexes". */
char *pga_phrase_count(guint n, const char *noun);

/* (transfer full): "planner cost 18,334 -> 44.2 (415x less): how that is known". */
char *pga_phrase_gain(const PgaGain *gain);

/* (transfer full): for a column: "415x less", or "215 MB -> 0 B" where there is no ratio. */
char *pga_phrase_gain_short(const PgaGain *gain);

/* (transfer full): "lock: blocks reads or writes while it runs; ACCESS EXCLUSIVE, rewrites the
 * table". */
char *pga_phrase_safety(const PgaFix *fix);

/* (transfer full): "1 error, 2 warnings"; "" when @findings is empty. */
char *pga_phrase_severities(const GPtrArray *findings);

/* (transfer full) (nullable): NULL when there is nothing to prove. */
char *pga_phrase_proof(const PgaProof *proof);

/* (nullable): "deleting a referenced row: cost 5630 -> 12.1; Seq Scan on a -> Index Scan using b on
 * a"; NULL when it was not measured. */
char *pga_phrase_plan(const PgaPlanChange *change);

/* (transfer full): "PostgreSQL 15.18, live, standby". */
char *pga_phrase_source(const PgaEnvironment *environment);

/* (transfer full) (nullable): "schema.sql:12:3"; NULL without a file. */
char *pga_phrase_location(const char *file, guint line, guint column);

/* (transfer full): @text made printable, or its first @characters followed by "...". */
char *pga_phrase_clip(const char *text, guint characters);

/* (transfer full): @text made printable and cut to @width columns, "..." for what is missing. */
char *pga_phrase_cut(const char *text, guint width);
