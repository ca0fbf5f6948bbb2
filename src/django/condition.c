/* Conditions of a chain: keyword arguments, Q objects and what joins them. */
#include <string.h>

#include "links_internal.h"
#include "queryset_internal.h"

#define MAX_DEPTH   60  /* from name to name, and of Q in Q */
#define MAX_WEIGHT  200 /* values of one argument; larger ones are as good as not told */
#define MAX_REASONS 80

gboolean
pga_django_chain_take(const DjangoChain *chain, guint n_parts)
{
    if (chain->queryset->n_parts + n_parts > PGA_DJANGO_MAX_PARTS) {
        pga_django_chain_incomplete(chain, "more than %d parts", PGA_DJANGO_MAX_PARTS);
        return FALSE;
    }
    chain->queryset->n_parts += n_parts;
    return TRUE;
}

/* White space is one blank. */
static void
squeeze(char *text)
{
    char *to = text;

    for (const char *at = text; *at; at++) {
        const gboolean is_space = g_ascii_isspace(*at);

        if (!is_space || (to > text && to[-1] != ' '))
            *to++ = (char)(is_space ? ' ' : *at);
    }
    *to = '\0';
}

void
pga_django_chain_incomplete(const DjangoChain *chain, const char *format, ...)
{
    va_list arguments;

    if (chain->queryset->incomplete)
        return;
    va_start(arguments, format);
    chain->queryset->incomplete = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    squeeze(chain->queryset->incomplete);
    if (strlen(chain->queryset->incomplete) > MAX_REASONS) {
        g_autofree char *whole = chain->queryset->incomplete;
        const char *end = g_utf8_find_prev_char(whole, whole + MAX_REASONS);

        chain->queryset->incomplete = g_strndup(whole, end ? (gsize)(end - whole) : 0);
    }
}

/* --- values --- */

/* NOLINTBEGIN(misc-no-recursion): values are of bounded depth, @left or @depth ends it */

static void
weigh(const PgaPyValue *value, guint *weight)
{
    *weight += 1 + (value->text ? (guint)MIN(strlen(value->text) / 200, MAX_WEIGHT) : 0);
    for (guint i = 0; value->items && i < value->items->len && *weight <= MAX_WEIGHT; i++)
        weigh(g_ptr_array_index(value->items, i), weight);
}

static gboolean
is_too_heavy(const PgaPyValue *value)
{
    guint weight = 0;

    weigh(value, &weight);
    return weight > MAX_WEIGHT;
}

static PgaPyValue *
opaque(const PgaPyValue *at)
{
    PgaPyValue *value = g_new0(PgaPyValue, 1);

    value->kind = PGA_PY_OPAQUE;
    value->text = g_strdup("…");
    value->line = at->line;
    value->column = at->column;
    value->last_line = at->last_line;
    return value;
}

/* What a name stands for. (transfer full) (nullable) */
static PgaPyValue *
named_value(const DjangoChain *chain, const PgaPyValue *value)
{
    PgaPyValue *found = NULL;

    if (value->kind == PGA_PY_NAME && chain->resolver && chain->resolver->value)
        found = chain->resolver->value(chain->resolver->self, value->text);
    if (found && is_too_heavy(found)) {
        pga_py_value_free(found);
        return NULL;
    }
    return found;
}

static void
put_in_names(const DjangoChain *chain, PgaPyValue *value, guint depth)
{
    for (guint i = 0; value->items && i < value->items->len && depth < MAX_DEPTH; i++) {
        PgaPyValue *item = g_ptr_array_index(value->items, i);
        PgaPyValue *found = named_value(chain, item);

        if (found) {
            g_ptr_array_index(value->items, i) = found;
            pga_py_value_free(item);
        } else {
            put_in_names(chain, item, depth + 1);
        }
    }
}

PgaPyValue *
pga_django_chain_value(const DjangoChain *chain, const PgaPyValue *value)
{
    PgaPyValue *found = named_value(chain, value);

    if (found)
        return found;
    if (is_too_heavy(value))
        return opaque(value);
    found = pga_py_value_copy(value);
    put_in_names(chain, found, 0);
    if (is_too_heavy(found)) {
        pga_py_value_free(found);
        return opaque(value);
    }
    return found;
}

