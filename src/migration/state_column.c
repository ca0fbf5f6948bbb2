/* Columns: adding, dropping, what they inherit, and the sequences that go with them. */
#include <string.h>

#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): inheritance and views end at PGA_STATE_MAX_DEPTH */

PgaStateColumn *
pga_state_column_new(PgaState *state, const char *name)
{
    PgaStateColumn *column = pga_state_alloc(state, sizeof(*column));

    column->name = pga_state_keep_taken(state, pga_state_truncated(name));
    column->type = column->typname = (char *)"";
    column->typmod[0] = column->typmod[1] = -1;
    column->not_null_valid = TRUE;
    column->local = TRUE;
    column->added_in = state->migration;
    return column;
}

gboolean
pga_state_refuse_column(PgaState *state, const PgaStateRelation *relation, const char *name)
{
    if (relation->open)
        return TRUE;
    return pga_state_refuse(state, "column \"%s\" of relation \"%s\" does not exist", name,
                            relation->relname);
}

void
pga_state_own_sequence(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column)
{
    g_autofree char *name = pga_state_choose_relation_name(state, relation->relname, column->name,
                                                           "seq", relation->nspname, FALSE);
    PgaStateRelation *sequence = pga_state_relation_new(state, relation->nspname, name, 'S');

    sequence->persistence = relation->persistence;
    sequence->owner = relation;
    pga_state_relation_register(state, sequence);
    pga_state_put(state, column->sequence, sequence);
}

void
pga_state_disown_sequence(PgaState *state, PgaStateColumn *column)
{
    PgaStateRelation *sequence = column->sequence;

    if (!sequence)
        return;
    pga_state_put(state, column->sequence, NULL);
    pga_state_put(state, sequence->owner, NULL);
    pga_state_drop_relation(state, sequence, TRUE);
}

void
pga_state_refresh_serial(PgaState *state, PgaStateColumn *column)
{
    gboolean serial = column->sequence && !column->identity && column->default_text &&
                      strstr(column->default_text, "nextval(");

    if (serial != column->serial)
        pga_state_put(state, column->serial, serial);
}

static void
set_serial(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column)
{
    g_autofree char *sequence = NULL, *text = NULL;

    column->serial = TRUE;
    pga_state_own_sequence(state, relation, column);
    sequence = pga_state_relation_name(column->sequence);
    text = g_strdup_printf("nextval('%s'::regclass)", sequence);
    column->default_text = pga_state_keep(state, text);
}

static void
set_generated(PgaState *state, PgaStateColumn *column, const PgQuery__Constraint *constraint)
{
    guint newer = state->memory->step ? state->memory->step->newer : 0;

    column->generated = newer & PGA_NEWER_VIRTUAL ? 'v' : 's';
    column->default_text = pga_state_expression(state, constraint->raw_expr);
}

/* What a column's constraint makes of the column itself; FALSE: it is one of the relation. */
static gboolean
column_attribute(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column,
                 const PgQuery__Constraint *constraint)
{
    switch ((int)constraint->contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
        column->default_text = pga_state_expression(state, constraint->raw_expr);
        return TRUE;
    case PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED:
        set_generated(state, column, constraint);
        return TRUE;
    case PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY:
        column->identity = constraint->generated_when[0];
        pga_state_own_sequence(state, relation, column);
        return TRUE;
    case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL:
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
    case PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION:
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
        return FALSE;
    default:
        return TRUE;
    }
}

/* DEFERRABLE, INITIALLY DEFERRED behind a constraint of a column */
static gboolean
is_deferrable(const PgQuery__Constraint *constraint)
{
    return constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE ||
           constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED;
}

static void
column_constraints(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column,
                   const PgQuery__ColumnDef *definition, GArray *later)
{
    guint first = later->len;

    for (size_t i = 0; i < definition->n_constraints; i++) {
        const PgQuery__Node *node = definition->constraints[i];
        PgaStatePending pending = {NULL, column->name, FALSE};

        if (node->node_case != PG_QUERY__NODE__NODE_CONSTRAINT)
            continue;
        if (later->len > first && is_deferrable(node->constraint))
            g_array_index(later, PgaStatePending, later->len - 1).deferrable = TRUE;
        if (column_attribute(state, relation, column, node->constraint))
            continue;
        pending.definition = node->constraint;
        g_array_append_val(later, pending);
    }
}

