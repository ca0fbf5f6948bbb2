/* An expression of constants that is compared with values of a column moves as these did: the shift
 * is added behind it. Dates inside it moved already; a function of the clock did not. The planner
 * counts an operator's cost for each row where it cannot tell the result beforehand, so an operator
 * more is made up for where there is a way. */
#include <stdlib.h>
#include <string.h>

#include "sql_tree_internal.h"

#define HOURS_A_DAY 24

/** What an expression holds, and where. */
typedef struct {
    SqlWalk *walk;
    guint first, last; /* tokens */
    guint clock;       /* the token of the only function of the clock */
    guint n_clocks;
    gboolean found, has_date, has_clock, has_timestamp;
} Expression;

static gboolean
is_one_of(const char *name, const char *const *names)
{
    return name && g_strv_contains(names, name);
}

/* "2020-…": a date that the map of values moves. */
static gboolean
is_date(const char *value)
{
    return value && strlen(value) >= 10 && strspn(value, "0123456789") == 4 && value[4] == '-' &&
           strspn(value + 5, "0123456789") == 2 && value[7] == '-';
}

static void
note_location(Expression *expression, const json_t *value)
{
    const json_int_t location = json_integer_value(value) - (json_int_t)expression->walk->offset;
    guint i;

    if (location < 0 || !pga_sql_text_at(expression->walk->text, (guint)location, &i))
        return;
    expression->first = expression->found ? MIN(expression->first, i) : i;
    expression->last = expression->found ? MAX(expression->last, i) : i;
    expression->found = TRUE;
}

/* clock_timestamp() is not among them: of what it is compared with nothing is estimated. */
static void
note_name(Expression *expression, const char *name)
{
    static const char *const clocks[] = {"now",
                                         "transaction_timestamp",
                                         "statement_timestamp",
                                         "make_timestamp",
                                         "make_timestamptz",
                                         "to_timestamp",
                                         "interval",
                                         NULL};

    expression->has_timestamp |= is_one_of(name, clocks);
    expression->has_clock |= g_strcmp0(name, "make_date") == 0 ||
                             (is_one_of(name, clocks) && strcmp(name, "interval") != 0);
}

static void
note_clock(Expression *expression, const json_t *fields)
{
    static const char *const functions[] = {"now", "transaction_timestamp", "statement_timestamp",
                                            NULL};
    const json_t *names = json_object_get(fields, "funcname");
    const char *operation = json_string_value(json_object_get(fields, "op"));
    guint i;

    if (!is_one_of(pga_sql_last_name(names), functions) &&
        g_strcmp0(operation, "SVFOP_CURRENT_TIMESTAMP") != 0)
        return;
    expression->n_clocks++;
    if (json_array_size(names) <= 1 && pga_sql_token_of(expression->walk, fields, &i))
        expression->clock = i;
    else
        expression->n_clocks++; /* written otherwise */
}

static void
note_sql_function(Expression *expression, const char *operation)
{
    if (!operation || !g_str_has_prefix(operation, "SVFOP_CURRENT_") ||
        g_str_has_prefix(operation, "SVFOP_CURRENT_DATE")) {
        expression->has_clock |= operation && (strcmp(operation, "SVFOP_CURRENT_DATE") == 0 ||
                                               g_str_has_prefix(operation, "SVFOP_LOCAL"));
        expression->has_timestamp |= operation && g_str_has_prefix(operation, "SVFOP_LOCAL");
        return;
    }
    if (g_str_has_prefix(operation, "SVFOP_CURRENT_TIME"))
        expression->has_clock = expression->has_timestamp = TRUE;
}

/* NOLINTBEGIN(misc-no-recursion): as deep as jansson reads */

static void
look_into(Expression *expression, const json_t *node)
{
    const char *key;
    json_t *value;
    size_t i;

    json_array_foreach(node, i, value)
    {
        look_into(expression, value);
    }
    json_object_foreach((json_t *)node, key, value)
    {
        if (strcmp(key, "location") == 0)
            note_location(expression, value);
        else if (strcmp(key, "sval") == 0 && json_is_string(value)) {
            note_name(expression, json_string_value(value));
            expression->has_date |= is_date(json_string_value(value));
        } else if (strcmp(key, "SQLValueFunction") == 0)
            note_sql_function(expression, json_string_value(json_object_get(value, "op")));
        if (strcmp(key, "SQLValueFunction") == 0 || strcmp(key, "FuncCall") == 0)
            note_clock(expression, value);
        look_into(expression, value);
    }
}

