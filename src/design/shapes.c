/* Entities that are known by name only get the shape of their archetype. */
#include <string.h>

#include "archetypes_internal.h"
#include "complete_internal.h"

/* Days of an average month. */
#define DAYS_PER_MONTH (365.0 / 12)

static void
add_values(PgaSpecAttribute *attribute, const char *detail)
{
    g_auto(GStrv) each = g_strsplit(detail, " ", -1);

    for (guint i = 0; each[i]; i++) {
        g_auto(GStrv) pair = g_strsplit(each[i], ":", 2);

        pga_spec_add_share(attribute->values, pair[0], g_ascii_strtod(pair[1], NULL) / 100);
    }
    attribute->default_ =
        g_strdup_printf("'%s'", ((PgaSpecShare *)g_ptr_array_index(attribute->values, 0))->value);
}

static void
add_detail(PgaSpecAttribute *attribute, const char *detail)
{
    const char *dots = strstr(detail, "..");

    if (attribute->meaning == PGA_MEANING_ONE_OF)
        add_values(attribute, detail);
    else if (attribute->meaning == PGA_MEANING_INTEGER && dots) {
        attribute->min = g_ascii_strtod(detail, NULL);
        attribute->max = g_ascii_strtod(dots + 2, NULL);
    } else if (attribute->meaning == PGA_MEANING_JSON)
        attribute->json_varies = g_str_equal(detail, "varies");
    else
        attribute->type = g_strdup(detail);
}

static void
add_reference(const PgaRequirements *requirements, PgaSpecEntity *entity, const char *names)
{
    const PgaSpecEntity *referenced = pga_archetype_entity(requirements, names);
    g_autofree char *singular = NULL, *name = NULL;
    PgaSpecAttribute *attribute = NULL;

    if (!referenced || referenced == entity)
        return;
    singular = pga_archetype_singular(referenced->name);
    name = g_strconcat(singular, "_id", NULL);
    if (pga_spec_attribute(entity->attributes, name))
        return;
    attribute = pga_spec_add_attribute(entity->attributes, name);
    attribute->meaning = PGA_MEANING_REFERENCE;
    attribute->references = g_strdup(referenced->name);
}

static void
add_attribute(const PgaRequirements *requirements, PgaSpecEntity *entity,
              const PgaArchetypeAttribute *shape)
{
    PgaSpecAttribute *attribute = NULL;

    if (shape->meaning == PGA_MEANING_REFERENCE) {
        add_reference(requirements, entity, shape->name);
        return;
    }
    attribute = pga_spec_add_attribute(entity->attributes, shape->name);
    attribute->meaning = shape->meaning;
    attribute->unique = (shape->flags & PGA_ARCHETYPE_UNIQUE) != 0;
    attribute->nullable = (shape->flags & PGA_ARCHETYPE_NULLABLE) != 0;
    attribute->personal = (shape->flags & PGA_ARCHETYPE_PERSONAL) != 0;
    if (shape->flags & PGA_ARCHETYPE_NOW)
        attribute->default_ = g_strdup("now()");
    if (shape->distinct > 0)
        attribute->distinct = shape->distinct;
    if (shape->detail)
        add_detail(attribute, shape->detail);
}

static void
add_key(const PgaRequirements *requirements, PgaSpecEntity *entity, const char *key)
{
    g_auto(GStrv) names = g_strsplit(key, "; ", -1);

    for (guint i = 0; names[i]; i++) {
        const char *name = pga_archetype_attribute(requirements, entity, names[i]);

        if (!name) {
            g_ptr_array_set_size(entity->key, 0);
            return;
        }
        g_ptr_array_add(entity->key, g_strdup(name));
    }
}

static char *
attribute_names(const PgaSpecEntity *entity)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < entity->attributes->len; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(entity->attributes, i);

        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", attribute->name);
    }
    return g_string_free(out, FALSE);
}

