/* Parts of a document to a file or to standard output. */
#include "output.h"

#include <stdio.h>

#include "terminal.h"
#include <base/error.h>

#define FILE_WIDTH 100

gboolean
pga_cli_output_take(const char *text, gsize length, gpointer data)
{
    const PgaCliOutput *output = data;

    if (output->draft)
        return pga_file_draft_write(output->draft, text, length, output->error);
    if (fwrite(text, 1, length, stdout) == length)
        return TRUE;
    pga_error_set(output->error, PGA_ERROR_INPUT, "standard output cannot be written");
    return FALSE;
}

void
pga_cli_output_failure(const char *verb, gboolean is_json, const char *path, const GError *failure)
{
    g_autofree char *text = NULL;

    if (!is_json || path)
        return;
    text = pga_render_error_json(verb, failure);
    g_print("%s", text);
}

gboolean
pga_cli_lint_output_parse(const PgaCliLintOptions *options, PgaCliLintOutput *output,
                          GError **error)
{
    const char *fail_on = options->fail_on ? options->fail_on : "error";

    output->fails = !g_str_equal(fail_on, "none");
    if (options->format && !pga_format_parse(options->format, &output->render.format, error))
        return FALSE;
    if (output->fails && !pga_severity_parse(fail_on, &output->fail_on, error)) {
        pga_error_hint(error, "Allowed values: info, warning, error, none.");
        return FALSE;
    }
    output->render.all = options->all;
    output->render.width = options->output ? FILE_WIDTH : pga_terminal_width();
    return pga_terminal_colour(options->color, options->output != NULL, &output->render.colour,
                               error);
}
