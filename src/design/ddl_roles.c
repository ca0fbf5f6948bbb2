/* roles.sql: an owner that nobody logs in as, a role for migrations, one for the application, one
 * that reads. Each has what it needs and no more. */
#include "ddl_internal.h"

#include <base/text.h>
#include <string.h>

enum { MAX_BASE = 40 }; /* bytes; the longest part and PostgreSQL's 63 leave room for it */

typedef struct {
    const char *part, *what;
    const char *options;
    const char *const *settings; /* NULL-terminated */
} Role;

static const char *const migration_settings[] = {
    "lock_timeout = '5s'", "idle_in_transaction_session_timeout = '10min'", NULL};
static const char *const app_settings[] = {"lock_timeout = '5s'",
                                           "idle_in_transaction_session_timeout = '60s'", NULL};
static const char *const readonly_settings[] = {"lock_timeout = '5s'",
                                                "idle_in_transaction_session_timeout = '5min'",
                                                "default_transaction_read_only = on", NULL};

static const Role roles[] = {
    {"owner", "owns every object; nobody logs in as it", "NOLOGIN", NULL},
    {"migration", "changes the schema, as the owner", "LOGIN", migration_settings},
    {"app", "the application: reads and writes rows", "LOGIN", app_settings},
    {"readonly", "reports and people: reads rows", "LOGIN", readonly_settings},
};

/* How long a statement of a role may take, by workload; 0: without a limit. */
static const struct {
    PgaWorkloadClass workload;
    guint app_s, readonly_s;
} statement_limits[] = {
    {PGA_WORKLOAD_OLTP, 30, 300},
    {PGA_WORKLOAD_OLAP, 3600, 3600},
    {PGA_WORKLOAD_HTAP, 300, 1800},
    {PGA_WORKLOAD_TIME_SERIES, 60, 900},
};

char *
pga_design_role(const PgaArchitecture *architecture, const char *part)
{
    const char *name = architecture->requirements->name ? architecture->requirements->name : "app";
    GString *role = g_string_new(NULL);

    for (; *name && role->len < MAX_BASE; name++)
        g_string_append_c(role, g_ascii_isalnum(*name) ? g_ascii_tolower(*name) : '_');
    if (role->len == 0 || g_ascii_isdigit(*role->str) || g_str_has_prefix(role->str, "pg_"))
        g_string_prepend(role, "app_");
    g_string_append_printf(role, "_%s", part);
    return g_string_free(role, FALSE);
}

/* The slowest target of an access pattern is ten times below the limit. */
static double
slowest_target_s(const PgaRequirements *requirements)
{
    double slowest = 0;

    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);

        slowest = MAX(slowest, pattern->target_ms / 1000);
    }
    return slowest;
}

static guint
statement_limit_s(const PgaArchitecture *architecture, const char *part)
{
    enum { FACTOR = 10 };
    const double least = FACTOR * slowest_target_s(architecture->requirements);

    for (guint i = 0; i < G_N_ELEMENTS(statement_limits); i++) {
        if ((gint64)statement_limits[i].workload != architecture->requirements->workload)
            continue;
        if (strcmp(part, "app") == 0)
            return (guint)MAX(statement_limits[i].app_s, MIN(least, G_MAXINT / 1000));
        if (strcmp(part, "readonly") == 0)
            return (guint)MAX(statement_limits[i].readonly_s, MIN(least, G_MAXINT / 1000));
    }
    return 0;
}

static void
append_creation(GString *sql, const PgaArchitecture *architecture)
{
    g_string_append(sql, "-- Roles are the whole server's: what is there already stays.\n"
                         "DO $$\nBEGIN\n");
    for (guint i = 0; i < G_N_ELEMENTS(roles); i++) {
        g_autofree char *role = pga_design_role(architecture, roles[i].part);

        g_string_append_printf(
            sql,
            "    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '%s') THEN\n"
            "        CREATE ROLE %s %s; -- %s\n    END IF;\n",
            role, role, roles[i].options, roles[i].what);
    }
    g_string_append(sql, "END\n$$;\n");
}

static void
append_settings(GString *sql, const PgaArchitecture *architecture)
{
    for (guint i = 0; i < G_N_ELEMENTS(roles); i++) {
        g_autofree char *role = pga_design_role(architecture, roles[i].part);
        const guint limit = statement_limit_s(architecture, roles[i].part);

        if (!roles[i].settings)
            continue;
        g_string_append_printf(sql, "ALTER ROLE %s SET search_path = public;\n", role);
        if (limit > 0)
            g_string_append_printf(sql, "ALTER ROLE %s SET statement_timeout = '%us';\n", role,
                                   limit);
        for (guint j = 0; roles[i].settings[j]; j++)
            g_string_append_printf(sql, "ALTER ROLE %s SET %s;\n", role, roles[i].settings[j]);
    }
}

