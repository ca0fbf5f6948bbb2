/* Estimates of candidates, made when the planner first meets one and kept by the session until the
 * index, its table or statistics change. */
#include "core.h"

#include "access/brin.h"
#include "access/genam.h"
#include "access/gin.h"
#include "access/relation.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "storage/block.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/syscache.h"

#include <math.h>

static HTAB *candidates = NULL;
static HTAB *heaps = NULL;    /* of Heap: those of candidates */
static uint64 generation = 0; /* counts invalidations */

/* An estimate may plan queries of its own, which must not ask for estimates. */
static bool estimating = false;

/** What estimates of a table's candidates hold for. */
typedef struct {
    Oid relid;
    uint64 changed; /* the generation that began when the table did */
} Heap;

static void
forget_all(void)
{
    generation++;
    if (!candidates)
        return;
    hash_destroy(candidates);
    hash_destroy(heaps);
    candidates = heaps = NULL;
}

static void
statistics_changed(Datum arg, int cacheid, uint32 hashvalue)
{
    forget_all();
}

static void
relation_changed(Datum arg, Oid relid)
{
    Heap *heap;

    if (!OidIsValid(relid)) {
        forget_all();
        return;
    }
    generation++;
    if (!candidates)
        return;
    hash_search(candidates, &relid, HASH_REMOVE, NULL);
    heap = hash_search(heaps, &relid, HASH_FIND, NULL);
    if (heap)
        heap->changed = generation;
}

bool
whatif_estimating(void)
{
    return estimating;
}

bool
whatif_set_estimating(bool now)
{
    bool before = estimating;

    estimating = now;
    return before;
}

void
whatif_candidate_init(void)
{
    CacheRegisterRelcacheCallback(relation_changed, (Datum)0);
    CacheRegisterSyscacheCallback(STATRELATTINH, statistics_changed, (Datum)0);
    CacheRegisterSyscacheCallback(STATEXTDATASTXOID, statistics_changed, (Datum)0);
}

static bool
gin_has(Relation index, const int64 *numbers)
{
    GinStatsData now;

    ginGetStats(index, &now);
    return now.nPendingPages == numbers[0] && now.nTotalPages == numbers[1] &&
           now.nEntryPages == numbers[2] && now.nDataPages == numbers[3] &&
           now.nEntries == numbers[4];
}

static bool
brin_has(Relation index, const int64 *numbers)
{
    BrinStatsData now;

    brinGetStats(index, &now);
    return now.revmapNumPages == numbers[0];
}

/* gincostestimate() and brincostestimate() read the metapage. */
static void
tell_metapage(Relation index, const int64 *numbers)
{
    Oid relam = index->rd_rel->relam;
    char *failure = NULL;

    if (relam == GIN_AM_OID && !gin_has(index, numbers))
        failure = whatif_write_metapage(index, numbers, 5);
    else if (relam == BRIN_AM_OID && !brin_has(index, numbers))
        failure = whatif_write_metapage(index, numbers, 1);
    if (failure)
        ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg_internal("%s", failure)));
}

static void
estimate(Relation heap, const RelOptInfo *rel, WhatifCandidate *candidate)
{
    Relation index = index_open(candidate->index, NoLock);
    WhatifEstimate result = {.tree_height = -1};

    whatif_estimate_index(heap, index, (double)rel->pages, rel->tuples, &result);
    if (isnan(result.pages) || isnan(result.tuples))
        ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg_internal("no number")));
    candidate->pages = (BlockNumber)Min(Max(result.pages, 1.0), (double)MaxBlockNumber);
    candidate->tuples = Max(result.tuples, 0.0);
    candidate->tree_height = result.tree_height;
    if (index->rd_rel->relam == BTREE_AM_OID && result.tree_height < 0)
        candidate->tree_height = whatif_tree_height(index, (double)candidate->pages);
    tell_metapage(index, result.metapage);
    index_close(index, NoLock);
}

ErrorData *
whatif_subtransaction_failed(MemoryContext context, ResourceOwner owner)
{
    ErrorData *error;

    MemoryContextSwitchTo(context);
    error = CopyErrorData();
    FlushErrorState();
    RollbackAndReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    if (error->sqlerrcode == ERRCODE_QUERY_CANCELED || error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN)
        ReThrowError(error);
    return error;
}

/* In a subtransaction: whatever goes wrong is told once and costs the user no more than the index.
 * Only a request to stop goes on. */
