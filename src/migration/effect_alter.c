/* ALTER TABLE: the lock of each subcommand, on which relations, and what else it does. Source:
 * AlterTableGetLockLevel() and ATPrepCmd() in src/backend/commands/tablecmds.c. */
#include "effect_internal.h"

#include <string.h>

#define CASE(name)   PG_QUERY__NODE__NODE_##name
#define SUB(name)    PG_QUERY__ALTER_TABLE_TYPE__AT_##name
#define OBJECT(name) PG_QUERY__OBJECT_TYPE__OBJECT_##name

/** Whether children are locked as well. */
typedef enum { ALONE, RECURSES, RECURSES_SINCE_17, PARTITIONED } Recursion;

typedef struct {
    PgQuery__AlterTableType subtype;
    PgaLockMode mode;
    Recursion recursion;
    PgaEffectHandler more; /* (nullable) */
} Subcommand;

static void set_persistence(PgaEffectRun *run, const PgaAction *action);
static void set_tablespace(PgaEffectRun *run, const PgaAction *action);
static void set_access_method(PgaEffectRun *run, const PgaAction *action);
static void set_owner(PgaEffectRun *run, const PgaAction *action);
static void cluster_on(PgaEffectRun *run, const PgaAction *action);
static void inherit(PgaEffectRun *run, const PgaAction *action);
static void of_type(PgaEffectRun *run, const PgaAction *action);
static void replica_identity(PgaEffectRun *run, const PgaAction *action);

/* What is not here takes ACCESS EXCLUSIVE on the table alone. */
static const Subcommand subcommands[] = {
    {SUB(AddColumn), PGA_LOCK_ACCESS_EXCLUSIVE, RECURSES, pga_effect_add_column},
    {SUB(DropColumn), PGA_LOCK_ACCESS_EXCLUSIVE, RECURSES, pga_effect_drop_column},
    {SUB(AlterColumnType), PGA_LOCK_ACCESS_EXCLUSIVE, RECURSES, pga_effect_alter_type},
    {SUB(SetNotNull), PGA_LOCK_ACCESS_EXCLUSIVE, RECURSES, pga_effect_set_not_null},
    {SUB(DropNotNull), PGA_LOCK_ACCESS_EXCLUSIVE, RECURSES, NULL},
    {SUB(ColumnDefault), PGA_LOCK_ACCESS_EXCLUSIVE, RECURSES, pga_effect_set_expression},
    {SUB(DropExpression), PGA_LOCK_ACCESS_EXCLUSIVE, RECURSES, NULL},
    {SUB(AddIdentity), PGA_LOCK_ACCESS_EXCLUSIVE, RECURSES_SINCE_17, NULL},
    {SUB(SetIdentity), PGA_LOCK_ACCESS_EXCLUSIVE, RECURSES_SINCE_17, NULL},
    {SUB(DropIdentity), PGA_LOCK_ACCESS_EXCLUSIVE, RECURSES_SINCE_17, NULL},
    {SUB(SetStatistics), PGA_LOCK_SHARE_UPDATE_EXCLUSIVE, RECURSES, NULL},
    {SUB(SetOptions), PGA_LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE, NULL},
    {SUB(ResetOptions), PGA_LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE, NULL},
    {SUB(SetStorage), PGA_LOCK_ACCESS_EXCLUSIVE, RECURSES, NULL},
    {SUB(AddConstraint), PGA_LOCK_NONE, ALONE, pga_effect_add_constraint},
    {SUB(ValidateConstraint), PGA_LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE, pga_effect_validate},
    {SUB(AlterConstraint), PGA_LOCK_ACCESS_EXCLUSIVE, ALONE, pga_effect_alter_constraint},
    {SUB(DropConstraint), PGA_LOCK_ACCESS_EXCLUSIVE, ALONE, pga_effect_drop_constraint},
    {SUB(ClusterOn), PGA_LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE, cluster_on},
    {SUB(DropCluster), PGA_LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE, NULL},
    {SUB(EnableTrig), PGA_LOCK_SHARE_ROW_EXCLUSIVE, PARTITIONED, NULL},
    {SUB(EnableAlwaysTrig), PGA_LOCK_SHARE_ROW_EXCLUSIVE, PARTITIONED, NULL},
    {SUB(EnableReplicaTrig), PGA_LOCK_SHARE_ROW_EXCLUSIVE, PARTITIONED, NULL},
    {SUB(EnableTrigAll), PGA_LOCK_SHARE_ROW_EXCLUSIVE, PARTITIONED, NULL},
    {SUB(EnableTrigUser), PGA_LOCK_SHARE_ROW_EXCLUSIVE, PARTITIONED, NULL},
    {SUB(DisableTrig), PGA_LOCK_SHARE_ROW_EXCLUSIVE, PARTITIONED, NULL},
    {SUB(DisableTrigAll), PGA_LOCK_SHARE_ROW_EXCLUSIVE, PARTITIONED, NULL},
    {SUB(DisableTrigUser), PGA_LOCK_SHARE_ROW_EXCLUSIVE, PARTITIONED, NULL},
    {SUB(SetLogged), PGA_LOCK_ACCESS_EXCLUSIVE, ALONE, set_persistence},
    {SUB(SetUnLogged), PGA_LOCK_ACCESS_EXCLUSIVE, ALONE, set_persistence},
    {SUB(SetTableSpace), PGA_LOCK_ACCESS_EXCLUSIVE, ALONE, set_tablespace},
    {SUB(SetAccessMethod), PGA_LOCK_ACCESS_EXCLUSIVE, ALONE, set_access_method},
    {SUB(ChangeOwner), PGA_LOCK_ACCESS_EXCLUSIVE, ALONE, set_owner},
    {SUB(AddInherit), PGA_LOCK_ACCESS_EXCLUSIVE, ALONE, inherit},
    {SUB(DropInherit), PGA_LOCK_ACCESS_EXCLUSIVE, ALONE, inherit},
    {SUB(AddOf), PGA_LOCK_ACCESS_EXCLUSIVE, ALONE, of_type},
    {SUB(ReplicaIdentity), PGA_LOCK_ACCESS_EXCLUSIVE, ALONE, replica_identity},
    {SUB(AttachPartition), PGA_LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE, pga_effect_attach},
    {SUB(DetachPartition), PGA_LOCK_NONE, ALONE, pga_effect_detach},
    {SUB(DetachPartitionFinalize), PGA_LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE, pga_effect_detach},
};

