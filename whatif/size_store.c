/* The sizes that put_size() was told, in the table pgarchitect_whatif.size, and each session's copy
 * of them. The planner asks some 25 times for a plan of 0.15 ms, so an answer is one hash lookup;
 * what is not in the hash is looked up through the table's primary key. */
#include "core.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "storage/block.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* The columns of pgarchitect_whatif.size, see whatif.sql. */
enum {
    ANUM_RELID = 1,
    ANUM_PAGES,
    ANUM_TREE_HEIGHT,
    ANUM_RELPAGES,
    ANUM_RELTUPLES,
    ANUM_RELALLVISIBLE,
    NATTS_SIZE = ANUM_RELALLVISIBLE
};

/* Levels of a B-tree: three keys a page would fill 2^32 blocks with 21. */
#define MAX_TREE_HEIGHT 32

typedef struct {
    Oid relid; /* hash key */
    bool found;
    WhatifSize size;
} SizeEntry;

/* Which relations hold the sizes; resolved anew whenever a name in the catalogs changed. */
static struct {
    bool resolved;
    Oid table; /* InvalidOid: this database is no clone */
    Oid index;
} store;

static HTAB *entries = NULL;
static uint64 generation = 0; /* counts invalidations */
static bool all_stale = false;

static void
names_changed(Datum arg, int cacheid, uint32 hashvalue)
{
    store.resolved = false;
}

/* Called for every relation that changes: put_size() makes it happen for the relation it is about.
 */
static void
relation_changed(Datum arg, Oid relid)
{
    generation++;
    if (!OidIsValid(relid) || relid == store.table)
        all_stale = true;
    else if (entries)
        hash_search(entries, &relid, HASH_REMOVE, NULL);
}

void
whatif_size_store_init(void)
{
    CacheRegisterSyscacheCallback(NAMESPACENAME, names_changed, (Datum)0);
    CacheRegisterSyscacheCallback(RELNAMENSP, names_changed, (Datum)0);
    CacheRegisterRelcacheCallback(relation_changed, (Datum)0);
}

static bool
resolve(void)
{
    Oid namespace_oid;
    Oid table, index;

    if (store.resolved)
        return OidIsValid(store.table);

    /* The callbacks may fire during the lookups: then the answer holds for this once. */
    store.resolved = true;
    namespace_oid = get_namespace_oid("pgarchitect_whatif", true);
    table = OidIsValid(namespace_oid) ? get_relname_relid("size", namespace_oid) : InvalidOid;
    index = OidIsValid(table) ? get_relname_relid("size_pkey", namespace_oid) : InvalidOid;
    if (!OidIsValid(index) || get_attnum(table, "relallvisible") != NATTS_SIZE)
        table = InvalidOid;
    if (store.table != table)
        all_stale = true;
    store.table = table;
    store.index = index;
    return OidIsValid(table);
}

static HTAB *
current_entries(void)
{
    HASHCTL ctl = {.keysize = sizeof(Oid), .entrysize = sizeof(SizeEntry)};

    if (entries && all_stale) {
        hash_destroy(entries);
        entries = NULL;
    }
    all_stale = false;
    if (!entries)
        entries = hash_create("whatif sizes", 256, &ctl, HASH_ELEM | HASH_BLOBS);
    return entries;
}

