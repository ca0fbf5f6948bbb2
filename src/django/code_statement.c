/* Statements, one after the other: what they bind, and whether their end is reached. */
#include <string.h>

#include "code_internal.h"

/* NOLINTBEGIN(misc-no-recursion): flow->nesting ends it */

gboolean
pga_django_run_block(DjangoFlow *flow, TSNode block)
{
    gboolean goes_on = TRUE;

    if (ts_node_is_null(block))
        return TRUE;
    for (guint i = 0; i < ts_node_named_child_count(block); i++)
        goes_on &= pga_django_run(flow, ts_node_named_child(block, i));
    return goes_on;
}

static void
unref(DjangoValue *value)
{
    pga_django_value_unref(value);
}

/* --- assignments --- */

/* a, b = value */
static void
assign_each(DjangoFlow *flow, TSNode target, DjangoValue *value, TSNode right)
{
    const guint n = ts_node_named_child_count(target);
    const gboolean is_list = value && value->items && value->items->len == n &&
                             (value->is == DJANGO_IS_TUPLE || value->is == DJANGO_IS_ITERATION);

    for (guint i = 0; i < n; i++) {
        DjangoValue *item = is_list ? g_ptr_array_index(value->items, i) : NULL;

        pga_django_assign(flow, ts_node_named_child(target, i), pga_django_value_ref(item), right);
    }
    unref(value);
}

static void
assign_attribute(DjangoFlow *flow, TSNode target, DjangoValue *value, TSNode right)
{
    g_autoptr(DjangoValue) object = pga_django_eval(flow, pga_python_child(target, "object"));
    g_autofree char *name = pga_django_text(flow, pga_python_child(target, "attribute"));
    g_autofree char *dotted = pga_django_dotted(flow, target);

    if (pga_django_value_is(object, DJANGO_IS_INSTANCE)) {
        pga_django_set_attribute(flow, object, name, value, target, right);
        unref(value);
        return;
    }
    if (dotted && !strpbrk(dotted, "()[]"))
        pga_django_bind(flow, dotted, value);
    else
        unref(value);
}

/* obj.data["key"] = … writes obj.data; context["orders"] = qs keeps it. */
static void
assign_subscript(DjangoFlow *flow, TSNode target, DjangoValue *value, TSNode right)
{
    const TSNode holder = pga_django_whole(flow, target);

    pga_django_change_item(flow, target, right);
    if (pga_django_value_is(value, DJANGO_IS_QUERYSET) &&
        pga_django_node(flow, holder) != NODE_ATTRIBUTE) {
        g_autofree char *name = pga_django_text(flow, holder);
        const gboolean is_context = strstr(name, "context") != NULL;

        pga_django_escape(flow, value, right,
                          is_context ? PGA_DJANGO_FETCH : PGA_DJANGO_UNEVALUATED);
    }
    pga_django_set_item(flow, target, value, right);
    pga_django_note_context(flow, target, value);
    unref(value);
}

void
pga_django_assign(DjangoFlow *flow, TSNode target, DjangoValue *value, TSNode right)
{
    g_autofree char *name = NULL;

    if (++flow->nesting > PGA_DJANGO_MAX_NESTING) {
        unref(value);
        flow->nesting--;
        return;
    }
    switch ((int)pga_django_node(flow, target)) {
    case NODE_IDENTIFIER:
        name = pga_django_text(flow, target);
        pga_django_bind(flow, name, value);
        break;
    case NODE_SEQUENCE:
        assign_each(flow, target, value, right);
        break;
    case NODE_ATTRIBUTE:
        assign_attribute(flow, target, value, right);
        break;
    case NODE_SUBSCRIPT:
        assign_subscript(flow, target, value, right);
        break;
    case NODE_WRAPPER:
    case NODE_SPLAT:
        unref(value);
        pga_django_assign(flow, pga_python_part(target, 0), NULL, right);
        break;
    default:
        unref(value);
        break;
    }
    flow->nesting--;
}

/* x: Order, x: "QuerySet[Order]": what a name is said to be. */
static DjangoValue *
annotated(DjangoFlow *flow, TSNode assignment, DjangoValue *value)
{
    const TSNode type = pga_python_child(assignment, "type");

    if (value || ts_node_is_null(type))
        return value;
    return pga_django_annotated(flow, type, PGA_DJANGO_OBJECT_RETURNED);
}

static gboolean
is_built(const PgaPyValue *value)
{
    return value && (value->kind == PGA_PY_BINARY ||
                     (value->kind == PGA_PY_CALL && g_str_has_suffix(value->text, ".format")));
}