static bool
try_estimate(Relation heap, const RelOptInfo *rel, WhatifCandidate *candidate)
{
    MemoryContext context = CurrentMemoryContext;
    ResourceOwner owner = CurrentResourceOwner;
    ErrorData *volatile error = NULL;

    BeginInternalSubTransaction(NULL);
    MemoryContextSwitchTo(context);
    PG_TRY();
    {
        estimate(heap, rel, candidate);
        ReleaseCurrentSubTransaction();
    }
    PG_CATCH();
    {
        error = whatif_subtransaction_failed(context, owner);
    }
    PG_END_TRY();
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    if (!error)
        return true;
    ereport(NOTICE, (errmsg("index \"%s\" is left out of planning: %s",
                            get_rel_name(candidate->index), error->message)));
    FreeErrorData(error);
    return false;
}

static HTAB *
hash_of(const char *name, Size entry)
{
    HASHCTL ctl = {.keysize = sizeof(Oid), .entrysize = entry};

    return hash_create(name, 64, &ctl, HASH_ELEM | HASH_BLOBS);
}

static void
keep(const WhatifCandidate *candidate)
{
    Heap *heap;
    bool known;

    if (!candidates) {
        candidates = hash_of("whatif candidates", sizeof(WhatifCandidate));
        heaps = hash_of("whatif candidates' tables", sizeof(Heap));
    }
    heap = hash_search(heaps, &candidate->heap, HASH_ENTER, &known);
    if (!known)
        heap->changed = 0;
    *(WhatifCandidate *)hash_search(candidates, &candidate->index, HASH_ENTER, NULL) = *candidate;
}

/* (nullable): NULL when there is none, or its table has changed since. */
static const WhatifCandidate *
recall(Oid index)
{
    const WhatifCandidate *known =
        candidates ? hash_search(candidates, &index, HASH_FIND, NULL) : NULL;
    const Heap *heap = known ? hash_search(heaps, &known->heap, HASH_FIND, NULL) : NULL;

    return heap && heap->changed <= known->generation ? known : NULL;
}

/* One that no estimate has to be made of. */
static void
know(Oid index, int64 pages, double tuples, int32 tree_height)
{
    const WhatifCandidate candidate = {
        .index = index,
        .heap = IndexGetRelation(index, true),
        .usable = true,
        .pages = (BlockNumber)Min(Max(pages, 1), (int64)MaxBlockNumber),
        .tuples = isnan(tuples) ? 0 : Max(tuples, 0),
        .tree_height = tree_height,
        .generation = generation,
    };

    if (OidIsValid(candidate.heap))
        keep(&candidate);
}

PG_FUNCTION_INFO_V1(pgarchitect_know);

Datum
pgarchitect_know(PG_FUNCTION_ARGS)
{
    static const Oid types[] = {OIDOID, INT8OID, FLOAT8OID, INT4OID};
    Datum *values[lengthof(types)];
    int n[lengthof(types)];

    for (int i = 0; i < (int)lengthof(types); i++) {
        bool *nulls;
        ArrayType *array = PG_GETARG_ARRAYTYPE_P(i);

        if (array_contains_nulls(array))
            ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("no element is NULL")));
        deconstruct_array(array, types[i], types[i] == OIDOID || types[i] == INT4OID ? 4 : 8, true,
                          types[i] == OIDOID || types[i] == INT4OID ? TYPALIGN_INT
                                                                    : TYPALIGN_DOUBLE,
                          &values[i], &nulls, &n[i]);
    }
    for (int i = 0; i < Min(Min(n[0], n[1]), Min(n[2], n[3])); i++)
        know(DatumGetObjectId(values[0][i]), DatumGetInt64(values[1][i]),
             DatumGetFloat8(values[2][i]), DatumGetInt32(values[3][i]));
    PG_RETURN_VOID();
}

bool
whatif_candidate_estimate(Relation heap, const RelOptInfo *rel, Oid index, WhatifCandidate *out)
{
    const WhatifCandidate *known;

    if (estimating)
        return false;
    known = recall(index);
    if (known) {
        *out = *known;
        return out->usable;
    }
    if (IsInParallelMode())
        return false;
    *out =
        (WhatifCandidate){.index = index, .heap = RelationGetRelid(heap), .generation = generation};
    out->usable = try_estimate(heap, rel, out);
    if (out->generation == generation)
        keep(out);
    return out->usable;
}
