/* Expressions: what they stand for, and what they ask for on the way. */
#include <string.h>

#include "code_internal.h"

#define MAX_ITEMS 64   /* of a list whose items are looked at */
#define MAX_SMALL 1500 /* bytes of an expression that is kept */

/* NOLINTBEGIN(misc-no-recursion): flow->nesting ends it */

static void
unref(DjangoValue *value)
{
    pga_django_value_unref(value);
}

PgaPyValue *
pga_django_small_value(const DjangoFlow *flow, TSNode node)
{
    return flow->is_rough ? NULL : pga_django_small_text(flow, node);
}

PgaPyValue *
pga_django_small_text(const DjangoFlow *flow, TSNode node)
{
    if (ts_node_is_null(node) || ts_node_end_byte(node) - ts_node_start_byte(node) > MAX_SMALL)
        return NULL;
    return pga_py_value_new(flow->source, node);
}

PgaPyValue *
pga_django_binary(const char *sign, PgaPyValue *left, PgaPyValue *right)
{
    PgaPyValue *value = g_new0(PgaPyValue, 1);

    value->kind = PGA_PY_BINARY;
    value->text = g_strndup(sign, 1);
    value->line = right->line;
    value->items = g_ptr_array_new_with_free_func((GDestroyNotify)pga_py_value_free);
    g_ptr_array_add(value->items, left);
    g_ptr_array_add(value->items, right);
    return value;
}

static DjangoValue *
python(const DjangoFlow *flow, TSNode node)
{
    DjangoValue *value;

    if (ts_node_end_byte(node) - ts_node_start_byte(node) > MAX_SMALL)
        return NULL;
    value = pga_django_value_new(DJANGO_IS_PYTHON);
    value->py = pga_py_value_new(flow->source, node);
    return value;
}

/* All parts, for what they do; what the whole is made of. */
static DjangoValue *
eval_parts(DjangoFlow *flow, TSNode node)
{
    DjangoValue *value = NULL;

    for (guint i = 0; i < ts_node_named_child_count(node); i++) {
        g_autoptr(DjangoValue) part = pga_django_eval(flow, ts_node_named_child(node, i));

        pga_django_note_text(flow, part, ts_node_named_child(node, i));
        value = pga_django_value_made_of(value, part);
    }
    return value;
}

static gboolean
has_interpolation(TSNode node)
{
    const guint n = ts_node_named_child_count(node);

    for (guint i = 0; i < n; i++) {
        const char *type = ts_node_type(ts_node_named_child(node, i));

        if (strcmp(type, "interpolation") == 0 || strcmp(type, "string") == 0)
            return TRUE;
    }
    return FALSE;
}

/* Text that is put together of what is known. (nullable) */
static DjangoValue *
constant(DjangoFlow *flow, TSNode node)
{
    char *text = pga_django_constant_text(flow, node);
    DjangoValue *value;

    if (!text)
        return NULL;
    value = pga_django_value_new(DJANGO_IS_PYTHON);
    value->py = pga_django_string(text);
    g_free(text);
    return value;
}

static DjangoValue *
eval_string(DjangoFlow *flow, TSNode node)
{
    DjangoValue *parts, *text;

    if (!has_interpolation(node))
        return python(flow, node);
    parts = eval_parts(flow, node);
    text = parts ? NULL : constant(flow, node);
    return parts ? parts : text ? text : python(flow, node);
}

static void
add_item(DjangoValue *list, DjangoValue *item)
{
    if (list->items->len < MAX_ITEMS)
        g_ptr_array_add(list->items, item);
    else
        pga_django_value_unref(item);
}

static DjangoValue *
eval_sequence(DjangoFlow *flow, TSNode node)
{
    const guint n = ts_node_named_child_count(node);
    DjangoValue *list;

    if (n == 0)
        return python(flow, node);
    list = pga_django_value_new(DJANGO_IS_TUPLE);
    list->items = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_value_unref);
    for (guint i = 0; i < n; i++)
        if (pga_django_node(flow, ts_node_named_child(node, i)) != NODE_COMMENT)
            add_item(list, pga_django_eval(flow, ts_node_named_child(node, i)));
    if (ts_node_end_byte(node) - ts_node_start_byte(node) <= MAX_SMALL)
        list->py = pga_py_value_new(flow->source, node);
    return list;
}

