/* What estimates have in common, kept from one to the next: columns of tables as pg_statistic has
 * them, whose n_distinct takes longer to understand than the rest of a size, and which of the rows
 * drawn satisfy a predicate. */
#include "core.h"
#include "index_size_draw.h"

#include "commands/vacuum.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

enum { MAX_BYTES = 32 * 1024 * 1024, MAX_FILTERS = 256 };

/** What a column's description depends on, beyond the catalogs. */
typedef struct {
    Oid relid;
    int32 attnum;
    int32 target; /* default_statistics_target */
    int32 padding;
    double pages, tuples;
} Key;

/** A column that is known. */
typedef struct {
    Key key; /* hash key */
    WhatifAttribute attribute;
} Entry;

/** A predicate that was tried. */
typedef struct {
    Oid relid;
    List *predicate;
    WhatifPassed passed;
} Filter;

static struct {
    MemoryContext context;
    HTAB *entries; /* NULL: none */
    List *filters; /* of Filter * */
    bool stale;    /* the catalogs have changed; an estimate under way may still use them */
} kept;

static void
relation_changed(Datum arg, Oid relid)
{
    kept.stale = true;
}

static void
statistics_changed(Datum arg, int cacheid, uint32 hashvalue)
{
    kept.stale = true;
}

void
whatif_attributes_init(void)
{
    kept.context =
        AllocSetContextCreate(TopMemoryContext, "whatif columns", ALLOCSET_DEFAULT_SIZES);
    CacheRegisterRelcacheCallback(relation_changed, (Datum)0);
    CacheRegisterSyscacheCallback(STATRELATTINH, statistics_changed, (Datum)0);
}

void
whatif_attributes_begin(void)
{
    HASHCTL ctl = {.keysize = sizeof(Key), .entrysize = sizeof(Entry), .hcxt = kept.context};

    if (kept.entries && !kept.stale && MemoryContextMemAllocated(kept.context, true) < MAX_BYTES)
        return;
    kept.entries = NULL;
    kept.filters = NIL;
    MemoryContextReset(kept.context);
    kept.stale = false;
    kept.entries = hash_create("whatif columns", 64, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

void
whatif_attribute_load(const WhatifInput *input, Oid relid, AttrNumber attnum, WhatifAttribute *out)
{
    const Key key = {.relid = relid,
                     .attnum = attnum,
                     .target = default_statistics_target,
                     .pages = input->heap_pages,
                     .tuples = input->heap_tuples};
    Entry *entry;
    MemoryContext old;

    if (relid != RelationGetRelid(input->heap)) {
        whatif_attribute_read(input, relid, attnum, out);
        return;
    }
    entry = hash_search(kept.entries, &key, HASH_FIND, NULL);
    if (!entry) {
        WhatifAttribute attribute;

        old = MemoryContextSwitchTo(kept.context);
        whatif_attribute_read(input, relid, attnum, &attribute);
        MemoryContextSwitchTo(old);
        entry = hash_search(kept.entries, &key, HASH_ENTER, NULL);
        entry->attribute = attribute;
    }
    *out = entry->attribute;
}

const WhatifPassed *
whatif_passed_find(Relation heap, List *predicate)
{
    const ListCell *cell;

    foreach (cell, kept.filters) {
        const Filter *filter = lfirst(cell);

        if (filter->relid == RelationGetRelid(heap) && equal(filter->predicate, predicate))
            return &filter->passed;
    }
    return NULL;
}

void
whatif_passed_keep(Relation heap, List *predicate, const WhatifPassed *passed)
{
    const Size size = sizeof(double) * (Size)RelationGetDescr(heap)->natts;
    MemoryContext old;
    Filter *filter;

    if (list_length(kept.filters) >= MAX_FILTERS)
        return;
    old = MemoryContextSwitchTo(kept.context);
    filter = palloc(sizeof(Filter));
    *filter = (Filter){
        .relid = RelationGetRelid(heap), .predicate = copyObject(predicate), .passed = *passed};
    filter->passed.rows = palloc(sizeof(int) * (Size)Max(passed->n_rows, 1));
    memcpy(filter->passed.rows, passed->rows, sizeof(int) * (Size)passed->n_rows);
    filter->passed.drawn = memcpy(palloc(size), passed->drawn, size);
    kept.filters = lappend(kept.filters, filter);
    MemoryContextSwitchTo(old);
}
