/* Planner statistics of columns, and whose the role may not read. */
#include "collector_internal.h"

#include <base/text.h>
#include <math.h>

/* As long as the shorter of both. */
static void
add_values(PgaCatalog *catalog, PgaAttributeStats *stats, PgaRows *rows)
{
    stats->mcv = pga_catalog_keep_values(catalog, pga_rows_texts(rows, "mcv"));
    stats->mcv_freqs = pga_rows_doubles(rows, "mcv_freqs");
    stats->histogram = pga_catalog_keep_values(catalog, pga_rows_texts(rows, "histogram"));
    if (stats->histogram && stats->histogram->len == 0)
        g_clear_pointer(&stats->histogram, g_ptr_array_unref);
    if (stats->mcv && stats->mcv_freqs && stats->mcv->len > 0 &&
        stats->mcv->len == stats->mcv_freqs->len)
        return;
    g_clear_pointer(&stats->mcv, g_ptr_array_unref);
    g_clear_pointer(&stats->mcv_freqs, g_array_unref);
}

/* Before pga_catalog_finish() attributes are in the server's order, which is mostly attnum's. */
static PgaAttribute *
find_attribute(const PgaRelation *relation, gint16 attnum)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (attribute->attnum == attnum)
            return attribute;
    }
    return NULL;
}

static void
note_refused(PgaCollector *collector, const PgaRelation *relation, const PgaAttribute *attribute,
             const char *refusal)
{
    g_autofree char *name = pga_relation_display(relation, attribute);

    pga_collector_note_refused(collector, g_strdup_printf("some statistics of column %s", name),
                               refusal);
}

static void
add_statistics(PgaCollector *collector, PgaRows *rows)
{
    const PgaRelation *relation =
        pga_catalog_relation(collector->catalog, pga_rows_oid(rows, "attrelid"));
    PgaAttribute *attribute =
        relation ? find_attribute(relation, (gint16)pga_rows_int64(rows, "attnum", 0)) : NULL;
    g_autofree char *refusal = pga_rows_refusal(rows);
    PgaAttributeStats *stats;

    if (!attribute)
        return;
    if (refusal)
        note_refused(collector, relation, attribute, refusal);
    stats = pga_attribute_add_stats(attribute);
    stats->null_frac = pga_rows_double(rows, "null_frac", 0);
    stats->avg_width = (gint32)pga_rows_int64(rows, "avg_width", 0);
    stats->n_distinct = pga_rows_double(rows, "n_distinct", 0);
    stats->correlation = pga_rows_double(rows, "correlation", NAN);
    add_values(collector->catalog, stats, rows);
}

/* "12 tables of shop (SELECT is missing)". */
static void
append_schema(GString *text, const char *nspname, gint64 n_tables, const char *reason)
{
    g_autofree char *quoted = pga_quote_identifier(nspname);

    if (n_tables > 0)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT " %s of schema %s (%s)",
                               text->len ? ", " : "", n_tables, n_tables == 1 ? "table" : "tables",
                               quoted, reason);
}

static gboolean
note_unreadable(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    const char *grant = collector->major >= 14
                            ? "GRANT pg_read_all_data TO the role"
                            : "GRANT SELECT ON ALL TABLES IN SCHEMA … TO the role";
    PgaRows rows;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "unreadable_statistics",
                                         .what = "privileges on tables",
                                         .need = PGA_QUERY_OPTIONAL},
                             &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        g_autofree char *nspname = pga_rows_dup(&rows, "nspname");

        append_schema(text, nspname, pga_rows_int64(&rows, "without_select", 0),
                      "no SELECT privilege");
        append_schema(text, nspname, pga_rows_int64(&rows, "under_row_security", 0),
                      "row-level security, which needs BYPASSRLS");
    }
    if (text->len)
        pga_collector_note(
            collector, g_strdup("column statistics (pg_stats)"),
            g_strdup_printf("pg_stats shows this role nothing of %s; %s", text->str, grant));
    return TRUE;
}

gboolean
pga_collect_statistics(PgaCollector *collector, GError **error)
{
    const PgaQuery query = {
        .name = collector->reads_statistics ? "statistics_direct" : "statistics",
        .what = "column statistics",
        .need = PGA_QUERY_OPTIONAL,
        .argument = collector->options->no_values ? "f" : "t",
        .key = "q.attrelid::pg_catalog.int8 * 65536 + q.attnum",
        .fragile = {"correlation", "mcv", "mcv_freqs", "histogram"},
    };
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_query(collector, &query, &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        add_statistics(collector, &rows);
    return collector->reads_statistics || note_unreadable(collector, error);
}