static void
add_pair(DjangoFlow *flow, DjangoValue *list, TSNode pair, TSNode value)
{
    g_autoptr(DjangoValue) key = pga_django_eval(flow, pga_python_child(pair, "key"));
    DjangoValue *item = pga_django_eval(flow, value);

    if (pga_django_value_is(key, DJANGO_IS_PYTHON) && key->py->kind == PGA_PY_STRING && item &&
        list->items->len < MAX_ITEMS)
        pga_django_dict_add(list, key->py->text, item);
    add_item(list, item);
}

static DjangoValue *
eval_dictionary(DjangoFlow *flow, TSNode node)
{
    DjangoValue *list = pga_django_value_new(DJANGO_IS_TUPLE);
    gboolean has_splat = FALSE;

    list->is_dict = TRUE;
    list->items = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_value_unref);
    for (guint i = 0; i < ts_node_named_child_count(node); i++) {
        const TSNode pair = ts_node_named_child(node, i);
        const TSNode value = pga_python_child(pair, "value");

        if (ts_node_is_null(value)) {
            has_splat |= strcmp(ts_node_type(pair), "comment") != 0;
            unref(pga_django_eval(flow, pair));
            continue;
        }
        add_pair(flow, list, pair, value);
    }
    if (!has_splat && ts_node_end_byte(node) - ts_node_start_byte(node) <= MAX_SMALL)
        list->py = pga_py_value_new(flow->source, node);
    return list;
}

static DjangoValue *
eval_binary(DjangoFlow *flow, TSNode node)
{
    g_autofree char *sign = pga_django_text(flow, pga_python_child(node, "operator"));
    DjangoValue *left = pga_django_eval(flow, pga_python_child(node, "left"));
    g_autoptr(DjangoValue) right = pga_django_eval(flow, pga_python_child(node, "right"));
    DjangoValue *whole;

    if (pga_django_value_is(left, DJANGO_IS_QUERYSET) &&
        pga_django_value_is(right, DJANGO_IS_QUERYSET)) {
        whole = pga_django_combine(flow, left, right, sign);
        unref(left);
        return whole;
    }
    whole = pga_django_value_is(left, DJANGO_IS_PYTHON) && !left->is_expression &&
                    (*sign == '+' || *sign == '%')
                ? constant(flow, node)
                : NULL;
    if (whole) {
        unref(left);
        return whole;
    }
    if (pga_django_value_is(left, DJANGO_IS_PYTHON) &&
        pga_django_value_is(right, DJANGO_IS_PYTHON) && (*sign == '|' || *sign == '&')) {
        whole = pga_django_value_new(DJANGO_IS_PYTHON);
        whole->py =
            pga_django_binary(sign, pga_py_value_copy(left->py), pga_py_value_copy(right->py));
        unref(left);
        return whole;
    }
    return pga_django_value_made_of(
        left && (left->origins || left->is_expression) ? left : (unref(left), NULL), right);
}

static DjangoValue *
eval_unary(DjangoFlow *flow, TSNode node)
{
    const TSNode argument = pga_python_child(node, "argument");
    g_autoptr(DjangoValue) value = pga_django_eval(flow, argument);
    DjangoValue *negated;

    if (!pga_django_value_is(value, DJANGO_IS_PYTHON))
        return pga_django_value_made_of(NULL, value);
    if (pga_django_node(flow, argument) != NODE_IDENTIFIER)
        return python(flow, node);
    negated = pga_django_value_new(DJANGO_IS_PYTHON); /* ~q */
    negated->py = g_new0(PgaPyValue, 1);
    negated->py->kind = PGA_PY_UNARY;
    negated->py->text = pga_django_text(flow, pga_python_child(node, "operator"));
    negated->py->items = g_ptr_array_new_with_free_func((GDestroyNotify)pga_py_value_free);
    g_ptr_array_add(negated->py->items, pga_py_value_copy(value->py));
    return negated;
}

