/* Whether a CHECK constraint says what a partition's bound says: comparisons of one column with
 * constants. Source: ConstraintImpliedByRelConstraint() in src/backend/commands/tablecmds.c,
 * get_qual_for_range() and get_qual_for_list() in src/backend/partitioning/partbounds.c. */
#include "effect_internal.h"

#include <stdlib.h>
#include <string.h>

#define CASE(name) PG_QUERY__NODE__NODE_##name

/** A constant as text; numbers are compared as such, ISO dates and other words by their bytes. */
typedef struct {
    char *text;
    gboolean is_number;
    double number;
} Constant;

typedef enum { LESS, LESS_EQUAL, EQUAL, GREATER_EQUAL, GREATER, NOT_EQUAL, ONE_OF } Comparison;

/** column <comparison> constants */
typedef struct {
    Comparison comparison;
    GArray *constants; /* of Constant */
} Fact;

static void
clear_constant(gpointer data)
{
    g_free(((Constant *)data)->text);
}

static void
clear_fact(gpointer data)
{
    g_array_unref(((Fact *)data)->constants);
}

static const PgQuery__Node *
without_casts(const PgQuery__Node *node)
{
    while (node && node->node_case == CASE(TYPE_CAST))
        node = node->type_cast->arg;
    return node;
}

static gboolean
read_constant(const PgQuery__Node *node, Constant *constant)
{
    const PgQuery__AConst *value;
    g_autofree char *text = NULL;
    char *end;

    node = without_casts(node);
    if (!node)
        return FALSE;
    if (node->node_case == CASE(A_EXPR) && !node->a_expr->lexpr &&
        node->a_expr->rexpr) { /* a minus */
        text = pga_tree_deparse_expression(node);
    } else if (node->node_case == CASE(A_CONST) && !node->a_const->isnull) {
        value = node->a_const;
        text = value->val_case == PG_QUERY__A__CONST__VAL_SVAL ? g_strdup(value->sval->sval)
                                                               : pga_tree_deparse_expression(node);
    }
    if (!text)
        return FALSE;
    g_strstrip(text);
    constant->number = g_ascii_strtod(text, &end);
    constant->is_number = end != text && *end == '\0';
    constant->text = g_steal_pointer(&text);
    return TRUE;
}

/* FALSE where the order of the two is not known. */
static gboolean
compare(const Constant *one, const Constant *other, int *order)
{
    if (one->is_number && other->is_number)
        *order = (one->number > other->number) - (one->number < other->number);
    else
        *order = strcmp(one->text, other->text);
    /* of texts only equality is known, unless they are dates written alike */
    return *order == 0 || (one->is_number && other->is_number) ||
           (strlen(one->text) == strlen(other->text) && strlen(one->text) >= 10 &&
            one->text[4] == '-' && other->text[4] == '-' && g_ascii_isdigit(one->text[0]) &&
            g_ascii_isdigit(other->text[0]));
}

static gboolean
read_comparison(const PgQuery__AExpr *expression, gboolean swapped, Comparison *comparison)
{
    static const struct {
        const char *name;
        Comparison comparison, swapped;
    } names[] = {
        {"<", LESS, GREATER}, {"<=", LESS_EQUAL, GREATER_EQUAL},
        {"=", EQUAL, EQUAL},  {">=", GREATER_EQUAL, LESS_EQUAL},
        {">", GREATER, LESS}, {"<>", NOT_EQUAL, NOT_EQUAL},
    };
    const char *name = expression->n_name > 0 &&
                               expression->name[expression->n_name - 1]->node_case == CASE(STRING)
                           ? expression->name[expression->n_name - 1]->string->sval
                           : "";

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(name, names[i].name) == 0) {
            *comparison = swapped ? names[i].swapped : names[i].comparison;
            return TRUE;
        }
    return FALSE;
}

static gboolean
is_column(const PgQuery__Node *node, const char *column)
{
    const PgQuery__ColumnRef *reference;
    const PgQuery__Node *last;

    node = without_casts(node);
    if (!node || node->node_case != CASE(COLUMN_REF))
        return FALSE;
    reference = node->column_ref;
    last = reference->n_fields > 0 ? reference->fields[reference->n_fields - 1] : NULL;
    return last && last->node_case == CASE(STRING) && strcmp(last->string->sval, column) == 0;
}

