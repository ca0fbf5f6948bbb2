/* Columns that a comparison hides from their indexes without a word of it in the text: the other
 * side's type has PostgreSQL put a cast around the column, or its collation is another. */
#include "requests.h"

#include "catalog/pg_am.h"
#include "catalog/pg_operator.h"
#include "commands/defrem.h"
#include "nodes/nodeFuncs.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

/* The default B-tree family of what a type is compared as; InvalidOid: there is none. */
static Oid
family(Oid type)
{
    const Oid opclass = GetDefaultOpClass(type, BTREE_AM_OID);

    return OidIsValid(opclass) ? get_opclass_family(opclass) : InvalidOid;
}

/* Of the same bytes, but with an order of its own: citext as text. */
static bool
is_compared_apart(Oid type, Oid as)
{
    const Oid own = family(type);

    return OidIsValid(own) && own != family(as);
}

/* (nullable): what is inside of a cast that nobody wrote. */
static Node *
inside_of_cast(Node *node)
{
    switch (nodeTag(node)) {
    case T_FuncExpr:
        if (((const FuncExpr *)node)->funcformat == COERCE_IMPLICIT_CAST &&
            ((const FuncExpr *)node)->args != NIL)
            return linitial(((const FuncExpr *)node)->args);
        break;
    case T_CoerceViaIO:
        if (((const CoerceViaIO *)node)->coerceformat == COERCE_IMPLICIT_CAST)
            return (Node *)((const CoerceViaIO *)node)->arg;
        break;
    case T_ArrayCoerceExpr:
        if (((const ArrayCoerceExpr *)node)->coerceformat == COERCE_IMPLICIT_CAST)
            return (Node *)((const ArrayCoerceExpr *)node)->arg;
        break;
    default:
        break;
    }
    return NULL;
}

static const Var *
own_column(const WhatifRequest *request, Node *node)
{
    const Var *column;

    while (node && IsA(node, RelabelType))
        node = (Node *)((RelabelType *)node)->arg;
    column = node && IsA(node, Var) ? (const Var *)node : NULL;
    return column && column->varno == request->rel->relid && column->varattno > 0 &&
                   column->varlevelsup == 0
               ? column
               : NULL;
}

bool
whatif_hidden(const WhatifRequest *request, Node *node, Oid collation, WhatifHidden *out)
{
    Node *inside = inside_of_cast(node);
    const Var *column = own_column(request, inside ? inside : node);

    if (!column)
        return false;
    *out = (WhatifHidden){.attnum = column->varattno, .is_cast = true};
    out->from = column->vartype;
    out->to = exprType(node);
    if (inside || (IsA(node, RelabelType) && is_compared_apart(out->from, out->to)))
        return true;
    *out = (WhatifHidden){.attnum = column->varattno};
    out->from = column->varcollid;
    out->to = collation;
    if (OidIsValid(collation) && OidIsValid(column->varcollid) && collation != column->varcollid)
        return true;
    *out = (WhatifHidden){0};
    return false;
}

/* An operator of the two; but for <>, which no index serves. */
void
whatif_hidden_in(const WhatifRequest *request, Node *clause, WhatifHidden *out)
{
    const OpExpr *op = IsA(clause, OpExpr) ? (const OpExpr *)clause : NULL;
    const ScalarArrayOpExpr *array =
        IsA(clause, ScalarArrayOpExpr) ? (const ScalarArrayOpExpr *)clause : NULL;
    List *args = op ? op->args : array ? array->args : NIL;
    const Oid operator_oid = op ? op->opno : array ? array->opno : InvalidOid;
    const Oid collation = op ? op->inputcollid : array ? array->inputcollid : InvalidOid;

    if (list_length(args) != 2 || get_oprrest(operator_oid) == F_NEQSEL)
        return;
    if (whatif_comparable(request, lsecond(args)) &&
        whatif_hidden(request, linitial(args), collation, out))
        return;
    if (op && whatif_comparable(request, linitial(args)))
        (void)whatif_hidden(request, lsecond(args), collation, out);
}
