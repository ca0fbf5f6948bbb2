/* Lookups as operators of PostgreSQL.
 * Source: Django 3.2 to 5.2 django/db/models/lookups.py,
 * db/backends/postgresql/{base,operations}.py, fields/json.py, contrib/postgres/lookups.py,
 * fields/ranges.py. */
#include <string.h>

#include "sql_internal.h"

static const struct {
    const char *lookup, *operator_;
} comparisons[] = {
    {"exact", "="},
    {"gt", ">"},
    {"gte", ">="},
    {"lt", "<"},
    {"lte", "<="},
    {"trigram_similar", "%"},
    {"trigram_word_similar", "%>"},
    {"trigram_strict_word_similar", "%>>"},
    {"overlap", "&&"},
    {"contained_by", "<@"},
    {"has_key", "?"},
    {"has_keys", "?&"},
    {"has_any_keys", "?|"},
    {"fully_lt", "<<"},
    {"fully_gt", ">>"},
    {"not_lt", "&>"},
    {"not_gt", "&<"},
    {"adjacent_to", "-|-"},
};

static const struct {
    const char *lookup;
    gboolean before, after, ignores_case;
} patterns[] = {
    {"contains", TRUE, TRUE, FALSE},    {"icontains", TRUE, TRUE, TRUE},
    {"startswith", FALSE, TRUE, FALSE}, {"istartswith", FALSE, TRUE, TRUE},
    {"endswith", TRUE, FALSE, FALSE},   {"iendswith", TRUE, FALSE, TRUE},
};

/** A lookup being written. */
typedef struct {
    SqlQuery *query;
    const PgaDjangoLookup *lookup;
    SqlTerm *term; /* its left side */
} Writing;

static gboolean
is_named(const Writing *writing, const char *name)
{
    return g_str_equal(writing->lookup->path.lookup, name);
}

/* --- the right side --- */

/* (transfer full) (nullable): NULL: an expression that cannot be told. */
static char *
right_side(const Writing *writing, const char *type)
{
    const PgaDjangoLookup *lookup = writing->lookup;
    g_auto(SqlTerm) term = {0};

    if (lookup->subquery) {
        g_autofree char *sql =
            pga_sql_select(writing->query->run, writing->query, lookup->subquery, SQL_IN, -1);

        return sql ? g_strdup_printf("(%s)", sql) : NULL;
    }
    if (!lookup->value_is_expression)
        return pga_sql_value(writing->query->run, lookup->value, type);
    pga_sql_expression(writing->query, lookup->value, FALSE, &term);
    writing->term->is_aggregate |= term.is_aggregate;
    return g_steal_pointer(&term.sql);
}

/* --- text --- */

/* "HOST(ip)", "name::text"; upper case where case does not count. */
static char *
text_of(const SqlTerm *term, gboolean ignores_case)
{
    g_autofree char *text =
        g_strcmp0(term->type, "inet") == 0
            ? g_strdup_printf("HOST(%s)", term->sql)
            : g_strdup_printf("%s::%s", term->sql,
                              g_strcmp0(term->type, "citext") == 0 ? "citext" : "text");

    return ignores_case ? g_strdup_printf("UPPER(%s)", text) : g_steal_pointer(&text);
}

/* '%50\%%' */
static char *
pattern_literal(const char *text, gboolean before, gboolean after)
{
    g_autoptr(GString) pattern = g_string_new(before ? "%" : "");

    for (const char *at = text; *at; at++) {
        if (strchr("\\%_", *at))
            g_string_append_c(pattern, '\\');
        g_string_append_c(pattern, *at);
    }
    g_string_append(pattern, after ? "%" : "");
    return pga_sql_quoted(pattern->str);
}

