/* How index candidates are made: a request, less what a predicate states, is a view; a view gives
 * lists of B-tree keys and keys of other methods; a list gives drafts; the best drafts of a
 * statement and relation become candidates. */
#pragma once
#include <advisor/index_candidates.h>

G_BEGIN_DECLS

/* btree's limit is a third of a page, all columns together: a row that exceeds it is refused, today
 * when the index is built or one day when it is inserted. Declared lengths up to this are safe. */
#define PGA_CANDIDATE_BOUND 500

/** A clause of an index's predicate. */
typedef struct {
    char *clause;
    GArray *columns; /* of gint16 */
    double share;    /* of rows that fulfil it */
    char *constant;  /* (nullable): the expression that it compares with a constant */
} PgaStated;

/** A definition with what it is judged by. The first member is what others see. */
typedef struct {
    PgaIndexCandidate candidate;
    GPtrArray *stated; /* of PgaStated *: its predicate, sorted */
    double share;      /* of the relation's rows that it holds */
    double bytes;      /* by and large */
    double score;      /* smaller is better: estimated cost as a share of a scan */
    gboolean covers;   /* all that the statement needs */
    guint alike;       /* of pga_drafts_prune() */
} PgaDraft;

/** A column as a key, with what the statement asks of it. Borrowed from the request. */
typedef struct {
    const char *expression;
    gint16 attnum;
    const char *opcname; /* (nullable) */
    gboolean descending, nulls_first;
    double selectivity; /* 1: nothing is asked */
    gint16 width;
    gboolean is_equality, is_join;
    const PgaRequestClause *clause; /* (nullable) */
} PgaPart;

/** A request as an index with a certain predicate sees it. */
typedef struct {
    const PgaIndexRequest *request;
    const PgaRelation *relation; /* (nullable) */
    const PgaCandidateOptions *options;
    GPtrArray *predicate; /* of const PgaRequestClause *: stated by the index */
    double share;         /* of rows that fulfil the predicate */
    GArray *equal;        /* of PgaPart: most selective first */
    GArray *ranges;       /* of PgaPart: most selective first */
    GArray *joins;        /* of PgaPart: most distinct first */
    GArray *needed;       /* of gint16, sorted: for an index-only scan */
    gboolean is_coverable;
} PgaView;

/** Where drafts of one statement go. */
typedef struct {
    GPtrArray *drafts; /* of PgaDraft * */
    GHashTable *seen;  /* signature → PgaDraft */
} PgaDrafts;

/* candidate_draft.c */
PgaDraft *pga_draft_new(guint32 relation, const char *amname);
void pga_draft_free(PgaDraft *draft);
void pga_draft_add_key(PgaDraft *draft, const PgaPart *part);
/* (transfer full): a key as CREATE INDEX takes it: an expression in parentheses. */
char *pga_key_text(const char *expression, gint16 attnum);
/* (transfer full): a comparison of two columns as the smaller and the larger. */
char *pga_clause_text(const char *clause);
/* Before pga_draft_finish(). */
void pga_draft_state(PgaDraft *draft, const PgaRequestClause *clause);
void pga_draft_state_again(PgaDraft *draft, const PgaStated *stated);
const PgaStated *pga_draft_stated(const PgaDraft *draft, const char *clause);
gboolean pga_draft_has_column(const PgaDraft *draft, gint16 attnum);
void pga_draft_add_include(PgaDraft *draft, gint16 attnum);
/* Sorts, estimates and signs: no change after it. */
void pga_draft_finish(PgaDraft *draft, const PgaRelation *relation, double tuples);
/* An order of those of one relation. Of different ones what is alike is equal, for a stable sort to
 * leave: oids of a clone's relations are others each time. */
int pga_draft_compare_definitions(const PgaDraft *a, const PgaDraft *b);
/* Adds @draft (transfer full), or drops it as one that is there already. */
void pga_drafts_add(PgaDrafts *drafts, PgaDraft *draft);
/* candidate_prune.c: sorts by score, best first, without those that others can stand for. */
void pga_drafts_prune(PgaDrafts *drafts);
PgaDrafts *pga_drafts_new(void);
void pga_drafts_free(PgaDrafts *drafts);

