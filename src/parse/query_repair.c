/* The steps of a repair, and what has to be done before there are tokens. */
#include "query_repair_internal.h"

#include <string.h>

#include "query_edit_internal.h"

enum {
    LIST_LENGTH = 5, /* that 18's "IN ($1, ...)", of two constants or more, is taken for */
    MAX_DIGITS = 5,
};

/* The parameter behind the dollar at @at, or 0. */
static guint
number_at(const char *at, const char *end, const char **behind)
{
    guint number = 0;

    for (*behind = at + 1; *behind < end && g_ascii_isdigit(**behind); (*behind)++) {
        if (*behind - at > MAX_DIGITS)
            return 0;
        number = number * 10 + (guint)g_ascii_digit_value(**behind);
    }
    return number;
}

static GHashTable *
known_numbers(const GArray *tokens)
{
    GHashTable *known = g_hash_table_new(NULL, NULL);

    for (gsize i = 0; i < tokens->len; i++) {
        const QueryToken *token = pga_query_token(tokens, i);

        if (token->kind == QUERY_PARAMETER)
            g_hash_table_add(known, GUINT_TO_POINTER(token->parameter));
    }
    return known;
}

/* A word's parameters get blanks around them. */
static void
append_split(GString *out, const QueryToken *word, GHashTable *known)
{
    const char *end = word->text + word->length, *from = word->text, *behind;

    for (const char *at = word->text; (at = memchr(at, '$', (gsize)(end - at))); at = behind) {
        const guint number = number_at(at, end, &behind);

        if (number == 0 || !g_hash_table_add(known, GUINT_TO_POINTER(number)))
            continue;
        g_string_append_len(out, from, at - from);
        g_string_append_printf(out, " $%u ", number);
        from = behind;
    }
    g_string_append_len(out, from, end - from);
}

/* (transfer full): "date'1999-01-01'" was recorded as "date$1", which is a name. A parameter that
 * is nowhere else must be in one. */
static char *
split_words(const char *text, gsize length)
{
    g_autoptr(GArray) tokens = pga_query_tokens(text, length);
    g_autoptr(GHashTable) known = known_numbers(tokens);
    GString *out = g_string_sized_new(length + 16);
    const char *from = text;

    for (gsize i = 0; i < tokens->len; i++) {
        const QueryToken *token = pga_query_token(tokens, i);

        if (token->kind != QUERY_WORD || !memchr(token->text, '$', token->length))
            continue;
        g_string_append_len(out, from, token->text - from);
        append_split(out, token, known);
        from = token->text + token->length;
    }
    g_string_append_len(out, from, text + length - from);
    return g_string_free(out, FALSE);
}

/* "$1 /+, ... +/": a list of which the first is shown. */
static void
lengthen_lists(QueryDraft *draft)
{
    static const char cut_list[] = "/*, ... */";

    for (gsize i = 0; i + 1 < draft->tokens->len; i++) {
        const QueryToken *token = pga_query_token(draft->tokens, i);
        const char *from = token->text + token->length;
        const char *to = pga_query_token(draft->tokens, i + 1)->text;

        if (token->kind == QUERY_PARAMETER &&
            memmem(from, (gsize)(to - from), cut_list, strlen(cut_list)))
            pga_query_draft_edit(draft, i)->n_more = LIST_LENGTH - 1;
    }
}

/* Whether only parameters and commas stand between. */
static gboolean
holds_parameters(const QueryDraft *draft, gsize open, gsize close)
{
    for (gsize i = open + 1; i < close; i++) {
        const QueryToken *token = pga_query_token(draft->tokens, i);

        if (!pga_query_draft_is_bare(draft, i) && !pga_query_token_is_sign(token, ','))
            return FALSE;
    }
    return close > open + 1 && close < draft->tokens->len;
}

