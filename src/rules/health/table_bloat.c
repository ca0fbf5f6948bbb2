/* table-bloat: a table with far more pages than its rows need. */
#include <base/units.h>

#include "../bloat_internal.h"

static gboolean
is_bloated(const PgaRuleRun *run, const PgaRelation *relation, double *weight)
{
    const PgaBloat bloat = pga_table_bloat(run, relation);

    *weight = bloat.waste;
    return pga_bloat_is_worth_a_word(run, &bloat);
}

static void
add_fix(PgaFinding *finding, const PgaTableGroup *group)
{
    pga_finding_fix_each(finding, group, "VACUUM (FULL, ANALYZE) ", ";");
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "rewrite");
    pga_finding_note(finding, "It blocks reads and writes until it has written the table anew, and "
                              "needs room for the copy: pg_repack and pg_squeeze do the same with "
                              "a short lock. If the table soon grows again, leave it: inserts and "
                              "updates reuse the room. First see why VACUUM came too late.");
    pga_finding_verify(finding, "pg_relation_size() of the table falls by about the estimate.");
}

static void
report_group(PgaRuleRun *run, const PgaTableGroup *group)
{
    const PgaRelation *worst = pga_group_worst(group);
    const PgaBloat bloat = pga_table_bloat(run, worst);
    g_autofree char *bytes = pga_bytes_format_storage((gint64)bloat.bytes);
    g_autofree char *waste = pga_bytes_format_storage((gint64)bloat.waste);
    g_autofree char *dead = pga_count_format((double)worst->counters.n_dead_tup);
    g_autofree char *extent = pga_group_extent(group);
    PgaFinding *finding = pga_rule_report(
        run, group->subject, NULL, "%s of its %s are %s (%.0f %%); %s dead rows among them.%s",
        waste, bytes, bloat.measured ? "free or dead by pgstattuple" : "not needed by estimate",
        100 * bloat.waste / bloat.bytes, dead, extent);

    finding->weight = group->weight;
    finding->confidence = bloat.measured ? PGA_CONFIDENCE_CERTAIN : PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_gain(finding, bloat.bytes, bloat.bytes - bloat.waste, "bytes",
                         bloat.measured ? "pgstattuple_approx()"
                                        : "widths of pg_stats with alignment and fillfactor");
    add_fix(finding, group);
    if (!bloat.measured)
        pga_finding_note(finding, "The estimate is off by up to a fifth; check --exact measures it "
                                  "where the extension pgstattuple is installed.");
}

/* Large enough to matter, and nothing is known of it. */
static guint
count_unknown(const PgaRuleRun *run)
{
    guint n = 0;

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        n += pga_table_is_stored(relation) &&
             (double)relation->heap_bytes >= run->threshold[PGA_BLOAT_BYTES] &&
             pga_table_bloat(run, relation).waste < 0;
    }
    return n;
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) groups = pga_group_tables(run, is_bloated);
    const guint n_unknown = count_unknown(run);

    for (guint i = 0; i < groups->len; i++)
        report_group(run, g_ptr_array_index(groups, i));
    if (n_unknown > 0)
        pga_rule_not_evaluated(run, NULL,
                               "statistics of %u large %s are missing, old or not readable: "
                               "ANALYZE, or check --exact",
                               n_unknown, n_unknown == 1 ? "table" : "tables");
}

const PgaRule pga_rule_table_bloat = {
    .id = "table-bloat",
    .title = "Table takes far more room than its rows need",
    .category = "vacuum",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Every sequential scan, backup and the cache carry the empty part too.",
    .when_not = "The table's rows come and go in waves, and the room is used again.",
    .condition = "By an estimate from planner statistics, or by pgstattuple with check --exact, "
                 "{min_share} or more of a table's heap, and {min_bytes} or more, are not needed "
                 "for its rows at its fillfactor.",
    .fix = "VACUUM FULL, which blocks reads and writes while it runs, or pg_repack.",
    .docs = "routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY",
    .docs_title = "Routine Vacuuming: Recovering Disk Space",
    .requirements = "T2-5 T2-8",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs sizes and statistics of a running server",
    .thresholds = {{"min_share", "share", 0.3, "Some room for updates is good to have."},
                   {"min_bytes", "bytes", 104857600, "Less is not worth a rewrite."}},
    .check = check,
};
