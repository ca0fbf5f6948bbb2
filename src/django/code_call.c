/* Calls: of Django's own functions, of Python's, of the project's. */
#include <string.h>

#include "code_internal.h"

#define FEW_ROWS 10 /* on a page */

/* NOLINTBEGIN(misc-no-recursion): flow->nesting ends it */

char *
pga_django_called(const DjangoFlow *flow, TSNode node)
{
    return pga_django_dotted(
        flow, pga_django_node(flow, node) == NODE_CALL ? pga_python_child(node, "function") : node);
}

/* --- what is noted --- */

/* Of methods that every text, list and dictionary has, no rule can say anything. */
static gboolean
is_dull(const char *name)
{
    static const char *const names[] = {
        "append",      "capitalize", "casefold",     "copy",        "decode",
        "encode",      "endswith",   "extend",       "find",        "format",
        "get",         "group",      "groups",       "hexdigest",   "index",
        "insert",      "isdigit",    "isoformat",    "items",       "join",
        "keys",        "ljust",      "lower",        "lstrip",      "partition",
        "pop",         "popitem",    "replace",      "rfind",       "rjust",
        "rsplit",      "rstrip",     "setdefault",   "sort",        "split",
        "splitlines",  "startswith", "strftime",     "strip",       "title",
        "upper",       "values",     "zfill",        "isinstance",  "issubclass",
        "hasattr",     "getattr",    "setattr",      "str",         "int",
        "float",       "bool",       "repr",         "type",        "dict",
        "list",        "tuple",      "set",          "frozenset",   "len",
        "sorted",      "min",        "max",          "sum",         "abs",
        "round",       "range",      "enumerate",    "zip",         "map",
        "filter",      "any",        "all",          "iter",        "next",
        "reversed",    "super",      "print",        "callable",    "vars",
        "dir",         "id",         "hash",         "ord",         "chr",
        "_",           "gettext",    "gettext_lazy", "ugettext",    "ugettext_lazy",
        "ngettext",    "reverse",    "reverse_lazy", "assertEqual", "assertTrue",
        "assertFalse", "assertIn",   "debug",        "Q",           "F",
        "Value",       "object",     "property",     "bytes",       NULL};
    const char *dot = strrchr(name, '.');

    if (g_str_has_prefix(name, "requests.") || g_str_has_prefix(name, "httpx.") ||
        g_str_has_prefix(name, "cache."))
        return FALSE;
    return g_strv_contains(names, dot ? dot + 1 : name);
}

void
pga_django_note_call(DjangoFlow *flow, TSNode node, const DjangoValue *result)
{
    const DjangoFunction *callee = g_steal_pointer(&flow->callee);
    g_autofree char *name = NULL;
    PgaDjangoEvent *event;

    if (flow->muted || (!ts_node_is_null(flow->quiet) && ts_node_eq(flow->quiet, node)))
        return;
    name = pga_django_called(flow, node);
    if (!name || is_dull(name))
        return;
    event = pga_django_event_emit(flow, PGA_DJANGO_CALL, node);
    if (!event)
        return;
    event->name = g_ref_string_new_intern(name);
    event->callee = (gconstpointer)callee;
    event->value = pga_django_small_value(flow, node);
    if (callee)
        pga_django_note_given(flow, callee, event->value);
    if (result && result->is == DJANGO_IS_INSTANCE) {
        PgaDjangoObject *object = pga_django_object(flow, result->object);

        event->result = result->object;
        if (!object->event && object->origin == PGA_DJANGO_OBJECT_RETURNED)
            object->event = event->number + 1;
    }
}

/* --- arguments --- */

static DjangoValue *
eval_argument(DjangoFlow *flow, TSNode argument)
{
    const TSNode value = pga_python_child(argument, "value");

    if (strcmp(ts_node_type(argument), "keyword_argument") == 0)
        return pga_django_eval(flow, value);
    if (strcmp(ts_node_type(argument), "dictionary_splat") == 0)
        return pga_django_eval(flow, pga_python_part(argument, 0));
    return pga_django_eval(flow, argument);
}