/* candidate_statistics.c */
gint16 pga_column_width(const PgaRelation *relation, gint16 attnum);
/* Values of a column among @tuples rows; 0: unknown. */
double pga_column_distinct(const PgaRelation *relation, gint16 attnum, double tuples);
gboolean pga_column_deduplicates(const PgaRelation *relation, gint16 attnum);
gboolean pga_column_may_be_long(const PgaRelation *relation, gint16 attnum);
const PgaAttribute *pga_column(const PgaRelation *relation, gint16 attnum);
gboolean pga_attnums_have(const GArray *attnums, gint16 attnum);
void pga_attnums_add(GArray *attnums, gint16 attnum); /* keeps it sorted, once */
void pga_numbers_add(GArray *numbers, guint number);  /* the same for guint */

/* candidate_view.c */
/* @arm: (nullable): a clause of the arm of an OR that the index is for. */
PgaView *pga_view_new(const PgaIndexRequest *request, const PgaRelation *relation,
                      const PgaCandidateOptions *options, const GPtrArray *predicate,
                      const PgaRequestClause *arm);
void pga_view_free(PgaView *view);
PgaDraft *pga_view_draft(const PgaView *view, const char *amname);
const PgaClauseOpclass *pga_clause_opclass(const PgaRequestClause *clause, const char *amname);

/* With a LIMIT, a value or words of which there are few: by averages an index in the order wanted
 * alone has enough of them after so many rows; of those that there are fewer of it reads all there
 * is. One that finds them first does not. */
gboolean pga_request_is_seldom_met(const PgaIndexRequest *request);

/* Every row that the view looks for fulfils the clause. */
gboolean pga_clause_holds(const PgaRequestClause *clause, const PgaRequestClause *arm);

/* candidate_predicate.c */
/* (transfer full): of GPtrArray * of const PgaRequestClause *: predicates worth a partial index,
 * the empty one first. @made: of PgaIndexRequests *: keeps clauses that follow from others. */
GPtrArray *pga_predicates(const PgaIndexRequest *request, const PgaRelation *relation,
                          const PgaCandidateOptions *options, GPtrArray *made);
/* A literal is in the text: a quoted string, or a number that is no part of a name. */
gboolean pga_has_literal(const char *text);
/* A constant of the workload is in the clause: another call may have another. */
gboolean pga_clause_holds_constant(const PgaRequestClause *clause);

/* candidate_score.c */
/* Estimated cost of the access as a share of a scan of the relation; @parts: the keys. */
double pga_draft_score(const PgaDraft *draft, const PgaView *view, const GArray *parts,
                       gboolean covers, const PgaRequestOrder *order);

/* candidate_btree.c, candidate_cover.c, candidate_method.c, candidate_brin.c */
/* Nearly the relation itself once more. */
gboolean pga_draft_is_whole(const PgaDraft *draft, const PgaRelation *relation);
void pga_draft_btrees(const PgaView *view, PgaDrafts *drafts);
/* @order: (nullable): that the keys give. */
void pga_draft_variants(const PgaView *view, const GArray *parts, const PgaRequestOrder *order,
                        PgaDrafts *drafts);
void pga_draft_methods(const PgaView *view, const PgaRequestClause *arm, PgaDrafts *drafts);
void pga_draft_brins(const PgaView *view, PgaDrafts *drafts);

/* candidate_sql.c */
/* (transfer full): "btree (a, b DESC) INCLUDE (c) WITH (…) WHERE …": what follows USING. */
char *pga_candidate_tail(const PgaIndexCandidate *candidate, const PgaRelation *relation);
/* The relation has such an index, valid. */
gboolean pga_candidate_exists(const PgaIndexCandidate *candidate, const PgaRelation *relation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDraft, pga_draft_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDrafts, pga_drafts_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaView, pga_view_free)

G_END_DECLS
