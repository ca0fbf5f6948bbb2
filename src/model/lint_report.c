/* The life of what `lint` answers. */
#include "model/lint_report.h"
#include <math.h>

static GPtrArray *
strings_new(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

static void
lock_clear(PgaLintLock *lock)
{
    g_free(lock->relation);
}

static GArray *
locks_new(void)
{
    GArray *locks = g_array_new(FALSE, FALSE, sizeof(PgaLintLock));

    g_array_set_clear_func(locks, (GDestroyNotify)lock_clear);
    return locks;
}

PgaLintTrace *
pga_lint_trace_new(guint version)
{
    PgaLintTrace *trace = g_new0(PgaLintTrace, 1);

    trace->version = version;
    trace->locks = locks_new();
    trace->held = locks_new();
    trace->rewritten = strings_new();
    trace->scanned = strings_new();
    trace->rebuilt = strings_new();
    trace->disagreements = strings_new();
    return trace;
}

void
pga_lint_trace_free(PgaLintTrace *trace)
{
    if (!trace)
        return;
    g_free(trace->error);
    g_array_unref(trace->locks);
    g_array_unref(trace->held);
    g_ptr_array_unref(trace->rewritten);
    g_ptr_array_unref(trace->scanned);
    g_ptr_array_unref(trace->rebuilt);
    g_ptr_array_unref(trace->disagreements);
    g_free(trace);
}

PgaLintStatement *
pga_lint_statement_new(void)
{
    PgaLintStatement *statement = g_new0(PgaLintStatement, 1);

    statement->locks = locks_new();
    statement->rewritten = strings_new();
    statement->scanned = strings_new();
    statement->rebuilt = strings_new();
    statement->built = strings_new();
    statement->seconds = NAN;
    statement->traces = g_ptr_array_new_with_free_func((GDestroyNotify)pga_lint_trace_free);
    return statement;
}

void
pga_lint_statement_free(PgaLintStatement *statement)
{
    if (!statement)
        return;
    g_free(statement->file);
    g_free(statement->text);
    g_array_unref(statement->locks);
    g_ptr_array_unref(statement->rewritten);
    g_ptr_array_unref(statement->scanned);
    g_ptr_array_unref(statement->rebuilt);
    g_ptr_array_unref(statement->built);
    g_free(statement->refusal);
    g_ptr_array_unref(statement->traces);
    g_free(statement);
}

PgaLintReport *
pga_lint_report_new(void)
{
    PgaLintReport *report = g_new0(PgaLintReport, 1);

    report->statements = g_ptr_array_new_with_free_func((GDestroyNotify)pga_lint_statement_free);
    report->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    report->set_aside = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    report->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    report->notes = strings_new();
    report->baseline = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    report->rules = g_ptr_array_new_with_free_func(g_free);
    report->fixes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_lint_fix_free);
    report->excerpts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return report;
}

void
pga_lint_report_free(PgaLintReport *report)
{
    if (!report)
        return;
    pga_environment_free(report->environment);
    g_free(report->source);
    g_free(report->complete);
    g_ptr_array_unref(report->statements);
    g_ptr_array_unref(report->findings);
    g_ptr_array_unref(report->set_aside);
    g_ptr_array_unref(report->not_checked);
    g_ptr_array_unref(report->notes);
    g_ptr_array_unref(report->baseline);
    g_ptr_array_unref(report->rules);
    g_ptr_array_unref(report->fixes);
    pga_plan_report_free(report->plans);
    g_hash_table_unref(report->excerpts);
    g_free(report->configuration);
    g_free(report);
}

PgaLintFix *
pga_lint_fix_new(const char *file)
{
    PgaLintFix *fix = g_new0(PgaLintFix, 1);

    fix->file = g_strdup(file);
    fix->edits = g_array_new(FALSE, FALSE, sizeof(PgaLintEdit));
    return fix;
}

void
pga_lint_fix_free(PgaLintFix *fix)
{
    if (!fix)
        return;
    g_free(fix->file);
    g_free(fix->before);
    g_free(fix->after);
    g_array_unref(fix->edits);
    g_free(fix);
}

char *
pga_lint_excerpt_key(const char *file, guint line)
{
    return g_strdup_printf("%s:%u", file, line);
}
