/* A tool is run as servers are: never as root, never outliving us. */
#include "lab/tool.h"

#include "base/directory.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "process_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POLL_US = 2000, READY_LIMIT_S = 15, MAX_OUTPUT = 65536, GRACE_MS = 2000 };

char *
pga_tool_find(const char *program)
{
    static const char *const folders[] = {"/usr/sbin", "/usr/local/sbin", "/sbin"};
    char *path = g_find_program_in_path(program);

    for (guint i = 0; !path && i < G_N_ELEMENTS(folders); i++) {
        path = g_build_filename(folders[i], program, NULL);
        if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
            g_clear_pointer(&path, g_free);
    }
    return path;
}

static gboolean
put_files(const PgaTool *tool, const char *directory, const PgaLabUser *user, GError **error)
{
    for (guint i = 0; i < tool->n_files; i++) {
        g_autofree char *path = g_build_filename(directory, tool->files[i].name, NULL);
        g_autoptr(GError) cause = NULL;

        if (g_file_set_contents(path, tool->files[i].text, -1, &cause) &&
            (!user->change || chown(path, user->uid, user->gid) == 0))
            continue;
        pga_error_set(error, PGA_ERROR_LAB, "could not write \"%s\": %s", tool->files[i].name,
                      cause ? cause->message : g_strerror(errno));
        return FALSE;
    }
    return TRUE;
}

static char *
read_output(int fd)
{
    char *text = g_malloc0(MAX_OUTPUT + 1);

    if (pread(fd, text, MAX_OUTPUT, 0) < 0)
        *text = '\0';
    return text;
}

/* Whether it said that it is ready before it ended. */
static gboolean
wait_until(PgaTool *tool, pid_t pid, int fd, GError **error)
{
    const gint64 deadline = g_get_monotonic_time() + (gint64)READY_LIMIT_S * G_USEC_PER_SEC;
    gboolean ready = FALSE, ended = FALSE;
    int status = 0;

    while (!ready && !ended && g_get_monotonic_time() < deadline && !pga_interrupt_check(error)) {
        g_usleep(POLL_US);
        ended = waitpid(pid, &status, WNOHANG) != 0;
        g_free(tool->output);
        tool->output = read_output(fd);
        ready = strstr(tool->output, tool->until) != NULL;
    }
    if (!ended)
        pga_process_stop(pid, SIGTERM, GRACE_MS);
    return ready;
}

static gboolean
run_until(PgaTool *tool, const char *const *argv, PgaProcessOptions *options, GError **error)
{
    g_autoptr(GError) cause = NULL;
    gboolean ready = FALSE;
    pid_t pid;

    options->output_fd = memfd_create("output", MFD_CLOEXEC);
    if (options->output_fd < 0) {
        pga_error_set(error, PGA_ERROR_LAB, "could not start \"%s\": %s", argv[0],
                      g_strerror(errno));
        return FALSE;
    }
    pid = pga_process_start(argv, options, &cause);
    if (pid > 0)
        ready = wait_until(tool, pid, options->output_fd, &cause);
    close(options->output_fd);
    if (!ready && cause)
        g_propagate_error(error, g_steal_pointer(&cause));
    else if (!ready) {
        g_autofree char *line = pga_last_line(tool->output ? tool->output : "");

        pga_error_set(error, PGA_ERROR_LAB, "%s failed", tool->program);
        pga_error_detail(error, "%s", line ? line : "It said nothing.");
    }
    return ready;
}

gboolean
pga_tool_run(PgaTool *tool, GError **error)
{
    g_autofree char *path = pga_tool_find(tool->program);
    g_autoptr(PgaDirectory) directory = NULL;
    g_auto(PgaLabUser) user = {0};
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    PgaProcessOptions options = {.user = &user, .output_fd = -1};

    if (!path) {
        pga_error_set(error, PGA_ERROR_LAB, "%s is not installed", tool->program);
        return FALSE;
    }
    if (!pga_lab_user_find(&user, error))
        return FALSE;
    directory = pga_directory_new(user.uid, user.gid, error);
    if (!directory || !put_files(tool, pga_directory_get_path(directory), &user, error))
        return FALSE;
    options.directory = pga_directory_get_path(directory);
    g_ptr_array_add(argv, path);
    for (guint i = 0; tool->arguments[i]; i++)
        g_ptr_array_add(argv, (gpointer)tool->arguments[i]);
    g_ptr_array_add(argv, NULL);
    return tool->until
               ? run_until(tool, (const char *const *)argv->pdata, &options, error)
               : pga_process_run((const char *const *)argv->pdata, &options, &tool->output, error);
}
