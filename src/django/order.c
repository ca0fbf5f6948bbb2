/* What a chain is ordered by, and what it adds to its rows. */
#include <string.h>

#include "links_internal.h"
#include "queryset_internal.h"

/* --- order --- */

PgaDjangoOrder *
pga_django_order_of_text(const PgaDjangoModel *model, const GPtrArray *annotations,
                         const char *text)
{
    PgaDjangoOrder *order = g_new0(PgaDjangoOrder, 1);
    const char *name = text + (*text == '-' || *text == '+' ? 1 : 0);

    order->is_descending = *text == '-';
    order->is_random = g_str_equal(name, "?");
    pga_django_path_init(&order->path, NULL, model, annotations, name);
    return order;
}

/* The name inside F("made"), "made", Lower("name"); @function gets the latter's. (nullable) */
static const char *
ordered_name(const PgaPyValue *value, char **function)
{
    const PgaPyValue *inner;

    if (value->kind == PGA_PY_STRING)
        return value->text;
    inner = pga_py_argument(value, 0, "expression");
    if (!inner || value->items->len != 1)
        return NULL;
    if (inner->kind == PGA_PY_CALL && g_str_equal(pga_py_last_name(inner), "F"))
        inner = pga_py_argument(inner, 0, "name");
    if (!inner || inner->kind != PGA_PY_STRING)
        return NULL;
    if (!g_str_equal(pga_py_last_name(value), "F"))
        *function = g_strdup(pga_py_last_name(value));
    return inner->text;
}

/* F("made").desc(nulls_last=True): what stands before the method is text only. */
static char *
name_before_method(const char *text, char **function)
{
    const char *open = strchr(text, '('), *quote = open ? strpbrk(open, "\"'") : NULL;
    const char *end = quote ? strchr(quote + 1, *quote) : NULL;
    g_autofree char *before = NULL;
    const char *dot;

    if (!end || strchr(end + 1, ','))
        return NULL;
    before = g_strndup(text, (gsize)(open - text));
    dot = strrchr(before, '.');
    if (!g_str_equal(dot ? dot + 1 : before, "F"))
        *function = g_strdup(dot ? dot + 1 : before);
    return g_strndup(quote + 1, (gsize)(end - quote - 1));
}

static char
nulls_of(const PgaPyValue *call)
{
    if (pga_py_argument_is_true(call, "nulls_first"))
        return 'f';
    return pga_py_argument_is_true(call, "nulls_last") ? 'l' : '\0';
}

static PgaDjangoOrder *
order_of_expression(const DjangoChain *chain, const PgaPyValue *value)
{
    const char *last = pga_py_last_name(value);
    const gboolean is_method = value->kind == PGA_PY_CALL && strchr(value->text, ')') &&
                               (g_str_equal(last, "desc") || g_str_equal(last, "asc"));
    const gboolean is_wrapper = value->kind == PGA_PY_CALL && g_str_equal(last, "OrderBy");
    const PgaPyValue *inner = is_wrapper ? pga_py_argument(value, 0, "expression") : value;
    g_autofree char *function = NULL, *name = NULL;
    PgaDjangoOrder *order;

    if (is_method)
        name = name_before_method(value->text, &function);
    else if (inner)
        name = g_strdup(ordered_name(inner, &function));
    order =
        pga_django_order_of_text(name ? chain->queryset->model : NULL, chain->queryset->annotations,
                                 name          ? name
                                 : value->text ? value->text
                                               : "…");
    order->is_descending = (is_method && g_str_equal(last, "desc")) ||
                           (is_wrapper && pga_py_argument_is_true(value, "descending"));
    order->is_random = value->kind == PGA_PY_CALL && g_str_equal(last, "Random");
    order->nulls = nulls_of(value);
    order->function = g_steal_pointer(&function);
    return order;
}

