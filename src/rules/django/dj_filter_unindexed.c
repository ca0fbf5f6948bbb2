/* dj-filter-unindexed: rows are found by a column that no index begins with, and by nothing else
 * that finds few of them. */
#include "../django_filter_internal.h"
#include "../django_tables_internal.h"

static gboolean
is_of_type(const PgaDjangoField *field)
{
    return field->target && g_str_has_suffix(field->target, ".ContentType");
}

static gboolean
holds(const GPtrArray *fields, const char *name)
{
    for (guint i = 0; i < fields->len; i++)
        if (g_str_equal(((const PgaDjangoField *)g_ptr_array_index(fields, i))->name, name))
            return TRUE;
    return FALSE;
}

/* (type, number, …) where both are equal to something: one object's rows are found at once. */
static gboolean
finds_object(const PgaDjangoIndex *index, const PgaFilter *filter)
{
    guint n = 0;

    if (index->predicate)
        return FALSE;
    for (; n < index->columns->len; n++) {
        const char *column = g_ptr_array_index(index->columns, n);

        if (!column || (!holds(filter->equal, column) && !holds(filter->few, column)))
            break;
    }
    return n > 1;
}

static gboolean
is_object_indexed(PgaNeeds *needs, const PgaFilter *filter)
{
    const GPtrArray *indexes = pga_needs_indexes(needs, filter->model);

    for (guint i = 0; i < indexes->len; i++)
        if (finds_object(g_ptr_array_index(indexes, i), filter))
            return TRUE;
    return FALSE;
}

static gboolean
is_covered(PgaNeeds *needs, const PgaFilter *filter, const GArray *lookups)
{
    const GPtrArray *const groups[] = {filter->equal, filter->few};

    for (guint i = 0; i < G_N_ELEMENTS(groups); i++)
        for (guint j = 0; j < groups[i]->len; j++) {
            const PgaDjangoField *field = g_ptr_array_index(groups[i], j);

            if (!is_of_type(field) && pga_needs_is_indexed(needs, filter->model, field, lookups))
                return TRUE;
        }
    return is_object_indexed(needs, filter) ||
           (filter->range && pga_needs_is_indexed(needs, filter->model, filter->range, lookups));
}

/* Numbers above or below something are most rows, or few: nobody can tell. Times go by. */
static gboolean
is_sure(const PgaFilter *filter)
{
    return !filter->is_optional &&
           (filter->equal->len > 0 || (filter->range && pga_django_field_is_time(filter->range)));
}

/* Of an index of type and number of the object one column alone finds nothing. */
static gboolean
is_only_content_type(const PgaFilter *filter)
{
    const PgaDjangoField *field =
        filter->equal->len == 1 ? g_ptr_array_index(filter->equal, 0) : NULL;

    return field && is_of_type(field);
}

/* first() of what Meta or the key orders: few rows that are equal are sorted at once. */
static gboolean
is_any(const PgaDjangoQuery *query)
{
    const PgaDjangoQuerySet *queryset = query->queryset;
    const PgaDjangoOrder *order =
        queryset->order->len == 1 ? g_ptr_array_index(queryset->order, 0) : NULL;

    return query->act == PGA_DJANGO_FIRST &&
           (queryset->order_is_meta ||
            (order && order->path.field && order->path.field->is_primary_key));
}

/* "self.filter(labels__name=…)", returned by a method of a QuerySet's own class: what it is called
 * on, and what is asked of it then, may find few rows before the other table is looked at. */
static gboolean
is_handed_on(const PgaDjangoQuery *query)
{
    for (guint i = 0; i < query->places->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(query->places, i);
        const char *class = event->function->class;

        if (event->act != PGA_DJANGO_UNEVALUATED || !class ||
            (!g_str_has_suffix(class, "QuerySet") && !g_str_has_suffix(class, "Manager")))
            return FALSE;
    }
    return query->places->len > 0;
}