static void
set_collation(PgaState *state, PgaStateColumn *column, const PgQuery__CollateClause *clause)
{
    if (clause)
        column->collation =
            pga_state_keep(state, pga_state_names(clause->n_collname, clause->collname, NULL));
}

PgaStateColumn *
pga_state_define_column(PgaState *state, PgaStateRelation *relation,
                        const PgQuery__ColumnDef *definition, GArray *later)
{
    PgaStateColumn *column = pga_state_column_new(state, definition->colname);
    PgaStateTypeName type;
    gboolean implied;

    pga_state_type_name(state, definition->type_name, &type);
    pga_state_column_set_type(state, column, &type);
    set_collation(state, column, definition->coll_clause);
    pga_state_array_add(state, relation->columns, column);
    column_constraints(state, relation, column, definition, later);
    if (type.serial)
        set_serial(state, relation, column);
    implied = type.serial || column->identity;
    if (implied)
        pga_state_set_not_null(state, relation, column, NULL, TRUE);
    return column;
}

void
pga_state_column_inherit(PgaState *state, PgaStateRelation *relation,
                         const PgaStateRelation *parent, const PgaStateColumn *of)
{
    PgaStateColumn *column = pga_state_column(relation, of->name);

    if (column) {
        pga_state_put(state, column->n_inherited, column->n_inherited + 1);
        return;
    }
    column = pga_state_alloc(state, sizeof(*column));
    *column = *of;
    column->added_in = state->migration;
    column->local = FALSE;
    column->n_inherited = 1;
    column->sequence = NULL;
    column->not_null = FALSE;
    if (!relation->is_partition || state->version < PGA_VERSION_PARTITION_IDENTITY)
        column->identity = 0;
    pga_state_array_add(state, relation->columns, column);
    if (of->not_null)
        pga_state_set_not_null(state, relation, column, pga_state_not_null_name(parent, of->name),
                               of->not_null_valid);
}

static void
add_to_children(PgaState *state, PgaStateRelation *relation, const PgaStateColumn *column)
{
    for (guint i = 0; i < relation->children->len && !state->memory->only; i++) {
        PgaStateRelation *child = g_ptr_array_index(relation->children, i);
        gboolean there = pga_state_column(child, column->name) != NULL;

        pga_state_column_inherit(state, child, relation, column);
        if (!there)
            add_to_children(state, child, column);
    }
}

gboolean
pga_state_add_column(PgaState *state, PgaStateRelation *relation,
                     const PgQuery__ColumnDef *definition, gboolean if_not_exists)
{
    g_autoptr(GArray) later = g_array_new(FALSE, FALSE, sizeof(PgaStatePending));
    g_autofree char *name = pga_state_truncated(definition->colname);
    PgaStateColumn *column;

    if (pga_state_column(relation, name))
        return if_not_exists ||
               pga_state_refuse(state, "column \"%s\" of relation \"%s\" already exists", name,
                                relation->relname);
    column = pga_state_define_column(state, relation, definition, later);
    add_to_children(state, relation, column);
    return pga_state_add_pending(state, relation, later, TRUE);
}

static gboolean
names_column(const GPtrArray *columns, const char *name)
{
    for (guint i = 0; i < columns->len; i++)
        if (g_strcmp0(g_ptr_array_index(columns, i), name) == 0)
            return TRUE;
    return FALSE;
}

/* Indexes go with any of their columns; expressions by the words in them. */
static void
drop_indexes_of(PgaState *state, PgaStateRelation *relation, const char *name)
{
    for (guint i = relation->indexes->len; i-- > 0;) {
        PgaStateIndex *index = g_ptr_array_index(relation->indexes, i);
        gboolean uses = names_column(index->columns, name) || names_column(index->included, name);

        for (guint k = 0; !uses && k < index->keys->len; k++)
            uses = !g_ptr_array_index(index->columns, k) &&
                   pga_state_renamed(state, g_ptr_array_index(index->keys, k), name, "");
        if (!uses && index->predicate)
            uses = pga_state_renamed(state, index->predicate, name, "") != NULL;
        if (uses)
            pga_state_index_remove(state, index);
    }
}

