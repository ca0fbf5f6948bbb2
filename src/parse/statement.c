/* Following a statement token by token. BEGIN is counted only in the bodies of routines, as psql
 * does: elsewhere it begins a transaction. */
#include "statement_internal.h"

void
pga_statement_init(Statement *statement)
{
    *statement = (Statement){.relation = g_string_new(NULL)};
}

void
pga_statement_destroy(Statement *statement)
{
    g_string_free(statement->relation, TRUE);
}

void
pga_statement_reset(Statement *statement)
{
    GString *relation = statement->relation;

    g_string_truncate(relation, 0);
    *statement = (Statement){.relation = relation};
}

static StatementForm
first_form(const Token *token)
{
    if (pga_token_is(token, "create"))
        return FORM_CREATE;
    if (pga_token_is(token, "copy"))
        return FORM_COPY;
    if (pga_token_is(token, "insert"))
        return FORM_INSERT;
    return FORM_OTHER;
}

static StatementForm
form_after_create(const Token *token)
{
    if (pga_token_is(token, "or") || pga_token_is(token, "replace"))
        return FORM_CREATE;
    if (pga_token_is(token, "function") || pga_token_is(token, "procedure"))
        return FORM_ROUTINE;
    return FORM_OTHER;
}

static void
count_begin(Statement *statement, const Token *token)
{
    if (statement->depth > 0)
        return;
    if (statement->begin_depth == 0) {
        if (pga_token_is(token, "atomic") && pga_token_is(&statement->previous, "begin"))
            statement->begin_depth = 1;
    } else if (pga_token_is(token, "begin") || pga_token_is(token, "case")) {
        statement->begin_depth++;
    } else if (pga_token_is(token, "end")) {
        statement->begin_depth--;
    }
}

/* Collects schema.relation. FALSE once @token is behind it. */
static gboolean
take_name(Statement *statement, const Token *token)
{
    const gboolean is_name = token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED;
    const gboolean is_dot = token->kind == TOKEN_OTHER && *token->text == '.';

    if (statement->part == PART_NAME && is_name)
        statement->part = PART_AFTER_NAME;
    else if (statement->part == PART_AFTER_NAME && is_dot)
        statement->part = PART_NAME;
    else
        return FALSE;
    g_string_append_len(statement->relation, token->text, (gssize)token->length);
    return TRUE;
}

static void
take_copy(Statement *statement, const Token *token)
{
    if (statement->part == PART_BEFORE_NAME)
        statement->part = PART_NAME;
    if (pga_token_is(token, "binary") && statement->relation->len == 0)
        return;
    if (statement->part < PART_HEAD && take_name(statement, token))
        return;
    statement->part = PART_HEAD;
    if (statement->depth == 0 && pga_token_is(token, "stdin") &&
        pga_token_is(&statement->previous, "from"))
        statement->from_stdin = TRUE;
    else if (statement->from_stdin && pga_token_is(token, "header"))
        statement->has_header = TRUE;
    else if (pga_token_is(&statement->previous, "header") &&
             (pga_token_is(token, "false") || pga_token_is(token, "off")))
        statement->has_header = FALSE;
}

/* Between the relation's name and its rows. */
static void
take_insert_head(Statement *statement, const Token *token)
{
    if (pga_token_is(token, "values")) {
        statement->part = PART_ROWS;
        if (pga_token_is(&statement->previous, "default"))
            statement->n_rows = 1;
    } else if (pga_token_is(token, "select") || pga_token_is(token, "with") ||
               pga_token_is(token, "table")) {
        statement->part = PART_TAIL;
    }
}

static void
take_insert(Statement *statement, const Token *token)
{
    if (statement->part == PART_BEFORE_NAME) {
        if (pga_token_is(token, "into"))
            statement->part = PART_NAME;
        return;
    }
    if (statement->part < PART_HEAD && take_name(statement, token))
        return;
    if (statement->part < PART_HEAD)
        statement->part = PART_HEAD;
    if (statement->depth > 0)
        return;
    if (statement->part == PART_HEAD)
        take_insert_head(statement, token);
    else if (statement->part == PART_ROWS && token->kind == TOKEN_OPEN)
        statement->n_rows++;
    else if (statement->part == PART_ROWS && token->kind == TOKEN_WORD)
        statement->part = PART_TAIL;
}

static void
take_by_form(Statement *statement, const Token *token)
{
    switch (statement->form) {
    case FORM_UNDECIDED:
        statement->form = first_form(token);
        break;
    case FORM_CREATE:
        statement->form = form_after_create(token);
        break;
    case FORM_ROUTINE:
        count_begin(statement, token);
        break;
    case FORM_COPY:
        take_copy(statement, token);
        break;
    case FORM_INSERT:
        take_insert(statement, token);
        break;
    case FORM_OTHER:
    default:
        break;
    }
}

void
pga_statement_take(Statement *statement, const Token *token)
{
    if (!statement->start)
        statement->start = token->text;
    statement->end = token->text + token->length;
    take_by_form(statement, token);
    if (token->kind == TOKEN_OPEN)
        statement->depth++;
    else if (token->kind == TOKEN_CLOSE && statement->depth > 0)
        statement->depth--;
    statement->previous = *token;
}

gboolean
pga_statement_may_end(const Statement *statement)
{
    return statement->depth == 0 && statement->begin_depth == 0;
}
