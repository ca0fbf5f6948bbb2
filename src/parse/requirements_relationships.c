/* `relationships`: {from: orders, to: products, kind: many-to-many}, or "users 1:n orders". */
#include "requirements_internal.h"

#include <base/error.h>
#include <string.h>

static const PgaSpecWord kinds[] = {
    {"one-to-one", PGA_RELATIONSHIP_ONE_TO_ONE},
    {"1:1", PGA_RELATIONSHIP_ONE_TO_ONE},
    {"has-one", PGA_RELATIONSHIP_ONE_TO_ONE},
    {"one-to-many", PGA_RELATIONSHIP_ONE_TO_MANY},
    {"1:n", PGA_RELATIONSHIP_ONE_TO_MANY},
    {"1:m", PGA_RELATIONSHIP_ONE_TO_MANY},
    {"1:*", PGA_RELATIONSHIP_ONE_TO_MANY},
    {"has-many", PGA_RELATIONSHIP_ONE_TO_MANY},
    {"many-to-one", PGA_RELATIONSHIP_MANY_TO_ONE},
    {"n:1", PGA_RELATIONSHIP_MANY_TO_ONE},
    {"m:1", PGA_RELATIONSHIP_MANY_TO_ONE},
    {"*:1", PGA_RELATIONSHIP_MANY_TO_ONE},
    {"belongs-to", PGA_RELATIONSHIP_MANY_TO_ONE},
    {"many-to-many", PGA_RELATIONSHIP_MANY_TO_MANY},
    {"n:m", PGA_RELATIONSHIP_MANY_TO_MANY},
    {"m:n", PGA_RELATIONSHIP_MANY_TO_MANY},
    {"n:n", PGA_RELATIONSHIP_MANY_TO_MANY},
    {"*:*", PGA_RELATIONSHIP_MANY_TO_MANY},
    {"tree", PGA_RELATIONSHIP_TREE},
    {"self", PGA_RELATIONSHIP_TREE},
    {"hierarchy", PGA_RELATIONSHIP_TREE},
    {NULL, 0},
};

static const char allowed[] =
    "Allowed: {from: orders, to: products, kind: many-to-many}, or \"users 1:n orders\".";

#define OF(field) G_STRUCT_OFFSET(PgaSpecRelationship, field)

static const PgaSpecField fields[] = {
    {"from", pga_spec_text, OF(from), NULL, 0},
    {"to", pga_spec_text, OF(to), NULL, 0},
    {"kind", pga_spec_word, OF(kind), kinds, 0},
    {"optional", pga_spec_flag, OF(optional), NULL, 0},
    {"owning", pga_spec_flag, OF(owning), NULL, 0},
    {"via", pga_spec_name, OF(via), NULL, 0},
    {"attributes", pga_spec_attributes, OF(attributes), NULL, 0},
    {"rows", pga_spec_rows, OF(rows), NULL, 0},
    {"on_delete", pga_spec_word, OF(on_delete), pga_spec_delete_actions, 0},
    {NULL, NULL, 0, NULL, 0},
};

/* "users 1:n orders" */
static gboolean
read_text(const PgaSpecValue *value, PgaSpecRelationship *relationship, GError **error)
{
    g_autofree char *text = g_strstrip(g_strdup(value->node->scalar));
    const char *first = text + strcspn(text, " \t");
    char *last = strrchr(text, ' ');
    g_autofree char *word = NULL;
    PgaYamlNode middle = *value->node;
    const PgaSpecValue kind = {value->requirements, &middle, value->at};

    if (!*first || !last || last <= first)
        return pga_spec_fail(value, allowed, error, "is no relationship");
    relationship->from = g_strndup(text, (gsize)(first - text));
    relationship->to = g_strdup(last + 1);
    *last = '\0';
    word = g_strstrip(g_strdup(first));
    middle.scalar = word;
    return pga_spec_word(&kind, &relationship->kind, kinds, error);
}

static gboolean
check_attributes(const PgaSpecValue *value, const PgaSpecRelationship *relationship, GError **error)
{
    for (guint i = 0; i < relationship->attributes->len; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(relationship->attributes, i);

        if (attribute->references &&
            !pga_spec_need_entity(value, attribute->references, attribute->at, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check(const PgaSpecValue *value, PgaSpecRelationship *relationship, gboolean kind_said,
      GError **error)
{
    if (!relationship->from || !*relationship->from)
        return pga_spec_fail_at(value, (PgaSpecPlace){0}, allowed, error, "from is missing");
    if (!relationship->to && relationship->kind == PGA_RELATIONSHIP_TREE)
        relationship->to = g_strdup(relationship->from);
    if (!relationship->to || !*relationship->to)
        return pga_spec_fail_at(value, (PgaSpecPlace){0}, allowed, error, "to is missing");
    if (!kind_said)
        return pga_spec_fail_at(value, (PgaSpecPlace){0},
                                "Allowed: one-to-one, one-to-many, many-to-one, many-to-many, "
                                "tree.",
                                error, "kind is missing");
    if (!pga_spec_need_entity(value, relationship->from, relationship->at, error) ||
        !pga_spec_need_entity(value, relationship->to, relationship->at, error))
        return FALSE;
    if (relationship->kind == PGA_RELATIONSHIP_TREE &&
        strcmp(relationship->from, relationship->to) != 0)
        return pga_spec_fail_at(value, (PgaSpecPlace){0}, NULL, error,
                                "a tree is of one entity, not of \"%s\" and \"%s\"",
                                relationship->from, relationship->to);
    return check_attributes(value, relationship, error);
}

static gboolean
read_member(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    PgaSpecRelationship *relationship = pga_requirements_add_relationship(value->requirements);
    gboolean kind_said = TRUE;

    (void)out;
    (void)with;
    relationship->at = pga_spec_place(value->node);
    if (value->node->kind == PGA_YAML_SCALAR) {
        if (!read_text(value, relationship, error))
            return FALSE;
    } else {
        if (!pga_spec_fields(value, fields, relationship, error))
            return FALSE;
        kind_said = pga_yaml_get(value->node, "kind") != NULL;
    }
    return check(value, relationship, kind_said, error);
}

gboolean
pga_spec_relationships(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)with;
    return pga_spec_expect(value, PGA_YAML_SEQUENCE, error) &&
           pga_spec_each(value, read_member, out, error);
}
