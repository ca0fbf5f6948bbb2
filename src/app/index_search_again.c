/* A search that goes on: chosen indexes turn out to be of use for statements that were not asked
 * about them, and what bounds left out is begun with. */
#include "index_search_internal.h"

enum { AGAIN_ROUNDS = 3 };

/* Where plans take long, of so many relations, or little is left to gain. */
enum { FEW_PLANS_EACH = 8, MANY_RELATIONS = 6 };

#define FAR        0.02  /* of what it costs before: what it may save besides */
#define AGAIN_GAIN 0.005 /* of the cost: what it goes on for */

/* Numbers that are not in @relevant yet come into it. How many. */
static guint
add_used(GArray *relevant, const GArray *used)
{
    guint n = 0;

    for (guint i = 0; i < used->len; i++) {
        const guint number = g_array_index(used, guint, i);

        if (g_array_binary_search(relevant, &number, pga_index_compare_numbers, NULL))
            continue;
        g_array_append_val(relevant, number);
        g_array_sort(relevant, pga_index_compare_numbers);
        n++;
    }
    return n;
}

/* Of the source's own what is still there, and what was chosen: numbers, sorted. */
static GArray *
there_after(const PgaIndexRun *run, const PgaSelection *selection)
{
    GArray *there = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < run->choices->len; i++)
        if (pga_index_choice_at(run, i)->candidate ? pga_index_has_number(selection->chosen, i)
                                                   : !pga_index_has_number(selection->removed, i))
            g_array_append_val(there, i);
    return there;
}

/* What statements gain by chosen indexes that the search did not know to be of use to them: from
 * now on it does. Below 0: an error. */
static double
find_unknown_uses(PgaIndexQuestion *question, const PgaSelection *selection, GError **error)
{
    PgaIndexRun *run = question->run;
    g_autoptr(GArray) there = there_after(run, selection);
    g_auto(PgaIndexBatch) batch = {0};
    double gain = 0;

    pga_index_batch_init(&batch);
    for (guint i = 0; i < question->samples->len; i++) {
        const guint number = g_array_index(question->samples, guint, i);
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, number);

        pga_index_batch_add(
            &batch, run, number,
            pga_index_configuration(run, sample, selection->chosen, selection->removed));
    }
    if (!pga_index_batch_run(&batch, run, error))
        return -1;
    for (guint i = 0; i < batch.plans->len; i++) {
        const PgaWhatifPlan *plan = &g_array_index(batch.plans, PgaWhatifPlan, i);
        const guint number = g_array_index(batch.owners, guint, i);
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, number);
        g_autoptr(GArray) used = pga_index_numbers(run, plan->used);

        if (plan->total_cost < 0 || !add_used(g_ptr_array_index(question->relevant, number), used))
            continue;
        gain += sample->weight * MAX(selection->after[i] - plan->total_cost, 0);
        pga_index_made_add(question->made, number, there, used, plan->total_cost);
    }
    return gain;
}

/* An index of one column, which many statements may share though none would choose it for itself:
 * all of them to begin with, and each statement is asked about those of its tables. */
static void
start_with_plain(PgaIndexQuestion *question)
{
    const PgaIndexRun *run = question->run;
    g_autoptr(GPtrArray) relevant = pga_index_relevant_of(run);
    GArray *start = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < run->choices->len; i++)
        if (pga_index_is_plain(pga_index_choice_at(run, i)->candidate, 1))
            g_array_append_val(start, i);
    for (guint i = 0; i < relevant->len; i++) {
        const GArray *all = g_ptr_array_index(relevant, i);
        g_autoptr(GArray) plain = g_array_new(FALSE, FALSE, sizeof(guint));

        for (guint k = 0; k < all->len; k++) {
            const guint number = g_array_index(all, guint, k);

            if (pga_index_is_plain(pga_index_choice_at(run, number)->candidate, 1))
                g_array_append_val(plain, number);
        }
        add_used(g_ptr_array_index(question->relevant, i), plain);
    }
    question->start = start;
}

/* That counts in what it costs now, too, and joins are not so many that plans take long. */
static gboolean
is_worth_much(const PgaIndexQuestion *question, const PgaSelection *selection)
{
    const PgaIndexRun *run = question->run;
    guint n = 0;

    for (guint i = 0; i < question->samples->len; i++) {
        const PgaIndexSample *sample =
            g_ptr_array_index(run->samples, g_array_index(question->samples, guint, i));

        n += sample->relations ? g_hash_table_size(sample->relations) : 0;
    }
    return n <= MANY_RELATIONS * question->samples->len &&
           selection->total_after - selection->lower_bound > FAR * selection->total_before;
}

/* What was found may be far from the best, where bounds say what has to go. */
static gboolean
is_far(const PgaIndexQuestion *question, const PgaSelection *selection, guint round)
{
    const PgaIndexBounds *bounds = &question->run->bounds;

    return (bounds->budget_bytes >= 0 || bounds->max_indexes > 0) &&
           selection->gap > MAX(bounds->gap, bounds->settled_gap) &&
           (round == 0 || is_worth_much(question, selection));
}

static guint
plans_for_round(const PgaIndexQuestion *question, const PgaSelection *selection, guint plans,
                guint round)
{
    return is_worth_much(question, selection)
               ? plans / 2
               : MAX(PGA_INDEX_MIN_PLANS / 3, FEW_PLANS_EACH * question->samples->len) >> round;
}

gboolean
pga_index_search_again(PgaIndexQuestion *question, PgaSelection **selection, guint plans,
                       GError **error)
{
    for (guint round = 0; round < AGAIN_ROUNDS && plans > (*selection)->n_plans; round++) {
        const guint left = plans - (*selection)->n_plans;
        const double gain = find_unknown_uses(question, *selection, error);
        const gboolean descends = is_far(question, *selection, round);
        const guint most = plans_for_round(question, *selection, plans, round);
        PgaSelection *next;

        if (gain < 0)
            return FALSE;
        if ((gain < AGAIN_GAIN * (*selection)->total_after && !descends) ||
            pga_index_is_late(question->run))
            return TRUE;
        g_clear_pointer(&question->start, g_array_unref);
        if (descends)
            start_with_plain(question);
        next = pga_index_question_ask(question, (*selection)->chosen, MIN(left, most), error);
        if (!next)
            return FALSE;
        plans = left;
        pga_selection_free(*selection);
        *selection = next;
    }
    return TRUE;
}
