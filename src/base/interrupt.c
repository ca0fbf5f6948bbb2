/* The flag that a signal sets, and the pipe that makes it visible to poll(). */
#include "base/interrupt.h"
#include "base/error.h"
#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t requested; /* the number of the first signal */
static int pipe_fds[2] = {-1, -1};

/* Only calls of signal-safety(7). The write may fail on a full pipe, which is readable already. */
static void
on_signal(int signal_number)
{
    const int saved_errno = errno;

    if (signal_number == SIGINT)
        (void)signal(SIGINT, SIG_DFL);
    if (!requested) {
        requested = signal_number;
        if (pipe_fds[1] >= 0 && write(pipe_fds[1], "!", 1) < 0)
            requested = signal_number; /* full: it is readable already */
    }
    errno = saved_errno;
}

void
pga_interrupt_install(void)
{
    /* without SA_RESTART: whoever waits in open() for a pipe's writer shall learn of it */
    struct sigaction action = {.sa_handler = on_signal};

    if (pipe_fds[0] < 0 && g_unix_open_pipe(pipe_fds, FD_CLOEXEC, NULL))
        g_unix_set_fd_nonblocking(pipe_fds[1], TRUE, NULL);
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

gboolean
pga_interrupt_requested(void)
{
    return requested != 0;
}

int
pga_interrupt_signal(void)
{
    return requested;
}

int
pga_interrupt_fd(void)
{
    return pipe_fds[0];
}

gboolean
pga_interrupt_check(GError **error)
{
    if (!pga_interrupt_requested())
        return FALSE;
    pga_error_set(error, PGA_ERROR_INTERRUPTED, "interrupted");
    return TRUE;
}
