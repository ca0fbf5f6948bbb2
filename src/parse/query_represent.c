/* Values for the parameters of what was only recorded without them, drawn from the statistics of
 * the columns that they are compared with. Guesses, all of them, of several selectivities. */
#include <base/array_text.h>
#include <base/text.h>
#include <string.h>

#include "parse/query_set.h"
#include "query_edit_internal.h"
#include "query_uses_internal.h"
#include "query_values_internal.h"

enum {
    PREFIX = 3,          /* characters of LIKE 'abc%' */
    MAX_LIKE_WIDTH = 32, /* bytes; longer texts are searched for words within them */
    ARRAY_LENGTH = 3,    /* of = ANY ($1) */
};

/** One set of values. */
typedef struct {
    guint equality; /* level of what is compared by = */
    double range;   /* share of the rows between bounds */
} Level;

static const Level levels[] = {{0, 0.1}, {1, 0.01}, {2, 0.01}, {0, 0.5}};

/** What values are drawn from. */
typedef struct {
    const PgaNames *names;
    QueryValueSource *source;
    GHashTable *types; /* of char * to char *: columns' names and types */
} Known;

typedef struct {
    QueryValueSource *source;
    const GArray *uses;
    const Level *level;
} Choice;

static gboolean
is_one_of(const char *operator_, const char *const *operators)
{
    return operator_ && g_strv_contains(operators, operator_);
}

/* (nullable) */
static const QueryUse *
use_of(const GArray *uses, guint number)
{
    for (guint i = 0; number > 0 && i < uses->len; i++)
        if (g_array_index(uses, QueryUse, i).number == number)
            return &g_array_index(uses, QueryUse, i);
    return NULL;
}

/* Which end of the rows the operator leaves: -1 those below, 1 those above, 0 no such operator. */
static int
direction_of(const QueryUse *use)
{
    static const char *const below[] = {"<", "<=", NULL}, *const above[] = {">", ">=", NULL};
    static const char *const between[] = {"BETWEEN", "BETWEEN SYMMETRIC", NULL};

    if (is_one_of(use->operator_, below))
        return -1;
    if (is_one_of(use->operator_, above))
        return 1;
    if (is_one_of(use->operator_, between))
        return use->item == 0 ? 1 : -1;
    return 0;
}

/* Whether another parameter bounds the column from the other side. */
static gboolean
has_other_bound(const GArray *uses, const QueryUse *use)
{
    for (guint i = 0; i < uses->len; i++) {
        const QueryUse *other = &g_array_index(uses, QueryUse, i);

        if (other->attribute && other->attribute == use->attribute &&
            direction_of(other) == -direction_of(use))
            return TRUE;
    }
    return FALSE;
}

/* "< $1::date + interval": the same date as the lower bound's. */
static double
quantile_of(const Choice *choice, const QueryUse *use)
{
    const double range = choice->level->range;
    const gboolean above = direction_of(use) > 0;

    if (!has_other_bound(choice->uses, use))
        return above ? 1 - range : range;
    if (above || use->kind == QUERY_USE_DERIVED)
        return (1 - range) / 2;
    return (1 + range) / 2;
}

/* (transfer full) (nullable) */
static char *
prefix_pattern(const QueryValues *values, guint level)
{
    const char *value =
        values->width <= MAX_LIKE_WIDTH ? pga_query_value_equal(values, level, 0) : NULL;
    g_autofree char *prefix = NULL, *pattern = NULL;

    if (!value || strpbrk(value, "%_\\") || !g_utf8_validate(value, -1, NULL))
        return NULL;
    prefix = g_utf8_substring(value, 0, MIN(PREFIX, g_utf8_strlen(value, -1)));
    pattern = g_strdup_printf("%s%%", prefix);
    return pga_quote_literal(pattern);
}

/* (transfer full) (nullable): an array of such values; of elements that are in @column's. */
static char *
array_of(const QueryValues *values, guint level, gboolean of_elements)
{
    g_autoptr(GPtrArray) array = g_ptr_array_new();
    g_autofree char *text = NULL;

    for (guint i = 0; i < ARRAY_LENGTH && !of_elements; i++) {
        const char *value = pga_query_value_equal(values, level, i);

        if (value && !g_ptr_array_find_with_equal_func(array, value, g_str_equal, NULL))
            g_ptr_array_add(array, (gpointer)value);
    }
    if (of_elements && values->elements && values->elements->len > 0)
        g_ptr_array_add(array, g_ptr_array_index(values->elements,
                                                 values->elements->len * level / QUERY_LEVELS));
    if (array->len == 0)
        return NULL;
    text = pga_array_text_format(array);
    return pga_quote_literal(text);
}

/* Numbers stand for themselves: ARRAY['1'] is of texts. */
static gboolean
is_number(const PgaAttribute *attribute, const char *value)
{
    char *end;

    if (!attribute->typname || (strncmp(attribute->typname, "_int", 4) != 0 &&
                                strcmp(attribute->typname, "_numeric") != 0))
        return FALSE;
    g_ascii_strtod(value, &end);
    return *value && !*end;
}

