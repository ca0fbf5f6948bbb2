/* Numbers with units. Storage is decimal (1 MB = 10^6 bytes), memory is PostgreSQL's (1 MB = 1024²
 * bytes), KiB/MiB/GiB are binary everywhere. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    PGA_BYTES_STORAGE, /* kB = 10^3 … PB = 10^15 */
    PGA_BYTES_MEMORY,  /* kB = 2^10 … PB = 2^50, as in postgresql.conf */
} PgaBytesKind;

/**
 * pga_bytes_parse:
 * @text: digits, an optional fraction, an optional unit B, kB, MB, GB, TB, PB, KiB … PiB (any
 * case), blanks between them allowed; no unit means bytes
 * @out: (out): bytes, 0 or more; untouched on failure
 *
 * Returns: %FALSE with PGA_ERROR_INPUT naming the text and the allowed units; also on overflow of
 * gint64
 */
gboolean pga_bytes_parse(const char *text, PgaBytesKind kind, gint64 *out, GError **error);

/* (transfer full): three significant digits, decimal units: "0 B", "8.19 kB", "1.5 MB", "120 GB".
 */
char *pga_bytes_format_storage(gint64 bytes);

/* (transfer full): as postgresql.conf wants it: the largest of kB, MB, GB, TB that divides @bytes:
 * "128MB"; rounded down to whole kB. */
char *pga_bytes_format_memory(gint64 bytes);

/* The nearest that there is: what an estimate says may be more than 2^63. */
gint64 pga_int64(double number);

/**
 * pga_count_parse:
 * @text: digits with an optional fraction and one of k, M, G or B (10^9), T: "5M", "2.5k"; "_" and
 * "," allowed between digits
 * @out: (out): 0 to 9e15; untouched on failure
 *
 * Returns: %FALSE with PGA_ERROR_INPUT
 */
gboolean pga_count_parse(const char *text, double *out, GError **error);

/* (transfer full): "999", "1,234" up to 9,999, then "12.3 k", "1.5 M", "2 G": three significant
 * digits. */
char *pga_count_format(double count);

/* (transfer full): "340 ms", "1.2 s", "12 min", "3.5 h", "41 days". */
char *pga_duration_format(double seconds);

G_END_DECLS
