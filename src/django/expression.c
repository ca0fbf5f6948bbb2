/* Q objects and expressions as SQL: what constraints, indexes and generated columns are made of. */
#include <string.h>

#include "models_internal.h"

static const struct {
    const char *lookup;
    const char *operator_;
} lookups[] = {
    {"exact", "="}, {"gt", ">"}, {"gte", ">="}, {"lt", "<"}, {"lte", "<="},
};

static const struct {
    const char *name;
    const char *function;
} functions[] = {
    {"Upper", "UPPER"},
    {"Lower", "LOWER"},
    {"Length", "LENGTH"},
    {"Abs", "ABS"},
    {"Coalesce", "COALESCE"},
    {"Trim", "TRIM"},
    {"LTrim", "LTRIM"},
    {"RTrim", "RTRIM"},
    {"Round", "ROUND"},
    {"Greatest", "GREATEST"},
    {"Least", "LEAST"},
    {"MD5", "MD5"},
    {"Left", "LEFT"},
    {"Right", "RIGHT"},
    {"Replace", "REPLACE"},
    {"Concat", "CONCAT"},
    {"SearchVector", "to_tsvector"},
};

/* NOLINTBEGIN(misc-no-recursion): as deep as the tree of values, which is bounded */

static char *
reference(const DjangoModel *model, const char *name)
{
    g_autofree char *column = NULL;

    if (strstr(name, "__")) /* of another model, or a transform */
        return NULL;
    column = pga_django_column_named(model, name);
    return pga_django_quote(column);
}

/* @names: of strings: columns; else literals. */
static char *
operand(const DjangoModel *model, const PgaPyValue *value, gboolean names)
{
    char *literal;

    if (names && value->kind == PGA_PY_STRING)
        return reference(model, value->text);
    literal = pga_django_literal(value);
    return literal ? literal : pga_django_expression(model, value);
}

