/* What hides a column from its indexes: functions and arithmetic around it, OR over several
 * columns, NOT IN (subquery), a pattern that begins with anything, a deep OFFSET, counting to see
 * whether there is one. */
#include "parse/hindrance.h"

#include <string.h>

#include "parse/node.h"

#define MAX_TEXT    120
#define DEEP_OFFSET 1000
#define MAX_DEPTH   64

void
pga_hindrance_clear(PgaHindrance *hindrance)
{
    g_clear_pointer(&hindrance->what, g_free);
    g_clear_pointer(&hindrance->hint, g_free);
}

static gboolean
tell(PgaHindrance *hindrance, char *what, char *hint)
{
    hindrance->what = what;
    hindrance->hint = hint;
    return TRUE;
}

static const char *
last_name(const json_t *names)
{
    const size_t n = json_array_size(names);

    return n ? pga_node_string(json_array_get(names, n - 1)) : NULL;
}

/* NOLINTBEGIN(misc-no-recursion): as deep as MAX_DEPTH */

/* (nullable): the name of the first column in @node, but not of a subquery's. @n: counts them. */
static const char *
column_in(const json_t *node, guint depth, guint *n)
{
    const json_t *ref = pga_node_as(node, "ColumnRef");
    const char *found = NULL, *key;
    json_t *value;
    size_t i;

    if (depth > MAX_DEPTH || pga_node_as(node, "SubLink"))
        return NULL;
    if (ref) {
        (*n)++;
        return last_name(json_object_get(ref, "fields"));
    }
    json_array_foreach(node, i, value)
    {
        const char *name = column_in(value, depth + 1, n);

        found = found ? found : name;
    }
    json_object_foreach((json_t *)node, key, value)
    {
        const char *name = column_in(value, depth + 1, n);

        found = found ? found : name;
    }
    return found;
}

static void write_node(GString *out, const json_t *node, guint depth);

static void
write_list(GString *out, const json_t *list, guint depth)
{
    json_t *value;
    size_t i;

    json_array_foreach(list, i, value)
    {
        g_string_append(out, i > 0 ? ", " : "");
        write_node(out, value, depth);
    }
}

static void
write_call(GString *out, const json_t *fields, guint depth)
{
    const char *name = last_name(json_object_get(fields, "funcname"));

    g_string_append_printf(out, "%s(", name ? name : "?");
    write_list(out, json_object_get(fields, "args"), depth + 1);
    g_string_append_c(out, ')');
}

static void
write_cast(GString *out, const json_t *fields, guint depth)
{
    const char *type = last_name(json_object_get(json_object_get(fields, "typeName"), "names"));

    write_node(out, json_object_get(fields, "arg"), depth + 1);
    g_string_append_printf(out, "::%s", type ? type : "?");
}

static void
write_operation(GString *out, const json_t *fields, guint depth)
{
    const char *name = last_name(json_object_get(fields, "name"));

    write_node(out, json_object_get(fields, "lexpr"), depth + 1);
    g_string_append_printf(out, " %s ", name ? name : "?");
    write_node(out, json_object_get(fields, "rexpr"), depth + 1);
}

static void
write_column(GString *out, const json_t *fields, guint depth G_GNUC_UNUSED)
{
    const char *name = last_name(json_object_get(fields, "fields"));

    g_string_append(out, name ? name : "*");
}

/* So much of an expression as people need to find it. */
static void
write_node(GString *out, const json_t *node, guint depth)
{
    static const struct {
        const char *kind;
        void (*write)(GString *out, const json_t *fields, guint depth);
    } writers[] = {{"ColumnRef", write_column},
                   {"FuncCall", write_call},
                   {"TypeCast", write_cast},
                   {"A_Expr", write_operation}};
    const json_t *fields;
    const char *kind = pga_node_kind(node, &fields);

    for (guint i = 0;
         kind && depth <= MAX_DEPTH && out->len <= MAX_TEXT && i < G_N_ELEMENTS(writers); i++)
        if (g_str_equal(kind, writers[i].kind)) {
            writers[i].write(out, fields, depth);
            return;
        }
    g_string_append(out, "...");
}

