/* `rules`: "orders.total >= 0", {unique: [users.email], where: …}, {functional_dependency: "a.x,
 * a.y
 * -> a.z"}, {no_overlap: bookings.during, per: [bookings.room]}. */
#include "parse/requirements.h"

#include <base/error.h>
#include <base/text.h>
#include <string.h>

#include "requirements_internal.h"
#include "requirements_sql_internal.h"

static const char allowed[] =
    "Allowed: \"orders.total >= 0\", {check: …}, {unique: [users.email]}, {functional_dependency: "
    "\"orders.zip -> orders.city\"}, {no_overlap: bookings.during, per: [bookings.room]}.";

static gboolean
take_entity(const PgaSpecValue *value, PgaSpecRule *rule, const char *name, GError **error)
{
    if (!pga_spec_find_entity(value, name, rule->at, error))
        return FALSE;
    if (rule->entity && strcmp(rule->entity, name) != 0)
        return pga_spec_fail_at(value, rule->at, "Allowed: attributes of one entity.", error,
                                "a rule is of one entity, not of \"%s\" and \"%s\"", rule->entity,
                                name);
    if (!rule->entity)
        rule->entity = g_strdup(name);
    return TRUE;
}

/* "orders.zip", or "zip" once the entity is known. */
static gboolean
take_attribute(const PgaSpecValue *value, PgaSpecRule *rule, const char *text, GPtrArray *list,
               GError **error)
{
    const char *dot = strchr(text, '.');
    g_autofree char *entity = dot ? g_strndup(text, (gsize)(dot - text)) : NULL;
    const char *name = dot ? dot + 1 : text;
    PgaSpecEntity *entity_of;

    if (entity && !take_entity(value, rule, entity, error))
        return FALSE;
    if (!rule->entity)
        return pga_spec_fail_at(value, rule->at, allowed, error,
                                "\"%.80s\" names no entity: write it as in orders.zip", text);
    if (!*name || strchr(name, '.'))
        return pga_spec_fail_at(value, rule->at, "Allowed: attributes of one entity.", error,
                                "\"%.80s\" is no attribute of the entity", text);
    entity_of = pga_requirements_entity(value->requirements, rule->entity);
    if (rule->kind == PGA_SPEC_RULE_DEPENDENCY
            ? !pga_spec_need_attribute(value, entity_of, name, rule->at, error)
            : !pga_spec_check_path(value, entity_of, name, rule->at, error))
        return FALSE;
    g_ptr_array_add(list, g_strdup(name));
    return TRUE;
}

static gboolean
take_attributes(const PgaSpecValue *value, PgaSpecRule *rule, const char *text, GPtrArray *list,
                GError **error)
{
    g_auto(GStrv) names = g_strsplit(text, ",", -1);

    for (guint i = 0; names[i]; i++)
        if (!take_attribute(value, rule, g_strstrip(names[i]), list, error))
            return FALSE;
    return TRUE;
}

/** One key of a rule's mapping, as texts. */
static gboolean
texts_of(const PgaSpecValue *value, const char *key, GPtrArray **texts, GError **error)
{
    const PgaYamlNode *node = pga_yaml_get(value->node, key);
    const PgaYamlPath at = {value->at, key};
    const PgaSpecValue member = {value->requirements, node, &at};

    *texts = g_ptr_array_new_with_free_func(g_free);
    return !node || pga_spec_is_nothing(node) || pga_spec_texts(&member, texts, NULL, error);
}

static gboolean
read_list(const PgaSpecValue *value, PgaSpecRule *rule, const char *key, GPtrArray *list,
          GError **error)
{
    g_autoptr(GPtrArray) texts = NULL;
    gboolean done = texts_of(value, key, &texts, error);

    for (guint i = 0; done && i < texts->len; i++)
        done = take_attributes(value, rule, g_ptr_array_index(texts, i), list, error);
    return done;
}

static gboolean
read_expression(const PgaSpecValue *value, PgaSpecRule *rule, const char *text, GError **error)
{
    g_autofree char *entity = NULL;

    rule->expression =
        pga_spec_rule_expression(value, rule->entity, text, rule->at, &entity, error);
    return rule->expression && take_entity(value, rule, entity, error);
}

static gboolean
read_check(const PgaSpecValue *value, PgaSpecRule *rule, GError **error)
{
    const PgaYamlNode *node = pga_yaml_get(value->node, "check");
    const PgaYamlPath at = {value->at, "check"};
    const PgaSpecValue member = {value->requirements, node, &at};

    return pga_spec_expect(&member, PGA_YAML_SCALAR, error) &&
           read_expression(&member, rule, node->scalar, error);
}

static gboolean
read_where(const PgaSpecValue *value, PgaSpecRule *rule, GError **error)
{
    const PgaYamlNode *node = pga_yaml_get(value->node, "where");
    const PgaYamlPath at = {value->at, "where"};
    const PgaSpecValue member = {value->requirements, node, &at};

    if (!node || pga_spec_is_nothing(node))
        return TRUE;
    return pga_spec_expect(&member, PGA_YAML_SCALAR, error) &&
           read_expression(&member, rule, node->scalar, error);
}

static gboolean
read_unique(const PgaSpecValue *value, PgaSpecRule *rule, GError **error)
{
    return read_list(value, rule, "unique", rule->left, error) && read_where(value, rule, error);
}

