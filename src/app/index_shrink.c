/* Room is not free, even where no budget says so: it is read, cached, written and backed up. An
 * index that the others, or a smaller one, can do nearly as well for gives way to them. */
#include <math.h>
#include <string.h>

#include "index_internal.h"

enum {
    MAX_TRIED = 8, /* smaller ones for each index */
    FEW = 2,       /* statements that are planned first: one of them fails most likely */
};

#define MUCH_SMALLER 0.8 /* of the bytes, at most */
#define NEARLY       0.1 /* of what a statement saved: what it may lose, */
#define MUCH         0.5 /* but no more than this part of what it costs now, */
#define NOTHING      100 /* or this: about a millisecond */

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

static double
may_lose(const PgaIndexSample *sample)
{
    return MIN(NEARLY * (sample->before - sample->after), MAX(MUCH * sample->after, NOTHING));
}

/* The place in @users (some of its users) of one that is not done as well by; their number: there
 * is none. Adds to *@lost what they lose. */
static guint
find_loser(const PgaIndexRun *run, const GArray *users, const double *costs, double *lost)
{
    for (guint i = 0; i < users->len; i++) {
        const PgaIndexSample *sample =
            g_ptr_array_index(run->samples, g_array_index(users, guint, i));

        if (costs[i] < 0 || costs[i] - sample->after > may_lose(sample))
            return i;
        *lost += sample->weight * MAX(costs[i] - sample->after, 0);
    }
    return users->len;
}

static void
put_first(GArray *users, guint place)
{
    const guint user = g_array_index(users, guint, place);

    g_array_remove_index(users, place);
    g_array_prepend_val(users, user);
}

/* *@lost: what is lost when @instead does for all @users; HUGE_VAL: it does not, and the one that
 * it does not do for is asked first the next time. */
static gboolean
try_smaller(PgaIndexRun *run, guint number, guint instead, GArray *users, double *lost,
            GError **error)
{
    double costs[PGA_INDEX_SLICE];
    guint n = FEW;

    *lost = 0;
    for (guint from = 0; from < users->len; from += n, n = PGA_INDEX_SLICE) {
        g_autoptr(GArray) some = pga_index_slice(users, from, n);
        guint loser;

        if (!pga_index_cost_instead(run, number, instead, some, costs, error))
            return FALSE;
        loser = find_loser(run, some, costs, lost);
        if (loser < some->len)
            put_first(users, from + loser);
        if (loser < some->len || *lost >= pga_index_least_gain(run)) {
            *lost = HUGE_VAL;
            return TRUE;
        }
    }
    return TRUE;
}

static gboolean
shrink_one(PgaIndexRun *run, guint place, gboolean *done, GError **error)
{
    const guint number = g_array_index(run->chosen, guint, place);
    g_autoptr(GArray) users = pga_index_users(run, number);
    g_autoptr(GArray) smaller = find_smaller(run, number);

    for (guint i = 0; users->len > 0 && i < MIN(smaller->len, MAX_TRIED); i++) {
        const guint instead = g_array_index(smaller, guint, i);
        double lost;

        if (!try_smaller(run, number, instead, users, &lost, error))
            return FALSE;
        if (isinf(lost))
            continue;
        run->lost += lost;
        g_hash_table_insert(run->replaced, GUINT_TO_POINTER(number), GUINT_TO_POINTER(instead + 1));
        g_array_index(run->chosen, guint, place) = instead;
        *done = TRUE;
        return TRUE;
    }
    return TRUE;
}

/* Those that the others together do nearly as well as, the least useful first. */
static gboolean
leave_out(PgaIndexRun *run, GError **error)
{
    for (guint i = run->chosen->len; i > 0; i--) {
        g_autoptr(GArray) users = pga_index_users(run, g_array_index(run->chosen, guint, i - 1));
        double lost;

        if (users->len == 0)
            continue;
        if (!try_smaller(run, g_array_index(run->chosen, guint, i - 1), PGA_INDEX_NONE, users,
                         &lost, error))
            return FALSE;
        if (isinf(lost))
            continue;
        g_array_remove_index(run->chosen, i - 1);
        run->n_small++;
        run->lost += lost;
        if (!pga_index_replan(run, users, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_index_shrink(PgaIndexRun *run, guint *n_replaced, GError **error)
{
    *n_replaced = 0;
    if (run->bounds.budget_bytes < 0 && !leave_out(run, error))
        return FALSE;
    for (guint i = 0; run->bounds.budget_bytes < 0 && i < run->chosen->len; i++) {
        gboolean done = FALSE;

        if (!shrink_one(run, i, &done, error))
            return FALSE;
        *n_replaced += done;
    }
    return TRUE;
}
