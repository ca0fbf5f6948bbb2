/* fk-missing-index: when a foreign key counts as indexed, and the index that the fix makes. */
#include <string.h>
#include <time.h>

#include <glib/gprintf.h>

#include "model.h"

#define RULE "fk-missing-index"

/* The statement whose cost is the finding's gain. */
static const char *
first_statement(const PgaFinding *finding)
{
    g_assert_cmpuint(finding->proof.plans->len, >, 0);
    return ((PgaPlanChange *)g_ptr_array_index(finding->proof.plans, 0))->statement;
}

typedef struct {
    PgaRelation *customers, *orders;
    PgaConstraint *fk;
} Shop;

static Shop
shop_new(Model *model, const char *fk_columns)
{
    Shop shop = {
        .customers = model_table(model, "customers", 2000),
        .orders = model_table(model, "orders", 50000),
    };

    model_column(shop.customers, "id", "bigint");
    model_column(shop.customers, "region", "text");
    model_primary_key(model, shop.customers, "id");
    model_column(shop.orders, "id", "bigint");
    model_column(shop.orders, "customer_id", "bigint");
    model_column(shop.orders, "region", "text");
    model_primary_key(model, shop.orders, "id");
    shop.fk = model_foreign_key(model, shop.orders, fk_columns, shop.customers,
                                strchr(fk_columns, ' ') ? "id region" : "id");
    return shop;
}

typedef struct {
    const char *name;
    const char *fk;    /* columns of the foreign key */
    const char *index; /* (nullable): columns of an index on the referencing table */
    const char *amname, *pred;
    guint n_key_atts; /* 0: all of them */
    Outcome expected;
} IndexCase;

static const IndexCase index_cases[] = {
    {"no-index", "customer_id", NULL, NULL, NULL, 0, FIRES},
    {"index-on-it", "customer_id", "customer_id", "btree", NULL, 0, SILENT},
    {"index-that-begins-with-it", "customer_id", "customer_id region", "btree", NULL, 0, SILENT},
    {"index-with-it-second", "customer_id", "region customer_id", "btree", NULL, 0, FIRES},
    {"index-that-includes-it", "customer_id", "region customer_id", "btree", NULL, 1, FIRES},
    {"hash-index", "customer_id", "customer_id", "hash", NULL, 0, SILENT},
    {"exclusion-constraint", "customer_id", "customer_id region", "gist", NULL, 0, SILENT},
    {"gist-behind-another-column", "customer_id", "region customer_id", "gist", NULL, 0, FIRES},
    {"gin-index", "customer_id", "customer_id", "gin", NULL, 0, FIRES},
    {"partial-not-null", "customer_id", "customer_id", "btree", "(customer_id IS NOT NULL)", 0,
     SILENT},
    {"partial-otherwise", "customer_id", "customer_id", "btree", "(region = 'eu'::text)", 0, FIRES},
    {"partial-null", "customer_id", "customer_id", "btree", "(customer_id IS NULL)", 0, FIRES},
    {"partial-not-null-of-another-column", "customer_id", "customer_id", "btree",
     "(region IS NOT NULL)", 0, FIRES},
    {"partial-or", "customer_id region", "customer_id region", "btree",
     "((customer_id IS NOT NULL) OR (region IS NOT NULL))", 0, FIRES},
    {"partial-both-not-null", "customer_id region", "customer_id region", "btree",
     "((customer_id IS NOT NULL) AND (region IS NOT NULL))", 0, SILENT},
    {"composite-in-order", "customer_id region", "customer_id region", "btree", NULL, 0, SILENT},
    {"composite-in-other-order", "customer_id region", "region customer_id", "btree", NULL, 0,
     SILENT},
    {"composite-with-more-behind", "customer_id region", "region customer_id id", "btree", NULL, 0,
     SILENT},
    {"composite-with-another-between", "customer_id region", "region id customer_id", "btree", NULL,
     0, FIRES},
    {"composite-only-one-column", "customer_id region", "customer_id", "btree", NULL, 0, FIRES},
    {"composite-hash-on-one-column", "customer_id region", "customer_id", "hash", NULL, 0, FIRES},
    {"column-named-twice", "customer_id customer_id", "customer_id", "btree", NULL, 0, SILENT},
};

