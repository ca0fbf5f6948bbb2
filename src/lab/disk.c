/* A lab without room: what to say, wherever it is noticed. */
#include "base/error.h"
#include "lab_internal.h"
#include <string.h>
#include <sys/statvfs.h>

enum { MIN_FREE_BYTES = 1 << 20 }; /* a segment of WAL: less is none to a server */

gboolean
pga_disk_is_full(const char *text)
{
    return strstr(text, "No space left on device") || strstr(text, "Disk quota exceeded");
}

gboolean
pga_disk_has_room(const PgaLab *lab)
{
    struct statvfs status;

    return statvfs(pga_directory_get_path(lab->directory), &status) != 0 ||
           (guint64)status.f_bavail * status.f_frsize >= MIN_FREE_BYTES;
}

/* Behind the time and the severity, if a server wrote it. */
static char *
message_in(char *line)
{
    static const char *const severities[] = {"ERROR:", "FATAL:", "PANIC:"};

    for (guint i = 0; i < G_N_ELEMENTS(severities); i++) {
        char *at = strstr(line, severities[i]);

        if (at)
            return g_strstrip(at + strlen(severities[i]));
    }
    return g_strstrip(line);
}

/* (transfer full) (nullable): what its line says that says so. */
static char *
line_of(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i]; i++)
        if (pga_disk_is_full(lines[i]))
            return g_utf8_make_valid(message_in(lines[i]), -1);
    return NULL;
}

/* The sizes: a data directory as initdb makes it with 16 MB of WAL; 10,000 tables of bench/clone.
 */
void
pga_disk_set_full(const PgaLab *lab, const char *text, GError **error)
{
    g_autofree char *line = line_of(text);
    g_autofree char *folder = g_path_get_dirname(pga_directory_get_path(lab->directory));

    pga_error_set(error, PGA_ERROR_LAB, "the lab ran out of disk space");
    if (line)
        pga_error_detail(error, "%s.", line);
    pga_error_hint(error,
                   "It is in %s, which needs 100 MB, and 50 MB more for each thousand tables with "
                   "their indexes: give it room, or set TMPDIR to a folder that has it.",
                   folder);
}
