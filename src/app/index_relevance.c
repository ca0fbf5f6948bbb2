/* Which indexes a statement's plan could use, as far as the search looks for it. */
#include "index_search_internal.h"

enum { FOREIGN_ROUNDS = 3, FEWER_ROUNDS = 2, MANY_FOR_ROUNDS = 100 }; /* of statements */

#define FOREIGN_ENDS 0.75 /* of the time for candidates and search */

#define WORTH        0.98 /* of a statement's cost: what it gains otherwise is no gain */

/* (transfer full): of relations, as pga_index_root() has them, to GArray * of guint: the samples
 * that ask something of them. */
static GHashTable *
samples_by_relation(const PgaIndexRun *run)
{
    GHashTable *samples = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);

    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, i);
        GHashTableIter iter;
        gpointer relation;

        if (!sample->relations)
            continue;
        g_hash_table_iter_init(&iter, sample->relations);
        while (g_hash_table_iter_next(&iter, &relation, NULL)) {
            GArray *numbers = g_hash_table_lookup(samples, relation);

            if (!numbers) {
                numbers = g_array_new(FALSE, FALSE, sizeof(guint));
                g_hash_table_insert(samples, relation, numbers);
            }
            g_array_append_val(numbers, i);
        }
    }
    return samples;
}

GPtrArray *
pga_index_relevant_of(const PgaIndexRun *run)
{
    GPtrArray *relevant = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    g_autoptr(GHashTable) by_relation = samples_by_relation(run);

    for (guint i = 0; i < run->samples->len; i++)
        g_ptr_array_add(relevant, g_array_new(FALSE, FALSE, sizeof(guint)));
    for (guint number = 0; number < run->choices->len; number++) {
        const PgaIndexChoice *choice = pga_index_choice_at(run, number);
        const GArray *samples =
            choice->candidate
                ? choice->candidate->relevant
                : g_hash_table_lookup(by_relation, pga_index_root(run, choice->relation));

        for (guint i = 0; samples && i < samples->len; i++) {
            const guint sample = g_array_index(samples, guint, i);

            if (pga_index_is_planned(run, sample))
                g_array_append_val(g_ptr_array_index(relevant, sample), number);
        }
    }
    return relevant;
}

GPtrArray *
pga_index_foreign_of(const PgaIndexRun *run, const GPtrArray *relevant)
{
    GPtrArray *foreign = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);

    for (guint i = 0; i < relevant->len; i++) {
        const GArray *all = g_ptr_array_index(relevant, i);
        GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint));

        for (guint j = 0; j < all->len; j++) {
            const guint number = g_array_index(all, guint, j);
            const PgaIndexCandidate *candidate = pga_index_choice_at(run, number)->candidate;

            if (candidate &&
                !g_array_binary_search(candidate->queries, &i, pga_index_compare_numbers, NULL))
                g_array_append_val(numbers, number);
        }
        g_ptr_array_add(foreign, numbers);
    }
    return foreign;
}

void
pga_index_subtract(GArray *all, const GArray *some)
{
    guint n = 0;

    for (guint i = 0; i < all->len; i++) {
        const guint number = g_array_index(all, guint, i);

        if (!g_array_binary_search((GArray *)some, &number, pga_index_compare_numbers, NULL))
            g_array_index(all, guint, n++) = number;
    }
    g_array_set_size(all, n);
}

/* Plans each statement with what is left of @foreign alone: what it uses and gains by is taken out,
 * so that the next best show in the next round; of a statement that gains nothing all the rest
 * stays. */
static gboolean
try_foreign(PgaIndexRun *run, const GPtrArray *foreign, gboolean *is_done, GError **error)
{
    g_auto(PgaIndexBatch) batch = {0};

    pga_index_batch_init(&batch);
    for (guint i = 0; i < foreign->len; i++)
        if (!is_done[i] && ((const GArray *)g_ptr_array_index(foreign, i))->len > 0)
            pga_index_batch_add(
                &batch, run, i,
                pga_index_configuration(run, NULL, g_ptr_array_index(foreign, i), NULL));
    if (!pga_index_batch_run(&batch, run, error))
        return FALSE;
    for (guint i = 0; i < batch.plans->len; i++) {
        const PgaWhatifPlan *plan = &g_array_index(batch.plans, PgaWhatifPlan, i);
        const guint owner = g_array_index(batch.owners, guint, i);
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, owner);
        g_autoptr(GArray) used = pga_index_numbers(run, plan->used);

        is_done[owner] = plan->total_cost < 0 || plan->total_cost > WORTH * sample->before;
        if (!is_done[owner])
            pga_index_subtract(g_ptr_array_index(foreign, owner), used);
    }
    return TRUE;
}

