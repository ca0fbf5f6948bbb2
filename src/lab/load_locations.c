/* Where a script defines its relations. A qualified name says it itself; for a bare one the server
 * is asked, through the stranger's own session: a wrong answer can only mislead the script's
 * author. */
#include "load_internal.h"
#include <string.h>

static gboolean
makes_relation(const char *kind)
{
    static const char *const kinds[] = {"table", "materialized view", "foreign table", "index",
                                        "view",  "sequence"};

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (kind && strcmp(kinds[i], kind) == 0)
            return TRUE;
    return FALSE;
}

static void
add_location(PgaLoader *loader, const PgaStatement *statement, const char *nspname,
             const char *relname)
{
    char *name = g_strdup_printf("%s.%s", nspname, relname);
    PgaLocation *location = g_new(PgaLocation, 1);

    *location = (PgaLocation){statement->line, statement->column};
    g_hash_table_replace(loader->load->locations, name, location);
}

/* The newest index, for CREATE INDEX ON t (…). */
static const char newest_index[] =
    "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
    " ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
    " WHERE c.oid OPERATOR(pg_catalog.=) (SELECT "
    "pg_catalog.max(i.indexrelid::pg_catalog.int8)::pg_catalog.oid"
    " FROM pg_catalog.pg_index i WHERE i.indrelid OPERATOR(pg_catalog.=)"
    " pg_catalog.to_regclass($1)::pg_catalog.oid)";

static const char by_name[] =
    "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
    " ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
    " WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)::pg_catalog.oid";

/* Quoted always: to_regclass() folds what is not. */
static void
append_quoted(GString *written, const char *name)
{
    g_string_append_c(written, '"');
    for (; *name; name++) {
        if (*name == '"')
            g_string_append_c(written, '"');
        g_string_append_c(written, *name);
    }
    g_string_append_c(written, '"');
}

/* (transfer full) */
static char *
written_name(const char *nspname, const char *name)
{
    GString *written = g_string_new(NULL);

    if (nspname) {
        append_quoted(written, nspname);
        g_string_append_c(written, '.');
    }
    append_quoted(written, name);
    return g_string_free(written, FALSE);
}

static gboolean
ask(PgaLoader *loader, const PgaStatement *statement, const char *sql, char *name, GError **error)
{
    g_autofree char *owned = name;
    const char *const params[] = {owned};
    g_autoptr(PGresult) rows = pga_session_exec(loader->session, sql, params, 1, TRUE, error);

    if (rows && !pga_result_failed(rows) && PQntuples(rows) == 1)
        add_location(loader, statement, PQgetvalue(rows, 0, 0), PQgetvalue(rows, 0, 1));
    return rows != NULL;
}

gboolean
pga_loader_locate(PgaLoader *loader, const PgaStep *step, GError **error)
{
    const PgaMade *made = step->made;
    const char *nspname =
        made->on_name ? made->on_nspname : made->nspname; /* an index lives with its table */

    if (!makes_relation(made->kind) || (!made->name && !made->on_name))
        return TRUE;
    if (made->name && nspname) {
        add_location(loader, step->statement, nspname, made->name);
        return TRUE;
    }
    if (made->name)
        return ask(loader, step->statement, by_name, written_name(NULL, made->name), error);
    return ask(loader, step->statement, newest_index, written_name(nspname, made->on_name), error);
}
