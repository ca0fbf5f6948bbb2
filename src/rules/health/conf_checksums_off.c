/* conf-checksums-off: damage of pages goes unseen. */
#include "../server_setting_internal.h"

static void
check(PgaRuleRun *run)
{
    PgaFinding *finding;

    if (run->environment->provider || !pga_server_setting_is(run, "data_checksums", "off"))
        return;
    finding = pga_rule_report_object(run, "data_checksums", "data_checksums is off.");
    pga_finding_set_fix(finding, PGA_SAFETY_RESTART, NULL, "rewrite");
    pga_finding_note(finding,
                     "With the server shut down cleanly: pg_checksums --enable -D the data "
                     "directory (12 and later). It writes every page, so it takes as long as "
                     "copying the cluster; --disable takes it back at once. Standbys first, then "
                     "switch over.");
    pga_finding_verify(finding, "SHOW data_checksums;");
}

const PgaRule pga_rule_conf_checksums_off = {
    .id = "conf-checksums-off",
    .title = "Data checksums are off",
    .category = "config",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "A page that the disk or a controller damaged is read as if it were right, and the "
           "backups fill with it.",
    .when_not = "The file system has checksums of its own (ZFS, btrfs).",
    .condition = "data_checksums is off, and the server is not a managed one.",
    .fix = "Needs pg_checksums on a stopped server: a maintenance window, to be decided on.",
    .versions = "From 18 on initdb switches them on unless told not to.",
    .docs = "app-pgchecksums.html",
    .docs_title = "pg_checksums",
    .requirements = "T3-3",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
