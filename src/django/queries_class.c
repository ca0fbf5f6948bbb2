/* What declaring classes ask for: an admin's change list with its search, filters and dates; an
 * API's list with search, filters and orders; pages of a list view.
 * Source: Django 3.2 to 5.2 contrib/admin/views/main.py, options.py; DRF 3 filters.py. */
#include <string.h>

#include "queries_internal.h"
#include "sql_internal.h"

#define MAX_STATEMENTS 40 /* of one list of one class */

/** A class's list. */
typedef struct {
    DjangoGathering *gathering;
    const PgaDjangoClass *class;
    const PgaDjangoQuerySet *base; /* as the page shows it, without its slice */
} Listing;

/* --- parts --- */

static void
order_by(PgaDjangoQuerySet *queryset, const char *name)
{
    g_ptr_array_set_size(queryset->order, 0);
    queryset->order_is_meta = FALSE;
    g_ptr_array_add(queryset->order,
                    pga_django_order_of_text(queryset->model, queryset->annotations, name));
}

/* A lookup's condition alone. (transfer full) (nullable): no such path */
static PgaDjangoCondition *
condition_of(const Listing *listing, PgaDjangoQuerySet *queryset, const char *name)
{
    const DjangoChain chain = {queryset, listing->gathering->project, NULL};
    PgaDjangoCondition *condition;

    pga_django_chain_where(&chain, name, NULL);
    if (!queryset->where || queryset->where->items->len == 0)
        return NULL;
    condition = g_ptr_array_steal_index(queryset->where->items, queryset->where->items->len - 1);
    if (condition->lookup && (condition->lookup->path.model || condition->lookup->path.annotation))
        return condition;
    pga_django_condition_free(condition);
    return NULL;
}

static void
add_where(PgaDjangoQuerySet *queryset, PgaDjangoCondition *condition)
{
    if (!condition)
        return;
    if (!queryset->where)
        queryset->where = pga_django_condition_new(PGA_DJANGO_AND);
    g_ptr_array_add(queryset->where->items, condition);
}

/* Takes @queryset: the page and, where pages are counted, the count. */
static void
gather_page(const Listing *listing, PgaDjangoQuerySet *queryset, gboolean counts)
{
    const PgaDjangoClass *class = listing->class;
    DjangoFound found = {queryset, PGA_DJANGO_FETCH, NULL, class, class->qualified};
    PgaDjangoQuerySet *counted = counts ? pga_django_queryset_copy(queryset) : NULL;
    PgaDjangoQuery *query;

    if (class->page_size > 0 && !queryset->is_sliced)
        pga_django_queryset_slice(queryset, -1, class->page_size);
    else if (class->pagination && !queryset->is_sliced)
        pga_django_queryset_slice(queryset, -1, -2);
    query = pga_django_gather(listing->gathering, &found);
    if (query && query->queryset == queryset)
        query->own = queryset;
    else
        pga_django_queryset_free(queryset);
    if (!counted)
        return;
    found.queryset = counted;
    found.act = PGA_DJANGO_COUNT;
    query = pga_django_gather(listing->gathering, &found);
    if (query && query->queryset == counted)
        query->own = counted;
    else
        pga_django_queryset_free(counted);
}

/* --- search, filters, orders --- */

static gboolean
ends_in_lookup(const Listing *listing, const char *name)
{
    g_auto(PgaDjangoPath) path = {0};

    pga_django_path_init(&path, listing->gathering->project, listing->base->model,
                         listing->base->annotations, name);
    return path.model && !g_str_equal(path.lookup, "exact");
}

/* "^name" begins with it, "=name" is it, "@name" is searched for its words. (transfer full) */
static char *
search_path(const Listing *listing, const char *field)
{
    static const struct {
        char prefix;
        const char *lookup;
    } prefixes[] = {{'^', "istartswith"}, {'=', "iexact"}, {'@', "search"}, {'$', "iregex"}};

    for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (*field == prefixes[i].prefix)
            return g_strdup_printf("%s__%s", field + 1, prefixes[i].lookup);
    return ends_in_lookup(listing, field) ? g_strdup(field)
                                          : g_strdup_printf("%s__icontains", field);
}

