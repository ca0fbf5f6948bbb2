/* Which mapping a value takes. */
#include "value_internal.h"

#include <string.h>

#include "cipher_internal.h"
#include "dates_internal.h"
#include "inet_internal.h"
#include "numbers_internal.h"
#include "parts_internal.h"
#include "shifts_internal.h"

enum { DEPTH_MAX = 16 }; /* of values in values: deeper ones are left out */

struct PgaValueMap {
    PgaTypeNames *names;
    PgaTextCipher texts;
    PgaSipKey hex, inet;
    PgaShifts shifts;
    guint depth;
};

/* What a pseudonym may be made of: the clone's encoding is the source's. */
static PgaCharacters
characters_of(const char *encoding)
{
    static const char *const latin[] = {"LATIN1", "LATIN9", "WIN1252"};

    if (!encoding || g_str_equal(encoding, "UTF8") || g_str_equal(encoding, "SQL_ASCII"))
        return PGA_CHARACTERS_ALL;
    for (guint i = 0; i < G_N_ELEMENTS(latin); i++)
        if (g_str_equal(encoding, latin[i]))
            return PGA_CHARACTERS_LATIN;
    return PGA_CHARACTERS_NONE;
}

PgaValueMap *
pga_value_map_new(const PgaSnapshot *snapshot, const PgaAnonymizeKey *key, PgaOwnWords own)
{
    PgaValueMap *map = g_new0(PgaValueMap, 1);

    map->names = pga_type_names_new(snapshot);
    map->texts.key = pga_anonymize_key_derive(key, "texts");
    map->texts.characters = characters_of(snapshot->objects->encoding);
    map->texts.own = own;
    map->hex = pga_anonymize_key_derive(key, "hexadecimal digits");
    map->inet = pga_anonymize_key_derive(key, "addresses");
    map->shifts = pga_shifts_choose(snapshot, key, map->names);
    return map;
}

void
pga_value_map_free(PgaValueMap *map)
{
    if (!map)
        return;
    pga_type_names_free(map->names);
    g_free(map);
}

const PgaValueType *
pga_value_type_of(PgaValueMap *map, const char *type)
{
    return pga_type_names_lookup(map->names, type);
}

const PgaValueType *
pga_value_type_of_attribute(PgaValueMap *map, const PgaAttribute *attribute)
{
    if (attribute->basetype)
        return pga_value_type_of(map, attribute->basetype);
    return pga_value_type_of(map, attribute->type ? attribute->type : "");
}

gboolean
pga_value_type_is_number(const PgaValueType *type)
{
    return type->kind == PGA_VALUE_INTEGER || type->kind == PGA_VALUE_NUMERIC ||
           type->kind == PGA_VALUE_FLOAT;
}

gint64
pga_value_type_shift(const PgaValueMap *map, const PgaValueType *type)
{
    if (!pga_value_type_is_number(type))
        return 0;
    if (type->digits >= 0)
        return map->shifts.narrow[MIN(type->digits, PGA_SHIFT_DIGITS - 1)];
    return map->shifts.integer;
}

gint64
pga_value_map_integer_shift(const PgaValueMap *map)
{
    return map->shifts.integer;
}

gint
pga_value_map_day_shift(const PgaValueMap *map)
{
    return map->shifts.days;
}

gboolean
pga_value_map_is_tight(const PgaValueMap *map)
{
    return map->shifts.tight;
}

gboolean
pga_value_map_masks_letters(const PgaValueMap *map)
{
    return map->texts.characters != PGA_CHARACTERS_ALL;
}

/* One byte of bytea's older form, "abc\000\\", as two digits. */
static gboolean
read_escaped(const char **at, const char *end, GString *digits)
{
    guint value = 0;

    if (**at != '\\') {
        g_string_append_printf(digits, "%02x", (guint)(guint8) * (*at)++);
        return TRUE;
    }
    if (end - *at >= 2 && (*at)[1] == '\\') {
        g_string_append(digits, "5c");
        *at += 2;
        return TRUE;
    }
    if (end - *at < 4)
        return FALSE;
    for (guint i = 1; i <= 3; i++) {
        if ((*at)[i] < '0' || (*at)[i] > '7')
            return FALSE;
        value = value * 8 + (guint)((*at)[i] - '0');
    }
    g_string_append_printf(digits, "%02x", value & 0xff);
    *at += 4;
    return TRUE;
}

