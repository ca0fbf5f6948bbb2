/* Inheritance and partitions: linking tables, and what a partition takes over from its parent. */
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): inheritance and views end at PGA_STATE_MAX_DEPTH */

gboolean
pga_state_is_descendant(const PgaStateRelation *relation, const PgaStateRelation *of)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) stack = g_ptr_array_new();

    g_ptr_array_add(stack, (gpointer)relation);
    while (stack->len > 0) {
        const PgaStateRelation *one = g_ptr_array_remove_index_fast(stack, stack->len - 1);

        if (one == of)
            return TRUE;
        for (guint i = 0; i < one->parents->len; i++)
            if (g_hash_table_add(seen, g_ptr_array_index(one->parents, i)))
                g_ptr_array_add(stack, g_ptr_array_index(one->parents, i));
    }
    return FALSE;
}

static void
inherit_check(PgaState *state, PgaStateRelation *child, const PgaStateConstraint *of)
{
    PgaStateConstraint *there = pga_state_constraint(child, of->name);

    if (there) {
        pga_state_put(state, there->n_inherited, there->n_inherited + 1);
        if (child->is_partition)
            pga_state_put(state, there->local, FALSE);
        return;
    }
    there = pga_state_constraint_copy(state, child, of);
    pga_state_constraint_attach(state, there);
}

static void
inherit_not_null(PgaState *state, PgaStateRelation *child, const PgaStateConstraint *of)
{
    const char *name = g_ptr_array_index(of->columns, 0);
    PgaStateColumn *column = pga_state_column(child, name);
    gboolean local = column && column->not_null;
    PgaStateConstraint *there;

    if (!column)
        return;
    if (!local)
        pga_state_set_not_null(state, child, column, of->name, of->valid);
    there = pga_state_not_null_of(child, name);
    if (!there)
        return;
    pga_state_put(state, there->n_inherited, there->n_inherited + 1);
    if (!local || child->is_partition)
        pga_state_put(state, there->local, FALSE);
}

static void
link_relations(PgaState *state, PgaStateRelation *parent, PgaStateRelation *child)
{
    pga_state_array_add(state, parent->children, child);
    pga_state_array_add(state, child->parents, parent);
    pga_state_put(state, child->parent, g_ptr_array_index(child->parents, 0));
    pga_state_put(state, child->depth, MAX(child->depth, parent->depth + 1));
}

/* The columns are there already. */
void
pga_state_inherit(PgaState *state, PgaStateRelation *parent, PgaStateRelation *child)
{
    if (parent->depth >= PGA_STATE_MAX_DEPTH)
        return;
    if (pga_state_is_descendant(parent, child)) {
        pga_state_refuse(state, "circular inheritance not allowed");
        return;
    }
    link_relations(state, parent, child);
    for (guint i = 0; i < parent->constraints->len; i++) {
        const PgaStateConstraint *constraint = g_ptr_array_index(parent->constraints, i);

        if (constraint->type == 'c' && !constraint->no_inherit)
            inherit_check(state, child, constraint);
        else if (constraint->type == 'n' && !constraint->no_inherit)
            inherit_not_null(state, child, constraint);
    }
}

static void
count_columns(PgaState *state, const PgaStateRelation *parent, PgaStateRelation *child, gint by)
{
    for (guint i = 0; i < parent->columns->len; i++) {
        const PgaStateColumn *of = g_ptr_array_index(parent->columns, i);
        PgaStateColumn *column = pga_state_column(child, of->name);

        if (!column)
            continue;
        pga_state_put(state, column->n_inherited, (guint)((gint)column->n_inherited + by));
        if (by < 0)
            pga_state_put(state, column->local, TRUE);
        else if (child->is_partition)
            pga_state_put(state, column->local, FALSE);
        if (by > 0 && child->is_partition && state->version >= PGA_VERSION_PARTITION_IDENTITY)
            pga_state_put(state, column->identity, of->identity);
    }
}

static void
take_over(PgaState *state, PgaStateRelation *parent, PgaStateRelation *child)
{
    for (guint i = 0; i < parent->indexes->len; i++) {
        PgaStateIndex *index = g_ptr_array_index(parent->indexes, i);

        if (!index->only || index->valid)
            pga_state_index_recurse(state, index, child);
    }
    for (guint i = 0; i < parent->constraints->len; i++) {
        const PgaStateConstraint *constraint = g_ptr_array_index(parent->constraints, i);

        if (constraint->type == 'f')
            pga_state_foreign_key_inherit(state, child, constraint);
    }
}

