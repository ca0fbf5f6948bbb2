/* DROP: objects with what goes with them, and by CASCADE with what needs them. */
#include <string.h>

#include "base/text.h"
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): inheritance and views end at PGA_STATE_MAX_DEPTH */

static gboolean
refuse_needed(PgaState *state, const PgaStateRelation *relation)
{
    const char *kind = relation->kind == 'v'   ? "view"
                       : relation->kind == 'm' ? "materialized view"
                       : relation->kind == 'S' ? "sequence"
                                               : "table";

    return pga_state_refuse(state, "cannot drop %s %s because other objects depend on it", kind,
                            relation->relname);
}

/* What the same statement drops may go first. */
static gboolean
may_go(const PgaState *state, const PgaStateRelation *dependent, gboolean cascade)
{
    const GHashTable *dropping = state->memory->dropping;

    return cascade || (dropping && g_hash_table_contains((GHashTable *)dropping, dependent));
}

static gboolean
drop_views(PgaState *state, PgaStateRelation *relation, gboolean cascade)
{
    while (relation->dependents->len > 0) {
        PgaStateRelation *view =
            g_ptr_array_index(relation->dependents, relation->dependents->len - 1);

        if (!may_go(state, view, cascade))
            return refuse_needed(state, relation);
        pga_state_array_remove(state, relation->dependents, view); /* views may go in circles */
        pga_state_drop_relation(state, view, TRUE);
    }
    return TRUE;
}

static gboolean
drop_references(PgaState *state, PgaStateRelation *relation, gboolean cascade)
{
    for (guint i = relation->referenced_by->len; i-- > 0;) {
        PgaStateConstraint *constraint = g_ptr_array_index(relation->referenced_by, i);

        if (constraint->relation == relation)
            continue;
        if (!may_go(state, constraint->relation, cascade))
            return refuse_needed(state, relation);
        pga_state_constraint_remove(state, constraint);
    }
    return TRUE;
}

static gboolean
drop_children(PgaState *state, PgaStateRelation *relation, gboolean cascade)
{
    while (relation->children->len > 0) {
        PgaStateRelation *child =
            g_ptr_array_index(relation->children, relation->children->len - 1);

        if (!child->is_partition && !may_go(state, child, cascade))
            return refuse_needed(state, relation);
        if (!pga_state_drop_relation(state, child, cascade))
            return FALSE;
    }
    return TRUE;
}

static void
drop_parts(PgaState *state, PgaStateRelation *relation)
{
    for (guint i = 0; i < relation->columns->len; i++)
        pga_state_disown_sequence(state, g_ptr_array_index(relation->columns, i));
    for (guint i = relation->indexes->len; i-- > 0;)
        pga_state_index_remove(state, g_ptr_array_index(relation->indexes, i));
    while (relation->constraints->len > 0)
        pga_state_constraint_remove(
            state, g_ptr_array_index(relation->constraints, relation->constraints->len - 1));
}

static void
unlink_relation(PgaState *state, PgaStateRelation *relation)
{
    for (guint i = 0; i < relation->parents->len; i++)
        pga_state_array_remove(
            state, ((PgaStateRelation *)g_ptr_array_index(relation->parents, i))->children,
            relation);
    for (guint i = 0; i < relation->reads->len; i++)
        pga_state_array_remove(
            state, ((PgaStateRelation *)g_ptr_array_index(relation->reads, i))->dependents,
            relation);
}

/* A sequence's column loses its default. */
static gboolean
drop_default(PgaState *state, PgaStateRelation *sequence, gboolean cascade)
{
    PgaStateRelation *owner = sequence->owner;

    for (guint i = 0; owner && i < owner->columns->len; i++) {
        PgaStateColumn *column = g_ptr_array_index(owner->columns, i);

        if (column->sequence != sequence)
            continue;
        if (!cascade && (column->serial || column->identity))
            return refuse_needed(state, sequence);
        pga_state_put(state, column->sequence, NULL);
        if (column->serial)
            pga_state_put(state, column->default_text, NULL);
    }
    return TRUE;
}

gboolean
pga_state_drop_relation(PgaState *state, PgaStateRelation *relation, gboolean cascade)
{
    g_autofree char *key = pga_state_key_text(relation->nspname, relation->relname);

    if (g_hash_table_lookup(state->relations, key) != relation)
        return TRUE; /* gone already, with something else */
    if (!drop_children(state, relation, cascade) || !drop_views(state, relation, cascade) ||
        !drop_references(state, relation, cascade) || !drop_default(state, relation, cascade))
        return FALSE;
    drop_parts(state, relation);
    unlink_relation(state, relation);
    pga_state_hash_remove(state, state->relations, key);
    return TRUE;
}

