/* Literals, names and calls out of the syntax tree. */
#include "python/value.h"

#include <string.h>

#define MAX_DEPTH 200 /* of nested expressions */

gboolean
pga_python_is(TSNode node, const char *type)
{
    return !ts_node_is_null(node) && strcmp(ts_node_type(node), type) == 0;
}

TSNode
pga_python_child(TSNode node, const char *field)
{
    return ts_node_child_by_field_name(node, field, (uint32_t)strlen(field));
}

TSNode
pga_python_part(TSNode node, guint place)
{
    const guint n = ts_node_is_null(node) ? 0 : ts_node_named_child_count(node);
    guint seen = 0;

    for (guint i = 0; i < n; i++) {
        const TSNode part = ts_node_named_child(node, i);

        if (!pga_python_is(part, "comment") && seen++ == place)
            return part;
    }
    return (TSNode){0};
}

char *
pga_python_text(const PgaPythonSource *source, TSNode node)
{
    guint start;

    if (ts_node_is_null(node))
        return g_strdup("");
    start = ts_node_start_byte(node);
    return g_strndup(source->text + start, ts_node_end_byte(node) - start);
}

void
pga_py_value_free(PgaPyValue *value)
{
    if (!value)
        return;
    g_free(value->text);
    g_free(value->source);
    g_clear_pointer(&value->items, g_ptr_array_unref);
    g_clear_pointer(&value->keys, g_ptr_array_unref);
    g_free(value);
}

static void
value_free(gpointer value)
{
    pga_py_value_free(value);
}

static PgaPyValue *
value_at(const PgaPythonSource *source, TSNode node, PgaPyKind kind)
{
    PgaPyValue *value = g_new0(PgaPyValue, 1);
    const TSPoint point = ts_node_start_point(node);

    value->kind = kind;
    value->start = ts_node_start_byte(node);
    value->end = ts_node_end_byte(node);
    value->line = point.row + 1;
    value->last_line = ts_node_end_point(node).row + 1;
    value->column =
        (guint)g_utf8_strlen(source->text + value->start - point.column, (gssize)point.column) + 1;
    return value;
}

static void
has_items(PgaPyValue *value, gboolean has_keys)
{
    value->items = g_ptr_array_new_with_free_func(value_free);
    if (has_keys)
        value->keys = g_ptr_array_new_with_free_func(value_free);
}

/* --- strings --- */

static gsize
append_number(GString *out, const char *digits, gsize n)
{
    g_autofree char *hex = g_strndup(digits, n);
    const guint64 code = g_ascii_strtoull(hex, NULL, 16);

    if (strlen(hex) == n && code > 0 && code < 0x110000 && g_unichar_validate((gunichar)code))
        g_string_append_unichar(out, (gunichar)code);
    return strlen(hex);
}

/* @at: behind the backslash. Returns behind the escape. */
static const char *
append_escape(GString *out, const char *at)
{
    static const char from[] = "ntrabfv\\'\"0", to[] = "\n\t\r\a\b\f\v\\'\"";
    const char *known = *at ? strchr(from, *at) : NULL;

    if (*at == '\n')
        return at + 1;
    if (*at == 'x')
        return at + 1 + append_number(out, at + 1, 2);
    if (*at == 'u')
        return at + 1 + append_number(out, at + 1, 4);
    if (*at == 'U')
        return at + 1 + append_number(out, at + 1, 8);
    if (known && *at != '0') {
        g_string_append_c(out, to[known - from]);
        return at + 1;
    }
    g_string_append_c(out, '\\'); /* Python keeps what it does not know */
    return at;
}

