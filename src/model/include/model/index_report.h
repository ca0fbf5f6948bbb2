/* The result of `index`, complete and unformatted: what its renderers are given. */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/environment.h>
#include <model/finding.h>
#include <model/index_measurement.h>
#include <model/index_verification.h>
#include <model/query_set.h>

G_BEGIN_DECLS

/** A statement's plan before and after. */
typedef struct {
    guint query;                    /* number in report->queries, from 0 */
    double before, after;           /* planner cost */
    char *plan_before, *plan_after; /* (nullable): EXPLAIN's text */
} PgaIndexEffect;

typedef enum {
    PGA_INDEX_AVAILABLE_UNKNOWN,
    PGA_INDEX_AVAILABLE,
    PGA_INDEX_NOT_AVAILABLE
} PgaIndexAvailable;

/** An index to make. */
typedef struct {
    char *table;        /* "public.orders" */
    char *name;         /* of the index, unquoted */
    char *type;         /* "btree", "gin" … */
    GPtrArray *columns; /* of char *: keys with operator class and direction, as in the statement */
    GPtrArray *include; /* of char *: columns */
    char *predicate;    /* (nullable) */
    char *extension;    /* (nullable): needs it: the statements create it first */
    char *
        extension_note; /* (nullable): where it is or is not to be had: "available on the source" */
    char *create;       /* CREATE INDEX CONCURRENTLY …; */
    GPtrArray
        *statements;    /* of char *: all that is to be executed, in order, one transaction each */
    GPtrArray *undo;    /* of char * */
    GPtrArray *indexes; /* of char *: that the statements make, in their order, as SQL names them */
    PgaIndexAvailable extension_available; /* on the source's server */
    char *check;                           /* a query: whether it came out valid */
    char *cleanup;                         /* what to do if not */
    char *rationale;
    gint64 bytes;
    char *accuracy;                                /* "within 10 %" */
    double build_seconds, build_seconds_from_disk; /* all of it cached; below 0: unknown */
    char *build_method;                            /* (nullable) */
    char *write_cost;   /* (nullable): what writes pay, in words with the numbers */
    double upkeep;      /* in the unit of total_before; 0 none */
    double gain;        /* of total_before: what leaving out this one alone would cost */
    GPtrArray *effects; /* of PgaIndexEffect *: statements whose plans use it, whole set there */
    char *supersedes;   /* (nullable): an existing index that this one makes redundant */
    gboolean proven;    /* statements and undo were executed in the lab */
    char *proof;        /* (nullable): where that was, or what the server said */
} PgaIndexAdvice;

/** An index to drop: for review, never a part of the statements to execute. */
typedef struct {
    char *table, *name;
    PgaOid index; /* of the source */
    gint64 bytes;
    char *reason;
    const char *rule;       /* (nullable): that finds it redundant; static */
    PgaSeverity severity;   /* information, unless the rule says more */
    char *statement, *undo; /* DROP INDEX CONCURRENTLY …; its definition */
    char *lock;             /* (nullable): "SHARE UPDATE EXCLUSIVE" */
    char *caution;          /* (nullable): the age of the counters, standbys */
} PgaIndexRemoval;

/** What became of a query. */
typedef struct {
    const PgaQuery *query; /* borrowed from report->queries */
    gboolean planned;
    char *failure;        /* (nullable): why not */
    double weight;        /* of one unit of planner cost */
    double before, after; /* planner cost, weighted over its samples */
    double least, most;   /* (after / before) over its samples: how much depends on the values */
    GPtrArray *used;      /* of char *: names of new indexes that its plans use */
    char *plan_before, *plan_after; /* (nullable): EXPLAIN's text of its first sample */
    char *hindrance;      /* (nullable): why no index can help: "date(created_at) = … " */
    char *hindrance_hint; /* (nullable): what would */
} PgaQueryOutcome;

/** How many queries were not analysed, and why. */
typedef struct {
    char *why;
    guint n;
    char *example; /* (nullable) */
} PgaNotAnalysed;

typedef struct {
    double bytes, cost; /* of all new indexes up to here; share of total_before, 0 to 1 */
    char *index;        /* that comes in here */
} PgaIndexCurvePoint;

typedef struct {
    PgaEnvironment *environment;
    PgaQuerySet *workload;
    GPtrArray *queries;      /* of PgaQueryOutcome *, in the workload's order */
    GPtrArray *advice;       /* of PgaIndexAdvice *, the most useful for its size first */
    GPtrArray *removals;     /* of PgaIndexRemoval * */
    GPtrArray *not_analysed; /* of PgaNotAnalysed *, most first */
    GPtrArray *curve;        /* of PgaIndexCurvePoint * */
    GPtrArray *findings;     /* of PgaFinding *: about existing indexes, and statements */
    GPtrArray *not_checked;  /* of PgaNotChecked * */
    GPtrArray *notes;        /* of char * */
    const char *unit;        /* of totals and upkeep: "planner cost" or "ms"; static */
    char *weight_method;     /* how statements were weighted, one sentence */
    double total_before, total_after, lower_bound, gap, upkeep;
    gint64 budget_bytes, bytes;       /* -1: no budget; of all new indexes */
    gint64 least_bytes;               /* of the smallest candidate; 0: there is none */
    double min_improvement, min_gain; /* of a statement: a smaller part, or less planner cost,
                                         counts for nothing */
    guint n_candidates, n_plans;
    double planning_seconds; /* for standard error and the text only: not in JSON */
    gboolean complete, search_complete;
    char *lab;                          /* "PostgreSQL 15.18" */
    PgaIndexMeasurement *measurement;   /* (nullable): on a copy, where one was named */
    PgaIndexVerification *verification; /* (nullable): by the source's planner, if asked for */
} PgaIndexReport;

PgaIndexReport *pga_index_report_new(void);
void pga_index_report_free(PgaIndexReport *report);

/* Builders: zeroed, with empty lists, already in their list. */
PgaIndexAdvice *pga_index_report_add_advice(PgaIndexReport *report);
PgaIndexRemoval *pga_index_report_add_removal(PgaIndexReport *report);
PgaQueryOutcome *pga_index_report_add_query(PgaIndexReport *report, const PgaQuery *query);
PgaIndexEffect *pga_index_advice_add_effect(PgaIndexAdvice *advice, guint query);
PgaIndexCurvePoint *pga_index_report_add_point(PgaIndexReport *report, double bytes, double cost,
                                               const char *index);

/* One query more of those that were not analysed for this reason. */
PgaNotAnalysed *pga_index_report_count_not_analysed(PgaIndexReport *report, const char *why,
                                                    const char *example);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaIndexReport, pga_index_report_free)

G_END_DECLS
