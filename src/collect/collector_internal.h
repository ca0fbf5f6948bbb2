/* One collection: the transaction that it is read in, and what it has come to so far. */
#pragma once
#include "collect/collect.h"
#include "collect/libpq.h"
#include <libpq-fe.h>
#include <model/finding.h>

#include "rows_internal.h"

G_BEGIN_DECLS

/* In each of our queries; sql/statements.pg9-18.sql leaves out what has it. */
#define PGA_COLLECTOR_MARK "/* pgarchitect */"

typedef struct {
    PgaConnection *connection;
    PGconn *conn;
    const PgaCollectOptions *options;
    gpointer data; /* of the PgaCollection; what is in it outlives an attempt */
    guint major;   /* 9 stands for 9.6 */
    PgaCatalog *catalog;
    PgaEnvironment *environment;
    GPtrArray *not_checked; /* of PgaNotChecked * */
    GHashTable *locked; /* of oid to PgaLocked *: held against us at any time of the collection */
    char *locked_oids;  /* the same as an array's text, for $1 */
    gboolean reads_statistics;   /* the role may read pg_statistic itself */
    gboolean is_of_the_moment;   /* as the PgaCollection has it */
    gboolean changed;            /* a query failed on what concurrent DDL did: begin anew */
    gboolean leaves_out_dropped; /* or, when that did not help, without what was dropped */
    char *refusal;               /* (nullable): what the server said to the last PGA_QUERY_TRIED */
    char refusal_state[6];       /* its SQLSTATE */
} PgaCollector;

typedef struct {
    char relkind;
    char *nspname, *relname;
    char *holders; /* "PID 4711, PID 4712"; NULL: it was dropped while it was read */
} PgaLocked;

/** A collection as a whole. Each attempt gets a collector of its own. */
typedef struct {
    /* (nullable): before the transaction's own settings are made */
    gboolean (*begin)(PgaCollector *collector, GError **error);
    gboolean (*read)(PgaCollector *collector, GError **error);
    void (*hand_over)(PgaCollector *collector); /* after success, once */
    gpointer data;
    gboolean is_of_the_moment; /* each query sees the present; what is locked is given up at once */
} PgaCollection;

/* Reads in one transaction; begins anew, a few times, when the schema changed meanwhile. Appends to
 * @not_checked only after success. PGA_ERROR_SOURCE, PGA_ERROR_INTERRUPTED. */
gboolean pga_collector_run(PgaConnection *connection, const PgaCollectOptions *options,
                           const PgaCollection *collection, GPtrArray *not_checked, GError **error);

typedef enum {
    PGA_QUERY_OPTIONAL,  /* a refusal is noted */
    PGA_QUERY_ESSENTIAL, /* a refusal is an error */
    PGA_QUERY_TRIED,     /* a refusal is in collector->refusal: the caller knows what to do */
} PgaQueryNeed;

enum { PGA_FRAGILE_COLUMNS = 16 };

typedef struct {
    const char *name; /* of a file in sql/ */
    const char *what; /* what is not checked when the server refuses */
    PgaQueryNeed need;
    const char *argument; /* (nullable): $1; NULL: the relations to leave out, if it is used */
    const char *second;   /* (nullable): $2; NULL: the same */
    /* (nullable): an int8 by which the rows, "q", are told apart. With it a refusal costs only the
     * rows that the server cannot show: pga_rows_refusal(). */
    const char *key;
    const char *fragile[PGA_FRAGILE_COLUMNS]; /* (nullable): columns that are NULL in such a row */
} PgaQuery;

/**
 * pga_collector_query:
 * @result: (out) (nullable): NULL when an optional query was refused; then its "what" is in
 * not_checked
 *
 * Waits for no lock longer than lock_timeout: then the list of locked relations is read again, and
 * the query repeated without them. Locks that the query itself took are given back.
 *
 * Returns: %FALSE with PGA_ERROR_SOURCE or PGA_ERROR_INTERRUPTED
 */
gboolean pga_collector_query(PgaCollector *collector, const PgaQuery *query, PGresult **result,
                             GError **error);

/* refused_rows.c: the rows of a query with a key that the server refused with @refused: all of
 * them, with what is fragile where it can be shown. @result NULL: not even that. */
