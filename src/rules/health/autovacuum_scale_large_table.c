/* autovacuum-scale-large-table: a share of the rows as threshold lets a large table collect
 * millions of dead ones before autovacuum comes. */
#include <base/units.h>

#include "../maintenance_internal.h"

#define MIN_ROWS  0 /* places in the rule's thresholds */
#define MIN_SCALE 1

#define PARAMETER "autovacuum_vacuum_scale_factor"

static gboolean
is_lazy(const PgaRuleRun *run, const PgaRelation *relation, double *weight)
{
    const PgaRelationCounters *counters = &relation->counters;
    const double scale = pga_table_parameter(run, relation, PARAMETER);

    *weight = pga_vacuum_threshold(run, relation);
    /* not with the cap of 18 at work */
    return relation->reltuples >= run->threshold[MIN_ROWS] && scale >= run->threshold[MIN_SCALE] &&
           *weight >= scale * relation->reltuples && relation->has_counters &&
           counters->n_tup_upd + counters->n_tup_del > 0 &&
           !pga_reloptions_stop_autovacuum(relation->reloptions);
}

/* What the worst one has of its own is what all get back. */
static void
add_fix(PgaFinding *finding, const PgaTableGroup *group, const char *own)
{
    const PgaRelation *worst = pga_group_worst(group);
    g_autofree char *own_analyze =
        pga_reloption(worst->reloptions, "autovacuum_analyze_scale_factor");
    const char *analyze = own_analyze ? "" : ", autovacuum_analyze_scale_factor";
    g_autofree char *set =
        g_strdup_printf(" SET (" PARAMETER " = 0.01%s%s);", analyze, own_analyze ? "" : " = 0.01");
    g_autofree char *undo =
        own ? g_strdup_printf(" SET (" PARAMETER " = %s)%s;", own,
                              own_analyze ? "" : ", RESET (autovacuum_analyze_scale_factor)")
            : g_strdup_printf(" RESET (" PARAMETER "%s);", analyze);

    pga_finding_fix_each(finding, group, "ALTER TABLE ", set);
    pga_finding_undo_each(finding, group, "ALTER TABLE ", undo);
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "instant");
    pga_finding_verify(finding, "autovacuum_count in pg_stat_all_tables goes up more often, and "
                                "n_dead_tup stays below 1 %% of the rows.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, worst);
}

static void
report_group(PgaRuleRun *run, const PgaTableGroup *group)
{
    const PgaRelation *worst = pga_group_worst(group);
    const double scale = pga_table_parameter(run, worst, PARAMETER);
    g_autofree char *own = pga_reloption(worst->reloptions, PARAMETER);
    g_autofree char *rows = pga_rule_rows(worst);
    g_autofree char *begun = pga_count_format(pga_vacuum_threshold(run, worst));
    g_autofree char *extent = pga_group_extent(group);
    PgaFinding *finding =
        pga_rule_report(run, group->subject, NULL,
                        "%s, and " PARAMETER " is %g%s: autovacuum begins at %s dead rows.%s", rows,
                        scale, own ? " (its own)" : "", begun, extent);

    finding->weight = group->weight;
    add_fix(finding, group, own);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) groups = pga_group_tables(run, is_lazy);

    for (guint i = 0; i < groups->len; i++)
        report_group(run, g_ptr_array_index(groups, i));
}

const PgaRule pga_rule_autovacuum_scale_large_table = {
    .id = "autovacuum-scale-large-table",
    .title = "Autovacuum comes late to a large table",
    .category = "vacuum",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_INFO,
    .why = "The threshold grows with the table: at 20 % a table of 100 million rows holds 20 "
           "million dead ones before autovacuum begins, which then runs for hours.",
    .when_not = "Rows of the table are changed only in one nightly job that vacuums it itself.",
    .condition = "A table of {min_rows} rows or more that is updated or deleted from has an "
                 "effective autovacuum_vacuum_scale_factor of {min_scale} or more.",
    .fix = "Sets the table's own scale factors to 1 %: reads and writes go on.",
    .versions = "From 18 on autovacuum_vacuum_max_threshold caps the threshold at 100 million "
                "rows; where it does, the rule is silent.",
    .docs = "sql-createtable.html#SQL-CREATETABLE-STORAGE-PARAMETERS",
    .docs_title = "CREATE TABLE: Storage Parameters",
    .requirements = "T2-8",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters and settings of a running server",
    .thresholds = {{"min_rows", "rows", 10000000, "Of fewer rows the share is small."},
                   {"min_scale", "share", 0.1, "A smaller one was somebody's decision."}},
    .check = check,
};
