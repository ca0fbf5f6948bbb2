/* A statement's tokens with what is to be changed, written out again. */
#include "query_edit_internal.h"

#include <string.h>

QueryDraft *
pga_query_draft_new(const char *text, gsize length)
{
    QueryDraft *draft = g_new0(QueryDraft, 1);

    draft->text = text;
    draft->length = length;
    draft->tokens = pga_query_tokens(text, length);
    draft->edits = g_array_new(FALSE, TRUE, sizeof(QueryEdit));
    g_array_set_size(draft->edits, draft->tokens->len);
    draft->texts = g_string_chunk_new(64);
    return draft;
}

void
pga_query_draft_free(QueryDraft *draft)
{
    g_array_unref(draft->tokens);
    g_array_unref(draft->edits);
    g_string_chunk_free(draft->texts);
    g_free(draft);
}

QueryEdit *
pga_query_draft_edit(const QueryDraft *draft, gsize i)
{
    return &g_array_index(draft->edits, QueryEdit, i);
}

gboolean
pga_query_draft_is_bare(const QueryDraft *draft, gsize i)
{
    const QueryToken *token = pga_query_token(draft->tokens, i);
    const QueryToken *next = pga_query_token(draft->tokens, i + 1);

    if (token->kind != QUERY_PARAMETER)
        return FALSE;
    return !pga_query_draft_edit(draft, i)->typed && !pga_query_draft_edit(draft, i)->instead &&
           !pga_query_token_is_sign(next, ':');
}

void
pga_query_draft_cast(QueryDraft *draft, gsize i, const char *type)
{
    QueryEdit *edit = pga_query_draft_edit(draft, i);
    g_autofree char *cast = g_strdup_printf("::%s", type);

    edit->after = g_string_chunk_insert(draft->texts, cast);
    edit->typed = TRUE;
}

static gboolean
is_word_part(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

/** Numbers of parameters, old and new. */
typedef struct {
    GHashTable *by_old;
    guint n;
} Numbers;

static void
write_parameter(GString *out, Numbers *numbers, const QueryToken *token, guint n_more)
{
    gpointer old = GUINT_TO_POINTER(token->parameter);
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(numbers->by_old, old));

    if (number == 0) {
        number = ++numbers->n;
        g_hash_table_insert(numbers->by_old, old, GUINT_TO_POINTER(number));
    }
    g_string_append_printf(out, "$%u", number);
    for (; n_more > 0; n_more--)
        g_string_append_printf(out, ", $%u", ++numbers->n);
}

/* Blanks and comments before the token, or a blank that has to be there. */
static void
write_gap(GString *out, const char *from, const QueryToken *token, const QueryEdit *last)
{
    static const char cut_list[] = "/*, ... */";
    const gsize n = (gsize)(token->text - from);
    const char end = (char)(out->len > 0 ? out->str[out->len - 1] : ' ');

    if (n > 0 && !(last && last->n_more > 0 && memmem(from, n, cut_list, strlen(cut_list))))
        g_string_append_len(out, from, (gssize)n);
    else if (n == 0 && is_word_part(end) && is_word_part(*token->text))
        g_string_append_c(out, ' ');
}

static void
write_token(GString *out, Numbers *numbers, const QueryToken *token, const QueryEdit *edit)
{
    if (edit->before)
        g_string_append(out, edit->before);
    if (edit->instead)
        g_string_append(out, edit->instead);
    else if (token->kind == QUERY_PARAMETER)
        write_parameter(out, numbers, token, edit->n_more);
    else
        g_string_append_len(out, token->text, (gssize)token->length);
    if (edit->after)
        g_string_append(out, edit->after);
}

char *
pga_query_draft_write(const QueryDraft *draft)
{
    GString *out = g_string_sized_new(draft->length + 64);
    Numbers numbers = {g_hash_table_new(NULL, NULL), 0};
    const QueryEdit *last = NULL;
    const char *from = draft->text;

    for (gsize i = 0; i < draft->tokens->len; i++) {
        const QueryToken *token = pga_query_token(draft->tokens, i);
        const QueryEdit *edit = pga_query_draft_edit(draft, i);

        if (!edit->dropped) {
            write_gap(out, from, token, last);
            write_token(out, &numbers, token, edit);
        } else if (token->text > from && out->len > 0 && out->str[out->len - 1] != ' ') {
            g_string_append_c(out, ' ');
        }
        last = edit;
        from = token->text + token->length;
        if (edit->dropped)
            while (from < draft->text + draft->length && g_ascii_isspace(*from))
                from++;
    }
    g_hash_table_unref(numbers.by_old);
    return g_string_free(out, FALSE);
}
