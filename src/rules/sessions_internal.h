/* Findings about sessions: their process ids change from minute to minute, so that one finding
 * stands for the sessions of a role in a database. */
#pragma once
#include <model/blocking.h>

#include "rule_internal.h"

G_BEGIN_DECLS

typedef struct {
    char *object;        /* "role app in database shop" */
    GPtrArray *sessions; /* of const PgaSession *: greatest weight first */
    double weight;       /* the greatest */
} PgaSessionGroup;

/* Whether the rule finds it about this session, and how much it weighs: seconds. */
typedef gboolean (*PgaSessionTest)(const PgaRuleRun *run, const PgaSession *session,
                                   double *weight);

/* FALSE, after a "not evaluated", when sessions of others are hidden. */
gboolean pga_rule_sessions(PgaRuleRun *run);

/* (transfer full): of PgaSessionGroup *, in the order of their first session. */
GPtrArray *pga_group_sessions(const PgaRuleRun *run, PgaSessionTest test);

/* (transfer full): "role app in database shop" */
char *pga_session_object(const PgaSession *session);

/* (transfer full): "process 4711 (psql), UPDATE": never a constant of the statement. */
char *pga_session_display(const PgaSession *session);

/* A client's, of a person or an application: neither replication nor a dump. */
gboolean pga_session_is_work(const PgaSession *session);

/* (transfer full): the first of the group, each "process 4711 (psql), UPDATE: 12 min". */
char *pga_group_display(const PgaRuleRun *run, const PgaSessionGroup *group, PgaSessionTest test);

/* A statement that ends each of the first sessions, as they are now; review. What may not be ended
 * gets none. */
void pga_finding_end_session(PgaFinding *finding, const PgaSession *session);
void pga_finding_end_group(PgaFinding *finding, const PgaSessionGroup *group);

G_END_DECLS
