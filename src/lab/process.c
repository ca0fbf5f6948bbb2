/* fork() and exec() for server programs. Between the two only calls of signal-safety(7). */
#include "base/error.h"
#include "base/interrupt.h"
#include "process_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    POLL_US = 2000,
    MAX_OUTPUT = 65536,
    RUN_LIMIT_S = 60,
    EXIT_UNPREPARED = 126, /* as a shell's: found but not runnable */
    EXIT_NOT_FOUND = 127,
};

static void
complain(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        _exit(EXIT_UNPREPARED);
}

static void
limit(__rlimit_resource_t resource, gint64 value)
{
    const struct rlimit both = {(rlim_t)value, (rlim_t)value};

    (void)setrlimit(resource, &both);
}

static void
close_all_but_standard(void)
{
    /* Linux 5.9; before it everything we open is close-on-exec anyway, and strangers' descriptors
     * are few */
    if (syscall(SYS_close_range, 3U, ~0U, 0U) != 0)
        for (int fd = 3; fd < 1024; fd++)
            close(fd);
}

static gboolean
drop_privileges(const PgaLabUser *user)
{
    return !user->change || (setgroups(1, &user->gid) == 0 && setgid(user->gid) == 0 &&
                             setuid(user->uid) == 0 && setuid(0) != 0);
}

/* PR_SET_PDEATHSIG comes after the change of user, which clears it (prctl(2)); a parent that died
 * before it shows in getppid(). */
static gboolean
prepare_child(const PgaProcessOptions *options, pid_t parent, int null_fd)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    if (dup2(null_fd, STDIN_FILENO) < 0 || dup2(options->output_fd, STDOUT_FILENO) < 0 ||
        dup2(options->output_fd, STDERR_FILENO) < 0)
        return FALSE;
    close_all_but_standard();
    if (setpgid(0, 0) != 0 || !drop_privileges(options->user) || chdir(options->directory) != 0)
        return FALSE;
    (void)umask(077);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_PDEATHSIG, SIGQUIT, 0, 0, 0) != 0 || getppid() != parent)
        return FALSE;
    limit(RLIMIT_CORE, 0);
    if (options->file_limit_bytes > 0)
        limit(RLIMIT_FSIZE, options->file_limit_bytes);
    if (options->memory_limit_bytes > 0) /* last: it may be below what we have mapped ourselves */
        limit(RLIMIT_AS, options->memory_limit_bytes);
    return TRUE;
}

/* Nothing of ours reaches the server: no PGPASSWORD, no locale, no library path. */
static char **
clean_environment(const char *directory)
{
    char **environment = g_new0(char *, 5);

    environment[0] = g_strdup("PATH=/usr/local/bin:/usr/bin:/bin");
    environment[1] = g_strdup("LC_ALL=C");
    environment[2] = g_strdup("TZ=UTC");
    environment[3] = g_strdup_printf("HOME=%s", directory);
    return environment;
}

pid_t
pga_process_start(const char *const *argv, const PgaProcessOptions *options, GError **error)
{
    g_auto(GStrv) environment = clean_environment(options->directory);
    g_auto(GStrv) arguments = g_strdupv((char **)argv);
    const pid_t parent = getpid();
    const int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    const pid_t pid = null_fd >= 0 ? fork() : -1;

    if (pid == 0) {
        if (!prepare_child(options, parent, null_fd)) {
            complain("the process could not be prepared: ");
            complain(strerror(errno));
            _exit(EXIT_UNPREPARED);
        }
        /* Not execve(), which builds with counters of lines wrap: they would be written here, as
         * another user, and complained of in the program's output. */
        execveat(AT_FDCWD, arguments[0], arguments, environment, 0);
        complain(arguments[0]);
        complain(": ");
        complain(strerror(errno));
        _exit(EXIT_NOT_FOUND);
    }
    if (pid < 0)
        pga_error_set(error, PGA_ERROR_LAB, "could not start \"%s\": %s", argv[0],
                      g_strerror(errno));
    if (null_fd >= 0)
        close(null_fd);
    return pid;
}

/* TRUE once it has ended and is reaped. */
static gboolean
has_ended(pid_t pid, int *status)
{
    pid_t got;

    do {
        got = waitpid(pid, status, WNOHANG);
    } while (got < 0 && errno == EINTR);
    return got != 0;
}

void
pga_process_stop(pid_t pid, int signal_number, guint grace_ms)
{
    const gint64 deadline = g_get_monotonic_time() + (gint64)grace_ms * 1000;
    int status = 0;

    kill(pid, signal_number);
    while (!has_ended(pid, &status)) {
        if (g_get_monotonic_time() >= deadline)
            kill(pid, SIGKILL);
        g_usleep(POLL_US);
    }
}

gboolean
pga_process_wait(pid_t pid, gint64 deadline, int *status, GError **error)
{
    while (!has_ended(pid, status)) {
        if (pga_interrupt_check(error)) {
            pga_process_stop(pid, SIGTERM, 1000);
            return FALSE;
        }
        if (g_get_monotonic_time() >= deadline) {
            pga_process_stop(pid, SIGTERM, 1000);
            pga_error_set(error, PGA_ERROR_LAB, "a program of the lab did not end in time");
            return FALSE;
        }
        g_usleep(POLL_US);
    }
    return TRUE;
}

char *
pga_last_line(const char *text)
{
    g_autofree char *trimmed = g_strchomp(g_strdup(text));
    const char *newline = strrchr(trimmed, '\n');

    return *trimmed ? g_strdup(newline ? newline + 1 : trimmed) : NULL;
}

char *
pga_fatal_line(const char *text)
{
    const char *fatal = strstr(text, "FATAL:");

    if (!fatal)
        return pga_last_line(text);
    fatal += strlen("FATAL:");
    fatal += strspn(fatal, " ");
    return g_strndup(fatal, strcspn(fatal, "\n"));
}

/* What was said last says why it ended. */
static char *
read_end(int fd)
{
    struct stat status = {0};
    char *text = g_malloc0(MAX_OUTPUT + 1);
    const off_t size = fstat(fd, &status) == 0 ? status.st_size : 0;
    const ssize_t length = pread(fd, text, MAX_OUTPUT, MAX(size - MAX_OUTPUT, 0));

    text[MAX(length, 0)] = '\0';
    return text;
}

static gboolean
judge(const char *program, int status, const char *output, GError **error)
{
    g_autofree char *line = pga_fatal_line(output);
    g_autofree char *name = g_path_get_basename(program);

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return TRUE;
    pga_error_set(error, PGA_ERROR_LAB, "%s failed", name);
    pga_error_detail(error, "%s", line ? line : "It said nothing.");
    return FALSE;
}

gboolean
pga_process_run(const char *const *argv, const PgaProcessOptions *options, char **output,
                GError **error)
{
    PgaProcessOptions captured = *options;
    gboolean ok = FALSE;
    int status = 0;
    pid_t pid;

    *output = NULL;
    captured.output_fd = memfd_create("output", MFD_CLOEXEC);
    if (captured.output_fd < 0) {
        pga_error_set(error, PGA_ERROR_LAB, "could not start \"%s\": %s", argv[0],
                      g_strerror(errno));
        return FALSE;
    }
    pid = pga_process_start(argv, &captured, error);
    if (pid > 0 &&
        pga_process_wait(pid, g_get_monotonic_time() + (gint64)RUN_LIMIT_S * G_USEC_PER_SEC,
                         &status, error)) {
        *output = read_end(captured.output_fd);
        ok = judge(argv[0], status, *output, error);
    }
    close(captured.output_fd);
    return ok;
}
