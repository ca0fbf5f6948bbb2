/* ALTER TABLE: its subcommands, in the order of the server's passes. */
#include "state_internal.h"

typedef gboolean (*Apply)(PgaState *state, PgaStateRelation *relation,
                          const PgQuery__AlterTableCmd *command);

static gboolean
add_column(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableCmd *command)
{
    if (!command->def || command->def->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF)
        return TRUE;
    return pga_state_add_column(state, relation, command->def->column_def, command->missing_ok);
}

static gboolean
add_constraint(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableCmd *command)
{
    PgaStatePending pending = {NULL, NULL, FALSE};

    if (!command->def || command->def->node_case != PG_QUERY__NODE__NODE_CONSTRAINT)
        return TRUE;
    pending.definition = command->def->constraint;
    return pga_state_add_constraint(state, relation, &pending, FALSE);
}

static gboolean
alter_constraint(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableCmd *command)
{
    if (!command->def || command->def->node_case != PG_QUERY__NODE__NODE_CONSTRAINT)
        return TRUE;
    return pga_state_alter_constraint(state, relation, command->def->constraint);
}

static gboolean
validate_constraint(PgaState *state, PgaStateRelation *relation,
                    const PgQuery__AlterTableCmd *command)
{
    return pga_state_validate_constraint(state, relation, command->name);
}

static gboolean
set_persistence(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableCmd *command)
{
    gboolean logged = command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged;

    pga_state_put(state, relation->persistence, logged ? 'p' : 'u');
    return TRUE;
}

static gboolean
set_owner(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableCmd *command)
{
    if (command->newowner)
        pga_state_put(state, relation->role, pga_state_keep(state, command->newowner->rolename));
    return TRUE;
}

static gboolean
set_type(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableCmd *command)
{
    const PgQuery__Node *def = command->def;
    const PgQuery__TypeName *type =
        def && def->node_case == PG_QUERY__NODE__NODE_TYPE_NAME ? def->type_name : NULL;
    const char *name = type ? pga_state_names(type->n_names, type->names, NULL) : NULL;

    pga_state_put(state, relation->of_type, name ? pga_state_keep(state, name) : NULL);
    return TRUE;
}

static gboolean
set_row_security(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableCmd *command)
{
    gboolean on = command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity;

    pga_state_put(state, relation->row_security, on);
    return TRUE;
}

/* (nullable): refused, or not known */
static PgaStateRelation *
other_relation(PgaState *state, const PgQuery__AlterTableCmd *command,
               const PgQuery__PartitionBoundSpec **bound)
{
    const PgQuery__Node *def = command->def;

    *bound = NULL;
    if (def && def->node_case == PG_QUERY__NODE__NODE_RANGE_VAR)
        return pga_state_need(state, def->range_var, FALSE);
    if (!def || def->node_case != PG_QUERY__NODE__NODE_PARTITION_CMD)
        return NULL;
    *bound = def->partition_cmd->bound;
    return pga_state_need(state, def->partition_cmd->name, FALSE);
}

static gboolean
attach_partition(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableCmd *command)
{
    const PgQuery__PartitionBoundSpec *bound;
    PgaStateRelation *child = other_relation(state, command, &bound);

    if (!child || !bound)
        return !state->memory->refusal;
    if (relation->kind != 'p' && !relation->assumed)
        return pga_state_refuse(state, "table \"%s\" is not partitioned", relation->relname);
    if (relation->assumed)
        pga_state_put(state, relation->kind, 'p');
    return pga_state_attach(state, relation, child, bound);
}

static gboolean
detach_partition(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableCmd *command)
{
    const PgQuery__PartitionBoundSpec *bound;
    PgaStateRelation *child = other_relation(state, command, &bound);

    if (!child)
        return !state->memory->refusal;
    if (child->parent == relation && command->def->partition_cmd->concurrent)
        pga_state_keep_bound(state, relation, child);
    if (child->parent == relation)
        pga_state_detach(state, child);
    else if (!relation->assumed && !child->assumed)
        return pga_state_refuse(state, "relation \"%s\" is not a partition of relation \"%s\"",
                                child->relname, relation->relname);
    return TRUE;
}

static gboolean
add_inherit(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableCmd *command)
{
    const PgQuery__PartitionBoundSpec *bound;
    PgaStateRelation *parent = other_relation(state, command, &bound);

    if (parent)
        pga_state_inherit_all(state, parent, relation);
    return !state->memory->refusal;
}

static gboolean
drop_inherit(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableCmd *command)
{
    const PgQuery__PartitionBoundSpec *bound;
    PgaStateRelation *parent = other_relation(state, command, &bound);

    if (parent && g_ptr_array_find(relation->parents, parent, NULL))
        pga_state_disinherit(state, parent, relation);
    return !state->memory->refusal;
}

