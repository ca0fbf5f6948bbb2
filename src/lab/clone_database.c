/* The database that a clone lives in: encoding and locale, roles, tablespaces, settings as the
 * source has them; and the whatif module. */
#include "array_literal_internal.h"
#include "base/error.h"
#include "base/text.h"
#include "clone_internal.h"
#include "module_internal.h"
#include "sizes_internal.h"
#include "whatif_sql_internal.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What decides about plans, or about how statements and EXPLAIN read. Settings with a dot are
 * somebody's own and come along as well. */
static const char *const planner_settings[] = {
    "array_nulls",
    "backslash_quote",
    "bytea_output",
    "constraint_exclusion",
    "cpu_index_tuple_cost",
    "cpu_operator_cost",
    "cpu_tuple_cost",
    "cursor_tuple_fraction",
    "datestyle",
    "DateStyle",
    "debug_parallel_query",
    "default_statistics_target",
    "default_text_search_config",
    "effective_cache_size",
    "effective_io_concurrency",
    "enable_async_append",
    "enable_bitmapscan",
    "enable_distinct_reordering",
    "enable_gathermerge",
    "enable_group_by_reordering",
    "enable_hashagg",
    "enable_hashjoin",
    "enable_incremental_sort",
    "enable_indexonlyscan",
    "enable_indexscan",
    "enable_material",
    "enable_memoize",
    "enable_mergejoin",
    "enable_nestloop",
    "enable_parallel_append",
    "enable_parallel_hash",
    "enable_partition_pruning",
    "enable_partitionwise_aggregate",
    "enable_partitionwise_join",
    "enable_presorted_aggregate",
    "enable_self_join_elimination",
    "enable_seqscan",
    "enable_sort",
    "enable_tidscan",
    "extra_float_digits",
    "force_parallel_mode",
    "from_collapse_limit",
    "geqo",
    "geqo_effort",
    "geqo_generations",
    "geqo_pool_size",
    "geqo_seed",
    "geqo_selection_bias",
    "geqo_threshold",
    "gin_fuzzy_search_limit",
    "hash_mem_multiplier",
    "IntervalStyle",
    "jit",
    "jit_above_cost",
    "jit_expressions",
    "jit_inline_above_cost",
    "jit_optimize_above_cost",
    "jit_tuple_deforming",
    "join_collapse_limit",
    "lc_monetary",
    "lc_numeric",
    "lc_time",
    "max_parallel_workers",
    "max_parallel_workers_per_gather",
    "min_parallel_index_scan_size",
    "min_parallel_table_scan_size",
    "operator_precedence_warning",
    "parallel_leader_participation",
    "parallel_setup_cost",
    "parallel_tuple_cost",
    "plan_cache_mode",
    "quote_all_identifiers",
    "random_page_cost",
    "recursive_worktable_factor",
    "role",
    "row_security",
    "search_path",
    "seq_page_cost",
    "standard_conforming_strings",
    "TimeZone",
    "transform_null_equals",
    "work_mem",
    "xmlbinary",
    "xmloption",
};

static gboolean
is_for_planner(const char *name)
{
    if (strchr(name, '.'))
        return !g_str_has_prefix(name, "pgarchitect_");
    for (guint i = 0; i < G_N_ELEMENTS(planner_settings); i++)
        if (strcmp(planner_settings[i], name) == 0)
            return TRUE;
    return FALSE;
}

static void
append_literal(GString *sql, const char *keyword, const char *value)
{
    g_autofree char *literal = value ? pga_quote_literal(value) : NULL;

    if (literal)
        g_string_append_printf(sql, " %s %s", keyword, literal);
}

/* (transfer full): what follows "TEMPLATE template0" for the source's encoding and locale */
static char *
locale_clauses(const PgaClone *clone)
{
    const PgaObjects *objects = clone->objects;
    GString *sql = g_string_new(NULL);

    append_literal(sql, "ENCODING", objects->encoding);
    append_literal(sql, "LC_COLLATE", objects->collate);
    append_literal(sql, "LC_CTYPE", objects->ctype);
    if (objects->provider == 'i') {
        g_string_append(sql, " LOCALE_PROVIDER icu");
        append_literal(sql, "ICU_LOCALE", objects->locale);
        append_literal(sql, "ICU_RULES", objects->icu_rules);
    } else if (objects->provider == 'b') {
        g_string_append(sql, " LOCALE_PROVIDER builtin");
        append_literal(sql, "BUILTIN_LOCALE", objects->locale);
    }
    return g_string_free(sql, FALSE);
}

