/* Numbers of index metapages that the planner reads: by pageinspect, whose functions are for
 * superusers only and are called by the schema that the extension has them in. */
#include <base/text.h>

#include "planner_internal.h"

#define BATCH 1000

/** Where pageinspect is; its functions as they are called. */
typedef struct {
    char *nspname; /* quoted; NULL: there is none */
    char *page_type;
} Pageinspect;

static void
pageinspect_clear(Pageinspect *inspect)
{
    g_free(inspect->nspname);
    g_free(inspect->page_type);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pageinspect, pageinspect_clear)

static void
add_btree(PgaPlannerReader *reader, PgaCollector *collector G_GNUC_UNUSED, PgaRows *rows)
{
    PgaMetapage *metapage = pga_planner_data_add_metapage(reader->data, pga_rows_oid(rows, "oid"));

    metapage->tree_height = (gint32)pga_rows_int64(rows, "fastlevel", -1);
}

static void
add_gin(PgaPlannerReader *reader, PgaCollector *collector G_GNUC_UNUSED, PgaRows *rows)
{
    PgaMetapage *metapage = pga_planner_data_add_metapage(reader->data, pga_rows_oid(rows, "oid"));

    metapage->gin[0] = pga_rows_int64(rows, "n_pending_pages", -1);
    metapage->gin[1] = pga_rows_int64(rows, "n_total_pages", -1);
    metapage->gin[2] = pga_rows_int64(rows, "n_entry_pages", -1);
    metapage->gin[3] = pga_rows_int64(rows, "n_data_pages", -1);
    metapage->gin[4] = pga_rows_int64(rows, "n_entries", -1);
}

static void
add_brin(PgaPlannerReader *reader, PgaCollector *collector G_GNUC_UNUSED, PgaRows *rows)
{
    PgaMetapage *metapage = pga_planner_data_add_metapage(reader->data, pga_rows_oid(rows, "oid"));

    metapage->brin_revmap_pages = pga_rows_int64(rows, "lastrevmappage", -1);
}

static gboolean
find_pageinspect(PgaCollector *collector, Pageinspect *inspect, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "pageinspect",
                                         .what = "the extension pageinspect",
                                         .need = PGA_QUERY_OPTIONAL},
                             &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (pga_rows_next(&rows)) {
        g_autofree char *nspname = pga_rows_dup(&rows, "nspname");

        inspect->nspname = pga_quote_identifier(nspname);
        inspect->page_type = pga_rows_dup(&rows, "page_type");
    }
    return TRUE;
}

/* One of the three; the functions' argument is a relation's name. */
static gboolean
read_kind(PgaCollector *collector, char *function, const PgaBatchQuery *query, const GArray *oids,
          GError **error)
{
    g_autofree char *call = function;
    PgaPlannerReader *reader = collector->data;

    reader->metapage_function = call;
    return pga_planner_read(collector, query, oids, error);
}

static char *
make_sql(const PgaPlannerReader *reader, const char *oids)
{
    return g_strdup_printf(
        "SELECT u.oid, m.* FROM pg_catalog.unnest('%s'::pg_catalog.oid[]) u (oid) "
        "JOIN pg_catalog.pg_class c ON c.oid = u.oid "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "CROSS JOIN LATERAL %s m",
        oids, reader->metapage_function);
}

/* The name that a function of pageinspect takes. */
#define NAME "pg_catalog.format('%%I.%%I', n.nspname, c.relname)"

static gboolean
read_all(PgaCollector *collector, const Pageinspect *inspect, GError **error)
{
    static const PgaBatchQuery btree = {
        .make = make_sql, .what = "metapage", .batch = BATCH, .add = add_btree};
    static const PgaBatchQuery gin = {
        .make = make_sql, .what = "metapage", .batch = BATCH, .add = add_gin};
    static const PgaBatchQuery brin = {
        .make = make_sql, .what = "metapage", .batch = BATCH, .add = add_brin};
    const PgaPlannerReader *reader = collector->data;
    const char *nspname = inspect->nspname, *page = inspect->page_type;

    pga_progress_step(collector->options->progress, "reading metapages of indexes");
    return read_kind(collector, g_strdup_printf("%s.bt_metap(" NAME ")", nspname), &btree,
                     reader->btree, error) &&
           read_kind(collector,
                     g_strdup_printf("%s.gin_metapage_info(%s.get_raw_page(" NAME ", 0::%s))",
                                     nspname, nspname, page),
                     &gin, reader->gin, error) &&
           read_kind(collector,
                     g_strdup_printf("%s.brin_metapage_info(%s.get_raw_page(" NAME ", 0::%s))",
                                     nspname, nspname, page),
                     &brin, reader->brin, error);
}

/* A B-tree's size tells its height but for the sizes where it has just got, or is about to get, one
 * more level: below so many pages there is at most one of these, and few indexes stand there. */
static void
note_heights(const PgaPlannerReader *reader, PgaCollector *collector, const char *need)
{
    g_autofree char *why = g_strdup_printf(
        "%s; told from their sizes, perhaps one level off (0.125 of cost a scan)", need);
    enum { CERTAIN_PAGES = 100 };
    g_autoptr(GHashTable) tall = g_hash_table_new(NULL, NULL);
    const char *first = NULL;
    guint n = 0;

    for (guint i = 0; i < reader->data->sizes->len; i++) {
        const PgaRelationSize *size = g_ptr_array_index(reader->data->sizes, i);

        if ((size->pages >= 0 ? size->pages : size->relpages) > CERTAIN_PAGES)
            g_hash_table_add(tall, GUINT_TO_POINTER(size->oid));
    }
    for (guint i = 0; i < reader->btree->len; i++) {
        gpointer oid = GUINT_TO_POINTER(g_array_index(reader->btree, PgaOid, i));

        if (g_hash_table_contains(tall, oid) && n++ == 0)
            first = g_hash_table_lookup(reader->names, oid);
    }
    if (n > 0)
        pga_planner_note_hidden(collector, "heights of B-trees", n, first, why);
}

gboolean
pga_planner_read_metapages(PgaCollector *collector, GError **error)
{
    const PgaPlannerReader *reader = collector->data;
    g_auto(Pageinspect) inspect = {0};
    const char *need = reader->is_superuser
                           ? "need the extension pageinspect in the source's database"
                           : "need a superuser and the extension pageinspect";
    g_autofree char *why = g_strdup_printf("%s; costs of these indexes are estimated", need);
    const char *first;

    if (reader->is_superuser && !find_pageinspect(collector, &inspect, error))
        return FALSE;
    if (inspect.nspname)
        return read_all(collector, &inspect, error);
    note_heights(reader, collector, need);
    if (reader->gin->len == 0)
        return TRUE;
    first =
        g_hash_table_lookup(reader->names, GUINT_TO_POINTER(g_array_index(reader->gin, PgaOid, 0)));
    pga_planner_note_hidden(collector, "numbers of GIN metapages", reader->gin->len, first, why);
    return TRUE;
}