/* NOLINTEND(misc-no-recursion) */

/* (transfer full) */
static char *
text_of(const json_t *node)
{
    GString *out = g_string_new(NULL);

    write_node(out, node, 0);
    return g_string_free(out, FALSE);
}

static gboolean
is_column(const json_t *node)
{
    return pga_node_as(node, "ColumnRef") != NULL;
}

/* (nullable) */
static const char *
constant_string(const json_t *node)
{
    const json_t *cast = pga_node_as(node, "TypeCast");
    const json_t *constant = pga_node_as(cast ? json_object_get(cast, "arg") : node, "A_Const");

    return json_string_value(json_object_get(json_object_get(constant, "sval"), "sval"));
}

static gboolean
is_time_function(const char *name)
{
    static const char *const names[] = {"date",      "date_trunc", "to_char", "extract",
                                        "date_part", "timezone",   NULL};

    return name && g_strv_contains(names, name);
}

static gboolean
is_operator(const json_t *node, const char *const *names)
{
    const json_t *expression = pga_node_as(node, "A_Expr");
    const char *name = expression ? last_name(json_object_get(expression, "name")) : NULL;

    return name && g_strv_contains(names, name);
}

/* A document's parts are nothing that a column could be compared with instead. */
static gboolean
is_path(const json_t *node)
{
    static const char *const paths[] = {"->", "->>", "#>", "#>>", NULL};

    return is_operator(node, paths);
}

/* (nullable): of the function or the type that a column is wrapped in. */
static const char *
wrapper_name(const json_t *side)
{
    const json_t *call = pga_node_as(side, "FuncCall"), *cast = pga_node_as(side, "TypeCast");

    if (call)
        return last_name(json_object_get(call, "funcname"));
    return cast ? last_name(json_object_get(json_object_get(cast, "typeName"), "names")) : NULL;
}

/* What can be done on the other side: a pattern or a remainder cannot. */
static gboolean
is_avoidable(const json_t *expression, const json_t *side)
{
    static const char *const arithmetic[] = {"+", "-", "*", "/", NULL};
    const json_t *cast = pga_node_as(side, "TypeCast");
    const char *kind = json_string_value(json_object_get(expression, "kind"));

    if (g_strcmp0(kind, "AEXPR_LIKE") == 0 || g_strcmp0(kind, "AEXPR_ILIKE") == 0)
        return FALSE;

    if (cast)
        return is_column(json_object_get(cast, "arg"));
    return is_time_function(wrapper_name(side)) || is_operator(side, arithmetic);
}

/* @side: what a column is wrapped in. */
static char *
unwrap_hint(const json_t *side, const char *column)
{
    const json_t *cast = pga_node_as(side, "TypeCast");

    if (is_path(side) || (cast && is_path(json_object_get(cast, "arg"))))
        return g_strdup_printf("An index on the expression does, with the keys as the statement "
                               "writes them: where they were recorded as $1, a server log has "
                               "them. Asked by @>, %s is served by a GIN index.",
                               column);
    if (is_time_function(wrapper_name(side)))
        return g_strdup_printf("Compare the column itself with the ends of the range: %s >= "
                               "'2024-05-01' AND %s < '2024-05-02'.",
                               column, column);
    if (cast)
        return g_strdup_printf("Cast the other side to the type of %s, or compare %s as it is.",
                               column, column);
    if (pga_node_as(side, "A_Expr"))
        return g_strdup_printf("Do the arithmetic on the other side, so that %s stands alone.",
                               column);
    return g_strdup_printf("An index on the expression serves it where the function is IMMUTABLE; "
                           "%s itself is compared only where that means the same.",
                           column);
}

