/* The engine: severities, versions, the order of findings, what a transaction holds, comments. */
#include "lint.h"

#include <string.h>

#define RULE "index-not-concurrent"

static void
test_small_tables(void)
{
    g_autoptr(Lint) lint = lint_new();
    g_autofree char *found = NULL;

    lint->only = RULE;
    lint_context(lint, "CREATE TABLE small (a int); CREATE TABLE large (a int);");
    g_assert_true(pga_state_set_rows(lint->state, "small", 9999));
    g_assert_true(pga_state_set_rows(lint->state, "large", 10000));
    lint_file(lint, "1.sql", "CREATE INDEX ON small (a);");
    g_assert_cmpint(lint_finding(lint, RULE)->severity, ==, PGA_SEVERITY_INFO);
    lint_file(lint, "2.sql", "CREATE INDEX ON large (a);");
    found = lint_end(lint);
    g_assert_cmpstr(found, ==, RULE ":1.sql:1 " RULE ":2.sql:1");
    g_assert_cmpint(((PgaFinding *)g_ptr_array_index(pga_lint_findings(lint->lint), 1))->severity,
                    ==, PGA_SEVERITY_ERROR);
}

static void
test_stated_severity(void)
{
    g_autoptr(Lint) lint = lint_new();
    PgaRuleSetting *setting = pga_configuration_set_rule(lint->configuration, RULE);

    setting->has_severity = TRUE;
    setting->severity = PGA_SEVERITY_WARNING;
    lint->only = RULE;
    lint_context(lint, "CREATE TABLE small (a int);");
    g_assert_true(pga_state_set_rows(lint->state, "small", 1));
    lint_file(lint, "1.sql", "CREATE INDEX ON small (a);");
    g_assert_cmpint(lint_finding(lint, RULE)->severity, ==, PGA_SEVERITY_WARNING);
}

static void
test_switched_off(void)
{
    g_autoptr(Lint) lint = lint_new();
    g_autofree char *found = NULL;

    pga_configuration_set_rule(lint->configuration, RULE)->off = TRUE;
    lint->only = RULE;
    lint_file(lint, "1.sql", "CREATE INDEX ON t (a);");
    found = lint_end(lint);
    g_assert_cmpstr(found, ==, "");
}

/* What is known at the end only stands with its file, too. */
static void
test_order_of_files(void)
{
    static const char *const rules[] = { RULE, "unused-suppression", NULL };
    g_autoptr(Lint) lint = lint_new();
    g_autofree char *found = NULL;

    lint->only_these = rules;
    lint_file(lint, "b.sql", "-- pgarchitect: ignore " RULE " why\nSELECT 1;");
    lint_file(lint, "a.sql",
              "CREATE INDEX i ON t (a);\n-- pgarchitect: ignore " RULE " why\nSELECT 1;");
    found = lint_end(lint);
    g_assert_cmpstr(found, ==,
                    "unused-suppression:b.sql:1 " RULE ":a.sql:1 unused-suppression:a.sql:2");
}

/* The same change in another file is another finding. */
static void
test_fingerprints(void)
{
    g_autoptr(Lint) lint = lint_new();
    GPtrArray *findings;

    lint->only = RULE;
    lint_file(lint, "a/1.sql", "CREATE INDEX i ON t (a);\nDROP INDEX i;");
    lint_file(lint, "2.sql", "CREATE INDEX i ON t (a);\nDROP INDEX i;");
    lint_file(lint, "b/1.sql", "CREATE INDEX i ON t (a);");
    findings = pga_lint_findings(lint->lint);
    g_assert_cmpuint(findings->len, ==, 3);
    g_assert_cmpstr(((PgaFinding *)g_ptr_array_index(findings, 0))->fingerprint, ==,
                    ((PgaFinding *)g_ptr_array_index(findings, 2))->fingerprint);
    g_assert_cmpstr(((PgaFinding *)g_ptr_array_index(findings, 0))->fingerprint, !=,
                    ((PgaFinding *)g_ptr_array_index(findings, 1))->fingerprint);
}

static void
test_context_is_not_judged(void)
{
    g_autoptr(Lint) lint = lint_new();
    g_autofree char *found = NULL;

    lint->only = RULE;
    lint_context(lint, "CREATE INDEX i ON t (a);");
    found = lint_end(lint);
    g_assert_cmpstr(found, ==, "");
}

static void
test_not_read(void)
{
    g_autoptr(Lint) lint = lint_new();
    const PgaNotChecked *entry;

    lint_file(lint, "1.sql", "SELECT 1;\n  SELEC 1;");
    g_assert_cmpuint(pga_lint_not_checked(lint->lint)->len, ==, 1);
    entry = g_ptr_array_index(pga_lint_not_checked(lint->lint), 0);
    g_assert_cmpstr(entry->file, ==, "1.sql");
    g_assert_cmpuint(entry->line, ==, 2);
    g_assert_cmpuint(entry->column, ==, 3);
    g_assert_nonnull(strstr(entry->why, "syntax error"));
}

static void
test_suppressed(void)
{
    g_autoptr(Lint) lint = lint_new();
    g_autofree char *found = NULL;
    const PgaFinding *aside;

    lint_file(lint, "1.sql",
              "-- pgarchitect: ignore " RULE " written to at night only\n"
              "SET lock_timeout = '1s'; SET statement_timeout = '1s';\n"
              "-- pgarchitect: ignore " RULE " because\nCREATE INDEX i ON t (a);\n"
              "-- pgarchitect: ignore no-such-rule\nSELECT 1;\n");
    found = lint_end(lint);
    g_assert_nonnull(strstr(found, "unused-suppression:1 "));
    g_assert_nonnull(strstr(found, "unused-suppression:5"));
    g_assert_null(strstr(found, RULE));
    g_assert_cmpuint(pga_lint_suppressed(lint->lint)->len, ==, 1);
    aside = g_ptr_array_index(pga_lint_suppressed(lint->lint), 0);
    g_assert_cmpstr(aside->reason, ==, "because");
    g_assert_cmpuint(aside->line, ==, 4);
}

static void
test_suppressed_in_file(void)
{
    g_autoptr(Lint) lint = lint_new();
    g_autofree char *found = NULL;

    lint->only = RULE;
    lint_file(lint, "1.sql",
              "-- pgarchitect: ignore-file " RULE " a small database\n"
              "CREATE INDEX i ON t (a);\nCREATE INDEX j ON t (a);\n");
    lint_file(lint, "2.sql", "CREATE INDEX k ON t (a);\n");
    found = lint_end(lint);
    g_assert_cmpstr(found, ==, RULE ":1");
    g_assert_cmpuint(pga_lint_suppressed(lint->lint)->len, ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/lint/small-tables", test_small_tables);
    g_test_add_func("/rules/lint/stated-severity", test_stated_severity);
    g_test_add_func("/rules/lint/switched-off", test_switched_off);
    g_test_add_func("/rules/lint/order-of-files", test_order_of_files);
    g_test_add_func("/rules/lint/fingerprints", test_fingerprints);
    g_test_add_func("/rules/lint/context-is-not-judged", test_context_is_not_judged);
    g_test_add_func("/rules/lint/not-read", test_not_read);
    g_test_add_func("/rules/lint/suppressed", test_suppressed);
    g_test_add_func("/rules/lint/suppressed-in-file", test_suppressed_in_file);
    return g_test_run();
}
