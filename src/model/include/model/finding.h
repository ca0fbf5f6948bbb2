/* What a rule says: one finding, or that it could not be judged. Fields as in the JSON contract
 * (schemas/check.schema.json). `object`, `title` and `fingerprint` hold nothing that changes
 * between two runs: counters, ages and ratios stand in `evidence`. */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/interleaving.h>

G_BEGIN_DECLS

typedef enum { PGA_SEVERITY_INFO, PGA_SEVERITY_WARNING, PGA_SEVERITY_ERROR } PgaSeverity;
typedef enum {
    PGA_CONFIDENCE_POSSIBLE,
    PGA_CONFIDENCE_LIKELY,
    PGA_CONFIDENCE_CERTAIN
} PgaConfidence;
typedef enum {
    PGA_SAFETY_SAFE,    /* reads and writes go on */
    PGA_SAFETY_LOCK,    /* blocks reads or writes while it runs */
    PGA_SAFETY_RESTART, /* needs a restart of the server */
    PGA_SAFETY_REVIEW,  /* wants a person's decision first: drops, type changes, renames */
} PgaSafety;

/** What the lab is asked to prove before the finding is shown. */
typedef enum {
    PGA_PROOF_NONE,    /* nothing to execute */
    PGA_PROOF_EXECUTE, /* execute fix.sql, then fix.undo, on the clone of `relations` */
    PGA_PROOF_PLAN,    /* the same, with the planner's cost of `plans` before and after */
    PGA_PROOF_CONFIG,  /* start a server with `setting` = `value`, as ALTER SYSTEM would set it */
} PgaProofKind;

/** A statement that the fix is for, as the planner sees it before and after. */
typedef struct {
    char *what;                     /* "deleting a referenced row" */
    char *statement;                /* with $1 … $n, planned generically */
    gboolean measured;              /* filled in by the lab, with what follows */
    double before, after;           /* total cost */
    char *plan_before, *plan_after; /* EXPLAIN's text */
} PgaPlanChange;

typedef struct {
    PgaProofKind kind;
    GArray *relations; /* of PgaOid: what the statements touch (what these depend on is found by the
                          lab) */
    GPtrArray *plans;  /* of PgaPlanChange *: the first one gives the finding's gain */
    double min_improvement; /* 0 to 1: measured and below it in each plan, the finding is dropped */
    char *setting, *value;  /* (nullable): of PGA_PROOF_CONFIG */
    gboolean done;          /* filled in by app: the lab executed it */
    gboolean
        refused;   /* filled in by the lab: the statements do not run as they stand, see outcome */
    char *outcome; /* (nullable): one sentence, what was executed where, or why it was not */
} PgaProof;

/** One step of a fix that cannot be executed at one go: one transaction, unless it is alone. */
typedef struct {
    char *title;     /* "Build the index", an imperative without full stop */
    gboolean deploy; /* before it, code is deployed that copes with what comes: @title says which */
    gboolean alone;  /* each statement outside a transaction block, in a migration of its own */
    GPtrArray *sql;  /* of char *: complete statements, each ending in ";"; empty when a person has
                        to act: @title says what to do */
} PgaFixStep;

typedef struct {
    GPtrArray *sql;   /* of char *: complete statements, each ending in ";" */
    GPtrArray *steps; /* (nullable) of PgaFixStep *: the same statements, where their transactions
                         and deployments matter */
    GPtrArray *undo;  /* of char * */
    char *code;       /* (nullable): the same as Django's operations, lines of Python */
    PgaSafety safety;
    const char *lock;     /* (nullable): "SHARE UPDATE EXCLUSIVE"; static */
    const char *duration; /* (nullable): "instant", "seconds", "scan", "rewrite"; static */
    char *note;           /* (nullable) */
    char
        *verify; /* (nullable): how to see that it helped: one sentence, or a query ending in ";" */
} PgaFix;

typedef struct {
    double before, after;
    const char *unit; /* "planner cost", "bytes"; static */
    char *method;
} PgaGain;

