/* create-trigger-lock: triggers, rules and policies lock their table. */
#include "../lock_cost_internal.h"
#include "../told_once_internal.h"

static gboolean
is_trigger(const PgaAction *action)
{
    return (action->kind == PGA_ACTION_CREATE_TRIGGER || action->kind == PGA_ACTION_DROP) &&
           (action->object == PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER ||
            action->object == PG_QUERY__OBJECT_TYPE__OBJECT_RULE ||
            action->object == PG_QUERY__OBJECT_TYPE__OBJECT_POLICY);
}

static gboolean
is_table(const PgaStateRelation *relation)
{
    return relation && (relation->kind == 'r' || relation->kind == 'p');
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    PgaLockMode mode;

    if (!is_trigger(action) || !is_table(action->relation) || !pga_lint_concerns(run, action))
        return;
    mode = pga_effect_lock(run->effect, action->relation);
    if (mode >= PGA_LOCK_SHARE && !pga_lint_holds(run, action->relation, mode) &&
        pga_lint_first_time_of(run, action->relation))
        pga_lint_advise(pga_lint_report_cost(run, action),
                        "Set lock_timeout before it, and try again when it is exceeded.");
}

const PgaRule pga_rule_create_trigger_lock = {
    .id = "create-trigger-lock",
    .title = "Trigger, rule or policy of a table in use",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "It is done in an instant, but waits for running transactions, and queries queue behind "
           "it: writers for CREATE TRIGGER, everybody for the others.",
    .when_not = "The transaction is short, and lock_timeout is set.",
    .condition = "CREATE or DROP of a trigger, a rule or a policy of a table that others can use "
                 "already; once for a table and transaction.",
    .example = "CREATE TRIGGER orders_changed AFTER UPDATE ON orders\n"
               "    FOR EACH ROW EXECUTE FUNCTION note_change();",
    .fix = "Sets lock_timeout, so that the statement gives up rather than keep others waiting.",
    .versions = "Since 14 CREATE OR REPLACE TRIGGER needs no DROP before.",
    .docs = "sql-createtrigger.html",
    .docs_title = "CREATE TRIGGER",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = pga_lint_start_over, .forget = pga_lint_forget_told},
};
