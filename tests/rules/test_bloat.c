/* The arithmetic of bloat, and what is said of it. That it meets real sizes, tests/health shows. */
#include <bloat_internal.h>
#include <rules/bloat.h>

#include "model.h"

static PgaAttribute *
column(PgaRelation *relation, const char *name, const char *type, gint16 typlen, char align,
       gint32 width)
{
    PgaAttribute *attribute = model_column(relation, name, type);

    attribute->typlen = typlen;
    attribute->typalign = align;
    pga_attribute_add_stats(attribute)->avg_width = width;
    attribute->stats->n_distinct = -1;
    return attribute;
}

/* 24 bytes of header, 8 + 4 of columns, padded to 16, 4 of pointer: 44 bytes a row, 185 a page. */
static PgaRelation *
numbers(Model *model, double rows)
{
    PgaRelation *relation = model_table(model, "numbers", rows);

    column(relation, "id", "bigint", 8, 'd', 8);
    column(relation, "a", "integer", 4, 'i', 4);
    relation->has_counters = TRUE;
    relation->heap_bytes = 400000000;
    return relation;
}

static double
needed(Model *model, const PgaRelation *relation)
{
    const PgaRuleRun run = {.catalog = model->catalog, .environment = model->environment};

    return pga_table_needed_bytes(&run, relation);
}

static void
test_table_width(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *relation = numbers(model, 185000);

    g_assert_cmpfloat(needed(model, relation), ==, 1000 * 8192);
    relation->reloptions = g_strdup("fillfactor=50");
    g_assert_cmpfloat(needed(model, relation), ==, 2011 * 8192); /* 92 a page */
    model_setting(model, "block_size", "16384", NULL);
    g_assert_cmpfloat(needed(model, relation), ==, 1000 * 16384);
}

static void
test_table_nulls_and_strings(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *relation = numbers(model, 100000);
    PgaAttribute *small = column(relation, "b", "smallint", 2, 's', 2);
    PgaAttribute *flag = column(relation, "c", "boolean", 1, 'c', 1), *at;

    /* 8 + 4 + 2 + 1 are still 16 */
    g_assert_cmpfloat(needed(model, relation), ==, 541 * 8192);
    small->stats->null_frac = 1; /* all rows have a bitmap, which fits in the padding of 23 bytes */
    g_assert_cmpfloat(needed(model, relation), ==, 541 * 8192);
    small->stats->null_frac = 0.5; /* from here on widths differ: 12 + 1 + 1 + 3.5 */
    g_assert_cmpfloat(needed(model, relation), ==, 559 * 8192);
    small->stats->null_frac = 0;
    column(relation, "note", "text", -1, 'i', 20);                      /* 15 + 20 + 3.5 */
    at = column(relation, "at", "timestamp with time zone", 8, 'd', 8); /* 3.5 + 8 */
    g_assert_cmpfloat(needed(model, relation), ==, 962 * 8192);
    flag->attnum = 9; /* a column was dropped; it is last in the vector when finished */
    at->attnum = 10;
    g_assert_cmpfloat(needed(model, relation), ==, 962 * 8192);
}

static void
test_table_unknown(void)
{
    for (guint i = 0; i < 5; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *relation = numbers(model, i == 0 ? 0 : 1000);

        if (i == 1)
            relation->has_counters = FALSE;
        else if (i == 2)
            relation->counters.n_mod_since_analyze = 201;
        else if (i == 3)
            model_column(relation, "unseen", "text");
        else if (i == 4)
            model_drop_columns(relation);
        g_assert_cmpfloat(needed(model, relation), <, 0);
    }
}