static char *
pattern_side(const Writing *writing, guint which)
{
    const PgaPyValue *value = writing->lookup->value;
    g_autofree char *side = NULL;

    if (value && !writing->lookup->value_is_expression &&
        (value->kind == PGA_PY_STRING || value->kind == PGA_PY_NUMBER))
        return pattern_literal(value->text, patterns[which].before, patterns[which].after);
    side = right_side(writing, "text");
    if (!side || !writing->lookup->value_is_expression)
        return g_steal_pointer(&side);
    return g_strdup_printf(
        "%sREPLACE(REPLACE(REPLACE(%s, E'\\\\', E'\\\\\\\\'), '%%', E'\\\\%%'), '_', E'\\\\_')%s",
        patterns[which].before ? "'%' || " : "", side, patterns[which].after ? " || '%'" : "");
}

static char *
pattern_lookup(const Writing *writing, guint which)
{
    const gboolean ignores_case = patterns[which].ignores_case;
    g_autofree char *left = text_of(writing->term, ignores_case);
    g_autofree char *right = pattern_side(writing, which);

    if (!right)
        return NULL;
    return g_strdup_printf(ignores_case ? "%s LIKE UPPER(%s)" : "%s LIKE %s", left, right);
}

static char *
text_lookup(const Writing *writing)
{
    const gboolean is_exact = is_named(writing, "iexact");
    g_autofree char *left = text_of(writing->term, is_exact);
    g_autofree char *right = right_side(writing, "text");

    if (!right)
        return NULL;
    if (is_exact)
        return g_strdup_printf("%s = UPPER(%s)", left, right);
    return g_strdup_printf("%s %s %s", left, is_named(writing, "regex") ? "~" : "~*", right);
}

/* --- several values --- */

/* One of several values: a constant, an expression, a parameter. */
static char *
item_side(const Writing *writing, const PgaPyValue *item)
{
    g_auto(SqlTerm) term = {0};

    if (item && item->kind == PGA_PY_CALL)
        pga_sql_expression(writing->query, item, FALSE, &term);
    return term.sql ? g_steal_pointer(&term.sql)
                    : pga_sql_value(writing->query->run, item, writing->term->type);
}

static char *
in_list(const Writing *writing, const PgaPyValue *list)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    guint n = 0;

    for (guint i = 0; i < (list ? list->items->len : 3); i++) { /* how many is not told: 3 */
        const PgaPyValue *item = list ? g_ptr_array_index(list->items, i) : NULL;
        g_autofree char *side = NULL;

        if (item && item->kind == PGA_PY_NONE)
            continue;
        side = item_side(writing, item);
        g_string_append_printf(sql, "%s%s", n++ ? ", " : "", side);
    }
    return n ? g_strdup_printf("%s IN (%s)", writing->term->sql, sql->str) : g_strdup("1 = 0");
}

static char *
in_lookup(const Writing *writing)
{
    const PgaPyValue *value = writing->lookup->value;
    g_autofree char *right = NULL;

    if (!writing->lookup->subquery)
        return in_list(writing, value && value->kind == PGA_PY_LIST ? value : NULL);
    right = right_side(writing, NULL);
    return right ? g_strdup_printf("%s IN %s", writing->term->sql, right) : NULL;
}

static char *
range_lookup(const Writing *writing)
{
    const PgaPyValue *value = writing->lookup->value;
    const gboolean is_told = value && value->kind == PGA_PY_LIST && value->items->len == 2;
    char *ends[2] = {NULL, NULL}, *sql;

    for (guint i = 0; i < 2; i++) {
        const PgaPyValue *item = is_told ? g_ptr_array_index(value->items, i) : NULL;
        g_auto(SqlTerm) term = {0};

        if (item && item->kind == PGA_PY_CALL)
            pga_sql_expression(writing->query, item, FALSE, &term);
        ends[i] = term.sql ? g_steal_pointer(&term.sql)
                           : pga_sql_value(writing->query->run, item, writing->term->type);
    }
    sql = g_strdup_printf("%s BETWEEN %s AND %s", writing->term->sql, ends[0], ends[1]);
    g_free(ends[0]);
    g_free(ends[1]);
    return sql;
}

/* --- years --- */

