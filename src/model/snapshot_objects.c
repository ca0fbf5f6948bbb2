/* What a clone relies on, asked of a snapshot's objects and planner data. */
#include <math.h>
#include <string.h>

#include "snapshot_internal.h"

/** Relations by their oid, with the number of parents that were not yet seen. */
typedef struct {
    GHashTable *waits;    /* of oid to that number */
    GHashTable *children; /* of oid to GArray of PgaOid */
    GArray *ready;        /* of PgaOid: all its parents were seen */
} Walk;

static void
await(Walk *walk, const PgaRelationExtra *relation)
{
    guint n = 0;

    for (guint i = 0; i < relation->parents->len; i++) {
        const PgaOid parent = g_array_index(relation->parents, PgaOid, i);
        GArray *children = g_hash_table_lookup(walk->children, GUINT_TO_POINTER(parent));

        if (!children)
            continue; /* not in the file */
        g_array_append_val(children, relation->oid);
        n++;
    }
    g_hash_table_insert(walk->waits, GUINT_TO_POINTER(relation->oid), GUINT_TO_POINTER(n));
    if (n == 0)
        g_array_append_val(walk->ready, relation->oid);
}

/* The parents of @oid's children were one more seen. */
static void
release(Walk *walk, PgaOid oid)
{
    const GArray *children = g_hash_table_lookup(walk->children, GUINT_TO_POINTER(oid));

    for (guint i = 0; i < children->len; i++) {
        const PgaOid child = g_array_index(children, PgaOid, i);
        const guint n =
            GPOINTER_TO_UINT(g_hash_table_lookup(walk->waits, GUINT_TO_POINTER(child))) - 1;

        g_hash_table_insert(walk->waits, GUINT_TO_POINTER(child), GUINT_TO_POINTER(n));
        if (n == 0)
            g_array_append_val(walk->ready, child);
    }
}

/* Inheritance: every relation can be made after its parents. */
static gboolean
check_inheritance(const PgaObjects *objects, GError **error)
{
    g_autoptr(GHashTable) waits = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) children =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    g_autoptr(GArray) ready = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    Walk walk = {waits, children, ready};

    for (guint i = 0; i < objects->relations->len; i++) {
        const PgaRelationExtra *relation = g_ptr_array_index(objects->relations, i);

        if (relation->oid == 0 || !g_hash_table_insert(children, GUINT_TO_POINTER(relation->oid),
                                                       g_array_new(FALSE, FALSE, sizeof(PgaOid))))
            return pga_snapshot_refuse(error, "Two records \"relation extra\" have the oid %u",
                                       relation->oid);
    }
    for (guint i = 0; i < objects->relations->len; i++)
        await(&walk, g_ptr_array_index(objects->relations, i));
    for (guint i = 0; i < ready->len; i++)
        release(&walk, g_array_index(ready, PgaOid, i));
    if (ready->len < objects->relations->len)
        return pga_snapshot_refuse(error, "Parents of relations go round in a circle");
    return TRUE;
}

gboolean
pga_snapshot_check_objects(const PgaObjects *objects, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);

    for (guint i = 0; i < objects->objects->len; i++) {
        PgaObject *object = g_ptr_array_index(objects->objects, i);

        if (!g_hash_table_add(seen, &object->id))
            return pga_snapshot_refuse(error, "Two records \"object\" have the id of %s",
                                       object->name);
    }
    return check_inheritance(objects, error);
}

static gboolean
is_number(const char *text)
{
    char *end;
    const double number = g_ascii_strtod(text, &end);

    return end != text && !*end && isfinite(number);
}

static gboolean
check_column(const PgaColumnStatistics *column, GError **error)
{
    if (column->width == -1 && !column->null_frac && !column->n_distinct)
        return TRUE; /* an expression without statistics */
    if (column->null_frac && is_number(column->null_frac) && column->n_distinct &&
        is_number(column->n_distinct))
        return TRUE;
    return pga_snapshot_refuse(error, "Statistics of a column of the relation %u hold no numbers",
                               column->relation);
}

static gboolean
check_extended(const PgaExtendedStatistics *extended, GError **error)
{
    if (!extended->attnums || !extended->attnames ||
        extended->attnums->len != extended->attnames->len)
        return pga_snapshot_refuse(
            error, "The extended statistics %u have not as many attnums as attnames",
            extended->oid);
    for (guint i = 0; i < extended->expressions->len; i++)
        if (!check_column(g_ptr_array_index(extended->expressions, i), error))
            return FALSE;
    return TRUE;
}

gboolean
pga_snapshot_check_planner(const PgaPlannerData *data, GError **error)
{
    for (guint i = 0; i < data->sizes->len; i++) {
        const PgaRelationSize *size = g_ptr_array_index(data->sizes, i);

        if (!is_number(size->reltuples))
            return pga_snapshot_refuse(error, "reltuples of the relation %u is no number",
                                       size->oid);
    }
    for (guint i = 0; i < data->columns->len; i++)
        if (!check_column(g_ptr_array_index(data->columns, i), error))
            return FALSE;
    for (guint i = 0; i < data->extended->len; i++)
        if (!check_extended(g_ptr_array_index(data->extended, i), error))
            return FALSE;
    return TRUE;
}
