/* The arguments of a call of a QuerySet's method as they are known: constants put in for their
 * names, dictionaries for **name, what a local name holds where it is not known later. */
#include <string.h>

#include "code_internal.h"

#define MAX_DEPTH 6

static gboolean
is_literal(const PgaPyValue *value)
{
    return value->kind == PGA_PY_STRING || value->kind == PGA_PY_NUMBER ||
           value->kind == PGA_PY_BOOL || value->kind == PGA_PY_NONE || value->kind == PGA_PY_LIST;
}

static gboolean
is_local(const DjangoFlow *flow, const char *dotted)
{
    g_autofree char *first = g_strndup(dotted, strcspn(dotted, "."));
    gboolean is_bound;

    pga_django_local(flow, first, &is_bound);
    return is_bound;
}

/* What the name stands for: (transfer full) (nullable): it stays. */
static PgaPyValue *
meant(DjangoFlow *flow, const PgaPyValue *name, gboolean with_locals)
{
    g_autoptr(PgaPyValue) value = NULL;
    g_autoptr(DjangoValue) held = NULL;

    if (!is_local(flow, name->text)) {
        if (!flow->place.module)
            return NULL;
        value = pga_django_settled(&flow->place, name);
        return is_literal(value) ? g_steal_pointer(&value) : NULL;
    }
    held = with_locals ? pga_django_eval_dotted(flow, name->text) : NULL;
    flow->has_maybe |= held && held->is_maybe;
    return held && held->py ? pga_py_value_copy(held->py) : NULL;
}

static void /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it */
settle(DjangoFlow *flow, PgaPyValue *value, gboolean with_locals, guint depth)
{
    for (guint i = 0; depth < MAX_DEPTH && value->items && i < value->items->len; i++) {
        PgaPyValue *item = g_ptr_array_index(value->items, i);
        PgaPyValue *own =
            item->kind == PGA_PY_NAME && item->text ? meant(flow, item, with_locals) : NULL;

        if (own) {
            own->line = item->line;
            own->column = item->column;
            own->start = own->end = 0;
            pga_py_value_free(item);
            g_ptr_array_index(value->items, i) = own;
        } else {
            settle(flow, item, with_locals, depth + 1);
        }
    }
}

/* The keys of **name where it holds a dictionary whose keys are all told. */
static gboolean
expand(DjangoFlow *flow, PgaPyValue *call, guint place)
{
    const PgaPyValue *item = g_ptr_array_index(call->items, place);
    g_autoptr(DjangoValue) held = NULL;

    if (item->kind != PGA_PY_OPAQUE || !item->text || strncmp(item->text, "**", 2) != 0 ||
        strpbrk(item->text, "([{ "))
        return FALSE;
    held = pga_django_eval_dotted(flow, item->text + 2);
    if (!held || !held->py || held->py->kind != PGA_PY_DICT)
        return FALSE;
    for (guint i = 0; i < held->py->keys->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(held->py->keys, i);

        if (key->kind != PGA_PY_STRING)
            return FALSE;
    }
    g_ptr_array_remove_index(call->items, place);
    g_ptr_array_remove_index(call->keys, place);
    for (guint i = 0; i < held->py->keys->len; i++) {
        g_ptr_array_insert(call->keys, (gint)(place + i),
                           pga_py_value_copy(g_ptr_array_index(held->py->keys, i)));
        g_ptr_array_insert(call->items, (gint)(place + i),
                           pga_py_value_copy(g_ptr_array_index(held->py->items, i)));
    }
    return TRUE;
}

PgaPyValue *
pga_django_settled_call(DjangoFlow *flow, TSNode node, gboolean with_locals)
{
    PgaPyValue *call = pga_py_value_new(flow->source, node);

    if (call->kind != PGA_PY_CALL || !call->items) {
        pga_py_value_free(call);
        call = g_new0(PgaPyValue, 1);
        call->kind = PGA_PY_CALL;
        call->text = g_strdup("");
        call->items = g_ptr_array_new_with_free_func((GDestroyNotify)pga_py_value_free);
        call->keys = g_ptr_array_new_with_free_func((GDestroyNotify)pga_py_value_free);
    }
    for (guint i = 0; i < call->items->len && i < 16; i++)
        if (expand(flow, call, i))
            break;
    settle(flow, call, with_locals, 0);
    return call;
}

/* --- dictionaries and lists that change --- */

void
pga_django_dict_add(DjangoValue *dict, const char *key, DjangoValue *value)
{
    if (!dict->keys) {
        dict->keys = g_ptr_array_new_with_free_func(g_free);
        dict->shown = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_value_unref);
    }
    g_ptr_array_add(dict->keys, g_strdup(key));
    g_ptr_array_add(dict->shown, pga_django_value_ref(value));
}

/* name["key"] = value */
void
pga_django_set_item(DjangoFlow *flow, TSNode target, DjangoValue *given, TSNode right)
{
    const TSNode holder = pga_python_child(target, "value");
    g_autofree char *name = NULL;
    g_autoptr(PgaPyValue) key = NULL;
    gboolean is_bound;
    DjangoValue *old, *value;

    if (pga_django_node(flow, holder) != NODE_IDENTIFIER)
        return;
    name = pga_django_text(flow, holder);
    old = pga_django_local(flow, name, &is_bound);
    if (!old || !old->py || (old->is != DJANGO_IS_TUPLE && old->is != DJANGO_IS_PYTHON))
        return;
    key = pga_django_small_text(flow, pga_python_child(target, "subscript"));
    if (!key || key->kind != PGA_PY_STRING || old->py->kind != PGA_PY_DICT ||
        old->py->items->len > 40) {
        pga_django_bind(flow, name, NULL);
        return;
    }
    value = pga_django_value_new(DJANGO_IS_TUPLE);
    value->is_dict = TRUE;
    value->items = old->items
                       ? g_ptr_array_ref(old->items)
                       : g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_value_unref);
    value->py = pga_py_value_copy(old->py);
    for (guint i = 0; old->keys && i < old->keys->len; i++)
        pga_django_dict_add(value, g_ptr_array_index(old->keys, i),
                            g_ptr_array_index(old->shown, i));
    pga_django_dict_add(value, key->text, given);
    g_ptr_array_add(value->py->keys, g_steal_pointer(&key));
    g_ptr_array_add(value->py->items, pga_py_value_new(flow->source, right));
    pga_django_bind(flow, name, value);
}

/* name.append(x): what it holds is no longer known. */
void
pga_django_forget_item(DjangoFlow *flow, TSNode holder)
{
    g_autofree char *name = NULL;
    gboolean is_bound;
    const DjangoValue *old;

    if (pga_django_node(flow, holder) != NODE_IDENTIFIER)
        return;
    name = pga_django_text(flow, holder);
    old = pga_django_local(flow, name, &is_bound);
    if (old && (old->is == DJANGO_IS_TUPLE || old->is == DJANGO_IS_PYTHON))
        pga_django_bind(flow, name, NULL);
}
