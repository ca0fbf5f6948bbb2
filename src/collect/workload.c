/* The workload that a server recorded, from pg_stat_statements in whatever schema it is. */
#include "collect/server.h"

#include "collector_internal.h"

/** Where a collection goes. */
typedef struct {
    PgaWorkload *workload;
    PgaWorkload **out;
} Destination;

/** What is said of the extension before it is asked. */
typedef struct {
    char *schema; /* quoted; NULL: this database does not have it */
    char *role;   /* quoted */
    gboolean has_info;
} Extension;

static void
statements_extension_clear(Extension *extension)
{
    g_free(extension->schema);
    g_free(extension->role);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Extension, statements_extension_clear)

static gboolean
read_extension(PgaCollector *collector, PgaWorkload *workload, Extension *extension, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "statements_extension",
                                         .what = "pg_stat_statements",
                                         .need = PGA_QUERY_OPTIONAL},
                             &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (!pga_rows_next(&rows))
        return TRUE;
    workload->preloaded = !pga_rows_is_null(&rows, "max");
    workload->max = pga_rows_int64(&rows, "max", 0);
    workload->tracked = pga_rows_bool(&rows, "tracked");
    extension->schema = pga_rows_dup(&rows, "schema");
    workload->created = extension->schema != NULL;
    extension->has_info = pga_rows_bool(&rows, "has_info");
    extension->role = pga_rows_dup(&rows, "role");
    return TRUE;
}

/* The text of a file in sql/ names a view without its schema: here the name is a query's. */
static gboolean
query_view(PgaCollector *collector, const Extension *extension, const char *view,
           const PgaQuery *query, PGresult **result, GError **error)
{
    g_autofree char *before =
        g_strdup_printf("WITH %s AS (SELECT * FROM %s.%s)\n", view, extension->schema, view);

    return pga_collector_try_part(collector, query, before, "", result, error);
}

static gboolean
read_info(PgaCollector *collector, PgaWorkload *workload, const Extension *extension,
          GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!extension->has_info)
        return TRUE;
    if (!query_view(collector, extension, "pg_stat_statements_info",
                    &(PgaQuery){.name = "statements_info", .what = "pg_stat_statements_info"},
                    &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (pga_rows_next(&rows)) {
        workload->dealloc = pga_rows_int64(&rows, "dealloc", -1);
        workload->stats_age = pga_rows_double(&rows, "stats_age", -1);
    }
    return TRUE;
}

static void
add_blocks(PgaWorkloadStatement *statement, PgaRows *rows)
{
    statement->shared_blks_hit = pga_rows_int64(rows, "shared_blks_hit", 0);
    statement->shared_blks_read = pga_rows_int64(rows, "shared_blks_read", 0);
    statement->shared_blks_dirtied = pga_rows_int64(rows, "shared_blks_dirtied", 0);
    statement->shared_blks_written = pga_rows_int64(rows, "shared_blks_written", 0);
    statement->blk_read_time = pga_rows_double(rows, "blk_read_time", 0);
    statement->temp_blks_read = pga_rows_int64(rows, "temp_blks_read", 0);
    statement->temp_blks_written = pga_rows_int64(rows, "temp_blks_written", 0);
    statement->wal_bytes = pga_rows_int64(rows, "wal_bytes", 0);
}

static void
add_statement(PgaWorkload *workload, PgaRows *rows)
{
    PgaWorkloadStatement *statement =
        pga_record_add(workload->statements, &pga_workload_statement_type);

    statement->queryid = pga_rows_int64(rows, "queryid", 0);
    statement->usename = pga_rows_dup(rows, "usename");
    statement->query = pga_rows_dup(rows, "query");
    statement->toplevel = pga_rows_char(rows, "toplevel") == 't';
    statement->calls = pga_rows_int64(rows, "calls", 0);
    statement->plans = pga_rows_int64(rows, "plans", 0);
    statement->rows = pga_rows_int64(rows, "rows", 0);
    statement->total_exec_time = pga_rows_double(rows, "total_exec_time", 0);
    statement->mean_exec_time = pga_rows_double(rows, "mean_exec_time", 0);
    statement->max_exec_time = pga_rows_double(rows, "max_exec_time", 0);
    statement->stddev_exec_time = pga_rows_double(rows, "stddev_exec_time", 0);
    statement->total_plan_time = pga_rows_double(rows, "total_plan_time", 0);
    statement->mean_plan_time = pga_rows_double(rows, "mean_plan_time", 0);
    add_blocks(statement, rows);
    statement->jit_time = pga_rows_double(rows, "jit_time", 0);
}

/* A text is missing where the file of texts was cut after a crash. */
static void
add_statements(PgaWorkload *workload, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        workload->n_hidden = (guint)pga_rows_int64(&rows, "n_hidden", 0);
        workload->total_time = pga_rows_double(&rows, "total_time", 0);
        if (!pga_rows_bool(&rows, "is_hidden") && !pga_rows_is_null(&rows, "query"))
            add_statement(workload, &rows);
    }
}

static gboolean
read_statements(PgaCollector *collector, PgaWorkload *workload, const Extension *extension,
                GError **error)
{
    g_autoptr(PGresult) result = NULL;

    if (!query_view(collector, extension, "pg_stat_statements",
                    &(PgaQuery){.name = "statements", .what = "statements"}, &result, error))
        return FALSE;
    if (!result) {
        workload->why_unknown =
            g_strdup_printf("the server said of pg_stat_statements: %s", collector->refusal);
        pga_collector_note(collector, g_strdup("pg_stat_statements"),
                           g_strdup_printf("the server said: %s", collector->refusal));
        return TRUE;
    }
    workload->known = TRUE;
    add_statements(workload, result);
    if (workload->n_hidden > 0)
        pga_collector_note(
            collector, g_strdup("statements of other roles in pg_stat_statements"),
            g_strdup_printf("this role may not see them; GRANT pg_read_all_stats TO %s; lets it",
                            extension->role));
    return TRUE;
}

static const char *
why_not_counted(const PgaWorkload *workload)
{
    if (!workload->preloaded)
        return "pg_stat_statements is not loaded: statements are not counted";
    return workload->created ? NULL : "this database has no extension pg_stat_statements";
}

static gboolean
read_workload(PgaCollector *collector, GError **error)
{
    Destination *destination = collector->data;
    g_auto(Extension) extension = {0};
    PgaWorkload *workload;

    g_clear_pointer(&destination->workload, pga_workload_free);
    workload = destination->workload = pga_workload_new();
    if (!read_extension(collector, workload, &extension, error))
        return FALSE;
    workload->why_unknown = g_strdup(why_not_counted(workload));
    return workload->why_unknown || (read_info(collector, workload, &extension, error) &&
                                     read_statements(collector, workload, &extension, error));
}

static void
hand_over(PgaCollector *collector)
{
    Destination *destination = collector->data;

    *destination->out = g_steal_pointer(&destination->workload);
}

gboolean
pga_collect_workload(PgaConnection *connection, const PgaCollectOptions *options,
                     PgaWorkload **workload, GPtrArray *not_checked, GError **error)
{
    Destination destination = {.out = workload};
    const PgaCollection collection = {
        .read = read_workload, .hand_over = hand_over, .data = &destination};
    const gboolean done = pga_collector_run(connection, options, &collection, not_checked, error);

    pga_workload_free(destination.workload);
    return done;
}
