/* What a connection holds. */
#pragma once
#include "collect/connection.h"
#include <libpq-fe.h>

G_BEGIN_DECLS

struct PgaConnection {
    PGconn *conn;
    guint version_num;
    char *version;
    char *dbname;
};

/* FALSE with PGA_ERROR_INPUT when @dbname is a conninfo string or URI that libpq would refuse, or
 * one that it would take apart such that a piece of the password becomes a host's or a database's
 * name. */
gboolean pga_conninfo_check(const char *dbname, GError **error);

/* Sets PGA_ERROR_SOURCE (or INPUT) by what @message, libpq's, says about a failed connection. */
void pga_connect_error(const char *message, GError **error);

G_END_DECLS
