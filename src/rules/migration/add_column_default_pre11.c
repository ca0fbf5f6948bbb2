/* add-column-default-pre11: before 11 a new column with any default rewrites its table. */
#include "../lock_cost_internal.h"
#include "../new_column_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    PgaFinding *finding;

    if (action->kind != PGA_ACTION_ADD_COLUMN || !pga_lint_concerns(run, action) ||
        !pga_new_column_default(action))
        return;
    finding = pga_lint_report(run, action,
                              "Before PostgreSQL 11 the default is written into every row, under "
                              "ACCESS EXCLUSIVE: reads and writes wait until it is done.");
    pga_lint_add_recipe(run, finding, action);
}

const PgaRule pga_rule_add_column_default_pre11 = {
    .id = "add-column-default-pre11",
    .title = "ADD COLUMN with a default before PostgreSQL 11",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The table and all its indexes are written anew under ACCESS EXCLUSIVE: reads and "
           "writes wait for all of it.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition = "ADD COLUMN with a DEFAULT other than NULL on a server older than 11.",
    .example = "ALTER TABLE orders ADD COLUMN state text DEFAULT 'new';",
    .fix = "Adds the column without the default, sets the default for new rows, and fills in the "
           "old ones in batches, each in a transaction of its own.",
    .versions = "Since 11 a default that is not volatile is stored once and costs nothing.",
    .docs = "sql-altertable.html#SQL-ALTERTABLE-NOTES",
    .docs_title = "ALTER TABLE: Notes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .until = 11},
};
