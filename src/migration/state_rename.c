/* RENAME and SET SCHEMA of everything that has a name. */
#include <string.h>

#include "base/text.h"
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): inheritance and views end at PGA_STATE_MAX_DEPTH */

static void
move_key(PgaState *state, GHashTable *table, const char *old_nspname, const char *old,
         const char *nspname, const char *name)
{
    g_autofree char *key = pga_state_key_text(old_nspname, old);
    gpointer value = g_hash_table_lookup(table, key);

    pga_state_hash_remove(state, table, key);
    pga_state_hash_put(state, table, pga_state_key(state, nspname, name), value);
}

static gboolean
refuse_taken(PgaState *state, const char *name)
{
    return pga_state_refuse(state, "relation \"%s\" already exists", name);
}

static gboolean
rename_relation(PgaState *state, PgaStateRelation *relation, const char *name)
{
    if (pga_state_name_taken(state, relation->nspname, name))
        return refuse_taken(state, name);
    move_key(state, state->relations, relation->nspname, relation->relname, relation->nspname,
             name);
    pga_state_put(state, relation->relname, pga_state_keep(state, name));
    return TRUE;
}

static void
set_constraint_name(PgaState *state, PgaStateConstraint *constraint, const char *name)
{
    const char *nspname = constraint->relation->nspname;

    move_key(state, state->memory->constraint_names, nspname, constraint->name, nspname, name);
    pga_state_put(state, constraint->name, pga_state_keep(state, name));
    if (constraint->index)
        pga_state_put(state, constraint->index, constraint->name);
}

/* An index and the constraint that it backs have one name. */
static gboolean
rename_index(PgaState *state, PgaStateIndex *index, const char *name)
{
    PgaStateConstraint *constraint =
        index->constraint ? pga_state_constraint(index->relation, index->constraint) : NULL;

    if (pga_state_name_taken(state, index->relation->nspname, name))
        return refuse_taken(state, name);
    pga_state_index_rename(state, index, name);
    if (constraint) {
        set_constraint_name(state, constraint, name);
        pga_state_put(state, index->constraint, constraint->name);
    }
    return TRUE;
}

static void
rename_in(PgaState *state, GPtrArray *names, const char *old, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (g_strcmp0(g_ptr_array_index(names, i), old) == 0)
            pga_state_array_set(state, names, i, pga_state_keep(state, name));
}

static void
rename_text(PgaState *state, char **text, const char *old, const char *name)
{
    char *renamed = pga_state_renamed(state, *text, old, name);

    if (renamed)
        pga_state_put(state, *text, renamed);
}

static void
rename_in_index(PgaState *state, PgaStateIndex *index, const char *old, const char *name)
{
    rename_in(state, index->columns, old, name);
    rename_in(state, index->included, old, name);
    for (guint i = 0; i < index->keys->len; i++) {
        char *key = pga_state_renamed(state, g_ptr_array_index(index->keys, i), old, name);

        if (key)
            pga_state_array_set(state, index->keys, i, key);
    }
    rename_text(state, &index->predicate, old, name);
}

static void
rename_column(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column, const char *name)
{
    const char *old = column->name;

    for (guint i = 0; i < relation->indexes->len; i++)
        rename_in_index(state, g_ptr_array_index(relation->indexes, i), old, name);
    for (guint i = 0; i < relation->constraints->len; i++) {
        PgaStateConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        rename_in(state, constraint->columns, old, name);
        rename_text(state, &constraint->expression, old, name);
    }
    for (guint i = 0; i < relation->referenced_by->len; i++) {
        PgaStateConstraint *constraint = g_ptr_array_index(relation->referenced_by, i);

        rename_in(state, constraint->referenced_columns, old, name);
    }
    rename_in(state, relation->partition_key, old, name);
    pga_state_put(state, column->name, pga_state_keep(state, name));
    for (guint i = 0; i < relation->dependents->len; i++) {
        PgaStateRelation *view = g_ptr_array_index(relation->dependents, i);

        if (view->query_words && g_hash_table_contains(view->query_words, old))
            pga_state_hash_put(state, view->query_words, column->name, column->name);
    }
    for (guint i = 0; i < relation->children->len; i++) {
        PgaStateRelation *child = g_ptr_array_index(relation->children, i);
        PgaStateColumn *inherited = pga_state_column(child, old);

        if (inherited && inherited->n_inherited > 0)
            rename_column(state, child, inherited, name);
    }
}

