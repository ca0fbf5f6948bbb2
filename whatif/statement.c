/* prepare() and forget(): statements analysed and rewritten once. PostgreSQL's plan cache keeps
 * them, which learns of every change to what they depend on; it is not asked for plans. */
#include "statement.h"

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "storage/lmgr.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* A change that comes in while locks are waited for makes another round needed. */
#define MAX_ROUNDS 10

static struct {
    WhatifStatement *statements;
    int32 n, allocated;
    bool held;
} kept;

static void
refuse_when_held(void)
{
    if (kept.held)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
                        errmsg("statements are being planned in this session")));
}

void
whatif_statements_hold(bool hold)
{
    if (hold)
        refuse_when_held();
    kept.held = hold;
}

WhatifStatement *
whatif_statement(int32 number)
{
    return number >= 1 && number <= kept.n ? &kept.statements[number - 1] : NULL;
}

static bool
can_be_planned(const Node *statement)
{
    switch (nodeTag(statement)) {
    case T_SelectStmt:
    case T_InsertStmt:
    case T_UpdateStmt:
    case T_DeleteStmt:
#if PG_VERSION_NUM >= 150000
    case T_MergeStmt:
#endif
        return true;
    default:
        return false;
    }
}

static RawStmt *
parse(const char *text)
{
    List *statements = pg_parse_query(text);
    RawStmt *raw;

    if (list_length(statements) != 1)
        ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
                        errmsg("one statement is expected, not %d", list_length(statements))));
    raw = linitial_node(RawStmt, statements);
    if (!can_be_planned(raw->stmt))
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("%s has no plan", CreateCommandName(raw->stmt)),
                        errdetail("It is a utility statement.")));
    return raw;
}

#if PG_VERSION_NUM < 150000
/* Each $n must have got a type, as in exec_parse_message() (src/backend/tcop/postgres.c). */
static List *
rewrite(RawStmt *raw, const char *text, Oid **types, int *n_types)
{
    Query *query = parse_analyze_varparams(raw, text, types, n_types);

    for (int i = 0; i < *n_types; i++)
        if (!OidIsValid((*types)[i]) || (*types)[i] == UNKNOWNOID)
            ereport(ERROR, (errcode(ERRCODE_INDETERMINATE_DATATYPE),
                            errmsg("could not determine data type of parameter $%d", i + 1)));
    return pg_rewrite_query(query);
}
#else
static List *
rewrite(RawStmt *raw, const char *text, Oid **types, int *n_types)
{
    return pg_analyze_and_rewrite_varparams(raw, text, types, n_types, NULL);
}
#endif

/* SELECT INTO looks like a query until it is analysed; rules may answer with NOTIFY or nothing. */
static void
check_queries(const List *queries)
{
    const ListCell *cell;

    foreach (cell, queries) {
        const Query *query = lfirst_node(Query, cell);

        if (query->commandType == CMD_UTILITY)
            ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                            errmsg("%s has no plan", CreateCommandName(query->utilityStmt)),
                            errdetail("It is a utility statement.")));
    }
    if (queries == NIL)
        ereport(ERROR,
                (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("the statement does nothing"),
                 errdetail("A rule takes its place.")));
}

/* Lives until it is dropped; until it is complete, as long as the current memory context. */
static CachedPlanSource *
analyse(const char *text)
{
    RawStmt *raw = parse(text);
    CachedPlanSource *source = CreateCachedPlan(raw, text, CreateCommandTag(raw->stmt));
    Oid *types = NULL;
    int n_types = 0;
    List *queries = rewrite(raw, text, &types, &n_types);

    check_queries(queries);
    CompleteCachedPlan(source, queries, NULL, types, n_types, NULL, NULL, CURSOR_OPT_PARALLEL_OK,
                       false);
    SaveCachedPlan(source);
    return source;
}

static void
lock_and_check(const Query *query)
{
    const ListCell *cell;

    foreach (cell, query->rtable) {
        const RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);

        if (OidIsValid(rte->relid) && rte->rellockmode != NoLock &&
            (rte->rtekind == RTE_RELATION || rte->rtekind == RTE_SUBQUERY))
            LockRelationOid(rte->relid, rte->rellockmode);
    }
#if PG_VERSION_NUM >= 160000
    ExecCheckPermissions(query->rtable, query->rteperminfos, true);
#else
    ExecCheckRTPerms(query->rtable, true);
#endif
}

static bool
lock_walker(Node *node, void *context)
{
    if (!node)
        return false;
    if (!IsA(node, Query))
        return expression_tree_walker(node, lock_walker, context);
    lock_and_check((const Query *)node);
    return query_tree_walker((Query *)node, lock_walker, context, 0);
}

static bool
is_current(const CachedPlanSource *source)
{
    return source->is_valid && (!source->dependsOnRLS || source->rewriteRoleId == GetUserId());
}

void
whatif_statement_ready(WhatifStatement *statement)
{
    for (int round = 0; round < MAX_ROUNDS; round++) {
        if (!is_current(statement->source)) {
            CachedPlanSource *fresh = analyse(statement->source->query_string);

            DropCachedPlan(statement->source);
            statement->source = fresh;
        }
        (void)expression_tree_walker((Node *)statement->source->query_list, lock_walker, NULL);
        if (is_current(statement->source))
            return;
    }
    ereport(ERROR,
            (errcode(ERRCODE_OBJECT_IN_USE), errmsg("the statement's relations keep changing")));
}

static void
make_room(void)
{
    if (kept.n < kept.allocated)
        return;
    if (!kept.statements) {
        kept.statements = MemoryContextAlloc(TopMemoryContext, 64 * sizeof(WhatifStatement));
        kept.allocated = 64;
    } else {
        kept.statements =
            repalloc(kept.statements, 2 * (Size)kept.allocated * sizeof(WhatifStatement));
        kept.allocated *= 2;
    }
}

PG_FUNCTION_INFO_V1(pgarchitect_prepare);
Datum
pgarchitect_prepare(PG_FUNCTION_ARGS)
{
    char *sql = text_to_cstring(PG_GETARG_TEXT_PP(0));
    CachedPlanSource *source;

    refuse_when_held();
    source = analyse(sql);
    make_room();
    kept.statements[kept.n].source = source;
    PG_RETURN_INT32(++kept.n);
}

PG_FUNCTION_INFO_V1(pgarchitect_forget);
Datum
pgarchitect_forget(PG_FUNCTION_ARGS)
{
    refuse_when_held();
    while (kept.n > 0)
        DropCachedPlan(kept.statements[--kept.n].source);
    PG_RETURN_VOID();
}
