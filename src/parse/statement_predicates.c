/* What a statement compares: conditions of WHERE and of joins, as predicates on columns. */
#include <string.h>

#include "statement_tree_internal.h"

#define MAX_EXPRESSION 200

/** One side of a comparison. */
typedef struct {
    PgaColumn column;    /* of the column itself, or of the one column in the expression */
    char *expression;    /* (nullable): how the column is used, if not as it is */
    char *constant;      /* (nullable) */
    gboolean is_value;   /* holds no column */
    gboolean is_useless; /* columns of several relations, or unknown ones */
} Operand;

static void
operand_clear(Operand *operand)
{
    g_free(operand->expression);
    g_free(operand->constant);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Operand, operand_clear)

/** Where a condition stands. */
typedef struct {
    PgaTreeReader *reader;
    const PgaScope *scope;
    gboolean disjunct;
} Place;

static const char *
last_name(const json_t *names)
{
    const size_t n = json_array_size(names);

    return n ? pga_node_string(json_array_get(names, n - 1)) : NULL;
}

/* (transfer full) (nullable): an A_Const as text. */
static char *
constant_text(const json_t *constant)
{
    const json_t *string = json_object_get(constant, "sval");
    const json_t *integer = json_object_get(constant, "ival");
    const json_t *real = json_object_get(constant, "fval");
    const json_t *boolean = json_object_get(constant, "boolval");

    if (string) /* nothing is left out but what is empty */
        return g_strdup(json_object_get(string, "sval")
                            ? json_string_value(json_object_get(string, "sval"))
                            : "");
    if (integer)
        return g_strdup_printf("%" JSON_INTEGER_FORMAT,
                               json_integer_value(json_object_get(integer, "ival")));
    if (real)
        return g_strdup(json_string_value(json_object_get(real, "fval")));
    if (boolean)
        return g_strdup(json_is_true(json_object_get(boolean, "boolval")) ? "true" : "false");
    return NULL;
}

/* NOLINTBEGIN(misc-no-recursion): as deep as jansson reads */

/* Every column in @node but those of its subqueries; stops at two different ones. */
static void
find_columns(const Place *place, const json_t *node, Operand *operand)
{
    const json_t *ref = pga_node_as(node, "ColumnRef");
    const char *key;
    json_t *value;
    size_t i;

    if (ref) {
        const PgaColumn column = pga_scope_column(place->scope, ref);

        operand->is_useless |= !operand->is_value && operand->column.attribute != column.attribute;
        operand->is_useless |= !column.relation;
        operand->is_value = FALSE;
        operand->column = column;
        return;
    }
    if (pga_node_as(node, "SubLink")) {
        operand->is_useless = TRUE;
        return;
    }
    json_array_foreach(node, i, value)
    {
        find_columns(place, value, operand);
    }
    json_object_foreach((json_t *)node, key, value)
    {
        find_columns(place, value, operand);
    }
}

static void write_expression(const Place *place, const json_t *node, GString *text);

static void
write_call(const Place *place, const json_t *call, GString *text)
{
    const char *name = last_name(json_object_get(call, "funcname"));
    size_t i;
    json_t *argument;

    g_string_append_printf(text, "%s(", name ? name : "?");
    json_array_foreach(json_object_get(call, "args"), i, argument)
    {
        g_string_append(text, i ? ", " : "");
        write_expression(place, argument, text);
    }
    g_string_append(text, ")");
}

static void
write_operation(const Place *place, const json_t *operation, GString *text)
{
    const json_t *left = json_object_get(operation, "lexpr");
    const char *name = last_name(json_object_get(operation, "name"));

    g_string_append(text, "(");
    if (left) {
        write_expression(place, left, text);
        g_string_append(text, " ");
    }
    g_string_append_printf(text, "%s ", name ? name : "?");
    write_expression(place, json_object_get(operation, "rexpr"), text);
    g_string_append(text, ")");
}

static void
write_cast(const Place *place, const json_t *cast, GString *text)
{
    const char *type = last_name(json_object_get(json_object_get(cast, "typeName"), "names"));

    g_string_append(text, "(");
    write_expression(place, json_object_get(cast, "arg"), text);
    g_string_append_printf(text, ")::%s", type ? type : "?");
}

