/* A class of models with other fields and a longer Meta, in the words of its source. */
#include "django/rewrite.h"

#include <string.h>

#include "project_internal.h"

#define WIDTH 88 /* of lines that are written */

/* --- calls --- */

char *
pga_django_call_text(const PgaPyValue *call, guint indent, guint room)
{
    g_autofree char *line = pga_py_value_text(call);
    g_autoptr(GString) text = g_string_new(NULL);

    if (call->kind != PGA_PY_CALL || indent + room + g_utf8_strlen(line, -1) <= WIDTH)
        return g_steal_pointer(&line);
    g_string_append_printf(text, "%s(\n", call->text);
    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);
        g_autofree char *item = pga_py_value_text(g_ptr_array_index(call->items, i));

        g_string_append_printf(text, "%*s%s%s%s,\n", (int)indent + 4, "", key ? key->text : "",
                               key ? "=" : "", item);
    }
    g_string_append_printf(text, "%*s)", (int)indent, "");
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* --- the class --- */

typedef struct {
    const PgaPythonSource *source;
    GString *text;
    const PgaDjangoRewrite *rewrite;
} Writing;

static TSNode
definition_of(TSNode node)
{
    return pga_python_is(node, "decorated_definition")
               ? ts_node_child_by_field_name(node, "definition", 10)
               : node;
}

static gboolean
is_class(const PgaPythonSource *source, TSNode node, const char *name)
{
    g_autofree char *text = NULL;

    if (!pga_python_is(node, "class_definition"))
        return FALSE;
    text = pga_python_text(source, ts_node_child_by_field_name(node, "name", 4));
    return g_str_equal(text, name);
}

/* The class of that name nearest to the line; a null node. */
static TSNode /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it */
class_at(const PgaPythonSource *source, TSNode node, const PgaDjangoModel *model, guint depth)
{
    for (guint i = 0; depth < 8 && i < ts_node_named_child_count(node); i++) {
        const TSNode child = definition_of(ts_node_named_child(node, i));
        const guint first = ts_node_start_point(child).row + 1;
        const guint last = ts_node_end_point(child).row + 1;
        TSNode inner;

        if (first > model->line || last < model->line)
            continue;
        if (first == model->line && is_class(source, child, model->name))
            return child;
        inner = class_at(source, child, model, depth + 1);
        if (!ts_node_is_null(inner))
            return inner;
    }
    return (TSNode){0};
}

static TSNode
meta_of(const PgaPythonSource *source, TSNode class)
{
    const TSNode body = ts_node_child_by_field_name(class, "body", 4);

    for (guint i = 0; i < ts_node_named_child_count(body); i++) {
        const TSNode node = definition_of(ts_node_named_child(body, i));

        if (is_class(source, node, "Meta"))
            return node;
    }
    return (TSNode){0};
}

/* The node's text at @indent: further lines move with the first. */
static void
append_moved(const Writing *writing, TSNode node, guint indent)
{
    const guint column = ts_node_start_point(node).column;
    g_autofree char *text = pga_python_text(writing->source, node);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    g_string_append_printf(writing->text, "%*s%s", (int)indent, "", lines[0]);
    for (guint i = 1; lines[i]; i++) {
        const gsize blanks = strspn(lines[i], " ");

        if (lines[i][blanks])
            g_string_append_printf(writing->text, "\n%*s%s",
                                   (int)(blanks > column ? blanks - column + indent : indent), "",
                                   lines[i] + blanks);
        else
            g_string_append_c(writing->text, '\n');
    }
}

static void
append_head(const Writing *writing, TSNode class, const char *indent)
{
    const guint start = ts_node_start_byte(class);
    const TSNode body = ts_node_child_by_field_name(class, "body", 4);
    TSNode colon = ts_node_prev_sibling(body);
    g_autofree char *head = NULL;

    while (!ts_node_is_null(colon) && !pga_python_is(colon, ":"))
        colon = ts_node_prev_sibling(colon);
    head = ts_node_is_null(colon)
               ? pga_python_text(writing->source, class)
               : g_strndup(writing->source->text + start, ts_node_end_byte(colon) - start);
    g_string_append_printf(writing->text, "%s%s\n", indent, head);
}

/* What comes in, one on a line. */
static void
append_calls(const Writing *writing, const GPtrArray *calls)
{
    for (guint i = 0; calls && i < calls->len; i++) {
        g_autofree char *text = pga_django_call_text(g_ptr_array_index(calls, i), 12, 1);

        g_string_append_printf(writing->text, "            %s,\n", text);
    }
}

static gboolean
is_gone_index(const PgaPyValue *value, const GPtrArray *names)
{
    const char *name =
        value->kind == PGA_PY_CALL ? pga_py_argument_text(value, G_MAXUINT, "name") : NULL;

    return name && g_ptr_array_find_with_equal_func((GPtrArray *)names, name, g_str_equal, NULL);
}

