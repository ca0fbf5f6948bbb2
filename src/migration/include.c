/* psql takes the path of \i from where it was started, which is not known here: the present folder
 * is tried, then the including file's. */
#include "include_internal.h"
#include <stdlib.h>
#include <string.h>

gboolean
pga_migration_is_inside(const char *path, const char *root)
{
    g_autofree char *real = realpath(path, NULL);

    return real && g_str_has_prefix(real, root) &&
           (real[strlen(root)] == '/' || real[strlen(root)] == '\0' || strcmp(root, "/") == 0);
}

char *
pga_migration_include_find(const MigrationInclude *include, const char *path, const char **why)
{
    g_autofree char *folder = g_path_get_dirname(include->from);
    g_autofree char *beside =
        g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(folder, path, NULL);
    const char *found = beside;

    if (!include->relative && g_file_test(path, G_FILE_TEST_IS_REGULAR))
        found = path;
    if (!include->root)
        *why = "is not read from here";
    else if (!g_file_test(found, G_FILE_TEST_EXISTS))
        *why = "is not there";
    else if (!pga_migration_is_inside(found, include->root))
        *why = "is outside of the migrations' folder, and not read";
    else if (!g_file_test(found, G_FILE_TEST_IS_REGULAR))
        *why = "is not a file";
    else
        return g_strdup(found);
    return NULL;
}
