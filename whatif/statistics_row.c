/* A row of pg_statistic from text: the checks of its scalars, and its slots. */
#include "import.h"

#include <math.h>

typedef struct {
    const WhatifColumn *column;
    const WhatifStatistics *in;
    int first, last;
    WhatifSlot slots[STATISTIC_NUM_SLOTS];
    const char *problems[STATISTIC_NUM_SLOTS];
} Work;

static const char *
kind_name(int16 kind)
{
    static const char *const names[] = {
        "",
        "most common values",
        "histogram",
        "correlation",
        "most common elements",
        "element counts",
        "range lengths",
        "range bounds",
    };

    return kind > 0 && kind < (int16)lengthof(names) ? names[kind] : "statistics of a kind";
}

static bool
has_slots(const WhatifStatistics *in)
{
    for (int i = 0; i < STATISTIC_NUM_SLOTS; i++)
        if (in->kinds[i] != 0)
            return true;
    return false;
}

static void
make_slots(void *argument)
{
    Work *work = argument;

    for (int i = work->first; i <= work->last; i++)
        if (work->in->kinds[i] != 0)
            work->problems[i] = whatif_make_slot(work->column, work->in, i, &work->slots[i]);
}

/* All in one go; when one throws, each by itself. */
static void
make_all_slots(Work *work)
{
    work->first = 0;
    work->last = STATISTIC_NUM_SLOTS - 1;
    if (!whatif_try(work->column->owner, make_slots, work))
        return;
    for (int i = 0; i < STATISTIC_NUM_SLOTS; i++) {
        char *message;

        work->problems[i] = NULL;
        work->first = work->last = i;
        message = whatif_try(work->column->owner, make_slots, work);
        if (message)
            work->problems[i] = message;
    }
}

static const char *
check_row(const WhatifColumn *column, const WhatifStatistics *in)
{
    if (!(in->null_frac >= 0 && in->null_frac <= 1))
        return "null_frac is not within 0 and 1";
    if (in->width < 0 || in->width > column->max_width)
        return "width is out of range";
    if (!isfinite(in->n_distinct) || in->n_distinct < -1)
        return "n_distinct is out of range";
    for (int i = 0; i < STATISTIC_NUM_SLOTS; i++) {
        if (in->kinds[i] < 0)
            return "a kind is negative";
        for (int j = 0; j < i; j++)
            if (in->kinds[i] != 0 && in->kinds[i] == in->kinds[j])
                return "a kind occurs twice";
    }
    return NULL;
}

static void
put_slot(const WhatifSlot *slot, int i, Datum *values, bool *nulls)
{
    values[Anum_pg_statistic_stakind1 - 1 + i] = Int16GetDatum(slot->kind);
    values[Anum_pg_statistic_staop1 - 1 + i] = ObjectIdGetDatum(slot->operator_oid);
    values[Anum_pg_statistic_stacoll1 - 1 + i] = ObjectIdGetDatum(slot->collation);
    values[Anum_pg_statistic_stanumbers1 - 1 + i] = slot->numbers;
    nulls[Anum_pg_statistic_stanumbers1 - 1 + i] = slot->numbers == 0;
    values[Anum_pg_statistic_stavalues1 - 1 + i] = slot->values;
    nulls[Anum_pg_statistic_stavalues1 - 1 + i] = slot->values == 0;
}

bool
whatif_make_row(const WhatifColumn *column, const WhatifStatistics *in, Datum *values, bool *nulls,
                StringInfo problems)
{
    const char *problem = check_row(column, in);
    Work work = {.column = column, .in = in};

    if (problem) {
        whatif_problem(problems, "%s", problem);
        return false;
    }
    if (has_slots(in))
        make_all_slots(&work);
    values[Anum_pg_statistic_stanullfrac - 1] = Float4GetDatum(in->null_frac);
    values[Anum_pg_statistic_stawidth - 1] = Int32GetDatum(in->width);
    values[Anum_pg_statistic_stadistinct - 1] = Float4GetDatum(in->n_distinct);
    for (int i = 0; i < STATISTIC_NUM_SLOTS; i++) {
        const int16 kind = in->kinds[i];

        if (work.problems[i]) {
            whatif_problem(problems, "%s (%d): %s", kind_name(kind), kind, work.problems[i]);
            work.slots[i] = (WhatifSlot){0};
        }
        put_slot(&work.slots[i], i, values, nulls);
    }
    return true;
}
