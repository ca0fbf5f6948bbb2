/* lint: files of migrations → statements → rules → report. */
#include "lint_internal.h"

#include <base/error.h>
#include <base/interrupt.h>
#include <base/progress.h>
#include <model/report.h>
#include <parse/configuration.h>
#include <rules/rule.h>

#include "configuration_internal.h"
#include "rule_texts_internal.h"
#include "set_aside_internal.h"

#define LOCK_TIMEOUT "2s"

static void
work_clear(PgaLintWork *work)
{
    pga_lint_free(work->lint);
    pga_lint_tracing_free(work->tracing);
    pga_lint_plans_free(work->plans);
    pga_state_free(work->state);
    pga_source_clear(&work->source);
    pga_configuration_free(work->configuration);
    g_clear_pointer(&work->files, g_ptr_array_unref);
    g_clear_pointer(&work->rows, g_array_unref);
    pga_lint_report_free(work->report);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaLintWork, work_clear)

static gboolean
is_judged(const PgaMigrationFile *file)
{
    return !file->context && !file->down;
}

static gboolean
run_step(PgaLintWork *work, const PgaMigrationFile *file, PgaLintFixer *fixer, const PgaStep *step,
         GError **error)
{
    PgaLintReport *report = work->report;
    g_autoptr(GPtrArray) traces =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_lint_trace_free);
    const PgaLintStep *judged;

    if (fixer)
        pga_lint_fixer_step(fixer, step);
    judged = pga_lint_step(work->lint, step);
    if (work->tracing && !file->down &&
        !pga_lint_tracing_step(work->tracing, step, judged->effect, judged->refusal, traces, error))
        return FALSE;
    if (work->plans && !file->down && !pga_lint_plans_step(work->plans, step, error))
        return FALSE;
    if (!is_judged(file))
        return TRUE;
    if (step->depth == 0 && step->kind != PGA_STEP_META)
        report->n_statements++;
    if (!step->tree && step->error)
        report->n_not_parsed++;
    pga_lint_record(work, judged, traces);
    return TRUE;
}

/* A file that cannot be read leaves the others. */
static void
note_unreadable(PgaLintWork *work, const PgaMigrationFile *file, const GError *cause)
{
    PgaNotChecked *entry = pga_not_checked_new(NULL, g_strdup(file->path), NULL);
    const char *detail = pga_error_get_detail(cause);

    entry->why =
        detail ? g_strdup_printf("%s: %s", cause->message, detail) : g_strdup(cause->message);
    entry->file = g_strdup(file->path);
    entry->line = entry->column = 1;
    g_ptr_array_add(work->report->not_checked, entry);
}

static gboolean
read_file(PgaLintWork *work, const PgaMigrationFile *file, GError **error)
{
    g_autoptr(PgaMigrationReader) reader = pga_migration_reader_new(file, &work->options, error);
    PgaLintFixer *fixer = NULL;
    const PgaStep *step = NULL;
    g_autoptr(GError) cause = NULL;
    gboolean done = TRUE;

    if (!reader)
        return FALSE;
    if (work->request->fix && is_judged(file))
        fixer = pga_lint_fixer_new(work, file);
    pga_lint_work_state_rows(work);
    pga_lint_begin_file(work->lint, file);
    while (done && pga_migration_reader_next(reader, &step, &cause))
        done = run_step(work, file, fixer, step, &cause);
    pga_lint_end_file(work->lint, pga_migration_reader_suppressions(reader));
    pga_lint_fixer_finish(fixer);
    if (!cause && work->tracing && !file->down)
        pga_lint_tracing_end_file(work->tracing, &cause);
    if (!cause && work->plans && !file->down)
        pga_lint_plans_end_file(work->plans, &cause);
    done = !cause;
    if (cause)
        g_propagate_error(error, g_steal_pointer(&cause));
    return done;
}

/* One file alone that cannot be read is an error; among others it is said. */
static gboolean
run_file(PgaLintWork *work, const PgaMigrationFile *file, GError **error)
{
    const guint first = pga_lint_findings(work->lint)->len;
    g_autoptr(GError) cause = NULL;

    if (pga_interrupt_check(error) ||
        (work->plans && is_judged(file) && !pga_lint_plans_before(work->plans, error)))
        return FALSE;
    pga_progress_step(work->request->from.progress, "reading %s", file->path);
    if (!read_file(work, file, &cause)) {
        if (work->files->len == 1 || !g_error_matches(cause, PGA_ERROR, PGA_ERROR_INPUT)) {
            g_propagate_error(error, g_steal_pointer(&cause));
            return FALSE;
        }
        note_unreadable(work, file, cause);
    }
    if (is_judged(file))
        work->report->n_files++;
    if (work->request->excerpts)
        pga_lint_excerpt(work, file, first);
    return TRUE;
}

