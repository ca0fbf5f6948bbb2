/* The planner module (whatif/): compiled for one major of PostgreSQL each, and found where the
 * build or the installation of this program put it. */
#pragma once
#include <glib.h>
#include <lab/binaries.h>

G_BEGIN_DECLS

/**
 * pga_lab_module_find:
 * @major: of the server that is to load it (17)
 *
 * Looks for NN/pgarchitect_whatif.so in $PGARCHITECT_WHATIF_DIR (when that is given nothing else is
 * looked at), in lib/pgarchitect/whatif of the installation that the running program belongs to, in
 * the folder "whatif" of the build folder that it stands in. Files that everybody may write are
 * passed over.
 *
 * Returns: (transfer full) (nullable): an absolute path
 */
char *pga_lab_module_find(guint major);

/**
 * pga_binaries_choose_with_module:
 * @found: as of pga_binaries_find(), newest first
 * @major: of the source (15); 0: the newest
 *
 * What a clone runs on: @major where there is a module for it, else the next newer with one, else
 * the next older with one, else as pga_binaries_choose(). Executing fixes needs no module: that
 * keeps to pga_binaries_choose().
 *
 * Returns: (nullable) (transfer none): a member of @found; NULL when that is empty
 */
const PgaBinaries *pga_binaries_choose_with_module(const GPtrArray *found, guint major);

G_END_DECLS