/* Enough to tell which expression it is; not meant to be executed. */
static void
write_expression(const Place *place, const json_t *node, GString *text)
{
    const json_t *fields;
    const char *kind = pga_node_kind(node, &fields);

    if (text->len > MAX_EXPRESSION)
        kind = NULL;
    if (g_strcmp0(kind, "ColumnRef") == 0) {
        const PgaColumn column = pga_scope_column(place->scope, fields);

        g_string_append(text, column.attribute ? column.attribute->attname : "?");
    } else if (g_strcmp0(kind, "A_Const") == 0) {
        g_autofree char *constant = constant_text(fields);

        g_string_append_printf(text, "'%s'", constant ? constant : "");
    } else if (g_strcmp0(kind, "ParamRef") == 0) {
        g_string_append_printf(text, "$%" JSON_INTEGER_FORMAT,
                               json_integer_value(json_object_get(fields, "number")));
    } else if (g_strcmp0(kind, "FuncCall") == 0) {
        write_call(place, fields, text);
    } else if (g_strcmp0(kind, "A_Expr") == 0) {
        write_operation(place, fields, text);
    } else if (g_strcmp0(kind, "TypeCast") == 0) {
        write_cast(place, fields, text);
    } else {
        g_string_append(text, "…");
    }
}

/* A string's column stays itself when it is cast to another string type. */
static gboolean
is_relabelling(const json_t *cast, const PgaAttribute *attribute)
{
    const char *type = last_name(json_object_get(json_object_get(cast, "typeName"), "names"));

    return type && attribute &&
           (strcmp(type, attribute->typname) == 0 ||
            (strcmp(type, "text") == 0 && strcmp(attribute->typname, "varchar") == 0));
}

/* The node inside casts that change nothing and COLLATE. */
static const json_t *
bare_node(const Place *place, const json_t *node)
{
    for (;;) {
        const json_t *cast = pga_node_as(node, "TypeCast");
        const json_t *ref = pga_node_as(json_object_get(cast, "arg"), "ColumnRef");

        if (!ref || !is_relabelling(cast, pga_scope_column(place->scope, ref).attribute))
            return node;
        node = json_object_get(cast, "arg");
    }
}

static Operand
operand_of(const Place *place, const json_t *node)
{
    const json_t *bare = bare_node(place, node);
    Operand operand = {.is_value = TRUE};

    find_columns(place, bare, &operand);
    if (operand.is_value)
        operand.constant = constant_text(pga_node_as(bare, "A_Const"));
    else if (!operand.is_useless && !pga_node_as(bare, "ColumnRef")) {
        g_autoptr(GString) text = g_string_new(NULL);

        write_expression(place, bare, text);
        operand.expression = g_utf8_make_valid(text->str, -1);
    }
    return operand;
}

static gboolean
is_column(const Operand *operand)
{
    return !operand->is_value && !operand->is_useless;
}

static PgaPredicate *
add_predicate(const Place *place, const Operand *operand, const char *operator_)
{
    PgaPredicate *predicate =
        pga_record_add(place->reader->statement->predicates, &pga_predicate_type);

    predicate->relation = operand->column.relation->oid;
    predicate->attnum = (gint16)(operand->expression ? 0 : operand->column.attribute->attnum);
    predicate->expression = g_strdup(operand->expression);
    predicate->operator_ = g_strdup(operator_);
    predicate->disjunct = place->disjunct;
    return predicate;
}

static const char *
commuted(const char *operator_)
{
    static const char *const pairs[][2] = {{"<", ">"}, {"<=", ">="}, {"@>", "<@"}};

    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
        for (guint j = 0; j < 2; j++)
            if (strcmp(operator_, pairs[i][j]) == 0)
                return pairs[i][1 - j];
    return operator_;
}

static void
add_side(const Place *place, const Operand *side, const char *operator_, const Operand *other)
{
    PgaPredicate *predicate;

    if (!is_column(side))
        return;
    predicate = add_predicate(place, side, operator_);
    if (is_column(other)) {
        predicate->with_relation = other->column.relation->oid;
        predicate->with_attnum = (gint16)(other->expression ? 0 : other->column.attribute->attnum);
    } else if (other->constant) {
        predicate->constant = g_strdup(other->constant);
    }
}

static void
tell_compared(const Place *place, const Operand *side, const char *operator_, const json_t *other)
{
    if (place->reader->take_compared && is_column(side) && !side->expression)
        place->reader->take_compared(place->reader->taker, &side->column, operator_, other);
}

/** How an A_Expr's kind and operator are called. */
static const struct {
    const char *kind, *name, *operator_;
} operators[] = {
    {"AEXPR_OP_ANY", "=", "= ANY"},
    {"AEXPR_OP_ALL", "<>", "<> ALL"},
    {"AEXPR_DISTINCT", "=", "IS DISTINCT FROM"},
    {"AEXPR_NOT_DISTINCT", "=", "IS NOT DISTINCT FROM"},
    {"AEXPR_IN", "=", "IN"},
    {"AEXPR_IN", "<>", "NOT IN"},
    {"AEXPR_LIKE", "~~", "LIKE"},
    {"AEXPR_LIKE", "!~~", "NOT LIKE"},
    {"AEXPR_ILIKE", "~~*", "ILIKE"},
    {"AEXPR_ILIKE", "!~~*", "NOT ILIKE"},
    {"AEXPR_SIMILAR", "~", "SIMILAR TO"},
    {"AEXPR_SIMILAR", "!~", "NOT SIMILAR TO"},
    {"AEXPR_OP", "~~", "LIKE"},
    {"AEXPR_OP", "~~*", "ILIKE"},
};

