/* Which extensions the lab creates: data types, index support and pure functions. None that reaches
 * files, other servers or processes, none that brings a language, none that needs to be preloaded.
 */
#include "base/error.h"
#include "base/text.h"
#include "extensions_internal.h"
#include <string.h>

static const char *const allowed[] = {
    "address_standardizer",
    "autoinc",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "fuzzystrmatch",
    "hstore",
    "insert_username",
    "intagg",
    "intarray",
    "ip4r",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "pg_bigm",
    "pg_stat_statements",
    "pg_trgm",
    "pg_uuidv7",
    "pgcrypto",
    "plpgsql",
    "postgis",
    "postgis_topology",
    "prefix",
    "refint",
    "rum",
    "seg",
    "semver",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "vector",
};

static const struct {
    const char *name, *extname;
} members[] = {
    {"geometry", "postgis"},
    {"geography", "postgis"},
    {"box2d", "postgis"},
    {"box3d", "postgis"},
    {"topogeometry", "postgis_topology"},
    {"raster", "postgis_raster"},
    {"create_hypertable", "timescaledb"},
    {"vector", "vector"},
    {"halfvec", "vector"},
    {"citext", "citext"},
    {"hstore", "hstore"},
    {"ltree", "ltree"},
    {"cube", "cube"},
    {"gin_trgm_ops", "pg_trgm"},
    {"gist_trgm_ops", "pg_trgm"},
    {"uuid_generate_v4", "uuid-ossp"},
    {"uuid_generate_v1", "uuid-ossp"},
    {"unaccent", "unaccent"},
    {"gin_bigm_ops", "pg_bigm"},
};

const char *
pga_extension_of(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(members); i++)
        if (strcmp(members[i].name, name) == 0)
            return members[i].extname;
    return g_str_has_prefix(name, "st_") ? "postgis" : NULL;
}

static gboolean
is_allowed(const char *extname)
{
    for (guint i = 0; i < G_N_ELEMENTS(allowed); i++)
        if (strcmp(allowed[i], extname) == 0)
            return TRUE;
    return FALSE;
}

gboolean
pga_extension_is_tool(const char *extname)
{
    static const char *const tools[] = {
        "amcheck",       "auto_explain",    "hypopg",          "pageinspect",   "pg_buffercache",
        "pg_cron",       "pg_freespacemap", "pg_prewarm",      "pg_qualstats",  "pg_repack",
        "pg_squeeze",    "pg_stat_kcache",  "pg_stat_monitor", "pg_visibility", "pg_wait_sampling",
        "pg_walinspect", "pgaudit",         "pgrowlocks",      "pgstattuple",   "sslinfo",
    };

    for (guint i = 0; i < G_N_ELEMENTS(tools); i++)
        if (strcmp(tools[i], extname) == 0)
            return TRUE;
    return FALSE;
}

gboolean
pga_schema_is_given(const char *nspname)
{
    return strcmp(nspname, "public") == 0 || strcmp(nspname, "information_schema") == 0 ||
           g_str_has_prefix(nspname, "pg_") || g_str_has_prefix(nspname, PGA_ROLE_PREFIX);
}

/* PostgreSQL 10-14 look for the control file (undefined_file), 15-18 say "is not available". */
static gboolean
is_absent(const PGresult *result)
{
    return strcmp(pga_result_sqlstate(result), "58P01") == 0 ||
           strcmp(pga_result_sqlstate(result), "0A000") == 0;
}

static char *
explain_refusal(const PgaSession *session, const char *extname, const PGresult *result)
{
    if (is_absent(result))
        return g_strdup_printf("extension %s is not installed for PostgreSQL %s on this machine",
                               extname, pga_lab_version(session->lab));
    return pga_result_message(result);
}

/* A schema made for an extension that cannot be had goes with the transaction. */
static gboolean
create(PgaSession *session, const char *extname, const char *nspname, char **refusal,
       GError **error)
{
    g_autofree char *extension = pga_quote_identifier(extname);
    g_autofree char *schema = pga_quote_identifier(nspname);
    g_autofree char *sql =
        g_strdup_printf("CREATE EXTENSION IF NOT EXISTS %s SCHEMA %s CASCADE", extension, schema);
    g_autoptr(PGresult) result = NULL;

    if (!pga_session_do(session, error, "BEGIN") ||
        (!pga_schema_is_given(nspname) &&
         !pga_session_do(session, error, "CREATE SCHEMA IF NOT EXISTS %s", schema)))
        return FALSE;
    result = pga_session_exec(session, sql, NULL, 0, FALSE, error);
    if (!result)
        return FALSE;
    if (pga_result_failed(result))
        *refusal = explain_refusal(session, extname, result);
    return pga_session_do(session, error, *refusal ? "ROLLBACK" : "COMMIT");
}

gboolean
pga_extension_create(PgaSession *session, const char *extname, const char *nspname, char **refusal,
                     GError **error)
{
    *refusal = NULL;
    if (strcmp(extname, "plpgsql") == 0)
        return TRUE;
    if (!is_allowed(extname)) {
        *refusal = g_strdup_printf("refused: the lab does not create extension %s", extname);
        return TRUE;
    }
    return create(session, extname, nspname ? nspname : "public", refusal, error);
}

/* Trusted extensions (PostgreSQL 13) may be made by whoever has CREATE on the database, which the
 * stranger needs for its schemas; plperl is one of them. An event trigger meets every way to that
 * command. */
gboolean
pga_extensions_seal(PgaSession *session, GError **error)
{
    return pga_session_do(session, error, "CREATE SCHEMA " PGA_ROLE_PREFIX "guard") &&
           pga_session_do(
               session, error,
               "CREATE FUNCTION " PGA_ROLE_PREFIX "guard.refuse() RETURNS event_trigger "
               "LANGUAGE plpgsql SET search_path = pg_catalog AS $$BEGIN RAISE EXCEPTION USING "
               "ERRCODE = '42501', MESSAGE = 'no extension or language can be added here', "
               "HINT = 'Those that came along were made with the database: see pg_extension.'; "
               "END$$") &&
           pga_session_do(session, error,
                          "CREATE EVENT TRIGGER " PGA_ROLE_PREFIX
                          "guard ON ddl_command_start WHEN TAG IN "
                          "('CREATE EXTENSION', 'ALTER EXTENSION', 'CREATE LANGUAGE') "
                          "EXECUTE PROCEDURE " PGA_ROLE_PREFIX "guard.refuse()");
}
