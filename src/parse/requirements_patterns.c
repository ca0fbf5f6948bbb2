/* `access_patterns`: {find: orders, where: [user = ?], …}, or {sql: …}. */
#include "parse/node.h"
#include "parse/requirements.h"

#include <base/error.h>
#include <base/text.h>
#include <string.h>

#include "query_tokens_internal.h"
#include "requirements_internal.h"
#include "requirements_sql_internal.h"

static const struct {
    const char *key;
    PgaPatternKind kind;
} kinds[] = {
    {"sql", PGA_PATTERN_SQL},       {"find", PGA_PATTERN_FIND},
    {"insert", PGA_PATTERN_INSERT}, {"update", PGA_PATTERN_UPDATE},
    {"delete", PGA_PATTERN_DELETE}, {"aggregate", PGA_PATTERN_AGGREGATE},
};

#define OF(field) G_STRUCT_OFFSET(PgaSpecPattern, field)

/* "placed_at desc, id", or a list of those. */
static gboolean
read_order(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);

    (void)with;
    if (!pga_spec_texts(value, &parts, NULL, error))
        return FALSE;
    g_ptr_array_add(parts, NULL);
    g_free(*(char **)out);
    *(char **)out = g_strjoinv(", ", (char **)parts->pdata);
    return TRUE;
}

static gboolean
read_limit(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    return pga_spec_rows(value, out, with, error);
}

/* "status", or "status = ?" */
static gboolean
read_set(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    GPtrArray *set = *(GPtrArray **)out;

    if (!pga_spec_names(value, out, with, error))
        return FALSE;
    for (guint i = 0; i < set->len; i++) {
        char *name = g_ptr_array_index(set, i);

        name[strcspn(name, "=")] = '\0';
        g_strchomp(name);
    }
    return TRUE;
}

static const PgaSpecField fields[] = {
    {"name", pga_spec_text, OF(name), NULL, 0},
    {"sql", pga_spec_text, OF(sql), NULL, 0},
    {"find", pga_spec_text, OF(entity), NULL, 0},
    {"insert", pga_spec_text, OF(entity), NULL, 0},
    {"update", pga_spec_text, OF(entity), NULL, 0},
    {"delete", pga_spec_text, OF(entity), NULL, 0},
    {"aggregate", pga_spec_text, OF(entity), NULL, 0},
    {"where", pga_spec_later, 0, NULL, 0},
    {"columns", pga_spec_names, OF(columns), NULL, 0},
    {"set", read_set, OF(set), NULL, 0},
    {"join", pga_spec_names, OF(join), NULL, 0},
    {"group_by", pga_spec_texts, OF(group_by), NULL, 0},
    {"compute", pga_spec_texts, OF(compute), NULL, 0},
    {"order_by", read_order, OF(order_by), NULL, 0},
    {"limit", read_limit, OF(limit), GUINT_TO_POINTER(PGA_SPEC_POSITIVE), 0},
    {"per_second", pga_spec_rate, OF(per_second), NULL, 0},
    {"frequency", pga_spec_rate, OF(per_second), NULL, 0},
    {"target", pga_spec_milliseconds, OF(target_ms), NULL, 0},
    {"rows", pga_spec_rows, OF(rows), GUINT_TO_POINTER(PGA_SPEC_POSITIVE), 0},
    {NULL, NULL, 0, NULL, 0},
};

/* "SELECT … WHERE id = ?" as SQL has parameters, where only that makes it SQL: "?" is an operator,
 * too. */
static json_t *
read_tree(PgaSpecPattern *pattern)
{
    json_t *tree = pga_node_parse(pattern->sql);
    g_autofree char *numbered = NULL;
    guint n = 0;

    if (tree)
        return tree;
    numbered = pga_condition_number(pattern->sql, &n);
    tree = n > 0 ? pga_node_parse(numbered) : NULL;
    if (tree) {
        g_free(pattern->sql);
        pattern->sql = g_steal_pointer(&numbered);
    }
    return tree;
}

static gboolean
refuse_text(const PgaSpecValue *value, const char *allowed, GError **error)
{
    g_autofree char *why = pga_node_refusal(value->node->scalar);

    return pga_spec_fail(value, allowed, error, "is no SQL: %s", why ? why : "it is too long");
}

/* What one statement is for. */
static gboolean
check_statement(const PgaSpecValue *value, PgaSpecPattern *pattern, GError **error)
{
    static const char allowed[] = "Allowed: one SELECT, INSERT, UPDATE, DELETE or MERGE.";
    static const char *const queries[] = {"SelectStmt", "InsertStmt", "UpdateStmt",
                                          "DeleteStmt", "MergeStmt",  NULL};
    const char *sql = value->node->scalar;
    g_autoptr(GArray) tokens = pga_query_tokens(sql, strlen(sql));
    const json_t *statement, *fields_of = NULL;
    gboolean done = TRUE;
    const char *kind;
    json_t *tree;

    if (tokens->len == 0)
        return pga_spec_fail(value, NULL, error, "is empty");
    for (guint i = 0; i + 1 < tokens->len; i++)
        if (pga_query_token(tokens, i)->kind == QUERY_SEMICOLON)
            return pga_spec_fail(value, allowed, error, "is more than one statement");
    tree = read_tree(pattern);
    if (!tree)
        return refuse_text(value, allowed, error);
    statement = json_object_get(json_array_get(json_object_get(tree, "stmts"), 0), "stmt");
    kind = pga_node_kind(statement, &fields_of);
    if (kind && !g_strv_contains(queries, kind))
        done = pga_spec_fail(value, allowed, error, "is no query");
    json_decref(tree);
    return done;
}

