/* Sequences and how far they have come. */
#include "collector_internal.h"

#include <base/text.h>

/* Sequences of 9.6 in one query: each is a branch of a UNION ALL. */
#define CHUNK 100

static void
add_sequence(PgaCollector *collector, PgaRows *rows)
{
    const PgaOid oid = pga_rows_oid(rows, "oid");
    g_autofree char *nspname = pga_rows_dup(rows, "nspname");
    g_autofree char *relname = pga_rows_dup(rows, "relname");
    PgaSequence *sequence = pga_catalog_add_sequence(collector->catalog, oid, nspname, relname);

    sequence->readable = pga_rows_bool(rows, "readable");
    sequence->min_value = pga_rows_int64(rows, "min_value", 1);
    sequence->max_value = pga_rows_int64(rows, "max_value", G_MAXINT64);
    sequence->increment = pga_rows_int64(rows, "increment", 1);
    sequence->start_value = pga_rows_int64(rows, "start_value", 1);
    sequence->cycle = pga_rows_bool(rows, "cycle");
    sequence->is_called = !pga_rows_is_null(rows, "last_value");
    sequence->last_value = pga_rows_int64(rows, "last_value", sequence->start_value);
    sequence->owner_relid = pga_rows_oid(rows, "owner_relid");
    sequence->owner_attnum = (gint16)pga_rows_int64(rows, "owner_attnum", 0);
    sequence->owner_deptype = pga_rows_char(rows, "owner_deptype");
}

/* (transfer full): reads sequences number @from to before @to as rows of themselves. */
static char *
values_sql(const GPtrArray *sequences, guint from, guint to)
{
    GString *sql = g_string_new(NULL);

    for (guint i = from; i < to; i++) {
        const PgaSequence *sequence = g_ptr_array_index(sequences, i);
        g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);

        if (!sequence->readable)
            continue;
        g_string_append_printf(
            sql,
            "%sSELECT %u AS oid, s.last_value, s.is_called, p.minimum_value AS min_value, "
            "p.maximum_value AS max_value, p.increment, p.start_value, p.cycle_option AS cycle "
            "FROM %s s, pg_catalog.pg_sequence_parameters(%u) p",
            sql->len ? " UNION ALL " : "", sequence->oid, name, sequence->oid);
    }
    return g_string_free(sql, FALSE);
}

static void
add_values(const PgaCatalog *catalog, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        PgaSequence *sequence = g_hash_table_lookup(catalog->sequence_by_oid,
                                                    GUINT_TO_POINTER(pga_rows_oid(&rows, "oid")));

        if (!sequence)
            continue;
        sequence->last_value = pga_rows_int64(&rows, "last_value", 0);
        sequence->is_called = pga_rows_bool(&rows, "is_called");
        sequence->min_value = pga_rows_int64(&rows, "min_value", 1);
        sequence->max_value = pga_rows_int64(&rows, "max_value", G_MAXINT64);
        sequence->increment = pga_rows_int64(&rows, "increment", 1);
        sequence->start_value = pga_rows_int64(&rows, "start_value", 1);
        sequence->cycle = pga_rows_bool(&rows, "cycle");
    }
}

/* Before 10 a sequence's parameters are in the sequence alone. */
static gboolean
read_values(PgaCollector *collector, GError **error)
{
    const GPtrArray *sequences = collector->catalog->sequences;

    for (guint from = 0; from < sequences->len; from += CHUNK) {
        g_autofree char *sql = values_sql(sequences, from, MIN(from + CHUNK, sequences->len));
        g_autoptr(PGresult) result = NULL;

        if (!*sql)
            continue;
        if (!pga_collector_query_text(collector, sql, "values of sequences", &result, error))
            return FALSE;
        add_values(collector->catalog, result);
    }
    return TRUE;
}

static void
add_all(PgaCollector *collector, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);
    guint n_unreadable = 0;

    while (pga_rows_next(&rows)) {
        const PgaLocked *locked = pga_collector_locked(collector, pga_rows_oid(&rows, "oid"));

        add_sequence(collector, &rows);
        if (locked && pga_rows_bool(&rows, "locked"))
            pga_collector_note_locked(collector, "sequence", locked);
        else
            n_unreadable += !pga_rows_bool(&rows, "readable");
    }
    if (n_unreadable > 0)
        pga_collector_note(
            collector, g_strdup("last values of sequences"),
            g_strdup_printf("this role may not read %u of them: GRANT USAGE or SELECT ON ALL "
                            "SEQUENCES IN SCHEMA … TO the role",
                            n_unreadable));
}

gboolean
pga_collect_sequences(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;

    if (!pga_collector_query(collector, "sequences", NULL, "sequences", PGA_QUERY_OPTIONAL, &result,
                             error))
        return FALSE;
    add_all(collector, result);
    return collector->major >= 10 || read_values(collector, error);
}
