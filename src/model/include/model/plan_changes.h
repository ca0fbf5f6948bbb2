/* Statements as two states of a database plan them, and what became of each in between. Plain data:
 * how the plans were made is not known here. */
#pragma once
#include <glib.h>
#include <model/environment.h>
#include <model/finding.h>

G_BEGIN_DECLS

#define PGA_PLAN_BASELINE_VERSION 1

/** A text of a statement, as a state plans it. */
typedef struct {
    char *text;          /* one statement, without a semicolon */
    double share;        /* of the statement's calls, above 0, at most 1 */
    gboolean is_generic; /* its $n have no values */
    double cost;         /* the planner's; below 0: it cannot be planned */
    char *failure;       /* (nullable): what the server said then */
    char *plan;          /* (nullable): EXPLAIN's text */
} PgaPlannedText;

typedef struct {
    char *fingerprint; /* 16 hex digits */
    char *text;        /* as it was first seen */
    char *usename;     /* (nullable): whose search_path it is planned with */
    char *origin;      /* (nullable): where it was found */
    double calls;      /* 0: not counted */
    GPtrArray *texts;  /* of PgaPlannedText * */
} PgaPlannedStatement;

/** What a state of schema, statistics and settings makes of a workload. */
typedef struct {
    char *source;            /* "shop (PostgreSQL 15.18, live)" */
    char *lab;               /* (nullable): the server that planned: "PostgreSQL 15.18" */
    gboolean has_statistics; /* a file of DDL has none */
    GPtrArray *statements;   /* of PgaPlannedStatement * */
} PgaPlannedState;

PgaPlannedState *pga_planned_state_new(void);
void pga_planned_state_free(PgaPlannedState *state);

/* Builders: zeroed, not planned, already in their list. */
PgaPlannedStatement *pga_planned_state_add(PgaPlannedState *state, const char *fingerprint,
                                           const char *text);
PgaPlannedText *pga_planned_statement_add(PgaPlannedStatement *statement, const char *text,
                                          double share);

/** What became of a statement, the gravest first. */
typedef enum {
    PGA_FATE_BROKEN, /* it could be planned, and cannot any more */
    PGA_FATE_WORSE,
    PGA_FATE_MENDED, /* it could not be planned before */
    PGA_FATE_BETTER,
    PGA_FATE_NEVER, /* it cannot be planned in either state */
    PGA_FATE_SAME,
} PgaFate;

#define PGA_N_FATES (PGA_FATE_SAME + 1)

typedef struct {
    PgaFate fate;
    PgaSeverity severity; /* of broken and worse ones; info otherwise */
    char *fingerprint, *text;
    char *origin; /* (nullable) */
    double calls;
    double before, after; /* planner cost, weighted over its texts; below 0: not planned */
    guint n_texts;        /* costs are their average */
    char *planned;        /* (nullable): the one of them that the plans are of */
    char *what;           /* (nullable): what is different in the plan, one line */
    char *failure;        /* (nullable): why there is no plan after, or in either state */
    char *plan_before, *plan_after; /* (nullable): EXPLAIN's text */
} PgaStatementChange;

/**
 * pga_plan_changes:
 * @after: the same statements with the same texts in the same order
 * @min_change: a cost that is higher or lower by more than this share counts: 0 to below 1
 *
 * A statement is an error when a text of it cannot be planned any more, or when it costs more than
 * ten times as much.
 *
 * Returns: (transfer full): of PgaStatementChange *: each statement, the gravest first, and of the
 * same fate those first that cost the most more
 */
GPtrArray *pga_plan_changes(const PgaPlannedState *before, const PgaPlannedState *after,
                            double min_change);

/* (transfer full): what is different between two texts of EXPLAIN, in one line: "Index Scan using
 * a_idx on a -> Seq Scan on a". */
char *pga_plan_difference(const char *before, const char *after);

/** The result of `index --against` and its like: what their renderers are given. */
typedef struct {
    PgaEnvironment *environment; /* of the state that is judged */
    char *before;                /* (nullable): what it is compared with, in words; NULL: nothing */
    char *lab_before, *lab;      /* (nullable): servers that planned */
    char *written;               /* (nullable): the file that plans were written to */
    GPtrArray *changes;          /* of PgaStatementChange * */
    double min_improvement;
    GPtrArray *not_checked; /* of PgaNotChecked * */
    GPtrArray *notes;       /* of char * */
    gboolean complete;
} PgaPlanReport;

PgaPlanReport *pga_plan_report_new(void);
void pga_plan_report_free(PgaPlanReport *report);

/* How many statements fared so. */
guint pga_plan_report_count(const PgaPlanReport *report, PgaFate fate);

/* Whether any is broken or worse by at least @severity. */
gboolean pga_plan_report_regressed(const PgaPlanReport *report, PgaSeverity severity);

/* Calls times cost of all that is planned in both states. */
void pga_plan_report_totals(const PgaPlanReport *report, double *before, double *after);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaPlannedState, pga_planned_state_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaPlanReport, pga_plan_report_free)

G_END_DECLS
