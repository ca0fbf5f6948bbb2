/* What joins ask of a relation: the parameters of the inner side of a nested loop. */
#include "requests.h"

#include "access/stratnum.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "optimizer/restrictinfo.h"
#include "utils/lsyscache.h"

List *
whatif_own_members(const WhatifRequest *request, EquivalenceClass *class)
{
    List *own = NIL;
#if PG_VERSION_NUM >= 180000
    EquivalenceMemberIterator iterator;
    EquivalenceMember *member;

    setup_eclass_member_iterator(&iterator, class, request->rel->relids);
    while ((member = eclass_member_iterator_next(&iterator)) != NULL)
        if (!member->em_is_const && bms_equal(member->em_relids, request->rel->relids))
            own = lappend(own, member);
#else
    ListCell *cell;

    foreach (cell, class->ec_members) {
        EquivalenceMember *member = lfirst_node(EquivalenceMember, cell);

        if (!member->em_is_const && bms_equal(member->em_relids, request->rel->relids))
            own = lappend(own, member);
    }
#endif
    return own;
}

/* An operator of the class's families by which @own is compared with @other. */
static Oid
equality(const EquivalenceClass *class, const EquivalenceMember *own,
         const EquivalenceMember *other)
{
    const ListCell *cell;

    foreach (cell, class->ec_opfamilies) {
#if PG_VERSION_NUM >= 180000
        const Oid found = get_opfamily_member_for_cmptype(lfirst_oid(cell), own->em_datatype,
                                                          other->em_datatype, COMPARE_EQ);
#else
        const Oid found = get_opfamily_member(lfirst_oid(cell), own->em_datatype,
                                              other->em_datatype, BTEqualStrategyNumber);
#endif
        if (OidIsValid(found))
            return found;
    }
    return InvalidOid;
}

static bool
is_of_others(const WhatifRequest *request, const EquivalenceMember *member)
{
    return !member->em_is_const && !member->em_is_child && !bms_is_empty(member->em_relids) &&
           !bms_overlap(member->em_relids, request->top) &&
           !bms_overlap(member->em_relids, request->rel->relids);
}

static double
selectivity(const WhatifRequest *request, Oid operator_oid, const EquivalenceMember *own,
            const EquivalenceMember *other, Oid collation)
{
    OpExpr *clause = (OpExpr *)make_opclause(operator_oid, BOOLOID, false, own->em_expr,
                                             other->em_expr, InvalidOid, collation);
    double share;

    set_opfuncid(clause);
    share = clause_selectivity(request->root, (Node *)clause, (int)request->rel->relid, JOIN_INNER,
                               NULL);
    return Min(Max(share, 0.0), 1.0);
}

static bool
add_member(WhatifRequest *request, const EquivalenceClass *class, const EquivalenceMember *own,
           const EquivalenceMember *other)
{
    const Oid operator_oid = equality(class, own, other);
    WhatifClause clause = {.kind = WHATIF_JOIN, .is_join = true};

    if (!OidIsValid(operator_oid) ||
        !whatif_operand(request, (Node *)own->em_expr, class->ec_collation, &clause.operand))
        return false;
    clause.operator_name = get_opname(operator_oid);
    clause.opclasses = whatif_opclasses(operator_oid, exprType(clause.operand.expression),
                                        AMOP_SEARCH, InvalidOid);
    clause.selectivity = selectivity(request, operator_oid, own, other, class->ec_collation);
    pull_varattnos((Node *)own->em_expr, request->rel->relid, &clause.columns);
    (void)whatif_hidden(request, (Node *)own->em_expr, class->ec_collation, &clause.hidden);
    whatif_request_add(request, &clause);
    return true;
}

/* One clause for each member of the relation, with the first of another relation that fits. */
static void
add_class(WhatifRequest *request, EquivalenceClass *class)
{
    ListCell *own, *other;

    foreach (own, whatif_own_members(request, class)) {
        foreach (other, class->ec_members) {
            const EquivalenceMember *member = lfirst_node(EquivalenceMember, other);

            if (is_of_others(request, member) &&
                add_member(request, class, lfirst_node(EquivalenceMember, own), member))
                break;
        }
    }
}

/* A class with a constant has become restrictions. */
void
whatif_request_joins(WhatifRequest *request)
{
    ListCell *cell;

    foreach (cell, request->root->eq_classes) {
        EquivalenceClass *class = lfirst_node(EquivalenceClass, cell);

        if (!class->ec_has_const && !class->ec_has_volatile && !class->ec_merged &&
            bms_overlap(class->ec_relids, request->top) &&
            !bms_is_subset(class->ec_relids, request->top))
            add_class(request, class);
    }
    foreach (cell, request->rel->joininfo) {
        RestrictInfo *info = lfirst_node(RestrictInfo, cell);

        if (join_clause_is_movable_to(info, request->rel))
            whatif_request_clause(request, info, true);
    }
}
