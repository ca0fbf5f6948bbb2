/* Which database of which server it is. */
#include <base/error.h>

#include "copy_internal.h"
#include "rows_internal.h"
#include "sql_internal.h"

void
pga_database_identity_clear(PgaDatabaseIdentity *identity)
{
    g_clear_pointer(&identity->system_identifier, g_free);
    g_clear_pointer(&identity->datname, g_free);
}

/* (nullable) without an error where the server refuses. */
static gboolean
read_rows(PgaConnection *connection, const char *name, PGresult **result, GError **error)
{
    const guint major = pga_connection_version_num(connection) / 10000;

    *result = pga_libpq_exec(pga_connection_libpq(connection), pga_sql_text(name, major), NULL, 0,
                             0, error);
    return *result != NULL;
}

gboolean
pga_database_identify(PgaConnection *connection, PgaDatabaseIdentity *identity, GError **error)
{
    g_autoptr(PGresult) database = NULL, cluster = NULL;
    PgaRows rows;

    if (!read_rows(connection, "database_identity", &database, error) ||
        !read_rows(connection, "system_identifier", &cluster, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(database);
    if (PQresultStatus(database) != PGRES_TUPLES_OK || !pga_rows_next(&rows)) {
        pga_error_set(error, PGA_ERROR_SOURCE, "the server does not tell which database it is");
        pga_error_detail(error, "%s", PQresultErrorMessage(database));
        return FALSE;
    }
    identity->database = pga_rows_oid(&rows, "database");
    identity->datname = pga_rows_dup(&rows, "datname");
    identity->started = pga_rows_int64(&rows, "started", 0);
    identity->is_standby = pga_rows_bool(&rows, "is_standby");
    rows = (PgaRows)PGA_ROWS_INIT(cluster);
    if (PQresultStatus(cluster) == PGRES_TUPLES_OK && pga_rows_next(&rows))
        identity->system_identifier = pga_rows_dup(&rows, "system_identifier");
    return TRUE;
}
