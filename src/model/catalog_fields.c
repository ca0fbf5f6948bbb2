/* The fields of a Catalog. */
#include "model/catalog.h"

#include <math.h>

static void
init_attribute_stats(gpointer record)
{
    PgaAttributeStats *stats = record;

    stats->correlation = NAN;
}

static const PgaField attribute_stats_fields[] = {
    PGA_FIELD(PgaAttributeStats, null_frac, DOUBLE, MEASURE),
    PGA_FIELD(PgaAttributeStats, avg_width, INT32, MEASURE),
    PGA_FIELD(PgaAttributeStats, n_distinct, DOUBLE, MEASURE),
    PGA_FIELD(PgaAttributeStats, correlation, DOUBLE, MEASURE),
    PGA_FIELD(PgaAttributeStats, mcv, STRINGS, VALUE),
    PGA_FIELD(PgaAttributeStats, mcv_freqs, DOUBLES, MEASURE),
    PGA_FIELD(PgaAttributeStats, histogram, STRINGS, VALUE),
};
const PgaRecordType pga_attribute_stats_type = PGA_RECORD_TYPE_INIT(
    "attribute statistics", PgaAttributeStats, attribute_stats_fields, init_attribute_stats);

static void
init_attribute(gpointer record)
{
    PgaAttribute *attribute = record;

    attribute->typtype = 'b';
    attribute->atttypmod = -1;
}

static const PgaField attribute_fields[] = {
    PGA_FIELD(PgaAttribute, attnum, INT16, OID),
    PGA_FIELD(PgaAttribute, attname, STRING, IDENTIFIER),
    PGA_FIELD(PgaAttribute, atttypid, OID, OID),
    PGA_FIELD(PgaAttribute, type, STRING, SQL),
    PGA_FIELD(PgaAttribute, typname, STRING, IDENTIFIER),
    PGA_FIELD(PgaAttribute, typnspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaAttribute, typtype, CHAR, FACT),
    PGA_FIELD(PgaAttribute, typcategory, CHAR, FACT),
    PGA_FIELD(PgaAttribute, typlen, INT16, FACT),
    PGA_FIELD(PgaAttribute, atttypmod, INT32, FACT),
    PGA_FIELD(PgaAttribute, typalign, CHAR, FACT),
    PGA_FIELD(PgaAttribute, attstorage, CHAR, FACT),
    PGA_FIELD(PgaAttribute, attcompression, CHAR, FACT),
    PGA_FIELD(PgaAttribute, basetype, STRING, SQL),
    PGA_FIELD(PgaAttribute, commented, BOOL, FACT),
    PGA_FIELD(PgaAttribute, collation, STRING, SQL),
    PGA_FIELD(PgaAttribute, attnotnull, BOOL, FACT),
    PGA_FIELD(PgaAttribute, attidentity, CHAR, FACT),
    PGA_FIELD(PgaAttribute, attgenerated, CHAR, FACT),
    PGA_FIELD(PgaAttribute, default_expr, STRING, SQL),
    PGA_FIELD(PgaAttribute, owned_sequence, OID, OID),
    PGA_FIELD_OF(PgaAttribute, stats, POINTER, pga_attribute_stats_type),
    PGA_FIELD(PgaAttribute, dependent, STRING, SQL),
};
const PgaRecordType pga_attribute_type =
    PGA_RECORD_TYPE_INIT("attribute", PgaAttribute, attribute_fields, init_attribute);

static void
init_relation_counters(gpointer record)
{
    PgaRelationCounters *counters = record;

    *counters = (PgaRelationCounters)PGA_RELATION_COUNTERS_NONE;
}

static const PgaField relation_counters_fields[] = {
    PGA_FIELD(PgaRelationCounters, seq_scan, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, seq_tup_read, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, idx_scan, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, n_tup_ins, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, n_tup_upd, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, n_tup_del, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, n_tup_hot_upd, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, n_live_tup, INT64, MEASURE),
    PGA_FIELD(PgaRelationCounters, n_dead_tup, INT64, MEASURE),
    PGA_FIELD(PgaRelationCounters, n_mod_since_analyze, INT64, MEASURE),
    PGA_FIELD(PgaRelationCounters, n_ins_since_vacuum, INT64, MEASURE),
    PGA_FIELD(PgaRelationCounters, n_tup_newpage_upd, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, vacuum_count, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, autovacuum_count, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, analyze_count, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, autoanalyze_count, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, heap_blks_read, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, heap_blks_hit, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, idx_blks_read, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, idx_blks_hit, INT64, COUNTER),
    PGA_FIELD(PgaRelationCounters, last_vacuum_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaRelationCounters, last_autovacuum_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaRelationCounters, last_analyze_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaRelationCounters, last_autoanalyze_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaRelationCounters, last_seq_scan_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaRelationCounters, last_idx_scan_age, DOUBLE, MEASURE),
};
const PgaRecordType pga_relation_counters_type = PGA_RECORD_TYPE_INIT(
    "relation counters", PgaRelationCounters, relation_counters_fields, init_relation_counters);

