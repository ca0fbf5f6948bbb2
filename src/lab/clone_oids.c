/* Which relation of the source an oid on the clone stands for. */
#include "base/error.h"
#include "clone_internal.h"

gboolean
pga_clone_relation_oids(PgaClone *clone, GHashTable *relations, GError **error)
{
    g_autoptr(PGresult) rows =
        pga_session_exec(clone->admin,
                         "SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c"
                         " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                         " WHERE c.relkind IN ('r', 'p', 'm', 'f')",
                         NULL, 0, TRUE, error);

    if (!rows)
        return FALSE;
    if (pga_result_failed(rows)) {
        g_autofree char *message = pga_result_message(rows);

        pga_error_set(error, PGA_ERROR_LAB, "the clone's relations could not be listed: %s",
                      message);
        return FALSE;
    }
    for (int i = 0; i < PQntuples(rows); i++) {
        const PgaRelation *relation = pga_catalog_relation_by_name(
            clone->catalog, PQgetvalue(rows, i, 1), PQgetvalue(rows, i, 2));
        const guint oid = (guint)g_ascii_strtoull(PQgetvalue(rows, i, 0), NULL, 10);

        if (relation)
            g_hash_table_insert(relations, GUINT_TO_POINTER(oid), (gpointer)relation);
    }
    return TRUE;
}
