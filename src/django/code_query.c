/* Methods of QuerySets that ask: which act each is, and what it brings. */
#include <string.h>

#include "code_internal.h"

/* NOLINTBEGIN(misc-no-recursion): flow->nesting ends it */

typedef enum {
    BRINGS_NOTHING,
    BRINGS_ROW,
    BRINGS_NEW,  /* a row that it makes */
    BRINGS_PAIR, /* (row, created) */
    BRINGS_ROWS,
    BRINGS_DICT,
    BRINGS_ROUNDS, /* iterator() */
} Brings;

static const struct {
    const char *method;
    PgaDjangoAct act;
    Brings brings;
} acts[] = {
    {"get", PGA_DJANGO_GET, BRINGS_ROW},
    {"earliest", PGA_DJANGO_GET, BRINGS_ROW},
    {"latest", PGA_DJANGO_GET, BRINGS_ROW},
    {"first", PGA_DJANGO_FIRST, BRINGS_ROW},
    {"last", PGA_DJANGO_FIRST, BRINGS_ROW},
    {"iterator", PGA_DJANGO_ITERATOR, BRINGS_ROUNDS},
    {"in_bulk", PGA_DJANGO_IN_BULK, BRINGS_DICT},
    {"exists", PGA_DJANGO_EXISTS_CALL, BRINGS_NOTHING},
    {"contains", PGA_DJANGO_CONTAINS, BRINGS_NOTHING},
    {"count", PGA_DJANGO_COUNT, BRINGS_NOTHING},
    {"aggregate", PGA_DJANGO_AGGREGATE, BRINGS_NOTHING},
    {"update", PGA_DJANGO_UPDATE, BRINGS_NOTHING},
    {"delete", PGA_DJANGO_DELETE, BRINGS_NOTHING},
    {"create", PGA_DJANGO_CREATE, BRINGS_NEW},
    {"bulk_create", PGA_DJANGO_BULK_CREATE, BRINGS_ROWS},
    {"bulk_update", PGA_DJANGO_BULK_UPDATE, BRINGS_NOTHING},
    {"get_or_create", PGA_DJANGO_GET_OR_CREATE, BRINGS_PAIR},
    {"update_or_create", PGA_DJANGO_UPDATE_OR_CREATE, BRINGS_PAIR},
};

static const char *const related[] = {"add",  "set",     "remove", "clear", "aadd",
                                      "aset", "aremove", "aclear", NULL};

static gint
act_of(const char *method)
{
    for (guint i = 0; i < G_N_ELEMENTS(acts); i++)
        if (g_str_equal(acts[i].method, method) ||
            (method[0] == 'a' && g_str_equal(acts[i].method, method + 1)))
            return (gint)i;
    return -1;
}

gboolean
pga_django_is_method(const char *method)
{
    static const char *const chained[] = {"all",
                                          "filter",
                                          "exclude",
                                          "annotate",
                                          "alias",
                                          "order_by",
                                          "reverse",
                                          "distinct",
                                          "values",
                                          "values_list",
                                          "dates",
                                          "datetimes",
                                          "none",
                                          "union",
                                          "intersection",
                                          "difference",
                                          "select_related",
                                          "prefetch_related",
                                          "extra",
                                          "defer",
                                          "only",
                                          "using",
                                          "select_for_update",
                                          "raw",
                                          NULL};

    return g_strv_contains(chained, method) || act_of(method) >= 0;
}

/* --- what is written --- */

static void
add_texts(GPtrArray **into, const PgaPyValue *list)
{
    *into = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; list->items && i < list->items->len; i++) {
        const PgaPyValue *item = g_ptr_array_index(list->items, i);

        if (item->kind == PGA_PY_STRING)
            g_ptr_array_add(*into, g_strdup(item->text));
    }
}

static void
add_keywords(GPtrArray **into, const PgaPyValue *call, const char *but)
{
    *into = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);

        if (key && g_strcmp0(key->text, but) != 0)
            g_ptr_array_add(*into, g_strdup(key->text));
    }
}

static gboolean
has_splat(const PgaPyValue *call)
{
    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *item = g_ptr_array_index(call->items, i);

        if (item->kind == PGA_PY_OPAQUE && item->text && item->text[0] == '*')
            return TRUE;
    }
    return FALSE;
}

static void
take_written(PgaDjangoEvent *event, const PgaPyValue *call)
{
    const PgaPyValue *fields = pga_py_argument(call, 1, "fields");

    switch ((int)event->act) {
    case PGA_DJANGO_UPDATE:
    case PGA_DJANGO_CREATE:
        if (!has_splat(call))
            add_keywords(&event->written, call, NULL);
        break;
    case PGA_DJANGO_BULK_UPDATE:
        if (fields && fields->kind == PGA_PY_LIST)
            add_texts(&event->written, fields);
        break;
    case PGA_DJANGO_GET_OR_CREATE:
    case PGA_DJANGO_UPDATE_OR_CREATE:
        if (!has_splat(call))
            add_keywords(&event->lookups, call, "defaults");
        break;
    default:
        break;
    }
}

