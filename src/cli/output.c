/* Parts of a document to a file or to standard output. */
#include "output.h"

#include <base/error.h>
#include <stdio.h>

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
