/* The operator classes that can serve a clause, whatever extension they come from. */
#include "requests.h"

#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "fmgr.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "parser/parse_coerce.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* In the order that they are tried in. */
static const Oid methods[] = {
    BTREE_AM_OID, HASH_AM_OID, GIN_AM_OID, GIST_AM_OID, SPGIST_AM_OID, BRIN_AM_OID,
};

static int
method_rank(Oid method)
{
    for (int i = 0; i < (int)lengthof(methods); i++)
        if (methods[i] == method)
            return i;
    return (int)lengthof(methods);
}

static int
compare(const ListCell *a, const ListCell *b)
{
    const WhatifOpclass *left = lfirst(a), *right = lfirst(b);

    if (left->method != right->method) {
        const int ranks = method_rank(left->method) - method_rank(right->method);

        return ranks != 0 ? ranks : (left->method < right->method ? -1 : 1);
    }
    if (left->is_default != right->is_default)
        return left->is_default ? -1 : 1;
    return left->opclass < right->opclass ? -1 : left->opclass > right->opclass;
}

/* Several classes may name the same family and type: the default, else the one called after the
 * type (varchar_pattern_ops beside text_pattern_ops), else the oldest. */
static int
preference(const FormData_pg_opclass *form, Oid type, Oid by_default)
{
    if (form->oid == by_default)
        return 0;
    if (type == VARCHAROID && strncmp(NameStr(form->opcname), "varchar_", 8) == 0)
        return 1;
    return form->opcdefault ? 2 : 3;
}

/* The class of @family for operands of @type, InvalidOid when there is none. @left: that it must be
 * declared for, InvalidOid: any that takes the type. */
static Oid
class_of_family(Oid method, Oid family, Oid left, Oid type, Oid by_default)
{
    CatCList *classes = SearchSysCacheList1(CLAAMNAMENSP, ObjectIdGetDatum(method));
    Oid best = InvalidOid;
    int best_preference = 0;

    for (int i = 0; i < classes->n_members; i++) {
        const FormData_pg_opclass *form = (Form_pg_opclass)GETSTRUCT(&classes->members[i]->tuple);
        int how;

        if (form->opcfamily != family || (OidIsValid(left) && form->opcintype != left) ||
            !IsBinaryCoercible(type, form->opcintype))
            continue;
        how = preference(form, type, by_default);
        if (!OidIsValid(best) || how < best_preference ||
            (how == best_preference && form->oid < best)) {
            best = form->oid;
            best_preference = how;
        }
    }
    ReleaseCatCacheList(classes);
    return best;
}

static List *
add(List *list, Oid opclass, Oid method, Oid family, int16 strategy, bool is_default)
{
    WhatifOpclass *added;
    ListCell *cell;

    foreach (cell, list)
        if (((WhatifOpclass *)lfirst(cell))->opclass == opclass)
            return list;
    added = palloc(sizeof(WhatifOpclass));
    *added = (WhatifOpclass){opclass, method, family, strategy, is_default};
    return lappend(list, added);
}

static List *
add_member(List *list, const FormData_pg_amop *member, Oid type)
{
    const Oid by_default = GetDefaultOpClass(type, member->amopmethod);
    const Oid opclass = class_of_family(member->amopmethod, member->amopfamily,
                                        member->amoplefttype, type, by_default);

    if (!OidIsValid(opclass))
        return list;
    return add(list, opclass, member->amopmethod, member->amopfamily, member->amopstrategy,
               opclass == by_default);
}

List *
whatif_opclasses(Oid operator_oid, Oid type, char purpose, Oid sort_family)
{
    CatCList *members;
    List *list = NIL;

    type = getBaseType(type);
    members = SearchSysCacheList1(AMOPOPID, ObjectIdGetDatum(operator_oid));
    for (int i = 0; i < members->n_members; i++) {
        const FormData_pg_amop *member = (Form_pg_amop)GETSTRUCT(&members->members[i]->tuple);

        if (member->amoppurpose == purpose &&
            (!OidIsValid(sort_family) || member->amopsortfamily == sort_family))
            list = add_member(list, member, type);
    }
    ReleaseCatCacheList(members);
    list_sort(list, compare);
    return list;
}