gboolean pga_collector_isolate(PgaCollector *collector, const PgaQuery *query, PGresult **result,
                               GError **error);

/* A part of the query: @before, the text of its file, @after. @result NULL: collector->refusal. */
gboolean pga_collector_try_part(PgaCollector *collector, const PgaQuery *query, const char *before,
                                const char *after, PGresult **result, GError **error);

/* (transfer full): a text that is made anew after locked relations have become known. */
typedef char *(*PgaMakeSql)(const PgaCollector *collector, gconstpointer data);

/* The same, optional, for a text that is not in sql/. */
gboolean pga_collector_query_made(PgaCollector *collector, PgaMakeSql make, gconstpointer data,
                                  const char *what, PGresult **result, GError **error);

/* The same, PGA_QUERY_TRIED. */
gboolean pga_collector_try_made(PgaCollector *collector, PgaMakeSql make, gconstpointer data,
                                PGresult **result, GError **error);

/* One statement outside the savepoint; a refusal is PGA_ERROR_SOURCE. */
gboolean pga_collector_execute(PgaCollector *collector, const char *sql, const char *const *params,
                               int n_params, PGresult **result, GError **error);

/* Adds what was dropped since the snapshot to @locked. FALSE without an error when there is nothing
 * new. */
gboolean pga_collector_read_dropped(PgaCollector *collector, GError **error);

/* Reads pg_locks into @locked. */
gboolean pga_collector_read_locks(PgaCollector *collector, GError **error);
void pga_locked_free(gpointer data);
const PgaLocked *pga_collector_locked(const PgaCollector *collector, PgaOid oid);

/* Appends to not_checked; takes both. */
void pga_collector_note(PgaCollector *collector, char *what, char *why);
/* The same for what the server refuses to show; takes @what. */
void pga_collector_note_refused(PgaCollector *collector, char *what, const char *refusal);
/* (transfer full): @refusal, the server's words, for who has to mend it. */
char *pga_refusal_explained(const char *refusal);
/* The same for a locked relation. @what: "table", "size of index". */
void pga_collector_note_locked(PgaCollector *collector, const char *what, const PgaLocked *locked);

/* One function for each subject; in this order. */
gboolean pga_collect_settings(PgaCollector *collector, GError **error);
void pga_collect_settings_add(PgaCollector *collector, const PGresult *result);
gboolean pga_collect_environment(PgaCollector *collector, GError **error);
gboolean pga_collect_indexes(PgaCollector *collector, GError **error);
gboolean pga_collect_constraints(PgaCollector *collector, GError **error);
gboolean pga_collect_sequences(PgaCollector *collector, GError **error);
gboolean pga_collect_types(PgaCollector *collector, GError **error);
gboolean pga_collect_extensions(PgaCollector *collector, GError **error);
gboolean pga_collect_relations(PgaCollector *collector, GError **error);
gboolean pga_collect_statistics(PgaCollector *collector, GError **error);
gboolean pga_collect_dependents(PgaCollector *collector, GError **error);

/* Sequences number @from to before @to. */
typedef struct {
    const GPtrArray *sequences; /* of PgaSequence * */
    guint from, to;
    guint major;
} PgaSequenceRange;

/* (transfer full): a query for the values of those that are readable. */
char *pga_sequence_values_sql(const PgaCollector *collector, gconstpointer range);

/* Called by pga_collect_relations(), which knows when. */
gboolean pga_collect_attributes_read(PgaCollector *collector, PGresult **result, GError **error);
void pga_collect_attributes_add(PgaCollector *collector, const PGresult *result);

/**
 * pga_memory_of_server:
 * @root: "" or a directory that holds another machine's /proc and /sys
 * @pid: of one of the server's processes
 * @method: (out): where it was read
 *
 * Returns: bytes: the machine's memory or, if less, the limit of the process's control group; -1
 * unknown
 */
gint64 pga_memory_of_server(const char *root, pid_t pid, const char **method);

/* Bytes, whatever a control group leaves of it; -1 unknown. */
gint64 pga_memory_of_machine(const char *root);

/* Whether a control group leaves the process less than the machine's memory. */
gboolean pga_memory_is_limited(const char *root, pid_t pid);

/* The process id of one of the server's processes when it runs on this machine, else 0. */
pid_t pga_local_server_pid(PGconn *conn);

G_END_DECLS
