/* Conditions of access patterns: a small language over attributes; what it does not know is SQL. */
#include "parse/requirements.h"

#include <base/error.h>
#include <string.h>

#include "expression_internal.h"
#include "query_tokens_internal.h"

#define NAME    "(?:\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{N}_$]*)"
#define PATH    NAME "(?:\\." NAME "|->>?(?:" NAME "|'[^']*'))*"
#define LITERAL "(?:-?\\d+(?:\\.\\d+)?|'(?:[^']|'')*'|true|false|\\$\\d+)"

static const struct {
    const char *word;
    PgaConditionKind kind;
} verbs[] = {
    {"contains", PGA_CONDITION_CONTAINS},
    {"starts with", PGA_CONDITION_STARTS},
    {"matches", PGA_CONDITION_MATCHES},
    {"has", PGA_CONDITION_HAS},
    {"overlaps", PGA_CONDITION_OVERLAPS},
    {"near", PGA_CONDITION_NEAR},
    {"in", PGA_CONDITION_IN},
};

static PgaCondition *
condition_new(PgaConditionKind kind, const char *attribute)
{
    PgaCondition *condition = g_new0(PgaCondition, 1);

    condition->kind = kind;
    condition->attribute = g_strdup(attribute);
    return condition;
}

/* "?" is a parameter, all else a value as SQL has it. */
static void
take_value(PgaCondition *condition, const char *value)
{
    if (!strcmp(value, "?") || !strcmp(value, "(?)") || *value == '$')
        condition->n_parameters = 1;
    else
        condition->value = g_strdup(value);
}

static GRegex *
pattern(const char *text)
{
    return g_regex_new(text, G_REGEX_CASELESS | G_REGEX_ANCHORED | G_REGEX_DOLLAR_ENDONLY, 0, NULL);
}

/* "attribute verb value" */
static PgaCondition *
parse_verb(const char *text)
{
    g_autoptr(GRegex) regex =
        pattern("(" PATH ")\\s+(contains|starts\\s+with|matches|has|overlaps|near|in)\\s+"
                "(\\(?\\?\\)?|" LITERAL "|\\(\\s*" LITERAL "(?:\\s*,\\s*" LITERAL ")*\\s*\\))$");
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *attribute = NULL, *verb = NULL, *value = NULL;

    if (!g_regex_match(regex, text, 0, &match))
        return NULL;
    attribute = g_match_info_fetch(match, 1);
    verb = g_match_info_fetch(match, 2);
    value = g_match_info_fetch(match, 3);
    for (guint i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (!g_ascii_strncasecmp(verb, verbs[i].word, MIN(strlen(verbs[i].word), 6))) {
            PgaCondition *condition = condition_new(verbs[i].kind, attribute);

            take_value(condition, value);
            return condition;
        }
    return NULL;
}

/* "attribute operator value" */
static PgaCondition *
parse_compare(const char *text)
{
    g_autoptr(GRegex) regex = pattern("(" PATH ")\\s*(=|<>|!=|<=|>=|<|>)\\s*(\\?|" LITERAL ")$");
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *attribute = NULL, *value = NULL;
    PgaCondition *condition;

    if (!g_regex_match(regex, text, 0, &match))
        return NULL;
    attribute = g_match_info_fetch(match, 1);
    value = g_match_info_fetch(match, 3);
    condition = condition_new(PGA_CONDITION_COMPARE, attribute);
    condition->operator_ = g_match_info_fetch(match, 2);
    if (!strcmp(condition->operator_, "!=")) {
        g_free(condition->operator_);
        condition->operator_ = g_strdup("<>");
    }
    take_value(condition, value);
    return condition;
}

/* Puts $n for each "?". */
static char *
number_parameter(const GArray *tokens, guint i, guint *taken, gpointer data)
{
    guint *n = data;

    if (!pga_query_token_is_sign(pga_query_token(tokens, i), '?'))
        return NULL;
    *taken = 1;
    return g_strdup_printf("$%u", ++*n);
}

char *
pga_condition_number(const char *text, guint *n)
{
    return pga_expression_edit(text, number_parameter, n);
}

static PgaCondition *
parse_expression(const char *text, GError **error)
{
    g_autoptr(PgaCondition) condition = condition_new(PGA_CONDITION_EXPRESSION, NULL);
    g_autofree char *numbered = pga_condition_number(text, &condition->n_parameters);

    if (!pga_expression_check(numbered, NULL, error))
        return NULL;
    condition->text = g_strdup(text);
    return g_steal_pointer(&condition);
}

PgaCondition *
pga_condition_parse(const char *text, GError **error)
{
    g_autofree char *plain = g_strstrip(g_strdup(text));
    PgaCondition *condition = NULL;

    if (!g_utf8_validate(plain, -1, NULL)) {
        pga_error_set(error, PGA_ERROR_INPUT, "it is no valid text");
        return NULL;
    }
    condition = parse_compare(plain);
    if (!condition)
        condition = parse_verb(plain);
    return condition ? condition : parse_expression(plain, error);
}

void
pga_condition_free(PgaCondition *condition)
{
    if (!condition)
        return;
    g_free(condition->attribute);
    g_free(condition->operator_);
    g_free(condition->value);
    g_free(condition->text);
    g_free(condition);
}
