/* stats-stale: tables that changed a lot since they were analyzed. */
#include <math.h>

#include <base/units.h>

#include "../maintenance_internal.h"

#define TIMES    0 /* places in the rule's thresholds */
#define MIN_ROWS 1
#define MIN_AGE  2

#define HOUR     3600.0

/* Autovacuum may be on its way, but only where it is on. */
static double
min_age(const PgaRuleRun *run, const PgaRelation *relation)
{
    return pga_setting_is_on(run, "autovacuum") && pga_setting_is_on(run, "track_counts") &&
                   !pga_reloptions_stop_autovacuum(relation->reloptions)
               ? run->threshold[MIN_AGE]
               : 0;
}

static gboolean
is_stale(const PgaRuleRun *run, const PgaRelation *relation, double *weight)
{
    const double changed = (double)relation->counters.n_mod_since_analyze;
    const double begun = pga_analyze_threshold(run, relation);
    const double age = pga_last_analyze_age(relation);

    *weight = changed;
    return relation->has_counters && relation->reltuples > 0 && !isnan(begun) &&
           age >= min_age(run, relation) && changed >= run->threshold[MIN_ROWS] &&
           changed > run->threshold[TIMES] * begun;
}

static void
report_group(PgaRuleRun *run, const PgaTableGroup *group)
{
    const PgaRelation *worst = pga_group_worst(group);
    g_autofree char *changed = pga_count_format((double)worst->counters.n_mod_since_analyze);
    g_autofree char *begun = pga_count_format(pga_analyze_threshold(run, worst));
    const double analyzed = pga_last_analyze_age(worst);
    g_autofree char *age =
        analyzed < HOUR ? g_strdup("less than an hour") : pga_duration_format(analyzed);
    g_autofree char *rows = pga_rule_rows(worst);
    g_autofree char *extent = pga_group_extent(group);
    PgaFinding *finding = pga_rule_report(
        run, group->subject, NULL,
        "%s rows changed since the last ANALYZE %s ago, of %s; autovacuum should come at %s.%s",
        changed, age, rows, begun, extent);

    finding->weight = group->weight;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_fix_vacuum(finding, group, "ANALYZE");
    if (pga_reloptions_stop_autovacuum(worst->reloptions))
        pga_finding_note(finding, "autovacuum_enabled is off for it, so that nothing else "
                                  "analyzes it.");
    pga_finding_verify(finding, "n_mod_since_analyze in pg_stat_all_tables is near 0.");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) groups = pga_group_tables(run, is_stale);

    for (guint i = 0; i < groups->len; i++)
        report_group(run, g_ptr_array_index(groups, i));
}

const PgaRule pga_rule_stats_stale = {
    .id = "stats-stale",
    .title = "Planner statistics are out of date",
    .category = "statistics",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The planner plans for the table as it was: new values, such as today's date, are none "
           "to it.",
    .when_not = "A load is running, which ends with an ANALYZE of its own.",
    .condition =
        "{min_rows} rows or more changed since the last ANALYZE, over {times} times what "
        "autovacuum begins at, and that ANALYZE is {min_age} or more ago, or autovacuum is "
        "off.",
    .fix = "ANALYZE: it reads a sample, and reads and writes go on.",
    .docs = "sql-analyze.html",
    .docs_title = "ANALYZE",
    .requirements = "T2-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"times", "times the threshold", 2, "Autovacuum comes in rounds."},
                   {"min_rows", "rows", 1000, "Fewer changes hardly move an estimate."},
                   {"min_age", "seconds", 3600, "Autovacuum may be on its way."}},
    .check = check,
};
