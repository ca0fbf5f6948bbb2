/* Plans of samples under configurations, as numbers of the search. */
#include "index_batch_internal.h"

PgaIndexChoice *
pga_index_choice_at(const PgaIndexRun *run, guint number)
{
    return g_ptr_array_index(run->choices, number);
}

void
pga_index_add_oid(GArray *oids, const PgaIndexChoice *choice)
{
    g_array_append_val(oids, choice->whatif->oid);
}

int
pga_index_compare_numbers(gconstpointer a, gconstpointer b)
{
    const guint32 first = *(const guint32 *)a, second = *(const guint32 *)b;

    return first < second ? -1 : first > second;
}

/* Whether a plan could see it: of its tables, or of one that may inherit from them. */
static gboolean
could_see(const PgaIndexRun *run, const PgaIndexSample *sample, const PgaIndexChoice *choice)
{
    const PgaRelation *root = pga_index_root(run, choice->relation);

    return !sample || !sample->relations || !root || root->parent ||
           g_hash_table_contains(sample->relations, root);
}

static void
add_seen(const PgaIndexRun *run, const PgaIndexSample *sample, const GArray *numbers, GArray *oids)
{
    for (guint i = 0; numbers && i < numbers->len; i++) {
        const PgaIndexChoice *choice = pga_index_choice_at(run, g_array_index(numbers, guint, i));

        if (could_see(run, sample, choice))
            pga_index_add_oid(oids, choice);
    }
}

GArray *
pga_index_configuration(const PgaIndexRun *run, const PgaIndexSample *sample, const GArray *chosen,
                        const GArray *removed)
{
    GArray *oids = g_array_new(FALSE, FALSE, sizeof(guint32));

    add_seen(run, sample, chosen, oids);
    add_seen(run, sample, removed, oids);
    g_array_sort(oids, pga_index_compare_numbers);
    return oids;
}

void
pga_index_batch_init(PgaIndexBatch *batch)
{
    batch->plans = g_array_new(FALSE, TRUE, sizeof(PgaWhatifPlan));
    g_array_set_clear_func(batch->plans, (GDestroyNotify)pga_whatif_plan_clear);
    batch->owners = g_array_new(FALSE, FALSE, sizeof(guint));
    batch->arrays = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
}

void
pga_index_batch_clear(PgaIndexBatch *batch)
{
    g_array_unref(batch->plans);
    g_array_unref(batch->owners);
    g_ptr_array_unref(batch->arrays);
}

void
pga_index_batch_add(PgaIndexBatch *batch, const PgaIndexRun *run, guint sample, GArray *oids)
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

/* Takes what came out. */
static void
take_answers(PgaIndexBatch *batch, PgaIndexRun *run, GArray *asked, const GArray *places)
{
    for (guint i = 0; i < asked->len; i++) {
        PgaWhatifPlan *from = &g_array_index(asked, PgaWhatifPlan, i);
        PgaWhatifPlan *to =
            &g_array_index(batch->plans, PgaWhatifPlan, g_array_index(places, guint, i));

        *to = *from;
        from->used = NULL;
        from->failure = NULL;
        if (batch->keeps)
            pga_index_kept_plans_add(run->kept_plans, to);
    }
}

/* Kept plans are as the planner has them. */
static void
correct(PgaIndexBatch *batch, const PgaIndexRun *run)
{
    for (guint i = 0; run->trusts_order && i < batch->plans->len; i++) {
        PgaWhatifPlan *plan = &g_array_index(batch->plans, PgaWhatifPlan, i);
        const PgaIndexSample *sample =
            g_ptr_array_index(run->samples, g_array_index(batch->owners, guint, i));
        g_autoptr(GArray) used = NULL;

        if (plan->total_cost < 0)
            continue;
        used = pga_index_numbers(run, plan->used);
        plan->total_cost = MAX(plan->total_cost - pga_index_charged_too_much(run, sample, used), 0);
    }
}

gboolean
pga_index_batch_run(PgaIndexBatch *batch, PgaIndexRun *run, GError **error)
{
    g_autoptr(GArray) asked = g_array_new(FALSE, TRUE, sizeof(PgaWhatifPlan));
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(guint));

    g_array_set_clear_func(asked, (GDestroyNotify)pga_whatif_plan_clear);
    for (guint i = 0; i < batch->plans->len; i++) {
        PgaWhatifPlan *plan = &g_array_index(batch->plans, PgaWhatifPlan, i);

        if (batch->keeps && pga_index_kept_plans_find(run->kept_plans, plan))
            continue;
        g_array_append_val(asked, *plan);
        g_array_append_val(places, i);
    }
    run->report->n_plans += asked->len;
    if (asked->len > 0 && !pga_whatif_cost(run->whatif, asked, error))
        return FALSE;
    take_answers(batch, run, asked, places);
    correct(batch, run);
    return TRUE;
}

GArray *
pga_index_numbers(const PgaIndexRun *run, const GArray *oids)
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
    g_array_sort(numbers, pga_index_compare_numbers);
    return numbers;
}

gboolean
pga_index_has_number(const GArray *numbers, guint number)
{
    for (guint i = 0; numbers && i < numbers->len; i++)
        if (g_array_index(numbers, guint, i) == number)
            return TRUE;
    return FALSE;
}

