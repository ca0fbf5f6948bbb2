/* Timeouts, as a migration sets them. */
#include "timeout_setting_internal.h"

#include <string.h>

/* Source: ms_unit_conversion, PostgreSQL 18 src/backend/utils/misc/guc.c; milliseconds without. */
static const struct {
    const char *unit;
    double milliseconds;
} units[] = {
    {"", 1}, {"us", 0.001}, {"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}, {"d", 86400000},
};

double
pga_timeout_parse(const char *text)
{
    char *unit;
    const double number = g_ascii_strtod(text, &unit);

    if (unit == text)
        return -1;
    while (g_ascii_isspace(*unit))
        unit++;
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_str_equal(unit, units[i].unit))
            return number * units[i].milliseconds;
    return -1;
}

double
pga_lint_timeout(const PgaLintRun *run, const char *name)
{
    const char *text = pga_state_setting(run->state, name, NULL);

    return text ? pga_timeout_parse(text) : -1;
}

char *
pga_action_sets(const PgaAction *action, const char *name)
{
    const PgQuery__VariableSetStmt *set;
    const PgQuery__AConst *value;

    if (action->kind != PGA_ACTION_SET ||
        action->statement->node_case != PG_QUERY__NODE__NODE_VARIABLE_SET_STMT)
        return NULL;
    set = action->statement->variable_set_stmt;
    if (!g_str_equal(set->name, name) || set->n_args != 1 ||
        set->args[0]->node_case != PG_QUERY__NODE__NODE_A_CONST)
        return NULL;
    value = set->args[0]->a_const;
    if (value->val_case == PG_QUERY__A__CONST__VAL_SVAL)
        return g_strdup(value->sval->sval);
    return value->val_case == PG_QUERY__A__CONST__VAL_IVAL
               ? g_strdup_printf("%d", value->ival->ival)
               : NULL;
}

/* Of an index that is not known, its table is not either. */
static gboolean
is_of_unknown_index(const PgaLintRun *run)
{
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;

    return action && run->effect->locks->len == 0 && !run->effect->outside_block &&
           !run->state->complete &&
           (action->kind == PGA_ACTION_REINDEX ||
            (action->kind == PGA_ACTION_DROP &&
             action->object == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX));
}

PgaLockMode
pga_lint_strongest(const PgaLintRun *run)
{
    PgaLockMode strongest = PGA_LOCK_NONE;

    for (guint i = 0; i < run->effect->locks->len; i++) {
        const PgaLock *lock = &g_array_index(run->effect->locks, PgaLock, i);

        if (lock->mode > strongest && (!lock->of || pga_lint_is_shared(run, lock->of)))
            strongest = lock->mode;
    }
    return strongest;
}

gboolean
pga_lint_locks_strongly(const PgaLintRun *run)
{
    return pga_lint_strongest(run) >= PGA_LOCK_SHARE || is_of_unknown_index(run);
}