/* sql = "… {}".format(name) */
static void
note_built(DjangoFlow *flow, TSNode left, TSNode right)
{
    const DjangoNode kind = pga_django_node(flow, right);
    g_autofree char *name = NULL;
    g_autoptr(PgaPyValue) value = NULL;

    if (flow->is_rough || pga_django_node(flow, left) != NODE_IDENTIFIER)
        return;
    name = pga_django_text(flow, left);
    if (flow->built)
        g_hash_table_remove(flow->built, name);
    if (kind != NODE_BINARY && kind != NODE_CALL && kind != NODE_WRAPPER)
        return;
    value = pga_django_small_value(flow, right);
    if (!is_built(value))
        return;
    if (!flow->built)
        flow->built = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify)pga_py_value_free);
    g_hash_table_replace(flow->built, g_steal_pointer(&name), g_steal_pointer(&value));
}

const PgaPyValue *
pga_django_built_text(const DjangoFlow *flow, TSNode name)
{
    g_autofree char *text = NULL;

    if (!flow->built || pga_django_node(flow, name) != NODE_IDENTIFIER)
        return NULL;
    text = pga_django_text(flow, name);
    return g_hash_table_lookup(flow->built, text);
}

static void
run_assignment(DjangoFlow *flow, TSNode assignment)
{
    const TSNode left = pga_python_child(assignment, "left");
    TSNode right = pga_python_child(assignment, "right");
    DjangoValue *value;

    if (ts_node_is_null(right))
        return;
    if (pga_django_node(flow, right) == NODE_ASSIGNMENT) { /* a = b = value */
        run_assignment(flow, right);
        value = pga_django_eval_target(flow, pga_python_child(right, "left"));
    } else {
        value = pga_django_eval(flow, right);
    }
    note_built(flow, left, right);
    pga_django_assign(flow, left, annotated(flow, assignment, value), right);
}

/* q |= Q(b=2): one value of both. */
static DjangoValue *
combined(DjangoFlow *flow, DjangoValue *old, const char *sign, TSNode right)
{
    g_autoptr(DjangoValue) added = pga_django_eval(flow, right);
    DjangoValue *value;

    if (pga_django_value_is(old, DJANGO_IS_QUERYSET) &&
        pga_django_value_is(added, DJANGO_IS_QUERYSET))
        return pga_django_combine(flow, old, added, sign);
    if (pga_django_value_is(old, DJANGO_IS_PYTHON) && (*sign == '|' || *sign == '&')) {
        value = pga_django_value_new(DJANGO_IS_PYTHON);
        value->is_maybe = old->is_maybe;
        value->py = pga_django_binary(sign, pga_py_value_copy(old->py),
                                      pga_django_settled_value(flow, right));
        return value;
    }
    return pga_django_value_made_of(
        old && old->origins ? pga_django_value_made_of(pga_django_value_ref(old), NULL) : NULL,
        added);
}

void
pga_django_augment(DjangoFlow *flow, TSNode statement)
{
    const TSNode left = pga_python_child(statement, "left");
    const TSNode right = pga_python_child(statement, "right");
    g_autofree char *sign = pga_django_text(flow, pga_python_child(statement, "operator"));

    if (pga_django_node(flow, left) == NODE_ATTRIBUTE) {
        g_autoptr(DjangoValue) object = pga_django_eval(flow, pga_python_child(left, "object"));
        g_autofree char *name = pga_django_text(flow, pga_python_child(left, "attribute"));

        if (pga_django_value_is(object, DJANGO_IS_INSTANCE)) {
            pga_django_change_attribute(flow, object, name, sign, left, right);
            return;
        }
    }
    {
        g_autoptr(DjangoValue) old = pga_django_eval_target(flow, left);
        DjangoValue *value = combined(flow, old, sign, right);

        if (pga_django_node(flow, left) == NODE_SUBSCRIPT) {
            pga_django_change_item(flow, left, right);
            pga_django_value_unref(value);
        } else {
            pga_django_assign(flow, left, value, right);
        }
    }
}

/* --- imports in functions --- */

static void
bind_import(DjangoFlow *flow, TSNode name, const char *from)
{
    const gboolean is_aliased = strcmp(ts_node_type(name), "aliased_import") == 0;
    g_autofree char *dotted =
        pga_django_text(flow, is_aliased ? pga_python_child(name, "name") : name);
    g_autofree char *whole =
        from && *from ? g_strconcat(from, ".", dotted, NULL) : g_strdup(dotted);
    g_autofree char *alias =
        is_aliased ? pga_django_text(flow, pga_python_child(name, "alias")) : g_strdup(dotted);
    g_auto(DjangoMeaning) meaning = {0};

    if (!from && !is_aliased && strchr(alias, '.')) { /* import a.b binds a */
        *strchr(alias, '.') = '\0';
        g_free(whole);
        whole = g_strdup(alias);
    }
    if (!flow->place.module || !pga_django_imported(&flow->place, whole, &meaning)) {
        pga_django_bind(flow, alias, NULL);
        return;
    }
    pga_django_bind(flow, alias, pga_django_meaning_value(flow, &meaning, &flow->place));
}

