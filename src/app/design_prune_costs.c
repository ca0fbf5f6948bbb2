/* What the statements would cost if nothing were partitioned. */
#include <base/progress.h>
#include <design/design.h>
#include <string.h>

#include "design_plan_internal.h"
#include "design_prune_internal.h"

/* (transfer full): schema.sql and indexes.sql of the same tables without partitions. */
static char *
unpartitioned(PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    const PgaDesignFile *schema = NULL, *indexes = NULL;
    char *sql = NULL;

    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        g_ptr_array_add(kept, table->partitioning);
        table->partitioning = NULL;
    }
    pga_design_ddl(architecture);
    schema = pga_architecture_file(architecture, "schema.sql");
    indexes = architecture->index ? pga_architecture_file(architecture, "indexes.sql") : NULL;
    sql = g_strdup_printf("%s\n%s", schema->text, indexes ? indexes->text : "");
    for (guint i = 0; i < architecture->tables->len; i++)
        ((PgaDesignTable *)g_ptr_array_index(architecture->tables, i))->partitioning =
            g_ptr_array_index(kept, i);
    pga_design_ddl(architecture);
    return sql;
}

GHashTable *
pga_prune_costs(PgaDesignPlanner *planner, PgaDesignRun *run, GError **error)
{
    g_autoptr(GHashTable) costs = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_autofree char *sql = unpartitioned(run->architecture);
    const guint n_notes = run->architecture->not_checked->len;

    pga_progress_step(run->request->from.progress, "planning without partitions");
    pga_design_planner_init(planner, run);
    if (!pga_design_planner_open(planner, sql, error))
        return NULL;
    g_ptr_array_set_size(run->architecture->not_checked, (gint)n_notes); /* told already */
    if (!run->architecture->index) /* nothing could be planned, which is told, too */
        return g_steal_pointer(&costs);
    if (!pga_index_make_clone(&planner->index, error))
        return NULL;
    for (guint i = 0; i < run->architecture->queries->len; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(run->architecture->queries, i);
        g_auto(PgaDesignExplained) explained = {0};

        if (query->cost_after < 0 || query->command == 'i')
            continue;
        if (!pga_design_explain(&planner->index, query->planned_sql, none, &explained, error))
            return NULL;
        if (!explained.failure) {
            double *cost = g_new(double, 1);

            *cost = explained.plan.cost;
            g_hash_table_insert(costs, (gpointer)query, cost);
        }
    }
    return g_steal_pointer(&costs);
}

void
pga_prune_costs_sum(PgaDesignPartitioning *partitioning, const GArray *shown, GHashTable *costs)
{
    double before = 0, after = 0, calls = 0;

    for (guint i = 0; i < shown->len; i++) {
        const PgaDesignQuery *query = g_array_index(shown, PgaPruneShown, i).query;
        const double *cost = g_hash_table_lookup(costs, query);
        const double rate = query->per_second > 0 ? query->per_second : 1;

        if (!cost || query->cost_after < 0)
            continue;
        before += rate * *cost;
        after += rate * query->cost_after;
        calls += rate;
        partitioning->n_planned++;
    }
    if (partitioning->n_planned == 0)
        return;
    partitioning->cost_before = before / calls;
    partitioning->cost_after = after / calls;
}
