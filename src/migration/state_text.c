/* SQL of what the state keeps as text: defaults, checks, keys of indexes, bounds of partitions. */
#include <string.h>

#include "base/text.h"
#include "migration/action.h"
#include "state_internal.h"

char *
pga_state_expression(PgaState *state, const PgQuery__Node *expression)
{
    char *text = expression ? pga_state_simple_expression(state, expression) : NULL;

    if (!text && expression)
        text = pga_tree_deparse_expression(expression);
    return pga_state_keep_taken(state, text);
}

char *
pga_state_statement(PgaState *state, const PgQuery__Node *statement)
{
    return pga_state_keep_taken(state, pga_tree_deparse(statement));
}

static gboolean
looks_like_function(const PgQuery__Node *expression)
{
    switch ((int)expression->node_case) {
    case PG_QUERY__NODE__NODE_FUNC_CALL:
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
    case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
    case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
        return TRUE;
    default:
        return FALSE;
    }
}

static void
append_names(GString *text, const char *before, size_t n, PgQuery__Node **names)
{
    const char *nspname, *name = pga_state_names(n, names, &nspname);
    g_autofree char *quoted = NULL;

    if (n == 0)
        return;
    quoted =
        pga_quote_qualified(*nspname && !g_str_equal(nspname, "pg_catalog") ? nspname : NULL, name);
    g_string_append_printf(text, "%s%s", before, quoted);
}

static void
append_order(GString *text, const PgQuery__IndexElem *element)
{
    gboolean descending = element->ordering == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;

    if (descending)
        g_string_append(text, " DESC");
    if (element->nulls_ordering == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST && !descending)
        g_string_append(text, " NULLS FIRST");
    if (element->nulls_ordering == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_LAST && descending)
        g_string_append(text, " NULLS LAST");
}

static char *
key_expression(PgaState *state, const PgQuery__IndexElem *element)
{
    const char *expression;

    if (*element->name)
        return pga_quote_identifier(element->name);
    expression = pga_state_expression(state, element->expr);
    if (!expression)
        return g_strdup("?");
    return looks_like_function(element->expr) ? g_strdup(expression)
                                              : g_strconcat("(", expression, ")", NULL);
}

char *
pga_state_index_key(PgaState *state, const PgQuery__IndexElem *element)
{
    g_autofree char *expression = key_expression(state, element);
    GString *text = g_string_new(expression);

    append_names(text, " COLLATE ", element->n_collation, element->collation);
    append_names(text, " ", element->n_opclass, element->opclass);
    append_order(text, element);
    return pga_state_keep_taken(state, g_string_free(text, FALSE));
}

static void
append_datums(PgaState *state, GString *text, size_t n, PgQuery__Node **datums)
{
    for (size_t i = 0; i < n; i++) {
        const char *datum = pga_state_expression(state, datums[i]);
        gboolean limit = datums[i]->node_case == PG_QUERY__NODE__NODE_COLUMN_REF && datum;
        g_autofree char *upper = limit ? g_ascii_strup(datum, -1) : NULL;

        g_string_append_printf(text, "%s%s", i ? ", " : "(", upper ? upper : datum ? datum : "?");
    }
    g_string_append_c(text, ')');
}

char *
pga_state_bound(PgaState *state, const PgQuery__PartitionBoundSpec *bound)
{
    GString *text;

    if (bound->is_default)
        return pga_state_keep(state, "DEFAULT");
    text = g_string_new("FOR VALUES ");
    if (bound->strategy[0] == 'h') {
        g_string_append_printf(text, "WITH (modulus %d, remainder %d)", bound->modulus,
                               bound->remainder);
    } else if (bound->strategy[0] == 'l') {
        g_string_append(text, "IN ");
        append_datums(state, text, bound->n_listdatums, bound->listdatums);
    } else {
        g_string_append(text, "FROM ");
        append_datums(state, text, bound->n_lowerdatums, bound->lowerdatums);
        g_string_append(text, " TO ");
        append_datums(state, text, bound->n_upperdatums, bound->upperdatums);
    }
    return pga_state_keep_taken(state, g_string_free(text, FALSE));
}

static gboolean
in_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

/* The end of the token at @p: a quoted string or name, a word, one byte. */
static const char *
token_end(const char *p)
{
    char quote = *p;

    if (quote == '\'' || quote == '"') {
        for (p++; *p && *p != quote; p++)
            ;
        return *p ? p + 1 : p;
    }
    if (!in_word(*p))
        return p + 1;
    while (in_word(*p))
        p++;
    return p;
}

char *
pga_state_renamed(PgaState *state, const char *sql, const char *old, const char *new_name)
{
    g_autofree char *from = pga_quote_identifier(old);
    g_autofree char *to = pga_quote_identifier(new_name);
    GString *text;
    const char *end;
    guint n = 0;

    if (!sql || !strstr(sql, from))
        return NULL;
    text = g_string_new(NULL);
    for (const char *p = sql; *p; p = end) {
        end = token_end(p);
        if ((gsize)(end - p) == strlen(from) && strncmp(p, from, strlen(from)) == 0 &&
            *end != '(') {
            g_string_append(text, to);
            n++;
        } else {
            g_string_append_len(text, p, end - p);
        }
    }
    if (n > 0)
        return pga_state_keep_taken(state, g_string_free(text, FALSE));
    g_string_free(text, TRUE);
    return NULL;
}