static char *
unescaped(const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (const char *at = text; *at;) {
        if (*at == '\\' && at[1])
            at = append_escape(out, at + 1);
        else
            g_string_append_c(out, *at++);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* (transfer full) (nullable): NULL: it has parts that are computed. */
static char *
string_value(const PgaPythonSource *source, TSNode node)
{
    const guint n = ts_node_child_count(node);
    g_autofree char *opening = NULL, *raw = NULL;
    guint start, end;

    if (n < 2 || !pga_python_is(ts_node_child(node, 0), "string_start"))
        return NULL;
    for (guint i = 0; i < n; i++)
        if (pga_python_is(ts_node_child(node, i), "interpolation"))
            return NULL;
    opening = pga_python_text(source, ts_node_child(node, 0));
    start = ts_node_end_byte(ts_node_child(node, 0));
    end = ts_node_start_byte(ts_node_child(node, n - 1));
    if (end < start)
        return NULL;
    raw = g_strndup(source->text + start, end - start);
    return strpbrk(opening, "rR") ? g_steal_pointer(&raw) : unescaped(raw);
}

static PgaPyValue *
joined_strings(const PgaPythonSource *source, TSNode node)
{
    g_autoptr(GString) whole = g_string_new(NULL);
    PgaPyValue *value = value_at(source, node, PGA_PY_STRING);

    for (guint i = 0; i < ts_node_named_child_count(node); i++) {
        const TSNode child = ts_node_named_child(node, i);
        g_autofree char *part = string_value(source, child);

        if (pga_python_is(child, "comment"))
            continue;
        if (part)
            g_string_append(whole, part);
        else
            value->kind = PGA_PY_OPAQUE;
    }
    value->text = g_string_free(g_steal_pointer(&whole), FALSE);
    return value;
}

/* --- the rest --- */

/* NOLINTBEGIN(misc-no-recursion): @depth ends it */

static PgaPyValue *read_value(const PgaPythonSource *source, TSNode node, guint depth);

static void
read_items(const PgaPythonSource *source, TSNode node, PgaPyValue *into, guint depth)
{
    for (guint i = 0; i < ts_node_named_child_count(node); i++) {
        const TSNode child = ts_node_named_child(node, i);

        if (!pga_python_is(child, "comment"))
            g_ptr_array_add(into->items, read_value(source, child, depth));
    }
}

static PgaPyValue *
read_list(const PgaPythonSource *source, TSNode node, guint depth)
{
    PgaPyValue *value = value_at(source, node, PGA_PY_LIST);

    has_items(value, FALSE);
    value->is_tuple = pga_python_is(node, "tuple") || pga_python_is(node, "expression_list");
    read_items(source, node, value, depth);
    return value;
}

static PgaPyValue *
read_dict(const PgaPythonSource *source, TSNode node, guint depth)
{
    PgaPyValue *value = value_at(source, node, PGA_PY_DICT);

    has_items(value, TRUE);
    for (guint i = 0; i < ts_node_named_child_count(node); i++) {
        const TSNode pair = ts_node_named_child(node, i);

        if (!pga_python_is(pair, "pair"))
            continue;
        g_ptr_array_add(value->keys,
                        read_value(source, ts_node_child_by_field_name(pair, "key", 3), depth));
        g_ptr_array_add(value->items,
                        read_value(source, ts_node_child_by_field_name(pair, "value", 5), depth));
    }
    return value;
}

static PgaPyValue *
key_of(const PgaPythonSource *source, TSNode name)
{
    PgaPyValue *key = value_at(source, name, PGA_PY_STRING);

    key->text = pga_python_text(source, name);
    return key;
}

static void
read_arguments(const PgaPythonSource *source, TSNode arguments, PgaPyValue *call, guint depth)
{
    for (guint i = 0; i < ts_node_named_child_count(arguments); i++) {
        const TSNode argument = ts_node_named_child(arguments, i);

        if (pga_python_is(argument, "comment"))
            continue;
        if (pga_python_is(argument, "keyword_argument")) {
            g_ptr_array_add(call->keys,
                            key_of(source, ts_node_child_by_field_name(argument, "name", 4)));
            g_ptr_array_add(
                call->items,
                read_value(source, ts_node_child_by_field_name(argument, "value", 5), depth));
        } else {
            g_ptr_array_add(call->keys, NULL);
            g_ptr_array_add(call->items, read_value(source, argument, depth));
        }
    }
}

static PgaPyValue *
read_call(const PgaPythonSource *source, TSNode node, guint depth)
{
    const TSNode arguments = ts_node_child_by_field_name(node, "arguments", 9);
    PgaPyValue *value = value_at(source, node, PGA_PY_CALL);

    value->text = pga_python_text(source, ts_node_child_by_field_name(node, "function", 8));
    value->source =
        depth <= 2 ? pga_python_text(source, node) : NULL; /* of what stands in a list */
    has_items(value, TRUE);
    if (pga_python_is(arguments, "argument_list"))
        read_arguments(source, arguments, value, depth);
    return value;
}

static PgaPyValue *
read_operator(const PgaPythonSource *source, TSNode node, guint depth)
{
    const TSNode sign = ts_node_child_by_field_name(node, "operator", 8);
    const gboolean is_binary = pga_python_is(node, "binary_operator");
    PgaPyValue *value = value_at(source, node, is_binary ? PGA_PY_BINARY : PGA_PY_UNARY);

    value->text = ts_node_is_null(sign) ? g_strdup("not") : pga_python_text(source, sign);
    has_items(value, FALSE);
    if (is_binary)
        g_ptr_array_add(value->items,
                        read_value(source, ts_node_child_by_field_name(node, "left", 4), depth));
    g_ptr_array_add(value->items,
                    read_value(source,
                               is_binary ? ts_node_child_by_field_name(node, "right", 5)
                                         : ts_node_child_by_field_name(node, "argument", 8),
                               depth));
    if (!is_binary && g_str_equal(value->text, "-")) {
        const PgaPyValue *number = g_ptr_array_index(value->items, 0);

        if (number->kind == PGA_PY_NUMBER) { /* a negative number is one */
            g_free(value->text);
            value->text = g_strdup_printf("-%s", number->text);
            value->kind = PGA_PY_NUMBER;
        }
    }
    return value;
}

static PgaPyValue *
with_text(const PgaPythonSource *source, TSNode node, PgaPyKind kind)
{
    PgaPyValue *value = value_at(source, node, kind);

    value->text = pga_python_text(source, node);
    return value;
}

static PgaPyValue *
read_constant(const PgaPythonSource *source, TSNode node)
{
    PgaPyValue *value =
        value_at(source, node, pga_python_is(node, "none") ? PGA_PY_NONE : PGA_PY_BOOL);

    value->truth = pga_python_is(node, "true");
    return value;
}

static PgaPyValue *
read_string(const PgaPythonSource *source, TSNode node)
{
    g_autofree char *text = string_value(source, node);
    PgaPyValue *value;

    if (!text)
        return with_text(source, node, PGA_PY_OPAQUE);
    value = value_at(source, node, PGA_PY_STRING);
    value->text = g_steal_pointer(&text);
    return value;
}

static PgaPyValue *
read_value(const PgaPythonSource *source, TSNode node, guint depth)
{
    static const struct {
        const char *type;
        PgaPyKind kind;
    } kinds[] = {
        {"string", PGA_PY_STRING},
        {"list", PGA_PY_LIST},
        {"tuple", PGA_PY_LIST},
        {"expression_list", PGA_PY_LIST},
        {"set", PGA_PY_LIST},
        {"dictionary", PGA_PY_DICT},
        {"call", PGA_PY_CALL},
        {"identifier", PGA_PY_NAME},
        {"attribute", PGA_PY_NAME},
        {"integer", PGA_PY_NUMBER},
        {"float", PGA_PY_NUMBER},
        {"true", PGA_PY_BOOL},
        {"false", PGA_PY_BOOL},
        {"none", PGA_PY_NONE},
        {"binary_operator", PGA_PY_BINARY},
        {"unary_operator", PGA_PY_UNARY},
        {"not_operator", PGA_PY_UNARY},
    };

    if (ts_node_is_null(node) || depth > MAX_DEPTH)
        return g_new0(PgaPyValue, 1);
    if (pga_python_is(node, "concatenated_string"))
        return joined_strings(source, node);
    if (pga_python_is(node, "parenthesized_expression"))
        return read_value(source, pga_python_part(node, 0), depth + 1);
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!pga_python_is(node, kinds[i].type))
            continue;
        switch ((int)kinds[i].kind) {
        case PGA_PY_STRING:
            return read_string(source, node);
        case PGA_PY_LIST:
            return read_list(source, node, depth + 1);
        case PGA_PY_DICT:
            return read_dict(source, node, depth + 1);
        case PGA_PY_CALL:
            return read_call(source, node, depth + 1);
        case PGA_PY_BOOL:
        case PGA_PY_NONE:
            return read_constant(source, node);
        case PGA_PY_BINARY:
        case PGA_PY_UNARY:
            return read_operator(source, node, depth + 1);
        default:
            return with_text(source, node, kinds[i].kind);
        }
    }
    return with_text(source, node, PGA_PY_OPAQUE);
}

