/* Statements with blocks: arms, loops, try, with, functions in functions. */
#include <string.h>

#include "code_internal.h"

/* NOLINTBEGIN(misc-no-recursion): flow->nesting ends it */

static void
unref(DjangoValue *value)
{
    pga_django_value_unref(value);
}

/** Ways that meet again behind a statement. */
typedef struct {
    GHashTable *before; /* names as they were in front of it */
    GHashTable *ends;   /* (nullable): names at the ends that were reached */
    guint first;        /* block of the first arm; G_MAXUINT: none yet */
} Ways;

static void
begin_ways(DjangoFlow *flow, Ways *ways)
{
    ways->before = pga_django_locals_copy(flow->locals);
    ways->ends = NULL;
    ways->first = G_MAXUINT;
}

/* The next arm begins with the names as they were. */
static void
begin_arm(DjangoFlow *flow, const Ways *ways)
{
    g_hash_table_unref(flow->locals);
    flow->locals = pga_django_locals_copy(ways->before);
}

static void
end_arm(DjangoFlow *flow, Ways *ways, gboolean is_reached)
{
    GHashTable *other = ways->ends;

    if (!is_reached)
        return;
    ways->ends = pga_django_locals_copy(flow->locals);
    if (!other)
        return;
    g_hash_table_unref(flow->locals);
    flow->locals = ways->ends;
    pga_django_locals_merge(flow, other);
    ways->ends = pga_django_locals_copy(flow->locals);
}

/* Whether any end was reached. */
static gboolean
end_ways(DjangoFlow *flow, Ways *ways)
{
    const gboolean is_reached = ways->ends != NULL;

    g_hash_table_unref(flow->locals);
    flow->locals = is_reached ? ways->ends : pga_django_locals_copy(ways->before);
    g_hash_table_unref(ways->before);
    return is_reached;
}

static guint
open_arm(DjangoFlow *flow, PgaDjangoBlockKind kind, TSNode node, Ways *ways)
{
    const guint around = pga_django_open(flow, kind, node);

    if (ways->first == G_MAXUINT)
        ways->first = flow->block;
    pga_django_block(flow)->first_arm = ways->first;
    return around;
}

/* --- if --- */

static void
run_arm(DjangoFlow *flow, TSNode arm, TSNode test, TSNode body, Ways *ways)
{
    const gboolean is_else = ts_node_is_null(test);
    gboolean is_reached;
    guint around;

    around = open_arm(flow, is_else ? PGA_DJANGO_BLOCK_ELSE : PGA_DJANGO_BLOCK_IF, arm, ways);
    if (!is_else)
        pga_django_block(flow)->condition = pga_django_small_value(flow, test);
    is_reached = pga_django_run_block(flow, body);
    pga_django_close(flow, around);
    end_arm(flow, ways, is_reached);
}

static gboolean
run_if(DjangoFlow *flow, TSNode statement)
{
    gboolean has_else = FALSE;
    Ways ways;

    /* what it binds, if (order := …):, stays whatever is decided */
    unref(pga_django_eval_test(flow, pga_python_child(statement, "condition")));
    begin_ways(flow, &ways);
    run_arm(flow, pga_python_child(statement, "consequence"),
            pga_python_child(statement, "condition"), pga_python_child(statement, "consequence"),
            &ways);
    for (guint i = 0; i < ts_node_named_child_count(statement); i++) {
        const TSNode clause = ts_node_named_child(statement, i);
        const char *type = ts_node_type(clause);

        if (strcmp(type, "elif_clause") == 0) {
            begin_arm(flow, &ways);
            unref(pga_django_eval_test(flow, pga_python_child(clause, "condition")));
            run_arm(flow, clause, pga_python_child(clause, "condition"),
                    pga_python_child(clause, "consequence"), &ways);
        } else if (strcmp(type, "else_clause") == 0) {
            has_else = TRUE;
            begin_arm(flow, &ways);
            run_arm(flow, clause, (TSNode){0}, pga_python_child(clause, "body"), &ways);
        }
    }
    if (!has_else) {
        begin_arm(flow, &ways);
        end_arm(flow, &ways, TRUE);
    }
    return end_ways(flow, &ways);
}

