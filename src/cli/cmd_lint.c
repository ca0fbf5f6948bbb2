/* lint: options in, what is wrong with migrations out. */
#include <stdio.h>
#include <string.h>

#include <app/lint.h>
#include <base/error.h>
#include <base/file.h>
#include <options.h>
#include <render/lint.h>

#include "baseline_file.h"
#include "configuration_path.h"
#include "output.h"
#include "repository.h"
#include "terminal.h"
#include "verb.h"

static gboolean
parse_output(const PgaLintOptions *options, PgaCliLintOutput *output, GError **error)
{
    const PgaCliLintOptions said = {options->format, options->fail_on, options->color,
                                    options->output, options->all};

    return pga_cli_lint_output_parse(&said, output, error);
}

static gboolean
has_source(const PgaLintOptions *options)
{
    return options->source || options->dbname || options->host || options->port ||
           options->username || options->service;
}

static gboolean
fill_request(const PgaLintOptions *options, int argc, char **argv, const PgaCliLintOutput *output,
             PgaLintRequest *request, GError **error)
{
    if (options->source && options->dbname) {
        pga_error_set(error, PGA_ERROR_INPUT, "more than one source was given");
        return FALSE;
    }
    if (argc < 2 && !options->diff) {
        pga_error_set(error, PGA_ERROR_INPUT, "no migration was given");
        pga_error_hint(error, "Name files or folders, \"-\" for standard input, or a range of git "
                              "(--diff main...).");
        return FALSE;
    }
    if (options->workload && !has_source(options)) {
        pga_error_set(error, PGA_ERROR_INPUT, "--workload needs --source");
        pga_error_hint(error, "Statements are planned with the tables, sizes and statistics of a "
                              "database, a snapshot or a file of DDL.");
        return FALSE;
    }
    if (options->trace_rows < 0) {
        pga_error_set(error, PGA_ERROR_INPUT, "--trace-rows must not be negative");
        return FALSE;
    }
    if (options->dry_run && !options->fix && !options->fix_to) {
        pga_error_set(error, PGA_ERROR_INPUT, "--dry-run shows what --fix would write");
        return FALSE;
    }
    *request = (PgaLintRequest){
        .from = {.source = options->source ? options->source : options->dbname,
                 .host = options->host,
                 .port = options->port,
                 .user = options->username,
                 .service = options->service,
                 .rows = (const char *const *)options->rows,
                 .bindir = options->pg_bindir,
                 .ask_password = pga_terminal_ask_password},
        .has_source = has_source(options),
        .paths = (const char *const *)argv + 1,
        .diff = options->diff,
        .pg_version = options->pg_version,
        .tool = options->tool,
        .single_transaction = options->single_transaction,
        .all = options->all,
        .trace = options->trace || options->pg_versions || options->trace_rows > 0,
        .trace_versions = options->pg_versions,
        .trace_rows = (guint)options->trace_rows,
        .workloads = (const char *const *)options->workload,
        .excerpts = output->render.format == PGA_FORMAT_TEXT ||
                    output->render.format == PGA_FORMAT_MARKDOWN,
        .fix = options->fix || options->fix_to,
        .baseline_path = options->baseline,
        .now = g_get_real_time() / G_USEC_PER_SEC,
    };
    return TRUE;
}

static PgaExit
status_of(const PgaLintReport *report, const PgaCliLintOutput *output)
{
    for (guint i = 0; output->fails && i < report->findings->len; i++)
        if (((const PgaFinding *)g_ptr_array_index(report->findings, i))->severity >=
            output->fail_on)
            return PGA_EXIT_FINDINGS;
    return output->fails && report->plans &&
                   pga_plan_report_regressed(report->plans, output->fail_on)
               ? PGA_EXIT_FINDINGS
               : PGA_EXIT_OK;
}

static gboolean
emit(const PgaLintOptions *options, const PgaLintReport *report, const PgaCliLintOutput *output,
     GError **error)
{
    g_autoptr(PgaFileDraft) draft =
        options->output ? pga_file_draft_open(options->output, 0666, error) : NULL;
    PgaCliOutput target = {draft, error};
    g_autofree char *diff = options->dry_run ? pga_render_lint_diff(report) : NULL;

    if (options->output && !draft)
        return FALSE;
    for (guint i = 0; diff && !options->quiet && i < report->notes->len; i++)
        g_printerr("pgarchitect: %s\n", (const char *)g_ptr_array_index(report->notes, i));
    if (diff ? !pga_cli_output_take(diff, strlen(diff), &target)
             : !pga_render_lint_to(report, &output->render, pga_cli_output_take, &target))
        return FALSE;
    return !draft || pga_file_draft_commit(draft, error);
}

static gboolean
write_fixes(const PgaLintOptions *options, PgaLintReport *report, GError **error)
{
    if ((!options->fix && !options->fix_to) || options->dry_run)
        return TRUE;
    if (!pga_app_lint_write(report, options->fix_to, error))
        return FALSE;
    g_ptr_array_add(report->notes,
                    g_strdup_printf("%u %s rewritten; what is reported is what was there before.",
                                    report->fixes->len,
                                    report->fixes->len == 1 ? "file was" : "files were"));
    return TRUE;
}

static PgaExit
run(const PgaLintOptions *options, const PgaLintRequest *request, const PgaCliLintOutput *output,
    GError **error)
{
    g_autoptr(PgaLintReport) report = pga_app_lint(request, error);

    if (!report) {
        pga_cli_output_failure("lint", output->render.format == PGA_FORMAT_JSON, options->output,
                               *error);
        return pga_exit_for(*error);
    }
    if (!write_fixes(options, report, error) ||
        !pga_cli_write_baseline(options->write_baseline,
                                options->write_baseline ? pga_render_lint_baseline(report) : NULL,
                                report->notes, error) ||
        !emit(options, report, output, error))
        return PGA_EXIT_INPUT;
    return status_of(report, output);
}

PgaExit
pga_cmd_lint(int argc, char **argv, GError **error)
{
    g_auto(PgaLintOptions) options = {0};
    g_autoptr(PgaTerminalProgress) progress = NULL;
    g_autofree char *folder = g_get_current_dir();
    g_autofree char *root = pga_cli_repository(folder);
    g_autofree char *config = NULL;
    PgaLintRequest request = {0};
    PgaCliLintOutput output = {.render = {.folder = folder, .root = root}};

    if (!pga_lint_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_lint_help);
        return PGA_EXIT_OK;
    }
    if (!parse_output(&options, &output, error) ||
        !fill_request(&options, argc, argv, &output, &request, error) ||
        !pga_cli_configuration_path(options.config, options.no_config, &config, error))
        return PGA_EXIT_INPUT;
    request.config_path = config;
    progress = pga_terminal_progress_new(options.quiet, options.verbose);
    request.from.progress = pga_terminal_progress_get(progress);
    return run(&options, &request, &output, error);
}
