/* lock-waits: sessions that wait for a lock, told by whom they all wait for in the end. */
#include <base/text.h>
#include <base/units.h>

#include "../sessions_internal.h"

#define WAIT        0 /* places in the rule's thresholds */
#define ERROR_AFTER 1

/* (transfer full): what stays the same while process ids change. */
static char *
object_of(const PgaBlock *root)
{
    if (root->prepared)
        return g_strdup_printf("prepared transaction %s", root->prepared->gid);
    if (root->pid == 0)
        return g_strdup("a prepared transaction");
    if (!root->session)
        return g_strdup("a session that is gone");
    return pga_session_object(root->session);
}

/* (transfer full): "idle in transaction for 12 min" */
static char *
doing(const PgaBlock *root)
{
    g_autofree char *age = NULL;

    if (!root->session || !root->session->state || root->session->state_age < 0)
        return g_strdup("");
    age = pga_duration_format(root->session->state_age);
    return g_strdup_printf(", %s for %s", root->session->state, age);
}

static gboolean
is_below(const PgaBlock *block, const PgaBlock *root)
{
    while (block && block != root)
        block = block->above;
    return block != NULL;
}

/* (nullable) */
static const PgaSession *
longest_waiter(const PgaBlocking *blocking, const PgaBlock *root)
{
    const PgaSession *longest = NULL;

    for (guint i = 0; i < blocking->all->len; i++) {
        const PgaBlock *block = g_ptr_array_index(blocking->all, i);

        if (block->above && is_below(block, root) &&
            (!longest || pga_session_wait(block->session) > pga_session_wait(longest)))
            longest = block->session;
    }
    return longest;
}

/* (transfer full): " The longest waits for AccessExclusiveLock on public.orders." */
static char *
wanted(const PgaBlocking *blocking, const PgaBlock *root)
{
    const PgaSession *waiter = longest_waiter(blocking, root);

    if (!waiter || !waiter->lock_mode)
        return g_strdup("");
    return g_strdup_printf(" The one that waits longest wants %s%s%s.", waiter->lock_mode,
                           waiter->lock_relation ? " on " : "",
                           waiter->lock_relation ? waiter->lock_relation : "");
}

static void
propose(PgaFinding *finding, const PgaBlock *root)
{
    g_autofree char *gid = root->prepared ? pga_quote_literal(root->prepared->gid) : NULL;

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    if (gid)
        pga_finding_note(finding,
                         "In that database, whoever coordinates the transaction decides: COMMIT "
                         "PREPARED %s; or ROLLBACK PREPARED %s;",
                         gid, gid);
    else if (root->session && pga_session_prevents_wraparound(root->session))
        pga_finding_note(finding, "It is the vacuum that prevents wraparound: ended, it begins "
                                  "anew. End those who wait instead, DDL first.");
    else if (root->session && pga_session_ending(root->session) != PGA_END_NOTHING)
        pga_finding_end_session(finding, root->session);
    else
        pga_finding_note(finding, "What holds the lock is no session that could be ended here; "
                                  "pg_locks has what is known of it.");
    if (finding->fix.sql->len > 0)
        pga_finding_note(finding, "What its transaction did so far is rolled back. Where DDL waits "
                                  "in between, ending that one lets the others go on as well; give "
                                  "it a lock_timeout when it is tried again.");
    pga_finding_verify(finding, "SELECT pid, pg_blocking_pids(pid) FROM pg_stat_activity WHERE "
                                "wait_event_type = 'Lock';");
}

static void
report(PgaRuleRun *run, const PgaBlocking *blocking, const PgaBlock *root)
{
    g_autofree char *object = object_of(root);
    g_autofree char *name = root->session ? pga_session_display(root->session) : g_strdup(object);
    g_autofree char *state = doing(root);
    g_autofree char *longest = pga_duration_format(root->longest_wait);
    g_autofree char *wants = wanted(blocking, root);
    PgaFinding *finding = pga_rule_report_object(
        run, object, "%s%s, holds up %u session%s, the longest for %s.%s%s", name, state,
        root->n_behind, root->n_behind == 1 ? "" : "s", longest, wants,
        root->in_ring ? " They wait for each other: a deadlock, which the server is about to end "
                        "(deadlock_timeout)."
                      : "");

    finding->weight = root->longest_wait * root->n_behind;
    if (root->longest_wait > run->threshold[ERROR_AFTER])
        pga_rule_set_severity(run, finding, PGA_SEVERITY_ERROR);
    propose(finding, root);
}

/* Hidden sessions still show that they wait: pg_locks is open to all. */
static void
check(PgaRuleRun *run)
{
    g_autoptr(PgaBlocking) blocking = pga_blocking_new(run->server);
    g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < blocking->roots->len; i++) {
        const PgaBlock *root = g_ptr_array_index(blocking->roots, i);

        if (root->longest_wait > run->threshold[WAIT] && g_hash_table_add(told, object_of(root)))
            report(run, blocking, root);
    }
}

const PgaRule pga_rule_lock_waits = {
    .id = "lock-waits",
    .title = "Sessions wait for a lock",
    .category = "query",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "They wait until the lock's holder ends its transaction, and whoever wants a "
           "conflicting lock queues up behind them, up to the last free connection.",
    .when_not = "A migration that takes its time in an agreed window.",
    .condition = "A session has waited for a lock for more than {wait_s}; an error after "
                 "{error_s}. One finding for whom they all wait for in the end.",
    .fix = "Cancels the statement of the one that holds the lock, or ends it where it idles, after "
           "a look at what that undoes.",
    .versions = "Before 14 how long it waits is not known: its statement's age counts.",
    .docs = "view-pg-locks.html",
    .docs_title = "System Views: pg_locks",
    .requirements = "T3-4",
    .inputs = PGA_INPUTS_LIVE,
    .thresholds = {{"wait_s", "seconds", 10, "Shorter waits are part of every busy database."},
                   {"error_s", "seconds", 300, "From then on it is an error."}},
    .check = check,
};
