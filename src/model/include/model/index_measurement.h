/* What a set of indexes did on a copy of the database: times, sizes, builds. Plain data. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/** Runs of a statement, in milliseconds as the server measured them, the first not counted. */
typedef struct {
    double median, least, most; /* below 0: not executed */
    double cost;                /* the copy's planner's; below 0: not planned */
    gboolean timed_out;         /* it was stopped: failure says so, too */
    char *failure;              /* (nullable): what the server said, or that its time was up */
} PgaMeasuredRuns;

/** A statement before and after the indexes were made. */
typedef struct {
    guint query;       /* number in report->queries, from 0 */
    gboolean is_guess; /* its constants were drawn from statistics, not seen */
    PgaMeasuredRuns before, after;
    GPtrArray *used; /* of char *: names of new indexes in the plan after */
} PgaMeasuredQuery;

/** An index of the report as the copy has it. */
typedef struct {
    guint advice;         /* number in report->advice, from 0 */
    gint64 bytes;         /* with its parts; -1: it was not made */
    double build_seconds; /* below 0: it was not made, or is hypothetical */
    char *failure;        /* (nullable): what the server said */
} PgaMeasuredIndex;

/** Statements that were left out. */
typedef struct {
    char *why;
    guint n;
} PgaUnmeasured;

typedef struct {
    char *database;           /* "shop_copy on PostgreSQL 15.18" */
    gboolean is_hypothetical; /* HypoPG's indexes: costs, sizes as estimated, no times */
    gboolean kept;            /* the indexes were left there, as was asked for */
    guint n_runs;             /* counted, of each statement before and after */
    double timeout;           /* seconds a run may take */
    GPtrArray *queries;       /* of PgaMeasuredQuery * */
    GPtrArray *indexes;       /* of PgaMeasuredIndex *, one for each of report->advice */
    GPtrArray *left_out;      /* of PgaUnmeasured * */
    GPtrArray *notes;         /* of char * */
    GPtrArray *remaining;     /* of char *: what was made and could not be dropped */
    guint n_total;            /* statements of the totals: those measured before and after */
    double total_before;      /* ms: medians times calls */
    double total_after;
} PgaIndexMeasurement;

void pga_measured_index_free(PgaMeasuredIndex *index);
void pga_unmeasured_free(PgaUnmeasured *entry);

/* @n statements more in @left_out, of PgaUnmeasured *, for this reason; none is no entry. */
void pga_unmeasured_count(GPtrArray *left_out, const char *why, guint n);

/* Appended to @indexes, of PgaMeasuredIndex *: not made yet. */
PgaMeasuredIndex *pga_measured_index_add(GPtrArray *indexes, guint advice);

PgaIndexMeasurement *pga_index_measurement_new(void);
void pga_index_measurement_free(PgaIndexMeasurement *measurement);

/* Builders: nothing measured yet, already in their list. */
PgaMeasuredQuery *pga_index_measurement_add_query(PgaIndexMeasurement *measurement, guint query);
PgaMeasuredIndex *pga_index_measurement_add_index(PgaIndexMeasurement *measurement, guint advice);

/* @n statements more that were left out for this reason; none is no entry. */
void pga_index_measurement_leave_out(PgaIndexMeasurement *measurement, const char *why, guint n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaIndexMeasurement, pga_index_measurement_free)

G_END_DECLS
