/* The present state of a server, in a moment: for `check --now`. */
#pragma once
#include <collect/collect.h>
#include <model/now.h>

G_BEGIN_DECLS

/**
 * pga_collect_now:
 * @now: filled in; not finished
 * @not_checked: of PgaNotChecked *: appended: what the role may not see, what was cut by a timeout
 *
 * Reads no catalog but for names, waits for no lock; takes about a third of a second, for its
 * samples. @options: statement_timeout 0 is 500 ms here, lock_timeout 0 100 ms. PGA_ERROR_SOURCE,
 * PGA_ERROR_INTERRUPTED.
 */
gboolean pga_collect_now(PgaConnection *connection, const PgaCollectOptions *options, PgaNow *now,
                         GPtrArray *not_checked, GError **error);

G_END_DECLS
