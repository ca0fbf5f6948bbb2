/* The registry of rules, what the configuration does to them, and what every finding carries. */
#include <string.h>

#include <rule_internal.h>

#include "model.h"

static void
assert_complete(const PgaRule *rule)
{
    g_test_message("%s", rule->id);
    g_assert_true(pga_rule_by_id(rule->id) == rule);
    g_assert_null(strpbrk(rule->id, "_ ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    g_assert_true(rule->title && rule->category && rule->docs_title && rule->requirements);
    g_assert_true(g_str_has_suffix(rule->why, ".") && g_str_has_suffix(rule->when_not, "."));
    g_assert_true(strstr(rule->docs, ".html") || g_str_has_prefix(rule->docs, "https://"));
    g_assert_true(rule->inputs != PGA_INPUTS_ANY || !rule->inputs_why);
    g_assert_true((rule->inputs == PGA_INPUTS_MIGRATION || rule->inputs == PGA_INPUTS_DJANGO) ==
                  !rule->check);
    g_assert_true(rule->inputs == PGA_INPUTS_DJANGO ||
                  (rule->inputs == PGA_INPUTS_MIGRATION) == (rule->family == PGA_FAMILY_MIGRATION));
}

static void
assert_thresholds_explained(const PgaRule *rule)
{
    for (guint i = 0; i < PGA_RULE_MAX_THRESHOLDS && rule->thresholds[i].key; i++) {
        g_assert_nonnull(rule->thresholds[i].unit);
        g_assert_true(g_str_has_suffix(rule->thresholds[i].help, "."));
    }
}

/* Every {key} of a condition or a fix is a threshold of the rule. */
static void
assert_keys(const PgaRule *rule, const char *text)
{
    for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{')) {
        g_autofree char *key = g_strndup(at + 1, strcspn(at + 1, "}"));
        gboolean known = FALSE;

        for (guint i = 0; i < PGA_RULE_MAX_THRESHOLDS && rule->thresholds[i].key; i++)
            known |= g_str_equal(rule->thresholds[i].key, key);
        g_test_message("{%s}", key);
        g_assert_true(known);
    }
}

static void
assert_page(const PgaRule *rule)
{
    g_assert_true(rule->condition && rule->fix);
    g_assert_true(g_str_has_suffix(rule->condition, "."));
    g_assert_true(g_str_has_suffix(rule->fix, "."));
    g_assert_true(!rule->versions || g_str_has_suffix(rule->versions, "."));
    g_assert_true(!rule->example || !g_str_has_suffix(rule->example, "\n"));
    assert_keys(rule, rule->condition);
    assert_keys(rule, rule->fix);
}

static void
test_registry(void)
{
    guint n_rules = 0;
    const PgaRule *const *rules = pga_rules(&n_rules);
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

    g_assert_cmpuint(n_rules, >=, 18);
    for (guint i = 0; i < n_rules; i++) {
        g_assert_true(g_hash_table_add(ids, (gpointer)rules[i]->id));
        assert_complete(rules[i]);
        assert_thresholds_explained(rules[i]);
        assert_page(rules[i]);
    }
    g_assert_null(pga_rule_by_id("no-such-rule"));
}

static void
test_empty_catalog(void)
{
    g_autoptr(Model) model = model_new();

    model_run_all(model);
    g_assert_cmpuint(model->findings->len, ==, 0);
}

static PgaRelation *
table_without_key(Model *model, const char *name)
{
    PgaRelation *relation = model_table(model, name, 10);

    model_column(relation, "a", "text");
    return relation;
}

static void
test_number_of_rules_run(void)
{
    g_autoptr(Model) model = model_new();
    guint n_all = 0, n_rules = 0, n_off = 0, not_ddl = 0, n_run;
    const PgaRule *const *rules = pga_rules(&n_all);

    for (guint i = 0; i < n_all; i++) {
        if (!rules[i]->check)
            continue;
        n_rules++;
        n_off += rules[i]->off_by_default;
        not_ddl += rules[i]->inputs != PGA_INPUTS_ANY && !rules[i]->off_by_default;
    }
    pga_catalog_finish(model->catalog);
    pga_configuration_set_rule(model->configuration, "table-no-primary-key")->off = TRUE;
    n_run = model_run_rules(model);
    g_assert_cmpuint(n_run, ==, n_rules - n_off - 1);
    model_make_ddl(model);
    n_run = model_run_rules(model);
    g_assert_cmpuint(n_run, ==, n_rules - n_off - 1 - not_ddl);
}

static void
test_server_only_rule_is_not_evaluated_of_ddl(void)
{
    g_autoptr(Model) model = model_new();
    const PgaNotChecked *entry;

    model_make_ddl(model);
    g_assert_cmpint(model_run(model, "index-unused"), ==, NOT_EVALUATED);
    g_assert_cmpuint(model->not_checked->len, ==, 1);
    entry = g_ptr_array_index(model->not_checked, 0);
    g_assert_cmpstr(entry->rule, ==, "index-unused");
    g_assert_cmpstr(entry->what, ==, "Index that queries do not use");
    g_assert_cmpstr(entry->why, ==, "needs the usage counters of a running server");
}

static void
test_verify_is_replaced(void)
{
    PgaFinding *finding = pga_finding_new("table-no-primary-key");

    pga_finding_verify(finding, "It has %u rows.", 5);
    pga_finding_verify(finding, "It has %u.", 6);
    g_assert_cmpstr(finding->fix.verify, ==, "It has 6.");
    pga_finding_free(finding);
}

/* Whatever a rule proposes, there is a way to see that it helped. */
static void
test_every_fix_is_verified(void)
{
    g_autoptr(Model) model = model_new();

    table_without_key(model, "logs");
    model_run_all(model);
    g_assert_cmpuint(model->findings->len, >, 0);
    for (guint i = 0; i < model->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(model->findings, i);

        g_assert_true(finding->fix.verify || (!finding->fix.sql->len && !finding->fix.note));
    }
}

static void
test_finding_is_filled_in(void)
{
    g_autoptr(Model) model = model_new();
    const PgaRule *rule = pga_rule_by_id("table-no-primary-key");
    const PgaFinding *finding;

    table_without_key(model, "Logs");
    g_assert_cmpint(model_run(model, rule->id), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->rule, ==, rule->id);
    g_assert_cmpstr(finding->object, ==, "public.\"Logs\"");
    g_assert_cmpstr(finding->title, ==, rule->title);
    g_assert_cmpstr(finding->category, ==, "schema");
    g_assert_cmpstr(finding->when_not, ==, rule->when_not);
    g_assert_cmpstr(finding->docs_title, ==, rule->docs_title);
    g_assert_cmpstr(finding->docs_url, ==,
                    "https://www.postgresql.org/docs/17/"
                    "ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS");
    g_assert_cmpstr(finding->requirements, ==, "T2-3 PRE-7");
    /* printf 'table-no-primary-key\npublic."Logs"' | sha256sum */
    g_assert_cmpstr(finding->fingerprint, ==, "691339b45b566410");
}

static void
test_documentation_by_version(void)
{
    static const struct {
        guint version_num;
        const char *expected;
    } cases[] = {
        {90600, "https://www.postgresql.org/docs/current/a.html"},
        {100023, "https://www.postgresql.org/docs/10/a.html"},
        {180001, "https://www.postgresql.org/docs/18/a.html"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PgaEnvironment environment = {.version_num = cases[i].version_num};
        const char *url = pga_rule_docs_url(&environment, "a.html");

        g_assert_cmpstr(url, ==, cases[i].expected);
    }
}

static void
test_finding_about_the_database(void)
{
    g_autoptr(Model) model = model_new();
    PgaRuleRun run = {
        .rule = pga_rule_by_id("index-invalid"),
        .environment = model->environment,
        .findings = model->findings,
    };

    g_assert_cmpstr(pga_rule_report(&run, NULL, NULL, "%d things", 3)->object, ==, "shop");
    g_assert_cmpstr(model_finding(model)->evidence, ==, "3 things");
}

static void
test_stated_severity(void)
{
    g_autoptr(Model) model = model_new();
    PgaRuleSetting *setting =
        pga_configuration_set_rule(model->configuration, "table-no-primary-key");

    table_without_key(model, "logs")->published_updates = TRUE;
    setting->has_severity = TRUE;
    setting->severity = PGA_SEVERITY_INFO;
    g_assert_cmpint(model_run(model, "table-no-primary-key"), ==, FIRES);
    g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_INFO);
}

static void
test_ignored_schema(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *hidden = table_without_key(model, "logs");

    g_free(hidden->nspname);
    hidden->nspname = g_strdup("staging");
    g_ptr_array_add(model->configuration->ignored_schemas, g_strdup("staging"));
    table_without_key(model, "orders");
    g_assert_cmpint(model_run(model, "table-no-primary-key"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.orders");
}

static void
test_another_rules_setting(void)
{
    g_autoptr(Model) model = model_new();
    const PgaRule *rule = pga_rule_by_id("index-redundant-prefix");
    const PgaRuleRun run = {.configuration = model->configuration};

    g_assert_true(pga_rule_is_on(&run, rule));
    g_assert_cmpfloat(pga_rule_threshold_of(&run, rule, 0), ==, 2.5);
    pga_rule_setting_set_threshold(pga_configuration_set_rule(model->configuration, rule->id),
                                   "max_size_ratio", 4);
    g_assert_true(pga_rule_is_on(&run, rule));
    g_assert_cmpfloat(pga_rule_threshold_of(&run, rule, 0), ==, 4);
    g_assert_cmpfloat(pga_rule_threshold_of(&run, rule, 1), ==, 1000);
    pga_configuration_set_rule(model->configuration, rule->id)->off = TRUE;
    g_assert_false(pga_rule_is_on(&run, rule));
}

static void
test_rows(void)
{
    static const struct {
        double rows;
        PgaRowsSource source;
        const char *expected;
    } cases[] = {
        {1.2e6, PGA_ROWS_ANALYZED, "1.2 M rows (pg_class.reltuples)"},
        {5, PGA_ROWS_STATED, "5 rows (as stated with --rows)"},
        {0, PGA_ROWS_COUNTERS,
         "0 rows (pg_stat_all_tables.n_live_tup; the table was never analyzed)"},
        {7, PGA_ROWS_DUMP, "7 rows (counted in the dump)"},
        {-1, PGA_ROWS_ANALYZED, "an unknown number of rows"},
        {7, PGA_ROWS_UNKNOWN, "an unknown number of rows"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PgaRelation relation = {.reltuples = cases[i].rows, .rows_source = cases[i].source};
        g_autofree char *text = pga_rule_rows(&relation);

        g_assert_cmpstr(text, ==, cases[i].expected);
    }
}

static void
test_notes_and_proof(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1);
    PgaFinding *finding = pga_finding_new("index-invalid");

    g_ptr_array_add(model->findings, finding);
    pga_finding_note(finding, "One %s.", "thing");
    pga_finding_note(finding, "Another.");
    g_assert_cmpstr(finding->fix.note, ==, "One thing. Another.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, NULL);
    g_assert_cmpuint(finding->proof.relations->len, ==, 0);
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, orders);
    g_assert_cmpuint(finding->proof.relations->len, ==, 1);
    g_assert_cmpuint(g_array_index(finding->proof.relations, PgaOid, 0), ==, orders->oid);
}

static void
test_partitions_by_parent(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *parent = model_table(model, "p", 1);
    const GPtrArray *list;
    g_autoptr(GHashTable) partitions = NULL;

    model_partition(model, parent, "p2", 1);
    model_partition(model, parent, "p1", 1);
    pga_catalog_finish(model->catalog);
    partitions = pga_rule_partitions(model->catalog);
    g_assert_cmpuint(g_hash_table_size(partitions), ==, 1);
    list = g_hash_table_lookup(partitions, GUINT_TO_POINTER(parent->oid));
    g_assert_cmpuint(list->len, ==, 2);
    g_assert_cmpstr(((PgaRelation *)g_ptr_array_index(list, 0))->relname, ==, "p1");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(path, function) g_test_add_func("/rules/rule/" path, function)
    TEST("registry-is-complete", test_registry);
    TEST("empty-catalog", test_empty_catalog);
    TEST("number-of-rules-run", test_number_of_rules_run);
    TEST("server-only-is-not-evaluated-of-ddl", test_server_only_rule_is_not_evaluated_of_ddl);
    TEST("finding-is-filled-in", test_finding_is_filled_in);
    TEST("documentation-by-version", test_documentation_by_version);
    TEST("finding-about-the-database", test_finding_about_the_database);
    TEST("stated-severity", test_stated_severity);
    TEST("ignored-schema", test_ignored_schema);
    TEST("another-rules-setting", test_another_rules_setting);
    TEST("rows-and-where-from", test_rows);
    TEST("notes-and-proof", test_notes_and_proof);
    TEST("verify-is-replaced", test_verify_is_replaced);
    TEST("every-fix-is-verified", test_every_fix_is_verified);
    TEST("partitions-by-parent", test_partitions_by_parent);
    return g_test_run();
}
