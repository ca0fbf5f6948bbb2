/* The designed tables in the lab, empty, their planner told what they will hold: indexes by the
 * advisor, costs and plans of the queries. */
#include <base/error.h>
#include <base/progress.h>
#include <design/design.h>
#include <string.h>

#include "clone_internal.h"
#include "design_plan_internal.h"

#define STEADY_ROWS 10000 /* tables of so few that nothing inserts into do not grow */

void
pga_design_planner_clear(PgaDesignPlanner *planner)
{
    pga_index_run_clear(&planner->index);
    g_clear_pointer(&planner->statistics.steady, g_hash_table_unref);
    g_clear_pointer(&planner->not_checked, g_ptr_array_unref);
}

/* (transfer full): all that has to be there before a query is planned. */
static char *
script_of(const PgaArchitecture *architecture)
{
    const PgaDesignFile *schema = pga_architecture_file(architecture, "schema.sql");
    const PgaDesignFile *partitions = pga_architecture_file(architecture, "partitions.sql");
    g_autofree char *partitioned =
        partitions ? pga_design_partitions_as_of(partitions->text, PGA_DESIGN_NOW) : g_strdup("");

    return g_strdup_printf("%s\n%s\n", schema ? schema->text : "", partitioned);
}

static void
take_notes(PgaDesignPlanner *planner)
{
    for (guint i = 0; i < planner->not_checked->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(planner->not_checked, i);

        if (!pga_clone_is_concerned_by(note))
            continue;
        g_ptr_array_add(planner->architecture->not_checked,
                        pga_not_checked_new(NULL, g_strdup(note->what), g_strdup(note->why)));
    }
}

/* What the server's configuration is going to say of its storage. */
static void
put_settings(const PgaArchitecture *architecture, PgaCatalog *catalog)
{
    const PgaSpecDeployment *deployment = &architecture->requirements->deployment;
    const char *random =
        deployment->storage == PGA_STORAGE_HDD ? "4" : "1.1"; /* as tune has them */
    PgaSetting *setting = (PgaSetting *)pga_catalog_setting(catalog, "random_page_cost");

    if (setting) {
        g_free(setting->setting);
        setting->setting = g_strdup(random);
    }
    setting = (PgaSetting *)pga_catalog_setting(catalog, "effective_cache_size");
    if (setting && deployment->ram_bytes > 0) {
        g_free(setting->setting);
        setting->setting =
            g_strdup_printf("%" G_GINT64_FORMAT, deployment->ram_bytes / 4 * 3 / 8192);
    }
}

static gboolean
open_source(PgaDesignPlanner *planner, const char *text, GError **error)
{
    PgaSource *source = &planner->index.source;
    const PgaSpecDeployment *deployment = &planner->architecture->requirements->deployment;
    g_autoptr(PgaScript) script = pga_script_parse(text, strlen(text), "schema.sql", error);

    if (!script ||
        !pga_source_open_script(&planner->ask.from, script, source, planner->not_checked, error) ||
        !pga_source_read_facts(source, planner->not_checked, error))
        return FALSE;
    take_notes(planner);
    pga_clone_forget_lab_settings(source->catalog);
    put_settings(planner->architecture, source->catalog);
    if (deployment->platform != PGA_DEPLOYMENT_SELF_HOSTED) {
        g_free(source->environment->provider);
        source->environment->provider = g_strdup(pga_deployment_name(deployment->platform));
    }
    return TRUE;
}

static gboolean
is_inserted(const PgaArchitecture *architecture, const PgaDesignTable *table)
{
    for (guint i = 0; i < architecture->queries->len; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);

        if (query->command == 'i' && query->pattern && query->pattern->entity &&
            (g_str_equal(query->pattern->entity, table->name) ||
             (table->entity && g_str_equal(query->pattern->entity, table->entity->name))))
            return TRUE;
    }
    return FALSE;
}

static void
find_steady(PgaDesignStatistics *statistics)
{
    const GPtrArray *tables = statistics->architecture->tables;

    statistics->steady = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(tables, i);

        if (table->rows <= STEADY_ROWS && !is_inserted(statistics->architecture, table))
            g_hash_table_add(statistics->steady, table);
    }
}

static gboolean
when_chosen(gpointer self, GError **error)
{
    return pga_design_cost_queries(self, error);
}

