/* Which databases there are to connect to. */
#include "collect/databases.h"

#include "collector_internal.h"

typedef struct {
    GPtrArray *names, *refused;
} Lists;

static gboolean
read_names(PgaCollector *collector, GError **error)
{
    const Lists *lists = collector->data;
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "database_names",
                                         .what = "databases of the server",
                                         .need = PGA_QUERY_ESSENTIAL},
                             &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        g_ptr_array_add(pga_rows_bool(&rows, "connects") ? lists->names : lists->refused,
                        pga_rows_dup(&rows, "datname"));
    return TRUE;
}

gboolean
pga_collect_database_names(PgaConnection *connection, GPtrArray *names, GPtrArray *refused,
                           GError **error)
{
    Lists lists = {names, refused};
    const PgaCollectOptions options = {.ram_bytes = -1};
    const PgaCollection collection = {.read = read_names, .data = &lists};
    g_autoptr(GPtrArray) ignored =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);

    return pga_collector_run(connection, &options, &collection, ignored, error);
}
