/* stats-partitioned-parent: autovacuum analyzes partitions, never the table that they are of. */
#include "../maintenance_internal.h"

#define MIN_ROWS       0 /* places in the rule's thresholds */

#define MIN_PARTITIONS 2

/* Of a partition that has statistics it is known that the role may see them. */
static guint
count_analyzed(const GPtrArray *partitions)
{
    guint n = 0;

    for (guint i = 0; partitions && i < partitions->len; i++)
        n += pga_table_has_statistics(g_ptr_array_index(partitions, i));
    return n;
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, guint n_partitions)
{
    g_autofree char *rows = pga_rule_rows(relation);
    g_autofree char *table = pga_relation_display(relation, NULL);
    PgaFinding *finding = pga_rule_report(
        run, relation, NULL, "It has %u partitions with statistics, %s, and none of its own.",
        n_partitions, rows);

    finding->weight = relation->reltuples;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_add_sql(finding, g_strdup_printf("ANALYZE %s;", table));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
    pga_finding_note(finding, "It analyzes the partitions as well; from 18 on ANALYZE ONLY leaves "
                              "them out. Repeat it after large changes, from a job.");
    pga_finding_verify(finding, "pg_stats has rows of the table with inherited = true.");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) partitions = pga_rule_partitions(run->whole);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        guint n;

        if (relation->relkind != 'p' || !pga_rule_concerns(relation) ||
            pga_table_has_statistics(relation) || relation->reltuples < run->threshold[MIN_ROWS])
            continue;
        n = count_analyzed(g_hash_table_lookup(partitions, GUINT_TO_POINTER(relation->oid)));
        if (n >= MIN_PARTITIONS)
            report(run, relation, n);
    }
}

const PgaRule pga_rule_stats_partitioned_parent = {
    .id = "stats-partitioned-parent",
    .title = "A partitioned table has no statistics of its own",
    .category = "statistics",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_INFO,
    .why = "How many values a column has over all partitions the planner cannot tell from each "
           "alone: it misjudges joins and GROUP BY on the whole table.",
    .when_not = "Every query names one partition by its key.",
    .condition = "A partitioned table of {min_rows} rows or more has at least two partitions with "
                 "statistics, and none of its own.",
    .example = "CREATE TABLE events (at date NOT NULL, kind int) PARTITION BY RANGE (at);",
    .fix = "ANALYZE of the partitioned table: reads and writes go on.",
    .versions = "Autovacuum analyzes no partitioned table in any version from 14 to 18.",
    .docs = "sql-analyze.html",
    .docs_title = "ANALYZE",
    .requirements = "T2-6 T2-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the statistics of a running server",
    .thresholds = {{"min_rows", "rows", 1000, "Of a smaller table a guess is good enough."}},
    .check = check,
};
