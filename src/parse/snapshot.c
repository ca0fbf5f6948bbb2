/* A snapshot file as a model: each line is one record, put where its key says. */
#include "parse/snapshot.h"

#include <base/error.h>
#include <base/interrupt.h>
#include <string.h>

#include "snapshot_internal.h"

#define MAX_MEMORY (G_GINT64_CONSTANT(2) << 30)
#define END        "end" /* the last line's key */

/** Where records of one key go. */
typedef struct {
    const PgaRecordType *type;
    gpointer section; /* (nullable): the record is this section itself */
    gboolean seen;    /* of a section: once only */
    GPtrArray *list;  /* (nullable): of its elements */
    GArray *structs;  /* (nullable): the same, by value */
    gboolean unwanted;
} Target;

typedef struct {
    PgaSnapshot *snapshot;
    PgaSnapshotPlace place;
    gboolean no_planner;   /* what the planner knows is passed over */
    GHashTable *targets;   /* of key to Target * */
    GHashTable *relations; /* of oid to PgaRelation *, those that were read */
    GHashTable *without;   /* of PgaAttribute *: those of them whose "stats" are null */
    guint n_records;
    gboolean ended;
} Reading;

static void
add_target(Reading *reading, const Target *target)
{
    char *key = pga_snapshot_key(target->type);

    g_hash_table_insert(reading->targets, key, g_memdup2(target, sizeof(*target)));
}

static void
list_targets(Reading *reading)
{
    const PgaRecordType *type;
    char *section;

    for (guint i = 0; (section = pga_snapshot_section(reading->snapshot, i, &type)); i++) {
        const gboolean unwanted = reading->no_planner && type == &pga_planner_data_type;

        add_target(reading, &(Target){.type = type, .section = section});
        for (guint j = 0; j < type->n_fields; j++) {
            const PgaField *field = &type->fields[j];
            gpointer at = section + field->offset;

            if (field->type == PGA_FIELD_RECORDS)
                add_target(reading, &(Target){.type = field->record,
                                              .list = *(GPtrArray **)at,
                                              .unwanted = unwanted});
            else if (field->type == PGA_FIELD_STRUCTS)
                add_target(reading, &(Target){.type = field->record, .structs = *(GArray **)at});
        }
    }
}

static gboolean
read_section(Reading *reading, Target *target, const json_t *object, GError **error)
{
    if (target->seen)
        return pga_snapshot_fail(&reading->place, NULL, error, "there was one before");
    target->seen = TRUE;
    return pga_snapshot_read_fields(&reading->place, target->type, object, target->section, TRUE,
                                    error);
}

static gboolean
read_struct(Reading *reading, const Target *target, const json_t *object, GError **error)
{
    g_autofree gpointer record = pga_record_new(target->type); /* owns nothing */

    if (!pga_snapshot_read_fields(&reading->place, target->type, object, record, FALSE, error))
        return FALSE;
    g_array_append_vals(target->structs, record, 1);
    return TRUE;
}

/* Statistics of its columns may follow from rows of pg_statistic, where it has none here. */
static void
note_relation(Reading *reading, PgaRelation *relation, const json_t *object)
{
    const json_t *attributes = json_object_get(object, "attributes");

    g_hash_table_insert(reading->relations, GUINT_TO_POINTER(relation->oid), relation);
    for (guint i = 0; i < relation->attributes->len; i++)
        if (json_is_null(json_object_get(json_array_get(attributes, i), "stats")))
            g_hash_table_add(reading->without, g_ptr_array_index(relation->attributes, i));
}

/* What a list of values takes up. */
static gint64
memory_of(const GPtrArray *list)
{
    gint64 bytes = 0;

    for (guint i = 0; list && i < list->len; i++)
        bytes += (gint64)strlen(g_ptr_array_index(list, i)) + 1 + (gint64)sizeof(gpointer);
    return bytes;
}

static void
share_statistics(Reading *reading, const PgaColumnStatistics *column)
{
    const PgaRelation *relation =
        g_hash_table_lookup(reading->relations, GUINT_TO_POINTER(column->relation));
    PgaCatalog *catalog = reading->snapshot->catalog;
    PgaAttribute *attribute = relation && pga_column_statistics_is_of(column, relation)
                                  ? pga_relation_attribute(relation, column->attnum)
                                  : NULL;
    PgaAttributeStats *stats;

    if (!attribute || attribute->stats || g_hash_table_contains(reading->without, attribute))
        return;
    stats = pga_snapshot_stats(attribute, column);
    reading->place.memory -=
        (gint64)sizeof(*stats) + memory_of(stats->mcv) + memory_of(stats->histogram);
    stats->mcv = pga_catalog_keep_values(catalog, stats->mcv);
    stats->histogram = pga_catalog_keep_values(catalog, stats->histogram);
    attribute->stats = stats;
}

/* Into @target's list; back out of it when it was wanted for the Catalog only. */
static gboolean
read_record(Reading *reading, const Target *target, const json_t *object, GError **error)
{
    const gint64 memory = reading->place.memory;
    gpointer record = pga_record_new(target->type);

    g_ptr_array_add(target->list, record);
    if (!pga_snapshot_read_fields(&reading->place, target->type, object, record, FALSE, error))
        return FALSE;
    if (target->unwanted) {
        g_ptr_array_set_size(target->list, (gint)target->list->len - 1);
        reading->place.memory = memory;
    }
    if (target->type == &pga_relation_type)
        note_relation(reading, record, object);
    else if (target->type == &pga_column_statistics_type)
        share_statistics(reading, record);
    if (target->unwanted)
        pga_record_free(target->type, record);
    return TRUE;
}

