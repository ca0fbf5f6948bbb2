/* The audit log: who was told what, when. Append-only JSON lines. */
#include "app/audit.h"

#include <jansson.h>

#include <base/error.h>
#include <base/file.h>

static json_t *
strings(const GPtrArray *list)
{
    json_t *array = json_array();

    for (guint i = 0; i < list->len; i++)
        json_array_append_new(array, json_string(g_ptr_array_index(list, i)));
    return array;
}

static char *
line_of(const PgaReport *report, const PgaFinding *finding, const char *time)
{
    g_autofree char *object = g_utf8_make_valid(finding->object, -1);
    json_t *line = json_pack(
        "{s:s, s:{s:s, s:s}, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:b}", "time", time, "tool",
        "name", "pgarchitect", "version", PGA_VERSION, "command", report->command, "source",
        report->environment->source_name ? report->environment->source_name : "", "user",
        g_get_user_name(), "rule", finding->rule, "severity", pga_severity_name(finding->severity),
        "object", object, "fingerprint", finding->fingerprint, "fix", strings(finding->fix.sql),
        "proven", finding->proof.done);
    char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;

    json_decref(line);
    return text;
}

gboolean
pga_app_audit(const char *path, const PgaReport *report, gint64 now, GError **error)
{
    g_autoptr(GDateTime) moment = g_date_time_new_from_unix_utc(now);
    g_autofree char *time = g_date_time_format_iso8601(moment);

    for (guint i = 0; i < report->findings->len; i++) {
        g_autofree char *line = line_of(report, g_ptr_array_index(report->findings, i), time);

        if (!line) {
            pga_error_set(error, PGA_ERROR_INTERNAL, "a finding cannot be written as JSON");
            return FALSE;
        }
        if (!pga_file_append_line(path, line, error))
            return FALSE;
    }
    return TRUE;
}
