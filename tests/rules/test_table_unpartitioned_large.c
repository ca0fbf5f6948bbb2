/* table-unpartitioned-large: from which size on, by which column, and what that would change. */
#include <math.h>
#include <string.h>

#include "model.h"

#define RULE "table-unpartitioned-large"

static PgaRelation *
events_new(Model *model)
{
    PgaRelation *events = model_table(model, "events", 1000001);

    model_column(events, "id", "bigint");
    events->table_bytes = 100;
    return events;
}

static PgaAttribute *
time_column(PgaRelation *events, const char *name, const char *type, double correlation,
            gboolean not_null)
{
    PgaAttribute *attribute = model_column(events, name, type);

    pga_attribute_add_stats(attribute)->correlation = correlation;
    attribute->attnotnull = not_null;
    return attribute;
}

static void
test_sizes(void)
{
    static const struct {
        double rows;
        gint64 bytes;
        gboolean ddl;
        Outcome expected;
    } cases[] = {
        {1000001, 0, FALSE, FIRES},
        {1000000, 0, FALSE, SILENT},
        {10, 1073741825, FALSE, FIRES},
        {10, 1073741824, FALSE, SILENT},
        {1000001, -1, FALSE, FIRES},
        {10, -1, FALSE, SILENT},
        {-1, 1073741825, FALSE, FIRES},
        {-1, 28000001, FALSE, NOT_EVALUATED},
        {-1, 28000000, FALSE, SILENT}, /* a million rows do not fit into that */
        {-1, -1, FALSE, NOT_EVALUATED},
        {1000001, 1, TRUE, FIRES},
        {1000000, 1073741825, TRUE, SILENT}, /* the lab's own sizes say nothing */
        {-1, 1073741825, TRUE, NOT_EVALUATED},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *events = events_new(model);

        events->reltuples = cases[i].rows;
        events->table_bytes = cases[i].bytes;
        if (cases[i].ddl)
            model_make_ddl(model);
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, RULE), ==, cases[i].expected);
    }
}

static void
test_not_evaluated(void)
{
    g_autoptr(Model) live = model_new(), ddl = model_new();
    const PgaNotChecked *entry;

    events_new(live)->reltuples = -1;
    pga_catalog_relation_by_name(live->catalog, "public", "events")->table_bytes = -1;
    g_assert_cmpint(model_run(live, RULE), ==, NOT_EVALUATED);
    entry = g_ptr_array_index(live->not_checked, 0);
    g_assert_cmpstr(entry->what, ==, "public.events");
    g_assert_cmpstr(entry->why, ==,
                    "no row estimate: run ANALYZE public.events, or give --rows public.events=N");

    model_make_ddl(ddl);
    events_new(ddl)->reltuples = -1;
    model_table(ddl, "more", -1);
    g_assert_cmpint(model_run(ddl, RULE), ==, NOT_EVALUATED);
    g_assert_cmpuint(ddl->not_checked->len, ==, 1);
    entry = g_ptr_array_index(ddl->not_checked, 0);
    g_assert_cmpstr(entry->what, ==, "Large table that is not partitioned");
    assert_contains(entry->why, "(unknown: 2)");
}

static void
test_relations_left_out(void)
{
    for (guint i = 0; i < 5; i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *events = events_new(model);

        if (i == 0)
            events->relkind = 'm';
        else if (i == 1)
            events->relispartition = TRUE;
        else if (i == 2)
            events->relpersistence = 't';
        else if (i == 3)
            events->inherits = TRUE;
        else
            events->extension = g_strdup("timescaledb");
        g_assert_cmpint(model_run(model, RULE), ==, SILENT);
    }
}

static void
test_partitioned_table_is_fine(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = events_new(model);

    events->relkind = 'p';
    model_partition(model, events, "events_1", 5000000);
    g_assert_cmpint(model_run(model, RULE), ==, SILENT);
}

static void
test_severity_by_size(void)
{
    static const struct {
        gint64 bytes;
        PgaSeverity expected;
    } cases[] = {{100000000000, PGA_SEVERITY_INFO}, {100000000001, PGA_SEVERITY_WARNING}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();

        events_new(model)->table_bytes = cases[i].bytes;
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        g_assert_cmpint(model_finding(model)->severity, ==, cases[i].expected);
        g_assert_cmpfloat(model_finding(model)->weight, ==, (double)cases[i].bytes);
    }
}

static void
test_thresholds(void)
{
    g_autoptr(Model) model = model_new();
    PgaRuleSetting *setting = pga_configuration_set_rule(model->configuration, RULE);

    events_new(model)->table_bytes = 2000000000;
    pga_rule_setting_set_threshold(setting, "rows", 2000000);
    pga_rule_setting_set_threshold(setting, "bytes", 2000000000);
    g_assert_cmpint(model_run(model, RULE), ==, SILENT);
}

static void
test_without_a_key(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    events_new(model);
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.events");
    g_assert_cmpstr(finding->evidence, ==,
                    "Not partitioned, with 1 M rows (pg_class.reltuples) and 100 B of table and "
                    "TOAST.");
    g_assert_cmpint(finding->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
    g_assert_cmpuint(finding->fix.sql->len, ==, 0);
    g_assert_cmpuint(finding->fix.undo->len, ==, 0);
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_REVIEW);
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_NONE);
    g_assert_true(g_str_has_prefix(finding->fix.note, "No date or timestamp column stands out"));
}

