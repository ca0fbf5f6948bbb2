/* A JSON object as a struct of the model, by its table of fields: right types, numbers in range.
 * What records say of one another is asked later (pga_snapshot_validate()). */
#include <base/array_text.h>
#include <base/error.h>
#include <math.h>
#include <string.h>

#include "snapshot_internal.h"

#define MAX_MEASURE (G_GINT64_CONSTANT(1) << 56) /* bytes, rows, ages: see snapshot_validate.c */
#define MAX_DOUBLE  1e15                         /* milliseconds of 30,000 years */
#define OVERHEAD    48 /* of a block of memory, and of what points to it */

gboolean
pga_snapshot_fail(const PgaSnapshotPlace *place, const char *field, GError **error,
                  const char *format, ...)
{
    g_autofree char *why = NULL;
    va_list args;

    va_start(args, format);
    why = g_strdup_vprintf(format, args);
    va_end(args);
    pga_error_set(error, PGA_ERROR_INPUT, "the snapshot cannot be used");
    if (field)
        pga_error_detail(error, "Line %u, record \"%s\", field %s: %s.", place->line, place->record,
                         field, why);
    else if (place->record)
        pga_error_detail(error, "Line %u, record \"%s\": %s.", place->line, place->record, why);
    else
        pga_error_detail(error, "Line %u: %s.", place->line, why);
    return FALSE;
}

static gboolean
spend(PgaSnapshotPlace *place, gsize bytes, GError **error)
{
    place->memory -= (gint64)bytes + OVERHEAD;
    return place->memory >= 0 ||
           pga_snapshot_fail(place, NULL, error, "the snapshot needs more than 2 GiB of memory");
}

static gboolean
wrong_type(const PgaSnapshotPlace *place, const PgaField *field, GError **error, const char *wanted)
{
    return pga_snapshot_fail(place, field->name, error, "%s was expected", wanted);
}

/** What a number may be. */
typedef struct {
    gint64 min, max;
} Range;

static const Range any_int64 = {G_MININT64, G_MAXINT64}, any_int32 = {G_MININT32, G_MAXINT32},
                   any_int16 = {G_MININT16, G_MAXINT16}, any_oid = {0, G_MAXUINT32},
                   any_id = {0, G_MAXINT64}, any_measure = {-MAX_MEASURE, MAX_MEASURE};

static gboolean
read_integer(const PgaSnapshotPlace *place, const PgaField *field, const json_t *value,
             const Range *range, gint64 *out, GError **error)
{
    if (!json_is_integer(value))
        return wrong_type(place, field, error, "an integer");
    *out = json_integer_value(value);
    if (*out < range->min || *out > range->max)
        return pga_snapshot_fail(place, field->name, error, "%" G_GINT64_FORMAT " is out of range",
                                 *out);
    return TRUE;
}

static gboolean
read_int64(const PgaSnapshotPlace *place, const PgaField *field, const json_t *value, gint64 *at,
           GError **error)
{
    if (!pga_snapshot_is_quantity(field))
        return read_integer(place, field, value, &any_int64, at, error);
    return read_integer(place, field, value, &any_measure, at, error);
}

/* Unknown, null, is a value only where a new record has it. */
static gboolean
read_double(const PgaSnapshotPlace *place, const PgaField *field, const json_t *value, double *at,
            GError **error)
{
    double number;

    if (json_is_null(value) && isnan(*at))
        return TRUE;
    if (!json_is_number(value))
        return wrong_type(place, field, error, "a number");
    number = json_number_value(value);
    if (!isfinite(number) || fabs(number) > MAX_DOUBLE)
        return pga_snapshot_fail(place, field->name, error, "%g is out of range", number);
    *at = number;
    return TRUE;
}

static gboolean
read_char(const PgaSnapshotPlace *place, const PgaField *field, const json_t *value, char *at,
          GError **error)
{
    const char *text = json_string_value(value);

    if (!text || strlen(text) > 1 || (*text && !g_ascii_isgraph(*text)))
        return wrong_type(place, field, error, "one character");
    *at = *text;
    return TRUE;
}