static void
run_case(DjangoFlow *flow, TSNode clause, Ways *ways)
{
    const TSNode guard = pga_python_child(clause, "guard");
    gboolean is_reached;
    guint around;

    begin_arm(flow, ways);
    if (!ts_node_is_null(guard))
        unref(pga_django_eval_test(flow, pga_python_part(guard, 0)));
    around = open_arm(flow, PGA_DJANGO_BLOCK_IF, clause, ways);
    is_reached = pga_django_run_block(flow, pga_python_child(clause, "consequence"));
    pga_django_close(flow, around);
    end_arm(flow, ways, is_reached);
}

static gboolean
run_match(DjangoFlow *flow, TSNode statement)
{
    const TSNode body = pga_python_child(statement, "body");
    const TSNode cases = ts_node_is_null(body) ? statement : body;
    Ways ways;

    unref(pga_django_eval_test(flow, pga_python_child(statement, "subject")));
    begin_ways(flow, &ways);
    for (guint i = 0; i < ts_node_named_child_count(cases); i++) {
        const TSNode clause = ts_node_named_child(cases, i);

        if (strcmp(ts_node_type(clause), "case_clause") == 0)
            run_case(flow, clause, &ways);
    }
    begin_arm(flow, &ways);
    end_arm(flow, &ways, TRUE);
    return end_ways(flow, &ways);
}

/* --- loops --- */

static void
run_else(DjangoFlow *flow, TSNode statement)
{
    const TSNode clause = pga_python_child(statement, "alternative");

    if (!ts_node_is_null(clause))
        pga_django_run_block(flow, pga_python_child(clause, "body"));
}

/* @given (nullable): what one round of a loop that is followed round by round brings. */
static void
run_round(DjangoFlow *flow, TSNode statement, DjangoValue *value, DjangoValue *given)
{
    const TSNode right = pga_python_child(statement, "right");
    guint event = 0, around;
    gint64 n = 1;
    DjangoValue *round =
        given ? pga_django_value_ref(given) : pga_django_round_of(flow, value, right, &event, &n);
    Ways ways;

    begin_ways(flow, &ways);
    around = pga_django_open(flow, PGA_DJANGO_BLOCK_LOOP, statement);
    pga_django_block(flow)->iterated = event;
    pga_django_block(flow)->n_rounds = n;
    pga_django_block(flow)->loop_object = pga_django_object_in(round);
    pga_django_assign(flow, pga_python_child(statement, "left"), round, right);
    end_arm(flow, &ways, pga_django_run_block(flow, pga_python_child(statement, "body")));
    pga_django_close(flow, around);
    if (!given || !ways.ends) {
        begin_arm(flow, &ways); /* no round at all */
        end_arm(flow, &ways, TRUE);
    }
    end_ways(flow, &ways);
}

/* for field in ("name", "code"): q |= Q(**{f"{field}__icontains": text}) */
static gboolean
has_named_rounds(const DjangoFlow *flow, TSNode statement, const DjangoValue *value)
{
    enum { MOST = 6 };
    g_autofree char *body = NULL;

    if (flow->is_round || !pga_django_value_is(value, DJANGO_IS_TUPLE) || value->is_dict ||
        value->items->len == 0 || value->items->len > MOST)
        return FALSE;
    for (guint i = 0; i < value->items->len; i++) {
        const DjangoValue *item = g_ptr_array_index(value->items, i);

        if (!pga_django_value_is(item, DJANGO_IS_PYTHON) || item->py->kind != PGA_PY_STRING)
            return FALSE;
    }
    body = pga_django_text(flow, pga_python_child(statement, "body"));
    return strstr(body, "**{") != NULL;
}

static gboolean
run_for(DjangoFlow *flow, TSNode statement)
{
    g_autoptr(DjangoValue) value = pga_django_eval(flow, pga_python_child(statement, "right"));

    if (pga_django_has_rounds(flow, value) || has_named_rounds(flow, statement, value)) {
        flow->is_round = TRUE;
        for (guint i = 0; i < value->items->len; i++)
            run_round(flow, statement, value, g_ptr_array_index(value->items, i));
        flow->is_round = FALSE;
    } else {
        run_round(flow, statement, value, NULL);
    }
    run_else(flow, statement);
    return TRUE;
}

