/* Statistics of columns, of expressions and of groups of columns, whole, by the best way that the
 * role has. */
#include <base/text.h>
#include <string.h>

#include "planner_internal.h"

#define BATCH 1000

#define REMEDY                                                                                     \
    "pg_read_all_data (14 and later) or the functions of pgarchitect doctor --grants show them"

/* Kinds as in src/include/catalog/pg_statistic.h: 1 most common values, 2 histogram, 3 correlation,
 * 4 most common elements, 5 counts of elements, 6 and 7 of ranges. */
static gboolean
is_whole(const PgaStatisticSlot *slot)
{
    const gint16 kind = slot->kind;

    if ((kind == 1 || kind == 2 || kind == 4 || kind == 6 || kind == 7) && !slot->values)
        return FALSE;
    if ((kind == 1 || kind == 3 || kind == 4 || kind == 5) && !slot->numbers)
        return FALSE;
    return slot->values || slot->numbers;
}

static void
slot_clear(PgaStatisticSlot *slot)
{
    g_free(slot->numbers);
    g_free(slot->values);
    *slot = (PgaStatisticSlot){0};
}

/* Half a slot is none: the rest of it was refused. */
static void
drop_halves(PgaColumnStatistics *column)
{
    guint n = 0;

    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++) {
        const PgaStatisticSlot slot = column->slots[i];

        column->slots[i] = (PgaStatisticSlot){0};
        column->slots[n] = slot;
        if (slot.kind == 0 || is_whole(&slot))
            n += slot.kind != 0;
        else
            slot_clear(&column->slots[n]);
    }
}

void
pga_planner_fill_column(PgaColumnStatistics *column, PgaRows *rows)
{
    static const char *const names[PGA_STATISTIC_SLOTS][3] = {
        {"kind1", "numbers1", "values1"}, {"kind2", "numbers2", "values2"},
        {"kind3", "numbers3", "values3"}, {"kind4", "numbers4", "values4"},
        {"kind5", "numbers5", "values5"},
    };
    guint n = 0;

    column->null_frac = pga_rows_dup(rows, "null_frac");
    column->width = (gint32)pga_rows_int64(rows, "width", -1);
    column->n_distinct = pga_rows_dup(rows, "n_distinct");
    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++) {
        const gint16 kind = (gint16)pga_rows_int64(rows, names[i][0], 0);

        if (kind == 0)
            continue;
        column->slots[n].kind = kind;
        column->slots[n].numbers = pga_rows_dup(rows, names[i][1]);
        column->slots[n++].values = pga_rows_dup(rows, names[i][2]);
    }
}

static void
note_refused(const PgaPlannerReader *reader, PgaCollector *collector, PgaColumnStatistics *column,
             const char *refusal)
{
    const char *relation = g_hash_table_lookup(reader->names, GUINT_TO_POINTER(column->relation));
    g_autofree char *name = pga_quote_identifier(column->attname);

    drop_halves(column);
    pga_collector_note_refused(collector,
                               g_strdup_printf("some statistics of column %s%s%s",
                                               relation ? relation : "", relation ? "." : "", name),
                               refusal);
}

static void
add_column(PgaPlannerReader *reader, PgaCollector *collector, PgaRows *rows)
{
    g_autofree char *refusal = pga_rows_refusal(rows);
    PgaColumnStatistics *column =
        pga_planner_data_add_column(reader->data, pga_rows_oid(rows, "relation"));

    column->attnum = (gint16)pga_rows_int64(rows, "attnum", 0);
    column->attname = pga_rows_dup(rows, "attname");
    column->inherited = pga_rows_bool(rows, "inherited");
    pga_planner_fill_column(column, rows);
    if (refusal)
        note_refused(reader, collector, column, refusal);
}

static const char *
hidden_columns_why(const char *reason, guint major)
{
    if (strcmp(reason, "select") == 0)
        return major >= 14 ? "no SELECT privilege: " REMEDY
                           : "no SELECT privilege: GRANT SELECT ON the tables TO the role";
    if (strcmp(reason, "index") == 0)
        return "pg_stats shows those of an index' expressions to its owner only; " REMEDY;
    if (strcmp(reason, "row security") == 0)
        return "row-level security hides them in pg_stats; " REMEDY;
    return "pg_stats lacks those of ranges (before 17) and of types with an ANALYZE function of "
           "their own; " REMEDY;
}

