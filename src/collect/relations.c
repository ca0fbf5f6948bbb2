/* Tables of users: names first, which need no lock, then what has to open them. A table that was
 * locked at any time is left out whole. */
#include "collector_internal.h"

/* What reading all tables brought, before any of it goes into the Catalog. */
typedef struct {
    PGresult *relations, *attributes, *partitions, *sizes, *counters, *publications;
} Results;

static void
results_clear(Results *results)
{
    PQclear(results->relations);
    PQclear(results->attributes);
    PQclear(results->partitions);
    PQclear(results->sizes);
    PQclear(results->counters);
    PQclear(results->publications);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Results, results_clear)

static gboolean
read_all(PgaCollector *collector, Results *results, GError **error)
{
    return pga_collect_attributes_read(collector, &results->attributes, error) &&
           pga_collector_query(collector,
                               &(PgaQuery){.name = "partitions",
                                           .what = "partitions",
                                           .need = PGA_QUERY_ESSENTIAL,
                                           .key = "q.oid::pg_catalog.int8",
                                           .fragile = {"partkey", "partbound"}},
                               &results->partitions, error) &&
           pga_collector_query(collector,
                               &(PgaQuery){.name = "relation_sizes",
                                           .what = "sizes of tables",
                                           .need = PGA_QUERY_OPTIONAL},
                               &results->sizes, error) &&
           pga_collector_query(collector,
                               &(PgaQuery){.name = "relation_counters",
                                           .what = "usage counters of tables",
                                           .need = PGA_QUERY_OPTIONAL},
                               &results->counters, error) &&
           pga_collector_query(collector,
                               &(PgaQuery){.name = "publications",
                                           .what = "publications",
                                           .need = PGA_QUERY_OPTIONAL},
                               &results->publications, error) &&
           pga_collector_query(
               collector,
               &(PgaQuery){.name = "relations", .what = "tables", .need = PGA_QUERY_ESSENTIAL},
               &results->relations, error);
}

static void
add_relation(PgaCollector *collector, PgaRows *rows)
{
    const PgaOid oid = pga_rows_oid(rows, "oid");
    g_autofree char *nspname = pga_rows_dup(rows, "nspname");
    g_autofree char *relname = pga_rows_dup(rows, "relname");
    PgaRelation *relation = pga_catalog_add_relation(collector->catalog, oid, nspname, relname);

    relation->relkind = pga_rows_char(rows, "relkind");
    relation->relpersistence = pga_rows_char(rows, "relpersistence");
    relation->relreplident = pga_rows_char(rows, "relreplident");
    relation->relispartition = pga_rows_bool(rows, "relispartition");
    if (relation->relispartition)
        relation->parent = pga_rows_oid(rows, "parent");
    relation->inherits = pga_rows_bool(rows, "inherits");
    relation->owner = pga_rows_dup(rows, "owner");
    relation->extension = pga_rows_dup(rows, "extension");
    relation->reloptions = pga_rows_dup(rows, "reloptions");
    relation->reltuples = pga_rows_double(rows, "reltuples", -1);
    relation->rows_source = relation->reltuples < 0 ? PGA_ROWS_UNKNOWN : PGA_ROWS_ANALYZED;
    relation->relpages = pga_rows_int64(rows, "relpages", 0);
    relation->relallvisible = pga_rows_int64(rows, "relallvisible", 0);
    relation->toast_reloptions = pga_rows_dup(rows, "toast_reloptions");
    relation->frozenxid_age = pga_rows_int64(rows, "frozenxid_age", -1);
    relation->minmxid_age = pga_rows_int64(rows, "minmxid_age", -1);
    relation->relispopulated = pga_rows_bool(rows, "relispopulated");
    relation->relrowsecurity = pga_rows_bool(rows, "relrowsecurity");
    relation->relforcerowsecurity = pga_rows_bool(rows, "relforcerowsecurity");
    relation->commented = pga_rows_bool(rows, "commented");
    relation->being_vacuumed = pga_rows_bool(rows, "being_vacuumed");
    relation->acl = pga_rows_dup(rows, "acl");
}

static void
add_relations(PgaCollector *collector, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        const PgaLocked *locked = pga_collector_locked(collector, pga_rows_oid(&rows, "oid"));

        if (locked)
            pga_collector_note_locked(collector, "table", locked);
        else
            add_relation(collector, &rows);
    }
}

static void
note_partition(PgaCollector *collector, const PgaRelation *relation, const char *refusal)
{
    g_autofree char *name = pga_relation_display(relation, NULL);

    pga_collector_note_refused(collector, g_strdup_printf("partitioning of %s", name), refusal);
}

static void
add_partitions(PgaCollector *collector, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        PgaRelation *relation =
            pga_catalog_relation(collector->catalog, pga_rows_oid(&rows, "oid"));

        g_autofree char *refusal = pga_rows_refusal(&rows);

        if (!relation)
            continue;
        if (refusal)
            note_partition(collector, relation, refusal);
        relation->partkey = pga_rows_dup(&rows, "partkey");
        relation->partbound = pga_rows_dup(&rows, "partbound");
    }
}