gboolean
pga_design_planner_open(PgaDesignPlanner *planner, const char *sql, GError **error)
{
    PgaIndexRun *index = &planner->index;

    if (!pga_index_bounds_parse(&planner->ask, &index->bounds, error) ||
        !open_source(planner, sql, error))
        return FALSE;
    index->bounds.room_price = PGA_INDEX_DESIGN_ROOM_PRICE;
    if (planner->architecture->requirements->index_min_gain >= 0)
        index->bounds.min_improvement = planner->architecture->requirements->index_min_gain;
    index->report->budget_bytes = index->bounds.budget_bytes;
    index->report->min_improvement = index->bounds.min_improvement;
    planner->statistics.catalog = index->source.catalog;
    find_steady(&planner->statistics);
    pga_design_statistics_tell(&planner->statistics, index->source.catalog);
    index->planner =
        (PgaPlannerSource){.read = pga_design_statistics_read, .self = &planner->statistics};
    index->texts_are_final = index->is_new = index->trusts_order = TRUE;
    index->when_chosen = when_chosen;
    index->self = planner;
    index->report->workload = pga_design_workload(planner->architecture);
    return TRUE;
}

/* Without the planner module nothing else is missing: the design goes on. */
static gboolean
note_module(const PgaDesignPlanner *planner, GError *cause, GError **error)
{
    PgaArchitecture *architecture = planner->architecture;

    if (!planner->index.clone || pga_clone_has_whatif(planner->index.clone)) {
        g_propagate_error(error, cause);
        return FALSE;
    }
    g_ptr_array_add(architecture->not_checked,
                    pga_not_checked_new(NULL, g_strdup("indexes, costs and plans of the queries"),
                                        g_strdup(cause->message)));
    architecture->complete = FALSE;
    g_error_free(cause);
    return TRUE;
}

static gboolean
advise(PgaDesignPlanner *planner, GError **error)
{
    GError *cause = NULL;

    if (!pga_index_is_plannable(planner->index.report->workload))
        return TRUE;
    if (!pga_index_advise(&planner->index, &cause))
        return note_module(planner, cause, error);
    pga_index_drop_option_notes(planner->index.report);
    planner->architecture->index = pga_index_finish(&planner->index);
    pga_design_note_writes(planner->architecture);
    pga_design_note_references(planner->architecture);
    pga_design_note_states(planner->architecture);
    return TRUE;
}

void
pga_design_planner_init(PgaDesignPlanner *planner, PgaDesignRun *run)
{
    planner->run = run;
    planner->architecture = run->architecture;
    planner->ask.from = run->request->from;
    planner->ask.from.source = "the design";
    planner->ask.from.rows = NULL;
    planner->ask.from.pg_version = run->architecture->major;
    planner->ask.from.want_whatif = TRUE;
    planner->ask.no_drops = TRUE;
    planner->ask.now = run->request->now;
    planner->statistics.architecture = run->architecture;
    planner->statistics.scale = 1;
    planner->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    pga_index_run_init(&planner->index, &planner->ask);
    planner->index.source.lab = g_steal_pointer(&run->lab);
}

gboolean
pga_design_plan(PgaDesignRun *run, GError **error)
{
    g_autofree char *sql = script_of(run->architecture);

    run->planner = g_new0(PgaDesignPlanner, 1);
    pga_design_planner_init(run->planner, run);
    return pga_design_planner_open(run->planner, sql, error) && advise(run->planner, error);
}

/* The lab stays; what is in it is nobody's any more. */
static void
close_planner(PgaDesignRun *run)
{
    PgaIndexRun *index = &run->planner->index;

    g_clear_pointer(&index->whatif, pga_whatif_free);
    g_clear_pointer(&index->clone, pga_clone_free);
    g_clear_pointer(&index->source.connection, pga_connection_close);
    run->lab = g_steal_pointer(&index->source.lab);
    pga_design_planner_clear(run->planner);
    g_clear_pointer(&run->planner, g_free);
}

gboolean
pga_design_plan_tenfold(PgaDesignRun *run, GError **error)
{
    if (run->architecture->index && !pga_design_cost_tenfold(run->planner, error))
        return FALSE;
    close_planner(run);
    return TRUE;
}

void
pga_design_run_clear(PgaDesignRun *run)
{
    if (run->planner)
        close_planner(run);
    g_clear_pointer(&run->lab, pga_lab_free);
    g_clear_pointer(&run->rollouts, pga_design_rollouts_free);
}
