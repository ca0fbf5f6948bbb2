/* Draws rows from the statistics of columns: each column by itself, from its MCV list and
 * histogram. The predicate and the expressions of the index are evaluated on them, so that their
 * widths, NULLs and distinct values need no statistics of their own. */
#include "index_size_draw.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include <math.h>

static bool
is_drawable(Draw *draw, Node *expression)
{
    Bitmapset *columns = NULL;
    int k = -1;

    pull_varattnos(expression, 1, &columns);
    while ((k = bms_next_member(columns, k)) >= 0) {
        int attnum = k + FirstLowInvalidHeapAttributeNumber;

        if (attnum <= 0)
            return false;
        if (!draw->loaded[attnum - 1])
            whatif_attribute_load(draw->input, RelationGetRelid(draw->input->heap),
                                  (AttrNumber)attnum, &draw->attributes[attnum - 1]);
        draw->loaded[attnum - 1] = true;
        if (draw->input->n_rows == 0 && !draw->attributes[attnum - 1].has_values &&
            draw->attributes[attnum - 1].null_frac < 1)
            return false;
    }
    return true;
}

/* The index's own descriptor has what the opclass stores, which can be of another type. */
static void
take_type(WhatifAttribute *column, Node *expression)
{
    Oid type = exprType(expression);

    if (type == column->type)
        return;
    column->type = type;
    get_typlenbyval(type, &column->typlen, &column->typbyval);
    column->n_histogram = column->n_elements = 0;
    column->mcv = NULL;
    column->has_values = false;
    if (!column->known)
        column->width = get_typavgwidth(type, exprTypmod(expression));
}

static void
prepare_positions(Draw *draw)
{
    WhatifInput *input = draw->input;
    ListCell *next = list_head(input->info->ii_Expressions);
    Bitmapset *in_predicate = NULL;

    pull_varattnos((Node *)input->info->ii_Predicate, 1, &in_predicate);
    for (int i = 0; i < RelationGetDescr(input->heap)->natts; i++)
        draw->judged[i] = bms_is_member(i + 1 - FirstLowInvalidHeapAttributeNumber, in_predicate);
    for (int i = 0; i < input->n_columns; i++) {
        Position *position = &draw->positions[i];
        WhatifAttribute *column = &input->columns[i];

        position->attnum = input->info->ii_IndexAttrNumbers[i];
        if (position->attnum != 0) {
            WhatifAttribute *attribute = &draw->attributes[position->attnum - 1];

            if (!draw->loaded[position->attnum - 1])
                whatif_attribute_load(input, RelationGetRelid(input->heap), position->attnum,
                                      attribute);
            draw->loaded[position->attnum - 1] = true;
            position->in_predicate = draw->judged[position->attnum - 1];
            *column = *attribute;
            continue;
        }
        position->expression = lfirst(next);
        next = lnext(input->info->ii_Expressions, next);
        whatif_attribute_load(input, RelationGetRelid(input->index), (AttrNumber)(i + 1), column);
        take_type(column, (Node *)position->expression);
        if (draw->evaluates && (!column->known || input->n_rows > 0) &&
            is_drawable(draw, (Node *)position->expression))
            position->state = ExecPrepareExpr(position->expression, draw->estate);
        pull_varattnos((Node *)position->expression, 1, &position->reads);
    }
    if (draw->evaluates && input->info->ii_Predicate &&
        is_drawable(draw, (Node *)input->info->ii_Predicate))
        draw->qual = ExecPrepareQual(input->info->ii_Predicate, draw->estate);
}

