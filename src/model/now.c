/* What was read of the moment, put together: trees of waits, and what to do first. */
#include "model/now.h"

#include <base/text.h>
#include <base/units.h>
#include <string.h>

#define MAX_ACTIONS   5
#define IDLE_FOR_LONG 300.0        /* s: an idle transaction is worth an end, whom it may hold up */
#define OLD_SNAPSHOT  1000000      /* transactions */
#define BRIEF         1.0          /* s: shorter waits are gone before anybody has read of them */
#define LIMIT         2147483648.0 /* ids until old rows would be in the future */
#define STOP_BEFORE   3000000.0    /* the server takes no more commands that need one */

static void
action_free(gpointer data)
{
    PgaNowAction *action = data;

    g_free(action->what);
    g_free(action->statement);
    g_free(action->loses);
    g_free(action);
}

static void
wait_free(gpointer data)
{
    PgaWaitSample *wait = data;

    g_free(wait->wait_event_type);
    g_free(wait->wait_event);
    g_free(wait);
}

PgaNow *
pga_now_new(void)
{
    PgaNow *now = g_new0(PgaNow, 1);

    now->report = pga_report_new("check --now");
    now->report->environment = pga_environment_new();
    now->catalog = pga_catalog_new();
    now->server = pga_server_new();
    now->actions = g_ptr_array_new_with_free_func(action_free);
    now->waits = g_ptr_array_new_with_free_func(wait_free);
    now->xids_per_second = now->wal_per_second = -1;
    return now;
}

void
pga_now_free(PgaNow *now)
{
    g_clear_pointer(&now->blocking, pga_blocking_free);
    pga_report_free(now->report);
    pga_catalog_free(now->catalog);
    pga_server_free(now->server);
    g_ptr_array_unref(now->actions);
    g_ptr_array_unref(now->waits);
    g_free(now);
}

void
pga_now_add_wait(PgaNow *now, const char *type, const char *event, guint n)
{
    PgaWaitSample *wait;

    for (guint i = 0; i < now->waits->len; i++) {
        wait = g_ptr_array_index(now->waits, i);
        if (g_strcmp0(wait->wait_event_type, type) == 0 &&
            g_strcmp0(wait->wait_event, event) == 0) {
            wait->n += n;
            return;
        }
    }
    wait = g_new(PgaWaitSample, 1);
    *wait = (PgaWaitSample){g_strdup(type), g_strdup(event), n};
    g_ptr_array_add(now->waits, wait);
}

double
pga_now_setting(const PgaNow *now, const char *name, double if_unknown)
{
    const PgaSetting *setting = pga_catalog_setting(now->catalog, name);

    return setting && setting->setting ? g_ascii_strtod(setting->setting, NULL) : if_unknown;
}

char *
pga_session_who(const PgaSession *session)
{
    const char *name = session->application_name ? session->application_name : "";

    if (!session->usename)
        return g_strdup(session->backend_type && *session->backend_type ? session->backend_type
                                                                        : "(hidden)");
    return g_strdup_printf("%s@%s%s%s%s", session->usename,
                           session->datname ? session->datname : "-", *name ? " (" : "", name,
                           *name ? ")" : "");
}

const PgaDatabase *
pga_now_oldest_database(const PgaNow *now)
{
    const PgaDatabase *oldest = NULL;

    for (guint i = 0; i < now->server->databases->len; i++) {
        const PgaDatabase *database = g_ptr_array_index(now->server->databases, i);

        if (!oldest || database->frozenxid_age > oldest->frozenxid_age)
            oldest = database;
    }
    return oldest;
}

double
pga_now_xids_left(const PgaDatabase *database)
{
    return MAX(LIMIT - STOP_BEFORE - (double)database->frozenxid_age, 0);
}

/* (transfer full): "idle in transaction for 12 min" */
static char *
doing(const PgaSession *session)
{
    const double seconds = session->state_age;
    g_autofree char *age = seconds >= 0 ? pga_duration_format(seconds) : NULL;

    if (!session->state)
        return g_strdup("in a state that this role may not see");
    return age ? g_strdup_printf("%s for %s", session->state, age) : g_strdup(session->state);
}

