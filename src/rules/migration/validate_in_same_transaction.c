/* validate-in-same-transaction: a constraint validated under the lock that NOT VALID was to spare.
 */
#include "../lock_cost_internal.h"

/* ALTER TABLE … ADD CONSTRAINT c …, VALIDATE CONSTRAINT c */
static gboolean
is_added_beside(const PgaLintRun *run, const PgaAction *validate)
{
    for (guint i = 0; i < run->actions->len; i++) {
        const PgaAction *action = &g_array_index(run->actions, PgaAction, i);

        if (action->kind == PGA_ACTION_ADD_CONSTRAINT &&
            g_strcmp0(action->name, validate->name) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind != PGA_ACTION_VALIDATE_CONSTRAINT || !pga_lint_concerns(run, action))
        return;
    if (pga_lint_holds(run, action->relation, PGA_LOCK_SHARE_ROW_EXCLUSIVE) ||
        is_added_beside(run, action))
        pga_lint_advise(pga_lint_report(run, action,
                                        "The transaction holds a strong lock on the table already, "
                                        "and keeps it while every row is read."),
                        "Validate in a migration of its own, after the one that adds the "
                        "constraint.");
}

const PgaRule pga_rule_validate_in_same_transaction = {
    .id = "validate-in-same-transaction",
    .title = "VALIDATE CONSTRAINT under a strong lock",
    .category = "transaction",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "VALIDATE needs a weak lock only, but the stronger one of ADD CONSTRAINT, or of another "
           "change of the table, is held to the end of the transaction: NOT VALID gains nothing.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition = "VALIDATE CONSTRAINT in a transaction that holds SHARE ROW EXCLUSIVE or more on "
                 "the table, as the one that adds the constraint does.",
    .example = "BEGIN;\n"
               "ALTER TABLE orders ADD CONSTRAINT c CHECK (quantity > 0) NOT VALID;\n"
               "ALTER TABLE orders VALIDATE CONSTRAINT c;\n"
               "COMMIT;",
    .fix = "Proposes a migration of its own for VALIDATE CONSTRAINT.",
    .docs = "sql-altertable.html#SQL-ALTERTABLE-NOTES",
    .docs_title = "ALTER TABLE: Notes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
