/* What the decision log is made of: facts of each model, gathered in one walk. */
#pragma once
#include "django_internal.h"

G_BEGIN_DECLS

enum { DJANGO_QUESTIONS = PGA_DECISION_CONSTRAINT + 1 };

/** What is known of a model. */
typedef struct {
    const PgaDjangoModel *model;
    GPtrArray *findings[DJANGO_QUESTIONS]; /* of const PgaFinding * */
    guint n_queries, n_planned, n_better;  /* better with an index that is recommended */
    double before, after;                  /* planner cost of those that are planned */
    GHashTable *asked;                     /* of char *: fields to how many queries name them */
    GHashTable *advised;                   /* set of char *: recommended indexes that are used */
    guint n_writes, n_expressions, n_atomic, n_locked;
    guint n_json, n_json_asked; /* fields; queries that look into one */
    guint n_indexes, n_gin, n_unique;
    guint n_checks;     /* in the database */
    guint n_validators; /* validators=, choices= */
} DjangoFacts;

typedef struct {
    PgaDjangoWork *work;
    GHashTable *facts;  /* of const PgaDjangoModel * to DjangoFacts * */
    GPtrArray *models;  /* of DjangoFacts *: those that are judged, in the project's order */
    GHashTable *rows;   /* of "shop.Order" to const PgaDjangoRows * */
    GHashTable *plans;  /* of SQL to const PgaDjangoPlan * */
    GHashTable *places; /* of "file:line" to GPtrArray * of const PgaFinding * */
} DjangoDecisions;

/* django_decide_facts.c */
void pga_django_facts_gather(DjangoDecisions *decisions, PgaDjangoWork *work);
void pga_django_facts_clear(DjangoDecisions *decisions);
/* -1: the finding answers none of the questions. */
gint pga_django_question_of(const PgaFinding *finding);
/* (transfer full): "shop/views.py:12" */
char *pga_django_place_text(const char *path, guint line);
/* Whether what is recommended makes it cheaper by a tenth at least. */
gboolean pga_django_plan_is_better(const PgaDjangoPlan *plan);
/* Whether the query writes rows. */
gboolean pga_django_query_writes(const PgaDjangoQuery *query);
/* Fields whose values decide which rows come, and their order: calls @visit once for each. */
typedef void (*DjangoAskedVisit)(const PgaDjangoPath *path, gpointer data);
void pga_django_query_asked(const PgaDjangoQuery *query, DjangoAskedVisit visit, gpointer data);

/* django_decide_query.c: the four questions about a query. */
void pga_django_decide_query(const DjangoDecisions *decisions, const PgaDjangoQuery *query);
/* Takes @answer and @evidence. */
PgaDjangoDecision *pga_django_decision_add(PgaDjangoReport *report, PgaDecisionQuestion question,
                                           char *answer, char *evidence);
/* (transfer full): "2 findings: dj-a, dj-b"; "" none. */
char *pga_django_findings_text(const GPtrArray *findings);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DjangoDecisions, pga_django_facts_clear)

G_END_DECLS
