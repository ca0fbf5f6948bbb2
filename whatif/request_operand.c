/* Expressions of one relation: which of them an index could hold, or its predicate. */
#include "requests.h"

#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/placeholder.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"

/** What find_unfit() has met. */
typedef struct {
    bool parameter, other;
} Unfit;

/* COLLATE, once the planner has been at it: ruleutils.c does not write that. */
static bool
changes_collation(const RelabelType *relabel)
{
    const Oid collation = exprCollation((const Node *)relabel->arg);

    return OidIsValid(collation) && relabel->resultcollid != collation;
}

static bool
find_unfit(Node *node, void *context)
{
    Unfit *unfit = context;

    if (!node)
        return false;
    switch (nodeTag(node)) {
    case T_Param:
        unfit->parameter = true;
        unfit->other |= ((const Param *)node)->paramkind != PARAM_EXTERN;
        return unfit->other;
    case T_RelabelType:
        unfit->other |= changes_collation((const RelabelType *)node);
        return unfit->other || expression_tree_walker(node, find_unfit, context);
    case T_Var:
        unfit->other |= ((const Var *)node)->varattno <= 0;
        return unfit->other;
    case T_SubPlan:
    case T_AlternativeSubPlan:
    case T_PlaceHolderVar:
    case T_Aggref:
    case T_GroupingFunc:
    case T_WindowFunc:
    case T_CurrentOfExpr:
        unfit->other = true;
        return true;
    default:
        return expression_tree_walker(node, find_unfit, context);
    }
}

static bool
is_of_relation(const WhatifRequest *request, Node *node)
{
    return bms_equal(pull_varnos(request->root, node), request->rel->relids);
}

bool
whatif_can_be_shown(const WhatifRequest *request, Node *node, bool *is_constant)
{
    Unfit unfit = {0};

    *is_constant = false;
    (void)find_unfit(node, &unfit);
    if (unfit.other || !is_of_relation(request, node))
        return false;
    *is_constant = !unfit.parameter && !contain_mutable_functions(node);
    return true;
}

Node *
whatif_as_one(const WhatifRequest *request, Node *node)
{
    Node *copy = copyObject(node);

    ChangeVarNodes(copy, (int)request->rel->relid, 1, 0);
    return copy;
}

/* Bytes, as the planner counts them (set_rel_width(), src/backend/optimizer/path/costsize.c). */
static int32
width(const WhatifRequest *request, const Node *expression)
{
    int32 known = 0;

    if (IsA(expression, Var))
        known = get_attavgwidth(request->relid, ((const Var *)expression)->varattno);
    if (known <= 0)
        known = get_typavgwidth(exprType(expression), exprTypmod(expression));
    return Min(known, PG_INT16_MAX);
}

bool
whatif_operand(const WhatifRequest *request, Node *node, Oid collation, WhatifOperand *out)
{
    bool is_constant;

    /* match_index_to_operand() looks through these. */
    while (node && IsA(node, RelabelType))
        node = (Node *)((RelabelType *)node)->arg;
    if (!node || IsA(node, ArrayExpr) || IsA(node, RowExpr) ||
        !whatif_can_be_shown(request, node, &is_constant) || !is_constant)
        return false;
    *out = (WhatifOperand){.width = width(request, node)};
    if (OidIsValid(collation) && OidIsValid(exprCollation(node)) &&
        collation != exprCollation(node))
        out->collation = collation;
    if (IsA(node, Var) && !OidIsValid(out->collation))
        out->attnum = ((const Var *)node)->varattno;
    out->expression = whatif_as_one(request, node);
    return true;
}

bool
whatif_comparable(const WhatifRequest *request, Node *node)
{
    return !bms_overlap(pull_varnos(request->root, node), request->rel->relids) &&
           !contain_volatile_functions(node);
}
