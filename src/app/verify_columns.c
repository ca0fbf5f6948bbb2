/* Conditions on single columns: whatever their statistics can answer. */
#include <base/array_text.h>
#include <base/text.h>
#include <string.h>

#include "verify_internal.h"

enum {
    N_COMMON = 2,     /* of the most common values, the first ones are asked for */
    PREFIX_CHARS = 3, /* of LIKE 'abc%' */
};

/** A column, or the expression of an index. */
typedef struct {
    PgaProbes *probes;
    PgaOid relation;
    gint16 attnum;
    char typcategory; /* 0: of an expression */
    gboolean fractions;
    gboolean hashed;    /* its values choose a hash partition */
    const char *from;   /* the relation, quoted */
    const char *column; /* quoted; an expression in parentheses */
} Column;

PgaProbes *
pga_probes_new(void)
{
    PgaProbes *probes = g_new0(PgaProbes, 1);

    probes->list = g_ptr_array_new();
    return probes;
}

static void
probe_free(PgaProbe *probe)
{
    for (guint i = 0; i < G_N_ELEMENTS(probe->sql); i++) {
        g_free(probe->sql[i]);
        pga_explain_clear(&probe->explain[i]);
    }
    g_clear_pointer(&probe->relations, g_array_unref);
    g_free(probe->object);
    g_free(probe);
}

void
pga_probes_free(PgaProbes *probes)
{
    if (!probes)
        return;
    for (guint i = 0; i < probes->list->len; i++)
        probe_free(g_ptr_array_index(probes->list, i));
    g_ptr_array_unref(probes->list);
    g_free(probes);
}

PgaProbe *
pga_probes_add(PgaProbes *probes, PgaEstimateClass estimate, PgaOid relation, char *sql)
{
    PgaProbe *probe = g_new0(PgaProbe, 1);

    probe->estimate = estimate;
    probe->relation = relation;
    probe->sql[0] = sql;
    g_ptr_array_add(probes->list, probe);
    return probe;
}

static gboolean
is_plain_number(const char *text)
{
    const char *c = text + (*text == '-');

    return g_ascii_isdigit(*c) && c[strspn(c, "0123456789.")] == '\0';
}

/* As people write them: numbers bare, all else as strings whose type the column decides. */
char *
pga_probe_literal(char typcategory, const char *value)
{
    return typcategory == 'N' && is_plain_number(value) ? g_strdup(value)
                                                        : pga_quote_literal(value);
}

gboolean
pga_probe_keeps_order(char typcategory)
{
    return typcategory == 'N' || typcategory == 'D' || typcategory == 'T' || typcategory == 'B';
}

gboolean
pga_probe_has_fractions(const PgaAttribute *attribute)
{
    static const char *const types[] = {"numeric", "float4", "float8", NULL};

    return attribute->typcategory == 'N' &&
           (g_strv_contains(types, attribute->typname) || attribute->typtype == 'd');
}

GPtrArray *
pga_probe_values(const PgaColumnStatistics *column, gint16 kind)
{
    for (guint i = 0; column && i < PGA_STATISTIC_SLOTS; i++)
        if (column->slots[i].kind == kind && column->slots[i].values)
            return pga_array_text_parse(column->slots[i].values);
    return NULL;
}

