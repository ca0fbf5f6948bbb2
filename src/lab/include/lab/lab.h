/* The lab: a throw-away PostgreSQL server in a private directory, reachable by its Unix socket
 * only, that dies with us. Started as root it runs as an unprivileged user. Strangers' SQL meets it
 * only as a role that is no superuser, under limits of time, memory and disk. docs/decisions/ has
 * the threat model. */
#pragma once
#include <base/progress.h>
#include <collect/connection.h>
#include <glib.h>
#include <lab/binaries.h>
#include <model/finding.h>
#include <parse/script.h>

G_BEGIN_DECLS

typedef struct PgaLab PgaLab;
typedef struct PgaTrial PgaTrial; /* lab/trial.h */

typedef struct {
    const char *bindir;      /* (nullable): --pg-bindir */
    guint want_major;        /* of the source; 0: the newest there is */
    gboolean want_module;    /* rather the nearest major with a planner module than want_major */
    gint64 disk_limit_bytes; /* 0: 2 GiB for the whole lab directory */
    /* 0: 1 GiB of address space for each backend. It bounds our own memory, too: libpq keeps a row
     * or message whole. */
    gint64 memory_limit_bytes;
    guint statement_limit_ms;    /* 0: 30000 for each of a stranger's statements */
    guint load_limit_ms;         /* 0: 300000 for a whole script */
    gboolean no_cache;           /* do not read or write the template cache */
    PgaTrial *trial;             /* (nullable): for pga_lab_try() only */
    const PgaProgress *progress; /* (nullable) */
} PgaLabOptions;

/**
 * pga_lab_start:
 *
 * Removes leftovers of dead runs, then brings a server up: initdb once per server version into
 * $XDG_CACHE_HOME/pgarchitect (or ~/.cache), a copy of that template ever after.
 *
 * Returns: (nullable): NULL with PGA_ERROR_INPUT (bindir), PGA_ERROR_LAB (none found, did not
 * start: the detail is the last line of its log; disk full), PGA_ERROR_INTERRUPTED
 */
PgaLab *pga_lab_start(const PgaLabOptions *options, GError **error);

/* Stops the server at once and removes its directory. */
void pga_lab_free(PgaLab *lab);

guint pga_lab_version_num(const PgaLab *lab);
const char *pga_lab_version(const PgaLab *lab);

/* Whether the lab's server still runs; FALSE with PGA_ERROR_LAB and the end of its log. */
gboolean pga_lab_alive(PgaLab *lab, GError **error);

/** What became of a script. */
typedef struct {
    guint n_executed; /* statements that succeeded */
    GPtrArray *
        not_checked; /* of PgaNotChecked *: statements that could not be, with file, line, column */
    GHashTable *locations; /* of char * ("schema.relation", unquoted) to PgaLocation * */
    GHashTable *rows; /* of char * (as in the dump) to double *: rows counted in COPY and INSERT */
} PgaLabLoad;

typedef struct {
    guint line, column;
} PgaLocation;

/**
 * pga_lab_load:
 *
 * Executes a stranger's script in a new database of the lab. Unknown roles and tablespaces are made
 * up; CREATE EXTENSION is carried out by the lab from its allow-list or noted; statements that fail
 * because of what the lab lacks are noted with everything that depends on them; rows are never
 * loaded.
 *
 * Returns: (nullable): NULL with PGA_ERROR_INPUT for a syntax error (detail: file, line, column)
 * unless the script comes from a newer major than the lab's; when nothing at all could be executed;
 * when a limit was hit (which one, where). PGA_ERROR_LAB when the server died or its disk is full.
 * PGA_ERROR_INTERRUPTED
 */
PgaLabLoad *pga_lab_load(PgaLab *lab, const PgaScript *script, GError **error);
void pga_lab_load_free(PgaLabLoad *load);

/* A reader's connection (no superuser) to what pga_lab_load() made, for pga_collect(). */
PgaConnection *pga_lab_connect(PgaLab *lab, GError **error);

/* (transfer full) (element-type utf8): directories of dead labs, sorted. */
GPtrArray *pga_lab_leftovers(void);

/* Ends servers that still run in leftovers and deletes them; how many were deleted. */
guint pga_lab_remove_leftovers(void);

/* The user that the lab's server runs as: our own, or "nobody" when we are root. (transfer full) */
char *pga_lab_user(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaLab, pga_lab_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaLabLoad, pga_lab_load_free)

G_END_DECLS
