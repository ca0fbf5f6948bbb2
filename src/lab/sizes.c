/* Sizes for the planner: pg_class, pg_statistic, lengths of files. Done by the superuser, whose
 * statements touch nothing but the server's own catalogs. */
#include "base/text.h"
#include "relation_file_internal.h"
#include "size_model_internal.h"
#include "sizes_internal.h"
#include <string.h>

enum { BLOCK = 8192 };

typedef struct {
    char *path;
    gint64 bytes;
} File;

struct PgaSizes {
    PgaClone *clone;
    GArray *files; /* of File: as they were */
};

static void
file_clear(gpointer data)
{
    g_free(((File *)data)->path);
}

void
pga_sizes_free(PgaSizes *sizes)
{
    if (!sizes)
        return;
    g_array_unref(sizes->files);
    g_free(sizes);
}

/* Of the relation with oid @oid (text), whose file is @path and has @bytes. */
static gboolean
set_size(PgaSizes *sizes, const PGresult *row, int i, gint64 pages, double rows, GError **error)
{
    const char *path = PQgetvalue(row, i, 1);
    const File file = {g_strdup(path), g_ascii_strtoll(PQgetvalue(row, i, 2), NULL, 10)};
    g_autofree char *relpages = g_strdup_printf("%" G_GINT64_FORMAT, MIN(pages, G_MAXINT32));
    g_autofree char *reltuples = pga_number_text(rows);
    const char *const params[] = {PQgetvalue(row, i, 0), relpages, reltuples};
    g_autoptr(PGresult) done = NULL;

    g_array_append_val(sizes->files, file);
    done = pga_clone_query(sizes->clone->admin,
                           "UPDATE pg_catalog.pg_class SET relpages = $2::pg_catalog.int4,"
                           " reltuples = $3::pg_catalog.float4 WHERE oid = $1::pg_catalog.oid",
                           params, 3, error);
    return done &&
           pga_relation_file_resize(sizes->clone->lab, path, MAX(pages * BLOCK, file.bytes), error);
}

static PgaAttribute *
attribute_by_name(const PgaRelation *relation, const char *attname)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (strcmp(attribute->attname, attname) == 0)
            return attribute;
    }
    return NULL;
}

/* oid, file, bytes, schema, name, access method, unique, key columns, names of the columns ("" of
 * expressions) */
static const char indexes_of[] =
    "SELECT c.oid, pg_catalog.pg_relation_filepath(c.oid), pg_catalog.pg_relation_size(c.oid), "
    "n.nspname, c.relname,"
    " am.amname, i.indisunique, (SELECT pg_catalog.count(*) FROM pg_catalog.unnest(i.indclass)),"
    " COALESCE(a.attname, '')"
    " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_am am ON am.oid "
    "= c.relam"
    " CROSS JOIN LATERAL pg_catalog.unnest(i.indkey) WITH ORDINALITY k(attnum, place)"
    " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND "
    "k.attnum > 0"
    " WHERE i.indrelid = $1::pg_catalog.oid AND c.relkind = 'i' ORDER BY c.oid, k.place";

/* -1 when the source has no such index, or not its size */
static gint64
known_index_pages(const PgaRelation *relation, const char *nspname, const char *relname)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (strcmp(index->relname, relname) == 0 && strcmp(index->nspname, nspname) == 0 &&
            index->bytes > 0 && relation->rows_source != PGA_ROWS_STATED &&
            relation->rows_source != PGA_ROWS_DUMP)
            return index->bytes / BLOCK;
    }
    return -1;
}

/* The rows of @rows from @first on that describe one index. */
static gint64
index_pages(const PgaRelation *relation, const PGresult *rows, int first, int *next)
{
    g_autoptr(GPtrArray) attributes = g_ptr_array_new();
    const char *oid = PQgetvalue(rows, first, 0);
    const gint64 known =
        known_index_pages(relation, PQgetvalue(rows, first, 3), PQgetvalue(rows, first, 4));
    int i = first;

    for (; i < PQntuples(rows) && strcmp(PQgetvalue(rows, i, 0), oid) == 0; i++)
        g_ptr_array_add(attributes, attribute_by_name(relation, PQgetvalue(rows, i, 8)));
    *next = i;
    if (known >= 0)
        return known;
    return pga_size_index_pages(relation, PQgetvalue(rows, first, 5), attributes,
                                (guint)g_ascii_strtoull(PQgetvalue(rows, first, 7), NULL, 10),
                                *PQgetvalue(rows, first, 6) == 't');
}

static gboolean
show_indexes(PgaSizes *sizes, PgaClone *clone, const char *oid, const PgaRelation *relation,
             GError **error)
{
    g_autoptr(PGresult) rows = pga_clone_query(clone->admin, indexes_of, &oid, 1, error);
    int next = 0;

    if (!rows)
        return FALSE;
    for (int i = 0; i < PQntuples(rows); i = next) {
        const gint64 pages = index_pages(relation, rows, i, &next);

        if (!set_size(sizes, rows, i, pages, relation->reltuples, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
show_relation(PgaSizes *sizes, PgaClone *clone, const PgaRelation *relation, GError **error)
{
    g_autofree char *name = pga_relation_display(relation, NULL);
    const char *const params[] = {name};
    g_autoptr(PGresult) row = pga_clone_query(
        clone->admin,
        "SELECT c.oid, pg_catalog.pg_relation_filepath(c.oid), pg_catalog.pg_relation_size(c.oid)"
        " FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN "
        "('r', 'm')",
        params, 1, error);

    if (!row || PQntuples(row) == 0)
        return row != NULL;
    return set_size(sizes, row, 0, pga_size_table_pages(relation), relation->reltuples, error) &&
           pga_clone_set_statistics(clone, PQgetvalue(row, 0, 0), relation, error) &&
           show_indexes(sizes, clone, PQgetvalue(row, 0, 0), relation, error);
}

static gboolean
show_leaves(PgaSizes *sizes, PgaClone *clone, PgaOid oid, GError **error)
{
    g_autoptr(GArray) leaves = pga_clone_leaves(clone, oid);

    for (guint i = 0; i < leaves->len; i++) {
        const PgaCloned *cloned = pga_clone_relation(clone, g_array_index(leaves, PgaOid, i));

        if (cloned && cloned->made && cloned->relation->reltuples >= 0 &&
            !show_relation(sizes, clone, cloned->relation, error))
            return FALSE;
    }
    return TRUE;
}

PgaSizes *
pga_sizes_show(PgaClone *clone, const GArray *relations, GError **error)
{
    g_autoptr(PgaSizes) sizes = g_new0(PgaSizes, 1);

    sizes->clone = clone;
    sizes->files = g_array_new(FALSE, FALSE, sizeof(File));
    g_array_set_clear_func(sizes->files, file_clear);
    for (guint i = 0; i < relations->len; i++) {
        if (!show_leaves(sizes, clone, g_array_index(relations, PgaOid, i), error)) {
            pga_sizes_hide(sizes, NULL);
            return NULL;
        }
    }
    return g_steal_pointer(&sizes);
}

/* Backwards: a relation that was shown twice gets its first length. */
gboolean
pga_sizes_hide(PgaSizes *sizes, GError **error)
{
    for (guint i = sizes->files->len; i-- > 0;) {
        const File *file = &g_array_index(sizes->files, File, i);

        if (!pga_relation_file_resize(sizes->clone->lab, file->path, file->bytes, error))
            return FALSE;
    }
    return TRUE;
}
