/* track-io-timing-off: how long reads take is not measured. */
#include "../server_setting_internal.h"

static void
check(PgaRuleRun *run)
{
    PgaFinding *finding;

    if (!pga_server_setting_is(run, "track_io_timing", "off"))
        return;
    finding = pga_rule_report_object(run, "track_io_timing", "track_io_timing is off.");
    pga_finding_change_setting(run, finding, "track_io_timing", "on");
    pga_finding_note(finding, "It asks the clock twice for each block read: run pg_test_timing "
                              "first; below 100 ns an answer nobody notices.");
}

const PgaRule pga_rule_track_io_timing_off = {
    .id = "track-io-timing-off",
    .title = "Times of reads and writes are not measured",
    .category = "statistics",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_INFO,
    .why = "EXPLAIN (BUFFERS), pg_stat_statements and pg_stat_database say how many blocks were "
           "read, but not whether that took microseconds or seconds.",
    .when_not = "The machine's clock is slow (pg_test_timing says more than 100 ns).",
    .condition = "track_io_timing is off for the whole server.",
    .fix = "Sets it on with ALTER SYSTEM and reloads.",
    .docs = "runtime-config-statistics.html#GUC-TRACK-IO-TIMING",
    .docs_title = "Run-time Statistics: track_io_timing",
    .requirements = "T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