GPtrArray *
pga_django_eval_arguments(DjangoFlow *flow, TSNode call, PgaDjangoAct escape)
{
    const TSNode arguments = pga_python_child(call, "arguments");
    GPtrArray *values = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_value_unref);

    if (ts_node_is_null(arguments))
        return values;
    if (pga_django_node(flow, arguments) == NODE_COMPREHENSION) {
        g_ptr_array_add(values, pga_django_eval(flow, arguments));
        return values;
    }
    for (guint i = 0; i < ts_node_named_child_count(arguments); i++) {
        const TSNode argument = ts_node_named_child(arguments, i);
        DjangoValue *value;

        if (pga_django_node(flow, argument) == NODE_COMMENT)
            continue;
        value = eval_argument(flow, argument);
        flow->is_expression |= value && value->is_expression;
        if (escape != PGA_DJANGO_RETURN)
            pga_django_escape(flow, value, argument, escape);
        g_ptr_array_add(values, value);
    }
    return values;
}

static DjangoValue *
at(const GPtrArray *values, guint i)
{
    return i < values->len ? g_ptr_array_index(values, i) : NULL;
}

static DjangoValue *
made_of_all(const GPtrArray *values)
{
    DjangoValue *made = NULL;

    for (guint i = 0; i < values->len; i++)
        made = pga_django_value_made_of(made, g_ptr_array_index(values, i));
    return made;
}

/* --- Python's own --- */

/* list(qs), set(qs), sorted(qs) … */
static DjangoValue *
fetched(DjangoFlow *flow, const GPtrArray *values, TSNode node)
{
    DjangoValue *first = at(values, 0);
    const PgaDjangoEvent *event;

    if (pga_django_value_is(first, DJANGO_IS_ROWS))
        return pga_django_value_ref(first);
    if (!pga_django_value_is(first, DJANGO_IS_QUERYSET))
        return made_of_all(values);
    event = pga_django_event_emit_rows(flow, PGA_DJANGO_FETCH, node, first);
    return pga_django_rows_value(first, event);
}

static DjangoValue *
next_of(DjangoFlow *flow, const GPtrArray *values)
{
    DjangoValue *first = at(values, 0);

    if (!pga_django_value_is(first, DJANGO_IS_ROWS))
        return NULL;
    return pga_django_row(flow, first->rows_of, PGA_DJANGO_OBJECT_QUERIED,
                          first->event && first->event <= flow->function->events->len
                              ? g_ptr_array_index(flow->function->events, first->event - 1)
                              : NULL);
}

/* enumerate(qs): (number, row) */
static DjangoValue *
rounds(const GPtrArray *values, gboolean is_enumerate)
{
    DjangoValue *rounds = pga_django_value_new(DJANGO_IS_ITERATION);

    rounds->items = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_value_unref);
    if (is_enumerate)
        g_ptr_array_add(rounds->items, NULL);
    for (guint i = 0; i < values->len && !(is_enumerate && i > 0); i++)
        g_ptr_array_add(rounds->items, pga_django_value_ref(g_ptr_array_index(values, i)));
    return rounds;
}

/* setattr(order, "status", x), getattr(order, "status") */
static DjangoValue *
attribute_call(DjangoFlow *flow, const GPtrArray *values, TSNode node, gboolean is_set)
{
    const TSNode arguments = pga_python_child(node, "arguments");
    DjangoValue *object = at(values, 0), *name = at(values, 1);

    if (!pga_django_value_is(object, DJANGO_IS_INSTANCE) ||
        !pga_django_value_is(name, DJANGO_IS_PYTHON) || name->py->kind != PGA_PY_STRING)
        return NULL;
    if (!is_set)
        return pga_django_instance_attribute(flow, object, name->py->text, node);
    pga_django_set_attribute(flow, object, name->py->text, at(values, 2), node,
                             pga_python_part(arguments, 2));
    return NULL;
}

