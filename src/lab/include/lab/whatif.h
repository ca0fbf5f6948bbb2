/* What-if planning on a clone: statements analysed once, indexes that are made but hidden, costs
 * under any configuration of them. Several sessions work at once. */
#pragma once
#include <glib.h>
#include <lab/clone.h>

G_BEGIN_DECLS

typedef struct PgaWhatif PgaWhatif;

/* Needs pga_clone_has_whatif(). What it brings in of @clone must not change while it is open.
 * PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED. */
PgaWhatif *pga_whatif_open(PgaClone *clone, GError **error);
void pga_whatif_free(PgaWhatif *whatif);

/** A statement to plan. */
typedef struct {
    const char *text;    /* one statement; its $n are inferred and planned generically; borrowed */
    const char *usename; /* (nullable): of the source, for its search_path; borrowed */
    gint32 number;       /* set by pga_whatif_prepare(); 0: it cannot be planned */
    char *failure;       /* (nullable): what the server said then */
} PgaWhatifStatement;

/** An index of the clone: a candidate, or one that the source has. */
typedef struct {
    char *sql;      /* CREATE INDEX name ON …; of the source's own: its definition */
    guint32 oid;    /* on the clone; 0: it could not be made */
    PgaOid source;  /* of the Catalog's index; 0: a candidate */
    gint64 bytes;   /* of all partitions together; -1: unknown */
    char *accuracy; /* (nullable): "within 10 %" */
    char *method;   /* (nullable): of the size, one line */
    char *failure;  /* (nullable): what the server said */
} PgaWhatifIndex;

/** One plan that is asked for. */
typedef struct {
    gint32 statement;    /* PgaWhatifStatement.number */
    const guint32 *oids; /* the configuration: candidates to show, own indexes to hide; borrowed */
    guint n_oids;
    double startup_cost, total_cost, rows; /* total_cost below 0: see failure */
    GArray *used;                          /* of guint32: oids of indexes in the plan, sorted */
    char *failure;                         /* (nullable) */
} PgaWhatifPlan;

void pga_whatif_statement_clear(PgaWhatifStatement *statement);
void pga_whatif_index_free(PgaWhatifIndex *index);
void pga_whatif_plan_clear(PgaWhatifPlan *plan);

/* @statements: of PgaWhatifStatement: number or failure is filled in. */
gboolean pga_whatif_prepare(PgaWhatif *whatif, GArray *statements, GError **error);

/* (transfer full): what @statement asks of each relation (parse/request.h), JSON; NULL with
 * *failure when it cannot be planned. */
gboolean pga_whatif_requests(PgaWhatif *whatif, GArray *statements, GPtrArray *requests,
                             GError **error);

/* @indexes: of PgaWhatifIndex * with their sql: the rest is filled in. Hidden until a plan shows
 * them. */
gboolean pga_whatif_create(PgaWhatif *whatif, GPtrArray *indexes, GError **error);

/* Appends to @indexes the source's own indexes that the clone has. */
gboolean pga_whatif_own_indexes(PgaWhatif *whatif, GPtrArray *indexes, GError **error);

/* CREATE EXTENSION on the clone; FALSE in *available where the lab's server has none. */
gboolean pga_whatif_extension(PgaWhatif *whatif, const char *name, gboolean *available,
                              GError **error);

/* @plans: of PgaWhatifPlan: answers are filled in. Planned by all sessions, in few round trips. */
gboolean pga_whatif_cost(PgaWhatif *whatif, GArray *plans, GError **error);

/* EXPLAIN (FORMAT JSON) under a configuration; NULL in *plan with *failure. (transfer full) both */
gboolean pga_whatif_explain(PgaWhatif *whatif, const char *text, const char *usename,
                            const guint32 *oids, guint n_oids, char **plan, char **failure,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaWhatif, pga_whatif_free)

G_END_DECLS
