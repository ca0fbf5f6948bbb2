/* Two states of a database, or one and a file of plans: a clone of each, the same statements
 * planned on both, compared. */
#include "app/plan_changes.h"

#include <base/error.h>
#include <base/file.h>
#include <base/progress.h>
#include <parse/plan_baseline.h>
#include <render/plan_changes.h>
#include <string.h>

#include "plan_changes_internal.h"

gboolean
pga_app_plan_changes_asked(const PgaPlanChangesAsk *ask)
{
    return ask->against || ask->write_plans || ask->check_plans;
}

static gboolean
has_workload(const PgaIndexAsk *ask)
{
    return ask->workloads && ask->workloads[0];
}

static gboolean
check(const PgaPlanChangesAsk *ask, GError **error)
{
    const guint n =
        (ask->against ? 1U : 0U) + (ask->write_plans ? 1U : 0U) + (ask->check_plans ? 1U : 0U);

    if (n > 1) {
        pga_error_set(error, PGA_ERROR_INPUT,
                      "--against, --write-plans and --check-regressions exclude each other");
        return FALSE;
    }
    if (!ask->check_plans || !has_workload(&ask->index))
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "--check-regressions takes no --workload");
    pga_error_hint(error, "The statements are those of the file.");
    return FALSE;
}

/* (transfer full): as --against has it; connection options are SOURCE's. */
static PgaIndexAsk
ask_for_before(const PgaPlanChangesAsk *ask)
{
    PgaIndexAsk other = ask->index;

    other.from.source = ask->against;
    if (!pga_source_is_ddl(ask->against))
        other.from.pg_version = 0; /* says in which lab DDL is read */
    return other;
}

static gboolean
open_side(PgaIndexRun *run, GError **error)
{
    if (pga_index_open_source(run, error))
        return TRUE;
    if (error && *error && run->ask->from.source && !pga_error_get_detail(*error))
        pga_error_detail(error, "The source was %s.", run->ask->from.source);
    return FALSE;
}

/* Rows are stated for DDL: a side that is none has its own, unless neither is. */
static void
share_rows(PgaIndexAsk *asks)
{
    for (guint i = 0; i < 2; i++)
        if (!pga_source_is_ddl(asks[i].from.source) && pga_source_is_ddl(asks[1 - i].from.source))
            asks[i].from.rows = NULL;
}

/* The one says which major the other's DDL is read by. */
static gboolean
open_sides(PgaIndexRun *run, PgaIndexRun *other, PgaIndexAsk *asks, GError **error)
{
    const gboolean other_first = pga_source_is_ddl(asks[0].from.source);
    PgaIndexRun *first = other_first ? other : run, *second = other_first ? run : other;
    PgaIndexAsk *next = other_first ? &asks[0] : &asks[1];

    if (!open_side(first, error))
        return FALSE;
    if (next->from.pg_version == 0 && pga_source_is_ddl(next->from.source))
        next->from.pg_version = first->source.environment->version_num / 10000;
    return open_side(second, error);
}

/* What SOURCE recorded; where that is nothing, what the state before has. */
static gboolean
gather_either(PgaIndexRun *run, PgaIndexRun *other, GError **error)
{
    g_autoptr(GError) cause = NULL;
    const gboolean is_read = pga_index_gather(run, &cause);

    if (is_read && (has_workload(run->ask) || pga_index_is_plannable(run->report->workload))) {
        other->report->workload = g_steal_pointer(&run->report->workload);
        return TRUE;
    }
    if (!has_workload(run->ask) && pga_index_gather(other, NULL))
        return TRUE;
    if (is_read)
        other->report->workload = g_steal_pointer(&run->report->workload);
    else
        g_propagate_error(error, g_steal_pointer(&cause));
    return is_read;
}

