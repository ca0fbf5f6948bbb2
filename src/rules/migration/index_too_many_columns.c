/* index-too-many-columns: an index on more columns than it can use. */
#include "../rule_internal.h"

#define MAX_COLUMNS 0 /* place in the rule's thresholds */

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__IndexStmt *index;

    if (action->kind != PGA_ACTION_CREATE_INDEX)
        return;
    index = action->statement->index_stmt;
    if (!index->unique && (double)index->n_index_params > run->threshold[MAX_COLUMNS])
        pga_lint_report(run, action, "It has %zu key columns.", index->n_index_params);
}

const PgaRule pga_rule_index_too_many_columns = {
    .id = "index-too-many-columns",
    .title = "Index on many columns",
    .category = "style",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "A wide index costs every write and much room, and rarely serves a query better than "
           "one on the columns that select most.",
    .when_not = "One query needs just these columns in this order.",
    .condition = "CREATE INDEX, not UNIQUE, on more than {max_columns}; INCLUDE does not count.",
    .example = "CREATE INDEX orders_wide ON orders (a, b, c, d);",
    .fix = "Proposes to keep the columns that select: those compared with = first, then the one of "
           "a range or an order.",
    .docs = "indexes-multicolumn.html",
    .docs_title = "Multicolumn Indexes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .thresholds = {{"max_columns", "columns", 3, "More of them are too many."}},
    .lint = {.action = judge},
};
