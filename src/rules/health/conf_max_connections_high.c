/* conf-max-connections-high: more sessions allowed than processors could serve. */
#include "../server_state_internal.h"

#define MAX_CONNECTIONS 0 /* places in the rule's thresholds */
#define PER_CORE        1

static void
check(PgaRuleRun *run)
{
    const gint64 present = pga_catalog_setting_int64(run->catalog, "max_connections");
    const gint32 cores = run->server->host.cores;
    g_autofree char *on_cores = NULL;
    PgaFinding *finding;

    if ((double)present <= run->threshold[MAX_CONNECTIONS] ||
        (cores > 0 && (double)present <= run->threshold[PER_CORE] * cores))
        return;
    on_cores = cores > 0 ? g_strdup_printf(" on %d processors", cores) : g_strdup("");
    finding = pga_rule_report_object(
        run, "max_connections", "max_connections is %" G_GINT64_FORMAT "%s.", present, on_cores);
    if (run->server->n_client_backends >= 0)
        pga_finding_note(finding, "%" G_GINT64_FORMAT " are in use at this moment.",
                         run->server->n_client_backends);
    finding->weight = (double)present;
    if (cores <= 0) {
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    }
    pga_finding_decide(finding,
                       "Put PgBouncer in transaction mode before the server, and lower "
                       "max_connections to what it opens, with a restart; a pool of two to "
                       "four connections per processor is busy already.");
    pga_finding_verify(finding, "SELECT setting FROM pg_settings WHERE name = 'max_connections';");
}

const PgaRule pga_rule_conf_max_connections_high = {
    .id = "conf-max-connections-high",
    .title = "max_connections is far above what the server can serve",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "In a burst all of them compete for processors, locks and work_mem, and everything gets "
           "slower than with a queue; each idle one costs memory and time at every snapshot.",
    .when_not = "A pooler stands before the server and never opens that many.",
    .condition =
        "max_connections is above {max_connections} and, where the number of processors is "
        "known, above {per_core} for each.",
    .example = "ALTER SYSTEM SET max_connections = 5000;",
    .fix = "Nothing to execute: lowering it needs a pooler first, and a restart.",
    .docs = "runtime-config-connection.html#GUC-MAX-CONNECTIONS",
    .docs_title = "Connections: max_connections",
    .requirements = "T2-9 Q-3",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .thresholds = {{"max_connections", "connections", 500, "Up to here no question is asked."},
                   {"per_core", "connections", 20, "So many for each processor."}},
    .of_server = TRUE,
    .check = check,
};
