/* What of the search's choice holds: everything planned once more as a whole; what brings next to
 * nothing left out, smaller indexes in the place of others, removals that still can be. */
#include "index_batch_internal.h"
#include "index_internal.h"

#define N_MEDIANS        10   /* more than a statement counts in an average of planner costs */
#define NEXT_TO_NOTHING  0.01 /* of the least gain */
#define MAX_PRUNE_ROUNDS 3
#define SURPRISE         1.001 /* times what the whole should cost */

static PgaIndexSample *
sample_at(const PgaIndexRun *run, guint number)
{
    return g_ptr_array_index(run->samples, number);
}

static gboolean
plan_whole(PgaIndexRun *run, GError **error)
{
    g_autofree double *costs = g_new0(double, MAX(run->samples->len, 1));
    g_autoptr(GPtrArray) used = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);

    if (!pga_index_cost_all(run, run->chosen, run->removed, costs, used, error))
        return FALSE;
    for (guint i = 0; i < run->samples->len; i++) {
        PgaIndexSample *sample = sample_at(run, i);

        sample->after = costs[i];
        g_clear_pointer(&sample->used, g_array_unref);
        sample->used = g_array_ref(g_ptr_array_index(used, i));
    }
    return TRUE;
}

/* What no plan uses with all the others there is not worth its room. */
static guint
drop_idle(PgaIndexRun *run)
{
    guint n_dropped = 0;

    for (guint i = 0; i < run->chosen->len;) {
        const guint number = g_array_index(run->chosen, guint, i);
        gboolean used = FALSE;

        for (guint j = 0; !used && j < run->samples->len; j++)
            used = pga_index_has_number(sample_at(run, j)->used, number);
        if (used) {
            i++;
            continue;
        }
        g_array_remove_index(run->chosen, i);
        n_dropped++;
    }
    return n_dropped;
}

GArray *
pga_index_users(const PgaIndexRun *run, guint number)
{
    GArray *users = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < run->samples->len; i++)
        if (pga_index_has_number(sample_at(run, i)->used, number))
            g_array_append_val(users, i);
    return users;
}

gboolean
pga_index_gain_of(PgaIndexRun *run, guint number, double enough, double *gain, GError **error)
{
    g_autoptr(GArray) users = pga_index_users(run, number);
    const double upkeep = pga_index_choice_at(run, number)->upkeep;
    double costs[PGA_INDEX_SLICE], lost = 0;

    for (guint from = 0, n = PGA_INDEX_FIRST_SLICE; from < users->len && lost - upkeep < enough;
         from += n, n = PGA_INDEX_SLICE) {
        g_autoptr(GArray) some = pga_index_slice(users, from, n);

        if (!pga_index_cost_instead(run, number, PGA_INDEX_NONE, some, costs, error))
            return FALSE;
        for (guint i = 0; i < some->len; i++) {
            const PgaIndexSample *sample = sample_at(run, g_array_index(some, guint, i));

            if (costs[i] >= 0)
                lost += sample->weight * MAX(costs[i] - sample->after, 0);
        }
    }
    *gain = MAX(lost - upkeep, 0);
    return TRUE;
}

static gint
compare_costs(gconstpointer a, gconstpointer b)
{
    const double left = *(const double *)a, right = *(const double *)b;

    return left < right ? -1 : left > right;
}

/* (transfer full): of double: of each statement, whose texts stand together. Where sizes are
 * assumed each text is a case of its own: less room is not the aim there. */
static GArray *
costs_of_statements(const PgaIndexRun *run)
{
    GArray *costs = g_array_new(FALSE, FALSE, sizeof(double));

    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = sample_at(run, i);
        const double cost = sample->before < 0 ? 0 : sample->weight * sample->before;

        if (!run->is_new && i > 0 && sample_at(run, i - 1)->query == sample->query)
            g_array_index(costs, double, costs->len - 1) += cost;
        else
            g_array_append_val(costs, cost);
    }
    return costs;
}

/* What a statement costs on average. Of planner costs, which are no times, a statement that counts
 * more than many others together is not to decide what is worth an index for those. */
static double
average_cost(const PgaIndexRun *run)
{
    g_autoptr(GArray) costs = costs_of_statements(run);
    double most = G_MAXDOUBLE, sum = 0;

    if (costs->len == 0)
        return 0;
    g_array_sort(costs, compare_costs);
    if (!g_str_equal(run->report->unit, "ms"))
        most = N_MEDIANS * g_array_index(costs, double, (costs->len - 1) / 2);
    for (guint i = 0; i < costs->len; i++)
        sum += MIN(g_array_index(costs, double, i), most);
    return sum / costs->len;
}

