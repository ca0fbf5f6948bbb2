/* The result of a comparison, complete and unformatted: what its renderers are given. */
#pragma once
#include <glib.h>
#include <model/difference.h>
#include <model/environment.h>

G_BEGIN_DECLS

typedef struct {
    PgaEnvironment *before, *after;
    GPtrArray *differences; /* of PgaDifference * */
    GPtrArray *drifts;      /* of PgaDrift * */
    GPtrArray *not_checked; /* of PgaNotChecked *: of either side, each said once */
} PgaDiffReport;

PgaDiffReport *pga_diff_report_new(void);
void pga_diff_report_free(PgaDiffReport *report);

/* How many differences are of @change. */
guint pga_diff_report_count(const PgaDiffReport *report, PgaChange change);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDiffReport, pga_diff_report_free)

G_END_DECLS
