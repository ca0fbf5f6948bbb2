/* Some rows of tables, on request only: what GIN and GiST make of a document, a text or a range is
 * not in any statistics. Pages by chance, and of their rows some, the same ones each time; as the
 * server's text of the row's own values, through no cast that a user may have made. */
#include <base/interrupt.h>
#include <base/text.h>
#include <string.h>

#include "planner_internal.h"

/* Of a table: enough rows to meet a key twice that one in 50 of them shares; pages that a slow disk
 * reads in the time. */
#define ROWS  4000
#define PAGES 1000
/* ms for a table */
#define STATEMENT_TIMEOUT "2000"
#define FAILED_BUDGET_US  (30 * G_TIME_SPAN_SECOND)
#define MAX_ROW_BYTES     16384
#define MAX_BYTES         (64 << 20)
#define MAX_TABLE_BYTES   (8 << 20)
/* Bytes on average from which a text is worth a trigram index. */
#define WIDE 16
/* Where the table was never analysed. */
#define ROWS_PER_PAGE 50.0

typedef struct {
    PgaOid oid;
    char *name;      /* as shown */
    double percent;  /* of pages that are read */
    double fraction; /* of their rows that are taken */
} Table;

typedef struct {
    GPtrArray *tables; /* of Table *, in order of names */
    GHashTable *sizes; /* of oid to PgaRelationSize *, borrowed */
    GHashTable *wide;  /* of oid: tables with a wide column */
    gint64 failed_us;
    gsize bytes;
    guint n_long; /* rows left out */
    const char *first_long;
} Samples;

static void
table_free(gpointer data)
{
    Table *table = data;

    g_free(table->name);
    g_free(table);
}

static void
samples_clear(Samples *samples)
{
    g_ptr_array_unref(samples->tables);
    g_hash_table_unref(samples->sizes);
    g_hash_table_unref(samples->wide);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Samples, samples_clear)

static Samples
samples_of(const PgaPlannerData *data)
{
    Samples samples = {
        .tables = g_ptr_array_new_with_free_func(table_free),
        .sizes = g_hash_table_new(NULL, NULL),
        .wide = g_hash_table_new(NULL, NULL),
    };

    for (guint i = 0; i < data->sizes->len; i++) {
        PgaRelationSize *size = g_ptr_array_index(data->sizes, i);

        g_hash_table_insert(samples.sizes, GUINT_TO_POINTER(size->oid), size);
    }
    for (guint i = 0; i < data->columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(data->columns, i);

        if (column->width > WIDE)
            g_hash_table_add(samples.wide, GUINT_TO_POINTER(column->relation));
    }
    return samples;
}

static void
choose_share(const PgaRelationSize *size, Table *table)
{
    const double pages = (double)MAX(size->pages, 1), read = MIN(pages, PAGES);
    const double tuples = size->reltuples ? g_ascii_strtod(size->reltuples, NULL) : 0;
    const double density =
        tuples > 0 && size->relpages > 0 ? tuples / (double)size->relpages : ROWS_PER_PAGE;

    table->percent = 100 * read / pages;
    table->fraction = MIN(0.95 * ROWS / (read * density), 1);
}

static void
add_table(Samples *samples, PgaRows *rows)
{
    const PgaOid oid = pga_rows_oid(rows, "oid");
    const PgaRelationSize *size = g_hash_table_lookup(samples->sizes, GUINT_TO_POINTER(oid));
    g_autofree char *nspname = pga_rows_dup(rows, "nspname");
    g_autofree char *relname = pga_rows_dup(rows, "relname");
    Table *table;

    if (!size || size->pages < 1)
        return;
    table = g_new0(Table, 1);
    table->oid = oid;
    table->name = pga_quote_qualified(nspname, relname);
    choose_share(size, table);
    g_ptr_array_add(samples->tables, table);
}

/** Tables that are left out, by reason. */
typedef struct {
    const char *reason, *why;
    guint n;
    char *first;
} Left;

static void
leave_out(Left *left, guint n_left, PgaRows *rows)
{
    for (guint i = 0; i < n_left; i++) {
        if (strcmp(left[i].reason, pga_rows_text(rows, "reason")) != 0 || left[i].n++ > 0)
            continue;
        g_autofree char *nspname = pga_rows_dup(rows, "nspname");
        g_autofree char *relname = pga_rows_dup(rows, "relname");

        left[i].first = pga_quote_qualified(nspname, relname);
    }
}