List *
whatif_null_opclasses(Oid type)
{
    static const Oid finding[] = {BTREE_AM_OID, GIST_AM_OID, BRIN_AM_OID};
    List *list = NIL;

    for (int i = 0; i < (int)lengthof(finding); i++) {
        const Oid opclass = GetDefaultOpClass(type, finding[i]);

        if (OidIsValid(opclass))
            list = add(list, opclass, finding[i], get_opclass_family(opclass), 0, true);
    }
    return list;
}

/** What whatif_support_opclasses() was asked. */
typedef struct {
    const WhatifRequest *request;
    Oid support, function;
    Node *node;
    int argument;
    Oid type, collation; /* of the operand */
} Question;

/* What an index of one column by @form would be asked instead: a list of conditions, NIL: none. The
 * function may look at the index. */
static List *
ask(const Question *question, const FormData_pg_opclass *form)
{
    IndexOptInfo *index = makeNode(IndexOptInfo);
    SupportRequestIndexCondition request = {.type = T_SupportRequestIndexCondition};
    Oid family = form->opcfamily, type = form->opcintype, collation = question->collation;

    index->rel = question->request->rel;
    index->relam = form->opcmethod;
    index->ncolumns = index->nkeycolumns = 1;
    index->opfamily = &family;
    index->opcintype = &type;
    index->indexcollations = &collation;
    request.root = question->request->root;
    request.funcid = question->function;
    request.node = question->node;
    request.indexarg = question->argument;
    request.index = index;
    request.opfamily = family;
    request.indexcollation = collation;
    request.lossy = true;
    return (List *)DatumGetPointer(OidFunctionCall1(question->support, PointerGetDatum(&request)));
}

/* Of the first condition; *@all_equal: every one is an equality of a B-tree. */
static int16
strategy_of(const List *conditions, Oid family, bool *all_equal)
{
    int16 first = 0;
    const ListCell *cell;

    *all_equal = true;
    foreach (cell, conditions) {
        const Node *condition = lfirst(cell);
        const int strategy =
            IsA(condition, OpExpr)
                ? get_op_opfamily_strategy(((const OpExpr *)condition)->opno, family)
                : 0;

        if (first == 0)
            first = (int16)strategy;
        *all_equal &= strategy == BTEqualStrategyNumber;
    }
    return first;
}

static List *
ask_method(List *list, const Question *question, Oid method, WhatifSupport *by_btree)
{
    CatCList *classes = SearchSysCacheList1(CLAAMNAMENSP, ObjectIdGetDatum(method));
    const Oid by_default = GetDefaultOpClass(question->type, method);

    for (int i = 0; i < classes->n_members; i++) {
        const FormData_pg_opclass *form = (Form_pg_opclass)GETSTRUCT(&classes->members[i]->tuple);
        List *conditions;
        bool all_equal;
        int16 strategy;

        if (!IsBinaryCoercible(question->type, form->opcintype) ||
            form->oid != class_of_family(method, form->opcfamily, form->opcintype, question->type,
                                         by_default))
            continue;
        conditions = ask(question, form);
        if (conditions == NIL)
            continue;
        strategy = strategy_of(conditions, form->opcfamily, &all_equal);
        if (method == BTREE_AM_OID)
            *by_btree = all_equal ? Max(*by_btree, WHATIF_BTREE_EQUAL) : WHATIF_BTREE_RANGE;
        list = add(list, form->oid, method, form->opcfamily, strategy, form->oid == by_default);
    }
    ReleaseCatCacheList(classes);
    return list;
}

List *
whatif_support_opclasses(const WhatifRequest *request, Oid function, Node *node, int argument,
                         const WhatifOperand *operand, WhatifSupport *by_btree)
{
    Question question = {.request = request, .function = function, .node = node};
    List *list = NIL;

    *by_btree = WHATIF_NOT_BTREE;
    question.support = get_func_support(function);
    if (!OidIsValid(question.support))
        return NIL;
    question.argument = argument;
    question.type = getBaseType(exprType(operand->expression));
    question.collation =
        OidIsValid(operand->collation) ? operand->collation : exprCollation(operand->expression);
    for (int i = 0; i < (int)lengthof(methods); i++)
        list = ask_method(list, &question, methods[i], by_btree);
    list_sort(list, compare);
    return list;
}
