/* conf-wal-compression-off: most of the WAL is images of whole pages, which compress well. */
#include <base/units.h>

#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

#define MIN_SHARE     0 /* places in the rule's thresholds */
#define BYTES_PER_DAY 1

#define BLOCK         8192
#define LZ4_SINCE     150000

static void
report(PgaRuleRun *run, double share, double per_day)
{
    const gboolean has_lz4 = run->environment->version_num >= LZ4_SINCE;
    g_autofree char *bytes = pga_bytes_format_storage((gint64)per_day);
    PgaFinding *finding = pga_rule_report_object(
        run, "wal_compression",
        "Up to %.0f %% of the WAL are images of whole pages, of %s a day (pg_stat_wal).",
        MIN(share, 1) * 100, bytes);

    finding->weight = per_day;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_change_setting(run, finding, "wal_compression", has_lz4 ? "lz4" : "on");
    pga_finding_note(finding, "It costs some CPU for each image%s.",
                     has_lz4 ? "; a server built without lz4 refuses the value: then use on" : "");
}

static void
check(PgaRuleRun *run)
{
    const PgaServer *server = run->server;
    double days, share, per_day;

    if (!pga_server_setting_is(run, "wal_compression", "off") || server->wal_bytes <= 0 ||
        !pga_rule_days(run, server->wal_stats_age, "pg_stat_wal", &days))
        return;
    share = (double)server->wal_fpi * BLOCK / (double)server->wal_bytes;
    per_day = (double)server->wal_bytes / days;
    if (share > run->threshold[MIN_SHARE] && per_day > run->threshold[BYTES_PER_DAY])
        report(run, share, per_day);
}

const PgaRule pga_rule_conf_wal_compression_off = {
    .id = "conf-wal-compression-off",
    .title = "WAL is mostly page images, and not compressed",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "The WAL is written, archived and sent to standbys at twice the size that it needs.",
    .when_not = "The processors are busy and the disk and network are not.",
    .condition =
        "wal_compression is off, images of pages are more than {min_share} of the WAL, and "
        "more than {bytes_per_day} of WAL are written a day.",
    .example = "CHECKPOINT; UPDATE orders SET note = note; -- again and again",
    .fix = "Sets wal_compression with ALTER SYSTEM and a reload: it takes effect at once.",
    .versions = "lz4 and zstd came with 15; before, on is pglz.",
    .docs = "runtime-config-wal.html#GUC-WAL-COMPRESSION",
    .docs_title = "Write Ahead Log: wal_compression",
    .requirements = "T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"min_share", "share", 0.5, "Of the WAL's bytes."},
                   {"bytes_per_day", "bytes", 1073741824, "Less WAL is left alone."}},
    .of_server = TRUE,
    .check = check,
};
