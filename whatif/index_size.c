/* What an index would take if it were built now, from statistics alone: rows of a partial index by
 * the planner's selectivity, then pages by the rules of the access method's CREATE INDEX. */
#include "core.h"
#include "index_size_internal.h"

#include "access/genam.h"
#include "access/heaptoast.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/plancat.h"
#include "optimizer/planner.h"
#include "parser/parse_relation.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include <math.h>

PG_FUNCTION_INFO_V1(pgarchitect_index_size);

/* SELECT FROM ONLY the table WHERE the predicate, planned as the user would see it. */
static double
predicate_rows(const WhatifInput *input)
{
    Query *query = makeNode(Query);
    RangeTblEntry *entry = makeNode(RangeTblEntry);
    RangeTblRef *reference = makeNode(RangeTblRef);
    PlannedStmt *planned = NULL;
    const bool within_cost = whatif_narrow_is_active();

    entry->rtekind = RTE_RELATION;
    entry->relid = RelationGetRelid(input->heap);
    entry->relkind = input->heap->rd_rel->relkind;
    entry->rellockmode = AccessShareLock;
    entry->inFromCl = true;
    entry->eref = makeAlias(RelationGetRelationName(input->heap), NIL);
    for (int i = 0; i < RelationGetDescr(input->heap)->natts; i++)
        entry->eref->colnames = lappend(
            entry->eref->colnames,
            makeString(pstrdup(NameStr(TupleDescAttr(RelationGetDescr(input->heap), i)->attname))));
    reference->rtindex = 1;
    query->commandType = CMD_SELECT;
    query->canSetTag = true;
    query->rtable = list_make1(entry);
#if PG_VERSION_NUM >= 160000
    addRTEPermissionInfo(&query->rteperminfos, entry);
#endif
    query->jointree = makeFromExpr(
        list_make1(reference),
        (Node *)make_ands_explicit(copyObject(RelationGetIndexPredicate(input->index))));
    PG_TRY();
    {
        if (!within_cost)
            whatif_narrow_to_own(entry->relid);
        planned = planner(query, "", 0, NULL);
    }
    PG_FINALLY();
    {
        if (!within_cost)
            whatif_narrow_end();
    }
    PG_END_TRY();
    return Max(planned->planTree->plan_rows, 0);
}

static void
read_rows(WhatifInput *input)
{
    input->tuples = input->heap_tuples;
    input->selectivity = 1;
    if (input->heap_tuples < 1 || !input->info->ii_Predicate)
        return;
    input->tuples = Min(predicate_rows(input), input->heap_tuples);
    input->selectivity = input->tuples / input->heap_tuples;
}

static void
name_unknown(WhatifInput *input, WhatifEstimate *out)
{
    if (input->heap->rd_rel->reltuples < 0) {
        appendStringInfoString(input->method, "; the table was never analysed");
        input->guess = true;
    }
    for (int i = 0; i < input->n_columns; i++) {
        const WhatifAttribute *column = &input->columns[i];
        bool needs_distinct =
            i < input->n_keys && !input->index->rd_index->indisunique && column->n_distinct <= 0;

        if (column->known || (column->typlen > 0 && !needs_distinct))
            continue;
        appendStringInfo(input->method, "; column %d has no statistics", i + 1);
        input->guess = true;
    }
    if (input->guess)
        out->accuracy = "a guess";
}

const char *
whatif_accuracy_of(double factor)
{
    static const char *const factors[] = {"within a factor of 2", "within a factor of 3",
                                          "within a factor of 4", "within a factor of 5"};

    if (!(factor <= 10))
        return "a guess";
    return factor <= 5 ? factors[(int)Max(ceil(factor), 2) - 2] : "within a factor of 10";
}

static void
size_by_method(WhatifInput *input, WhatifEstimate *out)
{
    switch (input->index->rd_rel->relam) {
    case BTREE_AM_OID:
        whatif_size_btree(input, out);
        break;
    case HASH_AM_OID:
        whatif_size_hash(input, out);
        break;
    case BRIN_AM_OID:
        whatif_size_brin(input, out);
        break;
    case GIN_AM_OID:
        whatif_size_gin(input, out);
        break;
    case GIST_AM_OID:
        whatif_size_gist(input, out);
        break;
    case SPGIST_AM_OID:
        whatif_size_spgist(input, out);
        break;
    default:
        whatif_size_other(input, out);
        break;
    }
}

/* An index compresses values from TOAST_INDEX_TARGET on, and ANALYZE leaves those above 1 kB out of
 * MCV list and histogram (WIDTH_THRESHOLD): their width in the index is not known. */
static void
name_wide(const WhatifInput *input, WhatifEstimate *out)
{
    Oid method = input->index->rd_rel->relam;

    if (method != BTREE_AM_OID && method != BRIN_AM_OID)
        return;
    for (int i = 0; i < input->n_columns; i++) {
        const WhatifAttribute *column = &input->columns[i];

        if (column->typlen != -1 || column->width < 0.8 * (double)TOAST_INDEX_TARGET)
            continue;
        appendStringInfo(input->method, "; column %d is so wide that values are compressed", i + 1);
        if (method == BRIN_AM_OID)
            out->accuracy = "a guess";
        else if (strchr(out->accuracy, '%'))
            out->accuracy = whatif_accuracy_of(2);
    }
}

