/* stats-missing: tables with rows that the planner knows nothing about. */
#include <base/units.h>

#include "../maintenance_internal.h"

#define MIN_ROWS     0 /* places in the rule's thresholds */
#define MAX_FINDINGS 1

/* ANALYZE has not come since the counters began, and left nothing before. A role that sees no
 * statistics at all is sure only of a table without a row count. */
static gboolean
is_missing(const PgaRuleRun *run, const PgaRelation *relation, double *weight)
{
    const PgaRelationCounters *counters = &relation->counters;

    *weight = (double)counters->n_live_tup;
    return relation->has_counters && (double)counters->n_live_tup >= run->threshold[MIN_ROWS] &&
           counters->analyze_count + counters->autoanalyze_count == 0 &&
           pga_last_analyze_age(relation) < 0 && relation->attributes->len > 0 &&
           !pga_table_has_statistics(relation) &&
           (run->environment->is_superuser || relation->rows_source == PGA_ROWS_COUNTERS);
}

static void
report_group(PgaRuleRun *run, const PgaTableGroup *group)
{
    const PgaRelation *worst = pga_group_worst(group);
    g_autofree char *rows = pga_count_format((double)worst->counters.n_live_tup);
    g_autofree char *extent = pga_group_extent(group);
    PgaFinding *finding = pga_rule_report(run, group->subject, NULL,
                                          "%s rows (pg_stat_all_tables.n_live_tup), and neither "
                                          "ANALYZE nor autovacuum has looked at them.%s",
                                          rows, extent);

    finding->weight = group->weight;
    pga_finding_fix_vacuum(finding, group, "ANALYZE");
    pga_finding_verify(finding, "last_analyze in pg_stat_all_tables is set.");
}

/* After a restore or an upgrade it is all of them. */
static void
report_database(PgaRuleRun *run, const GPtrArray *groups)
{
    const PgaTableGroup *first = g_ptr_array_index(groups, 0);
    g_autofree char *name = pga_relation_display(first->subject, NULL);
    PgaFinding *finding = pga_rule_report(run, NULL, NULL,
                                          "%u tables with rows have never been analyzed, among "
                                          "them %s: as after a restore or an upgrade.",
                                          groups->len, name);

    finding->weight = G_MAXDOUBLE;
    pga_finding_add_sql(finding, g_strdup("ANALYZE;"));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
    pga_finding_note(finding, "vacuumdb --all --analyze-in-stages brings rough statistics within "
                              "minutes, and the full ones after.");
    pga_finding_verify(finding, "last_analyze in pg_stat_all_tables is set.");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) groups = NULL;

    if (run->environment->is_standby)
        return; /* its counters know nothing of the primary's ANALYZE */
    groups = pga_group_tables(run, is_missing);
    if ((double)groups->len > run->threshold[MAX_FINDINGS]) {
        report_database(run, groups);
        return;
    }
    for (guint i = 0; i < groups->len; i++)
        report_group(run, g_ptr_array_index(groups, i));
}

const PgaRule pga_rule_stats_missing = {
    .id = "stats-missing",
    .title = "The planner has no statistics of a table",
    .category = "statistics",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_WARNING,
    .why = "It guesses instead: half a percent of the rows for any \"column = value\", whatever "
           "the values; joins go wrong by orders of magnitude.",
    .when_not = "The table was filled a moment ago, and autovacuum is on its way.",
    .condition = "A table with {min_rows} rows or more was never analyzed. More than "
                 "{max_findings} such tables are one finding.",
    .fix = "ANALYZE: it reads a sample, and reads and writes go on.",
    .versions = "pg_upgrade keeps statistics from 18 on; before, ANALYZE has to follow it.",
    .docs = "routine-vacuuming.html#VACUUM-FOR-STATISTICS",
    .docs_title = "Routine Vacuuming: Updating Planner Statistics",
    .requirements = "T2-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"min_rows", "rows", 1000, "Of a smaller table a guess is good enough."},
                   {"max_findings", "tables", 10, "From there on it is the database's."}},
    .check = check,
};
