/* index: options in, a set of indexes out. */
#include <string.h>

#include <app/plan_changes.h>
#include <base/error.h>
#include <base/file.h>
#include <base/units.h>
#include <options.h>
#include <render/plan_changes.h>

#include "output.h"
#include "terminal.h"
#include "verb.h"

#define FILE_WIDTH 100

/** What the options say about the output, checked before any work is done. */
typedef struct {
    PgaIndexRenderOptions render;
    gboolean fails; /* --fail-on was given */
    PgaSeverity fail_on;
} Output;

/* That it was not given is something else than none. */
static gboolean
parse_top(const char *text, gint *top, GError **error)
{
    guint64 number = 0;

    *top = 0;
    if (!text)
        return TRUE;
    if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT, &number, NULL)) {
        pga_error_set(error, PGA_ERROR_INPUT, "--top \"%s\" is not a number from 0 on", text);
        pga_error_hint(error, "--top 3 tells about three in detail, --top 0 about none.");
        return FALSE;
    }
    *top = number > 0 ? (gint)number : -1;
    return TRUE;
}

static gboolean
parse_output(const PgaIndexOptions *options, Output *output, GError **error)
{
    if (options->format && !pga_index_format_parse(options->format, &output->render.format, error))
        return FALSE;
    if (options->fail_on && !pga_severity_parse(options->fail_on, &output->fail_on, error))
        return FALSE;
    if (!parse_top(options->top, &output->render.top, error))
        return FALSE;
    output->fails = options->fail_on != NULL;
    output->render.all = options->all;
    output->render.width = options->output ? FILE_WIDTH : pga_terminal_width();
    return pga_terminal_colour(options->color, options->output != NULL, &output->render.colour,
                               error);
}

static gboolean
check_arguments(const PgaIndexOptions *options, int argc, GError **error)
{
    if (argc > 2 || (argc > 1 && options->dbname)) {
        pga_error_set(error, PGA_ERROR_INPUT, "more than one source was given");
        pga_error_hint(error, "One conninfo string, URI, database name, snapshot or DDL file; the "
                              "workload goes into --workload FILE.");
        return FALSE;
    }
    if (options->pg_version < 0 || options->timeout < 0) {
        pga_error_set(error, PGA_ERROR_INPUT, "--%s must not be negative",
                      options->timeout < 0 ? "timeout" : "pg-version");
        return FALSE;
    }
    return TRUE;
}

static void
fill_ask(const PgaIndexOptions *options, int argc, char **argv, PgaIndexAsk *ask)
{
    *ask = (PgaIndexAsk){
        .from = {.source = argc > 1 ? argv[1] : options->dbname,
                 .host = options->host,
                 .port = options->port,
                 .user = options->username,
                 .service = options->service,
                 .rows = (const char *const *)options->rows,
                 .rows_for_ddl_only = TRUE,
                 .bindir = options->pg_bindir,
                 .pg_version = (guint)options->pg_version,
                 .timeout = (guint)options->timeout,
                 .no_values = options->no_values,
                 .sample = options->sample,
                 .want_whatif = TRUE,
                 .ask_password = pga_terminal_ask_password},
        .workloads = (const char *const *)options->workload,
        .log_line_prefix = options->log_line_prefix,
        .storage_budget = options->storage_budget,
        .max_indexes = options->max_indexes,
        .max_width = options->max_width,
        .time_limit = options->time_limit,
        .min_improvement = options->min_improvement,
        .gap = options->gap,
        .no_drops = options->no_drops,
        .measure = options->measure,
        .measure_runs = options->measure_runs,
        .measure_timeout = options->measure_timeout,
        .keep_indexes = options->keep_indexes,
        .hypopg = options->hypopg,
        .verify = options->verify,
        .verify_limit = options->verify_limit,
        .now = g_get_real_time() / G_USEC_PER_SEC,
    };
}

/* An index to make is a warning, one to drop is information unless a rule says more. */
static PgaExit
status_of(const PgaIndexReport *report, const Output *output)
{
    if (output->fails && report->advice->len > 0 && output->fail_on <= PGA_SEVERITY_WARNING)
        return PGA_EXIT_FINDINGS;
    for (guint i = 0; output->fails && i < report->removals->len; i++)
        if (((const PgaIndexRemoval *)g_ptr_array_index(report->removals, i))->severity >=
            output->fail_on)
            return PGA_EXIT_FINDINGS;
    for (guint i = 0; output->fails && i < report->findings->len; i++)
        if (((const PgaFinding *)g_ptr_array_index(report->findings, i))->severity >=
            output->fail_on)
            return PGA_EXIT_FINDINGS;
    return PGA_EXIT_OK;
}