static gboolean
check_sql(const PgaSpecValue *value, PgaSpecPattern *pattern, GError **error)
{
    const PgaYamlPath at = {value->at, "sql"};
    const PgaSpecValue member = {value->requirements, pga_yaml_get(value->node, "sql"), &at};

    return check_statement(&member, pattern, error);
}

/** What a pattern's parts are checked against. */
typedef struct {
    PgaSpecPattern *pattern;
    const PgaSpecEntity *entity;
    const PgaSpecEntity *known; /* (nullable): NULL: columns may be of joined entities */
} Scope;

/* One condition of `where`, which may be several with "and" between. */
static gboolean
take_condition(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    const Scope *scope = out;
    g_autoptr(GPtrArray) parts = NULL;

    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    parts = pga_spec_conjuncts(value->node->scalar);
    for (guint i = 0; i < parts->len; i++) {
        const char *text = g_ptr_array_index(parts, i);
        g_autoptr(PgaCondition) condition = pga_condition_parse(text, NULL);
        g_autofree char *quoted = NULL;

        if (condition && condition->attribute) {
            if (scope->known && !pga_spec_check_path(value, scope->known, condition->attribute,
                                                     pga_spec_place(value->node), error))
                return FALSE;
        } else {
            quoted = pga_spec_quote_attributes(scope->entity, text);
            if (!pga_spec_check_expression(value, scope->known, quoted, error))
                return FALSE;
        }
        g_ptr_array_add(scope->pattern->where, g_strdup(quoted ? quoted : text));
        g_ptr_array_add(scope->pattern->where_at, GUINT_TO_POINTER(value->node->line));
    }
    return TRUE;
}

static gboolean
take_conditions(const PgaSpecValue *value, const Scope *scope, GError **error)
{
    return pga_spec_each(value, take_condition, (gpointer)scope, error);
}

static gboolean
check_paths(const PgaSpecValue *value, const PgaSpecEntity *entity, const GPtrArray *names,
            GError **error)
{
    for (guint i = 0; entity && i < names->len; i++)
        if (!pga_spec_check_path(value, entity, g_ptr_array_index(names, i),
                                 pga_spec_place(value->node), error))
            return FALSE;
    return TRUE;
}

static gboolean
check_set(const PgaSpecValue *value, const Scope *scope, GError **error)
{
    return check_paths(value, scope->entity, scope->pattern->set, error);
}

static gboolean
check_columns(const PgaSpecValue *value, const Scope *scope, GError **error)
{
    return check_paths(value, scope->known, scope->pattern->columns, error);
}

static gboolean
check_join(const PgaSpecValue *value, const Scope *scope, GError **error)
{
    for (guint i = 0; i < scope->pattern->join->len; i++)
        if (!pga_spec_need_entity(value, g_ptr_array_index(scope->pattern->join, i),
                                  pga_spec_place(value->node), error))
            return FALSE;
    return TRUE;
}

