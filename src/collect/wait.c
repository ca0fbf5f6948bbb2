/* poll() on a connection's socket and the interrupt's descriptor. */
#include "wait_internal.h"

#include <base/interrupt.h>
#include <errno.h>
#include <poll.h>

/* poll()'s timeout in ms, rounded up so that a deadline is never met too early. */
static int
milliseconds_until(gint64 deadline)
{
    const gint64 left = deadline - g_get_monotonic_time();

    if (deadline == 0)
        return -1;
    if (left <= 0)
        return 0;
    return (int)MIN((left + 999) / 1000, G_MAXINT);
}

PgaWait
pga_wait_socket(int socket, short events, gint64 deadline)
{
    struct pollfd fds[] = {
        {.fd = socket, .events = events},
        {.fd = pga_interrupt_fd(), .events = POLLIN}, /* -1 is ignored by poll() */
    };

    for (;;) {
        const int n_ready = poll(fds, G_N_ELEMENTS(fds), milliseconds_until(deadline));

        if (pga_interrupt_requested() || (n_ready > 0 && fds[1].revents))
            return PGA_WAIT_INTERRUPTED;
        if (n_ready > 0)
            return PGA_WAIT_READY;
        if (n_ready == 0 && deadline != 0 && g_get_monotonic_time() >= deadline)
            return PGA_WAIT_TIMEOUT;
        if (n_ready < 0 && errno != EINTR && errno != EAGAIN)
            return PGA_WAIT_READY;
    }
}
