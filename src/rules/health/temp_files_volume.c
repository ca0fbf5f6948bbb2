/* temp-files-volume: sorts and hashes that spill in spite of a work_mem that somebody raised. */
#include <base/units.h>

#include "../server_state_internal.h"

#define BYTES_PER_DAY 0 /* places in the rule's thresholds */
#define SHARE_PER_DAY 1
#define MIN_PER_DAY   2

/* At the default conf-work-mem-default says the same, with a value that is proven. */
static gboolean
is_told_elsewhere(const PgaRuleRun *run)
{
    const gint64 work_mem = pga_catalog_setting_int64(run->catalog, "work_mem");

    return pga_rule_is_on(run, &pga_rule_conf_work_mem_default) && work_mem >= 0 &&
           (double)work_mem <= pga_rule_threshold_of(run, &pga_rule_conf_work_mem_default, 0);
}

static gboolean
is_much(const PgaRuleRun *run, const PgaDatabase *database, double per_day)
{
    return per_day > run->threshold[BYTES_PER_DAY] ||
           (per_day > run->threshold[MIN_PER_DAY] && database->bytes > 0 &&
            per_day > run->threshold[SHARE_PER_DAY] * (double)database->bytes);
}

static void
report(PgaRuleRun *run, const PgaDatabase *database, double per_day)
{
    g_autofree char *bytes = pga_bytes_format_storage((gint64)per_day);
    g_autofree char *size = pga_bytes_format_storage(MAX(database->bytes, 0));
    g_autofree char *window = pga_window_format(database->stats_age);
    PgaFinding *finding =
        pga_rule_report_object(run, database->datname,
                               "%s of temporary files a day, in %" G_GINT64_FORMAT
                               " files over %s (pg_stat_database); the database has %s.",
                               bytes, database->temp_files, window, size);

    finding->weight = per_day;
    pga_finding_decide(finding,
                       "log_temp_files names the statements, pg_stat_statements.temp_blks_written "
                       "counts theirs. Give their role a larger work_mem (ALTER ROLE … SET "
                       "work_mem), or an index that returns rows in order.");
    pga_finding_verify(finding,
                       "SELECT temp_files, temp_bytes FROM pg_stat_database WHERE datname = "
                       "current_database();");
}

static void
check(PgaRuleRun *run)
{
    const PgaDatabase *database = pga_rule_database(run);
    double days, per_day;

    if (!database || is_told_elsewhere(run) ||
        !pga_rule_days(run, database->stats_age, "pg_stat_database.temp_bytes", &days))
        return;
    per_day = (double)database->temp_bytes / days;
    if (is_much(run, database, per_day))
        report(run, database, per_day);
}

const PgaRule pga_rule_temp_files_volume = {
    .id = "temp-files-volume",
    .title = "Queries write many temporary files",
    .category = "capacity",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_WARNING,
    .why =
        "A sort or hash that does not fit into work_mem is written and read again, and shares the "
        "disk with everything else.",
    .when_not = "Indexes are built, or a nightly job makes all of it.",
    .condition =
        "The database's queries write more than {bytes_per_day} of temporary files a day, or "
        "more than {share_per_day} of its size and {min_per_day}; where work_mem is at its "
        "default, conf-work-mem-default says so instead.",
    .example = "SELECT * FROM orders ORDER BY note; -- without an index on note",
    .fix = "Nothing to execute: which statements spill, and for whom work_mem is raised, is to be "
           "found first.",
    .docs = "runtime-config-resource.html#GUC-WORK-MEM",
    .docs_title = "Resource Consumption: work_mem",
    .requirements = "T2-9 T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"bytes_per_day", "bytes", 10737418240, "Temporary files a day."},
                   {"share_per_day", "share", 0.1, "Of the database's size."},
                   {"min_per_day", "bytes", 1073741824, "Less is left alone."}},
    .check = check,
};
