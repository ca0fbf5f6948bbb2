/* `entities`: a mapping or a list; each with attributes, or just rows. */
#include "requirements_internal.h"

#include <base/error.h>
#include <math.h>
#include <string.h>

#define DAY_S 86400.0

static gboolean
is_forever(const char *text)
{
    static const char *const words[] = {"forever", "never", "unlimited", "none", "infinite", NULL};
    g_autofree char *word = g_ascii_strdown(text, -1);

    return g_strv_contains(words, word);
}

/* "24 months" as SQL's interval has it, whatever the spelling. */
static char *
interval_text(double seconds)
{
    static const struct {
        double seconds;
        const char *name;
    } units[] = {{365 * DAY_S / 12, "month"},
                 {7 * DAY_S, "week"},
                 {DAY_S, "day"},
                 {3600, "hour"},
                 {60, "minute"},
                 {1, "second"}};

    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        const double n = seconds / units[i].seconds;

        if (fabs(n - round(n)) < 1e-9 && n >= 1)
            return g_strdup_printf("%.0f %s%s", round(n), units[i].name, round(n) == 1 ? "" : "s");
    }
    return g_strdup_printf("%.6f seconds", seconds);
}

static gboolean
read_retention(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const char allowed[] =
        "Allowed: forever, or a time as in 24 months, 90 days, 2 years; a plain number is days.";
    PgaSpecEntity *entity = out;
    double seconds;

    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    entity->lifetime_stated = TRUE;
    entity->lifetime_stated = TRUE;
    if (is_forever(value->node->scalar))
        return TRUE;
    if (!pga_spec_duration_text(value->node->scalar, DAY_S, &seconds))
        return pga_spec_fail(value, allowed, error, "is no length of time");
    if (seconds < 60 || seconds > 1e4 * 365 * DAY_S)
        return pga_spec_fail(value, allowed, error, "is too %s", seconds < 60 ? "short" : "long");
    entity->retention_days = seconds / DAY_S;
    g_free(entity->retention);
    entity->retention = interval_text(seconds);
    return TRUE;
}

#define OF(field) G_STRUCT_OFFSET(PgaSpecEntity, field)

static const PgaSpecField fields[] = {
    {"name", pga_spec_later, 0, NULL, 0},
    {"rows", pga_spec_rows, OF(rows), NULL, 0},
    {"growth", pga_spec_growth_share, OF(growth), NULL, 0},
    {"attributes", pga_spec_attributes, OF(attributes), NULL, 0},
    {"key", pga_spec_names, OF(key), NULL, 0},
    {"primary_key", pga_spec_names, OF(key), NULL, 0},
    {"retention", read_retention, 0, NULL, 0},
    {"lifetime", read_retention, 0, NULL, 0},
    {"append_only", pga_spec_three, OF(append_only), NULL, 0},
    {"tenant", pga_spec_text, OF(tenant), NULL, 0},
    {"partition_by", pga_spec_text, OF(partition_by), NULL, 0},
    {"comment", pga_spec_text, OF(comment), NULL, 0},
    {"description", pga_spec_text, OF(comment), NULL, 0},
    {NULL, NULL, 0, NULL, 0},
};

/* @name: of the key, or of `name` */
static gboolean
read_entity(const PgaSpecValue *value, const char *name, PgaSpecPlace place, GError **error)
{
    PgaSpecEntity *entity = pga_requirements_entity(value->requirements, name);

    if (!pga_spec_check_name(value, name, place, error))
        return FALSE;
    if (entity)
        return pga_spec_fail_at(value, place, NULL, error,
                                "entity \"%s\" is there twice, first in line %u", name,
                                entity->at.line);
    entity = pga_requirements_add_entity(value->requirements, name);
    entity->at = place;
    if (pga_spec_is_nothing(value->node))
        return TRUE;
    if (value->node->kind == PGA_YAML_SCALAR)
        return pga_spec_rows(value, &entity->rows, NULL, error);
    return pga_spec_fields(value, fields, entity, error);
}

static gboolean
read_member(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    const PgaYamlNode *name = pga_yaml_get(value->node, "name");

    (void)out;
    (void)with;
    if (value->node->kind == PGA_YAML_SCALAR) {
        PgaSpecEntity *entity = pga_requirements_entity(value->requirements, value->node->scalar);

        if (entity)
            return pga_spec_fail(value, NULL, error, "is there twice, first in line %u",
                                 entity->at.line);
        if (!pga_spec_check_name(value, value->node->scalar, pga_spec_place(value->node), error))
            return FALSE;
        entity = pga_requirements_add_entity(value->requirements, value->node->scalar);
        entity->at = pga_spec_place(value->node);
        return TRUE;
    }
    if (!name || name->kind != PGA_YAML_SCALAR)
        return pga_spec_fail_at(value, pga_spec_place(value->node),
                                "Allowed: {name: users, rows: 5M, …}.", error, "name is missing");
    return read_entity(value, name->scalar, pga_spec_place(name), error);
}

gboolean
pga_spec_entities(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    const PgaYamlNode *node = value->node;
    gboolean good = TRUE;

    (void)with;
    if (node->kind == PGA_YAML_SEQUENCE)
        return pga_spec_each(value, read_member, out, error);
    if (!pga_spec_expect(value, PGA_YAML_MAPPING, error))
        return FALSE;
    for (guint i = 0; i < node->keys->len; i++) {
        const PgaYamlPath at = {value->at, g_ptr_array_index(node->keys, i)};
        const PgaSpecValue member = {value->requirements, g_ptr_array_index(node->values, i), &at};

        GError *refused = NULL;

        if (read_entity(&member, at.key, pga_spec_key_place(node, i), &refused))
            continue;
        good = FALSE;
        pga_error_also(error, refused);
    }
    return good;
}