/* One side is a column in an expression, the other has no column at all. */
static gboolean
find_wrapped(const json_t *expression, gboolean is_right, PgaHindrance *hindrance)
{
    const json_t *side = json_object_get(expression, is_right ? "rexpr" : "lexpr");
    const json_t *other = json_object_get(expression, is_right ? "lexpr" : "rexpr");
    guint n = 0, n_other = 0;
    const char *column = column_in(side, 0, &n);
    g_autofree char *text = NULL;

    column_in(other, 0, &n_other);
    if (!column || n != 1 || n_other > 0 || is_column(side))
        return FALSE;
    if (!pga_node_as(side, "FuncCall") && !pga_node_as(side, "TypeCast") &&
        !pga_node_as(side, "A_Expr"))
        return FALSE;
    text = text_of(side);
    hindrance->is_avoidable = is_avoidable(expression, side);
    return tell(hindrance,
                g_strdup_printf("The condition is on %s: no index on %s serves it.", text, column),
                unwrap_hint(side, column));
}

static gboolean
find_wildcard(const json_t *expression, PgaHindrance *hindrance)
{
    const char *kind = json_string_value(json_object_get(expression, "kind"));
    const char *pattern = constant_string(json_object_get(expression, "rexpr"));
    guint n = 0;
    const char *column = column_in(json_object_get(expression, "lexpr"), 0, &n);

    if (!kind || !column || !pattern || (*pattern != '%' && *pattern != '_') ||
        (!g_str_equal(kind, "AEXPR_LIKE") && !g_str_equal(kind, "AEXPR_ILIKE")))
        return FALSE;
    return tell(
        hindrance,
        g_strdup_printf("The pattern on %s begins with a wildcard: no B-tree serves it.", column),
        g_strdup("A GIN index with gin_trgm_ops (extension pg_trgm) does, for patterns with "
                 "three letters in a row; for words, full text search."));
}

static gboolean
is_count(const json_t *sublink)
{
    const json_t *select = pga_node_as(json_object_get(sublink, "subselect"), "SelectStmt");
    const json_t *targets = json_object_get(select, "targetList");
    const json_t *target = pga_node_as(json_array_get(targets, 0), "ResTarget");
    const json_t *call = pga_node_as(json_object_get(target, "val"), "FuncCall");

    return json_array_size(targets) == 1 && call &&
           g_strcmp0(last_name(json_object_get(call, "funcname")), "count") == 0;
}

static gboolean
find_count(const json_t *expression, PgaHindrance *hindrance)
{
    const json_t *left = pga_node_as(json_object_get(expression, "lexpr"), "SubLink");
    const json_t *constant = pga_node_as(json_object_get(expression, "rexpr"), "A_Const");
    const json_t *ival = json_object_get(constant, "ival");
    const json_int_t number = json_integer_value(json_object_get(ival, "ival"));

    if (!left || !ival || !is_count(left) || number > 1)
        return FALSE;
    hindrance->despite_index = TRUE;
    return tell(hindrance, g_strdup("It counts all rows to see whether there is one."),
                g_strdup("EXISTS (SELECT …) stops at the first."));
}

/* 5 = ANY (column) */
static gboolean
find_in_array(const json_t *expression, PgaHindrance *hindrance)
{
    const json_t *array = json_object_get(expression, "rexpr");
    guint n = 0, n_other = 0;
    const char *column = column_in(array, 0, &n);

    column_in(json_object_get(expression, "lexpr"), 0, &n_other);
    if (g_strcmp0(json_string_value(json_object_get(expression, "kind")), "AEXPR_OP_ANY") != 0 ||
        !is_column(array) || n_other > 0)
        return FALSE;
    hindrance->despite_index = TRUE;
    return tell(
        hindrance,
        g_strdup_printf("= ANY (%s) looks into the array of each row: no index on %s serves it.",
                        column, column),
        g_strdup_printf("%s @> ARRAY[…] asks the same, and a GIN index on %s serves it.", column,
                        column));
}

static gboolean
find_in_expression(const json_t *expression, PgaHindrance *hindrance)
{
    const json_t *left = json_object_get(expression, "lexpr");
    const char *name = last_name(json_object_get(expression, "name"));
    guint n = 0;

    if (find_in_array(expression, hindrance) || find_count(expression, hindrance) ||
        find_wildcard(expression, hindrance) || find_wrapped(expression, FALSE, hindrance) ||
        find_wrapped(expression, TRUE, hindrance))
        return TRUE;
    if (g_strcmp0(name, "<>") != 0 || !is_column(left))
        return FALSE;
    return tell(hindrance,
                g_strdup_printf("%s <> … asks for nearly all rows.", column_in(left, 0, &n)),
                g_strdup("Where few rows differ, ask for the values that are wanted, or make an "
                         "index with that condition as its predicate."));
}