static void
init_relation(gpointer record)
{
    PgaRelation *relation = record;

    relation->relkind = 'r';
    relation->relpersistence = 'p';
    relation->relreplident = 'd';
    relation->reltuples = -1;
    relation->rows_source = PGA_ROWS_UNKNOWN;
    relation->table_bytes = relation->index_bytes = -1;
    relation->heap_bytes = relation->toast_bytes = -1;
    relation->measured_free_bytes = -1;
    relation->frozenxid_age = relation->minmxid_age = -1;
    relation->relispopulated = TRUE;
}

static const PgaField relation_fields[] = {
    PGA_FIELD(PgaRelation, oid, OID, OID),
    PGA_FIELD(PgaRelation, nspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaRelation, relname, STRING, IDENTIFIER),
    PGA_FIELD(PgaRelation, relkind, CHAR, FACT),
    PGA_FIELD(PgaRelation, relpersistence, CHAR, FACT),
    PGA_FIELD(PgaRelation, relreplident, CHAR, FACT),
    PGA_FIELD(PgaRelation, relispartition, BOOL, FACT),
    PGA_FIELD(PgaRelation, parent, OID, OID),
    PGA_FIELD(PgaRelation, partkey, STRING, SQL),
    PGA_FIELD(PgaRelation, partbound, STRING, SQL),
    PGA_FIELD(PgaRelation, owner, STRING, IDENTIFIER),
    PGA_FIELD(PgaRelation, extension, STRING, FACT),
    PGA_FIELD(PgaRelation, inherits, BOOL, FACT),
    PGA_FIELD(PgaRelation, published_updates, BOOL, FACT),
    PGA_FIELD(PgaRelation, reloptions, STRING, FACT),
    PGA_FIELD(PgaRelation, reltuples, DOUBLE, MEASURE),
    PGA_FIELD(PgaRelation, rows_source, INT32, MEASURE),
    PGA_FIELD(PgaRelation, relpages, INT64, MEASURE),
    PGA_FIELD(PgaRelation, relallvisible, INT64, MEASURE),
    PGA_FIELD(PgaRelation, table_bytes, INT64, MEASURE),
    PGA_FIELD(PgaRelation, heap_bytes, INT64, MEASURE),
    PGA_FIELD(PgaRelation, toast_bytes, INT64, MEASURE),
    PGA_FIELD(PgaRelation, measured_free_bytes, INT64, MEASURE),
    PGA_FIELD(PgaRelation, toast_reloptions, STRING, FACT),
    PGA_FIELD(PgaRelation, frozenxid_age, INT64, MEASURE),
    PGA_FIELD(PgaRelation, minmxid_age, INT64, MEASURE),
    PGA_FIELD(PgaRelation, relispopulated, BOOL, MEASURE),
    PGA_FIELD(PgaRelation, relrowsecurity, BOOL, FACT),
    PGA_FIELD(PgaRelation, relforcerowsecurity, BOOL, FACT),
    PGA_FIELD(PgaRelation, commented, BOOL, FACT),
    PGA_FIELD(PgaRelation, being_vacuumed, BOOL, MEASURE),
    PGA_FIELD(PgaRelation, acl, STRING, SQL),
    PGA_FIELD(PgaRelation, index_bytes, INT64, MEASURE),
    PGA_FIELD(PgaRelation, has_counters, BOOL, MEASURE),
    PGA_FIELD_OF(PgaRelation, counters, RECORD, pga_relation_counters_type),
    PGA_FIELD_OF(PgaRelation, attributes, RECORDS, pga_attribute_type),
    PGA_FIELD(PgaRelation, indexes, LINKS, OID),
    PGA_FIELD(PgaRelation, constraints, LINKS, OID),
    PGA_FIELD(PgaRelation, dependent, STRING, SQL),
};
const PgaRecordType pga_relation_type =
    PGA_RECORD_TYPE_INIT("relation", PgaRelation, relation_fields, init_relation);

static void
init_index(gpointer record)
{
    PgaIndex *index = record;

    index->indkey = g_array_new(FALSE, FALSE, sizeof(gint16));
    index->indclass = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    index->indcollation = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    index->indoption = g_array_new(FALSE, FALSE, sizeof(gint16));
    index->indisvalid = index->indisready = index->indislive = TRUE;
    index->bytes = -1;
    index->measured_free_bytes = -1;
    index->reltuples = -1;
    index->idx_scan = -1;
    index->last_idx_scan_age = -1;
}

