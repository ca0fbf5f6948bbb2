/* What a statement asks of a relation: the planner's own view of it, views expanded, row security
 * applied, names and operators resolved, subqueries pulled up. Plain data. */
#pragma once
#include <glib.h>
#include <model/catalog.h>

G_BEGIN_DECLS

typedef enum {
    PGA_CLAUSE_EQUAL, /* = constant or parameter */
    PGA_CLAUSE_IN,    /* = ANY (…) */
    PGA_CLAUSE_RANGE, /* < <= >= > BETWEEN */
    PGA_CLAUSE_NULL,  /* IS NULL */
    PGA_CLAUSE_NOT_NULL,
    PGA_CLAUSE_BOOLEAN,     /* a boolean column itself, NOT it, IS TRUE … */
    PGA_CLAUSE_JOIN,        /* = an expression of other relations */
    PGA_CLAUSE_LIKE_PREFIX, /* LIKE 'x%', ~ '^x', starts_with() */
    PGA_CLAUSE_OPERATOR, /* any other operator that some operator class has: @>, &&, @@, ~~ … */
    PGA_CLAUSE_FILTER,   /* no index serves it but as a predicate: a < b, NOT LIKE, f(x) */
} PgaClauseKind;

/** An operator class that can serve a clause. */
typedef struct {
    char *amname;    /* "btree", "gin", "pg_trgm's" … */
    char *opcname;   /* quoted and schema-qualified where it has to be */
    gint16 strategy; /* of the operator in its family */
    gboolean is_default;
} PgaClauseOpclass;

/** One restriction or join clause. RANGE, IN and OPERATOR with other relations on the other side
 * are join clauses too: of use inside a nested loop only. LIKE 'x%' comes twice with the same
 * clause, where a trigram index could serve it as well: LIKE_PREFIX and OPERATOR. */
typedef struct {
    PgaClauseKind kind;
    char *expression; /* the indexable side, as CREATE INDEX takes it: "email", "lower(email)",
                         "((doc ->> 'k'::text))"; "": there is none (most of FILTER) */
    gint16 attnum;    /* of a plain column; 0: an expression, or a column in another collation */
    gint16 width;     /* bytes of its values, average */
    char *clause;     /* the whole, as an index predicate takes it; "" for joins */
    gboolean is_constant; /* no parameter, nothing volatile or stable in it: can be a predicate */
    char *operator_;      /* "=", "@>" */
    double selectivity;   /* of the clause by the planner; 1: unknown */
    guint or_group;   /* 0: rows must fulfil it; else: one of the arms of the group; the whole OR
                         comes as a FILTER besides */
    guint or_arm;     /* from 1: clauses of one arm of the group hold together */
    gboolean is_join; /* the other side is of other relations */
    gint16 hidden;    /* attnum of a column that no index on it can be searched for, because another
                         type or collation is compared with, which the text need not show; 0: none */
    gboolean hidden_by_cast;       /* else by the collation */
    char *hidden_from, *hidden_to; /* (nullable): types or collations: the column's, the other */
    GPtrArray *opclasses;          /* of PgaClauseOpclass * */
    GArray *columns;               /* of gint16: attnums that the clause mentions, all of them */
} PgaRequestClause;

/** A key of a wanted order. */
typedef struct {
    char *expression;
    gint16 attnum; /* 0: an expression */
    gboolean descending, nulls_first;
} PgaRequestKey;

/** Rows wanted in an order, or by groups. */
typedef struct {
    gboolean any_order;   /* GROUP BY, DISTINCT, a merge join: any permutation and direction does */
    gboolean is_distance; /* ORDER BY x <-> constant: opclasses are those that can */
    GPtrArray *keys;      /* of PgaRequestKey *: all on this relation, a prefix of what is wanted */
    GPtrArray *opclasses; /* of PgaClauseOpclass *: of is_distance */
} PgaRequestOrder;

/** What one statement asks of one relation, at one place in its text. Two places that ask exactly
 * the same are one. */
typedef struct {
    guint32 relation;    /* oid on the clone; of a partitioned table, not of its partitions */
    double rows, tuples; /* the planner's estimate of what comes out; rows of the relation */
    double pages;        /* of a partitioned table: of the partitions that are not pruned */
    GPtrArray *clauses;  /* of PgaRequestClause * */
    GPtrArray *orders;   /* of PgaRequestOrder * */
    GArray *needed;      /* of gint16: columns that an index-only scan has to give; may be empty:
                            count(*) */
    GArray *output;      /* of gint16: those of needed that not only clauses of the relation itself
                            mention: what a predicate states need not be in the index */
    gboolean needs_whole_row; /* then no index-only scan */
    double limit;             /* LIMIT that reaches down here, in rows; below 0: none */
} PgaIndexRequest;

typedef struct {
    GPtrArray *requests; /* of PgaIndexRequest * */
    guint32 target;      /* oid of the relation written to; 0 */
    char command;        /* s, i, u, d, m */
    GArray *changed;     /* of gint16: columns that UPDATE, MERGE or ON CONFLICT sets */
    double written;      /* rows of target, by the planner's estimate */
} PgaIndexRequests;

PgaIndexRequests *pga_index_requests_new(void);
void pga_index_requests_free(PgaIndexRequests *requests);

/* Builders: zeroed (limit -1: none; selectivity 1), with empty lists, already in its vector. */
PgaIndexRequest *pga_index_requests_add(PgaIndexRequests *requests);
PgaRequestClause *pga_index_request_add_clause(PgaIndexRequest *request);
PgaRequestOrder *pga_index_request_add_order(PgaIndexRequest *request);
PgaRequestKey *pga_request_order_add_key(PgaRequestOrder *order);
PgaClauseOpclass *pga_request_clause_add_opclass(PgaRequestClause *clause);
PgaClauseOpclass *pga_request_order_add_opclass(PgaRequestOrder *order);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaIndexRequests, pga_index_requests_free)

G_END_DECLS
