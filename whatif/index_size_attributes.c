/* Columns of tables as pg_statistic has them, kept from one estimate to the next: candidates have
 * columns in common, and what n_distinct stands for takes longer to find than the rest of a size.
 */
#include "core.h"
#include "index_size_internal.h"

#include "commands/vacuum.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

enum { MAX_BYTES = 32 * 1024 * 1024 };

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

static struct {
    MemoryContext context;
    HTAB *entries; /* NULL: none */
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