static Datum
evaluate(Draw *draw, int i, uint64 row, bool *isnull)
{
    const Position *position = &draw->positions[i];
    const WhatifAttribute *column = &draw->input->columns[i];
    Datum value;
    int origin = 0;

    if (position->attnum != 0) {
        *isnull = draw->slot->tts_isnull[position->attnum - 1];
        return draw->slot->tts_values[position->attnum - 1];
    }
    if (!position->state) {
        value = whatif_draw_value(column, row, UINT64CONST(1000000) + (uint64)i, &origin);
        *isnull = origin == WHATIF_FROM_NULL;
        return value;
    }
    value =
        ExecEvalExprSwitchContext(position->state, GetPerTupleExprContext(draw->estate), isnull);
    if (*isnull)
        return (Datum)0;
    if (column->typlen == -1)
        return PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
    return datumCopy(value, column->typbyval, column->typlen);
}

static uint32
input_hash(const Draw *draw, int i)
{
    TupleDesc desc = draw->slot->tts_tupleDescriptor;
    uint32 hash = 0;
    int k = -1;

    while ((k = bms_next_member(draw->positions[i].reads, k)) >= 0) {
        int at = k + FirstLowInvalidHeapAttributeNumber - 1;
        Form_pg_attribute attribute = TupleDescAttr(desc, at);

        hash = hash_combine(hash, draw->slot->tts_isnull[at]
                                      ? 1
                                      : datum_image_hash(draw->slot->tts_values[at],
                                                         attribute->attbyval, attribute->attlen));
    }
    return hash;
}

void
whatif_keep_row(Draw *draw, uint64 row)
{
    WhatifInput *input = draw->input;
    WhatifSample *sample = &input->sample;
    int n = input->n_columns, at = sample->n_rows * n;

    for (int i = 0; i < n; i++) {
        AttrNumber attnum = draw->positions[i].attnum;

        sample->values[at + i] = evaluate(draw, i, row, &sample->isnull[at + i]);
        draw->kept[at + i] = attnum != 0 ? draw->origins[attnum - 1] : 0;
        draw->inputs[at + i] = draw->positions[i].state ? input_hash(draw, i) : 0;
    }
    sample->common[sample->n_rows++] =
        sample->isnull[at] ||
        (draw->positions[0].attnum != 0 && draw->kept[at] != input->columns[0].n_mcv);
}

/* Values that can be counted off, between the least and the greatest that satisfy the predicate. */
static double
room_left(const Draw *draw, int i)
{
    const WhatifSample *sample = &draw->input->sample;
    const WhatifAttribute *column = &draw->input->columns[i];
    int n = draw->input->n_columns;
    double least = INFINITY, most = -INFINITY, value;

    if (column->countable.n_bounds < 3 || column->countable.by_chance)
        return INFINITY;
    for (int row = 0; row < sample->n_rows; row++) {
        if (draw->kept[row * n + i] != column->n_mcv ||
            !whatif_countable_number(column->type, sample->values[row * n + i], &value))
            continue;
        least = Min(least, value);
        most = Max(most, value);
    }
    return most >= least ? (most - least) / column->countable.grain + 1 : INFINITY;
}

/* A column that the predicate names: which of its values are left, and how often they come. */
static void
restrict_column(const Draw *draw, int i)
{
    const WhatifSample *sample = &draw->input->sample;
    WhatifAttribute *column = &draw->input->columns[i];
    int n = draw->input->n_columns, common = 0;
    double *freqs = palloc0(sizeof(double) * (column->n_mcv + 1));
    double nulls = 0, spread = Max(column->n_distinct - column->n_mcv, 0), left = 1;
    double drawn = draw->drawn[draw->positions[i].attnum - 1];

    for (int row = 0; row < sample->n_rows; row++) {
        int origin = draw->kept[row * n + i];

        if (origin == WHATIF_FROM_NULL)
            nulls++;
        else
            freqs[origin]++;
    }
    if (drawn > 0)
        left = freqs[column->n_mcv] / drawn;
    spread *= left;
    for (int k = 0; k < column->n_mcv; k++)
        if (freqs[k] > 0)
            freqs[common++] = freqs[k] / sample->n_rows;
    whatif_tail_scale(column, left, room_left(draw, i));
    column->null_frac = nulls / sample->n_rows;
    column->mcv_freqs = freqs;
    column->n_mcv = common;
    column->mcv = NULL;
    if (column->n_distinct > 0)
        column->n_distinct = Max(common + spread, 1);
}