static char *
bound_of(const Writing *writing, gboolean is_last)
{
    const PgaPyValue *value = writing->lookup->value;
    const char *type = writing->term->type;
    const gboolean is_moment = type && g_str_has_prefix(type, "timestamp");

    if (!value || value->kind != PGA_PY_NUMBER || strlen(value->text) != 4)
        return pga_sql_parameter(writing->query->run, type);
    if (!is_moment)
        return g_strdup_printf("'%s-%s'::date", value->text, is_last ? "12-31" : "01-01");
    return g_strdup_printf("'%s-%s+00:00'::timestamptz", value->text,
                           is_last ? "12-31T23:59:59.999999" : "01-01T00:00:00");
}

/* year=2024 is a range, so that an index serves it. (nullable): no such comparison */
static char *
year_lookup(const Writing *writing)
{
    static const struct {
        const char *lookup, *operator_;
        gboolean is_last;
    } ends[] = {{"gt", ">", TRUE}, {"gte", ">=", FALSE}, {"lt", "<", FALSE}, {"lte", "<=", TRUE}};
    g_autofree char *from = NULL, *until = NULL;

    if (is_named(writing, "exact")) {
        from = bound_of(writing, FALSE);
        until = bound_of(writing, TRUE);
        return g_strdup_printf("%s BETWEEN %s AND %s", writing->term->sql, from, until);
    }
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
        if (is_named(writing, ends[i].lookup)) {
            from = bound_of(writing, ends[i].is_last);
            return g_strdup_printf("%s %s %s", writing->term->sql, ends[i].operator_, from);
        }
    return NULL;
}

gboolean
pga_sql_is_year(const PgaDjangoLookup *lookup)
{
    static const char *const names[] = {"exact", "gt", "gte", "lt", "lte"};
    const GPtrArray *transforms = lookup->path.transforms;
    const char *only = transforms->len == 1 ? g_ptr_array_index(transforms, 0) : "";

    if (lookup->path.is_json_key || lookup->path.annotation || lookup->value_is_expression ||
        !g_str_equal(only, "year"))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_equal(lookup->path.lookup, names[i]))
            return TRUE;
    return FALSE;
}

/* --- others --- */

static gboolean
is_range(const char *type)
{
    return type && g_str_has_suffix(type, "range");
}

static gboolean
is_container(const char *type)
{
    return type && (is_range(type) || g_str_has_suffix(type, "[]") || g_str_equal(type, "jsonb") ||
                    g_str_equal(type, "hstore"));
}

/* What a value inside a range is of. */
static const char *
element_type(const char *type)
{
    static const struct {
        const char *range, *element;
    } elements[] = {{"int4range", "integer"},
                    {"int8range", "bigint"},
                    {"numrange", "numeric"},
                    {"tstzrange", "timestamp with time zone"},
                    {"daterange", "date"}};

    for (guint i = 0; i < G_N_ELEMENTS(elements); i++)
        if (g_strcmp0(type, elements[i].range) == 0)
            return elements[i].element;
    return NULL;
}

/* fields__contains of arrays, JSON, ranges. */
static char *
contains_lookup(const Writing *writing)
{
    const PgaPyValue *value = writing->lookup->value;
    const char *type = writing->term->type;
    const char *element = element_type(type);
    g_autofree char *right = NULL;

    if (element && !(value && value->kind == PGA_PY_LIST))
        type = element;
    right = right_side(writing, type);
    return right ? g_strdup_printf("%s @> %s", writing->term->sql, right) : NULL;
}

static char *
search_lookup(const Writing *writing)
{
    const gboolean is_vector = g_strcmp0(writing->term->type, "tsvector") == 0;
    g_autofree char *right = writing->lookup->value_is_expression
                                 ? pga_sql_parameter(writing->query->run, "text")
                                 : right_side(writing, "text");

    if (!right)
        return NULL;
    return g_strdup_printf(is_vector ? "%s @@ plainto_tsquery(%s)"
                                     : "to_tsvector(COALESCE(%s, '')) @@ plainto_tsquery(%s)",
                           writing->term->sql, right);
}

