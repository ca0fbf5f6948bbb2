/* add-column-volatile-default: a new column whose default each row computes. */
#include "../lock_cost_internal.h"
#include "../new_column_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (pga_new_column_cause(run, action) == PGA_NEW_COLUMN_VOLATILE)
        pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_add_column_volatile_default = {
    .id = "add-column-volatile-default",
    .title = "ADD COLUMN with a volatile default",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Each row gets a value of its own, so the table and all its indexes are written anew "
           "under ACCESS EXCLUSIVE: reads and writes wait for all of it.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition =
        "ADD COLUMN with a DEFAULT that calls a function declared VOLATILE, or one that is not "
        "known. Constants and STABLE functions such as now() are computed once and left out.",
    .example = "ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();",
    .fix = "Adds the column without the default, sets the default for new rows, and fills in the "
           "old ones in batches, each in a transaction of its own.",
    .versions = "Before 11 every default rewrites the table: another rule speaks of that.",
    .docs = "sql-altertable.html#SQL-ALTERTABLE-NOTES",
    .docs_title = "ALTER TABLE: Notes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .since = 11},
};
