/* Drawing rows one by one, those that satisfy the predicate of the index: of many candidates with
 * the same one only the first looks for them. */
#include "index_size_draw.h"

#include "access/htup_details.h"
#include "executor/executor.h"
#include "miscadmin.h"

/* Those columns that the predicate is about, or the others. */
static void
draw_columns(Draw *draw, uint64 row, bool judged)
{
    TupleTableSlot *slot = draw->slot;

    for (int i = 0; i < slot->tts_tupleDescriptor->natts; i++) {
        if (!draw->loaded[i] || draw->judged[i] != judged)
            continue;
        slot->tts_values[i] =
            whatif_draw_value(&draw->attributes[i], row, (uint64)i, &draw->origins[i]);
        slot->tts_isnull[i] = draw->origins[i] == WHATIF_FROM_NULL;
    }
}

/* As far as the predicate looks at it: of ten thousand rows it may leave few. */
static void
draw_row(Draw *draw, uint64 row)
{
    TupleTableSlot *slot = draw->slot;

    ExecClearTuple(slot);
    for (int i = 0; i < slot->tts_tupleDescriptor->natts; i++) {
        slot->tts_isnull[i] = true;
        slot->tts_values[i] = (Datum)0;
    }
    draw_columns(draw, row, true);
    ExecStoreVirtualTuple(slot);
}

/* A row of the source. Values are what an opclass is given: not packed, not compressed. */
static void
take_row(Draw *draw, int row)
{
    TupleTableSlot *slot = draw->slot;
    TupleDesc desc = slot->tts_tupleDescriptor;

    ExecClearTuple(slot);
    heap_deform_tuple(draw->input->rows[row], desc, slot->tts_values, slot->tts_isnull);
    for (int i = 0; i < desc->natts; i++) {
        draw->origins[i] = slot->tts_isnull[i] ? WHATIF_FROM_NULL : draw->attributes[i].n_mcv;
        if (!slot->tts_isnull[i] && draw->loaded[i] && TupleDescAttr(desc, i)->attlen == -1)
            slot->tts_values[i] = PointerGetDatum(PG_DETOAST_DATUM_COPY(slot->tts_values[i]));
    }
    ExecStoreVirtualTuple(slot);
}

/* Of what the predicate is about. */
static void
count_draw(Draw *draw)
{
    draw->draws++;
    for (int i = 0; i < draw->slot->tts_tupleDescriptor->natts; i++)
        if (draw->judged[i] && draw->origins[i] == draw->attributes[i].n_mcv)
            draw->drawn[i]++;
}

static void
keep_drawn(Draw *draw, uint64 row)
{
    draw_columns(draw, row, false);
    whatif_keep_row(draw, row);
}

/* As they were found for another candidate. */
static void
draw_again(Draw *draw, const WhatifPassed *passed)
{
    for (int i = 0; i < passed->n_rows; i++) {
        CHECK_FOR_INTERRUPTS();
        draw_row(draw, (uint64)passed->rows[i]);
        keep_drawn(draw, (uint64)passed->rows[i]);
        ResetExprContext(GetPerTupleExprContext(draw->estate));
    }
    draw->draws = passed->draws;
    memcpy(draw->drawn, passed->drawn, sizeof(double) * draw->slot->tts_tupleDescriptor->natts);
}

static void
draw_passing(Draw *draw)
{
    ExprContext *econtext = GetPerTupleExprContext(draw->estate);
    const Relation heap = draw->input->heap;
    List *predicate = draw->input->info->ii_Predicate;
    const WhatifPassed *known = whatif_passed_find(heap, predicate);
    WhatifPassed passed = {.rows = palloc(sizeof(int) * WHATIF_SAMPLE_ROWS)};

    if (known) {
        draw_again(draw, known);
        return;
    }
    for (int row = 0; row < WHATIF_SAMPLE_DRAWS && passed.n_rows < WHATIF_SAMPLE_ROWS; row++) {
        CHECK_FOR_INTERRUPTS();
        draw_row(draw, (uint64)row);
        count_draw(draw);
        if (ExecQual(draw->qual, econtext)) {
            passed.rows[passed.n_rows++] = row;
            keep_drawn(draw, (uint64)row);
        }
        ResetExprContext(econtext);
    }
    passed.draws = draw->draws;
    passed.drawn = draw->drawn;
    whatif_passed_keep(heap, predicate, &passed);
}

static void
draw_all(Draw *draw)
{
    for (int row = 0; row < WHATIF_SAMPLE_ROWS; row++) {
        CHECK_FOR_INTERRUPTS();
        draw_row(draw, (uint64)row);
        draw->draws++;
        keep_drawn(draw, (uint64)row);
        ResetExprContext(GetPerTupleExprContext(draw->estate));
    }
}

static void
take_rows(Draw *draw, bool filter)
{
    ExprContext *econtext = GetPerTupleExprContext(draw->estate);

    for (int row = 0; row < draw->input->n_rows; row++) {
        CHECK_FOR_INTERRUPTS();
        take_row(draw, row);
        count_draw(draw);
        if (!filter || ExecQual(draw->qual, econtext))
            whatif_keep_row(draw, (uint64)row);
        ResetExprContext(econtext);
    }
}

void
whatif_draw_rows(Draw *draw, bool filter)
{
    GetPerTupleExprContext(draw->estate)->ecxt_scantuple = draw->slot;
    draw->input->sample.n_rows = 0;
    draw->draws = 0;
    memset(draw->drawn, 0, sizeof(double) * draw->slot->tts_tupleDescriptor->natts);
    if (draw->input->n_rows > 0)
        take_rows(draw, filter);
    else if (filter)
        draw_passing(draw);
    else
        draw_all(draw);
}
