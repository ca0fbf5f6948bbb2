/* The settings that a clone's sessions begin with: those of the source that matter to plans and to
 * how EXPLAIN reads. */
#include "array_literal_internal.h"
#include "clone_internal.h"
#include "sizes_internal.h"
#include <string.h>

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
    const char *params[] = {clone->dbname, NULL, NULL, NULL};
    g_autoptr(PGresult) done = NULL;

    pga_array_literal_end(settings->roles);
    pga_array_literal_end(settings->in_database);
    pga_array_literal_end(settings->entries);
    params[1] = settings->roles->str; /* ending them may have moved them */
    params[2] = settings->in_database->str;
    params[3] = settings->entries->str;
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
    return setting->rolname ? !pga_clone_role_is_reserved(setting->rolname)
                            : strchr(setting->name, '.') != NULL;
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
