/* One index for two that begin alike, neither of which does for the other. */
#include <math.h>
#include <string.h>

#include "index_room_internal.h"

enum { MAX_TRIED = 8 }; /* of those that could stand for both */

/* (transfer full): of guint: statements that use the one or the other. */
static GArray *
users_of_both(const PgaIndexRun *run, guint one, guint other)
{
    GArray *users = pga_index_users(run, one);
    g_autoptr(GArray) more = pga_index_users(run, other);
    const guint n = users->len;

    for (guint i = 0; i < more->len; i++) {
        gboolean there = FALSE;

        for (guint j = 0; j < n && !there; j++)
            there = g_array_index(users, guint, j) == g_array_index(more, guint, i);
        if (!there)
            g_array_append_val(users, g_array_index(more, guint, i));
    }
    return users;
}

/* Whether @one could stand for both: it has less than both together. */
static gboolean
could_unite(const PgaIndexRun *run, guint number, guint one, guint other)
{
    const PgaIndexChoice *choice = pga_index_choice_at(run, number);
    const PgaIndexChoice *a = pga_index_choice_at(run, one), *b = pga_index_choice_at(run, other);

    return choice->candidate && choice->relation == a->relation &&
           strcmp(choice->candidate->amname, "btree") == 0 &&
           strcmp(pga_index_first_key(choice)->expression, pga_index_first_key(a)->expression) ==
               0 &&
           (!choice->candidate->predicate ||
            (g_strcmp0(choice->candidate->predicate, a->candidate->predicate) == 0 &&
             g_strcmp0(choice->candidate->predicate, b->candidate->predicate) == 0)) &&
           (double)choice->whatif->bytes <
               PGA_INDEX_MUCH_SMALLER * (double)(a->whatif->bytes + b->whatif->bytes);
}

/* Those at the places @left and @right, of which the right one has been taken out of run->chosen:
 * @other. */
static gboolean
try_to_unite(PgaIndexRoom *room, guint left, guint other, gboolean *done, GError **error)
{
    PgaIndexRun *run = room->run;
    const guint one = g_array_index(run->chosen, guint, left);
    const PgaIndexSwap gone = pga_index_swap(run, other, PGA_INDEX_NONE);
    g_autoptr(GArray) users = users_of_both(run, one, other);
    guint n = 0;

    for (guint i = 0; i < run->choices->len && n < MAX_TRIED; i++) {
        PgaIndexSwap swap;
        PgaIndexLoss loss;

        if (pga_index_is_chosen(run, i) || i == other || !could_unite(run, i, one, other))
            continue;
        n++;
        swap = pga_index_swap(run, one, i);
        swap.bytes += gone.bytes;
        swap.upkeep += gone.upkeep;
        if (!pga_index_try_swap(room, &swap, users, &loss, error))
            return FALSE;
        if (isinf(loss.lost))
            continue;
        run->lost += loss.lost;
        run->n_small++;
        room->cost += loss.lost;
        pga_index_replace(run, left, i);
        *done = TRUE;
        return pga_index_replan(run, users, error);
    }
    return TRUE;
}

static gboolean
begin_alike(const PgaIndexRun *run, guint one, guint other)
{
    const PgaIndexChoice *a = pga_index_choice_at(run, one), *b = pga_index_choice_at(run, other);

    return a->relation == b->relation && strcmp(a->candidate->amname, "btree") == 0 &&
           strcmp(b->candidate->amname, "btree") == 0 &&
           strcmp(pga_index_first_key(a)->expression, pga_index_first_key(b)->expression) == 0;
}

/* Two that begin alike and that no one of both does for: another for both. */
gboolean
pga_index_unite(PgaIndexRoom *room, guint left, guint *n_replaced, GError **error)
{
    PgaIndexRun *run = room->run;

    for (guint right = left + 1; right < run->chosen->len;) {
        const guint other = g_array_index(run->chosen, guint, right);
        gboolean done = FALSE;

        if (!begin_alike(run, g_array_index(run->chosen, guint, left), other)) {
            right++;
            continue;
        }
        g_array_remove_index(run->chosen, right);
        if (!try_to_unite(room, left, other, &done, error))
            return FALSE;
        if (!done) {
            g_array_insert_val(run->chosen, right, other);
            right++;
        }
        *n_replaced += done;
    }
    return TRUE;
}