/* (transfer full): what ending the session undoes. */
static char *
losses(const PgaSession *session, PgaEnding ending)
{
    g_autofree char *open =
        session->xact_age >= 0 ? pga_duration_format(session->xact_age) : g_strdup("a while");
    const gboolean wrote = session->xid_age >= 0;

    if (g_strcmp0(session->backend_type, "autovacuum worker") == 0)
        return g_strdup("The vacuum of that table begins anew later; nothing is lost.");
    if (ending == PGA_END_CANCEL)
        return g_strdup_printf("Its statement fails%s; the connection stays.",
                               wrote ? ", and what its transaction wrote is rolled back"
                                     : "; it has written nothing so far");
    return g_strdup_printf("Its connection ends; %s (open for %s).",
                           wrote ? "what its transaction wrote is rolled back"
                                 : "its transaction has written nothing",
                           open);
}

static gboolean
is_listed(const PgaNow *now, gint32 pid)
{
    for (guint i = 0; i < now->actions->len; i++)
        if (((const PgaNowAction *)g_ptr_array_index(now->actions, i))->pid == pid)
            return TRUE;
    return FALSE;
}

/* Takes @action's texts. */
static void
add(PgaNow *now, PgaNowAction action)
{
    PgaNowAction *added = g_new(PgaNowAction, 1);

    *added = action;
    g_ptr_array_add(now->actions, added);
}

/* @effect: "holds up 3 sessions, the longest for 12 min" */
static void
add_ending(PgaNow *now, const PgaSession *session, const char *effect)
{
    const PgaEnding ending = pga_session_ending(session);
    g_autofree char *who = pga_session_who(session);
    g_autofree char *state = doing(session);
    char *what = g_strdup_printf("%d %s, %s, %s.", session->pid, who, state, effect);

    if (is_listed(now, session->pid)) {
        g_free(what);
        return;
    }
    if (ending == PGA_END_NOTHING)
        add(now,
            (PgaNowAction){
                PGA_NOW_DECIDE, session->pid, what, NULL,
                g_strdup(
                    pga_session_prevents_wraparound(session)
                        ? "It is the vacuum that prevents wraparound: ended, it begins anew. End "
                          "those who wait for it instead, DDL first."
                        : "No client's session, or hidden from this role: not to be ended "
                          "blindly.")});
    else
        add(now, (PgaNowAction){ending == PGA_END_CANCEL ? PGA_NOW_CANCEL : PGA_NOW_TERMINATE,
                                session->pid, what, pga_ending_statement(ending, session->pid),
                                losses(session, ending)});
}

/* (transfer full) */
static char *
effect_of(const PgaBlock *block)
{
    g_autofree char *longest = pga_duration_format(MAX(block->longest_wait, 0));

    return g_strdup_printf("holds up %u session%s, the longest for %s", block->n_behind,
                           block->n_behind == 1 ? "" : "s", longest);
}

static void
add_prepared(PgaNow *now, const PgaBlock *root)
{
    g_autofree char *effect = effect_of(root);
    g_autofree char *gid = root->prepared ? pga_quote_literal(root->prepared->gid) : NULL;
    g_autofree char *age = root->prepared && root->prepared->age >= 0
                               ? pga_duration_format(root->prepared->age)
                               : g_strdup("an unknown time");

    add(now,
        (PgaNowAction){
            PGA_NOW_DECIDE, 0,
            g_strdup_printf("A prepared transaction%s%s of database %s, prepared for %s, %s.",
                            gid ? " " : "", gid ? gid : "",
                            root->prepared && root->prepared->datname ? root->prepared->datname
                                                                      : "(unknown)",
                            age, effect),
            NULL,
            g_strdup_printf("Its coordinator knows which: COMMIT PREPARED %s; keeps its changes, "
                            "ROLLBACK PREPARED %s; loses them. Both in its database.",
                            gid ? gid : "'gid'", gid ? gid : "'gid'")});
}

/* A statement in the middle that more wait for than the root itself holds up: a queue behind DDL.
 */
