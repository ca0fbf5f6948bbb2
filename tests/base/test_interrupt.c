/* What signals do to the question "shall we stop?". Each case is a process of its own: the flag is
 * never unset. */
#include "base/error.h"
#include "base/interrupt.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static gboolean
is_readable(int fd)
{
    struct pollfd ask = {.fd = fd, .events = POLLIN};

    return poll(&ask, 1, 0) == 1 && (ask.revents & POLLIN);
}

static void
check_flag(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(pga_interrupt_fd(), ==, -1);
    pga_interrupt_install();
    g_assert_false(pga_interrupt_requested());
    g_assert_false(pga_interrupt_check(&error));
    g_assert_no_error(error);
    g_assert_false(is_readable(pga_interrupt_fd()));
    g_assert_cmpint(pga_interrupt_signal(), ==, 0);
    g_assert_cmpint(raise(SIGTERM), ==, 0);
    g_assert_true(pga_interrupt_requested());
    g_assert_true(is_readable(pga_interrupt_fd()));
    g_assert_true(pga_interrupt_check(&error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INTERRUPTED);
    g_assert_cmpint(raise(SIGHUP), ==, 0);
    g_assert_cmpint(raise(SIGINT), ==, 0);
    g_assert_true(pga_interrupt_requested());
    g_assert_cmpint(pga_interrupt_signal(), ==, SIGTERM);
}

static void
check_second_sigint(void)
{
    pga_interrupt_install();
    pga_interrupt_install();
    g_assert_cmpint(raise(SIGINT), ==, 0);
    g_assert_true(pga_interrupt_requested());
    g_assert_cmpint(raise(SIGINT), ==, 0);
}

/* How a child process that runs @check ends, as waitpid() says it. */
static int
status_of(void (*check)(void))
{
    int status;
    const pid_t child = fork();

    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        check();
        exit(0);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    return status;
}

static void
test_flag(void)
{
    g_assert_cmpint(status_of(check_flag), ==, 0);
}

static void
test_second_sigint(void)
{
    const int status = status_of(check_second_sigint);

    g_assert_true(WIFSIGNALED(status));
    g_assert_cmpint(WTERMSIG(status), ==, SIGINT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/interrupt/signal-sets-flag-and-wakes-poll", test_flag);
    g_test_add_func("/base/interrupt/second-sigint-ends", test_second_sigint);
    return g_test_run();
}