static const char *
kind_name(PgQuery__ObjectType type)
{
    switch ((int)type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
        return "view";
    case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
        return "materialized view";
    case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
        return "sequence";
    case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
        return "index";
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
        return "foreign table";
    case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN:
        return "type";
    default:
        return "table";
    }
}

typedef struct {
    const char *nspname, *name;
    gboolean missing_ok, cascade;
    PgQuery__ObjectType type;
} Drop;

static gboolean
missing(PgaState *state, const Drop *drop)
{
    if (drop->missing_ok || !state->complete ||
        pga_state_is_foreign_name(drop->nspname, drop->name))
        return TRUE;
    return pga_state_refuse(state, "%s \"%s\" does not exist", kind_name(drop->type), drop->name);
}

static gboolean
drop_relation(PgaState *state, const Drop *drop)
{
    PgaStateRelation *relation = pga_state_relation(state, drop->nspname, drop->name);

    /* not there: gone with another of the same statement */
    return !relation || pga_state_drop_relation(state, relation, drop->cascade);
}

static gboolean
drop_index(PgaState *state, const Drop *drop)
{
    PgaStateIndex *index = pga_state_index(state, drop->nspname, drop->name);

    if (!index)
        return missing(state, drop);
    if (index->parent)
        return pga_state_refuse(state, "cannot drop index %s because index %s requires it",
                                index->name, index->parent->name);
    if (index->constraint)
        return pga_state_refuse(
            state, "cannot drop index %s because constraint %s on table %s requires it",
            index->name, index->constraint, index->relation->relname);
    if (!pga_state_drop_referencing(state, index->relation, index->columns, drop->cascade))
        return pga_state_refuse(state, "cannot drop index %s because other objects depend on it",
                                index->name);
    pga_state_index_remove(state, index);
    return TRUE;
}

/* Columns of the type go with CASCADE. */
static void
drop_columns_of(PgaState *state, const char *type)
{
    GHashTableIter all;
    gpointer value;

    g_hash_table_iter_init(&all, state->relations);
    while (g_hash_table_iter_next(&all, NULL, &value)) {
        PgaStateRelation *relation = value;

        for (guint i = relation->columns->len; i-- > 0;) {
            PgaStateColumn *column = g_ptr_array_index(relation->columns, i);
            PgQuery__AlterTableCmd command = PG_QUERY__ALTER_TABLE_CMD__INIT;

            command.name = column->name;
            command.behavior = PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
            if (g_str_equal(column->type, type) && column->n_inherited == 0)
                pga_state_drop_column(state, relation, &command);
        }
    }
}

static gboolean
drop_type(PgaState *state, const Drop *drop)
{
    PgaStateType *type = pga_state_find_type(state, drop->nspname, drop->name);
    PgaStateRelation *row = pga_state_relation(state, drop->nspname, drop->name);
    g_autofree char *name = NULL, *key = NULL;

    if (!type)
        return missing(state, drop);
    name = pga_quote_qualified(type->nspname, type->name);
    key = pga_state_key_text(type->nspname, type->name);
    if (drop->cascade)
        drop_columns_of(state, name);
    pga_state_hash_remove(state, state->types, key);
    if (type->kind == 'c' && row && row->kind == 'c')
        pga_state_drop_relation(state, row, drop->cascade);
    return TRUE;
}

static gboolean
in_schema(const char *key, const char *nspname)
{
    gsize length = strlen(nspname);

    return strncmp(key, nspname, length) == 0 && key[length] == '.';
}

static void
keys_in(GHashTable *table, const char *nspname, GPtrArray *keys)
{
    GHashTableIter all;
    gpointer key;

    g_hash_table_iter_init(&all, table);
    while (g_hash_table_iter_next(&all, &key, NULL))
        if (in_schema(key, nspname))
            g_ptr_array_add(keys, key);
}

static gboolean
drop_schema(PgaState *state, const Drop *drop)
{
    g_autoptr(GPtrArray) relations = g_ptr_array_new(), types = g_ptr_array_new();

    if (!g_hash_table_contains(state->schemas, drop->name))
        return drop->missing_ok || !state->complete ||
               pga_state_refuse(state, "schema \"%s\" does not exist", drop->name);
    keys_in(state->relations, drop->name, relations);
    keys_in(state->types, drop->name, types);
    if (!drop->cascade && relations->len + types->len > 0)
        return pga_state_refuse(state, "cannot drop schema %s because other objects depend on it",
                                drop->name);
    for (guint i = 0; i < relations->len; i++) {
        PgaStateRelation *relation =
            g_hash_table_lookup(state->relations, g_ptr_array_index(relations, i));

        if (relation)
            pga_state_drop_relation(state, relation, TRUE);
    }
    for (guint i = 0; i < types->len; i++)
        pga_state_hash_remove(state, state->types, g_ptr_array_index(types, i));
    pga_state_hash_remove(state, state->schemas, drop->name);
    return TRUE;
}

