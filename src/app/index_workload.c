/* Where the statements come from: what the server recorded, scripts, server logs. */
#include <base/error.h>
#include <base/progress.h>
#include <glib/gstdio.h>
#include <parse/log.h>
#include <parse/query_set.h>
#include <parse/script.h>
#include <string.h>

#include "index_internal.h"

#define MAX_BLANK 4096 /* bytes: a longer file is not empty */

static const char recorded[] = "pg_stat_statements";

static gboolean
gather_recorded(PgaIndexRun *run, PgaQueryGatherer *gatherer, GError **error)
{
    const PgaWorkload *workload = run->source.workload;
    const PgaSourceKind kind = run->source.environment->source_kind;

    if (workload && (workload->known || workload->statements->len > 0)) {
        pga_query_gather_workload(gatherer, workload);
        run->period = workload->stats_age;
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_INPUT, "there is no workload to analyse");
    if (kind == PGA_SOURCE_DDL)
        pga_error_detail(error, "A file of DDL has none recorded.");
    else
        pga_error_detail(error, "pg_stat_statements: %s.",
                         workload && workload->why_unknown ? workload->why_unknown
                                                           : "nothing is recorded");
    pga_error_hint(error, "Name the statements: --workload FILE, a script of SQL or a server log.");
    return FALSE;
}

static void
note_log(PgaIndexRun *run, const char *path, const PgaLogSummary *summary)
{
    static const char *const formats[] = {
        [PGA_LOG_STDERR] = "stderr", [PGA_LOG_CSV] = "csvlog", [PGA_LOG_JSON] = "jsonlog"};
    g_autofree char *name = g_path_get_basename(path);
    GString *note = g_string_new(name);

    g_string_append_printf(note, ": %s", formats[summary->format]);
    if (summary->prefix)
        g_string_append_printf(note, " with log_line_prefix = '%s'", summary->prefix);
    g_string_append_printf(note, ", %" G_GUINT64_FORMAT " %s, %" G_GUINT64_FORMAT " %s",
                           summary->n_lines, summary->n_lines == 1 ? "line" : "lines",
                           summary->n_statements,
                           summary->n_statements == 1 ? "statement" : "statements");
    if (summary->n_elsewhere > 0)
        g_string_append_printf(note, "; %" G_GUINT64_FORMAT " %s left out", summary->n_elsewhere,
                               summary->n_elsewhere == 1 ? "statement of another database was"
                                                         : "statements of other databases were");
    if (summary->n_unreadable > 0)
        g_string_append_printf(note, "; %" G_GUINT64_FORMAT " %s cut short or %s to no entry",
                               summary->n_unreadable,
                               summary->n_unreadable == 1 ? "line was" : "lines were",
                               summary->n_unreadable == 1 ? "belongs" : "belong");
    g_ptr_array_add(run->report->notes, g_string_free(g_string_append_c(note, '.'), FALSE));
}

static gboolean
gather_log(PgaIndexRun *run, const char *path, PgaQueryGatherer *gatherer, GError **error)
{
    const PgaEnvironment *environment = run->source.environment;
    const PgaLogOptions options = {
        .path = path,
        .prefix = run->ask->log_line_prefix,
        .database = environment->source_kind == PGA_SOURCE_DDL ? NULL : environment->source_name};
    g_auto(PgaLogSummary) summary = {0};
    g_autofree char *name = g_path_get_basename(path);

    pga_query_gatherer_name(gatherer, name);
    if (!pga_log_read(&options, pga_query_gather_logged, gatherer, &summary, error))
        return FALSE;
    note_log(run, path, &summary);
    return TRUE;
}

static gboolean
gather_script(const char *path, PgaQueryGatherer *gatherer, GError **error)
{
    g_autoptr(PgaScript) script =
        pga_script_open(g_str_equal(path, "-") ? "/dev/stdin" : path, error);

    if (!script)
        return FALSE;
    pga_query_gather_script(gatherer, script);
    return TRUE;
}

/* Whether the file holds nothing at all: no mistake, but nothing to advise. */
static gboolean
is_empty(const char *path)
{
    GStatBuf status;
    g_autofree char *text = NULL;
    gsize length = 0;

    if (g_stat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > MAX_BLANK ||
        !g_file_get_contents(path, &text, &length, NULL))
        return FALSE;
    return strspn(text, " \t\r\n") == length;
}

static gboolean
gather_file(PgaIndexRun *run, const char *path, PgaQueryGatherer *gatherer, GError **error)
{
    g_autoptr(GError) cause = NULL;
    gboolean is_log;

    pga_progress_step(run->ask->from.progress, "reading %s", path);
    if (is_empty(path)) {
        g_ptr_array_add(run->report->notes, g_strdup_printf("%s is empty.", path));
        return TRUE;
    }
    is_log = pga_log_looks_like_one(path, &cause) ||
             (run->ask->log_line_prefix && !g_str_has_suffix(path, ".sql"));
    if (cause) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    return is_log ? gather_log(run, path, gatherer, error) : gather_script(path, gatherer, error);
}

gboolean
pga_index_gather(PgaIndexRun *run, GError **error)
{
    static const char *const none[] = {recorded, NULL};
    const char *const *workloads =
        run->ask->workloads && run->ask->workloads[0] ? run->ask->workloads : none;
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();

    for (guint i = 0; workloads[i]; i++)
        if (g_str_equal(workloads[i], recorded) ? !gather_recorded(run, gatherer, error)
                                                : !gather_file(run, workloads[i], gatherer, error))
            return FALSE;
    run->report->workload = pga_query_gatherer_finish(gatherer);
    pga_index_add_references(run);
    return TRUE;
}
