/* Values of a stranger's snapshot: whatever stands where a value should is mapped or refused; what
 * is mapped is what it was, and the same each time. The first byte chooses the type. */
#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "value_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const types[] = {
    "text",         "integer",   "smallint",      "numeric",
    "numeric(5,2)", "real",      "date",          "timestamp with time zone",
    "uuid",         "bytea",     "inet",          "cidr",
    "json",         "jsonb",     "text[]",        "integer[]",
    "tsrange",      "int4range", "nummultirange", "tsvector",
    "tsquery",      "hstore",    "fuzz.pair",     "fuzz.pair[]",
};

static PgaSnapshot *
snapshot_new(void)
{
    PgaSnapshot *snapshot = pga_snapshot_new();
    PgaObject *pair = pga_objects_add(snapshot->objects, PGA_OBJECT_ID(PGA_CLASS_TYPE, 1));

    pair->nspname = g_strdup("fuzz");
    pair->objname = g_strdup("pair");
    pair->definition = g_strdup("CREATE TYPE fuzz.pair AS (a jsonb, b text[])");
    return snapshot;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_new();
    PgaAnonymizeKey key;
    g_autoptr(PgaValueMap) map = NULL;
    g_autofree char *text = NULL, *mapped = NULL, *again = NULL;
    const PgaValueType *type;

    if (size == 0)
        return 0;
    g_assert_true(pga_anonymize_key_init(&key, (const guint8 *)"sixteen bytes, so", 17, NULL));
    map = pga_value_map_new(snapshot, &key, (PgaOwnWords){NULL, NULL});
    type = pga_value_type_of(map, types[data[0] % G_N_ELEMENTS(types)]);
    text = g_strndup((const char *)data + 1, size - 1);
    mapped = pga_value_map(map, type, text);
    again = pga_value_map(map, type, text);
    g_assert_cmpstr(mapped, ==, again);
    if (mapped && g_utf8_validate(text, -1, NULL))
        g_assert_true(g_utf8_validate(mapped, -1, NULL));
    if (type->kind == PGA_VALUE_TEXT)
        g_assert_cmpuint(strlen(mapped), ==, strlen(text));
    return 0;
}