static void
add_fact(GArray *facts, Comparison comparison, PgQuery__Node *const *nodes, size_t n)
{
    Fact fact = {comparison, g_array_new(FALSE, FALSE, sizeof(Constant))};

    g_array_set_clear_func(fact.constants, clear_constant);
    for (size_t i = 0; i < n; i++) {
        Constant constant;

        if (!read_constant(nodes[i], &constant)) {
            g_array_unref(fact.constants);
            return;
        }
        g_array_append_val(fact.constants, constant);
    }
    g_array_append_val(facts, fact);
}

static void
read_operator(GArray *facts, const PgQuery__AExpr *expression, const char *column)
{
    const PgQuery__Node *right = expression->rexpr;
    const gboolean swapped = is_column(right, column);
    Comparison comparison;

    if (!swapped && !is_column(expression->lexpr, column))
        return;
    if (expression->kind == PG_QUERY__A__EXPR__KIND__AEXPR_IN && right->node_case == CASE(LIST)) {
        if (read_comparison(expression, FALSE, &comparison) && comparison == EQUAL)
            add_fact(facts, ONE_OF, right->list->items, right->list->n_items);
        return;
    }
    if (expression->kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP_ANY) {
        right = without_casts(right);
        if (right && right->node_case == CASE(A_ARRAY_EXPR))
            add_fact(facts, ONE_OF, right->a_array_expr->elements, right->a_array_expr->n_elements);
        return;
    }
    if (expression->kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP &&
        read_comparison(expression, swapped, &comparison))
        add_fact(facts, comparison, swapped ? &expression->lexpr : &expression->rexpr, 1);
}

/* Of the parts of AND. */
static void
read_facts(GArray *facts, const PgQuery__Node *node, const char *column)
{
    g_autoptr(GPtrArray) rest = g_ptr_array_new();

    g_ptr_array_add(rest, (gpointer)node);
    while (rest->len > 0) {
        node = g_ptr_array_remove_index_fast(rest, rest->len - 1);
        if (node->node_case == CASE(BOOL_EXPR) &&
            node->bool_expr->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR)
            for (size_t i = 0; i < node->bool_expr->n_args; i++)
                g_ptr_array_add(rest, node->bool_expr->args[i]);
        else if (node->node_case == CASE(A_EXPR))
            read_operator(facts, node->a_expr, column);
    }
}

static void
read_expression(GArray *facts, const char *expression, const char *column)
{
    g_autofree char *sql = g_strconcat("SELECT ", expression, NULL);
    PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(sql);
    PgQuery__ParseResult *tree =
        parsed.error ? NULL
                     : pg_query__parse_result__unpack(NULL, parsed.parse_tree.len,
                                                      (uint8_t *)parsed.parse_tree.data);

    if (tree && tree->n_stmts == 1 && tree->stmts[0]->stmt->node_case == CASE(SELECT_STMT) &&
        tree->stmts[0]->stmt->select_stmt->n_target_list == 1)
        read_facts(facts, tree->stmts[0]->stmt->select_stmt->target_list[0]->res_target->val,
                   column);
    if (tree)
        pg_query__parse_result__free_unpacked(tree, NULL);
    pg_query_free_protobuf_parse_result(parsed);
}

static GArray *
facts_of(const PgaStateRelation *relation, const char *column)
{
    GArray *facts = g_array_new(FALSE, FALSE, sizeof(Fact));

    g_array_set_clear_func(facts, clear_fact);
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaStateConstraint *constraint = relation->constraints->pdata[i];

        if (constraint->type == 'c' && constraint->valid && constraint->enforced &&
            constraint->expression)
            read_expression(facts, constraint->expression, column);
    }
    return facts;
}

/** Whether "column <wanted> value" follows from "column <known> constant", by how the constant
 * compares with the value: bits of less, equal, greater. */
enum { L = 1, E = 2, G = 4 };

static const guint follows_when[NOT_EQUAL + 2][NOT_EQUAL + 1] = {
    [LESS] = {[LESS] = L | E, [LESS_EQUAL] = L | E},
    [LESS_EQUAL] = {[LESS] = L, [LESS_EQUAL] = L | E},
    [EQUAL] = {[LESS] = L, [LESS_EQUAL] = L | E, [GREATER_EQUAL] = E | G, [GREATER] = G},
    [GREATER_EQUAL] = {[GREATER_EQUAL] = E | G, [GREATER] = G},
    [GREATER] = {[GREATER_EQUAL] = E | G, [GREATER] = E | G},
    [ONE_OF] = {[LESS] = L, [LESS_EQUAL] = L | E, [GREATER_EQUAL] = E | G, [GREATER] = G},
};

