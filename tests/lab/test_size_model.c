/* Sizes of tables and indexes, against what PostgreSQL 15 really built. */
#include "size_model_internal.h"
#include <math.h>

static PgaAttribute *
attribute(PgaRelation *relation, const char *typname, gint16 typlen, gint32 width,
          double n_distinct)
{
    PgaAttribute *column =
        pga_relation_add_attribute(relation, (gint16)(relation->attributes->len + 1), typname);

    g_free(column->typname);
    column->typname = g_strdup(typname);
    column->typlen = typlen;
    column->typtype = 'b';
    column->typcategory = 'N';
    if (n_distinct != 0) {
        PgaAttributeStats *stats = pga_attribute_add_stats(column);

        stats->avg_width = width;
        stats->n_distinct = n_distinct;
    }
    return column;
}

/** An index of TPC-H at scale 1 and its size. */
typedef struct {
    const char *name;
    double rows;
    struct {
        const char *typname;
        gint16 typlen;
        gint32 width;
        double n_distinct;
    } keys[2];
    guint n_keys;
    gboolean unique;
    double megabytes; /* of 10^6 bytes */
} Built;

static const Built built[] = {
    {"orders-custkey", 1500000, {{"int4", 4, 4, 99996}}, 1, FALSE, 12.6},
    {"orders-orderdate", 1500000, {{"date", 4, 4, 2406}}, 1, FALSE, 10.9},
    {"orders-date-custkey", 1500000, {{"date", 4, 4, 2406}, {"int4", 4, 4, 99996}}, 2, FALSE, 33.7},
    {"orders-priority-char", 1500000, {{"bpchar", -1, 16, 5}}, 1, FALSE, 47.4},
    {"lineitem-shipdate", 6001215, {{"date", 4, 4, 2526}}, 1, FALSE, 42.7},
};

static void
test_built(gconstpointer data)
{
    const Built *b = data;
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    PgaRelation *relation = pga_catalog_add_relation(catalog, 1, "public", "t");
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    double megabytes;

    relation->reltuples = b->rows;
    for (guint i = 0; i < b->n_keys; i++)
        g_ptr_array_add(keys, attribute(relation, b->keys[i].typname, b->keys[i].typlen,
                                        b->keys[i].width, b->keys[i].n_distinct));
    megabytes =
        (double)pga_size_index_pages(relation, "btree", keys, b->n_keys, b->unique) * 8192 / 1e6;
    g_test_message("%s: %.1f MB, really %.1f", b->name, megabytes, b->megabytes);
    g_assert_cmpfloat(fabs(megabytes - b->megabytes) / b->megabytes, <, 0.05);
}

static void
test_table_pages(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    PgaRelation *relation = pga_catalog_add_relation(catalog, 1, "public", "t");

    attribute(relation, "int4", 4, 4, 0);
    attribute(relation, "text", -1, 0, 0);
    relation->reltuples = 1000000;
    relation->rows_source = PGA_ROWS_STATED;
    g_assert_cmpint(pga_size_table_pages(relation), ==, 8334); /* 120 rows of 68 bytes in a block */
    relation->relpages = 77;
    g_assert_cmpint(pga_size_table_pages(relation), ==, 77);
    relation->relpages = 0;
    relation->rows_source = PGA_ROWS_COUNTERS;
    relation->table_bytes = 81920;
    g_assert_cmpint(pga_size_table_pages(relation), ==, 10);
    relation->table_bytes = -1;
    relation->reltuples = -1;
    g_assert_cmpint(pga_size_table_pages(relation), ==, 0);
}

static void
test_other_access_methods(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    PgaRelation *relation = pga_catalog_add_relation(catalog, 1, "public", "t");
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    gint64 brin, gist;

    relation->reltuples = 10000000;
    relation->relpages = 100000;
    g_ptr_array_add(keys, attribute(relation, "int8", 8, 8, 0));
    brin = pga_size_index_pages(relation, "brin", keys, 1, FALSE);
    gist = pga_size_index_pages(relation, "gist", keys, 1, FALSE);
    g_assert_cmpint(brin, <, 20);
    g_assert_cmpint(gist, >, 1000);
    g_ptr_array_add(keys, NULL); /* an expression */
    g_assert_cmpint(pga_size_index_pages(relation, "btree", keys, 2, TRUE), >, gist);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(built); i++) {
        g_autofree char *path = g_strdup_printf("/lab/size-model/btree/%s", built[i].name);

        g_test_add_data_func(path, &built[i], test_built);
    }
    g_test_add_func("/lab/size-model/table-pages", test_table_pages);
    g_test_add_func("/lab/size-model/other-access-methods", test_other_access_methods);
    return g_test_run();
}
