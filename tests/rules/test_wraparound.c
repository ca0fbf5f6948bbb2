/* xid-wraparound and mxid-wraparound: ages of databases, which table, how long still. */
#include "model.h"

static PgaDatabase *
database(Model *model, const char *name, gint64 age)
{
    PgaDatabase *added = pga_record_add(model->server->databases, &pga_database_type);

    added->datname = g_strdup(name);
    added->datallowconn = TRUE;
    added->is_current = g_str_equal(name, "shop");
    added->frozenxid_age = added->minmxid_age = age;
    added->xact_commit = -1;
    added->stats_age = -1;
    return added;
}

static PgaRelation *
aged_table(Model *model, const char *name, gint64 age)
{
    PgaRelation *relation = model_table(model, name, 10);

    relation->frozenxid_age = relation->minmxid_age = age;
    return relation;
}

static void
test_severities(void)
{
    static const struct {
        gint64 age;
        const char *max_age;
        Outcome expected;
        PgaSeverity severity;
    } cases[] = {
        {1000000000, NULL, SILENT, 0},
        {1000000001, NULL, FIRES, PGA_SEVERITY_WARNING},
        {1500000000, NULL, FIRES, PGA_SEVERITY_ERROR},
        {300000000, "200000000", SILENT, 0},
        {300000001, "200000000", FIRES, PGA_SEVERITY_WARNING},
        {1000000001, "1500000000", FIRES, PGA_SEVERITY_WARNING},
    };
    static const char *const rules[] = {"xid-wraparound", "mxid-wraparound"};
    static const char *const settings[] = {"autovacuum_freeze_max_age",
                                           "autovacuum_multixact_freeze_max_age"};

    for (guint r = 0; r < G_N_ELEMENTS(rules); r++)
        for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
            g_autoptr(Model) model = model_new();

            database(model, "shop", cases[i].age);
            if (cases[i].max_age)
                model_setting(model, settings[r], cases[i].max_age, NULL);
            g_test_message("%s, case %u", rules[r], i);
            g_assert_cmpint(model_run(model, rules[r]), ==, cases[i].expected);
            if (cases[i].expected == FIRES)
                g_assert_cmpint(model_finding(model)->severity, ==, cases[i].severity);
        }
}

static void
test_text(void)
{
    g_autoptr(Model) model = model_new();
    PgaDatabase *shop = database(model, "shop", 1600000000);
    PgaSession *session = pga_record_add(model->server->sessions, &pga_session_type);
    const PgaFinding *finding;

    model_setting(model, "autovacuum_freeze_max_age", "200000000", NULL);
    shop->xact_commit = 8640000;
    shop->stats_age = 86400;
    session->pid = 99;
    session->xid_age = 1500000000;
    session->xact_age = -1;
    aged_table(model, "young", 5);
    aged_table(model, "old", 1599999999);
    aged_table(model, "oldest", 1600000000);
    aged_table(model, "older", 1600000000);
    aged_table(model, "temporary", 1600000000)->relpersistence = 't';
    aged_table(model, "fourth", 1500000000);
    g_assert_cmpint(model_run(model, "xid-wraparound"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "shop");
    g_assert_cmpstr(finding->evidence, ==,
                    "Its oldest transaction ids are 1.6 G old; 544 M more, and the server refuses "
                    "every command that needs a new one. The databases end 8.64 M transactions a "
                    "day, so that is 63 days away at the least. The forced vacuum begins at "
                    "200000000 (autovacuum_freeze_max_age).");
    g_assert_cmpuint(finding->fix.sql->len, ==, 3);
    g_assert_cmpstr(fix_at(finding, 0), ==, "VACUUM (VERBOSE) public.older;");
    g_assert_cmpstr(fix_at(finding, 1), ==, "VACUUM (VERBOSE) public.oldest;");
    g_assert_cmpstr(fix_at(finding, 2), ==, "VACUUM (VERBOSE) public.old;");
    assert_contains(finding->fix.note, "process id 99 of role (unknown)");
    assert_contains(finding->fix.note, "End that first");
    assert_contains(finding->fix.note, "After these: 1 more as old.");
    assert_contains(finding->fix.note, "VACUUM (VERBOSE); without a name");
    g_assert_cmpstr(finding->fix.verify, ==,
                    "SELECT age(datfrozenxid) FROM pg_database WHERE datname = 'shop';");
}

static void
test_other_databases(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    database(model, "Old Shop", 1200000000);
    database(model, "template0", 1200000001)->datallowconn = FALSE;
    database(model, "shop", 5);
    g_assert_cmpint(model_run(model, "mxid-wraparound"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    finding = model_finding_at(model, 0);
    g_assert_cmpstr(finding->object, ==, "\"Old Shop\"");
    assert_contains(finding->evidence, "Its oldest multixact ids are 1.2 G old");
    g_assert_cmpstr(fix_at(finding, 0), ==, "VACUUM (VERBOSE);");
    assert_contains(finding->fix.note, "Connect to that database first.");
    finding = model_finding_at(model, 1);
    g_assert_cmpuint(finding->fix.sql->len, ==, 0);
    assert_contains(finding->fix.note, "only autovacuum can vacuum it");
}

static void
test_multixacts_of_tables(void)
{
    g_autoptr(Model) model = model_new();

    database(model, "shop", 1200000000);
    aged_table(model, "shared", 1200000000);
    g_assert_cmpint(model_run(model, "mxid-wraparound"), ==, FIRES);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==, "VACUUM (VERBOSE) public.shared;");
}

static void
test_unknown(void)
{
    g_autoptr(Model) model = model_new();

    g_assert_cmpint(model_run(model, "xid-wraparound"), ==, NOT_EVALUATED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/wraparound/severities", test_severities);
    g_test_add_func("/rules/wraparound/text-and-fix", test_text);
    g_test_add_func("/rules/wraparound/other-databases", test_other_databases);
    g_test_add_func("/rules/wraparound/multixacts-of-tables", test_multixacts_of_tables);
    g_test_add_func("/rules/wraparound/unknown", test_unknown);
    return g_test_run();
}
