/* What one part of the file calls by a name that another one declares. */
#include "requirements_internal.h"

#include <base/error.h>
#include <base/text.h>
#include <string.h>

/* The nearest of the entities' names; NULL: none is near. */
static const char *
closest_entity(const PgaRequirements *requirements, const char *name)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    for (guint i = 0; i < requirements->entities->len; i++)
        g_ptr_array_add(known,
                        ((PgaSpecEntity *)g_ptr_array_index(requirements->entities, i))->name);
    g_ptr_array_add(known, NULL);
    return pga_text_closest(name, (const char *const *)known->pdata);
}

PgaSpecEntity *
pga_spec_find_entity(const PgaSpecValue *value, const char *name, PgaSpecPlace place,
                     GError **error)
{
    PgaSpecEntity *entity = pga_requirements_entity(value->requirements, name);
    const char *closest = entity ? NULL : closest_entity(value->requirements, name);
    g_autofree char *shown = NULL;

    if (entity)
        return entity;
    shown = pga_text_printable(name);
    pga_spec_fail_at(value, place, "Allowed: names of entities.", error,
                     "entity \"%.80s\" does not exist", shown);
    if (closest)
        pga_error_hint(error, "Did you mean \"%s\"?", closest);
    return NULL;
}

PgaSpecEntity *
pga_spec_need_entity(const PgaSpecValue *value, const char *name, PgaSpecPlace place,
                     GError **error)
{
    PgaRequirements *requirements = value->requirements;
    PgaSpecEntity *entity = pga_requirements_entity(requirements, name);
    g_autofree char *path = NULL;

    if (entity || closest_entity(requirements, name))
        return pga_spec_find_entity(value, name, place, error);
    if (!pga_spec_check_name(value, name, place, error))
        return NULL;
    entity = pga_requirements_add_entity(requirements, name);
    entity->at = place;
    path = pga_spec_path(value->at);
    g_ptr_array_add(requirements->notes,
                    g_strdup_printf("Entity \"%s\" is named by %s (line %u) only, not by "
                                    "\"entities\": its attributes are assumed.",
                                    name, path, place.line ? place.line : value->node->line));
    return entity;
}

/* (nullable): the entity's attribute, the key that it gets when it has none, or NULL. */
static const PgaSpecAttribute *
find_attribute(const PgaSpecEntity *entity, const char *name, gboolean *exists)
{
    const PgaSpecAttribute *attribute = pga_spec_attribute(entity->attributes, name);

    *exists = attribute || (entity->key->len == 0 && !strcmp(name, "id"));
    return attribute;
}

/* Whether a column of that name can come of it: named by `via`, or by the other entity: "user",
 * "user_id" of "users". */
static gboolean
brings(const PgaSpecRelationship *relationship, const PgaSpecEntity *entity, const char *name)
{
    const gboolean forward = relationship->kind == PGA_RELATIONSHIP_ONE_TO_MANY;
    const char *has = forward ? relationship->to : relationship->from;
    const char *other = forward ? relationship->from : relationship->to;
    const gsize length = strlen(name) - (g_str_has_suffix(name, "_id") ? strlen("_id") : 0);

    if (relationship->kind == PGA_RELATIONSHIP_MANY_TO_MANY || strcmp(has, entity->name) != 0)
        return FALSE;
    return !g_strcmp0(relationship->via, name) || relationship->kind == PGA_RELATIONSHIP_TREE ||
           g_str_has_prefix(name, other) || (length > 0 && !strncmp(other, name, length));
}

static gboolean
is_of_relationship(const PgaRequirements *requirements, const PgaSpecEntity *entity,
                   const char *name)
{
    for (guint i = 0; i < requirements->relationships->len; i++)
        if (brings(g_ptr_array_index(requirements->relationships, i), entity, name))
            return TRUE;
    return FALSE;
}