static gboolean
is_foreign_over(const PgaIndexRun *run)
{
    return pga_index_run_seconds(run) > FOREIGN_ENDS * pga_index_seconds_for_search(run);
}

gboolean
pga_index_is_plain(const PgaIndexCandidate *candidate, guint width)
{
    const gboolean is_btree = candidate && g_str_equal(candidate->amname, "btree");

    return is_btree && candidate->keys->len <= width && !candidate->include->len &&
           !candidate->predicate;
}

/* Of @relevant what any statement may share, and what is there already. */
static GArray *
plain_of(const PgaIndexRun *run, const GArray *relevant, guint width)
{
    GArray *plain = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < relevant->len; i++) {
        const guint number = g_array_index(relevant, guint, i);
        const PgaIndexChoice *choice = pga_index_choice_at(run, number);

        if (!choice->candidate || pga_index_is_plain(choice->candidate, width))
            g_array_append_val(plain, number);
    }
    return plain;
}

static GArray *
candidates_of(const PgaIndexRun *run, const GArray *numbers)
{
    GArray *oids = g_array_new(FALSE, FALSE, sizeof(guint32));

    for (guint i = 0; i < numbers->len; i++)
        if (pga_index_choice_at(run, g_array_index(numbers, guint, i))->candidate)
            pga_index_add_oid(oids, pga_index_choice_at(run, g_array_index(numbers, guint, i)));
    g_array_sort(oids, pga_index_compare_numbers);
    return oids;
}

/* Plans each statement with plain indexes of @width columns alone, of whomever: what many share is
 * worth its room where an index for each of them is not. What the plans use is not foreign. */
static gboolean
try_plain(PgaIndexRun *run, const GPtrArray *relevant, const GPtrArray *foreign, guint width,
          GPtrArray *made, GError **error)
{
    g_autoptr(GPtrArray) plain = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    g_auto(PgaIndexBatch) batch = {0};

    pga_index_batch_init(&batch);
    for (guint i = 0; i < relevant->len; i++) {
        GArray *numbers = plain_of(run, g_ptr_array_index(relevant, i), width);

        g_ptr_array_add(plain, numbers);
        if (numbers->len > 0 && pga_index_is_planned(run, i))
            pga_index_batch_add(&batch, run, i, candidates_of(run, numbers));
    }
    if (!pga_index_batch_run(&batch, run, error))
        return FALSE;
    for (guint i = 0; i < batch.plans->len; i++) {
        const PgaWhatifPlan *plan = &g_array_index(batch.plans, PgaWhatifPlan, i);
        const guint owner = g_array_index(batch.owners, guint, i);
        g_autoptr(GArray) used = pga_index_numbers(run, plan->used);

        pga_index_subtract(g_ptr_array_index(foreign, owner), used);
        pga_index_made_add(made, owner, g_ptr_array_index(plain, owner), used, plan->total_cost);
    }
    return TRUE;
}

void
pga_index_made_add(GPtrArray *made, guint sample, const GArray *there, const GArray *used,
                   double cost)
{
    PgaIndexMade *one = g_new0(PgaIndexMade, 1);

    one->sample = sample;
    one->there = g_array_copy((GArray *)there);
    one->used = g_array_copy((GArray *)used);
    one->cost = cost;
    g_ptr_array_add(made, one);
}

void
pga_index_made_free(gpointer data)
{
    PgaIndexMade *one = data;

    g_array_unref(one->there);
    g_array_unref(one->used);
    g_free(one);
}

gboolean
pga_index_narrow(PgaIndexRun *run, GPtrArray *relevant, GPtrArray *made, GError **error)
{
    g_autoptr(GPtrArray) foreign = pga_index_foreign_of(run, relevant);
    g_autofree gboolean *is_done = g_new0(gboolean, MAX(foreign->len, 1));
    const guint n_rounds = foreign->len > MANY_FOR_ROUNDS ? FEWER_ROUNDS : FOREIGN_ROUNDS;

    for (guint width = 1; made && width <= PGA_INDEX_PLAIN_WIDTH && !is_foreign_over(run); width++)
        if (!try_plain(run, relevant, foreign, width, made, error))
            return FALSE;
    for (guint round = 0; round < n_rounds && !is_foreign_over(run); round++)
        if (!try_foreign(run, foreign, is_done, error))
            return FALSE;
    for (guint i = 0; i < foreign->len; i++)
        pga_index_subtract(g_ptr_array_index(relevant, i), g_ptr_array_index(foreign, i));
    return TRUE;
}
