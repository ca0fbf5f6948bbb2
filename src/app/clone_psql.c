/* Where psql is. */
#include "app/clone.h"

#include <base/error.h>
#include <lab/binaries.h>

char *
pga_app_clone_psql(const char *bindir, GError **error)
{
    g_autoptr(GPtrArray) found = NULL;
    char *psql = g_find_program_in_path("psql");

    if (psql)
        return psql;
    found = pga_binaries_find(bindir, NULL); /* that there are none is said by the lab */
    for (guint i = 0; found && i < found->len; i++) {
        const PgaBinaries *binaries = g_ptr_array_index(found, i);
        g_autofree char *path = g_build_filename(binaries->bindir, "psql", NULL);

        if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
            return g_steal_pointer(&path);
    }
    pga_error_set(error, PGA_ERROR_INPUT, "psql was not found");
    pga_error_detail(error, "It is neither on PATH nor beside the server programs.");
    pga_error_hint(error, "Install Debian's package postgresql-client, or name a program to run on "
                          "the clone after \"--\".");
    return NULL;
}