static SysScanDesc
scan_begin(Relation table, Oid relid)
{
    ScanKeyData key;

    ScanKeyInit(&key, ANUM_RELID, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
    return systable_beginscan(table, store.index, true, NULL, 1, &key);
}

static void
size_from_tuple(HeapTuple tuple, TupleDesc descriptor, WhatifSize *size)
{
    Datum values[NATTS_SIZE];
    bool nulls[NATTS_SIZE];

    heap_deform_tuple(tuple, descriptor, values, nulls);
    size->pages = (BlockNumber)DatumGetInt64(values[ANUM_PAGES - 1]);
    size->tree_height = DatumGetInt16(values[ANUM_TREE_HEIGHT - 1]);
    size->relpages = DatumGetInt32(values[ANUM_RELPAGES - 1]);
    size->reltuples = DatumGetFloat4(values[ANUM_RELTUPLES - 1]);
    size->relallvisible = DatumGetInt32(values[ANUM_RELALLVISIBLE - 1]);
}

static SizeEntry
read_size(Oid relid)
{
    SizeEntry entry = {.relid = relid};
    Relation table = table_open(store.table, AccessShareLock);
    SysScanDesc scan = scan_begin(table, relid);
    HeapTuple tuple = systable_getnext(scan);

    entry.found = HeapTupleIsValid(tuple);
    if (entry.found)
        size_from_tuple(tuple, RelationGetDescr(table), &entry.size);
    systable_endscan(scan);
    table_close(table, AccessShareLock);
    return entry;
}

bool
whatif_size_lookup(Oid relid, WhatifSize *size)
{
    SizeEntry *cached;
    SizeEntry entry;
    uint64 before;

    if (!resolve())
        return false;
    cached = hash_search(current_entries(), &relid, HASH_FIND, NULL);
    if (cached) {
        *size = cached->size;
        return cached->found;
    }
    before = generation;
    entry = read_size(relid);
    if (before == generation && !all_stale)
        *(SizeEntry *)hash_search(entries, &relid, HASH_ENTER, NULL) = entry;
    *size = entry.size;
    return entry.found;
}

bool
whatif_any_size(void)
{
    Relation table;
    bool any;

    if (!resolve())
        return false;
    table = table_open(store.table, AccessShareLock);
    any = RelationGetNumberOfBlocks(table) > 0;
    table_close(table, AccessShareLock);
    return any;
}

bool
whatif_stored_size(Oid relid, BlockNumber *pages, int *tree_height)
{
    WhatifSize size;

    if (!whatif_size_lookup(relid, &size))
        return false;
    *pages = size.pages;
    *tree_height = size.tree_height;
    return true;
}

static void
upsert(Relation relation, int64 pages, int32 tree_height)
{
    Form_pg_class form = relation->rd_rel;
    Datum values[NATTS_SIZE] = {
        [ANUM_RELID - 1] = ObjectIdGetDatum(RelationGetRelid(relation)),
        [ANUM_PAGES - 1] = Int64GetDatum(pages),
        [ANUM_TREE_HEIGHT - 1] = Int16GetDatum((int16)tree_height),
        [ANUM_RELPAGES - 1] = Int32GetDatum(form->relpages),
        [ANUM_RELTUPLES - 1] = Float4GetDatum(form->reltuples),
        [ANUM_RELALLVISIBLE - 1] = Int32GetDatum(form->relallvisible),
    };
    bool nulls[NATTS_SIZE] = {false};
    Relation table = table_open(store.table, RowExclusiveLock);
    SysScanDesc scan = scan_begin(table, RelationGetRelid(relation));
    HeapTuple old = systable_getnext(scan);
    HeapTuple new = heap_form_tuple(RelationGetDescr(table), values, nulls);

    if (HeapTupleIsValid(old))
        CatalogTupleUpdate(table, &old->t_self, new);
    else
        CatalogTupleInsert(table, new);
    systable_endscan(scan);
    table_close(table, NoLock);
}

/* The numbers of an index are part of its table's plans. */
static void
announce(Relation relation)
{
    CacheInvalidateRelcache(relation);
    if (relation->rd_rel->relkind == RELKIND_INDEX)
        CacheInvalidateRelcacheByRelid(relation->rd_index->indrelid);
    CommandCounterIncrement();
}

static bool
has_blocks(Relation relation)
{
    char relkind = relation->rd_rel->relkind;

    return relkind == RELKIND_RELATION || relkind == RELKIND_MATVIEW || relkind == RELKIND_INDEX ||
           relkind == RELKIND_TOASTVALUE;
}

PG_FUNCTION_INFO_V1(pgarchitect_put_size);
Datum
pgarchitect_put_size(PG_FUNCTION_ARGS)
{
    Oid relid = PG_GETARG_OID(0);
    int64 pages = PG_GETARG_INT64(1);
    int32 tree_height = PG_GETARG_INT32(2);
    Relation relation;

    if (pages < 0 || pages > (int64)MaxBlockNumber)
        PG_RETURN_TEXT_P(cstring_to_text("pages are out of range"));
    if (tree_height < -1 || tree_height > MAX_TREE_HEIGHT)
        PG_RETURN_TEXT_P(cstring_to_text("tree_height is out of range"));
    if (!resolve())
        PG_RETURN_TEXT_P(cstring_to_text("table pgarchitect_whatif.size does not exist"));
    relation = try_relation_open(relid, AccessShareLock);
    if (!relation)
        PG_RETURN_TEXT_P(cstring_to_text(psprintf("relation %u does not exist", relid)));
    if (!has_blocks(relation)) {
        relation_close(relation, AccessShareLock);
        PG_RETURN_TEXT_P(cstring_to_text("the relation has no blocks"));
    }
    upsert(relation, pages, tree_height);
    announce(relation);
    relation_close(relation, AccessShareLock);
    PG_RETURN_NULL();
}