static gboolean
read_element(Reading *reading, Target *target, const json_t *object, GError **error)
{
    if (target->unwanted && target->type != &pga_column_statistics_type)
        return TRUE;
    reading->place.memory -= (gint64)target->type->size;
    if (target->section)
        return read_section(reading, target, object, error);
    if (target->structs)
        return read_struct(reading, target, object, error);
    return read_record(reading, target, object, error);
}

static gboolean
read_end(Reading *reading, const json_t *object, GError **error)
{
    const json_int_t n = json_integer_value(json_object_get(object, "records"));

    reading->ended = TRUE;
    return n == (json_int_t)reading->n_records ||
           pga_snapshot_fail(&reading->place, "records", error,
                             "%" JSON_INTEGER_FORMAT " records were written, %u are here", n,
                             reading->n_records);
}

/* The first line is the snapshot's own: of which version it is decides whether to go on. */
static gboolean
check_header(const Reading *reading, GError **error)
{
    const PgaSnapshot *snapshot = reading->snapshot;

    if (reading->n_records != 1)
        return TRUE;
    if (snapshot->version > PGA_SNAPSHOT_VERSION) {
        pga_error_set(error, PGA_ERROR_INPUT,
                      "the snapshot is of version %d, and this program reads up to %d",
                      snapshot->version, PGA_SNAPSHOT_VERSION);
        pga_error_hint(error, "Read it with the pgarchitect that wrote it%s%s, or a later one.",
                       snapshot->tool ? ", version " : "", snapshot->tool ? snapshot->tool : "");
        return FALSE;
    }
    return snapshot->version >= 1 ||
           pga_snapshot_fail(&reading->place, "version", error, "the first line has no version");
}

/* One key, whose value is the record. Keys that nobody knows are of a later program. */
static gboolean
read_object(Reading *reading, json_t *line, GError **error)
{
    const char *key = json_object_iter_key(json_object_iter(line));
    const json_t *object = json_object_iter_value(json_object_iter(line));
    Target *target;

    if (json_object_size(line) != 1 || !json_is_object(object))
        return pga_snapshot_fail(&reading->place, NULL, error, "one record was expected");
    target = g_hash_table_lookup(reading->targets, key);
    reading->place.record = target ? target->type->name : END;
    if (reading->ended)
        return pga_snapshot_fail(&reading->place, NULL, error, "it comes after the end");
    if (g_str_equal(key, END))
        return read_end(reading, object, error);
    reading->n_records++;
    return (!target || read_element(reading, target, object, error)) &&
           check_header(reading, error);
}

static gboolean
read_line(Reading *reading, const char *text, gsize length, GError **error)
{
    json_error_t cause;
    json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, &cause);
    gboolean done;

    reading->place.line++;
    reading->place.record = NULL;
    if (!line)
        return pga_snapshot_fail(&reading->place, NULL, error, "%s", cause.text);
    done = json_is_object(line)
               ? read_object(reading, line, error)
               : pga_snapshot_fail(&reading->place, NULL, error, "one record was expected");
    json_decref(line);
    return done;
}

static gboolean
read_lines(Reading *reading, PgaSnapshotLines *lines, GError **error)
{
    const char *text;
    gsize length;

    for (;;) {
        if (reading->place.line % 1024 == 0 && pga_interrupt_check(error))
            return FALSE;
        if (!pga_snapshot_lines_next(lines, &text, &length, error))
            return FALSE;
        if (!text)
            break;
        if (!read_line(reading, text, length, error))
            return FALSE;
    }
    return reading->ended || pga_snapshot_fail(&reading->place, NULL, error, "the end is missing");
}

#define SUBJECT "the snapshot "

/* Of two snapshots one wants to know which, and of a damaged one what to do. */
static void
name_file(const char *path, GError *refused)
{
    GError **place = &refused;
    char *message;

    if (!g_error_matches(refused, PGA_ERROR, PGA_ERROR_INPUT) ||
        !g_str_has_prefix(refused->message, SUBJECT))
        return;
    message = g_strdup_printf(SUBJECT "\"%s\" %s", path, refused->message + strlen(SUBJECT));
    g_free(refused->message);
    refused->message = message;
    if (!pga_error_get_hint(refused))
        pga_error_hint(place, "Something has changed the file since it was written: copy it anew, "
                              "in binary mode, or take another snapshot.");
}

static PgaSnapshot *
read_from(const char *path, gboolean no_planner, GError **error)
{
    g_autoptr(PgaSnapshotLines) lines = pga_snapshot_lines_open(path, error);
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(GHashTable) targets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GHashTable) relations = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) without = g_hash_table_new(NULL, NULL);
    Reading reading = {.snapshot = snapshot,
                       .place = {.memory = MAX_MEMORY},
                       .no_planner = no_planner,
                       .targets = targets,
                       .relations = relations,
                       .without = without};

    list_targets(&reading);
    if (!lines || !read_lines(&reading, lines, error) || !pga_snapshot_validate(snapshot, error))
        return NULL;
    pga_snapshot_link(snapshot);
    return g_steal_pointer(&snapshot);
}

static PgaSnapshot *
read_file(const char *path, gboolean no_planner, GError **error)
{
    GError *refused = NULL;
    PgaSnapshot *snapshot = read_from(path, no_planner, &refused);

    if (refused) {
        name_file(path, refused);
        g_propagate_error(error, refused);
    }
    return snapshot;
}

PgaSnapshot *
pga_snapshot_read(const char *path, GError **error)
{
    return read_file(path, FALSE, error);
}

PgaSnapshot *
pga_snapshot_read_for_check(const char *path, GError **error)
{
    return read_file(path, TRUE, error);
}
