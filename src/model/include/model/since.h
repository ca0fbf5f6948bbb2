/* What happened between two looks at a database: counters as differences. */
#pragma once
#include <glib.h>
#include <model/snapshot.h>

G_BEGIN_DECLS

/** The later look; what it points to is changed. */
typedef struct {
    PgaEnvironment *environment;
    PgaCatalog *catalog;
    PgaServer *server;     /* (nullable) */
    PgaWorkload *workload; /* (nullable) */
    gint64 taken_at;       /* seconds since the epoch */
} PgaLater;

/** What could not be subtracted. */
typedef struct {
    guint n_reset; /* records whose counters went backwards: they keep their own */
    guint n_new;   /* relations and indexes that were not there: all they counted is since then */
    gboolean
        database_reset; /* the database's counters were reset in between: they are since then */
    gboolean workload_reset;
} PgaSinceNotes;

/** What the server's start says of two looks. */
typedef enum {
    PGA_SINCE_UNKNOWN,
    PGA_SINCE_SAME_SERVER,
    PGA_SINCE_RESTARTED,    /* it was started after the first: it may be the same, or not */
    PGA_SINCE_OTHER_SERVER, /* both were running at the first, and started at different times */
} PgaSinceServer;

PgaSinceServer pga_since_server(const PgaEnvironment *earlier, const PgaEnvironment *later);

/**
 * pga_since:
 *
 * Takes what @earlier had counted from the counters of @later: what is left is since then. Ages of
 * statistics become the time between the two. Statements that did not run since then are gone, the
 * others are in the order of the time that they took since then.
 */
PgaSinceNotes pga_since(const PgaSnapshot *earlier, PgaLater *later);

G_END_DECLS
