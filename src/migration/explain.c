/* One line for each sign of something else. Quoted text does not count, except for what marks a
 * template. */
#include "explain_internal.h"
#include "lexer_internal.h"
#include <string.h>

/** A placeholder of a template, by what it begins and ends with. */
static const struct {
    const char *begins, *ends;
} placeholders[] = {
    {"{{", "}}"}, {"{%", "%}"}, {"${", "}"}, {"<%", "%>"}, {"#{", "}"}, {"%(", ")s"}, {"@{", "}"},
};

/** Words of other systems. A first "^" wants them at the statement's beginning. */
static const struct {
    const char *system, *words;
} dialects[] = {
    {"MySQL", "auto_increment"},
    {"MySQL", "engine ="},
    {"MySQL", "^alter ignore"},
    {"MySQL", "^delimiter"},
    {"MySQL", "on update current_timestamp"},
    {"MySQL", "unsigned"},
    {"MySQL", "default charset"},
    {"MySQL", "modify column"},
    {"MySQL", "change column"},
    {"MySQL", "^lock tables"},
    {"MySQL", "^unlock tables"},
    {"MySQL", "^use"},
    {"MySQL", "^rename table"},
    {"MySQL", "add fulltext"},
    {"MySQL", "straight_join"},
    {"MySQL", "algorithm ="},
    {"MySQL", "mediumtext"},
    {"MySQL", "`"},
    {"Oracle", "varchar2"},
    {"Oracle", "nvarchar2"},
    {"Oracle", "number ("},
    {"Oracle", "^/"},
    {"Oracle", "enable validate"},
    {"Oracle", "enable novalidate"},
    {"Oracle", "^prompt"},
    {"Oracle", "pctfree"},
    {"Oracle", "add ("},
    {"Oracle", "modify ("},
    {"Oracle", "cascade constraints"},
    {"Oracle", "^create or replace package"},
    {"SQL Server", "nvarchar"},
    {"SQL Server", "identity ("},
    {"SQL Server", "^go"},
    {"SQL Server", "with nocheck"},
    {"SQL Server", "with ( nolock"},
    {"SQL Server", "^declare @"},
    {"SQL Server", "^exec"},
    {"SQL Server", "^print"},
    {"SQL Server", "nonclustered"},
    {"SQL Server", "uniqueidentifier"},
    {"SQL Server", "datetime2"},
    {"SQL Server", "] ."},
    {"SQL Server", "[ dbo ]"},
    {"SQL Server", "table [ NAME"},
    {"SQLite", "autoincrement"},
    {"SQLite", "^pragma"},
    {"SQLite", "without rowid"},
};

static gboolean
matches(const Token *token, const char *word)
{
    if (strcmp(word, "NAME") == 0)
        return token->kind == TOKEN_WORD;
    if (!g_ascii_isalpha(*word))
        return token->kind != TOKEN_END && token->length == 1 && *token->text == *word;
    return pga_token_is(token, word);
}

static gboolean
has_words(const GArray *tokens, const char *words)
{
    const gboolean first = *words == '^';
    g_auto(GStrv) word = g_strsplit(words + first, " ", -1);

    for (guint i = 0; i < (first ? 1 : tokens->len); i++) {
        guint n = 0;

        while (word[n] && i + n < tokens->len &&
               matches(&g_array_index(tokens, Token, i + n), word[n]))
            n++;
        if (!word[n])
            return TRUE;
    }
    return FALSE;
}

/* (nullable) */
static const char *
dialect_of(const PgaStep *step)
{
    enum { LOOK_AT = 1 << 16 };
    g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(Token));
    Lexer lexer = {.at = step->text, .end = step->text + MIN(step->length, (gsize)LOOK_AT)};

    for (Token token = pga_lexer_next(&lexer);
         token.kind != TOKEN_END && token.kind != TOKEN_UNTERMINATED;
         token = pga_lexer_next(&lexer))
        g_array_append_val(tokens, token);
    for (guint i = 0; i < G_N_ELEMENTS(dialects); i++)
        if (has_words(tokens, dialects[i].words))
            return dialects[i].system;
    return NULL;
}

/* (nullable) (transfer full): the first placeholder. */
static char *
placeholder_of(const PgaStep *step)
{
    enum { LONGEST = 100 };
    const char *end = step->text + step->length;

    for (guint i = 0; i < G_N_ELEMENTS(placeholders); i++) {
        const char *start = memmem(step->text, step->length, placeholders[i].begins,
                                   strlen(placeholders[i].begins));
        const char *stop = start ? memmem(start, (gsize)(end - start), placeholders[i].ends,
                                          strlen(placeholders[i].ends))
                                 : NULL;

        if (stop && stop - start < LONGEST && !memchr(start, '\n', (gsize)(stop - start)))
            return g_strndup(start, (gsize)(stop - start) + strlen(placeholders[i].ends));
    }
    return NULL;
}

/* %s and ? as drivers take them, where the parser stopped. */
static gboolean
is_driver_parameter(const PgaStep *step)
{
    return memmem(step->text, step->length, "%s", 2) != NULL;
}

void
pga_migration_explain(PgaStep *step)
{
    g_autofree char *placeholder = placeholder_of(step);
    const char *dialect;

    if (!placeholder && is_driver_parameter(step))
        placeholder = g_strdup("%s");
    if (placeholder) {
        g_free(step->error);
        step->kind = PGA_STEP_OPAQUE;
        step->error = g_strdup_printf("a template's placeholder stands in it: %s", placeholder);
        step->hint = g_strdup("Fill in the template first, and lint what comes of it.");
        return;
    }
    dialect = dialect_of(step);
    if (dialect)
        step->hint = g_strdup_printf("This looks like %s's SQL.", dialect);
}
