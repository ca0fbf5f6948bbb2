/* "500GB (5M users, 50M orders)", "2 TB", "50M rows", or {size: 500GB, rows: {users: 5M}}. */
#include "requirements_internal.h"

#include <base/error.h>
#include <base/text.h>
#include <math.h>
#include <string.h>

static const char allowed[] = "Allowed: a size and rows, as in \"500GB (5M users, 50M orders)\", "
                              "\"2 TB\", \"50M rows\", or {size: 500GB, rows: {users: 5M}}.";

/* Entities of the volume that `entities` does not name are known by name only. A name that is
 * nearly another one's is taken for a slip. */
static gboolean
take_rows(const PgaSpecValue *value, const char *name, PgaSpecPlace place, double rows,
          GError **error)
{
    PgaRequirements *requirements = value->requirements;
    PgaSpecEntity *entity = pga_requirements_entity(requirements, name);

    if (!entity) {
        if (!pga_spec_check_name(value, name, place, error))
            return FALSE;
        entity = pga_requirements_add_entity(requirements, name);
        entity->at = place;
    }
    if (entity->rows >= 0 && entity->rows != rows)
        return pga_spec_fail_at(value, place, NULL, error,
                                "%.0f rows of %s, but its own \"rows\" says %.0f (line %u)", rows,
                                name, entity->rows, entity->at.line);
    entity->rows = rows;
    return TRUE;
}

/* Whether a slip made @name out of a name of `entities`, the first @n_declared. */
static gboolean
check_slip(const PgaSpecValue *value, const char *name, PgaSpecPlace place, guint n_declared,
           GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *closest;

    if (n_declared == 0 || pga_requirements_entity(value->requirements, name))
        return TRUE;
    for (guint i = 0; i < n_declared; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(value->requirements->entities, i);

        g_ptr_array_add(names, entity->name);
    }
    g_ptr_array_add(names, NULL);
    closest = pga_text_closest(name, (const char *const *)names->pdata);
    if (!closest)
        return TRUE;
    pga_spec_fail_at(value, place, "Allowed: names of entities.", error,
                     "entity \"%s\" does not exist", name);
    pga_error_hint(error, "Did you mean \"%s\"?", closest);
    return FALSE;
}

typedef struct {
    const PgaSpecValue *value;
    guint n_declared; /* entities that `entities` names */
} Volume;

/* Whether @unit, behind a number, is one of bytes: "GB", "TiB". */
static gboolean
is_bytes_unit(const char *unit)
{
    gint64 bytes;
    g_autofree char *one = g_strconcat("1", unit, NULL);

    return strlen(unit) > 1 && g_ascii_tolower(unit[strlen(unit) - 1]) == 'b' &&
           pga_spec_bytes_text(one, FALSE, &bytes);
}

/* One of the parts between commas and brackets: a size, or rows of something. */
static gboolean
take_part(const Volume *volume, const char *part, GError **error)
{
    const PgaSpecValue *value = volume->value;
    PgaRequirements *requirements = value->requirements;
    const PgaSpecPlace place = pga_spec_place(value->node);
    g_autofree char *name = NULL;
    const char *rest;
    double rows;
    gint64 bytes;

    if (pga_spec_number(part, &rows, &rest) && is_bytes_unit(rest)) {
        if (requirements->bytes >= 0)
            return pga_spec_fail(value, allowed, error, "says two sizes");
        if (!pga_spec_bytes_text(part, FALSE, &bytes))
            return pga_spec_fail(value, allowed, error, "is too large");
        requirements->bytes = bytes;
        return bytes > 0 || pga_spec_fail(value, allowed, error, "must be above 0");
    }
    if (*part == '-')
        return pga_spec_fail(value, allowed, error, "is negative");
    if (!pga_spec_count_text(part, &rows, &rest) || !*rest)
        return pga_spec_fail(value, allowed, error, "is not understood at \"%.40s\"", part);
    if (rows > 9e15 || rows != floor(rows))
        return pga_spec_fail(value, allowed, error, "is not understood at \"%.40s\"", part);
    if (!g_ascii_strcasecmp(rest, "rows")) {
        requirements->rows = rows;
        return TRUE;
    }
    name = g_strdelimit(g_strdup(rest), " \t", '_');
    return check_slip(value, name, place, volume->n_declared, error) &&
           take_rows(value, name, place, rows, error);
}

static gboolean
read_text(const Volume *volume, GError **error)
{
    g_autoptr(GRegex) between =
        g_regex_new("[();:+\\n]|,(?!\\d{3}(?!\\d))|\\s(?:and|with|of|in)\\s", 0, 0, NULL);
    g_auto(GStrv) parts = g_regex_split(between, volume->value->node->scalar, 0);
    guint n = 0;

    for (guint i = 0; parts[i]; i++) {
        g_strstrip(parts[i]);
        if (!*parts[i])
            continue;
        if (!take_part(volume, parts[i], error))
            return FALSE;
        n++;
    }
    return n > 0 || pga_spec_fail(volume->value, allowed, error, "is empty");
}

static gboolean
read_rows(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    const Volume *volume = with;

    (void)out;
    if (value->node->kind == PGA_YAML_SCALAR)
        return pga_spec_rows(value, &value->requirements->rows, NULL, error);
    if (!pga_spec_expect(value, PGA_YAML_MAPPING, error))
        return FALSE;
    for (guint i = 0; i < value->node->keys->len; i++) {
        const PgaYamlPath at = {value->at, g_ptr_array_index(value->node->keys, i)};
        const PgaSpecValue member = {value->requirements, g_ptr_array_index(value->node->values, i),
                                     &at};
        const PgaSpecPlace place = pga_spec_key_place(value->node, i);
        double rows = 0;

        if (!check_slip(value, at.key, place, volume->n_declared, error) ||
            !pga_spec_rows(&member, &rows, NULL, error) ||
            !take_rows(value, at.key, place, rows, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_spec_volume(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    const Volume volume = {value, value->requirements->entities->len};
    const PgaSpecField fields[] = {
        {"size", pga_spec_storage_bytes, G_STRUCT_OFFSET(PgaRequirements, bytes), NULL, 0},
        {"rows", read_rows, 0, &volume, 0},
        {NULL, NULL, 0, NULL, 0},
    };

    (void)out;
    (void)with;
    if (value->node->kind == PGA_YAML_MAPPING)
        return pga_spec_fields(value, fields, value->requirements, error);
    return pga_spec_expect(value, PGA_YAML_SCALAR, error) && read_text(&volume, error);
}
