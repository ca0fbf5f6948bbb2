/* What-if planning on a clone: statements analysed once, indexes that are made but hidden, costs
 * under any configuration of them. Several sessions work at once. */
#pragma once
#include <glib.h>
#include <lab/clone.h>
#include <model/catalog.h>

G_BEGIN_DECLS

typedef struct PgaWhatif PgaWhatif;

/* Needs pga_clone_has_whatif(). Once for a clone, with everything brought in by then: candidates
 * stay on it. PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED. */
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

/* @statements: of PgaWhatifStatement: number or failure is filled in. A statement that takes longer
 * than the lab's limit, then or later, is one that cannot be planned. */
gboolean pga_whatif_prepare(PgaWhatif *whatif, GArray *statements, GError **error);

/* Appends to @requests, of char * with g_free(), what each of the prepared @statements asks of each
 * relation: JSON, as parse/request.h reads it. NULL for one without a number, or that cannot be
 * planned any more: its failure is set then. */
gboolean pga_whatif_requests(PgaWhatif *whatif, GArray *statements, GPtrArray *requests,
                             GError **error);

/**
 * pga_whatif_create:
 * @indexes: of PgaWhatifIndex * with their sql: the rest is filled in
 *
 * Makes them for real on the clone's empty tables, with the rights of whoever owns those; hidden
 * until a plan shows them. A definition names its index, which no other on the clone is called. Of
 * a partitioned table's index the partitions' indexes come along and are never seen on their own.
 *
 * Returns: %FALSE with PGA_ERROR_LAB or PGA_ERROR_INTERRUPTED; an index that cannot be made has a
 * failure
 */
gboolean pga_whatif_create(PgaWhatif *whatif, GPtrArray *indexes, GError **error);

/* Appends to @indexes, by the source's oids, its own indexes that the clone has, without those that
 * belong to one of a partitioned table. */
gboolean pga_whatif_own_indexes(PgaWhatif *whatif, GPtrArray *indexes, GError **error);

/* CREATE EXTENSION on the clone, in a schema of the lab's own where pga_whatif_create() finds its
 * operator classes by their bare names; FALSE in *available where the lab has none or does not
 * make it. */
gboolean pga_whatif_extension(PgaWhatif *whatif, const char *name, gboolean *available,
                              GError **error);

/* @plans: of PgaWhatifPlan: answers are filled in. Planned by all sessions, in few round trips; the
 * more plans in a call, the less each takes. Only oids of pga_whatif_create() and
 * pga_whatif_own_indexes() go in and come out. */
gboolean pga_whatif_cost(PgaWhatif *whatif, GArray *plans, GError **error);

/* (transfer full): where statements of the source's role (nullable) look for what they name. */
char *pga_whatif_search_path(const PgaCatalog *catalog, const PgaObjects *objects,
                             const char *usename);

/** A statement's plan under a configuration. */
typedef struct {
    const char *text;    /* as PgaWhatifStatement's; it need not be prepared; borrowed */
    const char *usename; /* (nullable); borrowed */
    const guint32 *oids; /* the configuration: candidates to show, own indexes to hide; borrowed */
    guint n_oids;
    gboolean wants_json;
    char *json;    /* (nullable): EXPLAIN (FORMAT JSON) where it is wanted */
    char *plan;    /* (nullable): EXPLAIN's text, without a newline at the end */
    char *failure; /* (nullable): what the server said when there is no plan */
} PgaWhatifExplain;

void pga_whatif_explain_clear(PgaWhatifExplain *explain);

gboolean pga_whatif_explain(PgaWhatif *whatif, PgaWhatifExplain *explain, GError **error);

/* The texts of @n statements of one configuration and one user, in a fraction of the time; none of
 * them wants JSON. */
gboolean pga_whatif_explain_all(PgaWhatif *whatif, PgaWhatifExplain *explains, guint n,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaWhatif, pga_whatif_free)

G_END_DECLS
