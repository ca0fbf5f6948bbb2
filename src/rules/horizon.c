/* The oldest holder in a sentence. */
#include "horizon_internal.h"

#include <base/text.h>
#include <base/units.h>

/* (transfer full) */
static char *
session_sentence(const PgaSession *session)
{
    g_autofree char *open = session->xact_age < 0 ? NULL : pga_duration_format(session->xact_age);

    return g_strdup_printf("the session with process id %d of role %s, its transaction open for "
                           "%s: SELECT pg_terminate_backend(%d); ends it",
                           session->pid, session->usename ? session->usename : "(unknown)",
                           open ? open : "an unknown time", session->pid);
}

/* (transfer full) */
static char *
sentence(const PgaHolder *holder)
{
    g_autofree char *name = NULL;

    switch (holder->kind) {
    case PGA_HOLDER_PREPARED:
        name = pga_quote_literal(holder->prepared->gid);
        return g_strdup_printf("the prepared transaction %s: COMMIT PREPARED or ROLLBACK PREPARED "
                               "ends it",
                               name);
    case PGA_HOLDER_SLOT:
        name = pga_quote_literal(holder->slot->slot_name);
        return g_strdup_printf("the replication slot %s: its consumer must catch up, or be given "
                               "up with SELECT pg_drop_replication_slot(%s);",
                               name, name);
    case PGA_HOLDER_STANDBY:
        return g_strdup_printf(
            "the standby %s, which sends its oldest query back (hot_standby_feedback): end that "
            "query there",
            holder->sender->application_name ? holder->sender->application_name : "(unnamed)");
    case PGA_HOLDER_SESSION:
    default:
        return session_sentence(holder->session);
    }
}

char *
pga_horizon_holder(const PgaRuleRun *run, gint64 min_age)
{
    g_autoptr(GArray) holders = pga_horizon_holders(run->server);
    const PgaHolder *oldest = holders->len ? &g_array_index(holders, PgaHolder, 0) : NULL;
    g_autofree char *age = NULL, *text = NULL;

    if (!oldest || oldest->xid_age < min_age)
        return NULL;
    age = pga_count_format((double)oldest->xid_age);
    text = sentence(oldest);
    return g_strdup_printf("What holds it back is %s (%s transactions old).", text, age);
}