static gboolean
unknown_attribute(const PgaSpecValue *value, const PgaSpecEntity *entity, const char *name,
                  PgaSpecPlace place, GError **error)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    g_autofree char *shown = pga_text_printable(name), *owner = pga_text_printable(entity->name);

    for (guint i = 0; i < entity->attributes->len; i++)
        g_ptr_array_add(known,
                        ((PgaSpecAttribute *)g_ptr_array_index(entity->attributes, i))->name);
    pga_spec_fail_at(value, place, "Allowed: names of its attributes.", error,
                     "%s has no attribute \"%.80s\"", owner, shown);
    pga_spec_hint_closest_of(error, name, known);
    return FALSE;
}

/* The name up to the next "." or "->", unquoted; *path moves behind it. */
static char *
next_name(const char **path, gboolean *json)
{
    const char *p = *path;
    GString *name = g_string_new(NULL);

    *json = FALSE;
    if (*p == '"') {
        for (p++; *p && (*p != '"' || p[1] == '"'); p++) {
            g_string_append_c(name, *p);
            p += *p == '"';
        }
        p += *p == '"';
    } else {
        const char *arrow = strstr(p, "->");
        const gsize length = MIN(strcspn(p, ".["), arrow ? (gsize)(arrow - p) : strlen(p));

        g_string_append_len(name, p, (gssize)length);
        p += length;
    }
    *json = g_str_has_prefix(p, "->");
    *path = *p == '.' ? p + 1 : "";
    return g_string_free(name, FALSE);
}

/* What the reference @name of @entity leads to; NULL with PGA_ERROR_INPUT when it is none. */
static const PgaSpecEntity *
follow(const PgaSpecValue *value, const PgaSpecEntity *entity, const PgaSpecAttribute *attribute,
       PgaSpecPlace place, GError **error)
{
    if (attribute->meaning == PGA_MEANING_REFERENCE)
        return pga_spec_find_entity(value, attribute->references, place, error);
    pga_spec_fail_at(value, place, "Allowed: an attribute that references.", error,
                     "%s.%s references no entity", entity->name, attribute->name);
    return NULL;
}

gboolean
pga_spec_check_path(const PgaSpecValue *value, const PgaSpecEntity *entity, const char *path,
                    PgaSpecPlace place, GError **error)
{
    const char *start = path;

    while (entity && *path) {
        const char *at = path;
        const PgaSpecAttribute *attribute;
        gboolean exists, json;
        g_autofree char *name = next_name(&path, &json);

        if (entity->attributes->len == 0)
            return TRUE; /* known by name only: its shape is assumed later */
        attribute = find_attribute(entity, name, &exists);
        if (!exists && at == start && *path && !strcmp(name, entity->name))
            continue; /* "orders.total" of orders */
        if (!exists && !is_of_relationship(value->requirements, entity, name))
            return unknown_attribute(value, entity, name, place, error);
        if (json || !*path || !attribute)
            return TRUE;
        entity = follow(value, entity, attribute, place, error);
    }
    return entity != NULL;
}

gboolean
pga_spec_need_attribute(const PgaSpecValue *value, PgaSpecEntity *entity, const char *name,
                        PgaSpecPlace place, GError **error)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    gboolean exists;

    if (entity->attributes->len == 0 || find_attribute(entity, name, &exists) || exists)
        return TRUE;
    for (guint i = 0; i < entity->attributes->len; i++)
        g_ptr_array_add(known,
                        ((PgaSpecAttribute *)g_ptr_array_index(entity->attributes, i))->name);
    g_ptr_array_add(known, NULL);
    if (pga_text_closest(name, (const char *const *)known->pdata))
        return unknown_attribute(value, entity, name, place, error);
    if (!pga_spec_check_name(value, name, place, error))
        return FALSE;
    pga_spec_add_attribute(entity->attributes, name)->at = place;
    g_ptr_array_add(value->requirements->notes,
                    g_strdup_printf("%s.%s is named by a rule (line %u) only, not by the entity: "
                                    "it is taken as an attribute.",
                                    entity->name, name, place.line));
    return TRUE;
}