static gboolean
read_arrow(const PgaSpecValue *value, PgaSpecRule *rule, const char *text, GError **error)
{
    g_auto(GStrv) sides = g_strsplit(text, "->", -1);

    if (g_strv_length(sides) != 2)
        return pga_spec_fail_at(value, rule->at,
                                "Allowed: \"orders.zip -> orders.city\", several attributes with "
                                "commas between.",
                                error, "\"%.80s\" is no functional dependency", text);
    return take_attributes(value, rule, sides[0], rule->left, error) &&
           take_attributes(value, rule, sides[1], rule->right, error);
}

static gboolean
read_dependency(const PgaSpecValue *value, PgaSpecRule *rule, GError **error)
{
    g_autoptr(GPtrArray) texts = NULL;
    PgaSpecRule *next = rule;
    gboolean done = texts_of(value, "functional_dependency", &texts, error);

    for (guint i = 0; done && i < texts->len; i++) {
        if (i > 0) {
            next = pga_requirements_add_rule(value->requirements, PGA_SPEC_RULE_DEPENDENCY);
            next->at = rule->at;
        }
        done = read_arrow(value, next, g_ptr_array_index(texts, i), error);
    }
    return done;
}

static gboolean
is_period(const PgaSpecAttribute *attribute)
{
    return attribute &&
           (attribute->meaning == PGA_MEANING_PERIOD ||
            (attribute->meaning == PGA_MEANING_TYPE && g_str_has_suffix(attribute->type, "range")));
}

/* All that is no period must be equal. */
static gboolean
read_exclusion_key(const PgaSpecValue *value, PgaSpecRule *rule, const char *key, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
    const PgaSpecEntity *entity;

    if (!read_list(value, rule, key, all, error) ||
        !read_list(value, rule, "per", rule->left, error))
        return FALSE;
    entity = pga_requirements_entity(value->requirements, rule->entity);
    for (guint i = 0; i < all->len; i++) {
        const char *name = g_ptr_array_index(all, i);
        const gboolean known = entity && entity->attributes->len > 0;
        const gboolean period =
            known ? is_period(pga_spec_attribute(entity->attributes, name)) : i + 1 == all->len;

        g_ptr_array_add(period ? rule->right : rule->left, g_strdup(name));
    }
    if (rule->right->len == 0)
        return pga_spec_fail_at(value, rule->at, "Allowed: an attribute that is a period.", error,
                                "none of the attributes is a period");
    return TRUE;
}

static gboolean
read_no_overlap(const PgaSpecValue *value, PgaSpecRule *rule, GError **error)
{
    return read_exclusion_key(value, rule, "no_overlap", error) && read_where(value, rule, error);
}

static gboolean
read_exclusion(const PgaSpecValue *value, PgaSpecRule *rule, GError **error)
{
    return read_exclusion_key(value, rule, "exclusion", error) && read_where(value, rule, error);
}

static const struct {
    const char *key;
    PgaSpecRuleKind kind;
    gboolean (*read)(const PgaSpecValue *, PgaSpecRule *, GError **);
} kinds[] = {
    {"check", PGA_SPEC_RULE_CHECK, read_check},
    {"unique", PGA_SPEC_RULE_UNIQUE, read_unique},
    {"functional_dependency", PGA_SPEC_RULE_DEPENDENCY, read_dependency},
    {"no_overlap", PGA_SPEC_RULE_EXCLUSION, read_no_overlap},
    {"exclusion", PGA_SPEC_RULE_EXCLUSION, read_exclusion},
};

static const PgaSpecField fields[] = {
    {"check", pga_spec_later, 0, NULL, 0},
    {"unique", pga_spec_later, 0, NULL, 0},
    {"functional_dependency", pga_spec_later, 0, NULL, 0},
    {"no_overlap", pga_spec_later, 0, NULL, 0},
    {"exclusion", pga_spec_later, 0, NULL, 0},
    {"per", pga_spec_later, 0, NULL, 0},
    {"where", pga_spec_later, 0, NULL, 0},
    {"entity", pga_spec_text, G_STRUCT_OFFSET(PgaSpecRule, entity), NULL, 0},
    {NULL, NULL, 0, NULL, 0},
};

/* The place in kinds of the only one of them that is there. */
static gboolean
find_kind(const PgaSpecValue *value, guint *kind, GError **error)
{
    guint n = 0;

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (pga_yaml_get(value->node, kinds[i].key)) {
            *kind = i;
            n++;
        }
    return n == 1 || pga_spec_fail_at(value, (PgaSpecPlace){0}, allowed, error,
                                      n == 0 ? "nothing says what the rule is"
                                             : "a rule says one thing only");
}

static gboolean
read_member(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    PgaSpecRule *rule;
    guint kind = 0;

    (void)out;
    (void)with;
    if (value->node->kind == PGA_YAML_SCALAR) {
        rule = pga_requirements_add_rule(value->requirements, PGA_SPEC_RULE_CHECK);
        rule->at = pga_spec_place(value->node);
        return read_expression(value, rule, value->node->scalar, error);
    }
    if (!pga_spec_expect(value, PGA_YAML_MAPPING, error))
        return FALSE;
    rule = pga_requirements_add_rule(value->requirements, PGA_SPEC_RULE_CHECK);
    rule->at = pga_spec_place(value->node);
    if (!pga_spec_fields(value, fields, rule, error) || !find_kind(value, &kind, error))
        return FALSE;
    rule->kind = kinds[kind].kind;
    if (rule->entity && !pga_spec_find_entity(value, rule->entity, rule->at, error))
        return FALSE;
    return kinds[kind].read(value, rule, error);
}

gboolean
pga_spec_rules(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)with;
    return pga_spec_expect(value, PGA_YAML_SEQUENCE, error) &&
           pga_spec_each(value, read_member, out, error);
}
