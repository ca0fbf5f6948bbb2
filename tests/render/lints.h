/* Fixed answers of `lint` that the tests of its formats share. */
#pragma once
#include <model/lint_report.h>

/* Findings in two files, one with steps and deployments, traces, something set aside, something not
 * read, and a file that is rewritten. */
PgaLintReport *lint_report_of_shop(void);

/* Nothing found; the version was stated. */
PgaLintReport *lint_report_of_nothing(void);
