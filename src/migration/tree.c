/* Statement trees of libpg_query: walking them by their descriptors, and making SQL of them again.
 */
#include "migration/action.h"

#include <string.h>

#define EXPRESSION_PREFIX "SELECT "

/* The messages that @message holds, last first. */
static void
push_fields(const ProtobufCMessage *message, GPtrArray *stack)
{
    for (unsigned i = message->descriptor->n_fields; i-- > 0;) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const char *base = (const char *)message;

        if (field->type != PROTOBUF_C_TYPE_MESSAGE || (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
            continue;
        if (field->label != PROTOBUF_C_LABEL_REPEATED) {
            gpointer child = *(const gpointer *)(base + field->offset);

            if (child)
                g_ptr_array_add(stack, child);
            continue;
        }
        for (size_t k = *(const size_t *)(base + field->quantifier_offset); k-- > 0;)
            g_ptr_array_add(stack, (*(gpointer *const *)(base + field->offset))[k]);
    }
}

/* A stack of its own: the text decides how deep a tree is. */
void
pga_tree_walk(const PgQuery__Node *tree, PgaTreeVisit visit, gpointer data)
{
    g_autoptr(GPtrArray) stack = g_ptr_array_new();

    if (tree)
        g_ptr_array_add(stack, (gpointer)tree);
    while (stack->len > 0) {
        const ProtobufCMessage *message = g_ptr_array_remove_index_fast(stack, stack->len - 1);

        if (message->descriptor == &pg_query__node__descriptor) {
            const PgQuery__Node *node = (const PgQuery__Node *)message;

            /* one pointer, whichever member of the union it is */
            if (node->node_case != PG_QUERY__NODE__NODE__NOT_SET && node->select_stmt)
                g_ptr_array_add(stack, node->select_stmt);
            continue;
        }
        if (visit(message, data))
            push_fields(message, stack);
    }
}

static char *
deparse_result(const PgQuery__ParseResult *result)
{
    PgQueryProtobuf packed;
    PgQueryDeparseResult deparsed;
    char *sql;

    packed.len = pg_query__parse_result__get_packed_size(result);
    packed.data = g_malloc(packed.len + 1);
    pg_query__parse_result__pack(result, (uint8_t *)packed.data);
    deparsed = pg_query_deparse_protobuf(packed);
    sql = deparsed.error ? NULL : g_strdup(deparsed.query);
    pg_query_free_deparse_result(deparsed);
    g_free(packed.data);
    return sql;
}

char *
pga_tree_deparse(const PgQuery__Node *statement)
{
    PgQuery__ParseResult result = PG_QUERY__PARSE_RESULT__INIT;
    PgQuery__RawStmt raw = PG_QUERY__RAW_STMT__INIT;
    PgQuery__RawStmt *all[] = {&raw};

    if (!statement)
        return NULL;
    raw.stmt = (PgQuery__Node *)statement;
    result.version = PG_VERSION_NUM;
    result.n_stmts = G_N_ELEMENTS(all);
    result.stmts = all;
    return deparse_result(&result);
}

/* As the only column of a SELECT. */
char *
pga_tree_deparse_expression(const PgQuery__Node *expression)
{
    PgQuery__Node statement = PG_QUERY__NODE__INIT, column = PG_QUERY__NODE__INIT;
    PgQuery__SelectStmt select = PG_QUERY__SELECT_STMT__INIT;
    PgQuery__ResTarget target = PG_QUERY__RES_TARGET__INIT;
    PgQuery__Node *columns[] = {&column};
    g_autofree char *sql = NULL;

    if (!expression)
        return NULL;
    target.val = (PgQuery__Node *)expression;
    column.node_case = PG_QUERY__NODE__NODE_RES_TARGET;
    column.res_target = &target;
    select.n_target_list = G_N_ELEMENTS(columns);
    select.target_list = columns;
    select.limit_option = PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_DEFAULT;
    select.op = PG_QUERY__SET_OPERATION__SETOP_NONE;
    statement.node_case = PG_QUERY__NODE__NODE_SELECT_STMT;
    statement.select_stmt = &select;
    sql = pga_tree_deparse(&statement);
    if (!sql || !g_str_has_prefix(sql, EXPRESSION_PREFIX))
        return NULL;
    return g_strdup(sql + strlen(EXPRESSION_PREFIX));
}
