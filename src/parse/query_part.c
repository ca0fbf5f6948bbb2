/* Statements that hold a query, taken apart by their tokens. */
#include "query_part_internal.h"

#include <string.h>

#include "query_tokens_internal.h"

/** Reading one statement. */
typedef struct {
    const GArray *tokens;
    gsize at, end; /* tokens that are still to be looked at */
    QueryPart *part;
} Reader;

static const char *const queries[] = {"select", "with",   "insert", "update", "delete",
                                      "merge",  "values", "table",  NULL};

static const char *const skipped[] = {
    "abort",    "begin",     "checkpoint", "close", "commit", "deallocate", "discard", "end",
    "fetch",    "listen",    "load",       "lock",  "move",   "notify",     "release", "reset",
    "rollback", "savepoint", "set",        "show",  "start",  "unlisten",   NULL};

static const char *const utilities[] = {"alter",    "analyse", "analyze", "call",   "cluster",
                                        "comment",  "do",      "drop",    "grant",  "import",
                                        "reassign", "refresh", "reindex", "revoke", "security",
                                        "truncate", "vacuum",  NULL};

static const QueryToken *
token_at(const Reader *reader, gsize i)
{
    return pga_query_token(reader->tokens, i < reader->end ? i : reader->tokens->len);
}

static const QueryToken *
current(const Reader *reader)
{
    return token_at(reader, reader->at);
}

/* Moves behind @word if it stands here. */
static gboolean
take_word(Reader *reader, const char *word)
{
    if (!pga_query_token_is(current(reader), word))
        return FALSE;
    reader->at++;
    return TRUE;
}

/* Moves to the first @word that stands in no parentheses. */
static gboolean
seek_word(Reader *reader, const char *word)
{
    const guint depth = current(reader)->depth;

    for (; reader->at < reader->end; reader->at++)
        if (current(reader)->depth == depth && pga_query_token_is(current(reader), word))
            return TRUE;
    return FALSE;
}

static void
skip_parentheses(Reader *reader)
{
    if (current(reader)->kind == QUERY_OPEN)
        reader->at = MIN(reader->end, pga_query_tokens_close(reader->tokens, reader->at) + 1);
}

/* (transfer full): text of the tokens from @first up to, not with, @end. */
static char *
text_between(const Reader *reader, gsize first, gsize end)
{
    const QueryToken *from = token_at(reader, first), *to = token_at(reader, end - 1);

    return end > first ? g_strndup(from->text, (gsize)(to->text + to->length - from->text))
                       : g_strdup("");
}

/* (transfer full): as the server would fold it. */
static char *
name_of(const QueryToken *token)
{
    if (token->kind == QUERY_QUOTED_NAME && token->length > 1)
        return g_strndup(token->text + 1, token->length - 2);
    return g_ascii_strdown(token->text, (gssize)token->length);
}

/* (transfer full): texts between the commas of what opens here; moves behind it. */
static GPtrArray *
take_list(Reader *reader)
{
    GPtrArray *list;
    const gsize open = reader->at;
    gsize first = open + 1, close;

    if (current(reader)->kind != QUERY_OPEN)
        return NULL;
    list = g_ptr_array_new_with_free_func(g_free);
    close = MIN(reader->end, pga_query_tokens_close(reader->tokens, open));
    for (gsize i = first; i <= close; i++) {
        const QueryToken *token = token_at(reader, i);
        const gboolean ends = i == close || (token->depth == token_at(reader, open)->depth + 1 &&
                                             pga_query_token_is_sign(token, ','));

        if (!ends)
            continue;
        g_ptr_array_add(list, text_between(reader, first, i));
        first = i + 1;
    }
    reader->at = MIN(reader->end, close + 1);
    return list;
}

static void
give_reason(Reader *reader, const char *reason, char *command)
{
    reader->part->kind = QUERY_PART_OTHER;
    reader->part->reason = reason;
    g_free(reader->part->text);
    reader->part->text = command;
}

/* (transfer full): the first word, or two, in capitals. */
static char *
words_of(const Reader *reader, gsize first, guint n)
{
    GString *words = g_string_new(NULL);

    for (guint i = 0; i < n && token_at(reader, first + i)->kind == QUERY_WORD; i++) {
        const QueryToken *token = token_at(reader, first + i);

        g_string_append(words, i ? " " : "");
        g_string_append_len(words, token->text, (gssize)token->length);
    }
    g_string_ascii_up(words);
    return g_string_free(words, FALSE);
}

static char
command_of(const QueryToken *token)
{
    static const struct {
        const char *word;
        char command;
    } commands[] = {{"insert", 'i'}, {"update", 'u'}, {"delete", 'd'}, {"merge", 'm'}};

    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
        if (pga_query_token_is(token, commands[i].word))
            return commands[i].command;
    return 's';
}

