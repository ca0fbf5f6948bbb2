/* The columns that one QuerySet finds a table's rows by. */
#include <string.h>

#include "django_filter_internal.h"

/* Indexes of more columns are for nothing but one query. */
#define MAX_KEYS 4

static void
filter_free(gpointer data)
{
    PgaFilter *filter = data;

    g_ptr_array_unref(filter->equal);
    g_ptr_array_unref(filter->few);
    g_free(filter);
}

static PgaFilter *
filter_of(GPtrArray *filters, const PgaDjangoPath *path)
{
    PgaFilter *filter;

    for (guint i = 0; i < filters->len; i++) {
        filter = g_ptr_array_index(filters, i);
        if (filter->model == path->model && pga_django_same_hops(filter->path, path))
            return filter;
    }
    filter = g_new0(PgaFilter, 1);
    filter->path = path;
    filter->model = path->model;
    filter->equal = g_ptr_array_new();
    filter->few = g_ptr_array_new();
    g_ptr_array_add(filters, filter);
    return filter;
}

/* A b-tree of it makes sense: neither a document nor of any length. */
static gboolean
is_comparable(const PgaDjangoField *field)
{
    static const char *const not [] = {"TextField",   "JSONField",     "BinaryField",
                                       "ArrayField",  "HStoreField",   "SearchVectorField",
                                       "RasterField", "GeometryField", "PointField",
                                       "FileField",   "ImageField",    NULL};

    return field->base && !g_strv_contains(not, field->base) &&
           !g_str_has_suffix(field->base, "RangeField");
}

static void
add_field(GPtrArray *fields, const PgaDjangoField *field)
{
    if (!g_ptr_array_find(fields, field, NULL))
        g_ptr_array_add(fields, (gpointer)field);
}

static void
add_lookup(GPtrArray *filters, const PgaUsedLookup *used)
{
    const PgaDjangoLookup *lookup = used->lookup;
    const PgaDjangoField *field = lookup->path.field;
    const gboolean equal = pga_django_lookup_is_equality(lookup);
    PgaFilter *filter;

    if (!equal && !pga_django_lookup_is_range(lookup))
        return;
    filter = filter_of(filters, &lookup->path);
    if (!equal)
        filter->range = filter->range ? filter->range : field;
    else
        add_field(pga_django_field_has_few_values(field) ? filter->few : filter->equal, field);
    filter->is_optional |= used->is_optional;
}

GPtrArray *
pga_django_filters(const GArray *lookups)
{
    GPtrArray *filters = g_ptr_array_new_with_free_func(filter_free);

    for (guint i = 0; i < lookups->len; i++) {
        const PgaUsedLookup *used = &g_array_index(lookups, PgaUsedLookup, i);

        if (used->role == PGA_LOOKUP_REQUIRED && pga_django_path_is_own(&used->lookup->path) &&
            is_comparable(used->lookup->path.field))
            add_lookup(filters, used);
    }
    return filters;
}

static int
compare_fields(gconstpointer left, gconstpointer right)
{
    const PgaDjangoField *a = *(PgaDjangoField *const *)left, *b = *(PgaDjangoField *const *)right;

    return g_strcmp0(a->name, b->name);
}

static void
add_keys(GPtrArray *keys, GPtrArray *fields)
{
    g_ptr_array_sort(fields, compare_fields);
    for (guint i = 0; i < fields->len && keys->len < MAX_KEYS; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        g_ptr_array_add(keys, g_strdup(field->name));
    }
}

GPtrArray *
pga_filter_keys(const PgaFilter *filter)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);

    add_keys(keys, filter->equal);
    add_keys(keys, filter->few);
    return keys;
}

gboolean
pga_django_query_takes_first(const PgaDjangoQuery *query)
{
    const PgaDjangoQuerySet *queryset = query->queryset;

    return query->act == PGA_DJANGO_FIRST || queryset->limit == -2 || queryset->limit > 0;
}

static gboolean
has_key(const GPtrArray *keys, const char *name)
{
    for (guint i = 0; i < keys->len; i++) {
        const char *key = g_ptr_array_index(keys, i);

        if (g_str_equal(*key == '-' ? key + 1 : key, name))
            return TRUE;
    }
    return FALSE;
}

void
pga_filter_add_order(GPtrArray *keys, const PgaDjangoQuerySet *queryset)
{
    for (guint i = 0; i < queryset->order->len && keys->len < MAX_KEYS; i++) {
        const PgaDjangoOrder *order = g_ptr_array_index(queryset->order, i);
        const PgaDjangoField *field = order->path.field;

        if (order->is_random || order->function || order->nulls || !field ||
            order->path.model != queryset->model || (order->path.hops && order->path.hops->len))
            return;
        if (!has_key(keys, field->name))
            g_ptr_array_add(keys, g_strconcat(order->is_descending ? "-" : "", field->name, NULL));
        if (field->is_unique || field->is_primary_key)
            return;
    }
}
