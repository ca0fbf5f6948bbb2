/* The subjects of a server: each reads its part in the collection's transaction. */
#pragma once
#include <model/server.h>

#include "collector_internal.h"

G_BEGIN_DECLS

gboolean pga_server_read_databases(PgaCollector *collector, PgaServer *server, GError **error);

G_END_DECLS
