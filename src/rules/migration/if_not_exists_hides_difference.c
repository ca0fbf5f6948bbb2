/* if-not-exists-hides-difference: a definition that is read and not applied. */
#include "../rule_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgaStateRelation *relation;

    if (action->kind != PGA_ACTION_CREATE_TABLE || !action->range ||
        action->statement->node_case != PG_QUERY__NODE__NODE_CREATE_STMT ||
        !action->statement->create_stmt->if_not_exists)
        return;
    relation = pga_state_relation(run->state, action->range->schemaname, action->range->relname);
    if (relation && !relation->assumed)
        pga_lint_report(run, action, "The table is there already: it stays as it is.");
}

const PgaRule pga_rule_if_not_exists_hides_difference = {
    .id = "if-not-exists-hides-difference",
    .title = "CREATE TABLE IF NOT EXISTS of a table that exists",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "It does nothing, and yet reads like the definition of the table: the difference is "
           "found out in production.",
    .when_not = "Both definitions are the same.",
    .condition =
        "CREATE TABLE IF NOT EXISTS of a table that an earlier statement, or the source, has.",
    .example = "CREATE TABLE orders (id bigint PRIMARY KEY);\n"
               "\n"
               "CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, note text);",
    .fix = "Proposes ALTER TABLE.",
    .docs = "sql-createtable.html",
    .docs_title = "CREATE TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
