/* index-blocks-hot: updates that write to every index, because an indexed column changes or the
 * page has no room. */
#include <base/units.h>

#include "../maintenance_internal.h"

#define MIN_UPDATES 0 /* places in the rule's thresholds */
#define HOT_RATIO   1

#define NO_ROOM     0.2 /* of the updates went to another page: fillfactor helps */

static double
hot_ratio(const PgaRelationCounters *counters)
{
    return (double)counters->n_tup_hot_upd / (double)counters->n_tup_upd;
}

static gboolean
is_blocked(const PgaRuleRun *run, const PgaRelation *relation, double *weight)
{
    const PgaRelationCounters *counters = &relation->counters;

    *weight = (double)(counters->n_tup_upd - counters->n_tup_hot_upd);
    return relation->has_counters && relation->indexes->len > 0 && counters->n_tup_upd > 0 &&
           (double)counters->n_tup_upd >= run->threshold[MIN_UPDATES] &&
           hot_ratio(counters) < run->threshold[HOT_RATIO];
}

static gboolean
lacks_room(const PgaRelation *relation)
{
    const PgaRelationCounters *counters = &relation->counters;
    g_autofree char *fillfactor = pga_reloption(relation->reloptions, "fillfactor");

    if (fillfactor && g_ascii_strtod(fillfactor, NULL) < 95)
        return FALSE;
    return counters->n_tup_newpage_upd < 0 ||
           (double)counters->n_tup_newpage_upd > NO_ROOM * (double)counters->n_tup_upd;
}

static void
propose_room(PgaFinding *finding, const PgaTableGroup *group)
{
    const PgaRelation *worst = pga_group_worst(group);
    g_autofree char *fillfactor = pga_reloption(worst->reloptions, "fillfactor");
    g_autofree char *undo = fillfactor ? g_strdup_printf(" SET (fillfactor = %s);", fillfactor)
                                       : g_strdup(" RESET (fillfactor);");

    pga_finding_fix_each(finding, group, "ALTER TABLE ", " SET (fillfactor = 90);");
    pga_finding_undo_each(finding, group, "ALTER TABLE ", undo);
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "instant");
    pga_finding_note(finding, "Pages that are filled from now on keep room for new versions of "
                              "their rows; the others get it as VACUUM removes dead rows.");
    if (worst->counters.n_tup_newpage_upd < 0)
        pga_finding_note(finding, "Before 16 the server does not tell this from updates of "
                                  "indexed columns, which no room makes HOT.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, worst);
}

static void
report_group(PgaRuleRun *run, const PgaTableGroup *group)
{
    const PgaRelation *worst = pga_group_worst(group);
    const PgaRelationCounters *counters = &worst->counters;
    g_autofree char *updates = pga_count_format((double)counters->n_tup_upd);
    g_autofree char *elsewhere = counters->n_tup_newpage_upd < 0
                                     ? g_strdup("")
                                     : g_strdup_printf(" %.0f %% went to another page.",
                                                       100 * (double)counters->n_tup_newpage_upd /
                                                           (double)counters->n_tup_upd);
    g_autofree char *extent = pga_group_extent(group);
    PgaFinding *finding = pga_rule_report(
        run, group->subject, NULL, "Of %s updated rows %.0f %% were HOT, with %u index%s.%s%s",
        updates, 100 * hot_ratio(counters), worst->indexes->len,
        worst->indexes->len == 1 ? "" : "es", elsewhere, extent);

    finding->weight = group->weight;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    if (lacks_room(worst)) {
        propose_room(finding, group);
    } else {
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
        pga_finding_note(finding, "Room is not what is missing: the updates set a column that an "
                                  "index has, in its key, its INCLUDE list or its predicate. "
                                  "Look for the column that changes most, such as a time of the "
                                  "last change, and whether queries need it indexed.");
    }
    pga_finding_verify(finding, "n_tup_hot_upd in pg_stat_all_tables makes up more of n_tup_upd.");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) groups = pga_group_tables(run, is_blocked);

    for (guint i = 0; i < groups->len; i++)
        report_group(run, g_ptr_array_index(groups, i));
}

const PgaRule pga_rule_index_blocks_hot = {
    .id = "index-blocks-hot",
    .title = "Updates write to every index",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "An update that is not HOT adds an entry to each index of the table, in WAL as well, "
           "and leaves work for VACUUM.",
    .when_not = "The updates set the columns that the table is searched by, as a queue's state.",
    .condition = "{min_updates} rows or more were updated, and less than {hot_ratio} of them HOT.",
    .fix = "Sets fillfactor to 90 where the pages had no room: reads and writes go on. No "
           "statement where an indexed column changes.",
    .versions = "n_tup_newpage_upd, which tells the two causes apart, came with 16.",
    .docs = "storage-hot.html",
    .docs_title = "Heap-Only Tuples (HOT)",
    .requirements = "T2-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"min_updates", "rows", 100000, "Fewer updates are no matter."},
                   {"hot_ratio", "share", 0.5, "Of the updated rows."}},
    .check = check,
};
