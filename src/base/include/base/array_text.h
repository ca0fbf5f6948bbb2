/* Arrays as PostgreSQL writes them. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * pga_array_text_parse:
 * @text: one dimension, elements parted by commas, without a lower bound: {a,"b c",NULL}
 *
 * Returns: (transfer full) (nullable): of char *, NULL for an SQL NULL; NULL when @text is no such
 * array
 */
GPtrArray *pga_array_text_parse(const char *text);

/* (transfer full): of double: what is before anything that is no number. */
GArray *pga_array_text_numbers(const char *text);

/* (transfer full): @elements (of char *, NULL for an SQL NULL) as the server would write them,
 * quoted where it quotes. */
char *pga_array_text_format(const GPtrArray *elements);

G_END_DECLS
