/* A lab's life: its directory, its server, its roles. */
#include "lab/lab.h"
#include "base/error.h"
#include "lab/module.h"
#include "lab/trial.h"
#include "lab_internal.h"
#include "session_internal.h"
#include "template_internal.h"
#include "trial_internal.h"
#include <sys/stat.h>
#include <unistd.h>

enum {
    DEFAULT_STATEMENT_MS = 30000,
    DEFAULT_LOAD_MS = 300000,
    READ_ROLES_SINCE = 140000,
    STRATEGY_SINCE = 150000
};

#define DEFAULT_DISK_BYTES   (G_GINT64_CONSTANT(2) << 30)
#define DEFAULT_MEMORY_BYTES (G_GINT64_CONSTANT(1) << 30)

char *
pga_lab_path(const PgaLab *lab, const char *name)
{
    return g_build_filename(pga_directory_get_path(lab->directory), name, NULL);
}

gboolean
pga_lab_own(const PgaLab *lab, const char *path)
{
    return !lab->user.change || lchown(path, lab->user.uid, lab->user.gid) == 0;
}

char *
pga_lab_make_tablespace_folder(PgaLab *lab, GError **error)
{
    g_autofree char *folder = g_strdup_printf("tablespace_%u", lab->n_tablespaces++);
    g_autofree char *path = pga_lab_path(lab, folder);

    if (mkdir(path, 0700) == 0 && pga_lab_own(lab, path))
        return g_steal_pointer(&path);
    pga_error_set(error, PGA_ERROR_LAB, "could not make a tablespace in the lab");
    return NULL;
}

char *
pga_lab_next_database(PgaLab *lab, const char *kind)
{
    return g_strdup_printf("%s_%u", kind, ++lab->n_databases);
}

const char *
pga_lab_empty_database(const PgaLab *lab)
{
    return lab->binaries->version_num >= STRATEGY_SINCE ? "TEMPLATE template0 STRATEGY file_copy"
                                                        : "TEMPLATE template0";
}

guint
pga_lab_version_num(const PgaLab *lab)
{
    return lab->binaries->version_num;
}

const char *
pga_lab_version(const PgaLab *lab)
{
    return lab->binaries->version;
}

static PgaBinaries *
binaries_dup(const PgaBinaries *from)
{
    PgaBinaries *binaries = g_new0(PgaBinaries, 1);

    binaries->bindir = g_strdup(from->bindir);
    binaries->version_num = from->version_num;
    binaries->version = g_strdup(from->version);
    binaries->found_by = g_strdup(from->found_by);
    return binaries;
}

/* Ends the server and removes its directory; what remains is as before pga_server_start(). */
static void
tear_down(PgaLab *lab)
{
    g_clear_pointer(&lab->admin, pga_session_close);
    if (lab->directory)
        pga_server_stop(lab);
    g_clear_pointer(&lab->directory, pga_directory_free);
    g_clear_pointer(&lab->data, g_free);
    g_clear_pointer(&lab->log, g_free);
}

void
pga_lab_free(PgaLab *lab)
{
    if (!lab)
        return;
    tear_down(lab);
    pga_binaries_free(lab->binaries);
    pga_lab_user_clear(&lab->user);
    g_free(lab->loaded);
    g_free(lab);
}

/* The reader sees all that a collector wants to know and can change nothing. */
static gboolean
create_roles(PgaLab *lab, GError **error)
{
    const char *plain = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS";

    return pga_session_do(lab->admin, error,
                          "CREATE ROLE " PGA_ROLE_STRANGER " %s CONNECTION LIMIT 3", plain) &&
           pga_session_do(lab->admin, error, "CREATE ROLE " PGA_ROLE_PROVER " %s", plain) &&
           pga_session_do(lab->admin, error, "CREATE ROLE " PGA_ROLE_READER " %s", plain) &&
           pga_session_do(lab->admin, error, "GRANT pg_monitor%s TO " PGA_ROLE_READER,
                          lab->binaries->version_num >= READ_ROLES_SINCE ? ", pg_read_all_data"
                                                                         : "") &&
           pga_session_do(lab->admin, error,
                          "REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC");
}

static gboolean
fill_data_directory(PgaLab *lab, gboolean use_cache, gboolean *from_template, GError **error)
{
    const PgaTemplateKind kind = lab->trial ? PGA_TEMPLATE_TRIAL : PGA_TEMPLATE_LAB;

    *from_template = use_cache && pga_template_restore(lab->binaries, kind, &lab->user, lab->data);
    if (*from_template)
        return TRUE;
    pga_progress_step(lab->progress, "preparing a PostgreSQL %s server", lab->binaries->version);
    if (!pga_server_initdb(lab, error))
        return FALSE;
    if (use_cache)
        pga_template_store(lab->binaries, kind, lab->data);
    return TRUE;
}

