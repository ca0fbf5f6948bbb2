/* The oldest snapshot of the server, by what was collected of its sessions, prepared transactions,
 * slots and standbys. */
#include "horizon_internal.h"

#include <base/text.h>
#include <base/units.h>

typedef struct {
    gint64 age;
    char *text;
} Holder;

/* Takes @text. */
static void
consider(Holder *oldest, gint64 age, char *text)
{
    if (age <= oldest->age) {
        g_free(text);
        return;
    }
    g_free(oldest->text);
    *oldest = (Holder){age, text};
}

static void
consider_sessions(const PgaServer *server, Holder *oldest)
{
    for (guint i = 0; i < server->sessions->len; i++) {
        const PgaSession *session = g_ptr_array_index(server->sessions, i);
        g_autofree char *open =
            session->xact_age < 0 ? NULL : pga_duration_format(session->xact_age);

        consider(oldest, MAX(session->xid_age, session->xmin_age),
                 g_strdup_printf("the session with process id %d of role %s, its transaction open "
                                 "for %s: SELECT pg_terminate_backend(%d); ends it",
                                 session->pid, session->usename ? session->usename : "(unknown)",
                                 open ? open : "an unknown time", session->pid));
    }
}

static void
consider_prepared(const PgaServer *server, Holder *oldest)
{
    for (guint i = 0; i < server->prepared->len; i++) {
        const PgaPreparedTransaction *prepared = g_ptr_array_index(server->prepared, i);
        g_autofree char *gid = pga_quote_literal(prepared->gid);

        consider(oldest, prepared->xid_age,
                 g_strdup_printf("the prepared transaction %s: COMMIT PREPARED or ROLLBACK "
                                 "PREPARED ends it",
                                 gid));
    }
}

static void
consider_replication(const PgaServer *server, Holder *oldest)
{
    for (guint i = 0; i < server->slots->len; i++) {
        const PgaReplicationSlot *slot = g_ptr_array_index(server->slots, i);
        g_autofree char *name = pga_quote_literal(slot->slot_name);

        consider(oldest, MAX(slot->xmin_age, slot->catalog_xmin_age),
                 g_strdup_printf("the replication slot %s: its consumer must catch up, or be given "
                                 "up with SELECT pg_drop_replication_slot(%s);",
                                 name, name));
    }
    for (guint i = 0; i < server->senders->len; i++) {
        const PgaWalSender *sender = g_ptr_array_index(server->senders, i);

        consider(
            oldest, sender->xmin_age,
            g_strdup_printf("the standby %s, which sends its oldest query back "
                            "(hot_standby_feedback): end that query there",
                            sender->application_name ? sender->application_name : "(unnamed)"));
    }
}

char *
pga_horizon_holder(const PgaRuleRun *run, gint64 min_age)
{
    Holder oldest = {.age = min_age - 1};
    g_autofree char *age = NULL;
    char *sentence;

    consider_sessions(run->server, &oldest);
    consider_prepared(run->server, &oldest);
    consider_replication(run->server, &oldest);
    if (!oldest.text)
        return NULL;
    age = pga_count_format((double)oldest.age);
    sentence = g_strdup_printf("What holds it back is %s (%s transactions old).", oldest.text, age);
    g_free(oldest.text);
    return sentence;
}
