/* The postmaster: its command line, its start, its end. Started directly (not by pg_ctl), so that
 * the kernel ends it with us. */
#include "base/error.h"
#include "base/interrupt.h"
#include "lab/trial.h"
#include "lab_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    POLL_US = 2000,
    START_LIMIT_S = 30,
    STATUS_LINE = 8, /* LOCK_FILE_LINE_PM_STATUS in PostgreSQL 10-18 src/include/utils/pidfile.h */
    LOG_TAIL_BYTES = 4096,
    LOG_TAIL_LINES = 5,
};

static const char *const settings[] = {
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=128MB",
    "checkpoint_timeout=1h",
    "shared_buffers=32MB",
    "dynamic_shared_memory_type=mmap", /* in our directory, to go with it whatever happens */
    "huge_pages=off",
    "max_connections=20",
    "max_worker_processes=4",
    "max_logical_replication_workers=0",
    "max_prepared_transactions=0",
    "max_locks_per_transaction=1024",
    "jit=off",
    "ssl=off",
    "logging_collector=off",
    "log_destination=stderr",
    "log_min_messages=log",
    "log_min_error_statement=panic",
    "log_line_prefix=",
    "log_statement=none",
    "lc_messages=C",
    "timezone=UTC",
    "log_timezone=UTC",
    "restart_after_crash=off",
    "cluster_name=pgarchitect_lab",
    NULL,
};

/* What a configuration on trial does not get its own of: nobody is to reach the server, and nothing
 * of it to stay. */
static const char *const trial_settings[] = {
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "dynamic_shared_memory_type=mmap",
    "logging_collector=off",
    "log_destination=stderr",
    "log_line_prefix=",
    "lc_messages=C",
    "restart_after_crash=off",
    "cluster_name=pgarchitect_trial",
    NULL,
};

static const struct {
    guint since;
    const char *setting;
} newer_settings[] = {
    {120000, "wal_init_zero=off"},
    {150000, "log_checkpoints=off"},
    {180000, "io_method=sync"},
};

static gboolean
jit_exists(const PgaLab *lab)
{
    return lab->binaries->version_num >= 110000;
}

static void
add(GPtrArray *argv, char *argument)
{
    g_ptr_array_add(argv, argument);
}

static void
add_setting(GPtrArray *argv, char *setting)
{
    add(argv, g_strdup("-c"));
    add(argv, setting);
}

static void
add_lab_settings(const PgaLab *lab, GPtrArray *argv)
{
    for (guint i = 0; settings[i]; i++)
        if (strcmp(settings[i], "jit=off") != 0 || jit_exists(lab))
            add_setting(argv, g_strdup(settings[i]));
    for (guint i = 0; i < G_N_ELEMENTS(newer_settings); i++)
        if (lab->binaries->version_num >= newer_settings[i].since)
            add_setting(argv, g_strdup(newer_settings[i].setting));
    add_setting(argv, g_strdup_printf("temp_file_limit=%" G_GINT64_FORMAT "kB",
                                      lab->disk_limit_bytes / 1024));
}

static void
add_trial_settings(const PgaTrial *trial, GPtrArray *argv)
{
    for (guint i = 0; trial_settings[i]; i++)
        add_setting(argv, g_strdup(trial_settings[i]));
    for (guint i = 0; trial->overrides && trial->overrides[i]; i++)
        add_setting(argv, g_strdup(trial->overrides[i]));
}

static GPtrArray *
command_line(const PgaLab *lab)
{
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
    const char *directory = pga_directory_get_path(lab->directory);

    add(argv, g_build_filename(lab->binaries->bindir, "postgres", NULL));
    add(argv, g_strdup("-D"));
    add(argv, g_strdup(lab->data));
    if (lab->trial)
        add_trial_settings(lab->trial, argv);
    else
        add_lab_settings(lab, argv);
    add_setting(argv, g_strdup_printf("unix_socket_directories=%s", directory));
    add_setting(argv, g_strdup_printf("hba_file=%s/hba.conf", directory));
    add_setting(argv, g_strdup_printf("ident_file=%s/ident.conf", directory));
    g_ptr_array_add(argv, NULL);
    return argv;
}

/* The last lines of the log on one line, without "LOG:" noise of a start that went well. (transfer
 * full) */
