/* Constraints of relations: adding, inheriting, validating, dropping. */
#include <string.h>

#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): inheritance and views end at PGA_STATE_MAX_DEPTH */

PgaStateConstraint *
pga_state_constraint_new(PgaState *state, PgaStateRelation *relation, char type, const char *name)
{
    PgaStateConstraint *constraint = pga_state_alloc(state, sizeof(*constraint));
    const PgaStep *step = state->memory->step;

    constraint->name = pga_state_keep_taken(state, pga_state_truncated(name));
    constraint->type = type;
    constraint->relation = relation;
    constraint->columns = pga_state_array(state);
    constraint->referenced_columns = pga_state_array(state);
    constraint->valid = constraint->enforced = constraint->local = TRUE;
    constraint->added_in = state->migration;
    constraint->added_transaction = state->transaction;
    if (step) {
        constraint->file = pga_state_keep(state, step->file);
        constraint->line = step->line;
        constraint->column = step->column;
    }
    return constraint;
}

static char *
name_key(PgaState *state, const PgaStateConstraint *constraint)
{
    return pga_state_key(state, constraint->relation->nspname, constraint->name);
}

void
pga_state_constraint_attach(PgaState *state, PgaStateConstraint *constraint)
{
    gpointer key = name_key(state, constraint);
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(state->memory->constraint_names, key));

    pga_state_array_add(state, constraint->relation->constraints, constraint);
    pga_state_hash_put(state, state->memory->constraint_names, key, GUINT_TO_POINTER(n + 1));
    if (constraint->referenced)
        pga_state_array_add(state, constraint->referenced->referenced_by, constraint);
}

void
pga_state_constraint_remove(PgaState *state, PgaStateConstraint *constraint)
{
    gpointer key = name_key(state, constraint);
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(state->memory->constraint_names, key));

    pga_state_array_remove(state, constraint->relation->constraints, constraint);
    if (n > 1)
        pga_state_hash_put(state, state->memory->constraint_names, key, GUINT_TO_POINTER(n - 1));
    else
        pga_state_hash_remove(state, state->memory->constraint_names, key);
    if (constraint->referenced)
        pga_state_array_remove(state, constraint->referenced->referenced_by, constraint);
}

PgaStateConstraint *
pga_state_constraint_copy(PgaState *state, PgaStateRelation *relation, const PgaStateConstraint *of)
{
    PgaStateConstraint *constraint = pga_state_constraint_new(state, relation, of->type, of->name);

    constraint->columns = pga_state_array_copy(state, of->columns);
    constraint->referenced_columns = pga_state_array_copy(state, of->referenced_columns);
    constraint->expression = of->expression;
    constraint->referenced = of->referenced;
    constraint->referenced_name = of->referenced_name;
    constraint->on_delete = of->on_delete;
    constraint->on_update = of->on_update;
    constraint->valid = of->valid;
    constraint->enforced = of->enforced;
    constraint->deferrable = of->deferrable;
    constraint->proves_not_null = of->proves_not_null;
    constraint->local = FALSE;
    constraint->n_inherited = 1;
    return constraint;
}

static void
set_state(PgaState *state, PgaStateConstraint *constraint, const PgQuery__Constraint *definition,
          gboolean creating)
{
    guint newer = state->memory->step ? state->memory->step->newer : 0;

    constraint->deferrable = definition->deferrable;
    constraint->no_inherit = definition->is_no_inherit;
    constraint->valid = creating || !definition->skip_validation;
    if (newer & PGA_NEWER_NOT_ENFORCED) {
        constraint->enforced = FALSE;
        constraint->valid = FALSE;
    }
}

/* A check takes the name of its column when it names just one. */
static char *
check_name(const PgaState *state, const PgaStateRelation *relation,
           const PgQuery__Constraint *definition, const GPtrArray *columns)
{
    const char *column = columns->len == 1 ? g_ptr_array_index(columns, 0) : NULL;

    if (*definition->conname)
        return pga_state_truncated(definition->conname);
    return pga_state_choose_constraint_name(state, relation->relname, column, "check",
                                            relation->nspname);
}

