/* ALTER TABLE … ALTER COLUMN: what becomes of the column, in children as well. */
#include <string.h>

#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): inheritance and views end at PGA_STATE_MAX_DEPTH */

typedef gboolean (*AlterColumn)(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column,
                                const PgQuery__AlterTableCmd *command);

static gboolean
set_type(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column,
         const PgQuery__AlterTableCmd *command)
{
    const PgQuery__Node *def = command->def;
    PgaStateTypeName type;

    if (!def || def->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF)
        return TRUE;
    for (guint i = 0; i < relation->dependents->len; i++) {
        const PgaStateRelation *view = g_ptr_array_index(relation->dependents, i);

        if (view->query_words && g_hash_table_contains(view->query_words, column->name))
            return pga_state_refuse(state, "cannot alter type of a column used by a view or rule");
    }
    if (pga_state_generated_from(state, relation, column->name))
        return pga_state_refuse(state, "cannot alter type of a column used by a generated column");
    pga_state_type_name(state, def->column_def->type_name, &type);
    pga_state_column_set_type(state, column, &type);
    if (def->column_def->coll_clause)
        pga_state_put(
            state, column->collation,
            pga_state_keep(state, pga_state_names(def->column_def->coll_clause->n_collname,
                                                  def->column_def->coll_clause->collname, NULL)));
    return TRUE;
}

static gboolean
set_default(PgaState *state, PgaStateRelation *relation G_GNUC_UNUSED, PgaStateColumn *column,
            const PgQuery__AlterTableCmd *command)
{
    pga_state_put(state, column->default_text, pga_state_expression(state, command->def));
    pga_state_refresh_serial(state, column);
    return TRUE;
}

static gboolean
set_not_null(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column,
             const PgQuery__AlterTableCmd *command G_GNUC_UNUSED)
{
    pga_state_set_not_null(state, relation, column, NULL, TRUE);
    return TRUE;
}

static gboolean
drop_not_null(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column,
              const PgQuery__AlterTableCmd *command G_GNUC_UNUSED)
{
    return pga_state_drop_not_null(state, relation, column);
}

static gboolean
drop_expression(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column,
                const PgQuery__AlterTableCmd *command)
{
    if (!column->generated)
        return command->missing_ok ||
               pga_state_refuse(state,
                                "column \"%s\" of relation \"%s\" is not a stored generated column",
                                column->name, relation->relname);
    pga_state_put(state, column->generated, 0);
    pga_state_put(state, column->default_text, NULL);
    return TRUE;
}

static gboolean
add_identity(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column,
             const PgQuery__AlterTableCmd *command)
{
    if (!command->def || command->def->node_case != PG_QUERY__NODE__NODE_CONSTRAINT)
        return TRUE;
    if (!column->not_null && !relation->open)
        return pga_state_refuse(
            state,
            "column \"%s\" of relation \"%s\" must be declared NOT NULL before identity can be "
            "added",
            column->name, relation->relname);
    if (column->identity)
        return pga_state_refuse(state,
                                "column \"%s\" of relation \"%s\" is already an identity column",
                                column->name, relation->relname);
    pga_state_put(state, column->identity, command->def->constraint->generated_when[0]);
    pga_state_own_sequence(state, relation, column);
    return TRUE;
}

static gboolean
set_identity(PgaState *state, PgaStateRelation *relation G_GNUC_UNUSED, PgaStateColumn *column,
             const PgQuery__AlterTableCmd *command)
{
    const PgQuery__Node *def = command->def;

    for (size_t i = 0; def && def->node_case == PG_QUERY__NODE__NODE_LIST && i < def->list->n_items;
         i++) {
        const PgQuery__Node *item = def->list->items[i];

        if (item->node_case == PG_QUERY__NODE__NODE_DEF_ELEM &&
            g_str_equal(item->def_elem->defname, "generated") && item->def_elem->arg &&
            item->def_elem->arg->node_case == PG_QUERY__NODE__NODE_INTEGER)
            pga_state_put(state, column->identity, (char)item->def_elem->arg->integer->ival);
    }
    return TRUE;
}

static gboolean
drop_identity(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column,
              const PgQuery__AlterTableCmd *command)
{
    if (!column->identity)
        return command->missing_ok || relation->open ||
               pga_state_refuse(state, "column \"%s\" of relation \"%s\" is not an identity column",
                                column->name, relation->relname);
    pga_state_put(state, column->identity, 0);
    pga_state_disown_sequence(state, column);
    return TRUE;
}

/** Each, and whether children follow. */
static const struct {
    AlterColumn alter;
    gboolean recurse;
} alterations[] = {
    [PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType] = {set_type, TRUE},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault] = {set_default, TRUE},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull] = {set_not_null, FALSE},   /* by itself */
    [PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull] = {drop_not_null, FALSE}, /* by itself */
    [PG_QUERY__ALTER_TABLE_TYPE__AT_DropExpression] = {drop_expression, TRUE},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity] = {add_identity, FALSE},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_SetIdentity] = {set_identity, FALSE},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity] = {drop_identity, FALSE},
};

/* Once for each: a child of several parents is reached by the first one below @root. */
static gboolean
is_reached(const PgaStateRelation *child, const PgaStateRelation *relation,
           const PgaStateRelation *root)
{
    return child->parent == relation || !pga_state_is_descendant(child->parent, root);
}

static gboolean
alter(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableCmd *command,
      const PgaStateRelation *root)
{
    PgaStateColumn *column = pga_state_column(relation, command->name);
    guint type = (guint)command->subtype;
    gboolean known = type < G_N_ELEMENTS(alterations) && alterations[type].alter;

    if (!column)
        return pga_state_refuse_column(state, relation, command->name);
    if (!known)
        return TRUE;
    if (!alterations[type].alter(state, relation, column, command))
        return FALSE;
    for (guint i = 0;
         alterations[type].recurse && !state->memory->only && i < relation->children->len; i++) {
        PgaStateRelation *child = g_ptr_array_index(relation->children, i);

        if (pga_state_column(child, command->name) && is_reached(child, relation, root) &&
            !alter(state, child, command, root))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_state_alter_column(PgaState *state, PgaStateRelation *relation,
                       const PgQuery__AlterTableCmd *command)
{
    return *command->name ? alter(state, relation, command, relation)
                          : TRUE; /* by number: of an index */
}

/* NOLINTEND(misc-no-recursion) */