static char *
null_lookup(const Writing *writing)
{
    const PgaPyValue *value = writing->lookup->value;
    const gboolean is_not =
        is_named(writing, "isnull") && value && value->kind == PGA_PY_BOOL && !value->truth;

    return g_strdup_printf("%s IS %sNULL", writing->term->sql, is_not ? "NOT " : "");
}

static char *
key_lookup(const Writing *writing, const char *sign)
{
    const gboolean is_one = is_named(writing, "has_key");
    g_autofree char *right = right_side(writing, is_one ? "text" : "text[]");

    return right ? g_strdup_printf("%s %s %s", writing->term->sql, sign, right) : NULL;
}

static char *
comparison(const Writing *writing)
{
    const char *name = writing->lookup->path.lookup;
    const char *type = writing->term->type;
    const PgaPyValue *value = writing->lookup->value;
    g_autofree char *right = NULL;

    if (is_named(writing, "exact") && g_strcmp0(type, "boolean") == 0 && value &&
        value->kind == PGA_PY_BOOL)
        return g_strdup_printf("%s%s", value->truth ? "" : "NOT ", writing->term->sql);
    for (guint i = 0; i < G_N_ELEMENTS(comparisons); i++) {
        if (!g_str_equal(name, comparisons[i].lookup))
            continue;
        if (g_str_has_prefix(name, "has_"))
            return key_lookup(writing, comparisons[i].operator_);
        right = right_side(writing, g_str_has_prefix(name, "trigram") ? "text" : type);
        return right ? g_strdup_printf("%s %s %s", writing->term->sql, comparisons[i].operator_,
                                       right)
                     : NULL;
    }
    return NULL;
}

/* startswith of a range is its lower end. */
static char *
range_end(const Writing *writing)
{
    g_autofree char *right = right_side(writing, element_type(writing->term->type));

    return right
               ? g_strdup_printf("%s(%s) = %s", is_named(writing, "startswith") ? "lower" : "upper",
                                 writing->term->sql, right)
               : NULL;
}

static char *
by_name(const Writing *writing)
{
    const char *type = writing->term->type;

    if (is_named(writing, "in"))
        return in_lookup(writing);
    if (is_named(writing, "range"))
        return range_lookup(writing);
    if (is_named(writing, "search") ||
        (is_named(writing, "exact") && g_strcmp0(type, "tsvector") == 0))
        return search_lookup(writing);
    if (is_named(writing, "contains") && is_container(type))
        return contains_lookup(writing);
    if (is_range(type) && (is_named(writing, "startswith") || is_named(writing, "endswith")))
        return range_end(writing);
    if (is_named(writing, "iexact") || is_named(writing, "regex") || is_named(writing, "iregex"))
        return text_lookup(writing);
    for (guint i = 0; i < G_N_ELEMENTS(patterns); i++)
        if (is_named(writing, patterns[i].lookup))
            return pattern_lookup(writing, i);
    return comparison(writing);
}

/* Lookups that want the key of a JSON column as text. */
static gboolean
wants_text(const char *lookup)
{
    static const char *const names[] = {"iexact",   "icontains", "startswith", "istartswith",
                                        "endswith", "iendswith", "regex",      "iregex"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_equal(lookup, names[i]))
            return TRUE;
    return FALSE;
}

char *
pga_sql_lookup(SqlQuery *query, const PgaDjangoLookup *lookup, SqlTerm *term)
{
    const Writing writing = {query, lookup, term};
    const gboolean is_none = lookup->value && lookup->value->kind == PGA_PY_NONE;

    if (pga_sql_is_year(lookup))
        return year_lookup(&writing);
    pga_sql_transform(query, &lookup->path, wants_text(lookup->path.lookup), term);
    if (!term->sql)
        return NULL;
    if (g_str_equal(lookup->path.lookup, "isnull") ||
        (is_none && (is_named(&writing, "exact") || is_named(&writing, "iexact"))))
        return null_lookup(&writing);
    return by_name(&writing);
}
