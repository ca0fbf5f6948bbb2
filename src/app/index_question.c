/* The search's question in numbers, and its plans in the planner module's terms. */
#include <base/progress.h>
#include <base/units.h>

#include "index_search_internal.h"

#define SMALL_GAINS  0.002 /* of all that could be gained */
#define LEAST_SEARCH 0.1   /* of the time limit, however long the rest took */

static void
empty(PgaIndexQuestion *question)
{
    g_clear_pointer(&question->weights, g_free);
    g_clear_pointer(&question->bytes, g_free);
    g_clear_pointer(&question->existing, g_free);
    g_clear_pointer(&question->removable, g_free);
    g_clear_pointer(&question->of_statement, g_free);
}

void
pga_index_question_clear(PgaIndexQuestion *question)
{
    g_array_unref(question->samples);
    g_ptr_array_unref(question->relevant);
    g_clear_pointer(&question->made, g_ptr_array_unref);
    g_clear_pointer(&question->start, g_array_unref);
    empty(question);
}

void
pga_index_question_init(PgaIndexQuestion *question, PgaIndexRun *run)
{
    question->run = run;
    question->samples = g_array_new(FALSE, FALSE, sizeof(guint));
    question->relevant = pga_index_relevant_of(run);
    for (guint i = 0; i < run->samples->len; i++)
        if (pga_index_is_planned(run, i))
            g_array_append_val(question->samples, i);
}

/* What a statement costs with everything there that it could use; below 0: not planned. */
typedef struct {
    guint sample;
    double best, gain;
} Prospect;

/* An index that may go could make it dearer. */
static gboolean
has_removable(const PgaIndexQuestion *question, guint sample)
{
    const GArray *relevant = g_ptr_array_index(question->relevant, sample);

    for (guint i = 0; i < relevant->len; i++)
        if (pga_index_choice_at(question->run, g_array_index(relevant, guint, i))->removable)
            return TRUE;
    return FALSE;
}

/* (transfer full): of Prospect: of each of question->samples. */
static GArray *
prospects_of(const PgaIndexQuestion *question, GError **error)
{
    PgaIndexRun *run = question->run;
    g_autoptr(GArray) prospects = g_array_new(FALSE, FALSE, sizeof(Prospect));
    g_auto(PgaIndexBatch) batch = {0};

    pga_index_batch_init(&batch);
    for (guint i = 0; i < question->samples->len; i++) {
        const guint number = g_array_index(question->samples, guint, i);
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, number);
        const Prospect prospect = {number, sample->before, 0};

        g_array_append_val(prospects, prospect);
        pga_index_add_relevant(run, number, g_ptr_array_index(question->relevant, number), &batch);
    }
    if (!pga_index_batch_run(&batch, run, error))
        return NULL;
    for (guint i = 0, place = 0; i < batch.plans->len; i++) {
        const PgaWhatifPlan *plan = &g_array_index(batch.plans, PgaWhatifPlan, i);
        const guint owner = g_array_index(batch.owners, guint, i);
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, owner);
        Prospect *prospect;

        while (g_array_index(prospects, Prospect, place).sample != owner)
            place++;
        prospect = &g_array_index(prospects, Prospect, place);
        prospect->best =
            plan->total_cost < 0 ? sample->before : MIN(plan->total_cost, sample->before);
        prospect->gain = sample->weight * (sample->before - prospect->best);
    }
    return g_steal_pointer(&prospects);
}

static int
compare_prospects(gconstpointer a, gconstpointer b)
{
    const Prospect *left = a, *right = b;

    if (left->gain != right->gain)
        return left->gain < right->gain ? -1 : 1;
    return (left->sample > right->sample) - (left->sample < right->sample);
}