static void
test(DjangoFlow *flow, DjangoValue *value, TSNode node)
{
    pga_django_event_emit_rows(flow, PGA_DJANGO_TRUTH, node, value);
}

DjangoValue *
pga_django_eval_test(DjangoFlow *flow, TSNode node)
{
    const gboolean was = flow->is_condition;
    DjangoValue *value;

    flow->is_condition = TRUE;
    value = pga_django_eval(flow, node);
    test(flow, value, node);
    flow->is_condition = was;
    return value;
}

static DjangoValue *
eval_not(DjangoFlow *flow, TSNode node)
{
    g_autoptr(DjangoValue) value = pga_django_eval_test(flow, pga_python_child(node, "argument"));

    return pga_django_value_made_of(NULL, value);
}

static DjangoValue *
eval_boolean(DjangoFlow *flow, TSNode node)
{
    const TSNode first = pga_python_child(node, "left"), second = pga_python_child(node, "right");
    g_autoptr(DjangoValue) left = pga_django_eval(flow, first);
    g_autoptr(DjangoValue) right = NULL;

    test(flow, left, first);
    right = pga_django_eval(flow, second);
    if (!flow->is_condition)
        return pga_django_merge(flow, left, right);
    test(flow, right, second);
    return NULL;
}

static DjangoValue *
eval_comparison(DjangoFlow *flow, TSNode node)
{
    const guint n = ts_node_named_child_count(node);
    DjangoValue *whole = NULL;

    for (guint i = 0; i < n; i++) {
        const TSNode part = ts_node_named_child(node, i);
        const TSNode sign = i > 0 ? ts_node_prev_sibling(part) : (TSNode){0};
        g_autoptr(DjangoValue) value = pga_django_eval(flow, part);
        const char *type = ts_node_is_null(sign) ? "" : ts_node_type(sign);

        if (strcmp(type, "in") == 0 || strcmp(type, "not in") == 0)
            pga_django_event_emit_rows(flow, PGA_DJANGO_CONTAINS, node, value);
        whole = pga_django_value_made_of(whole, value);
    }
    return whole;
}

static DjangoValue *
eval_arm(DjangoFlow *flow, TSNode node, PgaDjangoBlockKind kind, guint *first)
{
    const guint around = pga_django_open(flow, kind, node);
    DjangoValue *value;

    if (*first == G_MAXUINT)
        *first = flow->block;
    pga_django_block(flow)->first_arm = *first;
    value = pga_django_eval(flow, node);
    pga_django_close(flow, around);
    return value;
}

static DjangoValue *
eval_conditional(DjangoFlow *flow, TSNode node)
{
    g_autoptr(DjangoValue) one = NULL, other = NULL;
    guint first = G_MAXUINT;

    if (ts_node_named_child_count(node) < 3)
        return NULL;
    unref(pga_django_eval_test(flow, pga_python_part(node, 1)));
    one = eval_arm(flow, pga_python_part(node, 0), PGA_DJANGO_BLOCK_IF, &first);
    other = eval_arm(flow, pga_python_part(node, 2), PGA_DJANGO_BLOCK_ELSE, &first);
    return pga_django_merge(flow, one, other);
}

static DjangoValue *
eval_lambda(DjangoFlow *flow, TSNode node)
{
    GHashTable *outer = pga_django_locals_copy(flow->locals);
    const guint around = pga_django_open(flow, PGA_DJANGO_BLOCK_LAMBDA, node);

    pga_django_bind_parameters(flow, pga_python_child(node, "parameters"));
    unref(pga_django_eval(flow, pga_python_child(node, "body")));
    pga_django_close(flow, around);
    g_hash_table_unref(flow->locals);
    flow->locals = outer;
    return NULL;
}

