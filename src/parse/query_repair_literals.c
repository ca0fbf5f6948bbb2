/* Literals with their type before them: type 'string', of which the string became $n. The grammar
 * takes no parameter there. */
#include <string.h>

#include "query_edit_internal.h"

/* What may stand before an expression; any other word before a parameter is a type's name. */
static const char *const no_types[] = {
    "all",       "and",      "any",      "array",    "as",        "asymmetric", "at",
    "between",   "both",     "by",       "case",     "collate",   "columns",    "content",
    "cube",      "default",  "distinct", "document", "else",      "end",        "escape",
    "except",    "exists",   "fetch",    "filter",   "first",     "for",        "from",
    "groups",    "having",   "ilike",    "in",       "intersect", "into",       "is",
    "isnull",    "key",      "keys",     "leading",  "like",      "limit",      "next",
    "not",       "notnull",  "offset",   "on",       "only",      "operator",   "or",
    "over",      "overlaps", "passing",  "path",     "placing",   "range",      "repeatable",
    "returning", "row",      "rows",     "select",   "set",       "similar",    "some",
    "symmetric", "then",     "to",       "trailing", "uescape",   "union",      "using",
    "value",     "values",   "variadic", "when",     "where",     "with",       "within",
    "without",   NULL};

/** Where a type's name stands; first > last when there is none. */
typedef struct {
    gsize first, last;
} Span;

static const Span no_span = {1, 0};

static gboolean
is(const GArray *tokens, gsize i, const char *word)
{
    return pga_query_token_is(pga_query_token(tokens, i), word);
}

/* Where the words of a name that ends at @last begin: pg_catalog.int4, double precision. */
static gsize
first_of_name(const GArray *tokens, gsize last)
{
    static const char *const leads[] = {"double", "national", NULL};
    gsize first = last;

    if (is(tokens, first, "varying") && first > 0)
        first--;
    if (first > 0 && pga_query_token_is_any(pga_query_token(tokens, first - 1), leads))
        first--;
    while (first > 1 && pga_query_token_is_sign(pga_query_token(tokens, first - 1), '.'))
        first -= 2;
    return first;
}

/* "with time zone" behind the type, which ends at the returned place. */
static gsize
before_zone(const GArray *tokens, gsize last)
{
    const gboolean zone = last > 2 && is(tokens, last, "zone") && is(tokens, last - 1, "time");

    if (zone && (is(tokens, last - 2, "with") || is(tokens, last - 2, "without")))
        return last - 3;
    return last;
}

static Span
type_before(const GArray *tokens, gsize i)
{
    const gsize last = i - 1;
    gsize name = before_zone(tokens, last);
    const QueryToken *token;

    if (name == last && is(tokens, last, "zone"))
        return no_span;
    if (pga_query_token(tokens, name)->kind == QUERY_CLOSE) {
        const gsize open = pga_query_token(tokens, name)->partner;

        if (open == 0)
            return no_span;
        name = open - 1;
    }
    token = pga_query_token(tokens, name);
    if (token->kind == QUERY_QUOTED_NAME ||
        (token->kind == QUERY_WORD && !pga_query_token_is_any(token, no_types)))
        return (Span){first_of_name(tokens, name), last};
    return no_span;
}

/* Without a length a literal is as long as it is, a cast is one character. */
static const char *
unbounded(const char *type)
{
    static const char *const characters[] = {"char",          "character",          "n", "nchar",
                                             "national char", "national character", NULL};

    if (g_ascii_strcasecmp(type, "bit") == 0)
        return "pg_catalog.\"bit\"";
    for (guint i = 0; characters[i]; i++)
        if (g_ascii_strcasecmp(type, characters[i]) == 0)
            return "pg_catalog.bpchar";
    return type;
}

static void
move_type(QueryDraft *draft, gsize i, Span span)
{
    const QueryToken *first = pga_query_token(draft->tokens, span.first);
    const QueryToken *last = pga_query_token(draft->tokens, span.last);
    g_autofree char *type =
        g_strndup(first->text, (gsize)(last->text + last->length - first->text));

    for (gsize j = span.first; j <= span.last; j++)
        pga_query_draft_edit(draft, j)->dropped = TRUE;
    pga_query_draft_cast(draft, i, unbounded(type));
}

void
pga_query_repair_literals(QueryDraft *draft)
{
    for (gsize i = 1; i < draft->tokens->len; i++) {
        const QueryToken *token = pga_query_token(draft->tokens, i);
        const Span span = token->kind == QUERY_PARAMETER ? type_before(draft->tokens, i) : no_span;

        if (span.first <= span.last)
            move_type(draft, i, span);
    }
}
