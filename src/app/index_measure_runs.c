/* Which statements are timed on a copy, and how long they take there. */
#include <base/error.h>
#include <base/progress.h>
#include <jansson.h>

#include "index_internal.h"

#define MAX_STATEMENTS 200
#define N_HARMLESS     1.01

gboolean
pga_index_is_concerned(const PgaQueryOutcome *outcome)
{
    return outcome->used->len > 0 || outcome->after > outcome->before * N_HARMLESS;
}

/* (nullable): the text that stands for most of its calls; a $1 without a value cannot run. */
static const PgaQuerySample *
sample_of(const PgaQuery *query)
{
    const PgaQuerySample *found = NULL;

    for (guint i = 0; i < query->samples->len; i++) {
        const PgaQuerySample *sample = g_ptr_array_index(query->samples, i);

        if (!sample->is_generic && (!found || sample->share > found->share))
            found = sample;
    }
    return found;
}

static void
choose(PgaIndexRun *run, PgaIndexMeasurement *measurement, gboolean concerned)
{
    for (guint i = 0; i < run->report->queries->len; i++) {
        const PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, i);
        const PgaQuerySample *sample = outcome->planned ? sample_of(outcome->query) : NULL;
        const char *why = NULL;

        if (!outcome->planned || pga_index_is_concerned(outcome) != concerned)
            continue;
        if (outcome->query->command != 's')
            why = "it changes data, or is no query";
        else if (!sample)
            why = "values of its parameters are not known";
        else if (measurement->queries->len >= MAX_STATEMENTS)
            why = "200 others come first";
        if (why)
            pga_index_measurement_leave_out(measurement, why, 1);
        else
            pga_index_measurement_add_query(measurement, i)->is_guess = sample->is_guess;
    }
}

void
pga_index_choose_statements(PgaIndexRun *run, PgaIndexMeasurement *measurement)
{
    choose(run, measurement, TRUE);
    choose(run, measurement, FALSE);
}

/** A statement being run. */
typedef struct {
    PgaIndexRun *run;
    PgaCopy *copy;
    PgaCopyStatement statement;
    PgaMeasuredRuns *runs;
    GHashTable *made; /* (nullable) */
    GPtrArray *used;
} Timing;

/* *ms: below 0 when it was not executed, for whatever reason. */
static gboolean
run_once(Timing *timing, double *ms, GError **error)
{
    g_autofree char *plan = NULL, *failure = NULL;
    json_t *document;
    const json_t *root;

    *ms = -1;
    if (!pga_copy_explain(timing->copy, &timing->statement, &plan, &failure, error))
        return FALSE;
    if (!plan) {
        g_free(timing->runs->failure);
        timing->runs->failure = g_steal_pointer(&failure);
        timing->runs->timed_out = timing->statement.timed_out;
        return TRUE;
    }
    document = json_loads(plan, 0, NULL);
    root = json_array_get(document, 0);
    timing->runs->cost =
        json_number_value(json_object_get(json_object_get(root, "Plan"), "Total Cost"));
    if (timing->statement.executes)
        *ms = json_number_value(json_object_get(root, "Execution Time"));
    if (timing->made)
        pga_index_explained_find(timing->made, json_object_get(root, "Plan"), timing->run->report,
                                 timing->used);
    json_decref(document);
    return TRUE;
}

static int
compare_doubles(gconstpointer a, gconstpointer b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void
summarise(GArray *times, PgaMeasuredRuns *runs)
{
    const guint n = times->len;

    if (n == 0)
        return;
    g_array_sort(times, compare_doubles);
    runs->least = g_array_index(times, double, 0);
    runs->most = g_array_index(times, double, n - 1);
    runs->median =
        (g_array_index(times, double, (n - 1) / 2) + g_array_index(times, double, n / 2)) / 2;
}

/* Once for the caches, then as often as counts; a failure ends it. */
static gboolean
run_all(Timing *timing, GError **error)
{
    const guint n = timing->statement.executes ? timing->run->bounds.n_runs : 0;
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
    double ms;

    if (!run_once(timing, &ms, error))
        return FALSE;
    for (guint i = 0; i < n && !timing->runs->failure; i++) {
        if (!run_once(timing, &ms, error))
            return FALSE;
        if (ms >= 0)
            g_array_append_val(times, ms);
    }
    if (!timing->runs->failure)
        summarise(times, timing->runs);
    return TRUE;
}

gboolean
pga_index_time_statements(PgaIndexRun *run, PgaCopy *copy, GHashTable *made, GError **error)
{
    const PgaIndexMeasurement *measurement = run->report->measurement;

    for (guint i = 0; i < measurement->queries->len; i++) {
        PgaMeasuredQuery *measured = g_ptr_array_index(measurement->queries, i);
        const PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, measured->query);
        const PgaQuery *query = outcome->query;
        g_autofree char *path =
            query->usename
                ? pga_whatif_search_path(run->source.catalog, run->source.objects, query->usename)
                : NULL;
        Timing timing = {
            .run = run,
            .copy = copy,
            .statement = {.text = sample_of(query)->text,
                          .search_path = path,
                          .executes = !measurement->is_hypothetical,
                          .timeout_ms = (guint)(run->bounds.run_limit_us / 1000)},
            .runs = made ? &measured->after : &measured->before,
            .made = made,
            .used = measured->used,
        };

        pga_progress_step(run->ask->from.progress, "timing statement %u of %u %s", i + 1,
                          measurement->queries->len, made ? "with the indexes" : "as it is");
        if (!run_all(&timing, error))
            return FALSE;
    }
    return TRUE;
}
