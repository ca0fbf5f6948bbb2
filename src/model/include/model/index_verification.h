/* What the source's own planner says of a set of indexes, beside what the clone's said. Plain data.
 */
#pragma once
#include <glib.h>
#include <model/index_measurement.h>

G_BEGIN_DECLS

/** What the source's planner makes of a statement, by what the clone's did. */
typedef enum {
    PGA_VERDICT_AGREES,
    PGA_VERDICT_LESS,   /* it gains there less than half of what it gains here */
    PGA_VERDICT_UNUSED, /* the same, and no index that was made for it is used */
    PGA_VERDICT_WORSE,  /* it gets dearer there, and does not here */
    PGA_VERDICT_MORE,   /* it gains here less than half of what it gains there */
} PgaVerdict;

/** A statement planned by both, by the same texts. */
typedef struct {
    guint query;                  /* number in report->queries, from 0 */
    double our_before, our_after; /* of the clone's planner */
    double before, after;         /* of the source's */
    PgaVerdict verdict;
    GPtrArray *used; /* of char *: names of new indexes in the source's plans after */
    char *instead;   /* (nullable): how the unused index's table is read there: "Seq Scan on orders"
                      */
} PgaVerifiedQuery;

typedef struct {
    char *database;          /* "shop on PostgreSQL 15.18" */
    char *hypopg;            /* its version: "1.3.1" */
    GPtrArray *queries;      /* of PgaVerifiedQuery *: what the indexes concern first */
    GPtrArray *indexes;      /* of PgaMeasuredIndex *: one for each of report->advice */
    GPtrArray *left_out;     /* of PgaUnmeasured *: statements, and why */
    GPtrArray *notes;        /* of char * */
    guint n_differing;       /* of queries: verdicts other than that it agrees */
    double our_total_before; /* planner cost times calls */
    double our_total_after;
    double total_before, total_after;
} PgaIndexVerification;

PgaIndexVerification *pga_index_verification_new(void);
void pga_index_verification_free(PgaIndexVerification *verification);

/* Builder: nothing known yet, already in its list. */
PgaVerifiedQuery *pga_index_verification_add_query(PgaIndexVerification *verification, guint query);

/* The verdict by costs and used; @worth: the share of its cost from which on a gain counts; @ours:
 * whether the clone's plan uses a new index. */
PgaVerdict pga_verdict_of(const PgaVerifiedQuery *query, gboolean ours, double worth);

/* "agrees", "unused", "less", "worse", "more": as JSON has it. Static. */
const char *pga_verdict_name(PgaVerdict verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaIndexVerification, pga_index_verification_free)

G_END_DECLS