static void
test_index_case(gconstpointer data)
{
    const IndexCase *test = data;
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, test->fk);

    if (test->index) {
        PgaIndex *index = model_index(model, shop.orders, "orders_x", test->index);

        g_free(index->amname);
        index->amname = g_strdup(test->amname);
        index->pred = g_strdup(test->pred);
        if (test->n_key_atts)
            index->n_key_atts = test->n_key_atts;
    }
    g_assert_cmpint(model_run(model, RULE), ==, test->expected);
}

static void
test_expression_index_does_not_count(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id");
    PgaIndex *index = model_index(model, shop.orders, "orders_x", "customer_id");

    g_array_index(index->indkey, gint16, 0) = 0;
    index->exprs = g_strdup("abs(customer_id)");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
}

static void
test_dropped_index_does_not_count(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id");

    model_index(model, shop.orders, "orders_x", "customer_id")->indislive = FALSE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 1);
}

static void
test_plain(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    shop_new(model, "customer_id");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.orders.customer_id");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpint(finding->confidence, ==, PGA_CONFIDENCE_CERTAIN);
    g_assert_cmpfloat(finding->weight, ==, 50000);
    g_assert_cmpstr(
        finding->evidence, ==,
        "Foreign key orders_customer_id_fkey (customer_id) references public.customers, "
        "and no valid index begins with its columns: each DELETE of a row in "
        "public.customers, and each UPDATE of its key, reads all of this table, 50 k "
        "rows (pg_class.reltuples).");
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "CREATE INDEX CONCURRENTLY orders_customer_id_idx ON public.orders "
                    "(customer_id);");
    g_assert_cmpuint(finding->fix.undo->len, ==, 1);
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "DROP INDEX CONCURRENTLY public.orders_customer_id_idx;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_SAFE);
    g_assert_cmpstr(finding->fix.lock, ==, "SHARE UPDATE EXCLUSIVE");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_PLAN);
    g_assert_cmpuint(finding->proof.relations->len, ==, 2);
    g_assert_cmpstr(first_statement(finding), ==,
                    "SELECT 1 FROM ONLY public.orders x WHERE $1 OPERATOR(pg_catalog.=) "
                    "x.customer_id FOR KEY SHARE OF x");
}

static void
test_hostile_names(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *parent = model_table(model, "Parent; DROP", 10);
    PgaRelation *child = model_table(model, "a \"b\" ON ONLY c", 5000);
    const PgaFinding *finding;

    model_column(parent, "Id", "ext_type");
    model_column(child, "select", "ext_type");
    model_foreign_key(model, child, "select", parent, "Id");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "CREATE INDEX CONCURRENTLY \"a \"\"b\"\" ON ONLY c_select_idx\" ON "
                    "public.\"a \"\"b\"\" ON ONLY c\" (\"select\");");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "DROP INDEX CONCURRENTLY public.\"a \"\"b\"\" ON ONLY c_select_idx\";");
    g_assert_cmpstr(first_statement(finding), ==,
                    "SELECT 1 FROM ONLY public.\"a \"\"b\"\" ON ONLY c\" x WHERE $1 "
                    "OPERATOR(ext.=) x.\"select\" FOR KEY SHARE OF x");
}

static void
test_partial_index_with_hostile_column(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id");
    PgaIndex *index;

    model_column(shop.orders, "Ref (x)", "bigint");
    model_foreign_key(model, shop.orders, "customer_id", shop.customers, "id");
    index = model_index(model, shop.orders, "orders_x", "customer_id");
    index->pred = g_strdup("(\"customer_id IS NOT NULL\" IS NOT NULL)");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
}

static void
test_min_rows(void)
{
    static const struct {
        double rows;
        gboolean ddl;
        Outcome expected;
    } cases[] = {
        {999, FALSE, SILENT},       {1000, FALSE, FIRES}, {0, FALSE, SILENT},
        {-1, FALSE, NOT_EVALUATED}, {999, TRUE, SILENT},  {-1, TRUE, FIRES},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        const Shop shop = shop_new(model, "customer_id");

        shop.orders->reltuples = cases[i].rows;
        if (cases[i].ddl)
            model_make_ddl(model);
        g_assert_cmpint(model_run(model, RULE), ==, cases[i].expected);
    }
}

