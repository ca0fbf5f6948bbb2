/* `clone`: any source in, a clone out that a program can connect to, and what is to be said about
 * it. Prints nothing. */
#pragma once
#include <app/source.h>
#include <glib.h>
#include <model/environment.h>

G_BEGIN_DECLS

typedef struct {
    PgaSourceRequest from;
    const char *const *relations; /* (nullable) NULL-terminated: only these, and what they need */
    const char *role;             /* (nullable): who the clone's user is; NULL: as on the source */
} PgaCloneRequest;

/** A clone: there until it is freed. */
typedef struct {
    PgaSourceKind source_kind;
    char *source_name;    /* as PgaEnvironment has it */
    char *source_version; /* "15.18"; of a DDL file the lab's */
    char *server_version; /* of the server that the clone is on */
    char *role;           /* (nullable): of the source, which the clone's user is */
    guint n_relations, n_indexes, n_statistics; /* tables and materialized views; of columns */
    guint n_extremes;       /* indexes whose smallest and largest value are on the clone */
    guint n_samples;        /* tables of which rows were read, on request */
    gboolean has_whatif;    /* sizes of candidates, hiding, costs */
    GPtrArray *not_cloned;  /* of PgaNotChecked * */
    GPtrArray *differences; /* of PgaNotChecked *: why plans may not be those of the source */
    char **environment;     /* PGHOST=…, PGPORT=…, PGDATABASE=…, PGUSER=… */
    /*< private >*/
    struct PgaCloneWork *work;
} PgaPreparedClone;

/**
 * pga_app_clone:
 *
 * Reads the source and builds the clone. The connection to the source is closed when it returns.
 *
 * Returns: (nullable): NULL with any PgaError
 */
PgaPreparedClone *pga_app_clone(const PgaCloneRequest *request, GError **error);

/* Removes the clone and the server it is on. */
void pga_prepared_clone_free(PgaPreparedClone *clone);

typedef struct {
    gboolean quiet;       /* only what was not cloned */
    gboolean all;         /* every object, not the first ones */
    gboolean interactive; /* for somebody at a prompt: what to try, how to leave */
    guint width;          /* columns */
} PgaCloneSummaryOptions;

/* (transfer full): what the clone is, for a terminal; safe to print. */
char *pga_app_clone_summary(const PgaPreparedClone *clone, const PgaCloneSummaryOptions *options);

/* (transfer full) (nullable): the psql on PATH, or the one beside server programs (@bindir as
 * --pg-bindir). NULL with PGA_ERROR_INPUT. */
char *pga_app_clone_psql(const char *bindir, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaPreparedClone, pga_prepared_clone_free)

G_END_DECLS
