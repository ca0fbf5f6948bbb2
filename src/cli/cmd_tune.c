/* tune: options in, a configuration out. */
#include <string.h>

#include <app/tune.h>
#include <base/error.h>
#include <base/file.h>
#include <options.h>
#include <render/tune.h>

#include "output.h"
#include "terminal.h"
#include "verb.h"

/** What the options say about the output, checked before any work is done. */
typedef struct {
    PgaTuneFormat format;
    PgaRenderOptions render;
    gboolean fails; /* --fail-on was given */
    PgaSeverity fail_on;
} Output;

static gboolean
parse_output(const PgaTuneOptions *options, Output *output, GError **error)
{
    if (options->format && !pga_tune_format_parse(options->format, &output->format, error))
        return FALSE;
    if (options->fail_on && !pga_severity_parse(options->fail_on, &output->fail_on, error))
        return FALSE;
    output->fails = options->fail_on != NULL;
    output->render.all = options->all;
    output->render.width = options->output ? 100 : pga_terminal_width();
    return pga_terminal_colour(options->color, options->output != NULL, &output->render.colour,
                               error);
}

/* With no word about a server nothing is connected to. */
static gboolean
names_source(const PgaTuneOptions *options, int argc)
{
    return argc > 1 || options->dbname || options->host || options->port || options->username ||
           options->service;
}

static gboolean
fill_request(const PgaTuneOptions *options, int argc, char **argv, PgaTuneRequest *request,
             GError **error)
{
    if (argc > 2 || (argc > 1 && options->dbname)) {
        pga_error_set(error, PGA_ERROR_INPUT, "more than one source was given");
        pga_error_hint(error, "One conninfo string, URI, database name or snapshot at a time.");
        return FALSE;
    }
    *request = (PgaTuneRequest){
        .from = {.source = argc > 1 ? argv[1] : options->dbname,
                 .host = options->host,
                 .port = options->port,
                 .user = options->username,
                 .service = options->service,
                 .ram = options->ram,
                 .bindir = options->pg_bindir,
                 .no_values = TRUE,
                 .ask_password = pga_terminal_ask_password},
        .has_source = names_source(options, argc),
        .since = options->since,
        .cores = options->cores,
        .storage = options->storage,
        .workload_type = options->workload_type,
        .connections = options->connections,
        .database_size = options->db_size,
        .pg_version = options->pg_version,
        .deployment = options->deployment,
        .pool_size = options->pool_size,
        .wal_disk = options->wal_disk,
        .recovery_time = options->recovery_time,
        .with = (const char *const *)options->with,
        .shared_host = options->shared_host,
        .no_lab = options->no_lab,
        .now = g_get_real_time() / G_USEC_PER_SEC,
    };
    return TRUE;
}

static PgaExit
status_of(const PgaTuning *tuning, const Output *output)
{
    for (guint i = 0; output->fails && i < tuning->findings->len; i++)
        if (((const PgaFinding *)g_ptr_array_index(tuning->findings, i))->severity >=
            output->fail_on)
            return PGA_EXIT_FINDINGS;
    return PGA_EXIT_OK;
}

static PgaExit
run(const PgaTuneOptions *options, PgaTuneRequest *request, const Output *output, GError **error)
{
    g_autoptr(PgaTerminalProgress) progress =
        pga_terminal_progress_new(options->quiet, options->verbose);
    g_autoptr(PgaTuneReport) report = NULL;
    g_autofree char *text = NULL;

    request->from.progress = pga_terminal_progress_get(progress);
    report = pga_app_tune(request, error);
    if (!report) {
        pga_cli_output_failure("tune", output->format == PGA_TUNE_JSON, options->output, *error);
        return pga_exit_for(*error);
    }
    text = pga_render_tune(report, output->format, &output->render);
    if (options->output && !pga_file_write(options->output, text, strlen(text), error))
        return PGA_EXIT_INPUT;
    if (!options->output)
        g_print("%s", text);
    return status_of(report->tuning, output);
}

PgaExit
pga_cmd_tune(int argc, char **argv, GError **error)
{
    g_auto(PgaTuneOptions) options = {0};
    PgaTuneRequest request = {0};
    Output output = {0};

    if (!pga_tune_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_tune_help);
        return PGA_EXIT_OK;
    }
    if (!parse_output(&options, &output, error) ||
        !fill_request(&options, argc, argv, &request, error))
        return PGA_EXIT_INPUT;
    return run(&options, &request, &output, error);
}
