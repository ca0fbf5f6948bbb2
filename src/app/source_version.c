/* --pg-version: for which server something is judged. */
#include "source_internal.h"

#include <base/error.h>

gboolean
pga_source_version_parse(const char *text, guint *version, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ".", 3);
    guint64 major = 0, minor = 0;

    if (parts[0] && g_ascii_string_to_unsigned(parts[0], 10, 10, 99, &major, NULL) &&
        (!parts[1] ||
         (!parts[2] && g_ascii_string_to_unsigned(parts[1], 10, 0, 99, &minor, NULL)))) {
        *version = (guint)(major * 10000 + minor);
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_INPUT, "--pg-version \"%s\" is no version of PostgreSQL", text);
    pga_error_hint(error, "Give a major version from 10 on, or with its minor: 14, 14.3, 17.");
    return FALSE;
}
