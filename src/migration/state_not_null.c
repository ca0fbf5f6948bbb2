/* NOT NULL of columns. From 18 on each is a constraint with a name; children inherit both. */
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): inheritance and views end at PGA_STATE_MAX_DEPTH */

#define VERSION_NAMED_NOT_NULL 180000

PgaStateConstraint *
pga_state_not_null_of(const PgaStateRelation *relation, const char *column)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        PgaStateConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (constraint->type == 'n' &&
            g_str_equal(g_ptr_array_index(constraint->columns, 0), column))
            return constraint;
    }
    return NULL;
}

const char *
pga_state_not_null_name(const PgaStateRelation *relation, const char *column)
{
    const PgaStateConstraint *constraint = pga_state_not_null_of(relation, column);

    return constraint ? constraint->name : NULL;
}

static void
name_it(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column, const char *name)
{
    g_autofree char *chosen =
        name ? g_strdup(name)
             : pga_state_choose_constraint_name(state, relation->relname, column->name, "not_null",
                                                relation->nspname);
    PgaStateConstraint *constraint = pga_state_constraint_new(state, relation, 'n', chosen);

    constraint->valid = column->not_null_valid;
    g_ptr_array_add(constraint->columns, column->name);
    pga_state_constraint_attach(state, constraint);
}

/* (nullable): the constraint of it */
static PgaStateConstraint *
set_one(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column, const char *name,
        gboolean valid)
{
    PgaStateConstraint *constraint;

    if (!column->not_null) {
        pga_state_put(state, column->not_null, TRUE);
        pga_state_put(state, column->not_null_valid, valid);
        if (state->version >= VERSION_NAMED_NOT_NULL)
            name_it(state, relation, column, name);
    }
    constraint = pga_state_not_null_of(relation, column->name);
    if (valid && !column->not_null_valid) {
        pga_state_put(state, column->not_null_valid, TRUE);
        if (constraint)
            pga_state_put(state, constraint->valid, TRUE);
    }
    return constraint;
}

static void
set_in_children(PgaState *state, PgaStateRelation *relation, const PgaStateColumn *of,
                const char *name)
{
    for (guint i = 0; i < relation->children->len; i++) {
        PgaStateRelation *child = g_ptr_array_index(relation->children, i);
        PgaStateColumn *column = pga_state_column(child, of->name);
        gboolean local = column && column->not_null;
        PgaStateConstraint *constraint;

        if (!column)
            continue;
        constraint = set_one(state, child, column, name, of->not_null_valid);
        if (constraint) {
            pga_state_put(state, constraint->local, local && constraint->local);
            pga_state_put(state, constraint->n_inherited, constraint->n_inherited + 1);
        }
        if (!local)
            set_in_children(state, child, column, name);
    }
}

void
pga_state_set_not_null(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column,
                       const char *name, gboolean valid)
{
    gboolean there = column->not_null;
    PgaStateConstraint *constraint = set_one(state, relation, column, name, valid);

    if (!there && !state->memory->only)
        set_in_children(state, relation, column, constraint ? constraint->name : NULL);
}

static gboolean
in_primary_key(const PgaStateRelation *relation, const char *name)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaStateConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        for (guint k = 0; constraint->type == 'p' && k < constraint->columns->len; k++)
            if (g_str_equal(g_ptr_array_index(constraint->columns, k), name))
                return TRUE;
    }
    return FALSE;
}

static void
drop_one(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column)
{
    PgaStateConstraint *constraint = pga_state_not_null_of(relation, column->name);

    pga_state_put(state, column->not_null, FALSE);
    pga_state_put(state, column->not_null_valid, TRUE);
    if (constraint)
        pga_state_constraint_remove(state, constraint);
    for (guint i = 0; i < relation->children->len; i++) {
        PgaStateRelation *child = g_ptr_array_index(relation->children, i);
        PgaStateColumn *inherited = pga_state_column(child, column->name);
        PgaStateConstraint *own = pga_state_not_null_of(child, column->name);

        if (!inherited || !inherited->not_null)
            continue;
        if (own && (own->local || own->n_inherited > 1))
            pga_state_put(state, own->n_inherited, own->n_inherited - 1);
        else
            drop_one(state, child, inherited);
    }
}

gboolean
pga_state_drop_not_null(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column)
{
    if (!column->not_null)
        return TRUE;
    if (column->identity)
        return pga_state_refuse(state, "column \"%s\" of relation \"%s\" is an identity column",
                                column->name, relation->relname);
    if (in_primary_key(relation, column->name))
        return pga_state_refuse(state, "column \"%s\" is in a primary key", column->name);
    drop_one(state, relation, column);
    return TRUE;
}

/* NOLINTEND(misc-no-recursion) */
