/* Which relations a clone needs: those asked for, what their foreign keys reference, the parents of
 * partitions, and the partitions of what was asked for. */
#include "clone_internal.h"

enum { MAX_PARTITIONS = 500, MAX_DEPTH = 16 };

static void
cloned_free(gpointer data)
{
    PgaCloned *cloned = data;

    g_free(cloned->failure);
    g_ptr_array_unref(cloned->left_out);
    g_free(cloned);
}

static guint
depth_of(const PgaCatalog *catalog, const PgaRelation *relation)
{
    guint depth = 0;

    while (relation && relation->relispartition && depth < MAX_DEPTH) {
        relation = pga_catalog_relation(catalog, relation->parent);
        depth++;
    }
    return depth;
}

static void
add(PgaClone *clone, const PgaRelation *relation)
{
    PgaCloned *cloned;

    if (!relation || g_hash_table_contains(clone->cloned, GUINT_TO_POINTER(relation->oid)))
        return;
    cloned = g_new0(PgaCloned, 1);
    cloned->relation = relation;
    cloned->depth = depth_of(clone->catalog, relation);
    cloned->left_out = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(clone->cloned, GUINT_TO_POINTER(relation->oid), cloned);
    g_ptr_array_add(clone->order, cloned);
}

static void
add_parents(PgaClone *clone, const PgaRelation *relation)
{
    for (guint depth = 0; relation && relation->relispartition && depth < MAX_DEPTH; depth++) {
        relation = pga_catalog_relation(clone->catalog, relation->parent);
        add(clone, relation);
    }
}

static void
add_referenced(PgaClone *clone, const PgaRelation *relation)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, i);
        const PgaRelation *referenced =
            constraint->contype == 'f' ? pga_catalog_relation(clone->catalog, constraint->confrelid)
                                       : NULL;

        add(clone, referenced);
        add_parents(clone, referenced);
    }
}

/* Partitions of whatever partitioned table in @asked, level by level. */
static void
add_partitions(PgaClone *clone, GHashTable *asked)
{
    const GPtrArray *relations = clone->catalog->relations;
    guint n = 0;
    gboolean found = TRUE;

    while (found) {
        found = FALSE;
        for (guint i = 0; i < relations->len && n < MAX_PARTITIONS; i++) {
            const PgaRelation *relation = g_ptr_array_index(relations, i);

            if (relation->relispartition &&
                g_hash_table_contains(asked, GUINT_TO_POINTER(relation->parent)) &&
                g_hash_table_add(asked, GUINT_TO_POINTER(relation->oid))) {
                add(clone, relation);
                found = TRUE;
                n++;
            }
        }
    }
}

static gint
compare_cloned(gconstpointer a, gconstpointer b)
{
    const PgaCloned *first = *(const PgaCloned *const *)a;
    const PgaCloned *second = *(const PgaCloned *const *)b;

    if (first->depth != second->depth)
        return first->depth < second->depth ? -1 : 1;
    return (first->relation->oid > second->relation->oid) -
           (first->relation->oid < second->relation->oid);
}

void
pga_clone_collect(PgaClone *clone, const GArray *relations)
{
    g_autoptr(GHashTable) asked = g_hash_table_new(NULL, NULL);

    clone->cloned = g_hash_table_new_full(NULL, NULL, NULL, cloned_free);
    clone->order = g_ptr_array_new();
    for (guint i = 0; i < relations->len; i++) {
        const PgaRelation *relation =
            pga_catalog_relation(clone->catalog, g_array_index(relations, PgaOid, i));

        if (!relation || !g_hash_table_add(asked, GUINT_TO_POINTER(relation->oid)))
            continue;
        add(clone, relation);
        add_parents(clone, relation);
        add_referenced(clone, relation);
    }
    add_partitions(clone, asked);
    g_ptr_array_sort(clone->order, compare_cloned);
}

GArray *
pga_clone_leaves(const PgaClone *clone, PgaOid oid)
{
    GArray *oids = g_array_new(FALSE, FALSE, sizeof(PgaOid));

    g_array_append_val(oids, oid);
    for (guint i = 0; i < clone->order->len; i++) { /* parents come first */
        const PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        for (guint k = 0; cloned->relation->relispartition && k < oids->len; k++) {
            if (g_array_index(oids, PgaOid, k) == cloned->relation->parent) {
                g_array_append_val(oids, cloned->relation->oid);
                break;
            }
        }
    }
    return oids;
}
