/* enum-add-value-order: a value of an enum that comes last by accident. */
#include "../rule_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__AlterEnumStmt *alter;

    if (action->kind != PGA_ACTION_ALTER_ENUM)
        return;
    alter = action->statement->alter_enum_stmt;
    if (alter->old_val[0] == '\0' && alter->new_val_neighbor[0] == '\0')
        pga_lint_report(run, action, "%s comes after all others.", alter->new_val);
}

const PgaRule pga_rule_enum_add_value_order = {
    .id = "enum-add-value-order",
    .title = "ADD VALUE without BEFORE or AFTER",
    .category = "style",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "ORDER BY and < go by the order of the values, which cannot be changed later.",
    .when_not = "Nothing depends on the order, or the last place is meant.",
    .condition = "ALTER TYPE … ADD VALUE without BEFORE or AFTER.",
    .example = "ALTER TYPE state ADD VALUE 'held';",
    .fix = "Proposes BEFORE or AFTER.",
    .docs = "sql-altertype.html",
    .docs_title = "ALTER TYPE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
