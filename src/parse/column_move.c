/* Token by token: what is not simple is left alone. */
#include "parse/column_move.h"

#include <base/text.h>
#include <string.h>

#include "query_tokens_internal.h"

/* Whether the token is the name, as the server would fold it. */
static gboolean
is_name(const QueryToken *token, const char *name)
{
    const gsize length = strlen(name);

    if (token->kind == QUERY_QUOTED_NAME)
        return token->length == length + 2 && strncmp(token->text + 1, name, length) == 0;
    return token->kind == QUERY_WORD && token->length == length &&
           g_ascii_strncasecmp(token->text, name, length) == 0;
}

/* A column by itself: neither qualified nor a function. */
static gboolean
stands_alone(const GArray *tokens, gsize i)
{
    const QueryToken *next = pga_query_token(tokens, i + 1);

    return (i == 0 || !pga_query_token_is_sign(pga_query_token(tokens, i - 1), '.')) &&
           !pga_query_token_is_sign(next, '.') &&
           !(next->kind == QUERY_OPEN && next->text[0] == '(');
}

static guint
count_words(const GArray *tokens, const char *word)
{
    guint n = 0;

    for (gsize i = 0; i < tokens->len; i++)
        n += pga_query_token_is(pga_query_token(tokens, i), word) ? 1 : 0;
    return n;
}

/* The place of the table behind FROM; 0: it is not alone there. */
static gsize
find_table(const GArray *tokens, const PgaColumnMove *move)
{
    static const char *const ends[] = {"where", "group", "order",  "limit", "having",
                                       "for",   "fetch", "offset", NULL};

    for (gsize i = 1; i + 1 < tokens->len; i++)
        if (pga_query_token_is(pga_query_token(tokens, i), "from") &&
            is_name(pga_query_token(tokens, i + 1), move->table) &&
            (i + 2 == tokens->len || pga_query_token_is_any(pga_query_token(tokens, i + 2), ends)))
            return i + 1;
    return 0;
}

/* (transfer full) (nullable): what takes the token's place. */
static char *
instead_of(const GArray *tokens, gsize i, const PgaColumnMove *move)
{
    const QueryToken *token = pga_query_token(tokens, i);
    g_autofree char *table = pga_quote_identifier(move->table);
    g_autofree char *to = pga_quote_identifier(move->to_table);

    if (!stands_alone(tokens, i))
        return NULL;
    if (is_name(token, move->column)) {
        g_autofree char *column = pga_quote_identifier(move->to_column);

        return g_strdup_printf("%s.%s", to, column);
    }
    for (guint j = 0; j < move->shared->len; j++) {
        const char *name = g_ptr_array_index(move->shared, j);
        g_autofree char *quoted = pga_quote_identifier(name);

        if (is_name(token, name))
            return g_strdup_printf("%s.%s", table, quoted);
    }
    return NULL;
}

static gboolean
names_column(const GArray *tokens, const PgaColumnMove *move)
{
    for (gsize i = 0; i < tokens->len; i++)
        if (is_name(pga_query_token(tokens, i), move->column) && stands_alone(tokens, i))
            return TRUE;
    return FALSE;
}

char *
pga_sql_move_column(const char *sql, const PgaColumnMove *move)
{
    g_autoptr(GArray) tokens = pga_query_tokens(sql, strlen(sql));
    const gsize place = find_table(tokens, move);
    const char *copied = sql;
    GString *out;

    if (place == 0 || !pga_query_token_is(pga_query_token(tokens, 0), "select") ||
        count_words(tokens, "from") != 1 || count_words(tokens, "as") > 0 ||
        pga_query_token_is_sign(pga_query_token(tokens, 1), '*') || !names_column(tokens, move))
        return NULL;
    out = g_string_new(NULL);
    for (gsize i = 1; i < tokens->len; i++) {
        const QueryToken *token = pga_query_token(tokens, i);
        g_autofree char *instead = i == place ? NULL : instead_of(tokens, i, move);
        g_autofree char *to = pga_quote_identifier(move->to_table);

        if (!instead && i != place)
            continue;
        g_string_append_len(out, copied, token->text - copied);
        if (instead)
            g_string_append(out, instead);
        else
            g_string_append_printf(out, "%.*s LEFT JOIN %s ON %s", (int)token->length, token->text,
                                   to, move->on);
        copied = token->text + token->length;
    }
    return g_string_free(g_string_append(out, copied), FALSE);
}

/* Whether the token at @i, behind a table's name, is its alias or the AS before one. */
static gboolean
is_alias(const GArray *tokens, gsize i)
{
    static const char *const others[] = {
        "where",  "group", "order",  "limit",   "having",    "for",         "fetch", "offset",
        "join",   "inner", "left",   "right",   "full",      "cross",       "on",    "using",
        "window", "union", "except", "natural", "intersect", "tablesample", NULL};
    const QueryToken *token = pga_query_token(tokens, i);

    return i < tokens->len &&
           (token->kind == QUERY_QUOTED_NAME ||
            (token->kind == QUERY_WORD && !pga_query_token_is_any(token, others)));
}

char *
pga_sql_put_table(const char *sql, const char *table, const char *instead)
{
    static const char *const before[] = {"from", "join", NULL};
    static const char *const reading[] = {"select", "with", NULL};
    g_autoptr(GArray) tokens = pga_query_tokens(sql, strlen(sql));
    g_autofree char *name = pga_quote_identifier(table);
    const char *copied = sql;
    GString *out = g_string_new(NULL);

    for (gsize i = 1;
         i < tokens->len && pga_query_token_is_any(pga_query_token(tokens, 0), reading); i++) {
        const QueryToken *token = pga_query_token(tokens, i);

        if (!is_name(token, table) || !stands_alone(tokens, i) ||
            !pga_query_token_is_any(pga_query_token(tokens, i - 1), before))
            continue;
        g_string_append_len(out, copied, token->text - copied);
        g_string_append_printf(out, "(%s)%s%s", instead, is_alias(tokens, i + 1) ? "" : " AS ",
                               is_alias(tokens, i + 1) ? "" : name);
        copied = token->text + token->length;
    }
    g_string_append(out, copied);
    return g_string_free(out, copied == sql);
}