static gboolean
read_string(PgaSnapshotPlace *place, const PgaField *field, const json_t *value, char **at,
            GError **error)
{
    const char *text = json_string_value(value);

    if (!text)
        return wrong_type(place, field, error, "a string");
    if (!spend(place, strlen(text), error))
        return FALSE;
    g_free(*at);
    *at = g_strdup(text);
    return TRUE;
}

static gboolean
read_strings(PgaSnapshotPlace *place, const PgaField *field, const json_t *value, GPtrArray **at,
             GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; i < json_array_size(value); i++) {
        const char *text = json_string_value(json_array_get(value, i));

        if (!text)
            return wrong_type(place, field, error, "an array of strings");
        if (!spend(place, strlen(text), error))
            return FALSE;
        g_ptr_array_add(list, g_strdup(text));
    }
    g_clear_pointer(at, g_ptr_array_unref);
    *at = g_steal_pointer(&list);
    return TRUE;
}

/* A bound of an array's elements before any is made. */
static gsize
count_commas(const char *text)
{
    gsize n = 0;

    for (const char *c = text; *c; c++)
        n += *c == ',';
    return n;
}

/* An array's text, as the server writes it. */
static gboolean
read_values(PgaSnapshotPlace *place, const PgaField *field, const json_t *value, GPtrArray **at,
            GError **error)
{
    const char *text = json_string_value(value);
    g_autoptr(GPtrArray) list = NULL;

    if (text && !spend(place, strlen(text) + OVERHEAD * count_commas(text), error))
        return FALSE;
    list = text ? pga_array_text_parse(text) : NULL;
    if (!list || g_ptr_array_find(list, NULL, NULL))
        return wrong_type(place, field, error, "the text of an array without NULLs");
    g_clear_pointer(at, g_ptr_array_unref);
    *at = g_steal_pointer(&list);
    return TRUE;
}

/* A number into an element of @list, whose size says which type it has. */
static gboolean
append_number(const PgaSnapshotPlace *place, const PgaField *field, const json_t *value,
              GArray *list, GError **error)
{
    const gboolean oids = field->type == PGA_FIELD_OIDS;
    double real = 0;
    gint64 number;

    if (field->type == PGA_FIELD_DOUBLES) {
        if (!read_double(place, field, value, &real, error))
            return FALSE;
        g_array_append_val(list, real);
        return TRUE;
    }
    if (!read_integer(place, field, value, oids ? &any_oid : &any_int16, &number, error))
        return FALSE;
    if (oids) {
        const PgaOid oid = (PgaOid)number;

        g_array_append_val(list, oid);
    } else {
        const gint16 small = (gint16)number;

        g_array_append_val(list, small);
    }
    return TRUE;
}

static gboolean
read_numbers(PgaSnapshotPlace *place, const PgaField *field, const json_t *value, GArray **at,
             GError **error)
{
    const guint size = field->type == PGA_FIELD_DOUBLES ? sizeof(double)
                       : field->type == PGA_FIELD_OIDS  ? sizeof(PgaOid)
                                                        : sizeof(gint16);
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, size);

    if (!spend(place, json_array_size(value) * size, error))
        return FALSE;
    for (gsize i = 0; i < json_array_size(value); i++)
        if (!append_number(place, field, json_array_get(value, i), list, error))
            return FALSE;
    g_clear_pointer(at, g_array_unref);
    *at = g_steal_pointer(&list);
    return TRUE;
}

