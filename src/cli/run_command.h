/* Another program at our place: it has the terminal, we wait. */
#pragma once
#include <glib.h>

typedef struct {
    const char *path;
    char *const *argv; /* NULL-terminated, with the program's name */
    char *const *envp; /* NULL-terminated */
    int stdin_fd;      /* its standard input; -1: ours */
} PgaCommand;

/**
 * pga_command_run:
 * @status: (out): as a shell has it in $?: the exit status, 128 + N when ended by signal N, 126
 * when it could not be executed (which is said on standard error)
 *
 * As system() does it, Ctrl-C and Ctrl-\ are the program's affair while it runs. SIGTERM and SIGHUP
 * end it.
 *
 * Returns: %FALSE with PGA_ERROR_INTERRUPTED after SIGTERM or SIGHUP, PGA_ERROR_INTERNAL when no
 * process could be made
 */
gboolean pga_command_run(const PgaCommand *command, int *status, GError **error);

/**
 * pga_command_environment:
 * @source: (nullable): what the user called the source
 * @additions: NULL-terminated, "NAME=value"
 *
 * (transfer full): our environment without what leads to, or opens, the source: libpq's variables
 * and any variable whose value is @source; with @additions.
 */
char **pga_command_environment(const char *source, char *const *additions);