/* Triggers, policies and rules: the last name is theirs, those before the relation's. */
static gboolean
drop_part(PgaState *state, const Drop *drop, size_t n, PgQuery__Node **names)
{
    const char *nspname, *relname = pga_state_names(n - 1, names, &nspname);
    PgaStateRelation *relation = pga_state_relation(state, nspname, relname);
    GPtrArray *parts;

    if (!relation)
        return TRUE;
    parts = drop->type == PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER  ? relation->triggers
            : drop->type == PG_QUERY__OBJECT_TYPE__OBJECT_POLICY ? relation->policies
                                                                 : relation->rules;
    for (guint i = parts->len; i-- > 0;)
        if (g_str_equal(g_ptr_array_index(parts, i), drop->name))
            pga_state_array_remove(state, parts, g_ptr_array_index(parts, i));
    return TRUE;
}

static gboolean
drop_named(PgaState *state, const Drop *drop)
{
    switch ((int)drop->type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
        return drop_relation(state, drop);
    case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
        return drop_index(state, drop);
    case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN:
        return drop_type(state, drop);
    case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
        return drop_schema(state, drop);
    case PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION:
        pga_state_hash_remove(state, state->extensions, drop->name);
        return TRUE;
    case PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
    case PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
        pga_state_hash_remove(state, state->functions, drop->name);
        return TRUE;
    default:
        return TRUE;
    }
}

static gboolean
has_relation_before(PgQuery__ObjectType type)
{
    return type == PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER ||
           type == PG_QUERY__OBJECT_TYPE__OBJECT_POLICY ||
           type == PG_QUERY__OBJECT_TYPE__OBJECT_RULE;
}

static gboolean
drop_object(PgaState *state, Drop *drop, const PgQuery__Node *object)
{
    size_t n = 0;
    PgQuery__Node **names = NULL;

    switch ((int)object->node_case) {
    case PG_QUERY__NODE__NODE_LIST:
        n = object->list->n_items;
        names = object->list->items;
        break;
    case PG_QUERY__NODE__NODE_TYPE_NAME:
        n = object->type_name->n_names;
        names = object->type_name->names;
        break;
    case PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS:
        n = object->object_with_args->n_objname;
        names = object->object_with_args->objname;
        break;
    case PG_QUERY__NODE__NODE_STRING:
        drop->nspname = "";
        drop->name = object->string->sval;
        return drop_named(state, drop);
    default:
        return TRUE;
    }
    if (n == 0)
        return TRUE;
    drop->name = pga_state_names(n, names, &drop->nspname);
    if (has_relation_before(drop->type))
        return drop_part(state, drop, n, names);
    return drop_named(state, drop);
}

static gboolean
is_relation(PgQuery__ObjectType type)
{
    return type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE ||
           type == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW ||
           type == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW ||
           type == PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE ||
           type == PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE;
}

/* All names are looked up before the first goes. */
static gboolean
note_dropping(PgaState *state, Drop *drop, const PgQuery__DropStmt *statement)
{
    for (size_t i = 0; is_relation(drop->type) && i < statement->n_objects; i++) {
        const PgQuery__Node *object = statement->objects[i];
        PgaStateRelation *relation;

        if (object->node_case != PG_QUERY__NODE__NODE_LIST || object->list->n_items == 0)
            continue;
        drop->name = pga_state_names(object->list->n_items, object->list->items, &drop->nspname);
        relation = pga_state_relation(state, drop->nspname, drop->name);
        if (relation)
            g_hash_table_add(state->memory->dropping, relation);
        else if (!missing(state, drop))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_state_apply_drop(PgaState *state, const PgQuery__DropStmt *statement)
{
    Drop drop = {.missing_ok = statement->missing_ok,
                 .cascade = statement->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE,
                 .type = statement->remove_type};
    gboolean dropped;

    state->memory->dropping = g_hash_table_new(NULL, NULL);
    dropped = note_dropping(state, &drop, statement);
    for (size_t i = 0; dropped && i < statement->n_objects; i++)
        dropped = drop_object(state, &drop, statement->objects[i]);
    g_clear_pointer(&state->memory->dropping, g_hash_table_unref);
    return dropped;
}

/* NOLINTEND(misc-no-recursion) */
