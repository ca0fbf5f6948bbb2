/* A log written by a test, and what was read of it as text. */
#pragma once
#include <glib.h>
#include <parse/log.h>

G_BEGIN_DECLS

/* (transfer full): the path of a file with these bytes, to be unlinked by the caller. */
char *pga_test_log_file(const char *bytes, gsize length);

/* (transfer full): a line for each statement: "line: duration user@database text (parameters)",
 * with "failed " or "plan " before the text, and "[preparation]" behind; or the error's message,
 * detail and hint.
 * @options: path is filled in */
char *pga_test_log_read(const char *bytes, gsize length, PgaLogOptions options,
                        PgaLogSummary *summary);

/* The same of a file that is there. */
char *pga_test_log_read_file(const PgaLogOptions *options, PgaLogSummary *summary);

G_END_DECLS
