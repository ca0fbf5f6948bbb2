/* What the planner is told of the source: pg_class' numbers, current sizes, statistics, the ends of
 * B-trees, metapages. With the whatif module only; the fallback without it is sizes.c. */
#include "array_literal_internal.h"
#include "base/text.h"
#include "put_internal.h"
#include "size_model_internal.h"
#include "sizes_internal.h"
#include <jansson.h>
#include <math.h>

/* FROM and WHERE of a statement about relations named by $1 and $2. */
#define NAMED_RELATION                                                                             \
    " JOIN pg_catalog.pg_namespace n ON n.nspname = u.nspname"                                     \
    " JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = u.relname"
#define SHOWN "pg_catalog.format('%I.%I', u.nspname, u.relname)"

/** The name that an oid of the source has there and here. */
typedef struct {
    const char *nspname, *relname;
} Name;

static gboolean
name_of(const PgaClone *clone, PgaOid oid, Name *name)
{
    const PgaRelation *relation = pga_catalog_relation(clone->catalog, oid);
    const PgaIndex *index = relation ? NULL : pga_catalog_index(clone->catalog, oid);

    *name = relation ? (Name){relation->nspname, relation->relname}
            : index  ? (Name){index->nspname, index->relname}
                     : (Name){NULL, NULL};
    return name->relname != NULL;
}

/* Partitioned tables and indexes have no blocks of their own. */
static gboolean
has_storage(const PgaClone *clone, PgaOid oid)
{
    const PgaIndex *index = pga_catalog_index(clone->catalog, oid);
    const PgaRelation *relation =
        pga_catalog_relation(clone->catalog, index ? index->indrelid : oid);

    return relation && relation->relkind != 'p';
}

static char *
int_text(gint64 value)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, value);
}

static const char sizes_sql[] =
    "UPDATE pg_catalog.pg_class c SET relpages = u.relpages::pg_catalog.int4,"
    " reltuples = u.reltuples::pg_catalog.float4,"
    " relallvisible = u.relallvisible::pg_catalog.int4"
    " FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[], $3::pg_catalog.text[],"
    " $4::pg_catalog.text[], $5::pg_catalog.text[]) u (nspname, relname, relpages, reltuples,"
    " relallvisible)"
    " JOIN pg_catalog.pg_namespace n ON n.nspname = u.nspname"
    " WHERE c.relnamespace = n.oid AND c.relname = u.relname";

static const char pages_sql[] =
    "SELECT " SHOWN ", p.message FROM (SELECT u.nspname, u.relname,"
    " pgarchitect_whatif.put_size(c.oid, u.pages::pg_catalog.int8, u.height::pg_catalog.int4)"
    " AS message FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[],"
    " $3::pg_catalog.text[], $4::pg_catalog.text[]) u (nspname, relname, pages, "
    "height)" NAMED_RELATION " OFFSET 0) p (nspname, relname, message), "
    "LATERAL (SELECT p.nspname, p.relname) u WHERE p.message IS NOT NULL";

/* Before 14 an analysed empty table and one never analysed look alike; the lab's version decides
 * how to read it. */
static gboolean
put_size(PgaClone *clone, PgaPut *numbers, PgaPut *pages, const PgaRelationSize *size,
         gint32 tree_height, GError **error)
{
    g_autofree char *relpages = int_text(MIN(size->relpages, G_MAXINT32));
    g_autofree char *visible = int_text(MIN(size->relallvisible, G_MAXINT32));
    g_autofree char *blocks = int_text(size->pages >= 0 ? size->pages : size->relpages);
    g_autofree char *height = int_text(tree_height);
    Name name;

    if (!name_of(clone, size->oid, &name) || !has_storage(clone, size->oid))
        return TRUE;
    return pga_put_row(numbers,
                       (const char *const[]){name.nspname, name.relname, relpages, size->reltuples,
                                             visible},
                       error) &&
           pga_put_row(pages, (const char *const[]){name.nspname, name.relname, blocks, height},
                       error);
}

static GHashTable *
index_heights(const PgaPlannerData *data)
{
    GHashTable *heights = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < data->metapages->len; i++) {
        const PgaMetapage *metapage = g_ptr_array_index(data->metapages, i);

        if (metapage->tree_height >= 0)
            g_hash_table_insert(heights, GUINT_TO_POINTER(metapage->index),
                                GINT_TO_POINTER(metapage->tree_height + 1));
    }
    return heights;
}