/* (transfer full): of @chosen (of guint) those that the sample is to be served by. */
static GArray *
meant_for(const PgaIndexRun *run, guint sample, const GArray *chosen)
{
    GArray *meant = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; chosen && i < chosen->len; i++) {
        const guint number = g_array_index(chosen, guint, i);
        const PgaIndexCandidate *candidate = pga_index_choice_at(run, number)->candidate;

        if (!run->is_wary || !candidate ||
            g_array_binary_search(candidate->relevant, &sample, pga_index_compare_numbers, NULL))
            g_array_append_val(meant, number);
    }
    return meant;
}

static void
add_to_batch(PgaIndexBatch *batch, const PgaIndexRun *run, guint sample, const GArray *chosen,
             const GArray *removed)
{
    g_autoptr(GArray) meant = meant_for(run, sample, chosen);

    pga_index_batch_add(
        batch, run, sample,
        pga_index_configuration(run, g_ptr_array_index(run->samples, sample), meant, removed));
}

gboolean
pga_index_cost_all(PgaIndexRun *run, const GArray *chosen, const GArray *removed, double *costs,
                   GPtrArray *used, GError **error)
{
    g_auto(PgaIndexBatch) batch = {0};

    pga_index_batch_init(&batch);
    batch.keeps = TRUE;
    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, i);

        costs[i] = -1;
        if (used)
            g_ptr_array_add(used, g_array_new(FALSE, FALSE, sizeof(guint)));
        if (sample->number != 0)
            add_to_batch(&batch, run, i, chosen, removed);
    }
    if (!pga_index_batch_run(&batch, run, error))
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
            g_ptr_array_index(used, owner) = pga_index_numbers(run, plan->used);
        }
    }
    return TRUE;
}

GArray *
pga_index_slice(const GArray *samples, guint from, guint n)
{
    GArray *slice = g_array_new(FALSE, FALSE, sizeof(guint));

    if (from < samples->len)
        g_array_append_vals(slice, &g_array_index(samples, guint, from),
                            MIN(samples->len - from, n));
    return slice;
}

/* Samples with all of run->chosen but @left_out, and @instead. */
static void
add_instead(PgaIndexBatch *batch, const PgaIndexRun *run, guint left_out, guint instead,
            const GArray *samples)
{
    g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GArray) removed = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < run->chosen->len; i++)
        if (g_array_index(run->chosen, guint, i) != left_out)
            g_array_append_val(chosen, g_array_index(run->chosen, guint, i));
    if (instead != PGA_INDEX_NONE)
        g_array_append_val(chosen, instead);
    for (guint i = 0; i < run->removed->len; i++) {
        const guint gone = g_array_index(run->removed, guint, i);

        if (pga_index_successor(run, pga_index_choice_at(run, gone)) !=
            pga_index_choice_at(run, left_out))
            g_array_append_val(removed, gone);
    }
    for (guint i = 0; i < samples->len; i++)
        add_to_batch(batch, run, g_array_index(samples, guint, i), chosen, removed);
}

gboolean
pga_index_cost_instead(PgaIndexRun *run, guint left_out, guint instead, const GArray *samples,
                       double *costs, GError **error)
{
    g_auto(PgaIndexBatch) batch = {0};

    pga_index_batch_init(&batch);
    batch.keeps = TRUE;
    add_instead(&batch, run, left_out, instead, samples);
    if (!pga_index_batch_run(&batch, run, error))
        return FALSE;
    for (guint i = 0; i < batch.plans->len; i++)
        costs[i] = g_array_index(batch.plans, PgaWhatifPlan, i).total_cost;
    return TRUE;
}

gboolean
pga_index_cost_each_left_out(PgaIndexRun *run, guint n, GError **error)
{
    g_auto(PgaIndexBatch) batch = {0};

    pga_index_batch_init(&batch);
    batch.keeps = TRUE;
    for (guint i = 0; i < run->chosen->len; i++) {
        const guint number = g_array_index(run->chosen, guint, i);
        g_autoptr(GArray) users = pga_index_users(run, number);
        g_autoptr(GArray) some = pga_index_slice(users, 0, n);

        add_instead(&batch, run, number, PGA_INDEX_NONE, some);
    }
    return pga_index_batch_run(&batch, run, error);
}

gboolean
pga_index_replan(PgaIndexRun *run, const GArray *samples, GError **error)
{
    g_auto(PgaIndexBatch) batch = {0};

    pga_index_batch_init(&batch);
    batch.keeps = TRUE;
    for (guint i = 0; i < samples->len; i++)
        add_to_batch(&batch, run, g_array_index(samples, guint, i), run->chosen, run->removed);
    if (!pga_index_batch_run(&batch, run, error))
        return FALSE;
    for (guint i = 0; i < batch.plans->len; i++) {
        const PgaWhatifPlan *plan = &g_array_index(batch.plans, PgaWhatifPlan, i);
        PgaIndexSample *sample =
            g_ptr_array_index(run->samples, g_array_index(batch.owners, guint, i));

        sample->after = plan->total_cost;
        g_clear_pointer(&sample->used, g_array_unref);
        sample->used = pga_index_numbers(run, plan->used);
    }
    return TRUE;
}