/* *refused when the server says no: a locale that this machine lacks. */
static gboolean
try_create(const PgaClone *clone, const char *clauses, char **refused, GError **error)
{
    g_autofree char *tablespace = clone->objects && clone->objects->tablespace
                                      ? pga_quote_identifier(clone->objects->tablespace)
                                      : NULL;
    g_autofree char *sql =
        g_strdup_printf("CREATE DATABASE %s TEMPLATE template0%s%s%s", clone->dbname, clauses,
                        tablespace ? " TABLESPACE " : "", tablespace ? tablespace : "");
    g_autoptr(PGresult) result = pga_session_exec(clone->lab->admin, sql, NULL, 0, FALSE, error);

    *refused = result && pga_result_failed(result) ? pga_result_message(result) : NULL;
    return result != NULL;
}

static gboolean
make_tablespace(PgaClone *clone, const PgaTablespace *tablespace, GError **error)
{
    g_autofree char *name = pga_quote_identifier(tablespace->spcname);
    g_autofree char *folder = g_strdup_printf("tablespace_%u", clone->lab->n_tablespaces++);
    g_autofree char *path = pga_lab_path(clone->lab, folder);
    g_autofree char *literal = pga_quote_literal(path);
    g_autofree char *sql = g_strdup_printf("CREATE TABLESPACE %s LOCATION %s", name, literal);
    const char *const params[] = {tablespace->spcname, tablespace->options};
    g_autoptr(PGresult) created = NULL, done = NULL;

    if (!g_str_has_prefix(tablespace->spcname, "pg_")) {
        if (mkdir(path, 0700) != 0 ||
            (clone->lab->user.change &&
             lchown(path, clone->lab->user.uid, clone->lab->user.gid) != 0)) {
            pga_error_set(error, PGA_ERROR_LAB, "could not write into the lab's directory: %s",
                          g_strerror(errno));
            return FALSE;
        }
        created = pga_session_exec(clone->lab->admin, sql, NULL, 0, FALSE, error);
        if (!created || !pga_session_do(clone->lab->admin, error,
                                        "GRANT CREATE ON TABLESPACE %s TO " PGA_ROLE_PROVER, name))
            return FALSE;
    }
    done = pga_clone_query(clone->lab->admin,
                           "UPDATE pg_catalog.pg_tablespace SET spcoptions = "
                           "$2::pg_catalog.text[] WHERE spcname = $1",
                           params, 2, error);
    return done != NULL;
}

/* Before the database: that may stand in one of them. */
static gboolean
make_tablespaces(PgaClone *clone, GError **error)
{
    for (guint i = 0; i < clone->objects->tablespaces->len; i++)
        if (!make_tablespace(clone, g_ptr_array_index(clone->objects->tablespaces, i), error))
            return FALSE;
    return TRUE;
}

static gboolean
create_database(PgaClone *clone, GError **error)
{
    g_autofree char *clauses = clone->objects ? locale_clauses(clone) : g_strdup("");
    g_autofree char *refused = NULL, *again = NULL;

    if (!try_create(clone, clauses, &refused, error))
        return FALSE;
    if (!refused)
        return TRUE;
    if (clone->objects)
        pga_clone_note(clone,
                       g_strdup_printf("locale %s of the source",
                                       clone->objects->collate ? clone->objects->collate : "?"),
                       g_strdup_printf("%s: the clone sorts by another one, so estimates of text "
                                       "ranges and LIKE are approximate",
                                       refused));
    if (!try_create(clone, "", &again, error))
        return FALSE;
    if (again) {
        pga_error_set(error, PGA_ERROR_LAB, "the lab could not be prepared");
        pga_error_detail(error, "CREATE DATABASE: %s.", again);
    }
    return !again;
}

