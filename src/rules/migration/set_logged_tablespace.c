/* set-logged-tablespace: a change of how a table is stored copies it. */
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const gboolean moves = action->kind == PGA_ACTION_SET_LOGGED ||
                           action->kind == PGA_ACTION_SET_TABLESPACE ||
                           action->kind == PGA_ACTION_SET_ACCESS_METHOD;

    if (moves && pga_lint_concerns(run, action) && pga_lint_rewrites(run, action))
        pga_lint_advise(
            pga_lint_report_cost(run, action),
            "Make a new table stored that way, fill it in batches and swap it in one short "
            "transaction; indexes alone move with REINDEX (TABLESPACE …) CONCURRENTLY.");
}

const PgaRule pga_rule_set_logged_tablespace = {
    .id = "set-logged-tablespace",
    .title = "SET LOGGED, UNLOGGED, TABLESPACE or ACCESS METHOD",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why =
        "The whole table is copied under ACCESS EXCLUSIVE: reads and writes wait until it is done.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition = "ALTER TABLE … SET LOGGED, SET UNLOGGED, SET TABLESPACE or SET ACCESS METHOD to "
                 "something other than the present one.",
    .example = "ALTER TABLE orders SET TABLESPACE fast;",
    .fix = "Proposes a new table made that way, filled in batches and swapped in one short "
           "transaction; indexes move with REINDEX (TABLESPACE …) CONCURRENTLY.",
    .versions = "SET ACCESS METHOD came with 15, REINDEX (TABLESPACE …) with 14.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
