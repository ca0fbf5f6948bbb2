/* A copy's connection, and what was made there. */
#pragma once
#include "collect/copy.h"
#include "collect/libpq.h"
#include "hypopg_internal.h"
#include <libpq-fe.h>

G_BEGIN_DECLS

/** Something that was made. */
typedef struct {
    PgaOid oid;
    gboolean is_extension;
    char *name; /* as SQL names it */
} PgaCopyObject;

struct PgaCopy {
    PgaConnection *connection;
    PGconn *conn;
    PgaDatabaseIdentity identity;
    GPtrArray *made; /* of PgaCopyObject *, in order */
    PgaHypopg hypopg;
};

/* copy_undo.c: a lost connection is opened anew, to the same database of the same cluster only;
 * Ctrl-C does not stop it. */
gboolean pga_copy_reconnect(PgaCopy *copy);

G_END_DECLS
