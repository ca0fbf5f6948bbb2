/* conf-maintenance-mem-default: a large machine builds indexes in 64MB. */
#include "../server_setting_internal.h"
#include "../setting_fix_internal.h"
#include <base/units.h>

#define MIN_RAM      0 /* places in the rule's thresholds */
#define MIN_DATABASE 1

#define MB           (G_GINT64_CONSTANT(1024) * 1024)
#define GB           (1024 * MB)

static void
check(PgaRuleRun *run)
{
    const double present = pga_server_setting_number(run, "maintenance_work_mem", -1);
    const gint64 ram = run->environment->ram_bytes;
    g_autofree char *ram_text = NULL, *present_text = NULL, *value = NULL;
    PgaFinding *finding;

    if (present < 0 || present > 64.0 * MB || (double)ram < run->threshold[MIN_RAM] ||
        (double)run->environment->database_bytes < run->threshold[MIN_DATABASE])
        return;
    ram_text = pga_memory_text(ram);
    present_text = pga_memory_text((gint64)present);
    value = pga_bytes_format_memory(pga_memory_round_down(CLAMP(ram / 32, 256 * MB, GB)));
    finding = pga_rule_report_object(run, "maintenance_work_mem",
                                     "maintenance_work_mem is %s, with %s of RAM.", present_text,
                                     ram_text);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_change_setting(run, finding, "maintenance_work_mem", value);
    pga_finding_note(finding, "Each autovacuum worker may take as much, unless "
                              "autovacuum_work_mem says otherwise.");
    pga_finding_doubt_ram(run, finding);
}

const PgaRule pga_rule_conf_maintenance_mem_default = {
    .id = "conf-maintenance-mem-default",
    .title = "Index builds and vacuum with little memory on a large server",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "CREATE INDEX sorts on disk, and VACUUM goes through all indexes several times (before "
           "17), where memory for once would do.",
    .when_not = "Nobody builds indexes, and tables are small.",
    .condition = "maintenance_work_mem is 64MB or less, RAM is {min_ram} or more, and the database "
                 "{min_database} or more.",
    .fix = "Sets it to a thirty-second of RAM, 1GB at most, with ALTER SYSTEM and a reload.",
    .docs = "runtime-config-resource.html#GUC-MAINTENANCE-WORK-MEM",
    .docs_title = "Resource Consumption: maintenance_work_mem",
    .requirements = "T1-3",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .thresholds = {{"min_ram", "bytes", 8589934592, "A smaller machine has none to give away."},
                   {"min_database", "bytes", 10000000000, "Indexes of a smaller one fit anyway."}},
    .of_server = TRUE,
    .check = check,
};
