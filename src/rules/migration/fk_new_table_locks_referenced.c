/* fk-new-table-locks-referenced: a foreign key of a new table locks the table that it refers to. */
#include "../added_constraint_internal.h"
#include "../lock_cost_internal.h"
#include "../told_once_internal.h"

/* What the transaction creates needs no check, but the other table gets triggers. */
static gboolean
is_of_new_table(const PgaLintRun *run, const PgaAction *action)
{
    return action->kind == PGA_ACTION_ADD_CONSTRAINT && action->constraint &&
           action->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN &&
           (action->of_create || (action->relation && !pga_lint_is_shared(run, action->relation) &&
                                  action->relation->persistence != 't'));
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    PgaStateRelation *referenced;
    g_autofree char *name = NULL;

    if (!is_of_new_table(run, action))
        return;
    referenced = pga_lint_referenced(run, action->constraint);
    if (!pga_lint_is_shared(run, referenced) || pga_lint_is_self(action, referenced) ||
        pga_lint_holds(run, referenced, PGA_LOCK_SHARE_ROW_EXCLUSIVE) ||
        !pga_lint_first_time_of(run, referenced))
        return;
    name = pga_state_relation_name(referenced);
    pga_lint_advise(
        pga_lint_report(
            run, action,
            "Takes SHARE ROW EXCLUSIVE on %s to the end of the transaction: it waits for "
            "running writers, and writes wait behind it.",
            name),
        "Set lock_timeout, and add the foreign key as the last statement of the transaction.");
}

const PgaRule pga_rule_fk_new_table_locks_referenced = {
    .id = "fk-new-table-locks-referenced",
    .title = "Foreign key of a new table locks the referenced table",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "The referenced table is in use: SHARE ROW EXCLUSIVE on it waits for running writers, "
           "and writes queue behind it and until the transaction ends.",
    .when_not = "The transaction is short, and lock_timeout is set.",
    .condition =
        "CREATE TABLE with a foreign key, or a foreign key added to a table of the same migration, "
        "to a table that others can use already; once for a table and transaction.",
    .example = "CREATE TABLE refunds (order_id bigint REFERENCES orders);",
    .fix = "Proposes to set lock_timeout and to add the foreign key as the last statement of the "
           "transaction.",
    .docs = "explicit-locking.html#LOCKING-TABLES",
    .docs_title = "Explicit Locking: Table-Level Locks",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = pga_lint_start_over, .forget = pga_lint_forget_told},
};
