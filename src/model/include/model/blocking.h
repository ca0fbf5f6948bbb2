/* Who waits for whom, as trees: each waiting session stands below one of those it waits for. */
#pragma once
#include <glib.h>
#include <model/server.h>

G_BEGIN_DECLS

typedef struct PgaBlock PgaBlock;

/** Whoever waits, or is waited for. */
struct PgaBlock {
    gint32 pid;                             /* 0: a prepared transaction */
    const PgaSession *session;              /* (nullable): of pid 0, or gone meanwhile */
    const PgaPreparedTransaction *prepared; /* (nullable): of pid 0, where it is known which */
    PgaBlock *above;                        /* (nullable): NULL of a root */
    GPtrArray *waiters;                     /* of PgaBlock *: below it; most waited for first */
    guint n_behind;                         /* sessions below it, on all levels */
    double longest_wait;                    /* seconds, of those below it; below 0: none */
    gboolean in_ring; /* a root that itself waits, in the end for itself: a deadlock */
};

typedef struct {
    GPtrArray *roots; /* of PgaBlock *, borrowed: most sessions behind it first */
    GPtrArray *all;   /* of PgaBlock * */
    guint n_waiting;  /* sessions */
} PgaBlocking;

/* Borrows from @server. */
PgaBlocking *pga_blocking_new(const PgaServer *server);
void pga_blocking_free(PgaBlocking *blocking);

/* Seconds that the session waits for its lock; before PostgreSQL 14 at most. */
double pga_session_wait(const PgaSession *session);

/** How a session can be made to let go. */
typedef enum {
    PGA_END_NOTHING,   /* no right to see what it is, or a process of the server's own */
    PGA_END_CANCEL,    /* its statement: pg_cancel_backend() */
    PGA_END_TERMINATE, /* it runs none, so that only its end helps: pg_terminate_backend() */
} PgaEnding;

PgaEnding pga_session_ending(const PgaSession *session);

/* (transfer full): "SELECT pg_cancel_backend(4711);" of another ending than PGA_END_NOTHING. */
char *pga_ending_statement(PgaEnding ending, gint32 pid);

/* A session that is idle while its transaction is open. */
gboolean pga_session_idles_in_transaction(const PgaSession *session);

/* An autovacuum worker that prevents wraparound: ended, it begins anew. */
gboolean pga_session_prevents_wraparound(const PgaSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaBlocking, pga_blocking_free)

G_END_DECLS