/* --- what comes back --- */

static DjangoValue *
rows_value(DjangoValue *rows, const PgaDjangoEvent *event, gboolean is_dict)
{
    DjangoValue *value = pga_django_value_new(DJANGO_IS_ROWS);

    value->model = rows->queryset->model;
    value->rows_of = pga_django_value_ref(rows);
    value->event = event ? event->number + 1 : 0;
    value->is_dict = is_dict;
    return value;
}

DjangoValue *
pga_django_rows_value(DjangoValue *rows, const PgaDjangoEvent *event)
{
    return rows_value(rows, event, FALSE);
}

static DjangoValue *
pair_of(DjangoValue *row)
{
    DjangoValue *pair = pga_django_value_new(DJANGO_IS_TUPLE);

    pair->items = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_value_unref);
    g_ptr_array_add(pair->items, row);
    g_ptr_array_add(pair->items, NULL);
    return pair;
}

static DjangoValue *
brought(DjangoFlow *flow, DjangoValue *asked, PgaDjangoEvent *event, Brings brings)
{
    DjangoValue *row;

    switch (brings) {
    case BRINGS_ROWS:
    case BRINGS_DICT:
    case BRINGS_ROUNDS:
        return rows_value(asked, event, brings == BRINGS_DICT);
    case BRINGS_ROW:
    case BRINGS_NEW:
    case BRINGS_PAIR:
        row = pga_django_row(
            flow, asked,
            brings == BRINGS_NEW ? PGA_DJANGO_OBJECT_CREATED : PGA_DJANGO_OBJECT_QUERIED, event);
        if (event && row)
            event->result = row->object;
        return brings == BRINGS_PAIR ? pair_of(row) : row;
    case BRINGS_NOTHING:
    default:
        return NULL;
    }
}

static DjangoValue *
ask(DjangoFlow *flow, DjangoValue *value, gint act, const PgaPyValue *call, TSNode node)
{
    g_autoptr(DjangoValue) asked = pga_django_chain(flow, value, call, node);
    PgaDjangoEvent *event;

    if (!pga_django_value_is(asked, DJANGO_IS_QUERYSET))
        return NULL;
    asked->chain = value->chain; /* the rows are the same object's */
    asked->fetched = value->fetched;
    asked->is_whole = value->is_whole;
    event = pga_django_event_emit_rows(flow, acts[act].act, node, asked);
    if (event) {
        event->value = pga_django_small_value(flow, node);
        event->is_expression = flow->is_expression;
        take_written(event, call);
    }
    return brought(flow, asked, event, acts[act].brings);
}

/* order.tags.add(tag) */
static void
set_related(DjangoFlow *flow, DjangoValue *value, TSNode node)
{
    PgaDjangoEvent *event = pga_django_event_emit_rows(flow, PGA_DJANGO_RELATED_SET, node, value);

    if (event)
        event->value = pga_django_small_value(flow, node);
}

static DjangoValue *
raw(DjangoFlow *flow, DjangoValue *value, const PgaPyValue *call, TSNode node)
{
    DjangoValue *next = pga_django_chain(flow, value, call, node);
    PgaDjangoEvent *event = pga_django_event_emit(flow, PGA_DJANGO_CURSOR, node);
    const PgaPyValue *text = pga_py_argument(call, 0, "raw_query");
    const PgaPyValue *built =
        pga_django_built_text(flow, pga_python_part(pga_python_child(node, "arguments"), 0));

    if (event && text)
        event->value = pga_py_value_copy(built && text->kind != PGA_PY_STRING ? built : text);
    return next;
}

/* What raw text the chain takes: extra(where=["…"]). */
static void
note_extra(DjangoFlow *flow, const PgaPyValue *call, TSNode node)
{
    PgaDjangoEvent *event;

    if (!g_str_equal(pga_py_last_name(call), "extra"))
        return;
    event = pga_django_event_emit(flow, PGA_DJANGO_CURSOR, node);
    if (!event)
        return;
    event->name = g_ref_string_new_intern("extra");
    event->value = pga_py_value_copy(call);
}

static gboolean
is_own_method(const DjangoValue *value, const char *method)
{
    return pga_django_manager_method(NULL, value->manager, method) != NULL;
}

/* User.objects.create_user(…) */
static gboolean
makes_user(const DjangoValue *value, const char *method)
{
    return value->is_manager && !is_own_method(value, method) &&
           (g_str_equal(method, "create_user") || g_str_equal(method, "create_superuser"));
}

/* ContentType.objects.get_for_model(…), Site.objects.get_current() */
static gboolean
gives_no_rows(const DjangoValue *value, const char *method)
{
    static const char *const names[] = {
        "get_for_model",        "get_for_id",     "get_by_natural_key",
        "get_current",          "get_for_models", "normalize_email",
        "make_random_password", "clear_cache",    NULL};

    return value->is_manager && !is_own_method(value, method) && g_strv_contains(names, method);
}

