/* What is accepted, ignored or in the baseline is counted apart; what has had its time is noted. */
#include "set_aside_internal.h"

#include <string.h>

#define DAY 86400

typedef struct {
    PgaConfiguration *configuration;
    PgaReport *report;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->configuration = pga_configuration_new();
    fixture->configuration->path = g_strdup("pgarchitect.yaml");
    fixture->report = pga_report_new("check");
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    pga_configuration_free(fixture->configuration);
    pga_report_free(fixture->report);
}

static void
add_finding(const Fixture *fixture, const char *rule, const char *object, const char *fingerprint)
{
    PgaFinding *finding = pga_finding_new(rule);

    finding->object = g_strdup(object);
    finding->fingerprint = g_strdup(fingerprint);
    g_ptr_array_add(fixture->report->findings, finding);
}

static PgaException *
exception_new(const char *reason, gint64 expires_at, guint line)
{
    PgaException *exception = pga_exception_new();

    exception->reason = g_strdup(reason);
    exception->expires = expires_at ? g_strdup("1970-01-01") : NULL;
    exception->expires_at = expires_at;
    exception->line = line;
    return exception;
}

static void
accept(const Fixture *fixture, const char *fingerprint, gint64 expires_at, guint line)
{
    PgaException *exception = exception_new("accepted", expires_at, line);

    exception->fingerprint = g_strdup(fingerprint);
    pga_configuration_accept(fixture->configuration, exception);
}

static void
ignore(const Fixture *fixture, const char *rule, const char *object, gint64 expires_at)
{
    PgaException *exception = exception_new("ignored", expires_at, 9);

    exception->rule = g_strdup(rule);
    exception->object = g_strdup(object);
    pga_configuration_ignore(fixture->configuration, exception);
}

static const char *
object_at(const GPtrArray *findings, guint i)
{
    g_assert_cmpuint(i, <, findings->len);
    return ((const PgaFinding *)g_ptr_array_index(findings, i))->object;
}

/* The first list that takes a finding has it; the rest keep their order. */
static void
test_sorted_out(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const PgaReport *report = fixture->report;

    fixture->configuration->baseline = pga_baseline_new("b.json");
    pga_baseline_add(fixture->configuration->baseline, "b", "r", NULL);
    pga_baseline_add(fixture->configuration->baseline, "a", "r", NULL);
    accept(fixture, "a", 0, 1);
    ignore(fixture, NULL, "i*", 0);
    add_finding(fixture, "r", "first", "1");
    add_finding(fixture, "r", "i1", "a");
    add_finding(fixture, "r", "i2", "2");
    add_finding(fixture, "r", "second", "3");
    add_finding(fixture, "r", "old", "b");
    pga_set_aside(fixture->configuration, DAY, fixture->report);
    g_assert_cmpuint(report->findings->len, ==, 2);
    g_assert_cmpstr(object_at(report->findings, 0), ==, "first");
    g_assert_cmpstr(object_at(report->findings, 1), ==, "second");
    g_assert_cmpstr(object_at(report->accepted, 0), ==, "i1");
    g_assert_cmpstr(object_at(report->ignored, 0), ==, "i2");
    g_assert_cmpstr(((PgaFinding *)report->ignored->pdata[0])->reason, ==, "ignored");
    g_assert_cmpstr(object_at(report->baseline, 0), ==, "old");
    g_assert_cmpuint(report->notes->len, ==, 0);
}

static void
test_expired(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const GPtrArray *notes = fixture->report->notes;

    accept(fixture, "a", DAY, 20);
    accept(fixture, "c", DAY + 1, 3);
    ignore(fixture, "r", "o", DAY);
    ignore(fixture, "r", NULL, DAY);
    ignore(fixture, NULL, "o", DAY);
    add_finding(fixture, "r", "o", "a");
    pga_set_aside(fixture->configuration, DAY, fixture->report);
    g_assert_cmpuint(fixture->report->findings->len, ==, 1);
    g_assert_cmpuint(notes->len, ==, 4);
    g_assert_cmpstr(g_ptr_array_index(notes, 0), ==,
                    "Ignored until 1970-01-01 and no longer: rule r, object o (pgarchitect.yaml, "
                    "line 9).");
    g_assert_cmpstr(g_ptr_array_index(notes, 1), ==,
                    "Ignored until 1970-01-01 and no longer: rule r (pgarchitect.yaml, line 9).");
    g_assert_cmpstr(g_ptr_array_index(notes, 2), ==,
                    "Ignored until 1970-01-01 and no longer: object o (pgarchitect.yaml, line 9).");
    g_assert_cmpstr(g_ptr_array_index(notes, 3), ==,
                    "Accepted until 1970-01-01 and no longer: fingerprint a (pgarchitect.yaml, "
                    "line 20).");
}

/* Of a rule that was not evaluated, or is off, nobody knows whether its findings are gone. */
static void
test_gone(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    PgaBaseline *baseline = fixture->configuration->baseline = pga_baseline_new("b.json");

    pga_baseline_add(baseline, "1", "judged", NULL);
    pga_baseline_add(baseline, "2", "unjudged", NULL);
    pga_baseline_add(baseline, "3", "index-duplicate", NULL);
    pga_baseline_add(baseline, "5", "missing-comments", NULL);
    pga_configuration_set_rule(fixture->configuration, "index-duplicate")->off = TRUE;
    g_ptr_array_add(fixture->report->not_checked,
                    pga_not_checked_new("unjudged", g_strdup("w"), g_strdup("y")));
    g_ptr_array_add(fixture->report->not_checked,
                    pga_not_checked_new(NULL, g_strdup("w"), g_strdup("y")));
    pga_set_aside(fixture->configuration, DAY, fixture->report);
    g_assert_cmpuint(fixture->report->notes->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(fixture->report->notes, 0), ==,
                    "1 entry of the baseline b.json no longer occurs: write it again to drop it "
                    "(--write-baseline).");
    pga_baseline_add(baseline, "4", "judged", NULL);
    pga_set_aside(fixture->configuration, DAY, fixture->report);
    g_assert_cmpstr(g_ptr_array_index(fixture->report->notes, 1), ==,
                    "2 entries of the baseline b.json no longer occur: write it again to drop "
                    "them (--write-baseline).");
}

static void
test_whole_rule(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const rules[] = {"whole", "part", "expired", NULL};

    ignore(fixture, "whole", NULL, 0);
    ignore(fixture, "part", "o", 0);
    ignore(fixture, "expired", NULL, 1);
    for (guint i = 0; i < G_N_ELEMENTS(rules); i++)
        g_ptr_array_add(fixture->report->not_checked,
                        pga_not_checked_new(rules[i], g_strdup("w"), g_strdup("y")));
    pga_set_aside(fixture->configuration, DAY, fixture->report);
    g_assert_cmpuint(fixture->report->not_checked->len, ==, 3);
    g_assert_cmpstr(((PgaNotChecked *)fixture->report->not_checked->pdata[0])->rule, ==, "part");
}

#define ADD(name, function)                                                                        \
    g_test_add("/app/set-aside/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("one-list-for-each", test_sorted_out);
    ADD("expired-is-noted", test_expired);
    ADD("gone-from-the-baseline", test_gone);
    ADD("whole-rule-has-nothing-unchecked", test_whole_rule);
    return g_test_run();
}
