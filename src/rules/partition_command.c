/* Statements that give a partitioned table a partition, or take one. */
#include "partition_command_internal.h"

const PgQuery__PartitionCmd *
pga_partition_command(const PgaAction *action)
{
    return action->command->def->partition_cmd;
}

gboolean
pga_action_attaches_table(const PgaAction *action)
{
    return action->kind == PGA_ACTION_ATTACH_PARTITION &&
           action->object != PG_QUERY__OBJECT_TYPE__OBJECT_INDEX;
}

PgaStateRelation *
pga_lint_partition_named(const PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__RangeVar *name = pga_partition_command(action)->name;

    return pga_state_assume(run->state, name->schemaname, name->relname);
}

PgaStateRelation *
pga_lint_gets_partition(const PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__CreateStmt *create;
    const PgQuery__RangeVar *parent;

    if (pga_action_attaches_table(action))
        return action->relation;
    if (action->kind != PGA_ACTION_CREATE_TABLE ||
        action->statement->node_case != PG_QUERY__NODE__NODE_CREATE_STMT)
        return NULL;
    create = action->statement->create_stmt;
    if (!create->partbound || create->n_inh_relations == 0)
        return NULL;
    parent = create->inh_relations[0]->range_var;
    return pga_state_assume(run->state, parent->schemaname, parent->relname);
}

PgaStateRelation *
pga_default_partition(const PgaStateRelation *relation)
{
    for (guint i = 0; i < relation->children->len; i++) {
        PgaStateRelation *child = g_ptr_array_index(relation->children, i);

        if (child->is_default)
            return child;
    }
    return NULL;
}