static void
test_with_a_key(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = events_new(model);
    const PgaFinding *finding;

    time_column(events, "At", "timestamp with time zone", -0.98, TRUE);
    model_primary_key(model, events, "id");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpint(finding->confidence, ==, PGA_CONFIDENCE_LIKELY);
    assert_contains(finding->evidence,
                    "Its rows lie in the order of \"At\" (correlation -0.98 in pg_stats).");
    g_assert_cmpstr(finding->fix.note, ==,
                    "Candidate: PARTITION BY RANGE (\"At\"). Make the partitioned table beside "
                    "this one, attach this one as the partition of the past (with a CHECK on "
                    "\"At\" first, so that ATTACH does not read it), add partitions for the "
                    "future, swap the names. The primary key (id) becomes (id, \"At\"), and "
                    "foreign keys to it must follow. If it is only about queries by \"At\", a BRIN "
                    "index on it costs some kilobytes and may do.");
}

static void
test_key_is_in_the_primary_key(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = events_new(model);

    time_column(events, "at", "date", 0.99, TRUE);
    model_primary_key(model, events, "id at");
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_null(strstr(model_finding(model)->fix.note, "The primary key"));
}

/* A partitioned table's unique indexes hold the partition key. */
static void
test_unique_indexes_are_named(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = events_new(model);

    time_column(events, "at", "date", 0.99, TRUE);
    model_primary_key(model, events, "id at");
    model_index(model, events, "plain", "id");
    model_index(model, events, "Code", "id")->indisunique = TRUE;
    model_index(model, events, "code2", "id")->indisunique = TRUE;
    model_index(model, events, "with_key", "id at")->indisunique = TRUE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    assert_contains(model_finding(model)->fix.note,
                    "What is unique over the whole table now, by \"Code\", code2, would be so in "
                    "each partition only.");
}

/* Which column is proposed, or none. */
static void
test_choice_of_the_key(void)
{
    static const struct {
        const char *name1, *type1;
        double correlation1;
        const char *name2, *type2;
        double correlation2;
        const char *expected;
        gboolean not_null1, not_null2;
    } cases[] = {
        {"x", "date", 0.95, "y", "date", 0.99, "RANGE (y)", TRUE, TRUE},
        {"x", "date", 0.95, "y", "date", 0.95, "RANGE (x)", TRUE, TRUE},
        {"x", "date", 0.95, "y", "date", 0.99, "RANGE (x)", TRUE, FALSE},
        {"x", "timestamp without time zone", 0.95, "created", "date", 0.1, "RANGE (x)", FALSE,
         TRUE},
        {"x", "date", 0.9, "created_at", "date", 0.1, "RANGE (created_at)", TRUE, TRUE},
        {"x", "date", NAN, "logged", "date", NAN, "RANGE (logged)", TRUE, TRUE},
        {"x", "date", 0.5, "created_at", "date", 0.1, "No date", TRUE, FALSE},
        {"created_at", "text", 0.99, "event", "bigint", 0.99, "No date", TRUE, TRUE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *events = events_new(model);

        time_column(events, cases[i].name1, cases[i].type1, cases[i].correlation1,
                    cases[i].not_null1);
        time_column(events, cases[i].name2, cases[i].type2, cases[i].correlation2,
                    cases[i].not_null2);
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, RULE), ==, FIRES);
        assert_contains(model_finding(model)->fix.note, cases[i].expected);
    }
}

static void
test_name_without_statistics(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = events_new(model);

    model_make_ddl(model);
    model_column(events, "created_at", "timestamp with time zone")->attnotnull = TRUE;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    assert_contains(model_finding(model)->fix.note, "RANGE (created_at)");
    g_assert_null(strstr(model_finding(model)->fix.note, "BRIN"));
    assert_contains(model_finding(model)->evidence, "an unknown size");
    g_assert_cmpfloat(model_finding(model)->weight, ==, 1000001);
}

static void
test_size_unknown(void)
{
    g_autoptr(Model) model = model_new();

    events_new(model)->table_bytes = -1;
    g_assert_cmpint(model_run(model, RULE), ==, FIRES);
    g_assert_cmpfloat(model_finding(model)->weight, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(path, function) g_test_add_func("/rules/table-unpartitioned-large/" path, function)
    TEST("sizes", test_sizes);
    TEST("not-evaluated", test_not_evaluated);
    TEST("relations-left-out", test_relations_left_out);
    TEST("partitioned-table-is-fine", test_partitioned_table_is_fine);
    TEST("severity-by-size", test_severity_by_size);
    TEST("thresholds", test_thresholds);
    TEST("without-a-key", test_without_a_key);
    TEST("with-a-key", test_with_a_key);
    TEST("key-in-the-primary-key", test_key_is_in_the_primary_key);
    TEST("unique-indexes-are-named", test_unique_indexes_are_named);
    TEST("choice-of-the-key", test_choice_of_the_key);
    TEST("name-without-statistics", test_name_without_statistics);
    TEST("size-unknown", test_size_unknown);
    return g_test_run();
}