/* "x = ANY (ARRAY[$1, $2])" would compare with an array of text: "x IN ($1, $2)". @i: the =. */
static void
unwrap_array(QueryDraft *draft, gsize i)
{
    const gsize array = i + 3, open = i + 4;
    gsize close;

    if (!pga_query_token_is(pga_query_token(draft->tokens, i + 1), "any") ||
        !pga_query_token_is(pga_query_token(draft->tokens, array), "array") ||
        pga_query_token(draft->tokens, open)->kind != QUERY_OPEN)
        return;
    close = pga_query_tokens_close(draft->tokens, open);
    if (!holds_parameters(draft, open, close) ||
        pga_query_token(draft->tokens, close + 1)->kind != QUERY_CLOSE)
        return;
    pga_query_draft_edit(draft, i)->instead = "IN";
    pga_query_draft_edit(draft, i + 1)->dropped = TRUE;
    pga_query_draft_edit(draft, array)->dropped = TRUE;
    pga_query_draft_edit(draft, open)->dropped = TRUE;
    pga_query_draft_edit(draft, close)->dropped = TRUE;
}

static void
unwrap_arrays(QueryDraft *draft)
{
    static const char *const parts = "<>!=*+-/%^&|~@#?`";

    for (gsize i = 1; i + 4 < draft->tokens->len; i++) {
        const QueryToken *token = pga_query_token(draft->tokens, i);
        const QueryToken *last = pga_query_token(draft->tokens, i - 1);
        const gboolean goes_on = last->kind == QUERY_SIGN && last->length == 1 &&
                                 strchr(parts, *last->text) && pga_query_tokens_touch(last, token);

        if (pga_query_token_is_sign(token, '=') && !goes_on)
            unwrap_array(draft, i);
    }
}

char *
pga_query_repair(const char *text)
{
    g_autofree char *split = split_words(text, strlen(text));
    g_autoptr(QueryDraft) draft = pga_query_draft_new(split, strlen(split));

    lengthen_lists(draft);
    pga_query_repair_targets(draft);
    pga_query_repair_literals(draft);
    unwrap_arrays(draft);
    pga_query_repair_types(draft);
    return pga_query_draft_write(draft);
}

/* The length of the variable at the colon at @at: :name, :'name', :"name"; 0 when it is none. */
static gsize
variable_length(const char *at, const char *end)
{
    const char quote = (char)(at + 1 < end && strchr("'\"", at[1]) ? at[1] : '\0');
    const char *name = at + (quote ? 2 : 1), *p = name;

    while (p < end && (g_ascii_isalnum(*p) || *p == '_'))
        p++;
    if (p == name || g_ascii_isdigit(*name) || (quote && (p == end || *p != quote)))
        return 0;
    return (gsize)(p - at) + (quote ? 1 : 0);
}

/* Whether the colon at @i is none of "::" and of "a[1:2]". */
static gboolean
may_begin_variable(const GArray *tokens, gsize i)
{
    const QueryToken *token = pga_query_token(tokens, i), *last = pga_query_token(tokens, i - 1);

    if (!pga_query_token_is_sign(token, ':'))
        return FALSE;
    return !pga_query_tokens_touch(last, token) || last->kind == QUERY_OPEN ||
           (last->kind == QUERY_SIGN && *last->text != ':');
}

/* The number of the variable, a new one for a new name. */
static guint
variable_number(GHashTable *numbers, const char *name, gsize length)
{
    char *key = g_strndup(name, length);
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, key));

    if (number == 0)
        number = g_hash_table_size(numbers) + 1;
    g_hash_table_insert(numbers, key, GUINT_TO_POINTER(number));
    return number;
}

char *
pga_query_variables_as_parameters(const char *text)
{
    g_autoptr(GHashTable) numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GArray) tokens = pga_query_tokens(text, strlen(text));
    GString *out = g_string_new(NULL);
    const char *end = text + strlen(text), *from = text;

    for (gsize i = 0; i < tokens->len; i++) {
        const char *at = pga_query_token(tokens, i)->text;
        const gsize n = at >= from && may_begin_variable(tokens, i) ? variable_length(at, end) : 0;

        if (n == 0)
            continue;
        g_string_append_len(out, from, at - from);
        g_string_append_printf(out, "$%u", variable_number(numbers, at, n));
        from = at + n;
    }
    g_string_append_len(out, from, end - from);
    return g_string_free(out, g_hash_table_size(numbers) == 0);
}
