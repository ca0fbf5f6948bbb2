/* What expressions stand for: made, kept, and put together where two ways meet. */
#include <string.h>

#include "code_internal.h"

#define MAX_BEFORE 400 /* methods of one chain */

DjangoValue *
pga_django_value_new(DjangoIs is)
{
    DjangoValue *value = g_new0(DjangoValue, 1);

    value->references = 1;
    value->is = is;
    return value;
}

DjangoValue *
pga_django_value_ref(DjangoValue *value)
{
    if (value)
        value->references++;
    return value;
}

void /* NOLINTNEXTLINE(misc-no-recursion): values in values, as deep as they were made */
pga_django_value_unref(DjangoValue *value)
{
    while (value && --value->references == 0) { /* a chain is long, not deep */
        DjangoValue *before = value->before;

        pga_django_queryset_free(value->queryset);
        g_clear_pointer(&value->joined, g_ptr_array_unref);
        g_clear_pointer(&value->steps, g_ptr_array_unref);
        pga_django_value_unref(value->rows_of);
        g_free(value->text);
        pga_py_value_free(value->py);
        g_clear_pointer(&value->items, g_ptr_array_unref);
        g_clear_pointer(&value->keys, g_ptr_array_unref);
        g_clear_pointer(&value->shown, g_ptr_array_unref);
        g_clear_pointer(&value->origins, g_array_unref);
        g_free(value);
        value = before;
    }
}

void
pga_django_step_free(gpointer data)
{
    DjangoStep *step = data;

    pga_py_value_free(step->call);
    g_free(step);
}

DjangoValue *
pga_django_value_made_of(DjangoValue *one, const DjangoValue *other)
{
    const gboolean has_other = other && (other->origins || other->is_expression);
    DjangoValue *made;

    if (!has_other && (!one || one->is == DJANGO_IS_UNKNOWN))
        return one;
    if (!has_other && !one->origins && !one->is_expression) {
        pga_django_value_unref(one);
        return NULL;
    }
    made = pga_django_value_new(DJANGO_IS_UNKNOWN);
    made->origins = g_array_new(FALSE, FALSE, sizeof(DjangoSource));
    if (one && one->origins)
        g_array_append_vals(made->origins, one->origins->data, one->origins->len);
    if (has_other && other->origins && made->origins->len < 64)
        g_array_append_vals(made->origins, other->origins->data, other->origins->len);
    made->is_expression = (one && one->is_expression) || (has_other && other->is_expression);
    pga_django_value_unref(one);
    return made;
}

/* --- two ways meet --- */

guint
pga_django_n_conditions(const PgaDjangoQuerySet *queryset)
{
    return queryset->where && queryset->where->items ? queryset->where->items->len : 0;
}

/* What both were made from: (nullable). */
static DjangoValue *
common(DjangoValue *one, DjangoValue *other)
{
    guint steps = 0;

    for (DjangoValue *a = one; a && steps < MAX_BEFORE; a = a->before)
        for (DjangoValue *b = other; b && steps < MAX_BEFORE; b = b->before, steps++)
            if (a == b)
                return a;
    return NULL;
}

static void
make_optional(PgaDjangoQuerySet *queryset, guint from)
{
    for (guint i = from; i < pga_django_n_conditions(queryset); i++) {
        PgaDjangoCondition *condition = g_ptr_array_index(queryset->where->items, i);

        condition->is_optional = TRUE;
    }
}

/* Takes the conditions behind the first @from from @other. */
static void
take_conditions(PgaDjangoQuerySet *into, PgaDjangoQuerySet *other, guint from)
{
    while (pga_django_n_conditions(other) > from && into->where && into->where->items) {
        PgaDjangoCondition *condition = g_ptr_array_steal_index(other->where->items, from);

        condition->is_optional = TRUE;
        g_ptr_array_add(into->where->items, condition);
    }
    if (pga_django_n_conditions(other) > from && !into->where) {
        into->where = g_steal_pointer(&other->where);
        make_optional(into, 0);
    }
}

static void
take_texts(GPtrArray *into, const GPtrArray *other)
{
    for (guint i = 0; into && other && i < other->len; i++)
        if (!g_ptr_array_find_with_equal_func(into, g_ptr_array_index(other, i), g_str_equal, NULL))
            g_ptr_array_add(into, g_strdup(g_ptr_array_index(other, i)));
}

static gboolean
are_of_a_kind(const PgaDjangoQuerySet *one, const PgaDjangoQuerySet *other)
{
    return one->model == other->model && one->has_values == other->has_values &&
           one->is_raw == other->is_raw && !one->combinator && !other->combinator &&
           one->is_none == other->is_none;
}

