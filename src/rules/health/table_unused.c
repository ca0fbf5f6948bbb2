/* table-unused: a table that nothing has read or written since the counters began. */
#include <base/units.h>

#include "../maintenance_internal.h"

#define MIN_DAYS  0 /* places in the rule's thresholds */
#define MIN_BYTES 1

#define DAY       86400.0

static gboolean
is_unused(const PgaRuleRun *run, const PgaRelation *relation, double *weight)
{
    const PgaRelationCounters *counters = &relation->counters;

    *weight = (double)relation->table_bytes;
    return relation->has_counters && (double)relation->table_bytes >= run->threshold[MIN_BYTES] &&
           counters->seq_scan + counters->idx_scan + counters->n_tup_ins + counters->n_tup_upd +
                   counters->n_tup_del ==
               0;
}

static void
report_group(PgaRuleRun *run, const PgaTableGroup *group)
{
    const PgaRelation *worst = pga_group_worst(group);
    g_autofree char *size = pga_bytes_format_storage(worst->table_bytes);
    g_autofree char *age = pga_duration_format(run->environment->stats_age);
    g_autofree char *extent = pga_group_extent(group);
    PgaFinding *finding =
        pga_rule_report(run, group->subject, NULL,
                        "pg_stat_all_tables counts no scan, insert, update or delete in %s; it "
                        "takes %s.%s",
                        age, size, extent);

    finding->weight = group->weight;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "Ask its owner; look at the counters of every standby, where reads "
                              "are counted apart. A dump of it made, it can be renamed for a "
                              "while before it is dropped.");
}

static void
check(PgaRuleRun *run)
{
    const double days = run->environment->stats_age / DAY;
    g_autoptr(GPtrArray) groups = NULL;

    if (days < run->threshold[MIN_DAYS]) {
        pga_rule_not_evaluated(run, NULL,
                               "the usage counters cover %.1f days, %.0f are needed (min_days)",
                               MAX(days, 0), run->threshold[MIN_DAYS]);
        return;
    }
    groups = pga_group_tables(run, is_unused);
    for (guint i = 0; i < groups->len; i++)
        report_group(run, g_ptr_array_index(groups, i));
}

const PgaRule pga_rule_table_unused = {
    .id = "table-unused",
    .title = "Table that nothing reads or writes",
    .category = "schema",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_INFO,
    .why = "It takes disk, and time of every backup, dump and upgrade.",
    .when_not = "It is an archive, or read on a standby, or by a job that runs once a year.",
    .condition = "The counters cover {min_days} or more, and count nothing at all for a table of "
                 "{min_bytes} or more.",
    .fix = "No statement: whether it may go is its owner's to say.",
    .docs = "monitoring-stats.html#MONITORING-PG-STAT-ALL-TABLES-VIEW",
    .docs_title = "pg_stat_all_tables",
    .requirements = "T2-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the usage counters of a running server",
    .thresholds = {{"min_days", "days", 30, "Counters that cover less say too little."},
                   {"min_bytes", "bytes", 1048576, "Smaller tables are left alone."}},
    .check = check,
};
