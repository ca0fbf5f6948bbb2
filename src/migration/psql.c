/* psql's variables and conditions, as its manual page tells them. */
#include "lexer_internal.h"
#include "psql_internal.h"
#include <base/text.h>
#include <string.h>

typedef enum { NO, YES, MAYBE } Truth;

typedef struct {
    Truth now;   /* of the present branch */
    Truth taken; /* of the branches before and this one */
} Condition;

void
pga_migration_psql_init(MigrationPsql *psql)
{
    psql->variables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    psql->conditions = g_array_new(FALSE, FALSE, sizeof(Condition));
}

void
pga_migration_psql_destroy(MigrationPsql *psql)
{
    g_clear_pointer(&psql->variables, g_hash_table_unref);
    g_clear_pointer(&psql->conditions, g_array_unref);
}

MigrationPsqlState
pga_migration_psql_state(const MigrationPsql *psql)
{
    MigrationPsqlState state = PSQL_RUNS;

    for (guint i = 0; i < psql->conditions->len; i++) {
        const Truth now = g_array_index(psql->conditions, Condition, i).now;

        if (now == NO)
            return PSQL_SKIPS;
        if (now == MAYBE)
            state = PSQL_MAY_RUN;
    }
    return state;
}

static gboolean
is_variable_part(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (guchar)c >= 0x80;
}

/** :name, :'name', :"name", :{?name} at a colon. */
typedef struct {
    char *name;
    char quote;      /* ' or " or ? or 0 */
    const char *end; /* behind it */
} Reference;

static gboolean
is_number(const char *p, const char *end)
{
    while (p < end && g_ascii_isdigit(*p))
        p++;
    return p == end;
}

static gboolean
read_reference(const char *colon, const char *end, Reference *reference)
{
    const char *start = colon + 1, *p;

    *reference = (Reference){0};
    if (start < end && (*start == '\'' || *start == '"'))
        reference->quote = *start++;
    else if (end - start > 2 && start[0] == '{' && start[1] == '?')
        reference->quote = '?', start += 2;
    for (p = start; p < end && is_variable_part(*p); p++)
        ;
    if (p == start || (reference->quote && p == end) ||
        is_number(start, p)) /* of an array's slice */
        return FALSE;
    reference->end = p;
    if (reference->quote && *reference->end++ != (reference->quote == '?' ? '}' : reference->quote))
        return FALSE;
    reference->name = g_strndup(start, (gsize)(p - start));
    return TRUE;
}

static void
append_value(GString *out, const char *value, char quote)
{
    g_autofree char *quoted = NULL;

    if (quote == '\'')
        quoted = pga_quote_literal(value);
    else if (quote == '"')
        quoted = pga_quote_identifier(value);
    g_string_append(out, quoted ? quoted : value);
}

/* TRUE when the reference became its value. */
static gboolean
substitute_one(const MigrationPsql *psql, const Reference *reference, GString *out, char **unknown)
{
    gpointer value = NULL;
    const gboolean known =
        g_hash_table_lookup_extended(psql->variables, reference->name, NULL, &value);

    if (reference->quote == '?') {
        g_string_append(out, known ? "true" : "false");
        return TRUE;
    }
    if (known && value) {
        append_value(out, value, reference->quote);
        return TRUE;
    }
    if (unknown && !*unknown)
        *unknown = g_strdup(reference->name);
    return FALSE;
}

/* A colon that is neither of "::" nor of ":=". */
static gboolean
is_lone_colon(const Token *token, const char *text, const char *end)
{
    const char *p = token->text;

    return token->kind == TOKEN_OTHER && *p == ':' && (p == text || p[-1] != ':') && p + 1 < end &&
           p[1] != ':' && p[1] != '=';
}

char *
pga_migration_psql_substitute(const MigrationPsql *psql, const char *text, gsize length,
                              char **unknown)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *end = text + length, *done = text;
    Lexer lexer = {.at = text, .end = end};
    gboolean found = FALSE;

    for (Token token = pga_lexer_next(&lexer);
         token.kind != TOKEN_END && token.kind != TOKEN_UNTERMINATED;
         token = pga_lexer_next(&lexer)) {
        Reference reference;

        if (!is_lone_colon(&token, text, end) || !read_reference(token.text, end, &reference))
            continue;
        g_string_append_len(out, done, token.text - done);
        done = token.text;
        if (substitute_one(psql, &reference, out, unknown)) {
            found = TRUE;
            done = reference.end;
        }
        lexer.at = reference.end;
        g_free(reference.name);
    }
    g_string_append_len(out, done, end - done);
    return found ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

/* Up to the closing quote. What a shell makes is not known. */
static void
append_quoted(const char **p, const char *end, GString *out, gboolean *known)
{
    const char quote = *(*p)++;

    *known = *known && quote == '\'';
    for (; *p < end && **p != quote; (*p)++)
        g_string_append_c(out, **p);
    *p += *p < end;
}

/* The next argument of a command, quotes taken off; NULL at the end. *known becomes FALSE when a
 * shell or a variable makes it. */