static gboolean
map_bytea(const PgaSipKey *key, const char *text, gsize length, GString *out)
{
    g_autoptr(GString) digits = g_string_new(NULL);
    const char *const end = text + length;

    if (length >= 2 && text[0] == '\\' && (text[1] == 'x' || text[1] == 'X')) {
        g_string_append_len(out, text, 2);
        pga_cipher_hex(key, text + 2, length - 2, out);
        return TRUE;
    }
    while (text < end)
        if (!read_escaped(&text, end, digits))
            return FALSE;
    g_string_append(out, "\\x");
    pga_cipher_hex(key, digits->str, digits->len, out);
    return TRUE;
}

static gboolean
map_hex(const PgaValueMap *map, const PgaValueType *type, const char *text, gsize length,
        GString *out)
{
    if (g_str_equal(type->name, "bytea"))
        return map_bytea(&map->hex, text, length, out);
    pga_cipher_hex(&map->hex, text, length, out);
    return TRUE;
}

/* NOLINTBEGIN(misc-no-recursion): of values in values, see DEPTH_MAX */
static gboolean
append_parts(PgaValueMap *map, const PgaValueType *type, const char *text, gsize length,
             GString *out)
{
    switch (type->kind) {
    case PGA_VALUE_JSON:
    case PGA_VALUE_JSONB:
        return pga_json_map(&map->texts, map->shifts.integer, text, length, out);
    case PGA_VALUE_ARRAY:
        return pga_array_map(map, type->element, text, length, out);
    case PGA_VALUE_RANGE:
        return pga_range_map(map, type->element, text, length, out);
    case PGA_VALUE_MULTIRANGE:
        return pga_multirange_map(map, type->element, text, length, out);
    case PGA_VALUE_COMPOSITE:
        return pga_composite_map(map, type->members, text, length, out);
    case PGA_VALUE_TSVECTOR:
        return pga_tsvector_map(&map->texts, text, length, out);
    case PGA_VALUE_TSQUERY:
        return pga_tsquery_map(&map->texts, text, length, out);
    case PGA_VALUE_HSTORE:
        return pga_hstore_map(&map->texts, text, length, out);
    case PGA_VALUE_UNKNOWN:
    case PGA_VALUE_KEPT:
    case PGA_VALUE_TEXT:
    case PGA_VALUE_INTEGER:
    case PGA_VALUE_NUMERIC:
    case PGA_VALUE_FLOAT:
    case PGA_VALUE_DATE:
    case PGA_VALUE_TIMESTAMP:
    case PGA_VALUE_HEX:
    case PGA_VALUE_INET:
    default:
        return FALSE;
    }
}

static gboolean
append(PgaValueMap *map, const PgaValueType *type, const char *text, gsize length, GString *out)
{
    const gint64 shift = pga_value_type_shift(map, type);

    switch (type->kind) {
    case PGA_VALUE_KEPT:
        g_string_append_len(out, text, (gssize)length);
        return TRUE;
    case PGA_VALUE_TEXT:
        pga_cipher_text(&map->texts, text, length, out);
        return TRUE;
    case PGA_VALUE_INTEGER:
        return pga_integer_shift(text, length, type->bits, shift, out);
    case PGA_VALUE_NUMERIC:
        return pga_numeric_shift(text, length, shift, out);
    case PGA_VALUE_FLOAT:
        return pga_float_shift(text, length, type->bits, shift, out);
    case PGA_VALUE_DATE:
    case PGA_VALUE_TIMESTAMP:
        return pga_date_shift(text, length, map->shifts.days, out);
    case PGA_VALUE_HEX:
        return map_hex(map, type, text, length, out);
    case PGA_VALUE_INET:
        return pga_inet_map(&map->inet, text, length, out);
    case PGA_VALUE_UNKNOWN:
    case PGA_VALUE_JSON:
    case PGA_VALUE_JSONB:
    case PGA_VALUE_ARRAY:
    case PGA_VALUE_RANGE:
    case PGA_VALUE_MULTIRANGE:
    case PGA_VALUE_TSVECTOR:
    case PGA_VALUE_TSQUERY:
    case PGA_VALUE_HSTORE:
    case PGA_VALUE_COMPOSITE:
    default:
        return append_parts(map, type, text, length, out);
    }
}

gboolean
pga_value_append(PgaValueMap *map, const PgaValueType *type, const char *text, gsize length,
                 GString *out)
{
    const gsize start = out->len;
    gboolean known;

    if (map->depth >= DEPTH_MAX)
        return FALSE;
    map->depth++;
    known = append(map, type, text, length, out);
    map->depth--;
    if (!known)
        g_string_truncate(out, start);
    return known;
}
/* NOLINTEND(misc-no-recursion) */

char *
pga_value_map(PgaValueMap *map, const PgaValueType *type, const char *text)
{
    g_autoptr(GString) out = g_string_sized_new(64);

    if (!pga_value_append(map, type, text, strlen(text), out))
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
