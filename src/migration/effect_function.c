/* CREATE FUNCTION: a body in SQL is looked at when the function is made, which opens the relations
 * in it as its statements would. Source: fmgr_sql_validator() in src/backend/catalog/pg_proc.c,
 * interpret_AS_clause() in src/backend/commands/functioncmds.c. */
#include "depth_internal.h"
#include "effect_internal.h"

#include <string.h>

#define CASE(name) PG_QUERY__NODE__NODE_##name

const PgQuery__Node *
pga_function_option(const PgQuery__CreateFunctionStmt *function, const char *name)
{
    for (size_t i = 0; i < function->n_options; i++) {
        const PgQuery__Node *node = function->options[i];

        if (node->node_case == CASE(DEF_ELEM) && strcmp(node->def_elem->defname, name) == 0)
            return node->def_elem->arg;
    }
    return NULL;
}

const char *
pga_function_option_text(const PgQuery__CreateFunctionStmt *function, const char *name)
{
    const PgQuery__Node *arg = pga_function_option(function, name);

    if (arg && arg->node_case == CASE(LIST) && arg->list->n_items > 0)
        arg = arg->list->items[0];
    return arg && arg->node_case == CASE(STRING) ? arg->string->sval : NULL;
}

/* What it means is known from a call on: the body is parsed and no more. */
static gboolean
takes_any_type(const PgQuery__CreateFunctionStmt *function)
{
    for (size_t i = 0; i < function->n_parameters; i++) {
        const PgQuery__FunctionParameter *parameter = function->parameters[i]->function_parameter;

        if (parameter->arg_type && g_str_has_prefix(pga_type_name_last(parameter->arg_type), "any"))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_checked(const PgaState *state)
{
    static const char *const off[] = {"off", "false", "no", "0", NULL};
    const char *setting = pga_state_setting(state, "check_function_bodies", NULL);

    return !setting || !g_strv_contains(off, setting);
}

/* One too deep for a usual stack is left out. */
static void
read_text(PgaEffectRun *run, const char *text)
{
    PgQueryProtobufParseResult parsed;
    PgQuery__ParseResult *tree;

    if (pga_migration_depth_of(text, strlen(text)) > MIGRATION_PLAIN_DEPTH)
        return;
    parsed = pg_query_parse_protobuf(text);
    tree = parsed.error ? NULL
                        : pg_query__parse_result__unpack(NULL, parsed.parse_tree.len,
                                                         (uint8_t *)parsed.parse_tree.data);
    for (size_t i = 0; tree && i < tree->n_stmts; i++)
        pga_effect_read(run, tree->stmts[i]->stmt, PGA_READING_REWRITTEN);
    if (tree)
        pg_query__parse_result__free_unpacked(tree, NULL);
    pg_query_free_protobuf_parse_result(parsed);
}

void
pga_effect_function(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__CreateFunctionStmt *function = action->statement->create_function_stmt;
    const char *language = pga_function_option_text(function, "language");
    const char *text = pga_function_option_text(function, "as");

    if (language && g_ascii_strcasecmp(language, "sql") != 0)
        return;
    if (function->sql_body)
        pga_effect_read(run, function->sql_body,
                        is_checked(run->state) ? PGA_READING_REWRITTEN : PGA_READING_LOOKED_AT);
    else if (text && is_checked(run->state) && !takes_any_type(function))
        read_text(run, text);
}
