#include "baseline_file.h"

#include <base/file.h>
#include <string.h>

gboolean
pga_cli_write_baseline(const char *path, char *text, GPtrArray *notes, GError **error)
{
    g_autofree char *owned = text;

    if (!path || !owned)
        return TRUE;
    if (!pga_file_write(path, owned, strlen(owned), error))
        return FALSE;
    g_ptr_array_add(notes, g_strdup_printf("Baseline written: %s.", path));
    return TRUE;
}