static gboolean
refuse_duplicate(PgaState *state, const PgaStateRelation *relation, const char *name)
{
    return pga_state_refuse(state, "constraint \"%s\" for relation \"%s\" already exists", name,
                            relation->relname);
}

static void
check_in_children(PgaState *state, const PgaStateConstraint *of)
{
    const PgaStateRelation *relation = of->relation;

    for (guint i = 0; i < relation->children->len && !of->no_inherit && !state->memory->only; i++) {
        PgaStateRelation *child = g_ptr_array_index(relation->children, i);
        PgaStateConstraint *there = pga_state_constraint(child, of->name);

        if (there) {
            pga_state_put(state, there->n_inherited, there->n_inherited + 1);
            if (child->is_partition)
                pga_state_put(state, there->local, FALSE);
            continue;
        }
        there = pga_state_constraint_copy(state, child, of);
        pga_state_constraint_attach(state, there);
        check_in_children(state, there);
    }
}

static gboolean
add_check(PgaState *state, PgaStateRelation *relation, const PgaStatePending *pending,
          gboolean creating)
{
    const PgQuery__Constraint *definition = pending->definition;
    g_autoptr(GPtrArray) columns = g_ptr_array_new(), proven = g_ptr_array_new();
    g_autofree char *name = NULL;
    PgaStateConstraint *constraint;

    pga_state_columns_of(state, definition->raw_expr, columns);
    name = check_name(state, relation, definition, columns);
    constraint = pga_state_constraint(relation, name);
    if (constraint) {
        if (constraint->n_inherited == 0 || constraint->local)
            return refuse_duplicate(state, relation, name);
        pga_state_put(state, constraint->local, TRUE); /* merged with the inherited one */
        return TRUE;
    }
    constraint = pga_state_constraint_new(state, relation, 'c', name);
    for (guint i = 0; i < columns->len; i++)
        g_ptr_array_add(constraint->columns, g_ptr_array_index(columns, i));
    constraint->expression = pga_state_expression(state, definition->raw_expr);
    constraint->proves_not_null = pga_state_is_not_null_test(definition->raw_expr, proven);
    set_state(state, constraint, definition, creating);
    pga_state_constraint_attach(state, constraint);
    check_in_children(state, constraint);
    return TRUE;
}

/* The columns that a key is on: its own list, or the column that it is written at. */
static gboolean
key_columns(PgaState *state, const PgaStateRelation *relation, const PgaStatePending *pending,
            GPtrArray *columns)
{
    const PgQuery__Constraint *definition = pending->definition;

    for (size_t i = 0; i < definition->n_keys; i++)
        g_ptr_array_add(columns, (gpointer)pga_state_string(definition->keys[i]));
    if (definition->n_keys == 0 && pending->column)
        g_ptr_array_add(columns, (gpointer)pending->column);
    for (guint i = 0; i < columns->len; i++) {
        const char *name = g_ptr_array_index(columns, i);

        if (!relation->open && !pga_state_column(relation, name))
            return pga_state_refuse(state, "column \"%s\" named in key does not exist", name);
    }
    return TRUE;
}

static gboolean
has_primary_key(const PgaStateRelation *relation)
{
    for (guint i = 0; i < relation->constraints->len; i++)
        if (((const PgaStateConstraint *)g_ptr_array_index(relation->constraints, i))->type == 'p')
            return TRUE;
    return FALSE;
}

static void
set_key_not_null(PgaState *state, PgaStateRelation *relation, const GPtrArray *columns)
{
    for (guint i = 0; i < columns->len; i++) {
        PgaStateColumn *column = pga_state_column(relation, g_ptr_array_index(columns, i));

        if (column)
            pga_state_set_not_null(state, relation, column, NULL, TRUE);
    }
}