static gboolean
load_module(PgaClone *clone, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autofree char *path = pga_lab_module_install(clone->lab, &cause);
    g_autofree char *literal = path ? pga_quote_literal(path) : NULL;
    g_autoptr(GString) sql = g_string_new(pga_whatif_sql);
    g_autoptr(PGresult) result = NULL;

    if (cause) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (!path)
        return TRUE;
    g_string_replace(sql, "'@MODULE@'", literal, 0);
    result = PQexec(clone->admin->conn, sql->str);
    if (!pga_result_failed(result)) {
        clone->module = g_steal_pointer(&path);
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_LAB, "the what-if module does not load into PostgreSQL %s",
                  pga_lab_version(clone->lab));
    pga_error_detail(error, "%s", PQresultErrorMessage(result));
    pga_error_hint(error, "Build pgarchitect again, so that the module fits the server.");
    return FALSE;
}

gboolean
pga_clone_make_database(PgaClone *clone, GError **error)
{
    PgaSession *admin = clone->lab->admin;

    if ((clone->objects && !make_tablespaces(clone, error)) || !create_database(clone, error) ||
        !pga_session_do(admin, error, "REVOKE ALL ON DATABASE %s FROM PUBLIC", clone->dbname) ||
        !pga_session_do(admin, error,
                        "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %s TO " PGA_ROLE_PROVER,
                        clone->dbname))
        return FALSE;
    clone->admin = pga_session_open(clone->lab, clone->dbname, PGA_ROLE_SUPERUSER, error);
    return clone->admin &&
           pga_session_set(clone->admin,
                           "SELECT pg_catalog.set_config('DateStyle', 'ISO, YMD', false), "
                           "pg_catalog.set_config('IntervalStyle', 'postgres', false)",
                           error) &&
           load_module(clone, error);
}

/* A role of the lab's own, or of the server's, is not somebody else's. */
static gboolean
is_reserved(const char *rolname)
{
    return g_str_has_prefix(rolname, "pg_") || g_str_has_prefix(rolname, PGA_ROLE_PREFIX);
}

/* Roles outlive a clone: the lab may have them from an earlier one. */
static gboolean
make_role(PgaClone *clone, const char *rolname, const char *attributes, GError **error)
{
    g_autofree char *name = pga_quote_identifier(rolname);
    const char *const params[] = {rolname};
    g_autoptr(PGresult) there = NULL;

    if (is_reserved(rolname))
        return TRUE;
    there = pga_clone_query(clone->admin, "SELECT FROM pg_catalog.pg_roles WHERE rolname = $1",
                            params, 1, error);
    if (!there)
        return FALSE;
    return pga_session_do(clone->admin, error, "%s ROLE %s %s",
                          PQntuples(there) > 0 ? "ALTER" : "CREATE", name, attributes) &&
           pga_session_do(clone->admin, error, "GRANT %s TO " PGA_ROLE_PROVER, name);
}

/* Membership in a role that the lab's version does not have is nothing to fail for. */
static gboolean
grant_memberships(PgaClone *clone, const PgaRole *role, GError **error)
{
    g_autofree char *name = pga_quote_identifier(role->rolname);

    for (guint i = 0; !is_reserved(role->rolname) && i < role->member_of->len; i++) {
        g_autofree char *of = pga_quote_identifier(g_ptr_array_index(role->member_of, i));
        g_autofree char *sql = g_strdup_printf("GRANT %s TO %s", of, name);
        g_autoptr(PGresult) result = pga_session_exec(clone->admin, sql, NULL, 0, FALSE, error);

        if (!result)
            return FALSE;
    }
    return TRUE;
}

static gboolean
make_source_roles(PgaClone *clone, GError **error)
{
    const GPtrArray *roles = clone->objects->roles;

    for (guint i = 0; i < roles->len; i++) {
        const PgaRole *role = g_ptr_array_index(roles, i);
        g_autofree char *attributes =
            g_strdup_printf("NOLOGIN %s %s", role->rolinherit ? "INHERIT" : "NOINHERIT",
                            role->rolsuper || role->rolbypassrls ? "BYPASSRLS" : "NOBYPASSRLS");

        if (!make_role(clone, role->rolname, attributes, error))
            return FALSE;
    }
    for (guint i = 0; i < roles->len; i++)
        if (!grant_memberships(clone, g_ptr_array_index(roles, i), error))
            return FALSE;
    return TRUE;
}

