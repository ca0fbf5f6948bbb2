#include "lint_case.h"

void
lint_assert_cases(const char *rule, const LintCase *cases, gsize n_cases)
{
    for (gsize i = 0; i < n_cases; i++)
        lint_assert_version(cases[i].version ? cases[i].version : 150000, rule, cases[i].before,
                            cases[i].sql, cases[i].lines);
}

const PgaFinding *
lint_only_finding(Lint *lint, const char *rule, const char *before, const char *sql)
{
    const PgaFinding *finding;
    g_autofree char *found = NULL;

    lint->only = rule;
    if (before)
        lint_context(lint, before);
    lint_file(lint, "migration.sql", sql);
    found = lint_end(lint);
    finding = lint_finding(lint, rule);
    g_test_message("%s", found);
    g_assert_nonnull(finding);
    return finding;
}