/* Makes the constraint of an index that is there or is just made. */
static gboolean
attach_key(PgaState *state, PgaStateIndex *index, char type, gboolean deferrable)
{
    PgaStateConstraint *constraint;

    if (pga_state_constraint(index->relation, index->name))
        return refuse_duplicate(state, index->relation, index->name);
    constraint = pga_state_constraint_new(state, index->relation, type, index->name);
    for (guint i = 0; i < index->columns->len; i++)
        if (g_ptr_array_index(index->columns, i))
            g_ptr_array_add(constraint->columns, g_ptr_array_index(index->columns, i));
    constraint->index = index->name;
    constraint->deferrable = deferrable;
    constraint->no_inherit = TRUE;
    pga_state_put(state, index->constraint, constraint->name);
    pga_state_constraint_attach(state, constraint);
    return TRUE;
}

/* ADD CONSTRAINT … USING INDEX: the index takes the constraint's name. */
static gboolean
adopt_index(PgaState *state, PgaStateRelation *relation, const PgQuery__Constraint *definition,
            char type)
{
    PgaStateIndex *index = pga_state_index(state, relation->nspname, definition->indexname);
    const char *name = *definition->conname ? definition->conname : definition->indexname;

    if (!index || index->relation != relation)
        return state->complete && !relation->open
                   ? pga_state_refuse(state, "index \"%s\" does not exist", definition->indexname)
                   : TRUE;
    if (index->constraint)
        return pga_state_refuse(state, "index \"%s\" is already associated with a constraint",
                                index->name);
    if (!g_str_equal(name, index->name)) {
        g_autofree char *clipped = pga_state_truncated(name);

        pga_state_index_rename(state, index, clipped);
    }
    if (type == 'p') {
        pga_state_put(state, index->primary, TRUE);
        set_key_not_null(state, relation, index->columns);
    }
    return attach_key(state, index, type, definition->deferrable);
}

static gboolean
index_of_key(PgaState *state, PgaStateIndex *index, const PgaStatePending *pending)
{
    const PgQuery__Constraint *definition = pending->definition;
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_autoptr(GPtrArray) elements = g_ptr_array_new();

    if (definition->contype != PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION) {
        if (!key_columns(state, index->relation, pending, columns))
            return FALSE;
        pga_state_index_columns(state, index, columns);
        return pga_state_index_included(state, index, definition->n_including,
                                        definition->including);
    }
    for (size_t i = 0; i < definition->n_exclusions; i++) {
        const PgQuery__Node *pair = definition->exclusions[i];

        if (pair->node_case == PG_QUERY__NODE__NODE_LIST && pair->list->n_items > 0)
            g_ptr_array_add(elements, pair->list->items[0]);
    }
    return pga_state_index_elements(state, index, elements->len,
                                    (PgQuery__Node **)elements->pdata) &&
           pga_state_index_included(state, index, definition->n_including, definition->including);
}

/* Two of the same key in one statement are one, as transformIndexConstraints() has it. */
static gboolean
merges(const PgaStateRelation *relation, PgaStateIndex *index,
       const PgQuery__Constraint *definition)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        PgaStateIndex *there = g_ptr_array_index(relation->indexes, i);

        if (there->constraint && pga_state_index_equal(there, index) &&
            (!*definition->conname || g_str_equal(definition->conname, there->name)))
            return TRUE;
    }
    return FALSE;
}

static void
key_in_children(PgaState *state, PgaStateIndex *index)
{
    PgaStateRelation *relation = index->relation;

    if (state->memory->only && relation->kind == 'p' && relation->children->len > 0) {
        index->only = TRUE;
        index->valid = FALSE;
        return;
    }
    for (guint i = 0; relation->kind == 'p' && i < relation->children->len; i++)
        pga_state_index_recurse(state, index, g_ptr_array_index(relation->children, i));
}

