/* libpg_query's fingerprint with relations told apart: it leaves out digits of their names, which
 * for it are temporary tables' numbers. Partitions and shards are named so too, and have indexes of
 * their own. */
#include "query_fingerprint_internal.h"
#include "query_shape_internal.h"
#include "query_tokens_internal.h"
#include <pg_query.h>
#include <string.h>

static gboolean
has_left_out_digits(const QueryToken *token)
{
    for (gsize i = 1; i < token->length; i++)
        if (g_ascii_isdigit(token->text[i - 1]) && g_ascii_isdigit(token->text[i]))
            return TRUE;
    return FALSE;
}

/* By what stands beside it. An alias stands behind a name, or before a dot. */
static gboolean
may_be_relation(const GArray *tokens, gsize i)
{
    static const char *const words[] = {"from", "join", "into", "update", "only", "using", NULL};
    const QueryToken *token = pga_query_token(tokens, i);
    const QueryToken *before = i > 0 ? pga_query_token(tokens, i - 1) : NULL;

    if ((token->kind != QUERY_WORD && token->kind != QUERY_QUOTED_NAME) || !before)
        return FALSE;
    if (pga_query_token_is_sign(pga_query_token(tokens, i + 1), '.'))
        return FALSE;
    return pga_query_token_is_sign(before, ',') || pga_query_token_is_sign(before, '.') ||
           pga_query_token_is_any(before, words);
}

/* Of the names whose digits were left out; 0: there are none. */
static guint64
hash_of_names(const char *text)
{
    g_autoptr(GArray) tokens = pga_query_tokens(text, strlen(text));
    guint64 hash = 0;

    for (gsize i = 0; i < tokens->len; i++) {
        const QueryToken *token = pga_query_token(tokens, i);

        if (may_be_relation(tokens, i) && has_left_out_digits(token)) {
            g_autofree char *folded = token->kind == QUERY_WORD
                                          ? g_ascii_strdown(token->text, (gssize)token->length)
                                          : g_strndup(token->text + 1, token->length - 2);

            hash = pga_query_shape_add(hash, folded, strlen(folded));
        }
    }
    return hash;
}

char *
pga_query_fingerprint(const char *text)
{
    PgQueryFingerprintResult result = pg_query_fingerprint(text);
    char *fingerprint = NULL;

    if (!result.error)
        fingerprint =
            g_strdup_printf("%016" G_GINT64_MODIFIER "x", result.fingerprint ^ hash_of_names(text));
    pg_query_free_fingerprint_result(result);
    return fingerprint;
}
