/* Room is not free, even where no budget says so: it is read, cached, written and backed up. An
 * index that a smaller one can do nearly as well for gives way to it. */
#include <string.h>

#include "index_internal.h"

enum { MAX_TRIED = 8 }; /* smaller ones for each index */

#define MUCH_SMALLER 0.8  /* of the bytes, at most */
#define NEARLY       0.02 /* of what a statement cost before: what it may lose */

static gboolean
is_chosen(const PgaIndexRun *run, guint number)
{
    for (guint i = 0; i < run->chosen->len; i++)
        if (g_array_index(run->chosen, guint, i) == number)
            return TRUE;
    return FALSE;
}

static const PgaIndexKey *
first_key(const PgaIndexChoice *choice)
{
    return g_ptr_array_index(choice->candidate->keys, 0);
}

/* For the same kind of search, of the same rows or of more. */
static gboolean
could_replace(const PgaIndexChoice *smaller, const PgaIndexChoice *choice)
{
    return smaller->candidate && smaller->relation == choice->relation &&
           (double)smaller->whatif->bytes < MUCH_SMALLER * (double)choice->whatif->bytes &&
           strcmp(smaller->candidate->amname, choice->candidate->amname) == 0 &&
           (!smaller->candidate->predicate ||
            g_strcmp0(smaller->candidate->predicate, choice->candidate->predicate) == 0) &&
           strcmp(first_key(smaller)->expression, first_key(choice)->expression) == 0;
}

static int
compare_bytes(gconstpointer a, gconstpointer b, gpointer data)
{
    const PgaIndexRun *run = data;
    const guint left = *(const guint *)a, right = *(const guint *)b;
    const gint64 bytes = pga_index_choice_at(run, left)->whatif->bytes;
    const gint64 others = pga_index_choice_at(run, right)->whatif->bytes;

    return bytes != others ? (bytes > others) - (bytes < others) : (left > right) - (left < right);
}

/* (transfer full): of guint, the smallest first */
static GArray *
find_smaller(PgaIndexRun *run, guint number)
{
    GArray *smaller = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < run->choices->len; i++)
        if (could_replace(pga_index_choice_at(run, i), pga_index_choice_at(run, number)) &&
            !is_chosen(run, i))
            g_array_append_val(smaller, i);
    g_array_sort_with_data(smaller, compare_bytes, run);
    return smaller;
}

static gboolean
does_as_well(const PgaIndexRun *run, const GArray *users, const double *costs, double *all_lost)
{
    double lost = 0;

    for (guint i = 0; i < users->len; i++) {
        const PgaIndexSample *sample =
            g_ptr_array_index(run->samples, g_array_index(users, guint, i));

        if (costs[i] < 0 || costs[i] - sample->after > NEARLY * sample->before)
            return FALSE;
        lost += sample->weight * MAX(costs[i] - sample->after, 0);
    }
    *all_lost = lost;
    return lost < pga_index_least_gain(run);
}

static gboolean
shrink_one(PgaIndexRun *run, guint place, gboolean *done, GError **error)
{
    const guint number = g_array_index(run->chosen, guint, place);
    g_autoptr(GArray) users = pga_index_users(run, number);
    g_autoptr(GArray) smaller = find_smaller(run, number);
    g_autofree double *costs = g_new0(double, MAX(users->len, 1));

    for (guint i = 0; users->len > 0 && i < MIN(smaller->len, MAX_TRIED); i++) {
        const guint instead = g_array_index(smaller, guint, i);
        double lost;

        if (!pga_index_cost_instead(run, number, instead, users, costs, error))
            return FALSE;
        if (!does_as_well(run, users, costs, &lost))
            continue;
        run->lost += lost;
        g_hash_table_insert(run->replaced, GUINT_TO_POINTER(number), GUINT_TO_POINTER(instead + 1));
        g_array_index(run->chosen, guint, place) = instead;
        *done = TRUE;
        return TRUE;
    }
    return TRUE;
}

gboolean
pga_index_shrink(PgaIndexRun *run, guint *n_replaced, GError **error)
{
    *n_replaced = 0;
    for (guint i = 0; run->bounds.budget_bytes < 0 && i < run->chosen->len; i++) {
        gboolean done = FALSE;

        if (!shrink_one(run, i, &done, error))
            return FALSE;
        *n_replaced += done;
    }
    return TRUE;
}