/* What a superuser may read and be, without what a superuser can do to the machine. */
static gboolean
make_like_superuser(PgaClone *clone, const char *name, GError **error)
{
    const GPtrArray *roles = clone->objects ? clone->objects->roles : NULL;

    for (guint i = 0; roles && i < roles->len; i++) {
        const PgaRole *role = g_ptr_array_index(roles, i);
        g_autofree char *of = pga_quote_identifier(role->rolname);

        if (strcmp(role->rolname, clone->role) != 0 && !is_reserved(role->rolname)) {
            g_autofree char *sql = g_strdup_printf("GRANT %s TO %s", of, name);
            g_autoptr(PGresult) result = /* refused when it is a member of ours */
                pga_session_exec(clone->admin, sql, NULL, 0, FALSE, error);

            if (!result)
                return FALSE;
        }
    }
    return pga_session_do(clone->admin, error, "ALTER ROLE %s BYPASSRLS", name) &&
           pga_session_do(clone->admin, error, "GRANT " PGA_ROLE_PROVER " TO %s", name);
}

/* The clone's user may come in by the socket, as peer of our own operating system user. */
static gboolean
admit(PgaClone *clone, GError **error)
{
    g_autofree char *path = pga_lab_path(clone->lab, "ident.conf");
    g_autofree char *own = pga_own_user();
    g_autofree char *map = NULL, *text = NULL;
    g_autoptr(GString) role = g_string_new(clone->role);

    if (!g_file_get_contents(path, &map, NULL, NULL))
        map = g_strdup("");
    g_string_replace(role, "\"", "\"\"", 0);
    text = g_strdup_printf("%slab \"%s\" \"%s\"\n", map, own, role->str);
    if (strchr(clone->role, '\n') || !g_file_set_contents(path, text, -1, NULL) ||
        (clone->lab->user.change &&
         lchown(path, clone->lab->user.uid, clone->lab->user.gid) != 0)) {
        pga_error_set(error, PGA_ERROR_LAB, "could not write into the lab's directory: %s",
                      g_strerror(errno));
        return FALSE;
    }
    return pga_session_do(clone->admin, error, "SELECT pg_catalog.pg_reload_conf()");
}

static gboolean
make_user(PgaClone *clone, const PgaCloneOptions *options, GError **error)
{
    g_autofree char *name = pga_quote_identifier(clone->role);
    const gboolean own = strcmp(clone->role, PGA_ROLE_PROVER) == 0;

    if (own || is_reserved(clone->role)) {
        g_free(clone->role);
        clone->role = g_strdup(PGA_ROLE_PROVER);
        return TRUE;
    }
    if (!make_role(clone, clone->role, "LOGIN", error) ||
        !pga_session_do(clone->admin, error, "GRANT CONNECT, TEMPORARY ON DATABASE %s TO %s",
                        clone->dbname, name))
        return FALSE;
    if (options->role_is_superuser) {
        g_autofree char *revoke = g_strdup_printf("REVOKE %s FROM " PGA_ROLE_PROVER, name);
        g_autoptr(PGresult) revoked = /* no circles: it will be a member of the prover */
            pga_session_exec(clone->admin, revoke, NULL, 0, FALSE, error);

        if (!revoked || !make_like_superuser(clone, name, error))
            return FALSE;
    }
    return admit(clone, error);
}

/* For a user who does not own the tables, but wants to see what an index of them would do. */
static gboolean
make_executor(PgaClone *clone, GError **error)
{
    return !clone->module ||
           (pga_session_do(
                clone->admin, error,
                "CREATE FUNCTION pgarchitect_whatif.execute(statement text) RETURNS void "
                "LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE statement; END'") &&
            pga_session_do(clone->admin, error,
                           "ALTER FUNCTION pgarchitect_whatif.execute(text) OWNER "
                           "TO " PGA_ROLE_PROVER));
}

gboolean
pga_clone_make_roles(PgaClone *clone, const PgaCloneOptions *options, GError **error)
{
    clone->role = g_strdup(options->role ? options->role : PGA_ROLE_PROVER);
    if (clone->objects && !make_source_roles(clone, error))
        return FALSE;
    if (!make_user(clone, options, error) || !make_executor(clone, error))
        return FALSE;
    return !clone->objects || /* the owner of all that a script made is the stranger */
           (pga_session_do(clone->admin, error, "ALTER ROLE " PGA_ROLE_PROVER " BYPASSRLS") &&
            pga_session_do(clone->admin, error, "GRANT " PGA_ROLE_STRANGER " TO " PGA_ROLE_PROVER));
}

