/* The inside of a tracer: the relations as the last statement left them, and what the present
 * transaction holds of them. */
#pragma once
#include "clone_internal.h"
#include "lab/trace.h"
#include "load_internal.h"

G_BEGIN_DECLS

/** A relation of the database, indexes too. */
typedef struct {
    PgaOid oid;
    char *name;      /* as locks are told: "public.orders"; of an index its own name alone */
    char *qualified; /* as SQL names it */
    char kind;       /* relkind */
    PgaOid filenode;
    PgaOid table;     /* of an index; 0 */
    gboolean created; /* by the present transaction */
    guint modes;      /* bits of locks that the present transaction holds */
    gint64 scans;     /* counted by the session so far */
} PgaTraced;

struct PgaTracer {
    PgaLab *lab;
    PgaCatalog *nothing; /* (nullable): the catalog of an empty database */
    PgaClone *clone;
    gboolean is_borrowed; /* the clone */
    PgaLoader loader;     /* for the roles that statements take for granted */
    PgaSession *session;
    PgaSession *blockers[2]; /* (nullable) until something runs outside a block */
    GHashTable *extensions;  /* of char *: made */
    GHashTable *relations;   /* of oids to PgaTraced * */
    gboolean opened;         /* a block that no statement opened */
    guint transaction;       /* of that block */
    guint rows, n_empty;     /* to make up in each table; tables that took none */
    GHashTable *filled;      /* of oids: rows were tried */
    GPtrArray *notes;        /* of PgaNotChecked * */
};

/* The present session's answer to one of the lab's own questions; an SQL error is PGA_ERROR_LAB. */
PGresult *pga_tracer_query(PgaTracer *tracer, const char *sql, GError **error);

/* trace_relations.c */
void pga_traced_free(PgaTraced *traced);
gboolean pga_traced_is_index(const PgaTraced *traced);
gboolean pga_traced_is_table(const PgaTraced *traced);
/* Reads them all; what the transaction knows of each stays when @keep. */
gboolean pga_tracer_load(PgaTracer *tracer, gboolean keep, GError **error);
/* How often each was scanned up to now: @sent: also in earlier transactions. */
gboolean pga_tracer_count_scans(PgaTracer *tracer, gboolean sent, GError **error);
/* After a statement: what it did goes into @trace, and into the tracer's relations. @empties: it
 * gives tables new, empty files. */
gboolean pga_tracer_observe(PgaTracer *tracer, gboolean empties, PgaLintTrace *trace,
                            GError **error);
/* Names in order. */
void pga_trace_sort(PgaLintTrace *trace);
/* The transaction is over and stays. */
void pga_tracer_settle(PgaTracer *tracer);

/* trace_locks.c */
guint pga_lock_bit(const char *mode); /* of pg_locks.mode: "ShareLock"; 0: unknown */
/* Appends the strongest of @held, or each. */
void pga_locks_add(GArray *locks, const PgaTraced *traced, guint held, gboolean each);
gboolean pga_locks_block_reads(guint held);
gboolean pga_locks_block_writes(guint held);
/* Asks another session whether it would have to wait. */
gboolean pga_tracer_probe(PgaTracer *tracer, const PgaTraced *traced, PgaLintTrace *trace,
                          GError **error);

/* trace_alone.c: a statement that refuses to run in a block, watched from other sessions. */
gboolean pga_tracer_run_alone(PgaTracer *tracer, const char *sql, PgaLintTrace *trace,
                              GError **error);

/* trace_rows.c: rows in tables that have none and were not tried before. */
gboolean pga_tracer_fill(PgaTracer *tracer, GError **error);

/* trace_attempt.c */
#define PGA_TRACE_SAVEPOINT "pgarchitect_step"

gboolean pga_tracer_in_block(const PgaTracer *tracer);
/* Whether @result is an error; then it becomes the trace's. */
gboolean pga_tracer_take_error(PgaLintTrace *trace, const PGresult *result);
/* (nullable): NULL when the session had to be opened again, which @trace says, or with an error.
 * Inside a block a savepoint is left behind. Roles that are missing are made up. */
PGresult *pga_tracer_attempt(PgaTracer *tracer, const char *sql, const PgaHead *head,
                             PgaLintTrace *trace, GError **error);

G_END_DECLS
