/* conf-synchronous-commit-off: COMMIT answers before the transaction is on disk. */
#include "../server_setting_internal.h"

static void
check(PgaRuleRun *run)
{
    PgaFinding *finding;
    double delay;

    if (!pga_server_setting_is(run, "synchronous_commit", "off"))
        return;
    delay = pga_server_setting_number(run, "wal_writer_delay", 200);
    finding = pga_rule_report_object(run, "synchronous_commit",
                                     "synchronous_commit is off for the whole server: a crash "
                                     "loses what was committed in the last %.0f ms (3 times "
                                     "wal_writer_delay).",
                                     3 * delay);
    pga_finding_change_setting(run, finding, "synchronous_commit", "on");
    pga_finding_note(finding, "Where some transactions may be lost, let these say so: SET LOCAL "
                              "synchronous_commit = off, or ALTER ROLE.");
}

const PgaRule pga_rule_conf_synchronous_commit_off = {
    .id = "conf-synchronous-commit-off",
    .title = "Commits are acknowledged before they are safe",
    .category = "config",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "After a crash, transactions are gone whose COMMIT had been answered. The database "
           "stays consistent, but whoever was told \"done\" was told wrong.",
    .when_not = "Losing the last moment of every transaction is accepted, as for counters or logs.",
    .condition = "synchronous_commit is off for the whole server.",
    .example = "ALTER SYSTEM SET synchronous_commit = off;",
    .fix = "Sets it on and reloads: each COMMIT waits for the disk.",
    .docs = "wal-async-commit.html",
    .docs_title = "Asynchronous Commit",
    .requirements = "Q-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