static gboolean
is_one(const char *name, const char *const *names)
{
    return g_strv_contains(names, name);
}

static DjangoValue *
builtin(DjangoFlow *flow, const char *name, TSNode node, gboolean *is_known)
{
    static const char *const all[] = {"list",      "tuple",    "set",  "sorted",
                                      "frozenset", "reversed", "iter", NULL};
    static const char *const folds[] = {"sum",  "min", "max",    "any", "all",
                                        "dict", "map", "filter", NULL};
    static const char *const others[] = {"len",  "bool",    "enumerate", "zip",
                                         "next", "setattr", "getattr",   NULL};
    const gboolean is_rows = is_one(name, all), is_fold = is_one(name, folds);
    const gboolean is_text = g_str_equal(name, "str");
    g_autoptr(GPtrArray) values = NULL;
    DjangoValue *value;

    *is_known = is_rows || is_fold || is_text || is_one(name, others);
    if (!*is_known)
        return NULL;
    values =
        pga_django_eval_arguments(flow, node, is_text ? PGA_DJANGO_UNEVALUATED : PGA_DJANGO_RETURN);
    if (is_rows)
        return fetched(flow, values, node);
    if (is_fold) {
        for (guint i = 0; i < values->len; i++)
            pga_django_escape(flow, at(values, i), node, PGA_DJANGO_FETCH);
        value = g_str_equal(name, "dict") ? pga_django_dict_value(flow, node) : NULL;
        return value ? value : made_of_all(values);
    }
    if (is_text) {
        pga_django_note_text(flow, at(values, 0), node);
        return made_of_all(values);
    }
    if (g_str_equal(name, "len") || g_str_equal(name, "bool")) {
        pga_django_event_emit_rows(flow, name[0] == 'l' ? PGA_DJANGO_LEN : PGA_DJANGO_TRUTH, node,
                                   at(values, 0));
        return made_of_all(values);
    }
    if (g_str_equal(name, "next"))
        return next_of(flow, values);
    if (g_str_has_suffix(name, "attr"))
        return attribute_call(flow, values, node, name[0] == 's');
    return rounds(values, name[0] == 'e');
}

/* --- Django's own --- */

/* get_object_or_404(Order, pk=1), get_object_or_404(qs, pk=1): get(pk=1) of it. */
static DjangoValue *
get_or_404(DjangoFlow *flow, TSNode node, gboolean is_list)
{
    g_autoptr(GPtrArray) values = pga_django_eval_arguments(flow, node, PGA_DJANGO_RETURN);
    g_autoptr(PgaPyValue) call = pga_django_settled_call(flow, node, FALSE);
    g_autoptr(DjangoValue) from = NULL, asked = NULL;
    PgaDjangoEvent *event;
    DjangoValue *row;

    if (pga_django_value_is(at(values, 0), DJANGO_IS_MODEL))
        from = pga_django_manager_value(flow, at(values, 0)->model, "_default_manager");
    else if (pga_django_value_is(at(values, 0), DJANGO_IS_QUERYSET))
        from = pga_django_value_ref(at(values, 0));
    if (!from || call->items->len == 0)
        return NULL;
    g_ptr_array_remove_index(call->items, 0);
    g_ptr_array_remove_index(call->keys, 0);
    g_free(call->text);
    call->text = g_strdup(is_list ? "filter" : "get");
    asked = pga_django_chain(flow, from, call, node);
    if (!pga_django_value_is(asked, DJANGO_IS_QUERYSET))
        return NULL;
    event =
        pga_django_event_emit_rows(flow, is_list ? PGA_DJANGO_FETCH : PGA_DJANGO_GET, node, asked);
    if (event)
        event->value = pga_django_small_value(flow, node);
    if (is_list)
        return pga_django_rows_value(asked, event);
    row = pga_django_row(flow, asked, PGA_DJANGO_OBJECT_QUERIED, event);
    if (event && row)
        event->result = row->object;
    return row;
}

