/* index-too-many: a table whose indexes cost more than its rows. */
#include <base/units.h>

#include "../rule_internal.h"

#define MAX_INDEXES 0 /* places in the rule's thresholds */
#define TIMES       1
#define MIN_BYTES   2

static guint
count_valid(const PgaRelation *relation)
{
    guint n = 0;

    for (guint i = 0; i < relation->indexes->len; i++)
        n += ((const PgaIndex *)g_ptr_array_index(relation->indexes, i))->indisvalid;
    return n;
}

/* More rows written than scans made. */
static gboolean
is_written(const PgaRelation *relation)
{
    const PgaRelationCounters *counters = &relation->counters;

    return relation->has_counters &&
           counters->n_tup_ins + counters->n_tup_upd + counters->n_tup_del >
               counters->seq_scan + counters->idx_scan;
}

static gboolean
outweighs(const PgaRuleRun *run, const PgaRelation *relation)
{
    return (double)relation->heap_bytes >= run->threshold[MIN_BYTES] &&
           (double)relation->index_bytes > run->threshold[TIMES] * (double)relation->heap_bytes &&
           is_written(relation);
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, guint n)
{
    g_autofree char *heap = relation->heap_bytes < 0
                                ? g_strdup("an unknown size")
                                : pga_bytes_format_storage(relation->heap_bytes);
    g_autofree char *indexes = relation->index_bytes < 0
                                   ? g_strdup("an unknown size")
                                   : pga_bytes_format_storage(relation->index_bytes);
    PgaFinding *finding = pga_rule_report(
        run, relation, NULL, "%u indexes take %s beside a heap of %s.", n, indexes, heap);

    finding->weight = (double)n;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "Which may go, the findings of index-duplicate, "
                              "index-redundant-prefix and index-unused tell.");
    pga_finding_verify(finding, "n_tup_hot_upd in pg_stat_all_tables makes up more of n_tup_upd, "
                                "and pg_stat_wal.wal_bytes grows more slowly.");
}

static void
check(PgaRuleRun *run)
{
    if (run->environment->workload == PGA_WORKLOAD_OLAP)
        return; /* loaded once, read a lot */
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        const guint n = count_valid(relation);

        if (pga_rule_concerns(relation) &&
            ((double)n > run->threshold[MAX_INDEXES] || (n > 0 && outweighs(run, relation))))
            report(run, relation, n);
    }
}

const PgaRule pga_rule_index_too_many = {
    .id = "index-too-many",
    .title = "Many indexes on one table",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "Each insert, and each update that is not HOT, writes to all of them: into WAL, cache "
           "and every standby as well.",
    .when_not = "The table is loaded once and then only read.",
    .condition = "A table has more than {max_indexes} indexes, or they have over {times} times the "
                 "bytes of a heap of {min_bytes} or more, and more rows are written than scans "
                 "made; not with an OLAP workload.",
    .fix = "No statement: it points to the findings about single indexes.",
    .docs = "indexes-intro.html",
    .docs_title = "Indexes: Introduction",
    .requirements = "T2-5",
    .inputs = PGA_INPUTS_ANY,
    .thresholds = {{"max_indexes", "indexes", 10, "That many a wide table may well need."},
                   {"times", "times the heap", 2, "Bytes of all indexes."},
                   {"min_bytes", "bytes", 104857600,
                    "Of a smaller table their bytes are no "
                    "matter."}},
    .check = check,
};
