/* The source's own indexes on the clone. The module knows them by their stored sizes, so whatever
 * has none gets one before the first candidate is made. */
#include "base/text.h"
#include "put_internal.h"
#include "sizes_internal.h"
#include "whatif_internal.h"

/* A table that nobody analysed: as the planner takes an empty file, ten blocks. */
static const char unsized_tables[] =
    "SELECT pgarchitect_whatif.put_size(c.oid, 0, -1) FROM pg_catalog.pg_class c"
    " WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384"
    " AND c.relnamespace NOT IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN"
    " ('pg_toast', 'pgarchitect_whatif'))"
    " AND c.oid NOT IN (SELECT relid FROM pgarchitect_whatif.size)";

static const char own_indexes[] =
    "SELECT n.nspname, c.relname, c.oid, h.inhparent"
    " FROM pg_catalog.pg_index i"
    " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = c.oid"
    " WHERE c.oid >= 16384 AND n.nspname NOT IN ('pg_toast', 'pgarchitect_whatif')"
    " ORDER BY c.oid";

static guint32
oid_of(const PGresult *rows, int row, int column)
{
    return (guint32)g_ascii_strtoull(PQgetvalue(rows, row, column), NULL, 10);
}

guint32
pga_whatif_root(const PgaWhatif *whatif, guint32 oid)
{
    gpointer root = g_hash_table_lookup(whatif->root_of, GUINT_TO_POINTER(oid));

    return root ? GPOINTER_TO_UINT(root) : oid;
}

/* Parents are older than what is attached to them, or younger: the top is found when all are
 * known. */
static void
shorten_chains(PgaWhatif *whatif, const PGresult *rows)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        const guint32 oid = oid_of(rows, i, 2);
        guint32 top = pga_whatif_root(whatif, oid);

        while (pga_whatif_root(whatif, top) != top)
            top = pga_whatif_root(whatif, top);
        if (top != oid)
            g_hash_table_insert(whatif->root_of, GUINT_TO_POINTER(oid), GUINT_TO_POINTER(top));
    }
}

gboolean
pga_whatif_find_own(PgaWhatif *whatif, GError **error)
{
    g_autoptr(GHashTable) indexes = pga_catalog_indexes_by_name(whatif->clone->catalog);
    PgaSession *admin = whatif->clone->admin;
    g_autoptr(PGresult) done = pga_clone_query(admin, unsized_tables, NULL, 0, error);
    g_autoptr(PGresult) rows = NULL;

    if (!done || !pga_clone_estimate_unsized(whatif->clone, error))
        return FALSE;
    rows = pga_clone_query(admin, own_indexes, NULL, 0, error);
    if (!rows)
        return FALSE;
    for (int i = 0; i < PQntuples(rows); i++) {
        g_autofree char *name = pga_quote_qualified(PQgetvalue(rows, i, 0), PQgetvalue(rows, i, 1));
        PgaIndex *index = g_hash_table_lookup(indexes, name);

        if (!PQgetisnull(rows, i, 3))
            g_hash_table_insert(whatif->root_of, GUINT_TO_POINTER(oid_of(rows, i, 2)),
                                GUINT_TO_POINTER(oid_of(rows, i, 3)));
        if (index)
            g_hash_table_insert(whatif->own, GUINT_TO_POINTER(oid_of(rows, i, 2)), index);
    }
    shorten_chains(whatif, rows);
    return TRUE;
}

/* By the source's oids: those of the clone depend on which of its sessions was faster. */
static gint
compare_sources(gconstpointer a, gconstpointer b)
{
    const PgaWhatifIndex *first = *(const PgaWhatifIndex *const *)a,
                         *second = *(const PgaWhatifIndex *const *)b;

    return (first->source > second->source) - (first->source < second->source);
}

/* Those of partitions that belong to one of the parent cannot be dropped alone: they are part of
 * that one. */
gboolean
pga_whatif_own_indexes(PgaWhatif *whatif, GPtrArray *indexes, G_GNUC_UNUSED GError **error)
{
    g_autoptr(GPtrArray) own = g_ptr_array_new();
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, whatif->own);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const PgaIndex *source = value;
        PgaWhatifIndex *index;

        if (pga_whatif_root(whatif, GPOINTER_TO_UINT(key)) != GPOINTER_TO_UINT(key))
            continue;
        index = g_new0(PgaWhatifIndex, 1);
        index->sql = g_strdup(source->definition);
        index->oid = GPOINTER_TO_UINT(key);
        index->source = source->indexrelid;
        index->bytes = source->bytes;
        g_ptr_array_add(own, index);
    }
    g_ptr_array_sort(own, compare_sources);
    for (guint i = 0; i < own->len; i++)
        g_ptr_array_add(indexes, g_ptr_array_index(own, i));
    return TRUE;
}