static void
gather_search(const Listing *listing)
{
    const GPtrArray *fields = listing->class->search_fields;
    PgaDjangoQuerySet *queryset;
    PgaDjangoCondition *any;

    if (!fields)
        return;
    queryset = pga_django_queryset_copy(listing->base);
    any = pga_django_condition_new(PGA_DJANGO_OR);
    for (guint i = 0; i < fields->len && i < MAX_STATEMENTS; i++) {
        g_autofree char *path = search_path(listing, g_ptr_array_index(fields, i));
        PgaDjangoCondition *condition = condition_of(listing, queryset, path);
        guint n_before;

        if (!condition)
            continue;
        if (pga_sql_path_is_many(&condition->lookup->path, &n_before))
            queryset->is_distinct = TRUE;
        g_ptr_array_add(any->items, condition);
    }
    if (any->items->len > 0) {
        add_where(queryset, any);
        gather_page(listing, queryset, TRUE);
    } else {
        pga_django_condition_free(any);
        pga_django_queryset_free(queryset);
    }
}

static gboolean
is_moment(const Listing *listing, const char *name)
{
    g_auto(PgaDjangoPath) path = {0};

    pga_django_path_init(&path, listing->gathering->project, listing->base->model,
                         listing->base->annotations, name);
    return path.field && g_str_has_prefix(path.field->base, "Date") &&
           g_str_equal(path.lookup, "exact") && path.transforms->len == 0;
}

/* One value of the field; of a date a span, where @spans. */
static void
gather_filter(const Listing *listing, const char *name, gboolean spans)
{
    const gboolean is_span = spans && is_moment(listing, name);
    const char *const ends[] = {is_span ? "__gte" : "", "__lt"};
    PgaDjangoQuerySet *queryset = pga_django_queryset_copy(listing->base);
    PgaDjangoCondition *all = pga_django_condition_new(PGA_DJANGO_AND);

    for (guint i = 0; i < (is_span ? 2 : 1); i++) {
        g_autofree char *path = g_strconcat(name, ends[i], NULL);
        PgaDjangoCondition *condition = condition_of(listing, queryset, path);

        if (condition)
            g_ptr_array_add(all->items, condition);
    }
    if (all->items->len > 0) {
        add_where(queryset, all);
        gather_page(listing, queryset, TRUE);
    } else {
        pga_django_condition_free(all);
        pga_django_queryset_free(queryset);
    }
}

static void
gather_filters(const Listing *listing, const GPtrArray *names, gboolean spans)
{
    for (guint i = 0; names && i < names->len && i < MAX_STATEMENTS; i++)
        gather_filter(listing, g_ptr_array_index(names, i), spans);
}

static void
gather_orders(const Listing *listing)
{
    const GPtrArray *names = listing->class->ordering_fields;

    for (guint i = 0; names && i < names->len && i < MAX_STATEMENTS; i++) {
        PgaDjangoQuerySet *queryset;

        if (g_str_equal(g_ptr_array_index(names, i), "__all__"))
            continue;
        queryset = pga_django_queryset_copy(listing->base);
        order_by(queryset, g_ptr_array_index(names, i));
        gather_page(listing, queryset, FALSE);
    }
}

/* Its years are those from the first to the last. */
static void
gather_dates(const Listing *listing)
{
    const char *name = listing->class->date_hierarchy;
    PgaDjangoQuerySet *queryset;
    DjangoFound found = {NULL, PGA_DJANGO_AGGREGATE, NULL, listing->class,
                         listing->class->qualified};
    PgaDjangoQuery *query;

    if (!name)
        return;
    queryset = pga_django_queryset_copy(listing->base);
    for (guint i = 0; i < 2; i++) {
        PgaDjangoAnnotation *annotation = g_new0(PgaDjangoAnnotation, 1);
        PgaPyValue *call = g_new0(PgaPyValue, 1), *field = g_new0(PgaPyValue, 1);

        field->kind = PGA_PY_STRING;
        field->text = g_strdup(name);
        call->kind = PGA_PY_CALL;
        call->text = g_strdup(i ? "Max" : "Min");
        call->items = g_ptr_array_new_with_free_func((GDestroyNotify)pga_py_value_free);
        call->keys = g_ptr_array_new_with_free_func((GDestroyNotify)pga_py_value_free);
        g_ptr_array_add(call->items, field);
        g_ptr_array_add(call->keys, NULL);
        annotation->name = g_strdup(i ? "last" : "first");
        annotation->value = call;
        annotation->is_aggregate = TRUE;
        g_ptr_array_add(queryset->aggregates, annotation);
    }
    found.queryset = queryset;
    query = pga_django_gather(listing->gathering, &found);
    if (query && query->queryset == queryset)
        query->own = queryset;
    else
        pga_django_queryset_free(queryset);
    gather_filter(listing, name, TRUE);
}

/* --- whole lists --- */

static const PgaDjangoQuerySet *
rows_in(const PgaDjangoFunction *function)
{
    const PgaDjangoQuerySet *last = NULL;

    for (guint i = 0; i < function->events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (event->queryset &&
            (event->act == PGA_DJANGO_FETCH || event->act == PGA_DJANGO_UNEVALUATED))
            last = event->queryset;
    }
    return last;
}