static void ask(const Column *column, PgaEstimateClass estimate, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static void
ask(const Column *column, PgaEstimateClass estimate, const char *format, ...)
{
    g_autofree char *condition = NULL;
    PgaProbe *probe;
    va_list args;

    va_start(args, format);
    condition = g_strdup_vprintf(format, args);
    va_end(args);
    probe = pga_probes_add(
        column->probes, estimate, column->relation,
        g_strdup_printf("SELECT 1 FROM %s WHERE %s %s", column->from, column->column, condition));
    probe->attnum = column->attnum;
    probe->fractions = column->fractions;
}

static PgaEstimateClass
range_class(const Column *column)
{
    switch (column->typcategory) {
    case 'N':
        return PGA_ESTIMATE_NUMERIC_RANGE;
    case 'D':
        return PGA_ESTIMATE_DATE_RANGE;
    case 'S':
        return PGA_ESTIMATE_TEXT_RANGE;
    default:
        return PGA_ESTIMATE_OTHER_RANGE;
    }
}

/* (nullable) (transfer full): the value's literal; NULL beyond the end or for a NULL. */
static char *
literal_at(const Column *column, const GPtrArray *values, guint i)
{
    const char *value = values && i < values->len ? g_ptr_array_index(values, i) : NULL;

    return value ? pga_probe_literal(column->typcategory, value) : NULL;
}

/* The value in the middle of the histogram is none of the most common ones. */
static void
ask_equality(const Column *column, const GPtrArray *common, const GPtrArray *bounds)
{
    g_autofree char *rare = bounds ? literal_at(column, bounds, bounds->len / 2) : NULL;
    g_autofree char *first = literal_at(column, common, 0);

    for (guint i = 0; common && i < MIN(common->len, N_COMMON); i++) {
        g_autofree char *literal = literal_at(column, common, i);

        if (literal)
            ask(column, PGA_ESTIMATE_EQUALITY, "= %s", literal);
    }
    if (rare)
        ask(column, PGA_ESTIMATE_EQUALITY, "= %s", rare);
    if (first && rare)
        ask(column, PGA_ESTIMATE_EQUALITY, "IN (%s, %s)", first, rare);
    else if (first)
        ask(column, PGA_ESTIMATE_EQUALITY, "<> %s", first);
}

/* Of few values there is no histogram: then between the most common ones. */
static void
ask_ranges(const Column *column, const GPtrArray *common, const GPtrArray *bounds)
{
    const GPtrArray *values = bounds ? bounds : common;
    const PgaEstimateClass estimate = range_class(column);
    g_autofree char *low = values ? literal_at(column, values, values->len / 4) : NULL;
    g_autofree char *high = values ? literal_at(column, values, values->len * 3 / 4) : NULL;

    if (!low || !high)
        return;
    ask(column, estimate, "< %s", low);
    ask(column, estimate, ">= %s", high);
    if (bounds)
        ask(column, estimate, "BETWEEN %s AND %s", low, high);
}

static void
ask_pattern(const Column *column, const GPtrArray *values)
{
    const char *value = values && values->len > 0 ? g_ptr_array_index(values, values->len / 2) : "";
    const glong length = value ? MIN(g_utf8_strlen(value, -1), PREFIX_CHARS) : 0;
    g_autofree char *prefix = value ? g_utf8_substring(value, 0, length) : g_strdup("");
    g_autofree char *pattern = g_strconcat(prefix, "%", NULL);
    g_autofree char *literal = pga_quote_literal(pattern);

    if (column->typcategory == 'S' && *prefix && !strpbrk(prefix, "%_\\"))
        ask(column, PGA_ESTIMATE_PATTERN, "LIKE %s", literal);
}

static void
ask_elements(const Column *column, const PgaColumnStatistics *statistics)
{
    g_autoptr(GPtrArray) elements = pga_probe_values(statistics, PGA_SLOT_MCELEM);
    g_autoptr(GPtrArray) bounds = pga_probe_values(statistics, PGA_SLOT_BOUNDS_HISTOGRAM);

    if (elements && elements->len > 0 && column->typcategory == 'A') {
        g_autoptr(GPtrArray) one = g_ptr_array_new();
        g_autofree char *array = NULL, *literal = NULL;

        g_ptr_array_add(one, g_ptr_array_index(elements, elements->len / 2));
        array = pga_array_text_format(one);
        literal = pga_quote_literal(array);
        ask(column, PGA_ESTIMATE_CONTAINMENT, "@> %s", literal);
    }
    if (bounds && bounds->len > 0) {
        g_autofree char *literal = literal_at(column, bounds, bounds->len / 2);

        if (literal)
            ask(column, PGA_ESTIMATE_CONTAINMENT, "&& %s", literal);
    }
}

/* Values of a type that has an order only stand in a histogram; equality is what a list of most
 * common ones is made by. */
static void
ask_column(const Column *column, const PgaColumnStatistics *statistics)
{
    g_autoptr(GPtrArray) common = pga_probe_values(statistics, PGA_SLOT_MCV);
    g_autoptr(GPtrArray) bounds = pga_probe_values(statistics, PGA_SLOT_HISTOGRAM);

    ask(column, PGA_ESTIMATE_NULL, "IS NULL");
    if (!column->hashed) /* its pseudonym is another partition's */
        ask_equality(column, common, bounds);
    if (bounds || pga_probe_keeps_order(column->typcategory))
        ask_ranges(column, common, bounds);
    ask_pattern(column, bounds ? bounds : common);
    ask_elements(column, statistics);
}

static PgaAttribute *
find_attribute(const PgaRelation *relation, const char *attname)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (g_strcmp0(attribute->attname, attname) == 0)
            return attribute;
    }
    return NULL;
}

