/* repl-no-slot-limit: slots in use, and nothing that keeps one of them from filling the disk. */
#include <base/units.h>

#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

#define GB G_GINT64_CONSTANT(1073741824)
/* Without knowledge of the disk: room for hours of a standby's absence on most servers. */
#define LEAST_LIMIT   (10 * GB)
#define MAX_WAL_SIZES 4

static gint64
most_retained(const PgaServer *server)
{
    gint64 most = 0;

    for (guint i = 0; i < server->slots->len; i++) {
        const PgaReplicationSlot *slot = g_ptr_array_index(server->slots, i);

        most = MAX(most, slot->retained_bytes);
    }
    return most;
}

/* Half of what pg_wal may grow by, where that is known; never less than twice what a slot keeps
 * now. */
static gint64
advised(const PgaRuleRun *run)
{
    const PgaServer *server = run->server;
    const gint64 least = 2 * most_retained(server);
    const gint64 max_wal_size = pga_catalog_setting_int64(run->catalog, "max_wal_size");
    gint64 limit = MAX(LEAST_LIMIT, MAX_WAL_SIZES * max_wal_size);

    if (server->host.wal_free_bytes >= 0)
        limit = (server->host.wal_free_bytes + MAX(server->wal_dir_bytes, 0)) / 2;
    return MAX(limit, least) / GB * GB;
}

static guint
count_lasting(const PgaServer *server)
{
    guint n = 0;

    for (guint i = 0; i < server->slots->len; i++) {
        const PgaReplicationSlot *slot = g_ptr_array_index(server->slots, i);

        n += !slot->temporary;
    }
    return n;
}

static void
check(PgaRuleRun *run)
{
    const guint n_slots = count_lasting(run->server);
    const gint64 limit = advised(run);
    g_autofree char *value = pga_bytes_format_memory(limit);
    PgaFinding *finding;

    if (n_slots == 0 || !pga_server_setting_is(run, "max_slot_wal_keep_size", "-1"))
        return;
    finding =
        pga_rule_report_object(run, "max_slot_wal_keep_size",
                               "There %s %u replication slot%s, and max_slot_wal_keep_size is "
                               "-1: unlimited.",
                               n_slots == 1 ? "is" : "are", n_slots, n_slots == 1 ? "" : "s");
    if (limit == 0) {
        pga_finding_decide(finding, "Set it below the free space of pg_wal's disk, which is less "
                                    "than 2 GB now.");
        pga_finding_verify(finding, "SHOW max_slot_wal_keep_size;");
        return;
    }
    pga_finding_change_setting(run, finding, "max_slot_wal_keep_size", value);
    pga_finding_note(finding,
                     "%s A slot that falls further behind is given up, and its consumer has "
                     "to be built anew: take more if the disk has it.",
                     run->server->host.wal_free_bytes >= 0
                         ? "It is half of what pg_wal may grow to on its disk."
                         : "Compare it with the free space of pg_wal's disk, which is not known "
                           "here.");
}

const PgaRule pga_rule_repl_no_slot_limit = {
    .id = "repl-no-slot-limit",
    .title = "Replication slots may fill the disk with WAL",
    .category = "replication",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "A consumer that stays away makes its slot keep all WAL from then on, until the disk is "
           "full and the server stops.",
    .when_not = "The free space of pg_wal's disk is watched, and losing a consumer is worse than a "
                "stop.",
    .condition =
        "There are replication slots that are not temporary, and max_slot_wal_keep_size is "
        "-1.",
    .example = "SELECT pg_create_physical_replication_slot('standby1');",
    .fix = "Sets max_slot_wal_keep_size with ALTER SYSTEM and a reload: reads and writes go on.",
    .versions = "From 18 on idle_replication_slot_timeout limits the time too.",
    .docs = "runtime-config-replication.html#GUC-MAX-SLOT-WAL-KEEP-SIZE",
    .docs_title = "Replication: max_slot_wal_keep_size",
    .requirements = "T2-10",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the replication slots of a server",
    .of_server = TRUE,
    .check = check,
};
