/* Constraints that are there: validated, altered, dropped. */
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): inheritance and views end at PGA_STATE_MAX_DEPTH */

static gboolean
refuse_missing(PgaState *state, const PgaStateRelation *relation, const char *name)
{
    if (relation->open)
        return TRUE;
    return pga_state_refuse(state, "constraint \"%s\" of relation \"%s\" does not exist", name,
                            relation->relname);
}

static void
validate(PgaState *state, PgaStateRelation *relation, PgaStateConstraint *constraint)
{
    PgaStateColumn *column;

    if (constraint->valid)
        return;
    pga_state_put(state, constraint->valid, TRUE);
    if (constraint->type == 'n') {
        column = pga_state_column(relation, g_ptr_array_index(constraint->columns, 0));
        if (column)
            pga_state_put(state, column->not_null_valid, TRUE);
    }
    for (guint i = 0; i < relation->children->len; i++) {
        PgaStateRelation *child = g_ptr_array_index(relation->children, i);
        PgaStateConstraint *inherited = pga_state_constraint(child, constraint->name);

        if (inherited && inherited->n_inherited > 0)
            validate(state, child, inherited);
    }
}

gboolean
pga_state_validate_constraint(PgaState *state, PgaStateRelation *relation, const char *name)
{
    PgaStateConstraint *constraint = pga_state_constraint(relation, name);

    if (!constraint)
        return refuse_missing(state, relation, name);
    if (constraint->enforced)
        validate(state, relation, constraint);
    return TRUE;
}

gboolean
pga_state_alter_constraint(PgaState *state, PgaStateRelation *relation,
                           const PgQuery__Constraint *definition)
{
    PgaStateConstraint *constraint = pga_state_constraint(relation, definition->conname);
    guint newer = state->memory->step ? state->memory->step->newer : 0;

    if (!constraint)
        return refuse_missing(state, relation, definition->conname);
    if (newer & PGA_NEWER_ALTER_ENFORCED) {
        pga_state_put(state, constraint->enforced, TRUE);
        pga_state_put(state, constraint->valid, TRUE);
    } else if (newer & PGA_NEWER_ALTER_NOT_ENFORCED) {
        pga_state_put(state, constraint->enforced, FALSE);
        pga_state_put(state, constraint->valid, FALSE);
    } else if (!(newer & PGA_NEWER_ALTER_INHERIT)) {
        pga_state_put(state, constraint->deferrable, definition->deferrable);
    }
    return TRUE;
}

gboolean
pga_state_drop_referencing(PgaState *state, PgaStateRelation *relation, const GPtrArray *columns,
                           gboolean cascade)
{
    for (guint i = relation->referenced_by->len; i-- > 0;) {
        PgaStateConstraint *referencing = g_ptr_array_index(relation->referenced_by, i);

        if (referencing->n_inherited > 0 || !pga_state_references(referencing, columns))
            continue;
        if (!cascade)
            return FALSE;
        pga_state_constraint_drop(state, referencing, TRUE);
        i = MIN(i, relation->referenced_by->len);
    }
    return TRUE;
}

static void
drop_not_null(PgaState *state, PgaStateConstraint *constraint)
{
    PgaStateColumn *column =
        pga_state_column(constraint->relation, g_ptr_array_index(constraint->columns, 0));

    if (column) {
        pga_state_put(state, column->not_null, FALSE);
        pga_state_put(state, column->not_null_valid, TRUE);
    }
    pga_state_constraint_remove(state, constraint);
}

/* What partitions and children have of it. */
static void
drop_in_children(PgaState *state, const PgaStateConstraint *of)
{
    const PgaStateRelation *relation = of->relation;

    for (guint i = 0; i < relation->children->len; i++) {
        PgaStateRelation *child = g_ptr_array_index(relation->children, i);
        PgaStateConstraint *inherited = pga_state_inherited_constraint(child, of);

        if (!inherited)
            continue;
        pga_state_put(state, inherited->n_inherited, inherited->n_inherited - 1);
        if (inherited->n_inherited == 0 && !inherited->local)
            pga_state_constraint_drop(state, inherited, TRUE);
    }
}

gboolean
pga_state_constraint_drop(PgaState *state, PgaStateConstraint *constraint, gboolean cascade)
{
    PgaStateRelation *relation = constraint->relation;
    PgaStateIndex *index =
        constraint->index ? pga_state_index(state, relation->nspname, constraint->index) : NULL;

    if (index && !pga_state_drop_referencing(state, relation, constraint->columns, cascade))
        return pga_state_refuse(
            state, "cannot drop constraint %s on table %s because other objects depend on it",
            constraint->name, relation->relname);
    if (!index)
        drop_in_children(state, constraint);
    if (index)
        pga_state_index_remove(state, index); /* with its constraint, those of partitions too */
    else if (constraint->type == 'n')
        drop_not_null(state, constraint);
    else
        pga_state_constraint_remove(state, constraint);
    return TRUE;
}

gboolean
pga_state_drop_constraint(PgaState *state, PgaStateRelation *relation,
                          const PgQuery__AlterTableCmd *command)
{
    PgaStateConstraint *constraint = pga_state_constraint(relation, command->name);
    PgaStateColumn *column;

    if (!constraint)
        return command->missing_ok || refuse_missing(state, relation, command->name);
    if (constraint->n_inherited > 0)
        return pga_state_refuse(state, "cannot drop inherited constraint \"%s\" of relation \"%s\"",
                                command->name, relation->relname);
    if (constraint->type == 'n') {
        column = pga_state_column(relation, g_ptr_array_index(constraint->columns, 0));
        return !column || pga_state_drop_not_null(state, relation, column);
    }
    return pga_state_constraint_drop(state, constraint,
                                     command->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE);
}

/* NOLINTEND(misc-no-recursion) */
