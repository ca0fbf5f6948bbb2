/* mass-update-in-migration: every row is changed in one statement. */
#include "../lock_cost_internal.h"

/* WHERE c IS NULL of a column that the migration added: that is every row. */
static gboolean
is_of_new_column(const PgaLintRun *run, const PgaAction *action, const PgQuery__Node *where)
{
    const PgQuery__Node *argument;
    const PgaStateColumn *column;

    if (where->node_case != PG_QUERY__NODE__NODE_NULL_TEST ||
        where->null_test->nulltesttype != PG_QUERY__NULL_TEST_TYPE__IS_NULL)
        return FALSE;
    argument = where->null_test->arg;
    if (argument->node_case != PG_QUERY__NODE__NODE_COLUMN_REF ||
        argument->column_ref->fields[0]->node_case != PG_QUERY__NODE__NODE_STRING)
        return FALSE;
    column = pga_state_column(action->relation, argument->column_ref->fields[0]->string->sval);
    return column && column->added_in == run->state->migration && !column->default_text;
}

static gboolean
is_of_all_rows(const PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__Node *where;

    if (action->kind == PGA_ACTION_UPDATE)
        where = action->statement->update_stmt->where_clause;
    else if (action->kind == PGA_ACTION_DELETE)
        where = action->statement->delete_stmt->where_clause;
    else
        return FALSE;
    return !where || is_of_new_column(run, action, where);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    PgaFinding *finding;

    if (!pga_lint_concerns(run, action) || !is_of_all_rows(run, action))
        return;
    finding = pga_lint_report(run, action,
                              "All rows are locked and written anew in one "
                              "transaction.");
    pga_lint_add_recipe(run, finding, action);
    pga_lint_advise(finding, "Do it in batches by ranges of the key, each in a transaction of its "
                             "own, outside of the migration that changes the schema.");
    if (action->relation->rows >= 0 && action->relation->rows < run->small_table_rows)
        pga_lint_lower(run, finding, PGA_SEVERITY_INFO);
}

const PgaRule pga_rule_mass_update_in_migration = {
    .id = "mass-update-in-migration",
    .title = "UPDATE or DELETE of a whole table",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Every row stays locked until it is done, the table doubles in size, replicas lag "
           "behind; after DDL in the same transaction everybody waits for it.",
    .when_not = "The table is small.",
    .condition = "UPDATE or DELETE without WHERE, or with WHERE … IS NULL of a column that the "
                 "migration added, on a table that others can use already; info for a small table.",
    .example = "UPDATE orders SET state = 'new';",
    .fix = "Does it in batches, each in a transaction of its own.",
    .docs = "mvcc-intro.html",
    .docs_title = "Concurrency Control: Introduction",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
