/* add-column-generated-stored: a generated column whose values are stored. */
#include "../lock_cost_internal.h"
#include "../new_column_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (pga_new_column_cause(run, action) == PGA_NEW_COLUMN_STORED)
        pga_lint_advise(
            pga_lint_report_cost(run, action),
            "Use an ordinary column that a trigger keeps up to date, filled in batches; since 18 a "
            "VIRTUAL column, or an index on the expression, may serve.");
}

const PgaRule pga_rule_add_column_generated_stored = {
    .id = "add-column-generated-stored",
    .title = "ADD COLUMN GENERATED … STORED",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The value of every row is computed and stored: the table and all its indexes are "
           "written anew under ACCESS EXCLUSIVE, and reads and writes wait for all of it.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition =
        "ADD COLUMN with GENERATED ALWAYS AS (…) STORED on a table that others can use already.",
    .example = "ALTER TABLE orders ADD COLUMN total numeric GENERATED ALWAYS AS (price * quantity) "
               "STORED;",
    .fix = "Adds an ordinary column, keeps it up to date with a trigger and fills it in batches; "
           "since 18 a VIRTUAL column, or an index on the expression, may serve as well.",
    .versions = "Generated columns came with 12; since 18 they may be VIRTUAL, which stores "
                "nothing, and are so unless STORED is written.",
    .docs = "ddl-generated-columns.html",
    .docs_title = "Generated Columns",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .since = 12},
};
