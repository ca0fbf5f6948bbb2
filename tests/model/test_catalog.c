/* The Catalog's linking, sums and lookups. */
#include <model/catalog.h>

#include <base/error.h>

static void
test_links(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    PgaRelation *orders = pga_catalog_add_relation(catalog, 100, "shop", "orders");
    PgaIndex *index;

    pga_relation_add_attribute(orders, 2, "customer_id");
    pga_relation_add_attribute(orders, 1, "Id");
    index = pga_catalog_add_index(catalog, 200, 100);
    index->relname = g_strdup("orders_pkey");
    index->indisprimary = TRUE;
    pga_catalog_add_index(catalog, 201, 999)->relname = g_strdup("of_a_skipped_relation");
    pga_catalog_add_constraint(catalog, 300, 'f', 100)->conname = g_strdup("fk");
    pga_catalog_add_constraint(catalog, 301, 'f', 999)->conname = g_strdup("of_a_skipped_relation");
    pga_catalog_finish(catalog);

    g_assert_cmpuint(catalog->indexes->len, ==, 1);
    g_assert_cmpuint(catalog->constraints->len, ==, 1);
    g_assert_true(pga_relation_primary_key(orders) == index);
    g_assert_cmpuint(orders->constraints->len, ==, 1);
    g_assert_cmpstr(pga_relation_attribute(orders, 1)->attname, ==, "Id");
    g_assert_null(pga_relation_attribute(orders, 3));
}

static void
test_names(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    PgaRelation *relation = pga_catalog_add_relation(catalog, 100, "shop", "Order Lines");
    PgaAttribute *attribute = pga_relation_add_attribute(relation, 1, "user");
    g_autofree char *display = NULL, *column = NULL, *list = NULL;
    g_autoptr(GArray) attnums = g_array_new(FALSE, FALSE, sizeof(gint16));
    const gint16 numbers[] = {1, 7};

    g_array_append_vals(attnums, numbers, 2);
    pga_catalog_finish(catalog);
    display = pga_relation_display(relation, NULL);
    column = pga_relation_display(relation, attribute);
    list = pga_relation_column_list(relation, attnums);
    g_assert_cmpstr(display, ==, "shop.\"Order Lines\"");
    g_assert_cmpstr(column, ==, "shop.\"Order Lines\".\"user\"");
    g_assert_cmpstr(list, ==, "\"user\"");
}

static PgaRelation *
add_partition(PgaCatalog *catalog, PgaOid oid, PgaOid parent, char relkind, double reltuples)
{
    g_autofree char *name = g_strdup_printf("part_%u", oid);
    PgaRelation *relation = pga_catalog_add_relation(catalog, oid, "public", name);

    relation->relkind = relkind;
    relation->parent = parent;
    relation->relispartition = parent != 0;
    relation->reltuples = reltuples;
    relation->rows_source = reltuples < 0 ? PGA_ROWS_UNKNOWN : PGA_ROWS_ANALYZED;
    relation->table_bytes = 8192;
    relation->has_counters = TRUE;
    relation->counters.n_tup_ins = 10;
    return relation;
}

static void
test_partitions(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    PgaRelation *root = add_partition(catalog, 1, 0, 'p', -1);
    PgaRelation *middle = add_partition(catalog, 2, 1, 'p', -1);
    PgaRelation *leaf = add_partition(catalog, 3, 2, 'r', 1000);
    PgaIndex *parent_index = pga_catalog_add_index(catalog, 10, 1);
    PgaIndex *leaf_index = pga_catalog_add_index(catalog, 11, 3);

    add_partition(catalog, 4, 1, 'r', 500);
    leaf_index->parent = 10;
    leaf_index->bytes = 16384;
    leaf_index->idx_scan = 7;
    pga_catalog_finish(catalog);
    g_assert_cmpfloat(root->reltuples, ==, 1500);
    g_assert_cmpfloat(middle->reltuples, ==, 1000);
    g_assert_cmpint(root->table_bytes, ==, 16384);
    g_assert_cmpint(root->counters.n_tup_ins, ==, 20);
    g_assert_cmpint(parent_index->bytes, ==, 16384);
    g_assert_cmpint(parent_index->idx_scan, ==, 7);

    leaf->reltuples = 2000;
    pga_catalog_sum_partitions(catalog);
    g_assert_cmpfloat(root->reltuples, ==, 2500);
}

