/* Orders that a statement wants a relation's rows in, and the limit that then reaches down. */
#include "requests.h"

#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "commands/defrem.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"

static bool
is_descending(const PathKey *key)
{
#if PG_VERSION_NUM >= 180000
    return key->pk_cmptype == COMPARE_GT;
#else
    return key->pk_strategy == BTGreaterStrategyNumber;
#endif
}

/* Without naming an operator class, an index sorts as the default does. */
static bool
sorts_by_default(const PathKey *key, const Node *expression)
{
    const Oid opclass = GetDefaultOpClass(exprType(expression), BTREE_AM_OID);

    return OidIsValid(opclass) && get_opclass_family(opclass) == key->pk_opfamily;
}

/* false: @key is not of the relation alone. */
static bool
find_key(const WhatifRequest *request, const PathKey *key, WhatifKey *out)
{
    const Oid collation = key->pk_eclass->ec_collation;
    ListCell *cell;

    if (key->pk_eclass->ec_has_volatile)
        return false;
    foreach (cell, whatif_own_members(request, key->pk_eclass)) {
        const EquivalenceMember *member = lfirst_node(EquivalenceMember, cell);

        if (whatif_operand(request, (Node *)member->em_expr, collation, &out->operand) &&
            sorts_by_default(key, out->operand.expression)) {
            out->descending = is_descending(key);
            out->nulls_first = key->pk_nulls_first;
            return true;
        }
    }
    return false;
}

static bool
same_key(const WhatifKey *a, const WhatifKey *b)
{
    return equal(a->operand.expression, b->operand.expression) &&
           a->operand.collation == b->operand.collation && a->descending == b->descending &&
           a->nulls_first == b->nulls_first;
}

static bool
same_order(const WhatifOrder *a, const WhatifOrder *b)
{
    if (a->any_order != b->any_order || a->is_distance != b->is_distance ||
        list_length(a->keys) != list_length(b->keys))
        return false;
    for (int i = 0; i < list_length(a->keys); i++)
        if (!same_key(list_nth(a->keys, i), list_nth(b->keys, i)))
            return false;
    return true;
}

static void
add(WhatifRequest *request, const WhatifOrder *order)
{
    WhatifOrder *copy;
    ListCell *cell;

    foreach (cell, request->orders)
        if (same_order(lfirst(cell), order))
            return;
    if (list_length(request->orders) >= WHATIF_MAX_CLAUSES)
        return;
    copy = palloc(sizeof(WhatifOrder));
    *copy = *order;
    request->orders = lappend(request->orders, copy);
}

static List *
add_key(List *keys, const WhatifKey *key)
{
    WhatifKey *copy = palloc(sizeof(WhatifKey));

    *copy = *key;
    return lappend(keys, copy);
}

/* x <-> constant, or constant <-> x. */
static bool
find_distance(const WhatifRequest *request, const PathKey *key, OpExpr *op, WhatifOrder *out)
{
    for (int side = 0; side < 2; side++) {
        Node *other = list_nth(op->args, 1 - side);
        const Oid operator_oid = side == 0 ? op->opno : get_commutator(op->opno);
        WhatifKey found = {.descending = false};

        if (!OidIsValid(operator_oid) || !whatif_comparable(request, other) ||
            !whatif_operand(request, list_nth(op->args, side), op->inputcollid, &found.operand))
            continue;
        out->opclasses = whatif_opclasses(operator_oid, exprType(found.operand.expression),
                                          AMOP_ORDER, key->pk_opfamily);
        if (out->opclasses == NIL)
            continue;
        out->keys = add_key(NIL, &found);
        return true;
    }
    return false;
}

/* Nearest first: the first key alone decides. */
static bool
add_distance(WhatifRequest *request, const List *pathkeys)
{
    const PathKey *key = linitial_node(PathKey, pathkeys);
    WhatifOrder order = {.is_distance = true};
    ListCell *cell;

    if (is_descending(key) || key->pk_nulls_first || key->pk_eclass->ec_has_volatile)
        return false;
    foreach (cell, whatif_own_members(request, key->pk_eclass)) {
        OpExpr *op = (OpExpr *)lfirst_node(EquivalenceMember, cell)->em_expr;

        if (IsA(op, OpExpr) && list_length(op->args) == 2 &&
            find_distance(request, key, op, &order)) {
            add(request, &order);
            return true;
        }
    }
    return false;
}

/* true: the relation alone gives the whole order. */
static bool
add_order(WhatifRequest *request, const List *pathkeys)
{
    WhatifOrder order = {0};
    const ListCell *cell;

    if (pathkeys == NIL)
        return false;
    if (add_distance(request, pathkeys))
        return true;
    foreach (cell, pathkeys) {
        WhatifKey key;

        if (!find_key(request, lfirst_node(PathKey, cell), &key))
            break;
        order.keys = add_key(order.keys, &key);
    }
    if (order.keys != NIL)
        add(request, &order);
    return list_length(order.keys) == list_length(pathkeys);
}

/* Groups: any permutation does, so other relations' keys may be left out anywhere. @n: of the
 * first keys. */
static void
add_groups(WhatifRequest *request, const List *pathkeys, int n)
{
    WhatifOrder order = {.any_order = true};

    for (int i = 0; i < n; i++) {
        WhatifKey key;

        if (find_key(request, list_nth_node(PathKey, pathkeys, i), &key))
            order.keys = add_key(order.keys, &key);
    }
    if (order.keys != NIL)
        add(request, &order);
}

/* Each class that a merge join can be by. */
static void
add_merges(WhatifRequest *request)
{
    ListCell *cell;

    foreach (cell, request->clauses) {
        const WhatifClause *clause = lfirst(cell);
        WhatifOrder order = {.any_order = true};
        WhatifKey key = {.operand = clause->operand};

        if (clause->kind != WHATIF_JOIN || clause->or_group > 0 ||
            !OidIsValid(GetDefaultOpClass(exprType(key.operand.expression), BTREE_AM_OID)))
            continue;
        order.keys = add_key(NIL, &key);
        add(request, &order);
    }
}

/* Aggregates' own ORDER BY and DISTINCT are the later keys of the groups' list. */
static void
add_grouping(WhatifRequest *request)
{
    const PlannerInfo *root = request->root;
    int n = list_length(root->group_pathkeys);

#if PG_VERSION_NUM >= 160000
    if (root->num_groupby_pathkeys < n) {
        n = root->num_groupby_pathkeys;
        (void)add_order(request, root->group_pathkeys);
    }
#endif
    add_groups(request, root->group_pathkeys, n);
}

static bool
is_alone(const WhatifRequest *request)
{
    return bms_equal(request->root->all_baserels, request->top);
}

void
whatif_request_orders(WhatifRequest *request)
{
    const PlannerInfo *root = request->root;
    bool decides = is_alone(request);

    add_grouping(request);
    (void)add_order(request, root->window_pathkeys);
    if (root->distinct_pathkeys != root->sort_pathkeys)
        add_groups(request, root->distinct_pathkeys, list_length(root->distinct_pathkeys));
    decides = add_order(request, root->sort_pathkeys) || (decides && root->sort_pathkeys == NIL);
#if PG_VERSION_NUM >= 170000
    add_groups(request, root->setop_pathkeys, list_length(root->setop_pathkeys));
#endif
    add_merges(request);
    request->limit = decides && root->limit_tuples >= 0 ? root->limit_tuples : -1;
}
