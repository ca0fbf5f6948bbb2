/* Blocks of tables and indexes as the planner sees them, and which of them are there at all. */
#include <base/text.h>
#include <string.h>

#include "planner_internal.h"

#define BATCH 1000

static GArray *
indexes_of(const PgaPlannerReader *reader, const char *amname)
{
    if (strcmp(amname, "btree") == 0)
        return reader->btree;
    if (strcmp(amname, "gin") == 0)
        return reader->gin;
    return strcmp(amname, "brin") == 0 ? reader->brin : NULL;
}

static void
add_size(PgaPlannerReader *reader, PgaCollector *collector, PgaRows *rows)
{
    const PgaOid oid = pga_rows_oid(rows, "oid"), relation = pga_rows_oid(rows, "relation");
    const char relkind = pga_rows_char(rows, "relkind");
    g_autofree char *nspname = pga_rows_dup(rows, "nspname");
    g_autofree char *relname = pga_rows_dup(rows, "relname");
    GArray *indexes = indexes_of(reader, pga_rows_text(rows, "amname"));
    const PgaLocked *locked = pga_collector_locked(collector, oid);
    PgaRelationSize *size = pga_planner_data_add_size(reader->data, oid);

    g_hash_table_replace(reader->names, GUINT_TO_POINTER(oid),
                         pga_quote_qualified(nspname, relname));
    size->pages = pga_rows_int64(rows, "pages", -1);
    size->relpages = pga_rows_int64(rows, "relpages", 0);
    size->reltuples = pga_rows_dup(rows, "reltuples");
    size->relallvisible = pga_rows_int64(rows, "relallvisible", 0);
    size->relallfrozen = pga_rows_int64(rows, "relallfrozen", 0);
    if (oid == relation && !locked)
        g_array_append_val(reader->readable, oid);
    if (oid == relation || pga_rows_bool(rows, "has_expressions"))
        g_array_append_val(reader->analysed, oid);
    if (oid == relation && size->pages == 0)
        g_hash_table_add(reader->empty, GUINT_TO_POINTER(oid));
    if (relkind == 'i' && size->pages != 0 && indexes)
        g_array_append_val(indexes, oid);
    if (locked)
        pga_collector_note_locked(collector, oid == relation ? "size of table" : "size of index",
                                  locked);
}

static void
note_recorded(PgaCollector *collector)
{
    const PgaPlannerReader *reader = collector->data;
    gconstpointer first =
        reader->wanted->len > 0 ? GUINT_TO_POINTER(g_array_index(reader->wanted, PgaOid, 0)) : NULL;
    const char *name = g_hash_table_lookup(reader->names, first);

    pga_planner_note_hidden(collector, "sizes", name ? reader->wanted->len : 0, name,
                            "this role may not execute pg_relation_size(): they are those of the "
                            "last VACUUM, ANALYZE or CREATE INDEX");
}

gboolean
pga_planner_read_sizes(PgaCollector *collector, GError **error)
{
    const PgaPlannerReader *reader = collector->data;
    const PgaBatchQuery query = {
        .name = reader->reads_sizes ? "planner_sizes" : "planner_sizes_recorded",
        .what = "sizes",
        .batch = BATCH,
        .spared = "",
        .add = add_size,
    };

    if (!pga_planner_read(collector, &query, reader->wanted, error))
        return FALSE;
    if (!reader->reads_sizes)
        note_recorded(collector);
    return TRUE;
}
