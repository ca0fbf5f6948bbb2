/* Clauses of a relation by how an index could serve them. */
#include "requests.h"

#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/restrictinfo.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

/** Where a clause was found. */
typedef struct {
    WhatifRequest *request;
    RestrictInfo *info;
    bool is_join; /* in the join list */
    Node *node;   /* the clause, or a member of an OR */
} Source;

/* What the planner has remembered of a parent's clause is of too few rows (ask() in requests.c). */
static double
selectivity(const Source *source)
{
    const WhatifRequest *request = source->request;
    const bool is_whole = source->node == (Node *)source->info->clause && !request->is_parent;
    Node *node = is_whole ? (Node *)source->info : source->node;
    const double share = clause_selectivity(
        request->root, node, source->is_join ? (int)request->rel->relid : 0, JOIN_INNER, NULL);

    return Min(Max(share, 0.0), 1.0);
}

static bool
mentions_others(const WhatifRequest *request, Node *node)
{
    return !bms_is_subset(pull_varnos(request->root, node), request->rel->relids);
}

static WhatifClause
clause_of(const Source *source, WhatifClauseKind kind)
{
    WhatifClause clause = {.kind = kind, .operator_name = ""};

    if (whatif_can_be_shown(source->request, source->node, &clause.is_constant))
        clause.clause = whatif_as_one(source->request, source->node);
    clause.is_join = mentions_others(source->request, source->node);
    clause.selectivity = selectivity(source);
    pull_varattnos(source->node, source->request->rel->relid, &clause.columns);
    whatif_hidden_in(source->request, source->node, &clause.hidden);
    return clause;
}

static List *
append(List *list, const WhatifClause *clause)
{
    WhatifClause *copy = palloc(sizeof(WhatifClause));

    *copy = *clause;
    return lappend(list, copy);
}

/* What an operator is that has @opclasses. */
static WhatifClauseKind
kind_by_opclasses(const List *opclasses)
{
    WhatifClauseKind kind = opclasses == NIL ? WHATIF_FILTER : WHATIF_OPERATOR;
    const ListCell *cell;

    foreach (cell, opclasses) {
        const WhatifOpclass *opclass = lfirst(cell);

        if ((opclass->method == BTREE_AM_OID && opclass->strategy == BTEqualStrategyNumber) ||
            (opclass->method == HASH_AM_OID && opclass->strategy == HTEqualStrategyNumber))
            return WHATIF_EQUAL;
        if (opclass->method == BTREE_AM_OID)
            kind = WHATIF_RANGE;
    }
    return kind;
}

static bool
is_text(const WhatifOperand *operand)
{
    char category;
    bool preferred;

    get_type_category_preferred(getBaseType(exprType(operand->expression)), &category, &preferred);
    return category == TYPCATEGORY_STRING;
}

/** An operator or function whose operand has been found. */
typedef struct {
    Oid operator_oid; /* with the operand on the left; InvalidOid: a function, or no commutator */
    Oid function;
    int argument;
} Call;

static List *
operator_opclasses(const Call *call, const WhatifOperand *operand)
{
    /* A GiST that has <> (btree_gist) is no better than reading the table. */
    if (!OidIsValid(call->operator_oid) || get_oprrest(call->operator_oid) == F_NEQSEL)
        return NIL;
    return whatif_opclasses(call->operator_oid, exprType(operand->expression), AMOP_SEARCH,
                            InvalidOid);
}

/* The support function of LIKE, <<, ST_Intersects() … says what an index would do. Where that is a
 * B-tree's work, classes that have the operator itself (pg_trgm's) come as a second clause. */
static List *
match_call(const Source *source, const Call *call, const WhatifOperand *operand)
{
    WhatifClause by_btree, clause = clause_of(source, WHATIF_FILTER);
    List *direct = operator_opclasses(call, operand);
    WhatifSupport support;
    List *supported = whatif_support_opclasses(source->request, call->function, source->node,
                                               call->argument, operand, &support);

    clause.operand = *operand;
    clause.operator_name = OidIsValid(call->operator_oid) ? get_opname(call->operator_oid)
                                                          : get_func_name(call->function);
    clause.kind = kind_by_opclasses(direct);
    if (clause.kind == WHATIF_EQUAL && clause.is_join)
        clause.kind = WHATIF_JOIN;
    clause.opclasses = direct;
    if (supported == NIL)
        return append(NIL, &clause);
    if (support == WHATIF_NOT_BTREE) {
        clause.kind = WHATIF_OPERATOR;
        clause.opclasses = list_concat(direct, supported);
        return append(NIL, &clause);
    }
    by_btree = clause;
    by_btree.kind = is_text(operand) ? WHATIF_LIKE_PREFIX : WHATIF_RANGE;
    if (support == WHATIF_BTREE_EQUAL)
        by_btree.kind = WHATIF_EQUAL;
    by_btree.opclasses = supported;
    return direct == NIL ? append(NIL, &by_btree) : append(append(NIL, &by_btree), &clause);
}

