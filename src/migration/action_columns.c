/* Columns and constraints, of CREATE TABLE and of ALTER TABLE, and what constraints are on. */
#include "action_internal.h"

#include <string.h>

#define CASE(name)   PG_QUERY__NODE__NODE_##name
#define CONSTR(name) PG_QUERY__CONSTR_TYPE__CONSTR_##name

/* NULL, DEFAULT, IDENTITY and GENERATED are said of the column, attributes of the constraint before
 * them. */
static gboolean
is_constraint(PgQuery__ConstrType type)
{
    return type == CONSTR(NOTNULL) || type == CONSTR(CHECK) || type == CONSTR(PRIMARY) ||
           type == CONSTR(UNIQUE) || type == CONSTR(EXCLUSION) || type == CONSTR(FOREIGN);
}

/* The relation and the flags are those of @like, which may be moved by the append. */
static PgaAction *
append_like(const PgaActionSink *sink, PgaActionKind kind, PgaAction like)
{
    PgaAction *action = pga_action_append(sink, kind);

    action->command = like.command;
    action->range = like.range;
    action->object = like.object;
    action->relation = like.relation;
    action->of_create = like.of_create;
    action->location = like.location;
    return action;
}

void
pga_action_constraint(const PgaActionSink *sink, const PgaAction *like,
                      const PgQuery__ColumnDef *column, const PgQuery__Constraint *constraint)
{
    PgaAction *action = append_like(sink, PGA_ACTION_ADD_CONSTRAINT, *like);

    action->column = column;
    action->of_column = column != NULL;
    action->constraint = constraint;
    action->name = pga_action_text(constraint->conname);
    if (constraint->location > 0)
        action->location = (gsize)constraint->location;
}

void
pga_action_column(const PgaActionSink *sink, const PgaAction *like,
                  const PgQuery__ColumnDef *column)
{
    const PgaAction outer = *like;
    PgaAction *action = append_like(sink, PGA_ACTION_ADD_COLUMN, outer);

    action->column = column;
    action->name = pga_action_text(column->colname);
    if (column->location > 0)
        action->location = (gsize)column->location;
    for (size_t i = 0; i < column->n_constraints; i++) {
        const PgQuery__Node *node = column->constraints[i];

        if (node->node_case == CASE(CONSTRAINT) && is_constraint(node->constraint->contype))
            pga_action_constraint(sink, &outer, column, node->constraint);
    }
}

void
pga_action_create_table(const PgaActionSink *sink, const PgQuery__CreateStmt *create,
                        PgQuery__ObjectType object)
{
    PgaAction *action = pga_action_append(sink, PGA_ACTION_CREATE_TABLE);
    PgaAction table;

    action->object = object;
    action->range = create->relation;
    action->name = create->relation->relname;
    action->nspname = pga_action_text(create->relation->schemaname);
    action->location = (gsize)MAX(create->relation->location, 0);
    action->of_create = TRUE;
    table = *action;
    for (size_t i = 0; i < create->n_table_elts; i++) {
        const PgQuery__Node *element = create->table_elts[i];

        if (element->node_case == CASE(COLUMN_DEF))
            pga_action_column(sink, &table, element->column_def);
        else if (element->node_case == CASE(CONSTRAINT))
            pga_action_constraint(sink, &table, NULL, element->constraint);
    }
}

const PgQuery__Constraint *
pga_column_constraint(const PgQuery__ColumnDef *column, PgQuery__ConstrType type)
{
    for (size_t i = 0; column && i < column->n_constraints; i++) {
        const PgQuery__Node *node = column->constraints[i];

        if (node->node_case == CASE(CONSTRAINT) && node->constraint->contype == type)
            return node->constraint;
    }
    return NULL;
}

gboolean
pga_action_is_not_null(const PgaAction *action)
{
    const PgQuery__Constraint *constraint = action->constraint;

    if (!constraint)
        return FALSE;
    return constraint->contype == CONSTR(NOTNULL) ||
           (constraint->contype == CONSTR(CHECK) &&
            (action->step->newer & PGA_NEWER_NAMED_NOT_NULL) && constraint->raw_expr &&
            constraint->raw_expr->node_case == CASE(COLUMN_REF));
}

static void
add_name(GPtrArray *names, const char *name)
{
    for (guint i = 0; name && i < names->len; i++)
        if (strcmp(names->pdata[i], name) == 0)
            return;
    if (name)
        g_ptr_array_add(names, (gpointer)name);
}

/* Strings of keys, IndexElems, and the pairs of index element and operators of EXCLUDE. */
static void
add_names(GPtrArray *names, PgQuery__Node *const *nodes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const PgQuery__Node *node = nodes[i];

        if (node->node_case == CASE(LIST) && node->list->n_items > 0)
            node = node->list->items[0];
        if (node->node_case == CASE(INDEX_ELEM))
            add_name(names, pga_action_text(node->index_elem->name));
        else
            add_name(names, pga_action_string(node));
    }
}

static gboolean
add_column_reference(const ProtobufCMessage *message, gpointer names)
{
    const PgQuery__ColumnRef *reference = (const PgQuery__ColumnRef *)message;

    if (message->descriptor != &pg_query__column_ref__descriptor)
        return TRUE;
    if (reference->n_fields > 0)
        add_name(names, pga_action_string(reference->fields[reference->n_fields - 1]));
    return FALSE;
}

GPtrArray *
pga_action_key(const PgaAction *action)
{
    GPtrArray *names = g_ptr_array_new();
    const PgQuery__Constraint *constraint = action->constraint;
    const PgQuery__IndexStmt *index =
        action->kind == PGA_ACTION_CREATE_INDEX && action->statement->node_case == CASE(INDEX_STMT)
            ? action->statement->index_stmt
            : NULL;

    if (action->column)
        add_name(names, pga_action_text(action->column->colname));
    if (constraint) {
        add_names(names, constraint->keys, constraint->n_keys);
        add_names(names, constraint->fk_attrs, constraint->n_fk_attrs);
        add_names(names, constraint->exclusions, constraint->n_exclusions);
        if (constraint->contype == CONSTR(CHECK))
            pga_tree_walk(constraint->raw_expr, add_column_reference, names);
    }
    if (index)
        add_names(names, index->index_params, index->n_index_params);
    return names;
}