/* On a manager of no known model. */
static DjangoValue *
add_to_steps(DjangoFlow *flow, DjangoValue *value, const PgaPyValue *call, gint act, TSNode node)
{
    if (act < 0)
        return pga_django_chain(flow, value, call, node);
    return acts[act].brings == BRINGS_ROUNDS ? pga_django_value_ref(value) : NULL;
}

static DjangoValue *
one_more(DjangoFlow *flow, DjangoValue *value, const PgaPyValue *call, TSNode node)
{
    DjangoValue *result;

    note_extra(flow, call, node);
    result = pga_django_chain(flow, value, call, node);
    if (!pga_django_value_is(result, DJANGO_IS_QUERYSET))
        pga_django_note_call(flow, node, result);
    return result;
}

static DjangoValue *
given_instance(DjangoFlow *flow, const DjangoValue *value, const char *method, TSNode node)
{
    DjangoValue *result = NULL;

    if (g_str_has_prefix(method, "get_") && !g_str_equal(method, "get_for_models"))
        result = pga_django_instance(flow, pga_django_object_add(flow, value->queryset->model,
                                                                 PGA_DJANGO_OBJECT_RETURNED, NULL));
    pga_django_note_call(flow, node, result);
    return result;
}

static DjangoValue *
make_user(DjangoFlow *flow, DjangoValue *value, const PgaPyValue *call, TSNode node)
{
    g_autoptr(PgaPyValue) create = pga_py_value_copy(call);

    g_free(create->text);
    create->text = g_strdup("create");
    return ask(flow, value, act_of("create"), create, node);
}

static DjangoValue *
call_on(DjangoFlow *flow, DjangoValue *value, const char *method, const PgaPyValue *call,
        TSNode node)
{
    const gint act = act_of(method);

    if (value->is == DJANGO_IS_STEPS)
        return add_to_steps(flow, value, call, act, node);
    if (value->accessor && g_strv_contains(related, method)) {
        set_related(flow, value, node);
        return NULL;
    }
    if (makes_user(value, method))
        return make_user(flow, value, call, node);
    if (gives_no_rows(value, method))
        return given_instance(flow, value, method, node);
    if (g_str_equal(method, "raw"))
        return raw(flow, value, call, node);
    return act >= 0 ? ask(flow, value, act, call, node) : one_more(flow, value, call, node);
}

DjangoValue *
pga_django_call_queryset(DjangoFlow *flow, DjangoValue *value, const char *method, TSNode node)
{
    const gboolean was = flow->is_expression;
    g_autoptr(PgaPyValue) call = NULL;
    DjangoValue *result;

    flow->is_expression = FALSE;
    g_ptr_array_unref(pga_django_eval_arguments(flow, node, PGA_DJANGO_RETURN));
    flow->has_maybe = FALSE;
    flow->n_optional = 0;
    call = pga_django_settled_call(flow, node, value->is == DJANGO_IS_STEPS);
    result = call_on(flow, value, method, call, node);
    flow->is_expression = was;
    return result;
}

/* --- Prefetch --- */

static void
add_joined(DjangoValue *value, const char *path, const char *rest)
{
    if (!value->joined) {
        value->joined = g_ptr_array_new_with_free_func(g_free);
    } else {
        GPtrArray *own = g_ptr_array_new_with_free_func(g_free);

        for (guint i = 0; i < value->joined->len; i++)
            g_ptr_array_add(own, g_strdup(g_ptr_array_index(value->joined, i)));
        g_ptr_array_unref(value->joined);
        value->joined = own;
    }
    g_ptr_array_add(value->joined, rest ? g_strconcat(path, "__", rest, NULL) : g_strdup(path));
}

static void
add_all(DjangoValue *value, const char *path, const GPtrArray *rests)
{
    for (guint i = 0; rests && i < rests->len; i++)
        add_joined(value, path, g_ptr_array_index(rests, i));
}

/* Prefetch("lines", queryset=Line.objects.select_related("product"), to_attr="all_lines") */
void
pga_django_take_prefetch(DjangoFlow *flow, DjangoValue *value, const PgaPyValue *call)
{
    const char *path = pga_py_argument_text(call, 0, "lookup");
    const char *to = pga_py_argument_text(call, 2, "to_attr");
    const PgaPyValue *argument = pga_py_argument(call, 1, "queryset");
    g_autoptr(DjangoValue) inner = NULL;

    if (!path) {
        value->joins_are_unknown = TRUE;
        return;
    }
    add_joined(value, path, NULL);
    if (to)
        add_joined(value, to, NULL);
    if (!argument)
        return;
    inner = argument->kind == PGA_PY_NAME ? pga_django_eval_dotted(flow, argument->text)
                                          : pga_django_eval_call_at(flow, argument);
    if (!pga_django_value_is(inner, DJANGO_IS_QUERYSET) || inner->joins_are_unknown) {
        value->joins_are_unknown = TRUE;
        return;
    }
    add_all(value, path, inner->queryset->select_related);
    add_all(value, path, inner->queryset->prefetch_related);
    add_all(value, path, inner->joined);
    add_all(value, to ? to : path, inner->queryset->select_related);
}

/* NOLINTEND(misc-no-recursion) */