/* --- QuerySets in arguments --- */

PgaDjangoQuerySet *
pga_django_chain_queryset(const DjangoChain *chain, const PgaPyValue *value)
{
    PgaDjangoQuerySet *queryset = NULL;

    if (value &&
        (value->kind == PGA_PY_NAME || value->kind == PGA_PY_CALL ||
         value->kind == PGA_PY_OPAQUE) && /* of a slice */
        chain->resolver &&
        chain->resolver->queryset)
        queryset = chain->resolver->queryset(chain->resolver->self, value);
    if (queryset && !pga_django_chain_take(chain, queryset->n_parts))
        g_clear_pointer(&queryset, pga_django_queryset_free);
    return queryset;
}

static gboolean
is_subquery_class(const PgaPyValue *value)
{
    const char *name = pga_py_last_name(value);

    return value->kind == PGA_PY_CALL &&
           (g_str_equal(name, "Subquery") || g_str_equal(name, "Exists") ||
            g_str_equal(name, "ArraySubquery"));
}

PgaDjangoQuerySet *
pga_django_chain_subquery(const DjangoChain *chain, const PgaPyValue *value)
{
    if (value && is_subquery_class(value))
        return pga_django_chain_queryset(chain, pga_py_argument(value, 0, "queryset"));
    return pga_django_chain_queryset(chain, value);
}

/* --- conditions --- */

static PgaDjangoCondition *
opaque_condition(const DjangoChain *chain, const PgaPyValue *value)
{
    pga_django_chain_incomplete(chain, "condition %s", value && value->text ? value->text : "…");
    return pga_django_condition_new(PGA_DJANGO_OPAQUE);
}

/* F(), functions of the database, and what is computed of these. */
static gboolean
is_expression(const PgaPyValue *value)
{
    static const char *const names[] = {"F",
                                        "Now",
                                        "Lower",
                                        "Upper",
                                        "Value",
                                        "Concat",
                                        "Coalesce",
                                        "OuterRef",
                                        "Subquery",
                                        "Exists",
                                        "Case",
                                        "Func",
                                        "Cast",
                                        "Greatest",
                                        "Least",
                                        "Length",
                                        "Count",
                                        "Sum",
                                        "Avg",
                                        "Min",
                                        "Max",
                                        "RawSQL",
                                        "Substr",
                                        "TruncDate",
                                        "SearchQuery",
                                        "TruncDay",
                                        "TruncMonth",
                                        "Abs",
                                        "Trim",
                                        "Left",
                                        "Right",
                                        "ExpressionWrapper",
                                        "CombinedExpression"};

    if (value->kind == PGA_PY_BINARY || value->kind == PGA_PY_UNARY) {
        for (guint i = 0; i < value->items->len; i++)
            if (is_expression(g_ptr_array_index(value->items, i)))
                return TRUE;
        return FALSE;
    }
    for (guint i = 0; value->kind == PGA_PY_CALL && i < G_N_ELEMENTS(names); i++)
        if (g_str_equal(pga_py_last_name(value), names[i]))
            return TRUE;
    return FALSE;
}

static PgaDjangoCondition *
lookup_condition(const DjangoChain *chain, const char *name, const PgaPyValue *value)
{
    PgaDjangoCondition *condition;
    PgaDjangoLookup *lookup;

    if (!pga_django_chain_take(chain, 1))
        return pga_django_condition_new(PGA_DJANGO_OPAQUE);
    condition = pga_django_condition_new(PGA_DJANGO_LOOKUP);
    lookup = condition->lookup = g_new0(PgaDjangoLookup, 1);
    pga_django_path_init(&lookup->path, chain->project, chain->queryset->model,
                         chain->queryset->annotations, name);
    if (!lookup->path.model && !lookup->path.annotation)
        pga_django_chain_incomplete(chain, "path %s", name);
    if (!value)
        return condition;
    lookup->value = pga_django_chain_value(chain, value);
    lookup->line = value->line;
    lookup->column = value->column;
    lookup->value_is_expression = is_expression(lookup->value);
    if (g_str_equal(lookup->path.lookup, "in") || is_subquery_class(value))
        lookup->subquery = pga_django_chain_subquery(chain, value);
    if (!lookup->subquery && is_subquery_class(lookup->value))
        lookup->subquery = pga_django_chain_subquery(chain, lookup->value);
    return condition;
}

