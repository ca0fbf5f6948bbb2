/* Indexes. One that is locked itself, not its table, keeps its definition and lacks its size. */
#include <base/text.h>

#include "collector_internal.h"

static void
note_refused(PgaCollector *collector, PgaRows *rows, const char *refusal)
{
    g_autofree char *nspname = pga_rows_dup(rows, "nspname");
    g_autofree char *relname = pga_rows_dup(rows, "relname");
    g_autofree char *name = pga_quote_qualified(nspname, relname);

    pga_collector_note_refused(collector, g_strdup_printf("index %s", name), refusal);
}

static void
add_index(PgaCatalog *catalog, PgaRows *rows)
{
    const PgaOid indexrelid = pga_rows_oid(rows, "indexrelid");
    PgaIndex *index = pga_catalog_add_index(catalog, indexrelid, pga_rows_oid(rows, "indrelid"));

    index->nspname = pga_rows_dup(rows, "nspname");
    index->relname = pga_rows_dup(rows, "relname");
    index->amname = pga_rows_dup(rows, "amname");
    pga_rows_int16s(rows, "indkey", index->indkey);
    index->n_key_atts = (guint)pga_rows_int64(rows, "n_key_atts", 0);
    pga_rows_oids(rows, "indclass", index->indclass);
    pga_rows_oids(rows, "indcollation", index->indcollation);
    pga_rows_int16s(rows, "indoption", index->indoption);
    index->exprs = pga_rows_dup(rows, "exprs");
    index->column_types = pga_rows_texts(rows, "column_types");
    index->pred = pga_rows_dup(rows, "pred");
    index->definition = pga_rows_dup(rows, "definition");
    index->indisunique = pga_rows_bool(rows, "indisunique");
    index->indisprimary = pga_rows_bool(rows, "indisprimary");
    index->indisexclusion = pga_rows_bool(rows, "indisexclusion");
    index->indnullsnotdistinct = pga_rows_bool(rows, "indnullsnotdistinct");
    index->indisvalid = pga_rows_bool(rows, "indisvalid");
    index->indisready = pga_rows_bool(rows, "indisready");
    index->indislive = pga_rows_bool(rows, "indislive");
    index->indisclustered = pga_rows_bool(rows, "indisclustered");
    index->indisreplident = pga_rows_bool(rows, "indisreplident");
    index->constraint = pga_rows_oid(rows, "constraint");
    index->parent = pga_rows_oid(rows, "parent");
    index->extension = pga_rows_dup(rows, "extension");
    index->reloptions = pga_rows_dup(rows, "reloptions");
    index->relpages = pga_rows_int64(rows, "relpages", 0);
    index->reltuples = pga_rows_double(rows, "reltuples", -1);
}

/* (transfer full): of oid to PgaIndex *, borrowed. */
static GHashTable *
add_indexes(PgaCollector *collector, const PGresult *result)
{
    PgaCatalog *catalog = collector->catalog;
    GHashTable *by_oid = g_hash_table_new(NULL, NULL);
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        g_autofree char *refusal = pga_rows_refusal(&rows);

        if (refusal)
            note_refused(collector, &rows, refusal);
        else
            add_index(catalog, &rows);
    }
    for (guint i = 0; i < catalog->indexes->len; i++) {
        PgaIndex *index = g_ptr_array_index(catalog->indexes, i);

        g_hash_table_insert(by_oid, GUINT_TO_POINTER(index->indexrelid), index);
    }
    return by_oid;
}

/* (transfer full): an array's text: what cannot be shown may not be openable either. */
static char *
list_refused(const PGresult *indexes)
{
    GString *text = g_string_new("{");
    PgaRows rows = PGA_ROWS_INIT(indexes);

    while (pga_rows_next(&rows)) {
        g_autofree char *refusal = pga_rows_refusal(&rows);

        if (refusal)
            g_string_append_printf(text, "%s%u", text->len > 1 ? "," : "",
                                   pga_rows_oid(&rows, "indexrelid"));
    }
    return g_string_free(g_string_append_c(text, '}'), FALSE);
}

static void
add_sizes(GHashTable *by_oid, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        PgaIndex *index =
            g_hash_table_lookup(by_oid, GUINT_TO_POINTER(pga_rows_oid(&rows, "indexrelid")));

        if (index)
            index->bytes = pga_rows_int64(&rows, "bytes", -1);
    }
}

static void
add_counters(GHashTable *by_oid, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        PgaIndex *index =
            g_hash_table_lookup(by_oid, GUINT_TO_POINTER(pga_rows_oid(&rows, "indexrelid")));

        if (!index)
            continue;
        index->idx_scan = pga_rows_int64(&rows, "idx_scan", -1);
        index->last_idx_scan_age = pga_rows_double(&rows, "last_idx_scan_age", -1);
    }
}

static void
mark_builds(const PgaCatalog *catalog, const PGresult *result)
{
    g_autoptr(GHashTable) tables = g_hash_table_new(NULL, NULL);
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows))
        g_hash_table_add(tables, GUINT_TO_POINTER(pga_rows_oid(&rows, "relid")));
    for (guint i = 0; i < catalog->indexes->len; i++) {
        PgaIndex *index = g_ptr_array_index(catalog->indexes, i);

        index->being_built = g_hash_table_contains(tables, GUINT_TO_POINTER(index->indrelid)) &&
                             !(index->indisvalid && index->indisready);
    }
}

/* Sorted, so that not_checked is the same from run to run. */
static void
note_locked(PgaCollector *collector)
{
    for (guint i = 0; i < collector->catalog->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(collector->catalog->indexes, i);
        const PgaLocked *locked = pga_collector_locked(collector, index->indexrelid);

        if (locked && !pga_collector_locked(collector, index->indrelid))
            pga_collector_note_locked(collector, "size of index", locked);
    }
}

/* A table's indexes added since, or left out, would be advice about what is there: so all or
 * nothing. */
gboolean
pga_collect_indexes(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) indexes = NULL, sizes = NULL, counters = NULL, builds = NULL;
    g_autoptr(GHashTable) by_oid = NULL;
    g_autofree char *unopenable = NULL;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "indexes",
                                         .what = "indexes",
                                         .need = PGA_QUERY_ESSENTIAL,
                                         .key = "q.indexrelid::pg_catalog.int8",
                                         .fragile = {"exprs", "pred", "definition"}},
                             &indexes, error))
        return FALSE;
    unopenable = list_refused(indexes);
    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "index_sizes",
                                         .what = "sizes of indexes",
                                         .need = PGA_QUERY_OPTIONAL,
                                         .second = unopenable},
                             &sizes, error) ||
        !pga_collector_query(collector,
                             &(PgaQuery){.name = "index_counters",
                                         .what = "usage counters of indexes",
                                         .need = PGA_QUERY_OPTIONAL},
                             &counters, error) ||
        !pga_collector_query(collector,
                             &(PgaQuery){.name = "index_builds",
                                         .what = "index builds under way",
                                         .need = PGA_QUERY_OPTIONAL},
                             &builds, error))
        return FALSE;
    by_oid = add_indexes(collector, indexes);
    add_sizes(by_oid, sizes);
    add_counters(by_oid, counters);
    mark_builds(collector->catalog, builds);
    note_locked(collector);
    return TRUE;
}
