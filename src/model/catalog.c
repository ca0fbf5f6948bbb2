/* The Catalog's elements: how they are made and freed. Linking is in catalog_finish.c, questions
 * are in catalog_lookup.c. */
#include "model/catalog.h"

#include <math.h>

#include "catalog_internal.h"

static void
attribute_stats_free(PgaAttributeStats *stats)
{
    if (!stats)
        return;
    g_clear_pointer(&stats->mcv, g_ptr_array_unref);
    g_clear_pointer(&stats->mcv_freqs, g_array_unref);
    g_clear_pointer(&stats->histogram, g_ptr_array_unref);
    g_free(stats);
}

static void
attribute_free(gpointer data)
{
    PgaAttribute *attribute = data;

    g_free(attribute->attname);
    g_free(attribute->type);
    g_free(attribute->typname);
    g_free(attribute->basetype);
    g_free(attribute->typnspname);
    g_free(attribute->collation);
    g_free(attribute->default_expr);
    g_free(attribute->dependent);
    attribute_stats_free(attribute->stats);
    g_free(attribute);
}

void
pga_relation_free(PgaRelation *relation)
{
    g_free(relation->nspname);
    g_free(relation->relname);
    g_free(relation->partkey);
    g_free(relation->partbound);
    g_free(relation->owner);
    g_free(relation->extension);
    g_free(relation->reloptions);
    g_free(relation->toast_reloptions);
    g_free(relation->acl);
    g_free(relation->dependent);
    g_ptr_array_unref(relation->attributes);
    g_ptr_array_unref(relation->indexes);
    g_ptr_array_unref(relation->constraints);
    g_free(relation);
}

static void
index_free(gpointer data)
{
    PgaIndex *index = data;

    g_free(index->nspname);
    g_free(index->relname);
    g_free(index->amname);
    g_array_unref(index->indkey);
    g_array_unref(index->indclass);
    g_array_unref(index->indcollation);
    g_array_unref(index->indoption);
    g_free(index->exprs);
    g_free(index->pred);
    g_free(index->definition);
    g_free(index->reloptions);
    g_free(index->extension);
    g_free(index);
}

static void
constraint_free(gpointer data)
{
    PgaConstraint *constraint = data;

    g_free(constraint->conname);
    g_array_unref(constraint->conkey);
    g_array_unref(constraint->confkey);
    g_free(constraint->definition);
    g_free(constraint);
}

static void
sequence_free(gpointer data)
{
    PgaSequence *sequence = data;

    g_free(sequence->nspname);
    g_free(sequence->relname);
    g_free(sequence->type);
    g_free(sequence);
}

static void
type_free(gpointer data)
{
    PgaType *type = data;

    g_free(type->nspname);
    g_free(type->typname);
    g_free(type->definition);
    g_clear_pointer(&type->labels, g_ptr_array_unref);
    g_free(type);
}

static void
extension_free(gpointer data)
{
    PgaExtension *extension = data;

    g_free(extension->extname);
    g_free(extension->extversion);
    g_free(extension->default_version);
    g_free(extension->nspname);
    g_free(extension);
}

static void
setting_free(gpointer data)
{
    PgaSetting *setting = data;

    g_free(setting->name);
    g_free(setting->setting);
    g_free(setting->sourcefile);
    g_free(setting->unit);
    g_free(setting->boot_val);
    g_free(setting->vartype);
    g_free(setting->source);
    g_free(setting->context);
    g_free(setting);
}

PgaCatalog *
pga_catalog_new(void)
{
    PgaCatalog *catalog = g_new0(PgaCatalog, 1);

    catalog->relations = g_ptr_array_new_with_free_func((GDestroyNotify)pga_relation_free);
    catalog->indexes = g_ptr_array_new_with_free_func(index_free);
    catalog->constraints = g_ptr_array_new_with_free_func(constraint_free);
    catalog->sequences = g_ptr_array_new_with_free_func(sequence_free);
    catalog->types = g_ptr_array_new_with_free_func(type_free);
    catalog->extensions = g_ptr_array_new_with_free_func(extension_free);
    catalog->settings = g_ptr_array_new_with_free_func(setting_free);
    catalog->relation_by_oid = g_hash_table_new(NULL, NULL);
    catalog->relation_by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    catalog->sequence_by_oid = g_hash_table_new(NULL, NULL);
    catalog->index_by_oid = g_hash_table_new(NULL, NULL);
    catalog->setting_by_name = g_hash_table_new(g_str_hash, g_str_equal);
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
    g_ptr_array_unref(catalog->relations);
    g_ptr_array_unref(catalog->indexes);
    g_ptr_array_unref(catalog->constraints);
    g_ptr_array_unref(catalog->sequences);
    g_ptr_array_unref(catalog->types);
    g_ptr_array_unref(catalog->extensions);
    g_ptr_array_unref(catalog->settings);
    g_free(catalog);
}

