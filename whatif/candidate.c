/* Estimates of candidates, made when the planner first meets one and kept by the session until the
 * index, its table or statistics change. */
#include "core.h"

#include "access/brin.h"
#include "access/genam.h"
#include "access/gin.h"
#include "access/relation.h"
#include "access/xact.h"
#include "catalog/pg_am.h"
#include "storage/block.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/syscache.h"

#include <math.h>

static HTAB *candidates = NULL;
static uint64 generation = 0; /* counts invalidations */

/* An estimate may plan queries of its own, which must not ask for estimates. */
static bool estimating = false;

static void
forget_all(void)
{
    generation++;
    if (candidates) {
        hash_destroy(candidates);
        candidates = NULL;
    }
}

static void
statistics_changed(Datum arg, int cacheid, uint32 hashvalue)
{
    forget_all();
}

static void
relation_changed(Datum arg, Oid relid)
{
    HASH_SEQ_STATUS status;
    WhatifCandidate *candidate;

    if (!OidIsValid(relid)) {
        forget_all();
        return;
    }
    generation++;
    if (!candidates || hash_get_num_entries(candidates) == 0)
        return;
    hash_seq_init(&status, candidates);
    while ((candidate = hash_seq_search(&status)) != NULL)
        if (candidate->index == relid || candidate->heap == relid)
            hash_search(candidates, &candidate->index, HASH_REMOVE, NULL);
}

bool
whatif_estimating(void)
{
    return estimating;
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

    estimating = true;
    BeginInternalSubTransaction(NULL);
    MemoryContextSwitchTo(context);
    PG_TRY();
    {
        estimate(heap, rel, candidate);
        ReleaseCurrentSubTransaction();
    }
    PG_CATCH();
    {
        estimating = false;
        error = whatif_subtransaction_failed(context, owner);
    }
    PG_END_TRY();
    estimating = false;
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    if (!error)
        return true;
    ereport(NOTICE, (errmsg("index \"%s\" is left out of planning: %s",
                            get_rel_name(candidate->index), error->message)));
    FreeErrorData(error);
    return false;
}

static void
keep(const WhatifCandidate *candidate)
{
    HASHCTL ctl = {.keysize = sizeof(Oid), .entrysize = sizeof(WhatifCandidate)};

    if (!candidates)
        candidates = hash_create("whatif candidates", 64, &ctl, HASH_ELEM | HASH_BLOBS);
    *(WhatifCandidate *)hash_search(candidates, &candidate->index, HASH_ENTER, NULL) = *candidate;
}

bool
whatif_candidate_estimate(Relation heap, const RelOptInfo *rel, Oid index, WhatifCandidate *out)
{
    const WhatifCandidate *known;
    uint64 before;

    if (estimating)
        return false;
    known = candidates ? hash_search(candidates, &index, HASH_FIND, NULL) : NULL;
    if (known) {
        *out = *known;
        return out->usable;
    }
    if (IsInParallelMode())
        return false;
    *out = (WhatifCandidate){.index = index, .heap = RelationGetRelid(heap)};
    before = generation;
    out->usable = try_estimate(heap, rel, out);
    if (before == generation)
        keep(out);
    return out->usable;
}
