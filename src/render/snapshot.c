/* A snapshot's lines, compressed as they come. */
#include "render/snapshot.h"

#include <base/error.h>
#include <base/file.h>
#include <base/interrupt.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "snapshot_internal.h"

#define REAL_PRECISION 17 /* digits that give back the same double */
#define CHUNK          (128U << 10)

/* Nearly as small as level 19 and a tenth of its time: nothing far away is looked for, as one table
 * is like the one before, and no match of less than 6 bytes, of which text that is random has many
 * that are worth nothing. */
static const struct {
    ZSTD_cParameter parameter;
    int value;
} compression[] = {
    {ZSTD_c_strategy, ZSTD_btopt}, {ZSTD_c_windowLog, 20},   {ZSTD_c_chainLog, 18},
    {ZSTD_c_hashLog, 18},          {ZSTD_c_searchLog, 2},    {ZSTD_c_minMatch, 6},
    {ZSTD_c_targetLength, 64},     {ZSTD_c_checksumFlag, 1}, {ZSTD_c_nbWorkers, 2},
};

typedef struct {
    GHashTable *columns; /* of a relation's oid to GPtrArray of PgaColumnStatistics * */
    PgaFileDraft *draft;
    ZSTD_CCtx *stream;
    char *out; /* of CHUNK bytes */
    PgaSnapshotSize *size;
} Writer;

static gboolean
compress(Writer *writer, const char *text, gsize length, ZSTD_EndDirective directive,
         GError **error)
{
    ZSTD_inBuffer input = {text, length, 0};
    gsize left;

    do {
        ZSTD_outBuffer output = {writer->out, CHUNK, 0};

        left = ZSTD_compressStream2(writer->stream, &output, &input, directive);
        if (ZSTD_isError(left)) {
            pga_error_set(error, PGA_ERROR_INTERNAL, "could not compress the snapshot: %s",
                          ZSTD_getErrorName(left));
            return FALSE;
        }
        if (output.pos > 0 && !pga_file_draft_write(writer->draft, writer->out, output.pos, error))
            return FALSE;
        writer->size->bytes += output.pos;
    } while (directive == ZSTD_e_end ? left > 0 : input.pos < input.size);
    writer->size->text_bytes += length;
    return TRUE;
}

/* Takes @object. */
static gboolean
write_line(Writer *writer, const char *key, json_t *object, GError **error)
{
    json_t *line = json_pack("{s:o}", key, object);
    char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(REAL_PRECISION));
    const gboolean done = compress(writer, text, strlen(text), ZSTD_e_continue, error) &&
                          compress(writer, "\n", 1, ZSTD_e_continue, error);

    writer->size->n_records++;
    free(text);
    json_decref(line);
    return done;
}

static gboolean
write_record(Writer *writer, const PgaRecordType *type, gconstpointer record, gboolean is_section,
             GError **error)
{
    g_autofree char *key = pga_snapshot_key(type);

    return write_line(writer, key, pga_snapshot_record_json(type, record, is_section), error);
}

/* (nullable): the row of pg_statistic that @attribute's statistics are of. */
static const PgaColumnStatistics *
column_of(const GPtrArray *columns, const PgaRelation *relation, const PgaAttribute *attribute)
{
    for (guint i = 0; columns && i < columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(columns, i);

        if (column->attnum == attribute->attnum && pga_column_statistics_is_of(column, relation))
            return column;
    }
    return NULL;
}

/* (transfer full): without statistics that follow from rows of pg_statistic, which stand further
 * on; none at all, where there is such a row, are null. */
static json_t *
relation_json(const Writer *writer, const PgaRelation *relation)
{
    const GPtrArray *columns =
        g_hash_table_lookup(writer->columns, GUINT_TO_POINTER(relation->oid));
    const guint n = relation->attributes->len;
    g_autofree PgaAttributeStats **aside = g_new0(PgaAttributeStats *, n);
    g_autofree gboolean *has_none = g_new0(gboolean, n);
    json_t *object;

    for (guint i = 0; i < n; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        const PgaColumnStatistics *column = column_of(columns, relation, attribute);

        has_none[i] = column && !attribute->stats;
        if (column && pga_snapshot_stats_follow(attribute, column))
            aside[i] = g_steal_pointer(&attribute->stats);
    }
    object = pga_snapshot_record_json(&pga_relation_type, relation, FALSE);
    for (guint i = 0; i < n; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (aside[i])
            attribute->stats = aside[i];
        if (has_none[i])
            json_object_set_new(json_array_get(json_object_get(object, "attributes"), i), "stats",
                                json_null());
    }
    return object;
}

