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
} Target;

typedef struct {
    PgaSnapshot *snapshot;
    PgaSnapshotPlace place;
    GHashTable *targets; /* of key to Target * */
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
        add_target(reading, &(Target){.type = type, .section = section});
        for (guint j = 0; j < type->n_fields; j++) {
            const PgaField *field = &type->fields[j];
            gpointer at = section + field->offset;

            if (field->type == PGA_FIELD_RECORDS)
                add_target(reading, &(Target){.type = field->record, .list = *(GPtrArray **)at});
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

static gboolean
read_element(Reading *reading, Target *target, const json_t *object, GError **error)
{
    reading->place.memory -= (gint64)target->type->size;
    if (target->section)
        return read_section(reading, target, object, error);
    if (target->structs)
        return read_struct(reading, target, object, error);
    return pga_snapshot_read_fields(&reading->place, target->type, object,
                                    pga_record_add(target->list, target->type), FALSE, error);
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

PgaSnapshot *
pga_snapshot_read(const char *path, GError **error)
{
    g_autoptr(PgaSnapshotLines) lines = pga_snapshot_lines_open(path, error);
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(GHashTable) targets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Reading reading = {.snapshot = snapshot, .place = {.memory = MAX_MEMORY}, .targets = targets};

    list_targets(&reading);
    if (!lines || !read_lines(&reading, lines, error) || !pga_snapshot_validate(snapshot, error))
        return NULL;
    pga_snapshot_link(snapshot);
    return g_steal_pointer(&snapshot);
}