static char *
next_argument(const MigrationPsql *psql, const char **p, const char *end, gboolean *known)
{
    g_autoptr(GString) out = g_string_new(NULL);

    while (*p < end && g_ascii_isspace(**p))
        (*p)++;
    if (*p == end)
        return NULL;
    while (*p < end && !g_ascii_isspace(**p)) {
        Reference reference;

        if (**p == '\'' || **p == '`') {
            append_quoted(p, end, out, known);
        } else if (**p == ':' && read_reference(*p, end, &reference)) {
            *known = substitute_one(psql, &reference, out, NULL) && *known;
            *p = reference.end;
            g_free(reference.name);
        } else {
            g_string_append_c(out, *(*p)++);
        }
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* \set NAME [VALUE…]: the values are put together. */
static void
set_variable(MigrationPsql *psql, const char *p, const char *end)
{
    gboolean known = TRUE;
    g_autofree char *name = next_argument(psql, &p, end, &known);
    g_autoptr(GString) value = g_string_new(NULL);
    char *part;

    if (!name)
        return;
    while ((part = next_argument(psql, &p, end, &known))) {
        g_string_append(value, part);
        g_free(part);
    }
    g_hash_table_insert(psql->variables, g_steal_pointer(&name),
                        known ? g_string_free(g_steal_pointer(&value), FALSE) : NULL);
}

static void
set_unknown(MigrationPsql *psql, const char *p, const char *end)
{
    gboolean known = TRUE;
    char *name = next_argument(psql, &p, end, &known);

    if (name)
        g_hash_table_insert(psql->variables, name, NULL);
}

static void
unset(MigrationPsql *psql, const char *p, const char *end)
{
    gboolean known = TRUE;
    g_autofree char *name = next_argument(psql, &p, end, &known);

    if (name)
        g_hash_table_remove(psql->variables, name);
}

static Truth
truth_of(const char *value)
{
    static const char *const yes[] = {"true", "t", "yes", "y", "on", "1", NULL};
    static const char *const no[] = {"false", "f", "no", "n", "off", "0", NULL};
    g_autofree char *word = g_ascii_strdown(value ? value : "", -1);

    if (g_strv_contains(yes, word))
        return YES;
    return g_strv_contains(no, word) ? NO : MAYBE;
}

gboolean
pga_migration_psql_is_off(const MigrationPsql *psql, const char *name)
{
    return truth_of(g_hash_table_lookup(psql->variables, name)) == NO;
}

static Truth
evaluate(const MigrationPsql *psql, const char *p, const char *end)
{
    gboolean known = TRUE;
    g_autofree char *argument = next_argument(psql, &p, end, &known);

    return known ? truth_of(argument) : MAYBE;
}

static void
begin_branch(Condition *condition, Truth truth)
{
    const Truth taken = condition->taken;

    if (taken == YES || truth == NO)
        condition->now = NO;
    else
        condition->now = taken == MAYBE ? MAYBE : truth;
    if (taken == NO || truth == YES)
        condition->taken = taken == YES ? YES : truth;
}

static void
take_condition(MigrationPsql *psql, const char *word, const char *p, const char *end)
{
    const Condition opened = {0};
    GArray *conditions = psql->conditions;
    const gboolean is_if = strcmp(word, "if") == 0;

    if (is_if)
        g_array_append_val(conditions, opened);
    if (conditions->len == 0)
        return;
    if (strcmp(word, "endif") == 0)
        g_array_set_size(conditions, conditions->len - 1);
    else
        begin_branch(&g_array_index(conditions, Condition, conditions->len - 1),
                     strcmp(word, "else") == 0 ? YES : evaluate(psql, p, end));
}

/* Names that \gset makes are those of columns: none of them is known. */
static const struct {
    const char *word;
    MigrationPsqlAction action;
    void (*apply)(MigrationPsql *psql, const char *p, const char *end);
} commands[] = {
    {"set", PSQL_COMMAND_DONE, set_variable},
    {"unset", PSQL_COMMAND_DONE, unset},
    {"getenv", PSQL_COMMAND_DONE, set_unknown},
    {"i", PSQL_COMMAND_INCLUDE, NULL},
    {"include", PSQL_COMMAND_INCLUDE, NULL},
    {"ir", PSQL_COMMAND_INCLUDE_RELATIVE, NULL},
    {"include_relative", PSQL_COMMAND_INCLUDE_RELATIVE, NULL},
    {"gexec", PSQL_COMMAND_GEXEC, NULL},
    {"copy", PSQL_COMMAND_COPY, NULL},
};

MigrationPsqlAction
pga_migration_psql_command(MigrationPsql *psql, const char *text, gsize length, char **argument)
{
    static const char *const conditions[] = {"if", "elif", "else", "endif", NULL};
    const char *end = text + length, *p = text + 1;
    g_autofree char *word = NULL;
    gboolean known = TRUE;

    *argument = NULL;
    while (p < end && (g_ascii_isalpha(*p) || *p == '_'))
        p++;
    word = g_strndup(text + 1, (gsize)(p - text - 1));
    if (g_strv_contains(conditions, word)) {
        take_condition(psql, word, p, end);
        return PSQL_COMMAND_DONE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(word, commands[i].word) != 0 || pga_migration_psql_state(psql) == PSQL_SKIPS)
            continue;
        if (commands[i].apply)
            commands[i].apply(psql, p, end);
        else
            *argument = next_argument(psql, &p, end, &known);
        return commands[i].action;
    }
    return PSQL_COMMAND_DONE;
}
