/* set-not-null-same-transaction: a check that proves NOT NULL, under the lock that it was to avoid.
 */
#include "../lock_cost_internal.h"

static gboolean
names(const PgaStateConstraint *check, const char *column)
{
    for (guint i = 0; i < check->columns->len; i++)
        if (g_str_equal(g_ptr_array_index(check->columns, i), column))
            return TRUE;
    return FALSE;
}

/* (nullable): a check of the present transaction from which NOT NULL follows. */
static const PgaStateConstraint *
new_proof(const PgaLintRun *run, const PgaAction *action)
{
    const GPtrArray *constraints = action->relation->constraints;

    for (guint i = 0; i < constraints->len; i++) {
        const PgaStateConstraint *check = g_ptr_array_index(constraints, i);

        if (check->type == 'c' && check->proves_not_null &&
            check->added_in == run->state->migration &&
            check->added_transaction == run->state->transaction && names(check, action->name))
            return check;
    }
    return NULL;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgaStateConstraint *check;

    if (action->kind != PGA_ACTION_SET_NOT_NULL || !run->step->in_block || !action->name ||
        !pga_lint_concerns(run, action))
        return;
    check = new_proof(run, action);
    if (check)
        pga_lint_report(
            run, action,
            "%s was added in the same transaction, whose ACCESS EXCLUSIVE lasts through "
            "the scan that validates it.",
            check->name);
}

const PgaRule pga_rule_set_not_null_same_transaction = {
    .id = "set-not-null-same-transaction",
    .title = "SET NOT NULL in the transaction that adds its CHECK",
    .category = "transaction",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The check spares SET NOT NULL its scan; but its own is done while ADD CONSTRAINT's "
           "ACCESS EXCLUSIVE is held, so that nothing is gained.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition = "ALTER COLUMN … SET NOT NULL in the transaction that added the CHECK (… IS NOT "
                 "NULL) from which it follows.",
    .example = "BEGIN;\n"
               "ALTER TABLE orders ADD CONSTRAINT c CHECK (customer_id IS NOT NULL);\n"
               "ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL;\n"
               "COMMIT;",
    .fix = "Proposes three transactions: ADD CONSTRAINT … NOT VALID; VALIDATE CONSTRAINT; SET NOT "
           "NULL with DROP CONSTRAINT.",
    .versions = "Before 12 a check does not spare the scan.",
    .docs = "sql-altertable.html#SQL-ALTERTABLE-NOTES",
    .docs_title = "ALTER TABLE: Notes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .since = 12},
};
