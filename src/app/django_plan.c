/* The tables as the models make them, in the lab or as a database has them; the planner told what
 * they hold; the advisor on all queries of the project. The clone is made of tables and queries:
 * a thread does so while rules judge, where the tables are the models'. */
#include <string.h>

#include <base/error.h>
#include <base/progress.h>
#include <django/model.h>

#include "clone_internal.h"
#include "django_plan_internal.h"

#define TIME_LIMIT "8s" /* unless --time-limit says another */
#define LEAST_COST 100  /* planner cost: who sends it does not wait for it */
/* Of sizes that nobody stated no index follows that does not at least halve a cost. */
#define ASSUMED_IMPROVEMENT 0.5

#define LEAST_TIME_US       (G_GINT64_CONSTANT(500) * 1000)

void
pga_django_planner_clear(DjangoPlanner *planner)
{
    pga_index_run_clear(&planner->index);
    g_clear_pointer(&planner->rows, g_hash_table_unref);
    g_clear_pointer(&planner->references, g_hash_table_unref);
    g_clear_pointer(&planner->shapes, pga_architecture_free);
    g_clear_pointer(&planner->not_checked, g_ptr_array_unref);
    g_clear_pointer(&planner->planned, g_ptr_array_unref);
    g_clear_pointer(&planner->plans, g_ptr_array_unref);
}

static gboolean
when_chosen(gpointer self, GError **error)
{
    return pga_django_plan_findings(self, error) && pga_django_fetch_plans(self, error);
}

static guint
major_of(const PgaDjangoWork *work)
{
    return work->report->version / 10000;
}

static void
planner_init(DjangoPlanner *planner, PgaDjangoWork *work)
{
    planner->work = work;
    planner->loading = work->loading;
    planner->ask.from = work->request->from;
    planner->ask.from.rows = NULL;
    planner->ask.from.want_whatif = TRUE;
    planner->ask.no_drops = TRUE;
    planner->ask.now = work->request->now;
    planner->ask.time_limit = work->request->time_limit ? work->request->time_limit : TIME_LIMIT;
    if (!work->request->has_source) {
        planner->ask.from.source = "the models";
        planner->ask.from.pg_version = major_of(work);
    }
    planner->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    planner->planned = g_ptr_array_new();
    planner->plans = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_plan_free);
    planner->rows = pga_django_rows_of_tables(work);
    planner->statistics.scale = 1;
    pga_index_run_init(&planner->index, &planner->ask);
    planner->index.source = work->source;
    planner->index.longest_name = PGA_DJANGO_NAME_BYTES;
    work->source = (PgaSource){0};
}

/* What the planning took stays the work's: lab, catalog, environment. */
static void
give_back(DjangoPlanner *planner)
{
    PgaIndexRun *index = &planner->index;
    PgaDjangoWork *work = planner->work;

    g_clear_pointer(&index->whatif, pga_whatif_free);
    g_clear_pointer(&index->clone, pga_clone_free);
    if (work->request->has_source) {
        work->source = index->source;
    } else {
        work->source = (PgaSource){.lab = g_steal_pointer(&index->source.lab)};
        pga_source_clear(&index->source);
    }
    index->source = (PgaSource){0};
}

static gboolean
open_models(DjangoPlanner *planner, GError **error)
{
    PgaSource *source = &planner->index.source;
    GHashTable *references = NULL;
    const gboolean loaded = pga_django_loaded(planner->loading, source, &references, error);

    planner->references = references;
    if (!loaded || !pga_source_read_facts(source, planner->not_checked, error))
        return FALSE;
    pga_clone_forget_lab_settings(source->catalog);
    return TRUE;
}

/* Tables of which nobody knows what they hold. */
static void
assume(DjangoPlanner *planner)
{
    PgaIndexRun *index = &planner->index;

    planner->is_assumed = TRUE;
    planner->shapes = pga_django_shapes(index->source.catalog, planner->rows, planner->references);
    planner->statistics.architecture = planner->shapes;
    planner->statistics.catalog = index->source.catalog;
    pga_design_statistics_tell(&planner->statistics, index->source.catalog);
    index->planner =
        (PgaPlannerSource){.read = pga_design_statistics_read, .self = &planner->statistics};
    index->is_new = index->trusts_order = TRUE;
}

static gboolean
open_source(DjangoPlanner *planner, GError **error)
{
    PgaSource *source = &planner->index.source;

    if (!planner->work->request->has_source) {
        if (!open_models(planner, error))
            return FALSE;
        assume(planner);
        return TRUE;
    }
    if (!source->objects && !pga_source_read_facts(source, planner->not_checked, error))
        return FALSE;
    if (source->environment->source_kind == PGA_SOURCE_DDL)
        assume(planner);
    return TRUE;
}

static gboolean
set_bounds(DjangoPlanner *planner, GError **error)
{
    PgaIndexRun *index = &planner->index;
    const gint64 left = planner->work->until - g_get_monotonic_time();

    if (!pga_index_bounds_parse(&planner->ask, &index->bounds, error))
        return FALSE;
    index->bounds.least_cost = LEAST_COST;
    if (planner->is_assumed) {
        index->bounds.room_price = PGA_INDEX_DESIGN_ROOM_PRICE;
        index->bounds.min_improvement = MAX(index->bounds.min_improvement, ASSUMED_IMPROVEMENT);
    }
    if (planner->work->until > 0)
        index->bounds.time_limit_us = CLAMP(left, LEAST_TIME_US, index->bounds.time_limit_us);
    index->started = g_get_monotonic_time();
    index->report->budget_bytes = index->bounds.budget_bytes;
    index->report->min_improvement = index->bounds.min_improvement;
    return TRUE;
}

