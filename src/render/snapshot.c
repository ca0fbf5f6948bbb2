/* A snapshot's lines, compressed as they come. */
#include "render/snapshot.h"

#include <base/error.h>
#include <base/file.h>
#include <base/interrupt.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "snapshot_internal.h"

#define LEVEL          9  /* a tenth larger than level 19, ten times as fast */
#define REAL_PRECISION 17 /* digits that give back the same double */
#define CHUNK          (128U << 10)

typedef struct {
    GHashTable *columns; /* of oid to GPtrArray of PgaColumnStatistics *: written with relations */
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

/* Statistics of a relation's columns stand behind it: both hold the same values, which compress to
 * nothing where they are near each other. */
static gboolean
write_columns(Writer *writer, PgaOid oid, GError **error)
{
    const GPtrArray *columns = g_hash_table_lookup(writer->columns, GUINT_TO_POINTER(oid));

    for (guint i = 0; columns && i < columns->len; i++)
        if (!write_record(writer, &pga_column_statistics_type, g_ptr_array_index(columns, i), FALSE,
                          error))
            return FALSE;
    return TRUE;
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

static gboolean
write_list(Writer *writer, const PgaRecordType *type, const GPtrArray *list, GError **error)
{
    for (guint i = 0; i < list->len; i++) {
        gconstpointer record = g_ptr_array_index(list, i);
        const gboolean is_written =
            type == &pga_column_statistics_type &&
            g_hash_table_contains(
                writer->columns, GUINT_TO_POINTER(((const PgaColumnStatistics *)record)->relation));

        if (pga_interrupt_check(error) ||
            (!is_written && !write_record(writer, type, record, FALSE, error)) ||
            (type == &pga_relation_type &&
             !write_columns(writer, ((const PgaRelation *)record)->oid, error)))
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
    ZSTD_CCtx_setParameter(writer->stream, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(writer->stream, ZSTD_c_checksumFlag, 1);
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
