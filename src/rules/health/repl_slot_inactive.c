/* repl-slot-inactive: a slot that nobody reads keeps WAL until the disk is full, or was given up
 * already. */
#include <base/text.h>

#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

#define RETAINED_BYTES 0 /* its place in the rule's thresholds */

static gboolean
is_lost(const PgaReplicationSlot *slot)
{
    return g_strcmp0(slot->wal_status, "lost") == 0 || slot->invalidation_reason != NULL;
}

/* It keeps more than checkpoints would leave anyhow. */
static gboolean
keeps_much(const PgaRuleRun *run, const PgaReplicationSlot *slot)
{
    return (double)slot->retained_bytes > run->threshold[RETAINED_BYTES] ||
           g_strcmp0(slot->wal_status, "extended") == 0 ||
           g_strcmp0(slot->wal_status, "unreserved") == 0;
}

/* A slot that is made anew begins at the present: its consumer has to begin anew too. */
static void
add_drop(PgaFinding *finding, const PgaReplicationSlot *slot)
{
    g_autofree char *name = pga_quote_literal(slot->slot_name);
    g_autofree char *plugin = slot->plugin ? pga_quote_literal(slot->plugin) : NULL;

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_add_sql(finding,
                        g_strdup_printf("SELECT pg_catalog.pg_drop_replication_slot(%s);", name));
    if (plugin)
        pga_finding_add_undo(
            finding,
            g_strdup_printf("SELECT pg_catalog.pg_create_logical_replication_slot(%s, %s);", name,
                            plugin));
    else
        pga_finding_add_undo(
            finding, g_strdup_printf(
                         "SELECT pg_catalog.pg_create_physical_replication_slot(%s, true);", name));
    pga_finding_verify(finding, "SELECT slot_name, active, wal_status FROM pg_replication_slots;");
}

static void
report_lost(PgaRuleRun *run, const PgaReplicationSlot *slot)
{
    PgaFinding *finding = pga_rule_report_object(
        run, slot->slot_name,
        "The %s slot was invalidated%s%s: WAL that its consumer needs is gone.", slot->slot_type,
        slot->invalidation_reason ? ", reason " : "",
        slot->invalidation_reason ? slot->invalidation_reason : "");

    pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING); /* it keeps nothing any more */
    add_drop(finding, slot);
    pga_finding_note(finding,
                     "Its consumer cannot go on from here: build it anew, with a new slot, "
                     "and drop this one.");
}

static void
report_kept(PgaRuleRun *run, const PgaReplicationSlot *slot)
{
    g_autofree char *kept = pga_memory_text(slot->retained_bytes);
    g_autofree char *left = slot->safe_wal_size >= 0 ? pga_memory_text(slot->safe_wal_size) : NULL;
    PgaFinding *finding = pga_rule_report_object(
        run, slot->slot_name,
        "Nobody reads the %s slot, and it keeps %s of WAL (wal_status %s)%s%s.", slot->slot_type,
        kept, slot->wal_status ? slot->wal_status : "unknown",
        left ? "; max_slot_wal_keep_size gives it up after another "
             : "; nothing limits it but the disk",
        left ? left : "");

    finding->weight = (double)slot->retained_bytes;
    if (left)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    add_drop(finding, slot);
    pga_finding_note(finding,
                     "If its consumer only stands still, start that: the slot then lets go "
                     "of the WAL by itself. Drop the slot only when the consumer is gone "
                     "for good, as it cannot go on without it.");
}

static void
check(PgaRuleRun *run)
{
    for (guint i = 0; i < run->server->slots->len; i++) {
        const PgaReplicationSlot *slot = g_ptr_array_index(run->server->slots, i);

        if (slot->active || slot->temporary || slot->synced)
            continue;
        if (is_lost(slot))
            report_lost(run, slot);
        else if (keeps_much(run, slot))
            report_kept(run, slot);
    }
}

const PgaRule pga_rule_repl_slot_inactive = {
    .id = "repl-slot-inactive",
    .title = "Inactive replication slot keeps WAL",
    .category = "replication",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The server removes no WAL that a slot has not passed on. When the disk of pg_wal is "
           "full, the server stops.",
    .when_not = "Its consumer is in maintenance and comes back before the disk is full.",
    .condition = "No consumer is connected to the slot, and it keeps more than {retained_bytes} of "
                 "WAL, or more than max_wal_size, or was invalidated; temporary slots and those "
                 "that a standby keeps in step with its primary are left out.",
    .example = "SELECT pg_create_physical_replication_slot('standby2', true); -- and no standby2",
    .fix = "Drops the slot, if its consumer is gone for good: a decision for a person.",
    .versions = "invalidation_reason, and slots synchronised to a standby, came with 17.",
    .docs = "view-pg-replication-slots.html",
    .docs_title = "pg_replication_slots",
    .requirements = "T2-10 T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the replication slots of a server",
    .thresholds = {{"retained_bytes", "bytes", 1073741824, "A slot may keep so much WAL."}},
    .of_server = TRUE,
    .check = check,
};