static void
describe_columns(Draw *draw, bool filtered)
{
    WhatifInput *input = draw->input;

    for (int i = 0; i < input->n_columns; i++) {
        const Position *position = &draw->positions[i];
        WhatifAttribute *column = &input->columns[i];

        input->sample.synthetic[i] = !column->has_values && !position->state &&
                                     (position->attnum == 0 || input->n_rows == 0);
        if (position->state && !column->known)
            whatif_describe_results(draw, i);
        else if (input->n_rows > 0 && filtered)
            column->null_frac = whatif_sample_nulls(input, i);
        else if (position->attnum != 0 && filtered && position->in_predicate)
            restrict_column(draw, i);
    }
}

static void
draw_sample(WhatifInput *input, bool evaluates)
{
    int natts = RelationGetDescr(input->heap)->natts, n = input->n_columns;
    int rows = Max(WHATIF_SAMPLE_ROWS, input->n_rows);
    Draw draw = {.input = input, .evaluates = evaluates};
    bool filtered;

    input->columns = palloc0(sizeof(WhatifAttribute) * n);
    draw.attributes = palloc0(sizeof(WhatifAttribute) * natts);
    draw.loaded = palloc0(sizeof(bool) * natts);
    draw.judged = palloc0(sizeof(bool) * natts);
    draw.origins = palloc0(sizeof(int) * natts);
    draw.positions = palloc0(sizeof(Position) * n);
    draw.drawn = palloc0(sizeof(double) * natts);
    draw.inputs = palloc0(sizeof(uint32) * rows * n);
    draw.kept = palloc0(sizeof(int) * rows * n);
    input->sample.values = palloc0(sizeof(Datum) * rows * n);
    input->sample.isnull = palloc0(sizeof(bool) * rows * n);
    input->sample.common = palloc0(sizeof(bool) * rows);
    input->sample.synthetic = palloc0(sizeof(bool) * n);
    draw.estate = CreateExecutorState();
    draw.slot = MakeSingleTupleTableSlot(RelationGetDescr(input->heap), &TTSOpsVirtual);
    prepare_positions(&draw);
    filtered = draw.qual != NULL;
    whatif_draw_rows(&draw, filtered);
    whatif_rows_doubt(input, filtered, draw.draws);
    if (filtered && input->sample.n_rows < 30) {
        filtered = false;
        whatif_draw_rows(&draw, false);
    }
    whatif_rows_count(input, filtered);
    describe_columns(&draw, filtered);
    ExecDropSingleTupleTableSlot(draw.slot);
    FreeExecutorState(draw.estate);
}

/* An expression may not like what it is given: then only its type's width is known. */
void
whatif_sample_draw(WhatifInput *input)
{
    MemoryContext context = CurrentMemoryContext;
    ResourceOwner owner = CurrentResourceOwner;

    if (!input->info->ii_Expressions && !input->info->ii_Predicate) {
        draw_sample(input, false);
        return;
    }
    BeginInternalSubTransaction(NULL);
    MemoryContextSwitchTo(context);
    PG_TRY();
    {
        draw_sample(input, true);
        ReleaseCurrentSubTransaction();
        MemoryContextSwitchTo(context);
        CurrentResourceOwner = owner;
    }
    PG_CATCH();
    {
        if (geterrcode() == ERRCODE_QUERY_CANCELED || geterrcode() == ERRCODE_ADMIN_SHUTDOWN)
            PG_RE_THROW();
        MemoryContextSwitchTo(context);
        FlushErrorState();
        RollbackAndReleaseCurrentSubTransaction();
        MemoryContextSwitchTo(context);
        CurrentResourceOwner = owner;
        appendStringInfoString(input->method, "; an expression could not be evaluated");
        draw_sample(input, false);
    }
    PG_END_TRY();
}