static List *
match_operator(const Source *source, OpExpr *op)
{
    WhatifOperand operand;

    set_opfuncid(op);
    for (int side = 0; side < list_length(op->args) && list_length(op->args) == 2; side++) {
        Node *node = list_nth(op->args, side), *other = list_nth(op->args, 1 - side);
        Call call = {op->opno, op->opfuncid, side};

        if (!whatif_comparable(source->request, other) ||
            !whatif_operand(source->request, node, op->inputcollid, &operand))
            continue;
        if (side == 1)
            call.operator_oid = get_commutator(op->opno);
        return match_call(source, &call, &operand);
    }
    return NIL;
}

static bool
others_are_comparable(const Source *source, const List *arguments, int but)
{
    const ListCell *cell;

    foreach (cell, arguments)
        if (foreach_current_index(cell) != but && !whatif_comparable(source->request, lfirst(cell)))
            return false;
    return true;
}

/* starts_with(), ST_DWithin() … */
static List *
match_function(const Source *source, FuncExpr *function)
{
    if (!OidIsValid(get_func_support(function->funcid)))
        return NIL;
    for (int i = 0; i < list_length(function->args); i++) {
        const Call call = {InvalidOid, function->funcid, i};
        WhatifOperand operand;
        List *list;

        if (!others_are_comparable(source, function->args, i) ||
            !whatif_operand(source->request, list_nth(function->args, i), function->inputcollid,
                            &operand))
            continue;
        list = match_call(source, &call, &operand);
        if (((WhatifClause *)linitial(list))->opclasses != NIL)
            return list;
    }
    return NIL;
}

static List *
match_array(const Source *source, ScalarArrayOpExpr *array)
{
    WhatifClause clause;
    WhatifOperand operand;
    Node *other = lsecond(array->args);

    if (!array->useOr || !whatif_comparable(source->request, other) ||
        !whatif_operand(source->request, linitial(array->args), array->inputcollid, &operand))
        return NIL;
    clause = clause_of(source, WHATIF_FILTER);
    clause.operand = operand;
    clause.operator_name = get_opname(array->opno);
    if (get_oprrest(array->opno) != F_NEQSEL)
        clause.opclasses =
            whatif_opclasses(array->opno, exprType(operand.expression), AMOP_SEARCH, InvalidOid);
    clause.kind = kind_by_opclasses(clause.opclasses);
    if (clause.kind == WHATIF_EQUAL)
        clause.kind = WHATIF_IN;
    return append(NIL, &clause);
}

static List *
of_methods(const List *opclasses, Oid method, Oid other)
{
    List *kept = NIL;
    const ListCell *cell;

    foreach (cell, opclasses) {
        WhatifOpclass *opclass = lfirst(cell);

        if (opclass->method == method || opclass->method == other)
            kept = lappend(kept, opclass);
    }
    return kept;
}

/* (a, b) > (1, 2): a B-tree that starts with the first column serves it. */
static List *
match_row(const Source *source, RowCompareExpr *row)
{
    WhatifClause clause;
    WhatifOperand operand;
    Oid operator_oid = linitial_oid(row->opnos);
    const bool left = whatif_comparable(source->request, (Node *)row->rargs);

    if (!left && !whatif_comparable(source->request, (Node *)row->largs))
        return NIL;
    if (!left)
        operator_oid = get_commutator(operator_oid);
    if (!OidIsValid(operator_oid) ||
        !whatif_operand(source->request, linitial(left ? row->largs : row->rargs),
                        linitial_oid(row->inputcollids), &operand))
        return NIL;
    clause = clause_of(source, WHATIF_RANGE);
    clause.operand = operand;
    clause.operator_name = get_opname(operator_oid);
    clause.opclasses = of_methods(
        whatif_opclasses(operator_oid, exprType(operand.expression), AMOP_SEARCH, InvalidOid),
        BTREE_AM_OID, InvalidOid);
    return append(NIL, &clause);
}

static List *
match_null(const Source *source, const NullTest *test)
{
    WhatifClause clause;
    WhatifOperand operand;

    if (test->argisrow || !whatif_operand(source->request, (Node *)test->arg, InvalidOid, &operand))
        return NIL;
    clause = clause_of(source, test->nulltesttype == IS_NULL ? WHATIF_NULL : WHATIF_NOT_NULL);
    clause.operand = operand;
    clause.operator_name = test->nulltesttype == IS_NULL ? "IS NULL" : "IS NOT NULL";
    clause.opclasses = whatif_null_opclasses(exprType(operand.expression));
    return append(NIL, &clause);
}

static bool
is_truth(const BooleanTest *test)
{
    return test->booltesttype == IS_TRUE || test->booltesttype == IS_FALSE;
}

