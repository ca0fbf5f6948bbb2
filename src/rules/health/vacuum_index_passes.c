/* vacuum-index-passes: a running VACUUM whose memory was too small for its dead rows, so that it
 * goes through every index more than once. */
#include <base/units.h>

#include "../maintenance_internal.h"
#include "../setting_fix_internal.h"

#define MAX_PASSES 0 /* places in the rule's thresholds */

#define GB         (G_GINT64_CONSTANT(1024) * 1024 * 1024)

/* The setting that limits this VACUUM; bytes, -1 unknown. */
static gint64
memory(const PgaRuleRun *run, const PgaProgressEntry *entry, const char **name)
{
    const gint64 own = pga_catalog_setting_int64(run->catalog, "autovacuum_work_mem");

    *name = entry->is_autovacuum && own >= 0 ? "autovacuum_work_mem" : "maintenance_work_mem";
    return pga_catalog_setting_int64(run->catalog, *name);
}

static void
report(PgaRuleRun *run, const PgaProgressEntry *entry, const PgaRelation *relation)
{
    const char *name;
    const gint64 bytes = memory(run, entry, &name);
    g_autofree char *present = bytes < 0 ? g_strdup("unknown") : pga_memory_text(bytes);
    g_autofree char *next = pga_bytes_format_memory(MIN(4 * MAX(bytes, 0), GB));
    PgaFinding *finding = pga_rule_report(
        run, relation, NULL,
        "The VACUUM of process %d has finished with all indexes %" G_GINT64_FORMAT
        " times and is not done (pg_stat_progress_vacuum.index_vacuum_count); %s is %s.",
        entry->pid, entry->index_vacuum_count, name, present);

    finding->weight = (double)entry->index_vacuum_count;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    if (bytes <= 0 || bytes >= GB) {
        pga_finding_note(finding, "More memory is no way out here: vacuum the table more often, "
                                  "or partition it.");
        return;
    }
    pga_finding_set_setting(run, finding, name, next);
    pga_finding_apply_settings(run, finding, FALSE);
    pga_finding_note(finding,
                     "Each autovacuum worker may use as much, %s of them at once; a VACUUM that "
                     "runs already keeps what it has.",
                     "autovacuum_max_workers");
    pga_finding_verify(finding, "SELECT relid::regclass, index_vacuum_count FROM "
                                "pg_stat_progress_vacuum;");
}

static void
check(PgaRuleRun *run)
{
    for (guint i = 0; i < run->server->progress->len; i++) {
        const PgaProgressEntry *entry = g_ptr_array_index(run->server->progress, i);
        const PgaRelation *relation =
            entry->relid ? pga_catalog_relation(run->catalog, entry->relid) : NULL;

        if (relation && (double)entry->index_vacuum_count > run->threshold[MAX_PASSES])
            report(run, entry, relation);
    }
}

const PgaRule pga_rule_vacuum_index_passes = {
    .id = "vacuum-index-passes",
    .title = "VACUUM goes through the indexes again and again",
    .category = "vacuum",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Whenever its memory is full of addresses of dead rows, VACUUM reads every index of the "
           "table from end to end: twice the passes, twice the time.",
    .when_not = "It is a single clean-up after a mass deletion.",
    .condition = "A VACUUM that runs now has been through the indexes more than {max_passes} "
                 "times.",
    .fix = "Raises the setting that limits the memory of VACUUM, with ALTER SYSTEM and a reload: "
           "reads and writes go on.",
    .versions = "Before 17 VACUUM takes 6 bytes for each dead row and at most 1 GB; from 17 on it "
                "needs far less, and the rule seldom fires.",
    .docs = "progress-reporting.html#VACUUM-PROGRESS-REPORTING",
    .docs_title = "Progress Reporting: VACUUM",
    .requirements = "T2-8",
    .inputs = PGA_INPUTS_LIVE,
    .thresholds = {{"max_passes", "passes", 1, "One pass is what it takes."}},
    .check = check,
};
