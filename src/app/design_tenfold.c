/* The same queries and indexes on ten times the data: a second clone, told so. */
#include <base/progress.h>
#include <string.h>

#include "design_plan_internal.h"

/** The clone of ten times the data. */
typedef struct {
    PgaDesignStatistics statistics;
    PgaPlannerSource source;
    GPtrArray *indexes; /* of PgaWhatifIndex * */
    GArray *oids;       /* of guint32 */
} Tenfold;

static void
tenfold_clear(Tenfold *tenfold)
{
    g_clear_pointer(&tenfold->indexes, g_ptr_array_unref);
    g_clear_pointer(&tenfold->oids, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tenfold, tenfold_clear)

static gboolean
bring(const PgaDesignPlanner *planner, GError **error)
{
    const GPtrArray *queries = planner->architecture->index->workload->queries;
    g_autoptr(GString) all = g_string_new(NULL);

    for (guint i = 0; i < queries->len; i++)
        g_string_append_printf(all, "%s\n;\n",
                               ((const PgaQuery *)g_ptr_array_index(queries, i))->text);
    return pga_clone_bring_statement(planner->index.clone, all->str, error);
}

static gboolean
make_extensions(PgaIndexRun *index, GError **error)
{
    GList *names = g_list_sort(g_hash_table_get_keys(index->extensions), (GCompareFunc)strcmp);
    gboolean ok = TRUE, available;

    for (const GList *at = names; ok && at; at = at->next)
        ok = pga_whatif_extension(index->whatif, at->data, &available, error);
    g_list_free(names);
    return ok;
}

static int
compare_oids(gconstpointer a, gconstpointer b)
{
    const guint32 first = *(const guint32 *)a, second = *(const guint32 *)b;

    return (first > second) - (first < second);
}

static gboolean
make_indexes(PgaIndexRun *index, Tenfold *tenfold, GError **error)
{
    tenfold->indexes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_whatif_index_free);
    tenfold->oids = g_array_new(FALSE, FALSE, sizeof(guint32));
    for (guint i = 0; i < index->chosen->len; i++) {
        const PgaIndexChoice *choice =
            pga_index_choice_at(index, g_array_index(index->chosen, guint, i));
        PgaWhatifIndex *made = g_new0(PgaWhatifIndex, 1);

        made->sql = g_strdup(choice->whatif->sql);
        g_ptr_array_add(tenfold->indexes, made);
    }
    if (!pga_whatif_create(index->whatif, tenfold->indexes, error))
        return FALSE;
    for (guint i = 0; i < tenfold->indexes->len; i++) {
        const PgaWhatifIndex *made = g_ptr_array_index(tenfold->indexes, i);

        if (made->oid)
            g_array_append_val(tenfold->oids, made->oid);
    }
    g_array_sort(tenfold->oids, compare_oids);
    return TRUE;
}

/* In the place of the first clone, which has told everything. */
static gboolean
open_clone(PgaDesignPlanner *planner, Tenfold *tenfold, GError **error)
{
    PgaIndexRun *index = &planner->index;
    PgaCloneOptions options = {.catalog = index->source.catalog,
                               .objects = index->source.objects,
                               .planner = &tenfold->source};

    pga_progress_step(planner->ask.from.progress, "planning for ten times the data");
    tenfold->statistics = planner->statistics;
    tenfold->statistics.scale = PGA_DESIGN_TENFOLD;
    tenfold->source =
        (PgaPlannerSource){.read = pga_design_statistics_read, .self = &tenfold->statistics};
    g_clear_pointer(&index->whatif, pga_whatif_free);
    g_clear_pointer(&index->clone, pga_clone_free);
    index->clone = pga_clone_open(index->source.lab, &options, error);
    if (!index->clone || !bring(planner, error))
        return FALSE;
    index->whatif = pga_whatif_open(index->clone, error);
    return index->whatif && make_extensions(index, error) && make_indexes(index, tenfold, error);
}

/* Ten times the pages in the same order. */
static void
take_off_order(PgaDesignQuery *query)
{
    const double much = PGA_DESIGN_TENFOLD * query->ordered_io;

    query->cost_tenfold = MAX(query->cost_tenfold - much, 0);
    query->random_io_tenfold = MAX(query->random_io_tenfold - much, 0);
}

static gboolean
cost(PgaDesignPlanner *planner, const Tenfold *tenfold, GError **error)
{
    const GPtrArray *queries = planner->architecture->queries;

    for (guint i = 0; i < queries->len; i++) {
        PgaDesignQuery *query = g_ptr_array_index(queries, i);
        g_auto(PgaDesignExplained) explained = {0};
        g_autofree char *shape = NULL;

        if (query->cost_after < 0)
            continue;
        if (!pga_design_explain(&planner->index, query->planned_sql, tenfold->oids, &explained,
                                error))
            return FALSE;
        if (explained.failure)
            continue;
        query->cost_tenfold = explained.plan.cost;
        query->random_io_tenfold = explained.plan.random;
        query->sequential_io_tenfold = explained.plan.sequential;
        shape = pga_design_plan_shape(&explained.plan);
        if (g_strcmp0(shape, query->shape) == 0)
            take_off_order(query);
        else
            query->plan_tenfold = g_steal_pointer(&explained.text);
    }
    return TRUE;
}

gboolean
pga_design_cost_tenfold(PgaDesignPlanner *planner, GError **error)
{
    g_auto(Tenfold) tenfold = {0};

    if (!open_clone(planner, &tenfold, error) || !cost(planner, &tenfold, error))
        return FALSE;
    pga_design_tell_tenfold(planner);
    return TRUE;
}
