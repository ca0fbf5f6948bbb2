/* Labs whose owner was killed. Their postmaster went with it (PR_SET_PDEATHSIG), so usually just a
 * directory remains; a process is ended only when it is a server program working inside that very
 * directory. */
#include "base/directory.h"
#include "lab/lab.h"
#include "process_internal.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POLL_US = 5000, GRACE_US = 2000000 };

GPtrArray *
pga_lab_leftovers(void)
{
    g_auto(PgaLabUser) user = {0};
    GPtrArray *paths = NULL;

    if (!pga_lab_user_find(&user, NULL))
        user.uid = geteuid();
    pga_directory_leftovers(user.uid, &paths);
    return paths;
}

static gboolean
is_within(const char *path, const char *directory)
{
    const size_t length = strlen(directory);

    return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* Whether process @name of /proc is a server program whose working directory is in @directory. */
static gboolean
works_in(const char *name, const char *directory)
{
    g_autofree char *cwd_link = g_build_filename("/proc", name, "cwd", NULL);
    g_autofree char *exe_link = g_build_filename("/proc", name, "exe", NULL);
    g_autofree char *cwd = g_file_read_link(cwd_link, NULL);
    g_autofree char *exe =
        cwd && is_within(cwd, directory) ? g_file_read_link(exe_link, NULL) : NULL;
    g_autofree char *program = exe ? g_path_get_basename(exe) : NULL;

    return program &&
           (g_str_has_prefix(program, "postgres") || g_str_has_prefix(program, "initdb"));
}

static guint
signal_those_in(const char *directory, int signal_number)
{
    g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
    const char *name;
    guint n = 0;

    while (proc && (name = g_dir_read_name(proc))) {
        if (!g_ascii_isdigit(*name) || !works_in(name, directory))
            continue;
        n++;
        kill((pid_t)g_ascii_strtoll(name, NULL, 10), signal_number);
    }
    return n;
}

static void
end_processes(const char *path)
{
    g_autofree char *directory = realpath(path, NULL);
    const gint64 deadline = g_get_monotonic_time() + GRACE_US;

    if (!directory || signal_those_in(directory, SIGQUIT) == 0)
        return;
    while (signal_those_in(directory, 0) > 0 && g_get_monotonic_time() < deadline)
        g_usleep(POLL_US);
    signal_those_in(directory, SIGKILL);
}

guint
pga_lab_remove_leftovers(void)
{
    g_autoptr(GPtrArray) paths = pga_lab_leftovers();
    guint n = 0;

    for (guint i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);

        end_processes(path);
        if (pga_directory_remove_tree(path, NULL))
            n++;
    }
    return n;
}
