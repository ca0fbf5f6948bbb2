/* diff: two sources in, what differs out. */
#include <string.h>

#include <app/diff.h>
#include <base/error.h>
#include <base/file.h>
#include <options.h>
#include <render/diff.h>

#include "terminal.h"
#include "verb.h"

static gboolean
check_arguments(const PgaDiffOptions *options, int argc, GError **error)
{
    if (argc != 3) {
        pga_error_set(error, PGA_ERROR_INPUT, "diff takes two sources, and %d %s given", argc - 1,
                      argc == 2 ? "was" : "were");
        pga_error_hint(error, "\"pgarchitect diff schema.sql shop\" says what would have to happen "
                              "to the one for the other.");
        return FALSE;
    }
    if (options->pg_version >= 0)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "--pg-version must not be negative");
    return FALSE;
}

static PgaSourceRequest
source_request(const PgaDiffOptions *options, const char *source, const PgaProgress *progress)
{
    return (PgaSourceRequest){
        .source = source,
        .bindir = options->pg_bindir,
        .pg_version = (guint)options->pg_version,
        .no_values = TRUE, /* nothing that is compared */
        .ask_password = pga_terminal_ask_password,
        .progress = progress,
    };
}

static PgaExit
run(const PgaDiffOptions *options, char **argv, PgaFormat format, GError **error)
{
    g_autoptr(PgaTerminalProgress) progress =
        pga_terminal_progress_new(options->quiet, options->verbose);
    const PgaProgress *receiver = pga_terminal_progress_get(progress);
    const PgaDiffRequest request = {.before = source_request(options, argv[1], receiver),
                                    .after = source_request(options, argv[2], receiver)};
    g_autoptr(PgaDiffReport) report = pga_app_diff(&request, error);
    g_autofree char *text = report ? pga_render_diff(report, format) : NULL;

    if (!report)
        return pga_exit_for(*error);
    if (options->output && !pga_file_write(options->output, text, strlen(text), error))
        return PGA_EXIT_INPUT;
    if (!options->output)
        g_print("%s", text);
    return options->exit_code && report->differences->len > 0 ? PGA_EXIT_FINDINGS : PGA_EXIT_OK;
}

PgaExit
pga_cmd_diff(int argc, char **argv, GError **error)
{
    g_auto(PgaDiffOptions) options = {0};
    PgaFormat format = PGA_FORMAT_TEXT;

    if (!pga_diff_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_diff_help);
        return PGA_EXIT_OK;
    }
    if (!check_arguments(&options, argc, error) ||
        (options.format && !pga_format_parse_page(options.format, &format, error)))
        return PGA_EXIT_INPUT;
    return run(&options, argv, format, error);
}