static void
note_left_out(const PgaQuerySet *workload, GPtrArray *notes)
{
    g_autoptr(GPtrArray) whys = g_ptr_array_new();
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < workload->queries->len; i++) {
        const PgaQuery *query = g_ptr_array_index(workload->queries, i);
        char *why = query->not_analysed;
        const guint n = why ? GPOINTER_TO_UINT(g_hash_table_lookup(counts, why)) : 0;

        if (why && n == 0)
            g_ptr_array_add(whys, why);
        if (why)
            g_hash_table_insert(counts, why, GUINT_TO_POINTER(n + 1));
    }
    for (guint i = 0; i < whys->len; i++) {
        const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, whys->pdata[i]));

        g_ptr_array_add(notes,
                        g_strdup_printf("%u statement%s not planned: %s", n,
                                        n == 1 ? " is" : "s are", (const char *)whys->pdata[i]));
    }
}

void
pga_plan_take_workload_notes(const PgaQuerySet *workload, PgaPlanReport *report)
{
    for (guint i = 0; i < workload->notes->len; i++)
        g_ptr_array_add(report->notes, g_strdup(g_ptr_array_index(workload->notes, i)));
    note_left_out(workload, report->notes);
}

static gboolean
has_text(const GPtrArray *texts, const char *text)
{
    for (guint i = 0; i < texts->len; i++)
        if (g_str_equal(g_ptr_array_index(texts, i), text))
            return TRUE;
    return FALSE;
}

/* What both sides say is said once. */
static void
take_notes(PgaIndexRun *run, const char *side, PgaPlanReport *report)
{
    const PgaIndexReport *from = run->report;

    pga_index_note_sizes(run);
    for (guint i = 0; i < from->notes->len; i++) {
        const char *note = g_ptr_array_index(from->notes, i);

        if (!has_text(report->notes, note))
            g_ptr_array_add(report->notes, g_strconcat(side, note, NULL));
    }
    for (guint i = 0; i < from->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(from->not_checked, i);

        report->complete = report->complete && entry->rule != NULL;
        g_ptr_array_add(report->not_checked,
                        pga_not_checked_new(entry->rule, g_strconcat(side, entry->what, NULL),
                                            g_strdup(entry->why)));
    }
}

/* With the texts of @before, or its own: the state as it is judged. */
static PgaPlannedState *
plan_now(PgaIndexRun *run, const PgaPlannedState *before, GError **error)
{
    g_autoptr(PgaPlannedState) state = NULL;

    if (pga_index_is_plannable(run->report->workload) && !run->clone &&
        !pga_index_make_clone(run, error))
        return NULL;
    state = pga_plan_state_new(run);
    if (before && before->statements->len != state->statements->len) {
        pga_error_set(error, PGA_ERROR_INTERNAL, "a statement was lost between two states");
        return NULL;
    }
    return pga_plan_state_fill(run, state, error) ? g_steal_pointer(&state) : NULL;
}

/* Both clones are made before anything is planned: no connection stays open for longer. */
static PgaPlannedState *
plan_before(PgaIndexRun *run, PgaIndexRun *other, PgaPlanReport *report, GError **error)
{
    g_autoptr(PgaPlannedState) texts = NULL;

    if (!gather_either(run, other, error))
        return NULL;
    pga_plan_take_workload_notes(other->report->workload, report);
    if (pga_index_is_plannable(other->report->workload) && !pga_index_make_clone(other, error))
        return NULL;
    texts = pga_plan_state_new(other);
    g_clear_pointer(&run->report->workload, pga_query_set_free);
    run->report->workload = pga_plan_state_queries(texts);
    run->texts_are_final = TRUE;
    if (texts->statements->len > 0 && !pga_index_make_clone(run, error))
        return NULL;
    return plan_now(other, texts, error);
}

