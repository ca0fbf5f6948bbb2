/* conf-superuser-reserved: a way in for whoever has to help. */
#include "../server_setting_internal.h"

#define MAX_SHARE 0 /* place in the rule's threshold */

static void
report(PgaRuleRun *run, double reserved, double connections)
{
    PgaFinding *finding = pga_rule_report_object(
        run, "superuser_reserved_connections",
        "superuser_reserved_connections is %.0f of max_connections = %.0f.", reserved, connections);

    pga_finding_change_setting(run, finding, "superuser_reserved_connections", "3");
}

static void
check(PgaRuleRun *run)
{
    const double reserved = pga_server_setting_number(run, "superuser_reserved_connections", -1);
    const double connections = pga_server_setting_number(run, "max_connections", -1);

    if (run->environment->provider || reserved < 0 || connections < 4)
        return;
    if (reserved == 0 || (reserved > 3 && reserved > run->threshold[MAX_SHARE] * connections))
        report(run, reserved, connections);
}

const PgaRule pga_rule_conf_superuser_reserved = {
    .id = "conf-superuser-reserved",
    .title = "No sensible number of connections kept for superusers",
    .category = "config",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "When the application has taken all connections, nobody can log in to find out why; "
           "reserved too many, they are missing every day.",
    .when_not = "Another way in exists, such as a pooler with its own limit.",
    .condition =
        "superuser_reserved_connections is 0, or above 3 and above {max_share} of max_connections.",
    .fix = "Sets it to 3, PostgreSQL's default; needs a restart.",
    .docs = "runtime-config-connection.html#GUC-SUPERUSER-RESERVED-CONNECTIONS",
    .docs_title = "Connections and Authentication: superuser_reserved_connections",
    .requirements = "T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .thresholds = {{"max_share", "share", 0.2, "A larger share is taken from the application."}},
    .of_server = TRUE,
    .check = check,
};