/* The statement behind WITH … */
static char
command_behind(const Reader *reader)
{
    const guint depth = current(reader)->depth;

    for (gsize i = reader->at; i < reader->end; i++) {
        const QueryToken *token = token_at(reader, i);

        if (token->depth == depth && pga_query_token_is_any(token, queries) &&
            !pga_query_token_is(token, "with") && !pga_query_token_is(token, "table"))
            return command_of(token);
    }
    return 's';
}

/* The temporary relation whose name stands here, behind its schema. */
static void
note_temporary(Reader *reader, gsize i)
{
    if (pga_query_token_is_sign(token_at(reader, i + 1), '.'))
        i += 2;
    g_free(reader->part->temporary);
    reader->part->temporary = name_of(token_at(reader, i));
}

static const char *const temporaries[] = {"temp", "temporary", NULL};

/* "INTO [TEMP] [TABLE] name" at @into is left out of the query. */
static void
drop_into(Reader *reader, gsize into)
{
    static const char *const modes[] = {"temp", "temporary", "unlogged", "table", NULL};
    g_autofree char *head = text_between(reader, reader->at, into), *tail = NULL;
    gsize i = into + 1;

    for (; pga_query_token_is_any(token_at(reader, i), modes); i++)
        if (pga_query_token_is_any(token_at(reader, i), temporaries))
            note_temporary(reader, i + 1 + pga_query_token_is(token_at(reader, i + 1), "table"));
    i += pga_query_token_is_sign(token_at(reader, i + 1), '.') ? 3 : 1;
    tail = text_between(reader, MIN(i, reader->end), reader->end);
    reader->part->text = g_strdup_printf("%s %s", head, tail);
}

/* INTO of a SELECT, not of INSERT or MERGE; reader->end when there is none. */
static gsize
find_into(const Reader *reader)
{
    static const char *const others[] = {"insert", "merge", NULL};
    const guint depth = current(reader)->depth;

    for (gsize i = reader->at; i < reader->end; i++)
        if (token_at(reader, i)->depth == depth && pga_query_token_is(token_at(reader, i), "into"))
            return pga_query_token_is_any(token_at(reader, i - 1), others) ? reader->end : i;
    return reader->end;
}

static void
take_query(Reader *reader)
{
    const gsize into = find_into(reader);

    if (reader->part->kind != QUERY_PART_PREPARE)
        reader->part->kind = QUERY_PART_PLANNED;
    if (pga_query_token_is(current(reader), "with"))
        reader->part->command = command_behind(reader);
    else
        reader->part->command = command_of(current(reader));
    if (into < reader->end)
        drop_into(reader, into);
    else
        reader->part->text = text_between(reader, reader->at, reader->end);
}

/* CREATE [TEMP] TABLE name AS query [WITH [NO] DATA], CREATE MATERIALIZED VIEW the same. TRUE: what
 * is left is the query. */
static gboolean
take_create(Reader *reader)
{
    static const char *const modes[] = {"or",           "replace", "global",    "local", "unlogged",
                                        "materialized", "temp",    "temporary", NULL};
    static const char *const relations[] = {"table", "view", "sequence", NULL};
    gboolean temporary = FALSE, table;
    gsize name;

    for (; pga_query_token_is_any(current(reader), modes); reader->at++)
        temporary |= pga_query_token_is_any(current(reader), temporaries);
    table = pga_query_token_is(current(reader), "table") ||
            pga_query_token_is(token_at(reader, reader->at - 1), "materialized");
    name = reader->at + (pga_query_token_is(token_at(reader, reader->at + 1), "if") ? 4 : 1);
    if (temporary && pga_query_token_is_any(current(reader), relations))
        note_temporary(reader, name);
    if (!table || !seek_word(reader, "as"))
        return FALSE;
    reader->at++;
    if (reader->end - reader->at > 2 &&
        pga_query_token_is(token_at(reader, reader->end - 1), "data"))
        reader->end -= pga_query_token_is(token_at(reader, reader->end - 2), "no") ? 3 : 2;
    return TRUE;
}

static void
take_execute(Reader *reader)
{
    if (reader->part->kind == QUERY_PART_PREPARE) { /* of another name */
        reader->part->kind = QUERY_PART_UNKNOWN;
        return;
    }
    reader->part->kind = QUERY_PART_EXECUTE;
    reader->part->name = name_of(current(reader));
    reader->at++;
    reader->part->arguments = take_list(reader);
}

/* TRUE: what is left is the query. */
static gboolean
take_prepare(Reader *reader)
{
    if (pga_query_token_is(current(reader), "transaction")) {
        reader->part->kind = QUERY_PART_SKIPPED;
        return FALSE;
    }
    if (reader->part->kind == QUERY_PART_PREPARE)
        return FALSE;
    reader->part->kind = QUERY_PART_PREPARE;
    reader->part->name = name_of(current(reader));
    reader->at++;
    reader->part->types = take_list(reader);
    return take_word(reader, "as");
}

