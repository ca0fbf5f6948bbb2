/* Window(…) OVER its rows, and conditions on what it computes: these are asked of the rows that
 * have it.
 * Source: Window in Django 3.2 to 5.2 django/db/models/expressions.py, functions/window.py;
 * SQLCompiler.get_qualify_sql() since 4.2. */
#include <string.h>

#include "models_internal.h"
#include "sql_internal.h"

static const struct {
    const char *name, *function;
    const char *type; /* (nullable): as its argument */
} functions[] = {
    {"RowNumber", "ROW_NUMBER", "bigint"},
    {"Rank", "RANK", "bigint"},
    {"DenseRank", "DENSE_RANK", "bigint"},
    {"PercentRank", "PERCENT_RANK", "double precision"},
    {"CumeDist", "CUME_DIST", "double precision"},
    {"Ntile", "NTILE", "integer"},
    {"Lag", "LAG", NULL},
    {"Lead", "LEAD", NULL},
    {"FirstValue", "FIRST_VALUE", NULL},
    {"LastValue", "LAST_VALUE", NULL},
    {"NthValue", "NTH_VALUE", NULL},
};

/* NOLINTBEGIN(misc-no-recursion): values are of bounded depth */

/* LAG("n", 1): its arguments. FALSE: one of them cannot be told. */
static gboolean
append_arguments(SqlQuery *query, const PgaPyValue *call, GString *sql, SqlTerm *out)
{
    for (guint i = 0; i < call->items->len; i++) {
        g_auto(SqlTerm) term = {0};

        pga_sql_expression(query, g_ptr_array_index(call->items, i), TRUE, &term);
        if (!term.sql)
            return FALSE;
        g_string_append_printf(sql, "%s%s", i ? ", " : "", term.sql);
        if (!out->type)
            out->type = g_strdup(term.type);
    }
    return TRUE;
}

static gboolean
append_function(SqlQuery *query, const PgaPyValue *call, GString *sql, SqlTerm *out)
{
    g_auto(SqlTerm) term = {0};

    for (guint i = 0; call->kind == PGA_PY_CALL && i < G_N_ELEMENTS(functions); i++) {
        if (!g_str_equal(pga_py_last_name(call), functions[i].name))
            continue;
        out->type = g_strdup(functions[i].type);
        g_string_append_printf(sql, "%s(", functions[i].function);
        if (!append_arguments(query, call, sql, out))
            return FALSE;
        g_string_append_c(sql, ')');
        return TRUE;
    }
    pga_sql_expression(query, call, FALSE, &term);
    if (!term.sql || !term.is_aggregate)
        return FALSE;
    g_string_append(sql, term.sql);
    out->type = g_strdup(term.type);
    return TRUE;
}

/* partition_by=["customer", F("product")] */
static gboolean
append_partition(SqlQuery *query, const PgaPyValue *value, GString *sql)
{
    const gboolean is_list = value->kind == PGA_PY_LIST;
    const guint n = is_list ? value->items->len : 1;

    for (guint i = 0; i < n; i++) {
        g_auto(SqlTerm) term = {0};

        pga_sql_expression(query, is_list ? g_ptr_array_index(value->items, i) : value, TRUE,
                           &term);
        if (!term.sql)
            return FALSE;
        g_string_append_printf(sql, "%s%s", i ? ", " : "PARTITION BY ", term.sql);
    }
    return TRUE;
}

static const char *
nulls_text(char nulls)
{
    if (nulls == 'l')
        return " NULLS LAST";
    return nulls == 'f' ? " NULLS FIRST" : "";
}

/* "-made", F("made").desc(). FALSE: it cannot be told. */
static gboolean
append_one_order(SqlQuery *query, const PgaPyValue *value, GString *sql)
{
    g_autoptr(PgaDjangoQuerySet) scratch = pga_django_queryset_new(query->model);
    const DjangoChain chain = {scratch, query->run->project, NULL};
    PgaDjangoOrder *order = pga_django_order_new(&chain, value);
    g_auto(SqlTerm) term = {0};

    if (order->path.model && !order->function)
        pga_sql_path_term(query, &order->path, &term);
    if (term.sql)
        g_string_append_printf(sql, "%s%s%s", term.sql, order->is_descending ? " DESC" : " ASC",
                               nulls_text(order->nulls));
    pga_django_order_free(order);
    return term.sql != NULL;
}

static gboolean
append_order(SqlQuery *query, const PgaPyValue *value, GString *sql)
{
    const gboolean is_list = value->kind == PGA_PY_LIST;
    const guint n = is_list ? value->items->len : 1;

    g_string_append(sql, sql->len ? " ORDER BY " : "ORDER BY ");
    for (guint i = 0; i < n; i++) {
        g_string_append(sql, i ? ", " : "");
        if (!append_one_order(query, is_list ? g_ptr_array_index(value->items, i) : value, sql))
            return FALSE;
    }
    return n > 0;
}