static gboolean
check_attributes(const PgaSpecValue *value, const GPtrArray *attributes, GError **error)
{
    for (guint i = 0; i < attributes->len; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(attributes, i);
        const PgaYamlPath at = {value->at, attribute->name};
        const PgaSpecValue here = {value->requirements, value->node, &at};

        if (!attribute->references) {
            if (attribute->on_delete != PGA_DELETE_UNSTATED)
                return pga_spec_fail_at(&here, attribute->at, NULL, error,
                                        "on_delete needs \"references\"");
            continue;
        }
        if (!pga_spec_need_entity(&here, attribute->references, attribute->at, error))
            return FALSE;
    }
    return TRUE;
}

/* (nullable): what stands behind an entity's name, in a mapping or a list. */
static const PgaYamlNode *
entity_node(const PgaYamlNode *root, const PgaSpecEntity *entity)
{
    const PgaYamlNode *entities = pga_yaml_get(root, "entities");

    if (!entities || entities->kind != PGA_YAML_SEQUENCE)
        return entities ? pga_yaml_get(entities, entity->name) : NULL;
    for (guint i = 0; i < entities->values->len; i++) {
        const PgaYamlNode *member = g_ptr_array_index(entities->values, i);
        const PgaYamlNode *name = pga_yaml_get(member, "name");

        if (name && !g_strcmp0(name->scalar, entity->name))
            return member;
    }
    return NULL;
}

static gboolean
check_key(const PgaSpecValue *value, const PgaSpecEntity *entity, GError **error)
{
    const PgaSpecPlace place = pga_spec_place(value->node);

    for (guint i = 0; i < entity->key->len; i++) {
        const char *name = g_ptr_array_index(entity->key, i);

        if (!pga_spec_check_path(value, entity, name, place, error))
            return FALSE;
        for (guint j = 0; j < i; j++)
            if (!strcmp(name, g_ptr_array_index(entity->key, j)))
                return pga_spec_fail_at(value, place, NULL, error,
                                        "attribute \"%.80s\" is there twice", name);
    }
    return TRUE;
}

static gboolean
check_tenant(const PgaSpecValue *value, const PgaSpecEntity *entity, GError **error)
{
    return pga_spec_check_path(value, entity, entity->tenant, pga_spec_place(value->node), error);
}

static gboolean
check_partition_by(const PgaSpecValue *value, const PgaSpecEntity *entity, GError **error)
{
    return !strcmp(entity->partition_by, "none") ||
           pga_spec_check_path(value, entity, entity->partition_by, pga_spec_place(value->node),
                               error);
}

static gboolean
check_entity(const PgaSpecValue *value, const PgaSpecEntity *entity, GError **error)
{
    static const struct {
        const char *key;
        gboolean (*check)(const PgaSpecValue *, const PgaSpecEntity *, GError **);
    } parts[] = {{"key", check_key},
                 {"primary_key", check_key},
                 {"tenant", check_tenant},
                 {"partition_by", check_partition_by}};
    const PgaYamlPath attributes = {value->at, "attributes"};
    const PgaSpecValue here = {value->requirements, value->node, &attributes};

    if (!check_attributes(&here, entity->attributes, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        const PgaYamlPath at = {value->at, parts[i].key};
        const PgaSpecValue part = {value->requirements, pga_yaml_get(value->node, at.key), &at};

        if (part.node && !pga_spec_is_nothing(part.node) && !parts[i].check(&part, entity, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_spec_check_entities(const PgaSpecValue *value, GError **error)
{
    const PgaYamlPath entities = {value->at, "entities"};

    for (guint i = 0; i < value->requirements->entities->len; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(value->requirements->entities, i);
        const PgaYamlPath at = {&entities, entity->name};
        const PgaSpecValue here = {value->requirements, entity_node(value->node, entity), &at};

        if (here.node && !check_entity(&here, entity, error))
            return FALSE;
    }
    return TRUE;
}