/* Takes @cause, which is told unless it is plain what lies behind it. */
static void
set_not_up(const PgaLab *lab, GError *cause, GError **error)
{
    g_autofree char *barrier =
        lab->user.change && g_error_matches(cause, PGA_ERROR, PGA_ERROR_LAB)
            ? pga_lab_user_barrier(&lab->user, pga_directory_get_path(lab->directory))
            : NULL;

    if (!barrier) {
        g_propagate_error(error, cause);
        return;
    }
    g_error_free(cause);
    pga_error_set(error, PGA_ERROR_LAB,
                  "user \"%s\", who the lab's server runs as, cannot enter %s", lab->user.name,
                  barrier);
    pga_error_hint(error,
                   "Set TMPDIR to a folder that everybody may enter, or let everybody pass through "
                   "this one: chmod o+x %s.",
                   barrier);
}

static gboolean
bring_up(PgaLab *lab, gboolean use_cache, gboolean *from_template, GError **error)
{
    g_autoptr(GError) cause = NULL;

    *from_template = FALSE;
    lab->directory = pga_directory_new(lab->user.uid, lab->user.gid, error);
    if (!lab->directory)
        return FALSE;
    lab->data = pga_lab_path(lab, "data");
    lab->log = pga_lab_path(lab, "server.log");
    if (!fill_data_directory(lab, use_cache, from_template, &cause) ||
        (lab->trial && !pga_trial_prepare(lab, &cause)) || !pga_server_start(lab, &cause)) {
        set_not_up(lab, g_steal_pointer(&cause), error);
        return FALSE;
    }
    lab->admin = pga_session_open(lab, "postgres", PGA_ROLE_SUPERUSER, error);
    return lab->admin && (lab->trial || create_roles(lab, error));
}

/* What does not come up from a template is tried once more without it: a template that is broken is
 * thrown away; that of a trial is only if the configuration is not at fault. */
static gboolean
bring_up_anew(PgaLab *lab, gboolean use_cache, GError **error)
{
    gboolean from_template = FALSE;

    if (lab->trial)
        g_clear_pointer(&lab->trial->failure, g_free);
    else
        pga_template_discard(lab->binaries, PGA_TEMPLATE_LAB);
    if (!bring_up(lab, use_cache && !lab->trial, &from_template, error)) {
        tear_down(lab);
        return FALSE;
    }
    if (lab->trial)
        pga_template_discard(lab->binaries, PGA_TEMPLATE_TRIAL);
    return TRUE;
}

static gboolean
bring_up_somehow(PgaLab *lab, gboolean use_cache, GError **error)
{
    g_autoptr(GError) cause = NULL;
    gboolean from_template = FALSE;

    if (bring_up(lab, use_cache, &from_template, &cause))
        return TRUE;
    tear_down(lab);
    if (!from_template || !g_error_matches(cause, PGA_ERROR, PGA_ERROR_LAB)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    return bring_up_anew(lab, use_cache, error);
}

/* Each server is run for its version, and read from disk for that: only those that may be chosen.
 */
static GPtrArray *
find_binaries(const PgaLabOptions *options, GError **error)
{
    g_autofree char *module = pga_lab_module_find(options->want_major);

    return pga_binaries_find_major(
        options->bindir, options->want_module && !module ? 0 : options->want_major, error);
}

PgaLab *
pga_lab_start(const PgaLabOptions *options, GError **error)
{
    g_autoptr(GPtrArray) found = NULL;
    g_autoptr(PgaLab) lab = g_new0(PgaLab, 1);

    pga_lab_remove_leftovers();
    found = find_binaries(options, error);
    if (!found || !pga_lab_user_find(&lab->user, error))
        return NULL;
    lab->binaries = binaries_dup(options->want_module
                                     ? pga_binaries_choose_with_module(found, options->want_major)
                                     : pga_binaries_choose(found, options->want_major));
    lab->progress = options->progress;
    lab->trial = options->trial;
    if (lab->trial)
        lab->trial->version = g_strdup(lab->binaries->version);
    lab->disk_limit_bytes =
        options->disk_limit_bytes > 0 ? options->disk_limit_bytes : DEFAULT_DISK_BYTES;
    lab->memory_limit_bytes =
        options->memory_limit_bytes > 0 ? options->memory_limit_bytes : DEFAULT_MEMORY_BYTES;
    lab->statement_limit_ms =
        options->statement_limit_ms > 0 ? options->statement_limit_ms : DEFAULT_STATEMENT_MS;
    lab->load_limit_ms = options->load_limit_ms > 0 ? options->load_limit_ms : DEFAULT_LOAD_MS;
    pga_progress_step(lab->progress, "starting a throw-away PostgreSQL %s server",
                      lab->binaries->version);
    return bring_up_somehow(lab, !options->no_cache, error) ? g_steal_pointer(&lab) : NULL;
}
