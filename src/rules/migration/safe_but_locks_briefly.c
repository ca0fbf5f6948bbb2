/* safe-but-locks-briefly: a change of the definition alone, which waits for its lock all the same.
 */
#include "../lock_cost_internal.h"
#include "../timeout_setting_internal.h"
#include "../told_once_internal.h"

static gboolean
changes_definition(const PgQuery__Node *statement)
{
    return statement->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT ||
           statement->node_case == PG_QUERY__NODE__NODE_RENAME_STMT;
}

static gboolean
is_done_in_an_instant(const PgaEffect *effect)
{
    return effect->rewritten->len + effect->scanned->len + effect->rebuilt->len == 0;
}

static void
judge_step(PgaLintRun *run)
{
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;

    if (action && changes_definition(action->statement) && pga_lint_concerns(run, action) &&
        pga_lint_locks_strongly(run) && is_done_in_an_instant(run->effect) &&
        !pga_lint_holds(run, action->relation, pga_effect_strongest(run->effect)) &&
        pga_lint_first_time_of(run, action->relation))
        pga_lint_report_step_cost(run, action);
}

const PgaRule pga_rule_safe_but_locks_briefly = {
    .id = "safe-but-locks-briefly",
    .title = "Instant change that still takes a strong lock",
    .category = "process",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "It neither reads nor rewrites the table, and yet it waits for running transactions, "
           "and queries queue behind it.",
    .when_not = "lock_timeout is set: then this is as safe as it gets.",
    .condition =
        "ALTER TABLE that changes the definition alone under SHARE or a stronger lock, on a table "
        "that others can use already; once for a table and transaction. Off unless the "
        "configuration names it: the lock of each statement is reported anyway.",
    .example = "ALTER TABLE orders ALTER COLUMN note SET DEFAULT '';",
    .fix = "Proposes lock_timeout and to try again.",
    .docs = "explicit-locking.html#LOCKING-TABLES",
    .docs_title = "Explicit Locking: Table-Level Locks",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .off_by_default = TRUE,
    .lint = {.step = judge_step, .finish = pga_lint_start_over, .forget = pga_lint_forget_told},
};
