/* conf-parallel-vs-cores: parallel workers that cannot be had, or that fight for cores. */
#include "../server_setting_internal.h"

#define MIN_CORES_PER_WORKER 0 /* place in the rule's thresholds */

static void
judge_pool(PgaRuleRun *run, double workers, double processes)
{
    g_autofree char *value = g_strdup_printf("%.0f", processes);
    PgaFinding *finding = pga_rule_report_object(
        run, "max_parallel_workers",
        "max_parallel_workers is %.0f, but max_worker_processes, of which they are taken, is %.0f.",
        workers, processes);

    pga_finding_change_setting(run, finding, "max_parallel_workers", value);
    pga_finding_note(finding, "Or raise max_worker_processes, which needs a restart.");
}

static void
judge_cores(PgaRuleRun *run, double workers)
{
    const gint32 cores = run->server->host.cores;
    g_autofree char *value = g_strdup_printf("%d", cores);
    PgaFinding *finding;

    if (cores < 1 || workers <= run->threshold[MIN_CORES_PER_WORKER] * cores)
        return;
    finding = pga_rule_report_object(
        run, "max_parallel_workers",
        "max_parallel_workers is %.0f on a machine with %d core%s that this server may use.",
        workers, cores, cores == 1 ? "" : "s");
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_change_setting(run, finding, "max_parallel_workers", value);
}

/* Large scans on purpose, and none of them in parallel. */
static void
judge_gather(PgaRuleRun *run)
{
    const gint32 cores = run->server->host.cores;
    g_autofree char *value = g_strdup_printf("%d", CLAMP(cores / 2, 2, 4));
    PgaFinding *finding;

    if (run->environment->workload != PGA_WORKLOAD_OLAP || (cores >= 0 && cores < 4) ||
        !pga_server_setting_is(run, "max_parallel_workers_per_gather", "0"))
        return;
    finding = pga_rule_report_object(run, "max_parallel_workers_per_gather",
                                     "max_parallel_workers_per_gather is 0, and the workload is "
                                     "olap (%s).",
                                     run->environment->workload_method);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_change_setting(run, finding, "max_parallel_workers_per_gather", value);
}

static void
check(PgaRuleRun *run)
{
    const double workers = pga_server_setting_number(run, "max_parallel_workers", -1);
    const double processes = pga_server_setting_number(run, "max_worker_processes", -1);

    if (workers > processes && processes >= 0)
        judge_pool(run, workers, processes);
    else
        judge_cores(run, workers);
    judge_gather(run);
}

const PgaRule pga_rule_conf_parallel_vs_cores = {
    .id = "conf-parallel-vs-cores",
    .title = "Parallel workers do not match the machine",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "Workers that cannot be started leave a plan to the leader alone, which the planner did "
           "not reckon with; more workers than cores slow each other down.",
    .when_not = "Queries wait for the disk rather than for the processor.",
    .condition = "max_parallel_workers is above max_worker_processes, or above {workers_per_core} "
                 "for each core; or max_parallel_workers_per_gather is 0 where the workload is "
                 "olap and there are 4 cores or more.",
    .fix = "Sets it with ALTER SYSTEM and reloads.",
    .docs = "runtime-config-resource.html#GUC-MAX-PARALLEL-WORKERS",
    .docs_title = "Resource Consumption: max_parallel_workers",
    .requirements = "T2-8 T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .thresholds = {{"workers_per_core", "workers", 4, "Fewer for each core are not worth a word."}},
    .of_server = TRUE,
    .check = check,
};
