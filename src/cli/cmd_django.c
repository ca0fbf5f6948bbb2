/* django: options in, the audit of a project out. */

#include <app/django.h>
#include <base/error.h>
#include <base/file.h>
#include <base/text.h>
#include <options.h>
#include <render/django.h>

#include "baseline_file.h"
#include "configuration_path.h"
#include "output.h"
#include "repository.h"
#include "terminal.h"
#include "verb.h"

static gboolean
parse_output(const PgaDjangoOptions *options, PgaCliLintOutput *output, GError **error)
{
    const PgaCliLintOptions said = {options->format, options->fail_on, options->color,
                                    options->output, options->all};

    return pga_cli_lint_output_parse(&said, output, error);
}

static gboolean
has_source(const PgaDjangoOptions *options)
{
    return options->source || options->dbname || options->host || options->port ||
           options->username || options->service;
}

static gboolean
check_arguments(const PgaDjangoOptions *options, int argc, GError **error)
{
    if (options->source && options->dbname) {
        pga_error_set(error, PGA_ERROR_INPUT, "more than one source was given");
        return FALSE;
    }
    if (argc == 2)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT,
                  argc < 2 ? "no project was given" : "more than one project was given");
    pga_error_hint(error, "Name one folder, that of manage.py or one above it: \"pgarchitect "
                          "django .\".");
    return FALSE;
}

static PgaDjangoRequest
request_of(const PgaDjangoOptions *options, const char *project, const PgaCliLintOutput *output)
{
    return (PgaDjangoRequest){
        .from = {.source = options->source ? options->source : options->dbname,
                 .host = options->host,
                 .port = options->port,
                 .user = options->username,
                 .service = options->service,
                 .rows = (const char *const *)options->rows,
                 .bindir = options->pg_bindir,
                 .ask_password = pga_terminal_ask_password},
        .has_source = has_source(options),
        .project = project,
        .changed_since = options->changed_since,
        .django_version = options->django_version,
        .pg_version = options->pg_version,
        .time_limit = options->time_limit,
        .all = options->all,
        .no_lab = options->no_lab,
        .excerpts = output->render.format == PGA_FORMAT_TEXT ||
                    output->render.format == PGA_FORMAT_MARKDOWN,
        .whole_paths =
            output->render.format == PGA_FORMAT_SARIF || output->render.format == PGA_FORMAT_GITHUB,
        .baseline_path = options->baseline,
        .now = g_get_real_time() / G_USEC_PER_SEC,
    };
}

static PgaExit
status_of(const PgaDjangoReport *report, const PgaCliLintOutput *output)
{
    for (guint i = 0; output->fails && i < report->findings->len; i++)
        if (((const PgaFinding *)g_ptr_array_index(report->findings, i))->severity >=
            output->fail_on)
            return PGA_EXIT_FINDINGS;
    return PGA_EXIT_OK;
}

static gboolean
emit(const PgaDjangoOptions *options, const PgaDjangoReport *report, const PgaCliLintOutput *output,
     GError **error)
{
    g_autoptr(PgaFileDraft) draft =
        options->output ? pga_file_draft_open(options->output, 0666, error) : NULL;
    PgaCliOutput target = {draft, error};

    if ((options->output && !draft) ||
        !pga_render_django_to(report, &output->render, pga_cli_output_take, &target))
        return FALSE;
    return !draft || pga_file_draft_commit(draft, error);
}

static gboolean
write_answer(const PgaDjangoOptions *options, PgaDjangoReport *report, GError **error)
{
    if (!options->write)
        return TRUE;
    if (!pga_app_django_write(report, options->write, error))
        return FALSE;
    g_ptr_array_add(report->notes,
                    g_strdup_printf("The answer was written below %s.", options->write));
    return TRUE;
}

static PgaExit
run(const PgaDjangoOptions *options, const PgaDjangoRequest *request,
    const PgaCliLintOutput *output, GError **error)
{
    g_autoptr(PgaDjangoReport) report = pga_app_django(request, error);

    if (!report) {
        pga_cli_output_failure("django", output->render.format == PGA_FORMAT_JSON, options->output,
                               *error);
        return pga_exit_for(*error);
    }
    if (!write_answer(options, report, error) ||
        !pga_cli_write_baseline(options->write_baseline,
                                options->write_baseline ? pga_render_django_baseline(report) : NULL,
                                report->notes, error) ||
        !emit(options, report, output, error))
        return PGA_EXIT_INPUT;
    return status_of(report, output);
}

PgaExit
pga_cmd_django(int argc, char **argv, GError **error)
{
    g_auto(PgaDjangoOptions) options = {0};
    g_autoptr(PgaTerminalProgress) progress = NULL;
    g_autofree char *folder = g_get_current_dir();
    g_autofree char *root = pga_cli_repository(folder);
    g_autofree char *config = NULL;
    g_auto(GStrv) apps = NULL, only = NULL;
    PgaDjangoRequest request = {0};
    PgaCliLintOutput output = {.render = {.folder = folder, .root = root}};

    if (!pga_django_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_django_help);
        return PGA_EXIT_OK;
    }
    if (!parse_output(&options, &output, error) || !check_arguments(&options, argc, error) ||
        !pga_cli_configuration_path(options.config, options.no_config, &config, error))
        return PGA_EXIT_INPUT;
    apps = pga_text_split_lists(options.app);
    only = pga_text_split_lists(options.only);
    request = request_of(&options, argv[1], &output);
    request.apps = (const char *const *)apps;
    request.only = (const char *const *)only;
    request.config_path = config;
    progress = pga_terminal_progress_new(options.quiet, options.verbose);
    request.from.progress = pga_terminal_progress_get(progress);
    return run(&options, &request, &output, error);
}
