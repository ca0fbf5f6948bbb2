/* Arguments of functions: some of PostgreSQL's take words of its own, names or patterns. */
#include <string.h>

#include "sql_tree_internal.h"

#define ANY_NUMBER 0

/** What one argument is. */
static const struct {
    const char *name;
    guint argument, n_arguments; /* n_arguments: ANY_NUMBER, or only in calls with so many */
    SqlStringUse use;
} arguments[] = {
    {"to_char", 1, ANY_NUMBER, SQL_USE_KEPT},
    {"to_date", 1, ANY_NUMBER, SQL_USE_KEPT},
    {"to_timestamp", 1, ANY_NUMBER, SQL_USE_KEPT},
    {"to_number", 1, ANY_NUMBER, SQL_USE_KEPT},
    {"date_trunc", 0, ANY_NUMBER, SQL_USE_KEPT},
    {"date_trunc", 2, ANY_NUMBER, SQL_USE_KEPT},
    {"date_part", 0, ANY_NUMBER, SQL_USE_KEPT},
    {"date_bin", 0, ANY_NUMBER, SQL_USE_KEPT},
    {"extract", 0, ANY_NUMBER, SQL_USE_KEPT},
    {"timezone", 0, ANY_NUMBER, SQL_USE_KEPT},
    {"encode", 1, ANY_NUMBER, SQL_USE_KEPT},
    {"decode", 1, ANY_NUMBER, SQL_USE_KEPT},
    {"convert", 1, ANY_NUMBER, SQL_USE_KEPT},
    {"convert", 2, ANY_NUMBER, SQL_USE_KEPT},
    {"convert_from", 1, ANY_NUMBER, SQL_USE_KEPT},
    {"convert_to", 1, ANY_NUMBER, SQL_USE_KEPT},
    {"normalize", 1, ANY_NUMBER, SQL_USE_KEPT},
    {"digest", 1, ANY_NUMBER, SQL_USE_KEPT},
    {"hmac", 2, ANY_NUMBER, SQL_USE_KEPT},
    {"gen_salt", 0, ANY_NUMBER, SQL_USE_KEPT},
    {"to_tsvector", 0, 2, SQL_USE_NAME},
    {"to_tsquery", 0, 2, SQL_USE_NAME},
    {"plainto_tsquery", 0, 2, SQL_USE_NAME},
    {"phraseto_tsquery", 0, 2, SQL_USE_NAME},
    {"websearch_to_tsquery", 0, 2, SQL_USE_NAME},
    {"ts_headline", 0, 3, SQL_USE_NAME},
    {"ts_lexize", 0, ANY_NUMBER, SQL_USE_NAME},
    {"setweight", 1, ANY_NUMBER, SQL_USE_KEPT},
    {"to_tsquery", 0, 1, SQL_USE_TSQUERY},
    {"to_tsquery", 1, 2, SQL_USE_TSQUERY},
    {"regexp_replace", 1, ANY_NUMBER, SQL_USE_REGEX},
    {"regexp_replace", 3, ANY_NUMBER, SQL_USE_KEPT},
    {"regexp_match", 1, ANY_NUMBER, SQL_USE_REGEX},
    {"regexp_match", 2, ANY_NUMBER, SQL_USE_KEPT},
    {"regexp_matches", 1, ANY_NUMBER, SQL_USE_REGEX},
    {"regexp_matches", 2, ANY_NUMBER, SQL_USE_KEPT},
    {"regexp_like", 1, ANY_NUMBER, SQL_USE_REGEX},
    {"regexp_like", 2, ANY_NUMBER, SQL_USE_KEPT},
    {"regexp_count", 1, ANY_NUMBER, SQL_USE_REGEX},
    {"regexp_substr", 1, ANY_NUMBER, SQL_USE_REGEX},
    {"regexp_instr", 1, ANY_NUMBER, SQL_USE_REGEX},
    {"regexp_split_to_table", 1, ANY_NUMBER, SQL_USE_REGEX},
    {"regexp_split_to_array", 1, ANY_NUMBER, SQL_USE_REGEX},
    {"substring", 1, 2, SQL_USE_REGEX},
    {"similar_to_escape", 0, ANY_NUMBER, SQL_USE_REGEX},
    {"similar_escape", 0, ANY_NUMBER, SQL_USE_REGEX},
    {"nextval", 0, ANY_NUMBER, SQL_USE_NAME},
    {"currval", 0, ANY_NUMBER, SQL_USE_NAME},
    {"setval", 0, ANY_NUMBER, SQL_USE_NAME},
    {"current_setting", 0, ANY_NUMBER, SQL_USE_NAME},
    {"set_config", 0, ANY_NUMBER, SQL_USE_NAME},
    {"pg_get_serial_sequence", 0, ANY_NUMBER, SQL_USE_NAME},
    {"pg_get_serial_sequence", 1, ANY_NUMBER, SQL_USE_NAME},
    {"to_regclass", 0, ANY_NUMBER, SQL_USE_NAME},
    {"to_regtype", 0, ANY_NUMBER, SQL_USE_NAME},
    {"to_regproc", 0, ANY_NUMBER, SQL_USE_NAME},
    {"to_regprocedure", 0, ANY_NUMBER, SQL_USE_NAME},
    {"to_regnamespace", 0, ANY_NUMBER, SQL_USE_NAME},
    {"to_regrole", 0, ANY_NUMBER, SQL_USE_NAME},
    {"has_table_privilege", 0, ANY_NUMBER, SQL_USE_NAME},
    {"has_table_privilege", 1, 3, SQL_USE_NAME},
    {"pg_has_role", 0, ANY_NUMBER, SQL_USE_NAME},
    {"pg_has_role", 1, 3, SQL_USE_NAME},
    {"pg_notify", 0, ANY_NUMBER, SQL_USE_NAME},
    {"pg_total_relation_size", 0, ANY_NUMBER, SQL_USE_NAME},
    {"pg_relation_size", 0, ANY_NUMBER, SQL_USE_NAME},
    {"pg_table_size", 0, ANY_NUMBER, SQL_USE_NAME},
    {"jsonb_path_query", 1, ANY_NUMBER, SQL_USE_JSONPATH},
    {"jsonb_path_query_array", 1, ANY_NUMBER, SQL_USE_JSONPATH},
    {"jsonb_path_query_first", 1, ANY_NUMBER, SQL_USE_JSONPATH},
    {"jsonb_path_exists", 1, ANY_NUMBER, SQL_USE_JSONPATH},
    {"jsonb_path_match", 1, ANY_NUMBER, SQL_USE_JSONPATH},
    {"st_geomfromtext", 0, ANY_NUMBER, SQL_USE_OPAQUE},
    {"st_geogfromtext", 0, ANY_NUMBER, SQL_USE_OPAQUE},
    {"format", 0, ANY_NUMBER, SQL_USE_FORMAT},
};