/* Tables, partitions, views, sequences, routines: whatever this user made in the schema and no
 * extension owns. Identity columns' sequences follow their tables. */
static const char handover[] =
    "DO $$\n"
    "DECLARE\n"
    "    command text;\n"
    "BEGIN\n"
    "    FOR command IN\n"
    "        SELECT pg_catalog.format('ALTER %%s %%s OWNER TO %1$s',\n"
    "                                 CASE c.relkind WHEN 'v' THEN 'VIEW'\n"
    "                                     WHEN 'm' THEN 'MATERIALIZED VIEW'\n"
    "                                     WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,\n"
    "                                 c.oid::pg_catalog.regclass)\n"
    "          FROM pg_catalog.pg_class c\n"
    "         WHERE c.relnamespace = 'public'::pg_catalog.regnamespace\n"
    "           AND c.relkind IN ('r', 'p', 'v', 'm', 'S')\n"
    "           AND pg_catalog.pg_get_userbyid(c.relowner) = CURRENT_USER\n"
    "           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d\n"
    "                            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass\n"
    "                              AND d.objid = c.oid\n"
    "                              AND (d.deptype = 'e' OR d.deptype IN ('a', 'i')\n"
    "                                                      AND c.relkind = 'S'))\n"
    "        UNION ALL\n"
    "        SELECT pg_catalog.format('ALTER ROUTINE %%s OWNER TO %1$s',\n"
    "                                 p.oid::pg_catalog.regprocedure)\n"
    "          FROM pg_catalog.pg_proc p\n"
    "         WHERE p.pronamespace = 'public'::pg_catalog.regnamespace\n"
    "           AND pg_catalog.pg_get_userbyid(p.proowner) = CURRENT_USER\n"
    "           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d\n"
    "                            WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass\n"
    "                              AND d.objid = p.oid AND d.deptype = 'e')\n"
    "    LOOP\n"
    "        EXECUTE command;\n"
    "    END LOOP;\n"
    "END\n"
    "$$;\n";

static void
append_owner(GString *sql, const PgaArchitecture *architecture)
{
    g_autofree char *owner = pga_design_role(architecture, "owner");
    g_autofree char *migration = pga_design_role(architecture, "migration");

    g_string_append(sql, "-- What was made so far belongs to the owner from here on.\n");
    g_string_append_printf(sql, "GRANT %s TO CURRENT_USER;\n", owner);
    g_string_append_printf(sql, "GRANT %s TO %s;\n", owner, migration);
    g_string_append_printf(sql, "ALTER ROLE %s SET role = '%s';\n", migration, owner);
    g_string_append_printf(sql, "GRANT USAGE, CREATE ON SCHEMA public TO %s;\n", owner);
    g_string_append_printf(sql, handover, owner);
}

static void
append_database(GString *sql, const PgaArchitecture *architecture)
{
    g_autofree char *migration = pga_design_role(architecture, "migration");
    g_autofree char *app = pga_design_role(architecture, "app");
    g_autofree char *readonly = pga_design_role(architecture, "readonly");

    g_string_append_printf(
        sql,
        "-- Nobody else has a way in. Before PostgreSQL 15 everybody may create in public, and "
        "only\n"
        "-- a superuser can take that away: a warning says where it stays.\n"
        "DO $$\nBEGIN\n"
        "    EXECUTE pg_catalog.format('REVOKE ALL ON DATABASE %%I FROM PUBLIC',\n"
        "                              pg_catalog.current_database());\n"
        "    EXECUTE pg_catalog.format('GRANT CONNECT, TEMPORARY ON DATABASE %%I TO %s, %s',\n"
        "                              pg_catalog.current_database());\n"
        "    EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %%I TO %s',\n"
        "                              pg_catalog.current_database());\n"
        "END\n$$;\n"
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC;\n"
        "GRANT USAGE ON SCHEMA public TO %s, %s;\n",
        migration, app, readonly, app, readonly);
}

static gboolean
is_changed(const PgaRequirements *requirements, const PgaDesignTable *table)
{
    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);

        if (pattern->kind == PGA_PATTERN_SQL ||
            ((pattern->kind == PGA_PATTERN_UPDATE || pattern->kind == PGA_PATTERN_DELETE) &&
             table->entity && g_strcmp0(pattern->entity, table->entity->name) == 0))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_personal(const PgaDesignColumn *column)
{
    return column->attribute && column->attribute->personal;
}