PgaDjangoOrder *
pga_django_order_new(const DjangoChain *chain, const PgaPyValue *value)
{
    g_autoptr(PgaPyValue) told = pga_django_chain_value(chain, value);
    PgaDjangoOrder *order = told->kind == PGA_PY_STRING
                                ? pga_django_order_of_text(chain->queryset->model,
                                                           chain->queryset->annotations, told->text)
                                : order_of_expression(chain, told);

    if (!order->is_random && !order->path.model && !order->path.annotation)
        pga_django_chain_incomplete(chain, "order %s", order->path.text);
    return order;
}

/* The nearest Meta.ordering: a proxy's own, else its parent's. */
void
pga_django_queryset_order_by_meta(PgaDjangoQuerySet *queryset)
{
    const PgaDjangoModel *model = queryset->model;
    const DjangoChain chain = {queryset, NULL, NULL};

    g_ptr_array_set_size(queryset->order, 0);
    if (model && model->ordering->len == 0)
        model = pga_django_concrete(model);
    for (guint i = 0; model && i < model->ordering->len; i++)
        g_ptr_array_add(queryset->order,
                        pga_django_order_new(&chain, g_ptr_array_index(model->ordering, i)));
    queryset->order_is_meta = queryset->order->len > 0;
}

/* --- annotations --- */

static const char *const aggregates[] = {
    "Count",    "Sum",       "Avg",      "Min",       "Max",     "StdDev", "Variance",
    "ArrayAgg", "StringAgg", "JSONBAgg", "BoolAnd",   "BoolOr",  "BitAnd", "BitOr",
    "BitXor",   "AnyValue",  "Corr",     "RegrCount", "CovarPop"};

/* NOLINTBEGIN(misc-no-recursion): values are of bounded depth */

/* An aggregate of its own, not in Window(). */
static gboolean
is_aggregate(const PgaPyValue *value)
{
    const char *name = pga_py_last_name(value);

    if (value->kind == PGA_PY_CALL && g_str_equal(name, "Window"))
        return FALSE;
    for (guint i = 0; value->kind == PGA_PY_CALL && i < G_N_ELEMENTS(aggregates); i++)
        if (g_str_equal(name, aggregates[i]))
            return TRUE;
    for (guint i = 0; value->items && i < value->items->len; i++)
        if (is_aggregate(g_ptr_array_index(value->items, i)))
            return TRUE;
    return FALSE;
}

/* The first subquery in it: Coalesce(Subquery(…), 0). */
static const PgaPyValue *
subquery_in(const PgaPyValue *value)
{
    const char *name = pga_py_last_name(value);
    const PgaPyValue *found = NULL;

    if (value->kind == PGA_PY_CALL &&
        (g_str_equal(name, "Subquery") || g_str_equal(name, "Exists") ||
         g_str_equal(name, "ArraySubquery")))
        return value;
    for (guint i = 0; !found && value->items && i < value->items->len; i++)
        found = subquery_in(g_ptr_array_index(value->items, i));
    return found;
}

/* NOLINTEND(misc-no-recursion) */

/* Count("orders") is orders__count. (transfer full) */
static char *
default_name(const PgaPyValue *value)
{
    const PgaPyValue *first = pga_py_argument(value, 0, "expression");
    g_autofree char *lower = g_ascii_strdown(pga_py_last_name(value), -1);

    if (first && first->kind == PGA_PY_CALL && g_str_equal(pga_py_last_name(first), "F"))
        first = pga_py_argument(first, 0, "name");
    if (first && first->kind == PGA_PY_STRING)
        return g_strdup_printf("%s__%s", first->text, lower);
    return g_strdup(lower);
}

PgaDjangoAnnotation *
pga_django_annotation_new(const DjangoChain *chain, const char *name, const PgaPyValue *value)
{
    PgaDjangoAnnotation *annotation = g_new0(PgaDjangoAnnotation, 1);
    const PgaPyValue *subquery;

    annotation->value = pga_django_chain_value(chain, value);
    annotation->name = name ? g_strdup(name) : default_name(annotation->value);
    annotation->is_aggregate = is_aggregate(annotation->value);
    annotation->n_before = chain->queryset->where ? chain->queryset->where->items->len : 0;
    subquery = subquery_in(annotation->value);
    if (subquery)
        annotation->subquery = pga_django_chain_subquery(chain, subquery);
    return annotation;
}
