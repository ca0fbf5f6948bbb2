/* The search's question in numbers, and its plans in the planner module's terms. */
#include <base/error.h>
#include <base/progress.h>
#include <base/units.h>
#include <math.h>

#include "index_search_internal.h"

/* Where the search ends if neither the gap nor the time limit ends it: what comes later is a better
 * bound, seldom a better set. */
enum { MIN_PLANS = 2000, PLANS_EACH = 20 };

enum { AGAIN_ROUNDS = 3, ALL_PLANS_EACH = 60 }; /* of a search that goes on */

/* Where plans take long, of so many relations, or little is left to gain. */
enum { FEW_PLANS_EACH = 10, MANY_RELATIONS = 6 };

#define FAR        0.02  /* of what it costs before: what it may save besides */
#define AGAIN_GAIN 0.005 /* of the cost: what it goes on for */

enum { FIRST_PLANS_EACH = 8 }; /* for the first look */

enum { AT_A_TIME = 256 }; /* statements between two looks at the clock */

enum { MANY_STATEMENTS = 200 }; /* of fewer each is looked at */

#define SMALL_GAINS  0.002 /* of all that could be gained */

#define LEAST_SEARCH 0.1 /* of the time limit, however long the rest took */

gboolean
pga_index_is_planned(const PgaIndexRun *run, guint sample)
{
    return ((const PgaIndexSample *)g_ptr_array_index(run->samples, sample))->before >= 0;
}

static void
add_relevant(PgaIndexRun *run, guint sample, const GArray *numbers, PgaIndexBatch *batch)
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
            add_relevant(run, i, g_ptr_array_index(relevant, i), &batch);
        if (!pga_index_batch_run(&batch, run, error))
            return FALSE;
        for (guint i = 0; i < batch.plans->len; i++)
            g_ptr_array_add(
                used, pga_index_numbers(run, g_array_index(batch.plans, PgaWhatifPlan, i).used));
    }
    return TRUE;
}

/** What the search is given; its statements are the samples that can be planned and, where they are
 * many, gain something by what is there to choose from. */
typedef struct {
    PgaIndexRun *run;
    GArray *samples; /* of guint: the sample of each statement */
    double left_out; /* weighted cost of those that are not among them, */
    double left_out_at_best;
    GPtrArray *relevant; /* of GArray *, one for each sample */
    GPtrArray *made;     /* (nullable): of PgaIndexMade *: not of many statements */
    GPtrArray *starts;   /* (nullable): of GArray * of guint */
    double *weights, *bytes;
    gboolean *existing, *removable;
    const GArray **of_statement;
} Question;

static void
empty(Question *question)
{
    g_clear_pointer(&question->weights, g_free);
    g_clear_pointer(&question->bytes, g_free);
    g_clear_pointer(&question->existing, g_free);
    g_clear_pointer(&question->removable, g_free);
    g_clear_pointer(&question->of_statement, g_free);
}

static void
question_clear(Question *question)
{
    g_array_unref(question->samples);
    g_ptr_array_unref(question->relevant);
    g_clear_pointer(&question->made, g_ptr_array_unref);
    g_clear_pointer(&question->starts, g_ptr_array_unref);
    empty(question);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Question, question_clear)

static void
question_init(Question *question, PgaIndexRun *run)
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
has_removable(const Question *question, guint sample)
{
    const GArray *relevant = g_ptr_array_index(question->relevant, sample);

    for (guint i = 0; i < relevant->len; i++)
        if (pga_index_choice_at(question->run, g_array_index(relevant, guint, i))->removable)
            return TRUE;
    return FALSE;
}

/* (transfer full): of Prospect: of each of question->samples. */
static GArray *
prospects_of(const Question *question, GError **error)
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
        add_relevant(run, number, g_ptr_array_index(question->relevant, number), &batch);
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

/* Most of many statements gain nothing that counts, or all together next to nothing: the search has
 * fewer to plan. What they cost is added to what it tells. */
