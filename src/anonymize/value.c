/* Which mapping a value takes. */
#include "value_internal.h"

struct PgaValueMap {
    const PgaSnapshot *snapshot;
    PgaOwnWords own;
    PgaValueType text;
};

PgaValueMap *
pga_value_map_new(const PgaSnapshot *snapshot, const PgaAnonymizeKey *key, PgaOwnWords own)
{
    PgaValueMap *map = g_new0(PgaValueMap, 1);

    (void)key;
    map->snapshot = snapshot;
    map->own = own;
    map->text.kind = PGA_VALUE_TEXT;
    map->text.name = "text";
    return map;
}

void
pga_value_map_free(PgaValueMap *map)
{
    g_free(map);
}

const PgaValueType *
pga_value_type_of(PgaValueMap *map, const char *type)
{
    (void)type;
    return &map->text;
}

const PgaValueType *
pga_value_type_of_attribute(PgaValueMap *map, const PgaAttribute *attribute)
{
    return pga_value_type_of(map, attribute->type);
}

gboolean
pga_value_type_is_number(const PgaValueType *type)
{
    return type->kind == PGA_VALUE_INTEGER || type->kind == PGA_VALUE_NUMERIC ||
           type->kind == PGA_VALUE_FLOAT;
}

char *
pga_value_map(PgaValueMap *map, const PgaValueType *type, const char *text)
{
    (void)map;
    (void)type;
    return g_strdup(text);
}

gint64
pga_value_map_integer_shift(const PgaValueMap *map)
{
    (void)map;
    return 1;
}

gint
pga_value_map_day_shift(const PgaValueMap *map)
{
    (void)map;
    return 7;
}