static const char *
hidden_columns_what(const char *reason)
{
    if (strcmp(reason, "index") == 0)
        return "statistics of expressions";
    return strcmp(reason, "kinds") == 0 ? "some statistics of columns" : "statistics of columns";
}

/** Relations that are hidden for the same reason. */
typedef struct {
    const char *reason;
    char *first;
    guint n;
} Hidden;

static void
count_hidden(Hidden *hidden, guint n_hidden, PgaRows *rows)
{
    const char *reason = pga_rows_text(rows, "reason");

    for (guint i = 0; i < n_hidden; i++) {
        g_autofree char *nspname = pga_rows_dup(rows, "nspname");
        g_autofree char *relname = pga_rows_dup(rows, "relname");

        if (strcmp(hidden[i].reason, reason) == 0 && hidden[i].n++ == 0)
            hidden[i].first = pga_quote_qualified(nspname, relname);
    }
}

static gboolean
tell_hidden_columns(PgaCollector *collector, GError **error)
{
    const PgaPlannerReader *reader = collector->data;
    g_autofree char *oids = pga_planner_oids(reader->analysed, 0, reader->analysed->len);
    Hidden hidden[] = {
        {.reason = "select"}, {.reason = "index"}, {.reason = "row security"}, {.reason = "kinds"}};
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "hidden_statistics",
                                         .what = "privileges on tables",
                                         .need = PGA_QUERY_OPTIONAL,
                                         .argument = oids},
                             &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        count_hidden(hidden, G_N_ELEMENTS(hidden), &rows);
    for (guint i = 0; i < G_N_ELEMENTS(hidden); i++) {
        pga_planner_note_hidden(collector, hidden_columns_what(hidden[i].reason), hidden[i].n,
                                hidden[i].first,
                                hidden_columns_why(hidden[i].reason, collector->major));
        g_free(hidden[i].first);
    }
    return TRUE;
}

gboolean
pga_planner_read_columns(PgaCollector *collector, GError **error)
{
    static const char *const names[] = {"column_statistics", "column_statistics_function",
                                        "column_statistics_view"};
    const PgaPlannerReader *reader = collector->data;
    const PgaBatchQuery query = {
        .name = names[reader->columns],
        .second = reader->with_values ? "t" : "f",
        .what = "statistics of columns",
        .batch = BATCH,
        .spared = "f",
        .key = "q.relation::pg_catalog.int8 * 131072 + q.attnum * 2 + q.inherited::pg_catalog.int4",
        .fragile = {"numbers1", "values1", "numbers2", "values2", "numbers3", "values3", "numbers4",
                    "values4", "numbers5", "values5"},
        .add = add_column,
    };

    return pga_planner_read(collector, &query, reader->analysed, error) &&
           (reader->columns != PGA_STATISTICS_VIEW || tell_hidden_columns(collector, error));
}

/* Of an SQL array of text. */
static void
fill_names(GPtrArray *attnames, PgaRows *rows)
{
    g_autoptr(GPtrArray) texts = pga_rows_texts(rows, "attnames");

    for (guint i = 0; texts && i < texts->len; i++)
        g_ptr_array_add(attnames, g_strdup(g_ptr_array_index(texts, i)));
}

/* The four arrays of an MCV list belong together. */
static void
drop_half_list(PgaExtendedStatistics *extended)
{
    if (extended->mcv_values && extended->mcv_nulls && extended->mcv_freqs &&
        extended->mcv_base_freqs)
        return;
    g_clear_pointer(&extended->mcv_values, g_free);
    g_clear_pointer(&extended->mcv_nulls, g_free);
    g_clear_pointer(&extended->mcv_freqs, g_free);
    g_clear_pointer(&extended->mcv_base_freqs, g_free);
}

