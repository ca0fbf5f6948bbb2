/* design: requirements in, an architecture or a bundle of files out. */
#include <app/design.h>
#include <base/error.h>
#include <design/design.h>
#include <options.h>
#include <render/design.h>

#include "design_init.h"
#include "output.h"
#include "terminal.h"
#include "verb.h"

typedef struct {
    PgaDesignFormat format;
    PgaRenderOptions render;
    guint tier;
} Output;

static gboolean
parse_output(const PgaDesignOptions *options, Output *output, GError **error)
{
    if (options->format && !pga_design_format_parse(options->format, &output->format, error))
        return FALSE;
    output->render.width = pga_terminal_width();
    if (options->tier < 0 || options->tier > 3) {
        pga_error_set(error, PGA_ERROR_INPUT, "--tier is 1, 2 or 3, not %d", options->tier);
        return FALSE;
    }
    output->tier = options->tier > 0 ? (guint)options->tier : 2;
    return pga_terminal_colour(options->color, FALSE, &output->render.colour, error);
}

static PgaExit
print_example(const char *type, GError **error)
{
    PgaWorkloadClass workload = PGA_WORKLOAD_OLTP;

    if (!pga_workload_class_parse(type, &workload, error))
        return PGA_EXIT_INPUT;
    g_print("%s", pga_design_example(workload));
    return PGA_EXIT_OK;
}

static PgaExit
fail(const Output *output, const GError *failure)
{
    pga_cli_output_failure("design", output->format == PGA_DESIGN_JSON, NULL, failure);
    return pga_exit_for(failure);
}

static PgaTerminalProgress *
open_progress(const PgaDesignOptions *options)
{
    return pga_terminal_progress_new(options->quiet, options->verbose);
}

/* What can be refused is refused before the work, not after it. */
static PgaExit
design(const PgaDesignOptions *options, PgaDesignRequest *request, const Output *output,
       GError **error)
{
    g_autoptr(PgaTerminalProgress) progress = open_progress(options);
    g_autoptr(PgaArchitecture) architecture = NULL;
    g_autofree char *text = NULL;

    request->from.progress = pga_terminal_progress_get(progress);
    if (options->output && !pga_bundle_check_place(options->output, options->force, error))
        return fail(output, *error);
    architecture = pga_app_design(request, error);
    if (!architecture || (options->output &&
                          !pga_bundle_write(architecture, options->output, options->force, error)))
        return fail(output, *error);
    text = pga_render_design(architecture, output->format, output->tier, &output->render);
    g_print("%s", text);
    return PGA_EXIT_OK;
}

static PgaExit
verify(const PgaDesignOptions *options, PgaDesignRequest *request, const Output *output,
       GError **error)
{
    g_autoptr(PgaTerminalProgress) progress = open_progress(options);
    g_autoptr(PgaBundleVerification) verification = NULL;
    g_autofree char *text = NULL;

    request->from.progress = pga_terminal_progress_get(progress);
    verification = pga_app_design_verify(options->verify, request, error);
    if (!verification)
        return fail(output, *error);
    text = pga_render_bundle_verification(verification, output->format, &output->render);
    g_print("%s", text);
    return verification->good ? PGA_EXIT_OK : PGA_EXIT_FINDINGS;
}

static void
fill_request(const PgaDesignOptions *options, char **argv, PgaDesignRequest *request)
{
    *request = (PgaDesignRequest){
        .from = {.source = argv[1],
                 .host = options->host,
                 .port = options->port,
                 .user = options->username,
                 .service = options->service,
                 .bindir = options->pg_bindir,
                 .ask_password = pga_terminal_ask_password},
        .pg_version = options->pg_version,
        .pg_partman = options->pg_partman,
        .no_lab = options->no_lab,
        .now = g_get_real_time() / G_USEC_PER_SEC,
    };
}

static gboolean
check_arguments(const PgaDesignOptions *options, int argc, GError **error)
{
    if (options->init || options->example ? argc == 1
        : options->verify                 ? argc == 1 && !options->output
                                          : argc == 2)
        return TRUE;
    if (options->init || options->example)
        pga_error_set(error, PGA_ERROR_INPUT, "--init and --example take no file");
    else if (options->verify)
        pga_error_set(error, PGA_ERROR_INPUT, "--verify takes a bundle, and nothing else");
    else
        pga_error_set(error, PGA_ERROR_INPUT, "one requirements file or source is needed");
    pga_error_hint(error, "pgarchitect design --example oltp prints a file to begin with.");
    return FALSE;
}

PgaExit
pga_cmd_design(int argc, char **argv, GError **error)
{
    g_auto(PgaDesignOptions) options = {0};
    PgaDesignRequest request = {0};
    Output output = {0};

    if (!pga_design_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_design_help);
        return PGA_EXIT_OK;
    }
    if (!parse_output(&options, &output, error) || !check_arguments(&options, argc, error))
        return PGA_EXIT_INPUT;
    if (options.example)
        return print_example(options.example, error);
    if (options.init)
        return pga_design_init(options.output, options.force, error) ? PGA_EXIT_OK
                                                                     : pga_exit_for(*error);
    fill_request(&options, argv, &request);
    return options.verify ? verify(&options, &request, &output, error)
                          : design(&options, &request, &output, error);
}
