/* What is gone over: loops, comprehensions, places in lists. */
#include <string.h>

#include "code_internal.h"

#define MAX_ROUNDS 16 /* that are followed one by one */

/* NOLINTBEGIN(misc-no-recursion): flow->nesting ends it */

static void
unref(DjangoValue *value)
{
    pga_django_value_unref(value);
}

guint
pga_django_object_in(const DjangoValue *round)
{
    if (pga_django_value_is(round, DJANGO_IS_INSTANCE))
        return round->object;
    for (guint i = 0; pga_django_value_is(round, DJANGO_IS_TUPLE) && i < round->items->len; i++)
        if (pga_django_value_is(g_ptr_array_index(round->items, i), DJANGO_IS_INSTANCE))
            return ((DjangoValue *)g_ptr_array_index(round->items, i))->object;
    return 0;
}

static const PgaDjangoEvent *
event_at(const DjangoFlow *flow, guint number)
{
    return number && number <= flow->function->events->len
               ? g_ptr_array_index(flow->function->events, number - 1)
               : NULL;
}

/* One row of what @value goes over. */
static DjangoValue *
round_of(DjangoFlow *flow, DjangoValue *value, TSNode node, guint *event)
{
    const PgaDjangoEvent *fetch;

    if (pga_django_value_is(value, DJANGO_IS_QUERYSET)) {
        fetch = pga_django_event_emit_rows(flow, PGA_DJANGO_FETCH, node, value);
        *event = fetch ? fetch->number + 1 : 0;
        return pga_django_row(flow, value, PGA_DJANGO_OBJECT_LOOP, fetch);
    }
    if (pga_django_value_is(value, DJANGO_IS_ROWS) && !value->is_dict) {
        if (pga_django_value_is(value->rows_of, DJANGO_IS_OBJECT))
            return pga_django_value_ref(value->rows_of);
        *event = value->event;
        return pga_django_row(flow, value->rows_of,
                              value->is_given ? PGA_DJANGO_OBJECT_PARAMETER
                                              : PGA_DJANGO_OBJECT_LOOP,
                              event_at(flow, value->event));
    }
    return NULL;
}

/* The number in range(5). */
static gint64
range_of(const DjangoFlow *flow, TSNode node)
{
    g_autoptr(PgaPyValue) call = NULL;
    const PgaPyValue *end;

    if (pga_django_node(flow, node) != NODE_CALL ||
        !pga_django_text_is(flow, pga_python_child(node, "function"), "range"))
        return -1;
    call = pga_django_small_text(flow, node);
    end = call ? pga_py_argument(call, 0, NULL) : NULL;
    return call && call->items->len == 1 && end && end->kind == PGA_PY_NUMBER
               ? g_ascii_strtoll(end->text, NULL, 10)
               : -1;
}

gboolean
pga_django_has_rounds(const DjangoFlow *flow, const DjangoValue *value)
{
    if (flow->is_round || !pga_django_value_is(value, DJANGO_IS_TUPLE) || value->is_dict ||
        value->items->len > MAX_ROUNDS)
        return FALSE;
    for (guint i = 0; i < value->items->len; i++) {
        const DjangoValue *item = g_ptr_array_index(value->items, i);

        if (!pga_django_value_is(item, DJANGO_IS_QUERYSET) &&
            !pga_django_value_is(item, DJANGO_IS_MODEL))
            return FALSE;
    }
    return value->items->len > 0;
}

DjangoValue *
pga_django_round_of(DjangoFlow *flow, DjangoValue *value, TSNode node, guint *event, gint64 *n)
{
    DjangoValue *tuple;

    *n = range_of(flow, node);
    if (!value || value->is == DJANGO_IS_PYTHON) {
        if (value && value->py->items && value->py->kind == PGA_PY_LIST)
            *n = value->py->items->len;
        return NULL;
    }
    if (value->is == DJANGO_IS_TUPLE && !value->is_dict)
        *n = value->items->len;
    if (value->is != DJANGO_IS_ITERATION)
        return round_of(flow, value, node, event);
    tuple = pga_django_value_new(DJANGO_IS_TUPLE);
    tuple->items = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_value_unref);
    for (guint i = 0; i < value->items->len; i++) {
        guint own = 0;

        g_ptr_array_add(tuple->items,
                        round_of(flow, g_ptr_array_index(value->items, i), node, &own));
        *event = *event ? *event : own;
    }
    return tuple;
}