static void
take_joins(PgaDjangoQuerySet *into, const PgaDjangoQuerySet *other)
{
    take_texts(into->select_related, other->select_related);
    take_texts(into->prefetch_related, other->prefetch_related);
    if (other->own_prefetches && !into->own_prefetches)
        into->own_prefetches = g_ptr_array_new_with_free_func(g_free);
    take_texts(into->own_prefetches, other->own_prefetches);
    into->select_related_all |= other->select_related_all;
    if (into->is_sliced != other->is_sliced || into->limit != other->limit) {
        into->is_sliced = TRUE;
        into->limit = -2;
    }
    if (!into->incomplete && other->incomplete)
        into->incomplete = g_strdup(other->incomplete);
}

/* What both are besides what they ask for. */
static void
take_same(DjangoValue *value, const DjangoValue *one, const DjangoValue *other)
{
    value->manager = one->manager == other->manager ? one->manager : NULL;
    value->joins_are_unknown = one->joins_are_unknown || other->joins_are_unknown;
    if (one->joined || other->joined)
        value->joined = g_ptr_array_ref(one->joined ? one->joined : other->joined);
    if (one->accessor == other->accessor && one->object == other->object) {
        value->accessor = one->accessor;
        value->object = one->object;
        value->field = one->field;
    }
}

/* The conditions of both, each only on its way. */
static DjangoValue *
merge_querysets(DjangoFlow *flow, DjangoValue *one, DjangoValue *other)
{
    DjangoValue *from = common(one, other);
    const guint n = from && from->queryset ? pga_django_n_conditions(from->queryset) : 0;
    g_autoptr(PgaDjangoQuerySet) rest = NULL;
    PgaDjangoQuerySet *queryset;
    DjangoValue *value;

    if (!one->queryset || !other->queryset)
        return NULL;
    if (one->queryset->is_none != other->queryset->is_none) /* .none() asks nothing */
        return pga_django_value_ref(one->queryset->is_none ? other : one);
    if (!are_of_a_kind(one->queryset, other->queryset))
        return NULL;
    rest = pga_django_queryset_copy(one == from ? one->queryset : other->queryset);
    queryset = pga_django_queryset_copy(one == from ? other->queryset : one->queryset);
    make_optional(queryset, n);
    take_conditions(queryset, rest, n);
    take_joins(queryset, rest);
    value = pga_django_queryset_value(flow, queryset, from);
    take_same(value, one, other);
    return value;
}

static void
add_steps(GPtrArray *into, const GPtrArray *steps, guint from, gboolean is_optional)
{
    for (guint i = from; i < steps->len; i++) {
        const DjangoStep *step = g_ptr_array_index(steps, i);
        DjangoStep *copy = g_new(DjangoStep, 1);

        *copy = *step;
        copy->call = pga_py_value_copy(step->call);
        copy->is_optional |= is_optional;
        g_ptr_array_add(into, copy);
    }
}

static gboolean
is_same_step(const DjangoStep *one, const DjangoStep *other)
{
    return pga_py_equal(one->call, other->call) && one->from == other->from &&
           one->until == other->until && one->is_optional == other->is_optional;
}

static DjangoValue *
merge_steps(DjangoValue *one, DjangoValue *other)
{
    DjangoValue *value = pga_django_value_new(DJANGO_IS_STEPS);
    guint same = 0;

    while (same < one->steps->len && same < other->steps->len &&
           is_same_step(g_ptr_array_index(one->steps, same), g_ptr_array_index(other->steps, same)))
        same++;
    value->steps = g_ptr_array_new_with_free_func(pga_django_step_free);
    add_steps(value->steps, one->steps, 0, FALSE);
    for (guint i = same; i < value->steps->len; i++)
        ((DjangoStep *)g_ptr_array_index(value->steps, i))->is_optional = TRUE;
    add_steps(value->steps, other->steps, same, TRUE);
    return value;
}

/* One or the other object: nobody says which. */
static DjangoValue *
merge_instances(DjangoFlow *flow, const DjangoValue *one, const DjangoValue *other)
{
    const PgaDjangoObject *a = pga_django_object(flow, one->object);
    const PgaDjangoObject *b = pga_django_object(flow, other->object);
    PgaDjangoObject *both;
    guint number;

    if (one->model != other->model)
        return NULL;
    if (one->object == other->object)
        return pga_django_instance(flow, one->object);
    number = pga_django_object_add(flow, one->model, PGA_DJANGO_OBJECT_RETURNED, NULL);
    both = pga_django_object(flow, number);
    both->is_locked = a->is_locked && b->is_locked;
    pga_django_object_state(flow, number)->is_either = TRUE;
    return pga_django_instance(flow, number);
}