static const PgaField index_fields[] = {
    PGA_FIELD(PgaIndex, indexrelid, OID, OID),
    PGA_FIELD(PgaIndex, indrelid, OID, OID),
    PGA_FIELD(PgaIndex, nspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaIndex, relname, STRING, IDENTIFIER),
    PGA_FIELD(PgaIndex, amname, STRING, FACT),
    PGA_FIELD(PgaIndex, indkey, INT16S, OID),
    PGA_FIELD(PgaIndex, n_key_atts, INT32, FACT),
    PGA_FIELD(PgaIndex, indclass, OIDS, OID),
    PGA_FIELD(PgaIndex, indcollation, OIDS, OID),
    PGA_FIELD(PgaIndex, indoption, INT16S, FACT),
    PGA_FIELD(PgaIndex, exprs, STRING, SQL),
    PGA_FIELD(PgaIndex, column_types, STRINGS, SQL),
    PGA_FIELD(PgaIndex, pred, STRING, SQL),
    PGA_FIELD(PgaIndex, definition, STRING, SQL),
    PGA_FIELD(PgaIndex, indisunique, BOOL, FACT),
    PGA_FIELD(PgaIndex, indisprimary, BOOL, FACT),
    PGA_FIELD(PgaIndex, indisexclusion, BOOL, FACT),
    PGA_FIELD(PgaIndex, indnullsnotdistinct, BOOL, FACT),
    PGA_FIELD(PgaIndex, indisvalid, BOOL, FACT),
    PGA_FIELD(PgaIndex, indisready, BOOL, FACT),
    PGA_FIELD(PgaIndex, indislive, BOOL, FACT),
    PGA_FIELD(PgaIndex, indisclustered, BOOL, FACT),
    PGA_FIELD(PgaIndex, indisreplident, BOOL, FACT),
    PGA_FIELD(PgaIndex, constraint, OID, OID),
    PGA_FIELD(PgaIndex, parent, OID, OID),
    PGA_FIELD(PgaIndex, being_built, BOOL, MEASURE),
    PGA_FIELD(PgaIndex, extension, STRING, FACT),
    PGA_FIELD(PgaIndex, reloptions, STRING, FACT),
    PGA_FIELD(PgaIndex, relpages, INT64, MEASURE),
    PGA_FIELD(PgaIndex, reltuples, DOUBLE, MEASURE),
    PGA_FIELD(PgaIndex, bytes, INT64, MEASURE),
    PGA_FIELD(PgaIndex, measured_free_bytes, INT64, MEASURE),
    PGA_FIELD(PgaIndex, verified, BOOL, MEASURE),
    PGA_FIELD(PgaIndex, corruption, STRING, TEXT),
    PGA_FIELD(PgaIndex, idx_scan, INT64, COUNTER),
    PGA_FIELD(PgaIndex, last_idx_scan_age, DOUBLE, MEASURE),
};
const PgaRecordType pga_index_type =
    PGA_RECORD_TYPE_INIT("index", PgaIndex, index_fields, init_index);

static void
init_constraint(gpointer record)
{
    PgaConstraint *constraint = record;

    constraint->conkey = g_array_new(FALSE, FALSE, sizeof(gint16));
    constraint->confkey = g_array_new(FALSE, FALSE, sizeof(gint16));
    constraint->confupdtype = constraint->confdeltype = 'a';
    constraint->convalidated = constraint->conenforced = TRUE;
}

static const PgaField constraint_fields[] = {
    PGA_FIELD(PgaConstraint, oid, OID, OID),
    PGA_FIELD(PgaConstraint, conname, STRING, IDENTIFIER),
    PGA_FIELD(PgaConstraint, contype, CHAR, FACT),
    PGA_FIELD(PgaConstraint, conrelid, OID, OID),
    PGA_FIELD(PgaConstraint, confrelid, OID, OID),
    PGA_FIELD(PgaConstraint, conindid, OID, OID),
    PGA_FIELD(PgaConstraint, conparentid, OID, OID),
    PGA_FIELD(PgaConstraint, conkey, INT16S, OID),
    PGA_FIELD(PgaConstraint, confkey, INT16S, OID),
    PGA_FIELD(PgaConstraint, confupdtype, CHAR, FACT),
    PGA_FIELD(PgaConstraint, confdeltype, CHAR, FACT),
    PGA_FIELD(PgaConstraint, confmatchtype, CHAR, FACT),
    PGA_FIELD(PgaConstraint, convalidated, BOOL, FACT),
    PGA_FIELD(PgaConstraint, conenforced, BOOL, FACT),
    PGA_FIELD(PgaConstraint, condeferrable, BOOL, FACT),
    PGA_FIELD(PgaConstraint, connoinherit, BOOL, FACT),
    PGA_FIELD(PgaConstraint, definition, STRING, SQL),
};
const PgaRecordType pga_constraint_type =
    PGA_RECORD_TYPE_INIT("constraint", PgaConstraint, constraint_fields, init_constraint);

