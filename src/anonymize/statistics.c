/* Statistics of columns, of index expressions, of groups of columns, and the ends of B-trees: whose
 * values they are. */
#include "statistics_internal.h"

#include <string.h>

#include "parts_internal.h"
#include "slot_internal.h"

typedef struct {
    PgaSnapshot *snapshot;
    PgaValueMap *map;
    GHashTable *left_out; /* of type to PgaLeftOut */
    GHashTable *done;     /* of PgaAttribute: what rules see followed from the planner's */
    GStringChunk *values; /* of the Catalog's lists */
    GString *scratch;
} Walk;

static void
left_out_free(gpointer data)
{
    PgaLeftOut *entry = data;

    g_free(entry->type);
    g_free(entry->attname);
    g_free(entry);
}

static void
leave_out(Walk *walk, const char *type, PgaOid relation, const char *attname)
{
    const char *const key = type ? type : "";
    PgaLeftOut *entry = g_hash_table_lookup(walk->left_out, key);

    if (!entry) {
        entry = g_new0(PgaLeftOut, 1);
        entry->type = g_strdup(key);
        entry->relation = relation;
        entry->attname = g_strdup(attname);
        g_hash_table_insert(walk->left_out, entry->type, entry);
    }
    entry->n++;
}

static PgaListMap
list_map(const Walk *walk, const PgaValueType *type, const char *collation)
{
    return (PgaListMap){walk->map, type, pga_order_of(walk->snapshot->objects, collation, type)};
}

/* (nullable) (transfer full): @values mapped, kept in the chunk; NULL when one cannot be. */
static GPtrArray *
map_values(Walk *walk, const PgaListMap *list, const GPtrArray *values)
{
    g_autoptr(GPtrArray) mapped = g_ptr_array_sized_new(values->len);

    for (guint i = 0; i < values->len; i++) {
        const char *value = g_ptr_array_index(values, i);

        g_string_truncate(walk->scratch, 0);
        if (!pga_value_append(walk->map, list->type, value, strlen(value), walk->scratch))
            return NULL;
        g_ptr_array_add(mapped, g_string_chunk_insert_len(walk->values, walk->scratch->str,
                                                          (gssize)walk->scratch->len));
    }
    return g_steal_pointer(&mapped);
}

static void
map_list(Walk *walk, const PgaListMap *list, GPtrArray **values)
{
    GPtrArray *mapped = *values ? map_values(walk, list, *values) : NULL;

    g_clear_pointer(values, g_ptr_array_unref);
    *values = mapped;
}

/* What rules look at, where it is something else than a part of what the planner knows. */
static void
map_attribute(Walk *walk, const PgaAttribute *attribute)
{
    const PgaListMap list =
        list_map(walk, pga_value_type_of_attribute(walk->map, attribute), attribute->collation);
    PgaAttributeStats *stats = attribute->stats;

    map_list(walk, &list, &stats->mcv);
    if (!stats->mcv)
        g_clear_pointer(&stats->mcv_freqs, g_array_unref);
    map_list(walk, &list, &stats->histogram);
    if (stats->histogram)
        pga_list_sort(&list, stats->histogram);
}

static void
map_attributes(Walk *walk)
{
    const GPtrArray *relations = walk->snapshot->catalog->relations;

    for (guint i = 0; i < relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(relations, i);

        for (guint j = 0; j < relation->attributes->len; j++) {
            const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, j);

            if (attribute->stats && !g_hash_table_contains(walk->done, attribute))
                map_attribute(walk, attribute);
        }
    }
}

/* (nullable) */
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

/* (nullable): the column that is at @place, from 1, of @index; NULL for an expression. */
static const PgaAttribute *
index_attribute(const Walk *walk, const PgaIndex *index, gint16 place)
{
    const PgaRelation *relation = pga_catalog_relation(walk->snapshot->catalog, index->indrelid);

    if (!relation || place < 1 || (guint)place > index->indkey->len)
        return NULL;
    return pga_relation_attribute(relation,
                                  g_array_index(index->indkey, gint16, (guint)(place - 1)));
}

/* (nullable): as the server says, of an index with expressions. */
static const char *
index_type(const PgaIndex *index, gint16 place)
{
    if (!index->column_types || place < 1 || (guint)place > index->column_types->len)
        return NULL;
    return g_ptr_array_index(index->column_types, (guint)(place - 1));
}

static gboolean
has_values(const PgaStatisticSlot slots[PGA_STATISTIC_SLOTS])
{
    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++)
        if (slots[i].values)
            return TRUE;
    return FALSE;
}

/* An index of elements or of digests has another type than its expression: then what the values
 * look like says more. */
static const PgaValueType *
expression_type(const Walk *walk, const PgaIndex *index, const PgaColumnStatistics *column)
{
    const char *type = index_type(index, column->attnum);

    if (type && (g_str_equal(index->amname, "btree") || g_str_equal(index->amname, "hash") ||
                 g_str_equal(index->amname, "brin")))
        return pga_value_type_of(walk->map, type);
    return pga_slots_guess(walk->map, column->slots);
}

