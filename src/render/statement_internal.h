/* SQL as it may be shown: still the same statement, harmless to a terminal. */
#pragma once
#include <glib.h>

/**
 * pga_statement_display:
 * @indent: put before every line after the first
 * @pasteable: (out): FALSE when what is returned is no longer the statement
 *
 * Names and strings that hold control characters become U&"…" and U&'…', which PostgreSQL reads
 * back as the same names (it needs standard_conforming_strings, the default). Line breaks outside
 * quotes stay.
 *
 * Returns: (transfer full): valid UTF-8
 */
char *pga_statement_display(const char *sql, const char *indent, gboolean *pasteable);
