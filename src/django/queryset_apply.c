/* What each method of QuerySet does to a chain.
 * Source: Django 3.2 to 5.2 django/db/models/query.py. */
#include <string.h>

#include "links_internal.h"
#include "queryset_internal.h"

typedef void (*Method)(const DjangoChain *chain, const PgaPyValue *call);

static void
nothing(G_GNUC_UNUSED const DjangoChain *chain, G_GNUC_UNUSED const PgaPyValue *call)
{
}

/* --- conditions --- */

static void
filter(const DjangoChain *chain, const PgaPyValue *call)
{
    pga_django_chain_filter(chain, call, FALSE, NULL);
}

static void
exclude(const DjangoChain *chain, const PgaPyValue *call)
{
    pga_django_chain_filter(chain, call, TRUE, NULL);
}

static void
get_or_create(const DjangoChain *chain, const PgaPyValue *call)
{
    static const char *const skip[] = {"defaults", "create_defaults", NULL};

    pga_django_chain_filter(chain, call, FALSE, skip);
}

static void
none(const DjangoChain *chain, G_GNUC_UNUSED const PgaPyValue *call)
{
    chain->queryset->is_none = TRUE;
}

/* --- names --- */

/* Positional strings, and lists of them; others are said to be missing. */
static void
take_names(const DjangoChain *chain, const PgaPyValue *call, GPtrArray *into)
{
    for (guint i = 0; i < call->items->len && into->len < PGA_DJANGO_MAX_PARTS; i++) {
        const PgaPyValue *item = g_ptr_array_index(call->items, i);
        g_autoptr(PgaPyValue) value = NULL;

        if (g_ptr_array_index(call->keys, i))
            continue;
        value = pga_django_chain_value(chain, item);
        if (value->kind == PGA_PY_STRING)
            g_ptr_array_add(into, g_strdup(value->text));
        else if (value->kind != PGA_PY_CALL || into != chain->queryset->values)
            pga_django_chain_incomplete(chain, "%s(%s)", pga_py_last_name(call),
                                        value->text ? value->text : "…");
    }
}

static void
only(const DjangoChain *chain, const PgaPyValue *call)
{
    g_ptr_array_set_size(chain->queryset->only, 0);
    take_names(chain, call, chain->queryset->only);
}

static gboolean
is_none_argument(const PgaPyValue *call)
{
    const PgaPyValue *first = pga_py_argument(call, 0, NULL);

    return first && first->kind == PGA_PY_NONE;
}

static void
defer(const DjangoChain *chain, const PgaPyValue *call)
{
    if (is_none_argument(call))
        g_ptr_array_set_size(chain->queryset->deferred, 0);
    else
        take_names(chain, call, chain->queryset->deferred);
}

static void
select_related(const DjangoChain *chain, const PgaPyValue *call)
{
    PgaDjangoQuerySet *queryset = chain->queryset;

    queryset->select_related_all = call->items->len == 0;
    if (is_none_argument(call))
        g_ptr_array_set_size(queryset->select_related, 0);
    else
        take_names(chain, call, queryset->select_related);
}

static void
add_own_prefetch(PgaDjangoQuerySet *queryset, const char *path)
{
    if (!queryset->own_prefetches)
        queryset->own_prefetches = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(queryset->own_prefetches, g_strdup(path));
}

/* "lines", Prefetch("lines", queryset=…) */
static void
add_prefetch(const DjangoChain *chain, const PgaPyValue *value)
{
    GPtrArray *into = chain->queryset->prefetch_related;
    const char *lookup = g_str_has_suffix(pga_py_last_name(value), "Prefetch")
                             ? pga_py_argument_text(value, 0, "lookup")
                             : NULL;

    if (lookup && value->items->len > 1)
        add_own_prefetch(chain->queryset, lookup);
    if (lookup || value->kind == PGA_PY_STRING)
        g_ptr_array_add(into, g_strdup(lookup ? lookup : value->text));
    else
        pga_django_chain_incomplete(chain, "prefetch_related(%s)", value->text ? value->text : "…");
}

static void
prefetch_related(const DjangoChain *chain, const PgaPyValue *call)
{
    GPtrArray *into = chain->queryset->prefetch_related;

    if (is_none_argument(call)) {
        g_ptr_array_set_size(into, 0);
        return;
    }
    for (guint i = 0; i < call->items->len && into->len < PGA_DJANGO_MAX_PARTS; i++) {
        g_autoptr(PgaPyValue) value =
            pga_django_chain_value(chain, g_ptr_array_index(call->items, i));

        add_prefetch(chain, value);
    }
}

/* --- annotations and values --- */