static void
add_object(PgaPlannerReader *reader, PgaRows *rows, gboolean refused)
{
    PgaExtendedStatistics *extended =
        pga_planner_data_add_extended(reader->data, pga_rows_oid(rows, "statistics"));

    extended->inherited = pga_rows_bool(rows, "inherited");
    pga_rows_int16s(rows, "attnums", extended->attnums);
    fill_names(extended->attnames, rows);
    extended->ndistinct = pga_rows_dup(rows, "ndistinct");
    extended->dependencies = pga_rows_dup(rows, "dependencies");
    extended->mcv_values = pga_rows_dup(rows, "mcv_values");
    extended->mcv_nulls = pga_rows_dup(rows, "mcv_nulls");
    extended->mcv_freqs = pga_rows_dup(rows, "mcv_freqs");
    extended->mcv_base_freqs = pga_rows_dup(rows, "mcv_base_freqs");
    if (refused)
        drop_half_list(extended);
}

static void
fill_expression(PgaColumnStatistics *expression, PgaRows *rows, gboolean refused)
{
    pga_planner_fill_column(expression, rows);
    if (refused)
        drop_halves(expression);
}

/* Rows come ordered: an object, then its expressions. */
static void
add_extended(PgaPlannerReader *reader, PgaCollector *collector, PgaRows *rows)
{
    g_autofree char *refusal = pga_rows_refusal(rows);
    const GPtrArray *all = reader->data->extended;
    PgaExtendedStatistics *last = all->len ? g_ptr_array_index(all, all->len - 1) : NULL;

    if (pga_rows_int64(rows, "place", 0) == 0)
        add_object(reader, rows, refusal != NULL);
    else if (last && last->oid == pga_rows_oid(rows, "statistics") &&
             last->inherited == pga_rows_bool(rows, "inherited"))
        fill_expression(pga_extended_statistics_add_expression(last), rows, refusal != NULL);
    if (refusal)
        pga_collector_note_refused(collector,
                                   g_strdup_printf("a part of the extended statistics with oid %u",
                                                   pga_rows_oid(rows, "statistics")),
                                   refusal);
}

/* Of those that the views may hide, the ones that they did not show. */
static gboolean
tell_hidden_extended(PgaCollector *collector, GError **error)
{
    const PgaPlannerReader *reader = collector->data;
    g_autofree char *oids = pga_planner_oids(reader->readable, 0, reader->readable->len);
    g_autoptr(GHashTable) shown = g_hash_table_new(NULL, NULL);
    g_autofree char *first = NULL;
    g_autoptr(PGresult) result = NULL;
    guint n = 0;
    PgaRows rows;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "hidden_extended",
                                         .what = "privileges on extended statistics",
                                         .need = PGA_QUERY_OPTIONAL,
                                         .argument = oids},
                             &result, error))
        return FALSE;
    for (guint i = 0; i < reader->data->extended->len; i++)
        g_hash_table_add(
            shown,
            GUINT_TO_POINTER(
                ((PgaExtendedStatistics *)g_ptr_array_index(reader->data->extended, i))->oid));
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        g_autofree char *nspname = pga_rows_dup(&rows, "nspname");
        g_autofree char *relname = pga_rows_dup(&rows, "relname");

        if (g_hash_table_contains(shown, GUINT_TO_POINTER(pga_rows_oid(&rows, "statistics"))))
            continue;
        if (n++ == 0)
            first = pga_quote_qualified(nspname, relname);
    }
    pga_planner_note_hidden(collector, "data of extended statistics", n, first,
                            "pg_stats_ext shows them to the table's owner only; " REMEDY);
    return TRUE;
}

gboolean
pga_planner_read_extended(PgaCollector *collector, GError **error)
{
    static const char *const names[] = {"extended_statistics", "extended_statistics_function",
                                        "extended_statistics_view"};
    const PgaPlannerReader *reader = collector->data;
    const PgaBatchQuery query = {
        .name = names[reader->extended],
        .second = reader->with_values ? "t" : "f",
        .what = "extended statistics",
        .batch = BATCH,
        .spared = "f",
        .key = "q.statistics::pg_catalog.int8 * 8192 + q.inherited::pg_catalog.int4 * 4096 + "
               "q.place",
        .fragile = {"ndistinct", "dependencies", "mcv_values", "mcv_nulls", "mcv_freqs",
                    "mcv_base_freqs", "numbers1", "values1", "numbers2", "values2", "numbers3",
                    "values3", "numbers4", "values4", "numbers5", "values5"},
        .add = add_extended,
    };

    return pga_planner_read(collector, &query, reader->readable, error) &&
           (reader->extended != PGA_STATISTICS_VIEW || tell_hidden_extended(collector, error));
}