static gboolean
open_tracing(PgaLintWork *work, GError **error)
{
    const PgaLintTraceRequest request = {
        .from = &work->request->from,
        .catalog = work->source.catalog,
        .objects = work->source.objects,
        .files = work->files,
        .version = work->report->version,
        .versions = work->request->trace_versions,
        .rows = work->request->trace_rows,
    };

    work->tracing = pga_lint_tracing_open(&request, error);
    return work->tracing != NULL;
}

static gboolean
open_plans(PgaLintWork *work, GError **error)
{
    const PgaLintPlansRequest request = {
        .from = &work->request->from,
        .workloads = work->request->workloads,
        .files = work->files,
        .pg_version = work->report->version_stated ? work->report->version / 10000 : 0,
    };

    work->plans = pga_lint_plans_open(&request, error);
    return work->plans != NULL;
}

static gboolean
run_files(PgaLintWork *work, GError **error)
{
    const PgaLintOptions options = {
        .configuration = work->configuration,
        .recipes = work->recipes,
        .small_table_rows = work->report->small_table_rows,
    };

    if (work->request->trace && !open_tracing(work, error))
        return FALSE;
    if (work->request->workloads && !open_plans(work, error))
        return FALSE;
    work->lint = pga_lint_new(work->state, &options);
    for (guint i = 0; i < work->files->len; i++)
        if (!run_file(work, g_ptr_array_index(work->files, i), error))
            return FALSE;
    pga_lint_end(work->lint);
    return !work->plans || pga_lint_plans_after(work->plans, &work->report->plans, error);
}

static void
set_aside(PgaLintWork *work)
{
    const PgaLintReport *report = work->report;
    const PgaSetAsideLists lists = {report->findings, report->not_checked, report->notes,
                                    report->set_aside, report->baseline};

    pga_set_aside_move(pga_lint_findings(work->lint), report->findings);
    pga_set_aside_move(pga_lint_not_checked(work->lint), report->not_checked);
    pga_set_aside_move(pga_lint_suppressed(work->lint), report->set_aside);
    pga_set_aside_lists(work->configuration, work->request->now, &lists);
}

static void
note_rows(PgaLintWork *work)
{
    for (guint i = 0; i < work->rows->len; i++)
        g_ptr_array_add(work->report->notes,
                        g_strdup_printf("--rows names %s, a table that was not seen.",
                                        g_array_index(work->rows, PgaStatedRows, i).relation));
}

static void
finish(PgaLintWork *work)
{
    PgaLintReport *report = work->report;

    if (work->tracing)
        pga_lint_tracing_take_notes(work->tracing, report->not_checked);
    set_aside(work);
    note_rows(work);
    pga_rule_texts_of_migrations(work->configuration, report->rules);
    report->configuration = g_strdup(work->configuration->path);
    report->environment = g_steal_pointer(&work->source.environment);
    if (report->not_checked->len > 0)
        report->complete = g_strdup("some statements or files could not be read");
}

static gboolean
prepare(PgaLintWork *work, GError **error)
{
    const PgaLintRequest *request = work->request;

    work->configuration =
        pga_app_configuration(request->config_path, request->baseline_path, error);
    if (!work->configuration)
        return FALSE;
    work->report->small_table_rows = work->configuration->lint.small_table_rows;
    work->report->bytes_per_second = work->configuration->lint.bytes_per_second;
    work->recipes = (PgaRecipeOptions){
        .lock_timeout = work->configuration->lint.lock_timeout
                            ? work->configuration->lint.lock_timeout
                            : LOCK_TIMEOUT,
        .batch_rows = work->configuration->lint.batch_rows,
    };
    work->options = (PgaMigrationOptions){
        .tool = request->tool,
        .single_transaction = request->single_transaction,
    };
    return TRUE;
}

PgaLintReport *
pga_app_lint(const PgaLintRequest *request, GError **error)
{
    g_auto(PgaLintWork) work = {.request = request, .report = pga_lint_report_new()};

    if (!prepare(&work, error))
        return NULL;
    work.files = request->diff ? pga_lint_diff_find(request, &work.options, error)
                               : pga_migrations_find(request->paths, &work.options, error);
    if (!work.files || !pga_lint_work_open(&work, error) || !run_files(&work, error))
        return NULL;
    finish(&work);
    return g_steal_pointer(&work.report);
}
