/* A server's catalogs, statistics, counters and settings as a model. Reads only; takes no lock
 * above ACCESS SHARE; reads no row of a user's table but what an option asks for. */
#pragma once
#include <base/progress.h>
#include <collect/connection.h>
#include <glib.h>
#include <model/catalog.h>
#include <model/environment.h>

G_BEGIN_DECLS

typedef struct {
    gboolean no_values;          /* leave out most-common values and histogram bounds */
    gboolean no_extremes;        /* pga_collect_planner(): leave out the ends of B-trees */
    gboolean sample;             /* pga_collect_planner(): read some rows of tables */
    gboolean database_sizes;     /* pga_collect_server(): of all databases, not the current only */
    gint64 ram_bytes;            /* --ram; -1: read it where the server is local */
    guint statement_timeout;     /* ms for each catalog query; 0: 60000 */
    guint lock_timeout;          /* ms; 0: 200 */
    const PgaProgress *progress; /* (nullable) */
} PgaCollectOptions;

/**
 * pga_collect:
 * @catalog: (out): finished (pga_catalog_finish() was called)
 * @environment: (out)
 * @not_checked: of PgaNotChecked *: appended: relations that somebody holds under ACCESS EXCLUSIVE,
 * what the role may not read (naming the missing privilege), versions below 14
 *
 * Returns: %FALSE with PGA_ERROR_SOURCE, PGA_ERROR_INTERRUPTED; PGA_ERROR_INPUT for a server
 * below 9.6 (the hint is the upgrade path)
 */
gboolean pga_collect(PgaConnection *connection, const PgaCollectOptions *options,
                     PgaCatalog **catalog, PgaEnvironment **environment, GPtrArray *not_checked,
                     GError **error);

G_END_DECLS
