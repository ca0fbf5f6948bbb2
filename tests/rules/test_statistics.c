/* Rules about what the planner knows of tables. */
#include "model.h"

static void
add_settings(Model *model)
{
    model_setting(model, "autovacuum_analyze_threshold", "50", NULL);
    model_setting(model, "autovacuum_analyze_scale_factor", "0.1", NULL);
    model_setting(model, "default_statistics_target", "100", NULL);
}

static PgaRelation *
counted_table(Model *model, const char *name, double rows)
{
    PgaRelation *relation = model_table(model, name, rows);

    relation->has_counters = TRUE;
    relation->counters.n_live_tup = (gint64)rows;
    model_column(relation, "a", "bigint");
    model_column(relation, "b", "text");
    return relation;
}

static void
test_missing(void)
{
    g_autoptr(Model) model = model_new();

    model->environment->is_superuser = TRUE;
    counted_table(model, "orders", 1000);
    g_assert_cmpint(model_run(model, "stats-missing"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.orders");
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==, "ANALYZE public.orders;");
    assert_contains(model_finding(model)->evidence, "1,000 rows");
}

static void
test_missing_silent(void)
{
    for (guint i = 0; i < 8; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = counted_table(model, "orders", i == 0 ? 999 : 1000);

        model->environment->is_superuser = i != 1; /* may it see them? */
        model->environment->is_standby = i == 2;
        if (i == 3)
            orders->counters.autoanalyze_count = 1;
        else if (i == 4)
            orders->counters.last_analyze_age = 5;
        else if (i == 5)
            pga_attribute_add_stats(g_ptr_array_index(orders->attributes, 1));
        else if (i == 6)
            orders->has_counters = FALSE;
        else if (i == 7)
            model_drop_columns(orders);
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "stats-missing"), ==, SILENT);
    }
}

static void
test_missing_seen_by_anybody(void)
{
    g_autoptr(Model) model = model_new();

    counted_table(model, "orders", 1000)->rows_source = PGA_ROWS_COUNTERS;
    g_assert_cmpint(model_run(model, "stats-missing"), ==, FIRES);
}

static void
test_missing_of_all_tables(void)
{
    g_autoptr(Model) model = model_new();

    model->environment->is_superuser = TRUE;
    for (guint i = 0; i < 11; i++) {
        g_autofree char *name = g_strdup_printf("t%02u", i);

        counted_table(model, name, 5000);
    }
    g_assert_cmpint(model_run(model, "stats-missing"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "shop");
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==, "ANALYZE;");
    assert_contains(model_finding(model)->evidence, "11 tables with rows");
}

static void
test_stale(void)
{
    static const struct {
        double rows;
        gint64 changed;
        double age;
        Outcome expected;
    } cases[] = {
        {10000, 2101, 3600, FIRES}, {10000, 2100, 3600, SILENT}, {10000, 2101, 3599, SILENT},
        {10000, 2101, -1, SILENT},  {100, 999, 3600, SILENT},    {-1, 5000, 3600, SILENT},
        {100, 1000, 3600, FIRES},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = counted_table(model, "orders", cases[i].rows);

        add_settings(model);
        orders->counters.n_mod_since_analyze = cases[i].changed;
        orders->counters.last_autoanalyze_age = cases[i].age;
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "stats-stale"), ==, cases[i].expected);
    }
}

/* Nobody is on the way where autovacuum is off. */
static void
test_stale_without_autovacuum(void)
{
    for (guint i = 0; i < 3; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = counted_table(model, "orders", 10000);

        add_settings(model);
        orders->counters.n_mod_since_analyze = 9000;
        orders->counters.last_analyze_age = 5;
        if (i == 1)
            orders->reloptions = g_strdup("autovacuum_enabled=off");
        if (i == 2)
            model_setting(model, "autovacuum", "off", NULL);
        g_assert_cmpint(model_run(model, "stats-stale"), ==, i == 0 ? SILENT : FIRES);
        if (i > 0)
            assert_contains(model_finding(model)->evidence, "ANALYZE less than an hour ago");
    }
}

static void
test_stale_text(void)
{
    g_autoptr(Model) model = model_new(), unknown = model_new();
    PgaRelation *orders = counted_table(model, "orders", 10000);
    PgaRelation *other = counted_table(unknown, "orders", 10000);

    add_settings(model);
    orders->counters.n_mod_since_analyze = other->counters.n_mod_since_analyze = 9000;
    orders->counters.last_analyze_age = other->counters.last_analyze_age = 7200;
    orders->reloptions = g_strdup("autovacuum_enabled=off");
    g_assert_cmpint(model_run(model, "stats-stale"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "9,000 rows changed since the last ANALYZE 2 h ago, of 10 k rows "
                    "(pg_class.reltuples); autovacuum should come at 1,050.");
    assert_contains(model_finding(model)->fix.note, "autovacuum_enabled is off for it");
    g_assert_cmpint(model_run(unknown, "stats-stale"), ==, SILENT);
}

static void
test_partitioned_parent(void)
{
    for (guint i = 0; i < 5; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *events = model_table(model, "events", -1);

        model_column(events, "at", "date");
        events->relkind = i == 0 ? 'r' : 'p';
        for (guint k = 0; k < (i == 1 ? 1 : 3); k++) {
            g_autofree char *name = g_strdup_printf("events_%u", k);
            PgaRelation *leaf = model_partition(model, events, name, i == 2 ? 100 : 1000);

            pga_attribute_add_stats(g_ptr_array_index(leaf->attributes, 0));
        }
        if (i == 3)
            pga_attribute_add_stats(g_ptr_array_index(events->attributes, 0));
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "stats-partitioned-parent"), ==, i == 4 ? FIRES : SILENT);
        if (i == 4)
            g_assert_cmpstr(fix_at(model_finding(model), 0), ==, "ANALYZE public.events;");
    }
}

