/* While cost() runs, tables with many hidden candidates look as if those did not exist:
 * get_relation_info() opens every index of a table before the hook can take one out, which with 200
 * candidates makes a plan four times slower. The list of indexes in the session's own descriptor of
 * the table is shortened; an invalidation brings the whole list back, and the hook stays right
 * either way. Which tables they are is remembered from call to call, until any relation changes. */
#include "core.h"

#include "access/relation.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/relcache.h"

enum { MAX_NOTED = 64 };

/** A table with hidden indexes. */
typedef struct {
    Oid heap;
    List *stored;    /* indexes of the source */
    Oid *candidates; /* the others, sorted */
    int n_candidates;
    Relation relation; /* open during a call, so that the descriptor stays where it is; or NULL */
    List *whole;       /* during a call: the descriptor's own list */
} Crowded;

static struct {
    bool active;
    bool stale;            /* a relation changed since the tables were noted */
    MemoryContext context; /* of `crowded` and what it points to */
    List *crowded;         /* of Crowded * */
    Oid noted[MAX_NOTED];  /* by the hook, not looked at yet */
    int n_noted;
} narrowing;

static void
relation_changed(Datum arg, Oid relid)
{
    narrowing.stale = true;
}

void
whatif_narrow_init(void)
{
    narrowing.context =
        AllocSetContextCreate(TopMemoryContext, "whatif narrow", ALLOCSET_SMALL_SIZES);
    CacheRegisterRelcacheCallback(relation_changed, (Datum)0);
}

void
whatif_narrow_note(Oid heap)
{
    if (narrowing.active && narrowing.n_noted < MAX_NOTED)
        narrowing.noted[narrowing.n_noted++] = heap;
}

/* The descriptor owns its list, which lives where relcache.c would have put it. */
static void
borrow_list(Crowded *crowded)
{
    /* Makes the list valid, should it have been invalidated. */
    list_free(RelationGetIndexList(crowded->relation));
    crowded->whole = crowded->relation->rd_indexlist;
    crowded->relation->rd_indexlist = NIL;
}

/* Reads no catalog and needs no memory: it is called after errors too. */
static void
return_list(Crowded *crowded)
{
    Relation relation = crowded->relation;

    if (!relation)
        return;
    list_free(relation->rd_indexlist);
    relation->rd_indexlist = crowded->whole;
    crowded->whole = NIL;
    crowded->relation = NULL;
    if (narrowing.stale)
        relation->rd_indexvalid = false;
    relation_close(relation, NoLock);
}

static void
forget(void)
{
    ListCell *cell;

    foreach (cell, narrowing.crowded)
        return_list(lfirst(cell));
    narrowing.crowded = NIL;
    MemoryContextReset(narrowing.context);
    narrowing.stale = false;
}

/* The tables of earlier calls. A lock may bring the news that one has changed. */
static void
open_known(void)
{
    ListCell *cell;

    foreach (cell, narrowing.crowded) {
        Crowded *crowded = lfirst(cell);
        Relation relation = try_relation_open(crowded->heap, AccessShareLock);

        if (!relation) {
            narrowing.stale = true;
            break;
        }
        crowded->relation = relation;
        borrow_list(crowded);
    }
    if (narrowing.stale)
        forget();
}

void
whatif_narrow_begin(void)
{
    narrowing.active = true;
    narrowing.n_noted = 0;
    if (narrowing.stale)
        forget();
    open_known();
}

static int
compare_oids(const void *a, const void *b)
{
    Oid left = *(const Oid *)a, right = *(const Oid *)b;

    return left < right ? -1 : left > right;
}

