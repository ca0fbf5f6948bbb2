/* What a verb is told about its source: where it is, and how to read it. */
#pragma once
#include <base/progress.h>
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    const char *source; /* (nullable): conninfo, URI, database name, or a file of DDL */
    const char *host, *port, *user, *service; /* (nullable): as psql */
    const char *database;       /* (nullable): instead of the one that the source names */
    const char *const *rows;    /* (nullable) NULL-terminated: --rows arguments */
    const char *ram;            /* (nullable) */
    const char *bindir;         /* (nullable) */
    gboolean rows_for_ddl_only; /* rows are refused for a source that has its own */
    gboolean rows_of_others;    /* rows of what the source does not have are somebody else's */
    guint pg_version;           /* major of the lab for a DDL file; 0: by the file, else newest */
    guint timeout;              /* seconds for each query on a live source; 0: 60 */
    gboolean no_values;
    gboolean database_sizes; /* of all databases of a live source's server */
    gboolean no_planner;     /* what the planner knows is not going to be asked for */
    gboolean sample;         /* clone: some rows, for the sizes of GIN and GiST indexes */
    gboolean
        want_whatif; /* rather the nearest major that has the planner module than the source's */
    char *(*ask_password)(gpointer data, const char *user); /* (nullable) */
    gpointer ask_data;
    const PgaProgress *progress; /* (nullable) */
} PgaSourceRequest;

G_END_DECLS
