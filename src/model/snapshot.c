/* The sections of a snapshot, and what a clone asks of it. */
#include "model/snapshot.h"

static const PgaField note_fields[] = {
    PGA_FIELD(PgaSnapshotNote, reading, INT32, FACT),
    PGA_FIELD(PgaSnapshotNote, what, STRING, SQL),
    PGA_FIELD(PgaSnapshotNote, why, STRING, SQL),
};
const PgaRecordType pga_snapshot_note_type = PGA_RECORD_TYPE("note", PgaSnapshotNote, note_fields);

static const PgaField snapshot_fields[] = {
    PGA_FIELD(PgaSnapshot, version, INT32, FACT),
    PGA_FIELD(PgaSnapshot, tool, STRING, FACT),
    PGA_FIELD(PgaSnapshot, taken_at, INT64, FACT),
    PGA_FIELD(PgaSnapshot, no_values, BOOL, FACT),
    PGA_FIELD(PgaSnapshot, anonymized, BOOL, FACT),
    PGA_FIELD_OF(PgaSnapshot, notes, RECORDS, pga_snapshot_note_type),
    PGA_FIELD_OF(PgaSnapshot, environment, POINTER, pga_environment_type),
    PGA_FIELD_OF(PgaSnapshot, catalog, POINTER, pga_catalog_type),
    PGA_FIELD_OF(PgaSnapshot, objects, POINTER, pga_objects_type),
    PGA_FIELD_OF(PgaSnapshot, server, POINTER, pga_server_type),
    PGA_FIELD_OF(PgaSnapshot, workload, POINTER, pga_workload_type),
    PGA_FIELD_OF(PgaSnapshot, planner, POINTER, pga_planner_data_type),
};
const PgaRecordType pga_snapshot_type =
    PGA_RECORD_TYPE("pgarchitect-snapshot", PgaSnapshot, snapshot_fields);

PgaSnapshot *
pga_snapshot_new(void)
{
    PgaSnapshot *snapshot = pga_record_new(&pga_snapshot_type);

    snapshot->environment = pga_environment_new();
    snapshot->catalog = pga_catalog_new();
    snapshot->objects = pga_objects_new();
    snapshot->server = pga_server_new();
    snapshot->workload = pga_workload_new();
    snapshot->planner = pga_planner_data_new();
    return snapshot;
}

void
pga_snapshot_free(PgaSnapshot *snapshot)
{
    if (!snapshot)
        return;
    g_clear_pointer(&snapshot->environment, pga_environment_free);
    g_clear_pointer(&snapshot->catalog, pga_catalog_free);
    g_clear_pointer(&snapshot->objects, pga_objects_free);
    g_clear_pointer(&snapshot->server, pga_server_free);
    g_clear_pointer(&snapshot->workload, pga_workload_free);
    g_clear_pointer(&snapshot->planner, pga_planner_data_free);
    pga_record_free(&pga_snapshot_type, snapshot);
}

gpointer
pga_snapshot_section(PgaSnapshot *snapshot, guint number, const PgaRecordType **type)
{
    const struct {
        gpointer section;
        const PgaRecordType *type;
    } sections[] = {
        {snapshot, &pga_snapshot_type},
        {snapshot->environment, &pga_environment_type},
        {snapshot->catalog, &pga_catalog_type},
        {snapshot->objects, &pga_objects_type},
        {snapshot->objects->schema, &pga_schema_type},
        {snapshot->server, &pga_server_type},
        {snapshot->workload, &pga_workload_type},
        {snapshot->planner, &pga_planner_data_type},
    };

    if (number >= G_N_ELEMENTS(sections))
        return NULL;
    *type = sections[number].type;
    return sections[number].section;
}

char *
pga_snapshot_key(const PgaRecordType *type)
{
    return g_strdelimit(g_strdup(type->name), " ", '_');
}

void
pga_snapshot_link(PgaSnapshot *snapshot)
{
    pga_catalog_link(snapshot->catalog);
    pga_objects_finish(snapshot->objects);
}

/* (transfer full): the oids of @relations and of their indexes, as a set */
static GHashTable *
wanted_oids(const PgaCatalog *catalog, const GArray *relations)
{
    GHashTable *wanted = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < relations->len; i++) {
        const PgaOid oid = g_array_index(relations, PgaOid, i);
        const PgaRelation *relation = pga_catalog_relation(catalog, oid);

        g_hash_table_add(wanted, GUINT_TO_POINTER(oid));
        for (guint j = 0; relation && j < relation->indexes->len; j++) {
            const PgaIndex *index = g_ptr_array_index(relation->indexes, j);

            g_hash_table_add(wanted, GUINT_TO_POINTER(index->indexrelid));
        }
    }
    return wanted;
}

/* Copies of the elements of @from whose oid, their first member, is in @wanted. */
static void
copy_wanted(const GPtrArray *from, const PgaRecordType *type, GHashTable *wanted, GPtrArray *to)
{
    for (guint i = 0; i < from->len; i++) {
        gconstpointer record = g_ptr_array_index(from, i);
        const PgaOid oid = *(const PgaOid *)record;

        if (g_hash_table_contains(wanted, GUINT_TO_POINTER(oid)))
            g_ptr_array_add(to, pga_record_copy(type, record));
    }
}

static void
copy_extended(const PgaPlannerQuestion *question, GHashTable *wanted, PgaPlannerData *data)
{
    const GPtrArray *from = question->known->extended;

    for (guint i = 0; i < from->len; i++) {
        const PgaExtendedStatistics *extended = g_ptr_array_index(from, i);
        const PgaObject *object = pga_objects_lookup(
            question->objects, PGA_OBJECT_ID(PGA_CLASS_STATISTICS, extended->oid));

        if (object && g_hash_table_contains(wanted, GUINT_TO_POINTER(object->relation)))
            g_ptr_array_add(data->extended,
                            pga_record_copy(&pga_extended_statistics_type, extended));
    }
}

void
pga_snapshot_planner(const PgaPlannerQuestion *question, const GArray *relations,
                     PgaPlannerData *data)
{
    const PgaPlannerData *known = question->known;
    g_autoptr(GHashTable) wanted = wanted_oids(question->catalog, relations);

    copy_wanted(known->sizes, &pga_relation_size_type, wanted, data->sizes);
    copy_wanted(known->columns, &pga_column_statistics_type, wanted, data->columns);
    copy_wanted(known->metapages, &pga_metapage_type, wanted, data->metapages);
    if (!question->no_extremes)
        copy_wanted(known->extremes, &pga_extremes_type, wanted, data->extremes);
    copy_extended(question, wanted, data);
}