static gboolean
put_sizes(PgaClone *clone, const PgaPlannerData *data, GError **error)
{
    PgaPut numbers = PGA_PUT_NAMED(clone, "numbers of rows and pages", sizes_sql, 5);
    PgaPut pages = PGA_PUT_NAMED(clone, "sizes of relations", pages_sql, 4);
    g_autoptr(GHashTable) heights = index_heights(data);
    gboolean ok = TRUE;

    for (guint i = 0; ok && i < data->sizes->len; i++) {
        const PgaRelationSize *size = g_ptr_array_index(data->sizes, i);
        const gint32 height =
            GPOINTER_TO_INT(g_hash_table_lookup(heights, GUINT_TO_POINTER(size->oid))) - 1;

        ok = put_size(clone, &numbers, &pages, size, height, error);
    }
    ok = pga_put_end(&numbers, ok ? error : NULL) && ok;
    return pga_put_end(&pages, ok ? error : NULL) && ok;
}

/* Three arrays of five for each row: kinds, numbers, values. */
static const char statistics_sql[] =
    "SELECT 'statistics of ' || " SHOWN
    " || COALESCE('.' || pg_catalog.quote_ident(u.attname), ''),"
    " p.message FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[],"
    " $3::pg_catalog.text[], $4::pg_catalog.text[], $5::pg_catalog.text[], $6::pg_catalog.text[],"
    " $7::pg_catalog.text[], $8::pg_catalog.text[], $9::pg_catalog.text[],"
    " $10::pg_catalog.text[], $11::pg_catalog.text[])"
    " u (nspname, relname, attname, attnum, inherited, null_frac, width, n_distinct, kinds,"
    " numbers, vals)" NAMED_RELATION
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND CASE WHEN c.relkind"
    " IN ('i', 'I') THEN a.attnum = u.attnum::pg_catalog.int2 ELSE a.attname = u.attname END"
    " CROSS JOIN LATERAL (SELECT pgarchitect_whatif.put_statistics(c.oid, a.attnum,"
    " u.inherited::pg_catalog.bool, u.null_frac::pg_catalog.float4, u.width::pg_catalog.int4,"
    " u.n_distinct::pg_catalog.float4, u.kinds::pg_catalog.int2[], u.numbers::pg_catalog.text[],"
    " u.vals::pg_catalog.text[]) AS message OFFSET 0) p WHERE p.message IS NOT NULL";

/** The texts of one row of statistics. */
typedef struct {
    char *attnum, *width;
    GString *kinds, *numbers, *values;
} Slots;

static void
slots_clear(Slots *slots)
{
    g_free(slots->attnum);
    g_free(slots->width);
    g_string_free(slots->kinds, TRUE);
    g_string_free(slots->numbers, TRUE);
    g_string_free(slots->values, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Slots, slots_clear)

static Slots
slots_of(const PgaColumnStatistics *column)
{
    Slots slots = {
        .attnum = int_text(column->attnum),
        .width = int_text(column->width),
        .kinds = pga_array_literal_new(),
        .numbers = pga_array_literal_new(),
        .values = pga_array_literal_new(),
    };

    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++) {
        g_autofree char *kind = int_text(column->slots[i].kind);

        pga_array_literal_add(slots.kinds, kind);
        pga_array_literal_add(slots.numbers, column->slots[i].numbers);
        pga_array_literal_add(slots.values, column->slots[i].values);
    }
    pga_array_literal_end(slots.kinds);
    pga_array_literal_end(slots.numbers);
    pga_array_literal_end(slots.values);
    return slots;
}

static gboolean
put_statistics(PgaClone *clone, const PgaPlannerData *data, GError **error)
{
    PgaPut put = PGA_PUT_NAMED(clone, "statistics of columns", statistics_sql, 11);
    gboolean ok = TRUE;

    for (guint i = 0; ok && i < data->columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(data->columns, i);
        g_auto(Slots) slots = slots_of(column);
        Name name;

        if (name_of(clone, column->relation, &name))
            ok = pga_put_row(&put,
                             (const char *const[]){name.nspname, name.relname, column->attname,
                                                   slots.attnum, column->inherited ? "t" : "f",
                                                   column->null_frac, slots.width,
                                                   column->n_distinct, slots.kinds->str,
                                                   slots.numbers->str, slots.values->str},
                             error);
    }
    return pga_put_end(&put, ok ? error : NULL) && ok;
}

