/* A workload: statements with how often they ran and what they took (pg_stat_statements). Plain
 * data, described for pga_record_*(). */
#pragma once
#include <glib.h>
#include <model/record.h>

G_BEGIN_DECLS

/** How a statement uses a column: from its parse tree, names resolved by the Catalog. */
typedef struct {
    guint32 relation; /* oid */
    gint16 attnum;    /* 0: of an expression */
    char *expression; /* (nullable): "lower(email)" where the column itself is not compared */
    char *operator_;  /* "=", "<", "LIKE", "ILIKE", "IN", "IS NULL", "@>", … */
    char *constant;   /* (nullable): the constant's text; NULL: a parameter or another column */
    guint32 with_relation; /* a join: the other side's column; 0 */
    gint16 with_attnum;
    gboolean disjunct; /* under OR or NOT: rows need not fulfil it */
} PgaPredicate;

typedef struct {
    gint64 queryid;
    char *usename, *query; /* query: constants replaced by $n, as the server recorded it */
    gboolean toplevel;
    gint64 calls, plans, rows;
    double total_exec_time, mean_exec_time, max_exec_time, stddev_exec_time; /* ms */
    double total_plan_time, mean_plan_time; /* ms; 0: not tracked */
    gint64 shared_blks_hit, shared_blks_read, shared_blks_dirtied, shared_blks_written;
    double blk_read_time; /* ms, 0 unless track_io_timing is on */
    gint64 temp_blks_read, temp_blks_written, wal_bytes;
    double jit_time; /* ms, 15+; 0 */
    /* From its parse tree; empty when it could not be parsed. */
    gboolean parsed;
    char *fingerprint;     /* (nullable): 16 hex digits; the same on every server and in each run */
    char command;          /* s SELECT, i INSERT, u UPDATE, d DELETE, m MERGE, x other; 0 */
    gboolean selects_star; /* a * of a whole relation in the outermost target list */
    gboolean has_limit, has_aggregate, has_order; /* of the outermost query */
    GArray *star_relations;                       /* (nullable) of oid: whose columns that * is */
    GArray *relations;                            /* (nullable) of oid: read or written */
    GPtrArray *predicates;                        /* of PgaPredicate * */
} PgaWorkloadStatement;

typedef struct {
    gboolean known;    /* FALSE: pg_stat_statements is not there or not readable */
    char *why_unknown; /* (nullable) */
    gboolean preloaded, created,
        tracked;           /* library loaded; extension in this database; track <> none */
    gint64 max, dealloc;   /* entries it holds at most; times it evicted, -1 */
    double stats_age;      /* seconds since its reset; below 0 unknown */
    double total_time;     /* ms, all statements of this database */
    guint n_hidden;        /* statements whose text the role may not see */
    guint n_unparsed;      /* statements that have no parse tree */
    GPtrArray *statements; /* of PgaWorkloadStatement *, most time first */
} PgaWorkload;

extern const PgaRecordType pga_predicate_type, pga_workload_statement_type, pga_workload_type;

PgaWorkload *pga_workload_new(void);
void pga_workload_free(PgaWorkload *workload);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaWorkload, pga_workload_free)

G_END_DECLS
