/* A QuerySet as data: made, copied, cut, gone through. */
#include <django/queryset.h>
#include <string.h>

#include "links_internal.h"
#include "queryset_internal.h"

static void
condition_free(gpointer data)
{
    pga_django_condition_free(data);
}

static void
annotation_free(gpointer data)
{
    pga_django_annotation_free(data);
}

static void
order_free(gpointer data)
{
    pga_django_order_free(data);
}

static void
queryset_free(gpointer data)
{
    pga_django_queryset_free(data);
}

/* NOLINTBEGIN(misc-no-recursion): a chain's parts are bounded, those of subqueries among them */

void
pga_django_annotation_free(PgaDjangoAnnotation *annotation)
{
    if (!annotation)
        return;
    g_free(annotation->name);
    pga_py_value_free(annotation->value);
    pga_django_queryset_free(annotation->subquery);
    g_free(annotation);
}

void
pga_django_order_free(PgaDjangoOrder *order)
{
    if (!order)
        return;
    pga_django_path_clear(&order->path);
    g_free(order->function);
    g_free(order);
}

static void
lookup_free(PgaDjangoLookup *lookup)
{
    if (!lookup)
        return;
    pga_django_path_clear(&lookup->path);
    pga_py_value_free(lookup->value);
    pga_django_queryset_free(lookup->subquery);
    g_free(lookup);
}

PgaDjangoCondition *
pga_django_condition_new(PgaDjangoConditionKind kind)
{
    PgaDjangoCondition *condition = g_new0(PgaDjangoCondition, 1);

    condition->kind = kind;
    if (kind == PGA_DJANGO_AND || kind == PGA_DJANGO_OR || kind == PGA_DJANGO_NOT)
        condition->items = g_ptr_array_new_with_free_func(condition_free);
    return condition;
}

void
pga_django_condition_free(PgaDjangoCondition *condition)
{
    if (!condition)
        return;
    g_clear_pointer(&condition->items, g_ptr_array_unref);
    lookup_free(condition->lookup);
    pga_django_queryset_free(condition->subquery);
    g_free(condition);
}

void
pga_django_queryset_free(PgaDjangoQuerySet *queryset)
{
    if (!queryset)
        return;
    pga_django_condition_free(queryset->where);
    g_ptr_array_unref(queryset->order);
    g_ptr_array_unref(queryset->annotations);
    g_ptr_array_unref(queryset->aggregates);
    g_ptr_array_unref(queryset->values);
    g_ptr_array_unref(queryset->only);
    g_ptr_array_unref(queryset->deferred);
    g_ptr_array_unref(queryset->select_related);
    g_ptr_array_unref(queryset->prefetch_related);
    g_clear_pointer(&queryset->own_prefetches, g_ptr_array_unref);
    g_ptr_array_unref(queryset->distinct_on);
    g_ptr_array_unref(queryset->combined);
    g_ptr_array_unref(queryset->lock_of);
    g_clear_pointer(&queryset->group_by, g_ptr_array_unref);
    g_free(queryset->combinator);
    g_free(queryset->using);
    g_free(queryset->sql);
    g_free(queryset->incomplete);
    g_free(queryset->text);
    g_free(queryset);
}

/* --- copies --- */

static gpointer
copy_text(gconstpointer text, G_GNUC_UNUSED gpointer data)
{
    return g_strdup(text);
}

static GPtrArray *
copy_texts(GPtrArray *texts)
{
    GPtrArray *copy = texts ? g_ptr_array_copy(texts, copy_text, NULL) : NULL;

    if (copy)
        g_ptr_array_set_free_func(copy, g_free);
    return copy;
}

static PgaDjangoLookup *
lookup_copy(const PgaDjangoLookup *lookup)
{
    PgaDjangoLookup *copy;

    if (!lookup)
        return NULL;
    copy = g_new0(PgaDjangoLookup, 1);
    *copy = *lookup;
    pga_django_path_copy(&copy->path, &lookup->path);
    copy->value = pga_py_value_copy(lookup->value);
    copy->subquery = lookup->subquery ? pga_django_queryset_copy(lookup->subquery) : NULL;
    return copy;
}

PgaDjangoCondition *
pga_django_condition_copy(const PgaDjangoCondition *condition)
{
    PgaDjangoCondition *copy;

    if (!condition)
        return NULL;
    copy = pga_django_condition_new(condition->kind);
    for (guint i = 0; condition->items && i < condition->items->len; i++)
        g_ptr_array_add(copy->items,
                        pga_django_condition_copy(g_ptr_array_index(condition->items, i)));
    copy->lookup = lookup_copy(condition->lookup);
    copy->subquery = condition->subquery ? pga_django_queryset_copy(condition->subquery) : NULL;
    copy->is_exclude = condition->is_exclude;
    copy->is_optional = condition->is_optional;
    return copy;
}

static gpointer
copy_order(gconstpointer data, G_GNUC_UNUSED gpointer unused)
{
    const PgaDjangoOrder *order = data;
    PgaDjangoOrder *copy = g_new0(PgaDjangoOrder, 1);

    *copy = *order;
    pga_django_path_copy(&copy->path, &order->path);
    copy->function = g_strdup(order->function);
    return copy;
}

static gpointer
copy_annotation(gconstpointer data, G_GNUC_UNUSED gpointer unused)
{
    const PgaDjangoAnnotation *annotation = data;
    PgaDjangoAnnotation *copy = g_new0(PgaDjangoAnnotation, 1);

    *copy = *annotation;
    copy->name = g_strdup(annotation->name);
    copy->value = pga_py_value_copy(annotation->value);
    copy->subquery = annotation->subquery ? pga_django_queryset_copy(annotation->subquery) : NULL;
    return copy;
}

