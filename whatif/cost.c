/* cost() and cost_pairs(): plan kept statements under configurations of indexes, many in one call.
 */
#include "statement.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "optimizer/planner.h"
#include "portability/instr_time.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* The result's columns, see whatif.sql. */
enum {
    OUT_STATEMENT,
    OUT_CONFIGURATION,
    OUT_STARTUP_COST,
    OUT_TOTAL_COST,
    OUT_PLAN_ROWS,
    OUT_INDEXES,
    OUT_MESSAGE,
    OUT_MILLISECONDS, /* of cost_pairs() only */
    N_OUT
};

/** One statement of a call. */
typedef struct {
    int32 number;
    WhatifStatement *statement;
    char *failure; /* (nullable): it cannot be planned, under no configuration */
} Request;

/** What planning came to. */
typedef struct {
    double startup_cost, total_cost, plan_rows;
    double milliseconds; /* that planning took */
    oidvector *indexes;
} Outcome;

/** A call. */
typedef struct {
    Request *requests;
    int n_requests;
    WhatifConfiguration **configurations;
    int n_configurations;
    MemoryContext plan_context; /* emptied after each plan */
    Tuplestorestate *results;
    TupleDesc descriptor;
} Batch;

static void
ready(void *argument)
{
    whatif_statement_ready(((Request *)argument)->statement);
}

/* Calls @work in a subtransaction: its failure's message in the current memory context, or NULL. */
static char *
attempt(void (*work)(void *), void *argument)
{
    MemoryContext context = CurrentMemoryContext;
    ResourceOwner owner = CurrentResourceOwner;
    char *volatile failure = NULL;

    BeginInternalSubTransaction(NULL);
    MemoryContextSwitchTo(context);
    PG_TRY();
    {
        work(argument);
        ReleaseCurrentSubTransaction();
    }
    PG_CATCH();
    {
        failure = whatif_subtransaction_failed(context, owner)->message;
    }
    PG_END_TRY();
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    return failure;
}

/** The argument of plan(). */
typedef struct {
    const CachedPlanSource *source;
    Outcome *outcome;
} Planning;

static int
compare_oids(const ListCell *a, const ListCell *b)
{
    Oid left = lfirst_oid(a), right = lfirst_oid(b);

    return left < right ? -1 : left > right;
}

static oidvector *
to_vector(List *oids)
{
    Oid *unique = palloc(sizeof(Oid) * (Size)(list_length(oids) + 1));
    int n = 0;
    ListCell *cell;

    list_sort(oids, compare_oids);
    foreach (cell, oids)
        if (n == 0 || unique[n - 1] != lfirst_oid(cell))
            unique[n++] = lfirst_oid(cell);
    return buildoidvector(unique, n);
}

/* A rule may have made several queries of one statement: their costs add up, the rows are those of
 * the query that the user sees. */
static void
plan(void *argument)
{
    const Planning *planning = argument;
    Outcome *outcome = planning->outcome;
    List *indexes = NIL;
    ListCell *cell;

    foreach (cell, planning->source->query_list) {
        Query *query = copyObject(lfirst_node(Query, cell));
        bool shown = query->canSetTag;
        PlannedStmt *planned =
            planner(query, planning->source->query_string, CURSOR_OPT_PARALLEL_OK, NULL);

        outcome->startup_cost += planned->planTree->startup_cost;
        outcome->total_cost += planned->planTree->total_cost;
        if (shown)
            outcome->plan_rows = planned->planTree->plan_rows;
        indexes = whatif_used_indexes(planned, indexes);
    }
    outcome->indexes = to_vector(indexes);
}

