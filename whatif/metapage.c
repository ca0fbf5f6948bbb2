/* put_metapage(): the numbers that the cost estimators of GIN (ginGetStats()) and BRIN
 * (brinGetStats()) read from an index' metapage. The index itself stays empty: a GIN's pending list
 * has no head, and a BRIN asks the revmap for the first blocks only. */
#include "whatif.h"

#include "access/brin_page.h"
#include "access/genam.h"
#include "access/gin_private.h"
#include "access/ginblock.h"
#include "access/relation.h"
#include "access/transam.h"
#include "access/xloginsert.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "import.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(pgarchitect_put_metapage);

enum { PENDING, TOTAL, ENTRY, DATA, ENTRIES, GIN_NUMBERS };

#define MAX_ENTRIES INT64CONST(0x20000000000000) /* a double still counts them */

/** What is to be called in a subtransaction. */
typedef struct {
    Oid index;
    const int64 *numbers;
    int n;
    char *problem;
} Work;

static void
write_gin(Page page, const int64 *numbers)
{
    GinMetaPageData *metadata = GinPageGetMeta(page);

    metadata->nPendingPages = (BlockNumber)numbers[PENDING];
    metadata->nTotalPages = (BlockNumber)numbers[TOTAL];
    metadata->nEntryPages = (BlockNumber)numbers[ENTRY];
    metadata->nDataPages = (BlockNumber)numbers[DATA];
    metadata->nEntries = numbers[ENTRIES];
}

static const char *
check(Relation index, const int64 *numbers, int n)
{
    const Oid am = index->rd_rel->relam;

    if (index->rd_rel->relkind != RELKIND_INDEX || (am != GIN_AM_OID && am != BRIN_AM_OID))
        return "not an index with numbers in its metapage";
    if (n != (am == GIN_AM_OID ? GIN_NUMBERS : 1))
        return "not as many numbers as the metapage has";
    for (int i = 0; i < n; i++)
        if (numbers[i] < 0 || numbers[i] > (i == ENTRIES ? MAX_ENTRIES : (int64)MaxBlockNumber))
            return "a number is out of range";
    if (am == BRIN_AM_OID && numbers[0] < 1)
        return "a number is out of range"; /* the first page of the revmap always exists */
    return RelationGetNumberOfBlocks(index) > 0 ? NULL : "the index has no metapage";
}

char *
whatif_write_metapage(Relation index, const int64 *numbers, int n)
{
    const char *problem = check(index, numbers, n);
    Buffer buffer;
    Page page;

    if (problem)
        return pstrdup(problem);
    buffer = ReadBuffer(index, GIN_METAPAGE_BLKNO); /* a BRIN's is block 0 as well */
    LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
    page = BufferGetPage(buffer);
    START_CRIT_SECTION();
    if (index->rd_rel->relam == GIN_AM_OID)
        write_gin(page, numbers);
    else
        ((BrinMetaPageData *)PageGetContents(page))->lastRevmapPage = (BlockNumber)numbers[0];
    MarkBufferDirty(buffer);
    if (RelationNeedsWAL(index))
        log_newpage_buffer(buffer, false);
    END_CRIT_SECTION();
    UnlockReleaseBuffer(buffer);
    return NULL;
}

static void
open_and_write(void *argument)
{
    Work *work = argument;
    Relation index = try_relation_open(work->index, RowExclusiveLock);

    if (!index) {
        work->problem = pstrdup("no such index");
        return;
    }
    work->problem = whatif_write_metapage(index, work->numbers, work->n);
    relation_close(index, RowExclusiveLock);
}

Datum
pgarchitect_put_metapage(PG_FUNCTION_ARGS)
{
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(1);
    Work work = {.index = PG_GETARG_OID(0), .numbers = (int64 *)ARR_DATA_PTR(array)};
    const char *message;

    work.n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
    if (ARR_NDIM(array) != 1 || array_contains_nulls(array) || work.index < FirstNormalObjectId)
        message = "not an index of a user, or not a list of numbers";
    else
        message = whatif_try(GetUserId(), open_and_write, &work);
    if (!message)
        message = work.problem;
    if (!message)
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(cstring_to_text(message));
}