static void
judge_filter(PgaNeeds *needs, const PgaDjangoQuery *query, const PgaFilter *filter,
             const GArray *lookups)
{
    const gboolean is_base = !filter->path->hops || filter->path->hops->len == 0;
    GPtrArray *keys;

    if ((filter->equal->len == 0 && !filter->range) || is_only_content_type(filter) ||
        is_covered(needs, filter, lookups))
        return;
    keys = pga_filter_keys(filter);
    if (filter->range)
        g_ptr_array_add(keys, g_strdup(filter->range->name));
    else if (is_base && pga_django_query_takes_first(query) && !is_any(query))
        pga_filter_add_order(keys, query->queryset);
    pga_need_add_query(pga_needs_add(needs, filter->model, PGA_NEED_BTREE, keys), query,
                       is_sure(filter) && (is_base || !is_handed_on(query)));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoQuery *query)
{
    PgaNeeds *needs = run->memory;
    g_autoptr(GArray) lookups = NULL;
    g_autoptr(GPtrArray) filters = NULL;

    if (!query->queryset || query->queryset->is_raw || query->queryset->is_none || query->in_test)
        return;
    lookups = pga_django_used_lookups(query->queryset);
    if (pga_needs_is_selective(needs, lookups))
        return;
    filters = pga_django_filters(lookups);
    for (guint i = 0; i < filters->len; i++)
        judge_filter(needs, query, g_ptr_array_index(filters, i), lookups);
}

/* How many columns of each model users may filter by that no code asks for. */
static GHashTable *
offered(const GPtrArray *all)
{
    GHashTable *counts = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < all->len; i++) {
        const PgaNeed *need = g_ptr_array_index(all, i);
        const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, need->model));

        if (pga_need_use(need) == PGA_NEED_DECLARED)
            g_hash_table_insert(counts, (gpointer)need->model, GUINT_TO_POINTER(n + 1));
    }
    return counts;
}

/* A filter set that offers nearly every column is no wish for an index on each. */
static void
heed_catalogue(const PgaDjangoRun *run, PgaFinding *finding, const PgaNeed *need,
               GHashTable *counts)
{
    enum { MOST_CHOSEN = 3 };

    if (finding && !run->severity_fixed && pga_need_use(need) == PGA_NEED_DECLARED &&
        GPOINTER_TO_UINT(g_hash_table_lookup(counts, need->model)) > MOST_CHOSEN)
        finding->severity = PGA_SEVERITY_INFO;
}

static void
finish(PgaDjangoRun *run)
{
    PgaNeeds *needs = run->memory;
    const GPtrArray *all = pga_needs_sorted(needs);
    g_autoptr(GHashTable) counts = offered(all);

    for (guint i = 0; i < all->len; i++) {
        const PgaNeed *need = g_ptr_array_index(all, i);
        g_autofree char *places = pga_need_places_text(need);
        g_autofree char *columns = pga_need_columns_text(need);
        g_autofree char *indexes = pga_needs_indexes_text(needs, need->model);
        g_autofree char *rows = pga_django_rows_text(run, need->model);

        heed_catalogue(
            run,
            pga_need_report(run, need,
                            "%s.%s is filtered by %s in %s; %s, the whole table is read; %s",
                            need->model->app, need->model->name, columns, places, indexes, rows),
            need, counts);
    }
}

const PgaRule pga_rule_dj_filter_unindexed = {
    .id = "dj-filter-unindexed",
    .title = "Filter by a field without an index",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "PostgreSQL reads the whole table to find the rows, at each call.",
    .when_not = "The table stays small, or nearly all of its rows fit.",
    .condition = "filter(), exclude() or get() compares a field that no index of its model begins "
                 "with, and nothing else in the query finds few rows by an index; the model has "
                 "{min_rows} rows or more, or nobody states them and it does not look like a list "
                 "of kinds or settings. An info where a filter set offers more than three such "
                 "columns of one model that no code asks for.",
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
               "    return list(Order.objects.filter(email=request.GET[\"email\"]))",
    .fix = "Adds the index to Meta.indexes, by AddIndexConcurrently; reads and writes go on.",
    .docs = "indexes-intro.html",
    .docs_title = "Indexes: Introduction",
    .requirements = "DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {PGA_NEED_MIN_ROWS},
    .django = {.begin = pga_needs_begin,
               .query = judge,
               .finish = finish,
               .forget = pga_needs_free},
};