static void
list_tables(PgaCollector *collector, const PGresult *result, Samples *samples)
{
    Left left[] = {
        {.reason = "select",
         .why = "no SELECT privilege: sizes of GIN and GiST indexes are estimated from statistics"},
        {.reason = "row security", .why = "row-level security may hide some from this role"},
        {.reason = "function",
         .why = "an index or statistics object of the table calls a "
                "function that is neither PostgreSQL's nor an extension's"},
    };
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        const PgaOid oid = pga_rows_oid(&rows, "oid");

        if (!pga_rows_bool(&rows, "is_rich") &&
            !g_hash_table_contains(samples->wide, GUINT_TO_POINTER(oid)))
            continue;
        if (pga_rows_is_null(&rows, "reason"))
            add_table(samples, &rows);
        else
            leave_out(left, G_N_ELEMENTS(left), &rows);
    }
    for (guint i = 0; i < G_N_ELEMENTS(left); i++) {
        pga_planner_note_hidden(collector, "sampled rows", left[i].n, left[i].first, left[i].why);
        g_free(left[i].first);
    }
}

/* ROW(t.*): an alias followed by a point is no column, and record_out() no cast. */
static char *
make_sql(const PgaCollector *collector, gconstpointer data)
{
    const Table *table = data;
    char percent[G_ASCII_DTOSTR_BUF_SIZE];

    if (pga_collector_locked(collector, table->oid))
        return g_strdup("SELECT NULL WHERE FALSE");
    return g_strdup_printf(
        "SELECT CASE WHEN pg_catalog.octet_length(s.line) <= %d THEN s.line END FROM ("
        "SELECT pg_catalog.textin(pg_catalog.record_out(ROW(t.*))) AS line FROM ONLY %s t"
        " TABLESAMPLE pg_catalog.system (%s) REPEATABLE (0)"
        " WHERE (pg_catalog.hashtext(pg_catalog.textin(pg_catalog.tidout(t.ctid))) & 65535) < %d"
        " LIMIT %d OFFSET 0) s",
        MAX_ROW_BYTES, table->name,
        g_ascii_formatd(percent, sizeof percent, "%.6f", MAX(table->percent, 0.000001)),
        (int)MAX(table->fraction * 65536, 1), ROWS);
}

static void
add_rows(PgaCollector *collector, const Table *table, const PGresult *result, Samples *samples)
{
    const PgaPlannerReader *reader = collector->data;
    const gsize end = MIN(samples->bytes + MAX_TABLE_BYTES, MAX_BYTES);
    PgaSample *sample = NULL;

    for (int row = 0; row < PQntuples(result) && samples->bytes < end; row++) {
        const char *text = PQgetvalue(result, row, 0);

        if (PQgetisnull(result, row, 0)) {
            if (samples->n_long++ == 0)
                samples->first_long = table->name;
            continue;
        }
        if (!g_utf8_validate(text, -1, NULL))
            continue;
        if (!sample)
            sample = pga_planner_data_add_sample(reader->data, table->oid);
        g_ptr_array_add(sample->rows, g_strdup(text));
        samples->bytes += strlen(text);
    }
}

static gboolean
read_table(PgaCollector *collector, const Table *table, Samples *samples, GError **error)
{
    const gint64 start = g_get_monotonic_time();
    g_autoptr(PGresult) result = NULL;

    if (pga_interrupt_check(error) ||
        !pga_collector_try_made(collector, make_sql, table, &result, error))
        return FALSE;
    if (result) {
        add_rows(collector, table, result, samples);
        return TRUE;
    }
    samples->failed_us += g_get_monotonic_time() - start;
    pga_collector_note(collector, g_strdup_printf("sampled rows of %s", table->name),
                       g_strdup_printf("the server said: %s", collector->refusal));
    return TRUE;
}

static gboolean
read_tables(PgaCollector *collector, Samples *samples, GError **error)
{
    for (guint i = 0; i < samples->tables->len; i++) {
        const Table *table = g_ptr_array_index(samples->tables, i);
        const gboolean is_full = samples->bytes >= MAX_BYTES;

        if (is_full || samples->failed_us > FAILED_BUDGET_US) {
            pga_planner_note_hidden(collector, "sampled rows", samples->tables->len - i,
                                    table->name,
                                    is_full ? "64 MB were read: of the rest none"
                                            : "given up: too many others took too long");
            break;
        }
        if (!read_table(collector, table, samples, error))
            return FALSE;
    }
    if (samples->n_long > 0)
        pga_collector_note(
            collector, g_strdup_printf("sampled rows of more than %d kB", MAX_ROW_BYTES / 1024),
            g_strdup_printf("left out: %u, the first of %s", samples->n_long, samples->first_long));
    return TRUE;
}

gboolean
pga_planner_read_samples(PgaCollector *collector, GError **error)
{
    const PgaPlannerReader *reader = collector->data;
    g_autofree char *oids = pga_planner_oids(reader->readable, 0, reader->readable->len);
    g_auto(Samples) samples = samples_of(reader->data);
    g_autoptr(PGresult) result = NULL;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "samples",
                                         .what = "sampled rows",
                                         .need = PGA_QUERY_OPTIONAL,
                                         .argument = oids},
                             &result, error))
        return FALSE;
    list_tables(collector, result, &samples);
    if (samples.tables->len == 0)
        return TRUE;
    return pga_planner_set(collector, "extremes_session", STATEMENT_TIMEOUT, error) &&
           read_tables(collector, &samples, error);
}