static char *
log_tail(const PgaLab *lab)
{
    g_autofree char *text = NULL;
    g_autoptr(GString) tail = g_string_new(NULL);
    g_auto(GStrv) lines = NULL;
    gsize length = 0;
    guint n;

    if (!g_file_get_contents(lab->log, &text, &length, NULL))
        return g_strdup("It left no log.");
    lines = g_strsplit(g_strchomp(text + (length > LOG_TAIL_BYTES ? length - LOG_TAIL_BYTES : 0)),
                       "\n", -1);
    n = g_strv_length(lines);
    for (guint i = n > LOG_TAIL_LINES ? n - LOG_TAIL_LINES : 0; i < n; i++)
        g_string_append_printf(tail, "%s%s", tail->len > 0 ? " / " : "", lines[i]);
    return tail->len > 0 ? g_string_free(g_steal_pointer(&tail), FALSE)
                         : g_strdup("Its log is empty.");
}

/* Also while it recovers from that. The log may be too late to have room for saying so. */
gboolean
pga_server_ran_out_of_disk(const PgaLab *lab, GError **error)
{
    g_autofree char *text = NULL;
    const gboolean has_log = g_file_get_contents(lab->log, &text, NULL, NULL);

    if ((!has_log || !pga_disk_is_full(text)) && pga_disk_has_room(lab))
        return FALSE;
    pga_disk_set_full(lab, has_log ? text : "", error);
    return TRUE;
}

void
pga_server_set_died(PgaLab *lab, GError **error)
{
    g_autofree char *tail = NULL, *printable = NULL;

    if (pga_server_ran_out_of_disk(lab, error))
        return;
    tail = log_tail(lab);
    printable = g_utf8_make_valid(tail, -1);
    pga_error_set(error, PGA_ERROR_LAB, "the lab's server died");
    pga_error_detail(error, "The end of its log: %s", printable);
}

static gboolean
write_access_files(const PgaLab *lab, GError **error)
{
    g_autofree char *hba = pga_lab_path(lab, "hba.conf");
    g_autofree char *ident = pga_lab_path(lab, "ident.conf");
    g_autofree char *own = pga_own_user();
    g_autoptr(GString) map = g_string_new(NULL);
    g_autoptr(GError) cause = NULL;
    const char *const roles[] = {PGA_ROLE_SUPERUSER, PGA_ROLE_STRANGER, PGA_ROLE_PROVER,
                                 PGA_ROLE_READER};

    for (guint i = 0; i < G_N_ELEMENTS(roles); i++)
        g_string_append_printf(map, "lab \"%s\" %s\n", own, roles[i]);
    if (g_file_set_contents(hba, "local all all peer map=lab\n", -1, &cause) &&
        g_file_set_contents(ident, map->str, -1, &cause) && pga_lab_own(lab, hba) &&
        pga_lab_own(lab, ident))
        return TRUE;
    pga_error_set(error, PGA_ERROR_LAB, "could not write into the lab's directory: %s",
                  cause ? cause->message : g_strerror(errno));
    return FALSE;
}

static PgaProcessOptions
process_options(const PgaLab *lab)
{
    return (PgaProcessOptions){
        .user = &lab->user,
        .directory = pga_directory_get_path(lab->directory),
        .output_fd = -1,
    };
}

static gboolean
initdb_with_locale(PgaLab *lab, const char *locale, GError **error)
{
    g_autofree char *program = g_build_filename(lab->binaries->bindir, "initdb", NULL);
    g_autofree char *locale_option = g_strdup_printf("--locale=%s", locale);
    g_autofree char *output = NULL;
    g_autoptr(GError) cause = NULL;
    const PgaProcessOptions options = process_options(lab);
    const char *const argv[] = {
        program,
        "-D",
        lab->data,
        "-U",
        PGA_ROLE_SUPERUSER,
        "-E",
        "UTF8",
        locale_option,
        "-N",
        "-A",
        "peer",
        lab->binaries->version_num >= 110000 && !lab->trial ? "--wal-segsize=1" : NULL,
        NULL,
    };

    if (pga_process_run(argv, &options, &output, &cause))
        return TRUE;
    if (output && pga_disk_is_full(output)) {
        pga_disk_set_full(lab, output, error);
        return FALSE;
    }
    pga_error_set(error, (PgaError)cause->code, "%s", cause->message);
    if (pga_error_get_detail(cause))
        pga_error_detail(error, "%s", pga_error_get_detail(cause));
    return FALSE;
}

