/* Fixed reports that the tests of every renderer share. */
#pragma once
#include <model/report.h>

G_BEGIN_DECLS

/* A live shop database: three findings to show first, four more, things not checked, one accepted.
 */
PgaReport *report_of_shop(void);

/* A dump, with places in the file; the analysis is incomplete. */
PgaReport *report_of_dump(void);

/* Nothing wrong; and a database without a single table. */
PgaReport *report_without_findings(void);

/* The same finding in 40 schemas, another in 3, one alone. */
PgaReport *report_of_tenants(void);
PgaReport *report_without_tables(void);

/* Names and texts that try to leave their place: control characters, markup, invalid UTF-8. */
PgaReport *report_of_hostile_names(void);

/* @n findings, all of them to be shown first, and as many things not checked. */
PgaReport *report_of_many(guint n);

/* One more finding at the end of the report. Its fingerprint follows from its place. */
PgaFinding *report_add_finding(PgaReport *report, const char *rule, PgaSeverity severity,
                               const char *object, const char *title);

G_END_DECLS