static void
test_min_rows_is_a_threshold(void)
{
    g_autoptr(Model) model = model_new();

    shop_new(model, "customer_id");
    pga_rule_setting_set_threshold(pga_configuration_set_rule(model->configuration, RULE),
                                   "min_rows", 50001);
    g_assert_cmpint(model_run(model, RULE), ==, SILENT);
}

static void
test_unknown_rows(void)
{
    g_autoptr(Model) live = model_new(), ddl = model_new();
    const PgaNotChecked *entry;
    const PgaFinding *finding;

    shop_new(live, "customer_id").orders->reltuples = -1;
    g_assert_cmpint(model_run(live, RULE), ==, NOT_EVALUATED);
    entry = g_ptr_array_index(live->not_checked, 0);
    g_assert_cmpstr(entry->what, ==, "public.orders");
    g_assert_cmpstr(entry->why, ==,
                    "no row estimate: run ANALYZE public.orders, or give --rows public.orders=N");

    model_make_ddl(ddl);
    shop_new(ddl, "customer_id").orders->reltuples = -1;
    g_assert_cmpint(model_run(ddl, RULE), ==, FIRES);
    finding = model_finding(ddl);
    g_assert_cmpint(finding->confidence, ==, PGA_CONFIDENCE_LIKELY);
    g_assert_cmpfloat(finding->weight, ==, 0);
    assert_contains(finding->evidence,
                    "an unknown number of rows. Sizes are unknown: give --rows to judge it by "
                    "them.");
}

static void
test_relations_left_out(void)
{
    for (guint i = 0; i < 4; i++) {
        g_autoptr(Model) model = model_new();
        const Shop shop = shop_new(model, "customer_id");

        if (i == 0)
            shop.orders->relpersistence = 't';
        else if (i == 1)
            shop.orders->extension = g_strdup("postgis");
        else if (i == 2)
            g_ptr_array_add(model->configuration->ignored_schemas, g_strdup("public"));
        else
            shop.fk->conparentid = 4711;
        g_assert_cmpint(model_run(model, RULE), ==, SILENT);
    }
}

static void
test_several_foreign_keys_share_an_index(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id region");
    const PgaFinding *finding;

    model_foreign_key(model, shop.orders, "region", shop.customers, "region");
    model_foreign_key(model, shop.orders, "region customer_id", shop.customers, "region id");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.orders (customer_id, region)");
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "CREATE INDEX CONCURRENTLY orders_region_customer_id_idx ON public.orders "
                    "(region, customer_id);");
    assert_contains(finding->evidence,
                    " The same index serves foreign key orders_region_fkey. The same index serves "
                    "foreign key orders_region_customer_id_fkey.");
    assert_contains(first_statement(finding),
                    "$1 OPERATOR(pg_catalog.=) x.region AND $2 OPERATOR(pg_catalog.=) "
                    "x.customer_id");
}

static void
test_what_shares_no_beginning_gets_its_own(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id region");

    model_foreign_key(model, shop.orders, "region", shop.customers, "region");
    model_foreign_key(model, shop.orders, "customer_id", shop.customers, "id");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    g_assert_cmpstr(model_finding_at(model, 0)->object, ==, "public.orders (customer_id, region)");
    g_assert_cmpstr(model_finding_at(model, 1)->object, ==, "public.orders.customer_id");
}

static void
test_same_column_to_two_tables(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id");
    PgaRelation *people = model_table(model, "people", 10);

    model_column(people, "id", "bigint");
    model_foreign_key(model, shop.orders, "customer_id", people, "id");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    assert_contains(model_finding(model)->evidence, "The same index serves foreign key");
}