/* Options that need ACCESS EXCLUSIVE: src/backend/access/common/reloptions.c. */
static const char *const exclusive_options[] = {
    "user_catalog_table",     "security_barrier", "security_invoker", "check_option",  "fastupdate",
    "gin_pending_list_limit", "buffering",        "pages_per_range",  "autosummarize",
};

/* AlterTableGetRelOptionsLockLevel() */
static PgaLockMode
option_lock(const PgQuery__AlterTableCmd *command)
{
    const PgQuery__Node *def = command->def;
    PgaLockMode mode = PGA_LOCK_SHARE_UPDATE_EXCLUSIVE;

    if (!def || def->node_case != CASE(LIST))
        return PGA_LOCK_ACCESS_EXCLUSIVE;
    for (size_t i = 0; i < def->list->n_items; i++)
        for (size_t k = 0; k < G_N_ELEMENTS(exclusive_options); k++)
            if (def->list->items[i]->node_case == CASE(DEF_ELEM) &&
                strcmp(def->list->items[i]->def_elem->defname, exclusive_options[k]) == 0)
                mode = PGA_LOCK_ACCESS_EXCLUSIVE;
    return mode;
}

static gboolean
recurses(const PgaEffectRun *run, const Subcommand *sub, const PgaAction *action)
{
    switch (sub->recursion) {
    case RECURSES:
        return TRUE;
    case RECURSES_SINCE_17:
        return run->major >= 17;
    case PARTITIONED:
        return action->relation && action->relation->kind == 'p';
    case ALONE:
    default:
        return FALSE;
    }
}