static void
put_outcome(const Batch *batch, const Request *request, int configuration, const Outcome *outcome,
            const char *failure)
{
    Datum values[N_OUT] = {0};
    bool nulls[N_OUT] = {[OUT_MESSAGE] = true};

    values[OUT_STATEMENT] = Int32GetDatum(request->number);
    values[OUT_CONFIGURATION] = Int32GetDatum(configuration + 1);
    values[OUT_MILLISECONDS] = Float8GetDatum(outcome->milliseconds);
    if (failure) {
        nulls[OUT_STARTUP_COST] = nulls[OUT_TOTAL_COST] = nulls[OUT_PLAN_ROWS] =
            nulls[OUT_INDEXES] = true;
        nulls[OUT_MESSAGE] = false;
        values[OUT_MESSAGE] = CStringGetTextDatum(failure);
    } else {
        values[OUT_STARTUP_COST] = Float8GetDatum(outcome->startup_cost);
        values[OUT_TOTAL_COST] = Float8GetDatum(outcome->total_cost);
        values[OUT_PLAN_ROWS] = Float8GetDatum(outcome->plan_rows);
        values[OUT_INDEXES] = PointerGetDatum(outcome->indexes);
    }
    tuplestore_putvalues(batch->results, batch->descriptor, values, nulls);
}

static void
plan_request(const Batch *batch, const Request *request, int configuration)
{
    MemoryContext old = MemoryContextSwitchTo(batch->plan_context);
    Outcome outcome = {0};
    const char *failure = request->failure;
    instr_time begun, ended;

    CHECK_FOR_INTERRUPTS();
    INSTR_TIME_SET_CURRENT(begun);
    if (!failure) {
        Planning planning = {request->statement->source, &outcome};

        failure = attempt(plan, &planning);
    }
    INSTR_TIME_SET_CURRENT(ended);
    INSTR_TIME_SUBTRACT(ended, begun);
    outcome.milliseconds = INSTR_TIME_GET_MILLISEC(ended);
    put_outcome(batch, request, configuration, &outcome, failure);
    MemoryContextSwitchTo(old);
    MemoryContextReset(batch->plan_context);
}

static void
plan_all(const Batch *batch)
{
    for (int c = 0; c < batch->n_configurations; c++) {
        whatif_configuration_set(batch->configurations[c]);
        for (int s = 0; s < batch->n_requests; s++) {
            whatif_narrow_apply(s == 0);
            plan_request(batch, &batch->requests[s], c);
        }
    }
}

/* Statement by statement, each under the configuration in the same place. */
static void
plan_pairs(const Batch *batch)
{
    for (int i = 0; i < batch->n_requests; i++) {
        const bool changed = i == 0 || batch->configurations[i] != batch->configurations[i - 1];

        if (changed)
            whatif_configuration_set(batch->configurations[i]);
        whatif_narrow_apply(changed);
        plan_request(batch, &batch->requests[i], i);
    }
}

static Datum *
array_elements(ArrayType *array, Oid type, int *n)
{
    int16 length;
    bool by_value;
    char alignment;
    Datum *elements;

    if (array_contains_nulls(array))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("neither a statement nor a configuration can be NULL")));
    get_typlenbyvalalign(type, &length, &by_value, &alignment);
    deconstruct_array(array, type, length, by_value, alignment, &elements, NULL, n);
    return elements;
}

static void
read_statements(Batch *batch, ArrayType *array)
{
    Datum *numbers = array_elements(array, INT4OID, &batch->n_requests);

    batch->requests = palloc0(sizeof(Request) * (Size)(batch->n_requests + 1));
    for (int i = 0; i < batch->n_requests; i++) {
        Request *request = &batch->requests[i];

        if (i > 0 && request[-1].number == DatumGetInt32(numbers[i])) {
            *request = request[-1];
            continue;
        }
        request->number = DatumGetInt32(numbers[i]);
        request->statement = whatif_statement(request->number);
        if (!request->statement)
            ereport(ERROR, (errcode(ERRCODE_UNDEFINED_PSTATEMENT),
                            errmsg("statement %d has not been prepared", request->number)));
        request->failure = attempt(ready, request);
    }
}

/* One that is none would be planned without, as if it were of no use. */
static void
check_indexes(const Oid *oids, int n)
{
    for (int i = 0; i < n; i++) {
        const char relkind = get_rel_relkind(oids[i]);

        if (relkind != RELKIND_INDEX && relkind != RELKIND_PARTITIONED_INDEX)
            ereport(ERROR,
                    (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("index %u does not exist", oids[i]),
                     errhint("A configuration lists oids of indexes: "
                             "'name'::regclass::oid.")));
    }
}

