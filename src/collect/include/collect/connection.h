/* One connection to a server, for reading: a single READ ONLY transaction with statement and lock
 * timeouts, every statement through the extended protocol (one statement at a time, parameters
 * apart). */
#pragma once
#include <base/progress.h>
#include <glib.h>

G_BEGIN_DECLS

typedef struct PgaConnection PgaConnection;

/** Where to connect: as psql's options; NULL or empty leaves it to PG* and ~/.pgpass. */
typedef struct {
    const char *dbname; /* a name, a conninfo string or a URI */
    const char *host, *port, *user, *service;
    const char *database; /* (nullable): instead of the one that dbname names */
    char *(*ask_password)(gpointer data,
                          const char *user); /* (nullable); (transfer full); NULL: give up */
    gpointer ask_data;
    guint connect_timeout; /* seconds; 0: 10 unless the conninfo says otherwise */
} PgaConnectionOptions;

/**
 * pga_connection_open:
 *
 * Connects (asking for a password once, if one is needed and ask_password is given). No message
 * holds a password, not even of a conninfo string that cannot be parsed.
 *
 * Returns: (nullable): NULL with PGA_ERROR_INPUT (conninfo), PGA_ERROR_SOURCE (unreachable,
 * refused; hint says what to do) or PGA_ERROR_INTERRUPTED
 */
PgaConnection *pga_connection_open(const PgaConnectionOptions *options, GError **error);
void pga_connection_close(PgaConnection *connection);

/* server_version_num (150018); server_version ("15.18"); the database's name. */
guint pga_connection_version_num(const PgaConnection *connection);
const char *pga_connection_version(const PgaConnection *connection);
const char *pga_connection_dbname(const PgaConnection *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaConnection, pga_connection_close)

G_END_DECLS