static gboolean
is_none(const DjangoValue *value)
{
    return value && value->is == DJANGO_IS_PYTHON && value->py &&
           (value->py->kind == PGA_PY_NONE ||
            (value->py->kind == PGA_PY_LIST && value->py->items->len == 0));
}

/* q and "q | Q(…)" of an if: the longer one. (nullable) */
static DjangoValue *
grown_from(const DjangoValue *one, const DjangoValue *other)
{
    DjangoValue *value;

    if (one->py->kind != PGA_PY_BINARY ||
        !pga_py_equal(g_ptr_array_index(one->py->items, 0), other->py))
        return NULL;
    value = pga_django_value_new(DJANGO_IS_PYTHON);
    value->py = pga_py_value_copy(one->py);
    value->is_maybe = TRUE;
    return value;
}

static DjangoValue *
merge_python(DjangoValue *one, DjangoValue *other)
{
    DjangoValue *value;

    if (pga_py_equal(one->py, other->py))
        return pga_django_value_ref(one->is_maybe ? one : other);
    value = grown_from(one, other);
    return value ? value : grown_from(other, one);
}

/* Adds the keys of @other behind its first @from, and what they stand for. */
static void
take_keys(DjangoValue *into, const DjangoValue *other, guint from)
{
    for (guint i = from; i < other->py->keys->len; i++) {
        g_ptr_array_add(into->py->keys, pga_py_value_copy(g_ptr_array_index(other->py->keys, i)));
        g_ptr_array_add(into->py->items, pga_py_value_copy(g_ptr_array_index(other->py->items, i)));
    }
    for (guint i = 0; other->keys && i < other->keys->len; i++)
        if (!into->keys || !g_ptr_array_find_with_equal_func(
                               into->keys, g_ptr_array_index(other->keys, i), g_str_equal, NULL))
            pga_django_dict_add(into, g_ptr_array_index(other->keys, i),
                                g_ptr_array_index(other->shown, i));
}

static guint
n_same_keys(const PgaPyValue *one, const PgaPyValue *other)
{
    const guint most = MIN(one->keys->len, other->keys->len);
    guint n = 0;

    while (n < most &&
           pga_py_equal(g_ptr_array_index(one->keys, n), g_ptr_array_index(other->keys, n)) &&
           pga_py_equal(g_ptr_array_index(one->items, n), g_ptr_array_index(other->items, n)))
        n++;
    return n;
}

/* {} and what was put in under an if. (nullable) */
static DjangoValue *
merge_dicts(const DjangoValue *one, const DjangoValue *other)
{
    enum { MOST = 40 };
    DjangoValue *value;
    guint n;

    if (!one->is_dict || !other->is_dict || !one->py || !other->py ||
        one->py->kind != PGA_PY_DICT || other->py->kind != PGA_PY_DICT ||
        one->py->keys->len + other->py->keys->len > MOST)
        return NULL;
    n = n_same_keys(one->py, other->py);
    value = pga_django_value_new(DJANGO_IS_TUPLE);
    value->is_dict = TRUE;
    value->is_maybe = TRUE;
    value->n_sure =
        MIN(MIN(n, one->is_maybe ? one->n_sure : n), other->is_maybe ? other->n_sure : n);
    value->items = g_ptr_array_ref(one->items);
    value->py = pga_py_value_copy(one->py);
    take_keys(value, one, one->py->keys->len);
    take_keys(value, other, n);
    return value;
}

static DjangoValue *
merge_equals(DjangoFlow *flow, DjangoValue *one, DjangoValue *other)
{
    switch ((int)one->is) {
    case DJANGO_IS_QUERYSET:
        return merge_querysets(flow, one, other);
    case DJANGO_IS_STEPS:
        return merge_steps(one, other);
    case DJANGO_IS_INSTANCE:
        return merge_instances(flow, one, other);
    case DJANGO_IS_MODEL:
        return one->model == other->model ? pga_django_value_ref(one) : NULL;
    case DJANGO_IS_PYTHON:
        return merge_python(one, other);
    case DJANGO_IS_TUPLE:
        return merge_dicts(one, other);
    case DJANGO_IS_CURSOR:
        return pga_django_value_ref(one);
    default:
        return NULL;
    }
}

DjangoValue *
pga_django_merge(DjangoFlow *flow, DjangoValue *one, DjangoValue *other)
{
    DjangoValue *merged = NULL;

    if (one == other)
        return pga_django_value_ref(one);
    if (is_none(one) && other) /* None is not what is gone on with */
        return pga_django_value_ref(other);
    if (is_none(other) && one)
        return pga_django_value_ref(one);
    if (one && other && one->is == other->is)
        merged = merge_equals(flow, one, other);
    if (merged)
        return merged;
    return pga_django_value_made_of(
        one && (one->origins || one->is_expression) ? pga_django_value_ref(one) : NULL, other);
}