static gboolean
leave_out(Question *question, GError **error)
{
    PgaIndexRun *run = question->run;
    g_autoptr(GArray) prospects = NULL;
    double whole = 0, small = 0;

    if (question->samples->len < MANY_STATEMENTS)
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
        const gboolean counts =
            prospect->best <= (1 - run->bounds.min_improvement) * sample->before &&
            prospect->best <= sample->before - run->report->min_gain;

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
question_fill(Question *question)
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
keep(const Question *question, const PgaSelectionPlan *plan)
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
    Question *question = self;
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
    PgaIndexRun *run = ((const Question *)self)->run;
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

static void
add_left_out(const Question *question, PgaSelection *selection)
{
    selection->total_before += question->left_out;
    selection->total_after += question->left_out;
    selection->lower_bound += question->left_out_at_best;
    for (guint i = 0; i < selection->curve->len; i++)
        g_array_index(selection->curve, PgaSelectionPoint, i).cost += question->left_out;
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

/* (transfer full) (nullable): of PgaSelectionPlan, borrowing */
static GArray *
made_before(const Question *question)
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

/* (transfer full) (nullable): @known: (nullable): of guint: indexes that may be best */
static PgaSelection *
ask_selection(Question *question, const GArray *known, guint max_plans, GError **error)
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
        .starts = question->starts,
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

/* Of each statement what was made for it alone. */
gboolean
pga_index_first_look(PgaIndexRun *run, GError **error)
{
    g_auto(Question) question = {0};
    g_autoptr(GPtrArray) foreign = NULL;
    g_autoptr(PgaSelection) selection = NULL;

    pga_index_charge(run);
    question_init(&question, run);
    foreign = pga_index_foreign_of(run, question.relevant);
    for (guint i = 0; i < foreign->len; i++)
        pga_index_subtract(g_ptr_array_index(question.relevant, i), g_ptr_array_index(foreign, i));
    selection = ask_selection(&question, NULL, FIRST_PLANS_EACH * question.samples->len, error);
    if (!selection)
        return FALSE;
    run->first = g_ptr_array_new();
    for (guint i = 0; i < selection->chosen->len; i++)
        g_ptr_array_add(run->first,
                        pga_index_choice_at(run, g_array_index(selection->chosen, guint, i)));
    return TRUE;
}

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

    for (guint i = 0; i < run->choices->len; i++) {
        gboolean is_there = !pga_index_choice_at(run, i)->candidate;

        for (guint k = 0; is_there && k < selection->removed->len; k++)
            is_there = g_array_index(selection->removed, guint, k) != i;
        for (guint k = 0; !is_there && k < selection->chosen->len; k++)
            is_there = g_array_index(selection->chosen, guint, k) == i;
        if (is_there)
            g_array_append_val(there, i);
    }
    return there;
}

/* What statements gain by chosen indexes that the search did not know to be of use to them: from
 * now on it does. Below 0: an error. */
static double
find_unknown_uses(Question *question, const PgaSelection *selection, GError **error)
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
start_with_plain(Question *question)
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
    question->starts = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    g_ptr_array_add(question->starts, start);
}

/* That counts in what it costs now, too, and joins are not so many that plans take long. */
static gboolean
is_worth_much(const Question *question, const PgaSelection *selection)
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
is_far(const Question *question, const PgaSelection *selection, guint round)
{
    const PgaIndexBounds *bounds = &question->run->bounds;

    return (bounds->budget_bytes >= 0 || bounds->max_indexes > 0) &&
           selection->gap > MAX(bounds->gap, bounds->settled_gap) &&
           (round == 0 || is_worth_much(question, selection));
}

static guint
plans_for_round(const Question *question, const PgaSelection *selection, guint plans, guint round)
{
    return is_worth_much(question, selection)
               ? plans / 2
               : MAX(MIN_PLANS / 2, FEW_PLANS_EACH * question->samples->len) >> round;
}

/* With what the chosen indexes turn out to be of use for the search goes on: what they make
 * superfluous gives its room to others. */
static gboolean
search_again(Question *question, PgaSelection **selection, guint plans, GError **error)
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
        g_clear_pointer(&question->starts, g_ptr_array_unref);
        if (descends)
            start_with_plain(question);
        next = ask_selection(question, (*selection)->chosen, MIN(left, most), error);
        if (!next)
            return FALSE;
        plans = left;
        pga_selection_free(*selection);
        *selection = next;
    }
    return TRUE;
}

gboolean
pga_index_search(PgaIndexRun *run, GError **error)
{
    g_auto(Question) question = {0};
    g_autoptr(GArray) known = run->first ? numbers_of(run, run->first) : NULL;
    guint plans;

    pga_progress_step(run->ask->from.progress, "choosing from %u candidates for %u statements",
                      run->report->n_candidates, run->samples->len);
    question_init(&question, run);
    if (question.samples->len < MANY_STATEMENTS)
        question.made = g_ptr_array_new_with_free_func(pga_index_made_free);
    if (!pga_index_narrow(run, question.relevant, question.made, error) ||
        !leave_out(&question, error))
        return FALSE;
    plans = MAX(MIN_PLANS, PLANS_EACH * question.samples->len);
    run->selection = ask_selection(&question, known, plans, error);
    if (run->selection && question.made &&
        !search_again(&question, &run->selection,
                      MAX(MIN_PLANS, ALL_PLANS_EACH * question.samples->len), error))
        return FALSE;
    if (run->selection)
        add_left_out(&question, run->selection);
    return run->selection != NULL;
}
