/* The search from its first look to the chosen set. */
#include <base/progress.h>

#include "index_search_internal.h"

/* Where the search ends if neither the gap nor the time limit ends it: what comes later is a better
 * bound, seldom a better set. */
enum {
    FIRST_PLANS_EACH = 8, /* for the first look */
    PLANS_EACH = 20,
    ALL_PLANS_EACH = 60 /* of a search that goes on */
};

enum { AT_A_TIME = 256 }; /* statements between two looks at the clock */

gboolean
pga_index_is_planned(const PgaIndexRun *run, guint sample)
{
    return ((const PgaIndexSample *)g_ptr_array_index(run->samples, sample))->before >= 0;
}

void
pga_index_add_relevant(PgaIndexRun *run, guint sample, const GArray *numbers, PgaIndexBatch *batch)
{
    GArray *oids = g_array_new(FALSE, FALSE, sizeof(guint32));

    for (guint i = 0; i < numbers->len; i++)
        if (pga_index_choice_at(run, g_array_index(numbers, guint, i))->candidate)
            pga_index_add_oid(oids, pga_index_choice_at(run, g_array_index(numbers, guint, i)));
    g_array_sort(oids, pga_index_compare_numbers);
    if (oids->len > 0 && pga_index_is_planned(run, sample))
        pga_index_batch_add(batch, run, sample, oids);
    else
        g_array_unref(oids);
}

gboolean
pga_index_cost_relevant(PgaIndexRun *run, GPtrArray *used, GError **error)
{
    g_autoptr(GPtrArray) relevant = pga_index_relevant_of(run);

    for (guint first = 0; first < run->samples->len; first += AT_A_TIME) {
        g_auto(PgaIndexBatch) batch = {0};

        pga_index_batch_init(&batch);
        if (first > 0 && pga_index_is_late(run))
            return TRUE;
        for (guint i = first; i < run->samples->len && i - first < AT_A_TIME; i++)
            pga_index_add_relevant(run, i, g_ptr_array_index(relevant, i), &batch);
        if (!pga_index_batch_run(&batch, run, error))
            return FALSE;
        for (guint i = 0; i < batch.plans->len; i++)
            g_ptr_array_add(
                used, pga_index_numbers(run, g_array_index(batch.plans, PgaWhatifPlan, i).used));
    }
    return TRUE;
}

/* (transfer full): of guint: @choices as they are numbered now */
static GArray *
numbers_of(const PgaIndexRun *run, const GPtrArray *choices)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < run->choices->len; i++)
        if (g_ptr_array_find((GPtrArray *)choices, g_ptr_array_index(run->choices, i), NULL))
            g_array_append_val(numbers, i);
    return numbers;
}

/* Of each statement what was made for it alone. */
gboolean
pga_index_first_look(PgaIndexRun *run, GError **error)
{
    g_auto(PgaIndexQuestion) question = {0};
    g_autoptr(GPtrArray) foreign = NULL;
    g_autoptr(PgaSelection) selection = NULL;

    pga_index_charge(run);
    pga_index_question_init(&question, run);
    foreign = pga_index_foreign_of(run, question.relevant);
    for (guint i = 0; i < foreign->len; i++)
        pga_index_subtract(g_ptr_array_index(question.relevant, i), g_ptr_array_index(foreign, i));
    selection =
        pga_index_question_ask(&question, NULL, FIRST_PLANS_EACH * question.samples->len, error);
    if (!selection)
        return FALSE;
    run->first = g_ptr_array_new();
    for (guint i = 0; i < selection->chosen->len; i++)
        g_ptr_array_add(run->first,
                        pga_index_choice_at(run, g_array_index(selection->chosen, guint, i)));
    return TRUE;
}

gboolean
pga_index_search(PgaIndexRun *run, GError **error)
{
    g_auto(PgaIndexQuestion) question = {0};
    g_autoptr(GArray) known = run->first ? numbers_of(run, run->first) : NULL;
    guint plans;

    pga_progress_step(run->ask->from.progress, "choosing from %u candidates for %u statements",
                      run->report->n_candidates, run->samples->len);
    pga_index_question_init(&question, run);
    if (question.samples->len < PGA_INDEX_MANY_STATEMENTS)
        question.made = g_ptr_array_new_with_free_func(pga_index_made_free);
    if (!pga_index_narrow(run, question.relevant, question.made, error) ||
        !pga_index_question_leave_out(&question, error))
        return FALSE;
    plans = MAX(PGA_INDEX_MIN_PLANS, PLANS_EACH * question.samples->len);
    run->selection = pga_index_question_ask(&question, known, plans, error);
    if (run->selection && question.made &&
        !pga_index_search_again(&question, &run->selection,
                                MAX(PGA_INDEX_MIN_PLANS, ALL_PLANS_EACH * question.samples->len),
                                error))
        return FALSE;
    if (run->selection)
        pga_index_question_add_left_out(&question, run->selection);
    return run->selection != NULL;
}
