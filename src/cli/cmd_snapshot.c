/* snapshot: options in, a file out, a summary on standard error. */
#include <stdio.h>

#include <app/snapshot.h>
#include <base/error.h>
#include <options.h>

#include "terminal.h"
#include "verb.h"

#define MAX_TIMEOUT_S 86400

static gboolean
check_arguments(const PgaSnapshotOptions *options, int argc, GError **error)
{
    if (argc > 2 || (argc > 1 && options->dbname)) {
        pga_error_set(error, PGA_ERROR_INPUT, "more than one source was given");
        pga_error_hint(error, "One conninfo string, URI, database name or snapshot at a time.");
        return FALSE;
    }
    if (!options->output) {
        pga_error_set(error, PGA_ERROR_INPUT, "no file was named to write the snapshot to");
        pga_error_hint(error, "Name it with -o: \"pgarchitect snapshot shop -o shop.pga\".");
        return FALSE;
    }
    if (options->timeout < 0 || options->timeout > MAX_TIMEOUT_S) {
        pga_error_set(error, PGA_ERROR_INPUT, "--timeout must not be %s",
                      options->timeout < 0 ? "negative" : "more than a day");
        return FALSE;
    }
    return TRUE;
}

static void
fill_request(const PgaSnapshotOptions *options, int argc, char **argv, PgaSnapshotRequest *request)
{
    request->from = (PgaSourceRequest){
        .source = argc > 1 ? argv[1] : options->dbname,
        .host = options->host,
        .port = options->port,
        .user = options->username,
        .service = options->service,
        .ram = options->ram,
        .timeout = (guint)options->timeout,
        .no_values = options->no_values,
        .ask_password = pga_terminal_ask_password,
    };
    request->output = options->output;
    request->now = g_get_real_time() / G_USEC_PER_SEC;
}

static PgaExit
run(const PgaSnapshotOptions *options, PgaSnapshotRequest *request, GError **error)
{
    g_autoptr(PgaTerminalProgress) progress =
        pga_terminal_progress_new(options->quiet     ? PGA_PROGRESS_QUIET
                                  : options->verbose ? PGA_PROGRESS_VERBOSE
                                                     : PGA_PROGRESS_NORMAL);
    g_autoptr(PgaSnapshotSummary) summary = NULL;
    g_autofree char *text = NULL;

    request->from.progress = pga_terminal_progress_get(progress);
    summary = pga_app_snapshot(request, error);
    if (!summary)
        return pga_exit_for(*error);
    if (!options->quiet) {
        text = pga_app_snapshot_summary(summary, options->verbose);
        (void)fputs(text, stderr);
    }
    return PGA_EXIT_OK;
}

PgaExit
pga_cmd_snapshot(int argc, char **argv, GError **error)
{
    g_auto(PgaSnapshotOptions) options = {0};
    PgaSnapshotRequest request = {0};

    if (!pga_snapshot_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_snapshot_help);
        return PGA_EXIT_OK;
    }
    if (!check_arguments(&options, argc, error))
        return PGA_EXIT_INPUT;
    fill_request(&options, argc, argv, &request);
    return run(&options, &request, error);
}
