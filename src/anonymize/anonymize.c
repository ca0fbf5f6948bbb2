/* The steps of an anonymisation: values while the names that say what they are are still there,
 * then names and texts, then what follows from both. */
#include "anonymize/anonymize.h"

#include <base/error.h>
#include <base/text.h>
#include <parse/workload.h>
#include <string.h>

#include "relink_internal.h"
#include "sequences_internal.h"
#include "statistics_internal.h"
#include "walk_internal.h"

typedef struct {
    PgaWalk walk;
    GPtrArray *notes;
} Anonymizer;

static void
note(Anonymizer *anonymizer, char *what, const char *why)
{
    g_ptr_array_add(anonymizer->notes, pga_not_checked_new(NULL, what, g_strdup(why)));
}

/* The clone lacks it: whoever reads the file is to know. */
static void
note_in_file(Anonymizer *anonymizer, const char *what, const char *why)
{
    PgaSnapshotNote *entry =
        pga_record_add(anonymizer->walk.snapshot->notes, &pga_snapshot_note_type);

    entry->reading = PGA_SNAPSHOT_PLANNER;
    entry->what = g_strdup(what);
    entry->why = g_strdup(why);
}

/* (transfer full): "public.t.c", in pseudonyms. */
static char *
column_of(const Anonymizer *anonymizer, const PgaLeftOut *entry)
{
    const PgaRelation *relation =
        pga_catalog_relation(anonymizer->walk.snapshot->catalog, entry->relation);
    g_autofree char *attname =
        entry->attname ? pga_name_map(anonymizer->walk.names, PGA_NAME_COLUMN, entry->attname)
                       : NULL;

    if (!relation)
        return g_strdup("?");
    return attname
               ? g_strdup_printf("%s.%s.%s", relation->nspname, relation->relname, attname)
               : g_strdup_printf("an expression on %s.%s", relation->nspname, relation->relname);
}

/* After the names were replaced. */
static void
note_left_out(Anonymizer *anonymizer, const GPtrArray *left_out)
{
    for (guint i = 0; i < left_out->len; i++) {
        const PgaLeftOut *entry = g_ptr_array_index(left_out, i);
        g_autofree char *type =
            *entry->type ? pga_sql_map(anonymizer->walk.sql, PGA_SQL_TYPE, entry->type, NULL)
                         : g_strdup("unknown");
        g_autofree char *column = column_of(anonymizer, entry);
        g_autofree char *what =
            entry->n == 1 ? g_strdup_printf("values of %s (type %s)", column, type)
                          : g_strdup_printf("values of %u columns of type %s, the first %s",
                                            entry->n, type, column);

        note_in_file(anonymizer, what,
                     "--anonymize knows no mapping for them: plans on the clone know null_frac, "
                     "n_distinct, width and correlation only");
        note(anonymizer, g_steal_pointer(&what), "no mapping is known for them: left out");
    }
}

static gboolean
has_hash_partitions(const PgaCatalog *catalog)
{
    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        if (relation->partkey && g_str_has_prefix(relation->partkey, "HASH"))
            return TRUE;
    }
    return FALSE;
}

static void
note_values(Anonymizer *anonymizer)
{
    const PgaValueMap *values = anonymizer->walk.values;

    if (pga_value_map_is_tight(values))
        note(anonymizer, g_strdup("values at the ends of smallint columns"),
             "the values use the whole type: those that had no room became its ends");
    if (pga_value_map_masks_letters(values))
        note(anonymizer, g_strdup("letters beyond ASCII"),
             "the database's encoding has no room for others: most became question marks, so two "
             "values may have become one");
    if (has_hash_partitions(anonymizer->walk.snapshot->catalog))
        note(anonymizer, g_strdup("hash partitions"),
             "a value's pseudonym belongs to another partition: plans of queries for one value "
             "read another partition than the original's");
}

