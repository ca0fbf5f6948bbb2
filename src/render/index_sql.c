/* The statements of a set of indexes as a script for psql. What could be a name of the source gets
 * into comments printable only; statements are shown so that they stay one statement. */
#include "index_internal.h"
#include "phrases_internal.h"
#include "statement_internal.h"

#include <base/text.h>
#include <string.h>

#define WIDTH 100

static void
append_comment(GString *out, const char *text)
{
    g_autofree char *printable = pga_text_printable(text);
    g_autofree char *wrapped = pga_text_wrap(printable, WIDTH - 3, "");
    g_auto(GStrv) lines = g_strsplit(wrapped, "\n", -1);

    for (char **line = lines; *line; line++)
        g_string_append_printf(out, "-- %s\n", *line);
}

/* @sql as a comment, each of its lines. */
static void
append_held_back(GString *out, const char *label, const char *sql)
{
    gboolean pasteable;
    g_autofree char *shown = NULL;

    if (!sql || !*sql)
        return;
    shown = pga_statement_display(sql, "--   ", &pasteable);
    g_string_append_printf(out, "-- %s%s\n", label, shown);
}

/* What is no longer the statement is not for executing. */
static void
append_statement(GString *out, const char *sql)
{
    gboolean pasteable;
    g_autofree char *shown = pga_statement_display(sql, "    ", &pasteable);

    if (pasteable)
        g_string_append_printf(out, "%s\n", shown);
    else
        append_comment(out, "A statement with control characters: take it from --format json.");
}

static gboolean
is_held_back(const PgaIndexAdvice *advice)
{
    return !advice->proven && advice->proof;
}

static void
append_statements(GString *out, const PgaIndexAdvice *advice, gboolean *timeout_set)
{
    for (guint i = 0; i < advice->statements->len; i++) {
        const char *sql = g_ptr_array_index(advice->statements, i);
        const gboolean is_timeout = g_str_has_prefix(sql, "SET lock_timeout");

        if (is_held_back(advice)) {
            append_held_back(out, "", sql);
            continue;
        }
        if (!is_timeout || !*timeout_set)
            append_statement(out, sql);
        *timeout_set = *timeout_set || is_timeout;
    }
}

static void
append_advice(GString *out, const PgaIndexReport *report, guint number, gboolean *timeout_set)
{
    const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, number);
    g_autofree char *size = pga_index_size_words(advice);
    g_autofree char *speedup = pga_index_speedup(advice, report);
    g_autofree char *n = pga_phrase_count(advice->effects->len, "statement");
    g_autofree char *head = g_strdup_printf("%u. %s, %s; %s of the workload, %s cheaper",
                                            number + 1, advice->table, size, n, speedup);

    g_string_append_c(out, '\n');
    append_comment(out, head);
    if (is_held_back(advice))
        append_comment(out, advice->proof);
    append_statements(out, advice, timeout_set);
    if (is_held_back(advice))
        append_held_back(out, "valid? ", advice->check);
    else if (advice->check)
        append_statement(out, advice->check);
    append_held_back(out, "not valid? ", advice->cleanup);
    for (guint i = 0; i < advice->undo->len; i++)
        append_held_back(out, "undo: ", g_ptr_array_index(advice->undo, i));
}

static void
append_removals(GString *out, const PgaIndexReport *report)
{
    if (report->removals->len > 0)
        g_string_append(out, "\n-- For review, not executed: indexes to drop.\n");
    for (guint i = 0; i < report->removals->len; i++) {
        const PgaIndexRemoval *removal = g_ptr_array_index(report->removals, i);

        g_string_append(out, "--\n");
        append_comment(out, removal->reason ? removal->reason : "");
        if (removal->caution)
            append_comment(out, removal->caution);
        append_held_back(out, "", removal->statement);
        append_held_back(out, "undo: ", removal->undo);
    }
}

char *
pga_render_index_sql(const PgaIndexReport *report)
{
    GString *out = g_string_new(NULL);
    g_autofree char *name = pga_phrase_clip(
        report->environment->source_name ? report->environment->source_name : "?", 80);
    g_autofree char *source = pga_phrase_source(report->environment);
    g_autofree char *title =
        g_strdup_printf("Indexes for %s (%s), by pgarchitect %s.", name, source, PGA_VERSION);
    g_autofree char *verdict = pga_index_verdict(report);
    gboolean timeout_set = FALSE;

    append_comment(out, title);
    append_comment(out, verdict);
    if (report->advice->len > 0)
        append_comment(out, "For psql -f, not in a transaction: CREATE INDEX CONCURRENTLY commits "
                            "by itself. Each query after it says whether its index is valid.");
    for (guint i = 0; i < report->advice->len; i++)
        append_advice(out, report, i, &timeout_set);
    append_removals(out, report);
    return g_string_free(out, FALSE);
}
