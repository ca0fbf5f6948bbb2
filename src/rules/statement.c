/* Statements as rules ask about them and findings show them. */
#include "statement_internal.h"

#include <base/units.h>
#include <math.h>
#include <string.h>

#define MAX_TEXT 240
#define DAY      86400.0

gboolean
pga_rule_has_workload(PgaRuleRun *run)
{
    const char *why = run->workload->why_unknown;

    if (run->workload->known)
        return TRUE;
    pga_rule_not_evaluated(run, NULL, "%s", why ? why : "needs pg_stat_statements");
    return FALSE;
}

gboolean
pga_statement_is_judged(const PgaWorkloadStatement *statement)
{
    return statement->parsed && statement->command && strchr("siudm", statement->command) &&
           statement->calls > 0;
}

void
pga_rule_each_statement(PgaRuleRun *run, PgaStatementCheck check)
{
    if (!pga_rule_has_workload(run))
        return;
    for (guint i = 0; i < run->workload->statements->len; i++) {
        const PgaWorkloadStatement *statement = g_ptr_array_index(run->workload->statements, i);

        if (pga_statement_is_judged(statement))
            check(run, statement);
    }
}

double
pga_statement_share(const PgaRuleRun *run, const PgaWorkloadStatement *statement)
{
    const double total = run->workload->total_time;

    return total > 0 ? CLAMP(statement->total_exec_time / total, 0, 1) : 0;
}

double
pga_statement_each(const PgaWorkloadStatement *statement, gint64 count)
{
    return statement->calls > 0 ? (double)count / (double)statement->calls : 0;
}

char *
pga_statement_text(const PgaWorkloadStatement *statement)
{
    GString *text = g_string_new(NULL);
    gboolean blank = FALSE;

    for (const char *at = statement->query; *at && g_utf8_strlen(text->str, -1) < MAX_TEXT;
         at = g_utf8_next_char(at)) {
        if (g_ascii_isspace(*at)) {
            blank = text->len > 0;
            continue;
        }
        g_string_append(text, blank ? " " : "");
        g_string_append_len(text, at, g_utf8_next_char(at) - at);
        blank = FALSE;
    }
    if (g_utf8_strlen(text->str, -1) >= MAX_TEXT)
        g_string_append(text, "…");
    return g_string_free(text, FALSE);
}

char *
pga_share_text(double share)
{
    return g_strdup_printf(share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share);
}

char *
pga_milliseconds_text(double milliseconds)
{
    if (milliseconds >= 10000)
        return pga_duration_format(milliseconds / 1000);
    return g_strdup_printf(milliseconds < 10 ? "%.2g ms" : "%.0f ms", milliseconds);
}

char *
pga_workload_coverage(const PgaRuleRun *run)
{
    const PgaWorkload *workload = run->workload;
    g_autofree char *age = NULL;

    if (workload->dealloc > 0)
        return g_strdup(" pg_stat_statements threw out entries meanwhile (pgss-evicting): what it "
                        "lost is missing from the totals.");
    if (workload->stats_age < 0 || workload->stats_age >= DAY)
        return g_strdup("");
    age = pga_duration_format(workload->stats_age);
    return g_strdup_printf(" The counters cover %s only.", age);
}

PgaFinding *
pga_rule_report_statement(PgaRuleRun *run, const PgaWorkloadStatement *statement,
                          const char *format, ...)
{
    g_autofree char *object = g_strdup_printf("query %s", statement->fingerprint);
    g_autofree char *text = pga_statement_text(statement), *evidence = NULL;
    g_autofree char *coverage = pga_workload_coverage(run);
    PgaFinding *finding;
    va_list args;

    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    finding = pga_rule_report_object(run, object, "%s%s Query: %s", evidence, coverage, text);
    finding->weight = pga_statement_share(run, statement);
    pga_finding_set_impact(finding, finding->weight, PGA_IMPACT_WORKLOAD);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_verify(finding,
                       "SELECT calls, total_exec_time, mean_exec_time FROM pg_stat_statements "
                       "WHERE queryid = %" G_GINT64_FORMAT ";",
                       statement->queryid);
    return finding;
}
