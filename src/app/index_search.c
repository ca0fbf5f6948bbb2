/* The search's question in numbers, and its plans in the planner module's terms. */
#include <base/error.h>
#include <base/progress.h>
#include <math.h>

#include "index_internal.h"

static PgaIndexChoice *
choice_at(const PgaIndexRun *run, guint number)
{
    return g_ptr_array_index(run->choices, number);
}

static void
add_oid(GArray *oids, const PgaIndexChoice *choice)
{
    g_array_append_val(oids, choice->whatif->oid);
}

static int
compare_oids(gconstpointer a, gconstpointer b)
{
    const guint32 first = *(const guint32 *)a, second = *(const guint32 *)b;

    return first < second ? -1 : first > second;
}

GArray *
pga_index_configuration(const PgaIndexRun *run, const GArray *chosen, const GArray *removed)
{
    GArray *oids = g_array_new(FALSE, FALSE, sizeof(guint32));

    for (guint i = 0; chosen && i < chosen->len; i++)
        add_oid(oids, choice_at(run, g_array_index(chosen, guint, i)));
    for (guint i = 0; removed && i < removed->len; i++)
        add_oid(oids, choice_at(run, g_array_index(removed, guint, i)));
    g_array_sort(oids, compare_oids);
    return oids;
}

/** Plans for all samples, and what stands behind them. */
typedef struct {
    GArray *plans;     /* of PgaWhatifPlan */
    GArray *owners;    /* of guint: the sample of each */
    GPtrArray *arrays; /* of GArray *: configurations */
} Batch;

static void
batch_init(Batch *batch)
{
    batch->plans = g_array_new(FALSE, TRUE, sizeof(PgaWhatifPlan));
    g_array_set_clear_func(batch->plans, (GDestroyNotify)pga_whatif_plan_clear);
    batch->owners = g_array_new(FALSE, FALSE, sizeof(guint));
    batch->arrays = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
}

static void
batch_clear(Batch *batch)
{
    g_array_unref(batch->plans);
    g_array_unref(batch->owners);
    g_ptr_array_unref(batch->arrays);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

/* Takes @oids. */
static void
batch_add(Batch *batch, const PgaIndexRun *run, guint sample, GArray *oids)
{
    const PgaIndexSample *of = g_ptr_array_index(run->samples, sample);
    const PgaWhatifPlan plan = {.statement = of->number,
                                .oids = (const guint32 *)(void *)oids->data,
                                .n_oids = oids->len,
                                .total_cost = -1};

    g_ptr_array_add(batch->arrays, oids);
    g_array_append_val(batch->plans, plan);
    g_array_append_val(batch->owners, sample);
}

static gboolean
batch_run(Batch *batch, PgaIndexRun *run, GError **error)
{
    run->report->n_plans += batch->plans->len;
    return batch->plans->len == 0 || pga_whatif_cost(run->whatif, batch->plans, error);
}

/* (transfer full): of guint: the numbers of the indexes that a plan uses, sorted. */
static GArray *
numbers_of(const PgaIndexRun *run, const GArray *oids)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; oids && i < oids->len; i++) {
        const guint number = GPOINTER_TO_UINT(
            g_hash_table_lookup(run->choice_of, GUINT_TO_POINTER(g_array_index(oids, guint32, i))));

        if (number > 0) {
            const guint place = number - 1;

            g_array_append_val(numbers, place);
        }
    }
    g_array_sort(numbers, compare_oids);
    return numbers;
}

gboolean
pga_index_cost_all(PgaIndexRun *run, const GArray *chosen, const GArray *removed, double *costs,
                   GPtrArray *used, GError **error)
{
    g_auto(Batch) batch = {0};

    batch_init(&batch);
    for (guint i = 0; i < run->samples->len; i++) {
        costs[i] = -1;
        if (used)
            g_ptr_array_add(used, g_array_new(FALSE, FALSE, sizeof(guint)));
        if (((PgaIndexSample *)g_ptr_array_index(run->samples, i))->number != 0)
            batch_add(&batch, run, i, pga_index_configuration(run, chosen, removed));
    }
    if (!batch_run(&batch, run, error))
        return FALSE;
    for (guint i = 0; i < batch.plans->len; i++) {
        const PgaWhatifPlan *plan = &g_array_index(batch.plans, PgaWhatifPlan, i);
        const guint owner = g_array_index(batch.owners, guint, i);
        PgaIndexSample *sample = g_ptr_array_index(run->samples, owner);

        costs[owner] = plan->total_cost;
        if (plan->total_cost < 0 && !sample->failure)
            sample->failure = g_strdup(plan->failure ? plan->failure : "it cannot be planned");
        if (used) {
            g_array_unref(g_ptr_array_index(used, owner));
            g_ptr_array_index(used, owner) = numbers_of(run, plan->used);
        }
    }
    return TRUE;
}