gboolean
pga_index_question_leave_out(PgaIndexQuestion *question, GError **error)
{
    PgaIndexRun *run = question->run;
    g_autoptr(GArray) prospects = NULL;
    double whole = 0, small = 0;

    if (question->samples->len < PGA_INDEX_MANY_STATEMENTS)
        return TRUE;
    prospects = prospects_of(question, error);
    if (!prospects)
        return FALSE;
    g_array_sort(prospects, compare_prospects);
    for (guint i = 0; i < prospects->len; i++)
        whole += g_array_index(prospects, Prospect, i).gain;
    g_array_set_size(question->samples, 0);
    for (guint i = 0; i < prospects->len; i++) {
        const Prospect *prospect = &g_array_index(prospects, Prospect, i);
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, prospect->sample);
        const gboolean counts = pga_selection_gain_counts(
            sample->before, prospect->best, run->bounds.min_improvement, run->report->min_gain);

        small += counts ? prospect->gain : 0;
        if ((counts && small > SMALL_GAINS * whole) || has_removable(question, prospect->sample)) {
            g_array_append_val(question->samples, prospect->sample);
            continue;
        }
        question->left_out += sample->weight * sample->before;
        question->left_out_at_best += sample->weight * (counts ? prospect->best : sample->before);
    }
    g_array_sort(question->samples, pga_index_compare_numbers);
    return TRUE;
}

static void
question_fill(PgaIndexQuestion *question)
{
    const PgaIndexRun *run = question->run;
    const guint n = run->choices->len;

    empty(question);
    question->weights = g_new0(double, MAX(question->samples->len, 1));
    question->of_statement = g_new0(const GArray *, MAX(question->samples->len, 1));
    for (guint i = 0; i < question->samples->len; i++) {
        const guint sample = g_array_index(question->samples, guint, i);

        question->weights[i] =
            ((const PgaIndexSample *)g_ptr_array_index(run->samples, sample))->weight;
        question->of_statement[i] = g_ptr_array_index(question->relevant, sample);
    }
    question->bytes = g_new0(double, MAX(n, 1));
    question->existing = g_new0(gboolean, MAX(n, 1));
    question->removable = g_new0(gboolean, MAX(n, 1));
    for (guint i = 0; i < n; i++) {
        const PgaIndexChoice *choice = pga_index_choice_at(run, i);

        question->bytes[i] = (double)MAX(choice->whatif->bytes, 0);
        question->existing[i] = choice->index != NULL;
        question->removable[i] = choice->removable;
    }
}

/* A plan names what is there; the module is told which candidates to show and which of the source's
 * own to hide. */
static GArray *
configuration_of(const PgaIndexRun *run, const GArray *relevant, const PgaSelectionPlan *plan)
{
    GArray *oids = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_autoptr(GHashTable) there = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < plan->n_indexes; i++)
        g_hash_table_add(there, GUINT_TO_POINTER(plan->indexes[i]));
    for (guint i = 0; i < relevant->len; i++) {
        const guint number = g_array_index(relevant, guint, i);
        const PgaIndexChoice *choice = pga_index_choice_at(run, number);
        const gboolean is_there = g_hash_table_contains(there, GUINT_TO_POINTER(number));

        if (choice->candidate ? is_there : !is_there)
            pga_index_add_oid(oids, choice);
    }
    g_array_sort(oids, pga_index_compare_numbers);
    return oids;
}

static void
keep(const PgaIndexQuestion *question, const PgaSelectionPlan *plan)
{
    g_autoptr(GArray) there = g_array_new(FALSE, FALSE, sizeof(guint));

    if (!question->made)
        return;
    if (plan->n_indexes)
        g_array_append_vals(there, plan->indexes, plan->n_indexes);
    pga_index_made_add(question->made, g_array_index(question->samples, guint, plan->statement),
                       there, plan->used, plan->cost);
}

static gboolean
answer(gpointer self, GArray *plans, GError **error)
{
    PgaIndexQuestion *question = self;
    PgaIndexRun *run = question->run;
    g_auto(PgaIndexBatch) batch = {0};

    pga_index_batch_init(&batch);
    batch.keeps = run->first != NULL;
    for (guint i = 0; i < plans->len; i++) {
        const PgaSelectionPlan *plan = &g_array_index(plans, PgaSelectionPlan, i);
        const guint sample = g_array_index(question->samples, guint, plan->statement);

        pga_index_batch_add(
            &batch, run, sample,
            configuration_of(run, g_ptr_array_index(question->relevant, sample), plan));
    }
    if (!pga_index_batch_run(&batch, run, error))
        return FALSE;
    for (guint i = 0; i < plans->len; i++) {
        const PgaWhatifPlan *planned = &g_array_index(batch.plans, PgaWhatifPlan, i);
        PgaSelectionPlan *plan = &g_array_index(plans, PgaSelectionPlan, i);
        g_autoptr(GArray) used = pga_index_numbers(run, planned->used);

        plan->cost = planned->total_cost;
        if (!plan->used)
            plan->used = g_array_new(FALSE, FALSE, sizeof(guint));
        g_array_set_size(plan->used, 0);
        if (used->len > 0)
            g_array_append_vals(plan->used, used->data, used->len);
        keep(question, plan);
    }
    return TRUE;
}

