/* conf-connections-saturated: the next connection may be refused. */
#include "../server_state_internal.h"

#define MAX_SHARE   0 /* places in the rule's thresholds */
#define ERROR_SHARE 1

/* What is left for ordinary roles. */
static gint64
allowed(const PgaRuleRun *run)
{
    const gint64 all = pga_catalog_setting_int64(run->catalog, "max_connections");
    const gint64 superusers =
        pga_catalog_setting_int64(run->catalog, "superuser_reserved_connections");
    const gint64 reserved = pga_catalog_setting_int64(run->catalog, "reserved_connections");

    return all - MAX(superusers, 0) - MAX(reserved, 0);
}

static void
check(PgaRuleRun *run)
{
    const PgaServer *server = run->server;
    const gint64 limit = allowed(run), n = server->n_client_backends;
    PgaFinding *finding;
    double share;

    if (limit <= 0 || n < 0)
        return;
    share = (double)n / (double)limit;
    if (share < run->threshold[MAX_SHARE])
        return;
    finding = pga_rule_report_object(run, "max_connections",
                                     "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                                     " connections for ordinary roles are taken.",
                                     n, limit);
    if (server->n_active >= 0)
        pga_finding_note(finding,
                         "%" G_GINT64_FORMAT " of them execute a statement, %" G_GINT64_FORMAT
                         " are idle in a transaction.",
                         server->n_active, server->n_idle_in_transaction);
    finding->weight = share;
    if (share < run->threshold[ERROR_SHARE])
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    pga_finding_decide(finding,
                       "Make the pools of the application smaller, or put PgBouncer in "
                       "transaction mode before the server: few connections that are busy "
                       "serve more than many that are idle. max_connections needs a restart, "
                       "and memory for each.");
    pga_finding_verify(finding, "SELECT state, count(*) FROM pg_stat_activity WHERE backend_type = "
                                "'client backend' GROUP BY state;");
}

const PgaRule pga_rule_conf_connections_saturated = {
    .id = "conf-connections-saturated",
    .title = "Connections are nearly used up",
    .category = "config",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The next one beyond the limit is refused, and the application with it.",
    .when_not =
        "It is a short burst, or pools of fixed size hold all of them and never ask for more.",
    .condition =
        "Client backends take {max_share} or more of max_connections, without those that are "
        "reserved; an error from {error_share} on.",
    .example = "ALTER SYSTEM SET max_connections = 20; -- and a pool of 18",
    .fix = "Nothing to execute: pools, a pooler, or more connections is a decision.",
    .versions = "reserved_connections came with 16.",
    .docs = "runtime-config-connection.html#GUC-MAX-CONNECTIONS",
    .docs_title = "Connections: max_connections",
    .requirements = "T2-9 T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the sessions of a server",
    .thresholds = {{"max_share", "share", 0.7, "So many may be taken."},
                   {"error_share", "share", 0.9, "From here on it is an error."}},
    .of_server = TRUE,
    .check = check,
};
