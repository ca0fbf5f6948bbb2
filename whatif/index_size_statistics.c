/* Reads pg_statistic for estimates of index sizes, and undoes what ANALYZE's sampling of blocks
 * does to n_distinct of columns whose equal values stand together. */
#include "index_size_internal.h"

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_statistic_ext.h"
#include "commands/vacuum.h"
#include "nodes/pathnodes.h"
#include "optimizer/optimizer.h"
#include "statistics/statistics.h"
#include "utils/lsyscache.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "access/relation.h"

#include <math.h>

#define IN_SEQUENCE 0.9999 /* the correlation of a number that only grows */

enum { MAX_ELEMENTS = 1000000 }; /* of a value that statistics may claim */

static double
fraction(double value)
{
    return isnan(value) ? 0.0 : Min(Max(value, 0.0), 1.0);
}

static double *
fractions(const float4 *numbers, int n)
{
    double *copy = palloc(sizeof(double) * Max(n, 1));

    for (int i = 0; i < n; i++)
        copy[i] = fraction((double)numbers[i]);
    return copy;
}

static double *
sums(const double *numbers, int n)
{
    double *sum = palloc(sizeof(double) * Max(n, 1));

    for (int i = 0; i < n; i++)
        sum[i] = numbers[i] + (i > 0 ? sum[i - 1] : 0);
    return sum;
}

/* Values can be used only if they are what the column has now. */
static bool
values_fit(const AttStatsSlot *slot, const WhatifAttribute *attribute)
{
    return slot->nvalues > 0 && getBaseType(slot->valuetype) == getBaseType(attribute->type);
}

static void
load_values(HeapTuple tuple, WhatifAttribute *out)
{
    AttStatsSlot slot;

    if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_MCV, InvalidOid,
                         ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS) &&
        slot.nvalues == slot.nnumbers) {
        out->mcv = values_fit(&slot, out) ? slot.values : NULL;
        out->mcv_freqs = fractions(slot.numbers, slot.nnumbers);
        out->mcv_sums = sums(out->mcv_freqs, slot.nnumbers);
        out->n_mcv = slot.nnumbers;
    }
    if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_HISTOGRAM, InvalidOid, ATTSTATSSLOT_VALUES) &&
        values_fit(&slot, out)) {
        out->histogram = slot.values;
        out->n_histogram = slot.nvalues;
    }
    /* A range's histogram of bounds holds ranges made of the ends: of the right width. */
    if (out->n_histogram == 0 &&
        get_attstatsslot(&slot, tuple, STATISTIC_KIND_BOUNDS_HISTOGRAM, InvalidOid,
                         ATTSTATSSLOT_VALUES) &&
        values_fit(&slot, out)) {
        out->histogram = slot.values;
        out->n_histogram = slot.nvalues;
    }
    out->has_values = out->n_histogram > 0 || out->mcv != NULL;
}

static void
load_elements(HeapTuple tuple, WhatifAttribute *out)
{
    AttStatsSlot slot;

    if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_MCELEM, InvalidOid,
                         ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS) &&
        slot.nnumbers >= slot.nvalues) {
        out->elements = slot.values;
        out->element_freqs = fractions(slot.numbers, slot.nvalues);
        out->n_elements = slot.nvalues;
    }
    if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_DECHIST, InvalidOid, ATTSTATSSLOT_NUMBERS) &&
        slot.nnumbers > 0)
        out->elements_per_row =
            Min(Max((double)slot.numbers[slot.nnumbers - 1], 0.0), MAX_ELEMENTS);
    if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_CORRELATION, InvalidOid,
                         ATTSTATSSLOT_NUMBERS) &&
        slot.nnumbers > 0 && !isnan(slot.numbers[0]))
        out->correlation = (double)slot.numbers[0];
}

static int
statistics_target(Relation rel, AttrNumber attnum)
{
    HeapTuple tuple =
        SearchSysCache2(ATTNUM, ObjectIdGetDatum(RelationGetRelid(rel)), Int16GetDatum(attnum));
    bool isnull = true;
    Datum target = 0;
    int result = -1;

    if (!HeapTupleIsValid(tuple))
        return default_statistics_target;
    target = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attstattarget, &isnull);
    if (!isnull)
        result = DatumGetInt16(target);
    ReleaseSysCache(tuple);
    return result < 0 ? default_statistics_target : result;
}

