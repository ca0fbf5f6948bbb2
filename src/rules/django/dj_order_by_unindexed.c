/* dj-order-by-unindexed: the first rows of an order that no index has: all rows are read and
 * sorted for a page of them. */
#include <string.h>

#include "../django_filter_internal.h"
#include "../django_tables_internal.h"

static const PgaFilter *
base_filter(const GPtrArray *filters)
{
    for (guint i = 0; i < filters->len; i++) {
        const PgaFilter *filter = g_ptr_array_index(filters, i);

        if (!filter->path->hops || filter->path->hops->len == 0)
            return filter;
    }
    return NULL;
}

static gboolean
is_equal(const PgaFilter *filter, const char *column)
{
    const GPtrArray *const groups[] = {filter ? filter->equal : NULL, filter ? filter->few : NULL};

    for (guint i = 0; i < G_N_ELEMENTS(groups); i++)
        for (guint j = 0; groups[i] && j < groups[i]->len; j++) {
            const PgaDjangoField *field = g_ptr_array_index(groups[i], j);

            if (g_str_equal(field->name, column))
                return TRUE;
        }
    return FALSE;
}

/* After columns that are equal for all rows, the index goes on with the order's first: the rest is
 * sorted in small lots. */
static gboolean
serves(const PgaDjangoIndex *index, const PgaFilter *filter, const char *first)
{
    guint at = 0;

    if (index->predicate || !g_str_equal(index->method, "btree"))
        return FALSE;
    for (; at < index->columns->len; at++) {
        const char *column = g_ptr_array_index(index->columns, at);

        if (!column)
            return FALSE;
        if (g_str_equal(column, first))
            return TRUE;
        if (!is_equal(filter, column))
            return FALSE;
    }
    return FALSE;
}

static gboolean
is_served(PgaNeeds *needs, const PgaDjangoModel *model, const PgaFilter *filter, const char *first)
{
    const GPtrArray *indexes = pga_needs_indexes(needs, model);

    for (guint i = 0; i < indexes->len; i++)
        if (serves(g_ptr_array_index(indexes, i), filter, first))
            return TRUE;
    return FALSE;
}

/* The first column of the order, if it is the model's own. (nullable) */
static const PgaDjangoField *
ordered_by(const PgaDjangoQuerySet *queryset)
{
    const PgaDjangoOrder *order =
        queryset->order->len ? g_ptr_array_index(queryset->order, 0) : NULL;

    if (!order || order->is_random || order->function || order->nulls ||
        order->path.model != queryset->model || !pga_django_path_is_own(&order->path) ||
        (order->path.hops && order->path.hops->len) ||
        (order->path.transforms && order->path.transforms->len))
        return NULL;
    return order->path.field->is_primary_key || order->path.field->is_unique ? NULL
                                                                             : order->path.field;
}

/* What is searched for leaves few rows to be sorted; finding them is what takes long. */
static gboolean
searches(const char *lookup)
{
    static const char *const parts[] = {"contains", "regex",    "search",
                                        "trigram",  "endswith", "iexact"};

    for (guint i = 0; lookup && i < G_N_ELEMENTS(parts); i++)
        if (strstr(lookup, parts[i]))
            return TRUE;
    return FALSE;
}

/* filter(**{name: value}): rows of who knows which key. */
static gboolean
is_filtered_somehow(const PgaDjangoCondition *where)
{
    if (!where)
        return FALSE;
    if (where->kind == PGA_DJANGO_OPAQUE)
        return TRUE;
    for (guint i = 0; where->kind == PGA_DJANGO_AND && i < where->items->len; i++) {
        const PgaDjangoCondition *item = g_ptr_array_index(where->items, i);

        if (item->kind == PGA_DJANGO_OPAQUE)
            return TRUE;
    }
    return FALSE;
}