static DjangoValue *
expression_value(DjangoFlow *flow, TSNode node)
{
    DjangoValue *value = pga_django_value_new(DJANGO_IS_PYTHON);

    g_ptr_array_unref(pga_django_eval_arguments(flow, node, PGA_DJANGO_RETURN));
    value->py = pga_django_settled_call(flow, node, FALSE);
    value->is_expression = TRUE;
    return value;
}

/* RawSQL("…", params) */
static void
note_text(DjangoFlow *flow, TSNode node)
{
    g_autoptr(PgaPyValue) call = pga_django_settled_call(flow, node, FALSE);
    const PgaPyValue *text = pga_py_argument(call, 0, "sql");
    PgaDjangoEvent *event = pga_django_event_emit(flow, PGA_DJANGO_CURSOR, node);

    if (!event)
        return;
    event->name = g_ref_string_new_intern("RawSQL");
    event->value = pga_py_value_copy(text);
}

static DjangoValue *
model_named(DjangoFlow *flow, const char *name)
{
    const PgaDjangoModel *model = pga_django_index_model(flow->index, name);

    return model ? pga_django_model_value(model) : NULL;
}

/* apps.get_model("shop", "Order"), apps.get_model("shop.Order") */
static DjangoValue *
get_model(DjangoFlow *flow, TSNode node)
{
    g_autoptr(PgaPyValue) call = pga_django_settled_call(flow, node, FALSE);
    const char *app = pga_py_argument_text(call, 0, "app_label");
    const char *name = pga_py_argument_text(call, 1, "model_name");
    g_autofree char *whole = app && name ? g_strconcat(app, ".", name, NULL) : NULL;

    return app ? model_named(flow, whole ? whole : app) : NULL;
}

static gboolean
is_of_database(const char *dotted)
{
    return g_str_has_prefix(dotted, "django.db.models.") ||
           g_str_has_prefix(dotted, "django.contrib.postgres.");
}

static gboolean
makes_response(const char *name)
{
    return g_str_equal(name, "render") || g_str_equal(name, "render_to_string") ||
           g_str_equal(name, "render_to_response") || g_str_equal(name, "TemplateResponse") ||
           g_str_has_suffix(name, "Serializer");
}

/* Paginator(orders, 25): a page is asked for; its pages' rows; of few rows nothing is said.
 * (nullable) */
static DjangoValue *
paginated(DjangoFlow *flow, const GPtrArray *values, TSNode node)
{
    DjangoValue *rows = at(values, 0), *size = at(values, 1);
    const gboolean is_told =
        pga_django_value_is(size, DJANGO_IS_PYTHON) && size->py->kind == PGA_PY_NUMBER;
    const gint64 n = is_told ? g_ascii_strtoll(size->py->text, NULL, 10) : -2;
    g_autoptr(DjangoValue) page = NULL;
    DjangoValue *pages;

    if (!pga_django_value_is(rows, DJANGO_IS_QUERYSET))
        return NULL;
    page = pga_django_page(flow, rows, n > 0 ? n : -2);
    pga_django_event_emit_rows(flow, PGA_DJANGO_FETCH, node, page);
    if (is_told && n <= FEW_ROWS)
        return NULL;
    pages = pga_django_value_new(DJANGO_IS_ROWS);
    pages->model = rows->model;
    pages->rows_of = pga_django_value_ref(rows);
    return pages;
}

/* functools.reduce(operator.or_, conditions), with what the names hold now: (nullable) */
static DjangoValue *
reduced(DjangoFlow *flow, TSNode node)
{
    g_autoptr(PgaPyValue) call = pga_django_settled_call(flow, node, TRUE);
    const PgaPyValue *how = pga_py_argument(call, 0, NULL);
    const char *name = how && how->kind == PGA_PY_NAME ? pga_py_last_name(how) : "";
    DjangoValue *value;

    if (!how || (!g_str_equal(name, "or_") && !g_str_equal(name, "and_") &&
                 !(how->kind == PGA_PY_OPAQUE && how->text && strpbrk(how->text, "|&"))))
        return NULL;
    value = pga_django_value_new(DJANGO_IS_PYTHON);
    value->py = g_steal_pointer(&call);
    return value;
}

