/* conf-huge-pages: large shared_buffers in pages of 4 kB. */
#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

#define MIN_SHARED_BUFFERS 0 /* its place in the rule's thresholds */

/* From 17 on the server says whether it has them; before, only that it cannot. */
static gboolean
has_none(const PgaRuleRun *run)
{
    const PgaHost *host = &run->server->host;

    if (pga_server_setting(run, "huge_pages_status"))
        return pga_server_setting_is(run, "huge_pages_status", "off");
    return pga_server_setting_is(run, "huge_pages", "off") ||
           (host->known && host->hugepages_total == 0);
}

static void
check(PgaRuleRun *run)
{
    const gint64 buffers = pga_catalog_setting_int64(run->catalog, "shared_buffers");
    const char *pages = pga_server_setting_value(run, "shared_memory_size_in_huge_pages");
    g_autofree char *text = NULL, *tables = NULL;
    PgaFinding *finding;

    if ((double)buffers < run->threshold[MIN_SHARED_BUFFERS] || run->environment->provider ||
        run->server->host.in_container || !has_none(run))
        return;
    text = pga_memory_text(buffers);
    tables = pga_memory_text(buffers / 4096 * 8);
    finding = pga_rule_report_object(run, "huge_pages",
                                     "shared_buffers of %s are in pages of 4 kB: a backend that "
                                     "touches them all has %s of page tables.",
                                     text, tables);
    finding->weight = (double)buffers;
    pga_finding_decide(
        finding,
        "Reserve %s huge pages on the host (vm.nr_hugepages), keep huge_pages at try, "
        "and restart the server.",
        pages && *pages != '-' ? pages : "enough");
    pga_finding_verify(finding,
                       "HugePages_Rsvd and HugePages_Free of /proc/meminfo on the server's "
                       "host; from 17 on SHOW huge_pages_status.");
}

const PgaRule pga_rule_conf_huge_pages = {
    .id = "conf-huge-pages",
    .title = "Large shared_buffers without huge pages",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why =
        "Each backend needs page tables for what it touches of shared_buffers, and the processor "
        "looks up addresses more often: memory and time, times the number of connections.",
    .when_not = "The host is a container without huge pages.",
    .condition =
        "shared_buffers is {min_shared_buffers} or more, and the server has no huge pages.",
    .example = "ALTER SYSTEM SET huge_pages = off; -- with shared_buffers = 16GB",
    .fix = "Nothing to execute in the database: pages are reserved on the host, then the server "
           "restarts.",
    .versions =
        "huge_pages_status came with 17, shared_memory_size_in_huge_pages with 15; before 17 "
        "the host's reservation is judged.",
    .docs = "kernel-resources.html#LINUX-HUGE-PAGES",
    .docs_title = "Linux Huge Pages",
    .requirements = "T1-3 T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .thresholds = {{"min_shared_buffers", "bytes", 8589934592, "Smaller ones gain little."}},
    .of_server = TRUE,
    .check = check,
};
