/* Waiting for a socket so that Ctrl-C and a deadline end the wait. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef enum { PGA_WAIT_READY, PGA_WAIT_TIMEOUT, PGA_WAIT_INTERRUPTED } PgaWait;

/* @events: POLLIN, POLLOUT; @deadline: g_get_monotonic_time(), 0: none. An error of the socket is
 * READY: whoever reads from it next is told what happened. */
PgaWait pga_wait_socket(int socket, short events, gint64 deadline);

G_END_DECLS
