/* Whose snapshot or transaction keeps VACUUM from removing dead rows. */
#pragma once
#include <glib.h>
#include <model/server.h>

G_BEGIN_DECLS

typedef enum {
    PGA_HOLDER_SESSION,
    PGA_HOLDER_PREPARED,
    PGA_HOLDER_SLOT,
    PGA_HOLDER_STANDBY, /* hot_standby_feedback without a slot */
} PgaHolderKind;

/** One of the pointers is there, by the kind. */
typedef struct {
    PgaHolderKind kind;
    gint64 xid_age;       /* transactions */
    double age;           /* seconds; below 0 unknown */
    gboolean of_catalogs; /* of a logical slot: only rows of system catalogs are kept for it */
    const PgaSession *session;
    const PgaPreparedTransaction *prepared;
    const PgaReplicationSlot *slot;
    const PgaWalSender *sender;
} PgaHolder;

/* (transfer full): of PgaHolder, the oldest first; what it borrows is of @server. VACUUM itself
 * holds nothing back. */
GArray *pga_horizon_holders(const PgaServer *server);

/* (nullable), borrowed: the oldest that keeps rows of system catalogs only, or any row. */
const PgaHolder *pga_horizon_oldest(const GArray *holders, gboolean of_catalogs);

G_END_DECLS
