/* partition-too-many: more partitions than planning and locking bear, or many that hold nearly
 * nothing. */
#include <base/units.h>

#include "../rule_internal.h"

#define PARTITIONS  0
#define SMALL       1
#define SMALL_BYTES 2

/* Partitions that hold rows, below any number of levels. */
static guint
count_leaves(GHashTable *partitions, const PgaRelation *relation)
{
    g_autoptr(GPtrArray) parents = g_ptr_array_new();
    guint n = 0;

    g_ptr_array_add(parents, (gpointer)relation);
    for (guint p = 0; p < parents->len; p++) {
        const PgaRelation *parent = g_ptr_array_index(parents, p);
        const GPtrArray *list = g_hash_table_lookup(partitions, GUINT_TO_POINTER(parent->oid));

        for (guint i = 0; list && i < list->len; i++) {
            PgaRelation *partition = g_ptr_array_index(list, i);

            if (partition->relkind == 'p')
                g_ptr_array_add(parents, partition);
            else
                n++;
        }
    }
    return n;
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, guint n_leaves)
{
    g_autofree char *size = relation->table_bytes >= 0 && pga_rule_is_server(run)
                                ? pga_bytes_format_storage(relation->table_bytes)
                                : g_strdup("unknown size");
    g_autofree char *literal = pga_relation_literal(relation);
    PgaFinding *finding = pga_rule_report(run, relation, NULL,
                                          "%u partitions that hold rows, %s "
                                          "in all (pg_inherits).",
                                          n_leaves, size);

    finding->weight = n_leaves;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding,
                     "Make the next partitions wider (a month instead of a day) and merge or drop "
                     "old ones. A query that does not name the key locks all of them and their "
                     "indexes: max_locks_per_transaction has to hold that many.");
    pga_finding_verify(finding, "SELECT count(*) FROM pg_partition_tree(%s) WHERE isleaf;",
                       literal);
}

static gboolean
are_small(const PgaRuleRun *run, const PgaRelation *relation, guint n_leaves)
{
    return pga_rule_is_server(run) && relation->table_bytes >= 0 &&
           n_leaves > run->threshold[SMALL] &&
           (double)relation->table_bytes < run->threshold[SMALL_BYTES] * n_leaves;
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) partitions = pga_rule_partitions(run->whole);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        guint n_leaves;

        if (relation->relkind != 'p' || !pga_rule_concerns(relation))
            continue;
        n_leaves = count_leaves(partitions, relation);
        if (n_leaves > run->threshold[PARTITIONS] || are_small(run, relation, n_leaves))
            report(run, relation, n_leaves);
    }
}

const PgaRule pga_rule_partition_too_many = {
    .id = "partition-too-many",
    .title = "More partitions than the rows need",
    .category = "schema",
    .family = PGA_FAMILY_PARTITIONING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Planning time and the number of locks grow with the partitions that a query cannot "
           "leave out, and every session keeps what it knows of each in its memory.",
    .when_not = "Every query names the key, so that the planner leaves out all but one or two.",
    .condition = "A table has more than {partitions} partitions that hold rows; or more than "
                 "{small_partitions}, with less than {small_bytes} in each on average.",
    .example = "CREATE TABLE events (at date) PARTITION BY RANGE (at); -- and one for every day",
    .fix = "Advises wider partitions; nothing is executed.",
    .versions = "From 18 on more locks are taken the fast way where max_locks_per_transaction is "
                "raised.",
    .docs = "ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-BEST-PRACTICES",
    .docs_title = "Table Partitioning: Best Practices",
    .requirements = "T2-6",
    .thresholds = {{"partitions", "partitions", 1000, "More are too many for any size."},
                   {"small_partitions", "partitions", 50, "More should not be small."},
                   {"small_bytes", "bytes", 10e6, "Partitions of less are small."}},
    .check = check,
};
