/* Values in the places of parameters. */
#include <string.h>

#include "query_edit_internal.h"

/* Whether the SQL is a number in quotes. */
static gboolean
is_quoted_number(const char *value)
{
    const gsize n = strlen(value);

    return n > 2 && *value == '\'' && value[n - 1] == '\'' &&
           strspn(value + 1, "+-.0123456789") == n - 2 && strcspn(value, "0123456789") < n &&
           !strpbrk(value + 2, "+-");
}

/* Whether arithmetic is done with it as it is: + - * / would not know the type of a string. A limit
 * is a number by nature. */
static gboolean
is_reckoned_with(const QueryDraft *draft, gsize i)
{
    static const char *const limits[] = {"limit", "offset", NULL};

    if (pga_query_token_is_any(pga_query_token(draft->tokens, i - 1), limits))
        return TRUE;
    if (pga_query_token_is_sign(pga_query_token(draft->tokens, i + 1), ':'))
        return FALSE;
    return pga_query_tokens_is_operator(draft->tokens, i - 1, "+-*/%") ||
           pga_query_tokens_is_operator(draft->tokens, i + 1, "+-*/%");
}

static const char *
value_at(QueryDraft *draft, gsize i, const char *value)
{
    g_autofree char *number = NULL, *term = NULL;

    if (!is_quoted_number(value) || !is_reckoned_with(draft, i))
        return value;
    number = g_strndup(value + 1, strlen(value) - 2);
    term = g_strdup_printf(strchr("+-", *number) ? "(%s)" : "%s", number);
    return g_string_chunk_insert(draft->texts, term);
}

char *
pga_query_put_values(const char *text, const GPtrArray *values, gboolean *is_generic)
{
    g_autoptr(QueryDraft) draft = pga_query_draft_new(text, strlen(text));

    *is_generic = FALSE;
    for (gsize i = 0; i < draft->tokens->len; i++) {
        const guint number = pga_query_token(draft->tokens, i)->parameter;
        const char *value =
            number > 0 && number <= values->len ? g_ptr_array_index(values, number - 1) : NULL;

        if (value)
            pga_query_draft_edit(draft, i)->instead = value_at(draft, i, value);
        *is_generic |= number > 0 && !value;
    }
    return pga_query_draft_write(draft);
}