/* A function of a package: by its name alone where there is no more of it. */
static DjangoValue *
outside_call(DjangoFlow *flow, const char *dotted, TSNode node)
{
    const char *dot = strrchr(dotted, '.'), *name = dot ? dot + 1 : dotted;
    const PgaDjangoAct act = makes_response(name)             ? PGA_DJANGO_FETCH
                             : g_str_equal(name, "Paginator") ? PGA_DJANGO_RETURN
                                                              : PGA_DJANGO_UNEVALUATED;
    g_autoptr(GPtrArray) values = NULL;
    DjangoValue *value;

    if (g_str_equal(name, "get_object_or_404") || g_str_equal(name, "aget_object_or_404"))
        return get_or_404(flow, node, FALSE);
    if (g_str_equal(name, "get_list_or_404"))
        return get_or_404(flow, node, TRUE);
    if (g_str_equal(name, "get_user_model"))
        return model_named(flow, pga_django_project_user_model(flow->index->project));
    if (g_str_equal(name, "get_model"))
        return get_model(flow, node);
    if (is_of_database(dotted)) {
        if (g_str_equal(name, "RawSQL"))
            note_text(flow, node);
        return expression_value(flow, node);
    }
    if (g_str_has_prefix(dotted, "django.db.") && g_str_equal(name, "cursor"))
        return pga_django_value_new(DJANGO_IS_CURSOR);
    values = pga_django_eval_arguments(flow, node, act);
    pga_django_note_call(flow, node, NULL);
    if (makes_response(name))
        pga_django_note_render(flow, values, node);
    value = g_str_equal(name, "Paginator")      ? paginated(flow, values, node)
            : g_str_equal(name, "get_template") ? pga_django_value_ref(at(values, 0))
            : g_str_equal(name, "reduce")       ? reduced(flow, node)
                                                : NULL;
    return value ? value : made_of_all(values);
}

static DjangoValue *
new_instance(DjangoFlow *flow, const DjangoValue *model, TSNode node)
{
    g_autoptr(GPtrArray) values = pga_django_eval_arguments(flow, node, PGA_DJANGO_UNEVALUATED);
    const guint number = pga_django_object_add(flow, model->model, PGA_DJANGO_OBJECT_NEW, NULL);
    const TSNode arguments = pga_python_child(node, "arguments");

    for (guint i = 0, at = 0;
         !ts_node_is_null(arguments) && i < ts_node_named_child_count(arguments); i++) {
        const TSNode argument = ts_node_named_child(arguments, i);
        const TSNode name = pga_python_child(argument, "name");
        DjangoValue *value = at < values->len ? g_ptr_array_index(values, at) : NULL;

        at += pga_django_node(flow, argument) != NODE_COMMENT;
        if (!ts_node_is_null(name) && pga_django_value_is(value, DJANGO_IS_INSTANCE)) {
            g_autofree char *text = pga_django_text(flow, name);

            pga_django_remember(flow, number, text, value);
        }
    }
    return pga_django_instance(flow, number);
}

/* OrderSerializer(orders, many=True) */
static void
note_shown(DjangoFlow *flow, const DjangoValue *rows, const DjangoClass *class, TSNode node)
{
    const gboolean are_kept = pga_django_value_is(rows, DJANGO_IS_ROWS);
    const DjangoValue *of = are_kept ? rows->rows_of : rows;
    const guint number = are_kept ? rows->event : rows ? rows->fetched : 0;
    g_autoptr(PgaPyValue) call = NULL;
    PgaDjangoEvent *event;

    if (!of || of->is != DJANGO_IS_QUERYSET || of->joins_are_unknown || number == 0 ||
        number > flow->function->events->len || flow->muted)
        return;
    call = pga_django_small_value(flow, node);
    event = g_ptr_array_index(flow->function->events, number - 1);
    if (call && pga_py_argument_is_true(call, "many") && event->queryset && !event->shown_by)
        event->shown_by = g_strconcat(class->module->file->module, ".", class->name, NULL);
}

