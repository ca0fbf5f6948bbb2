/* An extension that candidates need and the source lacks. Strangers' objects are in the database by
 * now, so it gets a schema where nobody else may make anything: its script, which the superuser
 * executes, looks into that one and pg_catalog only. */
#include "extensions_internal.h"
#include "sizes_internal.h"
#include "whatif_internal.h"

#define SCHEMA PGA_ROLE_PREFIX "extensions"

static gboolean
is_there(PgaWhatif *whatif, const char *name, gboolean *there, GError **error)
{
    g_autoptr(PGresult) rows = pga_clone_query(
        whatif->clone->admin, "SELECT FROM pg_catalog.pg_extension WHERE extname = $1",
        (const char *const[]){name}, 1, error);

    *there = rows && PQntuples(rows) > 0;
    return rows != NULL;
}

/* The guard of pga_extensions_seal() is for others: event triggers rest in this role. */
static gboolean
set_guard(PgaWhatif *whatif, const char *role, GError **error)
{
    return pga_session_do(whatif->clone->admin, error, "SET session_replication_role = %s", role);
}

static gboolean
make(PgaWhatif *whatif, const char *name, gboolean *made, GError **error)
{
    g_autofree char *refusal = NULL;
    PgaSession *admin = whatif->clone->admin;
    const gboolean ok =
        pga_session_do(admin, error, "CREATE SCHEMA IF NOT EXISTS " SCHEMA) &&
        pga_session_do(admin, error, "GRANT USAGE ON SCHEMA " SCHEMA " TO PUBLIC") &&
        pga_extension_create(admin, name, SCHEMA, &refusal, error);

    *made = ok && !refusal;
    return ok;
}

gboolean
pga_whatif_extension(PgaWhatif *whatif, const char *name, gboolean *available, GError **error)
{
    gboolean ok;

    if (!is_there(whatif, name, available, error))
        return FALSE;
    if (*available)
        return TRUE;
    if (!set_guard(whatif, "replica", error))
        return FALSE;
    ok = make(whatif, name, available, error);
    return set_guard(whatif, "origin", ok ? error : NULL) && ok;
}