PgaPyValue *
pga_py_value_new(const PgaPythonSource *source, TSNode node)
{
    return read_value(source, node, 0);
}

static gboolean
all_equal(const GPtrArray *one, const GPtrArray *other)
{
    if (!one || !other)
        return one == other;
    if (one->len != other->len)
        return FALSE;
    for (guint i = 0; i < one->len; i++)
        if (!pga_py_equal(g_ptr_array_index(one, i), g_ptr_array_index(other, i)))
            return FALSE;
    return TRUE;
}

gboolean
pga_py_equal(const PgaPyValue *one, const PgaPyValue *other)
{
    if (!one || !other)
        return one == other;
    return one->kind == other->kind && g_strcmp0(one->text, other->text) == 0 &&
           one->truth == other->truth && all_equal(one->items, other->items) &&
           all_equal(one->keys, other->keys);
}

static GPtrArray *
all_copied(const GPtrArray *values)
{
    GPtrArray *copies;

    if (!values)
        return NULL;
    copies = g_ptr_array_new_full(values->len, value_free);
    for (guint i = 0; i < values->len; i++)
        g_ptr_array_add(copies, pga_py_value_copy(g_ptr_array_index(values, i)));
    return copies;
}

PgaPyValue *
pga_py_value_copy(const PgaPyValue *value)
{
    PgaPyValue *copy;

    if (!value)
        return NULL;
    copy = g_new(PgaPyValue, 1);
    *copy = *value;
    copy->text = g_strdup(value->text);
    copy->source = g_strdup(value->source);
    copy->items = all_copied(value->items);
    copy->keys = all_copied(value->keys);
    return copy;
}

/* NOLINTEND(misc-no-recursion) */

const PgaPyValue *
pga_py_argument(const PgaPyValue *call, guint place, const char *name)
{
    guint positional = 0;

    for (guint i = 0; call && call->kind == PGA_PY_CALL && i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);

        if (key ? name && g_str_equal(key->text, name) : positional++ == place)
            return g_ptr_array_index(call->items, i);
    }
    return NULL;
}

const char *
pga_py_argument_text(const PgaPyValue *call, guint place, const char *name)
{
    const PgaPyValue *value = pga_py_argument(call, place, name);

    return value && value->kind == PGA_PY_STRING ? value->text : NULL;
}

gboolean
pga_py_argument_is_true(const PgaPyValue *call, const char *name)
{
    const PgaPyValue *value = pga_py_argument(call, G_MAXUINT, name);

    return value && value->kind == PGA_PY_BOOL && value->truth;
}

const char *
pga_py_last_name(const PgaPyValue *value)
{
    const char *dot;

    if (!value || !value->text || (value->kind != PGA_PY_CALL && value->kind != PGA_PY_NAME))
        return "";
    dot = strrchr(value->text, '.');
    return dot ? dot + 1 : value->text;
}
