/* index-bloat: a B-tree with far more pages than its entries need. */
#include <base/units.h>

#include "../bloat_internal.h"
#include "../index_fix_internal.h"

#define STATEMENTS_SHOWN 20

/** B-trees of the partitions of one partitioned index, or a single one. */
typedef struct {
    const PgaIndex *top;
    GPtrArray *indexes; /* of const PgaIndex * */
    PgaBloat sum;
} Group;

static void
group_free(gpointer data)
{
    Group *group = data;

    g_ptr_array_unref(group->indexes);
    g_free(group);
}

static const PgaIndex *
topmost(const PgaCatalog *catalog, const PgaIndex *index)
{
    const PgaIndex *parent = index;

    while (index->parent && (parent = pga_catalog_index(catalog, index->parent)))
        index = parent;
    return index;
}

static void
add_fix(PgaFinding *finding, const Group *group)
{
    for (guint i = 0; i < MIN(group->indexes->len, STATEMENTS_SHOWN); i++) {
        g_autofree char *name = pga_index_display(g_ptr_array_index(group->indexes, i));

        pga_finding_add_sql(finding, g_strdup_printf("REINDEX INDEX CONCURRENTLY %s;", name));
    }
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
    if (group->indexes->len > STATEMENTS_SHOWN)
        pga_finding_note(finding, "The same for %u more partitions.",
                         group->indexes->len - STATEMENTS_SHOWN);
    pga_finding_note(finding, "It needs room for the new index beside the old one. If it fails, it "
                              "leaves an invalid index with the suffix _ccnew: drop that.");
    pga_finding_verify(finding, "pg_relation_size() of the index falls by about that much.");
}

static void
report(PgaRuleRun *run, const Group *group)
{
    const PgaBloat *bloat = &group->sum;
    g_autofree char *name = pga_index_display(group->top);
    g_autofree char *bytes = pga_bytes_format_storage((gint64)bloat->bytes);
    g_autofree char *waste = pga_bytes_format_storage((gint64)bloat->waste);
    g_autofree char *extent =
        group->top == g_ptr_array_index(group->indexes, 0)
            ? g_strdup("")
            : g_strdup_printf(" That is in %u of its partitions.", group->indexes->len);
    PgaFinding *finding =
        pga_rule_report_object(run, name, "%s of its %s are %s (%.0f %%).%s", waste, bytes,
                               bloat->measured ? "empty by pgstatindex" : "not needed by estimate",
                               100 * bloat->waste / bloat->bytes, extent);

    finding->weight = bloat->waste;
    finding->confidence = bloat->measured ? PGA_CONFIDENCE_CERTAIN : PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_gain(finding, bloat->bytes, bloat->bytes - bloat->waste, "bytes",
                         bloat->measured ? "pgstatindex()"
                                         : "widths of pg_stats, fillfactor, deduplication");
    add_fix(finding, group);
    if (!bloat->measured)
        pga_finding_note(finding, "The estimate is off by up to a fifth; check --exact measures it "
                                  "where the extension pgstattuple is installed.");
}

static void
add_index(const PgaRuleRun *run, GPtrArray *groups, GHashTable *by_top, const PgaIndex *index,
          const PgaBloat *bloat)
{
    const PgaIndex *top = topmost(run->whole, index);
    Group *group = g_hash_table_lookup(by_top, top);

    if (!group) {
        group = g_new0(Group, 1);
        group->top = top;
        group->indexes = g_ptr_array_new();
        group->sum.measured = TRUE;
        g_ptr_array_add(groups, group);
        g_hash_table_insert(by_top, (gpointer)top, group);
    }
    g_ptr_array_add(group->indexes, (gpointer)index);
    group->sum.bytes += bloat->bytes;
    group->sum.waste += bloat->waste;
    group->sum.measured = group->sum.measured && bloat->measured;
}

static void
check_relation(const PgaRuleRun *run, const PgaRelation *relation, GPtrArray *groups,
               GHashTable *by_top)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);
        PgaBloat bloat;

        if (!pga_index_bloat_concerns(relation, index))
            continue;
        bloat = pga_index_bloat(run, relation, index);
        if (pga_bloat_is_worth_a_word(run, &bloat))
            add_index(run, groups, by_top, index, &bloat);
    }
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(group_free);
    g_autoptr(GHashTable) by_top = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < run->catalog->relations->len; i++)
        check_relation(run, g_ptr_array_index(run->catalog->relations, i), groups, by_top);
    for (guint i = 0; i < groups->len; i++)
        report(run, g_ptr_array_index(groups, i));
}

const PgaRule pga_rule_index_bloat = {
    .id = "index-bloat",
    .title = "Index takes far more room than its entries need",
    .category = "index",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Scans read more pages, and the cache holds fewer that matter; after mass deletions a "
           "B-tree does not shrink by itself.",
    .when_not = "Its keys arrive in random order, as UUIDs do: such a B-tree settles at two thirds "
                "full, and is there again soon after a REINDEX.",
    .condition = "By an estimate from planner statistics, or by pgstatindex with check --exact, "
                 "{min_share} or more of a B-tree, and {min_bytes} or more, are not needed for "
                 "its entries at its fillfactor.",
    .fix = "REINDEX CONCURRENTLY: reads and writes go on.",
    .versions = "From 13 on B-trees keep equal keys once; the estimate counts on that.",
    .docs = "routine-reindex.html",
    .docs_title = "Routine Reindexing",
    .requirements = "T2-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs sizes and statistics of a running server",
    .thresholds = {{"min_share", "share", 0.4, "A third is empty in any B-tree of random keys."},
                   {"min_bytes", "bytes", 10485760, "Less is not worth a rewrite."}},
    .check = check,
};