/* --- comprehensions --- */

/* Opens a block for each "for" and fills @rows with what the first goes over. @given (nullable): a
 * round of it. */
static void
open_clause(DjangoFlow *flow, TSNode clause, DjangoValue *given, guint *event, guint *object)
{
    const TSNode right = pga_python_child(clause, "right");
    g_autoptr(DjangoValue) value = given ? NULL : pga_django_eval(flow, right);
    gint64 n = 1;
    guint own = 0;
    DjangoValue *round =
        given ? pga_django_value_ref(given) : pga_django_round_of(flow, value, right, &own, &n);
    const guint number = pga_django_object_in(round);

    pga_django_open(flow, PGA_DJANGO_BLOCK_COMPREHENSION, clause);
    pga_django_block(flow)->iterated = own;
    pga_django_block(flow)->n_rounds = n;
    pga_django_block(flow)->loop_object = number;
    pga_django_assign(flow, pga_python_child(clause, "left"), round, right);
    *event = own;
    *object = number;
}

/* [o for o in qs]: rows, as they were fetched. */
static DjangoValue *
rows_of(DjangoFlow *flow, const DjangoValue *item, guint event, guint object)
{
    DjangoValue *rows;

    if (!pga_django_value_is(item, DJANGO_IS_INSTANCE) || item->object != object || !object)
        return NULL;
    rows = pga_django_value_new(DJANGO_IS_ROWS);
    rows->model = item->model;
    rows->rows_of = pga_django_value_ref(pga_django_object_state(flow, object)->rows);
    rows->event = event;
    return rows;
}

static DjangoValue *
eval_body(DjangoFlow *flow, TSNode node, guint event, guint object)
{
    const TSNode body = pga_python_child(node, "body");
    const TSNode value = pga_python_child(body, "value"); /* of a pair */
    const gboolean is_pair = !ts_node_is_null(body) && strcmp(ts_node_type(body), "pair") == 0;
    g_autoptr(DjangoValue) item = NULL;
    DjangoValue *rows;

    if (is_pair)
        unref(pga_django_eval(flow, pga_python_child(body, "key")));
    item = pga_django_eval(flow, is_pair ? value : body);
    if (!is_pair && pga_django_value_is(item, DJANGO_IS_QUERYSET))
        pga_django_escape(flow, item, body, PGA_DJANGO_UNEVALUATED);
    rows = rows_of(flow, item, event, object);
    if (rows)
        rows->is_dict = is_pair;
    return rows ? rows : pga_django_value_made_of(NULL, item);
}

/* @given (nullable): of the first clause. */
static DjangoValue *
eval_clauses(DjangoFlow *flow, TSNode node, DjangoValue *given)
{
    GHashTable *outer = pga_django_locals_copy(flow->locals);
    const guint around = flow->block;
    guint event = 0, object = 0;
    DjangoValue *rows;

    for (guint i = 0; i < ts_node_named_child_count(node); i++) {
        const TSNode clause = ts_node_named_child(node, i);
        const char *type = ts_node_type(clause);

        if (strcmp(type, "for_in_clause") == 0) {
            open_clause(flow, clause, given, &event, &object);
            given = NULL;
        } else if (strcmp(type, "if_clause") == 0) {
            unref(pga_django_eval_test(flow, pga_python_part(clause, 0)));
        }
    }
    rows = eval_body(flow, node, event, object);
    while (flow->block != around)
        pga_django_close(flow, pga_django_block(flow)->parent);
    g_hash_table_unref(flow->locals);
    flow->locals = outer;
    return rows;
}

