/* A struct of the model as a JSON object, by its table of fields. What is as in a new record is
 * left out: that is what a reader begins with. */
#include "snapshot_internal.h"

#include <base/array_text.h>
#include <math.h>
#include <string.h>

/* A server whose encoding is SQL_ASCII sends any bytes. */
static json_t *
string(const char *text)
{
    g_autofree char *valid = g_utf8_validate(text, -1, NULL) ? NULL : g_utf8_make_valid(text, -1);

    return json_string_nocheck(valid ? valid : text);
}

static json_t *
strings(const GPtrArray *list)
{
    json_t *array = list ? json_array() : NULL;

    for (guint i = 0; list && i < list->len; i++)
        json_array_append_new(array, string(g_ptr_array_index(list, i)));
    return array;
}

/* Values of columns stand as the server writes an array of them. */
static json_t *
values(const GPtrArray *list)
{
    g_autofree char *text = list ? pga_array_text_format(list) : NULL;

    return text ? string(text) : NULL;
}

static json_t *
numbers(const PgaField *field, const GArray *list)
{
    json_t *array = list ? json_array() : NULL;

    for (guint i = 0; list && i < list->len; i++)
        json_array_append_new(
            array, field->type == PGA_FIELD_DOUBLES ? json_real(g_array_index(list, double, i))
                   : field->type == PGA_FIELD_OIDS  ? json_integer(g_array_index(list, PgaOid, i))
                                                    : json_integer(g_array_index(list, gint16, i)));
    return array;
}

/* NOLINTBEGIN(misc-no-recursion): as deep as the model's structs */
static json_t *
records(const GPtrArray *list, const PgaRecordType *type)
{
    json_t *array = json_array();

    for (guint i = 0; i < list->len; i++)
        json_array_append_new(array,
                              pga_snapshot_record_json(type, g_ptr_array_index(list, i), FALSE));
    return array;
}

static json_t *
character(char c)
{
    const char text[] = {c, '\0'};

    return json_string(text);
}

/* No JSON says infinity: the largest number that a reader takes stands for it. */
static json_t *
real(double number)
{
    if (isnan(number))
        return NULL;
    return json_real(CLAMP(number, -1e15, 1e15));
}

/* (nullable): NULL: there is nothing to say */
static json_t *
value(const PgaField *field, gconstpointer at)
{
    switch (field->type) {
    case PGA_FIELD_BOOL:
        return json_boolean(*(const gboolean *)at);
    case PGA_FIELD_CHAR:
        return character(*(const char *)at);
    case PGA_FIELD_INT16:
        return json_integer(*(const gint16 *)at);
    case PGA_FIELD_INT32:
        return json_integer(*(const gint32 *)at);
    case PGA_FIELD_INT64:
        return json_integer(*(const gint64 *)at);
    case PGA_FIELD_DOUBLE:
        return real(*(const double *)at);
    case PGA_FIELD_OID:
        return json_integer(*(const PgaOid *)at);
    case PGA_FIELD_ID:
        return json_integer((json_int_t) * (const guint64 *)at);
    case PGA_FIELD_STRING:
        return *(char *const *)at ? string(*(char *const *)at) : NULL;
    case PGA_FIELD_STRINGS:
        return field->meaning == PGA_MEANING_VALUE ? values(*(GPtrArray *const *)at)
                                                   : strings(*(GPtrArray *const *)at);
    case PGA_FIELD_INT16S:
    case PGA_FIELD_OIDS:
    case PGA_FIELD_DOUBLES:
        return numbers(field, *(GArray *const *)at);
    case PGA_FIELD_RECORD:
        return pga_snapshot_record_json(field->record, at, FALSE);
    case PGA_FIELD_POINTER:
        return *(const gpointer *)at
                   ? pga_snapshot_record_json(field->record, *(const gpointer *)at, FALSE)
                   : NULL;
    case PGA_FIELD_RECORDS:
        return records(*(GPtrArray *const *)at, field->record);
    case PGA_FIELD_STRUCTS:
    case PGA_FIELD_LINKS:
        break;
    }
    return NULL;
}

static gsize
size_of(PgaFieldType type)
{
    if (type == PGA_FIELD_CHAR)
        return sizeof(char);
    if (type == PGA_FIELD_INT16)
        return sizeof(gint16);
    return type == PGA_FIELD_BOOL || type == PGA_FIELD_INT32 || type == PGA_FIELD_OID
               ? sizeof(gint32)
               : sizeof(gint64); /* pointers, too: NULL is NULL */
}

/* Also two empty lists: those of a new record are its own. */
static gboolean
is_initial(const PgaField *field, gconstpointer at, gconstpointer fresh)
{
    if (field->type == PGA_FIELD_RECORD)
        return FALSE;
    if (memcmp(at, fresh, size_of(field->type)) == 0)
        return TRUE;
    if (field->type == PGA_FIELD_STRINGS || field->type == PGA_FIELD_RECORDS)
        return *(GPtrArray *const *)at && *(GPtrArray *const *)fresh &&
               (*(GPtrArray *const *)at)->len == 0;
    if (field->type == PGA_FIELD_INT16S || field->type == PGA_FIELD_OIDS ||
        field->type == PGA_FIELD_DOUBLES)
        return *(GArray *const *)at && *(GArray *const *)fresh && (*(GArray *const *)at)->len == 0;
    return FALSE;
}

static void
add_field(json_t *object, const PgaField *field, gconstpointer at)
{
    json_t *written = value(field, at);

    if (written && (field->type != PGA_FIELD_RECORD || json_object_size(written) > 0))
        json_object_set_new_nocheck(object, field->name, written);
    else
        json_decref(written);
}

json_t *
pga_snapshot_record_json(const PgaRecordType *type, gconstpointer record, gboolean is_section)
{
    gpointer fresh = is_section ? NULL : pga_record_new(type);
    json_t *object = json_object();

    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];
        gconstpointer at = (const char *)record + field->offset;
        const gboolean apart =
            is_section && (field->type == PGA_FIELD_RECORDS || field->type == PGA_FIELD_POINTER);

        if (!apart && !(fresh && is_initial(field, at, (const char *)fresh + field->offset)))
            add_field(object, field, at);
    }
    pga_record_free(type, fresh);
    return object;
}
/* NOLINTEND(misc-no-recursion) */
