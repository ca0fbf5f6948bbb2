/* xmin-horizon-held: the oldest snapshot, whoever holds it. */
#include <base/text.h>
#include <base/units.h>

#include "../horizon_internal.h"
#include "../sessions_internal.h"

#define XIDS     0 /* places in the rule's thresholds */
#define HELD     1
#define MIN_XIDS 2

/* (transfer full): what stays the same while process ids change. */
static char *
object_of(const PgaHolder *holder)
{
    switch (holder->kind) {
    case PGA_HOLDER_PREPARED:
        return g_strdup_printf("prepared transaction %s", holder->prepared->gid);
    case PGA_HOLDER_SLOT:
        return g_strdup_printf("replication slot %s", holder->slot->slot_name);
    case PGA_HOLDER_STANDBY:
        return g_strdup_printf("standby %s", holder->sender->application_name
                                                 ? holder->sender->application_name
                                                 : "(unnamed)");
    case PGA_HOLDER_SESSION:
    default:
        return pga_session_object(holder->session);
    }
}

static void
propose(PgaFinding *finding, const PgaHolder *holder)
{
    g_autofree char *name = NULL;

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    switch (holder->kind) {
    case PGA_HOLDER_PREPARED:
        name = pga_quote_literal(holder->prepared->gid);
        pga_finding_note(finding,
                         "In that database, whoever coordinates the transaction decides: COMMIT "
                         "PREPARED %s; or ROLLBACK PREPARED %s;",
                         name, name);
        return;
    case PGA_HOLDER_SLOT:
        name = pga_quote_literal(holder->slot->slot_name);
        pga_finding_note(finding,
                         "Its consumer must catch up. Only if it is gone for good: SELECT "
                         "pg_drop_replication_slot(%s); which cannot be undone, the consumer "
                         "begins anew with a full copy.",
                         name);
        return;
    case PGA_HOLDER_STANDBY:
        pga_finding_note(finding, "End the oldest query on that standby; "
                                  "hot_standby_feedback sends its snapshot here. "
                                  "max_standby_streaming_delay bounds such queries there.");
        return;
    case PGA_HOLDER_SESSION:
    default:
        pga_finding_end_session(finding, holder->session);
        pga_finding_note(finding, "Its transaction is rolled back; a dump or a long report begins "
                                  "anew.");
    }
}

static gboolean
is_too_old(const PgaRuleRun *run, const PgaHolder *holder)
{
    const double xids = (double)holder->xid_age;

    return xids > run->threshold[XIDS] ||
           (holder->age > run->threshold[HELD] && xids >= run->threshold[MIN_XIDS]);
}

static void
report(PgaRuleRun *run, const PgaHolder *oldest)
{
    g_autofree char *object = object_of(oldest);
    g_autofree char *xids = pga_count_format((double)oldest->xid_age);
    g_autofree char *age = oldest->age < 0 ? NULL : pga_duration_format(oldest->age);
    PgaFinding *finding = pga_rule_report_object(
        run, object,
        "The oldest snapshot of the %s is %s transactions old%s%s; no row %sthat died "
        "since can be removed.",
        oldest->of_catalogs ? "system catalogs" : "server", xids, age ? ", held for " : "",
        age ? age : "", oldest->of_catalogs ? "of them " : "");

    finding->weight = (double)oldest->xid_age;
    propose(finding, oldest);
    pga_finding_verify(finding, "VACUUM (VERBOSE) of a busy table prints the \"removable cutoff\" "
                                "and how old it is.");
}

/* A logical slot, which keeps rows of system catalogs, is no reason to overlook who keeps all. */
static void
check(PgaRuleRun *run)
{
    g_autoptr(GArray) holders = pga_horizon_holders(run->server);
    const PgaHolder *oldest = pga_horizon_oldest(holders, FALSE);
    const PgaHolder *of_catalogs = pga_horizon_oldest(holders, TRUE);

    if ((!oldest || oldest->kind != PGA_HOLDER_SESSION) && !run->server->sessions_known)
        pga_rule_not_evaluated(run, "sessions",
                               "this role does not see other sessions: GRANT pg_monitor");
    if (oldest && is_too_old(run, oldest))
        report(run, oldest);
    else if (of_catalogs && is_too_old(run, of_catalogs))
        report(run, of_catalogs);
}

const PgaRule pga_rule_xmin_horizon_held = {
    .id = "xmin-horizon-held",
    .title = "An old snapshot keeps dead rows from being removed",
    .category = "vacuum",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Tables and indexes grow with every update, scans read ever more dead rows, and in the "
           "end nothing can be frozen.",
    .when_not = "A long dump or report that ends soon; PostgreSQL then cleans up by itself.",
    .condition = "The oldest snapshot or transaction id of a session, prepared transaction, "
                 "replication slot or standby is more than {xids} old, or has been held for more "
                 "than {held_s} and is {min_xids} old.",
    .fix = "Names the holder and how to end it: a decision.",
    .docs = "routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY",
    .docs_title = "Routine Vacuuming: Recovering Disk Space",
    .requirements = "T2-5",
    .inputs = PGA_INPUTS_LIVE,
    .thresholds = {{"xids", "transactions", 10000000, "So many transactions' dead rows are kept."},
                   {"held_s", "seconds", 3600, "Held for so long it is worth a look sooner."},
                   {"min_xids", "transactions", 10000, "On a quiet server nothing is kept."}},
    .check = check,
};
