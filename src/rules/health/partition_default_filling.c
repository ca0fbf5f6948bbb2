/* partition-default-filling: rows in the DEFAULT partition of a range: a partition is missing, and
 * adding it means reading the default one under ACCESS EXCLUSIVE. */
#include "../rule_internal.h"

#define SHARE 0

/* (nullable) */
static const PgaRelation *
default_partition(GHashTable *partitions, const PgaRelation *relation)
{
    const GPtrArray *list = g_hash_table_lookup(partitions, GUINT_TO_POINTER(relation->oid));

    for (guint i = 0; list && i < list->len; i++) {
        const PgaRelation *partition = g_ptr_array_index(list, i);

        if (g_strcmp0(partition->partbound, "DEFAULT") == 0)
            return partition;
    }
    return NULL;
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaRelation *partition)
{
    g_autofree char *name = pga_relation_display(partition, NULL);
    g_autofree char *rows = pga_rule_rows(partition);
    PgaFinding *finding =
        pga_rule_report(run, relation, NULL, "Its default partition %s holds %s.", name, rows);

    finding->weight = partition->reltuples;
    if (g_str_has_prefix(relation->partkey, "LIST"))
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "scan");
    pga_finding_note(finding,
                     "Find the missing ranges (SELECT the key's min and max in %s). For each, in "
                     "one transaction: make a table LIKE the partitioned one, move its rows there "
                     "in batches, ATTACH it. A CHECK constraint on %s that excludes the new range "
                     "spares the scan of it.",
                     name, name);
    pga_finding_verify(finding, "SELECT count(*) FROM %s;", name);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) partitions = pga_rule_partitions(run->whole);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        const PgaRelation *partition =
            relation->partkey ? default_partition(partitions, relation) : NULL;
        g_autofree char *name = NULL;

        if (!partition || relation->extension)
            continue;
        name = pga_relation_display(partition, NULL);
        if (partition->reltuples < 0)
            pga_rule_not_evaluated(run, name, "no row estimate: run ANALYZE %s", name);
        else if (partition->reltuples > 0 &&
                 partition->reltuples >= run->threshold[SHARE] * relation->reltuples)
            report(run, relation, partition);
    }
}

const PgaRule pga_rule_partition_default_filling = {
    .id = "partition-default-filling",
    .title = "Default partition holds rows",
    .category = "schema",
    .family = PGA_FAMILY_PARTITIONING,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Rows that found no partition collect there: queries of their range read all of it, and "
           "each new partition has to scan it under ACCESS EXCLUSIVE and fails where rows of its "
           "range are in the way.",
    .when_not = "The list's default is meant to catch all that has no partition of its own.",
    .condition = "The DEFAULT partition has rows, {share} of the table's or more. A note where the "
                 "table is partitioned by list.",
    .example = "CREATE TABLE events (at date) PARTITION BY RANGE (at);\n"
               "CREATE TABLE events_rest PARTITION OF events DEFAULT;\n"
               "INSERT INTO events VALUES ('2026-01-01');",
    .fix = "Describes how to move the rows into partitions of their own; nothing is executed.",
    .versions = "DEFAULT partitions came with 11.",
    .docs = "ddl-partitioning.html",
    .docs_title = "Table Partitioning",
    .requirements = "T2-6",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the number of rows in a running server",
    .thresholds = {{"share", "share", 0.01, "Fewer are strays."}},
    .check = check,
};