static void
set_bound(PgaState *state, PgaStateRelation *child, const PgQuery__PartitionBoundSpec *bound)
{
    pga_state_put(state, child->is_partition, TRUE);
    pga_state_put(state, child->is_default, bound->is_default);
    pga_state_put(state, child->bound, pga_state_bound(state, bound));
}

gboolean
pga_state_attach(PgaState *state, PgaStateRelation *parent, PgaStateRelation *child,
                 const PgQuery__PartitionBoundSpec *bound)
{
    gboolean created = child->parents->len > 0; /* CREATE TABLE … PARTITION OF */

    if (!created && child->is_partition)
        return pga_state_refuse(state, "\"%s\" is already a partition", child->relname);
    set_bound(state, child, bound);
    if (!created) {
        count_columns(state, parent, child, 1);
        pga_state_inherit(state, parent, child);
    }
    take_over(state, parent, child);
    return !state->memory->refusal;
}

static void
keep_constraints(PgaState *state, PgaStateRelation *child)
{
    for (guint i = 0; i < child->constraints->len; i++) {
        PgaStateConstraint *constraint = g_ptr_array_index(child->constraints, i);

        if (constraint->n_inherited == 0)
            continue;
        pga_state_put(state, constraint->n_inherited, constraint->n_inherited - 1);
        pga_state_put(state, constraint->local, TRUE);
    }
}

static void
unlink_relations(PgaState *state, PgaStateRelation *parent, PgaStateRelation *child)
{
    pga_state_array_remove(state, parent->children, child);
    pga_state_array_remove(state, child->parents, parent);
    pga_state_put(state, child->parent,
                  child->parents->len ? g_ptr_array_index(child->parents, 0) : NULL);
}

void
pga_state_disinherit(PgaState *state, PgaStateRelation *parent, PgaStateRelation *child)
{
    count_columns(state, parent, child, -1);
    for (guint i = 0; i < parent->constraints->len; i++) {
        PgaStateConstraint *constraint =
            pga_state_inherited_constraint(child, g_ptr_array_index(parent->constraints, i));

        if (!constraint)
            continue;
        pga_state_put(state, constraint->n_inherited, constraint->n_inherited - 1);
        pga_state_put(state, constraint->local, TRUE);
    }
    unlink_relations(state, parent, child);
}

void
pga_state_keep_bound(PgaState *state, const PgaStateRelation *parent, PgaStateRelation *child)
{
    const char *column =
        parent->partition_key->len == 1 ? g_ptr_array_index(parent->partition_key, 0) : NULL;
    g_autofree char *name =
        pga_state_choose_constraint_name(state, child->relname, column, "check", child->nspname);
    PgaStateConstraint *constraint = pga_state_constraint_new(state, child, 'c', name);

    for (guint i = 0; i < parent->partition_key->len; i++)
        if (g_ptr_array_index(parent->partition_key, i))
            g_ptr_array_add(constraint->columns, g_ptr_array_index(parent->partition_key, i));
    pga_state_constraint_attach(state, constraint);
}

void
pga_state_detach(PgaState *state, PgaStateRelation *child)
{
    PgaStateRelation *parent = child->parent;

    count_columns(state, parent, child, -1);
    keep_constraints(state, child);
    for (guint i = 0; i < child->columns->len; i++) {
        PgaStateColumn *column = g_ptr_array_index(child->columns, i);

        if (column->identity)
            pga_state_put(state, column->identity, 0);
    }
    for (guint i = 0; i < child->indexes->len; i++) {
        PgaStateIndex *index = g_ptr_array_index(child->indexes, i);

        pga_state_put(state, index->parent, NULL);
    }
    unlink_relations(state, parent, child);
    pga_state_put(state, child->is_partition, FALSE);
    pga_state_put(state, child->is_default, FALSE);
    pga_state_put(state, child->bound, NULL);
}

void
pga_state_inherit_all(PgaState *state, PgaStateRelation *parent, PgaStateRelation *child)
{
    count_columns(state, parent, child, 1);
    pga_state_inherit(state, parent, child);
}

/* NOLINTEND(misc-no-recursion) */