/* FALSE: no number. */
static gboolean
number_of(const PgaPyValue *value, gint64 *number)
{
    const gboolean is_minus = value->kind == PGA_PY_UNARY && g_str_equal(value->text, "-");
    const PgaPyValue *plain = is_minus ? g_ptr_array_index(value->items, 0) : value;

    if (plain->kind != PGA_PY_NUMBER ||
        !g_ascii_string_to_signed(plain->text, 10, -G_MAXINT32, G_MAXINT32, number, NULL))
        return FALSE;
    *number = is_minus ? -*number : *number;
    return TRUE;
}

/* One end of it. FALSE: PostgreSQL's compiler of Django refuses it, or it is not told. */
static gboolean
append_end(GString *sql, const PgaPyValue *end, gboolean is_start, gboolean is_rows, guint version)
{
    enum { BOTH_WAYS = 501 }; /* both ends before the row, or both behind it */
    gint64 n = 0;

    if (!end || end->kind == PGA_PY_NONE) {
        g_string_append(sql, is_start ? "UNBOUNDED PRECEDING" : "UNBOUNDED FOLLOWING");
        return TRUE;
    }
    if (!number_of(end, &n) || (n != 0 && !is_rows) ||
        (n != 0 && (n < 0) != is_start && version < BOTH_WAYS))
        return FALSE;
    if (n == 0)
        g_string_append(sql, "CURRENT ROW");
    else
        g_string_append_printf(sql, "%" G_GINT64_FORMAT " %s", ABS(n),
                               n < 0 ? "PRECEDING" : "FOLLOWING");
    return TRUE;
}

/* RowRange(start=-2, end=0), ValueRange(). */
static gboolean
append_frame(const SqlQuery *query, const PgaPyValue *frame, GString *sql)
{
    const gboolean is_call = frame->kind == PGA_PY_CALL;
    const gboolean is_rows = is_call && g_str_equal(pga_py_last_name(frame), "RowRange");
    const guint version = query->run->project->version;

    if (!is_call || (!is_rows && !g_str_equal(pga_py_last_name(frame), "ValueRange")) ||
        pga_py_argument(frame, 2, "exclusion"))
        return FALSE;
    g_string_append_printf(sql, "%s%s BETWEEN ", sql->len ? " " : "", is_rows ? "ROWS" : "RANGE");
    if (!append_end(sql, pga_py_argument(frame, 0, "start"), TRUE, is_rows, version))
        return FALSE;
    g_string_append(sql, " AND ");
    return append_end(sql, pga_py_argument(frame, 1, "end"), FALSE, is_rows, version);
}

void
pga_sql_window(SqlQuery *query, const PgaPyValue *call, SqlTerm *out)
{
    const PgaPyValue *expression = pga_py_argument(call, 0, "expression");
    const PgaPyValue *partition = pga_py_argument(call, 1, "partition_by");
    const PgaPyValue *order = pga_py_argument(call, 2, "order_by");
    const PgaPyValue *frame = pga_py_argument(call, 3, "frame");
    g_autoptr(GString) function = g_string_new(NULL), over = g_string_new(NULL);

    if (!expression || !append_function(query, expression, function, out) ||
        (partition && !append_partition(query, partition, over)) ||
        (order && !append_order(query, order, over)) ||
        (frame && frame->kind != PGA_PY_NONE && !append_frame(query, frame, over)))
        return;
    out->sql = g_strdup_printf("%s OVER (%s)", function->str, over->str);
    out->is_window = TRUE;
    out->is_nullable = TRUE;
}

/* NOLINTEND(misc-no-recursion) */

/* --- conditions on it --- */

gboolean
pga_sql_take_qualify(SqlQuery *query, const PgaDjangoCondition *condition)
{
    const PgaDjangoLookup *lookup = condition->lookup;
    const char *name = condition->kind == PGA_DJANGO_LOOKUP ? lookup->path.annotation : NULL;
    const SqlAnnotation *annotation = name ? pga_sql_annotation(query, name) : NULL;
    g_auto(SqlTerm) term = {0};
    char *sql;

    if (!annotation || !annotation->sql || !annotation->is_window || condition->is_optional)
        return FALSE;
    term.sql = pga_django_quote(name);
    term.type = g_strdup(annotation->type);
    term.is_nullable = TRUE;
    sql = lookup->path.transforms->len == 0 ? pga_sql_lookup(query, lookup, &term) : NULL;
    if (sql)
        g_ptr_array_add(query->qualify, sql);
    else
        pga_sql_leave_out(query->run, "condition %s", lookup->path.text);
    return TRUE;
}

char *
pga_sql_qualified(const SqlQuery *query, char *text)
{
    g_autofree char *inner = text;
    g_autoptr(GString) sql = g_string_new(NULL);

    if (query->qualify->len == 0)
        return g_steal_pointer(&inner);
    g_string_printf(sql, "SELECT * FROM (%s) \"qualify\" WHERE ", inner);
    for (guint i = 0; i < query->qualify->len; i++)
        g_string_append_printf(sql, "%s%s", i ? " AND " : "",
                               (const char *)g_ptr_array_index(query->qualify, i));
    return g_string_free(g_steal_pointer(&sql), FALSE);
}
