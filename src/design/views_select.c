/* A plain SELECT cut at the words of its clauses. Whatever does not look plain is left alone. */
#include <string.h>

#include "views_internal.h"

typedef enum {
    TOKEN_WORD,
    TOKEN_QUOTED,
    TOKEN_STRING,
    TOKEN_NUMBER,
    TOKEN_PARAMETER,
    TOKEN_OTHER
} Kind;

typedef struct {
    Kind kind;
    const char *start;
    gsize length;
    guint depth; /* of parentheses around it */
} Token;

static gboolean
is_word_character(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (c & 0x80);
}

/* Bytes of the quoted token at @at; 0: it does not end. */
static gsize
quoted_length(const char *at)
{
    const char quote = *at;
    const char *end = at + 1;

    while ((end = strchr(end, quote)) && end[1] == quote)
        end += 2;
    return end ? (gsize)(end + 1 - at) : 0;
}

static gsize
word_length(const char *at)
{
    gsize length = 0;

    while (is_word_character(at[length]))
        length++;
    return length;
}

/* FALSE: something that is not read here: comments, dollar quotes, E'', two statements. */
static gboolean
read_token(const char *at, Token *token)
{
    token->start = at;
    token->length = 1;
    token->kind = TOKEN_OTHER;
    if (g_str_has_prefix(at, "--") || g_str_has_prefix(at, "/*") || *at == '\\' || *at == ';')
        return FALSE;
    if (*at == '\'' || *at == '"') {
        token->kind = *at == '"' ? TOKEN_QUOTED : TOKEN_STRING;
        token->length = quoted_length(at);
    } else if (*at == '$') {
        token->kind = TOKEN_PARAMETER;
        token->length = 1 + strspn(at + 1, "0123456789");
        return token->length > 1 && at[token->length] != '$';
    } else if (g_ascii_isdigit(*at)) {
        token->kind = TOKEN_NUMBER;
        token->length = strspn(at, "0123456789.eE");
    } else if (is_word_character(*at)) {
        token->kind = TOKEN_WORD;
        token->length = word_length(at);
        return at[token->length] != '\'';
    } else if (strchr("<>=!", *at)) {
        token->length = strspn(at, "<>=!");
    }
    return token->length > 0;
}

/* (nullable) (transfer full): of Token. */
static GArray *
tokenize(const char *sql)
{
    g_autoptr(GArray) tokens = g_array_new(FALSE, TRUE, sizeof(Token));
    guint depth = 0;

    for (const char *at = sql; *at;) {
        Token token = {0};

        if (g_ascii_isspace(*at)) {
            at++;
            continue;
        }
        if (!read_token(at, &token) || (*at == ')' && depth == 0))
            return NULL;
        depth -= *at == ')';
        token.depth = depth;
        depth += *at == '(';
        g_array_append_val(tokens, token);
        at += token.length;
    }
    return depth == 0 ? g_steal_pointer(&tokens) : NULL;
}

static const Token *
at(const GArray *tokens, guint i)
{
    return &g_array_index(tokens, Token, i);
}

static gboolean
is(const GArray *tokens, guint i, const char *text)
{
    return i < tokens->len && at(tokens, i)->length == strlen(text) &&
           g_ascii_strncasecmp(at(tokens, i)->start, text, strlen(text)) == 0;
}

/* (transfer full): from token @from to before token @to. */
static char *
text_of(const GArray *tokens, guint from, guint to)
{
    if (from >= to)
        return g_strdup("");
    return g_strndup(
        at(tokens, from)->start,
        (gsize)(at(tokens, to - 1)->start + at(tokens, to - 1)->length - at(tokens, from)->start));
}

gboolean
pga_view_has_word(const char *text, const char *word)
{
    g_autoptr(GArray) tokens = tokenize(text);

    for (guint i = 0; tokens && i < tokens->len; i++)
        if (at(tokens, i)->kind == TOKEN_WORD && is(tokens, i, word))
            return TRUE;
    return FALSE;
}

gboolean
pga_view_has_parameter(const char *text)
{
    g_autoptr(GArray) tokens = tokenize(text);

    for (guint i = 0; tokens && i < tokens->len; i++)
        if (at(tokens, i)->kind == TOKEN_PARAMETER)
            return TRUE;
    return tokens == NULL;
}

/* Names of a plain call of an aggregate. */
static gboolean
is_aggregate(const GArray *tokens, guint from, guint to)
{
    static const char *const names[] = {
        "count",           "sum",      "min",       "max",      "avg",        "array_agg",
        "string_agg",      "stddev",   "variance",  "bool_and", "bool_or",    "percentile_cont",
        "percentile_disc", "mode",     "jsonb_agg", "json_agg", "stddev_pop", "stddev_samp",
        "var_pop",         "var_samp", "every",     "corr"};

    for (guint i = from; i + 1 < to; i++)
        for (guint j = 0; j < G_N_ELEMENTS(names); j++)
            if (is(tokens, i, names[j]) && is(tokens, i + 1, "("))
                return TRUE;
    return FALSE;
}

