/* What became of the planner's estimates, and of names and values, when a snapshot was anonymised:
 * complete and unformatted. Holds the original's names beside their pseudonyms: for its owner only.
 */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/** What a condition asks of statistics. Up to PGA_ESTIMATE_STATEMENT the same estimates are
 * promised. */
typedef enum {
    PGA_ESTIMATE_NULL,
    PGA_ESTIMATE_EQUALITY,
    PGA_ESTIMATE_JOIN,
    PGA_ESTIMATE_NUMERIC_RANGE,
    PGA_ESTIMATE_DATE_RANGE,
    PGA_ESTIMATE_STATEMENT, /* of a workload, its constants in conditions of the kinds above */
    PGA_ESTIMATE_TEXT_RANGE,
    PGA_ESTIMATE_OTHER_RANGE, /* uuid, inet, enum, … */
    PGA_ESTIMATE_PATTERN,
    PGA_ESTIMATE_CONTAINMENT,     /* elements of arrays, ranges, documents */
    PGA_ESTIMATE_OTHER_STATEMENT, /* of a workload, with constants in such conditions */
} PgaEstimateClass;

enum { PGA_N_ESTIMATE_CLASSES = PGA_ESTIMATE_OTHER_STATEMENT + 1 };

/* "numeric range". Static. */
const char *pga_estimate_class_name(PgaEstimateClass estimate);
gboolean pga_estimate_class_is_promised(PgaEstimateClass estimate);

typedef struct {
    guint n_identical;
    guint n_rounded;     /* among them: a row more or less, where fractions were moved */
    guint n_cost;        /* the same rows; cost or plan differ where that is not promised */
    guint n_different;   /* rows differ, or cost or plan where they are promised */
    guint n_one_sided;   /* planned on one side only; among n_different */
    guint n_not_planned; /* on neither side */
} PgaEstimateCounts;

/** One condition or statement whose estimates differ. */
typedef struct {
    PgaEstimateClass estimate;
    gboolean is_error;        /* promised, and not kept */
    char *object, *pseudonym; /* "public.orders.status"; of a statement both NULL */
    char *before, *after;     /* SQL */
    double rows_before, rows_after, cost_before, cost_after;
    gboolean same_plan;                   /* the same kinds of nodes in the same places */
    char *failure_before, *failure_after; /* (nullable): why it could not be planned */
} PgaEstimateDifference;

typedef struct {
    gboolean is_value; /* else a name */
    char *text;        /* as it stands in the original */
    char *where;       /* "routine, prosrc" */
    guint n;           /* how often */
} PgaLeak;

typedef struct {
    char *version;                      /* of the server that planned */
    guint n_relations, n_all_relations; /* whose columns were asked about; that have statistics */
    guint n_statements, n_all_statements;
    PgaEstimateCounts counts[PGA_N_ESTIMATE_CLASSES];
    GPtrArray *differences;  /* of PgaEstimateDifference *: errors first, then by class */
    GPtrArray *leaks;        /* of PgaLeak *: most often first */
    guint n_names, n_values; /* that were looked for */
    GPtrArray *lost;         /* of PgaNotChecked *: what the clone of the original has and the other
                                has not */
    GPtrArray *not_checked;  /* of PgaNotChecked * */
} PgaVerification;

PgaVerification *pga_verification_new(void);
void pga_verification_free(PgaVerification *verification);
PgaEstimateDifference *pga_verification_add_difference(PgaVerification *verification);
PgaLeak *pga_verification_add_leak(PgaVerification *verification);

/* Errors first; then as the enum has the classes. */
void pga_verification_sort(PgaVerification *verification);

/* Nothing leaked, nothing lost, and what is promised is kept. */
gboolean pga_verification_is_good(const PgaVerification *verification);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaVerification, pga_verification_free)

G_END_DECLS
