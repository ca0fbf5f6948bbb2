/* sec-cis-logging: log lines that do not say who, where and when, or leave the reason out. */
#include <string.h>

#include "../server_setting_internal.h"
#include "../subject_internal.h"

#define PREFIX "%m [%p] %q%u@%d/%a "

/* Time (with or without milliseconds, or since the epoch), process, user, database. */
static gboolean
says_who(const char *prefix)
{
    const gboolean time = strstr(prefix, "%m") || strstr(prefix, "%t") || strstr(prefix, "%n");
    const gboolean process = strstr(prefix, "%p") || strstr(prefix, "%c");

    return time && process && strstr(prefix, "%u") && strstr(prefix, "%d");
}

/* csvlog and jsonlog have everything in each line; syslog and stderr have the prefix. */
static gboolean
uses_prefix(const PgaRuleRun *run)
{
    const char *destination = pga_server_setting_value(run, "log_destination");

    return destination && (strstr(destination, "stderr") || strstr(destination, "syslog"));
}

static void
check(PgaRuleRun *run)
{
    const char *prefix = pga_server_setting_value(run, "log_line_prefix");
    PgaFinding *finding;

    if (run->environment->provider)
        return;
    if (prefix && uses_prefix(run) && !says_who(prefix)) {
        finding = pga_rule_report_object(run, "log_line_prefix",
                                         "log_line_prefix is '%s': time, process, user and "
                                         "database are not all in it.",
                                         prefix);
        pga_finding_change_setting(run, finding, "log_line_prefix", PREFIX);
    }
    if (pga_server_setting_is(run, "log_error_verbosity", "terse")) {
        finding = pga_rule_report_object(run, "log_error_verbosity",
                                         "log_error_verbosity is terse: details, hints and the "
                                         "statement's context are left out.");
        pga_finding_change_setting(run, finding, "log_error_verbosity", "default");
    }
}

const PgaRule pga_rule_sec_cis_logging = {
    .id = "sec-cis-logging",
    .title = "Log lines without who, where or why",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_INFO,
    .why = "A line that does not name user and database cannot be traced to an application, and "
           "programs that read logs (pgBadger) need them.",
    .when_not = "What collects the logs adds user and database itself.",
    .condition = "log_line_prefix lacks time, process, user or database while the log goes to "
                 "stderr or syslog; or log_error_verbosity is terse.",
    .fix = "Sets them with ALTER SYSTEM and a reload.",
    .docs = "runtime-config-logging.html",
    .docs_title = "Error Reporting and Logging",
    .requirements = "T3-5 T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
