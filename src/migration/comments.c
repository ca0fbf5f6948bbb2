/* "-- pgarchitect: ignore RULE[, RULE] reason" suppresses in the statement that it stands in,
 * before or behind on the same line; "ignore-file" before the first statement in all of them. */
#include "comments_internal.h"
#include <string.h>

enum { MAX_COMMENT = 256 };

static void
suppression_free(gpointer data)
{
    PgaSuppression *suppression = data;

    g_free(suppression->rule);
    g_free(suppression->reason);
    g_free(suppression);
}

void
pga_migration_comments_init(MigrationComments *comments, const PgaMigrationTool *tool)
{
    *comments = (MigrationComments){.tool = tool};
    comments->suppressions = g_ptr_array_new_with_free_func(suppression_free);
    comments->of_file = g_ptr_array_new();
    comments->pending = g_ptr_array_new();
    comments->rules = g_ptr_array_new();
}

void
pga_migration_comments_destroy(MigrationComments *comments)
{
    g_clear_pointer(&comments->suppressions, g_ptr_array_unref);
    g_clear_pointer(&comments->of_file, g_ptr_array_unref);
    g_clear_pointer(&comments->pending, g_ptr_array_unref);
    g_clear_pointer(&comments->rules, g_ptr_array_unref);
}

static gboolean
is_rule_part(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '_';
}

static const char *
skip_blanks(const char *p, const char *end)
{
    while (p < end && g_ascii_isspace(*p))
        p++;
    return p;
}

/* What is left of the comment behind the rules; NULL when it is nothing. */
static char *
reason_of(const char *p, const char *end)
{
    while (p < end && (g_ascii_isspace(*p) || *p == ':' || *p == '-'))
        p++;
    if (end - p >= 2 && memcmp(end - 2, "*/", 2) == 0)
        end -= 2;
    while (end > p && g_ascii_isspace(end[-1]))
        end--;
    return p < end ? g_strndup(p, (gsize)(end - p)) : NULL;
}

/* The rules from @p on, parted by commas; moves @p behind them. */
static GPtrArray *
read_rules(const char **p, const char *end)
{
    GPtrArray *rules = g_ptr_array_new_with_free_func(g_free);

    do {
        const char *start = skip_blanks(*p, end);

        for (*p = start; *p < end && is_rule_part(**p); (*p)++)
            ;
        if (*p > start)
            g_ptr_array_add(rules, g_ascii_strdown(start, *p - start));
    } while (*p < end && *(*p = skip_blanks(*p, end)) == ',' && (*p)++);
    return rules;
}

static void
suppress(MigrationComments *comments, const char *comment, const char *p, const char *end)
{
    const gboolean of_file = end - p >= 5 && memcmp(p, "-file", 5) == 0;
    Place place = comments->source->place;
    g_autoptr(GPtrArray) rules = NULL;
    g_autofree char *reason = NULL;

    if (of_file)
        p += 5;
    else if (p < end && is_rule_part(*p))
        return; /* another word */
    rules = read_rules(&p, end);
    reason = reason_of(p, end);
    if (comment >= place.at)
        pga_place_advance(&place, comment);
    for (guint i = 0; i < rules->len; i++) {
        PgaSuppression *suppression = g_new0(PgaSuppression, 1);

        suppression->rule = g_strdup(g_ptr_array_index(rules, i));
        suppression->reason = g_strdup(reason);
        suppression->line = place.line;
        suppression->column = place.column;
        suppression->of_file = of_file && !comments->begun;
        g_ptr_array_add(comments->suppressions, suppression);
        g_ptr_array_add(suppression->of_file ? comments->of_file : comments->pending,
                        suppression->rule);
    }
}

/* Moves @p behind the word, in any case, and the blanks that follow. */
static gboolean
take_word(const char **p, const char *end, const char *word)
{
    const gsize length = strlen(word);

    if ((gsize)(end - *p) < length || g_ascii_strncasecmp(*p, word, length) != 0)
        return FALSE;
    *p = skip_blanks(*p + length, end);
    return TRUE;
}

static void
take_suppression(MigrationComments *comments, const char *text, gsize length)
{
    const char *end = text + length;
    const char *p = text + 2;

    while (p < end && (g_ascii_isspace(*p) || *p == '-' || *p == '*' || *p == '!'))
        p++;
    if (!take_word(&p, end, "pgarchitect") || !take_word(&p, end, ":"))
        return;
    if ((gsize)(end - p) >= 6 && g_ascii_strncasecmp(p, "ignore", 6) == 0)
        suppress(comments, text, p + 6, end);
}

static void
take_comment(gpointer data, const char *text, gsize length)
{
    MigrationComments *comments = data;
    char line[MAX_COMMENT];

    if (comments->behind && text < comments->behind && text >= comments->source->text)
        return;
    comments->behind = text + length;
    take_suppression(comments, text, length);
    pga_migration_comment(text, length, line, sizeof line);
    if (*line)
        comments->marks |= pga_migration_mark(comments->tool, line);
}

void
pga_migration_comments_attach(MigrationComments *comments, MigrationSource *source)
{
    source->lexer.comment = take_comment;
    source->lexer.data = comments;
    comments->source = source;
    comments->behind = source->lexer.at;
}

/* Bodies in dollar quotes have comments, too. */
static void
take_inside(MigrationComments *comments, const Token *token)
{
    Lexer inside = {.at = token->text, .comment = take_comment, .data = comments};
    Token inner;

    while (*++inside.at != '$')
        ;
    inside.end = token->text + token->length - (++inside.at - token->text);
    do {
        inner = pga_lexer_next(&inside);
    } while (inner.kind != TOKEN_END && inner.kind != TOKEN_UNTERMINATED);
}

void
pga_migration_comments_read_bodies(MigrationComments *comments, const char *text, gsize length)
{
    static const char word[] = "pgarchitect";
    Lexer lexer = {.at = text, .end = text + length};
    const guint marks = comments->marks;

    if (!memmem(text, length, word, strlen(word)))
        return;
    for (Token token = pga_lexer_next(&lexer);
         token.kind != TOKEN_END && token.kind != TOKEN_UNTERMINATED;
         token = pga_lexer_next(&lexer))
        if (*token.text == '$' && token.length >= strlen("$$$$"))
            take_inside(comments, &token);
    comments->marks = marks;
}

void
pga_migration_comments_end_line(MigrationComments *comments)
{
    const Lexer *lexer = &comments->source->lexer;
    const char *newline = memchr(lexer->at, '\n', (gsize)(lexer->end - lexer->at));
    Lexer rest = {.at = lexer->at,
                  .end = newline ? newline : lexer->end,
                  .comment = take_comment,
                  .data = comments};
    const guint marks = comments->marks;
    const char *p = rest.at;

    while (p < rest.end && (*p == ' ' || *p == '\t'))
        p++;
    if (rest.end - p > 2 && (memcmp(p, "--", 2) == 0 || memcmp(p, "/*", 2) == 0))
        pga_lexer_next(&rest);
    comments->marks = marks;
}

char **
pga_migration_comments_rules(MigrationComments *comments)
{
    g_ptr_array_set_size(comments->rules, 0);
    comments->begun = TRUE;
    if (comments->of_file->len + comments->pending->len == 0)
        return NULL;
    g_ptr_array_extend(comments->rules, comments->of_file, NULL, NULL);
    g_ptr_array_extend(comments->rules, comments->pending, NULL, NULL);
    g_ptr_array_add(comments->rules, NULL);
    g_ptr_array_set_size(comments->pending, 0);
    return (char **)comments->rules->pdata;
}
