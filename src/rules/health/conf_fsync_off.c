/* conf-fsync-off: what keeps a crash from destroying the data is switched off. */
#include "../server_setting_internal.h"

static void
judge(PgaRuleRun *run, const char *name, const char *what)
{
    PgaFinding *finding;

    if (!pga_server_setting_is(run, name, "off"))
        return;
    finding = pga_rule_report_object(run, name, "%s is off: %s", name, what);
    pga_finding_change_setting(run, finding, name, "on");
    pga_finding_note(finding, "What was written while it was off is only as safe as the last clean "
                              "shutdown: take a base backup afterwards.");
}

static void
check(PgaRuleRun *run)
{
    judge(run, "fsync",
          "after a crash of the machine any page may be lost or torn, and nothing can tell which.");
    judge(run, "full_page_writes",
          "a page half written at a crash of the machine cannot be repaired from WAL.");
}

const PgaRule pga_rule_conf_fsync_off = {
    .id = "conf-fsync-off",
    .title = "Crash safety switched off",
    .category = "config",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "A power failure or a crash of the operating system can destroy the whole cluster "
           "beyond repair.",
    .when_not = "The data can be loaded again from elsewhere at any time; full_page_writes alone, "
                "on a copy-on-write file system such as ZFS that never tears a page.",
    .condition = "fsync or full_page_writes is off for the whole server.",
    .example = "ALTER SYSTEM SET fsync = off;",
    .fix = "Sets it on and reloads: writes wait for the disk again.",
    .docs = "runtime-config-wal.html#GUC-FSYNC",
    .docs_title = "Write Ahead Log: fsync",
    .requirements = "T2-9 T3-3",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