static gboolean
follows(const Fact *fact, Comparison wanted, const Constant *value)
{
    const Constant *constant = &g_array_index(fact->constants, Constant, 0);
    int order;

    if (fact->constants->len != 1 || !compare(constant, value, &order))
        return FALSE;
    return (follows_when[fact->comparison][wanted] & (order < 0 ? L : order > 0 ? G : E)) != 0;
}

static gboolean
any_follows(const GArray *facts, Comparison wanted, const Constant *value)
{
    for (guint i = 0; i < facts->len; i++)
        if (follows(&g_array_index(facts, Fact, i), wanted, value))
            return TRUE;
    return FALSE;
}

/* One end of a range: MINVALUE and MAXVALUE ask for nothing. */
static gboolean
end_follows(const GArray *facts, const PgQuery__Node *datum, Comparison wanted, gboolean *open)
{
    Constant value;
    gboolean result;

    *open = datum->node_case == CASE(COLUMN_REF);
    if (*open)
        return FALSE;
    if (!read_constant(datum, &value))
        return FALSE;
    result = any_follows(facts, wanted, &value);
    g_free(value.text);
    return result;
}

static gboolean
range_follows(const GArray *facts, const PgQuery__PartitionBoundSpec *bound, gboolean refutes)
{
    gboolean low_open, high_open, low, high;

    if (bound->n_lowerdatums != 1 || bound->n_upperdatums != 1)
        return FALSE;
    low = end_follows(facts, bound->lowerdatums[0], refutes ? LESS : GREATER_EQUAL, &low_open);
    high = end_follows(facts, bound->upperdatums[0], refutes ? GREATER_EQUAL : LESS, &high_open);
    return refutes ? low || high : (low || low_open) && (high || high_open);
}

static gboolean
is_among(const Constant *constant, PgQuery__Node *const *nodes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        Constant other;
        int order;
        gboolean same;

        if (!read_constant(nodes[i], &other))
            continue;
        same = compare(constant, &other, &order) && order == 0;
        g_free(other.text);
        if (same)
            return TRUE;
    }
    return FALSE;
}

/* All (or, to refute, none) of a fact's constants are in the list. */
static gboolean
list_follows(const GArray *facts, const PgQuery__PartitionBoundSpec *bound, gboolean refutes)
{
    for (guint i = 0; i < facts->len; i++) {
        const Fact *fact = &g_array_index(facts, Fact, i);
        guint inside = 0;

        if (fact->comparison != EQUAL && fact->comparison != ONE_OF)
            continue;
        for (guint k = 0; k < fact->constants->len; k++)
            inside += is_among(&g_array_index(fact->constants, Constant, k), bound->listdatums,
                               bound->n_listdatums)
                          ? 1
                          : 0;
        if (inside == (refutes ? 0 : fact->constants->len))
            return TRUE;
    }
    return FALSE;
}

static gboolean
holds_null(const PgQuery__PartitionBoundSpec *bound)
{
    for (size_t i = 0; i < bound->n_listdatums; i++)
        if (bound->listdatums[i]->node_case == CASE(A_CONST) &&
            bound->listdatums[i]->a_const->isnull)
            return TRUE;
    return FALSE;
}

gboolean
pga_effect_bound_proven(const PgaStateRelation *relation, const PgaStateRelation *parent,
                        const PgQuery__PartitionBoundSpec *bound, gboolean refutes)
{
    const char *column = parent->partition_key && parent->partition_key->len == 1
                             ? parent->partition_key->pdata[0]
                             : NULL;
    const PgaStateColumn *found = column ? pga_state_column(relation, column) : NULL;
    g_autoptr(GArray) facts = NULL;

    if (!found || (parent->strategy != 'r' && parent->strategy != 'l'))
        return FALSE;
    if (!refutes && !found->not_null && !pga_state_proves_not_null(relation, column) &&
        !holds_null(bound))
        return FALSE; /* a CHECK lets NULL pass */
    if (refutes && holds_null(bound) && !found->not_null)
        return FALSE;
    facts = facts_of(relation, column);
    return parent->strategy == 'r' ? range_follows(facts, bound, refutes)
                                   : list_follows(facts, bound, refutes);
}