static void
group(PgaDjangoQuerySet *queryset)
{
    if (!queryset->has_values || queryset->group_by)
        return;
    queryset->group_by = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < queryset->values->len; i++)
        g_ptr_array_add(queryset->group_by, g_strdup(g_ptr_array_index(queryset->values, i)));
}

static void
take_annotations(const DjangoChain *chain, const PgaPyValue *call, GPtrArray *into)
{
    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);
        const PgaPyValue *value = g_ptr_array_index(call->items, i);
        PgaDjangoAnnotation *annotation;

        if (value->kind == PGA_PY_OPAQUE && !key) {
            pga_django_chain_incomplete(chain, "%s(%s)", pga_py_last_name(call),
                                        value->text ? value->text : "…");
            continue;
        }
        if (!pga_django_chain_take(chain, 1))
            return;
        annotation = pga_django_annotation_new(chain, key ? key->text : NULL, value);
        annotation->is_alias = g_str_equal(pga_py_last_name(call), "alias");
        g_ptr_array_add(into, annotation);
        if (annotation->is_aggregate && into == chain->queryset->annotations)
            group(chain->queryset);
    }
}

static void
annotate(const DjangoChain *chain, const PgaPyValue *call)
{
    PgaDjangoQuerySet *queryset = chain->queryset;
    const guint before = queryset->annotations->len;

    take_annotations(chain, call, queryset->annotations);
    for (guint i = before;
         queryset->has_values && queryset->values->len > 0 &&
         g_str_equal(pga_py_last_name(call), "annotate") && i < queryset->annotations->len;
         i++)
        g_ptr_array_add(
            queryset->values,
            g_strdup(((PgaDjangoAnnotation *)g_ptr_array_index(queryset->annotations, i))->name));
}

static void
aggregate(const DjangoChain *chain, const PgaPyValue *call)
{
    take_annotations(chain, call, chain->queryset->aggregates);
}

/* values(Lower("name"), n=Count("x")): expressions are annotations by their name. */
static void
value_expression(const DjangoChain *chain, const PgaPyValue *key, const PgaPyValue *value)
{
    PgaDjangoQuerySet *queryset = chain->queryset;
    g_autofree char *lower = g_ascii_strdown(pga_py_last_name(value), -1);
    g_autofree char *name =
        key ? g_strdup(key->text) : g_strdup_printf("%s%u", lower, queryset->annotations->len + 1);
    PgaDjangoAnnotation *annotation;

    if (!pga_django_chain_take(chain, 1))
        return;
    annotation = pga_django_annotation_new(chain, name, value);
    g_ptr_array_add(queryset->annotations, annotation);
    g_ptr_array_add(queryset->values, g_strdup(name));
    if (annotation->is_aggregate)
        group(queryset);
}

static void
values(const DjangoChain *chain, const PgaPyValue *call)
{
    PgaDjangoQuerySet *queryset = chain->queryset;

    queryset->has_values = TRUE;
    g_ptr_array_set_size(queryset->values, 0);
    take_names(chain, call, queryset->values);
    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);
        const PgaPyValue *value = g_ptr_array_index(call->items, i);

        if (key ? !g_str_equal(key->text, "flat") && !g_str_equal(key->text, "named")
                : value->kind == PGA_PY_CALL)
            value_expression(chain, key, value);
    }
}

/* --- order --- */

static void
clear_order(PgaDjangoQuerySet *queryset)
{
    g_ptr_array_set_size(queryset->order, 0);
    queryset->order_is_meta = FALSE;
}

static void
take_order(const DjangoChain *chain, const PgaPyValue *call)
{
    clear_order(chain->queryset);
    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *value = g_ptr_array_index(call->items, i);

        if (value->kind == PGA_PY_OPAQUE)
            pga_django_chain_incomplete(chain, "order %s", value->text ? value->text : "…");
        else if (!g_ptr_array_index(call->keys, i) && pga_django_chain_take(chain, 1))
            g_ptr_array_add(chain->queryset->order, pga_django_order_new(chain, value));
    }
}

static void
order_by(const DjangoChain *chain, const PgaPyValue *call)
{
    chain->queryset->is_reversed = FALSE;
    take_order(chain, call);
}

static void
reverse(const DjangoChain *chain, G_GNUC_UNUSED const PgaPyValue *call)
{
    chain->queryset->is_reversed = !chain->queryset->is_reversed;
}

static void
first(const DjangoChain *chain, G_GNUC_UNUSED const PgaPyValue *call)
{
    PgaDjangoQuerySet *queryset = chain->queryset;

    if (queryset->order->len == 0)
        g_ptr_array_add(queryset->order, pga_django_order_of_text(queryset->model, NULL, "pk"));
    pga_django_queryset_slice(queryset, -1, 1);
}

