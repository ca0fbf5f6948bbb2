/* What partitions cost: statements that search many of them, and whether that is worth it. */
#include <string.h>

#include "design_prune_internal.h"

#define DEARER     1.1  /* of one statement: told */
#define TOO_DEAR   1.25 /* of all together: decides */
#define MAX_TOLD   5U
#define MORE_CALLS 1.0 /* a second, of statements without a rate, as elsewhere */

/** A statement that costs more. */
typedef struct {
    const PgaPruneShown *shown;
    double before, more; /* planner cost without partitions; more a second */
} Dearer;

static gint
compare_dearer(gconstpointer a, gconstpointer b)
{
    const Dearer *left = a, *right = b;

    if (left->more != right->more)
        return left->more > right->more ? -1 : 1;
    return strcmp(left->shown->query->name, right->shown->query->name);
}

/* (transfer full): of Dearer, what costs most first. */
static GArray *
dearer_of(const GArray *all, GHashTable *costs)
{
    GArray *dearer = g_array_new(FALSE, FALSE, sizeof(Dearer));

    for (guint i = 0; i < all->len; i++) {
        const PgaPruneShown *shown = &g_array_index(all, PgaPruneShown, i);
        const PgaDesignQuery *query = shown->query;
        const double *before = g_hash_table_lookup(costs, query);
        const double rate = query->per_second > 0 ? query->per_second : MORE_CALLS;

        if (before && query->cost_after > *before * DEARER)
            g_array_append_val(dearer,
                               ((Dearer){shown, *before, rate * (query->cost_after - *before)}));
    }
    g_array_sort(dearer, compare_dearer);
    return dearer;
}

static void
append_cost(GString *text, double before, double after)
{
    g_string_append_printf(text, "planner cost %.4g, %.4g in one table (%.3gx)", after, before,
                           after / MAX(before, 0.01));
}

static void
append_dearer(GString *text, const GArray *dearer, guint n_leaves)
{
    for (guint i = 0; i < MIN(dearer->len, MAX_TOLD); i++) {
        const Dearer *one = &g_array_index(dearer, Dearer, i);

        g_string_append_printf(text, "%s%s searches %u of %u partitions, ", i > 0 ? "; " : "",
                               one->shown->query->name, one->shown->planned.scanned, n_leaves);
        append_cost(text, one->before, one->shown->query->cost_after);
    }
    if (dearer->len > MAX_TOLD)
        g_string_append_printf(text, "; and %u more", dearer->len - MAX_TOLD);
}

/* Look-ups by the key that were given the partition key: what they would cost without. */
static void
append_unkeyed(GString *text, const PgaDesignPartitioning *partitioning, const GArray *all,
               guint n_leaves)
{
    g_autoptr(GString) names = g_string_new(NULL);
    const PgaDesignQuery *first = NULL;

    for (guint i = 0; i < all->len; i++) {
        const PgaDesignQuery *query = g_array_index(all, PgaPruneShown, i).query;

        if (!query->unkeyed_sql || query->cost_unkeyed < 0)
            continue;
        first = first ? first : query;
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", query->name);
    }
    if (!first)
        return;
    g_string_append_printf(text,
                           "%s%s give %s with the key, as RETURNING gave it to the "
                           "microsecond, and search 1; without it %s would search all %u: ",
                           text->len ? ". " : "", names->str,
                           partitioning->sub_column ? partitioning->sub_column
                                                    : partitioning->column,
                           first->name, n_leaves);
    append_cost(text, first->cost_after, first->cost_unkeyed);
}

void
pga_prune_price(PgaDesignPartitioning *partitioning, const GArray *shown, guint n_leaves,
                GHashTable *costs)
{
    g_autoptr(GArray) dearer = dearer_of(shown, costs);
    g_autoptr(GString) text = g_string_new(NULL);

    append_dearer(text, dearer, n_leaves);
    append_unkeyed(text, partitioning, shown, n_leaves);
    g_string_append_printf(text,
                           "%sPlanner costs leave out that each call is planned, locked or routed "
                           "among %u partitions: " PGA_PARTITION_CALL_PRICE,
                           text->len ? ". " : "", n_leaves);
    partitioning->price = g_strdup_printf("%s.", text->str);
}

/* Size, bulk loads, people: what look-ups do not outweigh. */
static gboolean
is_needed(const PgaDesignPartitioning *partitioning)
{
    static const char *const needs[] = {"P-03", "P-04", "P-05", "stated", NULL};

    for (guint i = 0; i < partitioning->reasons->len; i++) {
        const PgaPartitionReason *reason = g_ptr_array_index(partitioning->reasons, i);

        if (reason->weight > 0 && g_strv_contains(needs, reason->id))
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_prune_reconsider(PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->partitionings->len; i++) {
        const PgaDesignPartitioning *how = g_ptr_array_index(architecture->partitionings, i);

        if (!how->recommended || how->n_planned == 0 || is_needed(how) ||
            how->cost_after <= how->cost_before * TOO_DEAR)
            continue;
        g_hash_table_insert(
            architecture->unpartitioned, g_strdup(how->table->name),
            g_strdup_printf("P-06: planned with %u %s partitions, its %u statements cost %.4g on "
                            "average, %.4g in one table: more than rows that leave at once save "
                            "(%s); what would resolve it: %s in look-ups, too, or partition_by: %s",
                            how->n_partitions,
                            how->interval_name ? how->interval_name
                                               : pga_partition_method_name(how->method),
                            how->n_planned, how->cost_after, how->cost_before, how->verdict,
                            how->column, how->column));
    }
    return g_hash_table_size(architecture->unpartitioned) > 0;
}
