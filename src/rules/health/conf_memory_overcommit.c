/* conf-memory-overcommit: settings that together allow more memory than there is. On Linux the
 * kernel then ends a backend, and PostgreSQL restarts all others with it. */
#include <base/units.h>

#include "../memory_internal.h"
#include "../setting_fix_internal.h"

#define MB_IN_KB             G_GINT64_CONSTANT(1024)
#define GB_IN_KB             (G_GINT64_CONSTANT(1024) * 1024)
#define SMALLEST_WORK_MEM_KB (4 * MB_IN_KB)
#define FEWEST_CONNECTIONS   20 /* fewer serve nobody: then it is the machine that is too small */
#define PROVEN_RAM_KB        (2 * GB_IN_KB)

/* How many of the sessions allowed work at once, in percent, where nobody measured it. */
static guint
expected_percent(const PgaRuleRun *run)
{
    if (run->environment->is_pooled)
        return 100;
    return run->environment->workload == PGA_WORKLOAD_OLAP ||
                   run->environment->workload == PGA_WORKLOAD_HTAP
               ? 50
               : 25;
}

/* (transfer full) */
static char *
describe(const PgaRuleRun *run, const PgaMemorySettings *settings, const PgaMemorySum *worst,
         const PgaMemorySum *expected)
{
    g_autofree char *shared = pga_memory_text(worst->shared * 1024);
    g_autofree char *work = pga_memory_text(worst->work * 1024);
    g_autofree char *maintenance = pga_memory_text(worst->maintenance * 1024);
    g_autofree char *fixed = pga_memory_text(worst->fixed * 1024);
    g_autofree char *os = pga_memory_text(worst->os * 1024);
    g_autofree char *total = pga_memory_text(worst->total * 1024);
    g_autofree char *ram = pga_memory_text(settings->ram_kb * 1024);
    g_autofree char *likely = pga_memory_text(expected->total * 1024);

    return g_strdup_printf(
        "Shared memory %s + work_mem in %" G_GINT64_FORMAT " sessions and %" G_GINT64_FORMAT
        " parallel workers %s + maintenance %s + connections' own %s + operating system %s = %s, "
        "%.0f %% of %s of RAM "
        "(%s). With %u %% of the sessions at work it is %s.",
        shared, settings->max_connections, settings->max_parallel_workers, work, maintenance, fixed,
        os, total, 100.0 * (double)worst->total / (double)settings->ram_kb, ram,
        run->environment->ram_method ? run->environment->ram_method : "origin not recorded",
        expected_percent(run), likely);
}

/* A power of two of MB, if that is 1MB or more: easier to live with than what the inequality gives.
 */
static gint64
round_work_mem(gint64 kb)
{
    gint64 value = MB_IN_KB;

    while (value * 2 <= kb)
        value *= 2;
    return MIN(value, kb);
}

static void
set_memory(const PgaRuleRun *run, PgaFinding *finding, const char *name, gint64 kb)
{
    g_autofree char *value = pga_bytes_format_memory(kb * 1024);

    pga_finding_set_setting(run, finding, name, value);
}

/* What maintenance may take without hurting it: a sixteenth of RAM, 1GB at most. */
static gint64
maintenance_cap_kb(const PgaMemorySettings *settings)
{
    return MIN(GB_IN_KB,
               MAX(64 * MB_IN_KB, settings->ram_kb / 16 / (64 * MB_IN_KB) * (64 * MB_IN_KB)));
}

/* Lowers the maintenance settings that are above the cap; whether there were any. */
static gboolean
lower_maintenance(const PgaRuleRun *run, PgaFinding *finding, PgaMemorySettings *settings)
{
    const gint64 cap = maintenance_cap_kb(settings);
    gboolean lowered = FALSE;

    if (settings->maintenance_work_mem_kb > cap) {
        set_memory(run, finding, "maintenance_work_mem", cap);
        settings->maintenance_work_mem_kb = cap;
        lowered = TRUE;
    }
    if (settings->autovacuum_work_mem_kb > cap) {
        set_memory(run, finding, "autovacuum_work_mem", cap);
        settings->autovacuum_work_mem_kb = cap;
        lowered = TRUE;
    }
    return lowered;
}

/* Lowers work_mem to what fits, but not below its default; whether that is enough. */
static gboolean
lower_work_mem(const PgaRuleRun *run, PgaFinding *finding, PgaMemorySettings *settings)
{
    const gint64 fits = pga_memory_max_work_mem_kb(settings);

    if (fits >= settings->work_mem_kb)
        return TRUE;
    if (fits < SMALLEST_WORK_MEM_KB)
        return FALSE;
    set_memory(run, finding, "work_mem", round_work_mem(fits));
    return TRUE;
}