static void
shorten(const Crowded *crowded, const WhatifConfiguration *configuration)
{
    List *visible = NIL;
    ListCell *cell;
    MemoryContext old;

    /* Should it have been invalidated, there is a new one. */
    list_free(RelationGetIndexList(crowded->relation));
    old = MemoryContextSwitchTo(CacheMemoryContext);
    foreach (cell, crowded->stored)
        if (whatif_index_is_visible(lfirst_oid(cell), true))
            visible = lappend_oid(visible, lfirst_oid(cell));
    for (int i = 0; i < configuration->n; i++)
        if (bsearch(&configuration->indexes[i], crowded->candidates, (size_t)crowded->n_candidates,
                    sizeof(Oid), compare_oids))
            visible = lappend_oid(visible, configuration->indexes[i]);
    list_sort(visible, list_oid_cmp); /* as RelationGetIndexList() does */
    MemoryContextSwitchTo(old);
    list_free(crowded->relation->rd_indexlist);
    crowded->relation->rd_indexlist = visible;
}

/* NULL: it is none of them. */
static Crowded *
find_crowded(Oid heap)
{
    ListCell *cell;

    foreach (cell, narrowing.crowded)
        if (((Crowded *)lfirst(cell))->heap == heap)
            return lfirst(cell);
    return NULL;
}

/* In narrowing.context. */
static void
sort_out(Crowded *crowded, const List *indexes)
{
    const ListCell *cell;

    crowded->candidates = palloc(sizeof(Oid) * (Size)(list_length(indexes) + 1));
    foreach (cell, indexes) {
        WhatifSize size;

        if (whatif_size_lookup(lfirst_oid(cell), &size))
            crowded->stored = lappend_oid(crowded->stored, lfirst_oid(cell));
        else
            crowded->candidates[crowded->n_candidates++] = lfirst_oid(cell);
    }
    qsort(crowded->candidates, (size_t)crowded->n_candidates, sizeof(Oid), compare_oids);
}

static void
take_note(Oid heap)
{
    MemoryContext old;
    Crowded *crowded;

    if (find_crowded(heap))
        return;
    old = MemoryContextSwitchTo(narrowing.context);
    crowded = palloc0(sizeof(Crowded));
    crowded->heap = heap;
    narrowing.crowded = lappend(narrowing.crowded, crowded);
    crowded->relation = relation_open(heap, AccessShareLock);
    borrow_list(crowded);
    sort_out(crowded, crowded->whole);
    MemoryContextSwitchTo(old);
}

static bool
has_candidates(Oid heap)
{
    Relation relation = try_relation_open(heap, AccessShareLock);
    List *indexes = NIL;
    ListCell *cell;
    bool found = false;

    if (!relation)
        return false;
    if (relation->rd_tableam)
        indexes = RelationGetIndexList(relation);
    foreach (cell, indexes) {
        WhatifSize size;

        found = found || !whatif_size_lookup(lfirst_oid(cell), &size);
    }
    list_free(indexes);
    relation_close(relation, NoLock);
    return found;
}

void
whatif_narrow_expect(const List *relations)
{
    const ListCell *cell;

    foreach (cell, relations)
        if (!find_crowded(lfirst_oid(cell)) && has_candidates(lfirst_oid(cell)))
            take_note(lfirst_oid(cell));
}

void
whatif_narrow_apply(bool changed)
{
    const WhatifConfiguration *configuration = whatif_configuration();
    ListCell *cell;

    if (!changed && narrowing.n_noted == 0)
        return;
    for (int i = 0; i < narrowing.n_noted; i++)
        take_note(narrowing.noted[i]);
    narrowing.n_noted = 0;
    foreach (cell, narrowing.crowded)
        shorten(lfirst(cell), configuration);
}

bool
whatif_narrow_is_active(void)
{
    return narrowing.active;
}

void
whatif_narrow_to_own(Oid heap)
{
    static const WhatifConfiguration none = {NULL, 0};
    Crowded *crowded;

    narrowing.active = true;
    narrowing.n_noted = 0;
    if (narrowing.stale)
        forget();
    crowded = find_crowded(heap);
    if (crowded) {
        crowded->relation = relation_open(heap, AccessShareLock);
        borrow_list(crowded);
    } else if (has_candidates(heap)) {
        take_note(heap);
        crowded = find_crowded(heap);
    }
    if (crowded)
        shorten(crowded, &none);
}

void
whatif_narrow_end(void)
{
    ListCell *cell;

    foreach (cell, narrowing.crowded)
        return_list(lfirst(cell));
    narrowing.active = false;
}