static char
key_type(const PgQuery__Constraint *definition)
{
    if (definition->contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY)
        return 'p';
    return definition->contype == PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION ? 'x' : 'u';
}

static gboolean
add_key(PgaState *state, PgaStateRelation *relation, const PgaStatePending *pending,
        gboolean creating)
{
    const PgQuery__Constraint *definition = pending->definition;
    char type = key_type(definition);
    gboolean primary = type == 'p';
    PgaStateIndex *index;
    g_autofree char *name = NULL;

    if (primary && has_primary_key(relation))
        return pga_state_refuse(state, "multiple primary keys for table \"%s\" are not allowed",
                                relation->relname);
    if (*definition->indexname)
        return adopt_index(state, relation, definition, type);
    index = pga_state_index_new(state, relation);
    index->unique = type != 'x';
    index->primary = primary;
    index->constraint = (char *)""; /* it backs one: its name follows */
    index->nulls_not_distinct = definition->nulls_not_distinct;
    if (*definition->access_method)
        index->method = pga_state_keep(state, definition->access_method);
    index->predicate = pga_state_expression(state, definition->where_clause);
    if (!index_of_key(state, index, pending))
        return FALSE;
    if (creating && !primary && merges(relation, index, definition))
        return TRUE;
    name = *definition->conname ? pga_state_truncated(definition->conname)
                                : pga_state_choose_index_name(state, index);
    index->name = pga_state_keep(state, name);
    if (pga_state_name_taken(state, relation->nspname, name))
        return pga_state_refuse(state, "relation \"%s\" already exists", name);
    if (primary)
        set_key_not_null(state, relation, index->columns);
    pga_state_index_register(state, index);
    if (!attach_key(state, index, type, definition->deferrable || pending->deferrable))
        return FALSE;
    key_in_children(state, index);
    return TRUE;
}

/* Of a column, or, from 18 on, of the table: CONSTRAINT name NOT NULL column [NOT VALID]. */
static gboolean
add_not_null(PgaState *state, PgaStateRelation *relation, const PgaStatePending *pending)
{
    const PgQuery__Constraint *definition = pending->definition;
    const char *name = definition->n_keys ? pga_state_string(definition->keys[0]) : pending->column;
    PgaStateColumn *column = name ? pga_state_column(relation, name) : NULL;

    if (!column)
        return !name || pga_state_refuse_column(state, relation, name);
    pga_state_set_not_null(state, relation, column,
                           *definition->conname ? definition->conname : NULL,
                           !definition->skip_validation);
    return TRUE;
}

gboolean
pga_state_add_constraint(PgaState *state, PgaStateRelation *relation,
                         const PgaStatePending *pending, gboolean creating)
{
    switch ((int)pending->definition->contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
        return add_check(state, relation, pending, creating);
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
    case PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION:
        return add_key(state, relation, pending, creating);
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
        return pga_state_add_foreign_key(state, relation, pending, creating);
    case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL:
        return add_not_null(state, relation, pending);
    default:
        return TRUE;
    }
}

/* When the server makes a constraint of a statement with several. */
static guint
rank(const PgQuery__Constraint *definition)
{
    switch ((int)definition->contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
        return 0;
    case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL:
        return 1;
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
        return 2;
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
        return 4;
    default:
        return 3;
    }
}

gboolean
pga_state_add_pending(PgaState *state, PgaStateRelation *relation, const GArray *pending,
                      gboolean creating)
{
    for (guint r = 0; r <= 4; r++) {
        for (guint i = 0; i < pending->len; i++) {
            const PgaStatePending *one = &g_array_index(pending, PgaStatePending, i);

            if (rank(one->definition) == r &&
                !pga_state_add_constraint(state, relation, one, creating))
                return FALSE;
        }
    }
    return TRUE;
}

/* NOLINTEND(misc-no-recursion) */