void
pga_django_run_import(DjangoFlow *flow, TSNode statement)
{
    const TSNode module = pga_python_child(statement, "module_name");
    g_autofree char *from = ts_node_is_null(module) ? NULL
                                                    : pga_django_absolute(flow->place.module->file,
                                                                          flow->source, module);

    for (guint i = 0; i < ts_node_named_child_count(statement); i++) {
        const TSNode name = ts_node_named_child(statement, i);
        const char *type = ts_node_type(name);

        if (!ts_node_is_null(module) && ts_node_eq(name, module))
            continue;
        if (strcmp(type, "dotted_name") == 0 || strcmp(type, "aliased_import") == 0)
            bind_import(flow, name, from);
    }
}

/* --- leaving --- */

static void
run_return(DjangoFlow *flow, TSNode statement)
{
    const TSNode expression = pga_python_part(statement, 0);
    g_autoptr(DjangoValue) value =
        ts_node_is_null(expression) ? NULL : pga_django_eval(flow, expression);
    PgaDjangoEvent *event;

    if (flow->is_nested) { /* of a function in the function */
        pga_django_event_emit(flow, PGA_DJANGO_RETURN, statement);
        return;
    }
    pga_django_escape(flow, value, expression,
                      pga_django_is_evaluated_later(flow) ? PGA_DJANGO_FETCH
                                                          : PGA_DJANGO_UNEVALUATED);
    event = pga_django_event_emit(flow, PGA_DJANGO_RETURN, statement);
    if (event && !ts_node_is_null(expression))
        event->value = pga_django_small_value(flow, expression);
    if (event && pga_django_value_is(value, DJANGO_IS_INSTANCE))
        event->object = value->object;
    if (!flow->has_result) {
        flow->result = pga_django_value_ref(value);
    } else {
        DjangoValue *merged = pga_django_merge(flow, flow->result, value);

        unref(flow->result);
        flow->result = merged;
    }
    flow->has_result = TRUE;
}

static void
run_raise(DjangoFlow *flow, TSNode statement)
{
    const TSNode expression = pga_python_part(statement, 0);
    PgaDjangoEvent *event;

    for (guint i = 0; i < ts_node_named_child_count(statement); i++)
        unref(pga_django_eval_quietly(flow, ts_node_named_child(statement, i)));
    event = pga_django_event_emit(flow, PGA_DJANGO_RAISE, statement);
    if (event && !ts_node_is_null(expression)) {
        g_autofree char *name = pga_django_called(flow, expression);

        event->name = name ? g_ref_string_new_intern(name) : NULL;
    }
}

static void
run_assert(DjangoFlow *flow, TSNode statement)
{
    for (guint i = 0; i < ts_node_named_child_count(statement); i++)
        unref(pga_django_eval_test(flow, ts_node_named_child(statement, i)));
}

static void
run_expression(DjangoFlow *flow, TSNode statement)
{
    for (guint i = 0; i < ts_node_named_child_count(statement); i++) {
        const TSNode part = ts_node_named_child(statement, i);

        switch ((int)pga_django_node(flow, part)) {
        case NODE_ASSIGNMENT:
            run_assignment(flow, part);
            break;
        case NODE_AUGMENTED:
            pga_django_augment(flow, part);
            break;
        case NODE_STRING: /* documentation */
            break;
        default:
            unref(pga_django_eval(flow, part));
            break;
        }
    }
}

static gboolean
run_simple(DjangoFlow *flow, TSNode statement, DjangoNode kind)
{
    switch ((int)kind) {
    case NODE_EXPRESSION_STATEMENT:
        run_expression(flow, statement);
        return TRUE;
    case NODE_RETURN:
        run_return(flow, statement);
        return FALSE;
    case NODE_RAISE:
        run_raise(flow, statement);
        return FALSE;
    case NODE_LEAVE:
        return FALSE;
    case NODE_ASSERT:
        run_assert(flow, statement);
        return TRUE;
    case NODE_DELETE:
        pga_django_run_delete(flow, statement);
        return TRUE;
    case NODE_IMPORT:
        pga_django_run_import(flow, statement);
        return TRUE;
    default:
        return pga_django_run_compound(flow, statement, kind);
    }
}

gboolean
pga_django_run(DjangoFlow *flow, TSNode statement)
{
    const DjangoNode kind = pga_django_node(flow, statement);
    const TSNode around = flow->statement;
    gboolean goes_on = TRUE;

    if (kind == NODE_COMMENT || kind == NODE_OTHER)
        return TRUE;
    if (++flow->nesting <= PGA_DJANGO_MAX_NESTING) {
        flow->statement = statement;
        g_clear_pointer(&flow->text, g_ref_string_release);
        goes_on = run_simple(flow, statement, kind);
        g_clear_pointer(&flow->text, g_ref_string_release);
        flow->statement = around;
    }
    flow->nesting--;
    return goes_on;
}

/* NOLINTEND(misc-no-recursion) */
