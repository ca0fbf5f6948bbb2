/* txn-idle-in-transaction: a client that began a transaction and went away. */
#include "../horizon_internal.h"
#include "../sessions_internal.h"

#define IDLE         0 /* places in the rule's thresholds */
#define ERROR_AFTER  1
#define HORIZON_XIDS 2

static gboolean
idles(const PgaRuleRun *run, const PgaSession *session, double *weight)
{
    *weight = session->state_age;
    return pga_session_is_work(session) && pga_session_idles_in_transaction(session) &&
           session->state_age > run->threshold[IDLE];
}

/* Whether one of them keeps VACUUM back more than anything else does. */
static gboolean
holds_horizon(const PgaRuleRun *run, const PgaSessionGroup *group)
{
    g_autoptr(GArray) holders = pga_horizon_holders(run->server);
    const PgaHolder *oldest = holders->len ? &g_array_index(holders, PgaHolder, 0) : NULL;

    return oldest && oldest->session && (double)oldest->xid_age >= run->threshold[HORIZON_XIDS] &&
           g_ptr_array_find(group->sessions, oldest->session, NULL);
}

static void
report(PgaRuleRun *run, const PgaSessionGroup *group)
{
    const gboolean oldest = holds_horizon(run, group);
    g_autofree char *shown = pga_group_display(run, group, idles);
    PgaFinding *finding = pga_rule_report_object(
        run, group->object, "Idle in a transaction: %s%s", shown,
        oldest ? " The oldest snapshot of the server is one of theirs." : "");

    finding->weight = group->weight;
    if (oldest || group->weight > run->threshold[ERROR_AFTER])
        pga_rule_set_severity(run, finding, PGA_SEVERITY_ERROR);
    pga_finding_end_group(finding, group);
    pga_finding_note(finding, "pg_cancel_backend() has nothing to cancel here: only the session's "
                              "end lets go, and what its transaction wrote is rolled back.");
    pga_finding_note(finding, "ALTER ROLE name SET idle_in_transaction_session_timeout = '5min' "
                              "keeps it from happening again; the application's missing COMMIT is "
                              "the cause.");
    pga_finding_verify(finding, "SELECT pid, usename, state_change FROM pg_stat_activity WHERE "
                                "state LIKE 'idle in transaction%%' ORDER BY state_change;");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) groups = NULL;

    if (!pga_rule_sessions(run))
        return;
    groups = pga_group_sessions(run, idles);
    for (guint i = 0; i < groups->len; i++)
        report(run, g_ptr_array_index(groups, i));
}

const PgaRule pga_rule_txn_idle_in_transaction = {
    .id = "txn-idle-in-transaction",
    .title = "A session idles in an open transaction",
    .category = "query",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Its locks stay, so DDL and writers queue behind it, and VACUUM may remove nothing that "
           "died since its snapshot.",
    .when_not = "Somebody is at a prompt in the middle of a change.",
    .condition = "A client's session has been idle in transaction for more than {idle_s}. It is an "
                 "error after {error_s}, or when it holds the server's oldest snapshot, "
                 "{horizon_xids} old or older. Dumps do not count.",
    .fix = "pg_terminate_backend() for each, after a look at whose it is.",
    .versions = "transaction_timeout, which also ends busy transactions, came with 17.",
    .docs = "runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT",
    .docs_title = "Client Connection Defaults: idle_in_transaction_session_timeout",
    .requirements = "T2-9",
    .inputs = PGA_INPUTS_LIVE,
    .thresholds = {{"idle_s", "seconds", 60, "Applications do not wait so long on purpose."},
                   {"error_s", "seconds", 900, "From then on it is an error."},
                   {"horizon_xids", "transactions", 1000000,
                    "With a snapshot as old as that it is an error at once."}},
    .check = check,
};