static gboolean
run_while(DjangoFlow *flow, TSNode statement)
{
    const TSNode test = pga_python_child(statement, "condition");
    guint around;
    Ways ways;

    begin_ways(flow, &ways);
    around = pga_django_open(flow, PGA_DJANGO_BLOCK_LOOP, statement);
    pga_django_block(flow)->condition = pga_django_small_value(flow, test);
    unref(pga_django_eval_test(flow, test));
    end_arm(flow, &ways, pga_django_run_block(flow, pga_python_child(statement, "body")));
    pga_django_close(flow, around);
    begin_arm(flow, &ways);
    end_arm(flow, &ways, TRUE);
    end_ways(flow, &ways);
    run_else(flow, statement);
    return TRUE;
}

/* --- try --- */

static TSNode
block_in(const DjangoFlow *flow, TSNode clause)
{
    for (guint i = 0; i < ts_node_named_child_count(clause); i++)
        if (pga_django_node(flow, ts_node_named_child(clause, i)) == NODE_BLOCK)
            return ts_node_named_child(clause, i);
    return (TSNode){0};
}

static char *
caught(const DjangoFlow *flow, TSNode clause)
{
    const TSNode first = pga_python_part(clause, 0);
    g_autofree char *text = NULL;
    char *as;

    if (ts_node_is_null(first) || pga_django_node(flow, first) == NODE_BLOCK)
        return NULL;
    text = pga_django_text(flow, first);
    as = strstr(text, " as ");
    if (as)
        *as = '\0';
    return g_strndup(text, 120);
}

static void
run_except(DjangoFlow *flow, TSNode clause, Ways *ways)
{
    gboolean is_reached;
    guint around;

    begin_arm(flow, ways);
    around = open_arm(flow, PGA_DJANGO_BLOCK_EXCEPT, clause, ways);
    pga_django_block(flow)->name = caught(flow, clause);
    is_reached = pga_django_run_block(flow, block_in(flow, clause));
    pga_django_close(flow, around);
    end_arm(flow, ways, is_reached);
}

/* What is bound in the try block may be bound in the except block. */
static gboolean
run_tried(DjangoFlow *flow, TSNode statement, Ways *ways)
{
    const guint around = open_arm(flow, PGA_DJANGO_BLOCK_TRY, statement, ways);
    const TSNode body = pga_python_child(statement, "body");
    gboolean is_reached = pga_django_run_block(flow, body);
    GHashTable *end;

    pga_django_block(flow)->last_line = flow->first_line + ts_node_end_point(body).row + 1;
    pga_django_close(flow, around);
    for (guint i = 0; i < ts_node_named_child_count(statement); i++) {
        const TSNode clause = ts_node_named_child(statement, i);

        if (strcmp(ts_node_type(clause), "else_clause") == 0)
            is_reached &= pga_django_run_block(flow, pga_python_child(clause, "body"));
    }
    end_arm(flow, ways, is_reached);
    end = pga_django_locals_copy(flow->locals);
    begin_arm(flow, ways);
    pga_django_locals_merge(flow, end);
    g_hash_table_unref(ways->before);
    ways->before = pga_django_locals_copy(flow->locals);
    return is_reached;
}

static gboolean
run_try(DjangoFlow *flow, TSNode statement)
{
    gboolean goes_on;
    Ways ways;

    begin_ways(flow, &ways);
    run_tried(flow, statement, &ways);
    for (guint i = 0; i < ts_node_named_child_count(statement); i++) {
        const TSNode clause = ts_node_named_child(statement, i);

        if (g_str_has_prefix(ts_node_type(clause), "except"))
            run_except(flow, clause, &ways);
    }
    goes_on = end_ways(flow, &ways);
    for (guint i = 0; i < ts_node_named_child_count(statement); i++) {
        const TSNode clause = ts_node_named_child(statement, i);
        guint around;

        if (strcmp(ts_node_type(clause), "finally_clause") != 0)
            continue;
        around = open_arm(flow, PGA_DJANGO_BLOCK_FINALLY, clause, &ways);
        goes_on &= pga_django_run_block(flow, block_in(flow, clause));
        pga_django_close(flow, around);
    }
    return goes_on;
}

