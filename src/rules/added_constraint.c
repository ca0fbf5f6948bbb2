/* Constraints that ALTER TABLE adds. */
#include "added_constraint_internal.h"

#include "lock_cost_internal.h"

gboolean
pga_lint_adds_constraint(const PgaLintRun *run, const PgaAction *action, PgQuery__ConstrType type,
                         gboolean of_column)
{
    return action->kind == PGA_ACTION_ADD_CONSTRAINT && action->constraint &&
           action->constraint->contype == type && action->of_column == of_column &&
           pga_lint_concerns(run, action);
}

gboolean
pga_constraint_uses_index(const PgQuery__Constraint *constraint)
{
    return constraint->indexname && constraint->indexname[0] != '\0';
}

PgaStateRelation *
pga_lint_referenced(const PgaLintRun *run, const PgQuery__Constraint *constraint)
{
    const PgQuery__RangeVar *range = constraint->pktable;

    return range ? pga_state_assume(run->state, range->schemaname, range->relname) : NULL;
}

gboolean
pga_lint_is_self(const PgaAction *action, const PgaStateRelation *referenced)
{
    return action->range && g_str_equal(action->range->relname, referenced->relname) &&
           (action->range->schemaname[0] == '\0' ||
            g_str_equal(action->range->schemaname, referenced->nspname));
}