static bool
same_vectors(const oidvector *a, const oidvector *b)
{
    return VARSIZE(a) == VARSIZE(b) && memcmp(a, b, VARSIZE(a)) == 0;
}

static void
read_configurations(Batch *batch, ArrayType *array)
{
    const oidvector *last = NULL;
    Datum *vectors = array_elements(array, OIDVECTOROID, &batch->n_configurations);

    batch->configurations =
        palloc(sizeof(WhatifConfiguration *) * (Size)(batch->n_configurations + 1));
    for (int i = 0; i < batch->n_configurations; i++) {
        const oidvector *vector = (const oidvector *)PG_DETOAST_DATUM(vectors[i]);
        int n = vector->ndim == 1 && vector->dataoffset == 0 ? vector->dim1 : 0;

        if (last && same_vectors(last, vector)) {
            batch->configurations[i] = batch->configurations[i - 1];
            continue;
        }
        last = vector;
        check_indexes(vector->values, n);
        batch->configurations[i] = whatif_configuration_new(vector->values, n);
    }
}

/* A materialised result, as InitMaterializedSRF() of 15 and later makes. */
static void
open_results(FunctionCallInfo fcinfo, Batch *batch)
{
    ReturnSetInfo *info = (ReturnSetInfo *)fcinfo->resultinfo;
    MemoryContext old;

    if (!info || !IsA(info, ReturnSetInfo) || !(info->allowedModes & SFRM_Materialize))
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("a set of rows cannot be returned here")));
    old = MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);
    if (get_call_result_type(fcinfo, NULL, &batch->descriptor) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    batch->descriptor = CreateTupleDescCopy(batch->descriptor);
    batch->results =
        tuplestore_begin_heap((info->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
    info->returnMode = SFRM_Materialize;
    info->setResult = batch->results;
    info->setDesc = batch->descriptor;
    MemoryContextSwitchTo(old);
}

static void
read_arguments(FunctionCallInfo fcinfo, Batch *batch, bool pairs)
{
    read_statements(batch, PG_GETARG_ARRAYTYPE_P(0));
    read_configurations(batch, PG_GETARG_ARRAYTYPE_P(1));
    if (pairs && batch->n_requests != batch->n_configurations)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("%d statements and %d configurations make no pairs",
                               batch->n_requests, batch->n_configurations)));
}

static void
expect_relations(const Batch *batch)
{
    for (int i = 0; i < batch->n_requests; i++) {
        const Request *request = &batch->requests[i];

        if (!request->failure && (i == 0 || request[-1].statement != request->statement))
            whatif_narrow_expect(request->statement->source->relationOids);
    }
}

static Datum
answer(FunctionCallInfo fcinfo, bool pairs)
{
    Batch batch = {0};
    MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "whatif cost", ALLOCSET_DEFAULT_SIZES);
    MemoryContext old = MemoryContextSwitchTo(context);

    open_results(fcinfo, &batch);
    batch.plan_context = AllocSetContextCreate(context, "whatif plan", ALLOCSET_DEFAULT_SIZES);
    whatif_statements_hold(true);
    PG_TRY();
    {
        read_arguments(fcinfo, &batch, pairs);
        whatif_narrow_begin();
        expect_relations(&batch);
        if (pairs)
            plan_pairs(&batch);
        else
            plan_all(&batch);
    }
    PG_FINALLY();
    {
        whatif_configuration_set(NULL);
        whatif_narrow_end();
        whatif_statements_hold(false);
    }
    PG_END_TRY();
    MemoryContextSwitchTo(old);
    MemoryContextDelete(context);
    return (Datum)0;
}

PG_FUNCTION_INFO_V1(pgarchitect_cost);
Datum
pgarchitect_cost(PG_FUNCTION_ARGS)
{
    return answer(fcinfo, false);
}

PG_FUNCTION_INFO_V1(pgarchitect_cost_pairs);
Datum
pgarchitect_cost_pairs(PG_FUNCTION_ARGS)
{
    return answer(fcinfo, true);
}