static PgaDjangoCondition *condition_of(const DjangoChain *chain, const PgaPyValue *value,
                                        guint depth);

/* A dict's items. */
static PgaDjangoCondition *
dict_conditions(const DjangoChain *chain, const PgaPyValue *dict)
{
    PgaDjangoCondition *all = pga_django_condition_new(PGA_DJANGO_AND);

    for (guint i = 0; i < dict->items->len && i < PGA_DJANGO_MAX_PARTS; i++) {
        const PgaPyValue *key = g_ptr_array_index(dict->keys, i);

        g_ptr_array_add(all->items,
                        key->kind == PGA_PY_STRING
                            ? lookup_condition(chain, key->text, g_ptr_array_index(dict->items, i))
                            : opaque_condition(chain, key));
    }
    return all;
}

static PgaDjangoCondition *joined(const DjangoChain *chain, const PgaPyValue *value, guint depth);

/* Those of a list, joined by @sign, "&" or "|". (nullable) */
static PgaDjangoCondition *
list_conditions(const DjangoChain *chain, const PgaPyValue *list, const char *sign, guint depth)
{
    g_autoptr(PgaPyValue) all = pga_py_value_copy(list);

    g_free(all->text);
    all->kind = PGA_PY_BINARY;
    all->text = g_strdup(sign);
    return joined(chain, all, depth);
}

/* "**filters", "*conditions": of a name whose value is told. */
static PgaDjangoCondition *
splat_condition(const DjangoChain *chain, const PgaPyValue *value, guint depth)
{
    const char *text = value->kind == PGA_PY_OPAQUE && value->text ? value->text : "";
    const gsize length = strspn(text, "*");
    const PgaPyValue name = {.kind = PGA_PY_NAME, .text = (char *)text + length};
    g_autoptr(PgaPyValue) held = length == 1 || length == 2 ? named_value(chain, &name) : NULL;

    if (length == 2 && held && held->kind == PGA_PY_DICT)
        return dict_conditions(chain, held);
    if (length == 1 && held && held->kind == PGA_PY_LIST)
        return list_conditions(chain, held, "&", depth);
    return opaque_condition(chain, value);
}

/* "|" of operator.or_, of lambda a, b: a | b. (nullable) */
static const char *
sign_of(const PgaPyValue *how)
{
    const char *name = how->kind == PGA_PY_NAME ? pga_py_last_name(how) : "";
    const char *body =
        how->kind == PGA_PY_OPAQUE && how->text && g_str_has_prefix(how->text, "lambda ")
            ? strchr(how->text, ':')
            : NULL;
    g_auto(GStrv) both = body ? g_strsplit(how->text + strlen("lambda "), ",", 2) : NULL;
    const char *const signs[] = {"|", "&"}, *const names[] = {"or_", "and_"};

    for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
        g_autofree char *words = NULL, *expected = NULL;

        if (g_str_equal(name, names[i]))
            return signs[i];
        if (!both || !both[1] || strcspn(both[1], ":") >= strlen(both[1]))
            continue;
        words = g_strndup(both[1], strcspn(both[1], ":"));
        expected = g_strdup_printf("%s %s %s", g_strstrip(both[0]), signs[i], g_strstrip(words));
        if (strcmp(body + 1 + strspn(body + 1, " "), expected) == 0)
            return signs[i];
    }
    return NULL;
}

/* reduce(operator.or_, [Q(a=1), Q(b=2)], Q()) */
static PgaDjangoCondition *
reduced(const DjangoChain *chain, const PgaPyValue *call, guint depth)
{
    const PgaPyValue *how = pga_py_argument(call, 0, NULL), *given = pga_py_argument(call, 1, NULL);
    const PgaPyValue *initial = pga_py_argument(call, 2, NULL);
    const char *sign = how ? sign_of(how) : NULL;
    g_autoptr(PgaPyValue) held = given ? named_value(chain, given) : NULL;
    g_autoptr(PgaPyValue) all = NULL;

    if (held)
        given = held;
    if (!sign || !given || given->kind != PGA_PY_LIST || (given->items->len == 0 && !initial))
        return opaque_condition(chain, call);
    all = pga_py_value_copy(given);
    if (initial)
        g_ptr_array_insert(all->items, 0, pga_py_value_copy(initial));
    return list_conditions(chain, all, sign, depth);
}

