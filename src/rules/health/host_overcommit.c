/* host-overcommit: kernel settings that let the OOM killer, or swap, meet the server. */
#include "../server_state_internal.h"

#define SWAPPINESS 0 /* its place in the rule's thresholds */

#define ALWAYS     1 /* of vm.overcommit_memory */
#define NEVER      2

/* Only where the machine is stated to be PostgreSQL's own: another program may rely on more memory
 * being promised than there is. */
static gboolean
overcommits(const PgaRuleRun *run)
{
    const gint32 mode = run->server->host.overcommit_memory;

    return mode == ALWAYS || (mode >= 0 && mode != NEVER && run->environment->ram_bytes > 0 &&
                              !run->environment->ram_shared);
}

static void
add(GString *evidence, GString *advice, const char *fact, const char *what)
{
    g_string_append_printf(evidence, "%s%s", evidence->len ? ", " : "", fact);
    g_string_append_printf(advice, "%s%s", advice->len ? "; " : "", what);
}

static void
check(PgaRuleRun *run)
{
    const PgaHost *host = &run->server->host;
    g_autoptr(GString) evidence = g_string_new(NULL), advice = g_string_new(NULL);
    g_autofree char *fact = NULL, *swappiness = NULL;
    PgaFinding *finding;

    if (!host->known || host->in_container)
        return;
    if (overcommits(run)) {
        fact = g_strdup_printf("vm.overcommit_memory is %d", host->overcommit_memory);
        add(evidence, advice, fact,
            "vm.overcommit_memory = 2 with vm.overcommit_ratio = 80, on a "
            "machine that runs nothing else");
    }
    if (host->swappiness > run->threshold[SWAPPINESS]) {
        swappiness = g_strdup_printf("vm.swappiness is %d", host->swappiness);
        add(evidence, advice, swappiness, "vm.swappiness = 10");
    }
    if (g_strcmp0(host->transparent_hugepage, "always") == 0)
        add(evidence, advice, "transparent_hugepage is always",
            "transparent_hugepage/enabled = madvise");
    if (evidence->len == 0)
        return;
    finding = pga_rule_report_object(run, "host", "%s.", evidence->str);
    pga_finding_decide(finding, "In /etc/sysctl.d and at boot: %s.", advice->str);
    pga_finding_verify(finding, "sysctl vm.overcommit_memory vm.swappiness on the server's host.");
}

const PgaRule pga_rule_host_overcommit = {
    .id = "host-overcommit",
    .title = "Kernel settings of memory do not suit a database",
    .category = "capacity",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "When memory runs out the kernel kills a backend, and the server restarts all others; "
           "before "
           "that it may swap out shared_buffers, and merge pages while queries wait.",
    .when_not = "The machine runs other programs too, whose needs come first.",
    .condition =
        "The server's host promises memory that it has not (vm.overcommit_memory 1, or 0 on a "
        "machine stated with --ram), vm.swappiness is above {swappiness}, or transparent huge "
        "pages are always used; control groups with a limit are left out.",
    .example = "sysctl vm.overcommit_memory=1",
    .fix = "Nothing to execute in the database: settings of the kernel, for its administrator.",
    .docs = "kernel-resources.html#LINUX-MEMORY-OVERCOMMIT",
    .docs_title = "Linux Memory Overcommit",
    .requirements = "Q-3 T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the kernel settings of a server on this machine",
    .thresholds = {{"swappiness", "vm.swappiness", 60, "The kernel's own default."}},
    .of_server = TRUE,
    .check = check,
};