static void
take_explain(Reader *reader)
{
    static const char *const modes[] = {"analyze", "analyse", "verbose", NULL};

    if (!pga_query_token_is_any(token_at(reader, reader->at + 1), queries))
        skip_parentheses(reader);
    while (pga_query_token_is_any(current(reader), modes))
        reader->at++;
}

/* COPY (query) TO: the query in the parentheses. */
static gboolean
take_copy(Reader *reader)
{
    if (current(reader)->kind != QUERY_OPEN)
        return FALSE;
    reader->end = MIN(reader->end, pga_query_tokens_close(reader->tokens, reader->at));
    reader->at++;
    return TRUE;
}

static const struct {
    const char *word, *reason;
    gboolean (*take)(Reader *reader); /* TRUE: what is left is a statement */
} holders[] = {
    {"create", "a statement that defines objects", take_create},
    {"copy", "COPY of a whole table", take_copy},
    {"prepare", NULL, take_prepare},
};

/* What the word that was taken begins, if that may hold a query. FALSE: it is done with. */
static gboolean
take_holder(Reader *reader, gsize first)
{
    for (guint i = 0; i < G_N_ELEMENTS(holders); i++) {
        if (!take_word(reader, holders[i].word))
            continue;
        if (holders[i].take(reader))
            return TRUE;
        if (holders[i].reason)
            give_reason(reader, holders[i].reason, words_of(reader, first, 1 + (i == 0)));
        else if (reader->part->kind == QUERY_PART_PREPARE)
            reader->part->kind = QUERY_PART_UNKNOWN;
        return FALSE;
    }
    if (take_word(reader, "explain")) {
        take_explain(reader);
        return TRUE;
    }
    if (take_word(reader, "declare") && seek_word(reader, "for")) {
        reader->at++;
        return TRUE;
    }
    return FALSE;
}

/* The kind of what begins here and holds nothing. */
static void
take_plain(Reader *reader)
{
    static const char *const of_two[] = {"alter", "drop", "refresh", "comment", NULL};
    const QueryToken *token = current(reader);

    if (token->kind == QUERY_OPEN || pga_query_token_is_any(token, queries))
        take_query(reader);
    else if (pga_query_token_is_any(token, skipped))
        reader->part->kind = QUERY_PART_SKIPPED;
    else if (pga_query_token_is_any(token, utilities))
        give_reason(reader, "a utility statement",
                    words_of(reader, reader->at, 1 + pga_query_token_is_any(token, of_two)));
    else if (take_word(reader, "execute"))
        take_execute(reader);
    else
        reader->part->kind = QUERY_PART_UNKNOWN;
}

static void
take_statement(Reader *reader)
{
    gsize first;

    do {
        first = reader->at;
    } while (take_holder(reader, first));
    if (reader->at == first)
        take_plain(reader);
}

static gboolean
is_skipped(const GArray *tokens, gsize first, gsize end)
{
    return first == end || pga_query_token_is_any(pga_query_token(tokens, first), skipped);
}

/* BEGIN; UPDATE …; COMMIT: the one statement that is none of these; FALSE when there are several.
 * Bodies of SQL functions are not looked into. */
static gboolean
find_statement(Reader *reader)
{
    const GArray *tokens = reader->tokens;
    gsize first = 0;
    guint n = 0;

    if (pga_query_token_is(pga_query_token(tokens, 0), "create"))
        return TRUE;
    for (gsize i = 0; i <= tokens->len; i++) {
        const QueryToken *token = pga_query_token(tokens, i);

        if (i < tokens->len && (token->kind != QUERY_SEMICOLON || token->depth > 0))
            continue;
        if (n == 0 || !is_skipped(tokens, first, i)) {
            n += !is_skipped(tokens, first, i);
            reader->at = first;
            reader->end = i;
        }
        first = i + 1;
    }
    return n <= 1;
}

void
pga_query_part_read(QueryPart *part, const char *text, gsize length)
{
    g_autoptr(GArray) tokens = pga_query_tokens(text, length);
    Reader reader = {tokens, 0, tokens->len, part};

    *part = (QueryPart){.kind = QUERY_PART_NOTHING, .command = 'x'};
    while (reader.end > 0 && pga_query_token(tokens, reader.end - 1)->kind == QUERY_SEMICOLON)
        g_array_set_size(tokens, (guint)--reader.end);
    if (tokens->len == 0)
        return;
    part->kind = QUERY_PART_UNKNOWN;
    if (!pga_query_text_is_whole(text, length))
        return;
    if (find_statement(&reader))
        take_statement(&reader);
    else
        give_reason(&reader, "several statements in one string", g_strdup("several statements"));
}

void
pga_query_part_clear(QueryPart *part)
{
    g_free(part->text);
    g_free(part->name);
    g_free(part->temporary);
    if (part->types)
        g_ptr_array_unref(part->types);
    if (part->arguments)
        g_ptr_array_unref(part->arguments);
    *part = (QueryPart){.kind = QUERY_PART_NOTHING};
}
