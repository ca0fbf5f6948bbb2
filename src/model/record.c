/* The structs of the model made and freed by the description of their fields. */
#include "model/record.h"

/* NOLINTBEGIN(misc-no-recursion): as deep as the model's structs */
static void clear(const PgaRecordType *type, gpointer record);

static void
free_records(GPtrArray *list, const PgaRecordType *type)
{
    for (guint i = 0; list && i < list->len; i++)
        pga_record_free(type, g_ptr_array_index(list, i));
    if (list)
        g_ptr_array_unref(list);
}

static void
clear_field(const PgaField *field, gpointer at)
{
    switch (field->type) {
    case PGA_FIELD_STRING:
        g_free(*(char **)at);
        break;
    case PGA_FIELD_STRINGS:
    case PGA_FIELD_LINKS:
        if (*(GPtrArray **)at)
            g_ptr_array_unref(*(GPtrArray **)at);
        break;
    case PGA_FIELD_INT16S:
    case PGA_FIELD_OIDS:
    case PGA_FIELD_DOUBLES:
    case PGA_FIELD_STRUCTS:
        if (*(GArray **)at)
            g_array_unref(*(GArray **)at);
        break;
    case PGA_FIELD_RECORD:
        clear(field->record, at);
        break;
    case PGA_FIELD_POINTER:
        pga_record_free(field->record, *(gpointer *)at);
        break;
    case PGA_FIELD_RECORDS:
        free_records(*(GPtrArray **)at, field->record);
        break;
    case PGA_FIELD_BOOL:
    case PGA_FIELD_CHAR:
    case PGA_FIELD_INT16:
    case PGA_FIELD_INT32:
    case PGA_FIELD_INT64:
    case PGA_FIELD_DOUBLE:
    case PGA_FIELD_OID:
    case PGA_FIELD_ID:
        break;
    }
}

static void
clear(const PgaRecordType *type, gpointer record)
{
    for (guint i = 0; i < type->n_fields; i++)
        clear_field(&type->fields[i], (char *)record + type->fields[i].offset);
}

static void
init(const PgaRecordType *type, gpointer record)
{
    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];
        gpointer at = (char *)record + field->offset;

        if (field->type == PGA_FIELD_RECORDS || field->type == PGA_FIELD_LINKS)
            *(GPtrArray **)at = g_ptr_array_new();
        else if (field->type == PGA_FIELD_STRUCTS)
            *(GArray **)at = g_array_new(FALSE, FALSE, (guint)field->record->size);
        else if (field->type == PGA_FIELD_RECORD)
            init(field->record, at);
    }
    if (type->init)
        type->init(record);
}

gpointer
pga_record_new(const PgaRecordType *type)
{
    gpointer record = g_malloc0(type->size);

    init(type, record);
    return record;
}

static GPtrArray *
copy_strings(const GPtrArray *list)
{
    GPtrArray *copy = list ? g_ptr_array_new_with_free_func(g_free) : NULL;

    for (guint i = 0; list && i < list->len; i++)
        g_ptr_array_add(copy, g_strdup(g_ptr_array_index(list, i)));
    return copy;
}

static GPtrArray *
copy_records(const GPtrArray *list, const PgaRecordType *type)
{
    GPtrArray *copy = g_ptr_array_sized_new(list->len);

    for (guint i = 0; i < list->len; i++)
        g_ptr_array_add(copy, pga_record_copy(type, g_ptr_array_index(list, i)));
    return copy;
}

static void copy_owned(const PgaRecordType *type, gpointer record);

/* @at holds what the original owns. */
static void
copy_field(const PgaField *field, gpointer at)
{
    switch (field->type) {
    case PGA_FIELD_STRING:
        *(char **)at = g_strdup(*(char **)at);
        break;
    case PGA_FIELD_STRINGS:
        *(GPtrArray **)at = copy_strings(*(GPtrArray **)at);
        break;
    case PGA_FIELD_INT16S:
    case PGA_FIELD_OIDS:
    case PGA_FIELD_DOUBLES:
    case PGA_FIELD_STRUCTS:
        if (*(GArray **)at)
            *(GArray **)at = g_array_copy(*(GArray **)at);
        break;
    case PGA_FIELD_RECORD:
        copy_owned(field->record, at);
        break;
    case PGA_FIELD_POINTER:
        if (*(gpointer *)at)
            *(gpointer *)at = pga_record_copy(field->record, *(gpointer *)at);
        break;
    case PGA_FIELD_RECORDS:
        *(GPtrArray **)at = copy_records(*(GPtrArray **)at, field->record);
        break;
    case PGA_FIELD_LINKS:
        *(GPtrArray **)at = g_ptr_array_new();
        break;
    case PGA_FIELD_BOOL:
    case PGA_FIELD_CHAR:
    case PGA_FIELD_INT16:
    case PGA_FIELD_INT32:
    case PGA_FIELD_INT64:
    case PGA_FIELD_DOUBLE:
    case PGA_FIELD_OID:
    case PGA_FIELD_ID:
        break;
    }
}

static void
copy_owned(const PgaRecordType *type, gpointer record)
{
    for (guint i = 0; i < type->n_fields; i++)
        copy_field(&type->fields[i], (char *)record + type->fields[i].offset);
}

gpointer
pga_record_copy(const PgaRecordType *type, gconstpointer record)
{
    gpointer copy = g_memdup2(record, type->size);

    copy_owned(type, copy);
    return copy;
}

gpointer
pga_record_add(GPtrArray *list, const PgaRecordType *type)
{
    gpointer record = pga_record_new(type);

    g_ptr_array_add(list, record);
    return record;
}

void
pga_record_free(const PgaRecordType *type, gpointer record)
{
    if (!record)
        return;
    clear(type, record);
    g_free(record);
}
/* NOLINTEND(misc-no-recursion) */