/* Whether a hash partition of @relation, or of one of its partitions, is chosen by column @name,
 * which is quoted where SQL wants it. */
static gboolean
is_hashed(const PgaCatalog *catalog, const PgaRelation *relation, const char *name)
{
    for (guint i = 0; relation->relkind == 'p' && i < catalog->relations->len; i++) {
        const PgaRelation *each = g_ptr_array_index(catalog->relations, i);
        const PgaRelation *above = each;

        if (!each->partkey || !g_str_has_prefix(each->partkey, "HASH") ||
            !strstr(each->partkey, name))
            continue;
        while (above && above != relation)
            above = pga_catalog_relation(catalog, above->parent);
        if (above)
            return TRUE;
    }
    return FALSE;
}

static void
ask_table_column(PgaProbes *probes, const PgaCatalog *catalog, const PgaRelation *relation,
                 const PgaColumnStatistics *statistics)
{
    const PgaAttribute *attribute = find_attribute(relation, statistics->attname);
    g_autofree char *from = pga_quote_qualified(relation->nspname, relation->relname);
    g_autofree char *name = pga_quote_identifier(statistics->attname);
    Column column = {.probes = probes, .relation = relation->oid, .from = from, .column = name};

    if (!attribute)
        return;
    column.attnum = attribute->attnum;
    column.typcategory = attribute->typcategory;
    column.fractions = pga_probe_has_fractions(attribute);
    column.hashed = is_hashed(catalog, relation, name);
    ask_column(&column, statistics);
}

/* Of an index of one expression over the whole table. */
static void
ask_expression(PgaProbes *probes, const PgaRelation *relation, const PgaIndex *index,
               const PgaColumnStatistics *statistics)
{
    g_autofree char *from = pga_quote_qualified(relation->nspname, relation->relname);
    g_autofree char *expression = index->exprs ? g_strdup_printf("(%s)", index->exprs) : NULL;
    const Column column = {.probes = probes,
                           .relation = relation->oid,
                           .fractions = TRUE,
                           .from = from,
                           .column = expression};

    if (expression && !index->pred && index->indkey->len == 1)
        ask_column(&column, statistics);
}

/* A parent's column may have statistics with and without its children: asked about once. */
static gboolean
is_repeated(const PgaColumnStatistics *column, const PgaColumnStatistics *last)
{
    return last && last->relation == column->relation && last->attnum == column->attnum;
}

void
pga_probes_ask_columns(PgaProbes *probes, const PgaSnapshot *snapshot, GHashTable *relations)
{
    const PgaColumnStatistics *last = NULL;

    for (guint i = 0; i < snapshot->planner->columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(snapshot->planner->columns, i);
        const PgaIndex *index = pga_catalog_index(snapshot->catalog, column->relation);
        const PgaRelation *relation =
            pga_catalog_relation(snapshot->catalog, index ? index->indrelid : column->relation);

        if (relation && g_hash_table_contains(relations, GUINT_TO_POINTER(relation->oid)) &&
            !is_repeated(column, last)) {
            if (index)
                ask_expression(probes, relation, index, column);
            else
                ask_table_column(probes, snapshot->catalog, relation, column);
        }
        last = column;
    }
}