static void
add_middle(PgaNow *now, const PgaBlock *root)
{
    for (guint i = 0; i < root->waiters->len && now->actions->len < MAX_ACTIONS; i++) {
        const PgaBlock *waiter = g_ptr_array_index(root->waiters, i);
        g_autofree char *behind = effect_of(waiter);
        g_autofree char *effect =
            g_strdup_printf("waits itself and %s: those go on without it", behind);

        if (waiter->n_behind > 0 && waiter->session &&
            pga_session_ending(waiter->session) == PGA_END_CANCEL)
            add_ending(now, waiter->session, effect);
    }
}

/* Whom a busy server always has: rows that short transactions want at the same time. */
static gboolean
is_brief(const PgaBlock *root)
{
    const double age = root->session ? root->session->xact_age : -1;

    return root->longest_wait < BRIEF && age >= 0 && age < BRIEF;
}

/* Idle ones first: their work has ended, or nobody is at it. */
static void
add_roots(PgaNow *now, gboolean idle)
{
    for (guint i = 0; i < now->blocking->roots->len && now->actions->len < MAX_ACTIONS; i++) {
        const PgaBlock *root = g_ptr_array_index(now->blocking->roots, i);
        const gboolean idles = root->session && pga_session_idles_in_transaction(root->session);
        g_autofree char *effect = effect_of(root);

        if (idles != idle || is_brief(root))
            continue;
        if (root->pid == 0)
            add_prepared(now, root);
        else if (root->session)
            add_ending(now, root->session, effect);
        add_middle(now, root);
    }
}

static void
add_horizon(PgaNow *now)
{
    g_autoptr(GArray) holders = pga_horizon_holders(now->server);
    const PgaHolder *oldest = pga_horizon_oldest(holders, FALSE);
    g_autofree char *age = NULL, *effect = NULL;

    if (!oldest || !oldest->session || oldest->xid_age < OLD_SNAPSHOT ||
        now->actions->len >= MAX_ACTIONS)
        return;
    age = pga_count_format((double)oldest->xid_age);
    effect = g_strdup_printf("holds the oldest snapshot: no row that died within the last %s "
                             "transactions can be removed",
                             age);
    add_ending(now, oldest->session, effect);
}

static void
add_idle(PgaNow *now)
{
    for (guint i = 0; i < now->server->sessions->len && now->actions->len < MAX_ACTIONS; i++) {
        const PgaSession *session = g_ptr_array_index(now->server->sessions, i);

        if (pga_session_idles_in_transaction(session) && session->state_age > IDLE_FOR_LONG)
            add_ending(now, session, "holds up nobody yet");
    }
}

/* Without space nothing else helps; the rule knows its thresholds. */
static void
add_full_disks(PgaNow *now)
{
    for (guint i = 0; i < now->report->findings->len && now->actions->len < MAX_ACTIONS; i++) {
        const PgaFinding *finding = g_ptr_array_index(now->report->findings, i);

        if (finding->severity == PGA_SEVERITY_ERROR &&
            g_strcmp0(finding->rule, "disk-full-forecast") == 0)
            add(now,
                (PgaNowAction){PGA_NOW_DECIDE, 0,
                               g_strdup_printf("Disk, %s: %s", finding->object, finding->evidence),
                               NULL, g_strdup(finding->fix.note)});
    }
}

static int
compare_waits(gconstpointer a, gconstpointer b)
{
    const PgaWaitSample *left = *(const PgaWaitSample *const *)a;
    const PgaWaitSample *right = *(const PgaWaitSample *const *)b;
    int order;

    if (left->n != right->n)
        return left->n < right->n ? 1 : -1;
    order = g_strcmp0(left->wait_event_type, right->wait_event_type);
    return order ? order : g_strcmp0(left->wait_event, right->wait_event);
}

void
pga_now_finish(PgaNow *now)
{
    g_clear_pointer(&now->blocking, pga_blocking_free);
    now->blocking = pga_blocking_new(now->server);
    g_ptr_array_set_size(now->actions, 0);
    add_full_disks(now);
    add_roots(now, TRUE);
    add_roots(now, FALSE);
    add_horizon(now);
    add_idle(now);
    g_ptr_array_sort(now->waits, compare_waits);
}