/* (transfer full): "a, b", of columns that are @personal or not; "" none. */
static char *
columns_text(const PgaDesignTable *table, gboolean personal)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);

        if (is_personal(column) == personal)
            g_ptr_array_add(names, column->name);
    }
    return pga_ddl_columns(names);
}

static void
grant_reading(GString *sql, const PgaDesignTable *table, const char *readonly)
{
    g_autofree char *relation = pga_ddl_relation(table->name);
    g_autofree char *personal = columns_text(table, TRUE);
    g_autofree char *others = columns_text(table, FALSE);

    if (!*personal) {
        g_string_append_printf(sql, "GRANT SELECT ON %s TO %s;\n", relation, readonly);
        return;
    }
    g_string_append_printf(sql, "-- personal data, not for %s: %s\n", readonly, personal);
    if (*others)
        g_string_append_printf(sql, "GRANT SELECT (%s) ON %s TO %s;\n", others, relation, readonly);
}

static void
append_tables(GString *sql, const PgaArchitecture *architecture)
{
    g_autofree char *app = pga_design_role(architecture, "app");
    g_autofree char *readonly = pga_design_role(architecture, "readonly");

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        g_autofree char *relation = pga_ddl_relation(table->name);
        const gboolean appends =
            table->append_only && !is_changed(architecture->requirements, table);

        g_string_append_printf(sql, "GRANT SELECT, INSERT%s ON %s TO %s;\n",
                               appends ? "" : ", UPDATE, DELETE", relation, app);
        grant_reading(sql, table, readonly);
    }
    for (guint i = 0; i < architecture->views->len; i++) {
        const PgaDesignView *view = g_ptr_array_index(architecture->views, i);
        g_autofree char *relation = pga_ddl_relation(view->name);

        g_string_append_printf(sql, "GRANT SELECT ON %s TO %s, %s;\n", relation, app, readonly);
    }
}

static gboolean
has_personal_data(const PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->tables->len; i++) {
        g_autofree char *personal = columns_text(g_ptr_array_index(architecture->tables, i), TRUE);

        if (*personal)
            return TRUE;
    }
    return FALSE;
}

static void
append_default(GString *sql, const char *owner, const char *privileges, const char *role)
{
    g_string_append_printf(
        sql, "ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA public GRANT %s TO %s;\n", owner,
        privileges, role);
}

/* Of tables that migrations will make. A partition made later is a table, too: what may not be read
 * of its parent must not be readable there. */
static void
append_defaults(GString *sql, const PgaArchitecture *architecture)
{
    g_autofree char *owner = pga_design_role(architecture, "owner");
    g_autofree char *app = pga_design_role(architecture, "app");
    g_autofree char *readonly = pga_design_role(architecture, "readonly");

    g_string_append(sql, "-- Tables to come.\n");
    append_default(sql, owner, "SELECT, INSERT, UPDATE, DELETE ON TABLES", app);
    append_default(sql, owner, "USAGE ON SEQUENCES", app);
    if (has_personal_data(architecture))
        g_string_append_printf(sql,
                               "-- %s is granted each table by hand: there are personal data,\n"
                               "-- and a partition shows what its table's columns hide.\n",
                               readonly);
    else
        append_default(sql, owner, "SELECT ON TABLES", readonly);
    g_string_append_printf(
        sql, "ALTER DEFAULT PRIVILEGES FOR ROLE %s REVOKE EXECUTE ON ROUTINES FROM PUBLIC;\n",
        owner);
}

char *
pga_ddl_roles(const PgaArchitecture *architecture)
{
    GString *sql = g_string_new(NULL);

    pga_ddl_begin(sql, architecture, "roles.sql", "roles and their privileges",
                  "Its user owns the database and may make roles, or is a superuser; one "
                  "transaction, may be run again.");
    g_string_append(sql, "\n-- Roles that log in have no password: give them one (\\password), or "
                         "let pg_hba.conf decide.\n"
                         "BEGIN;\n\n");
    append_creation(sql, architecture);
    g_string_append_c(sql, '\n');
    append_settings(sql, architecture);
    g_string_append_c(sql, '\n');
    append_owner(sql, architecture);
    g_string_append_c(sql, '\n');
    append_database(sql, architecture);
    g_string_append_c(sql, '\n');
    append_tables(sql, architecture);
    g_string_append_c(sql, '\n');
    append_defaults(sql, architecture);
    g_string_append(sql, "\nCOMMIT;\n");
    return g_string_free(sql, FALSE);
}
