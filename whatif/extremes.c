/* put_extremes(): the smallest and largest value of a B-tree's first column, where
 * get_actual_variable_range() of selfuncs.c looks for them. An entry of an index needs a heap
 * tuple: one of NULLs only, which no other index knows. */
#include "import.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(pgarchitect_put_extremes);

typedef struct {
    Oid index, heap;
    char *minimum, *maximum;
} Work;

static IndexScanDesc
begin_scan(Relation heap, Relation index)
{
#if PG_VERSION_NUM >= 180000
    return index_beginscan(heap, index, SnapshotSelf, NULL, 0, 0);
#else
    return index_beginscan(heap, index, SnapshotSelf, 0, 0);
#endif
}

/* Whether an earlier call put them there. Blocks alone would tell of an aborted one, too. */
static bool
has_entries(Relation heap, Relation index)
{
    TupleTableSlot *slot;
    IndexScanDesc scan;
    bool found;

    if (RelationGetNumberOfBlocks(index) <= 1)
        return false;
    slot = table_slot_create(heap, NULL);
    scan = begin_scan(heap, index);
    index_rescan(scan, NULL, 0, NULL, 0);
    found = index_getnext_slot(scan, ForwardScanDirection, slot);
    index_endscan(scan);
    ExecDropSingleTupleTableSlot(slot);
    return found;
}

static Datum
key_in(Relation index, char *text)
{
    const Form_pg_attribute key = TupleDescAttr(RelationGetDescr(index), 0);
    int32 typmod = key->atttypmod;
    /* name_ops stores a cstring: the start of a Name is one */
    const Oid type =
        getBaseTypeAndTypmod(key->atttypid == CSTRINGOID ? NAMEOID : key->atttypid, &typmod);
    Oid function, parameter;

    getTypeInputInfo(type, &function, &parameter);
    return OidInputFunctionCall(function, text, parameter, typmod);
}

static void
add_entry(Relation heap, Relation index, Datum key)
{
    const TupleDesc descriptor = RelationGetDescr(heap);
    Datum *values = palloc0(sizeof(Datum) * descriptor->natts);
    bool *nulls = palloc(sizeof(bool) * descriptor->natts);
    Datum keys[INDEX_MAX_KEYS] = {key};
    bool key_nulls[INDEX_MAX_KEYS];
    HeapTuple tuple;

    memset(nulls, true, sizeof(bool) * descriptor->natts);
    memset(key_nulls, true, sizeof key_nulls);
    key_nulls[0] = false;
    tuple = heap_form_tuple(descriptor, values, nulls);
    simple_heap_insert(heap, tuple);
    /* no IndexInfo: a B-tree does not look at it, and making one would run the source's code */
    index_insert(index, keys, key_nulls, &tuple->t_self, heap, UNIQUE_CHECK_NO, false, NULL);
}

/* Locks are given back at once: a clone of 10,000 tables would need a larger lock table. */
static void
put(void *argument)
{
    const Work *work = argument;
    Relation heap = table_open(work->heap, RowExclusiveLock);
    Relation index = index_open(work->index, RowExclusiveLock);
    const Datum minimum = key_in(index, work->minimum);

    if (!has_entries(heap, index)) {
        if (strcmp(work->minimum, work->maximum) != 0)
            add_entry(heap, index, key_in(index, work->maximum));
        add_entry(heap, index, minimum);
    }
    index_close(index, RowExclusiveLock);
    table_close(heap, RowExclusiveLock);
}

static const char *
check_index(Oid oid, Oid *heap)
{
    const HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(oid));
    bool whole;

    if (!HeapTupleIsValid(tuple))
        return "no such index";
    {
        const Form_pg_index form = (Form_pg_index)GETSTRUCT(tuple);

        *heap = form->indrelid;
        whole = form->indisvalid && form->indisready && form->indislive &&
                heap_attisnull(tuple, Anum_pg_index_indpred, NULL);
    }
    ReleaseSysCache(tuple);
    return whole ? NULL : "an index that is partial or not valid";
}

static const char *
check_relation(Oid oid, char relkind, Oid am, Oid *owner)
{
    const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(oid));
    bool good;

    if (!HeapTupleIsValid(tuple))
        return "no such relation";
    {
        const Form_pg_class form = (Form_pg_class)GETSTRUCT(tuple);

        *owner = form->relowner;
        good = (form->relkind == relkind ||
                (relkind == RELKIND_RELATION && form->relkind == RELKIND_MATVIEW)) &&
               form->relam == am;
    }
    ReleaseSysCache(tuple);
    return good ? NULL : "not a B-tree of a table";
}

Datum
pgarchitect_put_extremes(PG_FUNCTION_ARGS)
{
    Work work = {.index = PG_GETARG_OID(0),
                 .minimum = text_to_cstring(PG_GETARG_TEXT_PP(1)),
                 .maximum = text_to_cstring(PG_GETARG_TEXT_PP(2))};
    const char *problem;
    Oid owner = InvalidOid;

    problem = work.index < FirstNormalObjectId ? "not an index of a user"
                                               : check_index(work.index, &work.heap);
    if (!problem)
        problem = check_relation(work.index, RELKIND_INDEX, BTREE_AM_OID, &owner);
    if (!problem)
        problem = check_relation(work.heap, RELKIND_RELATION, HEAP_TABLE_AM_OID, &owner);
    if (!problem)
        problem = whatif_try(owner, put, &work);
    if (!problem)
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(cstring_to_text(problem));
}