static void
last(const DjangoChain *chain, const PgaPyValue *call)
{
    chain->queryset->is_reversed = !chain->queryset->is_reversed;
    first(chain, call);
}

static void
earliest(const DjangoChain *chain, const PgaPyValue *call)
{
    PgaDjangoQuerySet *queryset = chain->queryset;
    const GPtrArray *by = queryset->model ? queryset->model->get_latest_by : NULL;

    order_by(chain, call);
    for (guint i = 0; call->items->len == 0 && by && i < by->len; i++)
        g_ptr_array_add(queryset->order, pga_django_order_new(chain, g_ptr_array_index(by, i)));
    pga_django_queryset_slice(queryset, -1, 1);
}

static void
latest(const DjangoChain *chain, const PgaPyValue *call)
{
    earliest(chain, call);
    chain->queryset->is_reversed = TRUE;
}

/* --- rows --- */

static void
distinct(const DjangoChain *chain, const PgaPyValue *call)
{
    chain->queryset->is_distinct = TRUE;
    g_ptr_array_set_size(chain->queryset->distinct_on, 0);
    take_names(chain, call, chain->queryset->distinct_on);
}

static void
combine(const DjangoChain *chain, const PgaPyValue *call)
{
    PgaDjangoQuerySet *queryset = chain->queryset;

    g_free(queryset->combinator);
    queryset->combinator = g_strdup(pga_py_last_name(call));
    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);
        const PgaPyValue *value = g_ptr_array_index(call->items, i);
        PgaDjangoQuerySet *other = key ? NULL : pga_django_chain_queryset(chain, value);

        if (other)
            g_ptr_array_add(queryset->combined, other);
        else if (!key)
            pga_django_chain_incomplete(chain, "%s(%s)", queryset->combinator,
                                        value->text ? value->text : "…");
        else if (g_str_equal(key->text, "all"))
            queryset->combines_all = pga_py_argument_is_true(call, "all");
    }
    clear_order(queryset);
}

/* dates("made", "month"): the distinct months. */
static void
dates(const DjangoChain *chain, const PgaPyValue *call)
{
    PgaDjangoQuerySet *queryset = chain->queryset;
    const gboolean is_date = g_str_equal(pga_py_last_name(call), "dates");
    const char *name = pga_py_argument_text(call, 0, "field_name");
    const char *direction = pga_py_argument_text(call, 2, "order");
    const PgaPyValue falsehood = {.kind = PGA_PY_BOOL,
                                  .line = call->line,
                                  .column = call->column,
                                  .last_line = call->last_line};
    g_autoptr(PgaPyValue) trunc = pga_py_value_copy(call);
    g_autofree char *is_null = g_strconcat(name ? name : "?", "__isnull", NULL);

    g_free(trunc->text);
    trunc->text = g_strdup(is_date ? "TruncDates" : "TruncDatetimes");
    if (!name || !pga_django_chain_take(chain, 1)) {
        pga_django_chain_incomplete(chain, "%s()", pga_py_last_name(call));
        return;
    }
    pga_django_chain_where(chain, is_null, &falsehood);
    g_ptr_array_add(
        queryset->annotations,
        pga_django_annotation_new(chain, is_date ? "datefield" : "datetimefield", trunc));
    queryset->has_values = queryset->is_distinct = TRUE;
    g_ptr_array_set_size(queryset->values, 0);
    g_ptr_array_add(queryset->values, g_strdup(is_date ? "datefield" : "datetimefield"));
    clear_order(queryset);
    g_ptr_array_add(queryset->order,
                    pga_django_order_of_text(queryset->model, queryset->annotations,
                                             is_date ? "datefield" : "datetimefield"));
    queryset->is_reversed = g_strcmp0(direction, "DESC") == 0;
}

static void
in_bulk(const DjangoChain *chain, const PgaPyValue *call)
{
    const PgaPyValue *ids = pga_py_argument(call, 0, "id_list");
    const char *field = pga_py_argument_text(call, G_MAXUINT, "field_name");
    g_autofree char *name = g_strconcat(field ? field : "pk", "__in", NULL);

    if (ids && ids->kind != PGA_PY_NONE) {
        pga_django_chain_where(chain, name, ids);
        clear_order(chain->queryset);
    }
}

/* --- locks and places --- */

