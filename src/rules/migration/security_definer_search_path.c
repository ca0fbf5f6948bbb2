/* security-definer-search-path: a function that runs as its owner and finds its tables by the
 * caller's search_path. */
#include "../lock_cost_internal.h"

static gboolean
sets_search_path(const PgQuery__Node *value)
{
    return value && value->node_case == PG_QUERY__NODE__NODE_VARIABLE_SET_STMT &&
           g_str_equal(value->variable_set_stmt->name, "search_path");
}

static gboolean
is_on(const PgQuery__Node *value)
{
    return !value || value->node_case != PG_QUERY__NODE__NODE_BOOLEAN || value->boolean->boolval;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__CreateFunctionStmt *create;
    gboolean definer = FALSE, fixed = FALSE;

    if (action->kind != PGA_ACTION_CREATE_FUNCTION)
        return;
    create = action->statement->create_function_stmt;
    for (size_t i = 0; i < create->n_options; i++) {
        const PgQuery__DefElem *option = create->options[i]->def_elem;

        definer |= g_str_equal(option->defname, "security") && is_on(option->arg);
        fixed |= g_str_equal(option->defname, "set") && sets_search_path(option->arg);
    }
    if (definer && !fixed)
        pga_lint_advise(pga_lint_report(run, action,
                                        "Whoever calls it chooses, by search_path, "
                                        "which tables and functions it runs with its "
                                        "owner's rights."),
                        "Add SET search_path = pg_catalog and the schemas that it needs.");
}

const PgaRule pga_rule_security_definer_search_path = {
    .id = "security-definer-search-path",
    .title = "SECURITY DEFINER without a fixed search_path",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The function runs with its owner's rights on whatever objects the caller's search_path "
           "finds first: a way to those rights for everybody who may call it.",
    .when_not = "Every name in its body is qualified, operators included.",
    .condition = "CREATE FUNCTION or PROCEDURE with SECURITY DEFINER and without SET search_path.",
    .example = "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';",
    .fix = "Proposes SET search_path = pg_catalog and the schemas that it needs.",
    .docs = "sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY",
    .docs_title = "CREATE FUNCTION: Writing SECURITY DEFINER Functions Safely",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
