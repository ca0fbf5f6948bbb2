/* Foreign keys: what they are on, what they point at, the copies in partitions. */
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): inheritance and views end at PGA_STATE_MAX_DEPTH */

static gboolean
take_columns(PgaState *state, const PgaStateRelation *relation, const PgaStatePending *pending,
             GPtrArray *columns)
{
    const PgQuery__Constraint *definition = pending->definition;

    for (size_t i = 0; i < definition->n_fk_attrs; i++)
        g_ptr_array_add(columns, pga_state_keep(state, pga_state_string(definition->fk_attrs[i])));
    if (definition->n_fk_attrs == 0 && pending->column)
        g_ptr_array_add(columns, (gpointer)pending->column);
    for (guint i = 0; i < columns->len; i++) {
        const char *name = g_ptr_array_index(columns, i);

        if (!relation->open && !pga_state_column(relation, name))
            return pga_state_refuse(
                state, "column \"%s\" referenced in foreign key constraint does not exist", name);
    }
    return TRUE;
}

static const PgaStateConstraint *
primary_key(const PgaStateRelation *relation)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaStateConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (constraint->type == 'p')
            return constraint;
    }
    return NULL;
}

static gboolean
same_set(const GPtrArray *one, const GPtrArray *other)
{
    if (one->len != other->len)
        return FALSE;
    for (guint i = 0; i < one->len; i++) {
        gboolean found = FALSE;

        for (guint k = 0; !found && k < other->len; k++)
            found = g_strcmp0(g_ptr_array_index(one, i), g_ptr_array_index(other, k)) == 0;
        if (!found)
            return FALSE;
    }
    return TRUE;
}

static gboolean
has_unique_index(const PgaStateRelation *relation, const GPtrArray *columns)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaStateIndex *index = g_ptr_array_index(relation->indexes, i);

        if (index->unique && !index->predicate && same_set(index->columns, columns))
            return TRUE;
    }
    return FALSE;
}

static gboolean
take_referenced(PgaState *state, PgaStateConstraint *constraint,
                const PgQuery__Constraint *definition)
{
    const PgaStateRelation *referenced = constraint->referenced;
    const PgaStateConstraint *key = primary_key(referenced);
    gboolean written = definition->n_pk_attrs > 0;

    for (size_t i = 0; i < definition->n_pk_attrs; i++)
        g_ptr_array_add(constraint->referenced_columns,
                        pga_state_keep(state, pga_state_string(definition->pk_attrs[i])));
    for (guint i = 0; !written && key && i < key->columns->len; i++)
        g_ptr_array_add(constraint->referenced_columns, g_ptr_array_index(key->columns, i));
    if (referenced->open)
        return TRUE;
    if (!written && !key)
        return pga_state_refuse(state, "there is no primary key for referenced table \"%s\"",
                                referenced->relname);
    if (constraint->referenced_columns->len != constraint->columns->len)
        return pga_state_refuse(
            state, "number of referencing and referenced columns for foreign key disagree");
    if (!has_unique_index(referenced, constraint->referenced_columns))
        return pga_state_refuse(
            state, "there is no unique constraint matching given keys for referenced table \"%s\"",
            referenced->relname);
    return TRUE;
}

static char *
foreign_key_name(const PgaState *state, const PgaStateRelation *relation, const char *written,
                 const GPtrArray *columns)
{
    g_autofree char *addition = NULL;

    if (*written)
        return pga_state_truncated(written);
    addition = pga_state_name_addition(columns);
    return pga_state_choose_constraint_name(state, relation->relname, addition, "fkey",
                                            relation->nspname);
}

static gboolean
equal_keys(const PgaStateConstraint *one, const PgaStateConstraint *other)
{
    return one->type == other->type && one->referenced == other->referenced &&
           same_set(one->columns, other->columns) &&
           same_set(one->referenced_columns, other->referenced_columns) &&
           one->on_delete == other->on_delete && one->on_update == other->on_update &&
           one->deferrable == other->deferrable;
}