/** Rows of pg_db_role_setting in the making: three parallel arrays. */
typedef struct {
    GString *roles, *in_database, *entries;
} Settings;

static void
settings_clear(Settings *settings)
{
    g_string_free(settings->roles, TRUE);
    g_string_free(settings->in_database, TRUE);
    g_string_free(settings->entries, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Settings, settings_clear)

static void
add_setting(Settings *settings, const char *rolname, gboolean in_database, const char *name,
            const char *value)
{
    g_autofree char *entry = g_strconcat(name, "=", value, NULL);

    pga_array_literal_add(settings->roles, rolname);
    pga_array_literal_add(settings->in_database, in_database ? "t" : "f");
    pga_array_literal_add(settings->entries, entry);
}

/* Straight into the catalog, so that no value has to be quoted. Names that the lab's version does
 * not know would be a warning at each connection. */
static gboolean
put_settings(PgaClone *clone, Settings *settings, GError **error)
{
    const char *const params[] = {clone->dbname, settings->roles->str, settings->in_database->str,
                                  settings->entries->str};
    g_autoptr(PGresult) done = NULL;

    pga_array_literal_end(settings->roles);
    pga_array_literal_end(settings->in_database);
    pga_array_literal_end(settings->entries);
    if (!pga_session_do(clone->admin, error, "DELETE FROM pg_catalog.pg_db_role_setting"))
        return FALSE;
    done = pga_clone_query(
        clone->admin,
        "INSERT INTO pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)"
        " SELECT CASE WHEN s.here THEN d.oid ELSE 0 END, COALESCE(r.oid, 0),"
        " pg_catalog.array_agg(s.entry ORDER BY s.place)"
        " FROM unnest($2::pg_catalog.text[], $3::pg_catalog.bool[],"
        " $4::pg_catalog.text[]) WITH ORDINALITY s (rolname, here, entry, place)"
        " JOIN pg_catalog.pg_database d ON d.datname = $1"
        " LEFT JOIN pg_catalog.pg_roles r ON r.rolname = s.rolname"
        " WHERE (s.rolname IS NULL OR r.oid IS NOT NULL)"
        " AND (pg_catalog.strpos(pg_catalog.split_part(s.entry, '=', 1), '.') > 0"
        " OR pg_catalog.lower(pg_catalog.split_part(s.entry, '=', 1)) IN"
        " (SELECT pg_catalog.lower(name) FROM pg_catalog.pg_settings"
        " WHERE context IN ('user', 'superuser')))"
        " GROUP BY 1, 2",
        params, G_N_ELEMENTS(params), error);
    return done != NULL;
}

/* What is set for every role is in the Catalog's settings, but for names that somebody made up. */
static gboolean
comes_along(const PgaRoleSetting *setting)
{
    if (!is_for_planner(setting->name))
        return FALSE;
    return setting->rolname ? !is_reserved(setting->rolname) : strchr(setting->name, '.') != NULL;
}

/* The database gets what a new session of the source's role gets: the server's configuration file
 * and the database's own settings are among it. */
gboolean
pga_clone_make_settings(PgaClone *clone, GError **error)
{
    g_auto(Settings)
        settings = {pga_array_literal_new(), pga_array_literal_new(), pga_array_literal_new()};

    if (clone->module) {
        g_autofree char *quoted = g_strdup_printf("\"%s\"", clone->module);

        add_setting(&settings, NULL, TRUE, "session_preload_libraries", quoted);
    }
    for (guint i = 0; i < clone->catalog->settings->len; i++) {
        const PgaSetting *setting = g_ptr_array_index(clone->catalog->settings, i);

        if (setting->setting && is_for_planner(setting->name))
            add_setting(&settings, NULL, TRUE, setting->name, setting->setting);
    }
    for (guint i = 0; clone->objects && i < clone->objects->role_settings->len; i++) {
        const PgaRoleSetting *setting = g_ptr_array_index(clone->objects->role_settings, i);

        if (comes_along(setting))
            add_setting(&settings, setting->rolname, setting->in_database, setting->name,
                        setting->value);
    }
    return put_settings(clone, &settings, error);
}
