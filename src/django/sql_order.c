/* ORDER BY, with what related models order by themselves.
 * Source: SQLCompiler.get_order_by(), find_ordering_name() in Django 3.2 to 5.2
 * django/db/models/sql/compiler.py. */
#include <string.h>

#include "models_internal.h"
#include "sql_internal.h"

#define MAX_DEPTH 10 /* from Meta.ordering to Meta.ordering */

static void
add_part(SqlQuery *query, char *expression, gboolean is_descending, char nulls)
{
    for (guint i = 0; i < query->order_parts->len; i++)
        if (g_str_equal(g_ptr_array_index(query->order_parts, i), expression)) {
            g_free(expression);
            return;
        }
    g_ptr_array_add(query->order_parts, expression);
    g_ptr_array_add(query->order,
                    g_strdup_printf("%s %s%s", expression, is_descending ? "DESC" : "ASC",
                                    nulls == 'f'   ? " NULLS FIRST"
                                    : nulls == 'l' ? " NULLS LAST"
                                                   : ""));
}

static gboolean
is_selected(const SqlQuery *query, const char *name)
{
    const PgaDjangoQuerySet *queryset = query->queryset;

    for (guint i = 0; i < queryset->annotations->len; i++) {
        const PgaDjangoAnnotation *annotation = g_ptr_array_index(queryset->annotations, i);

        if (g_str_equal(annotation->name, name) && annotation->is_alias)
            return FALSE;
    }
    for (guint i = 0; queryset->values->len > 0 && i <= queryset->values->len; i++) {
        if (i == queryset->values->len)
            return FALSE;
        if (g_str_equal(g_ptr_array_index(queryset->values, i), name))
            break;
    }
    return TRUE;
}

/* The model whose Meta.ordering takes over: of a relation that is ordered by itself. */
static const PgaDjangoModel *
model_ordered_by(const PgaDjangoPath *path)
{
    const char *under = path->text, *next;
    const PgaDjangoModel *target;

    if (!path->field || path->transforms->len > 0 ||
        (path->field->kind != PGA_DJANGO_FOREIGN_KEY && path->field->kind != PGA_DJANGO_ONE_TO_ONE))
        return NULL;
    while ((next = strstr(under, "__")))
        under = next + 2;
    if (!g_str_equal(under, path->field->name))
        return NULL;
    target = pga_django_field_target(path->model, path->field);
    return target && target->ordering->len > 0 ? target : NULL;
}

static void
add_term(SqlQuery *query, const PgaDjangoOrder *order, gboolean is_descending)
{
    g_auto(SqlTerm) term = {0};

    if (order->is_random)
        term.sql = g_strdup("RANDOM()");
    else if (order->path.annotation && order->path.transforms->len == 0 && !order->function &&
             is_selected(query, order->path.annotation) &&
             pga_sql_annotation(query, order->path.annotation) &&
             pga_sql_annotation(query, order->path.annotation)->sql)
        term.sql = pga_django_quote(order->path.annotation);
    else
        pga_sql_path_term(query, &order->path, &term);
    if (term.sql && order->function) {
        PgaPyValue name = {.kind = PGA_PY_STRING, .text = order->path.text};
        PgaPyValue call = {.kind = PGA_PY_CALL,
                           .text = order->function,
                           .items = g_ptr_array_new(),
                           .keys = g_ptr_array_new()};

        g_ptr_array_add(call.items, &name);
        g_ptr_array_add(call.keys, NULL);
        pga_sql_term_clear(&term);
        pga_sql_expression(query, &call, TRUE, &term);
        g_ptr_array_unref(call.items);
        g_ptr_array_unref(call.keys);
    }
    if (term.sql)
        add_part(query, g_steal_pointer(&term.sql), is_descending, order->nulls);
    else
        pga_sql_leave_out(query->run, "order by %s", order->path.text);
}

static void /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it */
add_order(SqlQuery *query, const PgaDjangoOrder *order, gboolean is_reversed, guint depth)
{
    const gboolean is_descending = order->is_descending != is_reversed;
    const PgaDjangoModel *related = order->function ? NULL : model_ordered_by(&order->path);

    if (!related || depth > MAX_DEPTH) {
        add_term(query, order, is_descending);
        return;
    }
    for (guint i = 0; i < related->ordering->len && query->order->len < 40; i++) {
        const PgaPyValue *value = g_ptr_array_index(related->ordering, i);
        const char *name = value->kind == PGA_PY_STRING ? value->text : NULL;
        g_autofree char *text = NULL;
        PgaDjangoOrder *inner;

        if (!name) {
            pga_sql_leave_out(query->run, "the ordering of %s", related->name);
            continue;
        }
        text = g_strdup_printf("%s%s__%s", *name == '-' ? "-" : "", order->path.text,
                               name + (*name == '-' || *name == '+'));
        inner = pga_django_order_of_text(query->model, NULL, text);
        add_order(query, inner, is_descending, depth + 1);
        pga_django_order_free(inner);
    }
}

void
pga_sql_add_order(SqlQuery *query)
{
    const PgaDjangoQuerySet *queryset = query->queryset;

    for (guint i = 0; i < queryset->order->len; i++)
        add_order(query, g_ptr_array_index(queryset->order, i), queryset->is_reversed, 0);
}
