/* One pass over the text: statements are cut, rows behind COPY counted and skipped, lines counted
 * on the way. */
#include "foreign_internal.h"
#include "place_internal.h"
#include "psql_command_internal.h"
#include "reader_internal.h"
#include "statement_internal.h"
#include <base/error.h>
#include <base/interrupt.h>
#include <string.h>

enum { MAX_STATEMENTS = 2000000 };

typedef struct {
    PgaScript *script;
    Lexer lexer;
    Place place; /* up to where lines are counted */
    Statement statement;
} Reader;

static gboolean
fail_at_end(Reader *reader, const char *inside, const char *start, GError **error)
{
    pga_place_advance(&reader->place, start);
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" ends inside %s", reader->script->name, inside);
    pga_error_detail(error, "It begins on line %u, column %u.", reader->place.line,
                     reader->place.column);
    return FALSE;
}

static gboolean
check_utf8(Reader *reader, const char *start, gsize length, GError **error)
{
    const char *wrong;
    const char *name = reader->script->name;

    if (g_utf8_validate_len(start, length, &wrong))
        return TRUE;
    pga_place_advance(&reader->place, wrong);
    if (*wrong == '\0')
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is not SQL text", name);
    else
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is not encoded in UTF-8", name);
    pga_error_detail(error, "Line %u, column %u holds the byte 0x%02X.", reader->place.line,
                     reader->place.column, (guchar)*wrong);
    if (*wrong != '\0')
        pga_error_hint(error, "Convert it with iconv, or dump with pg_dump --encoding=UTF8.");
    return FALSE;
}

/* --inserts and people write one INSERT for each row: together they are one entry. */
static gboolean
merge_rows(GArray *statements, const PgaStatement *entry)
{
    PgaStatement *last;

    if (statements->len == 0 || entry->kind != PGA_STATEMENT_ROWS || entry->n_rows == 0)
        return FALSE;
    last = &g_array_index(statements, PgaStatement, statements->len - 1);
    if (last->kind != PGA_STATEMENT_ROWS || last->n_rows == 0 ||
        g_strcmp0(last->relation, entry->relation) != 0)
        return FALSE;
    last->n_rows += entry->n_rows;
    return TRUE;
}

/* The @length bytes at @start become a statement, about whose rows @rows knows. */
static gboolean
append(Reader *reader, PgaStatementKind kind, const char *start, gsize length, GError **error)
{
    GArray *statements = reader->script->statements;
    PgaStatement entry = {.kind = kind, .text = start, .length = length};

    pga_place_advance(&reader->place, start);
    entry.line = reader->place.line;
    entry.column = reader->place.column;
    if (!check_utf8(reader, start, length, error))
        return FALSE;
    if (statements->len >= MAX_STATEMENTS) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" holds more than %d statements",
                      reader->script->name, MAX_STATEMENTS);
        return FALSE;
    }
    if (kind == PGA_STATEMENT_ROWS) {
        entry.n_rows = reader->statement.n_rows;
        if (reader->statement.relation->len > 0)
            entry.relation = g_strdup(reader->statement.relation->str);
    }
    if (merge_rows(statements, &entry))
        g_free(entry.relation);
    else
        g_array_append_val(statements, entry);
    return TRUE;
}

/* The lexer stands somewhere on the line of COPY: nothing else may follow there. */
static gboolean
skip_to_data(Reader *reader, GError **error)
{
    Lexer *lexer = &reader->lexer;
    const char *newline = memchr(lexer->at, '\n', (gsize)(lexer->end - lexer->at));
    Lexer rest = {.at = lexer->at, .end = newline ? newline : lexer->end};
    const Token token = pga_lexer_next(&rest);

    if (token.kind == TOKEN_END) {
        lexer->at = newline ? newline + 1 : lexer->end;
        return TRUE;
    }
    pga_place_advance(&reader->place, token.text);
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" has text behind COPY on the same line",
                  reader->script->name);
    pga_error_detail(error, "Line %u, column %u.", reader->place.line, reader->place.column);
    pga_error_hint(error, "The data of COPY … FROM stdin begin on the next line.");
    return FALSE;
}

/* COPY … FROM stdin, @length bytes at @start, with the data that follow. */
static gboolean
read_copy(Reader *reader, const char *start, gsize length, GError **error)
{
    const gboolean has_header = reader->statement.has_header;
    PgaStatement *entry;
    guint64 n_lines;
    guint line, column;
    gboolean ended;

    if (!append(reader, PGA_STATEMENT_ROWS, start, length, error) || !skip_to_data(reader, error))
        return FALSE;
    entry = &g_array_index(reader->script->statements, PgaStatement,
                           reader->script->statements->len - 1);
    line = entry->line;
    column = entry->column;
    pga_place_advance(&reader->place, reader->lexer.at);
    ended = pga_place_skip_data(&reader->place, reader->lexer.end, &n_lines);
    reader->lexer.at = reader->place.at;
    if (ended) {
        entry->n_rows = n_lines - (has_header && n_lines > 0 ? 1 : 0);
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" ends inside the data of COPY",
                  reader->script->name);
    pga_error_detail(error, "The COPY begins on line %u, column %u.", line, column);
    pga_error_hint(error, "The data end with a line that holds just \\. and nothing else.");
    return FALSE;
}

