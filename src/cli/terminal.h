/* The terminal: what standard output can show, a password asked without echo, progress on standard
 * error. */
#pragma once
#include <base/progress.h>
#include <glib.h>

/* WHEN of --color: NULL is auto. PGA_ERROR_INPUT for another word. */
gboolean pga_terminal_colour(const char *when, gboolean to_file, gboolean *out, GError **error);

/* Columns of standard output; 80 when it is no terminal and COLUMNS says nothing; 40 to 120. */
guint pga_terminal_width(void);

/* (transfer full) (nullable): NULL without a terminal or at end of input. */
char *pga_terminal_ask_password(gpointer unused, const char *user);

/* Prints an error's message, detail and hint on standard error, made safe for a terminal. */
void pga_terminal_print_error(const GError *error);

typedef struct PgaTerminalProgress PgaTerminalProgress;

/* Shows a step once the program has been at work for two seconds; verbose shows each at once, quiet
 * none. */
PgaTerminalProgress *pga_terminal_progress_new(gboolean quiet, gboolean verbose);
const PgaProgress *pga_terminal_progress_get(PgaTerminalProgress *progress);
/* Nothing is shown from now on: somebody else has the terminal. */
void pga_terminal_progress_silence(PgaTerminalProgress *progress);
void pga_terminal_progress_free(PgaTerminalProgress *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaTerminalProgress, pga_terminal_progress_free)
