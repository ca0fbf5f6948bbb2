/* Partitions come and go. Source: ATExecAttachPartition(), DefineRelation(),
 * ATExecDetachPartition() in src/backend/commands/tablecmds.c, check_default_partition_contents()
 * in src/backend/partitioning/partbounds.c. */
#include "effect_internal.h"

#include <string.h>

static PgaStateRelation *
default_of(const PgaStateRelation *parent)
{
    for (guint i = 0; parent && i < parent->children->len; i++) {
        PgaStateRelation *child = parent->children->pdata[i];

        if (child->is_default)
            return child;
    }
    return NULL;
}

/* Every partition below is locked and, those with rows, read. */
static void
read_family(PgaEffectRun *run, PgaStateRelation *relation, gboolean reads)
{
    g_autoptr(GPtrArray) family = pga_effect_family(relation, FALSE);

    pga_effect_lock_all(run, family, PGA_LOCK_ACCESS_EXCLUSIVE);
    for (guint i = 0; reads && i < family->len; i++)
        pga_effect_scan(run, family->pdata[i]);
}

void
pga_effect_new_partition(PgaEffectRun *run, PgaStateRelation *parent,
                         const PgQuery__PartitionBoundSpec *bound)
{
    PgaStateRelation *rest = default_of(parent);

    if (rest && bound && !bound->is_default)
        read_family(run, rest, !pga_effect_bound_proven(rest, parent, bound, TRUE));
}

static gboolean
same_columns(const PgaStateIndex *one, const PgaStateIndex *other)
{
    if (one->keys->len != other->keys->len || one->included->len != other->included->len ||
        one->unique != other->unique || g_strcmp0(one->method, other->method) != 0 ||
        g_strcmp0(one->predicate, other->predicate) != 0)
        return FALSE;
    for (guint i = 0; i < one->keys->len; i++)
        if (g_strcmp0(one->keys->pdata[i], other->keys->pdata[i]) != 0)
            return FALSE;
    return TRUE;
}

/* AttachPartitionEnsureIndexes(): what the parent has and the partition lacks is built. */
static void
ensure_indexes(PgaEffectRun *run, const PgaStateRelation *parent, PgaStateRelation *child)
{
    for (guint i = 0; i < parent->indexes->len; i++) {
        const PgaStateIndex *wanted = parent->indexes->pdata[i];
        gboolean found = FALSE;

        for (guint k = 0; k < child->indexes->len && !found; k++)
            found = same_columns(wanted, child->indexes->pdata[k]);
        pga_effect_lock_index(run, wanted, PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
        if (!found)
            pga_effect_build(run, child, wanted->name);
    }
}

/* Foreign keys of the parent are the partition's as well, and are checked for its rows. */
static void
ensure_references(PgaEffectRun *run, const PgaStateRelation *parent, PgaStateRelation *child)
{
    for (guint i = 0; i < parent->constraints->len; i++) {
        const PgaStateConstraint *constraint = parent->constraints->pdata[i];
        const PgaEffectReference reference = {child, constraint->referenced, constraint->valid};

        if (constraint->type == 'f')
            pga_effect_add_reference(run, &reference);
    }
    pga_effect_lock_referencing(run, parent);
}

/* CloneFkReferenced() */
void
pga_effect_lock_referencing(PgaEffectRun *run, const PgaStateRelation *parent)
{
    for (guint i = 0; i < parent->referenced_by->len; i++)
        pga_effect_lock_relation(
            run, ((const PgaStateConstraint *)parent->referenced_by->pdata[i])->relation,
            run->major >= 15 ? PGA_LOCK_SHARE_ROW_EXCLUSIVE : PGA_LOCK_ACCESS_SHARE);
}

/* Attached indexes and foreign keys become the partition's own. */
static void
detach_parts(PgaEffectRun *run, PgaStateRelation *child)
{
    for (guint i = 0; i < child->indexes->len; i++) {
        const PgaStateIndex *index = child->indexes->pdata[i];

        if (index->parent)
            pga_effect_lock_index(run, index, PGA_LOCK_ACCESS_EXCLUSIVE);
    }
    for (guint i = 0; i < child->constraints->len; i++) {
        const PgaStateConstraint *constraint = child->constraints->pdata[i];

        if (constraint->type == 'f')
            pga_effect_lock_relation(run, constraint->referenced, PGA_LOCK_SHARE_ROW_EXCLUSIVE);
    }
}

/* A default partition is read when it would hold rows of the others. */
static gboolean
bound_reads(const PgaStateRelation *parent, const PgaStateRelation *child,
            const PgQuery__PartitionBoundSpec *bound)
{
    if (bound->is_default)
        return parent->children->len > 0;
    return !pga_effect_bound_proven(child, parent, bound, FALSE);
}

void
pga_effect_attach(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__PartitionCmd *command =
        action->command->def ? action->command->def->partition_cmd : NULL;
    PgaStateRelation *parent = action->relation, *child;

    if (!command || !command->name || !command->bound)
        return;
    child = pga_state_assume(run->state, command->name->schemaname, command->name->relname);
    if (!child || !parent)
        return;
    read_family(run, child, bound_reads(parent, child, command->bound));
    ensure_indexes(run, parent, child);
    ensure_references(run, parent, child);
    pga_effect_new_partition(run, parent, command->bound);
}

void
pga_effect_detach(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__PartitionCmd *command =
        action->command->def ? action->command->def->partition_cmd : NULL;
    PgaStateRelation *child;

    if (!command || !command->name)
        return;
    child = pga_state_assume(run->state, command->name->schemaname, command->name->relname);
    pga_effect_lock_relation(run, action->relation,
                             command->concurrent ||
                                     action->command->subtype ==
                                         PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartitionFinalize
                                 ? PGA_LOCK_SHARE_UPDATE_EXCLUSIVE
                                 : PGA_LOCK_ACCESS_EXCLUSIVE);
    pga_effect_lock_relation(run, child, PGA_LOCK_ACCESS_EXCLUSIVE);
    if (child)
        detach_parts(run, child);
    if (command->concurrent)
        run->effect->outside_block = TRUE;
    else
        pga_effect_lock_relation(run, default_of(action->relation), PGA_LOCK_ACCESS_EXCLUSIVE);
}
