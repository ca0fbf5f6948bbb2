/* An expression written as Python again: on one line, as a formatter would write it. */
#include <python/value.h>
#include <string.h>

/* NOLINTBEGIN(misc-no-recursion): as deep as the tree of values, which is bounded */

static void append_value(GString *text, const PgaPyValue *value);

static void
append_string(GString *text, const char *string)
{
    const char quote = strchr(string, '"') && !strchr(string, '\'') ? '\'' : '"';

    g_string_append_c(text, quote);
    for (const char *at = string; *at; at++) {
        if (*at == '\n')
            g_string_append(text, "\\n");
        else if (*at == '\\' || *at == quote)
            g_string_append_printf(text, "\\%c", *at);
        else
            g_string_append_c(text, *at);
    }
    g_string_append_c(text, quote);
}

static void
append_items(GString *text, const PgaPyValue *value)
{
    for (guint i = 0; value->items && i < value->items->len; i++) {
        const PgaPyValue *key =
            value->kind == PGA_PY_CALL ? g_ptr_array_index(value->keys, i) : NULL;

        g_string_append(text, i ? ", " : "");
        if (key)
            g_string_append_printf(text, "%s=", key->text);
        append_value(text, g_ptr_array_index(value->items, i));
    }
}

static void
append_list(GString *text, const PgaPyValue *value)
{
    g_string_append_c(text, value->is_tuple ? '(' : '[');
    append_items(text, value);
    if (value->is_tuple && value->items && value->items->len == 1)
        g_string_append_c(text, ',');
    g_string_append_c(text, value->is_tuple ? ')' : ']');
}

static void
append_dict(GString *text, const PgaPyValue *value)
{
    g_string_append_c(text, '{');
    for (guint i = 0; value->items && i < value->items->len; i++) {
        g_string_append(text, i ? ", " : "");
        append_value(text, g_ptr_array_index(value->keys, i));
        g_string_append(text, ": ");
        append_value(text, g_ptr_array_index(value->items, i));
    }
    g_string_append_c(text, '}');
}

/* Of an operator: what binds less is put in parentheses. */
static void
append_operand(GString *text, const PgaPyValue *value)
{
    const gboolean is_operator = value->kind == PGA_PY_BINARY;

    g_string_append(text, is_operator ? "(" : "");
    append_value(text, value);
    g_string_append(text, is_operator ? ")" : "");
}

static void
append_operator(GString *text, const PgaPyValue *value)
{
    const gboolean is_word = g_str_equal(value->text, "not");

    if (value->kind == PGA_PY_UNARY) {
        g_string_append_printf(text, "%s%s", value->text, is_word ? " " : "");
        append_operand(text, g_ptr_array_index(value->items, 0));
        return;
    }
    append_operand(text, g_ptr_array_index(value->items, 0));
    g_string_append_printf(text, " %s ", value->text);
    append_operand(text, g_ptr_array_index(value->items, 1));
}

static void
append_value(GString *text, const PgaPyValue *value)
{
    switch (value ? value->kind : PGA_PY_NONE) {
    case PGA_PY_NONE:
        g_string_append(text, "None");
        return;
    case PGA_PY_BOOL:
        g_string_append(text, value->truth ? "True" : "False");
        return;
    case PGA_PY_STRING:
        append_string(text, value->text);
        return;
    case PGA_PY_LIST:
        append_list(text, value);
        return;
    case PGA_PY_DICT:
        append_dict(text, value);
        return;
    case PGA_PY_CALL:
        g_string_append_printf(text, "%s(", value->text);
        append_items(text, value);
        g_string_append_c(text, ')');
        return;
    case PGA_PY_BINARY:
    case PGA_PY_UNARY:
        append_operator(text, value);
        return;
    case PGA_PY_NUMBER:
    case PGA_PY_NAME:
    case PGA_PY_OPAQUE:
        g_string_append(text, value->text ? value->text : "…");
        return;
    }
}

/* NOLINTEND(misc-no-recursion) */

char *
pga_py_value_text(const PgaPyValue *value)
{
    g_autoptr(GString) text = g_string_new(NULL);

    append_value(text, value);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