gboolean
pga_index_cost_instead(PgaIndexRun *run, guint left_out, guint instead, const GArray *samples,
                       double *costs, GError **error)
{
    g_auto(Batch) batch = {0};
    g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GArray) removed = g_array_new(FALSE, FALSE, sizeof(guint));

    batch_init(&batch);
    for (guint i = 0; i < run->chosen->len; i++)
        if (g_array_index(run->chosen, guint, i) != left_out)
            g_array_append_val(chosen, g_array_index(run->chosen, guint, i));
    if (instead != PGA_INDEX_NONE)
        g_array_append_val(chosen, instead);
    for (guint i = 0; i < run->removed->len; i++) {
        const guint gone = g_array_index(run->removed, guint, i);

        if (pga_index_successor(run, choice_at(run, gone)) != choice_at(run, left_out))
            g_array_append_val(removed, gone);
    }
    for (guint i = 0; i < samples->len; i++)
        batch_add(&batch, run, g_array_index(samples, guint, i),
                  pga_index_configuration(run, chosen, removed));
    if (!batch_run(&batch, run, error))
        return FALSE;
    for (guint i = 0; i < batch.plans->len; i++)
        costs[i] = g_array_index(batch.plans, PgaWhatifPlan, i).total_cost;
    return TRUE;
}

static gboolean
is_planned(const PgaIndexRun *run, guint sample)
{
    return ((const PgaIndexSample *)g_ptr_array_index(run->samples, sample))->before >= 0;
}

/* Whether the sample asks anything of the relation, or of the partitioned table that it is of. */
static gboolean
touches(const PgaIndexRun *run, const PgaIndexSample *sample, const PgaRelation *relation)
{
    const PgaRelation *root = pga_index_root(run, relation);

    for (guint i = 0; sample->requests && i < sample->requests->requests->len; i++) {
        const PgaIndexRequest *request = g_ptr_array_index(sample->requests->requests, i);
        const PgaRelation *asked =
            g_hash_table_lookup(run->relations, GUINT_TO_POINTER(request->relation));

        if (asked && pga_index_root(run, asked) == root)
            return TRUE;
    }
    return FALSE;
}

/* Whether a plan of the sample could use the index. */
static gboolean
could_use(const PgaIndexRun *run, guint sample, const PgaIndexChoice *choice)
{
    const GArray *known = choice->candidate ? choice->candidate->relevant : NULL;

    if (!is_planned(run, sample))
        return FALSE;
    if (choice->index)
        return touches(run, g_ptr_array_index(run->samples, sample), choice->relation);
    return known && g_array_binary_search((GArray *)known, &sample, compare_oids, NULL);
}

/* (transfer full): of GArray * of guint, for each sample: indexes that its plan could use. */
static GPtrArray *
relevant_of(const PgaIndexRun *run)
{
    GPtrArray *relevant = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);

    for (guint i = 0; i < run->samples->len; i++) {
        GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint));

        for (guint number = 0; number < run->choices->len; number++)
            if (could_use(run, i, choice_at(run, number)))
                g_array_append_val(numbers, number);
        g_ptr_array_add(relevant, numbers);
    }
    return relevant;
}

gboolean
pga_index_cost_relevant(PgaIndexRun *run, GPtrArray *used, GError **error)
{
    g_autoptr(GPtrArray) relevant = relevant_of(run);
    g_auto(Batch) batch = {0};

    batch_init(&batch);
    for (guint i = 0; i < run->samples->len; i++) {
        const GArray *numbers = g_ptr_array_index(relevant, i);
        GArray *oids = g_array_new(FALSE, FALSE, sizeof(guint32));

        for (guint j = 0; j < numbers->len; j++)
            if (choice_at(run, g_array_index(numbers, guint, j))->candidate)
                add_oid(oids, choice_at(run, g_array_index(numbers, guint, j)));
        g_array_sort(oids, compare_oids);
        if (oids->len > 0 && is_planned(run, i))
            batch_add(&batch, run, i, oids);
        else
            g_array_unref(oids);
    }
    if (!batch_run(&batch, run, error))
        return FALSE;
    for (guint i = 0; i < batch.plans->len; i++)
        g_ptr_array_add(used, numbers_of(run, g_array_index(batch.plans, PgaWhatifPlan, i).used));
    return TRUE;
}

