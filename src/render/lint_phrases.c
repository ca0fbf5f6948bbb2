/* The words of lint's pages. */
#include "lint_internal.h"
#include "phrases_internal.h"

#include <base/units.h>
#include <math.h>
#include <string.h>

/* Who waits for a lock of that mode; PostgreSQL's own words for what reads and writes take. */
static const char *
who_waits(const char *mode)
{
    if (g_str_equal(mode, "ACCESS EXCLUSIVE"))
        return "reads and writes wait";
    if (g_str_equal(mode, "EXCLUSIVE") || g_str_equal(mode, "SHARE ROW EXCLUSIVE") ||
        g_str_equal(mode, "SHARE"))
        return "writes wait, reads go on";
    if (g_str_equal(mode, "SHARE UPDATE EXCLUSIVE"))
        return "reads and writes go on, VACUUM and other DDL wait";
    return "reads and writes go on";
}

char *
pga_lint_phrase_lock(const PgaLintLock *lock)
{
    return g_strdup_printf("%s on %s: %s", lock->mode, lock->relation, who_waits(lock->mode));
}

static void
append_names(GString *out, const char *verb, const GPtrArray *names)
{
    if (names->len == 0)
        return;
    g_string_append_printf(out, "%s%s", out->len ? "; " : "", verb);
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(out, "%s %s", i ? "," : "",
                               (const char *)g_ptr_array_index(names, i));
}

char *
pga_lint_phrase_cost(const PgaLintReport *report, const PgaLintStatement *statement)
{
    GString *out = g_string_new(NULL);

    append_names(out, "rewrites", statement->rewritten);
    append_names(out, "reads the whole of", statement->scanned);
    append_names(out, "builds", statement->built);
    append_names(out, "builds again", statement->rebuilt);
    if (out->len && !isnan(statement->seconds)) {
        g_autofree char *time = pga_duration_format(statement->seconds);
        g_autofree char *throughput = pga_bytes_format_storage((gint64)report->bytes_per_second);

        g_string_append_printf(out, "; about %s at %s/s", time, throughput);
    }
    return g_string_free(out, out->len == 0);
}

char *
pga_lint_phrase_version(const PgaLintReport *report)
{
    const guint major = report->version / 10000, minor = report->version % 10000;

    if (minor && (report->version_stated || report->source))
        return g_strdup_printf("PostgreSQL %u.%u", major, minor);
    return g_strdup_printf("PostgreSQL %u", major);
}

static void
append_count(GString *out, guint n, const char *what)
{
    if (n)
        g_string_append_printf(out, "; %u %s", n, what);
}

char *
pga_lint_phrase_summary(const PgaLintReport *report)
{
    g_autofree char *severities = pga_phrase_severities(report->findings);
    g_autofree char *files = pga_phrase_count(report->n_files, "file");
    g_autofree char *statements = pga_phrase_count(report->n_statements, "statement");
    g_autofree char *version = pga_lint_phrase_version(report);
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%s in %s of %s, for %s",
                           *severities ? severities : "Nothing found", statements, files, version);
    append_count(out, report->set_aside->len, "set aside");
    append_count(out, report->baseline->len, "in the baseline");
    append_count(out, report->not_checked->len, "not checked");
    g_string_append_c(out, '.');
    if (!report->version_stated && !report->source)
        g_string_append(out,
                        " The oldest supported version is assumed: --pg-version states yours.");
    return g_string_free(out, FALSE);
}

/* Of indexes and sequences the locks are of no interest beside their tables'. */
static void
append_locks(GString *out, const GArray *locks)
{
    guint n = 0;

    for (guint i = 0; i < locks->len; i++) {
        const PgaLintLock *lock = &g_array_index(locks, PgaLintLock, i);

        if (!lock->is_index && !lock->is_sequence)
            g_string_append_printf(out, "%s %s on %s", n++ ? "," : "took", lock->mode,
                                   lock->relation);
    }
    if (n == 0)
        g_string_append(out, "took no lock that others notice");
}

static char *
phrase_one(const PgaLintTrace *trace)
{
    GString *out = g_string_new(NULL);

    if (!trace->executed) {
        g_string_append_printf(out, "failed: %s", trace->error ? trace->error : "?");
        return g_string_free(out, FALSE);
    }
    append_locks(out, trace->locks);
    append_names(out, "rewrote", trace->rewritten);
    append_names(out, "read the whole of", trace->scanned);
    append_names(out, "built again", trace->rebuilt);
    if (trace->blocked_reads || trace->blocked_writes)
        g_string_append_printf(out, "; %s had to wait",
                               !trace->blocked_reads    ? "a write"
                               : !trace->blocked_writes ? "a read"
                                                        : "reads and writes");
    for (guint i = 0; i < trace->disagreements->len; i++)
        g_string_append_printf(out, "; told otherwise: %s",
                               (const char *)g_ptr_array_index(trace->disagreements, i));
    return g_string_free(out, FALSE);
}

char *
pga_lint_phrase_traces(const GPtrArray *traces, guint *at)
{
    const PgaLintTrace *first = g_ptr_array_index(traces, *at);
    g_autofree char *text = phrase_one(first);
    g_autoptr(GString) out = g_string_new("PostgreSQL ");
    guint end = *at;

    while (end < traces->len) {
        const PgaLintTrace *trace = g_ptr_array_index(traces, end);
        g_autofree char *same = phrase_one(trace);

        if (strcmp(same, text) != 0)
            break;
        g_string_append_printf(out, "%s%u.%u", end > *at ? ", " : "", trace->version / 10000,
                               trace->version % 10000);
        end++;
    }
    *at = end;
    g_string_append_printf(out, ": %s", text);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
