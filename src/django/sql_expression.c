/* Expressions of annotate(), aggregate(), order_by(), F() and values of update().
 * Source: Django 3.2 to 5.2 django/db/models/expressions.py, aggregates.py, functions/. */
#include <string.h>

#include "sql_internal.h"

#define MAX_TEXT 4000 /* of an annotation, which others repeat */

static const struct {
    const char *name, *function;
    const char *type; /* (nullable): as its argument */
    gboolean is_aggregate;
} functions[] = {
    {"Count", "COUNT", "bigint", TRUE},
    {"Sum", "SUM", NULL, TRUE},
    {"Avg", "AVG", "numeric", TRUE},
    {"Min", "MIN", NULL, TRUE},
    {"Max", "MAX", NULL, TRUE},
    {"StdDev", "STDDEV_POP", "numeric", TRUE},
    {"Variance", "VAR_POP", "numeric", TRUE},
    {"ArrayAgg", "ARRAY_AGG", "text[]", TRUE},
    {"JSONBAgg", "JSONB_AGG", "jsonb", TRUE},
    {"BoolAnd", "BOOL_AND", "boolean", TRUE},
    {"BoolOr", "BOOL_OR", "boolean", TRUE},
    {"BitAnd", "BIT_AND", NULL, TRUE},
    {"BitOr", "BIT_OR", NULL, TRUE},
    {"Lower", "LOWER", NULL, FALSE},
    {"Upper", "UPPER", NULL, FALSE},
    {"Length", "LENGTH", "integer", FALSE},
    {"Trim", "TRIM", NULL, FALSE},
    {"LTrim", "LTRIM", NULL, FALSE},
    {"RTrim", "RTRIM", NULL, FALSE},
    {"Abs", "ABS", NULL, FALSE},
    {"Ceil", "CEILING", NULL, FALSE},
    {"Floor", "FLOOR", NULL, FALSE},
    {"Round", "ROUND", NULL, FALSE},
    {"Coalesce", "COALESCE", NULL, FALSE},
    {"Greatest", "GREATEST", NULL, FALSE},
    {"Least", "LEAST", NULL, FALSE},
    {"NullIf", "NULLIF", NULL, FALSE},
    {"MD5", "MD5", "text", FALSE},
};

static const struct {
    const char *name, *part;
} truncations[] = {
    {"TruncYear", "year"},     {"TruncQuarter", "quarter"}, {"TruncMonth", "month"},
    {"TruncWeek", "week"},     {"TruncDay", "day"},         {"TruncHour", "hour"},
    {"TruncMinute", "minute"}, {"TruncSecond", "second"},
};

static const struct {
    const char *name, *transform;
} extractions[] = {
    {"ExtractYear", "year"},     {"ExtractMonth", "month"},      {"ExtractDay", "day"},
    {"ExtractWeek", "week"},     {"ExtractWeekDay", "week_day"}, {"ExtractHour", "hour"},
    {"ExtractMinute", "minute"}, {"ExtractQuarter", "quarter"},  {"ExtractSecond", "second"},
    {"TruncDate", "date"},       {"TruncTime", "time"},
};

const SqlAnnotation *
pga_sql_annotation(const SqlQuery *query, const char *name)
{
    for (guint i = query->annotations->len; i-- > 0;) {
        const SqlAnnotation *annotation = g_ptr_array_index(query->annotations, i);

        if (g_str_equal(annotation->name, name))
            return annotation;
    }
    return NULL;
}

/* A name as F() has it: a path, or an annotation. */
static void
named_term(SqlQuery *query, const char *name, SqlTerm *out)
{
    g_auto(PgaDjangoPath) path = {0};

    pga_django_path_init(&path, query->run->project, query->model,
                         query->queryset ? query->queryset->annotations : NULL, name);
    if (!g_str_equal(path.lookup, "exact")) /* F() ends in a transform, not a lookup */
        g_ptr_array_set_size(path.transforms, 0);
    else
        pga_sql_path_term(query, &path, out);
}