static void
take_lock_of(const DjangoChain *chain, const PgaPyValue *of)
{
    GPtrArray *into = chain->queryset->lock_of;

    g_ptr_array_set_size(into, 0);
    for (guint i = 0; of && of->kind == PGA_PY_LIST && i < of->items->len; i++) {
        const PgaPyValue *item = g_ptr_array_index(of->items, i);

        if (item->kind == PGA_PY_STRING)
            g_ptr_array_add(into, g_strdup(item->text));
    }
    if (of && of->kind == PGA_PY_STRING)
        g_ptr_array_add(into, g_strdup(of->text));
}

static void
select_for_update(const DjangoChain *chain, const PgaPyValue *call)
{
    PgaDjangoQuerySet *queryset = chain->queryset;

    queryset->is_for_update = TRUE;
    queryset->nowait = pga_py_argument_is_true(call, "nowait");
    queryset->skips_locked = pga_py_argument_is_true(call, "skip_locked");
    take_lock_of(chain, pga_py_argument(call, G_MAXUINT, "of"));
}

static void using(const DjangoChain *chain, const PgaPyValue *call)
{
    const char *alias = pga_py_argument_text(call, 0, "alias");

    g_free(chain->queryset->using);
    chain->queryset->using = g_strdup(alias ? alias : "?");
}

static void
extra(const DjangoChain *chain, G_GNUC_UNUSED const PgaPyValue *call)
{
    chain->queryset->has_extra = TRUE;
    pga_django_chain_incomplete(chain, "extra()");
}

static void
raw(const DjangoChain *chain, const PgaPyValue *call)
{
    PgaDjangoQuerySet *queryset = chain->queryset;
    const PgaPyValue *argument = pga_py_argument(call, 0, "raw_query");
    g_autoptr(PgaPyValue) sql = argument ? pga_django_chain_value(chain, argument) : NULL;

    queryset->is_raw = TRUE;
    g_clear_pointer(&queryset->sql, g_free);
    if (sql && sql->kind == PGA_PY_STRING)
        queryset->sql = g_strdup(sql->text);
}

static const struct {
    const char *name;
    Method method;
    gboolean has_async; /* aget() is get() */
} methods[] = {
    {"aggregate", aggregate, TRUE},
    {"alias", annotate, FALSE},
    {"all", nothing, FALSE},
    {"annotate", annotate, FALSE},
    {"bulk_create", nothing, TRUE},
    {"bulk_update", nothing, TRUE},
    {"complex_filter", pga_django_chain_complex, FALSE},
    {"contains", nothing, TRUE},
    {"count", nothing, TRUE},
    {"create", nothing, TRUE},
    {"dates", dates, FALSE},
    {"datetimes", dates, FALSE},
    {"defer", defer, FALSE},
    {"delete", nothing, TRUE},
    {"difference", combine, FALSE},
    {"distinct", distinct, FALSE},
    {"earliest", earliest, TRUE},
    {"exclude", exclude, FALSE},
    {"exists", nothing, TRUE},
    {"explain", nothing, TRUE},
    {"extra", extra, FALSE},
    {"filter", filter, FALSE},
    {"first", first, TRUE},
    {"get", filter, TRUE},
    {"get_or_create", get_or_create, TRUE},
    {"in_bulk", in_bulk, TRUE},
    {"intersection", combine, FALSE},
    {"iterator", nothing, TRUE},
    {"last", last, TRUE},
    {"latest", latest, TRUE},
    {"none", none, FALSE},
    {"only", only, FALSE},
    {"order_by", order_by, FALSE},
    {"prefetch_related", prefetch_related, FALSE},
    {"raw", raw, FALSE},
    {"reverse", reverse, FALSE},
    {"select_for_update", select_for_update, FALSE},
    {"select_related", select_related, FALSE},
    {"union", combine, FALSE},
    {"update", nothing, TRUE},
    {"update_or_create", get_or_create, TRUE},
    {"using", using, FALSE},
    {"values", values, FALSE},
    {"values_list", values, FALSE},
};

static Method
method_named(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(methods); i++)
        if (g_str_equal(name, methods[i].name) ||
            (methods[i].has_async && *name == 'a' && g_str_equal(name + 1, methods[i].name)))
            return methods[i].method;
    return NULL;
}

gboolean
pga_django_queryset_apply(PgaDjangoQuerySet *queryset, const PgaDjangoProject *project,
                          const PgaPyValue *call, const PgaDjangoResolver *resolver)
{
    const DjangoChain chain = {queryset, project, resolver};
    const char *name = pga_py_last_name(call);
    const Method method = call->kind == PGA_PY_CALL ? method_named(name) : NULL;

    if (method)
        method(&chain, call);
    else
        pga_django_chain_incomplete(&chain, "method %s()", *name ? name : "?");
    return method != NULL;
}
