/* query-long-running: a statement that has run for longer than the workload's statements should. */
#include <base/units.h>
#include <string.h>

#include "../sessions_internal.h"

#define OLTP 0 /* places in the rule's thresholds */
#define OLAP 1

/* Maintenance takes as long as it takes. */
static gboolean
is_maintenance(const char *query)
{
    static const char *const commands[] = {"vacuum",  "analyze", "create", "reindex", "cluster",
                                           "refresh", "alter",   "copy",   NULL};

    for (guint i = 0; commands[i]; i++)
        if (g_ascii_strncasecmp(query + strspn(query, " \t\r\n("), commands[i],
                                strlen(commands[i])) == 0)
            return TRUE;
    return FALSE;
}

static double
limit(const PgaRuleRun *run)
{
    return run->threshold[run->environment->workload == PGA_WORKLOAD_OLAP ? OLAP : OLTP];
}

/* Waiting for a lock is another matter: lock-waits. */
static gboolean
runs_long(const PgaRuleRun *run, const PgaSession *session, double *weight)
{
    *weight = session->query_age;
    return pga_session_is_work(session) && g_strcmp0(session->state, "active") == 0 &&
           session->query_age > limit(run) && g_strcmp0(session->wait_event_type, "Lock") != 0 &&
           !is_maintenance(session->query ? session->query : "");
}

static void
report(PgaRuleRun *run, const PgaSessionGroup *group)
{
    g_autofree char *shown = pga_group_display(run, group, runs_long);
    g_autofree char *most = pga_duration_format(limit(run));
    PgaFinding *finding = pga_rule_report_object(
        run, group->object, "%s Statements of this workload should end within %s.", shown, most);

    finding->weight = group->weight;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_end_group(finding, group);
    pga_finding_note(finding, "The statement's work so far is lost, its transaction rolled back; "
                              "whether it may be, only its owner knows. pgarchitect check --now "
                              "shows the statement.");
    pga_finding_verify(finding, "SELECT pid, state, query_start FROM pg_stat_activity WHERE state "
                                "= 'active' ORDER BY query_start;");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) groups = NULL;

    if (!pga_rule_sessions(run))
        return;
    groups = pga_group_sessions(run, runs_long);
    for (guint i = 0; i < groups->len; i++)
        report(run, g_ptr_array_index(groups, i));
}

const PgaRule pga_rule_query_long_running = {
    .id = "query-long-running",
    .title = "A statement runs for a long time",
    .category = "query",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "As long as it runs its locks stay, VACUUM removes nothing that died since it began, "
           "and its processor and memory are taken.",
    .when_not = "A report or a batch job that is known to take so long.",
    .condition = "A client's statement has run for more than {oltp_s}, or {olap_s} where the "
                 "workload is olap, and does not wait for a lock. Dumps, replication, VACUUM, "
                 "COPY and DDL do not count.",
    .fix = "pg_cancel_backend() for each, after a look at what it does.",
    .docs = "monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW",
    .docs_title = "The Cumulative Statistics System: pg_stat_activity",
    .requirements = "T3-4",
    .inputs = PGA_INPUTS_LIVE,
    .thresholds = {{"oltp_s", "seconds", 60, "Of a transactional or unknown workload."},
                   {"olap_s", "seconds", 3600,
                    "Of an analytical workload (--workload-type olap)."}},
    .check = check,
};
