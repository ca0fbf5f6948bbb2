/* subscription-errors: a subscription that does not apply changes keeps WAL on its publisher. */
#include <base/text.h>

#include "../server_state_internal.h"

static gint64
n_errors(const PgaSubscription *subscription)
{
    return MAX(subscription->apply_error_count, 0) + MAX(subscription->sync_error_count, 0);
}

static PgaFinding *
report(PgaRuleRun *run, const PgaSubscription *subscription, const char *state)
{
    g_autofree char *object = g_strdup_printf(
        "%s.%s", subscription->datname ? subscription->datname : "?", subscription->subname);
    PgaFinding *finding;

    if (n_errors(subscription) > 0)
        finding = pga_rule_report_object(
            run, object,
            "%s, with %" G_GINT64_FORMAT " errors of applying changes and %" G_GINT64_FORMAT
            " of copying tables (pg_stat_subscription_stats).",
            state, MAX(subscription->apply_error_count, 0), MAX(subscription->sync_error_count, 0));
    else
        finding = pga_rule_report_object(run, object, "%s.", state);
    finding->weight = (double)n_errors(subscription);
    pga_finding_verify(finding, "SELECT subname, pid, latest_end_time FROM pg_stat_subscription;");
    return finding;
}

static void
report_disabled(PgaRuleRun *run, const PgaSubscription *subscription)
{
    PgaFinding *finding = report(run, subscription, "It is disabled");
    g_autofree char *name = pga_quote_identifier(subscription->subname);

    pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_add_sql(finding, g_strdup_printf("ALTER SUBSCRIPTION %s ENABLE;", name));
    pga_finding_add_undo(finding, g_strdup_printf("ALTER SUBSCRIPTION %s DISABLE;", name));
    pga_finding_note(finding,
                     "Somebody disabled it, or an error did (disable_on_error): the log says "
                     "which. Its slot on the publisher keeps all WAL until then.");
}

/* A worker that fails is started again every few seconds: that it runs at this moment says little.
 */
static void
report_failing(PgaRuleRun *run, const PgaSubscription *subscription)
{
    PgaFinding *finding =
        report(run, subscription,
               subscription->has_worker ? "Its worker runs" : "It is enabled and no worker runs");

    if (subscription->has_worker)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    pga_finding_decide(finding,
                       "The log has the error and, from 15 on, the LSN of the transaction: "
                       "remove the conflicting row here, or skip the transaction with ALTER "
                       "SUBSCRIPTION … SKIP, which loses it.");
}

/* A standby has its primary's subscriptions and runs none of them. */
static void
check(PgaRuleRun *run)
{
    if (run->environment->is_standby)
        return;
    for (guint i = 0; i < run->server->subscriptions->len; i++) {
        const PgaSubscription *subscription = g_ptr_array_index(run->server->subscriptions, i);

        if (!subscription->enabled)
            report_disabled(run, subscription);
        else if (n_errors(subscription) > 0 || !subscription->has_worker)
            report_failing(run, subscription);
    }
}

const PgaRule pga_rule_subscription_errors = {
    .id = "subscription-errors",
    .title = "Subscription is disabled or fails",
    .category = "replication",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The subscriber drifts away from the publisher, and the publisher keeps all WAL for it.",
    .when_not = "It is in maintenance, or the errors are of a time that is over: pg_stat_reset_"
                "subscription_stats() forgets them.",
    .condition =
        "The subscription is disabled, or enabled without a worker, or errors were counted.",
    .example = "ALTER SUBSCRIPTION orders DISABLE;",
    .fix =
        "Enables it again where it is disabled; an error of its worker is for a person to solve.",
    .versions = "Errors are counted from 15 on.",
    .docs = "logical-replication-conflicts.html",
    .docs_title = "Logical Replication: Conflicts",
    .requirements = "T2-10",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the state of replication of a server",
    .check = check,
};
