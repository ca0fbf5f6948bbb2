/* Holders of the oldest snapshot, by what was collected of sessions, prepared transactions, slots
 * and standbys. */
#include "model/horizon.h"

#include <string.h>

/* Lazy VACUUM is left out by the server itself (PROC_IN_VACUUM); a walsender's xmin is its
 * standby's. */
static gboolean
counts(const PgaSession *session)
{
    const char *query = session->query ? session->query : "";

    if (g_strcmp0(session->backend_type, "walsender") == 0)
        return FALSE;
    return !g_str_has_prefix(query, "autovacuum: VACUUM") &&
           (g_ascii_strncasecmp(query, "vacuum", strlen("vacuum")) != 0 || session->xid_age >= 0);
}

static void
add(GArray *holders, PgaHolder holder)
{
    if (holder.xid_age >= 0)
        g_array_append_val(holders, holder);
}

static int
compare(gconstpointer a, gconstpointer b)
{
    const PgaHolder *left = a, *right = b;

    if (left->xid_age != right->xid_age)
        return left->xid_age < right->xid_age ? 1 : -1;
    if (left->age < right->age || left->age > right->age)
        return left->age < right->age ? 1 : -1;
    return (int)left->kind - (int)right->kind;
}

static void
add_replication(const PgaServer *server, GArray *holders)
{
    for (guint i = 0; i < server->slots->len; i++) {
        const PgaReplicationSlot *slot = g_ptr_array_index(server->slots, i);

        add(holders, (PgaHolder){.kind = PGA_HOLDER_SLOT,
                                 .xid_age = MAX(slot->xmin_age, slot->catalog_xmin_age),
                                 .age = slot->active ? -1 : slot->inactive_age,
                                 .of_catalogs = slot->xmin_age < slot->catalog_xmin_age,
                                 .slot = slot});
    }
    for (guint i = 0; i < server->senders->len; i++) {
        const PgaWalSender *sender = g_ptr_array_index(server->senders, i);

        add(holders, (PgaHolder){.kind = PGA_HOLDER_STANDBY,
                                 .xid_age = sender->xmin_age,
                                 .age = -1,
                                 .sender = sender});
    }
}

GArray *
pga_horizon_holders(const PgaServer *server)
{
    GArray *holders = g_array_new(FALSE, FALSE, sizeof(PgaHolder));

    for (guint i = 0; i < server->sessions->len; i++) {
        const PgaSession *session = g_ptr_array_index(server->sessions, i);

        if (counts(session))
            add(holders, (PgaHolder){.kind = PGA_HOLDER_SESSION,
                                     .xid_age = MAX(session->xid_age, session->xmin_age),
                                     .age = session->xact_age,
                                     .session = session});
    }
    for (guint i = 0; i < server->prepared->len; i++) {
        const PgaPreparedTransaction *prepared = g_ptr_array_index(server->prepared, i);

        add(holders, (PgaHolder){.kind = PGA_HOLDER_PREPARED,
                                 .xid_age = prepared->xid_age,
                                 .age = prepared->age,
                                 .prepared = prepared});
    }
    add_replication(server, holders);
    g_array_sort(holders, compare);
    return holders;
}

const PgaHolder *
pga_horizon_oldest(const GArray *holders, gboolean of_catalogs)
{
    for (guint i = 0; i < holders->len; i++) {
        const PgaHolder *holder = &g_array_index(holders, PgaHolder, i);

        if (holder->of_catalogs == of_catalogs)
            return holder;
    }
    return NULL;
}
