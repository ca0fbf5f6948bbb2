/* Statistics of an extended statistics object's expressions: pg_statistic rows in an array, one for
 * each expression (the planner takes an element by its number, unchecked). */
#include "extended.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

#define UNREADABLE "not an object of statistics"

typedef struct {
    const char *text;
    WhatifStatistics in;
} Work;

/* NULL for JSON's null and for what is neither text nor a number. */
static char *
scalar_text(const JsonbValue *value)
{
    if (value && value->type == jbvString)
        return pnstrdup(value->val.string.val, value->val.string.len);
    if (value && value->type == jbvNumeric)
        return DatumGetCString(
            DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
    return NULL;
}

static JsonbValue *
member(JsonbContainer *object, const char *name)
{
    return getKeyJsonValueFromContainer(object, name, (int)strlen(name), NULL);
}

static double
number_of(const JsonbValue *value, bool single)
{
    const char *text = scalar_text(value);
    double out;

    if (!text || !whatif_parse_number(text, single, &out))
        elog(ERROR, UNREADABLE);
    return out;
}

static double
member_number(JsonbContainer *object, const char *name, bool single)
{
    return number_of(member(object, name), single);
}

/* NULL: absent or null; else an array of up to as many elements as there are slots. */
static JsonbContainer *
member_array(JsonbContainer *object, const char *name)
{
    const JsonbValue *value = member(object, name);

    if (!value || value->type == jbvNull)
        return NULL;
    if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data) ||
        JsonContainerSize(value->val.binary.data) > STATISTIC_NUM_SLOTS)
        elog(ERROR, UNREADABLE);
    return value->val.binary.data;
}

static int16
kind_of(const JsonbValue *value)
{
    const double kind = number_of(value, false);

    if (kind < 0 || kind > PG_INT16_MAX)
        elog(ERROR, "a kind is out of range");
    return (int16)kind;
}

static void
read_object(void *argument)
{
    Work *work = argument;
    Jsonb *jsonb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(work->text)));
    JsonbContainer *root = &jsonb->root, *kinds, *numbers, *values;
    double width;

    if (!JB_ROOT_IS_OBJECT(jsonb))
        elog(ERROR, UNREADABLE);
    work->in.null_frac = (float4)member_number(root, "null_frac", true);
    work->in.n_distinct = (float4)member_number(root, "n_distinct", true);
    width = member_number(root, "width", false);
    work->in.width = width >= 0 && width <= PG_INT32_MAX ? (int32)width : -1;
    kinds = member_array(root, "kinds");
    numbers = member_array(root, "numbers");
    values = member_array(root, "values");
    for (uint32 i = 0; kinds && i < JsonContainerSize(kinds); i++) {
        work->in.kinds[i] = kind_of(getIthJsonbValueFromContainer(kinds, i));
        if (numbers)
            work->in.numbers[i] = scalar_text(getIthJsonbValueFromContainer(numbers, i));
        if (values)
            work->in.values[i] = scalar_text(getIthJsonbValueFromContainer(values, i));
    }
}

static Datum
form_row(const WhatifColumn *column, const WhatifStatistics *in, TupleDesc descriptor,
         StringInfo problems)
{
    Datum values[Natts_pg_statistic] = {0};
    bool nulls[Natts_pg_statistic] = {0};

    if (!whatif_make_row(column, in, values, nulls, problems))
        return 0;
    return heap_copy_tuple_as_datum(heap_form_tuple(descriptor, values, nulls), descriptor);
}

static Datum
expression_row(const WhatifColumn *column, const char *text, TupleDesc descriptor,
               StringInfo problems)
{
    Work work = {.text = text};
    char *message;

    if (!text)
        return 0;
    message = whatif_try(column->owner, read_object, &work);
    if (message) {
        whatif_problem(problems, "%s", message);
        return 0;
    }
    return form_row(column, &work.in, descriptor, problems);
}

bool
whatif_expressions_in(const WhatifObject *object, char **texts, int n, Datum *out,
                      StringInfo problems)
{
    const Oid type = get_rel_type_id(StatisticRelationId);
    ArrayBuildState *state = NULL;
    Relation statistic;

    if (n != object->n_expressions) {
        whatif_problem(problems, "%d expressions, not %d", n, object->n_expressions);
        return false;
    }
    statistic = table_open(StatisticRelationId, AccessShareLock);
    for (int i = 0; i < n; i++) {
        StringInfoData found;
        Datum row;

        initStringInfo(&found);
        row = expression_row(&object->dimensions[object->n_columns + i], texts[i],
                             RelationGetDescr(statistic), &found);
        if (found.len > 0)
            whatif_problem(problems, "expression %d: %s", i + 1, found.data);
        state = accumArrayResult(state, row, row == 0, type, CurrentMemoryContext);
    }
    table_close(statistic, AccessShareLock);
    *out = makeArrayResult(state, CurrentMemoryContext);
    return true;
}
