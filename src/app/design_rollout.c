/* A bundle's SQL files on every server that they are for, two servers at a time. */
#include <base/error.h>
#include <base/interrupt.h>
#include <lab/binaries.h>
#include <string.h>

#include "design_internal.h"

enum { AT_A_TIME = 2 };

/* In the order they are run. */
static const struct {
    const char *path;
    gboolean makes_roles;
} sql_files[] = {
    {"schema.sql", FALSE},
    {"partitions.sql", FALSE},
    {"roles.sql", TRUE},
    {"indexes.sql", FALSE},
};

void
pga_design_execution_free(PgaDesignExecution *execution)
{
    g_free(execution->bindir);
    g_free(execution->version);
    pga_rollout_clear(&execution->rollout);
    g_clear_error(&execution->error);
    g_free(execution);
}

static const char *
text_of(const GPtrArray *files, const char *path)
{
    for (guint i = 0; i < files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(files, i);

        if (strcmp(file->path, path) == 0)
            return file->text;
    }
    return NULL;
}

static void
clear_script(gpointer item)
{
    pga_script_free((PgaScript *)((PgaRolloutScript *)item)->script);
}

/** Servers at work. */
struct PgaDesignRollouts {
    char *texts[G_N_ELEMENTS(sql_files)]; /* (nullable) each: what is executed */
    GArray *scripts;                      /* of PgaRolloutScript, which own their scripts */
    GPtrArray *executions;                /* of PgaDesignExecution * */
    GThreadPool *pool;                    /* (nullable) */
};

static gboolean
read_scripts(PgaDesignRollouts *rollouts, const GPtrArray *files, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(sql_files); i++) {
        PgaRolloutScript item = {.makes_roles = sql_files[i].makes_roles};
        const char *text = rollouts->texts[i] = g_strdup(text_of(files, sql_files[i].path));

        if (!text)
            continue;
        item.script = pga_script_parse(text, strlen(text), sql_files[i].path, error);
        if (!item.script)
            return FALSE;
        g_array_append_val(rollouts->scripts, item);
    }
    return TRUE;
}

/* Runs in a thread that lives as long as its lab, whose server would die with it. */
static void
run_execution(gpointer data, gpointer user_data)
{
    PgaDesignExecution *execution = data;
    const PgaLabOptions options = {.bindir = execution->bindir};
    g_autoptr(PgaLab) lab = NULL;

    if (pga_interrupt_check(&execution->error))
        return;
    lab = pga_lab_start(&options, &execution->error);
    if (!lab)
        return;
    g_free(execution->version);
    execution->version = g_strdup(pga_lab_version(lab));
    pga_lab_roll_out(lab, user_data, &execution->rollout, &execution->error);
}

static void
add_execution(GPtrArray *executions, const PgaBinaries *binaries)
{
    PgaDesignExecution *execution = g_new0(PgaDesignExecution, 1);

    execution->bindir = g_strdup(binaries->bindir);
    execution->version = g_strdup(binaries->version);
    execution->major = binaries->version_num / 10000;
    g_ptr_array_add(executions, execution);
}

static gboolean
has_major(const GPtrArray *executions, guint major)
{
    for (guint i = 0; i < executions->len; i++)
        if (((const PgaDesignExecution *)g_ptr_array_index(executions, i))->major == major)
            return TRUE;
    return FALSE;
}

/* Oldest first, one server of each major: the target, which comes first so, and newer ones; where
 * there is none of these, the newest of all. @found is newest first. */
static void
choose_servers(const GPtrArray *found, guint major, GPtrArray *executions)
{
    for (guint i = found->len; i > 0; i--) {
        const PgaBinaries *binaries = g_ptr_array_index(found, i - 1);

        if (binaries->version_num / 10000 >= major &&
            !has_major(executions, binaries->version_num / 10000))
            add_execution(executions, binaries);
    }
    if (executions->len == 0)
        add_execution(executions, g_ptr_array_index(found, 0));
}