static gboolean
apply_column(PgaState *state, PgaStateRelation *relation, const PgQuery__RenameStmt *statement,
             const char *name)
{
    PgaStateColumn *column = pga_state_column(relation, statement->subname);

    if (!column)
        return relation->open ||
               pga_state_refuse(state, "column \"%s\" does not exist", statement->subname);
    if (pga_state_column(relation, name))
        return pga_state_refuse(state, "column \"%s\" of relation \"%s\" already exists", name,
                                relation->relname);
    if (column->n_inherited > 0)
        return pga_state_refuse(state, "cannot rename inherited column \"%s\"", column->name);
    rename_column(state, relation, column, name);
    return TRUE;
}

static void
rename_constraint(PgaState *state, PgaStateConstraint *constraint, const char *name)
{
    const PgaStateRelation *relation = constraint->relation;
    const char *old = constraint->name;

    set_constraint_name(state, constraint, name);
    for (guint i = 0; i < relation->children->len; i++) {
        PgaStateConstraint *inherited =
            pga_state_constraint(g_ptr_array_index(relation->children, i), old);

        if (inherited && inherited->n_inherited > 0)
            rename_constraint(state, inherited, name);
    }
}

static gboolean
apply_constraint(PgaState *state, PgaStateRelation *relation, const PgQuery__RenameStmt *statement,
                 const char *name)
{
    PgaStateConstraint *constraint = pga_state_constraint(relation, statement->subname);
    PgaStateIndex *index;

    if (!constraint)
        return relation->open ||
               pga_state_refuse(state, "constraint \"%s\" for table \"%s\" does not exist",
                                statement->subname, relation->relname);
    if (pga_state_constraint(relation, name))
        return pga_state_refuse(state, "constraint \"%s\" for relation \"%s\" already exists", name,
                                relation->relname);
    index = constraint->index ? pga_state_index(state, relation->nspname, constraint->index) : NULL;
    if (index)
        return rename_index(state, index, name);
    rename_constraint(state, constraint, name);
    return TRUE;
}

static gboolean
apply_part(PgaState *state, GPtrArray *parts, const PgQuery__RenameStmt *statement,
           const char *name)
{
    rename_in(state, parts, statement->subname, name);
    return TRUE;
}

static gboolean
rename_part(PgaState *state, PgaStateRelation *relation, const PgQuery__RenameStmt *statement,
            const char *name)
{
    switch ((int)statement->rename_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
    case PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE:
        return apply_column(state, relation, statement, name);
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
        return apply_constraint(state, relation, statement, name);
    case PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
        return apply_part(state, relation->triggers, statement, name);
    case PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
        return apply_part(state, relation->policies, statement, name);
    case PG_QUERY__OBJECT_TYPE__OBJECT_RULE:
        return apply_part(state, relation->rules, statement, name);
    default:
        return rename_relation(state, relation, name);
    }
}

/* The names that an object's node carries. */
static const char *
object_name(const PgQuery__Node *object, const char **nspname)
{
    *nspname = "";
    switch (object ? (int)object->node_case : 0) {
    case PG_QUERY__NODE__NODE_LIST:
        return pga_state_names(object->list->n_items, object->list->items, nspname);
    case PG_QUERY__NODE__NODE_TYPE_NAME:
        return pga_state_names(object->type_name->n_names, object->type_name->names, nspname);
    case PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS:
        return pga_state_names(object->object_with_args->n_objname,
                               object->object_with_args->objname, nspname);
    case PG_QUERY__NODE__NODE_STRING:
        return object->string->sval;
    default:
        return "";
    }
}

