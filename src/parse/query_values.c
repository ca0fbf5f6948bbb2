/* Values out of pg_statistic's slots, or what the Catalog has of pg_stats. */
#include "query_values_internal.h"

#include <base/array_text.h>
#include <string.h>

/* pg_statistic.stakind: src/include/catalog/pg_statistic.h of PostgreSQL 17. */
enum { KIND_MCV = 1, KIND_HISTOGRAM = 2, KIND_MCELEM = 4 };

typedef struct {
    GPtrArray *slots[KIND_MCELEM + 1]; /* (nullable), by kind */
} Parsed;

struct QueryValueSource {
    GHashTable *columns; /* of char * ("oid inherited attname") to PgaColumnStatistics * */
    GHashTable *parsed;  /* of PgaColumnStatistics * to Parsed * */
};

static void
parsed_free(gpointer data)
{
    Parsed *parsed = data;

    for (guint i = 0; i < G_N_ELEMENTS(parsed->slots); i++)
        g_clear_pointer(&parsed->slots[i], g_ptr_array_unref);
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
    g_hash_table_insert(source->parsed, column, parsed);
    return parsed;
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

static gboolean
has_values(const GPtrArray *values)
{
    return values && values->len > 0;
}

gboolean
pga_query_values_of(QueryValueSource *source, const PgaRelation *relation,
                    const PgaAttribute *attribute, QueryValues *values)
{
    PgaColumnStatistics *column = column_of(source, relation, attribute);
    const Parsed *parsed = column ? parsed_of(source, column) : NULL;

    *values = (QueryValues){0};
    if (parsed) {
        *values = (QueryValues){parsed->slots[KIND_MCV], parsed->slots[KIND_HISTOGRAM],
                                parsed->slots[KIND_MCELEM], column->width};
    } else if (attribute->stats) {
        values->mcv = attribute->stats->mcv;
        values->histogram = attribute->stats->histogram;
        values->width = attribute->stats->avg_width;
    }
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
    const GPtrArray *all = has_values(values->histogram) ? values->histogram : values->mcv;

    if (!has_values(all))
        return NULL;
    return g_ptr_array_index(all, (guint)(CLAMP(share, 0.0, 1.0) * (all->len - 1) + 0.5));
}