/* What dj-filter-unindexed says with the order in it, and what another table decides. */
static gboolean
is_filtered(const GArray *lookups, const PgaFilter *filter)
{
    if (filter && (filter->equal->len || filter->range))
        return TRUE;
    for (guint i = 0; i < lookups->len; i++) {
        const PgaUsedLookup *used = &g_array_index(lookups, PgaUsedLookup, i);
        const PgaDjangoPath *path = &used->lookup->path;

        if ((path->hops && path->hops->len) ||
            (used->role != PGA_LOOKUP_NEGATED && searches(path->lookup)))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_aggregated(const PgaDjangoQuerySet *queryset)
{
    for (guint i = 0; i < queryset->annotations->len; i++) {
        const PgaDjangoAnnotation *annotation = g_ptr_array_index(queryset->annotations, i);

        if (annotation->is_aggregate)
            return TRUE;
    }
    return queryset->is_distinct || queryset->combinator;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoQuery *query)
{
    PgaNeeds *needs = run->memory;
    const PgaDjangoQuerySet *queryset = query->queryset;
    const PgaDjangoField *first;
    const PgaFilter *filter;
    g_autoptr(GArray) lookups = NULL;
    g_autoptr(GPtrArray) filters = NULL;
    GPtrArray *keys;

    if (!queryset || queryset->is_raw || queryset->is_none || query->in_test ||
        !pga_django_query_takes_first(query) || is_aggregated(queryset))
        return;
    first = ordered_by(queryset);
    lookups = pga_django_used_lookups(queryset);
    if (!first || pga_needs_is_selective(needs, lookups))
        return;
    filters = pga_django_filters(lookups);
    filter = base_filter(filters);
    if (is_filtered(lookups, filter) || is_filtered_somehow(queryset->where) ||
        is_served(needs, queryset->model, filter, first->name))
        return;
    keys = filter ? pga_filter_keys(filter) : g_ptr_array_new_with_free_func(g_free);
    pga_filter_add_order(keys, queryset);
    pga_need_add_query(pga_needs_add(needs, queryset->model, PGA_NEED_BTREE, keys), query,
                       queryset->where || !pga_django_is_plain(queryset->model));
}

static void
finish(PgaDjangoRun *run)
{
    const GPtrArray *all = pga_needs_sorted(run->memory);

    for (guint i = 0; i < all->len; i++) {
        const PgaNeed *need = g_ptr_array_index(all, i);
        g_autofree char *places = pga_need_places_text(need);
        g_autofree char *columns = pga_need_columns_text(need);
        g_autofree char *rows = pga_django_rows_text(run, need->model);

        pga_need_report(run, need,
                        "the first rows of %s.%s by %s are taken in %s; no index has that order, "
                        "the whole table is sorted; %s",
                        need->model->app, need->model->name, columns, places, rows);
    }
}

const PgaRule pga_rule_dj_order_by_unindexed = {
    .id = "dj-order-by-unindexed",
    .title = "First rows of an order that no index has",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "All rows are read and sorted for the page that is shown.",
    .when_not = "The table stays small.",
    .condition = "first(), latest(), a slice or a paginated view of an order_by() or Meta.ordering "
                 "that begins with a field which no index has in that place, of a model of "
                 "{min_rows} rows or more, or whose rows nobody states.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "\n"
               "\n"
               "class Order(models.Model):\n"
               "    email = models.EmailField()\n"
               "    made = models.DateTimeField(auto_now_add=True)\n"
               "\n"
               "# shop/views.py\n"
               "from shop.models import Order\n"
               "\n"
               "\n"
               "def find(request):\n"
               "    return list(Order.objects.order_by(\"-made\")[:20])",
    .fix = "Adds the index to Meta.indexes, by AddIndexConcurrently; reads and writes go on.",
    .docs = "indexes-ordering.html",
    .docs_title = "Indexes and ORDER BY",
    .requirements = "DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {PGA_NEED_MIN_ROWS},
    .django = {.begin = pga_needs_begin,
               .query = judge,
               .finish = finish,
               .forget = pga_needs_free},
};
