/* A comparison's report owns what it holds. */
#include "model/diff_report.h"

#include "model/finding.h"

PgaDiffReport *
pga_diff_report_new(void)
{
    PgaDiffReport *report = g_new0(PgaDiffReport, 1);

    report->differences = g_ptr_array_new();
    report->drifts = g_ptr_array_new();
    report->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    return report;
}

void
pga_diff_report_free(PgaDiffReport *report)
{
    if (!report)
        return;
    pga_environment_free(report->before);
    pga_environment_free(report->after);
    g_ptr_array_unref(report->differences);
    g_ptr_array_unref(report->drifts);
    g_ptr_array_unref(report->not_checked);
    g_free(report);
}

guint
pga_diff_report_count(const PgaDiffReport *report, PgaChange change)
{
    guint n = 0;

    for (guint i = 0; i < report->differences->len; i++)
        n += ((const PgaDifference *)g_ptr_array_index(report->differences, i))->change == change;
    return n;
}
