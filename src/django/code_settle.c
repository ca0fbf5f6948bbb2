/* The arguments of a call of a QuerySet's method as they are known: constants put in for their
 * names, dictionaries for **name, what a local name holds where it is not known later. */
#include <string.h>

#include "code_internal.h"

#define MAX_DEPTH 6
#define MAX_KEYS  40 /* of a dictionary that grows */

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

PgaPyValue *
pga_django_constant(DjangoFlow *flow, const char *dotted)
{
    const PgaPyValue name = {.kind = PGA_PY_NAME, .text = (char *)dotted};
    g_autoptr(PgaPyValue) value = meant(flow, &name, TRUE);

    return value && is_literal(value) ? g_steal_pointer(&value) : NULL;
}

/* --- **filters --- */

/** What **name or **{…} stands for. */
typedef struct {
    PgaPyValue *dict;
    guint n_sure; /* its first keys; the others are there on some ways only */
} Splat;

static gboolean
has_all_keys(const PgaPyValue *dict)
{
    for (guint i = 0; i < dict->keys->len; i++)
        if (((const PgaPyValue *)g_ptr_array_index(dict->keys, i))->kind != PGA_PY_STRING)
            return FALSE;
    return TRUE;
}

/* name[f"{field}__gte"] */
static void
settle_key(DjangoFlow *flow, TSNode node, PgaPyValue *key)
{
    char *text = key && key->kind != PGA_PY_STRING ? pga_django_constant_text(flow, node) : NULL;

    if (!text)
        return;
    g_free(key->text);
    key->text = text;
    key->kind = PGA_PY_STRING;
    g_clear_pointer(&key->items, g_ptr_array_unref);
}

/* {f"{field}__gte": 1}: FALSE: a key is not known. */
static gboolean
settle_keys(DjangoFlow *flow, TSNode node, PgaPyValue *dict)
{
    guint at = 0;

    for (guint i = 0; i < ts_node_named_child_count(node) && at < dict->keys->len; i++) {
        const TSNode pair = ts_node_named_child(node, i);

        if (strcmp(ts_node_type(pair), "comment") == 0)
            continue;
        if (strcmp(ts_node_type(pair), "pair") != 0)
            return FALSE;
        settle_key(flow, pga_python_child(pair, "key"), g_ptr_array_index(dict->keys, at++));
    }
    return has_all_keys(dict);
}

/* Of a name. */
static gboolean
held_splat(DjangoFlow *flow, const char *name, Splat *splat)
{
    g_autoptr(DjangoValue) held = strpbrk(name, "([{ ") ? NULL : pga_django_eval_dotted(flow, name);

    if (!held || !held->py || held->py->kind != PGA_PY_DICT || !has_all_keys(held->py))
        return FALSE;
    splat->dict = pga_py_value_copy(held->py);
    splat->n_sure = held->is_maybe ? held->n_sure : held->py->keys->len;
    return TRUE;
}

/* Of a dictionary that is written there, below @root. */
static gboolean
written_splat(DjangoFlow *flow, TSNode root, const PgaPyValue *item, Splat *splat)
{
    TSNode node;

    if (item->end <= item->start || item->start < ts_node_start_byte(root) ||
        item->end > ts_node_end_byte(root))
        return FALSE;
    node = ts_node_descendant_for_byte_range(root, item->start, item->end);
    if (!ts_node_is_null(node) && strcmp(ts_node_type(node), "dictionary_splat") == 0)
        node = pga_python_part(node, 0);
    if (pga_django_node(flow, node) != NODE_DICTIONARY)
        return FALSE;
    splat->dict = pga_py_value_new(flow->source, node);
    splat->n_sure = splat->dict->keys->len;
    if (settle_keys(flow, node, splat->dict))
        return TRUE;
    g_clear_pointer(&splat->dict, pga_py_value_free);
    return FALSE;
}

/* The keys of **name or **{…} where they are all told. */
static gboolean
expand(DjangoFlow *flow, TSNode root, PgaPyValue *call, guint place)
{
    const PgaPyValue *item = g_ptr_array_index(call->items, place);
    Splat splat = {0};

    if (item->kind != PGA_PY_OPAQUE || !item->text || strncmp(item->text, "**", 2) != 0 ||
        (!held_splat(flow, item->text + 2, &splat) && !written_splat(flow, root, item, &splat)))
        return FALSE;
    g_ptr_array_remove_index(call->items, place);
    g_ptr_array_remove_index(call->keys, place);
    for (guint i = 0; i < splat.dict->keys->len; i++) {
        const gint to = i < splat.n_sure ? (gint)(place + i) : -1;

        g_ptr_array_insert(call->keys, to,
                           pga_py_value_copy(g_ptr_array_index(splat.dict->keys, i)));
        g_ptr_array_insert(call->items, to,
                           pga_py_value_copy(g_ptr_array_index(splat.dict->items, i)));
    }
    flow->n_optional += splat.dict->keys->len - splat.n_sure;
    pga_py_value_free(splat.dict);
    return TRUE;
}

/* Of Q(**{…}) in it, too: what is added there on some ways is all as if it were not sure. */
static void /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it */
expand_all(DjangoFlow *flow, TSNode root, PgaPyValue *value, guint depth)
{
    enum { MOST = 16 };
    const guint n = value->items && depth < MAX_DEPTH ? MIN(value->items->len, MOST) : 0;

    for (guint i = n; i-- > 0;) {
        PgaPyValue *item = g_ptr_array_index(value->items, i);
        const guint n_optional = flow->n_optional;

        if (item->items)
            expand_all(flow, root, item, depth + 1);
        else if (value->kind == PGA_PY_CALL && value->keys)
            expand(flow, root, value, i);
        if (depth > 0 && flow->n_optional > n_optional) {
            flow->has_maybe = TRUE;
            flow->n_optional = n_optional;
        }
    }
}

