/* sec-listen-all: the server listens on every address while pg_hba.conf lets every address try. */
#include <string.h>

#include "../server_setting_internal.h"
#include "../subject_internal.h"

static gboolean
listens_everywhere(const char *addresses)
{
    g_auto(GStrv) parts = g_strsplit(addresses, ",", -1);

    for (guint i = 0; parts[i]; i++) {
        const char *address = g_strstrip(parts[i]);

        if (g_str_equal(address, "*") || g_str_equal(address, "0.0.0.0") ||
            g_str_equal(address, "::"))
            return TRUE;
    }
    return FALSE;
}

/* Whether a line without TLS lets any address try; unknown counts as yes. */
static gboolean
lets_anybody_try(const PgaServer *server)
{
    for (guint i = 0; i < server->hba->len; i++) {
        const PgaHbaRule *rule = g_ptr_array_index(server->hba, i);
        const gboolean everywhere =
            rule->address &&
            (g_str_equal(rule->address, "all") || g_str_has_prefix(rule->address, "0.0.0.0") ||
             g_str_equal(rule->address, "::") || g_str_equal(rule->address, "::/0"));

        if (everywhere && rule->type && !g_str_equal(rule->type, "hostssl") &&
            g_strcmp0(rule->auth_method, "reject") != 0)
            return TRUE;
    }
    return !server->hba_known;
}

static void
check(PgaRuleRun *run)
{
    const char *addresses = pga_server_setting_value(run, "listen_addresses");
    PgaFinding *finding;

    if (!addresses || run->environment->provider || !listens_everywhere(addresses) ||
        !lets_anybody_try(run->server))
        return;
    finding = pga_rule_report_object(
        run, "listen_addresses", "listen_addresses is '%s'%s.", addresses,
        run->server->hba_known ? ", and pg_hba.conf lets any address try without TLS"
                               : "; pg_hba.conf was not read");
    if (!run->server->hba_known)
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_RESTART, NULL, NULL);
    pga_finding_note(finding,
                     "ALTER SYSTEM SET listen_addresses = the addresses that clients use; and a "
                     "restart; undo: ALTER SYSTEM RESET listen_addresses;. Or name the clients' "
                     "networks in pg_hba.conf, which needs no restart.");
    pga_finding_verify(finding, "SHOW listen_addresses;");
}

const PgaRule pga_rule_sec_listen_all = {
    .id = "sec-listen-all",
    .title = "Server listens on all addresses and lets all of them try",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_INFO,
    .why = "An interface that comes later, or a firewall that is opened by mistake, exposes the "
           "port to whoever guesses passwords.",
    .when_not = "A container, or a network policy in front of the server, decides who gets there.",
    .condition = "listen_addresses is *, 0.0.0.0 or ::, and a line of pg_hba.conf that is not "
                 "hostssl lets all addresses try, or pg_hba.conf is not known.",
    .fix = "Says what to set; it takes a restart.",
    .docs = "runtime-config-connection.html",
    .docs_title = "Connections and Authentication",
    .requirements = "T3-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