static gpointer
copy_queryset(gconstpointer data, G_GNUC_UNUSED gpointer unused)
{
    return pga_django_queryset_copy(data);
}

static GPtrArray *
copy_all(GPtrArray *items, GCopyFunc copy_one, GDestroyNotify free_one)
{
    GPtrArray *copy = g_ptr_array_copy(items, copy_one, NULL);

    g_ptr_array_set_free_func(copy, free_one);
    return copy;
}

PgaDjangoQuerySet *
pga_django_queryset_copy(const PgaDjangoQuerySet *queryset)
{
    PgaDjangoQuerySet *copy = g_new0(PgaDjangoQuerySet, 1);

    *copy = *queryset;
    copy->where = pga_django_condition_copy(queryset->where);
    copy->order = copy_all(queryset->order, copy_order, order_free);
    copy->annotations = copy_all(queryset->annotations, copy_annotation, annotation_free);
    copy->aggregates = copy_all(queryset->aggregates, copy_annotation, annotation_free);
    copy->values = copy_texts(queryset->values);
    copy->only = copy_texts(queryset->only);
    copy->deferred = copy_texts(queryset->deferred);
    copy->select_related = copy_texts(queryset->select_related);
    copy->prefetch_related = copy_texts(queryset->prefetch_related);
    copy->own_prefetches = copy_texts(queryset->own_prefetches);
    copy->distinct_on = copy_texts(queryset->distinct_on);
    copy->combined = copy_all(queryset->combined, copy_queryset, queryset_free);
    copy->lock_of = copy_texts(queryset->lock_of);
    copy->group_by = copy_texts(queryset->group_by);
    copy->combinator = g_strdup(queryset->combinator);
    copy->using = g_strdup(queryset->using);
    copy->sql = g_strdup(queryset->sql);
    copy->incomplete = g_strdup(queryset->incomplete);
    copy->text = g_strdup(queryset->text);
    return copy;
}

/* --- going through --- */

static void
visit_condition(const PgaDjangoCondition *condition, gboolean required, PgaDjangoLookupVisit visit,
                gpointer data)
{
    const gboolean holds =
        required && !condition->is_optional &&
        (condition->kind == PGA_DJANGO_AND || condition->kind == PGA_DJANGO_LOOKUP ||
         (condition->kind == PGA_DJANGO_OR && condition->items->len == 1));

    if (condition->lookup)
        visit(condition->lookup, holds, data);
    for (guint i = 0; condition->items && i < condition->items->len; i++)
        visit_condition(g_ptr_array_index(condition->items, i), holds, visit, data);
}

/* NOLINTEND(misc-no-recursion) */

void
pga_django_queryset_each_lookup(const PgaDjangoQuerySet *queryset, PgaDjangoLookupVisit visit,
                                gpointer data)
{
    if (queryset->where)
        visit_condition(queryset->where, TRUE, visit, data);
}

PgaDjangoQuerySet *
pga_django_queryset_new(const PgaDjangoModel *model)
{
    PgaDjangoQuerySet *queryset = g_new0(PgaDjangoQuerySet, 1);

    queryset->model = model;
    queryset->order = g_ptr_array_new_with_free_func(order_free);
    queryset->annotations = g_ptr_array_new_with_free_func(annotation_free);
    queryset->aggregates = g_ptr_array_new_with_free_func(annotation_free);
    queryset->values = g_ptr_array_new_with_free_func(g_free);
    queryset->only = g_ptr_array_new_with_free_func(g_free);
    queryset->deferred = g_ptr_array_new_with_free_func(g_free);
    queryset->select_related = g_ptr_array_new_with_free_func(g_free);
    queryset->prefetch_related = g_ptr_array_new_with_free_func(g_free);
    queryset->distinct_on = g_ptr_array_new_with_free_func(g_free);
    queryset->combined = g_ptr_array_new_with_free_func(queryset_free);
    queryset->lock_of = g_ptr_array_new_with_free_func(g_free);
    queryset->offset = queryset->limit = -1;
    queryset->n_parts = 1;
    pga_django_queryset_order_by_meta(queryset);
    return queryset;
}

static gint64
sum_of(gint64 one, gint64 other)
{
    if (one == -2 || other == -2)
        return -2;
    return MIN(MAX(one, 0), G_MAXINT32) + MIN(MAX(other, 0), G_MAXINT32);
}

/* Rows from @from up to @until of what has @limit rows. */
static gint64
rows_between(gint64 from, gint64 until, gint64 limit)
{
    gint64 rows = until;

    if (until >= 0 && from == -2)
        return -2;
    if (until >= 0)
        rows = MAX(until - MAX(from, 0), 0);
    if (limit == -1 || until == -2)
        return rows == -1 ? limit : rows;
    if (limit == -2 || from == -2)
        return -2;
    limit = MAX(limit - MAX(from, 0), 0);
    return rows == -1 ? limit : MIN(rows, limit);
}

void
pga_django_queryset_slice(PgaDjangoQuerySet *queryset, gint64 from, gint64 until)
{
    queryset->limit = rows_between(from, until, queryset->limit);
    if (from != -1)
        queryset->offset = sum_of(queryset->offset, from);
    queryset->is_sliced = TRUE;
}
