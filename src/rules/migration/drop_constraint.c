/* drop-constraint: a rule that stops to hold, and the locks that it takes. */
#include "../lock_cost_internal.h"

static gboolean
is_replaced(const PgaLintRun *run, const PgaAction *drop)
{
    for (guint i = 0; i < run->actions->len; i++) {
        const PgaAction *action = &g_array_index(run->actions, PgaAction, i);

        if (action->kind == PGA_ACTION_ADD_CONSTRAINT && g_strcmp0(action->name, drop->name) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_column_required(const PgaStateConstraint *check)
{
    const PgaStateColumn *column =
        check->columns->len > 0
            ? pga_state_column(check->relation, g_ptr_array_index(check->columns, 0))
            : NULL;

    return column && column->not_null;
}

/* What it says holds all the same, or held nobody yet. */
static gboolean
is_done_with(const PgaLintRun *run, const PgaStateConstraint *constraint)
{
    return constraint->added_in == run->state->migration || constraint->type == 'p' ||
           (constraint->proves_not_null && is_column_required(constraint));
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgaStateConstraint *constraint;

    if (action->kind != PGA_ACTION_DROP_CONSTRAINT || !action->name ||
        !pga_lint_concerns(run, action) || is_replaced(run, action) ||
        g_str_has_suffix(action->name, "_pkey"))
        return;
    constraint = pga_state_constraint(action->relation, action->name);
    if (!constraint || !is_done_with(run, constraint))
        pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_drop_constraint = {
    .id = "drop-constraint",
    .title = "DROP CONSTRAINT",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The rule holds no longer, and wrong rows come in unnoticed; of a foreign key both "
           "tables are locked in ACCESS EXCLUSIVE.",
    .when_not = "Another constraint, or nobody, needs the rule.",
    .condition = "DROP CONSTRAINT of one that was there before the migration; a CHECK (… IS NOT "
                 "NULL) of a column that is NOT NULL, one that the same statement adds anew, and "
                 "primary keys, of which another rule speaks, are left out.",
    .example = "ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey;",
    .fix = "Proposes lock_timeout, and a transaction of its own for a foreign key.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