/* NOLINTBEGIN(misc-no-recursion): values are of bounded depth, subqueries of bounded levels */

/* f(a, b): all positional arguments. FALSE: one of them cannot be told. */
static gboolean
append_arguments(SqlQuery *query, const PgaPyValue *call, GString *sql, SqlTerm *out)
{
    guint n = 0;

    for (guint i = 0; i < call->items->len; i++) {
        g_auto(SqlTerm) term = {0};

        if (g_ptr_array_index(call->keys, i))
            continue;
        pga_sql_expression(query, g_ptr_array_index(call->items, i), TRUE, &term);
        if (!term.sql)
            return FALSE;
        g_string_append_printf(sql, "%s%s", n++ ? ", " : "", term.sql);
        out->is_aggregate |= term.is_aggregate;
        if (!out->type)
            out->type = g_strdup(term.type);
    }
    return n > 0;
}

/* Conditions of When(), of filter= in an aggregate. (transfer full) (nullable) */
static char *
condition_of(SqlQuery *query, const PgaPyValue *call)
{
    static const char *const skip[] = {"then", NULL};
    g_autoptr(PgaDjangoQuerySet) scratch = pga_django_queryset_new(query->model);
    const DjangoChain chain = {scratch, query->run->project, NULL};
    PgaDjangoCondition *condition;
    char *text;

    if (query->queryset) {
        g_ptr_array_unref(scratch->annotations);
        scratch->annotations = g_ptr_array_ref(query->queryset->annotations);
    }
    condition = pga_django_chain_conditions(&chain, call, skip);
    text = condition && !scratch->incomplete ? pga_sql_condition_text(query, condition) : NULL;
    pga_django_condition_free(condition);
    return text;
}

static char *
filter_of(SqlQuery *query, const PgaPyValue *filter)
{
    const PgaPyValue call = {.kind = PGA_PY_CALL,
                             .text = (char *)"Q",
                             .items = g_ptr_array_new(),
                             .keys = g_ptr_array_new()};
    char *text;

    g_ptr_array_add(call.items, (gpointer)filter);
    g_ptr_array_add(call.keys, NULL);
    text = condition_of(query, &call);
    g_ptr_array_unref(call.items);
    g_ptr_array_unref(call.keys);
    return text;
}

static void
function_term(SqlQuery *query, const PgaPyValue *call, guint which, SqlTerm *out)
{
    g_autoptr(GString) sql = g_string_new(functions[which].function);
    const PgaPyValue *first = pga_py_argument(call, 0, "expression");
    const PgaPyValue *filter = pga_py_argument(call, G_MAXUINT, "filter");
    const gboolean is_star = first && first->kind == PGA_PY_STRING && g_str_equal(first->text, "*");
    g_autofree char *condition = filter ? filter_of(query, filter) : NULL;

    g_string_append(sql, pga_py_argument_is_true(call, "distinct") ? "(DISTINCT " : "(");
    if (is_star)
        g_string_append_c(sql, '*');
    else if (!append_arguments(query, call, sql, out))
        return;
    g_string_append_c(sql, ')');
    if (condition)
        g_string_append_printf(sql, " FILTER (WHERE %s)", condition);
    else if (filter)
        pga_sql_leave_out(query->run, "the filter of %s()", pga_py_last_name(call));
    out->sql = g_string_free(g_steal_pointer(&sql), FALSE);
    if (functions[which].type) {
        g_free(out->type);
        out->type = g_strdup(functions[which].type);
    }
    out->is_aggregate |= functions[which].is_aggregate;
    out->is_nullable = TRUE;
}

static void
truncation_term(SqlQuery *query, const PgaPyValue *call, const char *part, SqlTerm *out)
{
    const PgaPyValue *first = pga_py_argument(call, 0, "expression");
    g_auto(SqlTerm) term = {0};

    if (first && part)
        pga_sql_expression(query, first, TRUE, &term);
    if (!term.sql)
        return;
    out->sql =
        g_strdup_printf("DATE_TRUNC('%s', %s%s)", part, term.sql,
                        term.type && g_str_has_prefix(term.type, "timestamp") && query->run->use_tz
                            ? " AT TIME ZONE 'UTC'"
                            : "");
    out->type = g_strdup(term.type);
    out->is_aggregate = term.is_aggregate;
}

