/* What compared records are called, what they are parts of, and which are nobody's business. */
#include "difference_internal.h"

#include <base/text.h>
#include <string.h>

/** Settings that two servers cannot share, or that our own session has. */
static const char *const own_settings[] = {"application_name",
                                           "client_encoding",
                                           "cluster_name",
                                           "config_file",
                                           "data_directory",
                                           "external_pid_file",
                                           "hba_file",
                                           "ident_file",
                                           "in_hot_standby",
                                           "port",
                                           "server_version",
                                           "server_version_num",
                                           "transaction_isolation",
                                           "transaction_read_only",
                                           "transaction_deferrable",
                                           "unix_socket_directories",
                                           NULL};

static char *
of_relation(const PgaCatalog *catalog, PgaOid oid)
{
    const PgaRelation *relation = pga_catalog_relation(catalog, oid);

    return relation ? pga_relation_display(relation, NULL) : NULL;
}

/* A materialized view is a relation and an object. */
static char *
of_object(const PgaCatalog *catalog, const PgaObject *object)
{
    return of_relation(catalog, PGA_OBJECT_CLASS(object->id) == PGA_CLASS_RELATION
                                    ? PGA_OBJECT_OID(object->id)
                                    : object->relation);
}

char *
pga_difference_whole(const PgaRecordType *type, gconstpointer record, const PgaCatalog *catalog)
{
    if (type == &pga_index_type)
        return of_relation(catalog, ((const PgaIndex *)record)->indrelid);
    if (type == &pga_constraint_type)
        return of_relation(catalog, ((const PgaConstraint *)record)->conrelid);
    if (type == &pga_sequence_type)
        return of_relation(catalog, ((const PgaSequence *)record)->owner_relid);
    if (type == &pga_object_type)
        return of_object(catalog, record);
    if (type == &pga_schema_detail_type)
        return of_relation(catalog, ((const PgaSchemaDetail *)record)->relation);
    return type == &pga_attribute_extra_type
               ? of_relation(catalog, ((const PgaAttributeExtra *)record)->relation)
               : NULL;
}

char *
pga_difference_name(const PgaRecordType *type, gconstpointer record, const PgaCatalog *catalog)
{
    g_autofree char *whole = pga_difference_whole(type, record, catalog);

    if (type == &pga_relation_type)
        return pga_relation_display(record, NULL);
    if (type == &pga_constraint_type)
        return g_strdup_printf("%s of %s", ((const PgaConstraint *)record)->conname, whole);
    if (type == &pga_attribute_extra_type)
        return g_strdup_printf("%s.%s", whole ? whole : "?",
                               ((const PgaAttributeExtra *)record)->attname);
    if (type == &pga_object_type)
        return g_strdup(((const PgaObject *)record)->name);
    if (type == &pga_index_type)
        return pga_quote_qualified(((const PgaIndex *)record)->nspname,
                                   ((const PgaIndex *)record)->relname);
    if (type == &pga_sequence_type)
        return pga_quote_qualified(((const PgaSequence *)record)->nspname,
                                   ((const PgaSequence *)record)->relname);
    if (type == &pga_relation_extra_type)
        return pga_quote_qualified(((const PgaRelationExtra *)record)->nspname,
                                   ((const PgaRelationExtra *)record)->relname);
    if (type == &pga_schema_detail_type)
        return g_strdup_printf("%s %s", ((const PgaSchemaDetail *)record)->kind,
                               ((const PgaSchemaDetail *)record)->name);
    if (type == &pga_role_setting_type) {
        const PgaRoleSetting *setting = record;

        return g_strdup_printf("%s of %s%s", setting->name,
                               setting->rolname ? setting->rolname : "every role",
                               setting->in_database ? " in this database" : "");
    }
    return g_strdup(*(char *const *)((const char *)record + type->fields[0].offset));
}

static gboolean
leaves_out_index(const PgaIndex *index)
{
    return index->extension != NULL || index->parent != 0 || index->constraint != 0;
}

/* From 18 on NOT NULL is a constraint, too; the column says it in every version. */
static gboolean
leaves_out_constraint(const PgaConstraint *constraint, const PgaCatalog *catalog)
{
    const PgaRelation *relation = pga_catalog_relation(catalog, constraint->conrelid);

    return !relation || relation->relispartition || constraint->conparentid != 0 ||
           constraint->contype == 'n';
}

/* What the lab has of its own in the database that it loads DDL into. */
#define LAB_SCHEMA "pgarchitect_guard"

static gboolean
is_of_lab(const PgaRecordType *type, gconstpointer record)
{
    if (type == &pga_namespace_type)
        return g_str_equal(((const PgaNamespace *)record)->nspname, LAB_SCHEMA);
    if (type == &pga_schema_detail_type)
        return strstr(((const PgaSchemaDetail *)record)->name, LAB_SCHEMA) ||
               strstr(((const PgaSchemaDetail *)record)->value, LAB_SCHEMA);
    return type == &pga_object_type &&
           (g_strcmp0(((const PgaObject *)record)->nspname, LAB_SCHEMA) == 0 ||
            strstr(((const PgaObject *)record)->name, LAB_SCHEMA ".") != NULL);
}

/* A part of a table that an extension brought. */
static gboolean
is_of_extension(const PgaSchemaDetail *detail, const PgaCatalog *catalog)
{
    const PgaRelation *relation = pga_catalog_relation(catalog, detail->relation);

    return relation && relation->extension;
}

gboolean
pga_difference_leaves_out(const PgaRecordType *type, gconstpointer record,
                          const PgaCatalog *catalog)
{
    if (is_of_lab(type, record))
        return TRUE;
    if (type == &pga_relation_type)
        return ((const PgaRelation *)record)->extension != NULL;
    if (type == &pga_index_type)
        return leaves_out_index(record);
    if (type == &pga_constraint_type)
        return leaves_out_constraint(record, catalog);
    if (type == &pga_schema_detail_type)
        return is_of_extension(record, catalog);
    if (type == &pga_attribute_extra_type)
        return !pga_catalog_relation(catalog, ((const PgaAttributeExtra *)record)->relation);
    if (type == &pga_setting_type)
        return g_strv_contains(own_settings, ((const PgaSetting *)record)->name) ||
               g_strcmp0(((const PgaSetting *)record)->source, "client") == 0;
    return type == &pga_relation_extra_type &&
           strchr("iI", ((const PgaRelationExtra *)record)->relkind) != NULL;
}

char *
pga_difference_options(const char *text)
{
    g_auto(GStrv) options = NULL;
    GString *kept = NULL;

    if (!text || *text != '{')
        return g_strdup(text);
    options = g_strsplit_set(text + 1, ",}", -1);
    for (guint i = 0; options[i]; i++) {
        if (!g_str_has_prefix(options[i], "n_distinct"))
            continue;
        if (!kept)
            kept = g_string_new(NULL);
        g_string_append_printf(kept, "%s%s", kept->len > 0 ? ", " : "", options[i]);
    }
    return kept ? g_string_free(kept, FALSE) : NULL;
}
