/* repl-sync-single: commits wait for as many standbys as are connected, so that the loss of one
 * stops every write. */
#include <string.h>

#include "../server_state_internal.h"

/* How many of the standbys a commit waits for: "FIRST 2 (a, b)", "ANY 1 (a, b)", "2 (a, b)"; a bare
 * list is FIRST 1. */
static gint64
wanted(const char *names)
{
    const char *open = strchr(names, '(');
    const char *digits = strpbrk(names, "0123456789");

    return open && digits && digits < open ? MAX(g_ascii_strtoll(digits, NULL, 10), 1) : 1;
}

static guint
count_synchronous(const PgaServer *server)
{
    static const char *const states[] = {"sync", "quorum", "potential", NULL};
    guint n = 0;

    for (guint i = 0; i < server->senders->len; i++) {
        const PgaWalSender *sender = g_ptr_array_index(server->senders, i);

        n += sender->sync_state && g_strv_contains(states, sender->sync_state);
    }
    return n;
}

static gboolean
waits_for_standbys(const PgaRuleRun *run)
{
    const char *names = pga_server_setting_value(run, "synchronous_standby_names");

    return names && *names && !run->environment->is_standby &&
           !pga_server_setting_is(run, "synchronous_commit", "off") &&
           !pga_server_setting_is(run, "synchronous_commit", "local");
}

static void
check(PgaRuleRun *run)
{
    const char *names = pga_server_setting_value(run, "synchronous_standby_names");
    const guint n = count_synchronous(run->server);
    PgaFinding *finding;
    gint64 n_wanted;

    if (!waits_for_standbys(run))
        return;
    if (pga_senders_are_hidden(run->server)) {
        pga_rule_not_evaluated(run, NULL,
                               "the role may not see which standbys are synchronous: "
                               "pg_monitor");
        return;
    }
    n_wanted = wanted(names);
    if (n > n_wanted)
        return;
    finding = pga_rule_report_object(
        run, "synchronous_standby_names",
        "A commit waits for %" G_GINT64_FORMAT " standby%s of %s, and %u %s connected%s.", n_wanted,
        n_wanted == 1 ? "" : "s", names, n, n == 1 ? "is" : "are",
        n < n_wanted ? ": commits wait now" : "");
    if (n < n_wanted)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_ERROR);
    pga_finding_decide(finding, "Connect one standby more than commits wait for, and name it: ANY "
                                "1 (a, b). Until then an empty synchronous_standby_names and a "
                                "reload let commits go on, without a second copy of them.");
    pga_finding_verify(finding, "SELECT application_name, sync_state FROM pg_stat_replication;");
}

const PgaRule pga_rule_repl_sync_single = {
    .id = "repl-sync-single",
    .title = "Synchronous replication without a spare standby",
    .category = "replication",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "When a standby that commits wait for is lost or restarted, every commit on the primary "
           "waits until it is back.",
    .when_not = "No commit may ever be without its second copy, and standing still is the lesser "
                "evil.",
    .condition = "synchronous_standby_names makes commits wait for standbys, and no more of them "
                 "are connected than commits wait for.",
    .example = "ALTER SYSTEM SET synchronous_standby_names = 'standby1'; -- the only one",
    .fix =
        "Nothing to execute: a further standby, or commits without a second copy, is a decision.",
    .docs = "warm-standby.html#SYNCHRONOUS-REPLICATION",
    .docs_title = "Synchronous Replication",
    .requirements = "T2-10 PRE-6 Q-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the state of replication of a server",
    .of_server = TRUE,
    .check = check,
};