/* --- with --- */

static void
open_item(DjangoFlow *flow, TSNode item)
{
    TSNode value = pga_python_child(item, "value"), alias = {0};
    g_autofree char *name = NULL;
    DjangoValue *opened;
    gboolean is_atomic;

    if (ts_node_is_null(value))
        value = pga_python_part(item, 0);
    if (!ts_node_is_null(value) && strcmp(ts_node_type(value), "as_pattern") == 0) {
        alias = pga_python_child(value, "alias");
        value = pga_python_part(value, 0);
    }
    if (ts_node_is_null(value))
        return;
    opened = pga_django_eval_quietly(flow, value);
    name = pga_django_called(flow, value);
    is_atomic = pga_django_opens_transaction(flow, name);
    pga_django_open(flow, is_atomic ? PGA_DJANGO_BLOCK_ATOMIC : PGA_DJANGO_BLOCK_WITH,
                    flow->statement);
    if (!is_atomic)
        pga_django_block(flow)->name = g_strdup(name);
    if (!ts_node_is_null(alias))
        pga_django_assign(flow, pga_python_part(alias, 0), pga_django_value_ref(opened), value);
    unref(opened);
}

static gboolean
run_with(DjangoFlow *flow, TSNode statement)
{
    const guint around = flow->block;
    TSNode clause = {0};
    gboolean goes_on;

    for (guint i = 0; i < ts_node_named_child_count(statement) && ts_node_is_null(clause); i++)
        if (strcmp(ts_node_type(ts_node_named_child(statement, i)), "with_clause") == 0)
            clause = ts_node_named_child(statement, i);
    for (guint i = 0; !ts_node_is_null(clause) && i < ts_node_named_child_count(clause); i++)
        if (strcmp(ts_node_type(ts_node_named_child(clause, i)), "with_item") == 0)
            open_item(flow, ts_node_named_child(clause, i));
    goes_on = pga_django_run_block(flow, pga_python_child(statement, "body"));
    while (flow->block != around)
        pga_django_close(flow, pga_django_block(flow)->parent);
    return goes_on;
}

/* --- functions in functions --- */

static gboolean
run_nested(DjangoFlow *flow, TSNode function)
{
    GHashTable *outer = pga_django_locals_copy(flow->locals);
    const gboolean was_nested = flow->is_nested;
    const guint around = pga_django_open(flow, PGA_DJANGO_BLOCK_LAMBDA, function);
    const TSNode parameters = pga_python_child(function, "parameters");
    g_autofree char *name = pga_django_text(flow, pga_python_child(function, "name"));

    pga_django_block(flow)->name = g_strdup(name);
    flow->is_nested = TRUE;
    pga_django_bind_parameters(flow, parameters);
    pga_django_run_block(flow, pga_python_child(function, "body"));
    flow->is_nested = was_nested;
    pga_django_close(flow, around);
    g_hash_table_unref(flow->locals);
    flow->locals = outer;
    pga_django_bind(flow, name, NULL);
    return TRUE;
}

gboolean
pga_django_run_compound(DjangoFlow *flow, TSNode statement, DjangoNode kind)
{
    switch ((int)kind) {
    case NODE_IF:
        return run_if(flow, statement);
    case NODE_MATCH:
        return run_match(flow, statement);
    case NODE_FOR:
        return run_for(flow, statement);
    case NODE_WHILE:
        return run_while(flow, statement);
    case NODE_TRY:
        return run_try(flow, statement);
    case NODE_WITH:
        return run_with(flow, statement);
    case NODE_FUNCTION:
        return flow->is_module ? TRUE : run_nested(flow, statement);
    case NODE_DECORATED:
        return pga_django_run(flow, pga_python_child(statement, "definition"));
    case NODE_BLOCK:
    case NODE_ERROR:
        return pga_django_run_block(flow, statement);
    default:
        return TRUE;
    }
}

/* NOLINTEND(misc-no-recursion) */
