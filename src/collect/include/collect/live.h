/* The source's own planner, asked once more for what a clone's said: with indexes that exist in the
 * memory of one session (HypoPG), for EXPLAIN alone. One READ ONLY transaction with statement and
 * lock timeouts; nothing is executed, and nothing is left. */
#pragma once
#include <collect/connection.h>
#include <model/catalog.h>

G_BEGIN_DECLS

typedef struct PgaLive PgaLive;

/** Limits of each thing that is asked for, in milliseconds. */
typedef struct {
    guint statement_timeout, lock_timeout;
} PgaLiveLimits;

/** A name that statements have whose planning may run more than PostgreSQL and its extensions. */
typedef struct {
    char *name;          /* (nullable): of any statement */
    gboolean is_foreign; /* its wrapper may ask another server; otherwise: a function of the
                            database's own is called */
    gboolean on_writes;  /* only where rows are written */
    gboolean is_called;  /* only in a call; otherwise wherever it stands */
} PgaReachedName;

/* *obstacle: (transfer full) (nullable): why the source's planner cannot be asked, with what to do.
 * PGA_ERROR_SOURCE, PGA_ERROR_INTERRUPTED. */
gboolean pga_live_check(PgaConnection *connection, char **obstacle, GError **error);

/* Takes @connection, and begins. (nullable): NULL without an error where there is an *obstacle. The
 * same errors. */
PgaLive *pga_live_begin(PgaConnection *connection, const PgaLiveLimits *limits, char **obstacle,
                        GError **error);

/* Forgets the indexes, rolls back, closes. */
void pga_live_free(PgaLive *live);

/* "shop on PostgreSQL 15.18"; "1.3.1"; whether indexes can be hidden. */
char *pga_live_name(const PgaLive *live); /* (transfer full) */
const char *pga_live_hypopg_version(const PgaLive *live);
gboolean pga_live_hides(const PgaLive *live);

/* Appends to @names, of PgaReachedName *; *failure: (transfer full) (nullable): what the server
 * said. The same errors. */
gboolean pga_live_reached_names(PgaLive *live, GPtrArray *names, char **failure, GError **error);
void pga_reached_name_free(PgaReachedName *name);

/* HypoPG's index by @sql; *name: (transfer full) (nullable): as plans have it; *bytes: as it
 * estimates them. *failure: (transfer full) (nullable). The same errors. */
gboolean pga_live_create(PgaLive *live, const char *sql, char **name, gint64 *bytes, char **failure,
                         GError **error);

/* From now on plans do without the index of that oid; only where pga_live_hides(). */
gboolean pga_live_hide(PgaLive *live, PgaOid index, char **failure, GError **error);

/* EXPLAIN's JSON of one statement without parameters, found by @search_path (nullable): the
 * session's own; or *failure: what the server said. (transfer full) (nullable) each. The same
 * errors. */
gboolean pga_live_explain(PgaLive *live, const char *text, const char *search_path, char **plan,
                          char **failure, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaLive, pga_live_free)

G_END_DECLS
