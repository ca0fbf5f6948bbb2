/* What `django` answers: the decision log, then the four parts: diagram with index map, corrected
 * models and SQL, predicted plans, migrations. Plain data, owned by the report. */
#pragma once
#include <glib.h>
#include <model/environment.h>
#include <model/finding.h>
#include <model/index_report.h>
#include <model/rule_text.h>

G_BEGIN_DECLS

/** The four questions about each model and each query (DJ-8). */
typedef enum {
    PGA_DECISION_INDEX,       /* is what is filtered and sorted by indexed? */
    PGA_DECISION_CONCURRENCY, /* what happens when two processes do it? */
    PGA_DECISION_JSON,        /* is the structure stable, and indexed as it is asked for? */
    PGA_DECISION_CONSTRAINT,  /* does the database hold the rules that the code relies on? */
} PgaDecisionQuestion;

typedef struct {
    PgaDecisionQuestion question;
    char *subject; /* "shop.Order", or a query's name */
    gboolean of_query;
    char *answer;   /* one sentence, also where nothing is wrong */
    char *evidence; /* what was looked at: "3 queries filter by status; index shop_order_status" */
    gboolean is_fine;
    char *file; /* (nullable) */
    guint line; /* 1-based; 0 */
} PgaDjangoDecision;

/** A query that the project sends, as the planner sees it. */
typedef struct {
    char *name;                     /* "shop.views.OrderList.get_queryset" */
    char *code;                     /* the chain as written */
    char *sql;                      /* (nullable) */
    char *why;                      /* (nullable): why there is no SQL, or what of it is left out */
    GPtrArray *places;              /* of char *: "shop/views.py:12" */
    char *model;                    /* (nullable): "shop.Order" */
    gboolean planned;               /* what follows holds */
    double before, after;           /* planner cost; after: with all that is recommended */
    char *scan_before, *scan_after; /* "Seq Scan on shop_order", of the costliest table */
    char *plan_before, *plan_after; /* EXPLAIN's text */
    GPtrArray *indexes;             /* of char *: recommended ones that its plan uses */
    char *hindrance;                /* (nullable): why no index can help */
} PgaDjangoPlan;

/** Rows that a table was planned with. */
typedef struct {
    char *model, *table; /* "shop.Order", "shop_order" */
    double rows;
    const char *how; /* "stated", "of the snapshot", "of the database", "assumed"; static */
} PgaDjangoRows;

/** A picture of a part of a project that one picture does not show. */
typedef struct {
    char *title; /* "app shop", "app shop, 2 of 3" */
    char *text;  /* Mermaid */
} PgaDjangoDiagram;

typedef enum {
    PGA_DJANGO_INDEX_STAYS,
    PGA_DJANGO_INDEX_COMES,
    PGA_DJANGO_INDEX_GOES,
} PgaDjangoIndexChange;

/** An index in the map: one that is there, or that the answer makes. */
typedef struct {
    char *model, *table; /* "shop.Order", "shop_order" */
    char *name;          /* (nullable): Django's own */
    char *origin;    /* "primary_key", "foreign key", "Meta.indexes" …; of what comes the rule */
    char *method;    /* "btree", "gin" … */
    GPtrArray *keys; /* of char *: "-created", "UPPER(email)" */
    char *condition; /* (nullable): of a partial one */
    gboolean is_unique;
    PgaDjangoIndexChange change;
} PgaDjangoMapEntry;

/** A class whose fields or Meta change. */
typedef struct {
    char *file, *model;
    guint line;
    char *code;         /* of the class, whole Meta and changed fields, as it should be */
    GPtrArray *reasons; /* of char *: what changes and why, with the rules' ids */
} PgaDjangoChange;

/** A migration to put into the project, in the order in which they are applied. */
typedef struct {
    char *app, *name, *path; /* "shop", "0007_order_status_idx", "shop/migrations/0007_….py" */
    char *code;              /* the file's text */
    char *sql;               /* what Django runs for it, as far as it is SQL */
    char *why, *lock;        /* one sentence; (nullable): the strongest lock */
    PgaSafety safety;
    GPtrArray *rules; /* of char *: of the findings that it answers */
} PgaDjangoMigrationPlan;

typedef struct {
    PgaEnvironment *environment; /* (nullable): of the database that was given */
    char *project;               /* its folder */
    gboolean is_elsewhere;       /* not below the working folder: files are told from @project */
    char *django_version;        /* "4.2" */
    char *version_source;        /* (nullable): NULL: assumed */
    char *sizes_source;          /* where rows came from, one sentence */
    guint version;               /* server_version_num that was judged for */
    char *complete;              /* (nullable): why the answer is incomplete */
    guint n_files, n_models, n_queries, n_planned;
    guint64 n_lines;
    guint n_chains, n_incomplete;
    GPtrArray *apps;        /* of char *: those that were judged */
    GPtrArray *findings;    /* of PgaFinding *: certain and likely ones; all with --all */
    GPtrArray *set_aside;   /* of PgaFinding *: suppressed, accepted, ignored */
    GPtrArray *baseline;    /* of PgaFinding *: not news */
    guint n_possible;       /* findings of confidence "possible" that are not shown */
    GPtrArray *not_checked; /* of PgaNotChecked * */
    GPtrArray *notes;       /* of char * */
    GPtrArray *rules;       /* of PgaRuleText *: those that were run */
    GPtrArray *decisions;   /* of PgaDjangoDecision * */
    char *diagram;          /* (nullable): Mermaid: ER diagram with the index map; of a project that
                               is too big for one picture an overview, and the pictures are: */
    GPtrArray *diagrams;    /* of PgaDjangoDiagram * */
    GPtrArray *index_map;   /* of PgaDjangoMapEntry *: by model */
    GPtrArray *changes;     /* of PgaDjangoChange * */
    char *sql;              /* the same changes as SQL */
    GPtrArray *plans;       /* of PgaDjangoPlan *: costliest first */
    GPtrArray *rows;        /* of PgaDjangoRows * */
    GPtrArray *migrations;  /* of PgaDjangoMigrationPlan * */
    PgaIndexReport *index;  /* (nullable): the advisor's answer */
    GHashTable *excerpts;   /* of "file:line" to the line of a finding */
    char *configuration;    /* (nullable): the file that was read */
} PgaDjangoReport;

PgaDjangoReport *pga_django_report_new(void);
void pga_django_report_free(PgaDjangoReport *report);
PgaDjangoPlan *pga_django_plan_new(void);
void pga_django_plan_free(PgaDjangoPlan *plan);
void pga_django_decision_free(PgaDjangoDecision *decision);
void pga_django_rows_free(PgaDjangoRows *rows);
void pga_django_diagram_free(PgaDjangoDiagram *diagram);
PgaDjangoMapEntry *pga_django_map_entry_new(void);
void pga_django_map_entry_free(PgaDjangoMapEntry *entry);
PgaDjangoChange *pga_django_change_new(void);
void pga_django_change_free(PgaDjangoChange *change);
PgaDjangoMigrationPlan *pga_django_migration_plan_new(void);
void pga_django_migration_plan_free(PgaDjangoMigrationPlan *plan);

/* "stays", "comes", "goes"; static. */
const char *pga_django_index_change_name(PgaDjangoIndexChange change);
/* "index", "concurrency", "json", "constraint"; static. */
const char *pga_decision_question_name(PgaDecisionQuestion question);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDjangoReport, pga_django_report_free)

G_END_DECLS
