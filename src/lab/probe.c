/* PREPARE, then EXPLAIN EXECUTE with NULLs under plan_cache_mode = force_generic_plan (PostgreSQL
 * 12): the plan then does not depend on the arguments. EXPLAIN (GENERIC_PLAN) would need 16. */
#include "base/error.h"
#include "probe_internal.h"
#include <jansson.h>
#include <string.h>

static const char *const planner_settings[] = {
    "seq_page_cost",     "random_page_cost",     "cpu_tuple_cost", "cpu_index_tuple_cost",
    "cpu_operator_cost", "effective_cache_size", "work_mem",
};

gboolean
pga_probe_prepare(PgaClone *clone, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(planner_settings); i++) {
        const PgaSetting *setting = pga_catalog_setting(clone->catalog, planner_settings[i]);
        const char *const params[] = {planner_settings[i], setting ? setting->setting : NULL};
        g_autoptr(PGresult) result = NULL;

        if (!params[1])
            continue;
        result = pga_session_exec(clone->planner, "SELECT pg_catalog.set_config($1, $2, false)",
                                  params, 2, FALSE, error);
        if (!result)
            return FALSE;
    }
    return TRUE;
}

/* The plan's total cost; FALSE when the text is not what EXPLAIN prints. */
static gboolean
parse_cost(const char *text, double *cost)
{
    json_t *document = json_loads(text, 0, NULL);
    json_t *plan = json_object_get(json_array_get(document, 0), "Plan");
    const json_t *total = json_object_get(plan, "Total Cost");
    const gboolean found = json_is_number(total);

    if (found)
        *cost = json_number_value(total);
    json_decref(document);
    return found;
}

/* A statement of the planning session. (nullable): NULL with an error, or with a message and no
 * error. */
static PGresult *
run(PgaClone *clone, const char *sql, char **message, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(PGresult) result = pga_session_exec(clone->planner, sql, NULL, 0, TRUE, &cause);

    if (result && !pga_result_failed(result))
        return g_steal_pointer(&result);
    if (result) {
        *message = pga_result_message(result);
    } else if (g_error_matches(cause, PGA_ERROR, PGA_ERROR_INPUT)) {
        *message = g_strdup(cause->message);
        if (pga_clone_reconnect(clone, error))
            pga_probe_prepare(clone, error);
    } else {
        g_propagate_error(error, g_steal_pointer(&cause));
    }
    return NULL;
}

static char *
execute_statement(guint n_params, const char *format)
{
    GString *sql = g_string_new(NULL);

    g_string_append_printf(sql, "EXPLAIN (FORMAT %s) EXECUTE pgarchitect_probe", format);
    for (guint i = 0; i < n_params; i++)
        g_string_append(sql, i == 0 ? "(NULL" : ", NULL");
    if (n_params > 0)
        g_string_append_c(sql, ')');
    return g_string_free(sql, FALSE);
}

/* (nullable) (transfer full): a row a line */
static char *
text_of(const PGresult *result)
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < PQntuples(result); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", PQgetvalue(result, i, 0));
    return g_string_free(text, FALSE);
}

static void
explain(PgaClone *clone, double *cost, char **text, char **message, GError **error)
{
    g_autoptr(PGresult) described =
        run(clone,
            "SELECT COALESCE(pg_catalog.array_length(parameter_types, 1), 0)"
            " FROM pg_catalog.pg_prepared_statements WHERE name = 'pgarchitect_probe'",
            message, error);
    g_autofree char *as_json = NULL, *as_text = NULL;
    g_autoptr(PGresult) plan = NULL, shown = NULL;
    guint n_params;

    if (!described || PQntuples(described) != 1)
        return;
    n_params = (guint)g_ascii_strtoull(PQgetvalue(described, 0, 0), NULL, 10);
    as_json = execute_statement(n_params, "JSON");
    as_text = execute_statement(n_params, "TEXT");
    plan = run(clone, as_json, message, error);
    shown = plan ? run(clone, as_text, message, error) : NULL;
    if (!shown)
        return;
    if (PQntuples(plan) == 1 && parse_cost(PQgetvalue(plan, 0, 0), cost))
        *text = text_of(shown);
    else
        *message = g_strdup("EXPLAIN printed no cost");
}

/* Whatever became of the plan, the next probe may use the name again. */
static void
plan_once(PgaClone *clone, const char *sql, double *cost, char **plan, char **message,
          GError **error)
{
    g_autofree char *ignored = NULL;
    g_autoptr(GError) cause = NULL;
    g_autoptr(PGresult) mode =
        run(clone, "SET plan_cache_mode = force_generic_plan", message, &cause);
    g_autoptr(PGresult) prepared = mode ? run(clone, sql, message, &cause) : NULL;

    if (prepared)
        explain(clone, cost, plan, message, &cause);
    if (prepared && !cause)
        PQclear(run(clone, "DEALLOCATE ALL", &ignored, &cause));
    if (cause)
        g_propagate_error(error, g_steal_pointer(&cause));
}

gboolean
pga_probe_plan(PgaClone *clone, const char *statement, double *cost, char **plan, char **message,
               GError **error)
{
    g_autofree char *trimmed = g_strchomp(g_strdup(statement));
    const size_t length = strlen(trimmed);
    g_autofree char *sql = NULL;
    g_autoptr(GError) cause = NULL;

    *message = NULL;
    *plan = NULL;
    if (length > 0 && trimmed[length - 1] == ';')
        trimmed[length - 1] = '\0';
    sql = g_strdup_printf("PREPARE pgarchitect_probe AS %s", trimmed);
    plan_once(clone, sql, cost, plan, message, &cause);
    if (!cause)
        return TRUE;
    g_clear_pointer(plan, g_free);
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}
