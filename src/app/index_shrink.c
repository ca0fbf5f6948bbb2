/* What takes less room in the place of what was chosen, when no budget says how much there is: what
 * the others do nearly as well is left out, a smaller index comes in the place of a larger one, one
 * in the place of two. docs/index.md has the rules. */
#include <math.h>
#include <string.h>

#include "index_room_internal.h"

enum {
    MAX_TRIED = 8,      /* smaller ones for each index, */
    MAX_TRIED_FEW = 24, /* while there are few indexes */
    FEW = 100,
    MAX_ROUNDS = 3,
};

/* BRIN finds ranges as a B-tree does, where it is tried. */
static gboolean
is_of_a_kind(const PgaIndexCandidate *smaller, const PgaIndexCandidate *larger)
{
    return strcmp(smaller->amname, larger->amname) == 0 ||
           (strcmp(smaller->amname, "brin") == 0 && strcmp(larger->amname, "btree") == 0);
}

/* Each of @users (of guint) asks what @smaller can answer. */
static gboolean
is_for_all(const PgaIndexChoice *smaller, const GArray *users)
{
    const GArray *relevant = smaller->candidate->relevant;

    for (guint i = 0; i < users->len; i++)
        if (!g_array_binary_search((GArray *)relevant, &g_array_index(users, guint, i),
                                   pga_index_compare_numbers, NULL))
            return FALSE;
    return TRUE;
}

/* For the same kind of search, of the same rows or of more; or for these @users in another way. */
static gboolean
could_replace(const PgaIndexChoice *smaller, const PgaIndexChoice *choice, const GArray *users)
{
    if (!smaller->candidate || smaller->relation != choice->relation ||
        (double)smaller->whatif->bytes >= PGA_INDEX_MUCH_SMALLER * (double)choice->whatif->bytes ||
        !is_of_a_kind(smaller->candidate, choice->candidate))
        return FALSE;
    return ((!smaller->candidate->predicate ||
             g_strcmp0(smaller->candidate->predicate, choice->candidate->predicate) == 0) &&
            strcmp(pga_index_first_key(smaller)->expression,
                   pga_index_first_key(choice)->expression) == 0) ||
           is_for_all(smaller, users);
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
find_smaller(PgaIndexRun *run, guint number, const GArray *users)
{
    GArray *smaller = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < run->choices->len; i++)
        if (could_replace(pga_index_choice_at(run, i), pga_index_choice_at(run, number), users) &&
            !pga_index_is_chosen(run, i))
            g_array_append_val(smaller, i);
    g_array_sort_with_data(smaller, compare_bytes, run);
    return smaller;
}

/* *@best: the one of @smaller that is worth most, the smallest of which nobody notices; or none. */
static gboolean
find_best(const PgaIndexRoom *room, guint number, GArray *users, guint *best, double *lost,
          GError **error)
{
    g_autoptr(GArray) smaller = find_smaller(room->run, number, users);
    const guint n = MIN(smaller->len, room->run->chosen->len > FEW ? MAX_TRIED : MAX_TRIED_FEW);
    double least = HUGE_VAL;

    *best = PGA_INDEX_NONE;
    for (guint i = 0; users->len > 0 && i < n; i++) {
        const PgaIndexSwap swap =
            pga_index_swap(room->run, number, g_array_index(smaller, guint, i));
        double worth;
        PgaIndexLoss loss;

        if (!pga_index_try_swap(room, &swap, users, &loss, error))
            return FALSE;
        worth = loss.lost - pga_index_room_price(room, swap.bytes, loss.lost);
        if (isinf(loss.lost) || worth >= least)
            continue;
        least = worth;
        *best = swap.instead;
        *lost = loss.lost;
        if (loss.is_slight && loss.lost < pga_index_least_gain(room->run))
            break;
    }
    return TRUE;
}

static gboolean
shrink_one(PgaIndexRoom *room, guint place, gboolean *done, GError **error)
{
    PgaIndexRun *run = room->run;
    const guint number = g_array_index(run->chosen, guint, place);
    g_autoptr(GArray) users = pga_index_users(run, number);
    guint instead;
    double lost = 0;

    if (!find_best(room, number, users, &instead, &lost, error))
        return FALSE;
    if (instead == PGA_INDEX_NONE)
        return TRUE;
    run->lost += lost;
    room->cost += lost;
    pga_index_replace(run, place, instead);
    *done = TRUE;
    return pga_index_replan(run, users, error);
}

/* Those that the others together do nearly as well as, the least useful first. */
static gboolean
leave_out(PgaIndexRoom *room, GError **error)
{
    PgaIndexRun *run = room->run;

    for (guint i = run->chosen->len; i > 0; i--) {
        const PgaIndexSwap swap =
            pga_index_swap(run, g_array_index(run->chosen, guint, i - 1), PGA_INDEX_NONE);
        g_autoptr(GArray) users = pga_index_users(run, swap.left_out);
        PgaIndexLoss loss;

        if (users->len == 0)
            continue;
        if (!pga_index_try_swap(room, &swap, users, &loss, error))
            return FALSE;
        if (isinf(loss.lost))
            continue;
        g_array_remove_index(run->chosen, i - 1);
        run->n_small++;
        run->lost += loss.lost;
        room->cost += loss.lost;
        if (!pga_index_replan(run, users, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
take_less_room(PgaIndexRoom *room, guint *n_replaced, GError **error)
{
    PgaIndexRun *run = room->run;

    if (!leave_out(room, error))
        return FALSE;
    for (guint i = 0; i < run->chosen->len; i++)
        if (!pga_index_unite(room, i, n_replaced, error))
            return FALSE;
    for (guint i = 0; i < run->chosen->len; i++) {
        gboolean done = FALSE;

        if (!shrink_one(room, i, &done, error))
            return FALSE;
        *n_replaced += done;
    }
    return TRUE;
}

gboolean
pga_index_shrink(PgaIndexRun *run, guint *n_replaced, GError **error)
{
    PgaIndexRoom room;

    *n_replaced = 0;
    if (run->bounds.budget_bytes >= 0)
        return TRUE;
    pga_index_room_init(&room, run);
    for (guint round = 0, before = 1; round < MAX_ROUNDS && *n_replaced != before; round++) {
        before = *n_replaced;
        if (!take_less_room(&room, n_replaced, error))
            return FALSE;
        if (run->chosen->len > FEW)
            break;
    }
    return TRUE;
}