double
pga_index_least_gain(const PgaIndexRun *run)
{
    return PGA_INDEX_MIN_GAIN * average_cost(run);
}

/* Without a budget room is not free all the same: what hardly pays is left out, the least useful
 * first, and the rest is looked at once more each time. With one all that fits is wanted, but not
 * what the others do as well. */
static gboolean
drop_small(PgaIndexRun *run, GError **error)
{
    const double least =
        pga_index_least_gain(run) * (run->bounds.budget_bytes < 0 ? 1 : NEXT_TO_NOTHING);

    if (!pga_index_cost_each_left_out(run, PGA_INDEX_FIRST_SLICE, error))
        return FALSE;
    for (guint i = run->chosen->len; i > 0; i--) {
        const guint number = g_array_index(run->chosen, guint, i - 1);
        g_autoptr(GArray) users = NULL;
        double gain;

        if (!pga_index_gain_of(run, number, least, &gain, error))
            return FALSE;
        if (gain >= least)
            continue;
        users = pga_index_users(run, number);
        g_array_remove_index(run->chosen, i - 1);
        run->n_small++;
        run->lost += gain;
        if (!pga_index_replan(run, users, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
shrink(PgaIndexRun *run, GError **error)
{
    guint n_smaller = 0, n_longer = 0;

    return pga_index_shrink(run, &n_smaller, error) && pga_index_lengthen(run, &n_longer, error) &&
           (n_smaller + n_longer == 0 || plan_whole(run, error));
}

static double
whole_cost(const PgaIndexRun *run)
{
    double sum = 0;

    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = sample_at(run, i);

        sum += sample->after < 0 ? 0 : sample->weight * sample->after;
    }
    return sum;
}

/* What no plan uses can all the same keep the planner from a path that would prune a better one:
 * where the whole costs more than @cost, what is missing of @chosen comes back until it does not.
 */
static gboolean
bring_back(PgaIndexRun *run, const GArray *chosen, double cost, guint *n_missing, GError **error)
{
    *n_missing = chosen->len - run->chosen->len;
    if (!plan_whole(run, error))
        return FALSE;
    for (guint i = 0; i < chosen->len && (*n_missing) > 0 && whole_cost(run) > cost * SURPRISE;
         i++) {
        const guint number = g_array_index(chosen, guint, i);

        if (i < run->chosen->len && g_array_index(run->chosen, guint, i) == number)
            continue;
        g_array_insert_val(run->chosen, i, number);
        (*n_missing)--;
        if (run->removed->len > 0)
            pga_index_settle_removals(run);
        if (!plan_whole(run, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
leave_out_small(PgaIndexRun *run, GError **error)
{
    g_autoptr(GArray) chosen = g_array_copy(run->chosen);
    const double cost = whole_cost(run);
    guint n_missing;

    if (!drop_small(run, error))
        return FALSE;
    if (!bring_back(run, chosen, cost + run->lost, &n_missing, error))
        return FALSE;
    if (n_missing < run->n_small)
        run->lost = MAX(whole_cost(run) - cost, 0);
    run->n_small = n_missing;
    return TRUE;
}

/* Until none is idle, or one has to stay. */
static gboolean
leave_out_idle(PgaIndexRun *run, GError **error)
{
    guint n_missing = 1;

    for (guint round = 0; round < MAX_PRUNE_ROUNDS && n_missing > 0; round++) {
        g_autoptr(GArray) chosen = g_array_copy(run->chosen);
        const double cost = whole_cost(run);

        if (drop_idle(run) == 0)
            return TRUE;
        pga_index_settle_removals(run);
        if (!bring_back(run, chosen, cost, &n_missing, error))
            return FALSE;
    }
    return TRUE;
}

/* What the averages speak for is no reason to leave out what serves seldom values. */
static gboolean
settle_warily(PgaIndexRun *run, GError **error)
{
    gboolean ok;

    run->is_wary = TRUE;
    ok = plan_whole(run, error) && leave_out_small(run, error) && shrink(run, error);
    run->is_wary = FALSE;
    return ok;
}

gboolean
pga_index_settle(PgaIndexRun *run, GError **error)
{
    run->chosen = g_array_new(FALSE, FALSE, sizeof(guint));
    run->removed = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < run->selection->chosen->len; i++) {
        const guint number = g_array_index(run->selection->chosen, guint, i);

        if (pga_index_choice_at(run, number)->candidate)
            g_array_append_val(run->chosen, number);
    }
    if (!settle_warily(run, error))
        return FALSE;
    pga_index_settle_removals(run);
    return plan_whole(run, error) && leave_out_idle(run, error) &&
           pga_index_settle_redundant(run, error);
}
