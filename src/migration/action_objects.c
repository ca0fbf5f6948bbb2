/* DROP, RENAME, SET SCHEMA: what they name, and the relation that it is or is a part of. */
#include "action_internal.h"

#define CASE(name)   PG_QUERY__NODE__NODE_##name
#define OBJECT(name) PG_QUERY__OBJECT_TYPE__OBJECT_##name

static gboolean
is_relation(PgQuery__ObjectType object)
{
    return object == OBJECT(TABLE) || object == OBJECT(VIEW) || object == OBJECT(MATVIEW) ||
           object == OBJECT(SEQUENCE) || object == OBJECT(FOREIGN_TABLE) || object == OBJECT(INDEX);
}

static gboolean
is_relation_part(PgQuery__ObjectType object)
{
    return object == OBJECT(TRIGGER) || object == OBJECT(RULE) || object == OBJECT(POLICY);
}

/* Lists, names of types, functions with their arguments, single names. */
static void
object_names(const PgQuery__Node *object, const char **nspname, const char **name)
{
    *nspname = *name = NULL;
    if (!object)
        return;
    if (object->node_case == CASE(LIST))
        pga_action_names(object->list->items, object->list->n_items, nspname, name);
    else if (object->node_case == CASE(TYPE_NAME))
        pga_action_names(object->type_name->names, object->type_name->n_names, nspname, name);
    else if (object->node_case == CASE(OBJECT_WITH_ARGS))
        pga_action_names(object->object_with_args->objname, object->object_with_args->n_objname,
                         nspname, name);
    else
        *name = pga_action_string(object);
}

static PgaStateRelation *
relation_named(PgaState *state, PgQuery__ObjectType object, const char *nspname, const char *name)
{
    PgaStateIndex *index;

    if (object != OBJECT(INDEX))
        return pga_action_relation(state, nspname, name);
    index = pga_state_index(state, nspname, name);
    return index ? index->relation : NULL;
}

static void
drop_part(const PgaActionSink *sink, PgaAction *action, const PgQuery__Node *object)
{
    const char *nspname, *name;
    gsize n;

    if (object->node_case != CASE(LIST) || object->list->n_items < 2)
        return;
    n = object->list->n_items;
    pga_action_names(object->list->items, n - 1, &nspname, &name);
    action->name = pga_action_string(object->list->items[n - 1]);
    action->nspname = NULL;
    if (name)
        action->relation = pga_action_relation(sink->state, nspname, name);
}

void
pga_action_drop(const PgaActionSink *sink)
{
    const PgQuery__DropStmt *drop = sink->statement->drop_stmt;

    for (size_t i = 0; i < drop->n_objects; i++) {
        PgaAction *action = pga_action_append(sink, PGA_ACTION_DROP);

        action->object = drop->remove_type;
        object_names(drop->objects[i], &action->nspname, &action->name);
        if (is_relation_part(drop->remove_type))
            drop_part(sink, action, drop->objects[i]);
        else if (is_relation(drop->remove_type) && action->name)
            action->relation =
                relation_named(sink->state, drop->remove_type, action->nspname, action->name);
    }
}

/* The relation where the grammar has it as such; else the name of the object. */
static PgaAction *
append_object(const PgaActionSink *sink, PgaActionKind kind, const PgQuery__RangeVar *range,
              const PgQuery__Node *object)
{
    PgaAction *action = pga_action_append(sink, kind);

    if (!range) {
        object_names(object, &action->nspname, &action->name);
        return action;
    }
    action->range = range;
    action->location = (gsize)MAX(range->location, 0);
    action->name = range->relname;
    action->nspname = pga_action_text(range->schemaname);
    return action;
}

void
pga_action_rename(const PgaActionSink *sink)
{
    const PgQuery__RenameStmt *rename = sink->statement->rename_stmt;
    PgaAction *action = append_object(sink, PGA_ACTION_RENAME, rename->relation, rename->object);
    const gboolean of_type = rename->rename_type == OBJECT(TYPE) ||
                             rename->rename_type == OBJECT(ATTRIBUTE) ||
                             rename->relation_type == OBJECT(TYPE);

    action->object = rename->rename_type;
    action->new_name = pga_action_text(rename->newname);
    if (rename->relation && !of_type)
        action->relation = relation_named(sink->state, rename->rename_type, action->nspname,
                                          rename->relation->relname);
    if (pga_action_text(rename->subname)) {
        action->name = rename->subname;
        if (rename->relation)
            action->nspname = NULL;
    }
}

void
pga_action_set_schema(const PgaActionSink *sink)
{
    const PgQuery__AlterObjectSchemaStmt *move = sink->statement->alter_object_schema_stmt;
    PgaAction *action = append_object(sink, PGA_ACTION_SET_SCHEMA, move->relation, move->object);

    action->object = move->object_type;
    action->new_name = pga_action_text(move->newschema);
    if (move->relation)
        action->relation = relation_named(sink->state, move->object_type, action->nspname,
                                          move->relation->relname);
}
