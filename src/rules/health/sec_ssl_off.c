/* sec-ssl-off: a server that listens to the network without TLS, with an old TLS, or with sessions
 * that do not use it. */
#include <string.h>

#include "../server_setting_internal.h"
#include "../subject_internal.h"

static void
report_off(PgaRuleRun *run)
{
    PgaFinding *finding =
        pga_rule_report_object(run, "ssl", "ssl is off, and listen_addresses is %s.",
                               pga_server_setting_value(run, "listen_addresses"));

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding,
                     "Put a certificate and its key where ssl_cert_file and ssl_key_file point, "
                     "then ALTER SYSTEM SET ssl = on; and SELECT pg_reload_conf(); — without the "
                     "files the next restart fails. hostssl in pg_hba.conf makes it a must.");
    pga_finding_verify(finding, "SELECT ssl, count(*) FROM pg_stat_ssl GROUP BY ssl;");
}

static void
check_protocol(PgaRuleRun *run)
{
    static const char *const old[] = {"", "TLSv1", "TLSv1.1", NULL};
    const char *value = pga_server_setting_value(run, "ssl_min_protocol_version");
    PgaFinding *finding;

    if (!value || !g_strv_contains(old, value))
        return;
    finding = pga_rule_report_object(run, "ssl_min_protocol_version",
                                     "ssl_min_protocol_version is '%s'.", value);
    pga_finding_change_setting(run, finding, "ssl_min_protocol_version", "TLSv1.2");
}

static gboolean
is_bare(gint32 ssl, const char *client_addr)
{
    return ssl == 0 && !pga_address_is_local(client_addr);
}

static void
check_sessions(PgaRuleRun *run)
{
    const PgaServer *server = run->server;
    guint n_sessions = 0, n_senders = 0;
    PgaFinding *finding;

    if (!server->sessions_known)
        pga_rule_not_evaluated(run, "Sessions without TLS",
                               "the sessions of other roles are not known");
    for (guint i = 0; i < server->sessions->len; i++) {
        const PgaSession *session = g_ptr_array_index(server->sessions, i);

        n_sessions += g_strcmp0(session->backend_type, "client backend") == 0 &&
                      is_bare(session->ssl, session->client_addr);
    }
    for (guint i = 0; i < server->senders->len; i++) {
        const PgaWalSender *sender = g_ptr_array_index(server->senders, i);

        n_senders += is_bare(sender->ssl, sender->client_addr);
    }
    if (n_sessions + n_senders == 0)
        return;
    finding = pga_rule_report_object(run, "sessions without TLS",
                                     "%u sessions and %u standbys from other machines do without "
                                     "it (pg_stat_ssl).",
                                     n_sessions, n_senders);
    finding->weight = n_sessions + n_senders;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "sslmode=verify-full in the clients' connection strings, then "
                              "hostssl instead of host in pg_hba.conf.");
    pga_finding_verify(finding, "SELECT ssl, count(*) FROM pg_stat_ssl GROUP BY ssl;");
}

static void
check(PgaRuleRun *run)
{
    const char *ssl = pga_server_setting_value(run, "ssl");

    if (!ssl || !pga_server_listens_widely(run))
        return;
    if (g_str_equal(ssl, "off")) {
        report_off(run);
        return;
    }
    check_protocol(run);
    check_sessions(run);
}

const PgaRule pga_rule_sec_ssl_off = {
    .id = "sec-ssl-off",
    .title = "Connections without up-to-date TLS",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Queries, rows and passwords can be read and changed on the way between client and "
           "server.",
    .when_not = "TLS ends at a proxy on the same machine, or the network is one encrypted tunnel.",
    .condition = "The server listens on addresses other than its own machine's, and ssl is off, "
                 "ssl_min_protocol_version is below TLSv1.2, or sessions from other machines do "
                 "not use it.",
    .fix = "Raises ssl_min_protocol_version with ALTER SYSTEM and a reload; switching TLS on needs "
           "a certificate of yours first.",
    .docs = "ssl-tcp.html",
    .docs_title = "Secure TCP/IP Connections with SSL",
    .requirements = "T3-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
