/* Indexes built, built again, followed by CLUSTER and VACUUM. Source: DefineIndex(),
 * ReindexTable() in src/backend/commands/indexcmds.c, cluster_rel() in cluster.c, vacuum_rel() in
 * vacuum.c, analyze_rel() in analyze.c. */
#include "effect_internal.h"

#include <string.h>

#define CASE(name) PG_QUERY__NODE__NODE_##name
#define KIND(name) PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_##name

static gboolean
has_option(PgQuery__Node *const *options, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        const PgQuery__DefElem *option =
            options[i]->node_case == CASE(DEF_ELEM) ? options[i]->def_elem : NULL;
        const PgQuery__Node *arg = option ? option->arg : NULL;

        if (!option || strcmp(option->defname, name) != 0)
            continue;
        if (arg && arg->node_case == CASE(STRING))
            return strcmp(arg->string->sval, "false") != 0 && strcmp(arg->string->sval, "off") != 0;
        return !arg || arg->node_case != CASE(INTEGER) || arg->integer->ival != 0;
    }
    return FALSE;
}

static void
create_index(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__IndexStmt *index = action->statement->index_stmt;
    PgaStateRelation *relation = action->relation;
    const PgaLockMode mode = index->concurrent ? PGA_LOCK_SHARE_UPDATE_EXCLUSIVE : PGA_LOCK_SHARE;
    g_autoptr(GPtrArray) family =
        pga_effect_family(relation, (relation && relation->kind != 'p') || !index->relation->inh);

    if (index->nulls_not_distinct && run->major < 15)
        run->effect->refused = TRUE;
    if (index->concurrent) {
        run->effect->outside_block = TRUE;
        if (relation && relation->kind == 'p')
            run->effect->refused = TRUE;
    }
    if (index->if_not_exists && relation &&
        pga_state_index(run->state, relation->nspname, index->idxname)) {
        pga_effect_lock_relation(run, relation, mode);
        return;
    }
    pga_effect_lock_all(run, family, mode);
    for (guint i = 0; i < family->len; i++)
        pga_effect_build(run, family->pdata[i], i == 0 && *index->idxname ? index->idxname : NULL);
}

static void
reindex_relation(PgaEffectRun *run, PgaStateRelation *relation, gboolean concurrently)
{
    if (!relation || relation->kind == 'p')
        return;
    pga_effect_lock_relation(run, relation,
                             concurrently ? PGA_LOCK_SHARE_UPDATE_EXCLUSIVE : PGA_LOCK_SHARE);
    pga_effect_lock_indexes(
        run, relation, concurrently ? PGA_LOCK_SHARE_UPDATE_EXCLUSIVE : PGA_LOCK_ACCESS_EXCLUSIVE);
    for (guint i = 0; i < relation->indexes->len; i++)
        pga_effect_rebuild(run, relation->indexes->pdata[i]);
    if (relation->indexes->len > 0 || relation->assumed)
        pga_effect_scan(run, relation);
}

static void
reindex_index(PgaEffectRun *run, const PgQuery__RangeVar *range, gboolean concurrently)
{
    const PgaStateIndex *index = pga_state_index(run->state, range->schemaname, range->relname);

    if (!index)
        return;
    pga_effect_lock_relation(run, index->relation,
                             concurrently ? PGA_LOCK_SHARE_UPDATE_EXCLUSIVE : PGA_LOCK_SHARE);
    pga_effect_lock_index(
        run, index, concurrently ? PGA_LOCK_SHARE_UPDATE_EXCLUSIVE : PGA_LOCK_ACCESS_EXCLUSIVE);
    pga_effect_rebuild(run, index);
    pga_effect_scan(run, index->relation);
}

/* Each table in a transaction of its own; of the schema or, without a name, of all. */
static void
reindex_many(PgaEffectRun *run, const char *nspname, gboolean concurrently)
{
    g_autoptr(GPtrArray) all = pga_effect_relations(run);

    run->effect->outside_block = TRUE;
    for (guint r = 0; r < all->len; r++) {
        PgaStateRelation *relation = all->pdata[r];

        if (strchr("rmt", relation->kind) && (!nspname || strcmp(relation->nspname, nspname) == 0))
            reindex_relation(run, relation, concurrently);
    }
}

static void
reindex(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__ReindexStmt *statement = action->statement->reindex_stmt;
    const gboolean concurrently =
        has_option(statement->params, statement->n_params, "concurrently");
    g_autoptr(GPtrArray) family = NULL;

    if (concurrently)
        run->effect->outside_block = TRUE;
    if (statement->kind == KIND(INDEX) && statement->relation) {
        reindex_index(run, statement->relation, concurrently);
        return;
    }
    if (statement->kind != KIND(TABLE)) {
        reindex_many(run, statement->kind == KIND(SCHEMA) ? statement->name : NULL, concurrently);
        return;
    }
    if (action->relation && action->relation->kind == 'p')
        run->effect->outside_block = TRUE;
    family = pga_effect_family(action->relation, action->relation && action->relation->kind != 'p');
    for (guint i = 0; i < family->len; i++)
        reindex_relation(run, family->pdata[i], concurrently);
}

static void
cluster(PgaEffectRun *run, const PgaAction *action)
{
    if (!action->relation || action->relation->kind == 'p') {
        run->effect->outside_block = TRUE;
        run->effect->known = action->relation != NULL;
    }
    pga_effect_lock_relation(run, action->relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    pga_effect_rewrite(run, action->relation);
}

static void
vacuum_relation(PgaEffectRun *run, PgaStateRelation *relation, const PgQuery__VacuumStmt *vacuum)
{
    if (relation->kind == 'p')
        return;
    if (has_option(vacuum->options, vacuum->n_options, "full")) {
        pga_effect_lock_relation(run, relation, PGA_LOCK_ACCESS_EXCLUSIVE);
        pga_effect_rewrite(run, relation);
        return;
    }
    pga_effect_lock_relation(run, relation, PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
    pga_effect_lock_indexes(run, relation, PGA_LOCK_ROW_EXCLUSIVE);
    pga_effect_scan(run, relation);
}

static void
vacuum(PgaEffectRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) family =
        pga_effect_family(action->relation, action->relation && action->relation->kind != 'p');

    run->effect->outside_block = TRUE;
    run->effect->known = action->relation != NULL;
    for (guint i = 0; i < family->len; i++)
        vacuum_relation(run, family->pdata[i], action->statement->vacuum_stmt);
}

void
pga_effect_index(PgaEffectRun *run, const PgaAction *action)
{
    switch ((int)action->kind) {
    case PGA_ACTION_CREATE_INDEX:
        create_index(run, action);
        break;
    case PGA_ACTION_REINDEX:
        reindex(run, action);
        break;
    case PGA_ACTION_CLUSTER:
        cluster(run, action);
        break;
    default:
        vacuum(run, action);
        break;
    }
}