/* ANALYZE samples 300 × target blocks first and rows of these then, and extrapolates as if rows
 * were drawn from the whole table (Haas and Stokes' estimator, compute_scalar_stats() in
 * analyze.c). Equal values that stand together meet more often in fewer blocks. With only values
 * seen once (f1) and twice, the published n_distinct gives f1 back; the same estimator within the
 * sampled blocks then gives the rows of one value. */
static double
clustered_distinct(const WhatifInput *input, double n_distinct, int target)
{
    double total = input->heap_tuples;
    double n = Min(300.0 * target, total);
    double inside = total * Min(1.0, n / Max(input->heap_pages, 1.0));
    double f1, d, found;

    if (n < 1 || inside >= total || n >= inside)
        return n_distinct;
    f1 = (n_distinct * n - n * n / 2) / (n / 2 + n_distinct * (1 - n / total));
    if (f1 <= 0)
        return n_distinct;
    f1 = Min(f1, n);
    d = (n + f1) / 2;
    found = n * d / (n - f1 + f1 * n / inside);
    return Max(n_distinct, Min(total, total * found / inside));
}

static double
referenced_rows(const WhatifInput *input, AttrNumber attnum)
{
    ListCell *cell;
    double most = 0;

    foreach (cell, RelationGetFKeyList(input->heap)) {
        ForeignKeyCacheInfo *key = lfirst_node(ForeignKeyCacheInfo, cell);
        Relation parent;
        double pages, tuples;

        if (key->nkeys != 1 || key->conkey[0] != attnum)
            continue;
        parent = try_relation_open(key->confrelid, AccessShareLock);
        if (!parent)
            continue;
        if (whatif_table_size(parent, &pages, &tuples))
            most = Max(most, tuples);
        else
            most = Max(most, (double)parent->rd_rel->reltuples);
        relation_close(parent, AccessShareLock);
    }
    return most;
}

/* Numbers in the order of the rows, every one of them (i / 10): as many as there is room for. */
static bool
is_room_filled(const WhatifAttribute *column, double found, double *room)
{
    const WhatifCountable *countable = &column->countable;

    if (countable->n_bounds < 3)
        return false;
    *room =
        (countable->bounds[countable->n_bounds - 1] - countable->bounds[0]) / countable->grain + 1;
    if (found > 0.6 * *room && found < 1.6 * *room)
        return true;
    *room = Min(found, Max(*room, column->n_mcv + 1));
    return false;
}

/* Rows come in about the order of the numbers, and so fall on them by chance. */
static double
spread_by_chance(WhatifAttribute *column, double room, double rows)
{
    for (int i = 0; i < column->n_mcv; i++)
        rows -= rows * column->mcv_freqs[i] / Max(1 - column->null_frac, 1e-9);
    room = Max(room - column->n_mcv, 1);
    column->tail = palloc(sizeof(WhatifClass));
    column->tail[0] = (WhatifClass){room, Max(rows, 1) / room, true};
    column->n_tail = 1;
    return column->n_mcv + room * -expm1(-rows / room);
}

static void
correct_distinct(const WhatifInput *input, AttrNumber attnum, WhatifAttribute *out)
{
    double present = Max(input->heap_tuples * (1 - out->null_frac), 1);
    double before = out->n_distinct, found, parent;
    int target = statistics_target(input->heap, attnum);

    if (before <= 0)
        return;
    parent = Min(referenced_rows(input, attnum), present);
    whatif_countable_load(out);
    if (fabs(out->correlation) < 0.9) {
        whatif_distinct_fit(input, target, parent >= before ? parent : present * 1e6, out);
        return;
    }
    found = clustered_distinct(input, before, target);
    if (parent > 0)
        found = Min(found, parent);
    found = Max(Min(found, present), before);
    out->counted = is_room_filled(out, found, &found);
    if (out->counted && fabs(out->correlation) < IN_SEQUENCE)
        found = spread_by_chance(out, found, present);
    out->corrected = found > before * (out->counted ? 2 : 1.05); /* or not all have rows */
    out->n_distinct = found;
}

