/* Whether two ways lead to one schema: each is gone in a database of its own, and what the catalogs
 * then say is compared by name. */
#include "base/error.h"
#include "trace_internal.h"
#include <collect/clone_source.h>
#include <model/difference.h>
#include <string.h>

/** One of the two. */
typedef struct {
    const char *name;
    PgaTracer *tracer;
    PgaCatalog *catalog;
    PgaObjects *objects;
    PgaEnvironment *environment;
    GPtrArray *failures; /* of char *, borrowed */
} Way;

static void
way_clear(Way *way)
{
    pga_tracer_free(way->tracer);
    g_clear_pointer(&way->catalog, pga_catalog_free);
    g_clear_pointer(&way->objects, pga_objects_free);
    g_clear_pointer(&way->environment, pga_environment_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Way, way_clear)

static gboolean
execute(Way *way, const char *sql, gboolean in_block, guint transaction, GError **error)
{
    gsize length = strlen(sql);
    PgaTraceStatement statement = {.text = sql, .transaction = transaction, .in_block = in_block};
    PgaLintTrace *trace;

    while (length > 0 && (g_ascii_isspace(sql[length - 1]) || sql[length - 1] == ';'))
        length--;
    statement.length = length;
    trace = pga_tracer_run(way->tracer, &statement, error);
    if (!trace)
        return FALSE;
    if (!trace->executed)
        g_ptr_array_add(way->failures,
                        g_strdup_printf("%s: %.*s: %s", way->name, (int)length, sql, trace->error));
    pga_lint_trace_free(trace);
    return TRUE;
}

static gboolean
execute_all(Way *way, const GPtrArray *statements, GError **error)
{
    for (guint i = 0; statements && i < statements->len; i++)
        if (!execute(way, g_ptr_array_index(statements, i), FALSE, 0, error))
            return FALSE;
    return pga_tracer_end_file(way->tracer, error);
}

/* A backfill's batch holds all rows that there are here. */
static gboolean
execute_steps(Way *way, const GPtrArray *steps, GError **error)
{
    for (guint i = 0; i < steps->len; i++) {
        const PgaFixStep *step = g_ptr_array_index(steps, i);

        for (guint k = 0; k < step->sql->len; k++)
            if (!execute(way, g_ptr_array_index(step->sql, k), !step->alone, i + 1, error))
                return FALSE;
        if (!pga_tracer_end_file(way->tracer, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
collect(Way *way, GError **error)
{
    PgaClone *clone = way->tracer->clone;
    const PgaCollectOptions options = {.ram_bytes = -1};
    g_autofree char *conninfo = pga_session_conninfo(clone->lab, clone->dbname, PGA_ROLE_READER);
    const PgaConnectionOptions where = {.dbname = conninfo};
    g_autoptr(PgaConnection) connection = NULL;
    g_autoptr(GPtrArray) ignored =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);

    if (!pga_session_do(clone->admin, error, "GRANT CONNECT ON DATABASE %s TO " PGA_ROLE_READER,
                        clone->dbname))
        return FALSE;
    connection = pga_connection_open(&where, error);
    return connection &&
           pga_collect(connection, &options, &way->catalog, &way->environment, ignored, error) &&
           pga_collect_objects(connection, &options, &way->objects, ignored, error);
}

static gboolean
begin(Way *way, PgaLab *lab, const PgaTracerOptions *start, const GPtrArray *setup, GError **error)
{
    way->tracer = pga_tracer_open(lab, start, error);
    return way->tracer && execute_all(way, setup, error);
}

GPtrArray *
pga_lab_catalog_difference(PgaLab *lab, const PgaTracerOptions *start, const PgaTwoWays *ways,
                           GPtrArray *failures, GError **error)
{
    g_auto(Way) one = {.name = "original", .failures = failures};
    g_auto(Way) two = {.name = "other", .failures = failures};

    if (!begin(&one, lab, start, ways->setup, error) ||
        !begin(&two, lab, start, ways->setup, error) || !execute_all(&one, ways->original, error) ||
        !execute_steps(&two, ways->other, error) || !collect(&one, error) || !collect(&two, error))
        return NULL;
    return pga_differences(&(PgaSide){one.catalog, one.objects, one.environment},
                           &(PgaSide){two.catalog, two.objects, two.environment});
}