static void
note_texts(Anonymizer *anonymizer)
{
    const PgaWalk *walk = &anonymizer->walk;

    if (pga_sql_map_n_emptied(walk->sql) > 0)
        note(anonymizer,
             g_strdup_printf("bodies of %u routines in other languages than SQL and PL/pgSQL",
                             pga_sql_map_n_emptied(walk->sql)),
             "only SQL and PL/pgSQL are read: emptied");
    if (pga_sql_map_n_cut(walk->sql) > 0)
        note(anonymizer, g_strdup_printf("%u texts of SQL", pga_sql_map_n_cut(walk->sql)),
             "they could not be read to their end: cut there");
    if (walk->n_masked > 0)
        note(anonymizer, g_strdup_printf("%u texts of settings and messages", walk->n_masked),
             "they may say whose they are: replaced by ********");
}

static void
note_extensions(Anonymizer *anonymizer)
{
    const GPtrArray *extensions = anonymizer->walk.snapshot->catalog->extensions;
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < extensions->len; i++) {
        const PgaExtension *extension = g_ptr_array_index(extensions, i);

        if (!extension->members && !g_str_equal(extension->extname, "plpgsql"))
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", extension->extname);
    }
    if (names->len > 0)
        note(anonymizer, g_strdup_printf("names in the extensions %s", names->str),
             "the snapshot does not say what they bring: their names were replaced, so that what "
             "uses them cannot be cloned; take a new snapshot");
    g_string_free(names, TRUE);
}

/* Where a sequence stands belongs to the values that it gave. */
static void
move_sequences(const Anonymizer *anonymizer)
{
    const GPtrArray *sequences = anonymizer->walk.snapshot->catalog->sequences;
    const gint64 shift = pga_value_map_integer_shift(anonymizer->walk.values);

    for (guint i = 0; i < sequences->len; i++) {
        PgaSequence *sequence = g_ptr_array_index(sequences, i);

        if (!sequence->is_called || shift < 0)
            continue;
        if (sequence->max_value < G_MININT64 + shift ||
            sequence->last_value > sequence->max_value - shift)
            sequence->last_value = sequence->max_value;
        else
            sequence->last_value += shift;
    }
}

static gboolean
is_read_anew(const PgaSnapshot *snapshot, GError **error)
{
    return snapshot->workload->statements->len == 0 ||
           pga_workload_parse(snapshot->catalog, snapshot->workload, error);
}

static gboolean
replace_all(Anonymizer *anonymizer, GError **error)
{
    PgaWalk *walk = &anonymizer->walk;
    PgaSnapshot *snapshot = walk->snapshot;
    g_autoptr(GPtrArray) left_out = NULL;

    pga_walk_meet_names(walk);
    left_out = pga_statistics_map(snapshot, walk->values);
    pga_sequences_move(snapshot->catalog, pga_value_map_integer_shift(walk->values));
    note_extensions(anonymizer);
    note_values(anonymizer);
    move_sequences(anonymizer);
    pga_walk_records(walk);
    pga_walk_settings(walk);
    note_left_out(anonymizer, left_out);
    note_texts(anonymizer);
    pga_snapshot_relink(snapshot);
    snapshot->anonymized = TRUE;
    snapshot->environment->dates_moved = TRUE;
    /* Extensions of one's own have telling names. */
    g_clear_pointer(&snapshot->environment->available_extensions, g_ptr_array_unref);
    return is_read_anew(snapshot, error) && pga_snapshot_validate(snapshot, error);
}

gboolean
pga_anonymize(PgaSnapshot *snapshot, const PgaAnonymizeRequest *request, GPtrArray *notes,
              GError **error)
{
    g_autoptr(PgaNameMap) names = NULL;
    g_autoptr(PgaValueMap) values = NULL;
    g_autoptr(PgaSqlMap) sql = NULL;
    PgaAnonymizeKey key;

    if (!pga_anonymize_key_init(&key, request->key, request->key_length, error))
        return FALSE;
    names = pga_name_map_new(snapshot, &key);
    values = pga_value_map_new(snapshot, &key, (PgaOwnWords){pga_name_is_own_word, names});
    explicit_bzero(&key, sizeof(key));
    sql = pga_sql_map_new(names, values, snapshot);
    return replace_all(&(Anonymizer){{snapshot, names, values, sql, 0}, notes}, error);
}