/* A share of rows that is a guess, which the size follows. */
static void
name_doubt(const WhatifInput *input, WhatifEstimate *out)
{
    if (!input->rows_doubted)
        return;
    appendStringInfoString(input->method, "; the predicate's share of rows is a guess");
    if (strchr(out->accuracy, '%'))
        out->accuracy = whatif_accuracy_of(2);
}

/* As CREATE INDEX evaluates expressions: as the table's owner, confined. */
static void
estimate_as_owner(WhatifInput *input, WhatifEstimate *out)
{
    bool estimating = whatif_set_estimating(true);
    Oid user;
    int security, level = NewGUCNestLevel();

    GetUserIdAndSecContext(&user, &security);
    SetUserIdAndSecContext(input->heap->rd_rel->relowner, security | SECURITY_RESTRICTED_OPERATION);
    PG_TRY();
    {
        read_rows(input);
        whatif_rows_load(input);
        whatif_sample_draw(input);
        size_by_method(input, out);
        name_wide(input, out);
        name_doubt(input, out);
        name_unknown(input, out);
    }
    PG_FINALLY();
    {
        SetUserIdAndSecContext(user, security);
        whatif_set_estimating(estimating);
    }
    PG_END_TRY();
    AtEOXact_GUC(false, level);
}

void
whatif_estimate_index(Relation heap, Relation index, double heap_pages, double heap_tuples,
                      WhatifEstimate *out)
{
    MemoryContext caller = CurrentMemoryContext;
    MemoryContext scratch =
        AllocSetContextCreate(caller, "pgarchitect index size", ALLOCSET_DEFAULT_SIZES);
    WhatifInput input = {.heap = heap, .index = index, .heap_pages = Max(heap_pages, 0)};

    *out = (WhatifEstimate){.tree_height = -1, .accuracy = "a guess"};
    MemoryContextSwitchTo(scratch);
    whatif_attributes_begin();
    input.heap_tuples = isnan(heap_tuples) ? 0 : Max(heap_tuples, 0);
    input.method = makeStringInfo();
    input.n_columns = IndexRelationGetNumberOfAttributes(index);
    input.n_keys = IndexRelationGetNumberOfKeyAttributes(index);
    if (index->rd_rel->relkind == RELKIND_INDEX) {
        input.info = BuildIndexInfo(index);
        estimate_as_owner(&input, out);
        if (isnan(out->pages) || out->pages < 1)
            out->pages = 1;
        out->pages = Min(ceil(out->pages), MaxBlockNumber);
    } else {
        appendStringInfoString(input.method, "; a partitioned index has no pages of its own");
    }
    out->tuples = input.tuples;
    MemoryContextSwitchTo(caller);
    out->method = psprintf("%.0f rows%s", input.tuples, input.method->data);
    MemoryContextDelete(scratch);
}

/* As the planner would have it, where nobody has put a size. */
static void
table_size(Relation heap, double *pages, double *tuples)
{
    BlockNumber blocks = 0;
    double visible;

    *pages = *tuples = 0;
    if (whatif_table_size(heap, pages, tuples) || !RELKIND_HAS_STORAGE(heap->rd_rel->relkind))
        return;
    estimate_rel_size(heap, NULL, &blocks, tuples, &visible);
    *pages = blocks;
}

Datum
pgarchitect_index_size(PG_FUNCTION_ARGS)
{
    Oid oid = PG_GETARG_OID(0);
    Relation index = index_open(oid, AccessShareLock);
    Relation heap = table_open(index->rd_index->indrelid, AccessShareLock);
    WhatifEstimate estimate;
    Datum values[6];
    bool nulls[6] = {false};
    TupleDesc desc;
    double pages, tuples;

    if (pg_class_aclcheck(RelationGetRelid(heap), GetUserId(), ACL_SELECT) != ACLCHECK_OK &&
        pg_attribute_aclcheck_all(RelationGetRelid(heap), GetUserId(), ACL_SELECT, ACLMASK_ANY) !=
            ACLCHECK_OK)
        aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(heap));
    if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    table_size(heap, &pages, &tuples);
    whatif_estimate_index(heap, index, pages, tuples, &estimate);
    values[0] = Int64GetDatum((int64)estimate.pages);
    values[1] = Int64GetDatum((int64)estimate.pages * BLCKSZ);
    values[2] = Float8GetDatum(estimate.tuples);
    values[3] = Int32GetDatum(estimate.tree_height);
    values[4] = CStringGetTextDatum(estimate.accuracy);
    values[5] = CStringGetTextDatum(estimate.method);
    table_close(heap, AccessShareLock);
    index_close(index, AccessShareLock);
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