/* NOLINTEND(misc-no-recursion) */

static guint
n_tokens(const Expression *expression)
{
    return expression->walk->text->tokens->len;
}

static gboolean
is_sign(const Expression *expression, guint i, const char *sign)
{
    return pga_sql_text_is(expression->walk->text, i, sign);
}

/* Opening parentheses that close inside it belong to it. FALSE when they are not there. */
static gboolean
take_openings(Expression *expression, guint *depth)
{
    guint missing = 0;

    *depth = 0;
    for (guint i = expression->first; i <= expression->last; i++) {
        if (is_sign(expression, i, "(") || is_sign(expression, i, "["))
            ++*depth;
        else if (is_sign(expression, i, ")") || is_sign(expression, i, "]")) {
            if (*depth > 0)
                --*depth;
            else
                missing++;
        }
    }
    for (; missing > 0; missing--) {
        if (expression->first == 0 || !is_sign(expression, expression->first - 1, "("))
            return FALSE;
        expression->first--;
    }
    return TRUE;
}

/* What may stand behind the last thing that the tree knows the place of. */
static gboolean
goes_on(const Expression *expression, guint i)
{
    static const char *const words[] = {"with",    "without", "time",  "zone", "precision",
                                        "varying", "year",    "month", "day",  "hour",
                                        "minute",  "second",  "to",    ".",    NULL};
    const SqlTokenKind kind = pga_sql_text_token(expression->walk->text, i)->kind;

    for (guint j = 0; words[j]; j++)
        if (is_sign(expression, i, words[j]))
            return TRUE;
    return (kind == SQL_WORD || kind == SQL_QUOTED) && i > 0 && is_sign(expression, i - 1, ".");
}

