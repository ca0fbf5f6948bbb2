/* HypoPG's functions, in whatever schema they are. */
#include "hypopg_internal.h"

#include "sql_internal.h"

void
pga_hypopg_clear(PgaHypopg *hypopg)
{
    g_clear_pointer(&hypopg->schema, g_free);
    g_clear_pointer(&hypopg->version, g_free);
}

void
pga_hypothetical_index_clear(PgaHypotheticalIndex *index)
{
    g_clear_pointer(&index->name, g_free);
    g_clear_pointer(&index->failure, g_free);
}

gboolean
pga_hypopg_find(PGconn *conn, PgaHypopg *hypopg, GError **error)
{
    g_autoptr(PGresult) result =
        pga_libpq_exec(conn, pga_sql_text("hypopg", PGA_SQL_NEWEST_MAJOR), NULL, 0, 0, error);
    PgaRows rows;

    if (!result)
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (PQresultStatus(result) != PGRES_TUPLES_OK || !pga_rows_next(&rows))
        return TRUE;
    hypopg->schema = pga_rows_dup(&rows, "schema");
    hypopg->version = pga_rows_dup(&rows, "version");
    hypopg->may_be_used = pga_rows_bool(&rows, "may_be_used");
    hypopg->hides = pga_rows_bool(&rows, "hides");
    return TRUE;
}

gboolean
pga_hypopg_create(PGconn *conn, const PgaHypopg *hypopg, const char *sql,
                  PgaHypotheticalIndex *index, GError **error)
{
    g_autofree char *query = g_strdup_printf("SELECT h.indexname AS name, "
                                             "%s.hypopg_relation_size(h.indexrelid) AS bytes "
                                             "FROM %s.hypopg_create_index($1) h",
                                             hypopg->schema, hypopg->schema);
    g_autoptr(PGresult) result = pga_libpq_exec(conn, query, &sql, 1, 0, error);
    PgaRows rows;

    index->bytes = -1;
    if (!result)
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (PQresultStatus(result) == PGRES_TUPLES_OK && pga_rows_next(&rows)) {
        index->name = pga_rows_dup(&rows, "name");
        index->bytes = pga_rows_int64(&rows, "bytes", -1);
        return TRUE;
    }
    index->failure = pga_libpq_message(result);
    return TRUE;
}
