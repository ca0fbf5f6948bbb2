/* The inside of what-if planning: several sessions of the clone's user, pipelined, each with the
 * same statements prepared. */
#pragma once
#include "clone_internal.h"
#include "lab/whatif.h"

G_BEGIN_DECLS

/** A statement that is kept: PgaWhatifStatement.number - 1 is its place. */
typedef struct {
    char *text;
    const char *path;    /* its search_path; interned */
    char *failure;       /* (nullable): it cannot be planned, or is not tried again */
    double milliseconds; /* that planning it takes, about */
    guint n_ended;       /* sessions that preparing it ended */
} PgaWhatifKept;

/** What index_size() told of a candidate, or of one of a partitioned candidate's parts. */
typedef struct {
    guint32 oid;
    gint64 pages;
    double tuples;
    gint32 tree_height;
} PgaWhatifEstimate;

/** A session, what it has prepared and where it looks. */
typedef struct {
    PgaSession *session;
    GArray *numbers;    /* of gint32: the module's number of each kept statement; 0: not prepared */
    const char *path;   /* (nullable): its search_path; interned; NULL: not known */
    gboolean spoilt;    /* a run was given up: it is to be opened again */
    gboolean explains;  /* it has the settings for EXPLAIN, too */
    GArray *explained;  /* (nullable): of guint32: the configuration that EXPLAIN sees there, */
    guint n_candidates; /* of so many candidates */
} PgaWhatifLine;

struct PgaWhatif {
    PgaClone *clone;
    GPtrArray *lines;    /* of PgaWhatifLine * */
    GPtrArray *creators; /* (nullable): of PgaWhatifLine *: the prover's, where the clone's user may
                            not make indexes */
    GPtrArray *kept;     /* of PgaWhatifKept * */
    GHashTable *paths;   /* of char *: interned */
    const char *path;    /* of statements of nobody in particular; interned */
    GHashTable *root_of; /* of oids of partitions' indexes to the oid that callers know */
    GHashTable *own;     /* of oids of the source's own indexes on the clone to PgaIndex * */
    GArray *candidates;  /* of guint32: oids of pga_whatif_create() */
    GArray *estimates;   /* of PgaWhatifEstimate: of B-trees among them */
    gboolean cost_is_lost; /* what pga_whatif_line_learn_cost() made is gone from a session */
};

typedef struct PgaWhatifTask PgaWhatifTask;
typedef struct PgaWhatifRun PgaWhatifRun;

typedef enum {
    PGA_SENT,
    PGA_NOTHING, /* there is nothing to be asked any more */
    PGA_LOST,    /* the session is gone */
} PgaWhatifSending;

/** What is asked in one message. */
struct PgaWhatifTask {
    const char *path;   /* (nullable): the search_path that it takes; interned */
    GArray *statements; /* (nullable): of gint32: what must be prepared */
    guint subject;      /* the caller's */
    GArray *places;     /* (nullable): of guint: the caller's */
    guint n_ended;      /* sessions that ended with it */
};

/** Many tasks for all sessions. */
struct PgaWhatifRun {
    PgaWhatif *whatif;
    GPtrArray *lines; /* of PgaWhatifLine * */
    gpointer self;    /* the caller's */
    guint depth;      /* messages under way in a session */
    GQueue waiting;   /* of PgaWhatifTask * */
    /* One statement by the extended protocol. */
    PgaWhatifSending (*send)(PgaWhatifRun *run, const PgaWhatifLine *line, PgaWhatifTask *task);
    /* Rows, or an SQL error. May append to `waiting`. */
    void (*answer)(PgaWhatifRun *run, PgaWhatifTask *task, const PGresult *result);
    /* It hit a limit, or ended its session each time. May append to `waiting`. */
    void (*lost)(PgaWhatifRun *run, PgaWhatifTask *task, const char *why);
};

PgaWhatifTask *pga_whatif_task_new(guint subject, const char *path);
void pga_whatif_task_free(PgaWhatifTask *task);

/* whatif_run.c: until nothing waits any more. PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED. */
gboolean pga_whatif_run(PgaWhatifRun *run, GError **error);
/* Tasks that were not carried out, after a failure. */
void pga_whatif_run_clear(PgaWhatifRun *run);

/* whatif_line.c. @lines: of @role, with the settings that a session of it gets. PGA_ERROR_LAB. */
GPtrArray *pga_whatif_lines_open(PgaWhatif *whatif, const char *role, GError **error);
gboolean pga_whatif_line_reopen(PgaWhatifLine *line, GError **error);
/* The module's number of @statement in this session; 0: not prepared. */
gint32 pga_whatif_line_number(const PgaWhatifLine *line, gint32 statement);
void pga_whatif_line_set_number(PgaWhatifLine *line, gint32 statement, gint32 number);

/* (nullable): NULL when there is none of that number. */
PgaWhatifKept *pga_whatif_kept(const PgaWhatif *whatif, gint32 statement);

/* whatif_explain.c: settings, search_path and hidden indexes as @explain asks. FALSE with an error,
 * or with a failure in @explain and no error. */
gboolean pga_whatif_line_configure(PgaWhatif *whatif, PgaWhatifLine *line,
                                   PgaWhatifExplain *explain, GError **error);

/* whatif_cost.c: prepares what pga_whatif_cost() asks. PGA_ERROR_LAB. */
gboolean pga_whatif_line_learn_cost(PgaWhatifLine *line, GError **error);

/* whatif_path.c */
const char *pga_whatif_intern(PgaWhatif *whatif, const char *path);
/* The search_path of the source's role. Interned. */
const char *pga_whatif_path_of(PgaWhatif *whatif, const char *usename);
/* The same with the schemas of all extensions, for operator classes. */
const char *pga_whatif_path_for_indexes(PgaWhatif *whatif, GError **error);

/* whatif_own.c: gives every table and own index of the clone a size, so that the module tells them
 * from candidates, and finds the source's own indexes. */
gboolean pga_whatif_find_own(PgaWhatif *whatif, GError **error);

/* whatif_know.c: tells the planning sessions of whatif->estimates. PGA_ERROR_LAB. */
gboolean pga_whatif_know(PgaWhatif *whatif, GError **error);

/* The oid that callers know @oid by. */
guint32 pga_whatif_root(const PgaWhatif *whatif, guint32 oid);

/* Oids as text of oidvector. */
void pga_whatif_append_oids(GString *text, const guint32 *oids, guint n, char separator);

#define PGA_WHATIF_LIMIT "it exceeded the lab's limit of %.3g s"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaWhatifTask, pga_whatif_task_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaWhatifRun, pga_whatif_run_clear)

G_END_DECLS
