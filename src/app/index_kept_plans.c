/* Plans of whole configurations, which the proof comes back to: most of a set stays when one index
 * of it is looked at, and most statements see nothing of that one. */
#include <string.h>

#include "index_batch_internal.h"

/** A plan that was made; also what one is looked for by. */
typedef struct {
    gint32 statement;
    const guint32 *oids; /* @owned's, if that is set */
    guint n_oids;
    guint32 *owned; /* (nullable) */
    double startup_cost, total_cost, rows;
    GArray *used; /* (nullable): of guint32 */
} Kept;

static void
kept_free(gpointer data)
{
    Kept *kept = data;

    g_free(kept->owned);
    g_clear_pointer(&kept->used, g_array_unref);
    g_free(kept);
}

/* FNV-1a by whole numbers. */
static guint
kept_hash(gconstpointer data)
{
    const Kept *kept = data;
    guint hash = 2166136261U ^ (guint)kept->statement;

    for (guint i = 0; i < kept->n_oids; i++)
        hash = (hash ^ kept->oids[i]) * 16777619U;
    return hash;
}

static gboolean
kept_equal(gconstpointer a, gconstpointer b)
{
    const Kept *first = a, *second = b;

    return first->statement == second->statement && first->n_oids == second->n_oids &&
           (first->n_oids == 0 ||
            memcmp(first->oids, second->oids, sizeof(guint32) * first->n_oids) == 0);
}

GHashTable *
pga_index_kept_plans_new(void)
{
    return g_hash_table_new_full(kept_hash, kept_equal, kept_free, NULL);
}

gboolean
pga_index_kept_plans_find(GHashTable *kept, PgaWhatifPlan *plan)
{
    const Kept asked = {.statement = plan->statement, .oids = plan->oids, .n_oids = plan->n_oids};
    const Kept *found = g_hash_table_lookup(kept, &asked);

    if (!found)
        return FALSE;
    pga_whatif_plan_clear(plan);
    plan->startup_cost = found->startup_cost;
    plan->total_cost = found->total_cost;
    plan->rows = found->rows;
    plan->used = found->used ? g_array_ref(found->used) : NULL;
    return TRUE;
}

void
pga_index_kept_plans_add(GHashTable *kept, const PgaWhatifPlan *plan)
{
    Kept *added;

    if (plan->total_cost < 0)
        return;
    added = g_new0(Kept, 1);
    added->statement = plan->statement;
    added->n_oids = plan->n_oids;
    added->owned = g_memdup2(plan->oids, sizeof(guint32) * plan->n_oids);
    added->oids = added->owned;
    added->startup_cost = plan->startup_cost;
    added->total_cost = plan->total_cost;
    added->rows = plan->rows;
    added->used = plan->used ? g_array_ref(plan->used) : NULL;
    g_hash_table_add(kept, added);
}
