/* conf-work-mem-default: sorts and hashes that spill to disk while work_mem is at its default. The
 * new value is the solution of the memory inequality, not a rule of thumb. */
#include <base/units.h>

#include "../memory_internal.h"
#include "../setting_fix_internal.h"

#define MAX_WORK_MEM 0 /* places in the rule's thresholds */
#define TEMP_PER_DAY 1

#define DAY          86400.0
#define KB_PER_MB    G_GINT64_CONSTANT(1024)

/* The most that is advised for every session at once; single roles may have more. kB. */
static gint64
ceiling_kb(PgaWorkloadClass workload)
{
    switch (workload) {
    case PGA_WORKLOAD_OLAP:
        return 256 * KB_PER_MB;
    case PGA_WORKLOAD_HTAP:
    case PGA_WORKLOAD_TIME_SERIES:
        return 64 * KB_PER_MB;
    case PGA_WORKLOAD_OLTP:
    case PGA_WORKLOAD_UNKNOWN:
    default:
        return 16 * KB_PER_MB;
    }
}

/* A power of two of MB within the ceiling and the proof; 0 when it would be no more than now. */
static gint64
better_kb(const PgaMemorySettings *settings)
{
    const gint64 limit = MIN(ceiling_kb(settings->workload), pga_memory_max_work_mem_kb(settings));
    gint64 value = KB_PER_MB;

    while (value * 2 <= limit)
        value *= 2;
    return value <= limit && value > settings->work_mem_kb ? value : 0;
}

static void
add_fix(PgaRuleRun *run, PgaFinding *finding, PgaMemorySettings *settings)
{
    const gint64 value = better_kb(settings);
    g_autofree char *value_text = pga_bytes_format_memory(value * 1024);
    g_autofree char *total = NULL, *ram = NULL;
    PgaMemorySum sum;

    if (!value) {
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
        pga_finding_note(
            finding,
            "With %" G_GINT64_FORMAT
            " connections RAM does not allow more for every session: raise "
            "it for the roles whose queries spill (ALTER ROLE … SET work_mem), or lower "
            "max_connections behind a pooler.",
            settings->max_connections);
        return;
    }
    settings->work_mem_kb = value;
    pga_memory_sum(settings, 100, &sum);
    total = pga_memory_text(sum.total * 1024);
    ram = pga_memory_text(settings->ram_kb * 1024);
    pga_finding_set_setting(run, finding, "work_mem", value_text);
    pga_finding_apply_settings(run, finding, FALSE);
    pga_finding_verify(finding, "SELECT temp_files, temp_bytes FROM pg_stat_database "
                                "WHERE datname = current_database();");
    pga_finding_note(finding,
                     "With it all memory settings together allow %s of %s of RAM in the worst "
                     "case. If one batch "
                     "job does the spilling, set it for that job's role only.",
                     total, ram);
}

static void
check(PgaRuleRun *run)
{
    const gint64 present = pga_rule_setting(run, "work_mem");
    const double days = MAX(1.0, run->environment->temp_age / DAY);
    const double per_day = (double)run->environment->temp_bytes / days;
    g_autofree char *present_text = NULL, *temp = NULL, *age = NULL;
    PgaMemorySettings settings;
    PgaFinding *finding;

    if (present < 0 || (double)present > run->threshold[MAX_WORK_MEM])
        return;
    if (run->environment->temp_bytes < 0 || run->environment->temp_age < 0) {
        pga_rule_not_evaluated(
            run, NULL, "pg_stat_database's temp_bytes, or since when it counts, is not known");
        return;
    }
    if (per_day <= run->threshold[TEMP_PER_DAY] || !pga_memory_settings_read(run, &settings))
        return;
    present_text = pga_memory_text(present);
    temp = pga_bytes_format_storage(run->environment->temp_bytes);
    age = pga_duration_format(run->environment->temp_age);
    finding = pga_rule_report_object(
        run, "work_mem",
        "work_mem is %s, and queries of this database wrote %s of temporary files in %s "
        "(pg_stat_database.temp_bytes).",
        present_text, temp, age);
    finding->weight = per_day;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    add_fix(run, finding, &settings);
    pga_finding_doubt_ram(run, finding);
}

const PgaRule pga_rule_conf_work_mem_default = {
    .id = "conf-work-mem-default",
    .title = "Queries spill to disk with work_mem at its default",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "A sort or hash that does not fit into work_mem goes through temporary files, several "
           "times slower than in "
           "memory.",
    .when_not = "A nightly job makes all of it, and takes as long as it may.",
    .condition =
        "work_mem is {max_work_mem} or less, and the queries of the database write more than "
        "{temp_bytes_per_day} of temporary files a day.",
    .example =
        "SET work_mem = '64kB';\n"
        "SELECT count(*) FROM (SELECT g FROM generate_series(1, 1000000) g ORDER BY random()) s;",
    .fix = "Raises work_mem as far as RAM allows in the worst case, with ALTER SYSTEM and a "
           "reload: reads and writes go on.",
    .docs = "runtime-config-resource.html#GUC-WORK-MEM",
    .docs_title = "Resource Consumption: work_mem",
    .requirements = "T1-3 T2-9 Q-3",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings and counters of a running server",
    .thresholds = {{"max_work_mem", "bytes", 4194304, "A larger work_mem was somebody's decision."},
                   {"temp_bytes_per_day", "bytes", 1073741824, "Less is not worth a change."}},
    .check = check,
};
