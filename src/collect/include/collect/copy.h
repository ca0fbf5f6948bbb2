/* A copy of the source that its owner named, so that indexes are made there and statements timed.
 * The only connection of this layer that changes anything: what it makes it drops again. Whether
 * the copy is not the source itself is for the caller to see to, by pga_database_identify(). */
#pragma once
#include <collect/connection.h>
#include <model/catalog.h>

G_BEGIN_DECLS

/** What tells one database from all others. */
typedef struct {
    char *system_identifier; /* (nullable): the role may not read it */
    PgaOid database;
    char *datname;
    gint64 started; /* of the postmaster: microseconds since 1970 */
    gboolean is_standby;
} PgaDatabaseIdentity;

/* PGA_ERROR_SOURCE, PGA_ERROR_INTERRUPTED. */
gboolean pga_database_identify(PgaConnection *connection, PgaDatabaseIdentity *identity,
                               GError **error);
void pga_database_identity_clear(PgaDatabaseIdentity *identity);

typedef struct PgaCopy PgaCopy;

/* Takes @connection. What was made and not dropped stays when it is freed. */
PgaCopy *pga_copy_new(PgaConnection *connection, GError **error);
void pga_copy_free(PgaCopy *copy);

/* "shop_copy on PostgreSQL 15.18". (transfer full) */
char *pga_copy_name(const PgaCopy *copy);

/** A statement of the workload. */
typedef struct {
    const char *text;        /* one statement without parameters */
    const char *search_path; /* (nullable) */
    gboolean executes;       /* EXPLAIN ANALYZE; otherwise it is planned only */
    guint timeout_ms;
    gboolean timed_out; /* (out) */
} PgaCopyStatement;

/**
 * pga_copy_explain:
 * @plan: (out) (transfer full) (nullable): EXPLAIN's JSON
 * @failure: (out) (transfer full) (nullable): what the server said where there is none
 *
 * In a READ ONLY transaction that is rolled back: what changes data fails. What fails there only
 * because it locks rows (SELECT ... FOR UPDATE; no node of its plan changes any) is explained in
 * one that may, and that is rolled back, too. A statement that ends the session has failed.
 * PGA_ERROR_SOURCE, PGA_ERROR_INTERRUPTED.
 */
gboolean pga_copy_explain(PgaCopy *copy, PgaCopyStatement *statement, char **plan, char **failure,
                          GError **error);

/* What a table (as SQL names it) of the copy has: bytes of its rows, -1 where it is not there or
 * partitioned; whether its statistics were ever gathered. */
gboolean pga_copy_look_at(PgaCopy *copy, const char *table, gint64 *bytes, gboolean *analysed,
                          GError **error);

/* Each executes @sql by itself. @failure: (out) (transfer full) (nullable): what the server said.
 */
gboolean pga_copy_execute(PgaCopy *copy, const char *sql, char **failure, GError **error);

/* CREATE EXTENSION @name unless it is there. */
gboolean pga_copy_create_extension(PgaCopy *copy, const char *name, char **failure, GError **error);

/* @sql makes the index @name, as SQL names it; one of that name that is there is a failure, and
 * stays. *seconds: added to. */
gboolean pga_copy_create_index(PgaCopy *copy, const char *sql, const char *name, double *seconds,
                               char **failure, GError **error);

/* HypoPG's index by the same @sql, for this session alone; *bytes: as it estimates them; *name:
 * (nullable): what plans call it. */
gboolean pga_copy_hypothesize(PgaCopy *copy, const char *sql, gint64 *bytes, char **name,
                              char **failure, GError **error);

/* PGA_ERROR_INPUT, with what to do, where the copy has no HypoPG. */
gboolean pga_copy_check_hypopg(PgaCopy *copy, GError **error);

/* How many objects were made; of those from the @first on: bytes together, whether all indexes are
 * valid. */
guint pga_copy_n_made(const PgaCopy *copy);
gboolean pga_copy_size(PgaCopy *copy, guint first, gint64 *bytes, gboolean *valid, GError **error);

/* Drops what was made from the @first on, and nothing else; after Ctrl-C, too, and over a new
 * connection where the old one was lost. @remaining: of char *: names of what it could not drop:
 * appended. */
void pga_copy_undo(PgaCopy *copy, guint first, GPtrArray *remaining);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaCopy, pga_copy_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaDatabaseIdentity, pga_database_identity_clear)

G_END_DECLS