static void
gather_columns(Writer *writer, const PgaSnapshot *snapshot)
{
    for (guint i = 0; i < snapshot->planner->columns->len; i++) {
        PgaColumnStatistics *column = g_ptr_array_index(snapshot->planner->columns, i);
        GPtrArray *columns =
            g_hash_table_lookup(writer->columns, GUINT_TO_POINTER(column->relation));

        if (!pga_catalog_relation(snapshot->catalog, column->relation))
            continue; /* of an index */
        if (!columns) {
            columns = g_ptr_array_new();
            g_hash_table_insert(writer->columns, GUINT_TO_POINTER(column->relation), columns);
        }
        g_ptr_array_add(columns, column);
    }
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    const PgaColumnStatistics *first = *(gpointer const *)a, *second = *(gpointer const *)b;

    return g_strcmp0(first->attname, second->attname);
}

/* (transfer container): @list in the order in which it is written. Columns of one name hold much
 * the same values, whatever their table: next to each other they take up a sixth less. */
static GPtrArray *
ordered(const PgaRecordType *type, GPtrArray *list)
{
    GPtrArray *order = g_ptr_array_new();

    g_ptr_array_extend(order, list, NULL, NULL);
    if (type == &pga_column_statistics_type)
        g_ptr_array_sort(order, compare_names);
    return order;
}

static gboolean
write_list(Writer *writer, const PgaRecordType *type, GPtrArray *list, GError **error)
{
    g_autoptr(GPtrArray) order = ordered(type, list);

    for (guint i = 0; i < order->len; i++) {
        gconstpointer record = g_ptr_array_index(order, i);

        if (pga_interrupt_check(error))
            return FALSE;
        if (type == &pga_relation_type
                ? !write_line(writer, "relation", relation_json(writer, record), error)
                : !write_record(writer, type, record, FALSE, error))
            return FALSE;
    }
    return TRUE;
}

/* The elements of a list of pointers or of structs. */
static gboolean
write_elements(Writer *writer, const PgaField *field, gconstpointer at, GError **error)
{
    const GArray *structs = field->type == PGA_FIELD_STRUCTS ? *(GArray *const *)at : NULL;

    if (field->type == PGA_FIELD_RECORDS)
        return write_list(writer, field->record, *(GPtrArray *const *)at, error);
    for (guint i = 0; structs && i < structs->len; i++)
        if (!write_record(writer, field->record, structs->data + (gsize)i * field->record->size,
                          FALSE, error))
            return FALSE;
    return TRUE;
}

static gboolean
write_sections(Writer *writer, PgaSnapshot *snapshot, GError **error)
{
    const PgaRecordType *type;
    const char *section;

    for (guint i = 0; (section = pga_snapshot_section(snapshot, i, &type)); i++) {
        if (!write_record(writer, type, section, TRUE, error))
            return FALSE;
        for (guint j = 0; j < type->n_fields; j++)
            if (!write_elements(writer, &type->fields[j], section + type->fields[j].offset, error))
                return FALSE;
    }
    return TRUE;
}

static gboolean
write_all(Writer *writer, PgaSnapshot *snapshot, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(compression); i++)
        ZSTD_CCtx_setParameter(writer->stream, compression[i].parameter, compression[i].value);
    return write_sections(writer, snapshot, error) &&
           write_line(writer, "end", json_pack("{s:i}", "records", (int)writer->size->n_records),
                      error) &&
           compress(writer, "", 0, ZSTD_e_end, error) &&
           pga_file_draft_commit(writer->draft, error);
}

gboolean
pga_render_snapshot(PgaSnapshot *snapshot, const char *path, PgaSnapshotSize *size, GError **error)
{
    g_autoptr(PgaFileDraft) draft = pga_file_draft_open(path, 0600, error);
    g_autofree char *out = g_malloc(CHUNK);
    g_autoptr(GHashTable) columns =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    Writer writer = {.columns = columns, .draft = draft, .out = out, .size = size};
    gboolean done;

    *size = (PgaSnapshotSize){0};
    if (!draft)
        return FALSE;
    snapshot->version = PGA_SNAPSHOT_VERSION;
    g_free(snapshot->tool);
    snapshot->tool = g_strdup(PGA_VERSION);
    gather_columns(&writer, snapshot);
    writer.stream = ZSTD_createCCtx();
    done = write_all(&writer, snapshot, error);
    ZSTD_freeCCtx(writer.stream);
    return done;
}
