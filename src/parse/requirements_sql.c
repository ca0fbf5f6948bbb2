/* Expressions over attributes: which entity they are of, which of their words must be quoted. */
#include "requirements_sql_internal.h"

#include "parse/requirements.h"

#include <base/error.h>
#include <base/text.h>
#include <string.h>

#include "expression_internal.h"
#include "query_tokens_internal.h"

/** What a rule's names are found to be of. */
typedef struct {
    const PgaRequirements *requirements;
    const PgaSpecEntity *entity, *other; /* other: a second one */
} RuleNames;

static gboolean
is_name(const QueryToken *token)
{
    return token->kind == QUERY_WORD || token->kind == QUERY_QUOTED_NAME;
}

/* As written, without quotes. */
static char *
name_of(const QueryToken *token)
{
    g_autofree char *text = g_strndup(token->text, token->length);
    GString *name;

    if (token->kind != QUERY_QUOTED_NAME || token->length < 2)
        return g_steal_pointer(&text);
    name = g_string_new_len(text + 1, (gssize)token->length - 2);
    g_string_replace(name, "\"\"", "\"", 0);
    return g_string_free(name, FALSE);
}

/* The attribute's own spelling; SQL folds what is not quoted. */
static char *
attribute_name(const PgaSpecEntity *entity, const QueryToken *token)
{
    g_autofree char *name = name_of(token);

    if (token->kind == QUERY_QUOTED_NAME || pga_spec_attribute(entity->attributes, name))
        return g_steal_pointer(&name);
    return g_ascii_strdown(name, -1);
}

/* "orders.total" becomes "total". */
static char *
take_qualified(const GArray *tokens, guint i, guint *taken, gpointer data)
{
    RuleNames *names = data;
    const QueryToken *token = pga_query_token(tokens, i), *after = pga_query_token(tokens, i + 2);
    const PgaSpecEntity *entity;
    g_autofree char *name = NULL, *attribute = NULL;

    if (!is_name(token) || !pga_query_token_is_sign(pga_query_token(tokens, i + 1), '.') ||
        !is_name(after) || (i > 0 && pga_query_token_is_sign(pga_query_token(tokens, i - 1), '.')))
        return NULL;
    name = name_of(token);
    entity = pga_requirements_entity(names->requirements, name);
    if (!entity)
        return NULL;
    if (names->entity && names->entity != entity)
        names->other = entity;
    names->entity = entity;
    attribute = attribute_name(entity, after);
    *taken = 3;
    return pga_quote_identifier(attribute);
}

/* Keywords that are attributes: "user", "order". Not those that build expressions. */
static char *
quote_keyword(const GArray *tokens, guint i, guint *taken, gpointer data)
{
    static const char *const syntax[] = {
        "and",  "or",  "not",  "is", "null", "in",    "between", "like", "case",     "when", "then",
        "else", "end", "cast", "as", "true", "false", "from",    "for",  "distinct", NULL};
    const PgaSpecEntity *entity = data;
    const QueryToken *token = pga_query_token(tokens, i), *next = pga_query_token(tokens, i + 1);
    g_autofree char *name = NULL, *quoted = NULL;

    if (token->kind != QUERY_WORD || next->kind == QUERY_OPEN ||
        pga_query_token_is_any(token, syntax))
        return NULL;
    name = g_strndup(token->text, token->length);
    if (!pga_spec_attribute(entity->attributes, name))
        return NULL;
    quoted = pga_quote_identifier(name);
    if (!strcmp(quoted, name))
        return NULL;
    *taken = 1;
    return g_steal_pointer(&quoted);
}

char *
pga_spec_quote_attributes(const PgaSpecEntity *entity, const char *text)
{
    return pga_expression_edit(text, quote_keyword, (gpointer)entity);
}

static gboolean
fail_expression(const PgaSpecValue *value, const char *text, GError *refused, GError **error)
{
    pga_spec_fail_at(value, pga_spec_place(value->node),
                     "Allowed: one SQL expression over attributes, without subqueries.", error,
                     "\"%.60s\" is no expression: %s", text, refused->message);
    g_error_free(refused);
    return FALSE;
}

static gboolean
check_columns(const PgaSpecValue *value, const PgaSpecEntity *entity, const GPtrArray *columns,
              GError **error)
{
    for (guint i = 0; entity && i < columns->len; i++)
        if (!pga_spec_check_path(value, entity, g_ptr_array_index(columns, i),
                                 pga_spec_place(value->node), error))
            return FALSE;
    return TRUE;
}