/* What the counters must show for "nobody needs it". */
static void
test_idle(void)
{
    static const struct {
        gint64 deleted, updated, scanned;
        double days;
        gboolean standby, ddl, no_counters;
        PgaSeverity expected;
    } cases[] = {
        {0, 0, 0, 40, FALSE, FALSE, FALSE, PGA_SEVERITY_INFO},
        {0, 0, 0, 7, FALSE, FALSE, FALSE, PGA_SEVERITY_INFO},
        {0, 0, 0, 6.9, FALSE, FALSE, FALSE, PGA_SEVERITY_WARNING},
        {0, 0, 0, -1, FALSE, FALSE, FALSE, PGA_SEVERITY_WARNING},
        {1, 0, 0, 40, FALSE, FALSE, FALSE, PGA_SEVERITY_WARNING},
        {0, 1, 0, 40, FALSE, FALSE, FALSE, PGA_SEVERITY_WARNING},
        {0, 0, 1, 40, FALSE, FALSE, FALSE, PGA_SEVERITY_WARNING},
        {0, 0, 0, 40, TRUE, FALSE, FALSE, PGA_SEVERITY_WARNING},
        {0, 0, 0, 40, FALSE, TRUE, FALSE, PGA_SEVERITY_WARNING},
        {0, 0, 0, 40, FALSE, FALSE, TRUE, PGA_SEVERITY_WARNING},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        const Shop shop = shop_new(model, "customer_id");

        if (cases[i].ddl)
            model_make_ddl(model);
        shop.customers->has_counters = TRUE;
        shop.orders->has_counters = !cases[i].no_counters;
        shop.customers->counters.n_tup_del = cases[i].deleted;
        shop.customers->counters.n_tup_upd = cases[i].updated;
        shop.orders->counters.seq_scan = cases[i].scanned;
        model->environment->stats_age = cases[i].days < 0 ? -1 : cases[i].days * 86400;
        model->environment->is_standby = cases[i].standby;
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        g_assert_cmpint(model_finding(model)->severity, ==, cases[i].expected);
    }
}

/* Not those of a standby, which counts no writes, nor of less than a day. */
static void
test_counters_are_told(void)
{
    static const struct {
        gboolean standby, young;
    } cases[] = {{FALSE, FALSE}, {TRUE, FALSE}, {FALSE, TRUE}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        const Shop shop = shop_new(model, "customer_id");
        const PgaFinding *finding;

        shop.customers->has_counters = shop.orders->has_counters = TRUE;
        shop.customers->counters.n_tup_del = 1200;
        shop.orders->counters.seq_scan = 7;
        model->environment->is_standby = cases[i].standby;
        if (cases[i].young)
            model->environment->stats_age = 52 * 60.0;
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        finding = model_finding(model);
        if (cases[i].standby || cases[i].young)
            g_assert_null(strstr(finding->evidence, "deleted"));
        else
            assert_contains(finding->evidence,
                            " In the 40 days that the counters cover the referenced table had "
                            "1,200 rows deleted and this one 7 sequential scans.");
    }
}

static void
test_stated_severity_stays(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id");
    PgaRuleSetting *setting = pga_configuration_set_rule(model->configuration, RULE);

    setting->has_severity = TRUE;
    setting->severity = PGA_SEVERITY_ERROR;
    shop.customers->has_counters = shop.orders->has_counters = TRUE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_ERROR);
}

static void
test_invalid_index_is_to_be_repaired(void)
{
    for (guint i = 0; i < 2; i++) {
        g_autoptr(Model) model = model_new();
        const Shop shop = shop_new(model, "customer_id region");
        PgaIndex *index = model_index(model, shop.orders, "Orders_x", "region customer_id");
        const PgaFinding *finding;

        model_foreign_key(model, shop.orders, "region", shop.customers, "region");
        index->indisvalid = i == 0;
        index->indisready = i == 1;
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        g_assert_cmpuint(model->findings->len, ==, 2);
        finding = model_finding_at(model, 0);
        g_assert_cmpuint(finding->fix.sql->len, ==, 0);
        g_assert_cmpstr(finding->fix.note, ==,
                        "Index public.\"Orders_x\" is on these columns but is not valid: repair it "
                        "(index-invalid), and it serves this foreign key.");
        g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_NONE);
    }
}

