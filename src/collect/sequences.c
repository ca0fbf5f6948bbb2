/* Sequences and how far they have come. */
#include "collector_internal.h"

#include <base/text.h>

/* Sequences in one query: each is a branch of a UNION ALL, and locked while it runs. */
#define CHUNK 200

static void
add_sequence(PgaCollector *collector, PgaRows *rows)
{
    const PgaOid oid = pga_rows_oid(rows, "oid");
    g_autofree char *nspname = pga_rows_dup(rows, "nspname");
    g_autofree char *relname = pga_rows_dup(rows, "relname");
    PgaSequence *sequence = pga_catalog_add_sequence(collector->catalog, oid, nspname, relname);
    const gboolean privileged = pga_rows_bool(rows, "privileged");

    sequence->readable = privileged && !pga_rows_bool(rows, "absent");
    sequence->min_value = pga_rows_int64(rows, "min_value", 1);
    sequence->max_value = pga_rows_int64(rows, "max_value", G_MAXINT64);
    sequence->increment = pga_rows_int64(rows, "increment", 1);
    sequence->start_value = pga_rows_int64(rows, "start_value", 1);
    sequence->cycle = pga_rows_bool(rows, "cycle");
    sequence->type = pga_rows_dup(rows, "type");
    sequence->last_value = sequence->start_value;
    sequence->owner_relid = pga_rows_oid(rows, "owner_relid");
    sequence->owner_attnum = (gint16)pga_rows_int64(rows, "owner_attnum", 0);
    sequence->owner_deptype = pga_rows_char(rows, "owner_deptype");
}

char *
pga_sequence_values_sql(const PgaCollector *collector, gconstpointer range)
{
    const PgaSequenceRange *wanted = range;
    const char *parameters =
        wanted->major >= 10 ? ""
                            : ", min_value, max_value, increment_by AS increment, start_value, "
                              "is_cycled AS cycle";
    GString *sql = g_string_new(NULL);

    for (guint i = wanted->from; i < wanted->to; i++) {
        const PgaSequence *sequence = g_ptr_array_index(wanted->sequences, i);
        g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);

        if (sequence->readable && !(collector && pga_collector_locked(collector, sequence->oid)))
            g_string_append_printf(sql, "%sSELECT %u AS oid, last_value, is_called%s FROM %s",
                                   sql->len ? " UNION ALL " : "", sequence->oid, parameters, name);
    }
    if (sql->len == 0)
        g_string_append(sql, "SELECT 0 AS oid, 0 AS last_value, FALSE AS is_called WHERE FALSE");
    return g_string_free(sql, FALSE);
}

static void
add_values(const PgaCollector *collector, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        PgaSequence *sequence = g_hash_table_lookup(collector->catalog->sequence_by_oid,
                                                    GUINT_TO_POINTER(pga_rows_oid(&rows, "oid")));

        if (!sequence)
            continue;
        sequence->last_value = pga_rows_int64(&rows, "last_value", 0);
        sequence->is_called = pga_rows_bool(&rows, "is_called");
        if (collector->major >= 10)
            continue;
        sequence->min_value = pga_rows_int64(&rows, "min_value", 1);
        sequence->max_value = pga_rows_int64(&rows, "max_value", G_MAXINT64);
        sequence->increment = pga_rows_int64(&rows, "increment", 1);
        sequence->start_value = pga_rows_int64(&rows, "start_value", 1);
        sequence->cycle = pga_rows_bool(&rows, "cycle");
    }
}

static gboolean
any_readable(const PgaSequenceRange *range)
{
    for (guint i = range->from; i < range->to; i++)
        if (((const PgaSequence *)g_ptr_array_index(range->sequences, i))->readable)
            return TRUE;
    return FALSE;
}

/* A sequence that is locked, or whose chunk the server refused, has no last value. */
static gboolean
read_chunk(PgaCollector *collector, const PgaSequenceRange *range, GError **error)
{
    g_autoptr(PGresult) result = NULL;

    if (any_readable(range) &&
        !pga_collector_query_made(collector, pga_sequence_values_sql, range,
                                  "last values of sequences", &result, error))
        return FALSE;
    add_values(collector, result);
    for (guint i = range->from; i < range->to; i++) {
        PgaSequence *sequence = g_ptr_array_index(range->sequences, i);
        const PgaLocked *locked = pga_collector_locked(collector, sequence->oid);

        if (sequence->readable && locked)
            pga_collector_note_locked(collector, "sequence", locked);
        sequence->readable = sequence->readable && result && !locked;
    }
    return TRUE;
}

static void
add_all(PgaCollector *collector, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);
    guint n_unreadable = 0;

    while (pga_rows_next(&rows)) {
        add_sequence(collector, &rows);
        n_unreadable += !pga_rows_bool(&rows, "privileged");
    }
    if (n_unreadable > 0)
        pga_collector_note(
            collector, g_strdup("last values of sequences"),
            g_strdup_printf("this role may not read %u of them: GRANT SELECT ON ALL SEQUENCES IN "
                            "SCHEMA … TO the role, and USAGE on the schema",
                            n_unreadable));
}

gboolean
pga_collect_sequences(PgaCollector *collector, GError **error)
{
    const GPtrArray *sequences = collector->catalog->sequences;
    g_autoptr(PGresult) result = NULL;

    if (!pga_collector_query(
            collector,
            &(PgaQuery){.name = "sequences", .what = "sequences", .need = PGA_QUERY_OPTIONAL},
            &result, error))
        return FALSE;
    add_all(collector, result);
    for (guint from = 0; from < sequences->len; from += CHUNK) {
        const PgaSequenceRange range = {sequences, from, MIN(from + CHUNK, sequences->len),
                                        collector->major};

        if (!read_chunk(collector, &range, error))
            return FALSE;
    }
    return TRUE;
}
