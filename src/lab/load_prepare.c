/* What a script takes for granted: its database, extensions, roles and tablespaces. Everything here
 * is done by the superuser, none of it in the script's database once a statement of the script has
 * run there. */
#include "base/error.h"
#include "base/text.h"
#include "extensions_internal.h"
#include "load_internal.h"
#include <string.h>

enum { MAX_ROLES = 10000, MAX_TABLESPACES = 100 };

const char *
pga_loader_extension(const PgaHead *head, const char **nspname)
{
    guint i = pga_head_is(head, 2, "if not exists") ? 5 : 2;
    const char *extname = pga_head_name(head, i);

    *nspname = NULL;
    for (i++; i < head->words->len; i++)
        if (pga_head_is(head, i, "schema"))
            *nspname = pga_head_name(head, i + 1);
    return extname;
}

static gboolean
create_extension(PgaLoader *loader, PgaSession *admin, const PgaHead *head, GError **error)
{
    const char *nspname = NULL;
    const char *extname = pga_loader_extension(head, &nspname);
    char *refusal = NULL;

    if (g_hash_table_contains(loader->extensions, extname))
        return TRUE;
    if (!pga_extension_create(admin, extname, nspname, &refusal, error))
        return FALSE;
    if (!refusal)
        g_hash_table_add(loader->given_schemas, g_strdup(nspname ? nspname : "public"));
    g_hash_table_insert(loader->extensions, g_strdup(extname), refusal ? refusal : g_strdup(""));
    return TRUE;
}

static gboolean
create_extensions(PgaLoader *loader, PgaSession *admin, GError **error)
{
    const GArray *statements = loader->script->statements;

    for (guint i = 0; i < statements->len; i++) {
        const PgaStatement *statement = &g_array_index(statements, PgaStatement, i);
        g_autoptr(PgaHead) head = statement->kind == PGA_STATEMENT_SQL
                                      ? pga_head_read(statement->text, statement->length)
                                      : NULL;

        if (head && pga_head_act(head) == PGA_ACT_EXTENSION &&
            !create_extension(loader, admin, head, error))
            return FALSE;
    }
    return TRUE;
}

/* The schemas that were made for extensions belong to the script, as if it had made them. */
static gboolean
hand_over_schemas(PgaLoader *loader, PgaSession *admin, GError **error)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, loader->given_schemas);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        g_autofree char *schema = pga_quote_identifier(key);

        if (!pga_schema_is_given(key) &&
            !pga_session_do(admin, error, "ALTER SCHEMA %s OWNER TO " PGA_ROLE_STRANGER, schema))
            return FALSE;
    }
    return pga_session_do(admin, error, "ALTER SCHEMA public OWNER TO " PGA_ROLE_STRANGER);
}

/* The stranger may do anything in it but own it: ALTER DATABASE … SET would reach other sessions.
 */
static gboolean
create_database(PgaLab *lab, const char *dbname, GError **error)
{
    return pga_session_do(lab->admin, error, "CREATE DATABASE %s %s", dbname,
                          pga_lab_empty_database(lab)) &&
           pga_session_do(lab->admin, error, "REVOKE ALL ON DATABASE %s FROM PUBLIC", dbname) &&
           pga_session_do(lab->admin, error,
                          "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %s TO " PGA_ROLE_STRANGER,
                          dbname) &&
           pga_session_do(lab->admin, error, "GRANT CONNECT ON DATABASE %s TO " PGA_ROLE_READER,
                          dbname);
}

char *
pga_loader_prepare(PgaLoader *loader, GError **error)
{
    g_autofree char *dbname = pga_lab_next_database(loader->lab, "load");
    g_autoptr(PgaSession) admin = NULL;

    if (!create_database(loader->lab, dbname, error))
        return NULL;
    admin = pga_session_open(loader->lab, dbname, PGA_ROLE_SUPERUSER, error);
    if (!admin || !create_extensions(loader, admin, error) ||
        !hand_over_schemas(loader, admin, error) || !pga_extensions_seal(admin, error))
        return NULL;
    return g_steal_pointer(&dbname);
}

/* The lab's own roles are nobody's to have: granting one to the stranger would be the end of it. */
static gboolean
may_be_made(const PgaLoader *loader, const char *name)
{
    return *name && !g_str_has_prefix(name, "pg_") && !g_str_has_prefix(name, PGA_ROLE_PREFIX) &&
           strcmp(name, "public") != 0 && strcmp(name, "none") != 0 &&
           g_hash_table_size(loader->roles) < MAX_ROLES &&
           !g_hash_table_contains(loader->roles, name);
}

gboolean
pga_loader_make_role(PgaLoader *loader, const char *name, gboolean *made, GError **error)
{
    PgaSession *admin = loader->lab->admin;
    g_autofree char *role = pga_quote_identifier(name);
    g_autofree char *create = g_strdup_printf("CREATE ROLE %s NOLOGIN", role);
    g_autoptr(PGresult) result = NULL;

    *made = FALSE;
    if (!may_be_made(loader, name))
        return TRUE;
    g_hash_table_add(loader->roles, g_strdup(name));
    result = pga_session_exec(admin, create, NULL, 0, FALSE, error);
    if (!result)
        return FALSE;
    /* of an earlier script in this lab: then it is the stranger's already */
    if (pga_result_failed(result) && strcmp(pga_result_sqlstate(result), "42710") != 0)
        return TRUE;
    *made = TRUE;
    return pga_result_failed(result) ||
           pga_session_do(admin, error, "GRANT %s TO " PGA_ROLE_STRANGER, role);
}

static gboolean
make_tablespace(PgaLoader *loader, const char *name, gboolean *made, GError **error)
{
    PgaLab *lab = loader->lab;
    g_autofree char *tablespace = pga_quote_identifier(name);
    g_autofree char *path = NULL, *location = NULL;

    *made = FALSE;
    if (g_str_has_prefix(name, "pg_") || loader->n_tablespaces++ >= MAX_TABLESPACES)
        return TRUE;
    path = pga_lab_make_tablespace_folder(lab, error);
    if (!path)
        return FALSE;
    location = pga_quote_literal(path);
    *made = TRUE;
    return pga_session_do(lab->admin, error, "CREATE TABLESPACE %s LOCATION %s", tablespace,
                          location) &&
           pga_session_do(lab->admin, error, "GRANT CREATE ON TABLESPACE %s TO PUBLIC", tablespace);
}

/* (nullable): NAME of 'PREFIX"NAME" does not exist'. (transfer full) */
static char *
missing_name(const char *message, const char *prefix)
{
    const char *suffix = "\" does not exist";

    if (!g_str_has_prefix(message, prefix) || !g_str_has_suffix(message, suffix))
        return NULL;
    message += strlen(prefix);
    return g_strndup(message, strlen(message) - strlen(suffix));
}

gboolean
pga_loader_supply(PgaLoader *loader, const PGresult *result, gboolean *supplied, GError **error)
{
    g_autofree char *message = pga_result_message(result);
    g_autofree char *role = missing_name(message, "role \"");
    g_autofree char *tablespace = missing_name(message, "tablespace \"");

    *supplied = FALSE;
    if (strcmp(pga_result_sqlstate(result), "42704") != 0)
        return TRUE;
    if (role)
        return pga_loader_make_role(loader, role, supplied, error);
    if (tablespace)
        return make_tablespace(loader, tablespace, supplied, error);
    return TRUE;
}
