/* create-enum: a type whose values cannot be taken back. */
#include "../rule_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->statement->node_case == PG_QUERY__NODE__NODE_CREATE_ENUM_STMT)
        pga_lint_report(run, action, "Values can be added and renamed, not removed.");
}

const PgaRule pga_rule_create_enum = {
    .id = "create-enum",
    .title = "CREATE TYPE … AS ENUM",
    .category = "style",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "A value cannot be removed again, and nothing can be stored along with it.",
    .when_not = "The values never change.",
    .condition = "CREATE TYPE … AS ENUM. Off unless the configuration names it.",
    .example = "CREATE TYPE state AS ENUM ('new', 'open');",
    .fix = "Proposes a table of the values with a foreign key, or text with a CHECK.",
    .docs = "datatype-enum.html",
    .docs_title = "Enumerated Types",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .off_by_default = TRUE,
    .lint = {.action = judge},
};
