/* The fields that make a record of each type what it is. */
#include "model/identity.h"

#include "model/server.h"
#include "model/workload.h"

#define SEPARATOR "\x1f" /* no name has it in earnest, and UTF-8 keeps it one byte */

static const struct {
    const PgaRecordType *type;
    const char *fields; /* names, blanks between */
} identities[] = {
    {&pga_relation_type, "nspname relname"},
    {&pga_attribute_type, "attname"},
    {&pga_index_type, "nspname relname"},
    {&pga_constraint_type, "conrelid conname"},
    {&pga_sequence_type, "nspname relname"},
    {&pga_type_type, "nspname typname"},
    {&pga_extension_type, "extname"},
    {&pga_setting_type, "name"},
    {&pga_object_type, "name"},
    {&pga_relation_extra_type, "nspname relname"},
    {&pga_attribute_extra_type, "relation attname"},
    {&pga_namespace_type, "nspname"},
    {&pga_role_type, "rolname"},
    {&pga_tablespace_type, "spcname"},
    {&pga_role_setting_type, "rolname in_database name"},
    {&pga_publication_type, "pubname"},
    {&pga_schema_detail_type, "kind name"},
    {&pga_database_type, "datname"},
    {&pga_replication_slot_type, "slot_name"},
    {&pga_subscription_type, "datname subname"},
    {&pga_io_statistics_type, "backend_type context"},
    {&pga_workload_statement_type, "queryid usename toplevel"},
};

static void
add_relation(GString *out, PgaOid oid, const PgaCatalog *catalog)
{
    const PgaRelation *relation = pga_catalog_relation(catalog, oid);
    g_autofree char *name = relation ? pga_relation_display(relation, NULL) : NULL;

    g_string_append(out, name ? name : "?");
}

static void
add_field(GString *out, const PgaField *field, gconstpointer at, const PgaCatalog *catalog)
{
    if (field->type == PGA_FIELD_STRING)
        g_string_append(out, *(char *const *)at ? *(char *const *)at : "");
    else if (field->type == PGA_FIELD_OID)
        add_relation(out, *(const PgaOid *)at, catalog);
    else if (field->type == PGA_FIELD_INT64)
        g_string_append_printf(out, "%" G_GINT64_FORMAT, *(const gint64 *)at);
    else
        g_string_append(out, *(const gboolean *)at ? "t" : "f");
    g_string_append(out, SEPARATOR);
}

static const PgaField *
find_field(const PgaRecordType *type, const char *name)
{
    for (guint i = 0; i < type->n_fields; i++)
        if (g_str_equal(type->fields[i].name, name))
            return &type->fields[i];
    g_return_val_if_reached(NULL);
}

char *
pga_record_identity(const PgaRecordType *type, gconstpointer record, const PgaCatalog *catalog)
{
    GString *out = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(identities); i++) {
        g_auto(GStrv) names = NULL;

        if (identities[i].type != type)
            continue;
        out = g_string_new(NULL);
        names = g_strsplit(identities[i].fields, " ", -1);
        for (guint j = 0; names[j]; j++) {
            const PgaField *field = find_field(type, names[j]);

            add_field(out, field, (const char *)record + field->offset, catalog);
        }
    }
    return out ? g_string_free(out, FALSE) : NULL;
}
