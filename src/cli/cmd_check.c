/* check: options in, a report out. */
#include <stdlib.h>
#include <string.h>

#include <app/audit.h>
#include <app/check.h>
#include <app/check_many.h>
#include <app/now.h>
#include <base/error.h>
#include <base/file.h>
#include <options.h>
#include <render/now.h>
#include <render/render.h>

#include "baseline_file.h"
#include "configuration_path.h"
#include "output.h"
#include "repository.h"
#include "terminal.h"
#include "verb.h"

/** What the options say about the output, checked before any work is done. */
typedef struct {
    PgaRenderOptions render;
    gboolean fails; /* --fail-on was given */
    PgaSeverity fail_on;
} Output;

static gboolean
parse_output(const PgaCheckOptions *options, Output *output, GError **error)
{
    if (options->format && !pga_format_parse(options->format, &output->render.format, error))
        return FALSE;
    if (options->fail_on && !pga_severity_parse(options->fail_on, &output->fail_on, error))
        return FALSE;
    output->fails = options->fail_on != NULL;
    output->render.all = options->all;
    output->render.width = options->output ? 80 : pga_terminal_width();
    return pga_terminal_colour(options->color, options->output != NULL, &output->render.colour,
                               error);
}

static gboolean
parse_numbers(const PgaCheckOptions *options, PgaCheckRequest *request, GError **error)
{
    const struct {
        const char *name;
        int value;
        guint *out;
    } numbers[] = {{"prove", options->prove, &request->prove_limit},
                   {"top", options->top, &request->top},
                   {"pg-version", options->pg_version, &request->from.pg_version}};

    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (numbers[i].value < 0) {
            pga_error_set(error, PGA_ERROR_INPUT, "--%s must not be negative", numbers[i].name);
            return FALSE;
        }
        *numbers[i].out = (guint)numbers[i].value;
    }
    return TRUE;
}

static gboolean
fill_request(const PgaCheckOptions *options, int argc, char **argv, PgaCheckRequest *request,
             GError **error)
{
    if (argc > 2 || (argc > 1 && options->dbname)) {
        pga_error_set(error, PGA_ERROR_INPUT, "more than one source was given");
        pga_error_hint(error, "One conninfo string, URI, database name or DDL file at a time.");
        return FALSE;
    }
    request->from.source = argc > 1 ? argv[1] : options->dbname;
    request->from.host = options->host;
    request->from.port = options->port;
    request->from.user = options->username;
    request->from.service = options->service;
    request->baseline_path = options->baseline;
    request->now = g_get_real_time() / G_USEC_PER_SEC;
    request->from.rows = (const char *const *)options->rows;
    request->workload_type = options->workload_type;
    request->since = options->since;
    request->from.ram = options->ram;
    request->from.bindir = options->pg_bindir;
    request->from.no_values = options->no_values;
    request->exact = options->exact;
    request->deep = options->deep;
    request->no_lab = options->no_lab;
    request->from.ask_password = pga_terminal_ask_password;
    return parse_numbers(options, request, error);
}

static gboolean
emit(const char *text, const char *path, GError **error)
{
    if (path)
        return pga_file_write(path, text, strlen(text), error);
    g_print("%s", text);
    return TRUE;
}

static PgaExit
status_of(const PgaReport *report, const Output *output)
{
    for (guint i = 0; output->fails && i < report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i);

        if (finding->severity >= output->fail_on)
            return PGA_EXIT_FINDINGS;
    }
    return PGA_EXIT_OK;
}

/* Any of many databases' findings. */
static PgaExit
status_of_many(const PgaCheckedMany *many, const Output *output)
{
    for (guint i = 0; i < many->databases->len; i++) {
        const PgaCheckedDatabase *checked = g_ptr_array_index(many->databases, i);

        if (checked->report && status_of(checked->report, output) != PGA_EXIT_OK)
            return PGA_EXIT_FINDINGS;
    }
    return pga_checked_many_failed(many) == many->databases->len ? PGA_EXIT_SERVER : PGA_EXIT_OK;
}

static gboolean
fits_many(const PgaCheckOptions *options, const PgaCheckRequest *request, GError **error)
{
    if (options->jobs < 0)
        pga_error_set(error, PGA_ERROR_INPUT, "--jobs must not be negative");
    else if (options->all_databases && options->targets)
        pga_error_set(error, PGA_ERROR_INPUT, "--all-databases and --targets exclude each other");
    else if (options->targets && request->from.source)
        pga_error_set(error, PGA_ERROR_INPUT, "--targets names its sources itself");
    else if (options->baseline || options->write_baseline || options->audit_log)
        pga_error_set(error, PGA_ERROR_INPUT,
                      "a baseline or an audit log is of one database, not of many");
    else
        return TRUE;
    return FALSE;
}