/* (transfer full): as put_extended_statistics() wants an expression's statistics */
static char *
expression_json(const PgaColumnStatistics *column)
{
    json_t *kinds = json_array(), *numbers = json_array(), *values = json_array();
    json_t *object;
    char *text;

    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++) {
        const PgaStatisticSlot *slot = &column->slots[i];

        json_array_append_new(kinds, json_integer(slot->kind));
        json_array_append_new(numbers, slot->numbers ? json_string(slot->numbers) : json_null());
        json_array_append_new(values, slot->values ? json_string(slot->values) : json_null());
    }
    object = json_pack("{s:s?, s:i, s:s?, s:o, s:o, s:o}", "null_frac", column->null_frac, "width",
                       column->width, "n_distinct", column->n_distinct, "kinds", kinds, "numbers",
                       numbers, "values", values);
    text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return text;
}

static char *
expressions_literal(const PgaExtendedStatistics *extended)
{
    GString *array = pga_array_literal_new();

    for (guint i = 0; i < extended->expressions->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(extended->expressions, i);
        char *json = column->width >= 0 ? expression_json(column) : NULL;

        pga_array_literal_add(array, json);
        free(json);
    }
    pga_array_literal_end(array);
    return g_string_free(array, FALSE);
}

static const char extended_sql[] =
    "SELECT 'extended statistics ' || pg_catalog.format('%I.%I', u.nspname, u.stxname), p.message"
    " FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[], $3::pg_catalog.text[],"
    " $4::pg_catalog.text[], $5::pg_catalog.text[], $6::pg_catalog.text[], $7::pg_catalog.text[],"
    " $8::pg_catalog.text[], $9::pg_catalog.text[], $10::pg_catalog.text[],"
    " $11::pg_catalog.text[], $12::pg_catalog.text[])"
    " u (nspname, stxname, inherited, attnums, attnames, ndistinct, dependencies, mcv_values,"
    " mcv_nulls, mcv_freqs, mcv_base_freqs, expressions)"
    " JOIN pg_catalog.pg_namespace n ON n.nspname = u.nspname"
    " JOIN pg_catalog.pg_statistic_ext e ON e.stxnamespace = n.oid AND e.stxname = u.stxname"
    " CROSS JOIN LATERAL (SELECT pgarchitect_whatif.put_extended_statistics(e.oid,"
    " u.inherited::pg_catalog.bool, u.attnums::pg_catalog.int2[], u.attnames::pg_catalog.text[],"
    " u.ndistinct, u.dependencies, u.mcv_values, u.mcv_nulls, u.mcv_freqs, u.mcv_base_freqs,"
    " u.expressions::pg_catalog.text[]) AS message OFFSET 0) p WHERE p.message IS NOT NULL";

static char *
attnums_literal(const PgaExtendedStatistics *extended)
{
    GString *array = pga_array_literal_new();

    for (guint i = 0; i < extended->attnums->len; i++) {
        g_autofree char *attnum = int_text(g_array_index(extended->attnums, gint16, i));

        pga_array_literal_add(array, attnum);
    }
    pga_array_literal_end(array);
    return g_string_free(array, FALSE);
}

static char *
attnames_literal(const PgaExtendedStatistics *extended)
{
    GString *array = pga_array_literal_new();

    for (guint i = 0; i < extended->attnames->len; i++)
        pga_array_literal_add(array, g_ptr_array_index(extended->attnames, i));
    pga_array_literal_end(array);
    return g_string_free(array, FALSE);
}