static DjangoValue *
new_object(DjangoFlow *flow, const DjangoValue *class, TSNode node)
{
    const gboolean shows = makes_response(class->class->name);
    g_autoptr(GPtrArray) values =
        pga_django_eval_arguments(flow, node, shows ? PGA_DJANGO_FETCH : PGA_DJANGO_UNEVALUATED);
    DjangoValue *value;

    pga_django_note_call(flow, node, NULL);
    if (shows)
        note_shown(flow, at(values, 0), class->class, node);
    value = pga_django_value_new(DJANGO_IS_OBJECT);
    value->class = class->class;
    value->is_made = TRUE;
    return value;
}

DjangoValue *
pga_django_call_value(DjangoFlow *flow, DjangoValue *callee, TSNode node)
{
    DjangoValue *result;

    switch ((int)callee->is) {
    case DJANGO_IS_OUTSIDE:
        return outside_call(flow, callee->text, node);
    case DJANGO_IS_MODEL:
        return new_instance(flow, callee, node);
    case DJANGO_IS_CLASS:
        return new_object(flow, callee, node);
    case DJANGO_IS_FUNCTION:
        g_ptr_array_unref(pga_django_eval_arguments(flow, node, PGA_DJANGO_UNEVALUATED));
        pga_django_note_callee(flow, callee->function);
        result = pga_django_imported_value(
            flow, pga_django_result(flow, callee->function, callee->class));
        pga_django_note_call(flow, node, result);
        return result;
    default:
        return pga_django_plain_call(flow, node);
    }
}

DjangoValue *
pga_django_plain_call(DjangoFlow *flow, TSNode node)
{
    g_autofree char *name = pga_django_called(flow, node);
    const char *dot = name ? strrchr(name, '.') : NULL;
    g_autoptr(GPtrArray) values = pga_django_eval_arguments(
        flow, node,
        name && makes_response(dot ? dot + 1 : name) ? PGA_DJANGO_FETCH : PGA_DJANGO_UNEVALUATED);

    pga_django_note_call(flow, node, NULL);
    if (name && makes_response(dot ? dot + 1 : name))
        pga_django_note_render(flow, values, node);
    return made_of_all(values);
}

static DjangoValue *
call_name(DjangoFlow *flow, TSNode function, TSNode node)
{
    g_autofree char *name = pga_django_text(flow, function);
    g_autoptr(DjangoValue) callee = pga_django_eval_name(flow, name);
    gboolean is_known = FALSE;
    DjangoValue *value;

    if (callee)
        return pga_django_call_value(flow, callee, node);
    if (g_str_equal(name, "super") && flow->class) {
        value = pga_django_value_new(DJANGO_IS_SUPER);
        value->class = flow->within ? flow->within : flow->class;
        return value;
    }
    value = builtin(flow, name, node, &is_known);
    return is_known ? value : pga_django_plain_call(flow, node);
}

DjangoValue *
pga_django_eval_call(DjangoFlow *flow, TSNode node)
{
    const TSNode function = pga_python_child(node, "function");
    g_autoptr(DjangoValue) callee = NULL;

    switch ((int)pga_django_node(flow, function)) {
    case NODE_IDENTIFIER:
        return call_name(flow, function, node);
    case NODE_ATTRIBUTE:
        return pga_django_call_method(flow, function, node);
    default:
        callee = pga_django_eval(flow, function);
        return callee ? pga_django_call_value(flow, callee, node)
                      : pga_django_plain_call(flow, node);
    }
}

/* NOLINTEND(misc-no-recursion) */
