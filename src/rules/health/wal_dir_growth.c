/* wal-dir-growth: pg_wal is larger than checkpoints leave it, so something keeps WAL. */
#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

#define MAX_WAL_SIZES 0 /* its place in the rule's thresholds */

/* (transfer full): what keeps it. */
static char *
reason(const PgaRuleRun *run)
{
    const PgaReplicationSlot *slot = pga_worst_slot(run->server);
    g_autofree char *kept = NULL;

    if (slot && slot->retained_bytes * 2 > run->server->wal_dir_bytes) {
        kept = pga_memory_text(slot->retained_bytes);
        return g_strdup_printf("Slot %s, which nobody reads, keeps %s of it.", slot->slot_name,
                               kept);
    }
    if (pga_server_archives(run) && pga_archiver_fails(run))
        return g_strdup("The archiver fails, and what it has not archived stays.");
    if (pga_server_archives(run))
        return g_strdup("No inactive slot keeps it: perhaps the archiver is slower than the WAL is "
                        "written (files *.ready in pg_wal/archive_status), or a burst was written "
                        "since the last checkpoint.");
    return g_strdup(
        "No inactive slot and no archiver keeps it: a burst since the last checkpoint, or "
        "a standby that reads through its slot from far behind.");
}

static void
check(PgaRuleRun *run)
{
    const gint64 max_wal_size = pga_catalog_setting_int64(run->catalog, "max_wal_size");
    const gint64 keep = MAX(pga_catalog_setting_int64(run->catalog, "wal_keep_size"), 0);
    const gint64 present = run->server->wal_dir_bytes;
    g_autofree char *present_text = NULL, *max_text = NULL, *why = NULL;
    PgaFinding *finding;

    if (max_wal_size < 0 || present < 0)
        return; /* that the role may not see pg_wal is said once, with the sessions */
    if ((double)present <= run->threshold[MAX_WAL_SIZES] * (double)max_wal_size + (double)keep)
        return;
    present_text = pga_memory_text(present);
    max_text = pga_memory_text(max_wal_size);
    why = reason(run);
    finding = pga_rule_report_object(run, "pg_wal", "pg_wal has %s, with max_wal_size at %s. %s",
                                     present_text, max_text, why);
    finding->weight = (double)present;
    pga_finding_decide(finding,
                       "Remove the reason; the next checkpoints then remove the WAL. Never "
                       "delete files in pg_wal.");
    pga_finding_verify(finding, "SELECT pg_size_pretty(sum(size)) FROM pg_ls_waldir();");
}

const PgaRule pga_rule_wal_dir_growth = {
    .id = "wal-dir-growth",
    .title = "More WAL is kept than checkpoints need",
    .category = "capacity",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "When its disk is full the server stops, and starts no more without space.",
    .when_not = "A bulk load runs, or has just ended.",
    .condition = "pg_wal is larger than {max_wal_sizes} times max_wal_size and wal_keep_size.",
    .example = "SELECT pg_create_physical_replication_slot('gone', true); -- and then a bulk load",
    .fix = "Nothing to execute: the finding names what keeps the WAL.",
    .docs = "wal-configuration.html",
    .docs_title = "WAL Configuration",
    .requirements = "T3-3 T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the size of a server's pg_wal",
    .thresholds = {{"max_wal_sizes", "times max_wal_size", 2, "pg_wal may be so large."}},
    .of_server = TRUE,
    .check = check,
};
