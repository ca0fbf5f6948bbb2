/* index-unused: which index may be called unused, and by which counters. */
#include "model.h"

#define RULE "index-unused"

typedef struct {
    PgaRelation *orders;
    PgaIndex *index;
} Shop;

static Shop
shop_new(Model *model)
{
    Shop shop = {.orders = model_table(model, "orders", 50000)};

    model_column(shop.orders, "a", "bigint");
    model_column(shop.orders, "b", "text");
    shop.index = model_index(model, shop.orders, "orders_a_idx", "a");
    shop.orders->has_counters = TRUE;
    shop.orders->counters.n_tup_ins = 100000;
    return shop;
}

static void
test_fix_and_undo(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    shop_new(model);
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.orders_a_idx");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpint(finding->confidence, ==, PGA_CONFIDENCE_LIKELY);
    g_assert_cmpfloat(finding->weight, ==, 10485760);
    g_assert_cmpstr(finding->evidence, ==,
                    "pg_stat_user_indexes counts 0 scans of it in 40 days, during which "
                    "public.orders got 100 k row changes; it takes 10.5 MB.");
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    g_assert_cmpstr(fix_at(finding, 0), ==, "DROP INDEX CONCURRENTLY public.orders_a_idx;");
    g_assert_cmpuint(finding->fix.undo->len, ==, 1);
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "CREATE INDEX CONCURRENTLY orders_a_idx ON public.orders USING btree (a);");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_REVIEW);
    assert_contains(finding->fix.note, "look at pg_stat_user_indexes on every standby first.");
    g_assert_cmpfloat(finding->gain->before, ==, 10485760);
}

static void
test_hostile_names(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "Or\"ders", 50000);

    model_column(orders, "From", "bigint");
    model_index(model, orders, "x\"; DROP TABLE y; --", "From");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "DROP INDEX CONCURRENTLY public.\"x\"\"; DROP TABLE y; --\";");
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "CREATE INDEX CONCURRENTLY \"x\"\"; DROP TABLE y; --\" ON "
                    "public.\"Or\"\"ders\" USING btree (\"From\");");
}

/* Scans, bytes, days since the counters' reset, days since the last scan, and writes. */
static void
test_counters(void)
{
    static const struct {
        gint64 scans, bytes;
        double days, last_days;
        gint64 writes;
        Outcome expected;
    } cases[] = {
        {0, 1048576, 30, -1, 0, FIRES},
        {0, 1048575, 40, -1, 0, SILENT},
        {0, -1, 40, -1, 0, SILENT},
        {-1, 1048576, 40, -1, 0, SILENT},
        {0, 1048576, 29.9, -1, 0, NOT_EVALUATED},
        {0, 1048576, -1, -1, 0, NOT_EVALUATED},
        {50, 1048576, 40, -1, 5001, FIRES},
        {50, 1048576, 40, -1, 5000, SILENT},
        {51, 1048576, 40, -1, 1000000, SILENT},
        {50, 1048576, 40, 31, 1000000, FIRES},
        {50, 1048576, 40, 29, 1000000, SILENT},
        {50, 1048576, 40, 0, 1000000, SILENT},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        const Shop shop = shop_new(model);

        shop.index->idx_scan = cases[i].scans;
        shop.index->bytes = cases[i].bytes;
        shop.index->last_idx_scan_age = cases[i].last_days < 0 ? -1 : cases[i].last_days * 86400;
        shop.orders->counters.n_tup_ins = cases[i].writes;
        model->environment->stats_age = cases[i].days < 0 ? -1 : cases[i].days * 86400;
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, RULE), ==, cases[i].expected);
    }
}

static void
test_every_kind_of_write_counts(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model);

    shop.index->idx_scan = 3;
    shop.orders->counters =
        (PgaRelationCounters){.n_tup_ins = 101, .n_tup_upd = 100, .n_tup_del = 100};
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
}

static void
test_rare_needs_the_tables_counters(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model);

    shop.index->idx_scan = 1;
    shop.orders->has_counters = FALSE;
    g_assert_cmpint(model_run(model, RULE), ==, SILENT);
}