/* How long it took is no part of the result. */
static void
tell_time(const PgaIndexReport *report, gboolean verbose)
{
    g_autofree char *time = pga_duration_format(report->planning_seconds);

    if (verbose)
        g_printerr("pgarchitect: %u candidates, %u plans, %s\n", report->n_candidates,
                   report->n_plans, time);
}

/** What both kinds of work are done with. */
typedef struct {
    const PgaIndexOptions *options;
    const Output *output;
    PgaTerminalProgress *progress;
} Job;

static PgaExit
fail(const Job *job, const GError *failure)
{
    pga_cli_output_failure("index", job->output->render.format == PGA_INDEX_JSON,
                           job->options->output, failure);
    return pga_exit_for(failure);
}

/* @status: unless the file cannot be written. */
static PgaExit
emit(const Job *job, const char *text, PgaExit status, GError **error)
{
    const PgaIndexOptions *options = job->options;

    if (options->output && !pga_file_write(options->output, text, strlen(text), error))
        return PGA_EXIT_INPUT;
    if (!options->output)
        g_print("%s", text);
    return status;
}

static PgaExit
advise(const Job *job, const PgaIndexAsk *ask, GError **error)
{
    g_autoptr(PgaIndexReport) report = pga_app_index(ask, error);
    g_autofree char *text = NULL;

    if (!report)
        return fail(job, *error);
    pga_terminal_progress_silence(job->progress);
    tell_time(report, job->options->verbose && !job->options->quiet);
    text = pga_render_index(report, &job->output->render);
    return emit(job, text, status_of(report, job->output), error);
}

static PgaExit
status_of_changes(const PgaPlanReport *report, const Output *output)
{
    return output->fails && pga_plan_report_regressed(report, output->fail_on) ? PGA_EXIT_FINDINGS
                                                                               : PGA_EXIT_OK;
}

static PgaExit
compare(const Job *job, const PgaPlanChangesAsk *ask, GError **error)
{
    g_autoptr(PgaPlanReport) report = pga_app_plan_changes(ask, error);
    g_autofree char *text = NULL;

    if (!report)
        return fail(job, *error);
    pga_terminal_progress_silence(job->progress);
    text = pga_render_plan_changes(report, &job->output->render);
    return emit(job, text, status_of_changes(report, job->output), error);
}

static PgaExit
run(const PgaIndexOptions *options, PgaPlanChangesAsk *ask, const Output *output, GError **error)
{
    g_autoptr(PgaTerminalProgress) progress =
        pga_terminal_progress_new(options->quiet, options->verbose);
    const Job job = {options, output, progress};

    ask->index.from.progress = pga_terminal_progress_get(progress);
    return pga_app_plan_changes_asked(ask) ? compare(&job, ask, error)
                                           : advise(&job, &ask->index, error);
}

/* What a set of indexes has, and a comparison of plans has not. */
static gboolean
check_comparison(const PgaPlanChangesAsk *ask, const Output *output, GError **error)
{
    const struct {
        gboolean given;
        const char *option;
    } wrong[] = {{output->render.format == PGA_INDEX_SQL, "format sql"},
                 {ask->index.measure != NULL, "measure"},
                 {ask->index.verify, "verify"}};

    for (guint i = 0; pga_app_plan_changes_asked(ask) && i < G_N_ELEMENTS(wrong); i++)
        if (wrong[i].given) {
            pga_error_set(error, PGA_ERROR_INPUT, "--%s is for a set of indexes", wrong[i].option);
            pga_error_hint(error, "Plans are compared as text, markdown or json, on clones.");
            return FALSE;
        }
    return TRUE;
}

PgaExit
pga_cmd_index(int argc, char **argv, GError **error)
{
    g_auto(PgaIndexOptions) options = {0};
    PgaPlanChangesAsk ask = {0};
    Output output = {0};

    if (!pga_index_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_index_help);
        return PGA_EXIT_OK;
    }
    if (!parse_output(&options, &output, error) || !check_arguments(&options, argc, error))
        return PGA_EXIT_INPUT;
    ask = (PgaPlanChangesAsk){.against = options.against,
                              .write_plans = options.write_plans,
                              .check_plans = options.check_regressions};
    fill_ask(&options, argc, argv, &ask.index);
    if (!check_comparison(&ask, &output, error))
        return PGA_EXIT_INPUT;
    return run(&options, &ask, &output, error);
}
