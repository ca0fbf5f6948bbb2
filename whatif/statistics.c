/* put_statistics(): a row of pg_statistic for a column of a table or an expression of an index. No
 * lock on the relation is taken: a clone of 10,000 tables would need a larger lock table, and
 * nobody else changes it. */
#include "import.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pg_list.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(pgarchitect_put_statistics);

typedef struct {
    Oid relid;
    int16 attnum;
    bool inherited;
} Place;

static const char *
table_column(const Place *place, WhatifColumn *column)
{
    HeapTuple tuple =
        SearchSysCache2(ATTNUM, ObjectIdGetDatum(place->relid), Int16GetDatum(place->attnum));
    Form_pg_attribute attribute;
    bool dropped;

    if (!HeapTupleIsValid(tuple))
        return "no such column";
    attribute = (Form_pg_attribute)GETSTRUCT(tuple);
    dropped = attribute->attisdropped;
    column->type = attribute->atttypid;
    column->typmod = attribute->atttypmod;
    column->collation = attribute->attcollation;
    ReleaseSysCache(tuple);
    return dropped ? "the column is dropped" : NULL;
}

/* As examine_attribute() of analyze.c, but without folding constants: that would run functions. */
static const char *
index_column(HeapTuple tuple, int16 attnum, WhatifColumn *column)
{
    const Form_pg_index index = (Form_pg_index)GETSTRUCT(tuple);
    List *expressions;
    Node *expression;
    oidvector *collations;
    int place = 0;
    Datum datum;
    bool is_null;

    if (attnum > index->indnkeyatts || index->indkey.values[attnum - 1] != 0)
        return "the index has no expression there";
    for (int i = 0; i < attnum - 1; i++)
        place += index->indkey.values[i] == 0;
    datum = SysCacheGetAttr(INDEXRELID, tuple, Anum_pg_index_indexprs, &is_null);
    expressions = is_null ? NIL : (List *)stringToNode(TextDatumGetCString(datum));
    if (place >= list_length(expressions))
        return "the index has no expression there";
    expression = list_nth(expressions, place);
    datum = SysCacheGetAttr(INDEXRELID, tuple, Anum_pg_index_indcollation, &is_null);
    collations = (oidvector *)DatumGetPointer(datum);
    column->type = exprType(expression);
    column->typmod = exprTypmod(expression);
    column->collation = collations->values[attnum - 1];
    if (!OidIsValid(column->collation))
        column->collation = exprCollation(expression);
    return NULL;
}

static const char *
find_column(const Place *place, WhatifColumn *column)
{
    HeapTuple tuple;
    const char *problem;
    char relkind;

    if (place->relid < FirstNormalObjectId || place->attnum <= 0)
        return "not a relation or column of a user";
    tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(place->relid));
    if (!HeapTupleIsValid(tuple))
        return "no such relation";
    relkind = ((Form_pg_class)GETSTRUCT(tuple))->relkind;
    column->owner = ((Form_pg_class)GETSTRUCT(tuple))->relowner;
    ReleaseSysCache(tuple);
    column->max_width = WHATIF_MAX_WIDTH;
    if (relkind == RELKIND_RELATION || relkind == RELKIND_MATVIEW ||
        relkind == RELKIND_PARTITIONED_TABLE || relkind == RELKIND_FOREIGN_TABLE)
        return table_column(place, column);
    if (relkind != RELKIND_INDEX)
        return "a relation that has no statistics";
    column->max_width = MaxAllocSize; /* never summed up; long expressions are not toasted */
    tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(place->relid));
    if (!HeapTupleIsValid(tuple))
        return "no such index";
    problem = index_column(tuple, place->attnum, column);
    ReleaseSysCache(tuple);
    return problem;
}

/* CommandCounterIncrement(): the next call of the same statement may be for the same row. */
static void
store(const Place *place, Datum *values, bool *nulls)
{
    Relation statistic = table_open(StatisticRelationId, RowExclusiveLock);
    const TupleDesc descriptor = RelationGetDescr(statistic);
    HeapTuple old, tuple;
    bool replace[Natts_pg_statistic];

    values[Anum_pg_statistic_starelid - 1] = ObjectIdGetDatum(place->relid);
    values[Anum_pg_statistic_staattnum - 1] = Int16GetDatum(place->attnum);
    values[Anum_pg_statistic_stainherit - 1] = BoolGetDatum(place->inherited);
    old = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(place->relid),
                          Int16GetDatum(place->attnum), BoolGetDatum(place->inherited));
    if (HeapTupleIsValid(old)) {
        memset(replace, true, sizeof replace);
        tuple = heap_modify_tuple(old, descriptor, values, nulls, replace);
        ReleaseSysCache(old);
        CatalogTupleUpdate(statistic, &tuple->t_self, tuple);
    } else {
        tuple = heap_form_tuple(descriptor, values, nulls);
        CatalogTupleInsert(statistic, tuple);
    }
    table_close(statistic, RowExclusiveLock);
    CommandCounterIncrement();
}

static bool
read_kinds(Datum datum, WhatifStatistics *in, int *n)
{
    ArrayType *array = DatumGetArrayTypeP(datum);

    *n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
    if (ARR_NDIM(array) > 1 || *n > STATISTIC_NUM_SLOTS || array_contains_nulls(array))
        return false;
    for (int i = 0; i < *n; i++)
        in->kinds[i] = ((int16 *)ARR_DATA_PTR(array))[i];
    return true;
}

static bool
read_slots(FunctionCallInfo fcinfo, WhatifStatistics *in)
{
    char **texts;
    int n, n_texts;

    if (PG_ARGISNULL(6))
        return PG_ARGISNULL(7) && PG_ARGISNULL(8);
    if (!read_kinds(PG_GETARG_DATUM(6), in, &n))
        return false;
    for (int argument = 7; argument <= 8; argument++) {
        if (PG_ARGISNULL(argument))
            continue;
        if (!whatif_text_elements(PG_GETARG_DATUM(argument), &texts, &n_texts) || n_texts != n)
            return false;
        for (int i = 0; i < n; i++)
            (argument == 7 ? in->numbers : in->values)[i] = texts[i];
    }
    return true;
}

static const char *
read_arguments(FunctionCallInfo fcinfo, Place *place, WhatifStatistics *in)
{
    for (int i = 0; i < 6; i++)
        if (PG_ARGISNULL(i))
            return "an argument is NULL";
    place->relid = PG_GETARG_OID(0);
    place->attnum = PG_GETARG_INT16(1);
    place->inherited = PG_GETARG_BOOL(2);
    in->null_frac = PG_GETARG_FLOAT4(3);
    in->width = PG_GETARG_INT32(4);
    in->n_distinct = PG_GETARG_FLOAT4(5);
    return read_slots(fcinfo, in) ? NULL : "kinds, numbers and values are not parallel arrays";
}

Datum
pgarchitect_put_statistics(PG_FUNCTION_ARGS)
{
    Datum values[Natts_pg_statistic] = {0};
    bool nulls[Natts_pg_statistic] = {0};
    WhatifStatistics in = {0};
    WhatifColumn column = {0};
    StringInfoData problems;
    const char *problem;
    Place place;

    initStringInfo(&problems);
    problem = read_arguments(fcinfo, &place, &in);
    if (!problem)
        problem = find_column(&place, &column);
    if (problem)
        whatif_problem(&problems, "%s", problem);
    else if (whatif_make_row(&column, &in, values, nulls, &problems))
        store(&place, values, nulls);
    return whatif_answer(fcinfo, &problems);
}