static void
test_why_not_evaluated(void)
{
    static const struct {
        double days;
        const char *why;
    } cases[] = {
        {-1, "it is not known since when the usage counters run"},
        {2.5, "the usage counters cover 2.5 days, 30 are needed (min_days)"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        const PgaNotChecked *entry;

        shop_new(model);
        model->environment->stats_age = cases[i].days < 0 ? -1 : cases[i].days * 86400;
        g_assert_cmpint(model_run(model, RULE), ==, NOT_EVALUATED);
        entry = g_ptr_array_index(model->not_checked, 0);
        g_assert_cmpstr(entry->why, ==, cases[i].why);
    }
}

static void
test_needed(void)
{
    for (guint i = 0; i < 9; i++) {
        g_autoptr(Model) model = model_new();
        const Shop shop = shop_new(model);

        shop.index->indisunique = i == 0;
        shop.index->indisprimary = i == 1;
        shop.index->indisexclusion = i == 2;
        shop.index->indisreplident = i == 3;
        shop.index->indisclustered = i == 4;
        shop.index->constraint = i == 5;
        shop.index->parent = i == 6;
        shop.index->extension = i == 7 ? g_strdup("postgis") : NULL;
        shop.index->indisvalid = i != 8;
        g_test_message("need %u", i);
        g_assert_cmpint(model_run(model, RULE), ==, SILENT);
    }
}

static void
test_foreign_keys_need_it(void)
{
    for (guint i = 0; i < 4; i++) {
        g_autoptr(Model) model = model_new();
        const Shop shop = shop_new(model);
        PgaRelation *other = model_table(model, "other", 10);

        model_column(other, "id", "bigint");
        if (i == 0) /* it serves one */
            model_foreign_key(model, shop.orders, "a", other, "id");
        else if (i == 1) /* another one's referenced side depends on it */
            model_foreign_key(model, other, "id", shop.orders, "a")->conindid =
                shop.index->indexrelid;
        else if (i == 2) /* of another column: no matter */
            model_foreign_key(model, shop.orders, "b", other, "id");
        else /* an expression serves none */
            g_array_index(shop.index->indkey, gint16, 0) = 0;
        g_assert_cmpint(model_run(model, RULE), ==, i < 2 ? SILENT : FIRES);
    }
}

/* The second index is on the same columns with another operator class. */
static void
test_twin(void)
{
    for (guint i = 0; i < 5; i++) {
        g_autoptr(Model) model = model_new();
        const Shop shop = shop_new(model);
        PgaIndex *twin = model_index(model, shop.orders, "orders_a_like", i == 3 ? "b" : "a");
        const PgaOid opclass = 10047;

        g_array_append_val(twin->indclass, opclass);
        twin->idx_scan = 1000000;
        if (i == 1) {
            g_free(twin->amname);
            twin->amname = g_strdup("hash");
        } else if (i == 2) {
            twin->pred = g_strdup("(a > 0)");
        } else if (i == 4) {
            g_array_index(shop.index->indkey, gint16, 0) = 0;
            g_array_index(twin->indkey, gint16, 0) = 0;
            shop.index->exprs = g_strdup("lower(b)");
        }
        g_assert_cmpint(model_run(model, RULE), ==, i == 0 ? SILENT : FIRES);
    }
}

static void
test_what_others_claim(void)
{
    static const struct {
        const char *columns, *off;
        gint64 narrow_scans, narrow_bytes;
        double max_ratio;
        guint expected;
    } cases[] = {
        {"a", NULL, 0, 10485760, 0, 0},                       /* duplicates */
        {"a", "index-duplicate", 0, 10485760, 0, 0},          /* each other's twin */
        {"a b", NULL, 0, 10485760, 0, 0},                     /* prefix */
        {"a b", "index-redundant-prefix", 0, 10485760, 0, 2}, /* nobody says it */
        {"a b", NULL, 100000, 2000000, 0, 1},                 /* the wide one is unused */
        {"a b", NULL, 100000, 2000000, 10, 0},                /* stated: it is redundant */
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        const Shop shop = shop_new(model);

        model_index(model, shop.orders, "orders_wide_idx", cases[i].columns);
        shop.index->idx_scan = cases[i].narrow_scans;
        shop.index->bytes = cases[i].narrow_bytes;
        if (cases[i].off)
            pga_configuration_set_rule(model->configuration, cases[i].off)->off = TRUE;
        if (cases[i].max_ratio > 0)
            pga_rule_setting_set_threshold(
                pga_configuration_set_rule(model->configuration, "index-redundant-prefix"),
                "max_size_ratio", cases[i].max_ratio);
        model_run_all(model);
        g_test_message("case %u", i);
        g_assert_cmpuint(model_count(model, RULE), ==, cases[i].expected);
    }
}

static void
test_standby(void)
{
    g_autoptr(Model) model = model_new();

    shop_new(model);
    model->environment->is_standby = TRUE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpint(model_finding(model)->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
    assert_contains(model_finding(model)->fix.note, "These are a standby's counters");
}

/* A partitioned index is judged as a whole, and only where no partition uses it. */
static void
test_partitioned(void)
{
    for (gint64 scans = 0; scans < 2; scans++) {
        g_autoptr(Model) model = model_new();
        const Shop shop = shop_new(model);
        PgaIndex *part;

        shop.orders->relkind = 'p';
        shop.index->bytes = shop.index->idx_scan = -1;
        part = model_index(model, model_partition(model, shop.orders, "orders_1", 1000),
                           "orders_1_a_idx", "a");
        part->parent = shop.index->indexrelid;
        part->idx_scan = scans;
        g_assert_cmpint(model_run(model, RULE), ==, scans ? SILENT : FIRES);
        if (!scans)
            g_assert_cmpstr(fix_at(model_finding(model), 0), ==, "DROP INDEX public.orders_a_idx;");
    }
}

static void
test_relations_left_out(void)
{
    g_autoptr(Model) model = model_new();

    shop_new(model).orders->extension = g_strdup("postgis");
    g_assert_cmpint(model_run(model, RULE), ==, SILENT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(path, function) g_test_add_func("/rules/index-unused/" path, function)
    TEST("fix-and-undo", test_fix_and_undo);
    TEST("hostile-names", test_hostile_names);
    TEST("counters", test_counters);
    TEST("every-kind-of-write-counts", test_every_kind_of_write_counts);
    TEST("rare-needs-the-tables-counters", test_rare_needs_the_tables_counters);
    TEST("not-evaluated", test_why_not_evaluated);
    TEST("needed", test_needed);
    TEST("foreign-keys-need-it", test_foreign_keys_need_it);
    TEST("twin", test_twin);
    TEST("what-other-rules-claim", test_what_others_claim);
    TEST("standby", test_standby);
    TEST("partitioned", test_partitioned);
    TEST("relations-left-out", test_relations_left_out);
    return g_test_run();
}