static gboolean
put_extended(PgaClone *clone, const PgaPlannerData *data, GError **error)
{
    PgaPut put = PGA_PUT_NAMED(clone, "extended statistics", extended_sql, 12);
    gboolean ok = TRUE;

    for (guint i = 0; ok && clone->objects && i < data->extended->len; i++) {
        const PgaExtendedStatistics *extended = g_ptr_array_index(data->extended, i);
        const PgaObject *object =
            pga_objects_lookup(clone->objects, PGA_OBJECT_ID(PGA_CLASS_STATISTICS, extended->oid));
        g_autofree char *attnums = attnums_literal(extended);
        g_autofree char *attnames = attnames_literal(extended);
        g_autofree char *expressions = expressions_literal(extended);

        if (object)
            ok = pga_put_row(&put,
                             (const char *const[]){
                                 object->nspname, object->objname, extended->inherited ? "t" : "f",
                                 attnums, attnames, extended->ndistinct, extended->dependencies,
                                 extended->mcv_values, extended->mcv_nulls, extended->mcv_freqs,
                                 extended->mcv_base_freqs, expressions},
                             error);
    }
    return pga_put_end(&put, ok ? error : NULL) && ok;
}

static const char extremes_sql[] =
    "SELECT 'ends of index ' || " SHOWN ", p.message"
    " FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[], $3::pg_catalog.text[],"
    " $4::pg_catalog.text[]) u (nspname, relname, minimum, maximum)" NAMED_RELATION
    " CROSS JOIN LATERAL (SELECT pgarchitect_whatif.put_extremes(c.oid, u.minimum, u.maximum)"
    " AS message OFFSET 0) p WHERE p.message IS NOT NULL";

static gboolean
put_extremes(PgaClone *clone, const PgaPlannerData *data, GError **error)
{
    PgaPut put = PGA_PUT_NAMED(clone, "ends of indexes", extremes_sql, 4);
    gboolean ok = TRUE;

    for (guint i = 0; ok && i < data->extremes->len; i++) {
        const PgaExtremes *extremes = g_ptr_array_index(data->extremes, i);
        Name name;

        if (extremes->minimum && extremes->maximum && name_of(clone, extremes->index, &name))
            ok = pga_put_row(&put,
                             (const char *const[]){name.nspname, name.relname, extremes->minimum,
                                                   extremes->maximum},
                             error);
    }
    return pga_put_end(&put, ok ? error : NULL) && ok;
}

static const char metapages_sql[] =
    "SELECT 'metapage of index ' || " SHOWN ", p.message"
    " FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[], $3::pg_catalog.text[])"
    " u (nspname, relname, numbers)" NAMED_RELATION
    " CROSS JOIN LATERAL (SELECT pgarchitect_whatif.put_metapage(c.oid,"
    " u.numbers::pg_catalog.int8[]) AS message OFFSET 0) p WHERE p.message IS NOT NULL";

/* (transfer full) (nullable) */
static char *
metapage_literal(const PgaMetapage *metapage)
{
    GString *array;
    const gboolean is_gin = metapage->gin[1] >= 0;

    if (!is_gin && metapage->brin_revmap_pages < 0)
        return NULL;
    array = pga_array_literal_new();
    for (guint i = 0; i < (is_gin ? G_N_ELEMENTS(metapage->gin) : 1); i++) {
        g_autofree char *number = int_text(is_gin ? metapage->gin[i] : metapage->brin_revmap_pages);

        pga_array_literal_add(array, number);
    }
    pga_array_literal_end(array);
    return g_string_free(array, FALSE);
}

static gboolean
put_metapages(PgaClone *clone, const PgaPlannerData *data, GError **error)
{
    PgaPut put = PGA_PUT_NAMED(clone, "metapages of indexes", metapages_sql, 3);
    gboolean ok = TRUE;

    for (guint i = 0; ok && i < data->metapages->len; i++) {
        const PgaMetapage *metapage = g_ptr_array_index(data->metapages, i);
        g_autofree char *numbers = metapage_literal(metapage);
        Name name;

        if (numbers && name_of(clone, metapage->index, &name))
            ok = pga_put_row(&put, (const char *const[]){name.nspname, name.relname, numbers},
                             error);
    }
    return pga_put_end(&put, ok ? error : NULL) && ok;
}

/* The Catalog's own words as planner data, for a source that has no better ones. */
static void
add_from_catalog(const PgaRelation *relation, PgaPlannerData *data)
{
    PgaRelationSize *size;

    if (relation->reltuples < 0 || relation->relkind == 'p')
        return;
    size = pga_planner_data_add_size(data, relation->oid);
    size->pages = pga_size_table_pages(relation);
    size->relpages = size->pages;
    size->reltuples = pga_number_text(relation->reltuples);
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (index->bytes <= 0 || relation->rows_source == PGA_ROWS_STATED ||
            relation->rows_source == PGA_ROWS_DUMP)
            continue;
        size = pga_planner_data_add_size(data, index->indexrelid);
        size->pages = index->bytes / 8192;
        size->relpages = size->pages;
        size->reltuples = pga_number_text(relation->reltuples);
    }
}

