/* Tables of cases for rules of migrations: which lines a rule reports, of which version. */
#pragma once
#include "lint.h"

typedef struct {
    guint version;      /* 0: 150000 */
    const char *before; /* (nullable): the schema; tables that it does not name are assumed */
    const char *sql;
    const char *lines; /* "1 3"; "" none */
} LintCase;

void lint_assert_cases(const char *rule, const LintCase *cases, gsize n_cases);
#define lint_cases(rule, cases) lint_assert_cases(rule, cases, G_N_ELEMENTS(cases))

/* The first finding of @rule in @sql after @before; valid while @lint is. */
const PgaFinding *lint_only_finding(Lint *lint, const char *rule, const char *before,
                                    const char *sql);
