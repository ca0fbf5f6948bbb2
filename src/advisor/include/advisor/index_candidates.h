/* Indexes worth trying for what statements ask. Definitions only: whether one helps, the planner
 * says. */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/index_request.h>

G_BEGIN_DECLS

/** One column of an index. */
typedef struct {
    char *expression; /* as CREATE INDEX takes it, parentheses included where it needs them */
    gint16 attnum;    /* 0: an expression */
    char *opcname;    /* (nullable): NULL: the default */
    gboolean descending, nulls_first;
    gboolean is_sought; /* a condition or a join looks for its values; else it gives an order */
} PgaIndexKey;

/** A definition. Two of the same key are the same index. */
typedef struct {
    guint32 relation; /* oid on the clone */
    char *amname;
    GPtrArray *keys;  /* of PgaIndexKey * */
    GArray *include;  /* of gint16, sorted */
    char *predicate;  /* (nullable) */
    char *options;    /* (nullable): "pages_per_range = 32" */
    char *extension;  /* (nullable): needed for its operator class or method */
    char *rationale;  /* "equality on a, range on b; covers c": for people */
    char *signature;  /* relation, method, keys, …: what makes it distinct */
    guint rank;       /* how many seem better, for the relation and the statement that it seems best
                         for; of merged ones 0 */
    GArray *queries;  /* of guint: numbers of the statements it was made for, sorted */
    GArray *relevant; /* of guint: numbers of the statements that could use it, sorted: those it was
                         made for and others that ask the same of the relation, or part of it */
} PgaIndexCandidate;

typedef struct {
    guint max_width;            /* key columns; 0: 4 */
    guint max_include;          /* columns besides; 0: 8 */
    double max_predicate_share; /* partial only below this share of the rows; 0: 0.5 */
    gboolean no_partial, no_expression;
} PgaCandidateOptions;

typedef struct PgaCandidateMaker PgaCandidateMaker;

/* @catalog: of the source. @relation_of: the source's relation of an oid on the clone. */
PgaCandidateMaker *pga_candidate_maker_new(const PgaCandidateOptions *options,
                                           const PgaRelation *(*relation_of)(gpointer, guint32),
                                           gpointer data);
void pga_candidate_maker_free(PgaCandidateMaker *maker);

/**
 * pga_index_requests_settle:
 * @texts: of PgaIndexRequests *: of the texts that one statement was seen with
 * @are_parameters: the constants are values of parameters, or guesses of such
 *
 * Clauses whose constants change from call to call are no constant clauses: is_constant is cleared
 * in all that are not in every text. What looks for, or orders by, an expression with a value of
 * the call's own (similarity(name, 'x')) does not any more.
 */
void pga_index_requests_settle(const GPtrArray *texts, gboolean are_parameters);

/* What statement number @query asks. */
void pga_candidate_maker_add(PgaCandidateMaker *maker, guint query,
                             const PgaIndexRequests *requests);

/* Pairwise merges of those of one relation that the planner has @used (of guint: places in
 * candidates()): one index for two statements, somewhat worse for each. */
void pga_candidate_maker_merge(PgaCandidateMaker *maker, const GArray *used);

/* (transfer none): of PgaIndexCandidate *, in a fixed order; those made later come last. Valid, as
 * places in it are, until the next pga_candidate_maker_add(). */
const GPtrArray *pga_candidate_maker_candidates(const PgaCandidateMaker *maker);

/* (transfer full): CREATE INDEX @name ON @relation; @name is not quoted yet. */
char *pga_index_candidate_sql(const PgaIndexCandidate *candidate, const PgaRelation *relation,
                              const char *name, gboolean concurrently);

/* (transfer full): a name as PostgreSQL would give it, not quoted, not in @taken (a set of char *:
 * names of the schema's relations), which stays as it is. */
char *pga_index_candidate_name(const PgaIndexCandidate *candidate, const PgaRelation *relation,
                               GHashTable *taken);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaCandidateMaker, pga_candidate_maker_free)

G_END_DECLS