/* A part's name, to be put into the statement: letters only. */
static const char *
part_argument(const PgaPyValue *call)
{
    const char *part = pga_py_argument_text(call, 1, "kind");

    return part && *part && strspn(part, "abcdefghijklmnopqrstuvwxyz") == strlen(part) ? part
                                                                                       : NULL;
}

static void
extraction_term(SqlQuery *query, const PgaPyValue *call, const char *transform, SqlTerm *out)
{
    const PgaPyValue *first = pga_py_argument(call, 0, "expression");
    g_autoptr(GPtrArray) transforms = g_ptr_array_new();
    const PgaDjangoPath path = {.transforms = transforms};

    g_ptr_array_add(transforms, (gpointer)transform);
    if (first)
        pga_sql_expression(query, first, TRUE, out);
    if (out->sql)
        pga_sql_transform(query, &path, FALSE, out);
}

/* CONCAT(a, CONCAT(b, c)) */
static void
concat_term(SqlQuery *query, const PgaPyValue *call, SqlTerm *out)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    guint n = 0;

    for (guint i = 0; i < call->items->len; i++) {
        g_auto(SqlTerm) term = {0};

        if (g_ptr_array_index(call->keys, i))
            continue;
        pga_sql_expression(query, g_ptr_array_index(call->items, i), TRUE, &term);
        if (!term.sql)
            return;
        n++;
        if (i + 1 < call->items->len && !g_ptr_array_index(call->keys, i + 1))
            g_string_append_printf(sql, "CONCAT(%s, ", term.sql);
        else
            g_string_append(sql, term.sql);
    }
    for (guint i = 1; i < n; i++)
        g_string_append_c(sql, ')');
    out->sql = n ? g_string_free(g_steal_pointer(&sql), FALSE) : NULL;
    out->type = g_strdup("text");
}

static void
case_term(SqlQuery *query, const PgaPyValue *call, SqlTerm *out)
{
    const PgaPyValue *otherwise = pga_py_argument(call, G_MAXUINT, "default");
    g_autoptr(GString) sql = g_string_new("CASE");
    g_auto(SqlTerm) last = {0};

    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *when = g_ptr_array_index(call->items, i);
        const PgaPyValue *then = pga_py_argument(when, 1, "then");
        g_auto(SqlTerm) term = {0};
        g_autofree char *condition = NULL;

        if (g_ptr_array_index(call->keys, i))
            continue;
        if (!g_str_equal(pga_py_last_name(when), "When") || !then)
            return;
        condition = condition_of(query, when);
        pga_sql_expression(query, then, TRUE, &term);
        if (!condition || !term.sql)
            return;
        g_string_append_printf(sql, " WHEN %s THEN %s", condition, term.sql);
        out->is_aggregate |= term.is_aggregate;
        if (!out->type)
            out->type = g_strdup(term.type);
    }
    if (otherwise)
        pga_sql_expression(query, otherwise, TRUE, &last);
    g_string_append_printf(sql, " ELSE %s END", last.sql ? last.sql : "NULL");
    out->sql = g_string_free(g_steal_pointer(&sql), FALSE);
}

static void
outer_term(SqlQuery *query, const PgaPyValue *call, SqlTerm *out)
{
    const PgaPyValue *inner = pga_py_argument(call, 0, "name");

    if (!query->outer || !inner)
        return;
    if (inner->kind == PGA_PY_STRING)
        named_term(query->outer, inner->text, out);
    else if (g_str_equal(pga_py_last_name(inner), "OuterRef"))
        outer_term(query->outer, inner, out);
    if (out->sql)
        out->field = NULL;
}