gboolean
pga_server_initdb(PgaLab *lab, GError **error)
{
    g_autoptr(GError) first = NULL;

    if (initdb_with_locale(lab, "C.UTF-8", &first))
        return TRUE;
    if (g_error_matches(first, PGA_ERROR, PGA_ERROR_LAB) && !strstr(first->message, "disk space")) {
        pga_directory_remove_tree(lab->data, NULL);
        return initdb_with_locale(lab, "C", error);
    }
    g_propagate_error(error, g_steal_pointer(&first));
    return FALSE;
}

static gboolean
is_ready(const char *pid_file)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(pid_file, &text, NULL, NULL))
        return FALSE;
    lines = g_strsplit(text, "\n", STATUS_LINE + 1);
    return g_strv_length(lines) >= STATUS_LINE && g_str_has_prefix(lines[STATUS_LINE - 1], "ready");
}

static gboolean
has_ended(PgaLab *lab)
{
    int status;

    if (lab->postmaster > 0 && waitpid(lab->postmaster, &status, WNOHANG) == lab->postmaster)
        lab->postmaster = 0;
    return lab->postmaster == 0;
}

gboolean
pga_lab_alive(PgaLab *lab, GError **error)
{
    if (!has_ended(lab))
        return TRUE;
    pga_server_set_died(lab, error);
    return FALSE;
}

static void
set_not_started(PgaLab *lab, GError **error)
{
    g_autofree char *text = NULL;
    g_autofree char *line = NULL;

    if (pga_server_ran_out_of_disk(lab, error))
        return;
    if (g_file_get_contents(lab->log, &text, NULL, NULL))
        line = pga_fatal_line(text);
    if (lab->trial)
        lab->trial->failure = g_strdup(line ? line : "it left no log");
    pga_error_set(error, PGA_ERROR_LAB, "the lab's server did not start");
    pga_error_detail(error, "%s", line ? line : "It left no log.");
    if (lab->user.change)
        pga_error_hint(error, "It runs as user \"%s\", who must be able to reach %s.",
                       lab->user.name, lab->binaries->bindir);
}

static gboolean
wait_until_ready(PgaLab *lab, GError **error)
{
    g_autofree char *pid_file = g_build_filename(lab->data, "postmaster.pid", NULL);
    const gint64 deadline = g_get_monotonic_time() + (gint64)START_LIMIT_S * G_USEC_PER_SEC;

    while (!is_ready(pid_file)) {
        if (pga_interrupt_check(error))
            return FALSE;
        if (has_ended(lab) || g_get_monotonic_time() >= deadline) {
            set_not_started(lab, error);
            return FALSE;
        }
        g_usleep(POLL_US);
    }
    return TRUE;
}

gboolean
pga_server_start(PgaLab *lab, GError **error)
{
    g_autoptr(GPtrArray) argv = command_line(lab);
    PgaProcessOptions options = process_options(lab);
    pid_t pid;

    if (!write_access_files(lab, error))
        return FALSE;
    options.memory_limit_bytes = lab->memory_limit_bytes;
    options.file_limit_bytes = 2 * lab->disk_limit_bytes; /* the watch comes first */
    options.output_fd =
        open(lab->log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (options.output_fd < 0) {
        pga_error_set(error, PGA_ERROR_LAB, "could not write \"%s\": %s", lab->log,
                      g_strerror(errno));
        return FALSE;
    }
    pid = pga_process_start((const char *const *)argv->pdata, &options, error);
    close(options.output_fd);
    if (pid < 0)
        return FALSE;
    lab->postmaster = pid;
    return wait_until_ready(lab, error);
}

/* SIGQUIT is "immediate shutdown": the postmaster ends every backend, by force after five seconds.
 */
void
pga_server_stop(PgaLab *lab)
{
    enum { GRACE_MS = 7000 };

    if (lab->postmaster > 0)
        pga_process_stop(lab->postmaster, SIGQUIT, GRACE_MS);
    lab->postmaster = 0;
}
