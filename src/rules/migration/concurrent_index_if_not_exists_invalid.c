/* concurrent-index-if-not-exists-invalid: an index that a failed build left invalid is taken for
 * the one wanted. */
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_CREATE_INDEX && action->statement->index_stmt->concurrent &&
        action->statement->index_stmt->if_not_exists && pga_lint_concerns(run, action))
        pga_lint_advise(
            pga_lint_report(run, action, "An INVALID index of that name makes it do nothing."),
            "Put DROP INDEX CONCURRENTLY IF EXISTS before it for the case that pg_index.indisvalid "
            "is false, and look at indisvalid after it.");
}

const PgaRule pga_rule_concurrent_index_if_not_exists_invalid = {
    .id = "concurrent-index-if-not-exists-invalid",
    .title = "CREATE INDEX CONCURRENTLY IF NOT EXISTS may keep an invalid index",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "A build that failed leaves an index of that name that is INVALID: it costs writes and "
           "no query uses it; IF NOT EXISTS then finds it and does nothing.",
    .when_not = "A later step looks at pg_index.indisvalid.",
    .condition =
        "CREATE INDEX CONCURRENTLY with IF NOT EXISTS on a table that others can use already.",
    .example = "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_number ON orders (number);",
    .fix = "Proposes to drop the invalid index first, and to look at indisvalid after.",
    .docs = "sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
    .docs_title = "CREATE INDEX: Building Indexes Concurrently",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