/* (transfer full) (nullable): one of those that arrays in the column hold: of ARRAY[$1, $2]. */
static char *
element_of(const QueryValues *values, guint level, const QueryUse *use)
{
    const guint n = values->elements ? values->elements->len : 0;
    const char *value =
        n > 0 ? g_ptr_array_index(values->elements, (n * level / QUERY_LEVELS + use->item) % n)
              : NULL;

    if (!value)
        return NULL;
    return is_number(use->attribute, value) ? g_strdup(value) : pga_quote_literal(value);
}

/* (transfer full) (nullable) */
static char *
quoted(const char *value)
{
    return value ? pga_quote_literal(value) : NULL;
}

/* (transfer full) (nullable): SQL of a parameter that a column is compared with. */
static char *
column_value(const Choice *choice, const QueryUse *use)
{
    static const char *const equalities[] = {
        "=", "<>", "!=", "IN", "NOT IN", "IS DISTINCT FROM", "IS NOT DISTINCT FROM", NULL};
    static const char *const arrays[] = {"= ANY", "<> ALL", NULL};
    static const char *const containments[] = {"@>", "&&", NULL};
    static const char *const patterns[] = {"LIKE", "NOT LIKE", NULL};
    const guint level = choice->level->equality;
    QueryValues values;

    if (!pga_query_values_of(choice->source, use->relation, use->attribute, &values))
        return NULL;
    if (direction_of(use) != 0)
        return quoted(pga_query_value_quantile(&values, quantile_of(choice, use)));
    if (is_one_of(use->operator_, equalities))
        return quoted(pga_query_value_equal(&values, level, use->item));
    if (is_one_of(use->operator_, arrays))
        return array_of(&values, level, FALSE);
    if (is_one_of(use->operator_, containments) && use->attribute->typcategory == 'A' &&
        use->in_array)
        return element_of(&values, level, use);
    if (is_one_of(use->operator_, containments) && use->attribute->typcategory == 'A')
        return array_of(&values, level, TRUE);
    return is_one_of(use->operator_, patterns) ? prefix_pattern(&values, level) : NULL;
}

/* (transfer full) (nullable): SQL of a parameter; NULL: it stays one. */
static char *
value_of(const Choice *choice, const QueryUse *use)
{
    switch (use->kind) {
    case QUERY_USE_LIMIT:
        return g_strdup("10");
    case QUERY_USE_OFFSET:
    case QUERY_USE_DELTA:
        return g_strdup("0");
    case QUERY_USE_INTERVAL:
        return g_strdup(use->has_fields ? "'1'" : "'1 day'");
    case QUERY_USE_COMPARED:
    case QUERY_USE_DERIVED:
    case QUERY_USE_NUMBER:
    default:
        return column_value(choice, use);
    }
}

static GPtrArray *
values_of(const Choice *choice)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < choice->uses->len; i++) {
        const QueryUse *use = &g_array_index(choice->uses, QueryUse, i);

        if (use->number == 0 || use->number > G_MAXUINT16)
            continue;
        if (use->number > values->len)
            g_ptr_array_set_size(values, (gint)use->number);
        g_ptr_array_index(values, use->number - 1) = value_of(choice, use);
    }
    return values;
}

static gboolean
has_text(const PgaQuery *query, const char *text)
{
    for (guint i = 0; i < query->samples->len; i++)
        if (strcmp(((PgaQuerySample *)g_ptr_array_index(query->samples, i))->text, text) == 0)
            return TRUE;
    return FALSE;
}

static void
add_guess(PgaQuery *query, const char *generic, const Choice *choice)
{
    g_autoptr(GPtrArray) values = values_of(choice);
    PgaQuerySample *sample;
    gboolean is_generic;
    g_autofree char *text = pga_query_put_values(generic, values, &is_generic);

    if (has_text(query, text))
        return;
    sample = pga_query_sample_new(g_steal_pointer(&text), 1);
    sample->is_generic = is_generic;
    sample->is_guess = TRUE;
    g_ptr_array_add(query->samples, sample);
}

/* Days: what is added to a date, or taken from it, without a type of its own. */
static void
cast_days(QueryDraft *draft, GHashTable *types)
{
    for (gsize i = 2; i < draft->tokens->len; i++) {
        const QueryToken *name = pga_query_token(draft->tokens, i - 2);
        g_autofree char *folded = NULL;

        if (!pga_query_draft_is_bare(draft, i) || name->kind != QUERY_WORD ||
            !pga_query_tokens_is_operator(draft->tokens, i - 1, "+-"))
            continue;
        folded = g_ascii_strdown(name->text, (gssize)name->length);
        if (g_strcmp0(g_hash_table_lookup(types, folded), "date") == 0)
            pga_query_draft_cast(draft, i, "integer");
    }
}

static gboolean
is_unknown(G_GNUC_UNUSED gpointer name, gpointer type, G_GNUC_UNUSED gpointer data)
{
    return *(const char *)type == '\0';
}

