/* set-expression-rewrite: a new expression of a stored generated column. */
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_SET_EXPRESSION && pga_lint_concerns(run, action) &&
        pga_lint_rewrites(run, action))
        pga_lint_advise(pga_lint_report_cost(run, action),
                        "Make a new column beside it, kept up to date with a trigger, fill it in "
                        "batches and swap the names in one short transaction.");
}

const PgaRule pga_rule_set_expression_rewrite = {
    .id = "set-expression-rewrite",
    .title = "SET EXPRESSION of a stored generated column",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The value of every row is computed again: the table and all its indexes are written "
           "anew under ACCESS EXCLUSIVE, and reads and writes wait for all of it.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition =
        "ALTER COLUMN … SET EXPRESSION of a column that is stored, or not known to be VIRTUAL.",
    .example = "ALTER TABLE orders ALTER COLUMN total SET EXPRESSION AS (price * quantity);",
    .fix = "Proposes a new column beside it, kept up to date with a trigger, filled in batches and "
           "swapped in one short transaction.",
    .versions = "SET EXPRESSION came with 17; VIRTUAL columns, since 18, store nothing.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .since = 17},
};