void
pga_state_foreign_key_inherit(PgaState *state, PgaStateRelation *partition,
                              const PgaStateConstraint *of)
{
    PgaStateConstraint *copy;

    for (guint i = 0; i < partition->constraints->len; i++) {
        PgaStateConstraint *there = g_ptr_array_index(partition->constraints, i);

        if (there->n_inherited == 0 && equal_keys(there, of)) {
            pga_state_put(state, there->n_inherited, 1);
            pga_state_put(state, there->local, FALSE);
            return;
        }
    }
    copy = pga_state_constraint_copy(state, partition, of);
    if (pga_state_constraint(partition, copy->name))
        copy->name =
            pga_state_keep_taken(state, foreign_key_name(state, partition, "", copy->columns));
    pga_state_constraint_attach(state, copy);
    for (guint i = 0; i < partition->children->len; i++)
        pga_state_foreign_key_inherit(state, g_ptr_array_index(partition->children, i), copy);
}

static void
set_properties(PgaState *state, PgaStateConstraint *constraint, const PgaStatePending *pending,
               gboolean creating)
{
    const PgQuery__Constraint *definition = pending->definition;
    guint newer = state->memory->step ? state->memory->step->newer : 0;

    constraint->on_delete = definition->fk_del_action[0];
    constraint->on_update = definition->fk_upd_action[0];
    constraint->deferrable = definition->deferrable || pending->deferrable;
    constraint->no_inherit = TRUE; /* as pg_constraint has it for foreign keys */
    constraint->valid = creating || !definition->skip_validation;
    if (newer & PGA_NEWER_NOT_ENFORCED)
        constraint->enforced = constraint->valid = FALSE;
}

static char *
written_name(PgaState *state, const PgQuery__RangeVar *range)
{
    return pga_state_keep_taken(
        state, *range->schemaname ? g_strconcat(range->schemaname, ".", range->relname, NULL)
                                  : g_strdup(range->relname));
}

gboolean
pga_state_add_foreign_key(PgaState *state, PgaStateRelation *relation,
                          const PgaStatePending *pending, gboolean creating)
{
    const PgQuery__Constraint *definition = pending->definition;
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_autofree char *name = NULL;
    PgaStateConstraint *constraint;
    PgaStateRelation *referenced;

    if (!definition->pktable || !take_columns(state, relation, pending, columns))
        return !definition->pktable;
    referenced = pga_state_need(state, definition->pktable, FALSE);
    if (!referenced)
        return !state->memory->refusal;
    name = foreign_key_name(state, relation, definition->conname, columns);
    if (pga_state_constraint(relation, name))
        return pga_state_refuse(state, "constraint \"%s\" for relation \"%s\" already exists", name,
                                relation->relname);
    constraint = pga_state_constraint_new(state, relation, 'f', name);
    constraint->columns = pga_state_array_copy(state, columns);
    constraint->referenced = referenced;
    constraint->referenced_name = written_name(state, definition->pktable);
    if (!take_referenced(state, constraint, definition))
        return FALSE;
    set_properties(state, constraint, pending, creating);
    pga_state_constraint_attach(state, constraint);
    for (guint i = 0; relation->kind == 'p' && i < relation->children->len; i++)
        pga_state_foreign_key_inherit(state, g_ptr_array_index(relation->children, i), constraint);
    return TRUE;
}

gboolean
pga_state_references(const PgaStateConstraint *foreign_key, const GPtrArray *columns)
{
    return same_set(foreign_key->referenced_columns, columns);
}

PgaStateConstraint *
pga_state_inherited_constraint(const PgaStateRelation *child, const PgaStateConstraint *of)
{
    for (guint i = 0; i < child->constraints->len; i++) {
        PgaStateConstraint *constraint = g_ptr_array_index(child->constraints, i);

        if (constraint->n_inherited == 0 || constraint->type != of->type)
            continue;
        if (of->type == 'c'   ? g_str_equal(constraint->name, of->name)
            : of->type == 'f' ? equal_keys(constraint, of)
                              : same_set(constraint->columns, of->columns))
            return constraint;
    }
    return NULL;
}

/* NOLINTEND(misc-no-recursion) */
