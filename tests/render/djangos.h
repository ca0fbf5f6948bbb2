/* Fixed answers of `django` that the tests of its formats share. */
#pragma once
#include <model/django_report.h>

/* Findings of each severity, a race, decisions, all four parts, something set aside and something
 * not read; hostile names. */
PgaDjangoReport *django_report_of_shop(void);

/* Nothing found in a project of one model. */
PgaDjangoReport *django_report_of_nothing(void);
/* A query that was planned. */
void django_add_plan(PgaDjangoReport *report, double before, double after);
