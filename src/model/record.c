/* The structs of the model made and freed by the description of their fields. */
#include "model/record.h"

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
        if (*(GPtrArray **)at)
            g_ptr_array_unref(*(GPtrArray **)at);
        break;
    case PGA_FIELD_INT16S:
    case PGA_FIELD_OIDS:
    case PGA_FIELD_DOUBLES:
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
        gpointer at = (char *)record + type->fields[i].offset;

        if (type->fields[i].type == PGA_FIELD_RECORDS)
            *(GPtrArray **)at = g_ptr_array_new();
        else if (type->fields[i].type == PGA_FIELD_RECORD)
            init(type->fields[i].record, at);
    }
}

gpointer
pga_record_new(const PgaRecordType *type)
{
    gpointer record = g_malloc0(type->size);

    init(type, record);
    return record;
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
