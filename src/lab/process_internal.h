/* Running server programs: as an unprivileged user, in a clean environment, under limits, never
 * outliving us. */
#pragma once
#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/** Whom the lab's processes run as. */
typedef struct {
    uid_t uid;
    gid_t gid;
    char *name;
    gboolean change; /* we are root and have to become that user */
} PgaLabUser;

/* PGA_ERROR_LAB when there is no such user, or when it is root. */
gboolean pga_lab_user_find(PgaLabUser *out, GError **error);
void pga_lab_user_clear(PgaLabUser *user);

/* (transfer full) (nullable): the first folder above @path that @user may not enter, by its mode.
 */
char *pga_lab_user_barrier(const PgaLabUser *user, const char *path);

/* The name that the operating system has for us, as peer authentication sees it. (transfer full) */
char *pga_own_user(void);

typedef struct {
    const PgaLabUser *user;
    const char *directory;     /* working directory and HOME */
    int output_fd;             /* gets stdout and stderr */
    gint64 memory_limit_bytes; /* address space of each process; 0: none */
    gint64 file_limit_bytes;   /* of each file written; 0: none */
} PgaProcessOptions;

/* (array zero-terminated): @argv. Returns the process, -1 with PGA_ERROR_LAB. */
pid_t pga_process_start(const char *const *argv, const PgaProcessOptions *options, GError **error);

/**
 * pga_process_wait:
 * @deadline: g_get_monotonic_time()
 * @status: (out): as of waitpid()
 *
 * On failure the process was killed and reaped. PGA_ERROR_LAB (deadline), PGA_ERROR_INTERRUPTED.
 */
gboolean pga_process_wait(pid_t pid, gint64 deadline, int *status, GError **error);

/* Gives it @grace_ms to end by @signal_number, then kills it; reaps it. */
void pga_process_stop(pid_t pid, int signal_number, guint grace_ms);

/**
 * pga_process_run:
 * @options: output_fd is ignored
 * @output: (out): the last 64 KiB of stdout and stderr, set whenever the program ran
 *
 * Runs it to its end. FALSE when it could not be run or ended with another status than 0 (then
 * without an error of its own: PGA_ERROR_LAB with the last line of output as detail).
 */
gboolean pga_process_run(const char *const *argv, const PgaProcessOptions *options, char **output,
                         GError **error);

/* (transfer full) (nullable): what the first "FATAL:" of a server's output says, else its last
 * line: no clock. */
char *pga_fatal_line(const char *text);

/* (transfer full) (nullable): the last line of @text that is not empty. */
char *pga_last_line(const char *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaLabUser, pga_lab_user_clear)

G_END_DECLS
