/* The planner module: where it is looked for, and how it gets to the lab's server. */
#include "base/error.h"
#include "lab_internal.h"
#include "module_internal.h"
#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define DIRECTORY_VARIABLE "PGARCHITECT_WHATIF_DIR"
#define FILE_NAME          "pgarchitect_whatif.so"

enum { MAX_PARENTS = 4 }; /* tests stand up to three folders below the build folder */

/* (transfer full) (nullable) */
static char *
module_in(const char *directory, guint major)
{
    g_autofree char *number = g_strdup_printf("%u", major);
    g_autofree char *path = g_build_filename(directory, number, FILE_NAME, NULL);
    struct stat status;

    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || (status.st_mode & S_IWOTH) != 0)
        return NULL;
    return g_canonicalize_filename(path, NULL);
}

/* (nullable): @start and the folders above it, as far as one of them has a folder "whatif" */
static char *
module_above(const char *start, guint major)
{
    g_autofree char *directory = g_strdup(start);
    char *found = NULL;

    for (guint i = 0; i <= MAX_PARENTS && !found; i++) {
        g_autofree char *below = g_steal_pointer(&directory);
        g_autofree char *candidate = g_build_filename(below, "whatif", NULL);

        found = module_in(candidate, major);
        directory = g_path_get_dirname(below);
    }
    return found;
}

char *
pga_lab_module_find(guint major)
{
    const char *variable = g_getenv(DIRECTORY_VARIABLE);
    g_autofree char *program = NULL, *directory = NULL, *installed = NULL;
    char *found;

    if (variable && *variable)
        return module_in(variable, major);
    program = g_file_read_link("/proc/self/exe", NULL);
    if (!program)
        return NULL;
    directory = g_path_get_dirname(program);
    installed = g_build_filename(directory, "..", PGA_LIBDIR, "pgarchitect/whatif", NULL);
    found = module_in(installed, major);
    return found ? found : module_above(directory, major);
}

static gboolean
has_module(const PgaBinaries *binaries)
{
    g_autofree char *path = pga_lab_module_find(binaries->version_num / 10000);

    return path != NULL;
}

const PgaBinaries *
pga_binaries_choose_with_module(const GPtrArray *found, guint major)
{
    const PgaBinaries *newer = NULL, *older = NULL;

    for (guint i = 0; i < found->len; i++) {
        const PgaBinaries *binaries = g_ptr_array_index(found, i);
        const guint has = binaries->version_num / 10000;

        if (!has_module(binaries))
            continue;
        if (has == major || major == 0)
            return binaries;
        if (has < major) {
            older = binaries; /* they go down: no other is nearer */
            break;
        }
        if (!newer || has < newer->version_num / 10000)
            newer = binaries;
    }
    if (newer)
        return newer;
    return older ? older : pga_binaries_choose(found, major);
}

static gboolean
copy_module(const PgaLab *lab, const char *from, const char *to, GError **error)
{
    g_autofree char *contents = NULL;
    g_autoptr(GError) cause = NULL;
    gsize length = 0;

    if (g_file_get_contents(from, &contents, &length, &cause) &&
        g_file_set_contents_full(to, contents, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
                                 &cause) &&
        pga_lab_own(lab, to))
        return TRUE;
    if (g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOSPC))
        pga_disk_set_full(lab, "", error);
    else
        pga_error_set(error, PGA_ERROR_LAB, "could not copy the planner module into the lab");
    pga_error_detail(error, "Copying \"%s\" to \"%s\": %s.", from, to,
                     cause ? cause->message : g_strerror(errno));
    return FALSE;
}

/* Mounted noexec, as containers mount /dev/shm: no library can be loaded from there. */
static gboolean
forbids_libraries(const char *directory)
{
    struct statvfs status;

    return statvfs(directory, &status) == 0 && (status.f_flag & ST_NOEXEC) != 0;
}

char *
pga_lab_module_install(PgaLab *lab, GError **error)
{
    g_autofree char *from = pga_lab_module_find(lab->binaries->version_num / 10000);
    g_autofree char *to = pga_lab_path(lab, FILE_NAME);

    if (from && forbids_libraries(pga_directory_get_path(lab->directory)))
        return g_steal_pointer(&from);
    /* not written again: a backend may have it mapped */
    if (from && (g_file_test(to, G_FILE_TEST_EXISTS) || copy_module(lab, from, to, error)))
        return g_steal_pointer(&to);
    return NULL;
}