/** What the search is given; its statements are the samples that can be planned. */
typedef struct {
    PgaIndexRun *run;
    GArray *samples;     /* of guint: the sample of each statement */
    GPtrArray *relevant; /* of GArray *, one for each sample */
    double *weights, *bytes;
    gboolean *existing, *removable;
    const GArray **of_statement;
} Question;

static void
question_clear(Question *question)
{
    g_array_unref(question->samples);
    g_ptr_array_unref(question->relevant);
    g_free(question->weights);
    g_free(question->bytes);
    g_free(question->existing);
    g_free(question->removable);
    g_free(question->of_statement);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Question, question_clear)

static void
question_init(Question *question, PgaIndexRun *run)
{
    const guint n = run->choices->len;

    question->run = run;
    question->samples = g_array_new(FALSE, FALSE, sizeof(guint));
    question->relevant = relevant_of(run);
    for (guint i = 0; i < run->samples->len; i++)
        if (is_planned(run, i))
            g_array_append_val(question->samples, i);
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
        const PgaIndexChoice *choice = choice_at(run, i);

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
        const PgaIndexChoice *choice = choice_at(run, number);
        const gboolean is_there = g_hash_table_contains(there, GUINT_TO_POINTER(number));

        if (choice->candidate ? is_there : !is_there)
            add_oid(oids, choice);
    }
    g_array_sort(oids, compare_oids);
    return oids;
}

static gboolean
answer(gpointer self, GArray *plans, GError **error)
{
    Question *question = self;
    PgaIndexRun *run = question->run;
    g_auto(Batch) batch = {0};

    batch_init(&batch);
    for (guint i = 0; i < plans->len; i++) {
        const PgaSelectionPlan *plan = &g_array_index(plans, PgaSelectionPlan, i);
        const guint sample = g_array_index(question->samples, guint, plan->statement);

        batch_add(&batch, run, sample,
                  configuration_of(run, g_ptr_array_index(question->relevant, sample), plan));
    }
    if (!batch_run(&batch, run, error))
        return FALSE;
    for (guint i = 0; i < plans->len; i++) {
        const PgaWhatifPlan *planned = &g_array_index(batch.plans, PgaWhatifPlan, i);
        PgaSelectionPlan *plan = &g_array_index(plans, PgaSelectionPlan, i);
        g_autoptr(GArray) used = numbers_of(run, planned->used);

        plan->cost = planned->total_cost;
        if (!plan->used)
            plan->used = g_array_new(FALSE, FALSE, sizeof(guint));
        g_array_set_size(plan->used, 0);
        if (used->len > 0)
            g_array_append_vals(plan->used, used->data, used->len);
    }
    return TRUE;
}

gboolean
pga_index_search(PgaIndexRun *run, GError **error)
{
    g_auto(Question) question = {0};
    PgaSelectionPlanner planner = {.plan = answer};
    PgaSelectionProblem problem;

    pga_progress_step(run->ask->from.progress, "choosing from %u candidates for %u statements",
                      run->report->n_candidates, run->samples->len);
    question_init(&question, run);
    planner.self = &question;
    problem = (PgaSelectionProblem){
        .n_statements = question.samples->len,
        .n_indexes = run->choices->len,
        .weights = question.weights,
        .bytes = question.bytes,
        .existing = question.existing,
        .removable = question.removable,
        .relevant = question.of_statement,
        .charges = run->charges,
        .budget_bytes = (double)run->bounds.budget_bytes,
        .max_indexes = run->bounds.max_indexes,
        .min_improvement = run->bounds.min_improvement,
        .gap = run->bounds.gap,
        .time_limit_us = run->bounds.time_limit_us,
    };
    run->selection = pga_select_indexes(&problem, &planner, error);
    return run->selection != NULL;
}
