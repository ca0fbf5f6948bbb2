/* index: source and workload → clone → candidates → the best set → its proof. */
#include "app/index.h"

#include <base/error.h>
#include <base/interrupt.h>
#include <base/progress.h>

#include "index_batch_internal.h"

#define MAX_ROUNDS       4
#define LEAST_GAIN_PAGES 0.95

/* Time for the proof, which comes after the search. */
#define PROOFS      4.0 /* times what planning all statements once took, */
#define LEAST_PROOF 0.2 /* of the limit */
#define MOST_PROOF  0.5

static void
charge_free(PgaSelectionCharge *charge)
{
    g_array_unref(charge->indexes);
    g_free(charge);
}

void
pga_index_run_init(PgaIndexRun *run, const PgaIndexAsk *ask)
{
    run->ask = ask;
    run->started = g_get_monotonic_time();
    run->report = pga_index_report_new();
    run->planner_notes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    run->relations = g_hash_table_new(NULL, NULL);
    run->samples = g_ptr_array_new_with_free_func((GDestroyNotify)pga_index_sample_free);
    run->names =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
    run->whatif_indexes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_whatif_index_free);
    run->own_indexes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_whatif_index_free);
    run->choices = g_ptr_array_new_with_free_func((GDestroyNotify)pga_index_choice_free);
    run->choice_of = g_hash_table_new(NULL, NULL);
    run->charges = g_ptr_array_new_with_free_func((GDestroyNotify)charge_free);
    run->redundant = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    run->replaced = g_hash_table_new(NULL, NULL);
    run->final_names = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    run->kept_plans = pga_index_kept_plans_new();
    run->extensions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    run->period = -1;
    run->unit_per_cost = 1;
    run->told_share = 1;
}

void
pga_index_run_clear(PgaIndexRun *run)
{
    g_clear_pointer(&run->whatif, pga_whatif_free);
    g_clear_pointer(&run->clone, pga_clone_free);
    g_clear_pointer(&run->selection, pga_selection_free);
    g_clear_pointer(&run->first, g_ptr_array_unref);
    g_clear_pointer(&run->chosen, g_array_unref);
    g_clear_pointer(&run->removed, g_array_unref);
    g_clear_pointer(&run->redundant, g_hash_table_unref);
    g_clear_pointer(&run->replaced, g_hash_table_unref);
    g_clear_pointer(&run->final_names, g_hash_table_unref);
    g_clear_pointer(&run->charges, g_ptr_array_unref);
    g_clear_pointer(&run->choice_of, g_hash_table_unref);
    g_clear_pointer(&run->choices, g_ptr_array_unref);
    g_clear_pointer(&run->own_indexes, g_ptr_array_unref);
    g_clear_pointer(&run->whatif_indexes, g_ptr_array_unref);
    g_clear_pointer(&run->names, g_hash_table_unref);
    g_clear_pointer(&run->maker, pga_candidate_maker_free);
    g_clear_pointer(&run->samples, g_ptr_array_unref);
    g_clear_pointer(&run->relations, g_hash_table_unref);
    g_clear_pointer(&run->planner_notes, g_ptr_array_unref);
    g_clear_pointer(&run->report, pga_index_report_free);
    g_clear_pointer(&run->extensions, g_hash_table_unref);
    g_clear_pointer(&run->kept_plans, g_hash_table_unref);
    g_clear_pointer(&run->copy_note, g_free);
    g_clear_pointer(&run->live, pga_connection_close);
    pga_database_identity_clear(&run->copy);
    pga_source_clear(&run->source);
}

double
pga_index_run_seconds(const PgaIndexRun *run)
{
    return (double)(g_get_monotonic_time() - run->started) / G_USEC_PER_SEC;
}

gboolean
pga_index_is_plannable(const PgaQuerySet *workload)
{
    for (guint i = 0; i < workload->queries->len; i++) {
        const PgaQuery *query = g_ptr_array_index(workload->queries, i);

        if (!query->not_analysed && query->samples->len > 0)
            return TRUE;
    }
    return FALSE;
}

/* Nothing was planned: what was read, and why not. */
static void
tell_unplanned(PgaIndexReport *report)
{
    for (guint i = 0; i < report->workload->queries->len; i++) {
        const PgaQuery *query = g_ptr_array_index(report->workload->queries, i);
        PgaQueryOutcome *outcome = pga_index_report_add_query(report, query);

        outcome->failure = g_strdup(query->not_analysed ? query->not_analysed : "it has no text");
        pga_index_report_count_not_analysed(report, outcome->failure, query->text);
    }
}