/* The end of a parenthesis that opens at *i, which is left at it. FALSE when it does not close. */
static gboolean
close_parentheses(const Expression *expression, guint *i, guint depth)
{
    for (; *i < n_tokens(expression); ++*i) {
        if (is_sign(expression, *i, "(") || is_sign(expression, *i, "["))
            depth++;
        else if ((is_sign(expression, *i, ")") || is_sign(expression, *i, "]")) && --depth == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
take_rest(Expression *expression, guint depth)
{
    guint i = expression->last + 1;

    if (depth > 0) {
        if (!close_parentheses(expression, &i, depth))
            return FALSE;
        expression->last = i++;
    }
    for (; i < n_tokens(expression); expression->last = i++) {
        if (is_sign(expression, i, "(") || is_sign(expression, i, "[")) {
            if (!close_parentheses(expression, &i, 0))
                return FALSE;
        } else if (!goes_on(expression, i)) {
            break;
        }
    }
    return TRUE;
}

static void
put(Expression *expression, char *shift)
{
    SqlToken *first = pga_sql_text_token(expression->walk->text, expression->first);
    SqlToken *last = pga_sql_text_token(expression->walk->text, expression->last);
    char *before = first->before, *after = last->after;

    first->before = g_strconcat("((", before, NULL);
    last->after = g_strconcat(after ? after : "", ") ", shift, ")", NULL);
    g_free(before);
    g_free(after);
    g_free(shift);
}

/* "- interval '7 days'" takes the hours itself, and costs no operator more. */
static gboolean
put_into_interval(const Expression *expression, const json_t *node, gint hours)
{
    const json_t *operation = pga_node_as(node, "A_Expr");
    const char *name = pga_sql_last_name(json_object_get(operation, "name"));
    const json_t *cast = pga_node_as(json_object_get(operation, "rexpr"), "TypeCast");
    const json_t *type = json_object_get(json_object_get(cast, "typeName"), "names");
    const json_t *constant = pga_node_as(json_object_get(cast, "arg"), "A_Const");
    g_autofree char *value = NULL;
    guint i;

    if (!name || (strcmp(name, "-") != 0 && strcmp(name, "+") != 0) ||
        g_strcmp0(pga_sql_last_name(type), "interval") != 0 || !constant ||
        json_object_get(json_object_get(cast, "typeName"), "typmods") ||
        !pga_sql_token_of(expression->walk, constant, &i))
        return FALSE;
    value = pga_sql_text_value(expression->walk->text, i);
    if (strspn(value, "0123456789 adehkmnorstwy") != strlen(value) || *value == '\0' ||
        g_ascii_isdigit(value[strlen(value) - 1]))
        return FALSE;
    pga_sql_text_replace(expression->walk->text, i,
                         g_strdup_printf("'%s %d hours'", value, *name == '-' ? -hours : hours));
    return TRUE;
}

/* "CURRENT_DATE - 30": the number takes the days itself. */
static gboolean
put_into_days(const Expression *expression, const json_t *node, gint days)
{
    const json_t *operation = pga_node_as(node, "A_Expr");
    const char *name = pga_sql_last_name(json_object_get(operation, "name"));
    const json_t *left = json_object_get(operation, "lexpr");
    const json_t *constant = pga_node_as(json_object_get(operation, "rexpr"), "A_Const");
    g_autofree char *value = NULL;
    gint64 number;
    guint i;

    if (!name || (strcmp(name, "-") != 0 && strcmp(name, "+") != 0) ||
        !pga_node_as(left, "SQLValueFunction") || !pga_sql_token_of(expression->walk, constant, &i))
        return FALSE;
    value = pga_sql_text_value(expression->walk->text, i);
    if (!g_ascii_string_to_signed(value, 10, 0, G_MAXINT, &number, NULL))
        return FALSE;
    number += *name == '-' ? -days : days;
    pga_sql_text_replace(
        expression->walk->text, i,
        g_strdup_printf(number < 0 ? "(%" G_GINT64_FORMAT ")" : "%" G_GINT64_FORMAT, number));
    return TRUE;
}

/* The clock as a literal is no function: the planner counts as many as before. */
static void
put_beside_clock(Expression *expression, gint hours)
{
    SqlText *text = expression->walk->text;
    const guint i = expression->clock;

    if (expression->n_clocks == 1 && is_sign(expression, i + 1, "(") &&
        is_sign(expression, i + 2, ")")) {
        pga_sql_text_replace(text, i + 1, g_strdup(""));
        pga_sql_text_replace(text, i + 2, g_strdup(""));
        pga_sql_text_replace(text, i, g_strdup("'now'::timestamptz"));
    } else if (expression->n_clocks == 1 && !is_sign(expression, i + 1, "(")) {
        pga_sql_text_replace(text, i, g_strdup("'now'::timestamptz"));
    }
    put(expression, g_strdup_printf("+ '%d hours'::interval", hours));
}

static void
shift_time(Expression *expression, const json_t *node)
{
    const gint days = pga_value_map_day_shift(expression->walk->map->values);
    const json_t *cast = pga_node_as(node, "TypeCast");
    const char *type =
        pga_sql_last_name(json_object_get(json_object_get(cast, "typeName"), "names"));

    if (expression->has_date)
        pga_sql_shift_months(expression->walk, node);
    if (expression->has_date || !expression->has_clock)
        return;
    if (g_strcmp0(type, "date") == 0 || !expression->has_timestamp) {
        if (!put_into_days(expression, node, days))
            put(expression, g_strdup_printf("%c %d", days < 0 ? '-' : '+', abs(days)));
    } else if (!put_into_interval(expression, node, days * HOURS_A_DAY)) {
        put_beside_clock(expression, days * HOURS_A_DAY);
    }
}

void
pga_sql_shift(SqlWalk *walk, const json_t *node, const PgaValueType *want)
{
    Expression expression = {.walk = walk};
    const gint64 shift = pga_value_type_shift(walk->map->values, want);
    guint depth;

    look_into(&expression, node);
    if (!expression.found || !take_openings(&expression, &depth) || !take_rest(&expression, depth))
        return;
    if (want->kind == PGA_VALUE_DATE || want->kind == PGA_VALUE_TIMESTAMP)
        shift_time(&expression, node);
    else if (shift != 0)
        put(&expression,
            g_strdup_printf("%c %" G_GINT64_FORMAT, shift < 0 ? '-' : '+', ABS(shift)));
}
