/* Index requests made by hand, over a table of orders with a million rows: what the advisor makes
 * of them. */
#pragma once
#include <advisor/index_candidates.h>

G_BEGIN_DECLS

enum { ORDERS = 42 };

typedef struct {
    PgaCatalog *catalog;
    PgaRelation *relation;
    PgaIndexRequests *requests;
    PgaIndexRequest *request;
    PgaCandidateMaker *maker;
    PgaCandidateOptions options;
} Fixture;

void set_up(Fixture *fixture, gconstpointer data);
void tear_down(Fixture *fixture, gconstpointer data);
PgaRequestClause *add_clause(const Fixture *fixture, PgaClauseKind kind, gint16 attnum,
                             const char *expression, double selectivity);
void add_opclass(PgaRequestClause *clause, const char *amname, const char *opcname,
                 gboolean is_default);
/* One that a B-tree of the default operator class serves. */
PgaRequestClause *add_btree(const Fixture *fixture, PgaClauseKind kind, gint16 attnum,
                            const char *expression, double selectivity);
/* Makes it a constant clause. */
void set_text(PgaRequestClause *clause, const char *text, const char *operator_);
/* A column of the output: then an index-only scan is possible. */
void need(const Fixture *fixture, gint16 attnum);
/* One key more of the first order. */
PgaRequestOrder *add_order(const Fixture *fixture, gint16 attnum, const char *expression,
                           gboolean descending);
/* Candidates, with what statement 7 asks once more. */
const GPtrArray *make(Fixture *fixture);
/* By what follows USING. */
const PgaIndexCandidate *find(const Fixture *fixture, const char *wanted);
void assert_made(Fixture *fixture, const char *wanted);
void assert_not_made(Fixture *fixture, const char *unwanted);

#define TEST(name, function)                                                                       \
    g_test_add("/advisor/index-candidates/" name, Fixture, NULL, set_up, function, tear_down)

G_END_DECLS
