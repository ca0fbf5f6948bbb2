/* Which columns in which order: constants first, the most selective ahead, alone and in pairs; then
 * a range, a join's column or an order; joins and orders ahead of constants, too. */
#include "candidate_internal.h"
#include <base/text.h>
#include <string.h>

enum { DEFAULT_WIDTH = 4, TOP = 3, MANY = 8 };

#define MOST  0.5 /* of the rows */
#define SMALL 0.1

/** A list of keys in the making. */
typedef struct {
    GArray *parts; /* of PgaPart */
    guint width;
    const PgaRequestOrder *order; /* (nullable): that the last keys give */
} List;

static void
list_clear(List *list)
{
    g_array_unref(list->parts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(List, list_clear)

static List
list_new(const PgaView *view)
{
    return (List){g_array_new(FALSE, FALSE, sizeof(PgaPart)),
                  view->options->max_width ? view->options->max_width : DEFAULT_WIDTH, NULL};
}

static void
append(List *list, const PgaPart *part)
{
    for (guint i = 0; i < list->parts->len; i++)
        if (strcmp(g_array_index(list->parts, PgaPart, i).expression, part->expression) == 0)
            return;
    if (list->parts->len < list->width)
        g_array_append_val(list->parts, *part);
}

static void
append_all(List *list, const GArray *parts)
{
    for (guint i = 0; i < parts->len; i++)
        append(list, &g_array_index(parts, PgaPart, i));
}

static void
emit(const PgaView *view, const List *list, PgaDrafts *drafts)
{
    if (list->parts->len)
        pga_draft_variants(view, list->parts, list->order, drafts);
}

/* What the statement asks of a column besides the order. */
static PgaPart
order_part(const PgaView *view, const PgaRequestKey *key, gboolean is_flipped)
{
    const GArray *const asked[] = {view->ranges, view->joins};
    PgaPart part = {.expression = key->expression, .attnum = key->attnum, .selectivity = 1};

    for (guint i = 0; i < G_N_ELEMENTS(asked); i++)
        for (guint j = 0; j < asked[i]->len; j++) {
            const PgaPart *there = &g_array_index(asked[i], PgaPart, j);

            if (strcmp(there->expression, key->expression) == 0 && !there->opcname)
                part = *there;
        }
    part.descending = key->descending != is_flipped;
    part.nulls_first = key->nulls_first != is_flipped;
    return part;
}

/* The keys of @order from @first on, round about. Read backwards an index gives the order reversed
 * as a whole: it starts ascending. */
static void
append_order(List *list, const PgaView *view, const PgaRequestOrder *order, guint first)
{
    const PgaRequestKey *head = g_ptr_array_index(order->keys, 0);

    for (guint i = 0; i < order->keys->len; i++) {
        const PgaRequestKey *key = g_ptr_array_index(order->keys, (i + first) % order->keys->len);
        PgaPart part = order_part(view, key, head->descending);

        if (!key->attnum && view->options->no_expression)
            return;
        if (order->any_order)
            part.descending = part.nulls_first = FALSE;
        append(list, &part);
    }
    list->order = order;
}

/* MAX(x) takes either place of NULLs: the usual one will do. */
static gboolean
is_odd_double(const PgaIndexRequest *request, const PgaRequestOrder *order)
{
    const PgaRequestKey *key = g_ptr_array_index(order->keys, 0);

    for (guint i = 0; i < request->orders->len; i++) {
        const PgaRequestOrder *other = g_ptr_array_index(request->orders, i);
        const PgaRequestKey *usual = other->keys->len ? g_ptr_array_index(other->keys, 0) : NULL;

        if (usual && order->keys->len == 1 && other->keys->len == 1 &&
            key->nulls_first != key->descending && usual->nulls_first == usual->descending &&
            strcmp(usual->expression, key->expression) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
add_order_lists(const PgaView *view, const GArray *prefix, PgaDrafts *drafts)
{
    if (prefix->len == 0 && pga_request_is_seldom_met(view->request))
        return;
    for (guint i = 0; i < view->request->orders->len; i++) {
        const PgaRequestOrder *order = g_ptr_array_index(view->request->orders, i);
        const guint n = order->any_order ? MIN(order->keys->len, TOP) : 1;

        if (order->is_distance || !order->keys->len || is_odd_double(view->request, order))
            continue;
        for (guint first = 0; first < n; first++) {
            g_auto(List) list = list_new(view);

            append_all(&list, prefix);
            append_order(&list, view, order, first);
            emit(view, &list, drafts);
        }
    }
}

/* Constants, then one thing more; a join's column also ahead of them. */
static void
add_prefix_lists(const PgaView *view, const GArray *prefix, PgaDrafts *drafts)
{
    g_auto(List) alone = list_new(view);

    append_all(&alone, prefix);
    emit(view, &alone, drafts);
    for (guint i = 0; i < view->ranges->len && i < TOP; i++) {
        g_auto(List) list = list_new(view);

        append_all(&list, prefix);
        append(&list, &g_array_index(view->ranges, PgaPart, i));
        emit(view, &list, drafts);
    }
    for (guint i = 0; prefix->len && i < view->joins->len && i < TOP; i++) {
        g_auto(List) behind = list_new(view), ahead = list_new(view);

        append_all(&behind, prefix);
        append(&behind, &g_array_index(view->joins, PgaPart, i));
        emit(view, &behind, drafts);
        append(&ahead, &g_array_index(view->joins, PgaPart, i));
        append_all(&ahead, prefix);
        emit(view, &ahead, drafts);
    }
    add_order_lists(view, prefix, drafts);
}

/* What most rows fulfil, as a deletion that did not happen, is no beginning of an index: what other
 * statements look for could not come first. */
static gboolean
can_begin(const GArray *equal, guint i)
{
    return i == 0 || g_array_index(equal, PgaPart, i).selectivity < MOST;
}

static void
add_constant_lists(const PgaView *view, PgaDrafts *drafts)
{
    const guint n = MIN(view->equal->len, TOP);
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(PgaPart));

    if (view->equal->len)
        add_prefix_lists(view, view->equal, drafts);
    for (guint i = 0; view->equal->len > 2 && i < n; i++) {
        const guint first = i == 2 ? 1 : 0;
        const PgaPart pair[] = {g_array_index(view->equal, PgaPart, first),
                                g_array_index(view->equal, PgaPart, i == 0 ? 1 : 2)};
        g_autoptr(GArray) prefix = g_array_new(FALSE, FALSE, sizeof(PgaPart));

        g_array_append_vals(prefix, pair, 2);
        if (can_begin(view->equal, first))
            add_prefix_lists(view, prefix, drafts);
    }
    for (guint i = 0; view->equal->len > 1 && i < n; i++) {
        g_autoptr(GArray) prefix = g_array_new(FALSE, FALSE, sizeof(PgaPart));

        if (!can_begin(view->equal, i))
            continue;
        g_array_append_val(prefix, g_array_index(view->equal, PgaPart, i));
        add_prefix_lists(view, prefix, drafts);
    }
    add_prefix_lists(view, none, drafts);
}

/* Inner sides of nested loops, and sorted input of merge joins. */
static void
add_join_lists(const PgaView *view, PgaDrafts *drafts)
{
    const guint n = MIN(view->joins->len, TOP);

    for (guint i = 0; i < n; i++) {
        g_auto(List) single = list_new(view);

        append(&single, &g_array_index(view->joins, PgaPart, i));
        emit(view, &single, drafts);
        for (guint j = 0; j < n; j++) {
            g_auto(List) pair = list_new(view);

            append(&pair, &g_array_index(view->joins, PgaPart, i));
            append(&pair, &g_array_index(view->joins, PgaPart, j));
            if (j != i)
                emit(view, &pair, drafts);
        }
    }
}

/* The column by which equal keys are most likely kept once. */
static const PgaAttribute *
first_needed(const PgaView *view)
{
    const PgaAttribute *best = NULL;
    double fewest = G_MAXDOUBLE;

    for (guint i = 0; i < view->needed->len; i++) {
        const gint16 attnum = g_array_index(view->needed, gint16, i);
        const double n = pga_column_distinct(view->relation, attnum, view->request->tuples);
        const double rank = n > 0 ? n : view->request->tuples;

        if (pga_column(view->relation, attnum) && rank < fewest) {
            best = pga_column(view->relation, attnum);
            fewest = rank;
        }
    }
    return best;
}

/* For count(*), and for an index whose predicate says all: the column that takes the least. */
static const PgaAttribute *
smallest(const PgaView *view)
{
    const PgaAttribute *best = NULL;
    double fewest = G_MAXDOUBLE;

    for (guint i = 0; view->relation && i < view->relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(view->relation->attributes, i);
        const double n =
            pga_column_distinct(view->relation, attribute->attnum, view->request->tuples);
        const double rank = n > 0 ? n : view->request->tuples;

        if (attribute->typlen <= 0 || rank >= fewest ||
            !pga_column_deduplicates(view->relation, attribute->attnum))
            continue;
        best = attribute;
        fewest = rank;
    }
    return best;
}

/* What such an index is for is in its predicate: the key is what people expect to find in it. */
static const PgaAttribute *
of_primary_key(const PgaView *view)
{
    const PgaIndex *index = view->relation ? pga_relation_primary_key(view->relation) : NULL;

    return index ? pga_column(view->relation, g_array_index(index->indkey, gint16, 0)) : NULL;
}

static const PgaAttribute *
any_column(const PgaView *view)
{
    const PgaAttribute *attribute = NULL;

    if (view->predicate->len &&
        (!view->is_coverable || view->needed->len > MANY || view->share < SMALL))
        attribute = of_primary_key(view);
    if (!attribute && view->needed->len)
        attribute = first_needed(view);
    return attribute ? attribute : smallest(view);
}

static gboolean
gives_order(const PgaView *view)
{
    for (guint i = 0; i < view->request->orders->len; i++) {
        const PgaRequestOrder *order = g_ptr_array_index(view->request->orders, i);

        if (!order->is_distance && order->keys->len)
            return TRUE;
    }
    return FALSE;
}

/* Nothing to look for: the index instead of the relation, as the smaller of the two. */
static void
add_scan_list(const PgaView *view, PgaDrafts *drafts)
{
    const PgaAttribute *attribute = any_column(view);
    g_autofree char *name = attribute ? pga_quote_identifier(attribute->attname) : NULL;
    PgaPart part = {.expression = name, .selectivity = 1};
    g_auto(List) list = list_new(view);

    if (!attribute || view->equal->len || view->ranges->len || view->joins->len ||
        gives_order(view))
        return;
    part.attnum = attribute->attnum;
    append(&list, &part);
    emit(view, &list, drafts);
}

void
pga_draft_btrees(const PgaView *view, PgaDrafts *drafts)
{
    add_constant_lists(view, drafts);
    add_join_lists(view, drafts);
    add_scan_list(view, drafts);
}
