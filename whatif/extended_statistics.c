/* put_extended_statistics(): the data of an extended statistics object. Its parts are independent:
 * one that is no good is left out and named. */
#include "extended.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_statistic_ext_data.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pg_list.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(pgarchitect_put_extended_statistics);

/* The arguments' places. */
enum { OBJECT, INHERITED, ATTNUMS, ATTNAMES, NDISTINCT, DEPENDENCIES, MCV, EXPRESSIONS = MCV + 4 };

typedef struct {
    const WhatifObject *object;
    const char *text; /* ndistinct, dependencies */
    WhatifMcvText mcv;
    int part; /* one of the arguments' places */
    const char *problem;
    Datum out;
} Work;

static bool
find_table(Oid relid, WhatifObject *object)
{
    const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));

    if (!HeapTupleIsValid(tuple))
        return false;
    object->owner = ((Form_pg_class)GETSTRUCT(tuple))->relowner;
    ReleaseSysCache(tuple);
    return true;
}

static bool
add_column(WhatifObject *object, Oid relid, AttrNumber attnum)
{
    WhatifColumn *column = &object->dimensions[object->n_columns];

    if (object->n_columns == STATS_MAX_DIMENSIONS)
        return false;
    *column = (WhatifColumn){.owner = object->owner, .max_width = WHATIF_MAX_WIDTH};
    object->columns[object->n_columns++] = attnum;
    get_atttypetypmodcoll(relid, attnum, &column->type, &column->typmod, &column->collation);
    return true;
}

static bool
add_expressions(WhatifObject *object, HeapTuple tuple)
{
    bool is_null;
    const Datum datum =
        SysCacheGetAttr(STATEXTOID, tuple, Anum_pg_statistic_ext_stxexprs, &is_null);
    ListCell *cell;

    if (is_null)
        return true;
    foreach (cell, (List *)stringToNode(TextDatumGetCString(datum))) {
        const int place = object->n_columns + object->n_expressions;

        if (place == STATS_MAX_DIMENSIONS)
            return false;
        object->dimensions[place] = (WhatifColumn){.type = exprType(lfirst(cell)),
                                                   .typmod = exprTypmod(lfirst(cell)),
                                                   .collation = exprCollation(lfirst(cell)),
                                                   .owner = object->owner,
                                                   .max_width = MaxAllocSize};
        object->n_expressions++;
    }
    return true;
}

static const char *
find_object(WhatifObject *object, Oid *relid)
{
    const HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(object->oid));
    bool good;

    if (!HeapTupleIsValid(tuple))
        return "no such statistics object";
    {
        const Form_pg_statistic_ext form = (Form_pg_statistic_ext)GETSTRUCT(tuple);

        *relid = form->stxrelid;
        good = find_table(*relid, object);
        for (int i = 0; good && i < form->stxkeys.dim1; i++)
            good = add_column(object, *relid, form->stxkeys.values[i]);
    }
    good = good && add_expressions(object, tuple);
    ReleaseSysCache(tuple);
    return good ? NULL : "a statistics object without a table";
}

static int
dimension_named(const WhatifObject *object, Oid relid, const char *name)
{
    const AttrNumber attnum = get_attnum(relid, name);

    for (int i = 0; i < object->n_columns; i++)
        if (attnum != InvalidAttrNumber && object->columns[i] == attnum)
            return i;
    return -1;
}

/* Insertion by attnum: the source's dimensions stand in that order. */
static bool
add_source(WhatifObject *object, AttrNumber attnum, int dimension)
{
    int at = object->n_source++;

    if (attnum <= 0 || dimension < 0)
        return false;
    for (int i = 0; i < at; i++)
        if (object->source[i] == attnum || object->dimension_of[i] == dimension)
            return false;
    for (; at > 0 && object->source[at - 1] > attnum; at--) {
        object->source[at] = object->source[at - 1];
        object->dimension_of[at] = object->dimension_of[at - 1];
    }
    object->source[at] = attnum;
    object->dimension_of[at] = dimension;
    return true;
}

static const char *
map_columns(FunctionCallInfo fcinfo, WhatifObject *object, Oid relid)
{
    static const char other[] = "the columns are not those of the statistics object";
    ArrayType *attnums;
    char **names;
    int n;

    if (PG_ARGISNULL(ATTNUMS) || PG_ARGISNULL(ATTNAMES))
        return object->n_columns == 0 ? NULL : other;
    attnums = PG_GETARG_ARRAYTYPE_P(ATTNUMS);
    if (!whatif_text_elements(PG_GETARG_DATUM(ATTNAMES), &names, &n) || n != object->n_columns ||
        ARR_NDIM(attnums) > 1 || array_contains_nulls(attnums) ||
        ArrayGetNItems(ARR_NDIM(attnums), ARR_DIMS(attnums)) != n)
        return other;
    for (int i = 0; i < n; i++)
        if (!names[i] || !add_source(object, ((AttrNumber *)ARR_DATA_PTR(attnums))[i],
                                     dimension_named(object, relid, names[i])))
            return other;
    return NULL;
}