void
pga_plan_judge(const PgaPlannedState *before, const PgaPlannedState *after, PgaPlanReport *report)
{
    g_ptr_array_unref(report->changes);
    report->changes = pga_plan_changes(before, after, report->min_improvement);
    report->lab_before = g_strdup(before->lab);
    if (before->lab && after->lab && !g_str_equal(before->lab, after->lab))
        g_ptr_array_add(report->notes,
                        g_strdup_printf("Before was planned by %s, now by %s: costs may differ for "
                                        "that alone.",
                                        before->lab, after->lab));
    if (before->has_statistics != after->has_statistics)
        g_ptr_array_add(report->notes,
                        g_strdup("One of the two is DDL, which has no statistics: costs differ for "
                                 "that alone. Compare DDL with DDL, or databases and snapshots."));
}

void
pga_plan_finish(PgaIndexRun *run, PgaPlanReport *report)
{
    take_notes(run, "", report);
    report->lab = g_strdup(run->report->lab);
    report->environment = g_steal_pointer(&run->source.environment);
}

static gboolean
compare_sources(const PgaPlanChangesAsk *ask, PgaPlanReport *report, GError **error)
{
    PgaIndexAsk asks[] = {ask->index, ask_for_before(ask)};
    g_auto(PgaIndexRun) run = {0}, other = {0};
    g_autoptr(PgaPlannedState) before = NULL, after = NULL;

    share_rows(asks);
    pga_index_run_init(&run, &asks[0]);
    pga_index_run_init(&other, &asks[1]);
    if (!open_sides(&run, &other, asks, error))
        return FALSE;
    before = plan_before(&run, &other, report, error);
    after = before ? plan_now(&run, before, error) : NULL;
    if (!after)
        return FALSE;
    report->before = g_strdup(before->source);
    pga_plan_judge(before, after, report);
    pga_plan_finish(&run, report);
    take_notes(&other, "before: ", report);
    return TRUE;
}

static gboolean
check_file(const PgaPlanChangesAsk *ask, PgaPlanReport *report, GError **error)
{
    g_autoptr(PgaPlannedState) before = pga_plan_baseline_read(ask->check_plans, error);
    g_auto(PgaIndexRun) run = {0};
    g_autoptr(PgaPlannedState) after = NULL;

    pga_index_run_init(&run, &ask->index);
    if (!before || !pga_index_open_source(&run, error))
        return FALSE;
    run.report->workload = pga_plan_state_queries(before);
    run.texts_are_final = TRUE;
    after = plan_now(&run, before, error);
    if (!after)
        return FALSE;
    report->before = g_strdup_printf("%s: %s", ask->check_plans, before->source);
    pga_plan_judge(before, after, report);
    pga_plan_finish(&run, report);
    return TRUE;
}

/* What was written is compared with itself: it says what could not be planned. */
static gboolean
write_file(const PgaPlanChangesAsk *ask, PgaPlanReport *report, GError **error)
{
    g_auto(PgaIndexRun) run = {0};
    g_autoptr(PgaPlannedState) state = NULL;
    g_autofree char *text = NULL;

    pga_index_run_init(&run, &ask->index);
    if (!pga_index_open_source(&run, error) || !pga_index_gather(&run, error))
        return FALSE;
    pga_plan_take_workload_notes(run.report->workload, report);
    state = plan_now(&run, NULL, error);
    if (!state)
        return FALSE;
    text = pga_render_plan_baseline(state);
    if (!pga_file_write(ask->write_plans, text, strlen(text), error))
        return FALSE;
    report->written = g_strdup(ask->write_plans);
    pga_plan_judge(state, state, report);
    pga_plan_finish(&run, report);
    return TRUE;
}

PgaPlanReport *
pga_app_plan_changes(const PgaPlanChangesAsk *ask, GError **error)
{
    g_autoptr(PgaPlanReport) report = pga_plan_report_new();
    PgaIndexBounds bounds;
    gboolean done;

    if (!check(ask, error) || !pga_index_bounds_parse(&ask->index, &bounds, error))
        return NULL;
    report->min_improvement = bounds.min_improvement;
    if (ask->against)
        done = compare_sources(ask, report, error);
    else if (ask->check_plans)
        done = check_file(ask, report, error);
    else
        done = write_file(ask, report, error);
    return done ? g_steal_pointer(&report) : NULL;
}