static void
test_never_analysed(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    PgaRelation *counted = pga_catalog_add_relation(catalog, 1, "public", "counted");
    PgaRelation *unknown = pga_catalog_add_relation(catalog, 2, "public", "unknown");

    counted->has_counters = unknown->has_counters = TRUE;
    counted->counters.n_live_tup = 42;
    unknown->table_bytes = 8192; /* it has rows, but the counters were lost */
    pga_catalog_finish(catalog);
    g_assert_cmpfloat(counted->reltuples, ==, 42);
    g_assert_cmpint(counted->rows_source, ==, PGA_ROWS_COUNTERS);
    g_assert_cmpfloat(unknown->reltuples, <, 0);
}

static void
test_stated_rows(void)
{
    static const char *const ways[] = {"orders", "shop.orders", "shop.\"orders\"", "\"orders\""};
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    PgaRelation *orders = pga_catalog_add_relation(catalog, 1, "shop", "orders");
    g_autoptr(GError) missing = NULL, ambiguous = NULL;

    pga_catalog_add_relation(catalog, 2, "a", "both");
    pga_catalog_add_relation(catalog, 3, "b", "both");
    pga_catalog_finish(catalog);
    for (guint i = 0; i < 2; i++) {
        orders->reltuples = -1;
        g_assert_true(pga_catalog_state_rows(catalog, ways[i], 5e6, NULL));
        g_assert_cmpfloat(orders->reltuples, ==, 5e6);
    }
    g_assert_false(pga_catalog_state_rows(catalog, "nowhere", 1, &missing));
    g_assert_error(missing, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_false(pga_catalog_state_rows(catalog, "both", 1, &ambiguous));
    g_assert_nonnull(pga_error_get_hint(ambiguous));
}

static void
test_quoted_rows(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    PgaRelation *odd = pga_catalog_add_relation(catalog, 1, "My Schema", "a.b");

    pga_catalog_finish(catalog);
    g_assert_true(pga_catalog_state_rows(catalog, "\"My Schema\".\"a.b\"", 7, NULL));
    g_assert_cmpfloat(odd->reltuples, ==, 7);
    g_assert_true(pga_catalog_state_rows(catalog, "a.b", 8, NULL));
    g_assert_cmpfloat(odd->reltuples, ==, 8);
}

static void
test_settings(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    PgaSetting *setting = pga_catalog_add_setting(catalog, "shared_buffers");

    setting->setting = g_strdup("16384");
    setting->unit = g_strdup("8kB");
    setting = pga_catalog_add_setting(catalog, "autovacuum_work_mem");
    setting->setting = g_strdup("-1");
    setting->unit = g_strdup("kB");
    setting = pga_catalog_add_setting(catalog, "search_path");
    setting->setting = g_strdup("public");
    pga_catalog_finish(catalog);
    g_assert_cmpint(pga_catalog_setting_int64(catalog, "shared_buffers"), ==, 134217728);
    g_assert_cmpint(pga_catalog_setting_int64(catalog, "autovacuum_work_mem"), ==, -1);
    g_assert_cmpint(pga_catalog_setting_int64(catalog, "search_path"), ==, -1);
    g_assert_cmpint(pga_catalog_setting_int64(catalog, "absent"), ==, -1);
}

static void
test_sequences(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    PgaRelation *relation = pga_catalog_add_relation(catalog, 1, "public", "t");
    PgaAttribute *id = pga_relation_add_attribute(relation, 1, "id");
    PgaSequence *sequence = pga_catalog_add_sequence(catalog, 9, "public", "t_id_seq");

    sequence->owner_relid = 1;
    sequence->owner_attnum = 1;
    pga_catalog_finish(catalog);
    g_assert_cmpuint(id->owned_sequence, ==, 9);
    g_assert_true(pga_catalog_sequence(catalog, 9) == sequence);
    g_assert_null(pga_catalog_sequence(catalog, 8));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/catalog/links-and-drops-what-has-no-relation", test_links);
    g_test_add_func("/model/catalog/names-are-quoted-as-sql-needs", test_names);
    g_test_add_func("/model/catalog/partitions-sum-into-every-ancestor", test_partitions);
    g_test_add_func("/model/catalog/counters-stand-in-for-analyze", test_never_analysed);
    g_test_add_func("/model/catalog/stated-rows-by-any-spelling", test_stated_rows);
    g_test_add_func("/model/catalog/stated-rows-of-odd-names", test_quoted_rows);
    g_test_add_func("/model/catalog/settings-with-their-unit", test_settings);
    g_test_add_func("/model/catalog/sequences-find-their-column", test_sequences);
    return g_test_run();
}
