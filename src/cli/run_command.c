/* Running a program in the foreground and waiting for it. */
#include "run_command.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <base/error.h>
#include <base/interrupt.h>

#include "exit.h"
#include "terminal.h"

enum {
    POLL_MS = 50,       /* where the kernel has no pidfd_open() (before Linux 5.3) */
    PATIENCE_MS = 2000, /* after each signal that should end it */
};

/** Signals as they were before the program was started. */
typedef struct {
    struct sigaction interrupt, quit;
} Dispositions;

/* libpq's and the server programs' variables are "PG" and capitals; these only say how things look.
 */
static gboolean
leads_to_source(const char *name)
{
    static const char *const harmless[] = {
        "PGAPPNAME", "PGCLIENTENCODING", "PGDATESTYLE", "PGLOCALEDIR", "PGTZ", NULL};

    return g_str_has_prefix(name, "PG") && g_ascii_isupper(name[2]) &&
           !g_str_has_prefix(name, "PGARCHITECT_") && !g_strv_contains(harmless, name);
}

char **
pga_command_environment(const char *source, char *const *additions)
{
    char **environment = g_get_environ();
    g_auto(GStrv) names = g_listenv();

    for (guint i = 0; names[i]; i++) {
        const gboolean is_source =
            source && *source && g_str_equal(g_environ_getenv(environment, names[i]), source);

        if (is_source || leads_to_source(names[i]))
            environment = g_environ_unsetenv(environment, names[i]);
    }
    for (guint i = 0; additions[i]; i++) {
        const char *equals = strchr(additions[i], '=');
        g_autofree char *name =
            equals ? g_strndup(additions[i], (gsize)(equals - additions[i])) : NULL;

        if (name)
            environment = g_environ_setenv(environment, name, equals + 1, TRUE);
    }
    return environment;
}

/* In the child, with every signal blocked: none of our handlers shall run here. Only calls of
 * signal-safety(7); execvpe() is one in glibc, for a path with a slash. */
static void
become(const PgaCommand *command, const sigset_t *mask, int report_fd)
{
    static const int signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
    int failure;

    for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
        (void)signal(signals[i], SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, mask, NULL);
    if (command->stdin_fd < 0 || dup2(command->stdin_fd, STDIN_FILENO) >= 0)
        execvpe(command->path, command->argv, command->envp);
    failure = errno;
    if (write(report_fd, &failure, sizeof failure) < 0)
        _exit(PGA_EXIT_NOT_FOUND);
    _exit(PGA_EXIT_NOT_EXECUTABLE);
}

/* The process, or -1; *report_fd gives errno when exec() fails, else nothing. */
static pid_t
start(const PgaCommand *command, int *report_fd, GError **error)
{
    sigset_t all, mask;
    int fds[2];
    pid_t pid = -1;

    sigfillset(&all);
    if (g_unix_open_pipe(fds, FD_CLOEXEC, NULL)) {
        pthread_sigmask(SIG_SETMASK, &all, &mask);
        pid = fork();
        if (pid == 0)
            become(command, &mask, fds[1]);
        pthread_sigmask(SIG_SETMASK, &mask, NULL);
        close(fds[1]);
        *report_fd = fds[0];
    }
    if (pid < 0)
        pga_error_set(error, PGA_ERROR_INTERNAL, "could not start \"%s\": %s", command->path,
                      g_strerror(errno));
    return pid;
}

/* Whether it ended within @patience_ms (-1: however long), or an interrupt came. */
static gboolean
ended(pid_t pid, int pid_fd, int patience_ms, int *wait_status)
{
    const gint64 deadline = g_get_monotonic_time() + (gint64)patience_ms * 1000;
    const gboolean hurried = patience_ms >= 0; /* being stopped: no interrupt tells anything new */
    struct pollfd fds[] = {{pid_fd, POLLIN, 0}, {hurried ? -1 : pga_interrupt_fd(), POLLIN, 0}};

    while (waitpid(pid, wait_status, WNOHANG) == 0) {
        if (hurried ? g_get_monotonic_time() >= deadline : pga_interrupt_requested())
            return FALSE;
        (void)poll(fds, G_N_ELEMENTS(fds), hurried || pid_fd < 0 ? POLL_MS : -1);
    }
    return TRUE;
}

/* With the signal that we got. An interactive shell ignores SIGTERM but not SIGHUP. One that is
 * stopped must go on to end. */
static void
stop(pid_t pid, int pid_fd, int *wait_status)
{
    const int signals[] = {pga_interrupt_signal(), SIGTERM, SIGHUP};

    for (guint i = 0; i < G_N_ELEMENTS(signals); i++) {
        if (i > 0 && signals[i] == signals[0])
            continue;
        (void)kill(pid, signals[i]);
        (void)kill(pid, SIGCONT);
        if (ended(pid, pid_fd, PATIENCE_MS, wait_status))
            return;
    }
    (void)kill(pid, SIGKILL);
    while (waitpid(pid, wait_status, 0) < 0 && errno == EINTR)
        continue;
}

/* The exit status, as shells tell it. */
static int
await(pid_t pid)
{
    const int pid_fd = (int)syscall(SYS_pidfd_open, pid, 0U);
    int wait_status = 0;

    if (!ended(pid, pid_fd, -1, &wait_status))
        stop(pid, pid_fd, &wait_status);
    if (pid_fd >= 0)
        close(pid_fd);
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

static void
tell_failure(const PgaCommand *command, int report_fd)
{
    g_autoptr(GError) failure = NULL;
    int code = 0;

    if (read(report_fd, &code, sizeof code) == sizeof code) {
        pga_error_set(&failure, PGA_ERROR_INPUT, "could not run \"%s\": %s", command->path,
                      g_strerror(code));
        pga_terminal_print_error(failure);
    }
}

static void
leave_keys_to_it(Dispositions *before)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigaction(SIGINT, &ignore, &before->interrupt);
    sigaction(SIGQUIT, &ignore, &before->quit);
    (void)signal(SIGCHLD, SIG_DFL); /* ignored, as some parents leave it, no status would come */
}

gboolean
pga_command_run(const PgaCommand *command, int *status, GError **error)
{
    Dispositions before;
    int report_fd = -1;
    pid_t pid;

    leave_keys_to_it(&before);
    pid = start(command, &report_fd, error);
    if (pid > 0) {
        tell_failure(command, report_fd); /* returns as soon as exec() has succeeded */
        *status = await(pid);
    }
    if (report_fd >= 0)
        close(report_fd);
    sigaction(SIGINT, &before.interrupt, NULL);
    sigaction(SIGQUIT, &before.quit, NULL);
    return pid > 0;
}