static PgaExit
run_many(const PgaCheckOptions *options, const PgaCheckRequest *request, const Output *output,
         GError **error)
{
    const PgaCheckManyRequest all = {
        .check = *request, .targets_path = options->targets, .jobs = (guint)options->jobs};
    g_autoptr(PgaCheckedMany) many = NULL;
    g_autofree char *text = NULL;

    if (!fits_many(options, request, error))
        return PGA_EXIT_INPUT;
    many = pga_app_check_many(&all, error);
    if (!many) {
        pga_cli_output_failure("check", output->render.format == PGA_FORMAT_JSON, options->output,
                               *error);
        return pga_exit_for(*error);
    }
    text = pga_render_many(many, &output->render);
    return emit(text, options->output, error) ? status_of_many(many, output) : PGA_EXIT_INPUT;
}

/* Options that are about another kind of check. */
static gboolean
fits_now(const PgaCheckOptions *options, const Output *output, GError **error)
{
    if (options->all_databases || options->targets || options->exact || options->deep ||
        options->baseline || options->write_baseline || options->audit_log || options->rows)
        pga_error_set(error, PGA_ERROR_INPUT, "--now looks at one server, at this moment only");
    else if (output->render.format > PGA_FORMAT_MARKDOWN)
        pga_error_set(error, PGA_ERROR_INPUT, "--now is printed as text, markdown or json");
    else
        return TRUE;
    return FALSE;
}

static PgaExit
run_now(const PgaCheckOptions *options, const PgaCheckRequest *request, const Output *output,
        GError **error)
{
    const PgaNowRequest moment = {
        .from = request->from, .config_path = request->config_path, .now = request->now};
    g_autoptr(PgaNow) now = NULL;
    g_autofree char *text = NULL;

    if (!fits_now(options, output, error))
        return PGA_EXIT_INPUT;
    now = pga_app_now(&moment, error);
    if (!now) {
        pga_cli_output_failure("check", output->render.format == PGA_FORMAT_JSON, options->output,
                               *error);
        return pga_exit_for(*error);
    }
    text = pga_render_now(now, &output->render);
    return emit(text, options->output, error) ? status_of(now->report, output) : PGA_EXIT_INPUT;
}

static PgaExit
run(const PgaCheckOptions *options, PgaCheckRequest *request, const Output *output, GError **error)
{
    g_autoptr(PgaReport) report = NULL;
    g_autofree char *text = NULL, *config = NULL;

    if (!pga_cli_configuration_path(options->config, options->no_config, &config, error))
        return PGA_EXIT_INPUT;
    request->config_path = config;
    if (options->now)
        return run_now(options, request, output, error);
    if (options->all_databases || options->targets)
        return run_many(options, request, output, error);
    report = pga_app_check(request, error);
    if (!report) {
        pga_cli_output_failure("check", output->render.format == PGA_FORMAT_JSON, options->output,
                               *error);
        return pga_exit_for(*error);
    }
    if (options->audit_log &&
        !pga_app_audit(options->audit_log, report, g_get_real_time() / G_USEC_PER_SEC, error))
        return PGA_EXIT_INPUT;
    if (!pga_cli_write_baseline(options->write_baseline,
                                options->write_baseline ? pga_render_baseline(report) : NULL,
                                report->notes, error))
        return PGA_EXIT_INPUT;
    text = pga_render_report(report, &output->render);
    if (!emit(text, options->output, error))
        return PGA_EXIT_INPUT;
    return status_of(report, output);
}

PgaExit
pga_cmd_check(int argc, char **argv, GError **error)
{
    g_auto(PgaCheckOptions) options = {0};
    g_autoptr(PgaTerminalProgress) progress = NULL;
    g_autofree char *folder = g_get_current_dir();
    g_autofree char *root = pga_cli_repository(folder);
    PgaCheckRequest request = {0};
    Output output = {.render = {.folder = folder, .root = root}};

    if (!pga_check_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_check_help);
        return PGA_EXIT_OK;
    }
    if (!parse_output(&options, &output, error) ||
        !fill_request(&options, argc, argv, &request, error))
        return PGA_EXIT_INPUT;
    progress = pga_terminal_progress_new(options.quiet, options.verbose);
    request.from.progress = pga_terminal_progress_get(progress);
    return run(&options, &request, &output, error);
}
