/* What roles may do besides log in, and how their passwords are kept. */
#include "objects_internal.h"

void
pga_collect_role_attributes(PgaRole *role, PgaRows *rows)
{
    role->rolcreaterole = pga_rows_bool(rows, "rolcreaterole");
    role->rolcreatedb = pga_rows_bool(rows, "rolcreatedb");
    role->rolreplication = pga_rows_bool(rows, "rolreplication");
    role->rolconnlimit = (gint32)pga_rows_int64(rows, "rolconnlimit", -1);
    role->has_validity = pga_rows_bool(rows, "has_validity");
    role->password = '?';
}

/* Asked for only where it will be answered: a refusal would stand in the server's log each time. */
static gboolean
may_read_passwords(PgaCollector *collector, gboolean *may, GError **error)
{
    g_autoptr(PGresult) result = NULL;

    if (!pga_collector_execute(
            collector, "SELECT pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT')",
            NULL, 0, &result, error))
        return FALSE;
    *may = PQgetvalue(result, 0, 0)[0] == 't';
    return TRUE;
}

static PgaRole *
find_role(const PgaObjects *objects, const char *rolname)
{
    for (guint i = 0; i < objects->roles->len; i++) {
        PgaRole *role = g_ptr_array_index(objects->roles, i);

        if (g_str_equal(role->rolname, rolname))
            return role;
    }
    return NULL;
}

gboolean
pga_collect_role_passwords(PgaCollector *collector, GError **error)
{
    const PgaQuery query = {.name = "role_passwords", .what = "kinds of passwords"};
    g_autoptr(PGresult) result = NULL;
    gboolean may = FALSE;
    PgaRows rows;

    if (!may_read_passwords(collector, &may, error) ||
        (may && !pga_collector_query(collector, &query, &result, error)))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        g_autofree char *rolname = pga_rows_dup(&rows, "rolname");
        PgaRole *role = find_role(pga_collector_objects(collector), rolname);

        if (role)
            role->password = pga_rows_char(&rows, "password");
    }
    return TRUE;
}