/* A column, NOT it, IS TRUE, IS FALSE. */
static List *
match_boolean(const Source *source)
{
    WhatifClause clause;
    WhatifOperand operand;
    Node *node = source->node;

    if (is_notclause(node))
        node = (Node *)get_notclausearg((Expr *)node);
    else if (IsA(node, BooleanTest) && is_truth((const BooleanTest *)node))
        node = (Node *)((BooleanTest *)node)->arg;
    if ((!IsA(node, Var) && !IsA(node, CoerceViaIO)) || exprType(node) != BOOLOID ||
        !whatif_operand(source->request, node, InvalidOid, &operand))
        return NIL;
    clause = clause_of(source, WHATIF_BOOLEAN);
    clause.operand = operand;
    clause.operator_name = "=";
    clause.opclasses = whatif_opclasses(BooleanEqualOperator, BOOLOID, AMOP_SEARCH, InvalidOid);
#if PG_VERSION_NUM < 170000 /* IsBooleanOpfamily() knows no others */
    clause.opclasses = of_methods(clause.opclasses, BTREE_AM_OID, HASH_AM_OID);
#endif
    return append(NIL, &clause);
}

/* NIL: it is nothing but a filter. Of WhatifClause *. */
static List *
match(const Source *source)
{
    /* A clause that a row security policy must come before. */
    if (!restriction_is_securely_promotable(source->info, source->request->rel))
        return NIL;
    switch (nodeTag(source->node)) {
    case T_OpExpr:
        return match_operator(source, (OpExpr *)source->node);
    case T_FuncExpr:
        return match_function(source, (FuncExpr *)source->node);
    case T_ScalarArrayOpExpr:
        return match_array(source, (ScalarArrayOpExpr *)source->node);
    case T_RowCompareExpr:
        return match_row(source, (RowCompareExpr *)source->node);
    case T_NullTest:
        return match_null(source, (const NullTest *)source->node);
    case T_Var:
    case T_BoolExpr:
    case T_BooleanTest:
    case T_CoerceViaIO:
        return match_boolean(source);
    default:
        return NIL;
    }
}

void
whatif_request_add(WhatifRequest *request, const WhatifClause *clause)
{
    if (list_length(request->clauses) < WHATIF_MAX_CLAUSES)
        request->clauses = append(request->clauses, clause);
}

static List *
match_arm(const Source *source, Node *arm, int number)
{
    List *members = is_andclause(arm) ? ((BoolExpr *)arm)->args : list_make1(arm);
    List *served = NIL;
    ListCell *cell;

    foreach (cell, members) {
        Source member = *source;
        ListCell *found;

        member.node = lfirst(cell);
        foreach (found, match(&member)) {
            WhatifClause *clause = lfirst(found);

            clause->or_arm = number;
            if (clause->opclasses != NIL)
                served = lappend(served, clause);
        }
    }
    return served;
}

/* Of use only when an index serves each arm. What a join's OR says of the relation alone has become
 * a restriction of its own (extract_restriction_or_clauses()). */
static void
add_arms(const Source *source)
{
    const BoolExpr * or = (const BoolExpr *)source->node;
    WhatifRequest *request = source->request;
    bool has_join = false;
    List *all = NIL;
    ListCell *cell;

    if (list_length(or->args) > WHATIF_MAX_ARMS)
        return;
    foreach (cell, or->args) {
        List *served = match_arm(source, lfirst(cell), foreach_current_index(cell) + 1);

        if (served == NIL)
            return;
        all = list_concat(all, served);
    }
    foreach (cell, all)
        has_join |= ((const WhatifClause *)lfirst(cell))->is_join;
    if (source->is_join && !has_join)
        return;
    request->groups++;
    foreach (cell, all) {
        WhatifClause *clause = lfirst(cell);

        clause->or_group = request->groups;
        whatif_request_add(request, clause);
    }
}

void
whatif_request_clause(WhatifRequest *request, RestrictInfo *info, bool is_join)
{
    const Source source = {request, info, is_join, (Node *)info->clause};
    List *found = NIL;
    ListCell *cell;

    CHECK_FOR_INTERRUPTS();
    if (list_length(request->clauses) >= WHATIF_MAX_CLAUSES)
        return;
    if (is_orclause(source.node))
        add_arms(&source);
    else
        found = match(&source);
    if (found == NIL) {
        const WhatifClause filter = clause_of(&source, WHATIF_FILTER);

        found = append(NIL, &filter);
    }
    foreach (cell, found) {
        const WhatifClause *clause = lfirst(cell);

        if (!is_join || clause->kind != WHATIF_FILTER)
            whatif_request_add(request, clause);
    }
}

void
whatif_request_restrictions(WhatifRequest *request)
{
    ListCell *cell;

    foreach (cell, request->rel->baserestrictinfo) {
        RestrictInfo *info = lfirst_node(RestrictInfo, cell);

        if (!info->pseudoconstant)
            whatif_request_clause(request, info, false);
    }
}