/* Asked of the primary key alone: all the table's indexes together are many. */
static bool
is_unique_column(Relation heap, AttrNumber attnum)
{
#if PG_VERSION_NUM >= 180000
    Oid oid = RelationGetPrimaryKeyIndex(heap, true);
#else
    Oid oid = RelationGetPrimaryKeyIndex(heap);
#endif
    Relation key = OidIsValid(oid) ? try_relation_open(oid, AccessShareLock) : NULL;
    bool is_unique;

    if (!key)
        return false;
    is_unique = key->rd_index->indnkeyatts == 1 && key->rd_index->indkey.values[0] == attnum;
    relation_close(key, AccessShareLock);
    return is_unique;
}

void
whatif_attribute_read(const WhatifInput *input, Oid relid, AttrNumber attnum, WhatifAttribute *out)
{
    bool of_heap = relid == RelationGetRelid(input->heap);
    TupleDesc desc = RelationGetDescr(of_heap ? input->heap : input->index);
    Form_pg_attribute attribute = TupleDescAttr(desc, attnum - 1);
    Form_pg_statistic form;
    HeapTuple tuple;

    *out = (WhatifAttribute){.type = attribute->atttypid,
                             .typlen = attribute->attlen,
                             .typbyval = attribute->attbyval,
                             .elements_per_row = -1};
    out->width = attribute->attlen > 0 ? attribute->attlen
                                       : get_typavgwidth(attribute->atttypid, attribute->atttypmod);
    if (of_heap && is_unique_column(input->heap, attnum))
        out->n_distinct = input->heap_tuples;
    tuple = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid), Int16GetDatum(attnum),
                            BoolGetDatum(false));
    if (!HeapTupleIsValid(tuple))
        return;
    form = (Form_pg_statistic)GETSTRUCT(tuple);
    out->known = true;
    out->null_frac = fraction((double)form->stanullfrac);
    if (form->stawidth > 0 && attribute->attlen <= 0)
        out->width = form->stawidth;
    if (form->stadistinct > 0)
        out->n_distinct = (double)form->stadistinct;
    else if (form->stadistinct < 0)
        out->n_distinct = -(double)form->stadistinct * input->heap_tuples;
    load_values(tuple, out);
    load_elements(tuple, out);
    ReleaseSysCache(tuple);
    out->max_elements = 10 * statistics_target(of_heap ? input->heap : input->index, attnum);
    if (of_heap)
        correct_distinct(input, attnum, out);
}

static HeapTuple
extended_data(Oid oid)
{
#if PG_VERSION_NUM >= 150000
    return SearchSysCache2(STATEXTDATASTXOID, ObjectIdGetDatum(oid), BoolGetDatum(false));
#else
    return SearchSysCache1(STATEXTDATASTXOID, ObjectIdGetDatum(oid));
#endif
}

static double
ndistinct_of(Oid oid, const Bitmapset *attnums)
{
#if PG_VERSION_NUM >= 150000
    const MVNDistinct *distinct = statext_ndistinct_load(oid, false);
#else
    const MVNDistinct *distinct = statext_ndistinct_load(oid);
#endif

    for (uint32 i = 0; i < distinct->nitems; i++) {
        const MVNDistinctItem *item = &distinct->items[i];
        int same = 0;

        for (int k = 0; k < item->nattributes; k++)
            same += item->attributes[k] > 0 && bms_is_member(item->attributes[k], attnums);
        if (same == item->nattributes && same == bms_num_members(attnums))
            return item->ndistinct;
    }
    return 0;
}

/* 0: no statistics object has just these columns. */
double
whatif_extended_ndistinct(const WhatifInput *input, Bitmapset *attnums)
{
    ListCell *cell;
    double found = 0;

    foreach (cell, RelationGetStatExtList(input->heap)) {
        HeapTuple tuple = extended_data(lfirst_oid(cell));

        if (!HeapTupleIsValid(tuple))
            continue;
        if (found <= 0 && statext_is_kind_built(tuple, STATS_EXT_NDISTINCT))
            found = ndistinct_of(lfirst_oid(cell), attnums);
        ReleaseSysCache(tuple);
    }
    return found;
}