static gboolean
refuse_dependent(PgaState *state, const PgaStateRelation *relation, const char *name)
{
    return pga_state_refuse(state,
                            "cannot drop column %s of table %s because other objects depend on it",
                            name, relation->relname);
}

static gboolean
drop_constraints_of(PgaState *state, PgaStateRelation *relation, const char *name, gboolean cascade)
{
    for (guint i = relation->constraints->len; i-- > 0;) {
        PgaStateConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (!names_column(constraint->columns, name))
            continue;
        if (!pga_state_constraint_drop(state, constraint, cascade))
            return FALSE;
        i = MIN(i, relation->constraints->len);
    }
    return TRUE;
}

/* Views that name the column go with CASCADE; without, the server refuses. */
static gboolean
drop_views_of(PgaState *state, PgaStateRelation *relation, const char *name, gboolean cascade)
{
    for (guint i = relation->dependents->len; i-- > 0;) {
        PgaStateRelation *view = g_ptr_array_index(relation->dependents, i);

        if (!view->query_words || !g_hash_table_contains(view->query_words, name))
            continue;
        if (!cascade)
            return refuse_dependent(state, relation, name);
        pga_state_drop_relation(state, view, TRUE);
        i = MIN(i, relation->dependents->len);
    }
    return TRUE;
}

gboolean
pga_state_generated_from(PgaState *state, const PgaStateRelation *relation, const char *name)
{
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgaStateColumn *column = g_ptr_array_index(relation->columns, i);

        if (column->generated && pga_state_renamed(state, column->default_text, name, ""))
            return TRUE;
    }
    return FALSE;
}

/* Foreign keys of others that point at the column. */
static gboolean
drop_references_to(PgaState *state, PgaStateRelation *relation, const char *name, gboolean cascade)
{
    for (guint i = relation->referenced_by->len; i-- > 0;) {
        PgaStateConstraint *constraint = g_ptr_array_index(relation->referenced_by, i);

        if (constraint->relation == relation || !names_column(constraint->referenced_columns, name))
            continue;
        if (!cascade)
            return refuse_dependent(state, relation, name);
        pga_state_constraint_drop(state, constraint, TRUE);
        i = MIN(i, relation->referenced_by->len);
    }
    return TRUE;
}

static gboolean
drop_one(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column, gboolean cascade)
{
    const char *name = column->name;

    if (!cascade && pga_state_generated_from(state, relation, name))
        return refuse_dependent(state, relation, name);
    if (!drop_views_of(state, relation, name, cascade) ||
        !drop_references_to(state, relation, name, cascade) ||
        !drop_constraints_of(state, relation, name, cascade))
        return FALSE;
    drop_indexes_of(state, relation, name);
    pga_state_disown_sequence(state, column);
    pga_state_array_remove(state, relation->columns, column);
    return TRUE;
}

/* Children keep what they defined themselves, and all of it with ONLY. */
static gboolean
drop_in_children(PgaState *state, PgaStateRelation *relation, const char *name, gboolean cascade)
{
    for (guint i = 0; i < relation->children->len; i++) {
        PgaStateRelation *child = g_ptr_array_index(relation->children, i);
        PgaStateColumn *column = pga_state_column(child, name);

        if (!column || column->n_inherited == 0)
            continue;
        pga_state_put(state, column->n_inherited, column->n_inherited - 1);
        if (state->memory->only)
            pga_state_put(state, column->local, TRUE);
        if (column->n_inherited == 0 && !column->local &&
            (!drop_in_children(state, child, name, cascade) ||
             !drop_one(state, child, column, cascade)))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_state_drop_column(PgaState *state, PgaStateRelation *relation,
                      const PgQuery__AlterTableCmd *command)
{
    PgaStateColumn *column = pga_state_column(relation, command->name);
    gboolean cascade = command->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;

    if (!column)
        return command->missing_ok || pga_state_refuse_column(state, relation, command->name);
    if (column->n_inherited > 0)
        return pga_state_refuse(state, "cannot drop inherited column \"%s\"", command->name);
    return drop_in_children(state, relation, column->name, cascade) &&
           drop_one(state, relation, column, cascade);
}

/* NOLINTEND(misc-no-recursion) */
