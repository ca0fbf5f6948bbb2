/* Values out of pg_statistic's slots, or what the Catalog has of pg_stats. */
#include "query_values_internal.h"

#include <base/array_text.h>
#include <string.h>

/* pg_statistic.stakind: src/include/catalog/pg_statistic.h of PostgreSQL 17. */
enum { KIND_MCV = 1, KIND_HISTOGRAM = 2, KIND_MCELEM = 4 };

typedef struct {
    GPtrArray *slots[KIND_MCELEM + 1]; /* (nullable), by kind */
    GPtrArray *ascending;              /* (nullable): the most common ones, borrowed */
} Parsed;

struct QueryValueSource {
    GHashTable *columns; /* of char * ("oid inherited attname") to PgaColumnStatistics * */
    GHashTable *parsed;  /* of PgaColumnStatistics * or PgaAttributeStats * to Parsed * */
};

static void
parsed_free(gpointer data)
{
    Parsed *parsed = data;

    for (guint i = 0; i < G_N_ELEMENTS(parsed->slots); i++)
        g_clear_pointer(&parsed->slots[i], g_ptr_array_unref);
    g_clear_pointer(&parsed->ascending, g_ptr_array_unref);
    g_free(parsed);
}

static char *
key_of(PgaOid relation, gboolean inherited, const char *attname)
{
    return g_strdup_printf("%u %d %s", relation, inherited ? 1 : 0, attname);
}

QueryValueSource *
pga_query_value_source_new(const PgaPlannerData *statistics)
{
    QueryValueSource *source = g_new0(QueryValueSource, 1);

    source->columns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    source->parsed = g_hash_table_new_full(NULL, NULL, NULL, parsed_free);
    for (guint i = 0; statistics && i < statistics->columns->len; i++) {
        PgaColumnStatistics *column = g_ptr_array_index(statistics->columns, i);

        if (column->attname)
            g_hash_table_insert(source->columns,
                                key_of(column->relation, column->inherited, column->attname),
                                column);
    }
    return source;
}

void
pga_query_value_source_free(QueryValueSource *source)
{
    g_hash_table_unref(source->columns);
    g_hash_table_unref(source->parsed);
    g_free(source);
}

static gboolean
has_values(const GPtrArray *values)
{
    return values && values->len > 0;
}

/* Numbers as such; dates and times, as PostgreSQL writes them, and texts byte by byte. */
static int
ascending(gconstpointer a, gconstpointer b)
{
    const char *left = *(const char *const *)a, *right = *(const char *const *)b;
    char *left_end, *right_end;
    const double left_number = g_ascii_strtod(left, &left_end);
    const double right_number = g_ascii_strtod(right, &right_end);

    if (*left_end || *right_end || left_end == left || right_end == right)
        return strcmp(left, right);
    return (left_number > right_number) - (left_number < right_number);
}

/* Without a histogram the most common values are all that there are. Takes @parsed. */
static const Parsed *
keep_parsed(QueryValueSource *source, gpointer key, Parsed *parsed, const GPtrArray *mcv)
{
    if (has_values(mcv)) {
        parsed->ascending = g_ptr_array_new();
        for (guint i = 0; i < mcv->len; i++)
            if (g_ptr_array_index(mcv, i))
                g_ptr_array_add(parsed->ascending, g_ptr_array_index(mcv, i));
        g_ptr_array_sort(parsed->ascending, ascending);
    }
    g_hash_table_insert(source->parsed, key, parsed);
    return parsed;
}

static const Parsed *
parsed_of(QueryValueSource *source, PgaColumnStatistics *column)
{
    Parsed *parsed = g_hash_table_lookup(source->parsed, column);

    if (parsed)
        return parsed;
    parsed = g_new0(Parsed, 1);
    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++) {
        const PgaStatisticSlot *slot = &column->slots[i];
        const gboolean wanted =
            slot->kind == KIND_MCV || slot->kind == KIND_HISTOGRAM || slot->kind == KIND_MCELEM;

        if (wanted && slot->values && !parsed->slots[slot->kind])
            parsed->slots[slot->kind] = pga_array_text_parse(slot->values);
    }
    return keep_parsed(source, column, parsed, parsed->slots[KIND_MCV]);
}

static const Parsed *
parsed_stats_of(QueryValueSource *source, PgaAttributeStats *stats)
{
    const Parsed *parsed = g_hash_table_lookup(source->parsed, stats);

    return parsed ? parsed : keep_parsed(source, stats, g_new0(Parsed, 1), stats->mcv);
}

static PgaColumnStatistics *
column_of(const QueryValueSource *source, const PgaRelation *relation,
          const PgaAttribute *attribute)
{
    const gboolean partitioned = relation->relkind == 'p';
    PgaColumnStatistics *column = NULL;

    for (guint i = 0; i < 2 && !column; i++) {
        g_autofree char *key = key_of(relation->oid, partitioned != (i == 1), attribute->attname);

        column = g_hash_table_lookup(source->columns, key);
    }
    return column;
}

gboolean
pga_query_values_of(QueryValueSource *source, const PgaRelation *relation,
                    const PgaAttribute *attribute, QueryValues *values)
{
    PgaColumnStatistics *column = column_of(source, relation, attribute);
    const Parsed *parsed = column ? parsed_of(source, column) : NULL;

    *values = (QueryValues){0};
    if (parsed) {
        values->mcv = parsed->slots[KIND_MCV];
        values->histogram = parsed->slots[KIND_HISTOGRAM];
        values->elements = parsed->slots[KIND_MCELEM];
        values->ascending = parsed->ascending;
        values->width = column->width;
    } else if (attribute->stats) {
        values->mcv = attribute->stats->mcv;
        values->histogram = attribute->stats->histogram;
        values->ascending = parsed_stats_of(source, attribute->stats)->ascending;
        values->width = attribute->stats->avg_width;
    }
    if (has_values(values->histogram))
        values->ascending = values->histogram;
    return has_values(values->mcv) || has_values(values->histogram) || has_values(values->elements);
}

const char *
pga_query_value_equal(const QueryValues *values, guint level, guint item)
{
    const guint n_mcv = has_values(values->mcv) ? values->mcv->len : 0;
    const guint n_bounds = has_values(values->histogram) ? values->histogram->len : 0;
    const guint base = level == 0 ? 0 : n_mcv / 2;

    if (n_mcv > 0 && (level < QUERY_LEVELS - 1 || n_bounds == 0))
        return g_ptr_array_index(values->mcv, level < QUERY_LEVELS - 1 ? (base + item) % n_mcv
                                                                       : n_mcv - 1 - item % n_mcv);
    if (n_bounds > 0)
        return g_ptr_array_index(values->histogram,
                                 (n_bounds * (level + 1) / (QUERY_LEVELS + 1) + item) % n_bounds);
    return NULL;
}

const char *
pga_query_value_quantile(const QueryValues *values, double share)
{
    const GPtrArray *all = values->ascending;

    if (!has_values(all))
        return NULL;
    return g_ptr_array_index(all, (guint)(CLAMP(share, 0.0, 1.0) * (all->len - 1) + 0.5));
}