static gboolean
is_gone_list(const PgaPyValue *value, const GPtrArray *lists)
{
    for (guint i = 0; value->kind == PGA_PY_LIST && i < lists->len; i++) {
        const PgaPyValue *list = g_ptr_array_index(lists, i);
        guint n = value->items->len == list->items->len ? 0 : G_MAXUINT;

        while (n < value->items->len &&
               pga_py_equal(g_ptr_array_index(value->items, n), g_ptr_array_index(list->items, n)))
            n++;
        if (n == value->items->len)
            return TRUE;
    }
    return FALSE;
}

/* Of indexes and index_together. */
static gboolean
is_gone(const Writing *writing, TSNode item)
{
    g_autoptr(PgaPyValue) value = pga_py_value_new(writing->source, item);

    return value && (is_gone_index(value, writing->rewrite->gone_indexes) ||
                     is_gone_list(value, writing->rewrite->gone_together));
}

static guint
count_gone(const Writing *writing, TSNode list)
{
    guint n = 0;

    for (guint i = 0; !ts_node_is_null(list) && i < ts_node_named_child_count(list); i++)
        n += is_gone(writing, ts_node_named_child(list, i));
    return n;
}

/* Whether nothing of the list, but comments, is left. */
static gboolean
is_all_gone(const Writing *writing, TSNode list)
{
    guint n = 0;

    for (guint i = 0; !ts_node_is_null(list) && i < ts_node_named_child_count(list); i++)
        n += !pga_python_is(ts_node_named_child(list, i), "comment");
    return n == count_gone(writing, list) || is_gone(writing, list);
}

/* The list as it is written, and behind it what comes in. */
static void
append_list(const Writing *writing, const char *name, TSNode list, const GPtrArray *calls)
{
    g_string_append_printf(writing->text, "        %s = [\n", name);
    if (pga_python_is(list, "list") || pga_python_is(list, "tuple")) {
        for (guint i = 0; i < ts_node_named_child_count(list); i++) {
            const TSNode item = ts_node_named_child(list, i);

            if (is_gone(writing, item))
                continue;
            append_moved(writing, item, 12);
            g_string_append(writing->text, pga_python_is(item, "comment") ? "\n" : ",\n");
        }
    } else if (!ts_node_is_null(list)) {
        g_autofree char *text = pga_python_text(writing->source, list);

        g_string_append_printf(writing->text, "            *%s,\n", text);
    }
    append_calls(writing, calls);
    g_string_append(writing->text, "        ]\n");
}

/* "indexes" of "indexes = […]": what is assigned; a null node. */
static TSNode
assigned(const PgaPythonSource *source, TSNode statement, const char *name)
{
    const TSNode assignment = pga_python_part(statement, 0);
    g_autofree char *left = NULL;

    if (!pga_python_is(statement, "expression_statement") ||
        !pga_python_is(assignment, "assignment"))
        return (TSNode){0};
    left = pga_python_text(source, ts_node_child_by_field_name(assignment, "left", 4));
    return g_str_equal(left, name) ? ts_node_child_by_field_name(assignment, "right", 5)
                                   : (TSNode){0};
}

/** What was written of a Meta. */
typedef struct {
    gboolean any, indexes, constraints;
} Written;

/* A list that changes; FALSE: the statement stays as it is. */
static gboolean
append_changed(const Writing *writing, TSNode statement, Written *written)
{
    const PgaDjangoRewrite *rewrite = writing->rewrite;
    const TSNode indexes = assigned(writing->source, statement, "indexes");
    const TSNode constraints = assigned(writing->source, statement, "constraints");
    const TSNode together = assigned(writing->source, statement, "index_together");

    if (!ts_node_is_null(indexes) &&
        (rewrite->indexes->len > 0 || count_gone(writing, indexes) > 0)) {
        written->indexes = TRUE;
        if (rewrite->indexes->len == 0 && is_all_gone(writing, indexes))
            return TRUE;
        append_list(writing, "indexes", indexes, rewrite->indexes);
    } else if (!ts_node_is_null(constraints) && rewrite->constraints->len > 0) {
        append_list(writing, "constraints", constraints, rewrite->constraints);
        written->constraints = TRUE;
    } else if (!ts_node_is_null(together) && rewrite->gone_together->len > 0) {
        if (is_all_gone(writing, together))
            return TRUE;
        append_list(writing, "index_together", together, NULL);
    } else {
        return FALSE;
    }
    written->any = TRUE;
    return TRUE;
}

static void
append_meta_body(const Writing *writing, TSNode meta, const PgaDjangoRewrite *rewrite)
{
    const TSNode body = ts_node_child_by_field_name(meta, "body", 4);
    Written written = {0};

    for (guint i = 0; i < ts_node_named_child_count(body); i++) {
        const TSNode node = ts_node_named_child(body, i);

        if (pga_python_is(node, "pass_statement") || append_changed(writing, node, &written))
            continue;
        append_moved(writing, node, 8);
        g_string_append_c(writing->text, '\n');
        written.any = TRUE;
    }
    if (!written.indexes && rewrite->indexes->len > 0)
        append_list(writing, "indexes", (TSNode){0}, rewrite->indexes);
    if (!written.constraints && rewrite->constraints->len > 0)
        append_list(writing, "constraints", (TSNode){0}, rewrite->constraints);
    if (!written.any && rewrite->indexes->len + rewrite->constraints->len == 0)
        g_string_append(writing->text, "        pass\n");
}