/* Func(F("a"), function="X") */
static void
func_term(SqlQuery *query, const PgaPyValue *call, SqlTerm *out)
{
    const char *name = pga_py_argument_text(call, G_MAXUINT, "function");
    g_autoptr(GString) sql = g_string_new(name);

    if (!name || pga_py_argument(call, G_MAXUINT, "template") ||
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") !=
            strlen(name))
        return;
    g_string_append_c(sql, '(');
    if (!append_arguments(query, call, sql, out))
        return;
    g_string_append_c(sql, ')');
    out->sql = g_string_free(g_steal_pointer(&sql), FALSE);
    g_clear_pointer(&out->type, g_free);
}

/* RawSQL("n + %s", [1]) */
static void
raw_term(SqlQuery *query, const PgaPyValue *call, SqlTerm *out)
{
    const char *text = pga_py_argument_text(call, 0, "sql");
    g_autofree char *sql = text ? pga_sql_raw(query->run, text) : NULL;

    out->sql = sql ? g_strdup_printf("(%s)", sql) : NULL;
    out->is_nullable = TRUE;
}

static void
special_term(SqlQuery *query, const PgaPyValue *call, SqlTerm *out)
{
    const char *name = pga_py_last_name(call);
    const PgaPyValue *first = pga_py_argument(call, 0, NULL);

    if (g_str_equal(name, "F") && first && first->kind == PGA_PY_STRING)
        named_term(query, first->text, out);
    else if (g_str_equal(name, "Value") && first)
        pga_sql_expression(query, first, FALSE, out);
    else if (g_str_equal(name, "ExpressionWrapper") && first)
        pga_sql_expression(query, first, TRUE, out);
    else if (g_str_equal(name, "OuterRef"))
        outer_term(query, call, out);
    else if (g_str_equal(name, "Now"))
        *out = (SqlTerm){.sql = g_strdup("STATEMENT_TIMESTAMP()"),
                         .type = g_strdup("timestamp with time zone")};
    else if (g_str_equal(name, "Random"))
        out->sql = g_strdup("RANDOM()");
    else if (g_str_equal(name, "Concat"))
        concat_term(query, call, out);
    else if (g_str_equal(name, "Case"))
        case_term(query, call, out);
    else if (g_str_equal(name, "Window"))
        pga_sql_window(query, call, out);
    else if (g_str_equal(name, "RawSQL"))
        raw_term(query, call, out);
    else if (g_str_equal(name, "Func"))
        func_term(query, call, out);
    else if (g_str_has_prefix(name, "Trunc")) /* Trunc(), and what dates() makes */
        truncation_term(query, call, part_argument(call), out);
}

static void
call_term(SqlQuery *query, const PgaPyValue *call, SqlTerm *out)
{
    const char *name = pga_py_last_name(call);

    if (strchr(call->text, '(')) /* a method of an expression */
        return;
    for (guint i = 0; i < G_N_ELEMENTS(functions); i++)
        if (g_str_equal(name, functions[i].name)) {
            function_term(query, call, i, out);
            return;
        }
    for (guint i = 0; i < G_N_ELEMENTS(truncations); i++)
        if (g_str_equal(name, truncations[i].name)) {
            truncation_term(query, call, truncations[i].part, out);
            return;
        }
    for (guint i = 0; i < G_N_ELEMENTS(extractions); i++)
        if (g_str_equal(name, extractions[i].name)) {
            extraction_term(query, call, extractions[i].transform, out);
            return;
        }
    special_term(query, call, out);
}

static void
binary_term(SqlQuery *query, const PgaPyValue *value, SqlTerm *out)
{
    g_auto(SqlTerm) left = {0}, right = {0};

    if (strlen(value->text) != 1 || !strchr("+-*/%", value->text[0]))
        return;
    pga_sql_expression(query, g_ptr_array_index(value->items, 0), FALSE, &left);
    if (left.sql)
        pga_sql_expression(query, g_ptr_array_index(value->items, 1), FALSE, &right);
    if (!left.sql || !right.sql)
        return;
    out->sql = g_strdup_printf("(%s %s %s)", left.sql, value->text, right.sql);
    out->type = g_strdup(left.type ? left.type : right.type);
    out->is_aggregate = left.is_aggregate || right.is_aggregate;
    out->is_nullable = left.is_nullable || right.is_nullable;
}

