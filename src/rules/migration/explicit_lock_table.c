/* explicit-lock-table: LOCK TABLE in the mode that nobody can work beside. */
#include "../lock_cost_internal.h"

#define ACCESS_EXCLUSIVE_LOCK 8 /* src/include/storage/lockdefs.h */

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_LOCK && pga_lint_concerns(run, action) &&
        action->statement->lock_stmt->mode == ACCESS_EXCLUSIVE_LOCK &&
        !pga_lint_holds(run, action->relation, PGA_LOCK_ACCESS_EXCLUSIVE))
        pga_lint_advise(
            pga_lint_report_cost(run, action),
            "Name the weakest mode that serves: SHARE ROW EXCLUSIVE keeps writers out and lets "
            "readers go on. NOWAIT or lock_timeout gives up rather than keep others waiting.");
}

const PgaRule pga_rule_explicit_lock_table = {
    .id = "explicit-lock-table",
    .title = "LOCK TABLE in ACCESS EXCLUSIVE mode",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Without a mode LOCK TABLE takes the strongest one: reads wait too, until the "
           "transaction ends.",
    .when_not = "Nobody is to read the table meanwhile: then that is what it is for.",
    .condition = "LOCK TABLE without a mode, or IN ACCESS EXCLUSIVE MODE, of a table that others "
                 "can use already.",
    .example = "BEGIN;\n"
               "LOCK TABLE orders;\n"
               "COMMIT;",
    .fix = "Proposes the weakest mode that serves: SHARE ROW EXCLUSIVE keeps writers out and lets "
           "readers go on; NOWAIT or lock_timeout gives up rather than keep others waiting.",
    .docs = "sql-lock.html",
    .docs_title = "LOCK",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
