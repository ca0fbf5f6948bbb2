/* pgss-evicting: the counters forget statements. */
#include "../server_setting_internal.h"
#include <base/units.h>

#define FILL 0 /* place in the rule's thresholds */

static void
check(PgaRuleRun *run)
{
    const PgaWorkload *workload = run->workload;
    g_autofree char *age = NULL;
    PgaFinding *finding;

    if (!workload->known || workload->max <= 0 || workload->dealloc <= 0 ||
        (double)workload->statements->len < run->threshold[FILL] * (double)workload->max)
        return;
    age = workload->stats_age >= 0 ? pga_duration_format(workload->stats_age) : g_strdup("?");
    finding = pga_rule_report_object(
        run, "pg_stat_statements.max",
        "pg_stat_statements threw out its least used entries %" G_GINT64_FORMAT
        " times in %s; it holds %" G_GINT64_FORMAT ".",
        workload->dealloc, age, workload->max);
    finding->weight = (double)workload->dealloc;
    pga_finding_add_sql(finding, g_strdup_printf("ALTER SYSTEM SET pg_stat_statements.max = "
                                                 "%" G_GINT64_FORMAT ";",
                                                 MAX(10000, 2 * workload->max)));
    pga_finding_add_undo(finding, g_strdup("ALTER SYSTEM RESET pg_stat_statements.max;"));
    pga_finding_set_fix(finding, PGA_SAFETY_RESTART, NULL, NULL);
    pga_finding_note(finding, "Each entry takes a few hundred bytes of shared memory. Where IN "
                              "lists of every length make the entries, 18 merges them.");
    pga_finding_verify(finding, "SELECT dealloc, stats_reset FROM pg_stat_statements_info;");
}

const PgaRule pga_rule_pgss_evicting = {
    .id = "pgss-evicting",
    .title = "pg_stat_statements forgets statements",
    .category = "statistics",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_INFO,
    .why = "What was thrown out is missing from every total, and the rare but dear statements are "
           "thrown out first.",
    .when_not = "The statements are made up by a program and each runs once.",
    .condition = "pg_stat_statements_info counts evictions, and {fill} or more of "
                 "pg_stat_statements.max is in use by this database.",
    .fix = "Raises pg_stat_statements.max, which needs a restart.",
    .versions = "18 counts IN lists of different lengths as one statement.",
    .docs = "pgstatstatements.html",
    .docs_title = "pg_stat_statements",
    .requirements = "T3-4 IN-8",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"fill", "share", 0.3, "Of all entries, this database's share at least."}},
    .of_server = TRUE,
    .check = check,
};