static void
tell_improved(gpointer self, const PgaSelectionProgress *progress)
{
    PgaIndexRun *run = ((const PgaIndexQuestion *)self)->run;
    g_autofree char *size = pga_bytes_format_storage((gint64)progress->bytes);

    if (progress->share >= run->told_share)
        return;
    run->told_share = progress->share;
    pga_progress_step(run->ask->from.progress,
                      "after %.2f s and %u plans: %.4f of the cost with %s of new indexes",
                      pga_index_run_seconds(run), progress->n_plans, progress->share, size);
}

/* What is left for the search: the limit is for all, and the proof comes after it. */
static gint64
time_left_us(const PgaIndexRun *run)
{
    const double limit = (double)run->bounds.time_limit_us;
    const double left = pga_index_seconds_for_search(run) - pga_index_run_seconds(run);

    return (gint64)MAX(left * G_USEC_PER_SEC, LEAST_SEARCH * limit);
}

void
pga_index_question_add_left_out(const PgaIndexQuestion *question, PgaSelection *selection)
{
    selection->total_before += question->left_out;
    selection->total_after += question->left_out;
    selection->lower_bound += question->left_out_at_best;
    for (guint i = 0; i < selection->curve->len; i++)
        g_array_index(selection->curve, PgaSelectionPoint, i).cost += question->left_out;
}

/* (transfer full) (nullable): of PgaSelectionPlan, borrowing */
static GArray *
made_before(const PgaIndexQuestion *question)
{
    g_autofree guint *place = g_new0(guint, question->run->samples->len + 1);
    GArray *plans;

    if (!question->made || !question->made->len)
        return NULL;
    plans = g_array_new(FALSE, FALSE, sizeof(PgaSelectionPlan));
    for (guint i = 0; i < question->samples->len; i++)
        place[g_array_index(question->samples, guint, i)] = i;
    for (guint i = 0; i < question->made->len; i++) {
        const PgaIndexMade *one = g_ptr_array_index(question->made, i);
        const PgaSelectionPlan plan = {.statement = place[one->sample],
                                       .indexes = (const guint *)(void *)one->there->data,
                                       .n_indexes = one->there->len,
                                       .used = one->used,
                                       .cost = one->cost};

        g_array_append_val(plans, plan);
    }
    return plans;
}

PgaSelection *
pga_index_question_ask(PgaIndexQuestion *question, const GArray *known, guint max_plans,
                       GError **error)
{
    PgaIndexRun *run = question->run;
    const PgaSelectionPlanner planner = {
        .plan = answer, .improved = tell_improved, .self = question};
    g_autoptr(GArray) made = made_before(question);
    PgaSelectionProblem problem;

    question_fill(question);
    problem = (PgaSelectionProblem){
        .n_statements = question->samples->len,
        .n_indexes = run->choices->len,
        .weights = question->weights,
        .bytes = question->bytes,
        .existing = question->existing,
        .removable = question->removable,
        .relevant = question->of_statement,
        .charges = run->charges,
        .known = known,
        .made = made,
        .start = question->start,
        .budget_bytes = (double)run->bounds.budget_bytes,
        .max_indexes = run->bounds.max_indexes,
        .min_improvement = run->bounds.min_improvement,
        .min_gain = run->report->min_gain,
        .gap = run->bounds.gap,
        .settled_gap = run->bounds.settled_gap,
        .max_plans = max_plans,
        .time_limit_us = time_left_us(run),
    };
    return pga_select_indexes(&problem, &planner, error);
}
