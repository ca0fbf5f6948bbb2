/* The statements that indexes are to serve: distinct by fingerprint, with how often they ran, what
 * they took, and texts with the constants they ran with. Plain data. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/** A text that can be planned, standing for a share of a query's calls. */
typedef struct {
    char *text;          /* one statement, without a semicolon; no $n unless is_generic */
    double share;        /* of the query's calls that it stands for; those of a query add up to 1 */
    gboolean is_generic; /* its $n have no values: only the generic plan can be asked for */
    gboolean is_bound;   /* values were those of parameters: the next call has others */
    gboolean is_guess;   /* values were drawn from statistics, not seen */
} PgaQuerySample;

/** Statements of one fingerprint. */
typedef struct {
    char *fingerprint;       /* 16 hex digits */
    char *text;              /* as it was first seen; with $n where the server recorded it so */
    char command;            /* s SELECT, i INSERT, u UPDATE, d DELETE, m MERGE, x other */
    double calls;            /* 0: not counted; then once */
    double total_ms;         /* below 0: not measured */
    char *usename;           /* (nullable): whose search_path it is planned with */
    char *origin;            /* "pg_stat_statements", or the file's base name and line */
    GPtrArray *samples;      /* of PgaQuerySample * */
    gboolean samples_differ; /* in every value of a parameter: what all have is a constant */
    char *not_analysed;      /* (nullable): why no plan was asked for: "a utility statement" … */
} PgaQuery;

typedef struct {
    GPtrArray *queries;   /* of PgaQuery *, most time first, then most calls, then fingerprint */
    guint64 n_statements; /* read, all of them */
    guint64 n_skipped; /* transaction control, SET, SHOW …: nothing that an index could serve */
    guint64 n_unreadable; /* log lines that belong to nothing, texts cut short */
    GPtrArray *notes;     /* of char *: what to know about the sources, for people */
} PgaQuerySet;

PgaQuerySample *pga_query_sample_new(char *text, double share);
PgaQuery *pga_query_new(void);
void pga_query_free(PgaQuery *query);
PgaQuerySet *pga_query_set_new(void);
void pga_query_set_free(PgaQuerySet *set);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaQuery, pga_query_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaQuerySet, pga_query_set_free)

G_END_DECLS
