/* What requests() gathers while the planner works, and writes when it has finished. */
#pragma once
#include "core.h"

#include "lib/stringinfo.h"
#include "nodes/bitmapset.h"
#include "nodes/pathnodes.h"
#include "nodes/plannodes.h"

enum {
    WHATIF_MAX_CLAUSES = 500, /* of a relation in one place of a statement */
    WHATIF_MAX_ARMS = 64      /* of an OR that indexes are thought of for */
};

/** An operator class that serves a clause or an order. */
typedef struct {
    Oid opclass, method, family;
    int16 strategy; /* 0: by no operator */
    bool is_default;
} WhatifOpclass;

typedef enum {
    WHATIF_EQUAL,
    WHATIF_IN,
    WHATIF_RANGE,
    WHATIF_NULL,
    WHATIF_NOT_NULL,
    WHATIF_BOOLEAN,
    WHATIF_JOIN,
    WHATIF_LIKE_PREFIX,
    WHATIF_OPERATOR,
    WHATIF_FILTER
} WhatifClauseKind;

/** An expression that an index could hold, with the relation as number 1. */
typedef struct {
    Node *expression; /* NULL: none */
    AttrNumber attnum;
    Oid collation; /* InvalidOid: the expression's own */
    int32 width;
} WhatifOperand;

/** A column that no index on it can be searched for, as it is compared. */
typedef struct {
    AttrNumber attnum; /* 0: none */
    bool is_cast;      /* else: another collation */
    Oid from, to;      /* types, or collations: the column's, the comparison's */
} WhatifHidden;

typedef struct {
    WhatifClauseKind kind;
    WhatifOperand operand;
    Node *clause; /* with the relation as number 1; NULL: not to be shown */
    bool is_constant, is_join;
    const char *operator_name; /* "": none; of a function its name */
    double selectivity;
    int or_group, or_arm;
    WhatifHidden hidden;
    List *opclasses;    /* of WhatifOpclass * */
    Bitmapset *columns; /* as pull_varattnos() counts */
} WhatifClause;

typedef struct {
    WhatifOperand operand;
    bool descending, nulls_first;
} WhatifKey;

typedef struct {
    bool any_order, is_distance;
    List *keys;      /* of WhatifKey * */
    List *opclasses; /* of WhatifOpclass * */
} WhatifOrder;

/** A relation in one place of the statement. */
typedef struct {
    PlannerInfo *root;
    RelOptInfo *rel;
    Oid relid;
    Relids top; /* of @rel, or of the UNION ALL that it is an arm of */
    int groups; /* ORs so far */
    bool is_parent;
    double rows, tuples, pages, limit;
    Bitmapset *needed; /* as pull_varattnos() counts */
    Bitmapset *output; /* of it, what is needed above the scan; likewise */
    List *clauses;     /* of WhatifClause * */
    List *orders;      /* of WhatifOrder * */
} WhatifRequest;

/** What a statement writes to. */
typedef struct {
    char command;
    Oid relation; /* InvalidOid: nothing */
    Bitmapset *changed;
    double rows; /* by the planner's estimate */
} WhatifTarget;

/* request_operand.c: an expression of the relation alone that an index could hold. */
bool whatif_operand(const WhatifRequest *request, Node *node, Oid collation, WhatifOperand *out);

/* request_operand.c: nothing of the relation is in it, and it stays the same during a scan. */
bool whatif_comparable(const WhatifRequest *request, Node *node);

/* request_operand.c: nothing in @node that only a running query knows, no column of another
 * relation, no system column: it can be written down. *@is_constant: nor anything whose value may
 * change, so it can be a predicate. */
bool whatif_can_be_shown(const WhatifRequest *request, Node *node, bool *is_constant);

/* request_operand.c: a copy of @node with the relation as number 1. */
Node *whatif_as_one(const WhatifRequest *request, Node *node);

/* request_hidden.c: @node, one side of a comparison in @collation, is a column in a cast that is
 * not written, or of another collation; *@out is filled in then. */
bool whatif_hidden(const WhatifRequest *request, Node *node, Oid collation, WhatifHidden *out);
/* The same of either side of @clause, where the other one is comparable. */
void whatif_hidden_in(const WhatifRequest *request, Node *clause, WhatifHidden *out);

/* request_opclass.c: those whose family has @operator_oid as a member for a search ('s') or an
 * order ('o', as @sort_family sorts; else InvalidOid), for an operand of @type on its left. Best
 * known methods first. */
List *whatif_opclasses(Oid operator_oid, Oid type, char purpose, Oid sort_family);

/* request_opclass.c: the defaults of those access methods that find NULLs. */
List *whatif_null_opclasses(Oid type);

/* request_opclass.c: those that can serve by what the planner support function of @function makes
 * of @node, whose argument number @argument is the operand. *@by_btree: B-tree conditions: by
 * equality alone, or with ranges. */
typedef enum { WHATIF_NOT_BTREE, WHATIF_BTREE_EQUAL, WHATIF_BTREE_RANGE } WhatifSupport;
List *whatif_support_opclasses(const WhatifRequest *request, Oid function, Node *node, int argument,
                               const WhatifOperand *operand, WhatifSupport *by_btree);

/* request_clause.c: the relation's own restrictions. */
void whatif_request_restrictions(WhatifRequest *request);

/* request_clause.c: @clause of the join list. */
void whatif_request_clause(WhatifRequest *request, RestrictInfo *info, bool is_join);

/* request_clause.c: takes @clause in. */
void whatif_request_add(WhatifRequest *request, const WhatifClause *clause);

/* request_join.c */
void whatif_request_joins(WhatifRequest *request);

/* request_join.c: the members of @class that are of the relation alone. */
List *whatif_own_members(const WhatifRequest *request, EquivalenceClass *class);

/* request_order.c: orders, and the limit. */
void whatif_request_orders(WhatifRequest *request);

/* request_target.c */
void whatif_target_find(const List *queries, WhatifTarget *target);
void whatif_target_count(const PlannedStmt *plan, WhatifTarget *target);

/* request_write.c: @requests: of WhatifRequest *. */
char *whatif_requests_write(const List *requests, const WhatifTarget *target);
