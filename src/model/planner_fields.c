/* The fields of what the planner knows of relations. */
#include "model/planner.h"

static void
init_relation_size(gpointer record)
{
    PgaRelationSize *size = record;

    size->pages = -1;
}

static const PgaField relation_size_fields[] = {
    PGA_FIELD(PgaRelationSize, oid, OID, OID),
    PGA_FIELD(PgaRelationSize, pages, INT64, MEASURE),
    PGA_FIELD(PgaRelationSize, relpages, INT64, MEASURE),
    PGA_FIELD(PgaRelationSize, reltuples, STRING, MEASURE),
    PGA_FIELD(PgaRelationSize, relallvisible, INT64, MEASURE),
    PGA_FIELD(PgaRelationSize, relallfrozen, INT64, MEASURE),
};
const PgaRecordType pga_relation_size_type = PGA_RECORD_TYPE_INIT(
    "relation size", PgaRelationSize, relation_size_fields, init_relation_size);

static const PgaField statistic_slot_fields[] = {
    PGA_FIELD(PgaStatisticSlot, kind, INT16, MEASURE),
    PGA_FIELD(PgaStatisticSlot, numbers, STRING, MEASURE),
    PGA_FIELD(PgaStatisticSlot, values, STRING, VALUE),
};
const PgaRecordType pga_statistic_slot_type =
    PGA_RECORD_TYPE("statistic slot", PgaStatisticSlot, statistic_slot_fields);

static const PgaField column_statistics_fields[] = {
    PGA_FIELD(PgaColumnStatistics, relation, OID, OID),
    PGA_FIELD(PgaColumnStatistics, attnum, INT16, OID),
    PGA_FIELD(PgaColumnStatistics, attname, STRING, IDENTIFIER),
    PGA_FIELD(PgaColumnStatistics, inherited, BOOL, FACT),
    PGA_FIELD(PgaColumnStatistics, null_frac, STRING, MEASURE),
    PGA_FIELD(PgaColumnStatistics, n_distinct, STRING, MEASURE),
    PGA_FIELD(PgaColumnStatistics, width, INT32, MEASURE),
    PGA_FIELD_OF_NAMED("slot1", PgaColumnStatistics, slots[0], RECORD, pga_statistic_slot_type),
    PGA_FIELD_OF_NAMED("slot2", PgaColumnStatistics, slots[1], RECORD, pga_statistic_slot_type),
    PGA_FIELD_OF_NAMED("slot3", PgaColumnStatistics, slots[2], RECORD, pga_statistic_slot_type),
    PGA_FIELD_OF_NAMED("slot4", PgaColumnStatistics, slots[3], RECORD, pga_statistic_slot_type),
    PGA_FIELD_OF_NAMED("slot5", PgaColumnStatistics, slots[4], RECORD, pga_statistic_slot_type),
};
const PgaRecordType pga_column_statistics_type =
    PGA_RECORD_TYPE("column statistics", PgaColumnStatistics, column_statistics_fields);

static void
init_extended_statistics(gpointer record)
{
    PgaExtendedStatistics *extended = record;

    extended->attnums = g_array_new(FALSE, FALSE, sizeof(gint16));
    extended->attnames = g_ptr_array_new_with_free_func(g_free);
}

static const PgaField extended_statistics_fields[] = {
    PGA_FIELD(PgaExtendedStatistics, oid, OID, OID),
    PGA_FIELD(PgaExtendedStatistics, inherited, BOOL, FACT),
    PGA_FIELD(PgaExtendedStatistics, attnums, INT16S, OID),
    PGA_FIELD(PgaExtendedStatistics, attnames, STRINGS, IDENTIFIER),
    PGA_FIELD(PgaExtendedStatistics, ndistinct, STRING, MEASURE),
    PGA_FIELD(PgaExtendedStatistics, dependencies, STRING, MEASURE),
    PGA_FIELD(PgaExtendedStatistics, mcv_values, STRING, VALUE),
    PGA_FIELD(PgaExtendedStatistics, mcv_nulls, STRING, MEASURE),
    PGA_FIELD(PgaExtendedStatistics, mcv_freqs, STRING, MEASURE),
    PGA_FIELD(PgaExtendedStatistics, mcv_base_freqs, STRING, MEASURE),
    PGA_FIELD_OF(PgaExtendedStatistics, expressions, RECORDS, pga_column_statistics_type),
};
const PgaRecordType pga_extended_statistics_type =
    PGA_RECORD_TYPE_INIT("extended statistics", PgaExtendedStatistics, extended_statistics_fields,
                         init_extended_statistics);

static const PgaField extremes_fields[] = {
    PGA_FIELD(PgaExtremes, index, OID, OID),
    PGA_FIELD(PgaExtremes, minimum, STRING, VALUE),
    PGA_FIELD(PgaExtremes, maximum, STRING, VALUE),
};
const PgaRecordType pga_extremes_type = PGA_RECORD_TYPE("extremes", PgaExtremes, extremes_fields);

static void
init_metapage(gpointer record)
{
    PgaMetapage *metapage = record;

    metapage->tree_height = -1;
    for (guint i = 0; i < G_N_ELEMENTS(metapage->gin); i++)
        metapage->gin[i] = -1;
    metapage->brin_revmap_pages = -1;
}

static const PgaField metapage_fields[] = {
    PGA_FIELD(PgaMetapage, index, OID, OID),
    PGA_FIELD(PgaMetapage, tree_height, INT32, MEASURE),
    PGA_FIELD_NAMED("gin_pending", PgaMetapage, gin[0], INT64, MEASURE),
    PGA_FIELD_NAMED("gin_total", PgaMetapage, gin[1], INT64, MEASURE),
    PGA_FIELD_NAMED("gin_entry", PgaMetapage, gin[2], INT64, MEASURE),
    PGA_FIELD_NAMED("gin_data", PgaMetapage, gin[3], INT64, MEASURE),
    PGA_FIELD_NAMED("gin_entries", PgaMetapage, gin[4], INT64, MEASURE),
    PGA_FIELD(PgaMetapage, brin_revmap_pages, INT64, MEASURE),
};
const PgaRecordType pga_metapage_type =
    PGA_RECORD_TYPE_INIT("metapage", PgaMetapage, metapage_fields, init_metapage);

static void
init_sample(gpointer record)
{
    PgaSample *sample = record;

    sample->rows = g_ptr_array_new_with_free_func(g_free);
}

static const PgaField sample_fields[] = {
    PGA_FIELD(PgaSample, relation, OID, OID),
    PGA_FIELD(PgaSample, rows, STRINGS, VALUE),
};
const PgaRecordType pga_sample_type =
    PGA_RECORD_TYPE_INIT("sample", PgaSample, sample_fields, init_sample);

static const PgaField planner_data_fields[] = {
    PGA_FIELD_OF(PgaPlannerData, sizes, RECORDS, pga_relation_size_type),
    PGA_FIELD_OF(PgaPlannerData, columns, RECORDS, pga_column_statistics_type),
    PGA_FIELD_OF(PgaPlannerData, extended, RECORDS, pga_extended_statistics_type),
    PGA_FIELD_OF(PgaPlannerData, extremes, RECORDS, pga_extremes_type),
    PGA_FIELD_OF(PgaPlannerData, metapages, RECORDS, pga_metapage_type),
    PGA_FIELD_OF(PgaPlannerData, samples, RECORDS, pga_sample_type),
};
const PgaRecordType pga_planner_data_type =
    PGA_RECORD_TYPE("planner", PgaPlannerData, planner_data_fields);
