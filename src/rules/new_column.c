/* Why adding a column rewrites its table: one cause, the one that has to go first. */
#include "new_column_internal.h"

#include <string.h>

#include "lock_cost_internal.h"

static gboolean
has_constraint(const PgaAction *action, PgQuery__ConstrType type)
{
    return pga_column_constraint(action->column, type) != NULL;
}

const PgQuery__Node *
pga_new_column_default(const PgaAction *action)
{
    const PgQuery__Constraint *constraint =
        pga_column_constraint(action->column, PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT);
    const PgQuery__Node *value = constraint ? constraint->raw_expr : NULL;

    if (value && value->node_case == PG_QUERY__NODE__NODE_A_CONST && value->a_const->isnull)
        return NULL;
    return value;
}

/* The last part of a name: a String. */
static const char *
last_name(PgQuery__Node *const *names, gsize n_names)
{
    return n_names > 0 ? names[n_names - 1]->string->sval : "";
}

static gboolean
is_serial(const PgaAction *action)
{
    static const char *const names[] = {"serial",  "bigserial", "smallserial", "serial2",
                                        "serial4", "serial8",   NULL};
    const PgQuery__TypeName *type = action->column->type_name;

    return type && g_strv_contains(names, last_name(type->names, type->n_names));
}

/* nextval() on its own: behind a cast or in an expression it is volatile like any other. */
static gboolean
is_nextval(const PgQuery__Node *value)
{
    return value && value->node_case == PG_QUERY__NODE__NODE_FUNC_CALL &&
           g_str_equal(last_name(value->func_call->funcname, value->func_call->n_funcname),
                       "nextval");
}

gboolean
pga_new_column_is_numbered(const PgaAction *action)
{
    return is_serial(action) || has_constraint(action, PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY) ||
           is_nextval(pga_new_column_default(action));
}

PgaNewColumnCause
pga_new_column_cause(const PgaLintRun *run, const PgaAction *action)
{
    const PgaStateType *type;

    if (action->kind != PGA_ACTION_ADD_COLUMN || !pga_lint_concerns(run, action) ||
        !pga_lint_rewrites(run, action))
        return PGA_NEW_COLUMN_NO_REWRITE;
    if (pga_new_column_is_numbered(action))
        return PGA_NEW_COLUMN_NUMBERED;
    if (has_constraint(action, PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED))
        return PGA_NEW_COLUMN_STORED;
    type = pga_state_type(run->state, action->column->type_name);
    if (type && type->kind == 'd' && type->constrained)
        return PGA_NEW_COLUMN_DOMAIN;
    return PGA_NEW_COLUMN_VOLATILE;
}