/* --- a Meta that is not there --- */

/* The first of the bases that is an abstract model of the project, as the class names it: its Meta
 * is what the class has so far. (nullable) (transfer full) */
static char *
abstract_base(const PgaDjangoProject *project, const PgaPythonSource *source, TSNode class,
              const PgaDjangoModel *model)
{
    const TSNode bases = ts_node_child_by_field_name(class, "superclasses", 12);

    for (guint i = 0; !ts_node_is_null(bases) && i < ts_node_named_child_count(bases); i++) {
        g_autofree char *base = pga_python_text(source, ts_node_named_child(bases, i));
        const char *dot = strrchr(base, '.');
        const char *last = dot ? dot + 1 : base;

        for (guint j = 0; j < project->models->len; j++) {
            const PgaDjangoModel *one = g_ptr_array_index(project->models, j);

            if (one->is_abstract && one != model && g_str_equal(one->name, last))
                return g_steal_pointer(&base);
        }
    }
    return NULL;
}

static void
append_inherited(const Writing *writing, const char *name, const char *base,
                 const GPtrArray *inherited, const GPtrArray *calls)
{
    if (calls->len == 0)
        return;
    g_string_append_printf(writing->text, "        %s = [\n", name);
    if (base && inherited->len > 0)
        g_string_append_printf(writing->text, "            *%s.Meta.%s,\n", base, name);
    append_calls(writing, calls);
    g_string_append(writing->text, "        ]\n");
}

static void
append_new_meta(const Writing *writing, const char *base, const PgaDjangoRewrite *rewrite)
{
    g_string_append_printf(writing->text, "    class Meta%s%s%s:\n", base ? "(" : "",
                           base ? base : "", base ? ".Meta)" : "");
    append_inherited(writing, "indexes", base, rewrite->model->indexes, rewrite->indexes);
    append_inherited(writing, "constraints", base, rewrite->model->constraints,
                     rewrite->constraints);
}

static gboolean
changes_meta(const PgaDjangoRewrite *rewrite)
{
    return rewrite->indexes->len + rewrite->constraints->len + rewrite->gone_indexes->len +
               rewrite->gone_together->len >
           0;
}

gboolean
pga_django_rewrite_finds(const PgaDjangoRewrite *rewrite)
{
    const Writing writing = {rewrite->source, NULL, rewrite};
    const TSNode class =
        class_at(rewrite->source, pga_python_root(rewrite->source), rewrite->model, 0);
    const TSNode meta = ts_node_is_null(class) ? class : meta_of(rewrite->source, class);
    const TSNode body = ts_node_is_null(meta) ? meta : ts_node_child_by_field_name(meta, "body", 4);
    guint n = 0;

    for (guint i = 0; !ts_node_is_null(body) && i < ts_node_named_child_count(body); i++) {
        const TSNode statement = ts_node_named_child(body, i);
        const TSNode indexes = assigned(rewrite->source, statement, "indexes");
        const TSNode together = assigned(rewrite->source, statement, "index_together");

        n += count_gone(&writing, indexes) + count_gone(&writing, together);
        n += !ts_node_is_null(together) && is_gone(&writing, together);
    }
    return n > 0;
}

gboolean
pga_django_rewrite_holds(const PgaPythonSource *source, const PgaDjangoModel *model, guint line)
{
    const TSNode class = class_at(source, pga_python_root(source), model, 0);

    return !ts_node_is_null(class) && line > ts_node_start_point(class).row &&
           line <= ts_node_end_point(class).row + 1;
}

char *
pga_django_rewrite(const PgaDjangoProject *project, const PgaDjangoRewrite *rewrite)
{
    g_autoptr(PgaPythonSource) own =
        rewrite->source ? NULL : pga_django_file_parse(rewrite->model->file, NULL);
    const PgaPythonSource *source = rewrite->source ? rewrite->source : own;
    g_autoptr(GString) text = g_string_new(NULL);
    const Writing writing = {source, text, rewrite};
    TSNode class, meta;

    if (!source)
        return NULL;
    class = class_at(source, pga_python_root(source), rewrite->model, 0);
    if (ts_node_is_null(class))
        return NULL;
    append_head(&writing, class, "");
    for (guint i = 0; i < rewrite->fields->len; i++)
        g_string_append_printf(text, "    %s\n",
                               (const char *)g_ptr_array_index(rewrite->fields, i));
    meta = meta_of(source, class);
    if (changes_meta(rewrite) && rewrite->fields->len > 0)
        g_string_append_c(text, '\n');
    if (!changes_meta(rewrite))
        return g_string_free(g_steal_pointer(&text), FALSE);
    if (ts_node_is_null(meta)) {
        g_autofree char *base = abstract_base(project, source, class, rewrite->model);

        append_new_meta(&writing, base, rewrite);
    } else {
        append_head(&writing, meta, "    ");
        append_meta_body(&writing, meta, rewrite);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