static void
shape_entity(PgaRequirements *requirements, PgaSpecEntity *entity)
{
    static const PgaArchetype unknown = {
        .names = "",
        .attributes = {
            {.name = "id", .meaning = PGA_MEANING_IDENTITY},
            {.name = "created_at", .meaning = PGA_MEANING_TIMESTAMP, .flags = PGA_ARCHETYPE_NOW}}};
    const PgaArchetype *known = pga_archetype_find(entity->name);
    const PgaArchetype *shape = known ? known : &unknown;
    g_autofree char *field = pga_complete_field("entities", entity->name, "attributes");
    g_autofree char *names = NULL;

    for (guint i = 0; i < PGA_ARCHETYPE_ATTRIBUTES && shape->attributes[i].name; i++)
        add_attribute(requirements, entity, &shape->attributes[i]);
    if (shape->key && entity->key->len == 0)
        add_key(requirements, entity, shape->key);
    if (entity->append_only < 0 && shape->append_only)
        entity->append_only = 1;
    entity->is_assumed = TRUE;
    names = attribute_names(entity);
    pga_complete_say(requirements, field,
                     known ? "known by name only: the usual shape of such an entity; state its "
                             "attributes to replace it"
                           : "known by name only, and no archetype has this name: a key and the "
                             "time of creation; state its attributes to replace them",
                     "%s", names);
}

/* (nullable): the relationship that the entity is only the link of. */
static PgaSpecRelationship *
link_of(const PgaRequirements *requirements, const PgaSpecEntity *entity)
{
    for (guint i = 0; entity->attributes->len == 0 && i < requirements->relationships->len; i++) {
        PgaSpecRelationship *link = g_ptr_array_index(requirements->relationships, i);

        if (link->kind == PGA_RELATIONSHIP_MANY_TO_MANY) {
            g_autofree char *name = pga_spec_link_name(link);

            if (g_str_equal(name, entity->name))
                return link;
        }
    }
    return NULL;
}

/* What was said of the entity because it was taken for one. */
static void
forget_note(PgaRequirements *requirements, const char *name)
{
    g_autofree char *begin = g_strdup_printf("Entity \"%s\" is named by ", name);

    for (guint i = requirements->notes->len; i-- > 0;)
        if (g_str_has_prefix(g_ptr_array_index(requirements->notes, i), begin))
            g_ptr_array_remove_index(requirements->notes, i);
}

/* A volume or an access pattern that names a link makes no entity of it. */
static void
return_links(PgaRequirements *requirements)
{
    for (guint i = requirements->entities->len; i-- > 0;) {
        PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);
        PgaSpecRelationship *link = link_of(requirements, entity);

        if (!link)
            continue;
        if (link->rows < 0)
            link->rows = entity->rows;
        forget_note(requirements, entity->name);
        g_ptr_array_remove_index(requirements->entities, i);
    }
}

void
pga_complete_shapes(PgaRequirements *requirements)
{
    g_autoptr(GPtrArray) unknown = g_ptr_array_new();

    return_links(requirements);
    for (guint i = 0; i < requirements->entities->len; i++) {
        PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        if (entity->attributes->len == 0)
            g_ptr_array_add(unknown, entity);
    }
    for (guint i = 0; i < unknown->len; i++)
        shape_entity(requirements, g_ptr_array_index(unknown, i));
}

/* Months that an archetype keeps, where the table is large enough to be partitioned by them. */
static void
retain(PgaRequirements *requirements, PgaSpecEntity *entity)
{
    const PgaArchetype *shape = pga_archetype_find(entity->name);
    g_autofree char *field = pga_complete_field("entities", entity->name, "retention");

    if (!shape || shape->retention_months <= 0 || entity->rows < requirements->partition_min_rows)
        return;
    entity->retention_days = shape->retention_months * DAYS_PER_MONTH;
    entity->retention = g_strdup_printf("%.0f months", shape->retention_months);
    pga_complete_say(requirements, field, shape->retention_why, "%.0f months",
                     shape->retention_months);
}

void
pga_complete_retention(PgaRequirements *requirements)
{
    g_autoptr(GString) forever = g_string_new(NULL);

    for (guint i = 0; i < requirements->entities->len; i++) {
        PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        if (entity->is_assumed && entity->retention_days < 0 && !entity->lifetime_stated)
            retain(requirements, entity);
        if (entity->retention_days < 0 && !entity->lifetime_stated)
            g_string_append_printf(forever, "%s%s", forever->len > 0 ? ", " : "", entity->name);
    }
    if (forever->len > 0)
        pga_complete_say(requirements, "entities.retention",
                         "no retention or lifetime was stated, and nobody's rows are dropped "
                         "without being asked for",
                         "none (kept forever): %s", forever->str);
}