static void
test_invalid_index_on_one_column_stays_apart(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id region");

    model_foreign_key(model, shop.orders, "region", shop.customers, "region");
    model_index(model, shop.orders, "orders_x", "region")->indisvalid = FALSE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    g_assert_cmpuint(model_finding_at(model, 0)->fix.sql->len, ==, 1);
    g_assert_cmpuint(model_finding_at(model, 1)->fix.sql->len, ==, 0);
}

static void
test_index_being_built_is_awaited(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id");
    PgaIndex *index = model_index(model, shop.orders, "orders_x", "customer_id");

    index->indisvalid = FALSE;
    index->being_built = TRUE;
    g_assert_cmpint(model_run(model, RULE), ==, SILENT);
}

static void
test_referenced_table_unknown(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id");
    const PgaFinding *finding;

    shop.fk->confrelid = 1; /* locked by somebody, so not in the catalog */
    g_array_index(shop.fk->conkey, gint16, 0) = 9;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    assert_contains(finding->evidence, "references the referenced table");
    g_assert_cmpuint(finding->proof.relations->len, ==, 1);
}

static void
test_self_reference(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id");

    shop.fk->confrelid = shop.orders->oid;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpuint(model_finding(model)->proof.relations->len, ==, 1);
}

static void
test_operator_of_the_type(void)
{
    static const struct {
        char typtype, category;
        const char *schema, *expected;
    } cases[] = {
        {'b', 'S', "Ext", "OPERATOR(\"Ext\".=)"},    {'e', 'E', "app", "OPERATOR(pg_catalog.=)"},
        {'d', 'S', "app", "OPERATOR(pg_catalog.=)"}, {'b', 'A', "app", "OPERATOR(pg_catalog.=)"},
        {'b', 'N', NULL, "OPERATOR(pg_catalog.=)"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        const Shop shop = shop_new(model, "customer_id");
        PgaAttribute *attribute = pga_relation_attribute(shop.orders, 2);

        attribute->typtype = cases[i].typtype;
        attribute->typcategory = cases[i].category;
        g_free(attribute->typnspname);
        attribute->typnspname = g_strdup(cases[i].schema);
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        assert_contains(first_statement(model_finding(model)), cases[i].expected);
    }
}

#define ATTACH(table, partition)                                                                   \
    ("ALTER INDEX public." table "_customer_id_idx ATTACH PARTITION public." partition             \
     "_customer_id_idx;")

/* Three partitions, the last one partitioned itself into one. */
static Shop
partitioned_shop(Model *model, PgaRelation *partitions[4])
{
    Shop shop = shop_new(model, "customer_id");

    model_drop_columns(shop.orders);
    model_column(shop.orders, "id", "bigint");
    model_column(shop.orders, "customer_id", "bigint");
    shop.orders->relkind = 'p';
    partitions[0] = model_partition(model, shop.orders, "orders_1", 5000);
    partitions[1] = model_partition(model, shop.orders, "orders_2", 5000);
    partitions[2] = model_partition(model, shop.orders, "orders_3", -1);
    partitions[2]->relkind = 'p';
    partitions[3] = model_partition(model, partitions[2], "orders_3a", 5000);
    return shop;
}

static void
test_partitioned(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *partitions[4];
    const PgaFinding *finding;
    static const char *const expected[] = {
        "CREATE INDEX orders_customer_id_idx ON ONLY public.orders (customer_id);",
        "CREATE INDEX CONCURRENTLY orders_1_customer_id_idx ON public.orders_1 (customer_id);",
        ATTACH("orders", "orders_1"),
        "CREATE INDEX CONCURRENTLY orders_2_customer_id_idx ON public.orders_2 (customer_id);",
        ATTACH("orders", "orders_2"),
        "CREATE INDEX orders_3_customer_id_idx ON ONLY public.orders_3 (customer_id);",
        ATTACH("orders", "orders_3"),
        "CREATE INDEX CONCURRENTLY orders_3a_customer_id_idx ON public.orders_3a (customer_id);",
        ATTACH("orders_3", "orders_3a"),
    };

    partitioned_shop(model, partitions);
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpfloat(finding->weight, ==, 15000);
    g_assert_cmpuint(finding->fix.sql->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpstr(fix_at(finding, i), ==, expected[i]);
    g_assert_cmpuint(finding->fix.undo->len, ==, 1);
    g_assert_cmpstr(undo_at(finding, 0), ==, "DROP INDEX public.orders_customer_id_idx;");
    g_assert_cmpstr(first_statement(finding), ==,
                    "SELECT 1 FROM public.orders x WHERE $1 OPERATOR(pg_catalog.=) x.customer_id "
                    "FOR KEY SHARE OF x");
}

static void
test_indexes_of_partitions_are_attached(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *partitions[4];
    const PgaFinding *finding;
    static const char *const expected[] = {
        "CREATE INDEX orders_customer_id_idx ON ONLY public.orders (customer_id);",
        "ALTER INDEX public.orders_customer_id_idx ATTACH PARTITION public.mine;",
        "CREATE INDEX CONCURRENTLY orders_2_customer_id_idx ON public.orders_2 (customer_id);",
        ATTACH("orders", "orders_2"),
        "ALTER INDEX public.orders_customer_id_idx ATTACH PARTITION public.nested;",
    };

    partitioned_shop(model, partitions);
    model_index(model, partitions[0], "mine", "customer_id");
    model_index(model, partitions[1], "wider", "customer_id id")->indisvalid = FALSE;
    model_index(model, partitions[1], "unlike", "customer_id")->indisunique = TRUE;
    g_array_index(model_index(model, partitions[1], "wrong", "customer_id")->indkey, gint16, 0) = 1;
    model_index(model, partitions[2], "nested", "customer_id");
    ((PgaIndex *)g_ptr_array_index(model->catalog->indexes, model->catalog->indexes->len - 2))
        ->indislive = FALSE;
    ((PgaIndex *)g_ptr_array_index(model->catalog->indexes, model->catalog->indexes->len - 3))
        ->indisvalid = FALSE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpuint(finding->fix.sql->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpstr(fix_at(finding, i), ==, expected[i]);
    g_assert_cmpuint(finding->fix.undo->len, ==, 3);
    g_assert_cmpstr(undo_at(finding, 0), ==, "DROP INDEX public.orders_customer_id_idx;");
    g_assert_cmpstr(undo_at(finding, 1), ==,
                    "CREATE INDEX CONCURRENTLY mine ON public.orders_1 USING btree (customer_id);");
    g_assert_cmpstr(undo_at(finding, 2), ==,
                    "CREATE INDEX nested ON public.orders_3 USING btree (customer_id);");
}

static void
test_every_partition_is_covered(void)
{
    for (guint lacking = 0; lacking < 2; lacking++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *partitions[4];

        partitioned_shop(model, partitions);
        model_index(model, partitions[0], "one", "customer_id");
        model_index(model, partitions[1], "two", "customer_id id");
        model_index(model, partitions[3], "three", lacking ? "id" : "customer_id");
        g_assert_cmpint(model_run(model, RULE), ==, lacking ? FIRES : SILENT);
    }
}

static void
test_partition_numbers_its_columns_differently(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id");
    PgaRelation *partition;

    shop.orders->relkind = 'p';
    partition = model_table(model, "orders_1", 5000);
    partition->relispartition = TRUE;
    partition->parent = shop.orders->oid;
    model_column(partition, "region", "text");
    model_column(partition, "id", "bigint");
    model_column(partition, "customer_id", "bigint");
    model_index(model, partition, "one", "customer_id");
    g_assert_cmpint(model_run(model, RULE), ==, SILENT);
}

static void
test_partition_has_a_foreign_key_of_its_own(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id");
    PgaRelation *partition;

    shop.orders->relkind = 'p';
    shop.fk->contype = 'c';
    partition = model_partition(model, shop.orders, "orders_1", 5000);
    model_foreign_key(model, partition, "customer_id", shop.customers, "id");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.orders_1.customer_id");
}

static void
test_partitions_in_an_ignored_schema(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *partitions[4];
    const PgaFinding *finding;

    partitioned_shop(model, partitions);
    g_free(partitions[0]->nspname);
    partitions[0]->nspname = g_strdup("parts");
    g_ptr_array_add(model->configuration->ignored_schemas, g_strdup("parts"));
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(fix_at(finding, 1), ==,
                    "CREATE INDEX CONCURRENTLY orders_1_customer_id_idx ON parts.orders_1 "
                    "(customer_id);");
    g_assert_cmpstr(fix_at(finding, 2), ==,
                    "ALTER INDEX public.orders_customer_id_idx ATTACH PARTITION "
                    "parts.orders_1_customer_id_idx;");
}

static void
test_many_partitions_are_described(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id");
    const PgaFinding *finding;

    shop.orders->relkind = 'p';
    for (guint i = 0; i < 13; i++) {
        g_autofree char *name = g_strdup_printf("orders_%u", i);

        model_partition(model, shop.orders, name, 1000);
    }
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_EXECUTE);
    g_assert_cmpuint(finding->proof.plans->len, ==, 0);
    assert_contains(finding->fix.note,
                    "For each of the 13 partitions: CREATE INDEX CONCURRENTLY … ON the partition "
                    "(customer_id), then ALTER INDEX public.orders_customer_id_idx ATTACH "
                    "PARTITION that index;");
}

#define MOST_SECONDS 60 /* of the processor, also under valgrind */

/* 10,000 tables must not take longer than a blink: the work grows with them, not with pairs. */
static void
test_large_schema(void)
{
    g_autoptr(Model) model = model_new();
    const Shop shop = shop_new(model, "customer_id");
    clock_t start;

    for (guint i = 0; i < 10000; i++) {
        g_autofree char *name = g_strdup_printf("a_rather_long_name_of_a_table_that_is_cut_%u", i);
        PgaRelation *relation = model_table(model, name, 2000);

        model_column(relation, "the_column_of_the_customer", "bigint");
        model_foreign_key(model, relation, "the_column_of_the_customer", shop.customers, "id");
    }
    start = clock();
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 10001);
    g_assert_cmpint((clock() - start) / CLOCKS_PER_SEC, <, MOST_SECONDS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(index_cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/rules/fk-missing-index/covering/%s", index_cases[i].name);

        g_test_add_data_func(path, &index_cases[i], test_index_case);
    }
#define TEST(path, function) g_test_add_func("/rules/fk-missing-index/" path, function)
    TEST("covering/expression", test_expression_index_does_not_count);
    TEST("covering/dropped", test_dropped_index_does_not_count);
    TEST("covering/hostile-predicate", test_partial_index_with_hostile_column);
    TEST("fix-and-undo", test_plain);
    TEST("hostile-names", test_hostile_names);
    TEST("min-rows", test_min_rows);
    TEST("min-rows-is-a-threshold", test_min_rows_is_a_threshold);
    TEST("unknown-rows", test_unknown_rows);
    TEST("relations-left-out", test_relations_left_out);
    TEST("shared-index", test_several_foreign_keys_share_an_index);
    TEST("shared-index-only-along-its-beginning", test_what_shares_no_beginning_gets_its_own);
    TEST("same-column-to-two-tables", test_same_column_to_two_tables);
    TEST("idle-is-an-info", test_idle);
    TEST("counters-are-told", test_counters_are_told);
    TEST("stated-severity-stays", test_stated_severity_stays);
    TEST("invalid-index-is-to-be-repaired", test_invalid_index_is_to_be_repaired);
    TEST("invalid-index-on-one-column", test_invalid_index_on_one_column_stays_apart);
    TEST("index-being-built-is-awaited", test_index_being_built_is_awaited);
    TEST("referenced-table-unknown", test_referenced_table_unknown);
    TEST("self-reference", test_self_reference);
    TEST("operator-of-the-type", test_operator_of_the_type);
    TEST("partitioned", test_partitioned);
    TEST("partitioned/own-indexes-are-attached", test_indexes_of_partitions_are_attached);
    TEST("partitioned/every-partition-is-covered", test_every_partition_is_covered);
    TEST("partitioned/other-attnums", test_partition_numbers_its_columns_differently);
    TEST("partitioned/own-foreign-key", test_partition_has_a_foreign_key_of_its_own);
    TEST("partitioned/ignored-schema", test_partitions_in_an_ignored_schema);
    TEST("partitioned/many-are-described", test_many_partitions_are_described);
    TEST("large-schema", test_large_schema);
    return g_test_run();
}