PgaPyValue *
pga_django_settled_value(DjangoFlow *flow, TSNode node)
{
    PgaPyValue *value = pga_py_value_new(flow->source, node);
    const gboolean has_maybe = flow->has_maybe;

    expand_all(flow, node, value, 1);
    flow->has_maybe = has_maybe;
    return value;
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
    expand_all(flow, node, call, 0);
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

/* (transfer full): a dictionary that can be added to; @old (nullable): what it has already. */
static DjangoValue *
dict_of(const DjangoValue *old)
{
    DjangoValue *value = pga_django_value_new(DJANGO_IS_TUPLE);

    value->is_dict = TRUE;
    value->is_maybe = old && old->is_maybe;
    value->n_sure = old ? old->n_sure : 0;
    value->items = old && old->items
                       ? g_ptr_array_ref(old->items)
                       : g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_value_unref);
    value->py = old ? pga_py_value_copy(old->py) : g_new0(PgaPyValue, 1);
    for (guint i = 0; old && old->keys && i < old->keys->len; i++)
        pga_django_dict_add(value, g_ptr_array_index(old->keys, i),
                            g_ptr_array_index(old->shown, i));
    if (old)
        return value;
    value->py->kind = PGA_PY_DICT;
    value->py->keys = g_ptr_array_new_with_free_func((GDestroyNotify)pga_py_value_free);
    value->py->items = g_ptr_array_new_with_free_func((GDestroyNotify)pga_py_value_free);
    return value;
}

static void
add_pair(const DjangoValue *dict, const PgaPyValue *key, const PgaPyValue *item)
{
    g_ptr_array_add(dict->py->keys, pga_py_value_copy(key));
    g_ptr_array_add(dict->py->items, pga_py_value_copy(item));
}

/* (n=1), ({"n": 1}): FALSE: what it adds is not told. */
static gboolean
add_arguments(DjangoFlow *flow, const DjangoValue *dict, TSNode node)
{
    const guint n_optional = flow->n_optional;
    g_autoptr(PgaPyValue) call = pga_django_settled_call(flow, node, FALSE);
    const gboolean is_sure = flow->n_optional == n_optional;

    flow->n_optional = n_optional;
    for (guint i = 0; is_sure && i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);
        const PgaPyValue *item = g_ptr_array_index(call->items, i);

        if (key) {
            add_pair(dict, key, item);
            continue;
        }
        if (item->kind != PGA_PY_DICT || !has_all_keys(item) || item->keys->len > MAX_KEYS)
            return FALSE;
        for (guint j = 0; j < item->keys->len; j++)
            add_pair(dict, g_ptr_array_index(item->keys, j), g_ptr_array_index(item->items, j));
    }
    return is_sure && dict->py->keys->len <= MAX_KEYS;
}

DjangoValue *
pga_django_dict_value(DjangoFlow *flow, TSNode node)
{
    g_autoptr(DjangoValue) value = dict_of(NULL);

    return add_arguments(flow, value, node) ? g_steal_pointer(&value) : NULL;
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
    settle_key(flow, pga_python_child(target, "subscript"), key);
    if (!key || key->kind != PGA_PY_STRING || old->py->kind != PGA_PY_DICT ||
        old->py->items->len > MAX_KEYS) {
        pga_django_bind(flow, name, NULL);
        return;
    }
    value = dict_of(old);
    pga_django_dict_add(value, key->text, given);
    g_ptr_array_add(value->py->keys, g_steal_pointer(&key));
    g_ptr_array_add(value->py->items, pga_py_value_new(flow->source, right));
    pga_django_bind(flow, name, value);
}

/* q.add(Q(n=1), Q.OR): both. (nullable): how is not told. */
static DjangoValue *
added(DjangoFlow *flow, const DjangoValue *old, TSNode node)
{
    g_autoptr(PgaPyValue) call = pga_django_settled_value(flow, node);
    const PgaPyValue *other = pga_py_argument(call, 0, "data");
    const PgaPyValue *how = pga_py_argument(call, 1, "conn_type");
    const char *word = how && how->kind == PGA_PY_NAME ? pga_py_last_name(how) : "";
    DjangoValue *value;

    if (!other || (!g_str_equal(word, "OR") && !g_str_equal(word, "AND")))
        return NULL;
    value = pga_django_value_new(DJANGO_IS_PYTHON);
    value->is_maybe = old->is_maybe;
    value->py = pga_django_binary(*word == 'O' ? "|" : "&", pga_py_value_copy(old->py),
                                  pga_py_value_copy(other));
    return value;
}

/* name.append(x): what it holds is no longer known, but of name.update(n=1). */
void
pga_django_forget_item(DjangoFlow *flow, TSNode holder, const char *method, TSNode node)
{
    g_autofree char *name = NULL;
    g_autoptr(DjangoValue) value = NULL;
    gboolean is_bound;
    const DjangoValue *old;

    if (pga_django_node(flow, holder) != NODE_IDENTIFIER)
        return;
    name = pga_django_text(flow, holder);
    old = pga_django_local(flow, name, &is_bound);
    if (!old || (old->is != DJANGO_IS_TUPLE && old->is != DJANGO_IS_PYTHON))
        return;
    if (g_str_equal(method, "update") && old->py && old->py->kind == PGA_PY_DICT) {
        value = dict_of(old);
        if (!add_arguments(flow, value, node))
            g_clear_pointer(&value, pga_django_value_unref);
    } else if (g_str_equal(method, "add") && old->is == DJANGO_IS_PYTHON && old->py) {
        value = added(flow, old, node);
    }
    pga_django_bind(flow, name, g_steal_pointer(&value));
}
