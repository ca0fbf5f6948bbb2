#include "log_text.h"
#include <base/error.h>
#include <glib/gstdio.h>
#include <unistd.h>

char *
pga_test_log_file(const char *bytes, gsize length)
{
    char *path = NULL;
    const int fd = g_file_open_tmp("log_XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, bytes, length), ==, length);
    close(fd);
    return path;
}

static gboolean
describe(gpointer self, const PgaLogStatement *statement, G_GNUC_UNUSED GError **error)
{
    GString *out = self;

    g_string_append_printf(out, "%" G_GUINT64_FORMAT ": ", statement->line);
    if (statement->duration_ms >= 0)
        g_string_append_printf(out, "%.3f ", statement->duration_ms);
    if (statement->user || statement->database)
        g_string_append_printf(out, "%s@%s ", statement->user ? statement->user : "",
                               statement->database ? statement->database : "");
    g_string_append(out, statement->failed ? "failed " : statement->is_plan ? "plan " : "");
    g_string_append_len(out, statement->text, (gssize)statement->length);
    if (statement->parameters) {
        g_string_append(out, " (");
        g_string_append_len(out, statement->parameters, (gssize)statement->parameters_length);
        g_string_append_c(out, ')');
    }
    if (statement->preparation) {
        g_string_append(out, " [");
        g_string_append_len(out, statement->preparation, (gssize)statement->preparation_length);
        g_string_append_c(out, ']');
    }
    g_string_append_c(out, '\n');
    return TRUE;
}

char *
pga_test_log_read_file(const PgaLogOptions *options, PgaLogSummary *summary)
{
    GString *out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    if (!pga_log_read(options, describe, out, summary, &error))
        g_string_append_printf(out, "%s | %s | %s", error->message, pga_error_get_detail(error),
                               pga_error_get_hint(error));
    return g_string_free(out, FALSE);
}

char *
pga_test_log_read(const char *bytes, gsize length, PgaLogOptions options, PgaLogSummary *summary)
{
    g_autofree char *path = pga_test_log_file(bytes, length);
    char *read;

    options.path = path;
    read = pga_test_log_read_file(&options, summary);
    g_unlink(path);
    return read;
}
