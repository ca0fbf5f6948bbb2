/* snapshot: options in, a file out, a summary on standard error. */
#include <stdio.h>

#include <app/snapshot.h>
#include <base/error.h>
#include <options.h>
#include <render/verification.h>

#include "terminal.h"
#include "verb.h"

#define MAX_TIMEOUT_S 86400

/* Options that say how something is done that was not asked for. */
static gboolean
check_anonymizing(const PgaSnapshotOptions *options, GError **error)
{
    const struct {
        gboolean given, needed;
        const char *option, *needs;
    } rules[] = {
        {options->anonymize_key != NULL, options->anonymize, "--anonymize-key", "--anonymize"},
        {options->verify, options->anonymize, "--verify", "--anonymize"},
        {options->all, options->verify, "--all", "--verify"},
        {options->format != NULL, options->verify, "--format", "--verify"},
        {options->pg_bindir != NULL, options->verify, "--pg-bindir", "--verify"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (!rules[i].given || rules[i].needed)
            continue;
        pga_error_set(error, PGA_ERROR_INPUT, "%s is for %s", rules[i].option, rules[i].needs);
        return FALSE;
    }
    return TRUE;
}

static gboolean
parse_format(const char *text, PgaFormat *format, GError **error)
{
    *format = PGA_FORMAT_TEXT;
    if (!text || g_str_equal(text, "text"))
        return TRUE;
    *format = PGA_FORMAT_JSON;
    if (g_str_equal(text, "json"))
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "unknown format \"%s\"", text);
    pga_error_hint(error, "The report of --verify is \"text\" or \"json\".");
    return FALSE;
}

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
    return check_anonymizing(options, error);
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
        .bindir = options->pg_bindir,
        .no_values = options->no_values,
        .ask_password = pga_terminal_ask_password,
    };
    request->output = options->output;
    request->now = g_get_real_time() / G_USEC_PER_SEC;
    request->workload = (const char *const *)options->workload;
    request->anonymize = options->anonymize;
    request->key_file = options->anonymize_key;
    request->verify = options->verify;
    request->verify_all = options->all;
}

/* FINDINGS: not as promised. */
static PgaExit
report(const PgaVerification *verification, const PgaSnapshotOptions *options, PgaFormat format)
{
    g_autofree char *text = NULL;

    if (!verification)
        return PGA_EXIT_OK;
    text = pga_render_verification(verification, format, options->all);
    g_print("%s", text);
    return pga_verification_is_good(verification) ? PGA_EXIT_OK : PGA_EXIT_FINDINGS;
}

static PgaExit
run(const PgaSnapshotOptions *options, PgaFormat format, PgaSnapshotRequest *request,
    GError **error)
{
    g_autoptr(PgaTerminalProgress) progress =
        pga_terminal_progress_new(options->quiet, options->verbose);
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
    return report(summary->verification, options, format);
}

PgaExit
pga_cmd_snapshot(int argc, char **argv, GError **error)
{
    g_auto(PgaSnapshotOptions) options = {0};
    PgaSnapshotRequest request = {0};
    PgaFormat format;

    if (!pga_snapshot_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_snapshot_help);
        return PGA_EXIT_OK;
    }
    if (!check_arguments(&options, argc, error) || !parse_format(options.format, &format, error))
        return PGA_EXIT_INPUT;
    fill_request(&options, argc, argv, &request);
    return run(&options, format, &request, error);
}