/* A heap without a block has no rows, whether it was analysed or not. */
static void
add_sizes(PgaCollector *collector, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        PgaRelation *relation =
            pga_catalog_relation(collector->catalog, pga_rows_oid(&rows, "oid"));

        if (!relation)
            continue;
        relation->table_bytes = pga_rows_int64(&rows, "table_bytes", -1);
        relation->heap_bytes = pga_rows_int64(&rows, "heap_bytes", -1);
        relation->toast_bytes = pga_rows_int64(&rows, "toast_bytes", -1);
        if (relation->reltuples < 0 && relation->heap_bytes == 0) {
            relation->reltuples = 0;
            relation->rows_source = PGA_ROWS_COUNTERS;
        }
    }
}

static void
add_row_counters(PgaRelationCounters *counters, PgaRows *rows)
{
    counters->seq_scan = pga_rows_int64(rows, "seq_scan", 0);
    counters->seq_tup_read = pga_rows_int64(rows, "seq_tup_read", 0);
    counters->idx_scan = pga_rows_int64(rows, "idx_scan", 0);
    counters->n_tup_ins = pga_rows_int64(rows, "n_tup_ins", 0);
    counters->n_tup_upd = pga_rows_int64(rows, "n_tup_upd", 0);
    counters->n_tup_del = pga_rows_int64(rows, "n_tup_del", 0);
    counters->n_tup_hot_upd = pga_rows_int64(rows, "n_tup_hot_upd", 0);
    counters->n_live_tup = pga_rows_int64(rows, "n_live_tup", 0);
    counters->n_dead_tup = pga_rows_int64(rows, "n_dead_tup", 0);
    counters->n_mod_since_analyze = pga_rows_int64(rows, "n_mod_since_analyze", 0);
    counters->n_ins_since_vacuum = pga_rows_int64(rows, "n_ins_since_vacuum", 0);
    counters->n_tup_newpage_upd = pga_rows_int64(rows, "n_tup_newpage_upd", -1);
}

static void
add_maintenance_counters(PgaRelationCounters *counters, PgaRows *rows)
{
    counters->vacuum_count = pga_rows_int64(rows, "vacuum_count", 0);
    counters->autovacuum_count = pga_rows_int64(rows, "autovacuum_count", 0);
    counters->analyze_count = pga_rows_int64(rows, "analyze_count", 0);
    counters->autoanalyze_count = pga_rows_int64(rows, "autoanalyze_count", 0);
    counters->heap_blks_read = pga_rows_int64(rows, "heap_blks_read", 0);
    counters->heap_blks_hit = pga_rows_int64(rows, "heap_blks_hit", 0);
    counters->idx_blks_read = pga_rows_int64(rows, "idx_blks_read", 0);
    counters->idx_blks_hit = pga_rows_int64(rows, "idx_blks_hit", 0);
    counters->last_vacuum_age = pga_rows_double(rows, "last_vacuum_age", -1);
    counters->last_autovacuum_age = pga_rows_double(rows, "last_autovacuum_age", -1);
    counters->last_analyze_age = pga_rows_double(rows, "last_analyze_age", -1);
    counters->last_autoanalyze_age = pga_rows_double(rows, "last_autoanalyze_age", -1);
    counters->last_seq_scan_age = pga_rows_double(rows, "last_seq_scan_age", -1);
    counters->last_idx_scan_age = pga_rows_double(rows, "last_idx_scan_age", -1);
}

static void
add_counters(PgaCollector *collector, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        PgaRelation *relation =
            pga_catalog_relation(collector->catalog, pga_rows_oid(&rows, "relid"));

        if (!relation)
            continue;
        relation->has_counters = TRUE;
        add_row_counters(&relation->counters, &rows);
        add_maintenance_counters(&relation->counters, &rows);
    }
}

static void
add_publications(PgaCollector *collector, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        PgaRelation *relation =
            pga_catalog_relation(collector->catalog, pga_rows_oid(&rows, "oid"));

        if (relation)
            relation->published_updates = TRUE;
    }
}

/* The sum of the indexes' sizes; unknown when one of them is. */
static void
sum_index_sizes(PgaCollector *collector)
{
    const PgaCatalog *catalog = collector->catalog;

    for (guint i = 0; i < catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        if (relation->relkind == 'r' || relation->relkind == 'm')
            relation->index_bytes = 0;
    }
    for (guint i = 0; i < catalog->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(catalog->indexes, i);
        PgaRelation *relation = pga_catalog_relation(catalog, index->indrelid);

        if (!relation || relation->index_bytes < 0)
            continue;
        relation->index_bytes = index->bytes < 0 ? -1 : relation->index_bytes + index->bytes;
    }
}

gboolean
pga_collect_relations(PgaCollector *collector, GError **error)
{
    g_auto(Results) results = {0};

    if (!read_all(collector, &results, error))
        return FALSE;
    add_relations(collector, results.relations);
    pga_collect_attributes_add(collector, results.attributes);
    add_partitions(collector, results.partitions);
    add_sizes(collector, results.sizes);
    add_counters(collector, results.counters);
    add_publications(collector, results.publications);
    sum_index_sizes(collector);
    return TRUE;
}