/* NOLINTBEGIN(misc-no-recursion): as deep as the model's structs */
static gboolean
read_records(PgaSnapshotPlace *place, const PgaField *field, const json_t *value, GPtrArray *list,
             GError **error)
{
    for (gsize i = 0; i < json_array_size(value); i++) {
        const json_t *element = json_array_get(value, i);

        if (!json_is_object(element))
            return wrong_type(place, field, error, "an array of objects");
        if (!spend(place, field->record->size, error) ||
            !pga_snapshot_read_fields(place, field->record, element,
                                      pga_record_add(list, field->record), FALSE, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_pointer(PgaSnapshotPlace *place, const PgaField *field, const json_t *value, gpointer *at,
             GError **error)
{
    if (json_is_null(value))
        return TRUE; /* none */
    if (!json_is_object(value))
        return wrong_type(place, field, error, "an object");
    if (!spend(place, field->record->size, error))
        return FALSE;
    if (!*at)
        *at = pga_record_new(field->record);
    return pga_snapshot_read_fields(place, field->record, value, *at, FALSE, error);
}

/* What is one number. */
static gboolean
read_scalar(const PgaSnapshotPlace *place, const PgaField *field, const json_t *value, gpointer at,
            GError **error)
{
    gint64 number = 0;

    if (field->type == PGA_FIELD_BOOL) {
        if (!json_is_boolean(value))
            return wrong_type(place, field, error, "true or false");
        *(gboolean *)at = json_is_true(value);
    } else if (field->type == PGA_FIELD_INT16) {
        if (!read_integer(place, field, value, &any_int16, &number, error))
            return FALSE;
        *(gint16 *)at = (gint16)number;
    } else if (field->type == PGA_FIELD_INT32) {
        if (!read_integer(place, field, value, &any_int32, &number, error))
            return FALSE;
        *(gint32 *)at = (gint32)number;
    } else if (field->type == PGA_FIELD_OID) {
        if (!read_integer(place, field, value, &any_oid, &number, error))
            return FALSE;
        *(PgaOid *)at = (PgaOid)number;
    } else {
        if (!read_integer(place, field, value, &any_id, &number, error))
            return FALSE;
        *(guint64 *)at = (guint64)number;
    }
    return TRUE;
}

static gboolean
read_field(PgaSnapshotPlace *place, const PgaField *field, const json_t *value, gpointer at,
           GError **error)
{
    switch (field->type) {
    case PGA_FIELD_BOOL:
    case PGA_FIELD_INT16:
    case PGA_FIELD_INT32:
    case PGA_FIELD_OID:
    case PGA_FIELD_ID:
        return read_scalar(place, field, value, at, error);
    case PGA_FIELD_INT64:
        return read_int64(place, field, value, at, error);
    case PGA_FIELD_DOUBLE:
        return read_double(place, field, value, at, error);
    case PGA_FIELD_CHAR:
        return read_char(place, field, value, at, error);
    case PGA_FIELD_STRING:
        return read_string(place, field, value, at, error);
    case PGA_FIELD_RECORD:
        return json_is_object(value)
                   ? pga_snapshot_read_fields(place, field->record, value, at, FALSE, error)
                   : wrong_type(place, field, error, "an object");
    case PGA_FIELD_POINTER:
        return read_pointer(place, field, value, at, error);
    case PGA_FIELD_STRINGS:
    case PGA_FIELD_INT16S:
    case PGA_FIELD_OIDS:
    case PGA_FIELD_DOUBLES:
    case PGA_FIELD_RECORDS:
        break;
    case PGA_FIELD_STRUCTS:
    case PGA_FIELD_LINKS:
        return TRUE; /* lines of their own; nothing that is written */
    }
    if (field->type == PGA_FIELD_STRINGS && field->meaning == PGA_MEANING_VALUE)
        return read_values(place, field, value, at, error);
    if (!json_is_array(value))
        return wrong_type(place, field, error, "an array");
    if (field->type == PGA_FIELD_STRINGS)
        return read_strings(place, field, value, at, error);
    if (field->type == PGA_FIELD_RECORDS)
        return read_records(place, field, value, *(GPtrArray **)at, error);
    return read_numbers(place, field, value, at, error);
}

gboolean
pga_snapshot_read_fields(PgaSnapshotPlace *place, const PgaRecordType *type, const json_t *object,
                         gpointer record, gboolean is_section, GError **error)
{
    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];
        const json_t *value = json_object_get(object, field->name);
        const gboolean apart =
            is_section && (field->type == PGA_FIELD_RECORDS || field->type == PGA_FIELD_POINTER);

        if (value && !apart &&
            !read_field(place, field, value, (char *)record + field->offset, error))
            return FALSE;
    }
    return TRUE;
}
/* NOLINTEND(misc-no-recursion) */