static PgaWorkloadStatement *
statement(Model *model, const PgaRelation *relation, const char *query)
{
    PgaWorkloadStatement *added =
        pga_record_add(model->workload->statements, &pga_workload_statement_type);

    model->workload->known = TRUE;
    added->query = g_strdup(query);
    added->parsed = TRUE;
    added->command = 's';
    added->calls = 100;
    if (!added->relations)
        added->relations = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    g_array_append_val(added->relations, relation->oid);
    return added;
}

static PgaPredicate *
compare(PgaWorkloadStatement *added, const PgaRelation *relation, gint16 attnum,
        const char *operator_)
{
    PgaPredicate *predicate = pga_record_add(added->predicates, &pga_predicate_type);

    predicate->relation = relation->oid;
    predicate->attnum = attnum;
    predicate->operator_ = g_strdup(operator_);
    return predicate;
}

/* A hundred listed values of 0.4 % each; the others share the rest. */
static PgaAttributeStats *
full_list(PgaAttribute *attribute, guint n)
{
    PgaAttributeStats *stats = pga_attribute_add_stats(attribute);
    const double share = 0.004;

    stats->n_distinct = 100000;
    stats->mcv = g_ptr_array_new_with_free_func(g_free);
    stats->mcv_freqs = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < n; i++) {
        g_ptr_array_add(stats->mcv, g_strdup_printf("%u", i));
        g_array_append_val(stats->mcv_freqs, share);
    }
    return stats;
}

static void
test_target(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = counted_table(model, "orders", 1e7);

    add_settings(model);
    full_list(g_ptr_array_index(orders->attributes, 1), 100);
    compare(statement(model, orders, "SELECT"), orders, 2, "=");
    g_assert_cmpint(model_run(model, "stats-target-low"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.orders.b");
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "100 k values; the list of most common values holds 100, and the last of them "
                    "is 666 times as frequent as those that found no place on average.");
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.orders ALTER COLUMN b SET STATISTICS 1000;");
    g_assert_cmpstr(fix_at(model_finding(model), 1), ==, "ANALYZE public.orders (b);");
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.orders ALTER COLUMN b SET STATISTICS -1;");
}

static void
test_target_silent(void)
{
    for (guint i = 0; i < 7; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = counted_table(model, "orders", 1e7);
        PgaAttributeStats *stats =
            full_list(g_ptr_array_index(orders->attributes, 1), i == 0 ? 99 : 100);

        add_settings(model);
        compare(statement(model, orders, "SELECT"), orders, i == 1 ? 1 : 2, i == 2 ? ">" : "=");
        if (i == 3)
            stats->n_distinct = 9999;
        else if (i == 4)
            stats->n_distinct = 1000; /* of shares that leave nothing */
        else if (i == 5)
            stats->null_frac = 0.6;
        if (i == 4)
            model_setting(model, "default_statistics_target", "10", NULL);
        if (i == 6) {
            PgaAttributeExtra *extra = pga_objects_add_attribute(model->objects, orders->oid);

            extra->attname = g_strdup("b");
            extra->attstattarget = 100;
        }
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "stats-target-low"), ==, SILENT);
    }
}

static void
test_target_of_a_share(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = counted_table(model, "orders", 1e7);

    add_settings(model);
    full_list(g_ptr_array_index(orders->attributes, 1), 100)->n_distinct = -0.5;
    compare(statement(model, orders, "SELECT"), orders, 2, "IN");
    g_assert_cmpint(model_run(model, "stats-target-low"), ==, FIRES);
    assert_contains(model_finding(model)->evidence, "5 M values");
}

static void
test_without_workload(void)
{
    g_autoptr(Model) model = model_new(), other = model_new();

    g_assert_cmpint(model_run(model, "stats-target-low"), ==, NOT_EVALUATED);
    g_assert_cmpint(model_run(other, "stats-extended-missing"), ==, NOT_EVALUATED);
}

typedef struct {
    PgaRelation *orders;
    PgaWorkloadStatement *statement;
} Dependent;