SqlStringUse
pga_sql_use_of_argument(const char *proname, guint argument, guint n_arguments)
{
    for (guint i = 0; i < G_N_ELEMENTS(arguments); i++)
        if (arguments[i].argument == argument &&
            (arguments[i].n_arguments == ANY_NUMBER || arguments[i].n_arguments == n_arguments) &&
            strcmp(arguments[i].name, proname) == 0)
            return arguments[i].use;
    return SQL_USE_VALUE;
}

static const json_t *
constant_in(const json_t *node)
{
    const json_t *cast = pga_node_as(node, "TypeCast");

    return pga_node_as(cast ? json_object_get(cast, "arg") : node, "A_Const");
}

static gboolean
is_json_path(const char *name)
{
    static const char *const names[] = {"json_extract_path",      "json_extract_path_text",
                                        "jsonb_extract_path",     "jsonb_extract_path_text",
                                        "json_build_object",      "jsonb_build_object",
                                        "json_object_field_text", NULL};

    return g_strv_contains(names, name);
}

static void
walk_argument(SqlWalk *walk, const SqlScope *scope, const json_t *argument, SqlStringUse use)
{
    const json_t *constant = constant_in(argument);

    if (constant && use != SQL_USE_VALUE)
        pga_sql_constant_as(walk, constant, use);
    else
        pga_sql_walk(walk, scope, argument, NULL);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as jansson reads */
void
pga_sql_call(SqlWalk *walk, const SqlScope *scope, const json_t *call)
{
    const char *name = pga_sql_last_name(json_object_get(call, "funcname"));
    const json_t *list = json_object_get(call, "args");
    const guint n = (guint)json_array_size(list);
    size_t i;
    json_t *argument;

    json_array_foreach(list, i, argument)
    {
        const SqlStringUse use = name ? pga_sql_use_of_argument(name, (guint)i, n) : SQL_USE_VALUE;
        const json_t *constant = pga_node_as(argument, "A_Const");

        if (name && is_json_path(name) && json_object_get(constant, "sval"))
            pga_sql_constant(walk, constant, walk->map->text);
        else
            walk_argument(walk, scope, argument, use);
    }
    pga_sql_walk(walk, scope, json_object_get(call, "agg_filter"), NULL);
    pga_sql_walk_each(walk, scope, json_object_get(call, "agg_order"), NULL);
    pga_sql_walk(walk, scope, json_object_get(call, "over"), NULL);
}