static void
note_search(const DjangoPlanner *planner)
{
    const PgaIndexReport *report = planner->work->report->index;
    const PgaIndexRun *index = &planner->index;

    if (report->search_complete)
        return;
    if (index->n_unasked + index->n_untried == 0)
        g_ptr_array_add(planner->work->report->notes,
                        g_strdup("The time for index advice was over before all indexes were "
                                 "compared; --time-limit gives it more."));
    else
        g_ptr_array_add(
            planner->work->report->notes,
            g_strdup_printf("The time for index advice was over: %u of %u statements were not "
                            "asked for indexes, %u indexes that were thought of were not tried; "
                            "--time-limit gives it more.",
                            index->n_unasked, index->samples->len, index->n_untried));
}

/* Takes the advisor's report; of the source there is one environment. */
static void
finish(DjangoPlanner *planner)
{
    PgaDjangoReport *report = planner->work->report;
    PgaIndexRun *index = &planner->index;
    PgaEnvironment *environment = pga_record_copy(&pga_environment_type, index->source.environment);

    pga_django_tell_plans(planner);
    pga_django_tell_rows(planner);
    pga_index_drop_option_notes(index->report);
    report->index = pga_index_finish(index);
    index->source.environment = environment;
    note_search(planner);
}

/* Without a lab everything else is told all the same. */
static gboolean
cannot(PgaDjangoWork *work, GError *cause, GError **error)
{
    if (g_error_matches(cause, PGA_ERROR, PGA_ERROR_INTERRUPTED) ||
        g_error_matches(cause, PGA_ERROR, PGA_ERROR_INPUT)) {
        g_propagate_error(error, cause);
        return FALSE;
    }
    pga_django_not_done(work, "plans", g_strdup(cause->message));
    g_error_free(cause);
    return TRUE;
}

struct PgaDjangoPlanning {
    DjangoPlanner planner;
    GThread *thread; /* (nullable): makes the clone */
    gboolean is_cloned;
    GError *cause; /* (nullable): why it is not */
};

/* Reads the queries, not the findings: of the work it changes nothing. */
static gboolean
make_clone(DjangoPlanner *planner, GError **error)
{
    PgaIndexRun *index = &planner->index;

    if (!open_source(planner, error))
        return FALSE;
    pga_progress_step(planner->ask.from.progress, "planning %u queries",
                      index->report->workload->queries->len);
    if (!pga_django_represent(planner, index->report->workload, error))
        return FALSE;
    index->texts_are_final = TRUE;
    return pga_index_make_clone(index, error);
}

static gboolean
advise(DjangoPlanner *planner, GError **error)
{
    PgaIndexRun *index = &planner->index;

    if (!set_bounds(planner, error))
        return FALSE;
    index->when_chosen = when_chosen;
    index->self = planner;
    if (!pga_index_advise(index, error))
        return FALSE;
    finish(planner);
    return TRUE;
}

static gboolean
is_plannable(const PgaDjangoPlanning *planning)
{
    return pga_index_is_plannable(planning->planner.index.report->workload);
}

static PgaDjangoPlanning *
planning_new(PgaDjangoWork *work)
{
    PgaDjangoPlanning *planning = g_new0(PgaDjangoPlanning, 1);

    planner_init(&planning->planner, work);
    planning->planner.index.report->workload = pga_django_workload(&planning->planner);
    return planning;
}

static void
run(PgaDjangoPlanning *planning)
{
    planning->is_cloned = make_clone(&planning->planner, &planning->cause);
}

static gpointer
run_aside(gpointer planning)
{
    run(planning);
    return NULL;
}

void
pga_django_plan_begin(PgaDjangoWork *work)
{
    if (!work->loading)
        return;
    work->planning = planning_new(work);
    if (is_plannable(work->planning))
        work->planning->thread = g_thread_new("planning", run_aside, work->planning);
}

/* Its thread is waited for. */
static void
join(PgaDjangoPlanning *planning)
{
    if (planning->thread)
        g_thread_join(g_steal_pointer(&planning->thread));
}

void
pga_django_planning_free(PgaDjangoPlanning *planning)
{
    if (!planning)
        return;
    join(planning);
    g_clear_error(&planning->cause);
    pga_django_planner_clear(&planning->planner);
    g_free(planning);
}

static gboolean
plan(PgaDjangoPlanning *planning, GError **error)
{
    if (!is_plannable(planning)) {
        pga_django_tell_queries(planning->planner.work);
        pga_django_tell_rows(&planning->planner);
        return TRUE;
    }
    if (planning->thread)
        join(planning);
    else
        run(planning);
    if (planning->is_cloned)
        return advise(&planning->planner, error);
    g_propagate_error(error, g_steal_pointer(&planning->cause));
    return FALSE;
}

gboolean
pga_django_plan(PgaDjangoWork *work, GError **error)
{
    GError *cause = NULL;
    gboolean done;

    if (work->request->no_lab) {
        pga_django_not_done(work, "plans", g_strdup("no server was to be started"));
        pga_django_tell_queries(work);
        return TRUE;
    }
    if (!work->planning)
        work->planning = planning_new(work);
    done = plan(work->planning, &cause);
    give_back(&work->planning->planner);
    g_clear_pointer(&work->planning, pga_django_planning_free);
    if (done)
        return TRUE;
    if (work->report->plans->len == 0)
        pga_django_tell_queries(work);
    return cannot(work, cause, error);
}