static const char *
operator_of(const json_t *expression)
{
    const char *kind = json_string_value(json_object_get(expression, "kind"));
    const char *name = last_name(json_object_get(expression, "name"));

    for (guint i = 0; kind && name && i < G_N_ELEMENTS(operators); i++)
        if (strcmp(kind, operators[i].kind) == 0 && strcmp(name, operators[i].name) == 0)
            return operators[i].operator_;
    return name;
}

static void
read_comparison(const Place *place, const json_t *expression)
{
    const char *operator_ = operator_of(expression);
    const json_t *left_node = json_object_get(expression, "lexpr");
    const json_t *right_node = json_object_get(expression, "rexpr");

    if (operator_ && left_node && right_node) {
        g_auto(Operand) left = operand_of(place, left_node), right = operand_of(place, right_node);

        add_side(place, &left, operator_, &right);
        add_side(place, &right, commuted(operator_), &left);
        tell_compared(place, &left, operator_, right_node);
        tell_compared(place, &right, commuted(operator_), left_node);
    }
    pga_tree_read_sublinks(place->reader, place->scope, left_node);
    pga_tree_read_sublinks(place->reader, place->scope, right_node);
}

/* NullTest, BooleanTest, or a column that is a condition by itself. */
static void
read_test(const Place *place, const json_t *node, const char *operator_)
{
    g_auto(Operand) operand = operand_of(place, node);

    if (is_column(&operand))
        add_predicate(place, &operand, operator_);
    pga_tree_read_sublinks(place->reader, place->scope, node);
}

static void
read_null_test(const Place *place, const json_t *test)
{
    const char *kind = json_string_value(json_object_get(test, "nulltesttype"));

    read_test(place, json_object_get(test, "arg"),
              g_strcmp0(kind, "IS_NULL") == 0 ? "IS NULL" : "IS NOT NULL");
}

static void read_node(const Place *place, const json_t *node);

static void
read_connective(const Place *place, const json_t *connective)
{
    const char *kind = json_string_value(json_object_get(connective, "boolop"));
    const Place inner = {place->reader, place->scope,
                         place->disjunct || g_strcmp0(kind, "AND_EXPR") != 0};
    size_t i;
    json_t *argument;

    json_array_foreach(json_object_get(connective, "args"), i, argument)
    {
        read_node(&inner, argument);
    }
}

/* "column IN (SELECT …)" compares the column; the rest of subqueries stands for itself. */
static void
read_sublink(const Place *place, const json_t *node, const json_t *link)
{
    const json_t *test = json_object_get(link, "testexpr");

    if (test) {
        g_auto(Operand) operand = operand_of(place, test);

        if (is_column(&operand))
            add_predicate(place, &operand, "IN");
    }
    pga_tree_read_sublinks(place->reader, place->scope, node);
}

static void
read_node(const Place *place, const json_t *node)
{
    const json_t *fields;
    const char *kind = pga_node_kind(node, &fields);

    if (!kind)
        return;
    if (strcmp(kind, "BoolExpr") == 0)
        read_connective(place, fields);
    else if (strcmp(kind, "A_Expr") == 0)
        read_comparison(place, fields);
    else if (strcmp(kind, "NullTest") == 0)
        read_null_test(place, fields);
    else if (strcmp(kind, "SubLink") == 0)
        read_sublink(place, node, fields);
    else if (strcmp(kind, "BooleanTest") == 0)
        read_test(place, json_object_get(fields, "arg"), "IS");
    else if (strcmp(kind, "ColumnRef") == 0)
        read_test(place, node, "IS");
    else
        pga_tree_read_sublinks(place->reader, place->scope, node);
}

void
pga_tree_read_condition(PgaTreeReader *reader, const PgaScope *scope, const json_t *condition)
{
    const Place place = {reader, scope, FALSE};

    read_node(&place, condition);
}

void
pga_tree_read_sublinks(PgaTreeReader *reader, const PgaScope *scope, const json_t *node)
{
    const json_t *select = pga_node_as(node, "SelectStmt");
    const char *key;
    json_t *value;
    size_t i;

    if (select) {
        pga_tree_read_select(reader, scope, select);
        return;
    }
    json_array_foreach(node, i, value)
    {
        pga_tree_read_sublinks(reader, scope, value);
    }
    json_object_foreach((json_t *)node, key, value)
    {
        pga_tree_read_sublinks(reader, scope, value);
    }
}

/* NOLINTEND(misc-no-recursion) */
