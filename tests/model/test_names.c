/* The names of levels and classes, and what is said of unknown ones. */
#include <base/error.h>
#include <model/configuration.h>
#include <model/environment.h>
#include <model/finding.h>
#include <model/report.h>

static void
test_severity(void)
{
    g_autoptr(GError) error = NULL;
    PgaSeverity severity = PGA_SEVERITY_INFO;

    g_assert_true(pga_severity_parse("error", &severity, NULL));
    g_assert_cmpint(severity, ==, PGA_SEVERITY_ERROR);
    g_assert_cmpstr(pga_severity_name(PGA_SEVERITY_WARNING), ==, "warning");
    g_assert_false(pga_severity_parse("fatal", &severity, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_cmpstr(pga_confidence_name(PGA_CONFIDENCE_LIKELY), ==, "likely");
    g_assert_cmpstr(pga_safety_name(PGA_SAFETY_RESTART), ==, "restart");
}

static void
test_workload(void)
{
    g_autoptr(GError) error = NULL;
    PgaWorkloadClass workload = PGA_WORKLOAD_UNKNOWN;

    g_assert_true(pga_workload_class_parse("time-series", &workload, NULL));
    g_assert_cmpstr(pga_workload_class_name(workload), ==, "time-series");
    g_assert_false(pga_workload_class_parse("web", &workload, &error));
    g_assert_cmpstr(pga_error_get_hint(error), ==,
                    "Allowed values: oltp, olap, htap, time-series.");
    g_assert_false(pga_workload_class_parse("unknown", &workload, NULL));
}

static void
test_configuration(void)
{
    g_autoptr(PgaConfiguration) configuration = pga_configuration_new();
    PgaRuleSetting *setting = pga_configuration_set_rule(configuration, "r");

    pga_rule_setting_set_threshold(setting, "min_rows", 5);
    pga_rule_setting_set_threshold(setting, "min_rows", 6);
    g_assert_true(pga_configuration_set_rule(configuration, "r") == setting);
    g_assert_cmpfloat(*(double *)g_hash_table_lookup(setting->thresholds, "min_rows"), ==, 6);
    g_assert_null(pga_configuration_rule(configuration, "s"));
    g_assert_null(pga_configuration_rule(NULL, "r"));
}

static void
ignore(PgaConfiguration *configuration, const char *rule, const char *object, gint64 until)
{
    PgaException *exception = pga_exception_new();

    exception->rule = g_strdup(rule);
    exception->object = g_strdup(object);
    exception->expires = until ? g_strdup("2027-01-31") : NULL;
    exception->expires_at = until;
    pga_configuration_ignore(configuration, exception);
}

static gboolean
ignores(const PgaConfiguration *configuration, const char *rule, const char *object, gint64 now)
{
    PgaFinding *finding = pga_finding_new(rule);
    gboolean result;

    finding->object = g_strdup(object);
    result = pga_configuration_ignores(configuration, finding, now) != NULL;
    pga_finding_free(finding);
    return result;
}

static void
test_ignored(void)
{
    g_autoptr(PgaConfiguration) configuration = pga_configuration_new();

    ignore(configuration, "whole", NULL, 0);
    ignore(configuration, NULL, "public.legacy_*", 0);
    ignore(configuration, "both", "shop.a?", 0);
    ignore(configuration, "for-a-time", NULL, 1000);
    g_assert_true(ignores(configuration, "whole", "x.y", 0));
    g_assert_true(ignores(configuration, "other", "public.legacy_a.id", 0));
    g_assert_false(ignores(configuration, "other", "public.legac", 0));
    g_assert_true(ignores(configuration, "both", "shop.ab", 0));
    g_assert_true(ignores(configuration, "both", "shop.ab.id", 0));
    g_assert_false(ignores(configuration, "both", "shop.abc", 0));
    g_assert_false(ignores(configuration, "other", "shop.ab", 0));
    g_assert_true(ignores(configuration, "for-a-time", "x", 999));
    g_assert_false(ignores(configuration, "for-a-time", "x", 1000));
    g_assert_true(ignores(configuration, "for-a-time", "x", 0));
}

static void
test_accepted(void)
{
    g_autoptr(PgaConfiguration) configuration = pga_configuration_new();
    PgaException *exception = pga_exception_new();
    PgaFinding *finding = pga_finding_new("r");

    exception->fingerprint = g_strdup("0123456789abcdef");
    exception->expires = g_strdup("1970-01-01");
    exception->expires_at = 86400;
    pga_configuration_accept(configuration, exception);
    finding->fingerprint = g_strdup("0123456789abcdef");
    g_assert_true(pga_configuration_accepts(configuration, finding, 86399) == exception);
    g_assert_null(pga_configuration_accepts(configuration, finding, 86400));
    finding->fingerprint[0] = 'f';
    g_assert_null(pga_configuration_accepts(configuration, finding, 1));
    pga_finding_free(finding);
}

static void
test_finding(void)
{
    g_autoptr(PgaReport) report = pga_report_new("check");
    PgaFinding *finding = pga_finding_new("r");

    pga_finding_add_sql(finding, g_strdup("SELECT 1;"));
    pga_finding_add_undo(finding, g_strdup("SELECT 2;"));
    pga_finding_set_gain(finding, 10, 1, "bytes", "a");
    pga_finding_set_gain(finding, 20, 1, "bytes", "b");
    g_ptr_array_add(report->findings, finding);
    g_ptr_array_add(report->not_checked, pga_not_checked_new(NULL, g_strdup("x"), g_strdup("y")));
    report->environment = pga_environment_new();
    g_assert_cmpfloat(finding->gain->before, ==, 20);
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    g_assert_cmpint(report->environment->ram_bytes, ==, -1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/names/severity", test_severity);
    g_test_add_func("/model/names/workload-class", test_workload);
    g_test_add_func("/model/configuration/thresholds-are-replaced", test_configuration);
    g_test_add_func("/model/configuration/ignored-by-rule-object-and-day", test_ignored);
    g_test_add_func("/model/configuration/accepted-until-a-day", test_accepted);
    g_test_add_func("/model/finding/gain-is-replaced", test_finding);
    return g_test_run();
}