/** What each does, and when: the server drops first, then changes types, then adds columns. */
static const struct {
    Apply apply;
    guint pass;
} commands[] = {
    [PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn] = {pga_state_drop_column, 0},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint] = {pga_state_drop_constraint, 0},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull] = {pga_state_alter_column, 0},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_DropExpression] = {pga_state_alter_column, 0},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity] = {pga_state_alter_column, 0},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType] = {pga_state_alter_column, 1},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn] = {add_column, 2},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull] = {pga_state_alter_column, 3},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault] = {pga_state_alter_column, 3},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity] = {pga_state_alter_column, 3},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_SetIdentity] = {pga_state_alter_column, 3},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics] = {pga_state_alter_column, 3},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_SetStorage] = {pga_state_alter_column, 3},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_SetCompression] = {pga_state_alter_column, 3},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint] = {add_constraint, 4},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_AlterConstraint] = {alter_constraint, 5},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint] = {validate_constraint, 5},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition] = {attach_partition, 5},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition] = {detach_partition, 5},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_AddInherit] = {add_inherit, 5},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_DropInherit] = {drop_inherit, 5},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged] = {set_persistence, 5},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged] = {set_persistence, 5},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_ChangeOwner] = {set_owner, 5},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_AddOf] = {set_type, 5},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_DropOf] = {set_type, 5},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity] = {set_row_security, 5},
    [PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRowSecurity] = {set_row_security, 5},
};

enum { N_PASSES = 6 };

static gboolean
apply_pass(PgaState *state, PgaStateRelation *relation, const PgQuery__AlterTableStmt *statement,
           guint pass)
{
    for (size_t i = 0; i < statement->n_cmds; i++) {
        const PgQuery__Node *node = statement->cmds[i];
        guint type;

        if (node->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_CMD)
            continue;
        type = (guint)node->alter_table_cmd->subtype;
        if (type >= G_N_ELEMENTS(commands) || !commands[type].apply || commands[type].pass != pass)
            continue;
        if (!commands[type].apply(state, relation, node->alter_table_cmd))
            return FALSE;
    }
    return TRUE;
}

static gboolean
alter_relation(PgaState *state, PgaStateRelation *relation,
               const PgQuery__AlterTableStmt *statement)
{
    gboolean done = TRUE;

    state->memory->only = !statement->relation->inh;
    for (guint pass = 0; done && pass < N_PASSES; pass++)
        done = apply_pass(state, relation, statement, pass);
    state->memory->only = FALSE;
    return done;
}

/* ALTER TYPE … CASCADE: tables of the composite follow. */
static gboolean
alter_typed(PgaState *state, const PgaStateRelation *row, const PgQuery__AlterTableStmt *statement)
{
    gboolean done = TRUE;

    for (guint i = 0; row->kind == 'c' && done && i < row->dependents->len; i++) {
        PgaStateRelation *table = g_ptr_array_index(row->dependents, i);

        if (table->kind == 'r' || table->kind == 'p')
            done = alter_relation(state, table, statement);
    }
    return done;
}

/* ALTER INDEX … ATTACH PARTITION; its other forms change nothing that is known here. */
static gboolean
alter_index(PgaState *state, PgaStateIndex *index, const PgQuery__AlterTableStmt *statement)
{
    const PgQuery__Node *node = statement->n_cmds ? statement->cmds[0] : NULL;
    const PgQuery__AlterTableCmd *command =
        node && node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_CMD ? node->alter_table_cmd
                                                                        : NULL;
    PgaStateIndex *child;

    if (!command || command->subtype != PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition ||
        !command->def || command->def->node_case != PG_QUERY__NODE__NODE_PARTITION_CMD)
        return TRUE;
    child = pga_state_index(state, command->def->partition_cmd->name->schemaname,
                            command->def->partition_cmd->name->relname);
    if (child && child->parent != index)
        pga_state_index_attach(state, index, child);
    return TRUE;
}

gboolean
pga_state_apply_alter(PgaState *state, const PgQuery__AlterTableStmt *statement)
{
    const PgQuery__RangeVar *range = statement->relation;
    PgaStateIndex *index;
    PgaStateRelation *relation;

    if (!range)
        return TRUE;
    index = pga_state_index(state, range->schemaname, range->relname);
    if (index)
        return alter_index(state, index, statement);
    if (statement->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX)
        return statement->missing_ok || !state->complete ||
               pga_state_refuse(state, "relation \"%s\" does not exist", range->relname);
    relation = pga_state_need(state, range, statement->missing_ok);
    return relation ? alter_relation(state, relation, statement) &&
                          alter_typed(state, relation, statement)
                    : !state->memory->refusal;
}