/* (transfer full): of a token that is a name; NULL. */
static char *
name_of(const Token *token)
{
    if (token->kind == TOKEN_WORD)
        return g_ascii_strdown(token->start, (gssize)token->length);
    if (token->kind == TOKEN_QUOTED && !memchr(token->start + 1, '"', token->length - 2))
        return g_strndup(token->start + 1, token->length - 2);
    return NULL;
}

static gboolean
is_name(const Token *token)
{
    g_autofree char *name = name_of(token);

    return name != NULL;
}

/* As PostgreSQL names what has no name: after the function or the column. (transfer full) */
static char *
implied_name(const GArray *tokens, guint from, guint to)
{
    char *name = NULL;

    for (guint i = from; i < to && !name; i++)
        if (at(tokens, i)->kind == TOKEN_WORD && is(tokens, i + 1, "("))
            name = name_of(at(tokens, i));
    for (guint i = to; i > from && !name; i--)
        name = name_of(at(tokens, i - 1));
    return name ? name : g_strdup("column");
}

static void
add_item(PgaViewSelect *select, const GArray *tokens, guint from, guint to)
{
    PgaViewItem *item = g_new0(PgaViewItem, 1);
    guint end = to;

    if (to - from >= 3 && is(tokens, to - 2, "as"))
        end = to - 2;
    else if (to - from >= 2 && is_name(at(tokens, to - 1)) &&
             (at(tokens, to - 2)->kind == TOKEN_WORD || is(tokens, to - 2, ")")) &&
             at(tokens, to - 1)->depth == at(tokens, from)->depth)
        end = to - 1;
    item->expression = text_of(tokens, from, end);
    item->name = end < to ? name_of(at(tokens, to - 1)) : implied_name(tokens, from, end);
    item->is_aggregate = is_aggregate(tokens, from, end);
    g_ptr_array_add(select->items, item);
}

/* Calls @take for each part between commas (or ANDs) of the statement's own level. */
static void
split(PgaViewSelect *select, const GArray *tokens, guint from, guint to, const char *separator,
      void (*take)(PgaViewSelect *, const GArray *, guint, guint))
{
    gboolean between = FALSE;
    guint start = from;

    for (guint i = from; i < to; i++) {
        if (at(tokens, i)->depth > 0)
            continue;
        if (is(tokens, i, "between")) {
            between = TRUE;
        } else if (is(tokens, i, separator) && between && separator[1]) {
            between = FALSE;
        } else if (is(tokens, i, separator)) {
            take(select, tokens, start, i);
            start = i + 1;
        }
    }
    if (start < to)
        take(select, tokens, start, to);
}

static void
add_condition(PgaViewSelect *select, const GArray *tokens, guint from, guint to)
{
    g_ptr_array_add(select->conditions, text_of(tokens, from, to));
}

static void
add_order(PgaViewSelect *select, const GArray *tokens, guint from, guint to)
{
    g_ptr_array_add(select->orders, text_of(tokens, from, to));
}

/* Names of the list's items, and their numbers, stand for their expressions. */
static void
add_group(PgaViewSelect *select, const GArray *tokens, guint from, guint to)
{
    char *text = text_of(tokens, from, to);
    const guint64 number = to - from == 1 && at(tokens, from)->kind == TOKEN_NUMBER
                               ? g_ascii_strtoull(text, NULL, 10)
                               : 0;
    const PgaViewItem *meant = NULL;

    if (number >= 1 && number <= select->items->len)
        meant = g_ptr_array_index(select->items, number - 1);
    for (guint i = 0; i < select->items->len && !meant; i++) {
        const PgaViewItem *item = g_ptr_array_index(select->items, i);

        if (g_ascii_strcasecmp(item->name, text) == 0 && !item->is_aggregate)
            meant = item;
    }
    g_ptr_array_add(select->groups, meant ? g_strdup(meant->expression) : g_strdup(text));
    g_free(text);
}

/** Where the clauses begin: numbers of tokens. */
enum { FROM, WHERE, GROUP, HAVING, ORDER, TAIL, N_CLAUSES };

static const char *const clause_words[N_CLAUSES] = {"from",   "where", "group",
                                                    "having", "order", "limit"};

/* Whether token @i is a word that no plain SELECT has. */
static gboolean
is_refused(const GArray *tokens, guint i)
{
    static const char *const refused[] = {"union",  "intersect", "except",  "with",   "distinct",
                                          "window", "over",      "into",    "offset", "fetch",
                                          "rollup", "cube",      "grouping"};

    if (at(tokens, i)->kind != TOKEN_WORD)
        return FALSE;
    for (guint r = 0; r < G_N_ELEMENTS(refused); r++)
        if (is(tokens, i, refused[r]))
            return TRUE;
    return (i > 0 && is(tokens, i, "select")) || /* a subquery */
           (at(tokens, i)->depth == 0 && is(tokens, i, "for"));
}