static void
add_condition(PgaDjangoCondition *all, PgaDjangoCondition *condition)
{
    if (condition)
        g_ptr_array_add(all->items, condition);
}

/* One item is no list of them. */
static PgaDjangoCondition *
simplified(PgaDjangoCondition *all)
{
    PgaDjangoCondition *only;

    if (all->items->len > 1)
        return all;
    only = all->items->len == 1 ? g_ptr_array_steal_index(all->items, 0) : NULL;
    pga_django_condition_free(all);
    return only;
}

static gboolean
is_skipped(const char *name, const char *const *skip)
{
    for (guint i = 0; skip && skip[i]; i++)
        if (g_str_equal(skip[i], name))
            return TRUE;
    return FALSE;
}

static gint
compare_paths(gconstpointer one, gconstpointer other)
{
    const PgaDjangoCondition *a = *(PgaDjangoCondition *const *)one;
    const PgaDjangoCondition *b = *(PgaDjangoCondition *const *)other;

    return g_strcmp0(a->lookup ? a->lookup->path.text : NULL,
                     b->lookup ? b->lookup->path.text : NULL);
}

/* get_or_create(defaults, …) */
static gboolean
is_defaults(const PgaPyValue *value, const char *const *skip)
{
    return is_skipped("defaults", skip) && !(value->text && g_str_has_prefix(value->text, "**"));
}

/* (nullable) */
static PgaDjangoCondition *
negated(PgaDjangoCondition *condition)
{
    PgaDjangoCondition *not_;

    if (!condition)
        return NULL;
    not_ = pga_django_condition_new(PGA_DJANGO_NOT);
    g_ptr_array_add(not_->items, condition);
    return not_;
}

static PgaDjangoConditionKind
connector_of(const PgaPyValue *value)
{
    return g_strcmp0(value->text, "AND") == 0 ? PGA_DJANGO_AND : PGA_DJANGO_OR;
}

/* Named arguments stand behind the others and by name, as Q has them. */
static PgaDjangoCondition *
conditions(const DjangoChain *chain, const PgaPyValue *call, const char *const *skip, guint depth)
{
    PgaDjangoCondition *all = pga_django_condition_new(PGA_DJANGO_AND);
    g_autoptr(GPtrArray) named = g_ptr_array_new();
    gboolean is_negated = FALSE;

    for (guint i = 0; call->items && i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);
        const PgaPyValue *value = g_ptr_array_index(call->items, i);

        if (!key && is_defaults(value, skip))
            continue;
        if (!key)
            add_condition(all, condition_of(chain, value, depth + 1));
        else if (g_str_equal(key->text, "_negated"))
            is_negated = value->kind == PGA_PY_BOOL && value->truth;
        else if (g_str_equal(key->text, "_connector"))
            all->kind = connector_of(value);
        else if (!is_skipped(key->text, skip))
            g_ptr_array_add(named, lookup_condition(chain, key->text, value));
    }
    g_ptr_array_sort(named, compare_paths);
    g_ptr_array_extend(all->items, named, NULL, NULL);
    all = simplified(all);
    return is_negated ? negated(all) : all;
}

/* a & b, a | b: items of the same kind are one list. */
static PgaDjangoCondition *
joined(const DjangoChain *chain, const PgaPyValue *value, guint depth)
{
    const gboolean is_and = g_str_equal(value->text, "&");
    PgaDjangoCondition *all = pga_django_condition_new(is_and ? PGA_DJANGO_AND : PGA_DJANGO_OR);

    for (guint i = 0; value->items && i < value->items->len; i++) {
        PgaDjangoCondition *item =
            condition_of(chain, g_ptr_array_index(value->items, i), depth + 1);

        if (item && item->kind == all->kind && !item->is_optional) {
            g_ptr_array_extend_and_steal(all->items, g_steal_pointer(&item->items));
            pga_django_condition_free(item);
        } else {
            add_condition(all, item);
        }
    }
    return simplified(all);
}