/* Without "desc", "nulls last". What is computed, or of an aggregate, is an expression's. */
static gboolean
check_order(const PgaSpecValue *value, const Scope *scope, GError **error)
{
    g_autoptr(GRegex) direction = g_regex_new("(\\s+(asc|desc))?(\\s+nulls\\s+(first|last))?\\s*$",
                                              G_REGEX_CASELESS, 0, NULL);
    g_auto(GStrv) parts = g_strsplit(scope->pattern->order_by, ",", -1);

    for (guint i = 0; parts[i]; i++) {
        g_autofree char *plain =
            g_regex_replace_literal(direction, g_strstrip(parts[i]), -1, 0, "", 0, NULL);

        if (!*plain)
            return pga_spec_fail(value, "Allowed: attributes, as in \"placed_at desc, id\".", error,
                                 "has an empty name");
        if (strchr(scope->pattern->order_by, '(') ||
            scope->pattern->kind == PGA_PATTERN_AGGREGATE || !scope->known)
            continue;
        if (!pga_spec_check_path(value, scope->known, plain, pga_spec_place(value->node), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_expressions(const PgaSpecValue *value, const Scope *scope, const GPtrArray *texts,
                  GError **error)
{
    for (guint i = 0; i < texts->len; i++) {
        const char *text = g_ptr_array_index(texts, i);

        if (strcmp(text, "count") != 0 &&
            !pga_spec_check_expression(value, scope->known, text, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_groups(const PgaSpecValue *value, const Scope *scope, GError **error)
{
    return check_expressions(value, scope, scope->pattern->group_by, error);
}

static gboolean
check_computed(const PgaSpecValue *value, const Scope *scope, GError **error)
{
    return check_expressions(value, scope, scope->pattern->compute, error);
}

static gboolean
check_structured(const PgaSpecValue *value, PgaSpecPattern *pattern, GError **error)
{
    static const struct {
        const char *key;
        gboolean (*check)(const PgaSpecValue *, const Scope *, GError **);
    } parts[] = {
        {"join", check_join},      {"where", take_conditions}, {"columns", check_columns},
        {"set", check_set},        {"group_by", check_groups}, {"compute", check_computed},
        {"order_by", check_order},
    };
    Scope scope = {.pattern = pattern};

    scope.entity = pga_spec_need_entity(value, pattern->entity, pga_spec_place(value->node), error);
    scope.known = pattern->join->len > 0 ? NULL : scope.entity;
    if (!scope.entity)
        return FALSE;
    if (pattern->kind == PGA_PATTERN_UPDATE && pattern->set->len == 0)
        return pga_spec_fail_at(value, (PgaSpecPlace){0}, "Allowed: set: [status].", error,
                                "set is missing");
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        const PgaYamlNode *node = pga_yaml_get(value->node, parts[i].key);
        const PgaYamlPath at = {value->at, parts[i].key};
        const PgaSpecValue member = {value->requirements, node, &at};

        if (node && !pga_spec_is_nothing(node) && !parts[i].check(&member, &scope, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
find_kind(const PgaSpecValue *value, PgaSpecPattern *pattern, GError **error)
{
    guint n = 0;

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (pga_yaml_get(value->node, kinds[i].key)) {
            pattern->kind = kinds[i].kind;
            n++;
        }
    return n == 1 ||
           pga_spec_fail_at(value, (PgaSpecPlace){0},
                            "Allowed: one of sql, find, insert, update, delete, aggregate.", error,
                            n == 0 ? "nothing says what is done" : "a pattern does one thing only");
}

/* A name of its own where none was given: "find_orders". */
static gboolean
check_name(const PgaSpecValue *value, PgaSpecPattern *pattern, GError **error)
{
    const GPtrArray *patterns = value->requirements->patterns;
    static const char *const verbs[] = {
        [PGA_PATTERN_SQL] = "sql",       [PGA_PATTERN_FIND] = "find",
        [PGA_PATTERN_INSERT] = "insert", [PGA_PATTERN_UPDATE] = "update",
        [PGA_PATTERN_DELETE] = "delete", [PGA_PATTERN_AGGREGATE] = "aggregate",
    };

    if (!pattern->name)
        pattern->name = g_strdup_printf("%s_%s_%u", verbs[pattern->kind],
                                        pattern->entity ? pattern->entity : "query", patterns->len);
    if (!*pattern->name)
        return pga_spec_fail_at(value, (PgaSpecPlace){0}, NULL, error, "name is empty");
    for (guint i = 0; i + 1 < patterns->len; i++) {
        const PgaSpecPattern *other = g_ptr_array_index(patterns, i);

        if (!g_strcmp0(other->name, pattern->name)) /* NULL: refused before it had one */
            return pga_spec_fail_at(value, (PgaSpecPlace){0}, NULL, error,
                                    "name \"%.80s\" is there twice, first in line %u",
                                    pattern->name, other->at.line);
    }
    return TRUE;
}

static gboolean
read_member(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    const PgaYamlNode *name = pga_yaml_get(value->node, "name");
    const gboolean named = name && name->kind == PGA_YAML_SCALAR && *name->scalar;
    const PgaYamlPath at = {value->at->above, named ? name->scalar : value->at->key};
    const PgaSpecValue here = {value->requirements, value->node, &at};
    PgaSpecPattern *pattern;

    (void)out;
    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_MAPPING, error))
        return FALSE;
    pattern = pga_requirements_add_pattern(value->requirements, NULL);
    pattern->at = pga_spec_place(value->node);
    if (!pga_spec_fields(&here, fields, pattern, error) || !find_kind(&here, pattern, error) ||
        !check_name(&here, pattern, error))
        return FALSE;
    if (pattern->kind != PGA_PATTERN_SQL)
        return pattern->entity ? check_structured(&here, pattern, error)
                               : pga_spec_fail_at(&here, (PgaSpecPlace){0}, NULL, error,
                                                  "the entity is missing");
    return pattern->sql ? check_sql(&here, pattern, error)
                        : pga_spec_fail_at(&here, (PgaSpecPlace){0}, NULL, error, "sql is empty");
}

gboolean
pga_spec_patterns(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)with;
    return pga_spec_expect(value, PGA_YAML_SEQUENCE, error) &&
           pga_spec_each(value, read_member, out, error);
}