gboolean
pga_spec_check_expression(const PgaSpecValue *value, const PgaSpecEntity *entity, const char *text,
                          GError **error)
{
    guint n = 0;
    g_autofree char *numbered = pga_condition_number(text, &n);
    g_autoptr(GPtrArray) columns = NULL;
    GError *refused = NULL;

    if (!pga_expression_check(numbered, &columns, &refused))
        return fail_expression(value, text, refused, error);
    return check_columns(value, entity, columns, error);
}

/* The only entity that has all the columns; NULL when none or several have. */
static const PgaSpecEntity *
entity_of(const PgaRequirements *requirements, const GPtrArray *columns)
{
    const PgaSpecEntity *found = NULL;

    for (guint i = 0; i < requirements->entities->len; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);
        gboolean all = columns->len > 0;

        for (guint j = 0; all && j < columns->len; j++)
            all = pga_spec_attribute(entity->attributes, g_ptr_array_index(columns, j)) != NULL;
        if (all && found)
            return NULL;
        if (all)
            found = entity;
    }
    return found;
}

static gboolean
has_parameter(const char *text)
{
    g_autoptr(GArray) tokens = pga_query_tokens(text, strlen(text));

    for (guint i = 0; i < tokens->len; i++)
        if (pga_query_token(tokens, i)->kind == QUERY_PARAMETER)
            return TRUE;
    return FALSE;
}

char *
pga_spec_rule_expression(const PgaSpecValue *value, const char *entity, const char *text,
                         PgaSpecPlace place, char **found, GError **error)
{
    RuleNames names = {value->requirements, NULL, NULL};
    g_autofree char *plain = pga_expression_edit(text, take_qualified, &names), *quoted = NULL;
    g_autoptr(GPtrArray) columns = NULL;
    GError *refused = NULL;

    if (names.other) {
        pga_spec_fail_at(value, place, "Allowed: attributes of one entity.", error,
                         "a rule is of one entity, not of several");
        return NULL;
    }
    if (!names.entity && entity)
        names.entity = pga_requirements_entity(value->requirements, entity);
    if (!pga_expression_check(plain, &columns, &refused)) {
        fail_expression(value, text, refused, error);
        return NULL;
    }
    if (!names.entity)
        names.entity = entity_of(value->requirements, columns);
    if (!names.entity) {
        const char *dot = columns->len > 0 ? strchr(g_ptr_array_index(columns, 0), '.') : NULL;
        g_autofree char *first =
            dot ? g_strndup(g_ptr_array_index(columns, 0),
                            (gsize)(dot - (char *)g_ptr_array_index(columns, 0)))
                : NULL;

        if (!first || pga_spec_find_entity(value, first, place, error))
            pga_spec_fail_at(value, place, "Allowed: an expression as in orders.total >= 0.", error,
                             "\"%.60s\" names no entity", text);
        return NULL;
    }
    quoted = pga_spec_quote_attributes(names.entity, plain);
    if (has_parameter(quoted)) {
        pga_spec_fail_at(value, place, NULL, error, "a rule has no parameters");
        return NULL;
    }
    if (!pga_spec_check_expression(value, names.entity, quoted, error))
        return NULL;
    *found = g_strdup(names.entity->name);
    return g_steal_pointer(&quoted);
}

GPtrArray *
pga_spec_conjuncts(const char *text)
{
    static const char *const other[] = {"or", "between", "case", "not", NULL};
    g_autoptr(GArray) tokens = pga_query_tokens(text, strlen(text));
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    const char *at = text;

    for (guint i = 0; i < tokens->len; i++) {
        const QueryToken *token = pga_query_token(tokens, i);

        if (token->depth > 0 || token->kind != QUERY_WORD)
            continue;
        if (pga_query_token_is_any(token, other)) {
            g_ptr_array_set_size(parts, 0);
            at = text;
            break;
        }
        if (pga_query_token_is(token, "and")) {
            g_ptr_array_add(parts, g_strstrip(g_strndup(at, (gsize)(token->text - at))));
            at = token->text + token->length;
        }
    }
    g_ptr_array_add(parts, g_strstrip(g_strdup(at)));
    return g_steal_pointer(&parts);
}
