/* Room is not free, even where no budget says so: it is read, cached, written and backed up. What
 * is given up for it, statement by statement and in all. */
#include <math.h>
#include <string.h>

#include "index_room_internal.h"

enum { FEW = 2 }; /* statements that are planned first: one of them fails most likely */

#define NEARLY  0.1 /* of what a statement saved: what it may lose, */
#define MUCH    0.5 /* but no more than this part of what it costs now, */
#define NOTHING 100 /* or this: about a millisecond */
#define DEARER  3   /* times what it costs now: for room that is worth it */

void
pga_index_room_init(PgaIndexRoom *room, PgaIndexRun *run)
{
    *room = (PgaIndexRoom){.run = run};
    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, i);

        if (sample->after > 0)
            room->cost += sample->weight * sample->after;
    }
    for (guint i = 0; i < run->source.catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->source.catalog->relations, i);

        if (strchr("rm", relation->relkind))
            room->bytes += relation->heap_bytes >= 0 ? (double)relation->heap_bytes
                                                     : 8192 * (double)relation->relpages;
    }
    for (guint i = 0; i < run->choices->len; i++) {
        const PgaIndexChoice *choice = pga_index_choice_at(run, i);

        if (choice->index)
            room->bytes += (double)MAX(choice->whatif->bytes, 0);
    }
}

double
pga_index_room_price(const PgaIndexRoom *room, double bytes, double lost)
{
    return room->bytes > 0 && bytes > 0
               ? room->run->bounds.room_price * bytes / room->bytes * (room->cost + lost)
               : 0;
}

gboolean
pga_index_is_chosen(const PgaIndexRun *run, guint number)
{
    return pga_index_has_number(run->chosen, number);
}

const PgaIndexKey *
pga_index_first_key(const PgaIndexChoice *choice)
{
    return g_ptr_array_index(choice->candidate->keys, 0);
}

static double
may_lose(const PgaIndexSample *sample)
{
    return MIN(NEARLY * (sample->before - sample->after), MAX(MUCH * sample->after, NOTHING));
}

static double
may_lose_for_room(const PgaIndexSample *sample)
{
    return MAX((DEARER - 1) * sample->after, NOTHING);
}

/* The place in @users (some of its users) of one that loses too much; their number: there is none.
 * Adds to @loss what they lose. */
static guint
find_loser(const PgaIndexRoom *room, const GArray *users, const double *costs, PgaIndexLoss *loss)
{
    for (guint i = 0; i < users->len; i++) {
        const PgaIndexSample *sample =
            g_ptr_array_index(room->run->samples, g_array_index(users, guint, i));
        const double lost = costs[i] - sample->after;

        if (costs[i] < 0)
            return i;
        loss->is_slight = loss->is_slight && lost <= may_lose(sample);
        if (!loss->is_slight &&
            (room->run->bounds.room_price <= 0 || lost > may_lose_for_room(sample)))
            return i;
        loss->lost += sample->weight * MAX(lost, 0);
    }
    return users->len;
}

/* Whether what is lost by now may still be worth it. */
static gboolean
is_worth(const PgaIndexRoom *room, const PgaIndexSwap *swap, const PgaIndexLoss *loss)
{
    return (loss->is_slight && loss->lost < pga_index_least_gain(room->run)) ||
           loss->lost - swap->upkeep < pga_index_room_price(room, swap->bytes, loss->lost);
}

static void
put_first(GArray *users, guint place)
{
    const guint user = g_array_index(users, guint, place);

    g_array_remove_index(users, place);
    g_array_prepend_val(users, user);
}

/* When it does not do for all @users the one that it does not do for is asked first the next time.
 */
gboolean
pga_index_try_swap(const PgaIndexRoom *room, const PgaIndexSwap *swap, GArray *users,
                   PgaIndexLoss *loss, GError **error)
{
    double costs[PGA_INDEX_SLICE];
    guint n = FEW;

    *loss = (PgaIndexLoss){0, TRUE};
    for (guint from = 0; from < users->len; from += n, n = PGA_INDEX_SLICE) {
        g_autoptr(GArray) some = pga_index_slice(users, from, n);
        guint loser;

        if (!pga_index_cost_instead(room->run, swap->left_out, swap->instead, some, costs, error))
            return FALSE;
        loser = find_loser(room, some, costs, loss);
        if (loser < some->len)
            put_first(users, from + loser);
        if (loser < some->len || !is_worth(room, swap, loss)) {
            loss->lost = HUGE_VAL;
            return TRUE;
        }
    }
    return TRUE;
}

PgaIndexSwap
pga_index_swap(const PgaIndexRun *run, guint left_out, guint instead)
{
    const PgaIndexChoice *old = pga_index_choice_at(run, left_out);
    const PgaIndexChoice *new =
        instead == PGA_INDEX_NONE ? NULL : pga_index_choice_at(run, instead);

    return (PgaIndexSwap){
        left_out, instead,
        (double)(MAX(old->whatif->bytes, 0) - (new ? MAX(new->whatif->bytes, 0) : 0)),
        old->upkeep - (new ? new->upkeep : 0)};
}

void
pga_index_replace(PgaIndexRun *run, guint place, guint instead)
{
    const guint number = g_array_index(run->chosen, guint, place);
    GHashTableIter iter;
    gpointer first, last;

    g_hash_table_iter_init(&iter, run->replaced); /* what it stands for already */
    while (g_hash_table_iter_next(&iter, &first, &last))
        if (GPOINTER_TO_UINT(last) == number + 1)
            g_hash_table_iter_replace(&iter, GUINT_TO_POINTER(instead + 1));
    g_hash_table_insert(run->replaced, GUINT_TO_POINTER(number), GUINT_TO_POINTER(instead + 1));
    g_array_index(run->chosen, guint, place) = instead;
}