/* What the first clause goes over, where it is written out: (orders, lines). (nullable) */
static DjangoValue *
written_out(DjangoFlow *flow, TSNode node)
{
    TSNode right = {0};
    DjangoValue *value;

    for (guint i = 0; ts_node_is_null(right) && i < ts_node_named_child_count(node); i++)
        if (strcmp(ts_node_type(ts_node_named_child(node, i)), "for_in_clause") == 0)
            right = pga_python_child(ts_node_named_child(node, i), "right");
    if (ts_node_is_null(right) || (pga_django_node(flow, right) != NODE_SEQUENCE &&
                                   pga_django_node(flow, right) != NODE_IDENTIFIER))
        return NULL;
    flow->muted++;
    value = pga_django_eval(flow, right);
    flow->muted--;
    return value;
}

DjangoValue *
pga_django_eval_comprehension(DjangoFlow *flow, TSNode node)
{
    g_autoptr(DjangoValue) value = flow->is_round ? NULL : written_out(flow, node);

    if (!pga_django_has_rounds(flow, value))
        return eval_clauses(flow, node, NULL);
    flow->is_round = TRUE;
    for (guint i = 0; i < value->items->len; i++)
        unref(eval_clauses(flow, node, g_ptr_array_index(value->items, i)));
    flow->is_round = FALSE;
    return NULL;
}

/* --- places --- */

static gboolean
is_slice(TSNode place)
{
    return !ts_node_is_null(place) && strcmp(ts_node_type(place), "slice") == 0;
}

static DjangoValue *
row_at(DjangoFlow *flow, DjangoValue *rows, TSNode place)
{
    if (is_slice(place))
        return pga_django_value_ref(rows);
    if (pga_django_value_is(rows->rows_of, DJANGO_IS_OBJECT))
        return pga_django_value_ref(rows->rows_of);
    return pga_django_row(flow, rows->rows_of,
                          rows->is_given ? PGA_DJANGO_OBJECT_PARAMETER : PGA_DJANGO_OBJECT_QUERIED,
                          event_at(flow, rows->event));
}

static DjangoValue *
item_of(DjangoFlow *flow, DjangoValue *value, TSNode place)
{
    g_autoptr(PgaPyValue) number = NULL;
    guint64 at;

    if (value->is == DJANGO_IS_ROWS)
        return row_at(flow, value, place);
    if (value->is_alias && !is_slice(place))
        return pga_django_value_ref(value);
    if (value->is != DJANGO_IS_TUPLE || value->is_dict)
        return pga_django_value_made_of(NULL, value);
    number = pga_django_small_text(flow, place);
    at = number && number->kind == PGA_PY_NUMBER && number->text[0] != '-'
             ? g_ascii_strtoull(number->text, NULL, 10)
             : G_MAXUINT;
    return at < value->items->len ? pga_django_value_ref(g_ptr_array_index(value->items, at))
                                  : NULL;
}

DjangoValue *
pga_django_eval_subscript(DjangoFlow *flow, TSNode node)
{
    g_autoptr(DjangoValue) value = pga_django_eval(flow, pga_python_child(node, "value"));
    const TSNode place = pga_python_child(node, "subscript");

    if (pga_django_value_is(value, DJANGO_IS_QUERYSET) ||
        pga_django_value_is(value, DJANGO_IS_STEPS))
        return pga_django_slice(flow, value, node);
    unref(pga_django_eval(flow, place));
    return value ? item_of(flow, value, place) : NULL;
}

/* --- going away --- */

void
pga_django_escape(DjangoFlow *flow, DjangoValue *value, TSNode node, PgaDjangoAct act)
{
    if (!value)
        return;
    if (value->is == DJANGO_IS_QUERYSET) {
        if (!value->is_manager)
            pga_django_event_emit_rows(flow, act, node, value);
        return;
    }
    if ((value->is != DJANGO_IS_TUPLE && value->is != DJANGO_IS_ITERATION) ||
        flow->nesting > PGA_DJANGO_MAX_NESTING)
        return;
    flow->nesting++;
    for (guint i = 0; i < value->items->len; i++)
        pga_django_escape(flow, g_ptr_array_index(value->items, i), node, act);
    flow->nesting--;
}

/* NOLINTEND(misc-no-recursion) */