/* "f(a, b)"; NULL when an argument cannot be told. */
static char *
function_call(const DjangoModel *model, const char *function, const PgaPyValue *call)
{
    g_autoptr(GString) sql = g_string_new(function);

    g_string_append_c(sql, '(');
    for (guint i = 0; i < call->items->len; i++) {
        g_autofree char *argument = NULL;

        if (g_ptr_array_index(call->keys, i))
            continue; /* output_field= */
        argument = operand(model, g_ptr_array_index(call->items, i), TRUE);
        if (!argument)
            return NULL;
        g_string_append_printf(sql, "%s%s", i ? ", " : "", argument);
    }
    g_string_append_c(sql, ')');
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* CombinedExpression(F("a"), "*", Value(2)), as migrations write F("a") * 2. */
static char *
combined(const DjangoModel *model, const PgaPyValue *call)
{
    const PgaPyValue *first = pga_py_argument(call, 0, "lhs");
    const PgaPyValue *second = pga_py_argument(call, 2, "rhs");
    const char *sign = pga_py_argument_text(call, 1, "connector");
    g_autofree char *left = first ? operand(model, first, FALSE) : NULL;
    g_autofree char *right = second ? operand(model, second, FALSE) : NULL;

    if (!left || !right || !sign || !*sign || !strchr("+-*/%", *sign))
        return NULL;
    return g_strdup_printf("(%s %c %s)", left, *sign, right);
}

static char *
call_expression(const DjangoModel *model, const PgaPyValue *call)
{
    const char *name = pga_py_last_name(call);
    const PgaPyValue *first = pga_py_argument(call, 0, NULL);

    if (g_str_equal(name, "F") && first && first->kind == PGA_PY_STRING)
        return reference(model, first->text);
    if (g_str_equal(name, "Value") && first)
        return pga_django_literal(first);
    if (g_str_equal(name, "Now"))
        return g_strdup("STATEMENT_TIMESTAMP()");
    if (g_str_equal(name, "RandomUUID"))
        return g_strdup("gen_random_uuid()");
    if (g_str_equal(name, "Q"))
        return pga_django_condition(model, call);
    if (g_str_equal(name, "CombinedExpression"))
        return combined(model, call);
    for (guint i = 0; i < G_N_ELEMENTS(functions); i++)
        if (g_str_equal(name, functions[i].name))
            return function_call(model, functions[i].function, call);
    return NULL;
}

char *
pga_django_expression(const DjangoModel *model, const PgaPyValue *expression)
{
    g_autofree char *left = NULL, *right = NULL;

    if (expression->kind == PGA_PY_STRING)
        return reference(model, expression->text);
    if (expression->kind == PGA_PY_CALL)
        return call_expression(model, expression);
    if (expression->kind != PGA_PY_BINARY || !strchr("+-*/%", expression->text[0]))
        return NULL;
    left = operand(model, g_ptr_array_index(expression->items, 0), FALSE);
    right = operand(model, g_ptr_array_index(expression->items, 1), FALSE);
    return left && right ? g_strdup_printf("(%s %s %s)", left, expression->text, right) : NULL;
}

/* --- conditions --- */

static char *
in_list(const DjangoModel *model, const char *column, const PgaPyValue *values)
{
    g_autoptr(GString) sql = g_string_new(NULL);

    if (values->kind != PGA_PY_LIST || values->items->len == 0)
        return NULL;
    g_string_append_printf(sql, "%s IN (", column);
    for (guint i = 0; i < values->items->len; i++) {
        g_autofree char *value = operand(model, g_ptr_array_index(values->items, i), FALSE);

        if (!value)
            return NULL;
        g_string_append_printf(sql, "%s%s", i ? ", " : "", value);
    }
    g_string_append_c(sql, ')');
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* A Boolean column stands for itself. */
static char *
equals(const DjangoModel *model, const char *name, const char *column, const PgaPyValue *value)
{
    const DjangoField *field = pga_django_field(model, name);
    const gboolean is_boolean = field && g_str_equal(pga_py_last_name(field->call), "BooleanField");
    g_autofree char *right = NULL;

    if (value->kind == PGA_PY_NONE)
        return g_strdup_printf("%s IS NULL", column);
    if (value->kind == PGA_PY_BOOL && is_boolean)
        return value->truth ? g_strdup(column) : g_strdup_printf("NOT %s", column);
    right = operand(model, value, FALSE);
    return right ? g_strdup_printf("%s = %s", column, right) : NULL;
}

static char *
range(const DjangoModel *model, const char *column, const PgaPyValue *value)
{
    g_autofree char *low = NULL, *high = NULL;

    if (value->kind != PGA_PY_LIST || value->items->len != 2)
        return NULL;
    low = operand(model, g_ptr_array_index(value->items, 0), FALSE);
    high = operand(model, g_ptr_array_index(value->items, 1), FALSE);
    return low && high ? g_strdup_printf("%s BETWEEN %s AND %s", column, low, high) : NULL;
}

static char *
compared(const DjangoModel *model, const char *column, const char *lookup, const PgaPyValue *value)
{
    for (guint i = 0; i < G_N_ELEMENTS(lookups); i++) {
        if (g_str_equal(lookup, lookups[i].lookup)) {
            g_autofree char *right = operand(model, value, FALSE);

            return right ? g_strdup_printf("%s %s %s", column, lookups[i].operator_, right) : NULL;
        }
    }
    return NULL;
}

static gboolean
is_nullable(const DjangoModel *model, const char *name)
{
    const DjangoField *field = pga_django_field(model, name);

    return field && pga_django_is_null(field);
}

/* Beside a negated comparison, which NULL makes neither true nor false: that what it compares is
 * not NULL. */
static void
append_not_null(GString *sql, const DjangoModel *model, const char *name, const PgaPyValue *value)
{
    const PgaPyValue *other =
        g_str_equal(pga_py_last_name(value), "F") ? pga_py_argument(value, 0, NULL) : NULL;

    if (is_nullable(model, name)) {
        g_autofree char *column = reference(model, name);

        g_string_append_printf(sql, " AND %s IS NOT NULL", column);
    }
    if (other && other->kind == PGA_PY_STRING && is_nullable(model, other->text)) {
        g_autofree char *column = reference(model, other->text);

        g_string_append_printf(sql, " AND %s IS NOT NULL", column);
    }
}

/* float(0) is 0.0: what Django sends for a number of a FloatField. */
static char *
number_of(const DjangoModel *model, const char *name, const PgaPyValue *value)
{
    const DjangoField *field = pga_django_field(model, name);

    return field && value->kind == PGA_PY_NUMBER && !strpbrk(value->text, ".eE") &&
                   g_str_equal(pga_py_last_name(field->call), "FloatField")
               ? g_strconcat(value->text, ".0", NULL)
               : NULL;
}

/* One argument of Q: field__lookup=value. */
static char *
plain_lookup(const DjangoModel *model, const char *argument, const PgaPyValue *value)
{
    g_auto(GStrv) parts = g_strsplit(argument, "__", -1);
    const char *lookup = parts[1] ? parts[1] : "exact";
    g_autofree char *column = NULL;

    if (!parts[0] || (parts[1] && parts[2]))
        return NULL;
    column = reference(model, parts[0]);
    if (!column)
        return NULL;
    if (g_str_equal(lookup, "isnull"))
        return g_strdup_printf("%s IS %sNULL", column,
                               value->kind == PGA_PY_BOOL && value->truth ? "" : "NOT ");
    if (g_str_equal(lookup, "in"))
        return in_list(model, column, value);
    if (g_str_equal(lookup, "range"))
        return range(model, column, value);
    if (g_str_equal(lookup, "exact"))
        return equals(model, parts[0], column, value);
    return compared(model, column, lookup, value);
}

/* A negated comparison says beside itself that its column is not NULL. */
static char *
lookup_sql(const DjangoModel *model, const char *argument, const PgaPyValue *value,
           gboolean negated)
{
    g_auto(GStrv) parts = g_strsplit(argument, "__", -1);
    const char *name = parts[0] ? parts[0] : "";
    g_autofree char *number = number_of(model, name, value);
    const PgaPyValue real = {.kind = PGA_PY_NUMBER, .text = number};
    g_autofree char *plain = plain_lookup(model, argument, number ? &real : value);
    g_autoptr(GString) sql = g_string_new(plain);

    if (plain && negated && value->kind != PGA_PY_NONE && !g_str_has_suffix(argument, "__isnull"))
        append_not_null(sql, model, name, value);
    return plain ? g_string_free(g_steal_pointer(&sql), FALSE) : NULL;
}

static char *condition_sql(const DjangoModel *model, const PgaPyValue *condition, gboolean negated);

/* Takes @condition. */
static gboolean
append_condition(GString *sql, const char *connector, char *condition)
{
    if (condition)
        g_string_append_printf(sql, "%s%s", sql->len ? connector : "", condition);
    g_free(condition);
    return condition != NULL;
}

/* One argument of Q. Migrations write Q(("price__gte", 0)) as well as Q(price__gte=0). */
static char *
q_argument(const DjangoModel *model, const PgaPyValue *key, const PgaPyValue *item,
           gboolean negated)
{
    if (!key && item->kind == PGA_PY_LIST && item->items->len == 2) {
        key = g_ptr_array_index(item->items, 0);
        item = g_ptr_array_index(item->items, 1);
    }
    if (!key)
        return condition_sql(model, item, negated);
    if (key->kind != PGA_PY_STRING)
        return NULL;
    return lookup_sql(model, key->text, item, negated);
}

/** How the arguments of Q belong together, as migrations write it. */
typedef struct {
    const char *connector; /* " AND "; NULL: not told */
    gboolean is_negated;
} QForm;

/* Whether the argument is one of these that say so. */
static gboolean
take_form(QForm *form, const PgaPyValue *key, const PgaPyValue *item)
{
    const char *says = NULL;

    if (!key || key->kind != PGA_PY_STRING || key->text[0] != '_')
        return FALSE;
    if (g_str_equal(key->text, "_connector") && item->kind == PGA_PY_STRING)
        says = item->text;
    if (g_str_equal(key->text, "_negated") && item->kind == PGA_PY_BOOL)
        form->is_negated = item->truth;
    else if (says && g_str_equal(says, "OR"))
        form->connector = " OR ";
    else if (!says || !g_str_equal(says, "AND"))
        form->connector = NULL;
    return TRUE;
}

static char *
q_sql(const DjangoModel *model, const PgaPyValue *q, gboolean negated)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    QForm form = {" AND ", FALSE};
    guint n = 0;

    for (guint i = 0; i < q->items->len; i++)
        n += !take_form(&form, g_ptr_array_index(q->keys, i), g_ptr_array_index(q->items, i));
    if (n == 0 || !form.connector)
        return NULL;
    for (guint i = 0; i < q->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(q->keys, i);
        const PgaPyValue *item = g_ptr_array_index(q->items, i);

        if (!take_form(&form, key, item) &&
            !append_condition(sql, form.connector,
                              q_argument(model, key, item, negated != form.is_negated)))
            return NULL;
    }
    if (form.is_negated)
        return g_strdup_printf(n == 1 ? "NOT (%s)" : "NOT ((%s))", sql->str);
    return n == 1 && !negated ? g_string_free(g_steal_pointer(&sql), FALSE)
                              : g_strdup_printf("(%s)", sql->str);
}

static char *
condition_sql(const DjangoModel *model, const PgaPyValue *condition, gboolean negated)
{
    g_autofree char *left = NULL, *right = NULL;

    if (condition->kind == PGA_PY_CALL)
        return g_str_equal(pga_py_last_name(condition), "Q") ? q_sql(model, condition, negated)
                                                             : call_expression(model, condition);
    if (condition->kind == PGA_PY_UNARY && g_str_equal(condition->text, "~")) {
        left = condition_sql(model, g_ptr_array_index(condition->items, 0), !negated);
        return left ? g_strdup_printf("NOT (%s)", left) : NULL;
    }
    if (condition->kind != PGA_PY_BINARY ||
        !(g_str_equal(condition->text, "&") || g_str_equal(condition->text, "|")))
        return NULL;
    left = condition_sql(model, g_ptr_array_index(condition->items, 0), negated);
    right = condition_sql(model, g_ptr_array_index(condition->items, 1), negated);
    return left && right ? g_strdup_printf("(%s %s %s)", left,
                                           condition->text[0] == '&' ? "AND" : "OR", right)
                         : NULL;
}

char *
pga_django_condition(const DjangoModel *model, const PgaPyValue *condition)
{
    return condition_sql(model, condition, FALSE);
}

/* NOLINTEND(misc-no-recursion) */