/* Of a partial index put_size() keeps the density that pg_class has then. */
gboolean
pga_clone_estimate_unsized(PgaClone *clone, GError **error)
{
    static const char *const statements[] = {
        "UPDATE pg_catalog.pg_class c SET relpages = LEAST(s.pages, 2147483647)::pg_catalog.int4,"
        " reltuples = s.tuples::pg_catalog.float4"
        " FROM pg_catalog.pg_index i"
        " CROSS JOIN LATERAL pgarchitect_whatif.index_size(i.indexrelid) s"
        " WHERE c.oid = i.indexrelid AND c.relkind = 'i' AND c.oid >= 16384"
        " AND i.indrelid IN (SELECT relid FROM pgarchitect_whatif.size)"
        " AND c.oid NOT IN (SELECT relid FROM pgarchitect_whatif.size)",
        "SELECT pgarchitect_whatif.put_size(c.oid, c.relpages, -1)"
        " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
        " WHERE c.relkind = 'i' AND c.oid >= 16384"
        " AND i.indrelid IN (SELECT relid FROM pgarchitect_whatif.size)"
        " AND c.oid NOT IN (SELECT relid FROM pgarchitect_whatif.size)",
    };

    for (guint i = 0; i < G_N_ELEMENTS(statements); i++) {
        g_autoptr(PGresult) done = pga_clone_query(clone->admin, statements[i], NULL, 0, error);

        if (!done)
            return FALSE;
    }
    return TRUE;
}

static gboolean
put_catalog_statistics(PgaClone *clone, GError **error)
{
    for (guint i = clone->n_settled; i < clone->order->len; i++) {
        const PgaCloned *cloned = g_ptr_array_index(clone->order, i);
        g_autofree char *name = NULL;
        g_autoptr(PGresult) row = NULL;

        if (!cloned->relation || !cloned->made || cloned->relation->reltuples < 0)
            continue;
        name = pga_relation_display(cloned->relation, NULL);
        row = pga_clone_query(clone->admin,
                              "SELECT oid FROM pg_catalog.pg_class WHERE oid = "
                              "pg_catalog.to_regclass($1)",
                              (const char *const[]){name}, 1, error);
        if (!row || (PQntuples(row) == 1 && !pga_clone_set_statistics(clone, PQgetvalue(row, 0, 0),
                                                                      cloned->relation, error)))
            return FALSE;
    }
    return TRUE;
}

static GArray *
new_relations(const PgaClone *clone)
{
    GArray *oids = g_array_new(FALSE, FALSE, sizeof(PgaOid));

    for (guint i = clone->n_settled; i < clone->order->len; i++) {
        const PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        if (cloned->relation && cloned->made)
            g_array_append_val(oids, cloned->relation->oid);
    }
    return oids;
}

static gboolean
put_all(PgaClone *clone, const PgaPlannerData *data, GError **error)
{
    return put_sizes(clone, data, error) && put_statistics(clone, data, error) &&
           put_extended(clone, data, error) && put_extremes(clone, data, error) &&
           put_metapages(clone, data, error) && pga_clone_put_samples(clone, data, error);
}

gboolean
pga_clone_tell_planner(PgaClone *clone, GError **error)
{
    g_autoptr(PgaPlannerData) data = pga_planner_data_new();
    g_autoptr(GArray) relations = new_relations(clone);

    if (!clone->module || relations->len == 0)
        return TRUE;
    if (clone->planner_source)
        return clone->planner_source->read(clone->planner_source->self, relations, data, error) &&
               put_all(clone, data, error);
    for (guint i = 0; i < relations->len; i++)
        add_from_catalog(pga_catalog_relation(clone->catalog, g_array_index(relations, PgaOid, i)),
                         data);
    return put_all(clone, data, error) && put_catalog_statistics(clone, error) &&
           pga_clone_estimate_unsized(clone, error);
}
