/* autovacuum-behind: dead rows that autovacuum should have removed long ago. */
#include <math.h>

#include <base/units.h>

#include "../horizon_internal.h"
#include "../maintenance_internal.h"

#define TIMES         0 /* places in the rule's thresholds */
#define MIN_DEAD_ROWS 1
#define MIN_AGE       2

#define HORIZON_AGE   100000 /* transactions: a younger snapshot explains little */

static gboolean
is_behind(const PgaRuleRun *run, const PgaRelation *relation, double *weight)
{
    const double dead = (double)relation->counters.n_dead_tup;
    const double begun = pga_vacuum_threshold(run, relation);
    const double age = pga_last_vacuum_age(relation);

    *weight = dead;
    if (!relation->has_counters || isnan(begun) || relation->being_vacuumed)
        return FALSE;
    return dead >= run->threshold[MIN_DEAD_ROWS] && dead > run->threshold[TIMES] * begun &&
           (age < 0 || age >= run->threshold[MIN_AGE]);
}

static gboolean
is_left_alone(const PgaRuleRun *run, const PgaRelation *relation)
{
    return !pga_setting_is_on(run, "autovacuum") || !pga_setting_is_on(run, "track_counts") ||
           pga_reloptions_stop_autovacuum(relation->reloptions);
}

static void
report_group(PgaRuleRun *run, const PgaTableGroup *group)
{
    const PgaRelation *worst = pga_group_worst(group);
    const double age = pga_last_vacuum_age(worst);
    g_autofree char *dead = pga_count_format((double)worst->counters.n_dead_tup);
    g_autofree char *begun = pga_count_format(pga_vacuum_threshold(run, worst));
    g_autofree char *duration = age < 0 ? NULL : pga_duration_format(age);
    g_autofree char *last =
        duration ? g_strdup_printf("ended %s ago", duration) : g_strdup("never ran");
    g_autofree char *extent = pga_group_extent(group);
    g_autofree char *holder = pga_horizon_holder(run, HORIZON_AGE);
    PgaFinding *finding = pga_rule_report(run, group->subject, NULL,
                                          "%s dead rows (pg_stat_all_tables.n_dead_tup); "
                                          "autovacuum begins at %s, and the last VACUUM %s.%s",
                                          dead, begun, last, extent);

    finding->weight = group->weight;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_fix_vacuum(finding, group, "VACUUM (VERBOSE, ANALYZE)");
    pga_finding_verify(finding, "VERBOSE prints \"dead row versions\" removed, and how many \"are "
                                "dead but not yet removable\".");
    if (holder)
        pga_finding_note(finding, "%s Until then VACUUM cannot remove the rows that died since.",
                         holder);
    else if (is_left_alone(run, worst))
        pga_finding_note(finding, "Autovacuum is off for it, so that it will return.");
    else
        pga_finding_note(finding, "If this returns: autovacuum_max_workers are too few, or "
                                  "autovacuum_vacuum_cost_limit makes them too slow.");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) groups = pga_group_tables(run, is_behind);

    for (guint i = 0; i < groups->len; i++)
        report_group(run, g_ptr_array_index(groups, i));
}

const PgaRule pga_rule_autovacuum_behind = {
    .id = "autovacuum-behind",
    .title = "Dead rows that autovacuum has not removed",
    .category = "vacuum",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Every scan reads them, the table grows instead of reusing their space, and index-only "
           "scans must look into the table.",
    .when_not = "A large change has just ended, and autovacuum is on its way.",
    .condition = "A table has {min_dead_rows} dead rows or more, over {times} times what "
                 "autovacuum begins at by its settings and storage parameters, no VACUUM ended "
                 "within {min_age}, and none runs now.",
    .fix = "VACUUM of the table: reads and writes go on.",
    .versions = "autovacuum_vacuum_max_threshold, which caps the threshold, came with 18.",
    .docs = "routine-vacuuming.html#AUTOVACUUM",
    .docs_title = "Routine Vacuuming: The Autovacuum Daemon",
    .requirements = "T2-8",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"times", "times the threshold", 2, "Autovacuum comes in rounds."},
                   {"min_dead_rows", "rows", 10000, "Fewer cost next to nothing."},
                   {"min_age", "seconds", 3600,
                    "Right after a VACUUM the counters tell about what it could not remove."}},
    .check = check,
};
