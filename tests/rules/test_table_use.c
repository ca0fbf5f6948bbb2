/* Rules about tables that are read whole, or not at all. */
#include "model.h"

static PgaRelation *
scanned(Model *model)
{
    PgaRelation *orders = model_table(model, "orders", 50000);

    orders->has_counters = TRUE;
    orders->counters.n_live_tup = 50000;
    orders->counters.seq_scan = 1000;
    orders->counters.seq_tup_read = 50000000;
    orders->counters.idx_scan = 1000;
    return orders;
}

static void
test_scans(void)
{
    g_autoptr(Model) model = model_new();

    scanned(model);
    g_assert_cmpint(model_run(model, "table-missing-index"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "1,000 sequential scans in 40 days read 50 k rows each of 50 k, beside 1,000 "
                    "index scans.");
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
    g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_WARNING);
}

/* Ten scans in four seconds are ten in the hour. */
static void
test_scans_silent(void)
{
    for (guint i = 0; i < 8; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = scanned(model);

        if (i == 0)
            orders->counters.n_live_tup = 9999;
        else if (i == 1)
            orders->counters.seq_scan = 0;
        else if (i == 2)
            orders->counters.idx_scan = 20000;
        else if (i == 3)
            orders->counters.seq_tup_read = 1000000;
        else if (i == 4)
            orders->counters.seq_scan = 960; /* one an hour */
        else if (i == 5)
            model->environment->workload = PGA_WORKLOAD_OLAP;
        else if (i == 6)
            orders->has_counters = FALSE;
        else
            model->environment->stats_age = 0;
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "table-missing-index"), ==,
                        i == 7 ? NOT_EVALUATED : SILENT);
    }
}

/* A few minutes: what CREATE INDEX and a restore scan is no workload, forty scans are one. */
static void
test_scans_young(void)
{
    for (guint scans = 19; scans <= 20; scans++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = scanned(model);

        model->environment->stats_age = 300;
        orders->counters.idx_scan = 0;
        orders->counters.seq_scan = scans;
        g_assert_cmpint(model_run(model, "table-missing-index"), ==, scans < 20 ? SILENT : FIRES);
        if (scans == 20)
            assert_contains(model_finding(model)->evidence, " in less than an hour read ");
    }
}

static PgaRelation *
unused(Model *model)
{
    PgaRelation *archive = model_table(model, "archive", 5000);

    archive->has_counters = TRUE;
    archive->table_bytes = 1048576;
    archive->heap_bytes = 1048576;
    model_column(archive, "a", "text");
    model_column(archive, "b", "text");
    return archive;
}

static void
test_unused(void)
{
    g_autoptr(Model) model = model_new();

    unused(model);
    g_assert_cmpint(model_run(model, "table-unused"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "pg_stat_all_tables counts no scan, insert, update or delete in 40 days; it "
                    "takes 1.05 MB.");
}

static void
test_unused_silent(void)
{
    for (guint i = 0; i < 7; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *archive = unused(model);
        PgaRelationCounters *counters = &archive->counters;
        gint64 *const used[] = {&counters->seq_scan, &counters->idx_scan, &counters->n_tup_ins,
                                &counters->n_tup_upd, &counters->n_tup_del};

        if (i < G_N_ELEMENTS(used))
            *used[i] = 1;
        else if (i == 5)
            archive->table_bytes = 1048575;
        else
            model->environment->stats_age = 29 * 86400.0;
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "table-unused"), ==, i == 6 ? NOT_EVALUATED : SILENT);
    }
}

static void
test_unused_since_an_unknown_time(void)
{
    g_autoptr(Model) model = model_new();
    const PgaNotChecked *entry;

    model->environment->stats_age = -1;
    g_assert_cmpint(model_run(model, "table-unused"), ==, NOT_EVALUATED);
    entry = g_ptr_array_index(model->not_checked, 0);
    assert_contains(entry->why, "cover 0.0 days");
}

static PgaRelation *
in_schema(Model *model, const char *nspname, const char *relname)
{
    PgaRelation *relation = unused(model);

    g_free(relation->nspname);
    g_free(relation->relname);
    relation->nspname = g_strdup(nspname);
    relation->relname = g_strdup(relname);
    relation->heap_bytes = 0;
    return relation;
}

static void
test_empty(void)
{
    g_autoptr(Model) model = model_new();

    for (guint i = 0; i < 10; i++) {
        g_autofree char *name = g_strdup_printf("T%u", i);

        in_schema(model, "Shop", name);
    }
    in_schema(model, "alpha", "one");
    in_schema(model, "alpha", "filled")->heap_bytes = 8192;
    in_schema(model, "beta", "emptied")->counters.n_tup_ins = 5;
    g_assert_cmpint(model_run(model, "table-empty-or-single-column"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    g_assert_cmpstr(model_finding_at(model, 0)->object, ==, "\"Shop\"");
    g_assert_cmpstr(model_finding_at(model, 0)->evidence, ==,
                    "10 of its tables hold no row, and none was inserted in 40 days: \"T0\", "
                    "\"T1\", \"T2\", \"T3\", \"T4\", \"T5\", \"T6\", \"T7\" and 2 more.");
    g_assert_cmpstr(model_finding_at(model, 1)->object, ==, "alpha");
}

static void
test_empty_for_days_only(void)
{
    g_autoptr(Model) model = model_new();

    in_schema(model, "alpha", "one");
    model->environment->stats_age = 29 * 86400.0;
    g_assert_cmpint(model_run(model, "table-empty-or-single-column"), ==, SILENT);
}

static void
test_columns(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *bare, *single, *keyed, *child;

    model_make_ddl(model);
    bare = model_table(model, "bare", -1);
    single = model_table(model, "single", -1);
    keyed = model_table(model, "keyed", -1);
    child = model_table(model, "child", -1);
    model_column(single, "note", "text");
    model_column(keyed, "code", "text");
    model_primary_key(model, keyed, "code");
    child->inherits = TRUE;
    g_assert_cmpint(model_run(model, "table-empty-or-single-column"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    g_assert_cmpstr(model_finding_at(model, 0)->object, ==, "public.bare");
    g_assert_cmpstr(model_finding_at(model, 1)->object, ==, "public.single.note");
    g_assert_nonnull(bare);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/table-use/missing-index/fires", test_scans);
    g_test_add_func("/rules/table-use/missing-index/young-counters", test_scans_young);
    g_test_add_func("/rules/table-use/missing-index/silent", test_scans_silent);
    g_test_add_func("/rules/table-use/unused/fires", test_unused);
    g_test_add_func("/rules/table-use/unused/silent", test_unused_silent);
    g_test_add_func("/rules/table-use/unused/unknown-time", test_unused_since_an_unknown_time);
    g_test_add_func("/rules/table-use/empty/by-schema", test_empty);
    g_test_add_func("/rules/table-use/empty/for-days-only", test_empty_for_days_only);
    g_test_add_func("/rules/table-use/columns", test_columns);
    return g_test_run();
}