/* (transfer full): of char * to char *: names of columns and their type, where all of that name
 * have the same one of PostgreSQL's own. */
static GHashTable *
types_of_columns(const PgaCatalog *catalog)
{
    GHashTable *types = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        for (guint j = 0; j < relation->attributes->len; j++) {
            const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, j);
            const char *known = g_hash_table_lookup(types, attribute->attname);
            const gboolean same = attribute->typname &&
                                  g_strcmp0(attribute->typnspname, "pg_catalog") == 0 &&
                                  (!known || strcmp(known, attribute->typname) == 0);

            g_hash_table_insert(types, attribute->attname, same ? attribute->typname : (char *)"");
        }
    }
    g_hash_table_foreach_remove(types, is_unknown, NULL);
    return types;
}

/* (transfer full): what is added up to be compared with a column is of the column's type. */
static char *
recast(const char *text, const GArray *uses, GHashTable *types)
{
    static const char *const fractional[] = {"numeric", "float4", "float8", NULL};
    g_autoptr(QueryDraft) draft = pga_query_draft_new(text, strlen(text));

    for (gsize i = 0; i + 3 < draft->tokens->len; i++) {
        const QueryUse *use = use_of(uses, pga_query_token(draft->tokens, i)->parameter);

        if (use && use->kind == QUERY_USE_NUMBER &&
            is_one_of(use->attribute->typname, fractional) &&
            pga_query_token_is(pga_query_token(draft->tokens, i + 3), "integer"))
            pga_query_draft_edit(draft, i + 3)->instead = use->attribute->typname;
    }
    cast_days(draft, types);
    pga_query_cast_rows(draft, types);
    return pga_query_draft_write(draft);
}

/* A tenth of the rows is what a LIMIT counts that is not known: nobody pages by that. */
static void
put_limits(PgaQuerySample *generic, const Choice *choice)
{
    g_autoptr(GArray) limits = g_array_new(FALSE, TRUE, sizeof(QueryUse));
    const Choice of_limits = {choice->source, limits, choice->level};
    g_autoptr(GPtrArray) values = NULL;
    char *text;

    for (guint i = 0; i < choice->uses->len; i++) {
        const QueryUse use = g_array_index(choice->uses, QueryUse, i);

        if (use.kind == QUERY_USE_LIMIT || use.kind == QUERY_USE_OFFSET)
            g_array_append_val(limits, use);
    }
    if (limits->len == 0)
        return;
    values = values_of(&of_limits);
    text = pga_query_put_values(generic->text, values, &generic->is_generic);
    generic->is_guess = !generic->is_generic;
    g_free(generic->text);
    generic->text = text;
}

/* Guesses of all levels, the generic text behind them; nobody knows which is called how often. */
static void
represent(PgaQuery *query, const Known *known, gboolean *has_limit)
{
    PgaQuerySample *generic = g_ptr_array_index(query->samples, 0);
    json_t *tree = pga_node_parse(generic->text);
    g_autoptr(GArray) uses = pga_query_uses(known->names, tree, query->usename);
    g_autofree char *text = recast(generic->text, uses, known->types);

    g_free(generic->text);
    generic->text = g_strdup(text);
    put_limits(generic, &(Choice){known->source, uses, &levels[0]});
    for (guint i = 0; i < G_N_ELEMENTS(levels) && uses->len > 0; i++) {
        const Choice choice = {known->source, uses, &levels[i]};

        add_guess(query, text, &choice);
    }
    for (guint i = 0; i < uses->len; i++)
        *has_limit |= g_array_index(uses, QueryUse, i).kind >= QUERY_USE_INTERVAL;
    json_decref(tree);
    for (guint i = 0; i < query->samples->len; i++)
        ((PgaQuerySample *)g_ptr_array_index(query->samples, i))->share = 1.0 / query->samples->len;
}

static gboolean
is_only_generic(const PgaQuery *query)
{
    return query->samples->len == 1 &&
           ((PgaQuerySample *)g_ptr_array_index(query->samples, 0))->is_generic;
}

void
pga_query_set_represent(PgaQuerySet *set, const PgaCatalog *catalog,
                        const PgaPlannerData *statistics)
{
    g_autoptr(PgaNames) names = pga_names_new(catalog);
    g_autoptr(QueryValueSource) source = pga_query_value_source_new(statistics);
    g_autoptr(GHashTable) types = types_of_columns(catalog);
    const Known known = {names, source, types};
    gboolean has_limit = FALSE;

    for (guint i = 0; i < set->queries->len; i++) {
        PgaQuery *query = g_ptr_array_index(set->queries, i);

        if (is_only_generic(query))
            represent(query, &known, &has_limit);
    }
    if (has_limit)
        g_ptr_array_add(set->notes,
                        g_strdup("Where LIMIT, OFFSET or an interval is a parameter, 10, 0 and 1 "
                                 "(of its unit, or a day) are taken."));
}
