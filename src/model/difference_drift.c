/* Rows and sizes that moved: no difference of the schema, and worth a word. */
#include <math.h>
#include <string.h>

#include "model/difference.h"

#define FACTOR    1.1
#define MIN_BYTES (1 << 20) /* below a megabyte a factor says nothing */
#define MIN_ROWS  1000

static void
drift_free(gpointer data)
{
    PgaDrift *drift = data;

    g_free(drift->relation);
    g_free(drift);
}

static gint64
bytes_of(const PgaRelation *relation)
{
    return relation->table_bytes < 0 ? -1 : relation->table_bytes + MAX(relation->index_bytes, 0);
}

static gboolean
has_moved(double before, double after, double least)
{
    if (before < 0 || after < 0 || MAX(before, after) < least)
        return FALSE;
    return MAX(before, after) >= FACTOR * MIN(before, after);
}

static gint64
moved_bytes(const PgaDrift *drift)
{
    return drift->bytes_before < 0 || drift->bytes_after < 0
               ? 0
               : ABS(drift->bytes_after - drift->bytes_before);
}

static int
compare_drifts(gconstpointer a, gconstpointer b)
{
    const PgaDrift *left = *(PgaDrift *const *)a, *right = *(PgaDrift *const *)b;
    const gint64 l = moved_bytes(left), r = moved_bytes(right);

    return l != r ? (l < r) - (l > r) : strcmp(left->relation, right->relation);
}

/* Partitions are told of with their parent. */
static gboolean
is_compared(const PgaRelation *relation)
{
    return !relation->relispartition && !relation->extension;
}

GPtrArray *
pga_drifts(const PgaSide *before, const PgaSide *after)
{
    GPtrArray *drifts = g_ptr_array_new_with_free_func(drift_free);

    for (guint i = 0; i < before->catalog->relations->len; i++) {
        const PgaRelation *was = g_ptr_array_index(before->catalog->relations, i);
        const PgaRelation *is =
            pga_catalog_relation_by_name(after->catalog, was->nspname, was->relname);
        PgaDrift *drift;

        if (!is || !is_compared(was) ||
            !(has_moved(was->reltuples, is->reltuples, MIN_ROWS) ||
              has_moved((double)bytes_of(was), (double)bytes_of(is), MIN_BYTES)))
            continue;
        drift = g_new0(PgaDrift, 1);
        *drift = (PgaDrift){pga_relation_display(was, NULL), was->reltuples, is->reltuples,
                            bytes_of(was), bytes_of(is)};
        g_ptr_array_add(drifts, drift);
    }
    g_ptr_array_sort(drifts, compare_drifts);
    return drifts;
}