static void
map_index_column(Walk *walk, const PgaIndex *index, PgaColumnStatistics *column)
{
    const PgaListMap list = list_map(walk, expression_type(walk, index, column), NULL);

    if (!pga_slots_map(&list, column->slots))
        leave_out(walk, index_type(index, column->attnum), index->indrelid, NULL);
}

/* (transfer full) (nullable): the same in the chunk. */
static GPtrArray *
keep(Walk *walk, GPtrArray *values)
{
    GPtrArray *kept = values ? g_ptr_array_sized_new(values->len) : NULL;

    for (guint i = 0; kept && i < values->len; i++)
        g_ptr_array_add(kept, g_string_chunk_insert(walk->values, g_ptr_array_index(values, i)));
    if (values)
        g_ptr_array_unref(values);
    return kept;
}

/* What rules see is cut at a length: it is cut anew. */
static void
follow(Walk *walk, PgaAttribute *attribute, const PgaColumnStatistics *column)
{
    pga_record_free(&pga_attribute_stats_type, attribute->stats);
    attribute->stats = pga_snapshot_stats(attribute, column);
    attribute->stats->mcv = keep(walk, attribute->stats->mcv);
    attribute->stats->histogram = keep(walk, attribute->stats->histogram);
    g_hash_table_add(walk->done, attribute);
}

static void
map_own_column(Walk *walk, const PgaRelation *relation, PgaColumnStatistics *column)
{
    PgaAttribute *attribute = find_attribute(relation, column->attname);
    const PgaValueType *type = attribute ? pga_value_type_of_attribute(walk->map, attribute)
                                         : pga_value_type_of(walk->map, "");
    const PgaListMap list = list_map(walk, type, attribute ? attribute->collation : NULL);
    const gboolean follows = attribute && attribute->attnum == column->attnum &&
                             pga_column_statistics_is_of(column, relation) &&
                             pga_snapshot_stats_follow(attribute, column);

    if (!pga_slots_map(&list, column->slots))
        leave_out(walk, attribute ? attribute->type : NULL, column->relation, column->attname);
    if (follows)
        follow(walk, attribute, column);
}

static void
map_column(Walk *walk, PgaColumnStatistics *column)
{
    const PgaCatalog *catalog = walk->snapshot->catalog;
    const PgaRelation *relation = pga_catalog_relation(catalog, column->relation);
    const PgaIndex *index = relation ? NULL : pga_catalog_index(catalog, column->relation);
    const PgaListMap unknown = list_map(walk, pga_value_type_of(walk->map, ""), NULL);

    if (!has_values(column->slots))
        return;
    if (relation)
        map_own_column(walk, relation, column);
    else if (index)
        map_index_column(walk, index, column);
    else if (!pga_slots_map(&unknown, column->slots))
        leave_out(walk, NULL, column->relation, column->attname);
}

static void
drop_list(PgaExtendedStatistics *extended)
{
    g_clear_pointer(&extended->mcv_values, g_free);
    g_clear_pointer(&extended->mcv_nulls, g_free);
    g_clear_pointer(&extended->mcv_freqs, g_free);
    g_clear_pointer(&extended->mcv_base_freqs, g_free);
}

/* (nullable) */
static const PgaRelation *
extended_relation(const Walk *walk, const PgaExtendedStatistics *extended)
{
    const PgaObject *object = pga_objects_lookup(
        walk->snapshot->objects, PGA_OBJECT_ID(PGA_CLASS_STATISTICS, extended->oid));

    return object ? pga_catalog_relation(walk->snapshot->catalog, object->relation) : NULL;
}

/* (transfer full): of const PgaValueType *: columns, then expressions. */
static GPtrArray *
extended_types(const Walk *walk, const PgaExtendedStatistics *extended)
{
    const PgaRelation *relation = extended_relation(walk, extended);
    GPtrArray *types = g_ptr_array_new();

    for (guint i = 0; i < extended->attnames->len; i++) {
        const PgaAttribute *attribute =
            relation ? find_attribute(relation, g_ptr_array_index(extended->attnames, i)) : NULL;

        g_ptr_array_add(types,
                        (gpointer)(attribute ? pga_value_type_of_attribute(walk->map, attribute)
                                             : pga_value_type_of(walk->map, "")));
    }
    for (guint i = 0; i < extended->expressions->len; i++) {
        const PgaColumnStatistics *expression = g_ptr_array_index(extended->expressions, i);

        g_ptr_array_add(types, (gpointer)pga_slots_guess(walk->map, expression->slots));
    }
    return types;
}