static void
lower_connections(const PgaRuleRun *run, PgaFinding *finding, PgaMemorySettings *settings,
                  gint64 connections)
{
    g_autofree char *value = NULL;

    if (settings->work_mem_kb > SMALLEST_WORK_MEM_KB)
        set_memory(run, finding, "work_mem", SMALLEST_WORK_MEM_KB);
    if (connections >= 100)
        connections -= connections % 10;
    value = g_strdup_printf("%" G_GINT64_FORMAT, connections);
    pga_finding_set_setting(run, finding, "max_connections", value);
    pga_finding_apply_settings(run, finding, TRUE);
    pga_finding_note(
        finding,
        "Put a pooler (PgBouncer in transaction mode) in front, so that clients beyond that wait "
        "instead of failing; standbys need at least the primary's max_connections.");
}

/* From the mildest change to the hardest, until the worst case fits. */
static void
add_fix(const PgaRuleRun *run, PgaFinding *finding, PgaMemorySettings *settings)
{
    PgaMemorySettings at_default;
    gint64 connections;

    if (lower_work_mem(run, finding, settings) ||
        (lower_maintenance(run, finding, settings) && lower_work_mem(run, finding, settings))) {
        pga_finding_apply_settings(run, finding, FALSE);
        return;
    }
    at_default = *settings;
    at_default.work_mem_kb = MIN(settings->work_mem_kb, SMALLEST_WORK_MEM_KB);
    connections = pga_memory_max_connections(&at_default);
    if (connections >= FEWEST_CONNECTIONS) {
        lower_connections(run, finding, settings, connections);
        return;
    }
    if (finding->proof.kind == PGA_PROOF_CONFIG)
        pga_finding_apply_settings(run, finding, FALSE);
    else
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(
        finding,
        "No number of connections from %d up fits at work_mem 4MB: lower max_parallel_workers, "
        "maintenance_work_mem and autovacuum_max_workers, in this order, or give the machine more "
        "RAM.%s",
        FEWEST_CONNECTIONS,
        settings->ram_kb <= PROVEN_RAM_KB ? " It is at the lower end of what this estimate covers: "
                                            "512 MB are set aside for the operating "
                                            "system."
                                          : "");
}

/* A pool's size was not said; and a small machine at PostgreSQL's defaults was not meant to serve
 * all connections at once. */
static gboolean
is_doubtful(const PgaRuleRun *run, const PgaMemorySettings *settings)
{
    return run->environment->is_pooled ||
           (settings->ram_kb <= PROVEN_RAM_KB && settings->work_mem_kb <= SMALLEST_WORK_MEM_KB);
}

static void
check(PgaRuleRun *run)
{
    PgaMemorySettings settings;
    PgaMemorySum worst, expected;
    g_autofree char *evidence = NULL;
    PgaFinding *finding;

    if (!pga_memory_settings_read(run, &settings))
        return;
    pga_memory_sum(&settings, 100, &worst);
    if (worst.total <= settings.ram_kb)
        return;
    pga_memory_sum(&settings, expected_percent(run), &expected);
    evidence = describe(run, &settings, &worst, &expected);
    finding = pga_rule_report_object(run, "memory settings", "%s", evidence);
    finding->weight = (double)worst.total / (double)settings.ram_kb;
    finding->confidence =
        run->environment->is_pooled ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY;
    if (expected.total <= settings.ram_kb || is_doubtful(run, &settings))
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    add_fix(run, finding, &settings);
    if (run->environment->is_pooled)
        pga_finding_note(
            finding,
            "The connection goes through a pooler, whose pool size may keep the sessions below "
            "max_connections.");
    pga_finding_doubt_ram(run, finding);
}

const PgaRule pga_rule_conf_memory_overcommit = {
    .id = "conf-memory-overcommit",
    .title = "Memory settings allow more than there is RAM",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Every connection may use work_mem several times over. When all do, the machine swaps "
           "or the kernel kills a "
           "backend, and PostgreSQL then disconnects everybody to recover.",
    .when_not =
        "A pooler, or the application's own pool, never lets so many sessions work at once.",
    .condition =
        "shared_buffers, work_mem in every allowed session, maintenance, the connections "
        "themselves and the operating system together need more than RAM in the worst case; an "
        "error when they do so in the usual case, too.",
    .example = "ALTER SYSTEM SET work_mem = '1GB'; -- with max_connections = 100 and 16 GB of RAM",
    .fix = "Lowers work_mem and maintenance memory with ALTER SYSTEM and a reload, or "
           "max_connections with a restart.",
    .versions = "hash_mem_multiplier counts from 13 on, and is 2.0 by default since 15.",
    .docs = "kernel-resources.html#LINUX-MEMORY-OVERCOMMIT",
    .docs_title = "Managing Kernel Resources: Linux Memory Overcommit",
    .requirements = "Q-3 T1-3 T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