static void
place_type(PgaState *state, PgaStateType *type, const char *nspname, const char *name)
{
    g_autofree char *old = pga_quote_qualified(type->nspname, type->name);
    g_autofree char *present = pga_quote_qualified(nspname, name);
    PgaStateRelation *row = pga_state_relation(state, type->nspname, type->name);

    move_key(state, state->types, type->nspname, type->name, nspname, name);
    if (row && row->kind == 'c') {
        move_key(state, state->relations, type->nspname, type->name, nspname, name);
        pga_state_put(state, row->nspname, pga_state_keep(state, nspname));
        pga_state_put(state, row->relname, pga_state_keep(state, name));
    }
    pga_state_put(state, type->nspname, pga_state_keep(state, nspname));
    pga_state_put(state, type->name, pga_state_keep(state, name));
    pga_state_type_renamed(state, old, present);
}

static gboolean
rename_type(PgaState *state, const PgQuery__RenameStmt *statement, const char *name)
{
    const char *nspname, *old = object_name(statement->object, &nspname);
    PgaStateType *type = pga_state_find_type(state, nspname, old);

    if (type)
        place_type(state, type, type->nspname, name);
    return TRUE;
}

static gboolean
rename_function(PgaState *state, const PgQuery__RenameStmt *statement, const char *name)
{
    const char *nspname, *old = object_name(statement->object, &nspname);
    gpointer volatility = g_hash_table_lookup(state->functions, old);

    if (!volatility)
        return TRUE;
    pga_state_hash_remove(state, state->functions, old);
    pga_state_hash_put(state, state->functions, pga_state_keep(state, name), volatility);
    return TRUE;
}

static gboolean
rename_object(PgaState *state, const PgQuery__RenameStmt *statement, const char *name)
{
    switch ((int)statement->rename_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN:
        return rename_type(state, statement, name);
    case PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
    case PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
        return rename_function(state, statement, name);
    case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
        return pga_state_rename_schema(state, statement->subname, name);
    default:
        return TRUE;
    }
}

gboolean
pga_state_apply_rename(PgaState *state, const PgQuery__RenameStmt *statement)
{
    const PgQuery__RangeVar *range = statement->relation;
    g_autofree char *name = pga_state_truncated(statement->newname);
    PgaStateIndex *index;
    PgaStateRelation *relation;

    if (!range)
        return rename_object(state, statement, name);
    index = pga_state_index(state, range->schemaname, range->relname);
    if (index)
        return rename_index(state, index, name);
    if (statement->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX)
        return statement->missing_ok || !state->complete ||
               pga_state_refuse(state, "relation \"%s\" does not exist", range->relname);
    relation = pga_state_need(state, range, statement->missing_ok);
    return relation ? rename_part(state, relation, statement, name) : !state->memory->refusal;
}

gboolean
pga_state_apply_set_schema(PgaState *state, const PgQuery__AlterObjectSchemaStmt *statement)
{
    const char *nspname, *name = object_name(statement->object, &nspname);
    PgaStateRelation *relation;
    PgaStateType *type;

    if (statement->relation) {
        relation = pga_state_need(state, statement->relation, statement->missing_ok);
        if (!relation)
            return !state->memory->refusal;
        if (pga_state_name_taken(state, statement->newschema, relation->relname))
            return pga_state_refuse(state, "relation \"%s\" already exists in schema \"%s\"",
                                    relation->relname, statement->newschema);
        pga_state_move_relation(state, relation, statement->newschema);
        return TRUE;
    }
    type = pga_state_find_type(state, nspname, name);
    if (type && (statement->object_type == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE ||
                 statement->object_type == PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN))
        place_type(state, type, statement->newschema, type->name);
    return TRUE;
}

/* NOLINTEND(misc-no-recursion) */
