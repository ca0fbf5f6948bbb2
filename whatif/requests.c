/* requests(): what a kept statement asks of each of its relations, by the planner's own view while
 * it plans. */
#include "requests.h"

#include "access/sysattr.h"
#include "access/transam.h"
#include "catalog/pg_class.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "optimizer/planner.h"
#include "statement.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

static set_rel_pathlist_hook_type previous_hook = NULL;

/** A call. */
typedef struct {
    /* Given to the planner as its parameters, of which there are none: functions that it evaluates
     * plan queries of their own, and those have others. */
    ParamListInfo mark;
    List *requests; /* of WhatifRequest * */
} Gathering;

static Gathering *active = NULL;

/* A partition, or an inheritance child; the arms of a UNION ALL stand for themselves. */
static bool
is_member(const PlannerInfo *root, const RelOptInfo *rel, Index rti)
{
    return rel->reloptkind == RELOPT_OTHER_MEMBER_REL && root->append_rel_array &&
           root->append_rel_array[rti] && OidIsValid(root->append_rel_array[rti]->parent_reloid);
}

static bool
is_wanted(const PlannerInfo *root, const RelOptInfo *rel, Index rti, const RangeTblEntry *rte)
{
    if (rte->rtekind != RTE_RELATION || rte->tablesample || rte->relid < FirstNormalObjectId ||
        is_member(root, rel, rti))
        return false;
    return rte->relkind == RELKIND_RELATION || rte->relkind == RELKIND_PARTITIONED_TABLE ||
           rte->relkind == RELKIND_MATVIEW;
}

/* A parent has the sum of what the planner looks at below it. */
static void /* NOLINTNEXTLINE(misc-no-recursion): check_stack_depth() ends it */
add_sizes(const PlannerInfo *root, Index parent, WhatifRequest *request)
{
    check_stack_depth();
    for (int i = 1; i < root->simple_rel_array_size; i++) {
        const AppendRelInfo *info = root->append_rel_array[i];
        const RelOptInfo *child = root->simple_rel_array[i];

        if (!info || !child || info->parent_relid != parent)
            continue;
        if (root->simple_rte_array[i]->inh) {
            add_sizes(root, (Index)i, request);
        } else {
            request->tuples += Max(child->tuples, 0.0);
            request->pages += child->pages;
        }
    }
}

static void
measure(WhatifRequest *request, Index rti, const RangeTblEntry *rte)
{
    request->rows = Max(request->rel->rows, 0.0);
    if (rte->inh && request->root->append_rel_array) {
        add_sizes(request->root, rti, request);
        request->is_parent = true;
    } else {
        request->tuples = Max(request->rel->tuples, 0.0);
        request->pages = request->rel->pages;
    }
}

/* set_append_rel_size() leaves a parent with the rows that pass its clauses as all that it has: a
 * column's number of values and the selectivity of a clause are asked of all. */
static void
ask(WhatifRequest *request)
{
    const double rows = request->rel->tuples;

    request->rel->tuples = request->tuples;
    whatif_request_restrictions(request);
    whatif_request_joins(request);
    whatif_request_orders(request);
    request->rel->tuples = rows;
}

/* As check_index_only() counts (src/backend/optimizer/path/indxpath.c). */
static void
find_needed(WhatifRequest *request)
{
    const RelOptInfo *rel = request->rel;
    ListCell *cell;

    pull_varattnos((Node *)rel->reltarget->exprs, rel->relid, &request->output);
    request->needed = bms_copy(request->output);
    foreach (cell, rel->baserestrictinfo)
        pull_varattnos((Node *)lfirst_node(RestrictInfo, cell)->clause, rel->relid,
                       &request->needed);
}

static void
gather(PlannerInfo *root, RelOptInfo *rel, Index rti, const RangeTblEntry *rte)
{
    WhatifRequest *request = palloc0(sizeof(WhatifRequest));

    request->root = root;
    request->rel = rel;
    request->relid = rte->relid;
    request->top = rel->top_parent_relids ? rel->top_parent_relids : rel->relids;
    measure(request, rti, rte);
    find_needed(request);
    ask(request);
    active->requests = lappend(active->requests, request);
}

static void
look(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte)
{
    if (previous_hook)
        previous_hook(root, rel, rti, rte);
    if (active && root->glob->boundParams == active->mark && is_wanted(root, rel, rti, rte))
        gather(root, rel, rti, rte);
}

void
whatif_requests_init(void)
{
    previous_hook = set_rel_pathlist_hook;
    set_rel_pathlist_hook = look;
}

static void
plan_all(const CachedPlanSource *source, Gathering *gathering, WhatifTarget *target)
{
    ListCell *cell;

    foreach (cell, source->query_list) {
        Query *query = copyObject(lfirst_node(Query, cell));

        whatif_target_count(
            planner(query, source->query_string, CURSOR_OPT_PARALLEL_OK, gathering->mark), target);
    }
}

static char *
answer(WhatifStatement *statement, Gathering *gathering)
{
    WhatifTarget target;

    whatif_statement_ready(statement);
    whatif_target_find(statement->source->query_list, &target);
    whatif_configuration_set(whatif_configuration_new(NULL, 0));
    whatif_narrow_begin();
    whatif_narrow_apply(true);
    active = gathering;
    plan_all(statement->source, gathering, &target);
    active = NULL;
    return whatif_requests_write(gathering->requests, &target);
}

static WhatifStatement *
find_statement(int32 number)
{
    WhatifStatement *statement = whatif_statement(number);

    if (!statement)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_PSTATEMENT),
                        errmsg("statement %d has not been prepared", number)));
    return statement;
}

PG_FUNCTION_INFO_V1(pgarchitect_requests);
Datum
pgarchitect_requests(PG_FUNCTION_ARGS)
{
    WhatifStatement *statement = find_statement(PG_GETARG_INT32(0));
    MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "whatif requests", ALLOCSET_DEFAULT_SIZES);
    MemoryContext old = MemoryContextSwitchTo(context);
    Gathering gathering = {.mark = makeParamList(0)};
    char *json = NULL;
    Datum result;

    whatif_statements_hold(true);
    PG_TRY();
    {
        json = answer(statement, &gathering);
    }
    PG_FINALLY();
    {
        active = NULL;
        whatif_configuration_set(NULL);
        whatif_narrow_end();
        whatif_statements_hold(false);
    }
    PG_END_TRY();
    MemoryContextSwitchTo(old);
    result = CStringGetTextDatum(json);
    MemoryContextDelete(context);
    return result;
}