void
pga_sql_expression(SqlQuery *query, const PgaPyValue *value, gboolean names, SqlTerm *out)
{
    *out = (SqlTerm){0};
    if (names && value->kind == PGA_PY_STRING) {
        named_term(query, value->text, out);
    } else if (value->kind == PGA_PY_CALL) {
        call_term(query, value, out);
    } else if (value->kind == PGA_PY_BINARY) {
        binary_term(query, value, out);
    } else if (value->kind != PGA_PY_UNARY) {
        out->type = g_strdup(value->kind == PGA_PY_STRING ? "text" : NULL);
        out->sql = value->kind == PGA_PY_NUMBER || value->kind == PGA_PY_STRING ||
                           value->kind == PGA_PY_BOOL || value->kind == PGA_PY_NONE
                       ? pga_sql_value(query->run, value, NULL)
                       : NULL;
    }
}

/* --- annotations --- */

static const PgaPyValue *
only_argument(const PgaPyValue *value, const char *name)
{
    return value->kind == PGA_PY_CALL && g_str_equal(pga_py_last_name(value), name)
               ? pga_py_argument(value, 0, NULL)
               : NULL;
}

/* Subquery(…), Exists(…), and Coalesce() of the first. */
static void
subquery_term(SqlQuery *query, const PgaDjangoAnnotation *annotation, SqlTerm *out)
{
    const PgaPyValue *value = annotation->value;
    const PgaPyValue *inner = only_argument(value, "Coalesce");
    const gboolean is_exists = only_argument(value, "Exists") != NULL;
    g_autofree char *sql = pga_sql_select(query->run, query, annotation->subquery,
                                          is_exists ? SQL_EXISTS : SQL_IN, -1);

    if (!sql)
        return;
    if (is_exists)
        out->sql = g_strdup_printf("EXISTS(%s)", sql);
    else if (only_argument(value, "ArraySubquery"))
        out->sql = g_strdup_printf("ARRAY(%s)", sql);
    else if (only_argument(value, "Subquery"))
        out->sql = g_strdup_printf("(%s)", sql);
    else if (inner && only_argument(inner, "Subquery") && value->items->len == 2) {
        g_auto(SqlTerm) other = {0};

        pga_sql_expression(query, g_ptr_array_index(value->items, 1), TRUE, &other);
        if (other.sql)
            out->sql = g_strdup_printf("COALESCE((%s), %s)", sql, other.sql);
    }
    out->type = is_exists ? g_strdup("boolean") : NULL;
}

/* NOLINTEND(misc-no-recursion) */

void
pga_sql_add_annotations(SqlQuery *query, const GPtrArray *annotations)
{
    for (guint i = 0; i < annotations->len; i++) {
        const PgaDjangoAnnotation *stated = g_ptr_array_index(annotations, i);
        SqlAnnotation *annotation = g_new0(SqlAnnotation, 1);
        g_auto(SqlTerm) term = {0};

        if (stated->subquery)
            subquery_term(query, stated, &term);
        else
            pga_sql_expression(query, stated->value, FALSE, &term);
        if (term.sql && strlen(term.sql) > MAX_TEXT)
            g_clear_pointer(&term.sql, g_free);
        if (!term.sql)
            pga_sql_leave_out(query->run, "annotation %s", stated->name);
        annotation->name = g_strdup(stated->name);
        annotation->sql = g_steal_pointer(&term.sql);
        annotation->type = g_steal_pointer(&term.type);
        annotation->is_aggregate = term.is_aggregate;
        annotation->is_subquery = stated->subquery != NULL;
        annotation->is_window = term.is_window;
        query->is_grouped |= annotation->is_aggregate && annotation->sql;
        g_ptr_array_add(query->annotations, annotation);
    }
}
