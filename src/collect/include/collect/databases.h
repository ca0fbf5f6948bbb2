/* The databases of a server, to be checked one after the other. */
#pragma once
#include <collect/collect.h>

G_BEGIN_DECLS

/**
 * pga_collect_database_names:
 * @names: of char *: appended, by name: those that allow connections, are no templates, and that
 * the role may connect to
 * @refused: of char *: appended: those that only lack the privilege
 *
 * PGA_ERROR_SOURCE, PGA_ERROR_INTERRUPTED.
 */
gboolean pga_collect_database_names(PgaConnection *connection, GPtrArray *names, GPtrArray *refused,
                                    GError **error);

G_END_DECLS
