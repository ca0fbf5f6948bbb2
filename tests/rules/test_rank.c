/* The order of findings, and which of them are shown first. */
#include "model.h"

/* @object tells one finding from another. */
static void
add(Model *model, const char *rule, PgaSeverity severity, double weight, const char *object)
{
    PgaFinding *finding = pga_finding_new(rule);

    finding->severity = severity;
    finding->weight = weight;
    finding->object = g_strdup(object);
    g_ptr_array_add(model->findings, finding);
}

/* (transfer full): the objects in order, joined by blanks. */
static char *
objects(const GPtrArray *findings)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < findings->len; i++)
        g_string_append_printf(text, "%s%s", i ? " " : "",
                               ((const PgaFinding *)g_ptr_array_index(findings, i))->object);
    return g_string_free(text, FALSE);
}

static void
assert_ranked(Model *model, PgaWorkloadClass workload, const char *expected)
{
    g_autofree char *found = NULL;

    pga_rank_findings(model->findings, workload);
    found = objects(model->findings);
    g_assert_cmpstr(found, ==, expected);
}

static void
test_keys(void)
{
    g_autoptr(Model) model = model_new();

    add(model, "index-duplicate", PGA_SEVERITY_WARNING, 9, "later-rule");
    add(model, "fk-missing-index", PGA_SEVERITY_WARNING, 1, "lighter");
    add(model, "fk-missing-index", PGA_SEVERITY_WARNING, 2, "b");
    add(model, "fk-missing-index", PGA_SEVERITY_WARNING, 2, "a");
    add(model, "fk-missing-index", PGA_SEVERITY_INFO, 99, "info");
    add(model, "type-json-not-jsonb", PGA_SEVERITY_ERROR, 0, "error");
    add(model, "table-no-primary-key", PGA_SEVERITY_WARNING, 0, "correctness");
    assert_ranked(model, PGA_WORKLOAD_OLTP, "error correctness a b lighter later-rule info");
}

/* T1-1: what the workload needs first, correctness before all, types last. */
static void
test_workload_decides_between_families(void)
{
    static const struct {
        PgaWorkloadClass workload;
        const char *expected;
    } cases[] = {
        {PGA_WORKLOAD_UNKNOWN, "correctness index partitioning configuration modelling"},
        {PGA_WORKLOAD_OLTP, "correctness index configuration partitioning modelling"},
        {PGA_WORKLOAD_OLAP, "correctness configuration partitioning index modelling"},
        {PGA_WORKLOAD_HTAP, "correctness index configuration partitioning modelling"},
        {PGA_WORKLOAD_TIME_SERIES, "correctness partitioning index configuration modelling"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();

        add(model, "type-json-not-jsonb", PGA_SEVERITY_WARNING, 0, "modelling");
        add(model, "conf-shared-buffers", PGA_SEVERITY_WARNING, 0, "configuration");
        add(model, "table-unpartitioned-large", PGA_SEVERITY_WARNING, 0, "partitioning");
        add(model, "fk-missing-index", PGA_SEVERITY_WARNING, 0, "index");
        add(model, "table-no-primary-key", PGA_SEVERITY_WARNING, 0, "correctness");
        assert_ranked(model, cases[i].workload, cases[i].expected);
    }
}

static void
test_unknown_rules_come_last(void)
{
    g_autoptr(Model) model = model_new();

    add(model, "b-unknown", PGA_SEVERITY_INFO, 5, "b");
    add(model, "a-unknown", PGA_SEVERITY_INFO, 0, "a");
    add(model, "serial-instead-of-identity", PGA_SEVERITY_INFO, 0, "known");
    assert_ranked(model, PGA_WORKLOAD_OLTP, "known a b");
}

/* The same findings in any order of arrival make the same list. */
static void
test_order_does_not_depend_on_arrival(void)
{
    static const char *const rules[] = {"fk-missing-index", "index-unused", "x"};
    g_autofree char *first = NULL;

    for (guint start = 0; start < 60; start++) {
        g_autoptr(Model) model = model_new();
        g_autofree char *found = NULL;

        for (guint i = 0; i < 60; i++) {
            const guint n = (i * 7 + start) % 60;
            g_autofree char *object = g_strdup_printf("o%02u", n);

            add(model, rules[n % 3], n % 2 ? PGA_SEVERITY_INFO : PGA_SEVERITY_WARNING, n - n % 10,
                object);
        }
        pga_rank_findings(model->findings, PGA_WORKLOAD_HTAP);
        found = objects(model->findings);
        if (!first)
            first = g_steal_pointer(&found);
        else
            g_assert_cmpstr(found, ==, first);
    }
}

static void
assert_top(const Model *model, guint n, const char *expected)
{
    g_autoptr(GPtrArray) top = pga_rank_top(model->findings, n);
    g_autofree char *found = objects(top);

    g_assert_cmpstr(found, ==, expected);
}

static void
test_top_shows_each_rule_once_first(void)
{
    g_autoptr(Model) model = model_new();

    for (guint i = 0; i < 3; i++) {
        g_autofree char *fk = g_strdup_printf("fk%u", i);
        g_autofree char *duplicate = g_strdup_printf("dup%u", i);

        add(model, "fk-missing-index", PGA_SEVERITY_WARNING, 9 - i, fk);
        add(model, "index-duplicate", PGA_SEVERITY_WARNING, 9 - i, duplicate);
        add(model, "index-unused", PGA_SEVERITY_INFO, 9 - i, i ? "unused" : "unused0");
    }
    pga_rank_findings(model->findings, PGA_WORKLOAD_OLTP);
    assert_top(model, 0, "");
    assert_top(model, 1, "fk0");
    assert_top(model, 2, "fk0 dup0");
    assert_top(model, 3, "fk0 dup0 fk1");
    assert_top(model, 5, "fk0 dup0 fk1 dup1 fk2");
    assert_top(model, 7, "fk0 dup0 fk1 dup1 fk2 dup2 unused0");
    assert_top(model, 99, "fk0 dup0 fk1 dup1 fk2 dup2 unused0 unused unused");
}

static void
test_top_keeps_severities_apart(void)
{
    g_autoptr(Model) model = model_new();

    add(model, "index-invalid", PGA_SEVERITY_ERROR, 2, "e1");
    add(model, "index-invalid", PGA_SEVERITY_ERROR, 1, "e2");
    add(model, "fk-missing-index", PGA_SEVERITY_WARNING, 9, "w");
    pga_rank_findings(model->findings, PGA_WORKLOAD_OLTP);
    assert_top(model, 2, "e1 e2");
    assert_top(model, 3, "e1 e2 w");
}

static void
test_nothing_to_rank(void)
{
    g_autoptr(Model) model = model_new();

    assert_ranked(model, PGA_WORKLOAD_OLTP, "");
    assert_top(model, 3, "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(path, function) g_test_add_func("/rules/rank/" path, function)
    TEST("keys-in-their-order", test_keys);
    TEST("workload-decides-between-families", test_workload_decides_between_families);
    TEST("unknown-rules-come-last", test_unknown_rules_come_last);
    TEST("independent-of-arrival", test_order_does_not_depend_on_arrival);
    TEST("top/each-rule-once-first", test_top_shows_each_rule_once_first);
    TEST("top/severities-apart", test_top_keeps_severities_apart);
    TEST("nothing-to-rank", test_nothing_to_rank);
    return g_test_run();
}
