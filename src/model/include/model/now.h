/* What a server is doing at this moment, for whoever was woken up by it. */
#pragma once
#include <glib.h>
#include <model/blocking.h>
#include <model/catalog.h>
#include <model/horizon.h>
#include <model/report.h>
#include <model/server.h>

G_BEGIN_DECLS

/** What active sessions waited for in the samples. */
typedef struct {
    char *wait_event_type, *wait_event; /* (nullable): NULL: nothing, they ran */
    guint n;                            /* sessions, summed over the samples */
} PgaWaitSample;

typedef struct {
    PgaReport *report;   /* environment, findings of rules that look at the moment, not_checked */
    PgaCatalog *catalog; /* its settings only */
    PgaServer *server;
    PgaBlocking *blocking;  /* (nullable) before pga_now_finish() */
    GPtrArray *actions;     /* of PgaNowAction *: the first to be taken first */
    GPtrArray *waits;       /* of PgaWaitSample *: most frequent first */
    guint n_samples;        /* of the waits */
    double seconds;         /* from the first to the last sample of the two rates */
    double xids_per_second; /* below 0 unknown */
    double wal_per_second;  /* bytes; below 0 unknown */
} PgaNow;

typedef enum {
    PGA_NOW_CANCEL,    /* a statement: pg_cancel_backend() */
    PGA_NOW_TERMINATE, /* a session: pg_terminate_backend() */
    PGA_NOW_DECIDE,    /* no statement that is safe to paste */
} PgaNowKind;

/** One thing to do against what is wrong now. */
typedef struct {
    PgaNowKind kind;
    gint32 pid;      /* 0: of a prepared transaction */
    char *what;      /* one sentence: who, and what it holds up */
    char *statement; /* (nullable): SQL, ending in ";" */
    char *loses;     /* one sentence: what that undoes */
} PgaNowAction;

PgaNow *pga_now_new(void);
void pga_now_free(PgaNow *now);

/* After everything was read: the trees, and what to do first. */
void pga_now_finish(PgaNow *now);

/* Appends to @now->waits, or adds to what is there. */
void pga_now_add_wait(PgaNow *now, const char *type, const char *event, guint n);

/* A setting as a number in its own unit; @if_unknown otherwise. */
double pga_now_setting(const PgaNow *now, const char *name, double if_unknown);

/* (transfer full): "app@shop (web)", "autovacuum worker". */
char *pga_session_who(const PgaSession *session);

/* (nullable): the oldest database by transaction ids. */
const PgaDatabase *pga_now_oldest_database(const PgaNow *now);

/* Transactions until the server refuses commands that need a new id. */
double pga_now_xids_left(const PgaDatabase *database);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaNow, pga_now_free)

G_END_DECLS