static PgaDjangoCondition *
call_condition(const DjangoChain *chain, const PgaPyValue *call, guint depth)
{
    PgaDjangoCondition *exists;

    if (g_str_equal(pga_py_last_name(call), "Q"))
        return conditions(chain, call, NULL, depth);
    if (g_str_equal(pga_py_last_name(call), "reduce"))
        return reduced(chain, call, depth);
    if (!g_str_equal(pga_py_last_name(call), "Exists"))
        return opaque_condition(chain, call);
    exists = pga_django_condition_new(PGA_DJANGO_EXISTS);
    exists->subquery = pga_django_chain_subquery(chain, call);
    if (exists->subquery)
        return exists;
    pga_django_condition_free(exists);
    return opaque_condition(chain, call);
}

static PgaDjangoCondition *
condition_of_name(const DjangoChain *chain, const PgaPyValue *name, guint depth)
{
    g_autoptr(PgaPyValue) value = named_value(chain, name);

    if (!value || (value->kind == PGA_PY_NAME && g_strcmp0(value->text, name->text) == 0) ||
        !pga_django_chain_take(chain, 1))
        return opaque_condition(chain, name);
    return condition_of(chain, value, depth + 1);
}

static PgaDjangoCondition *
condition_of(const DjangoChain *chain, const PgaPyValue *value, guint depth)
{
    const PgaPyValue *first =
        value->items && value->items->len > 0 ? g_ptr_array_index(value->items, 0) : NULL;

    if (depth > MAX_DEPTH || chain->queryset->n_parts >= PGA_DJANGO_MAX_PARTS)
        return opaque_condition(chain, value);
    if (value->kind == PGA_PY_CALL)
        return call_condition(chain, value, depth);
    if (value->kind == PGA_PY_NAME)
        return condition_of_name(chain, value, depth);
    if (value->kind == PGA_PY_UNARY && first && g_str_equal(value->text, "~"))
        return negated(condition_of(chain, first, depth + 1));
    if (value->kind == PGA_PY_BINARY &&
        (g_str_equal(value->text, "&") || g_str_equal(value->text, "|")))
        return joined(chain, value, depth);
    if (value->kind == PGA_PY_LIST && first && value->items->len == 2 &&
        first->kind == PGA_PY_STRING)
        return lookup_condition(chain, first->text, g_ptr_array_index(value->items, 1));
    return splat_condition(chain, value, depth);
}

/* NOLINTEND(misc-no-recursion) */

PgaDjangoCondition *
pga_django_chain_conditions(const DjangoChain *chain, const PgaPyValue *call,
                            const char *const *skip)
{
    return conditions(chain, call, skip, 0);
}

/* One item of the chain's conditions for each call: joins of many rows are per call. */
static void
add_where(const DjangoChain *chain, PgaDjangoCondition *condition, gboolean is_exclude)
{
    PgaDjangoQuerySet *queryset = chain->queryset;

    if (!condition)
        return;
    if (is_exclude) {
        condition = negated(condition);
        condition->is_exclude = TRUE;
    }
    if (!queryset->where)
        queryset->where = pga_django_condition_new(PGA_DJANGO_AND);
    g_ptr_array_add(queryset->where->items, condition);
}

void
pga_django_chain_filter(const DjangoChain *chain, const PgaPyValue *call, gboolean is_exclude,
                        const char *const *skip)
{
    add_where(chain, conditions(chain, call, skip, 0), is_exclude);
}

void
pga_django_chain_where(const DjangoChain *chain, const char *name, const PgaPyValue *value)
{
    add_where(chain, lookup_condition(chain, name, value), FALSE);
}

void
pga_django_chain_complex(const DjangoChain *chain, const PgaPyValue *call)
{
    const PgaPyValue *argument = pga_py_argument(call, 0, "filter_obj");
    g_autoptr(PgaPyValue) value = argument ? pga_django_chain_value(chain, argument) : NULL;

    if (value && value->kind == PGA_PY_DICT)
        add_where(chain, dict_conditions(chain, value), FALSE);
    else if (value)
        add_where(chain, condition_of(chain, value, 0), FALSE);
}