/* ALTER INDEX; the table is locked only where its partitions are looked at. */
static void
alter_index(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__AlterTableCmd *command = action->command;
    const PgQuery__RangeVar *range = action->range;
    const PgaStateIndex *index = pga_state_index(run->state, range->schemaname, range->relname);
    const PgaStateIndex *part;

    if (command->subtype == SUB(AttachPartition)) { /* ATExecAttachPartitionIdx() */
        const PgQuery__RangeVar *name = command->def->partition_cmd->name;

        part = pga_state_index(run->state, name->schemaname, name->relname);
        pga_effect_lock_index(run, index, PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
        pga_effect_lock_index(run, part, PGA_LOCK_ACCESS_EXCLUSIVE);
        if (index)
            pga_effect_lock_relation(run, index->relation, PGA_LOCK_ACCESS_SHARE);
        if (part)
            pga_effect_lock_relation(run, part->relation, PGA_LOCK_ACCESS_SHARE);
        return;
    }
    if (command->subtype == SUB(SetRelOptions) || command->subtype == SUB(ResetRelOptions))
        pga_effect_lock_index(run, index, option_lock(command));
    else if (command->subtype == SUB(SetStatistics))
        pga_effect_lock_index(run, index, PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
    else
        pga_effect_lock_index(run, index, PGA_LOCK_ACCESS_EXCLUSIVE);
    if (command->subtype == SUB(SetTableSpace) && index)
        pga_effect_rebuild(run, index);
}

/* ALTER TYPE … ADD ATTRIBUTE: the type and, with CASCADE, the tables of it. */
static void
alter_composite(PgaEffectRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) all = pga_effect_relations(run);

    pga_effect_lock_name(run, action->nspname, action->name, PGA_LOCK_ACCESS_EXCLUSIVE);
    for (guint r = 0; r < all->len; r++) {
        PgaStateRelation *relation = all->pdata[r];

        if (relation->of_type && strcmp(relation->of_type, action->name) == 0)
            pga_effect_lock_relation(run, relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    }
}

static void
alter_table(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__AlterTableType subtype = action->command->subtype;
    const Subcommand other = {subtype, PGA_LOCK_ACCESS_EXCLUSIVE, ALONE, NULL};
    const Subcommand *sub = &other;

    for (gsize i = 0; i < G_N_ELEMENTS(subcommands); i++)
        if (subcommands[i].subtype == subtype)
            sub = &subcommands[i];
    if (subtype == SUB(SetRelOptions) || subtype == SUB(ResetRelOptions)) {
        pga_effect_lock_relation(run, action->relation, option_lock(action->command));
        if (action->relation && action->relation->kind == 'p')
            run->effect->refused = TRUE;
        return;
    }
    if (recurses(run, sub, action)) {
        g_autoptr(GPtrArray) family = pga_effect_family_of(action);

        pga_effect_lock_all(run, family, sub->mode);
    } else {
        pga_effect_lock_relation(run, action->relation, sub->mode);
    }
    if (sub->more)
        sub->more(run, action);
}

void
pga_effect_alter(PgaEffectRun *run, const PgaAction *action)
{
    if (!action->command || action->of_create) /* a part of CREATE TABLE */
        return;
    if (action->kind == PGA_ACTION_ADD_CONSTRAINT &&
        action->command->subtype == SUB(AddColumn)) /* at its column */
        pga_effect_add_constraint(run, action);
    else if (action->object == OBJECT(INDEX))
        alter_index(run, action);
    else if (action->object == OBJECT(TYPE))
        alter_composite(run, action);
    else
        alter_table(run, action);
}

static void
set_persistence(PgaEffectRun *run, const PgaAction *action)
{
    const char wanted = action->command->subtype == SUB(SetLogged) ? 'p' : 'u';

    if (!action->relation ||
        (action->relation->persistence == wanted && !action->relation->assumed))
        return;
    pga_effect_rewrite(run, action->relation);
}

/* The file is copied block by block: no row is read, indexes stay where they are. */
static void
set_tablespace(PgaEffectRun *run, const PgaAction *action)
{
    PgaStateRelation *relation = action->relation;

    if (relation && relation->kind != 'p' && !pga_effect_is_own(run, relation))
        g_ptr_array_add(run->effect->rewritten, pga_state_relation_name(relation));
}

static void
set_access_method(PgaEffectRun *run, const PgaAction *action)
{
    if (run->major < 15)
        run->effect->refused = TRUE;
    if (strcmp(action->command->name, "heap") != 0)
        pga_effect_rewrite(run, action->relation);
}

/* ATExecChangeOwner(): indexes go with the table, unless nothing changes. */
static void
set_owner(PgaEffectRun *run, const PgaAction *action)
{
    PgaStateRelation *relation = action->relation;
    const PgQuery__RoleSpec *owner = action->command->newowner;

    if (!relation || !owner || g_strcmp0(relation->role, owner->rolename) == 0)
        return;
    pga_effect_lock_indexes(run, relation, PGA_LOCK_ACCESS_EXCLUSIVE);
}

static void
cluster_on(PgaEffectRun *run, const PgaAction *action)
{
    if (action->relation)
        pga_effect_lock_index(run,
                              pga_state_index(run->state, action->relation->nspname, action->name),
                              PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
}

/* ATExecAddInherit(), ATExecDropInherit() */
static void
inherit(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__RangeVar *parent =
        action->command->def && action->command->def->node_case == CASE(RANGE_VAR)
            ? action->command->def->range_var
            : NULL;
    const PgaLockMode mode = action->command->subtype == SUB(AddInherit)
                                 ? PGA_LOCK_SHARE_UPDATE_EXCLUSIVE
                                 : PGA_LOCK_ACCESS_SHARE;

    if (parent)
        pga_effect_lock_relation(
            run, pga_state_assume(run->state, parent->schemaname, parent->relname), mode);
}

static void
of_type(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__Node *def = action->command->def;
    const PgQuery__TypeName *type =
        def && def->node_case == CASE(TYPE_NAME) ? def->type_name : NULL;

    if (type && type->n_names > 0)
        pga_effect_lock_name(run, type->n_names > 1 ? type->names[0]->string->sval : NULL,
                             pga_type_name_last(type), PGA_LOCK_ACCESS_SHARE);
}

/* ATExecReplicaIdentity(): USING INDEX */
static void
replica_identity(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__Node *def = action->command->def;
    const char *name = def && def->node_case == CASE(REPLICA_IDENTITY_STMT)
                           ? def->replica_identity_stmt->name
                           : "";

    if (action->relation && *name)
        pga_effect_lock_index(run, pga_state_index(run->state, action->relation->nspname, name),
                              PGA_LOCK_SHARE);
}
