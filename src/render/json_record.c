/* Structs as JSON objects by a table of their fields. */
#include "json_record_internal.h"

static json_t *
value(gconstpointer at, PgaJsonKind kind)
{
    switch (kind) {
    case PGA_JSON_TEXT:
        return pga_json_string(*(char *const *)at);
    case PGA_JSON_WORDS:
        return *(GPtrArray *const *)at ? pga_json_strings(*(GPtrArray *const *)at) : json_array();
    case PGA_JSON_KNOWN:
        return *(const double *)at < 0 ? json_null() : pga_json_real(*(const double *)at);
    case PGA_JSON_REAL:
        return pga_json_real(*(const double *)at);
    case PGA_JSON_COUNT:
        return json_integer(*(const guint *)at);
    case PGA_JSON_INT64:
        return pga_json_count(*(const gint64 *)at);
    case PGA_JSON_FLAG:
    default:
        return json_boolean(*(const gboolean *)at);
    }
}

void
pga_json_set_record(json_t *object, gconstpointer record, const PgaJsonField *fields)
{
    for (; fields->key; fields++)
        json_object_set_new(object, fields->key,
                            value((const char *)record + fields->offset, fields->kind));
}

json_t *
pga_json_record(gconstpointer record, const PgaJsonField *fields)
{
    json_t *object = json_object();

    pga_json_set_record(object, record, fields);
    return object;
}

json_t *
pga_json_records(const GPtrArray *records, const PgaJsonField *fields)
{
    json_t *array = json_array();

    for (guint i = 0; records && i < records->len; i++)
        json_array_append_new(array, pga_json_record(g_ptr_array_index(records, i), fields));
    return array;
}
