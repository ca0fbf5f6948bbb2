/* What an access by a candidate would cost, by and large: which of many to show to the planner,
 * whose word counts. Cost constants are PostgreSQL's defaults. */
#include "candidate_internal.h"
#include <math.h>

#define RANDOM_PAGE 4.0
#define TUPLE       0.01
#define INDEX_TUPLE 0.0075
#define COMPARISON  0.005
#define BLOCK_BYTES 8192.0
/* What size is worth against cost: a share of the relation's. */
#define SIZE_WEIGHT 0.05
#define HASH_WEIGHT 0.1

static double
sort_cost(double rows)
{
    return rows > 1 ? 2 * COMPARISON * rows * log2(rows) : 0;
}

/* Of the entries that the descent leaves: equality on the first keys, one range behind. */
static double
descended(const GArray *parts)
{
    double share = 1;

    for (guint i = 0; i < parts->len; i++) {
        const PgaPart *part = &g_array_index(parts, PgaPart, i);

        share *= part->selectivity;
        if (!part->is_equality)
            break;
    }
    return share;
}

static double
asked(const GArray *parts)
{
    double share = 1;

    for (guint i = 0; i < parts->len; i++)
        share *= g_array_index(parts, PgaPart, i).selectivity;
    return share;
}

/* Pages of the heap for @rows of it, each at random or, when many, one after the other. */
static double
heap_cost(double rows, double pages)
{
    const double touched = pages * (1 - exp(-rows / pages));

    return touched * (RANDOM_PAGE - (RANDOM_PAGE - 1) * sqrt(touched / pages));
}

/* How often the inner side of a nested loop is looked up: not known here. */
static double
loops(const GArray *parts)
{
    for (guint i = 0; i < parts->len; i++) {
        const PgaPart *part = &g_array_index(parts, PgaPart, i);

        if (part->is_join)
            return sqrt(1 / MAX(part->selectivity, 1e-9));
        if (!part->is_equality)
            break;
    }
    return 1;
}

/* Groups and merge joins have hashing as another way. */
static double
sort_weight(const PgaIndexRequest *request)
{
    double weight = 0;

    for (guint i = 0; i < request->orders->len; i++) {
        const PgaRequestOrder *order = g_ptr_array_index(request->orders, i);

        weight = MAX(weight, order->any_order ? HASH_WEIGHT : 1);
    }
    return weight;
}

double
pga_draft_score(const PgaDraft *draft, const PgaView *view, const GArray *parts, gboolean covers,
                const PgaRequestOrder *order)
{
    const double pages = MAX(1, view->request->pages), tuples = MAX(1, view->request->tuples);
    const double rows = tuples * draft->share, out = MAX(1, asked(parts) * rows);
    const double weight = sort_weight(view->request);
    const double limit = view->request->limit;
    double scan = pages + tuples * TUPLE, cost = 0;

    cost = descended(parts) * (RANDOM_PAGE * draft->bytes / BLOCK_BYTES + rows * INDEX_TUPLE) +
           out * TUPLE;
    if (!covers)
        cost += heap_cost(out, pages);
    cost *= loops(parts);
    if (order && limit >= 0)
        cost *= MIN(1, MAX(limit, 1) / MAX(1, view->request->rows));
    scan += weight * sort_cost(view->request->rows);
    if (!order)
        cost += weight * sort_cost(out);
    return cost / scan + SIZE_WEIGHT * draft->bytes / (pages * BLOCK_BYTES);
}
