/* The lexer's tokens to statements. */
#include "cut_internal.h"
#include "psql_command_internal.h"
#include <string.h>

void
pga_migration_cutter_init(MigrationCutter *cutter)
{
    pga_statement_init(&cutter->statement);
    pga_migration_depth_init(&cutter->depth);
}

void
pga_migration_cutter_destroy(MigrationCutter *cutter)
{
    pga_statement_destroy(&cutter->statement);
    pga_migration_depth_destroy(&cutter->depth);
}

/* The line of COPY, then its data, up to the end of the source if they do not end. */
static void
skip_rows(MigrationSource *source)
{
    Lexer *lexer = &source->lexer;
    const char *newline = memchr(lexer->at, '\n', (gsize)(lexer->end - lexer->at));
    Place place = {.at = newline ? newline + 1 : lexer->end};
    guint64 n_rows;

    pga_place_skip_data(&place, lexer->end, &n_rows);
    lexer->at = place.at;
}

static void
finish(const MigrationCutter *cutter, MigrationSource *source, MigrationCut *cut)
{
    const Statement *statement = &cutter->statement;

    cut->start = statement->start;
    cut->length = (gsize)(statement->end - statement->start);
    cut->depth = cutter->depth.deepest;
    cut->kind = CUT_STATEMENT;
    if (statement->form == FORM_COPY && statement->from_stdin) {
        cut->kind = CUT_COPY;
        skip_rows(source);
    }
}

static gboolean
is_copy_from_stdin(MigrationCutter *cutter, const char *start, const char *end)
{
    Lexer line = {.at = start + 1, .end = end};

    for (Token token = pga_lexer_next(&line);
         token.kind != TOKEN_END && token.kind != TOKEN_UNTERMINATED; token = pga_lexer_next(&line))
        pga_statement_take(&cutter->statement, &token);
    return cutter->statement.form == FORM_COPY && cutter->statement.from_stdin;
}

static void
cut_command(MigrationCutter *cutter, MigrationSource *source, const char *start, MigrationCut *cut)
{
    const char *end = pga_psql_command_end(start, source->lexer.end);

    cut->kind = CUT_COMMAND;
    cut->start = start;
    cut->length = (gsize)(end - start);
    while (g_ascii_isspace(start[cut->length - 1]))
        cut->length--;
    source->lexer.at = end;
    if (end + 1 < source->lexer.end && *end == '\\')
        source->lexer.at += 2;
    else if (is_copy_from_stdin(cutter, start, end))
        skip_rows(source);
}

/* A section may begin behind a statement that lacks its semicolon. */
static gboolean
met_section(MigrationCutter *cutter)
{
    if (!cutter->marks)
        return FALSE;
    if (!cutter->statement.start)
        cutter->marks_before = *cutter->marks;
    return (*cutter->marks & ~cutter->marks_before & (MARK_UP | MARK_DOWN | MARK_CHANGESET)) != 0;
}

static gboolean
end_inside(const MigrationCutter *cutter, MigrationSource *source, const Token *token,
           MigrationCut *cut)
{
    const Statement *statement = &cutter->statement;

    cut->kind = CUT_UNTERMINATED;
    cut->what = token->what;
    cut->wrong = token->text;
    cut->start = statement->start ? statement->start : token->text;
    cut->length = (gsize)(source->lexer.end - cut->start);
    source->lexer.at = source->lexer.end;
    return TRUE;
}

/* A token while there is no statement: TRUE when it is a whole by itself. */
static gboolean
take_first(MigrationCutter *cutter, MigrationSource *source, const Token *token, MigrationCut *cut)
{
    if (token->kind == TOKEN_BACKSLASH)
        cut_command(cutter, source, token->text, cut);
    return token->kind == TOKEN_BACKSLASH || token->kind == TOKEN_END;
}

/* Whether the token ends the statement. A command and a section's first token are looked at again.
 */
static gboolean
ends_statement(MigrationCutter *cutter, MigrationSource *source, const Token *token,
               MigrationCut *cut)
{
    cut->by_mark = met_section(cutter);
    if (cut->by_mark || token->kind == TOKEN_BACKSLASH)
        source->lexer.at = token->text;
    return cut->by_mark || token->kind == TOKEN_BACKSLASH || token->kind == TOKEN_END ||
           (token->kind == TOKEN_SEMICOLON && pga_statement_may_end(&cutter->statement));
}

/* TRUE when the token ends what is being cut. */
static gboolean
take(MigrationCutter *cutter, MigrationSource *source, const Token *token, MigrationCut *cut)
{
    Statement *statement = &cutter->statement;

    if (token->kind == TOKEN_UNTERMINATED)
        return end_inside(cutter, source, token, cut);
    if (!statement->start) {
        met_section(cutter);
        if (take_first(cutter, source, token, cut))
            return TRUE;
        if (token->kind == TOKEN_SEMICOLON)
            return FALSE;
    } else if (ends_statement(cutter, source, token, cut)) {
        finish(cutter, source, cut);
        return TRUE;
    }
    if (token->kind == TOKEN_SEMICOLON && !cut->inner && statement->begin_depth == 0)
        cut->inner = token->text;
    pga_statement_take(statement, token);
    pga_migration_depth_take(&cutter->depth, token);
    return FALSE;
}

MigrationCut
pga_migration_cut(MigrationCutter *cutter, MigrationSource *source)
{
    MigrationCut cut = {.kind = CUT_END};
    Token token;

    pga_statement_reset(&cutter->statement);
    pga_migration_depth_reset(&cutter->depth);
    do {
        token = pga_lexer_next(&source->lexer);
    } while (!take(cutter, source, &token, &cut));
    return cut;
}
