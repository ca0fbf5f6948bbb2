/* The indexes that a plan scans. */
#include "core.h"

#include "miscadmin.h"

static List *collect(const Plan *plan, List *indexes);

static List *
collect_list(const List *plans, List *indexes)
{
    const ListCell *cell;

    foreach (cell, plans)
        indexes = collect(lfirst(cell), indexes);
    return indexes;
}

/* Children that are not in lefttree and righttree. */
static List *
collect_members(const Plan *plan, List *indexes)
{
    switch (nodeTag(plan)) {
    case T_Append:
        return collect_list(((const Append *)plan)->appendplans, indexes);
    case T_MergeAppend:
        return collect_list(((const MergeAppend *)plan)->mergeplans, indexes);
    case T_BitmapAnd:
        return collect_list(((const BitmapAnd *)plan)->bitmapplans, indexes);
    case T_BitmapOr:
        return collect_list(((const BitmapOr *)plan)->bitmapplans, indexes);
    case T_SubqueryScan:
        return collect(((const SubqueryScan *)plan)->subplan, indexes);
    case T_CustomScan:
        return collect_list(((const CustomScan *)plan)->custom_plans, indexes);
    default:
        return indexes;
    }
}

static List *
collect(const Plan *plan, List *indexes)
{
    if (!plan)
        return indexes;
    check_stack_depth();
    if (IsA(plan, IndexScan))
        indexes = lappend_oid(indexes, ((const IndexScan *)plan)->indexid);
    else if (IsA(plan, IndexOnlyScan))
        indexes = lappend_oid(indexes, ((const IndexOnlyScan *)plan)->indexid);
    else if (IsA(plan, BitmapIndexScan))
        indexes = lappend_oid(indexes, ((const BitmapIndexScan *)plan)->indexid);
    indexes = collect_members(plan, indexes);
    indexes = collect(plan->lefttree, indexes);
    return collect(plan->righttree, indexes);
}

List *
whatif_used_indexes(const PlannedStmt *planned, List *indexes)
{
    indexes = collect(planned->planTree, indexes);
    return collect_list(planned->subplans, indexes);
}