PgaRelation *
pga_catalog_add_relation(PgaCatalog *catalog, PgaOid oid, const char *nspname, const char *relname)
{
    PgaRelation *relation = g_new0(PgaRelation, 1);

    relation->oid = oid;
    relation->nspname = g_strdup(nspname);
    relation->relname = g_strdup(relname);
    relation->relkind = 'r';
    relation->relpersistence = 'p';
    relation->relreplident = 'd';
    relation->reltuples = -1;
    relation->rows_source = PGA_ROWS_UNKNOWN;
    relation->table_bytes = -1;
    relation->index_bytes = -1;
    relation->heap_bytes = relation->toast_bytes = -1;
    relation->frozenxid_age = relation->minmxid_age = -1;
    relation->relispopulated = TRUE;
    relation->counters = (PgaRelationCounters)PGA_RELATION_COUNTERS_NONE;
    relation->attributes = g_ptr_array_new_with_free_func(attribute_free);
    relation->indexes = g_ptr_array_new();
    relation->constraints = g_ptr_array_new();
    g_ptr_array_add(catalog->relations, relation);
    g_hash_table_insert(catalog->relation_by_oid, GUINT_TO_POINTER(oid), relation);
    g_hash_table_replace(catalog->relation_by_name, pga_relation_key(nspname, relname), relation);
    return relation;
}

PgaAttribute *
pga_relation_add_attribute(PgaRelation *relation, gint16 attnum, const char *attname)
{
    PgaAttribute *attribute = g_new0(PgaAttribute, 1);

    attribute->attnum = attnum;
    attribute->attname = g_strdup(attname);
    attribute->typtype = 'b';
    attribute->atttypmod = -1;
    g_ptr_array_add(relation->attributes, attribute);
    return attribute;
}

PgaIndex *
pga_catalog_add_index(PgaCatalog *catalog, PgaOid indexrelid, PgaOid indrelid)
{
    PgaIndex *index = g_new0(PgaIndex, 1);

    index->indexrelid = indexrelid;
    index->indrelid = indrelid;
    index->indkey = g_array_new(FALSE, FALSE, sizeof(gint16));
    index->indclass = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    index->indcollation = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    index->indoption = g_array_new(FALSE, FALSE, sizeof(gint16));
    index->indisvalid = TRUE;
    index->indisready = TRUE;
    index->indislive = TRUE;
    index->bytes = -1;
    index->reltuples = -1;
    index->idx_scan = -1;
    index->last_idx_scan_age = -1;
    g_ptr_array_add(catalog->indexes, index);
    return index;
}

PgaConstraint *
pga_catalog_add_constraint(PgaCatalog *catalog, PgaOid oid, char contype, PgaOid conrelid)
{
    PgaConstraint *constraint = g_new0(PgaConstraint, 1);

    constraint->oid = oid;
    constraint->contype = contype;
    constraint->conrelid = conrelid;
    constraint->conkey = g_array_new(FALSE, FALSE, sizeof(gint16));
    constraint->confkey = g_array_new(FALSE, FALSE, sizeof(gint16));
    constraint->confupdtype = 'a';
    constraint->confdeltype = 'a';
    constraint->convalidated = TRUE;
    constraint->conenforced = TRUE;
    g_ptr_array_add(catalog->constraints, constraint);
    return constraint;
}

PgaSequence *
pga_catalog_add_sequence(PgaCatalog *catalog, PgaOid oid, const char *nspname, const char *relname)
{
    PgaSequence *sequence = g_new0(PgaSequence, 1);

    sequence->oid = oid;
    sequence->nspname = g_strdup(nspname);
    sequence->relname = g_strdup(relname);
    sequence->min_value = 1;
    sequence->max_value = G_MAXINT64;
    sequence->increment = 1;
    sequence->start_value = 1;
    g_ptr_array_add(catalog->sequences, sequence);
    g_hash_table_insert(catalog->sequence_by_oid, GUINT_TO_POINTER(oid), sequence);
    return sequence;
}

PgaType *
pga_catalog_add_type(PgaCatalog *catalog, PgaOid oid, const char *nspname, const char *typname)
{
    PgaType *type = g_new0(PgaType, 1);

    type->oid = oid;
    type->nspname = g_strdup(nspname);
    type->typname = g_strdup(typname);
    g_ptr_array_add(catalog->types, type);
    return type;
}

PgaExtension *
pga_catalog_add_extension(PgaCatalog *catalog, const char *extname)
{
    PgaExtension *extension = g_new0(PgaExtension, 1);

    extension->extname = g_strdup(extname);
    g_ptr_array_add(catalog->extensions, extension);
    return extension;
}

PgaSetting *
pga_catalog_add_setting(PgaCatalog *catalog, const char *name)
{
    PgaSetting *setting = g_new0(PgaSetting, 1);

    setting->name = g_strdup(name);
    g_ptr_array_add(catalog->settings, setting);
    g_hash_table_replace(catalog->setting_by_name, setting->name, setting);
    return setting;
}

PgaAttributeStats *
pga_attribute_add_stats(PgaAttribute *attribute)
{
    attribute_stats_free(attribute->stats);
    attribute->stats = g_new0(PgaAttributeStats, 1);
    attribute->stats->correlation = NAN;
    return attribute->stats;
}