typedef struct PgaFinding {
    const char *rule; /* id; static */
    PgaSeverity severity;
    const char *category; /* "index", "schema", "config"; static */
    char *object;         /* "public.orders.customer_id" */
    char *file;           /* (nullable): where a DDL source defines it */
    guint line, column;   /* 1-based; 0 without file */
    char *statement;      /* (nullable): the source's text that it is about, on one line */
    char *title;
    char *evidence;
    PgaInterleaving *interleaving; /* (nullable): two processes that show it */
    PgaFix fix;
    PgaConfidence confidence;
    char *fingerprint;  /* 16 hex digits of rule and object; what an accept list names */
    char *group;        /* (nullable): "*.orders.id": the rule finds the same in three or more
                           schemas; filled in by app */
    char *reason;       /* (nullable): of accepted and ignored ones: what the configuration says */
    gboolean in_source; /* of those: a comment in the file says it */
    PgaGain *gain;      /* (nullable) */
    double impact;      /* what the problem costs now, in impact_unit */
    const char *impact_unit;  /* (nullable): "share of workload time"; static */
    const char *when_not;     /* (nullable): when not to worry; static */
    const char *docs_title;   /* static */
    const char *docs_url;     /* versioned; interned */
    const char *requirements; /* "T1-2 PRE-7"; static */
    double weight; /* orders findings of one rule: rows, bytes or a ratio; only compared within a
                      rule */
    PgaProof proof;
} PgaFinding;

typedef struct {
    char *what;
    char *why;
    const char *rule; /* (nullable) id; static */
    char *file;       /* (nullable) */
    guint line, column;
} PgaNotChecked;

PgaFinding *pga_finding_new(const char *rule);
void pga_finding_free(PgaFinding *finding);

/* (transfer full): 16 hex digits, stable over runs and machines: what an accept list names. */
char *pga_finding_fingerprint(const char *rule, const char *object);

PgaFixStep *pga_fix_step_new(const char *title);
void pga_fix_step_free(PgaFixStep *step);
/* (transfer container) of char *, borrowed: the step as a script runs it, between BEGIN and COMMIT
 * unless it is alone or one statement. */
GPtrArray *pga_fix_step_statements(const PgaFixStep *step);
/* Takes @step; its statements are put into fix.sql too as a script runs them. */
void pga_finding_add_step(PgaFinding *finding, PgaFixStep *step);

void pga_finding_add_sql(PgaFinding *finding, char *sql);  /* takes @sql */
void pga_finding_add_undo(PgaFinding *finding, char *sql); /* takes @sql */
void pga_finding_set_gain(PgaFinding *finding, double before, double after, const char *unit,
                          const char *method);

/* What it costs now. Only shares of the workload are compared across rules (rank.h); a gain in
 * bytes sets the bytes that it gives back. @unit is static. */
#define PGA_IMPACT_WORKLOAD "share of workload time"
#define PGA_IMPACT_BYTES    "bytes"
void pga_finding_set_impact(PgaFinding *finding, double impact, const char *unit);

/* A statement to be planned before and after the fix; takes @statement. */
PgaPlanChange *pga_finding_add_plan(PgaFinding *finding, const char *what, char *statement);

/* The largest share of a plan's cost that the fix saves, 0 to 1; below 0 when none was measured. */
double pga_finding_improvement(const PgaFinding *finding);

PgaNotChecked *pga_not_checked_new(const char *rule, char *what,
                                   char *why); /* takes @what and @why */
void pga_not_checked_free(PgaNotChecked *entry);

/* "info", "warning", "error"; "possible" …; "safe" …. Static. */
const char *pga_severity_name(PgaSeverity severity);
const char *pga_confidence_name(PgaConfidence confidence);
const char *pga_safety_name(PgaSafety safety);

/* PGA_ERROR_INPUT naming the allowed values. */
gboolean pga_severity_parse(const char *text, PgaSeverity *out, GError **error);

G_END_DECLS
