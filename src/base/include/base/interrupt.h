/* Ctrl-C and SIGTERM as a question that long work asks. The only global state of the program,
 * because a signal handler has nowhere else to write. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* Called once by main(): SIGINT, SIGTERM and SIGHUP set the flag; a second SIGINT ends the process.
 */
void pga_interrupt_install(void);

gboolean pga_interrupt_requested(void);

/* Which of the signals came first; 0: none yet. */
int pga_interrupt_signal(void);

/* A descriptor that becomes readable with the flag, for poll(); -1 before pga_interrupt_install().
 */
int pga_interrupt_fd(void);

/* TRUE when requested, with PGA_ERROR_INTERRUPTED set. */
gboolean pga_interrupt_check(GError **error);

G_END_DECLS
