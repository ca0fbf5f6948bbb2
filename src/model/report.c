/* A report owns its findings; `top` borrows from them. */
#include "model/report.h"

PgaReport *
pga_report_new(const char *command)
{
    PgaReport *report = g_new0(PgaReport, 1);

    report->command = command;
    report->complete = TRUE;
    report->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    report->top = g_ptr_array_new();
    report->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    report->accepted = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    report->ignored = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    report->baseline = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    report->notes = g_ptr_array_new_with_free_func(g_free);
    report->rules = g_ptr_array_new_with_free_func(g_free);
    return report;
}

void
pga_report_free(PgaReport *report)
{
    if (!report)
        return;
    pga_environment_free(report->environment);
    g_ptr_array_unref(report->findings);
    g_ptr_array_unref(report->top);
    g_ptr_array_unref(report->not_checked);
    g_ptr_array_unref(report->accepted);
    g_ptr_array_unref(report->ignored);
    g_ptr_array_unref(report->baseline);
    g_ptr_array_unref(report->notes);
    g_ptr_array_unref(report->rules);
    g_free(report->configuration);
    g_free(report->lab);
    g_free(report);
}