static gboolean
map_mcv_list(const Walk *walk, const GPtrArray *types, PgaExtendedStatistics *extended)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (!extended->mcv_values)
        return TRUE;
    if (types->len == 0 ||
        !pga_rows_map(walk->map, types, extended->mcv_values, strlen(extended->mcv_values), out))
        return FALSE;
    g_free(extended->mcv_values);
    extended->mcv_values = g_string_free(g_steal_pointer(&out), FALSE);
    return TRUE;
}

static void
map_extended(Walk *walk, PgaExtendedStatistics *extended)
{
    g_autoptr(GPtrArray) types = extended_types(walk, extended);
    const PgaRelation *relation = extended_relation(walk, extended);
    gboolean whole = map_mcv_list(walk, types, extended);

    if (!whole)
        drop_list(extended);
    for (guint i = 0; i < extended->expressions->len; i++) {
        PgaColumnStatistics *expression = g_ptr_array_index(extended->expressions, i);
        const PgaListMap list =
            list_map(walk, g_ptr_array_index(types, extended->attnames->len + i), NULL);

        whole = pga_slots_map(&list, expression->slots) && whole;
    }
    if (!whole)
        leave_out(walk, NULL, relation ? relation->oid : 0, NULL);
}

/* Maps the text in @at. FALSE when it cannot be. */
static gboolean
map_text(const PgaListMap *list, char **at)
{
    char *mapped;

    if (!*at)
        return TRUE;
    mapped = pga_value_map(list->map, list->type, *at);
    g_free(*at);
    *at = mapped;
    return mapped != NULL;
}

static gboolean
map_ends(const Walk *walk, PgaExtremes *extremes)
{
    const PgaIndex *index = pga_catalog_index(walk->snapshot->catalog, extremes->index);
    const PgaAttribute *attribute = index ? index_attribute(walk, index, 1) : NULL;
    const char *type = index ? index_type(index, 1) : NULL;
    const PgaListMap list = list_map(walk,
                                     attribute ? pga_value_type_of_attribute(walk->map, attribute)
                                               : pga_value_type_of(walk->map, type ? type : ""),
                                     attribute ? attribute->collation : NULL);

    if (!map_text(&list, &extremes->minimum) || !map_text(&list, &extremes->maximum))
        return FALSE;
    if (extremes->minimum && extremes->maximum && !pga_order_is_kept(list.type) &&
        pga_order_compare(list.order, list.type, extremes->minimum, extremes->maximum) > 0) {
        char *minimum = extremes->minimum;

        extremes->minimum = extremes->maximum;
        extremes->maximum = minimum;
    }
    return TRUE;
}

/* What cannot be mapped goes: the planner then takes the histogram's ends. */
static void
map_extremes(Walk *walk)
{
    GPtrArray *all = walk->snapshot->planner->extremes;
    guint kept = 0;

    for (guint i = 0; i < all->len; i++) {
        PgaExtremes *extremes = g_ptr_array_index(all, i);

        if (map_ends(walk, extremes))
            all->pdata[kept++] = extremes;
        else
            pga_record_free(&pga_extremes_type, extremes);
    }
    g_ptr_array_set_size(all, (gint)kept);
}

static void
drop_samples(PgaPlannerData *planner)
{
    for (guint i = 0; i < planner->samples->len; i++)
        pga_record_free(&pga_sample_type, g_ptr_array_index(planner->samples, i));
    g_ptr_array_set_size(planner->samples, 0);
}

static int
compare_left_out(gconstpointer a, gconstpointer b)
{
    const PgaLeftOut *left = *(PgaLeftOut *const *)a, *right = *(PgaLeftOut *const *)b;

    return strcmp(left->type, right->type);
}

static GPtrArray *
collect_left_out(Walk *walk)
{
    GPtrArray *entries = g_ptr_array_new_with_free_func(left_out_free);
    GHashTableIter iter;
    gpointer entry;

    g_hash_table_iter_init(&iter, walk->left_out);
    while (g_hash_table_iter_next(&iter, NULL, &entry))
        g_ptr_array_add(entries, entry);
    g_ptr_array_sort(entries, compare_left_out);
    return entries;
}

GPtrArray *
pga_statistics_map(PgaSnapshot *snapshot, PgaValueMap *map)
{
    g_autoptr(GHashTable) left_out = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
    g_autoptr(GString) scratch = g_string_new(NULL);
    Walk walk = {snapshot, map, left_out, done, g_string_chunk_new(1 << 16), scratch};
    PgaPlannerData *planner = snapshot->planner;

    for (guint i = 0; i < planner->extended->len; i++)
        map_extended(&walk, g_ptr_array_index(planner->extended, i));
    for (guint i = 0; i < planner->columns->len; i++)
        map_column(&walk, g_ptr_array_index(planner->columns, i));
    map_attributes(&walk);
    g_string_chunk_free(snapshot->catalog->values);
    snapshot->catalog->values = walk.values;
    map_extremes(&walk);
    drop_samples(planner);
    return collect_left_out(&walk);
}
