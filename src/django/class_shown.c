/* Classes that show lists: what they inherit from, which serializers they use. */
#include <string.h>

#include "class_internal.h"

#define MAX_RETURNS 20
#define MAX_NESTING 60

static char *
qualified(const DjangoClass *class)
{
    return g_strconcat(class->module->file->module, ".", class->name, NULL);
}

char *
pga_django_class_named(const DjangoReading *reading, const DjangoClass *where, const char *name)
{
    g_auto(DjangoMeaning) meaning = {0};

    return name &&
                   pga_django_meaning(&(DjangoPlace){reading->project, where->module, where->outer},
                                      name, &meaning) &&
                   meaning.class
               ? qualified(meaning.class)
               : NULL;
}

/* --- lists or single objects --- */

/* FALSE: it has lists, or nobody knows. */
static gboolean
is_of_single(const char *base)
{
    static const char *const words[] = {"Retrieve", "Create", "Update", "Destroy", "Generic"};

    if (strstr(base, "List"))
        return FALSE;
    if (g_str_has_suffix(base, "Mixin"))
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(base, words[i]))
            return TRUE;
    return FALSE;
}

static gboolean
has_list(const DjangoClass *class)
{
    return g_hash_table_contains(class->scope->functions, "list") ||
           g_hash_table_contains(class->scope->functions, "get");
}

static gboolean
shows_single(const DjangoReading *reading)
{
    gboolean is_single = FALSE;

    for (guint i = 0; i < reading->ancestry.classes->len; i++) {
        const DjangoClass *class = g_ptr_array_index(reading->ancestry.classes, i);
        const DjangoPlace place = {reading->project, class->module, class->outer};

        if (has_list(class))
            return FALSE;
        for (guint j = 0; j < class->bases->len; j++) {
            const PgaPyValue *base = g_ptr_array_index(class->bases, j);
            g_auto(DjangoMeaning) meaning = {0};

            if (base->kind != PGA_PY_NAME || !pga_django_meaning(&place, base->text, &meaning))
                return FALSE;
            if (meaning.external && !is_of_single(pga_py_last_name(base)))
                return FALSE;
            is_single |= meaning.external != NULL;
        }
    }
    return is_single;
}

/* --- get_serializer_class() --- */

/** Its returns, in order. */
typedef struct {
    const DjangoReading *reading;
    const DjangoClass *where;
    gboolean is_told; /* one return is of lists and of nothing else */
    guint n_returns;
} Returns;

static gboolean
names_list(const char *condition)
{
    return strstr(condition, "\"list\"") || strstr(condition, "'list'");
}

/* A condition that holds for other actions than list. */
static gboolean
names_other(const char *condition)
{
    static const char *const words[] = {"action", "method", "kwargs", "detail"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(condition, words[i]))
            return TRUE;
    return FALSE;
}

static void
take_name(const DjangoReading *reading, const DjangoClass *where, const char *name)
{
    char *full = pga_django_class_named(reading, where, name);

    if (full)
        g_ptr_array_add(reading->out->serializers, full);
}

static void
take_attribute(const DjangoReading *reading, const char *name)
{
    const DjangoClass *where = NULL;
    g_autoptr(PgaPyValue) value = pga_django_class_attribute(reading, name, &where);

    if (value && value->kind == PGA_PY_NAME)
        take_name(reading, where, value->text);
}

/* OrderSerializer, self.list_serializer, super().get_serializer_class() */
static void
take_value(const Returns *returns, TSNode value)
{
    g_autofree char *text = pga_python_text(returns->reading->source, value);

    if (pga_python_is(value, "call") && g_str_has_suffix(text, ".get_serializer_class()"))
        take_attribute(returns->reading, "serializer_class");
    else if (pga_python_is(value, "attribute") && g_str_has_prefix(text, "self."))
        take_attribute(returns->reading, text + strlen("self."));
    else if (pga_python_is(value, "identifier") || pga_python_is(value, "attribute"))
        take_name(returns->reading, returns->where, text);
}

static void
take_return(Returns *returns, TSNode statement, const char *condition)
{
    const TSNode value = pga_python_part(statement, 0);
    const gboolean is_list =
        names_list(condition) && !strstr(condition, "not in") && !strstr(condition, "!=");

    if (ts_node_is_null(value) || returns->is_told || returns->n_returns++ >= MAX_RETURNS ||
        (!is_list && names_other(condition)))
        return;
    if (is_list) {
        g_ptr_array_set_size(returns->reading->out->serializers, 0);
        returns->is_told = TRUE;
    }
    take_value(returns, value);
}

static void /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it */
walk(Returns *returns, TSNode node, const char *condition, guint depth)
{
    if (depth > MAX_NESTING || pga_python_is(node, "function_definition") ||
        pga_python_is(node, "lambda"))
        return;
    if (pga_python_is(node, "return_statement")) {
        take_return(returns, node, condition);
        return;
    }
    for (guint i = 0; i < ts_node_named_child_count(node); i++) {
        const TSNode inner = ts_node_named_child(node, i);
        const TSNode test =
            pga_python_is(inner, "if_statement") || pga_python_is(inner, "elif_clause")
                ? pga_python_child(inner, "condition")
                : (TSNode){0};
        g_autofree char *own =
            ts_node_is_null(test) ? NULL : pga_python_text(returns->reading->source, test);

        walk(returns, inner,
             own                                   ? own
             : pga_python_is(inner, "else_clause") ? ""
                                                   : condition,
             depth + 1);
    }
}

static void
take_returned(const DjangoReading *reading, const DjangoClass *where,
              const DjangoFunction *function)
{
    Returns returns = {reading, where, FALSE, 0};
    const TSNode node = ts_node_named_descendant_for_byte_range(pga_python_root(reading->source),
                                                                function->start, function->end);
    const TSNode body = pga_python_child(node, "body");

    if (pga_python_is(node, "function_definition") && !ts_node_is_null(body))
        walk(&returns, body, "", 0);
}

void
pga_django_class_shown(const DjangoReading *reading)
{
    const DjangoFunction *function = NULL;
    const DjangoClass *where = NULL;

    for (guint i = 0; i < reading->ancestry.classes->len; i++) {
        const DjangoClass *class = g_ptr_array_index(reading->ancestry.classes, i);

        g_ptr_array_add(reading->out->lineage, qualified(class));
        if (function)
            continue;
        function = g_hash_table_lookup(class->scope->functions, "get_serializer_class");
        where = class;
    }
    if (reading->out->kind != PGA_DJANGO_CLASS_API_VIEW)
        return;
    reading->out->is_single = shows_single(reading);
    if (function && where->module == reading->class->module)
        take_returned(reading, where, function);
    if (!function)
        take_attribute(reading, "serializer_class");
}