/* The statement taken so far has ended. */
static gboolean
finish_statement(Reader *reader, GError **error)
{
    Statement *statement = &reader->statement;
    gboolean done;

    if (statement->start) {
        const gsize length = (gsize)(statement->end - statement->start);

        if (statement->form == FORM_COPY && statement->from_stdin)
            done = read_copy(reader, statement->start, length, error);
        else
            done = append(reader,
                          statement->form == FORM_INSERT ? PGA_STATEMENT_ROWS : PGA_STATEMENT_SQL,
                          statement->start, length, error);
        if (!done)
            return FALSE;
    }
    pga_statement_reset(statement);
    return TRUE;
}

/* psql's \copy is COPY, whose data follow when they come from stdin. */
static gboolean
read_command(Reader *reader, const char *start, gsize length, GError **error)
{
    Lexer line = {.at = start + 1, .end = start + length};
    Statement *statement = &reader->statement;
    gboolean done;

    for (Token token = pga_lexer_next(&line);
         token.kind != TOKEN_END && token.kind != TOKEN_UNTERMINATED; token = pga_lexer_next(&line))
        pga_statement_take(statement, &token);
    if (statement->form == FORM_COPY && statement->from_stdin)
        done = read_copy(reader, start, length, error);
    else
        done = append(reader, PGA_STATEMENT_META, start, length, error);
    pga_statement_reset(statement);
    return done;
}

static gboolean
take_backslash(Reader *reader, const Token *token, GError **error)
{
    const Statement *statement = &reader->statement;
    const char *start = token->text;
    const char *end = pga_psql_command_end(start, reader->lexer.end);
    gsize length = (gsize)(end - start);

    while (g_ascii_isspace(start[length - 1]))
        length--;
    if (statement->start && (statement->from_stdin || !pga_statement_may_end(statement) ||
                             !pga_psql_command_sends(start, length))) {
        pga_place_advance(&reader->place, start);
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" has a backslash command inside a statement",
                      reader->script->name);
        pga_error_detail(error, "Line %u, column %u.", reader->place.line, reader->place.column);
        pga_error_hint(error, "End the statement before it with a semicolon.");
        return FALSE;
    }
    reader->lexer.at = end;
    if (end + 1 < reader->lexer.end && *end == '\\')
        reader->lexer.at += 2;
    return finish_statement(reader, error) && read_command(reader, start, length, error);
}

/* A statement without a semicolon at the end is taken, unless a dump was cut off there. */
static gboolean
finish_text(Reader *reader, GError **error)
{
    const Statement *statement = &reader->statement;
    const gboolean cut_off = reader->lexer.n_headers > reader->lexer.n_footers;

    if (statement->start && (cut_off || !pga_statement_may_end(statement)))
        return fail_at_end(reader, "a statement", statement->start, error);
    if (!finish_statement(reader, error))
        return FALSE;
    if (cut_off) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is truncated", reader->script->name);
        pga_error_detail(error, "It has the first line of a dump, but not its last, "
                                "\"-- PostgreSQL database dump complete\".");
        return FALSE;
    }
    if (reader->script->statements->len == 0) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" holds no statement", reader->script->name);
        return FALSE;
    }
    reader->script->dumped_from = reader->lexer.dumped_from;
    return TRUE;
}

/* Takes one token; *more becomes FALSE at the end. */
static gboolean
read_token(Reader *reader, gboolean *more, GError **error)
{
    const Token token = pga_lexer_next(&reader->lexer);

    switch (token.kind) {
    case TOKEN_END:
        *more = FALSE;
        return finish_text(reader, error);
    case TOKEN_UNTERMINATED:
        return fail_at_end(reader, token.what, token.text, error);
    case TOKEN_BACKSLASH:
        return take_backslash(reader, &token, error);
    case TOKEN_SEMICOLON:
        if (pga_statement_may_end(&reader->statement))
            return finish_statement(reader, error) && !pga_interrupt_check(error);
        break;
    case TOKEN_OPEN:
    case TOKEN_CLOSE:
    case TOKEN_WORD:
    case TOKEN_QUOTED:
    case TOKEN_OTHER:
    default:
        break;
    }
    pga_statement_take(&reader->statement, &token);
    return TRUE;
}

gboolean
pga_reader_read(PgaScript *script, const char *text, gsize length, GError **error)
{
    static const char bom[] = "\xef\xbb\xbf";
    const gsize skip = length >= 3 && memcmp(text, bom, 3) == 0 ? 3 : 0;
    Reader reader = {.script = script,
                     .lexer = {.at = text + skip, .end = text + length},
                     .place = {.at = text + skip, .line = 1, .column = 1}};
    gboolean more = TRUE, done = TRUE;

    if (!pga_foreign_refuse(text, length, script->name, error))
        return FALSE;
    pga_statement_init(&reader.statement);
    while (done && more)
        done = read_token(&reader, &more, error);
    pga_statement_destroy(&reader.statement);
    return done;
}