/* FALSE: it has what no plain SELECT has. */
static gboolean
find_clauses(const GArray *tokens, guint starts[N_CLAUSES])
{
    for (guint c = 0; c < N_CLAUSES; c++)
        starts[c] = tokens->len;
    for (guint i = 0; i < tokens->len; i++) {
        if (is_refused(tokens, i))
            return FALSE;
        for (guint c = 0; c < N_CLAUSES && at(tokens, i)->depth == 0; c++)
            if (is(tokens, i, clause_words[c]) && starts[c] == tokens->len)
                starts[c] = i;
    }
    return is(tokens, 0, "select") && starts[FROM] < tokens->len;
}

static gboolean
has_or(const GArray *tokens, guint from, guint to)
{
    for (guint i = from; i < to; i++)
        if (at(tokens, i)->depth == 0 && is(tokens, i, "or"))
            return TRUE;
    return FALSE;
}

gboolean
pga_view_select_read(const char *sql, PgaViewSelect *select)
{
    g_autofree char *trimmed = g_strchomp(g_strdup(sql));
    g_autoptr(GArray) tokens = NULL;
    guint starts[N_CLAUSES];

    if (g_str_has_suffix(trimmed, ";"))
        trimmed[strlen(trimmed) - 1] = '\0';
    tokens = tokenize(trimmed);
    if (!tokens || !find_clauses(tokens, starts) ||
        (starts[WHERE] < tokens->len && has_or(tokens, starts[WHERE], starts[GROUP])))
        return FALSE;
    for (guint c = N_CLAUSES - 1; c > 0; c--) /* what is not there begins where the next one does */
        if (starts[c - 1] == tokens->len)
            starts[c - 1] = starts[c];
    select->items = g_ptr_array_new();
    select->conditions = g_ptr_array_new_with_free_func(g_free);
    select->groups = g_ptr_array_new_with_free_func(g_free);
    select->orders = g_ptr_array_new_with_free_func(g_free);
    split(select, tokens, 1, starts[FROM], ",", add_item);
    select->from = text_of(tokens, starts[FROM] + 1, starts[WHERE]);
    split(select, tokens, starts[WHERE] + 1, starts[GROUP], "and", add_condition);
    split(select, tokens, starts[GROUP] + 2, starts[HAVING], ",", add_group);
    if (starts[HAVING] < starts[ORDER])
        select->having = text_of(tokens, starts[HAVING] + 1, starts[ORDER]);
    split(select, tokens, starts[ORDER] + 2, starts[TAIL], ",", add_order);
    select->tail = text_of(tokens, starts[TAIL], tokens->len);
    return select->items->len > 0;
}

static void
item_free(gpointer data)
{
    PgaViewItem *item = data;

    g_free(item->expression);
    g_free(item->name);
    g_free(item);
}

void
pga_view_select_clear(PgaViewSelect *select)
{
    for (guint i = 0; select->items && i < select->items->len; i++)
        item_free(g_ptr_array_index(select->items, i));
    g_clear_pointer(&select->items, g_ptr_array_unref);
    g_clear_pointer(&select->conditions, g_ptr_array_unref);
    g_clear_pointer(&select->groups, g_ptr_array_unref);
    g_clear_pointer(&select->orders, g_ptr_array_unref);
    g_clear_pointer(&select->from, g_free);
    g_clear_pointer(&select->having, g_free);
    g_clear_pointer(&select->tail, g_free);
}

gboolean
pga_view_condition_read(const char *text, PgaViewCondition *condition)
{
    static const char *const operators[] = {"=", ">=", ">", "<=", "<", "between", "in"};
    g_autoptr(GArray) tokens = tokenize(text);
    guint i = 1;

    if (!tokens || tokens->len < 3 ||
        (at(tokens, 0)->kind != TOKEN_WORD && at(tokens, 0)->kind != TOKEN_QUOTED))
        return FALSE;
    if (is(tokens, 1, "."))
        i = 3;
    for (guint o = 0; o < G_N_ELEMENTS(operators); o++) {
        if (!is(tokens, i, operators[o]))
            continue;
        condition->column = text_of(tokens, 0, i);
        condition->operator_ = g_strdup(is(tokens, i + 1, "any") ? "in" : operators[o]);
        condition->value = text_of(tokens, i + 1, tokens->len);
        return TRUE;
    }
    return FALSE;
}

void
pga_view_condition_clear(PgaViewCondition *condition)
{
    g_clear_pointer(&condition->column, g_free);
    g_clear_pointer(&condition->operator_, g_free);
    g_clear_pointer(&condition->value, g_free);
}
