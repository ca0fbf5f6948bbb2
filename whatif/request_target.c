/* What a statement writes to: every index on that costs something. */
#include "requests.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"

static Bitmapset *
add_targets(Bitmapset *changed, const List *targets)
{
    const ListCell *cell;

    foreach (cell, targets) {
        const TargetEntry *entry = lfirst_node(TargetEntry, cell);

        if (!entry->resjunk)
            changed = bms_add_member(changed, entry->resno - FirstLowInvalidHeapAttributeNumber);
    }
    return changed;
}

#if PG_VERSION_NUM >= 150000
static Bitmapset *
add_actions(Bitmapset *changed, const List *actions)
{
    const ListCell *cell;

    foreach (cell, actions) {
        const MergeAction *action = lfirst_node(MergeAction, cell);

        if (action->commandType == CMD_UPDATE)
            changed = add_targets(changed, action->targetList);
    }
    return changed;
}
#endif

/* Stored generated columns follow what they are made of. */
static Bitmapset *
add_generated(Bitmapset *changed, Oid relid)
{
    Relation relation;
    const TupleConstr *constraints;

    if (bms_is_empty(changed))
        return changed;
    relation = table_open(relid, AccessShareLock);
    constraints = RelationGetDescr(relation)->constr;
    for (int i = 0; constraints && i < constraints->num_defval; i++) {
        const AttrDefault *value = &constraints->defval[i];
        Bitmapset *read = NULL;

        if (!TupleDescAttr(RelationGetDescr(relation), value->adnum - 1)->attgenerated)
            continue;
        pull_varattnos(stringToNode(value->adbin), 1, &read);
        if (bms_overlap(read, changed))
            changed = bms_add_member(changed, value->adnum - FirstLowInvalidHeapAttributeNumber);
    }
    table_close(relation, AccessShareLock);
    return changed;
}

static void
describe(const Query *query, Oid relid, WhatifTarget *target)
{
    target->relation = relid;
    switch (query->commandType) {
    case CMD_INSERT:
        target->command = 'i';
        if (query->onConflict)
            target->changed = add_targets(NULL, query->onConflict->onConflictSet);
        break;
    case CMD_UPDATE:
        target->command = 'u';
        target->changed = add_targets(NULL, query->targetList);
        break;
    case CMD_DELETE:
        target->command = 'd';
        break;
#if PG_VERSION_NUM >= 150000
    case CMD_MERGE:
        target->command = 'm';
        target->changed = add_actions(NULL, query->mergeActionList);
        break;
#endif
    default:
        break;
    }
    target->changed = add_generated(target->changed, relid);
}

/* true: @query writes to a table. */
static bool
find(const Query *query, WhatifTarget *target)
{
    const RangeTblEntry *rte;

    if (query->resultRelation == 0)
        return false;
    rte = rt_fetch(query->resultRelation, query->rtable);
    if (rte->rtekind != RTE_RELATION ||
        (rte->relkind != RELKIND_RELATION && rte->relkind != RELKIND_PARTITIONED_TABLE))
        return false;
    describe(query, rte->relid, target);
    return true;
}

/* The first that writes: what the statement itself says, else WITH. */
void
whatif_target_find(const List *queries, WhatifTarget *target)
{
    const ListCell *outer, *inner;

    *target = (WhatifTarget){.command = 's'};
    foreach (outer, queries)
        if (find(lfirst_node(Query, outer), target))
            return;
    foreach (outer, queries)
        foreach (inner, lfirst_node(Query, outer)->cteList) {
            const Node *query = lfirst_node(CommonTableExpr, inner)->ctequery;

            if (IsA(query, Query) && find((const Query *)query, target))
                return;
        }
}

/* What comes to the node that writes; to the first of several in WITH. */
void
whatif_target_count(const PlannedStmt *plan, WhatifTarget *target)
{
    const List *plans = lcons(plan->planTree, list_copy(plan->subplans));
    const ListCell *cell;

    foreach (cell, plans) {
        const Plan *node = lfirst(cell);

        if (target->rows > 0 || !node || !IsA(node, ModifyTable) || !outerPlan(node))
            continue;
        target->rows = outerPlan(node)->plan_rows;
    }
}