/* A server that cannot be used is one execution's error; FALSE when that goes for all. */
static gboolean
take_errors(GPtrArray *executions, GError **error)
{
    guint n_failed = 0;

    for (guint i = 0; i < executions->len; i++) {
        PgaDesignExecution *execution = g_ptr_array_index(executions, i);

        if (!execution->error)
            continue;
        n_failed++;
        if (n_failed == executions->len ||
            g_error_matches(execution->error, PGA_ERROR, PGA_ERROR_INTERRUPTED)) {
            g_propagate_error(error, g_steal_pointer(&execution->error));
            return FALSE;
        }
    }
    return TRUE;
}

static void
wait(PgaDesignRollouts *rollouts)
{
    if (rollouts->pool)
        g_thread_pool_free(rollouts->pool, FALSE, TRUE);
    rollouts->pool = NULL;
}

void
pga_design_rollouts_free(PgaDesignRollouts *rollouts)
{
    if (!rollouts)
        return;
    wait(rollouts);
    for (guint i = 0; i < G_N_ELEMENTS(sql_files); i++)
        g_free(rollouts->texts[i]);
    g_array_unref(rollouts->scripts);
    g_ptr_array_unref(rollouts->executions);
    g_free(rollouts);
}

PgaDesignRollouts *
pga_design_rollouts_begin(const PgaSourceRequest *from, const GPtrArray *files, guint major,
                          GError **error)
{
    g_autoptr(PgaDesignRollouts) rollouts = g_new0(PgaDesignRollouts, 1);
    g_autoptr(GPtrArray) found = NULL;

    rollouts->scripts = g_array_new(FALSE, FALSE, sizeof(PgaRolloutScript));
    g_array_set_clear_func(rollouts->scripts, clear_script);
    rollouts->executions =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_design_execution_free);
    if (!read_scripts(rollouts, files, error))
        return NULL;
    found = pga_binaries_find(from->bindir, error);
    if (!found)
        return NULL;
    choose_servers(found, major, rollouts->executions);
    pga_progress_step(from->progress, "executing the SQL files on %u servers",
                      rollouts->executions->len);
    rollouts->pool = g_thread_pool_new(run_execution, rollouts->scripts, AT_A_TIME, FALSE, NULL);
    for (guint i = 0; i < rollouts->executions->len; i++)
        g_thread_pool_push(rollouts->pool, g_ptr_array_index(rollouts->executions, i), NULL);
    return g_steal_pointer(&rollouts);
}

gboolean
pga_design_rollouts_are_of(const PgaDesignRollouts *rollouts, const GPtrArray *files)
{
    for (guint i = 0; i < G_N_ELEMENTS(sql_files); i++)
        if (g_strcmp0(rollouts->texts[i], text_of(files, sql_files[i].path)) != 0)
            return FALSE;
    return TRUE;
}

GPtrArray *
pga_design_rollouts_end(PgaDesignRollouts *rollouts, GError **error)
{
    GPtrArray *executions = NULL;

    wait(rollouts);
    if (take_errors(rollouts->executions, error))
        executions = g_ptr_array_ref(rollouts->executions);
    pga_design_rollouts_free(rollouts);
    return executions;
}

GPtrArray *
pga_design_execute_files(const PgaSourceRequest *from, const GPtrArray *files, guint major,
                         GError **error)
{
    PgaDesignRollouts *rollouts = pga_design_rollouts_begin(from, files, major, error);

    return rollouts ? pga_design_rollouts_end(rollouts, error) : NULL;
}

char *
pga_design_sql_files(const GPtrArray *files)
{
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(sql_files); i++)
        if (text_of(files, sql_files[i].path))
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", sql_files[i].path);
    return g_string_free(names, FALSE);
}

char *
pga_design_execution_outcome(const PgaDesignExecution *execution, guint major, gboolean *done)
{
    const PgaRollout *rollout = &execution->rollout;
    const char *older =
        execution->major < major ? "; no server of the target's version is on this machine" : "";

    *done = !execution->error && !rollout->lacking && !rollout->failure;
    if (execution->error)
        return g_strdup(execution->error->message);
    if (rollout->lacking)
        return g_strdup(rollout->lacking);
    if (rollout->failure)
        return g_strdup_printf("%s, line %u: %s%s", rollout->file, rollout->line, rollout->failure,
                               older);
    return g_strdup_printf("%u statements executed%s", rollout->n_executed, older);
}