/* What get_queryset() of the class returns, else its attribute, else all rows. (transfer full) */
static PgaDjangoQuerySet *
rows_of(const DjangoGathering *gathering, const PgaDjangoClass *class)
{
    g_autofree char *name = g_strconcat(class->qualified, ".get_queryset", NULL);
    const GPtrArray *functions = gathering->code->functions;
    const guint first = GPOINTER_TO_UINT(g_hash_table_lookup(gathering->first, class->file));
    const PgaDjangoQuerySet *last = NULL;

    for (guint i = first; i > 0 && i <= functions->len; i++) {
        const PgaDjangoFunction *function = g_ptr_array_index(functions, i - 1);

        if (function->file != class->file)
            break;
        if (g_strcmp0(function->qualified, name) == 0)
            last = rows_in(function);
    }
    if (!last)
        last = class->queryset;
    if (last && last->model && !last->is_raw)
        return pga_django_queryset_copy(last);
    return class->model && !class->model->is_abstract ? pga_django_queryset_new(class->model)
                                                      : NULL;
}

static void
take_order(PgaDjangoQuerySet *queryset, const PgaDjangoClass *class)
{
    if (!class->ordering)
        return;
    g_ptr_array_set_size(queryset->order, 0);
    queryset->order_is_meta = FALSE;
    for (guint i = 0; i < class->ordering->len && i < MAX_STATEMENTS; i++)
        g_ptr_array_add(queryset->order,
                        pga_django_order_of_text(queryset->model, queryset->annotations,
                                                 g_ptr_array_index(class->ordering, i)));
}

/* The change list is ordered wholly, and brings the relations it shows. */
static void
take_admin(PgaDjangoQuerySet *queryset, const PgaDjangoClass *class)
{
    gboolean shows_relation = FALSE;

    for (guint i = 0; class->list_display && i < class->list_display->len; i++) {
        const PgaDjangoField *field = pga_django_model_attribute(
            queryset->model, g_ptr_array_index(class->list_display, i), NULL);

        shows_relation |= field && (field->kind == PGA_DJANGO_FOREIGN_KEY ||
                                    field->kind == PGA_DJANGO_ONE_TO_ONE);
    }
    for (guint i = 0; class->list_select_related && i < class->list_select_related->len; i++)
        g_ptr_array_add(queryset->select_related,
                        g_strdup(g_ptr_array_index(class->list_select_related, i)));
    if (!class->list_select_related)
        queryset->select_related_all |= class->select_related_all || shows_relation;
    g_ptr_array_add(queryset->order, pga_django_order_of_text(queryset->model, NULL, "-pk"));
    queryset->order_is_meta = FALSE;
}

static const PgaDjangoClass *
filter_set_of(const DjangoGathering *gathering, const PgaDjangoClass *class)
{
    for (guint i = 0; class->filter_set && i < gathering->code->classes->len; i++) {
        const PgaDjangoClass *other = g_ptr_array_index(gathering->code->classes, i);

        if (other->kind == PGA_DJANGO_CLASS_FILTER_SET &&
            g_str_equal(other->name, class->filter_set))
            return other;
    }
    return NULL;
}

static gboolean
is_list(const PgaDjangoClass *class)
{
    if (class->kind == PGA_DJANGO_CLASS_ADMIN)
        return !g_str_has_suffix(class->name, "Inline");
    if (class->kind == PGA_DJANGO_CLASS_VIEW)
        return class->page_size > 0 || strstr(class->name, "List") != NULL;
    return class->kind == PGA_DJANGO_CLASS_API_VIEW;
}

void
pga_django_gather_class(DjangoGathering *gathering, const PgaDjangoClass *class)
{
    const PgaDjangoClass *set = filter_set_of(gathering, class);
    g_autoptr(PgaDjangoQuerySet) base = is_list(class) ? rows_of(gathering, class) : NULL;
    const Listing listing = {gathering, class, base};
    const gboolean is_admin = class->kind == PGA_DJANGO_CLASS_ADMIN;

    if (!base)
        return;
    take_order(base, class);
    if (is_admin)
        take_admin(base, class);
    gather_page(&listing, pga_django_queryset_copy(base),
                class->page_size > 0 || class->pagination != NULL);
    gather_search(&listing);
    gather_filters(&listing, class->list_filter, TRUE);
    gather_filters(&listing, class->filter_fields, FALSE);
    if (set)
        gather_filters(&listing, set->filter_fields, FALSE);
    gather_orders(&listing);
    gather_dates(&listing);
}
