/* Which statement has a body, in which language, and where its text begins. */
#include "body_internal.h"
#include "lexer_internal.h"
#include "place_internal.h"
#include "statement_internal.h"
#include <string.h>

void
pga_migration_inner_free(MigrationInner *inner)
{
    g_free(inner->text);
    g_free(inner->error);
    g_free(inner->hint);
    g_free(inner);
}

MigrationInner *
pga_migration_body_add(const MigrationBody *body, GQueue *queue, gsize at, const char *text,
                       gsize length)
{
    MigrationInner *inner = g_new0(MigrationInner, 1);
    Place place = {.at = body->text, .line = body->line, .column = body->column};

    pga_place_advance(&place, body->text + MIN(at, body->length));
    inner->text = g_strndup(text, length);
    inner->length = strlen(inner->text);
    inner->offset = body->offset + (body->exact ? at : 0);
    inner->line = place.line;
    inner->column = place.column;
    inner->executed = body->executed;
    g_queue_push_tail(queue, inner);
    return inner;
}

/** What CREATE FUNCTION and DO say. */
typedef struct {
    const char *language;
    const char *text; /* (nullable) */
    gsize location;   /* in the statement: before the text's literal */
} Definition;

static const char *
string_of(const PgQuery__Node *node)
{
    return node && node->node_case == PG_QUERY__NODE__NODE_STRING ? node->string->sval : NULL;
}

static void
read_option(const PgQuery__Node *node, Definition *definition)
{
    const PgQuery__DefElem *option =
        node->node_case == PG_QUERY__NODE__NODE_DEF_ELEM ? node->def_elem : NULL;

    if (!option || !option->arg)
        return;
    if (g_strcmp0(option->defname, "language") == 0 && string_of(option->arg)) {
        definition->language = string_of(option->arg);
    } else if (g_strcmp0(option->defname, "as") == 0) {
        const PgQuery__Node *text = option->arg;

        if (text->node_case == PG_QUERY__NODE__NODE_LIST && text->list->n_items == 1)
            text = text->list->items[0];
        definition->text = string_of(text);
        definition->location = (gsize)MAX(option->location, 0);
    }
}

static gboolean
read_definition(const PgQuery__Node *tree, Definition *definition)
{
    PgQuery__Node **options = NULL;
    size_t n = 0;

    if (tree->node_case == PG_QUERY__NODE__NODE_DO_STMT) {
        *definition = (Definition){.language = "plpgsql"};
        options = tree->do_stmt->args;
        n = tree->do_stmt->n_args;
    } else if (tree->node_case == PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT) {
        *definition = (Definition){.language = "sql"};
        options = tree->create_function_stmt->options;
        n = tree->create_function_stmt->n_options;
    } else {
        return FALSE;
    }
    for (size_t i = 0; i < n; i++)
        read_option(options[i], definition);
    return TRUE;
}

static gboolean
is_quote(const Token *token)
{
    return token->kind == TOKEN_OTHER && token->length >= 2 &&
           (*token->text == '\'' || *token->text == '$' ||
            (strchr("eE", *token->text) && token->text[1] == '\''));
}

/* Where the literal's content begins in the statement. */
static gsize
content_of(const PgaStep *step, gsize location)
{
    const gsize start = MIN(location, step->length);
    Lexer lexer = {.at = step->text + start, .end = step->text + step->length};
    Token token = pga_lexer_next(&lexer);
    const char *p;

    while (token.kind != TOKEN_END && token.kind != TOKEN_UNTERMINATED && !is_quote(&token))
        token = pga_lexer_next(&lexer);
    if (token.kind == TOKEN_END || token.kind == TOKEN_UNTERMINATED)
        return start;
    p = token.text;
    while (*p != '$' && *p != '\'')
        p++;
    if (*p++ == '$')
        while (*p++ != '$')
            ;
    return (gsize)(p - step->text);
}

static MigrationBody
body_of(const PgaStep *step, const Definition *definition)
{
    const gsize at = content_of(step, definition->location);
    MigrationBody body = {.step = step,
                          .text = definition->text,
                          .length = strlen(definition->text),
                          .offset = step->offset + at};

    body.executed = step->tree->node_case == PG_QUERY__NODE__NODE_DO_STMT;
    body.exact =
        step->length - at >= body.length && memcmp(step->text + at, body.text, body.length) == 0;
    pga_step_position(step, at, &body.line, &body.column);
    return body;
}

/* A body in SQL is a script without psql's commands. */
static void
add_sql(const MigrationBody *body, GQueue *queue)
{
    Lexer lexer = {.at = body->text, .end = body->text + body->length};
    g_auto(Statement) statement;
    Token token;

    pga_statement_init(&statement);
    do {
        token = pga_lexer_next(&lexer);
        if (token.kind == TOKEN_UNTERMINATED)
            break;
        if (token.kind != TOKEN_END &&
            (token.kind != TOKEN_SEMICOLON || !pga_statement_may_end(&statement))) {
            pga_statement_take(&statement, &token);
            continue;
        }
        if (statement.start)
            pga_migration_body_add(body, queue, (gsize)(statement.start - body->text),
                                   statement.start, (gsize)(statement.end - statement.start));
        pga_statement_reset(&statement);
    } while (token.kind != TOKEN_END);
}

/* BEGIN ATOMIC … END stands in the statement itself. */
static void
add_atomic(const PgaStep *step, GQueue *queue)
{
    Lexer lexer = {.at = step->text, .end = step->text + step->length};
    Token before = {0}, token = pga_lexer_next(&lexer);
    const char *start = NULL, *stop = NULL;
    MigrationBody body = {.step = step, .exact = TRUE};

    for (; token.kind != TOKEN_END; token = pga_lexer_next(&lexer)) {
        if (!start && pga_token_is(&token, "atomic") && pga_token_is(&before, "begin"))
            start = token.text + token.length;
        if (pga_token_is(&token, "end"))
            stop = token.text;
        before = token;
    }
    if (!start || !stop || stop < start)
        return;
    body.text = start;
    body.length = (gsize)(stop - start);
    body.offset = step->offset + (gsize)(start - step->text);
    pga_step_position(step, (gsize)(start - step->text), &body.line, &body.column);
    add_sql(&body, queue);
}

static void
add_plpgsql(const MigrationBody *body, GQueue *queue)
{
    g_autofree char *statement = g_strndup(body->step->text, body->step->length);
    g_autofree char *error = NULL;
    MigrationInner *inner;

    if (pga_migration_plpgsql(body, statement, queue, &error))
        return;
    /* libpg_query knows no types, and refuses some bodies that the server takes: no word about one
     * that is only defined here */
    if (pga_migration_plpgsql_words(body, queue) || !body->executed)
        return;
    inner = pga_migration_body_add(body, queue, 0, body->text, body->length);
    inner->kind = PGA_STEP_OPAQUE;
    inner->error = g_strdup_printf("the body cannot be read: %s", error);
}

void
pga_migration_body(const PgaStep *step, GQueue *queue)
{
    Definition definition;
    MigrationBody body;

    if (!step->tree || !read_definition(step->tree, &definition))
        return;
    if (!definition.text) {
        if (step->tree->node_case == PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT &&
            step->tree->create_function_stmt->sql_body)
            add_atomic(step, queue);
        return;
    }
    body = body_of(step, &definition);
    if (g_ascii_strcasecmp(definition.language, "plpgsql") == 0)
        add_plpgsql(&body, queue);
    else if (g_ascii_strcasecmp(definition.language, "sql") == 0)
        add_sql(&body, queue);
}