/* A million rows; of 1,000 values of a and as many of b: independent, one row a pair. */
static Dependent
dependent_columns(Model *model)
{
    const Dependent made = {.orders = counted_table(model, "orders", 1e6)};
    Dependent with = made;

    for (guint i = 0; i < 2; i++)
        pga_attribute_add_stats(g_ptr_array_index(made.orders->attributes, i))->n_distinct =
            i ? 1000 : -0.001;
    with.statement =
        statement(model, made.orders, "SELECT * FROM orders WHERE b = $1 AND a = $2 AND b = $3");
    with.statement->rows = 100000;
    compare(with.statement, made.orders, 2, "=");
    compare(with.statement, made.orders, 1, "=");
    compare(with.statement, made.orders, 2, "=");
    return with;
}

static void
test_extended(void)
{
    g_autoptr(Model) model = model_new();
    const Dependent made = dependent_columns(model);
    PgaWorkloadStatement *again = statement(model, made.orders, "SELECT a");
    const PgaFinding *finding;

    again->rows = 50000;
    compare(again, made.orders, 1, "=");
    compare(again, made.orders, 2, "=");
    g_assert_cmpint(model_run(model, "stats-extended-missing"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.orders (a, b)");
    g_assert_cmpstr(finding->evidence, ==,
                    "A statement that compares these columns returned 1,000 rows a call in 100 "
                    "calls (pg_stat_statements); were the columns independent, it would be 1.");
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "CREATE STATISTICS public.orders_a_b_stat (ndistinct, dependencies, mcv) ON a, "
                    "b FROM public.orders;");
    g_assert_cmpstr(fix_at(finding, 1), ==, "ANALYZE public.orders;");
    g_assert_cmpstr(undo_at(finding, 0), ==, "DROP STATISTICS public.orders_a_b_stat;");
}

static void
spoil_extended(Model *model, Dependent made, guint i)
{
    PgaPredicate *first = g_ptr_array_index(made.statement->predicates, 0);

    switch (i) {
    case 0:
        made.statement->rows = 900;
        break;
    case 1:
        made.statement->calls = 9;
        break;
    case 2:
        made.statement->has_limit = TRUE;
        break;
    case 3:
        g_free(made.statement->query);
        made.statement->query = g_strdup("SELECT 1 FROM orders WHERE a = 1 OR b = 2");
        break;
    case 4:
        first->with_relation = made.orders->oid;
        break;
    case 5:
        g_free(first->operator_);
        first->operator_ = g_strdup("<");
        break;
    case 6:
        first->attnum = 1;
        ((PgaPredicate *)g_ptr_array_index(made.statement->predicates, 2))->attnum = 1;
        break;
    case 7:
        made.orders->extension = g_strdup("postgis");
        break;
    case 8:
        ((PgaAttribute *)g_ptr_array_index(made.orders->attributes, 0))->stats->n_distinct = 0;
        break;
    case 9:
        g_array_index(made.statement->relations, PgaOid, 0) = 1;
        break;
    default: {
        PgaObject *object =
            pga_objects_add(model->objects, PGA_OBJECT_ID(PGA_CLASS_STATISTICS, 77));

        object->relation = made.orders->oid;
        object->definition = g_strdup("CREATE STATISTICS public.s ON a, b FROM public.orders");
        break;
    }
    }
}

static void
test_extended_silent(void)
{
    for (guint i = 0; i < 11; i++) {
        g_autoptr(Model) model = model_new();

        spoil_extended(model, dependent_columns(model), i);
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "stats-extended-missing"), ==, SILENT);
    }
}

static void
test_extended_on_other_columns(void)
{
    g_autoptr(Model) model = model_new();
    const Dependent made = dependent_columns(model);
    PgaObject *object = pga_objects_add(model->objects, PGA_OBJECT_ID(PGA_CLASS_STATISTICS, 77));

    object->relation = made.orders->oid;
    object->definition = g_strdup("CREATE STATISTICS public.s ON b, c FROM public.orders");
    pga_objects_add(model->objects, PGA_OBJECT_ID(PGA_CLASS_STATISTICS, 78))->relation = 1;
    g_assert_cmpint(model_run(model, "stats-extended-missing"), ==, FIRES);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/statistics/missing/fires", test_missing);
    g_test_add_func("/rules/statistics/missing/silent", test_missing_silent);
    g_test_add_func("/rules/statistics/missing/seen-by-anybody", test_missing_seen_by_anybody);
    g_test_add_func("/rules/statistics/missing/of-all-tables", test_missing_of_all_tables);
    g_test_add_func("/rules/statistics/stale/threshold", test_stale);
    g_test_add_func("/rules/statistics/stale/without-autovacuum", test_stale_without_autovacuum);
    g_test_add_func("/rules/statistics/stale/text", test_stale_text);
    g_test_add_func("/rules/statistics/partitioned-parent", test_partitioned_parent);
    g_test_add_func("/rules/statistics/target/fires", test_target);
    g_test_add_func("/rules/statistics/target/silent", test_target_silent);
    g_test_add_func("/rules/statistics/target/of-a-share", test_target_of_a_share);
    g_test_add_func("/rules/statistics/without-workload", test_without_workload);
    g_test_add_func("/rules/statistics/extended/fires", test_extended);
    g_test_add_func("/rules/statistics/extended/silent", test_extended_silent);
    g_test_add_func("/rules/statistics/extended/other-columns", test_extended_on_other_columns);
    return g_test_run();
}
