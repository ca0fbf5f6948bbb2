/* postgres -C reads a configuration as a start does and allocates nothing, so it can be asked about
 * more memory than this machine has; the start itself needs the overrides. */
#include "lab/trial.h"

#include "base/error.h"
#include "session_internal.h"
#include "trial_internal.h"

#include <stdio.h>

enum { COMPUTED_SINCE = 150000 }; /* shared_memory_size */

#define MEMORY_LIMIT (G_GINT64_CONSTANT(16) << 30) /* of address space, shared memory in it */

PgaTrial *
pga_trial_new(const char *configuration, const char *const *overrides)
{
    PgaTrial *trial = g_new0(PgaTrial, 1);

    trial->configuration = configuration;
    trial->overrides = overrides;
    trial->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    trial->access_errors = g_ptr_array_new_with_free_func(g_free);
    trial->shared_memory_kb = trial->huge_pages = -1;
    return trial;
}

void
pga_trial_free(PgaTrial *trial)
{
    if (!trial)
        return;
    g_free(trial->version);
    g_free(trial->failure);
    g_hash_table_unref(trial->values);
    g_ptr_array_unref(trial->access_errors);
    g_free(trial);
}

static gboolean
append_configuration(PgaLab *lab, GError **error)
{
    g_autofree char *path = g_build_filename(lab->data, "postgresql.conf", NULL);
    FILE *file = fopen(path, "ae");
    gboolean written;

    if (file) {
        written = fprintf(file, "\n%s\n", lab->trial->configuration) > 0;
        if (fclose(file) == 0 && written)
            return TRUE;
    }
    pga_error_set(error, PGA_ERROR_LAB, "could not write \"%s\"", path);
    return FALSE;
}

/* (transfer full) (nullable): what postgres -C says of @name. NULL: it refuses the configuration,
 * with trial->failure set; or could not be run. */
static char *
ask(PgaLab *lab, const char *name, GError **error)
{
    g_autofree char *program = g_build_filename(lab->binaries->bindir, "postgres", NULL);
    g_autofree char *output = NULL;
    const PgaProcessOptions options = {
        .user = &lab->user,
        .directory = pga_directory_get_path(lab->directory),
    };
    const char *const argv[] = {
        program, "-D", lab->data, "-C", name, "-c", "log_min_messages=fatal", NULL};

    if (pga_process_run(argv, &options, &output, error))
        return pga_last_line(output);
    if (output)
        lab->trial->failure = pga_fatal_line(output);
    return NULL;
}

static gboolean
ask_number(PgaLab *lab, const char *name, gint64 scale, gint64 *number, GError **error)
{
    g_autofree char *text = ask(lab, name, error);

    if (!text)
        return FALSE;
    *number = g_ascii_strtoll(text, NULL, 10) * scale;
    return TRUE;
}

gboolean
pga_trial_prepare(PgaLab *lab, GError **error)
{
    PgaTrial *trial = lab->trial;
    gint64 port;

    if (!append_configuration(lab, error))
        return FALSE;
    if (lab->binaries->version_num < COMPUTED_SINCE) /* any setting will do */
        return ask_number(lab, "port", 1, &port, error);
    return ask_number(lab, "shared_memory_size", 1024, &trial->shared_memory_kb, error) &&
           ask_number(lab, "shared_memory_size_in_huge_pages", 1, &trial->huge_pages, error);
}

/* As a session gets them: over a Unix socket setting is 0 of what is the connection's own. */
static gboolean
read_back(PgaLab *lab, GError **error)
{
    PGresult *result = pga_session_exec(
        lab->admin,
        "SELECT name, COALESCE(reset_val, setting) AS setting FROM pg_catalog.pg_settings", NULL, 0,
        TRUE, error);

    if (!result)
        return FALSE;
    for (int i = 0; i < PQntuples(result); i++)
        g_hash_table_replace(lab->trial->values, g_strdup(PQgetvalue(result, i, 0)),
                             g_strdup(PQgetvalue(result, i, 1)));
    PQclear(result);
    return TRUE;
}

/* A line that PostgreSQL took, and says that it will not be of use without TLS. */
static gboolean
only_lacks_tls(const char *complaint)
{
    return g_str_has_prefix(complaint, "hostssl record cannot match");
}

/* The server reads the file anew for the view; what it lets in stays as it started with. */
static gboolean
read_access(PgaLab *lab, GError **error)
{
    g_autofree char *path = pga_lab_path(lab, "hba.conf");
    PgaTrial *trial = lab->trial;
    PGresult *result;

    if (!trial->access)
        return TRUE;
    if (!g_file_set_contents(path, trial->access, -1, NULL) || !pga_lab_own(lab, path)) {
        pga_error_set(error, PGA_ERROR_LAB, "could not write \"%s\"", path);
        return FALSE;
    }
    result =
        pga_session_exec(lab->admin, "SELECT line_number, error FROM pg_catalog.pg_hba_file_rules",
                         NULL, 0, TRUE, error);
    if (!result)
        return FALSE;
    for (int i = 0; i < PQntuples(result); i++)
        if (PQgetisnull(result, i, 1) || only_lacks_tls(PQgetvalue(result, i, 1)))
            trial->n_access++;
        else
            g_ptr_array_add(
                trial->access_errors,
                g_strdup_printf("line %s: %s", PQgetvalue(result, i, 0), PQgetvalue(result, i, 1)));
    PQclear(result);
    return TRUE;
}

gboolean
pga_lab_try(const PgaLabOptions *options, PgaTrial *trial, GError **error)
{
    PgaLabOptions own = *options;
    g_autoptr(PgaLab) lab = NULL;
    g_autoptr(GError) cause = NULL;

    own.trial = trial;
    own.memory_limit_bytes = MEMORY_LIMIT;
    lab = pga_lab_start(&own, &cause);
    if (lab)
        return read_back(lab, error) && read_access(lab, error);
    if (trial->failure)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}