/* Whether the arms compare different columns. */
static gboolean
find_or(const json_t *arms, PgaHindrance *hindrance)
{
    const char *first = NULL;
    json_t *arm;
    size_t i;

    json_array_foreach(arms, i, arm)
    {
        guint n = 0;
        const char *column = column_in(arm, 0, &n);

        if (first && column && !g_str_equal(first, column))
            return tell(
                hindrance,
                g_strdup_printf("OR over %s and %s: one index serves but one arm.", first, column),
                g_strdup("A UNION of one query for each arm lets each use its own index."));
        first = first ? first : column;
    }
    return FALSE;
}

static gboolean
find_not_in(const json_t *arms, PgaHindrance *hindrance)
{
    const json_t *sublink = pga_node_as(json_array_get(arms, 0), "SubLink");

    if (!sublink ||
        g_strcmp0(json_string_value(json_object_get(sublink, "subLinkType")), "ANY_SUBLINK") != 0)
        return FALSE;
    hindrance->despite_index = TRUE;
    return tell(hindrance,
                g_strdup("NOT IN (subquery) cannot become a join: a NULL in it makes it never "
                         "true."),
                g_strdup("NOT EXISTS with the comparison inside can, and uses an index there."));
}

/* NOLINTBEGIN(misc-no-recursion): as deep as jansson reads */
static gboolean
find_in_condition(const json_t *node, PgaHindrance *hindrance)
{
    const json_t *logic = pga_node_as(node, "BoolExpr");
    const json_t *expression = pga_node_as(node, "A_Expr");
    const json_t *arms = json_object_get(logic, "args");
    const char *kind = json_string_value(json_object_get(logic, "boolop"));
    json_t *arm;
    size_t i;

    if (expression)
        return find_in_expression(expression, hindrance);
    if (g_strcmp0(kind, "NOT_EXPR") == 0)
        return find_not_in(arms, hindrance);
    if (g_strcmp0(kind, "OR_EXPR") == 0)
        return find_or(arms, hindrance);
    json_array_foreach(arms, i, arm)
    {
        if (find_in_condition(arm, hindrance))
            return TRUE;
    }
    return FALSE;
}
/* NOLINTEND(misc-no-recursion) */

static gboolean
find_offset(const json_t *select, PgaHindrance *hindrance)
{
    const json_t *constant = pga_node_as(json_object_get(select, "limitOffset"), "A_Const");
    const json_int_t rows =
        json_integer_value(json_object_get(json_object_get(constant, "ival"), "ival"));

    if (rows < DEEP_OFFSET)
        return FALSE;
    hindrance->despite_index = TRUE;
    return tell(hindrance,
                g_strdup_printf("OFFSET %" JSON_INTEGER_FORMAT " reads as many rows to throw them "
                                "away.",
                                rows),
                g_strdup("Go on from the last row seen: WHERE (sort key) > (its value) ORDER BY … "
                         "LIMIT …."));
}

gboolean
pga_hindrance_find(const char *sql, PgaHindrance *hindrance)
{
    static const char *const kinds[] = {"SelectStmt", "UpdateStmt", "DeleteStmt"};
    json_t *tree = pga_node_parse(sql);
    const json_t *statement =
        json_object_get(json_array_get(json_object_get(tree, "stmts"), 0), "stmt");
    gboolean found = FALSE;

    for (guint i = 0; !found && i < G_N_ELEMENTS(kinds); i++) {
        const json_t *fields = pga_node_as(statement, kinds[i]);

        found = fields && (find_in_condition(json_object_get(fields, "whereClause"), hindrance) ||
                           find_offset(fields, hindrance));
    }
    json_decref(tree);
    return found;
}
