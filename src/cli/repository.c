#include "repository.h"

char *
pga_cli_repository(const char *folder)
{
    g_autofree char *at = g_strdup(folder);

    for (;;) {
        g_autofree char *git = g_build_filename(at, ".git", NULL);
        g_autofree char *above = g_path_get_dirname(at);

        if (g_file_test(git, G_FILE_TEST_EXISTS))
            return g_steal_pointer(&at);
        if (g_str_equal(at, above))
            return g_strdup(folder);
        g_free(at);
        at = g_steal_pointer(&above);
    }
}
