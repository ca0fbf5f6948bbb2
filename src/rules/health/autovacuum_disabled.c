/* autovacuum-disabled: nothing removes dead rows, freezes, or renews statistics: in the whole
 * server, or of some tables. */
#include <base/units.h>

#include "../maintenance_internal.h"
#include "../setting_fix_internal.h"

static void
check_setting(PgaRuleRun *run, const char *name, const char *consequence)
{
    PgaFinding *finding;

    if (pga_setting_is_on(run, name))
        return;
    finding = pga_rule_report_object(run, name, "%s is off: %s.", name, consequence);
    pga_rule_set_severity(run, finding, PGA_SEVERITY_ERROR);
    finding->weight = G_MAXDOUBLE;
    pga_finding_set_setting(run, finding, name, "on");
    pga_finding_apply_settings(run, finding, FALSE);
}

static gboolean
is_off(const PgaRuleRun *run, const PgaRelation *relation, double *weight)
{
    *weight = MAX(relation->reltuples, 0);
    (void)run;
    return pga_reloptions_stop_autovacuum(relation->reloptions) ||
           pga_reloptions_stop_autovacuum(relation->toast_reloptions);
}

static void
report_group(PgaRuleRun *run, const PgaTableGroup *group)
{
    const PgaRelation *worst = pga_group_worst(group);
    const gboolean heap = pga_reloptions_stop_autovacuum(worst->reloptions);
    const char *option = heap ? "autovacuum_enabled" : "toast.autovacuum_enabled";
    g_autofree char *extent = pga_group_extent(group);
    g_autofree char *dead = pga_count_format((double)worst->counters.n_dead_tup);
    g_autofree char *reset = g_strdup_printf(" RESET (%s);", option);
    g_autofree char *set = g_strdup_printf(" SET (%s = off);", option);
    PgaFinding *finding;

    if (worst->has_counters && heap)
        finding = pga_rule_report(run, group->subject, NULL,
                                  "The storage parameter %s is off, and %s dead rows wait for "
                                  "VACUUM (pg_stat_all_tables.n_dead_tup).%s",
                                  option, dead, extent);
    else
        finding = pga_rule_report(run, group->subject, NULL, "The storage parameter %s is off.%s",
                                  option, extent);
    finding->weight = group->weight;
    pga_finding_fix_each(finding, group, "ALTER TABLE ", reset);
    pga_finding_undo_each(finding, group, "ALTER TABLE ", set);
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "instant");
    pga_finding_verify(finding, "Within a few times autovacuum_naptime last_autovacuum in "
                                "pg_stat_all_tables is set.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, worst);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) groups = pga_group_tables(run, is_off);

    if (pga_rule_is_server(run)) {
        check_setting(run, "autovacuum",
                      "dead rows stay, and statistics grow old, until somebody runs VACUUM and "
                      "ANALYZE; only the forced vacuum against wraparound is left");
        check_setting(run, "track_counts",
                      "autovacuum needs these counters and does nothing without them");
    }
    for (guint i = 0; i < groups->len; i++)
        report_group(run, g_ptr_array_index(groups, i));
}

const PgaRule pga_rule_autovacuum_disabled = {
    .id = "autovacuum-disabled",
    .title = "Autovacuum is switched off",
    .category = "vacuum",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Dead rows stay in table and indexes, which grow with every update; planner statistics "
           "grow old; and freezing waits for the forced vacuum against wraparound, which comes at "
           "its own time.",
    .when_not = "It is off for a load that is running, or a job of yours vacuums this table on "
                "its own schedule.",
    .condition = "autovacuum or track_counts is off, which is an error, or the storage parameter "
                 "autovacuum_enabled of a table or of its TOAST table is false.",
    .example = "CREATE TABLE jobs (id bigint PRIMARY KEY) WITH (autovacuum_enabled = off);",
    .fix = "Resets the storage parameter, or sets the setting with ALTER SYSTEM and a reload: "
           "reads and writes go on.",
    .docs = "routine-vacuuming.html#AUTOVACUUM",
    .docs_title = "Routine Vacuuming: The Autovacuum Daemon",
    .requirements = "T2-8",
    .inputs = PGA_INPUTS_ANY,
    .check = check,
};
