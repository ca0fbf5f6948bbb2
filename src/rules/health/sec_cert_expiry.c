/* sec-cert-expiry: the server's certificate ends soon, or nobody but the server vouches for it. */
#include "../server_setting_internal.h"
#include "../subject_internal.h"

#define DAYS 0

static void
report_expiry(PgaRuleRun *run, double days)
{
    PgaFinding *finding =
        days < 0 ? pga_rule_report_object(run, "ssl_cert_file",
                                          "The certificate ended %.0f days ago.", -days)
                 : pga_rule_report_object(run, "ssl_cert_file",
                                          "The certificate ends in %.0f days.", days);

    finding->weight = -days;
    if (days < 0)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_ERROR);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding, "Put the new certificate and key in place, then SELECT "
                              "pg_reload_conf(); sessions that are there stay.");
    pga_finding_verify(finding, "In a shell: openssl x509 -noout -enddate -in the certificate.");
}

static void
report_self_signed(PgaRuleRun *run)
{
    PgaFinding *finding =
        pga_rule_report_object(run, "ssl_cert_file", "The certificate is signed by its own key.");

    pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding, "Clients with sslmode=require take any certificate; verify-full "
                              "needs one of an authority that they know, or this one as their "
                              "sslrootcert.");
}

static void
check(PgaRuleRun *run)
{
    const PgaHost *host = &run->server->host;

    if (!pga_server_setting_is(run, "ssl", "on"))
        return;
    if (!host->cert_known)
        pga_rule_not_evaluated(run, NULL,
                               "the certificate could not be read: the server is on "
                               "another machine, or its files are not readable");
    else if (host->cert_days < run->threshold[DAYS])
        report_expiry(run, host->cert_days);
    else if (host->cert_self_signed)
        report_self_signed(run);
}

const PgaRule pga_rule_sec_cert_expiry = {
    .id = "sec-cert-expiry",
    .title = "Server certificate ends soon or is self-signed",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "From that day on clients that verify the server cannot connect; a self-signed one "
           "cannot be told from anybody else's.",
    .when_not = "It is renewed by a job (ACME, cert-manager) just before it ends.",
    .condition = "ssl is on and the certificate in ssl_cert_file ends within {days} (an error once "
                 "it has ended); a note when it is self-signed.",
    .fix = "Says how to renew it without a restart.",
    .docs = "ssl-tcp.html",
    .docs_title = "Secure TCP/IP Connections with SSL",
    .requirements = "T3-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the files of a server on this machine",
    .thresholds = {{"days", "days", 30, "So much time is enough to renew it."}},
    .of_server = TRUE,
    .check = check,
};