static void
init_sequence(gpointer record)
{
    PgaSequence *sequence = record;

    sequence->min_value = 1;
    sequence->max_value = G_MAXINT64;
    sequence->increment = 1;
    sequence->start_value = 1;
}

static const PgaField sequence_fields[] = {
    PGA_FIELD(PgaSequence, oid, OID, OID),
    PGA_FIELD(PgaSequence, nspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaSequence, relname, STRING, IDENTIFIER),
    PGA_FIELD(PgaSequence, min_value, INT64, FACT),
    PGA_FIELD(PgaSequence, max_value, INT64, FACT),
    PGA_FIELD(PgaSequence, increment, INT64, FACT),
    PGA_FIELD(PgaSequence, start_value, INT64, FACT),
    PGA_FIELD(PgaSequence, type, STRING, FACT),
    PGA_FIELD(PgaSequence, cycle, BOOL, FACT),
    PGA_FIELD(PgaSequence, readable, BOOL, MEASURE),
    PGA_FIELD(PgaSequence, is_called, BOOL, MEASURE),
    PGA_FIELD(PgaSequence, last_value, INT64, MEASURE),
    PGA_FIELD(PgaSequence, owner_relid, OID, OID),
    PGA_FIELD(PgaSequence, owner_attnum, INT16, OID),
    PGA_FIELD(PgaSequence, owner_deptype, CHAR, FACT),
};
const PgaRecordType pga_sequence_type =
    PGA_RECORD_TYPE_INIT("sequence", PgaSequence, sequence_fields, init_sequence);

static const PgaField setting_fields[] = {
    PGA_FIELD(PgaSetting, name, STRING, FACT),
    PGA_FIELD(PgaSetting, setting, STRING, FACT),
    PGA_FIELD(PgaSetting, sourcefile, STRING, TEXT),
    PGA_FIELD(PgaSetting, unit, STRING, FACT),
    PGA_FIELD(PgaSetting, boot_val, STRING, FACT),
    PGA_FIELD(PgaSetting, vartype, STRING, FACT),
    PGA_FIELD(PgaSetting, source, STRING, FACT),
    PGA_FIELD(PgaSetting, context, STRING, FACT),
    PGA_FIELD(PgaSetting, enumvals, STRING, MEASURE), /* of the build, not of the database */
    PGA_FIELD(PgaSetting, pending_restart, BOOL, MEASURE),
};
const PgaRecordType pga_setting_type = PGA_RECORD_TYPE("setting", PgaSetting, setting_fields);

static const PgaField type_fields[] = {
    PGA_FIELD(PgaType, oid, OID, OID),
    PGA_FIELD(PgaType, nspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaType, typname, STRING, IDENTIFIER),
    PGA_FIELD(PgaType, typtype, CHAR, FACT),
    PGA_FIELD(PgaType, labels, STRINGS, SQL),
    PGA_FIELD(PgaType, definition, STRING, SQL),
};
const PgaRecordType pga_type_type = PGA_RECORD_TYPE("type", PgaType, type_fields);

static const PgaField extension_fields[] = {
    PGA_FIELD(PgaExtension, extname, STRING, FACT),
    PGA_FIELD(PgaExtension, extversion, STRING, FACT),
    PGA_FIELD(PgaExtension, default_version, STRING, FACT),
    PGA_FIELD(PgaExtension, relocatable, BOOL, FACT),
    PGA_FIELD(PgaExtension, nspname, STRING, IDENTIFIER),
    PGA_FIELD(PgaExtension, members, STRINGS, FACT),
};
const PgaRecordType pga_extension_type =
    PGA_RECORD_TYPE("extension", PgaExtension, extension_fields);

static const PgaField catalog_fields[] = {
    PGA_FIELD_OF(PgaCatalog, relations, RECORDS, pga_relation_type),
    PGA_FIELD_OF(PgaCatalog, indexes, RECORDS, pga_index_type),
    PGA_FIELD_OF(PgaCatalog, constraints, RECORDS, pga_constraint_type),
    PGA_FIELD_OF(PgaCatalog, sequences, RECORDS, pga_sequence_type),
    PGA_FIELD_OF(PgaCatalog, types, RECORDS, pga_type_type),
    PGA_FIELD_OF(PgaCatalog, extensions, RECORDS, pga_extension_type),
    PGA_FIELD_OF(PgaCatalog, settings, RECORDS, pga_setting_type),
};
const PgaRecordType pga_catalog_type = PGA_RECORD_TYPE("catalog", PgaCatalog, catalog_fields);
