/* The Catalog's elements: how they are made and freed. Linking is in catalog_finish.c, questions
 * are in catalog_lookup.c. */
#include "model/catalog.h"

#include "catalog_internal.h"

PgaCatalog *
pga_catalog_new(void)
{
    PgaCatalog *catalog = pga_record_new(&pga_catalog_type);

    catalog->relation_by_oid = g_hash_table_new(NULL, NULL);
    catalog->relation_by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    catalog->sequence_by_oid = g_hash_table_new(NULL, NULL);
    catalog->index_by_oid = g_hash_table_new(NULL, NULL);
    catalog->setting_by_name = g_hash_table_new(g_str_hash, g_str_equal);
    catalog->values = g_string_chunk_new(1 << 16);
    return catalog;
}

void
pga_catalog_free(PgaCatalog *catalog)
{
    if (!catalog)
        return;
    g_hash_table_unref(catalog->relation_by_oid);
    g_hash_table_unref(catalog->relation_by_name);
    g_hash_table_unref(catalog->sequence_by_oid);
    g_hash_table_unref(catalog->index_by_oid);
    g_hash_table_unref(catalog->setting_by_name);
    g_string_chunk_free(catalog->values);
    pga_record_free(&pga_catalog_type, catalog);
}

PgaRelation *
pga_catalog_add_relation(PgaCatalog *catalog, PgaOid oid, const char *nspname, const char *relname)
{
    PgaRelation *relation = pga_record_add(catalog->relations, &pga_relation_type);

    relation->oid = oid;
    relation->nspname = g_strdup(nspname);
    relation->relname = g_strdup(relname);
    g_hash_table_insert(catalog->relation_by_oid, GUINT_TO_POINTER(oid), relation);
    g_hash_table_replace(catalog->relation_by_name, pga_relation_key(nspname, relname), relation);
    return relation;
}

PgaAttribute *
pga_relation_add_attribute(PgaRelation *relation, gint16 attnum, const char *attname)
{
    PgaAttribute *attribute = pga_record_add(relation->attributes, &pga_attribute_type);

    attribute->attnum = attnum;
    attribute->attname = g_strdup(attname);
    return attribute;
}

PgaIndex *
pga_catalog_add_index(PgaCatalog *catalog, PgaOid indexrelid, PgaOid indrelid)
{
    PgaIndex *index = pga_record_add(catalog->indexes, &pga_index_type);

    index->indexrelid = indexrelid;
    index->indrelid = indrelid;
    return index;
}

PgaConstraint *
pga_catalog_add_constraint(PgaCatalog *catalog, PgaOid oid, char contype, PgaOid conrelid)
{
    PgaConstraint *constraint = pga_record_add(catalog->constraints, &pga_constraint_type);

    constraint->oid = oid;
    constraint->contype = contype;
    constraint->conrelid = conrelid;
    return constraint;
}

PgaSequence *
pga_catalog_add_sequence(PgaCatalog *catalog, PgaOid oid, const char *nspname, const char *relname)
{
    PgaSequence *sequence = pga_record_add(catalog->sequences, &pga_sequence_type);

    sequence->oid = oid;
    sequence->nspname = g_strdup(nspname);
    sequence->relname = g_strdup(relname);
    g_hash_table_insert(catalog->sequence_by_oid, GUINT_TO_POINTER(oid), sequence);
    return sequence;
}

PgaType *
pga_catalog_add_type(PgaCatalog *catalog, PgaOid oid, const char *nspname, const char *typname)
{
    PgaType *type = pga_record_add(catalog->types, &pga_type_type);

    type->oid = oid;
    type->nspname = g_strdup(nspname);
    type->typname = g_strdup(typname);
    return type;
}

PgaExtension *
pga_catalog_add_extension(PgaCatalog *catalog, const char *extname)
{
    PgaExtension *extension = pga_record_add(catalog->extensions, &pga_extension_type);

    extension->extname = g_strdup(extname);
    return extension;
}

PgaSetting *
pga_catalog_add_setting(PgaCatalog *catalog, const char *name)
{
    PgaSetting *setting = pga_record_add(catalog->settings, &pga_setting_type);

    setting->name = g_strdup(name);
    g_hash_table_replace(catalog->setting_by_name, setting->name, setting);
    return setting;
}

PgaAttributeStats *
pga_attribute_add_stats(PgaAttribute *attribute)
{
    pga_record_free(&pga_attribute_stats_type, attribute->stats);
    attribute->stats = pga_record_new(&pga_attribute_stats_type);
    return attribute->stats;
}

GPtrArray *
pga_catalog_keep_values(PgaCatalog *catalog, GPtrArray *strings)
{
    GPtrArray *kept;

    if (!strings)
        return NULL;
    kept = g_ptr_array_sized_new(strings->len);
    for (guint i = 0; i < strings->len; i++)
        g_ptr_array_add(kept,
                        g_string_chunk_insert(catalog->values, g_ptr_array_index(strings, i)));
    g_ptr_array_unref(strings);
    return kept;
}