static void
make_part(void *argument)
{
    Work *work = argument;

    if (work->part == NDISTINCT)
        work->problem = whatif_ndistinct_in(work->object, work->text, &work->out);
    else if (work->part == DEPENDENCIES)
        work->problem = whatif_dependencies_in(work->object, work->text, &work->out);
    else
        work->problem = whatif_mcv_in(work->object, &work->mcv, &work->out);
}

static char *
text_argument(FunctionCallInfo fcinfo, int i)
{
    return PG_ARGISNULL(i) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(i));
}

/* 0: absent, or no good. */
static Datum
part(FunctionCallInfo fcinfo, const WhatifObject *object, int i, StringInfo problems)
{
    const char *name = i == NDISTINCT ? "ndistinct" : i == DEPENDENCIES ? "dependencies" : "mcv";
    Work work = {.object = object, .text = text_argument(fcinfo, i), .part = i};
    char *message;

    if (!work.text)
        return 0;
    if (i == MCV)
        work.mcv = (WhatifMcvText){.values = work.text,
                                   .nulls = text_argument(fcinfo, MCV + 1),
                                   .freqs = text_argument(fcinfo, MCV + 2),
                                   .base_freqs = text_argument(fcinfo, MCV + 3)};
    message = whatif_try(object->owner, make_part, &work);
    if (message)
        work.problem = message;
    if (!work.problem)
        return work.out;
    whatif_problem(problems, "%s: %s", name, work.problem);
    return 0;
}

static Datum
expressions(FunctionCallInfo fcinfo, const WhatifObject *object, StringInfo problems)
{
    char **texts;
    Datum out;
    int n;

    if (PG_ARGISNULL(EXPRESSIONS))
        return 0;
    if (!whatif_text_elements(PG_GETARG_DATUM(EXPRESSIONS), &texts, &n)) {
        whatif_problem(problems, "expressions: not an array");
        return 0;
    }
    if (n == 0) /* none, or none that the source showed */
        return 0;
    return whatif_expressions_in(object, texts, n, &out, problems) ? out : 0;
}

static HeapTuple
find_data(Oid oid, bool inherited)
{
#if PG_VERSION_NUM >= 150000
    return SearchSysCache2(STATEXTDATASTXOID, ObjectIdGetDatum(oid), BoolGetDatum(inherited));
#else
    return SearchSysCache1(STATEXTDATASTXOID, ObjectIdGetDatum(oid));
#endif
}

static void
store(Oid oid, bool inherited, Datum *values, bool *nulls)
{
    Relation data = table_open(StatisticExtDataRelationId, RowExclusiveLock);
    const HeapTuple old = find_data(oid, inherited);
    bool replace[Natts_pg_statistic_ext_data];
    HeapTuple tuple;

    values[Anum_pg_statistic_ext_data_stxoid - 1] = ObjectIdGetDatum(oid);
    nulls[Anum_pg_statistic_ext_data_stxoid - 1] = false;
#if PG_VERSION_NUM >= 150000
    values[Anum_pg_statistic_ext_data_stxdinherit - 1] = BoolGetDatum(inherited);
    nulls[Anum_pg_statistic_ext_data_stxdinherit - 1] = false;
#endif
    if (HeapTupleIsValid(old)) {
        memset(replace, true, sizeof replace);
        tuple = heap_modify_tuple(old, RelationGetDescr(data), values, nulls, replace);
        ReleaseSysCache(old);
        CatalogTupleUpdate(data, &tuple->t_self, tuple);
    } else {
        tuple = heap_form_tuple(RelationGetDescr(data), values, nulls);
        CatalogTupleInsert(data, tuple);
    }
    table_close(data, RowExclusiveLock);
    CommandCounterIncrement();
}

static void
put_parts(FunctionCallInfo fcinfo, const WhatifObject *object, StringInfo problems)
{
    Datum values[Natts_pg_statistic_ext_data] = {0};
    bool nulls[Natts_pg_statistic_ext_data];

    values[Anum_pg_statistic_ext_data_stxdndistinct - 1] =
        part(fcinfo, object, NDISTINCT, problems);
    values[Anum_pg_statistic_ext_data_stxddependencies - 1] =
        part(fcinfo, object, DEPENDENCIES, problems);
    values[Anum_pg_statistic_ext_data_stxdmcv - 1] = part(fcinfo, object, MCV, problems);
    values[Anum_pg_statistic_ext_data_stxdexpr - 1] = expressions(fcinfo, object, problems);
    for (int i = 0; i < Natts_pg_statistic_ext_data; i++)
        nulls[i] = values[i] == 0;
    store(object->oid, PG_GETARG_BOOL(INHERITED), values, nulls);
}

Datum
pgarchitect_put_extended_statistics(PG_FUNCTION_ARGS)
{
    StringInfoData problems;
    WhatifObject object = {0};
    const char *problem = NULL;
    Oid relid;

    initStringInfo(&problems);
    if (PG_ARGISNULL(OBJECT) || PG_ARGISNULL(INHERITED)) {
        problem = "an argument is NULL";
    } else {
        object.oid = PG_GETARG_OID(OBJECT);
        problem = find_object(&object, &relid);
        if (!problem)
            problem = map_columns(fcinfo, &object, relid);
    }
    if (problem)
        whatif_problem(&problems, "%s", problem);
    else
        put_parts(fcinfo, &object, &problems);
    return whatif_answer(fcinfo, &problems);
}
