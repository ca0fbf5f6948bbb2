/* Orders that a LIMIT is taken in: by averages an index that finds the rows of one value does as
 * well, and is smaller; of a value with many rows it reads and sorts them all. An index that goes
 * on with the order ends at the LIMIT, whatever the value. docs/index.md has the rule. */
#include <string.h>

#include "index_batch_internal.h"

#define LONGER                                                                                     \
    5.0 /* times the bytes, at most: equal keys are kept once, those of an order are not */
#define NEARLY 1.1 /* times the cost, at most, by averages, */
#define LITTLE 1.0 /* and as much is nothing; */
#define MORE   1.5 /* where it is a small part */
#define SMALL  0.1 /* of what it was before */

static const PgaIndexKey *
key_at(const PgaIndexCandidate *candidate, guint i)
{
    return g_ptr_array_index(candidate->keys, i);
}

static gboolean
is_equal_in(const PgaIndexRequest *request, const char *expression)
{
    for (guint i = 0; i < request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);

        if (clause->kind == PGA_CLAUSE_EQUAL && !clause->is_join && clause->or_group == 0 &&
            strcmp(clause->expression, expression) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Behind the keys that @request holds equal @candidate has those of the order, and no others;
 * round about or as they are. */
static gboolean
gives_order(const PgaIndexCandidate *candidate, const PgaIndexRequest *request,
            const PgaRequestOrder *order)
{
    guint n = 0;

    while (n < candidate->keys->len && is_equal_in(request, key_at(candidate, n)->expression))
        n++;
    if (n == 0 || candidate->keys->len - n < order->keys->len)
        return FALSE;
    for (guint i = 0; i < order->keys->len; i++) {
        const PgaRequestKey *wanted = g_ptr_array_index(order->keys, i);
        const PgaRequestKey *head = g_ptr_array_index(order->keys, 0);
        const PgaIndexKey *key = key_at(candidate, n + i);
        const gboolean is_flipped = key_at(candidate, n)->descending != head->descending;

        if (strcmp(wanted->expression, key->expression) != 0 ||
            (wanted->descending != is_flipped) != key->descending ||
            (wanted->nulls_first != is_flipped) != key->nulls_first)
            return FALSE;
    }
    return TRUE;
}

/* Whether @sample wants its rows in an order that @longer gives and @shorter does not. */
static gboolean
wants(const PgaIndexSample *sample, const PgaIndexCandidate *longer,
      const PgaIndexCandidate *shorter)
{
    for (guint i = 0; sample->requests && i < sample->requests->requests->len; i++) {
        const PgaIndexRequest *request = g_ptr_array_index(sample->requests->requests, i);

        if (request->relation != longer->relation || request->limit < 0)
            continue;
        for (guint j = 0; j < request->orders->len; j++) {
            const PgaRequestOrder *order = g_ptr_array_index(request->orders, j);

            if (!order->any_order && !order->is_distance && order->keys->len > 0 &&
                gives_order(longer, request, order) && !gives_order(shorter, request, order))
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean
has_column(const PgaIndexCandidate *candidate, gint16 attnum)
{
    for (guint i = 0; i < candidate->keys->len; i++)
        if (key_at(candidate, i)->attnum == attnum)
            return TRUE;
    for (guint i = 0; i < candidate->include->len; i++)
        if (g_array_index(candidate->include, gint16, i) == attnum)
            return TRUE;
    return FALSE;
}

/* @longer finds and holds what @shorter does. */
static gboolean
goes_on(const PgaIndexCandidate *longer, const PgaIndexCandidate *shorter)
{
    if (strcmp(longer->amname, "btree") != 0 || strcmp(shorter->amname, "btree") != 0 ||
        longer->keys->len <= shorter->keys->len ||
        g_strcmp0(longer->predicate, shorter->predicate) != 0)
        return FALSE;
    for (guint i = 0; i < shorter->keys->len; i++) {
        const PgaIndexKey *a = key_at(longer, i), *b = key_at(shorter, i);

        if (strcmp(a->expression, b->expression) != 0 || g_strcmp0(a->opcname, b->opcname) != 0 ||
            a->descending != b->descending || a->nulls_first != b->nulls_first)
            return FALSE;
    }
    for (guint i = 0; i < shorter->include->len; i++)
        if (!has_column(longer, g_array_index(shorter->include, gint16, i)))
            return FALSE;
    return TRUE;
}

static gboolean
is_wanted(const PgaIndexRun *run, const GArray *users, guint longer, guint shorter)
{
    const PgaIndexChoice *a = pga_index_choice_at(run, longer);
    const PgaIndexChoice *b = pga_index_choice_at(run, shorter);

    if (!a->candidate || a->relation != b->relation || !goes_on(a->candidate, b->candidate) ||
        (double)a->whatif->bytes > LONGER * (double)b->whatif->bytes)
        return FALSE;
    for (guint i = 0; i < users->len; i++)
        if (wants(g_ptr_array_index(run->samples, g_array_index(users, guint, i)), a->candidate,
                  b->candidate))
            return TRUE;
    return FALSE;
}

static double
may_cost(const PgaIndexSample *sample)
{
    const double more = MIN(MORE * sample->after, SMALL * sample->before);

    return MAX(MAX(NEARLY * sample->after, more), sample->after + LITTLE);
}

/* *does: no statement is clearly dearer for it. */
static gboolean
try_longer(PgaIndexRun *run, guint number, guint longer, const GArray *users, gboolean *does,
           GError **error)
{
    g_autofree double *costs = g_new0(double, MAX(users->len, 1));

    *does = TRUE;
    if (!pga_index_cost_instead(run, number, longer, users, costs, error))
        return FALSE;
    for (guint i = 0; i < users->len; i++) {
        const PgaIndexSample *sample =
            g_ptr_array_index(run->samples, g_array_index(users, guint, i));

        if (costs[i] < 0 || costs[i] > may_cost(sample))
            *does = FALSE;
    }
    return TRUE;
}

static gboolean
is_smaller(const PgaIndexRun *run, guint one, guint other)
{
    return other == PGA_INDEX_NONE || pga_index_choice_at(run, one)->whatif->bytes <
                                          pga_index_choice_at(run, other)->whatif->bytes;
}

static gboolean
lengthen_one(PgaIndexRun *run, guint place, gboolean *done, GError **error)
{
    const guint number = g_array_index(run->chosen, guint, place);
    g_autoptr(GArray) users = pga_index_users(run, number);
    guint best = PGA_INDEX_NONE;

    for (guint i = 0; i < run->choices->len; i++) {
        gboolean does;

        if (!is_wanted(run, users, i, number) || !is_smaller(run, i, best))
            continue;
        if (!try_longer(run, number, i, users, &does, error))
            return FALSE;
        if (does)
            best = i;
    }
    *done = best != PGA_INDEX_NONE;
    if (!*done)
        return TRUE;
    pga_index_replace(run, place, best);
    return pga_index_replan(run, users, error);
}

gboolean
pga_index_lengthen(PgaIndexRun *run, guint *n_replaced, GError **error)
{
    *n_replaced = 0;
    for (guint i = 0; run->bounds.budget_bytes < 0 && i < run->chosen->len; i++) {
        gboolean done = FALSE;

        if (!lengthen_one(run, i, &done, error))
            return FALSE;
        *n_replaced += done;
    }
    return TRUE;
}
