/* While cost() runs, tables with many hidden candidates look as if those did not exist:
 * get_relation_info() opens every index of a table before the hook can take one out, which with 200
 * candidates makes a plan four times slower. The list of indexes in the session's own descriptor of
 * the table is shortened; an invalidation brings the whole list back, and the hook stays right
 * either way. */
#include "core.h"

#include "access/table.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/relcache.h"

enum { MAX_NOTED = 64 };

/** A table with hidden indexes, kept open so that its descriptor stays where it is. */
typedef struct {
    Relation relation;
    List *indexes; /* all of them */
} Crowded;

static struct {
    bool active;
    List *crowded;        /* of Crowded *, in the call's memory context */
    Oid noted[MAX_NOTED]; /* by the hook, not looked at yet */
    int n_noted;
} narrowing;

void
whatif_narrow_note(Oid heap)
{
    if (narrowing.active && narrowing.n_noted < MAX_NOTED)
        narrowing.noted[narrowing.n_noted++] = heap;
}

void
whatif_narrow_begin(void)
{
    narrowing.active = true;
    narrowing.crowded = NIL;
    narrowing.n_noted = 0;
}

/* The descriptor owns the list, which lives where relcache.c would have put it. */
static void
put_index_list(Relation relation, const List *indexes)
{
    MemoryContext old = MemoryContextSwitchTo(CacheMemoryContext);
    List *replaced = relation->rd_indexlist;

    relation->rd_indexlist = list_copy(indexes);
    list_free(replaced);
    MemoryContextSwitchTo(old);
}

static void
shorten(const Crowded *crowded)
{
    List *visible = NIL;
    ListCell *cell;

    foreach (cell, crowded->indexes) {
        WhatifSize size;
        Oid index = lfirst_oid(cell);

        if (whatif_index_is_visible(index, whatif_size_lookup(index, &size)))
            visible = lappend_oid(visible, index);
    }
    /* Makes the list that is replaced valid, should it have been invalidated. */
    list_free(RelationGetIndexList(crowded->relation));
    put_index_list(crowded->relation, visible);
    list_free(visible);
}

static bool
is_crowded(Oid heap)
{
    ListCell *cell;

    foreach (cell, narrowing.crowded)
        if (RelationGetRelid(((Crowded *)lfirst(cell))->relation) == heap)
            return true;
    return false;
}

static void
take_note(Oid heap)
{
    Crowded *crowded;

    if (is_crowded(heap))
        return;
    crowded = palloc(sizeof(Crowded));
    crowded->relation = table_open(heap, AccessShareLock);
    crowded->indexes = RelationGetIndexList(crowded->relation);
    narrowing.crowded = lappend(narrowing.crowded, crowded);
}

void
whatif_narrow_apply(bool changed)
{
    ListCell *cell;

    if (!changed && narrowing.n_noted == 0)
        return;
    for (int i = 0; i < narrowing.n_noted; i++)
        take_note(narrowing.noted[i]);
    narrowing.n_noted = 0;
    foreach (cell, narrowing.crowded)
        shorten(lfirst(cell));
}

/* Reads no catalog: it is called after errors too. */
void
whatif_narrow_end(void)
{
    ListCell *cell;

    foreach (cell, narrowing.crowded) {
        Crowded *crowded = lfirst(cell);

        crowded->relation->rd_indexvalid = false;
        table_close(crowded->relation, NoLock);
    }
    narrowing.crowded = NIL;
    narrowing.active = false;
}