static void
test_table(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    numbers(model, 1850000)->counters.n_dead_tup = 1000;
    g_assert_cmpint(model_run(model, "table-bloat"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->evidence, ==,
                    "318 MB of its 400 MB are not needed by estimate (80 %); 1,000 dead rows among "
                    "them.");
    g_assert_cmpint(finding->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
    g_assert_cmpstr(fix_at(finding, 0), ==, "VACUUM (FULL, ANALYZE) public.numbers;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_LOCK);
    assert_contains(finding->fix.note, "check --exact");
    g_assert_cmpfloat(finding->gain->after, ==, 10000 * 8192);
}

static void
test_table_thresholds(void)
{
    static const struct {
        double rows;
        gint64 bytes, measured;
        Outcome expected;
    } cases[] = {
        {1850000, 81920000 + 104857600, -1, FIRES},
        {1850000, 81920000 + 104857599, -1, SILENT},
        {9250000, 409600000 + 170000000, -1, SILENT}, /* 29 % */
        {1850000, 400000000, 10, SILENT},
        {1850000, 400000000, 200000000, FIRES},
        {-1, 400000000, -1, NOT_EVALUATED},
        {-1, 100000, -1, SILENT},
        {-1, 400000000, 200000000, FIRES},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *relation = numbers(model, cases[i].rows);

        relation->heap_bytes = cases[i].bytes;
        relation->measured_free_bytes = cases[i].measured;
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "table-bloat"), ==, cases[i].expected);
        if (cases[i].measured > 0 && cases[i].expected == FIRES)
            assert_contains(model_finding(model)->evidence, "free or dead by pgstattuple");
    }
}

static void
test_unknown_tables_are_counted(void)
{
    g_autoptr(Model) model = model_new();
    const PgaNotChecked *entry;

    numbers(model, -1);
    numbers(model, -1);
    g_assert_cmpint(model_run(model, "table-bloat"), ==, NOT_EVALUATED);
    entry = g_ptr_array_index(model->not_checked, 0);
    assert_contains(entry->why, "statistics of 2 large tables");
}

static double
index_needs(Model *model, const PgaRelation *relation, const PgaIndex *index)
{
    const PgaRuleRun run = {.catalog = model->catalog, .environment = model->environment};

    return pga_index_needed_bytes(&run, relation, index) / 8192;
}

/* An entry on bigint: 8 + 8 and a pointer of 4; a leaf has room for 7320.8 less its high key. */
static void
test_index_width(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *relation = numbers(model, 1e6);
    PgaIndex *index = model_index(model, relation, "numbers_id", "id");
    PgaAttribute *id = pga_relation_attribute(relation, 1);

    index->reltuples = 1e6;
    g_assert_cmpfloat(index_needs(model, relation, index), ==, 2761);
    index->reloptions = g_strdup("fillfactor=45");
    g_assert_cmpfloat(index_needs(model, relation, index), ==, 5532);
    g_free(index->reloptions);
    index->reloptions = NULL;
    id->stats->n_distinct = 1000; /* lists of 1,000 addresses, in five tuples each */
    g_assert_cmpfloat(index_needs(model, relation, index), ==, 843);
    id->stats->n_distinct = 0;
    g_assert_cmpfloat(index_needs(model, relation, index), ==, 842);
    id->stats->null_frac = 0.5;
    g_assert_cmpfloat(index_needs(model, relation, index), >, 842);
}

static void
test_index_that_keeps_equal_keys(void)
{
    for (guint i = 0; i < 6; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *relation = numbers(model, 1e6);
        PgaIndex *index = model_index(model, relation, "numbers_id", "id");
        PgaAttribute *id = pga_relation_attribute(relation, 1);

        index->reltuples = 1e6;
        id->stats->n_distinct = 1000;
        if (i == 0)
            index->indisunique = TRUE;
        else if (i == 1)
            index->reloptions = g_strdup("deduplicate_items=off");
        else if (i == 2)
            model->environment->version_num = 120020;
        else if (i == 3)
            index->n_key_atts = 0;
        else if (i == 4)
            id->typname[0] = 'x';
        else
            index->reloptions = g_strdup("deduplicate_items=on");
        g_assert_cmpfloat(index_needs(model, relation, index), ==, i == 5 ? 843 : 2761);
    }
}

static void
test_index_unknown(void)
{
    for (guint i = 0; i < 4; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *relation = numbers(model, 1e6);
        PgaIndex *index = model_index(model, relation, "numbers_id", "id");

        index->reltuples = i == 0 ? -1 : 1e6;
        if (i == 1)
            g_array_index(index->indkey, gint16, 0) = 0;
        else if (i == 2)
            relation->counters.n_mod_since_analyze = 1000000;
        else if (i == 3)
            g_array_set_size(index->indkey, 0);
        g_assert_cmpfloat(index_needs(model, relation, index), <, 0);
    }
}

static void
test_index(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *relation = numbers(model, 1e6);
    PgaIndex *index = model_index(model, relation, "numbers_id", "id");
    PgaIndex *hash = model_index(model, relation, "numbers_hash", "id");
    const PgaFinding *finding;

    index->reltuples = hash->reltuples = 1e6;
    index->bytes = hash->bytes = 50000000;
    hash->amname[0] = 'h';
    g_assert_cmpint(model_run(model, "index-bloat"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.numbers_id");
    g_assert_cmpstr(finding->evidence, ==,
                    "27.4 MB of its 50 MB are not needed by estimate (55 %).");
    g_assert_cmpstr(fix_at(finding, 0), ==, "REINDEX INDEX CONCURRENTLY public.numbers_id;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_SAFE);
}

static void
test_index_measured(void)
{
    g_autoptr(Model) model = model_new(), full = model_new();
    PgaIndex *index = model_index(model, numbers(model, -1), "numbers_id", "id");
    PgaIndex *other = model_index(full, numbers(full, -1), "numbers_id", "id");

    index->bytes = other->bytes = 50000000;
    index->measured_free_bytes = 25000000;
    other->measured_free_bytes = 19999999;
    g_assert_cmpint(model_run(model, "index-bloat"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "25 MB of its 50 MB are empty by pgstatindex (50 %).");
    g_assert_cmpint(model_finding(model)->confidence, ==, PGA_CONFIDENCE_CERTAIN);
    g_assert_cmpint(model_run(full, "index-bloat"), ==, SILENT);
}

static void
test_indexes_of_partitions(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *parent = model_table(model, "events", -1);
    PgaIndex *top;
    const PgaFinding *finding;

    model_column(parent, "id", "bigint");
    parent->relkind = 'p';
    top = model_index(model, parent, "events_id", "id");
    for (guint i = 0; i < 22; i++) {
        g_autofree char *name = g_strdup_printf("events_%02u", i);
        PgaIndex *leaf = model_index(model, model_partition(model, parent, name, 10), name, "id");

        leaf->parent = top->indexrelid;
        leaf->bytes = 30000000;
        leaf->measured_free_bytes = 15000000;
    }
    g_assert_cmpint(model_run(model, "index-bloat"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.events_id");
    g_assert_cmpstr(finding->evidence, ==,
                    "330 MB of its 660 MB are empty by pgstatindex (50 %). That is in 22 of its "
                    "partitions.");
    g_assert_cmpuint(finding->fix.sql->len, ==, 20);
    assert_contains(finding->fix.note, "The same for 2 more partitions.");
}

static void
test_candidates(void)
{
    g_autoptr(Model) model = model_new();
    g_autoptr(GArray) tables = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    g_autoptr(GArray) indexes = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    PgaRelation *bloated = numbers(model, 1850000), *unknown = numbers(model, -1);
    PgaRelation *fine = numbers(model, 9250000), *ignored = numbers(model, -1);
    PgaRelation *foreign = numbers(model, -1);
    PgaIndex *index = model_index(model, unknown, "unknown_id", "id");
    const PgaRuleSource source = {.catalog = model->catalog,
                                  .environment = model->environment,
                                  .configuration = model->configuration};

    fine->heap_bytes = 409600000;
    model_index(model, fine, "small", "id")->bytes = 8192;
    model_index(model, ignored, "ignored_id", "id");
    g_free(ignored->nspname);
    ignored->nspname = g_strdup("legacy");
    g_ptr_array_add(model->configuration->ignored_schemas, g_strdup("legacy"));
    foreign->relkind = 'f';
    pga_catalog_finish(model->catalog);
    pga_bloat_candidates(&source, tables, indexes);
    g_assert_cmpuint(tables->len, ==, 2);
    g_assert_cmpuint(g_array_index(tables, PgaOid, 0), ==, bloated->oid);
    g_assert_cmpuint(g_array_index(tables, PgaOid, 1), ==, unknown->oid);
    g_assert_cmpuint(indexes->len, ==, 1);
    g_assert_cmpuint(g_array_index(indexes, PgaOid, 0), ==, index->indexrelid);
    pga_btree_oids(&source, all);
    g_assert_cmpuint(all->len, ==, 2);
    pga_configuration_set_rule(model->configuration, "table-bloat")->off = TRUE;
    pga_configuration_set_rule(model->configuration, "index-bloat")->off = TRUE;
    pga_bloat_candidates(&source, tables, indexes);
    g_assert_cmpuint(tables->len + indexes->len, ==, 3);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/bloat/table/width", test_table_width);
    g_test_add_func("/rules/bloat/table/nulls-and-strings", test_table_nulls_and_strings);
    g_test_add_func("/rules/bloat/table/unknown", test_table_unknown);
    g_test_add_func("/rules/bloat/table/text", test_table);
    g_test_add_func("/rules/bloat/table/thresholds", test_table_thresholds);
    g_test_add_func("/rules/bloat/table/unknown-are-counted", test_unknown_tables_are_counted);
    g_test_add_func("/rules/bloat/index/width", test_index_width);
    g_test_add_func("/rules/bloat/index/equal-keys", test_index_that_keeps_equal_keys);
    g_test_add_func("/rules/bloat/index/unknown", test_index_unknown);
    g_test_add_func("/rules/bloat/index/text", test_index);
    g_test_add_func("/rules/bloat/index/measured", test_index_measured);
    g_test_add_func("/rules/bloat/index/of-partitions", test_indexes_of_partitions);
    g_test_add_func("/rules/bloat/candidates", test_candidates);
    return g_test_run();
}