/* Once more without the removals that cannot be: what they would have saved is not to be had. */
static gboolean
search(PgaIndexRun *run, GError **error)
{
    guint n_rejected = 1;

    for (guint round = 0; n_rejected > 0 && round < MAX_ROUNDS; round++) {
        g_clear_pointer(&run->selection, pga_selection_free);
        g_ptr_array_set_size(run->charges, 0);
        pga_index_charge(run);
        if (!pga_index_search(run, error))
            return FALSE;
        n_rejected = pga_index_reject_removals(run);
    }
    return TRUE;
}

/* Planned once, as they are: the proof takes some times as long. */
static gboolean
prepare(PgaIndexRun *run, GError **error)
{
    const double begun = pga_index_run_seconds(run);
    gboolean ok = pga_index_prepare(run, error);

    run->prepare_seconds = pga_index_run_seconds(run) - begun;
    return ok;
}

double
pga_index_seconds_for_search(const PgaIndexRun *run)
{
    const double limit = (double)run->bounds.time_limit_us / G_USEC_PER_SEC;

    return limit - CLAMP(PROOFS * run->prepare_seconds, LEAST_PROOF * limit, MOST_PROOF * limit);
}

/* An index of few pages may look dearer than another one by its metapage, or by what ANALYZE made
 * of its few rows: what saves less than reading a page is no gain. A descent takes a part of the
 * page that it saves. */
static double
least_gain(const PgaIndexRun *run)
{
    return LEAST_GAIN_PAGES * pga_index_setting(run, "random_page_cost", 4);
}

gboolean
pga_index_advise(PgaIndexRun *run, GError **error)
{
    run->report->min_gain = least_gain(run);
    return pga_index_check_copy(run, error) && pga_index_check_verify(run, error) &&
           (run->whatif || pga_index_make_clone(run, error)) && prepare(run, error) &&
           pga_index_make_candidates(run, error) && search(run, error) &&
           pga_index_prove(run, error) && pga_index_measure(run, error) &&
           pga_index_verify(run, error);
}

static gboolean
is_complete(const PgaIndexReport *report)
{
    for (guint i = 0; i < report->not_checked->len; i++)
        if (!((const PgaNotChecked *)g_ptr_array_index(report->not_checked, i))->rule)
            return FALSE;
    return TRUE;
}

void
pga_index_note_sizes(PgaIndexRun *run)
{
    const gboolean stated = run->ask->from.rows && run->ask->from.rows[0];

    if (run->source.environment->source_kind == PGA_SOURCE_DDL)
        g_ptr_array_add(run->report->notes,
                        g_strdup(stated ? "DDL has no statistics: what conditions select is "
                                          "PostgreSQL's default guess, sizes are those of --rows."
                                        : "DDL has neither sizes nor statistics: state rows with "
                                          "--rows TABLE=N, or name a database or a snapshot."));
}

void
pga_index_drop_option_notes(PgaIndexReport *report)
{
    for (guint i = report->notes->len; i > 0; i--)
        if (strstr(g_ptr_array_index(report->notes, i - 1), "--"))
            g_ptr_array_remove_index(report->notes, i - 1);
}

PgaIndexReport *
pga_index_finish(PgaIndexRun *run)
{
    run->report->complete = is_complete(run->report);
    run->report->environment = g_steal_pointer(&run->source.environment);
    run->report->planning_seconds = pga_index_run_seconds(run);
    return g_steal_pointer(&run->report);
}

PgaIndexReport *
pga_app_index(const PgaIndexAsk *ask, GError **error)
{
    g_auto(PgaIndexRun) run = {0};

    pga_index_run_init(&run, ask);
    if (!pga_index_bounds_parse(ask, &run.bounds, error) || !pga_index_open_source(&run, error) ||
        !pga_index_gather(&run, error))
        return NULL;
    run.report->budget_bytes = run.bounds.budget_bytes;
    run.report->min_improvement = run.bounds.min_improvement;
    if (!pga_index_is_plannable(run.report->workload))
        tell_unplanned(run.report);
    else if (!pga_index_advise(&run, error))
        return NULL;
    if (pga_interrupt_check(error))
        return NULL;
    pga_index_note_sizes(&run);
    return pga_index_finish(&run);
}
