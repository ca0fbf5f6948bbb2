/* freeze-storm-ahead: a large table whose forced vacuum against wraparound comes soon. */
#include <math.h>

#include <base/units.h>

#include "../maintenance_internal.h"

#define AGE_SHARE 0 /* places in the rule's thresholds */
#define MIN_BYTES 1

/* Where the forced vacuum begins; a table may ask for less than the setting says, not for more. */
static double
freeze_max_age(const PgaRuleRun *run, const PgaRelation *relation)
{
    const PgaSetting *setting = pga_catalog_setting(run->catalog, "autovacuum_freeze_max_age");
    const double all = setting && setting->setting ? g_ascii_strtod(setting->setting, NULL) : NAN;
    const double own = pga_table_parameter(run, relation, "autovacuum_freeze_max_age");

    return fmin(all, own);
}

static gboolean
is_near(const PgaRuleRun *run, const PgaRelation *relation, double *weight)
{
    const double limit = freeze_max_age(run, relation);

    *weight = (double)relation->heap_bytes;
    return !isnan(limit) && (double)relation->heap_bytes >= run->threshold[MIN_BYTES] &&
           (double)relation->frozenxid_age > run->threshold[AGE_SHARE] * limit &&
           !relation->being_vacuumed;
}

static void
report_group(PgaRuleRun *run, const PgaTableGroup *group)
{
    const PgaRelation *worst = pga_group_worst(group);
    g_autofree char *age = pga_count_format((double)worst->frozenxid_age);
    g_autofree char *limit = pga_count_format(freeze_max_age(run, worst));
    g_autofree char *size = pga_bytes_format_storage(worst->heap_bytes);
    g_autofree char *extent = pga_group_extent(group);
    PgaFinding *finding = pga_rule_report(
        run, group->subject, NULL,
        "relfrozenxid is %s transactions old, the vacuum that cannot be put off begins at %s, and "
        "the table has %s.%s",
        age, limit, size, extent);

    finding->weight = group->weight;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_fix_vacuum(finding, group, "VACUUM (FREEZE, VERBOSE)");
    pga_finding_note(finding, "In a quiet window: it reads all pages that are not yet frozen, and "
                              "writes them and as much WAL. One table at a time.");
    pga_finding_verify(finding, "SELECT relname, age(relfrozenxid) FROM pg_class WHERE relkind IN "
                                "('r', 'm') ORDER BY 2 DESC LIMIT 10;");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) groups = pga_group_tables(run, is_near);

    for (guint i = 0; i < groups->len; i++)
        report_group(run, g_ptr_array_index(groups, i));
}

const PgaRule pga_rule_freeze_storm_ahead = {
    .id = "freeze-storm-ahead",
    .title = "The forced vacuum of a large table is near",
    .category = "vacuum",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_INFO,
    .why = "At autovacuum_freeze_max_age a vacuum begins that reads every page not yet frozen, at "
           "whatever hour, and that does not give way to DDL waiting for its lock.",
    .when_not = "Most of its pages are frozen already, so that little is left to do.",
    .condition = "A table of {min_bytes} or more has a relfrozenxid older than {age_share} of "
                 "autovacuum_freeze_max_age, and is not being vacuumed.",
    .fix = "VACUUM (FREEZE) at an hour of your choice: reads and writes go on.",
    .docs = "routine-vacuuming.html#VACUUM-FOR-WRAPAROUND",
    .docs_title = "Routine Vacuuming: Preventing Transaction ID Wraparound Failures",
    .requirements = "T2-8",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the age of a running server's tables",
    .thresholds = {{"age_share", "share", 0.8, "Of autovacuum_freeze_max_age."},
                   {"min_bytes", "bytes", 10737418240, "A smaller table is done in minutes."}},
    .check = check,
};