static DjangoValue *
eval_named(DjangoFlow *flow, TSNode node)
{
    DjangoValue *value = pga_django_eval(flow, pga_python_child(node, "value"));

    pga_django_assign(flow, pga_python_child(node, "name"), pga_django_value_ref(value), node);
    return value;
}

/* *qs, yield qs */
static DjangoValue *
eval_given(DjangoFlow *flow, TSNode node, DjangoNode kind)
{
    for (guint i = 0; i < ts_node_named_child_count(node); i++) {
        const TSNode part = ts_node_named_child(node, i);
        g_autoptr(DjangoValue) value = pga_django_eval(flow, part);

        pga_django_escape(flow, value, part,
                          kind == NODE_SPLAT ? PGA_DJANGO_FETCH : PGA_DJANGO_UNEVALUATED);
    }
    return NULL;
}

DjangoValue *
pga_django_eval_name(DjangoFlow *flow, const char *name)
{
    gboolean is_bound;
    DjangoValue *value = pga_django_local(flow, name, &is_bound);

    return is_bound ? pga_django_value_ref(value) : pga_django_global(flow, name);
}

static DjangoValue *
eval_identifier(DjangoFlow *flow, TSNode node)
{
    g_autofree char *name = pga_django_text(flow, node);

    return pga_django_eval_name(flow, name);
}

static DjangoValue *
eval_kind(DjangoFlow *flow, TSNode node, DjangoNode kind)
{
    switch ((int)kind) {
    case NODE_IDENTIFIER:
        return eval_identifier(flow, node);
    case NODE_ATTRIBUTE:
        return pga_django_eval_attribute(flow, node);
    case NODE_CALL:
        return pga_django_eval_call(flow, node);
    case NODE_SUBSCRIPT:
        return pga_django_eval_subscript(flow, node);
    case NODE_COMPREHENSION:
        return pga_django_eval_comprehension(flow, node);
    case NODE_LITERAL:
        return python(flow, node);
    case NODE_STRING:
        return eval_string(flow, node);
    case NODE_SEQUENCE:
        return eval_sequence(flow, node);
    case NODE_DICTIONARY:
        return eval_dictionary(flow, node);
    case NODE_BINARY:
        return eval_binary(flow, node);
    case NODE_UNARY:
        return eval_unary(flow, node);
    case NODE_NOT:
        return eval_not(flow, node);
    case NODE_BOOLEAN:
        return eval_boolean(flow, node);
    case NODE_COMPARISON:
        return eval_comparison(flow, node);
    case NODE_CONDITIONAL:
        return eval_conditional(flow, node);
    case NODE_LAMBDA:
        return eval_lambda(flow, node);
    case NODE_WRAPPER:
        return pga_django_eval(flow, pga_python_part(node, 0));
    case NODE_NAMED:
        return eval_named(flow, node);
    case NODE_SPLAT:
    case NODE_YIELD:
        return eval_given(flow, node, kind);
    case NODE_COMMENT:
    case NODE_BLOCK:
        return NULL;
    default:
        unref(eval_parts(flow, node));
        return NULL;
    }
}

DjangoValue *
pga_django_eval(DjangoFlow *flow, TSNode node)
{
    DjangoValue *value = NULL;

    if (ts_node_is_null(node))
        return NULL;
    if (++flow->nesting <= PGA_DJANGO_MAX_NESTING)
        value = eval_kind(flow, node, pga_django_node(flow, node));
    flow->nesting--;
    return value;
}

DjangoValue *
pga_django_eval_quietly(DjangoFlow *flow, TSNode node)
{
    const TSNode was = flow->quiet;
    DjangoValue *value;

    flow->quiet = node;
    value = pga_django_eval(flow, node);
    flow->quiet = was;
    return value;
}

/* What x is in "x += 1". */
DjangoValue *
pga_django_eval_target(DjangoFlow *flow, TSNode node)
{
    DjangoValue *value;

    flow->muted++;
    value = pga_django_eval(flow, node);
    flow->muted--;
    return value;
}

/* NOLINTEND(misc-no-recursion) */
