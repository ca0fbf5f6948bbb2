/* --measure: statements timed on a copy, the indexes made there, timed again, and dropped whatever
 * happened. */
#include <base/error.h>
#include <base/progress.h>
#include <base/text.h>
#include <base/units.h>
#include <string.h>

#include "index_internal.h"

/* What the lab could not execute is not tried on a copy. */
static gboolean
is_held_back(const PgaIndexAdvice *advice)
{
    return !advice->proven && advice->proof;
}

/** An advice being made on the copy. */
typedef struct {
    PgaCopy *copy;
    const PgaIndexAdvice *advice;
    PgaMeasuredIndex *measured;
    GHashTable *made; /* as index_explained.c has it */
    guint number;     /* in report->advice */
    guint n_indexes;  /* of those that its statements make */
    double seconds;
} Build;

static gboolean
execute(Build *build, const char *sql, GError **error)
{
    const PgaIndexAdvice *advice = build->advice;
    char **failure = &build->measured->failure;
    gint64 start;
    gboolean done;

    if (g_str_has_prefix(sql, "CREATE EXTENSION "))
        return pga_copy_create_extension(build->copy, advice->extension, failure, error);
    if (g_str_has_prefix(sql, "CREATE INDEX ") && build->n_indexes < advice->indexes->len)
        return pga_copy_create_index(build->copy, sql,
                                     g_ptr_array_index(advice->indexes, build->n_indexes++),
                                     &build->seconds, failure, error);
    start = g_get_monotonic_time();
    done = pga_copy_execute(build->copy, sql, failure, error);
    if (g_str_has_prefix(sql, "ALTER INDEX "))
        build->seconds += (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
    return done;
}

/* What was made before a failure goes at once: the plans after are to be those of what came out
 * whole. */
static gboolean
conclude(Build *build, guint first, GPtrArray *remaining, GError **error)
{
    PgaMeasuredIndex *measured = build->measured;
    gboolean valid = TRUE;

    if (!measured->failure && !pga_copy_size(build->copy, first, &measured->bytes, &valid, error))
        return FALSE;
    if (!valid)
        measured->failure = g_strdup("it came out invalid: the copy has partitions that the "
                                     "source had not");
    if (!measured->failure) {
        for (guint i = 0; i < build->advice->indexes->len; i++)
            pga_index_explained_add(build->made, g_ptr_array_index(build->advice->indexes, i),
                                    build->number);
        measured->build_seconds = build->seconds;
        return TRUE;
    }
    measured->bytes = -1;
    pga_copy_undo(build->copy, first, remaining);
    return TRUE;
}

static gboolean
hypothesize(Build *build, GError **error)
{
    PgaMeasuredIndex *measured = build->measured;
    g_autofree char *name = NULL, *quoted = NULL;

    if (!pga_copy_hypothesize(build->copy, build->advice->create, &measured->bytes, &name,
                              &measured->failure, error))
        return FALSE;
    if (name) {
        quoted = pga_quote_identifier(name);
        pga_index_explained_add(build->made, quoted, build->number);
    }
    return TRUE;
}

static gboolean
build_one(PgaIndexRun *run, PgaCopy *copy, GHashTable *made, guint number, GError **error)
{
    PgaIndexMeasurement *measurement = run->report->measurement;
    const PgaIndexAdvice *advice = g_ptr_array_index(run->report->advice, number);
    Build build = {.copy = copy,
                   .advice = advice,
                   .measured = pga_index_measurement_add_index(measurement, number),
                   .made = made,
                   .number = number};
    const guint first = pga_copy_n_made(copy);

    if (is_held_back(advice)) {
        build.measured->failure = g_strdup(advice->proof);
        return TRUE;
    }
    pga_progress_step(run->ask->from.progress, "making index %u of %u on the copy", number + 1,
                      run->report->advice->len);
    if (measurement->is_hypothetical)
        return hypothesize(&build, error);
    for (guint i = 0; i < advice->statements->len && !build.measured->failure; i++)
        if (!execute(&build, g_ptr_array_index(advice->statements, i), error))
            return FALSE;
    return conclude(&build, first, measurement->remaining, error);
}

static gboolean
build_all(PgaIndexRun *run, PgaCopy *copy, GHashTable *made, GError **error)
{
    for (guint i = 0; i < run->report->advice->len; i++)
        if (!build_one(run, copy, made, i, error))
            return FALSE;
    return TRUE;
}

static void
add_up(const PgaIndexReport *report, PgaIndexMeasurement *measurement)
{
    for (guint i = 0; i < measurement->queries->len; i++) {
        const PgaMeasuredQuery *measured = g_ptr_array_index(measurement->queries, i);
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, measured->query);
        const double calls = MAX(outcome->query->calls, 1);

        if (measured->before.median < 0 || measured->after.median < 0)
            continue;
        measurement->n_total++;
        measurement->total_before += calls * measured->before.median;
        measurement->total_after += calls * measured->after.median;
    }
}

/* What is measured on a tenth of the rows says little of the whole. */
static gboolean
compare_table(PgaIndexRun *run, PgaCopy *copy, guint number, GError **error)
{
    const PgaIndexChoice *choice =
        g_ptr_array_index(run->choices, g_array_index(run->chosen, guint, number));
    const PgaIndexAdvice *advice = g_ptr_array_index(run->report->advice, number);
    const gint64 heap = choice->relation->heap_bytes;
    GPtrArray *notes = run->report->measurement->notes;
    g_autofree char *there = NULL, *here = NULL;
    gboolean analysed;
    gint64 bytes;

    if (!pga_copy_look_at(copy, advice->table, &bytes, &analysed, error))
        return FALSE;
    if (!analysed)
        g_ptr_array_add(notes, g_strdup_printf("%s was never analysed on the copy: its plans are "
                                               "guesses until ANALYZE is run there.",
                                               advice->table));
    if (heap <= 0 || bytes < 0 || (bytes < 2 * heap && heap < 2 * bytes))
        return TRUE;
    there = pga_bytes_format_storage(bytes);
    here = pga_bytes_format_storage(heap);
    g_ptr_array_add(notes, g_strdup_printf("%s has %s on the copy, %s on the source: times and "
                                           "sizes are those of the copy.",
                                           advice->table, there, here));
    return TRUE;
}

/* Of each table once. */
static gboolean
compare_tables(PgaIndexRun *run, PgaCopy *copy, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < run->report->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(run->report->advice, i);

        if (g_hash_table_add(seen, advice->table) && !compare_table(run, copy, i, error))
            return FALSE;
    }
    return TRUE;
}

static PgaIndexMeasurement *
start(PgaIndexRun *run, const PgaCopy *copy)
{
    PgaIndexMeasurement *measurement = run->report->measurement = pga_index_measurement_new();

    measurement->database = pga_copy_name(copy);
    measurement->is_hypothetical = run->ask->hypopg;
    measurement->kept = run->ask->keep_indexes;
    measurement->n_runs = run->ask->hypopg ? 0 : run->bounds.n_runs;
    measurement->timeout = (double)run->bounds.run_limit_us / G_USEC_PER_SEC;
    if (run->copy_note)
        g_ptr_array_add(measurement->notes, g_strdup(run->copy_note));
    if (run->report->removals->len > 0)
        g_ptr_array_add(measurement->notes,
                        g_strdup("Indexes that are proposed for removal stayed where they are."));
    pga_index_choose_statements(run, measurement);
    return measurement;
}

/* There may be no report to say so: with a notice, and with the error if there is one. */
static void
tell_remaining(const PgaIndexRun *run, const GPtrArray *remaining, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < remaining->len; i++) {
        const char *name = g_ptr_array_index(remaining, i);

        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", name);
        pga_progress_notice(run->ask->from.progress,
                            "could not be dropped, is left on the copy: %s", name);
    }
    if (remaining->len > 0)
        pga_error_hint(error, "Left on the copy, to be dropped by hand: %s.", names->str);
}

gboolean
pga_index_measure(PgaIndexRun *run, GError **error)
{
    g_autoptr(PgaCopy) copy = NULL;
    g_autoptr(GHashTable) made = pga_index_explained_new();
    PgaIndexMeasurement *measurement;
    gboolean done;

    if (!run->ask->measure || run->report->advice->len == 0)
        return TRUE;
    copy = pga_index_open_copy(run, error);
    if (!copy)
        return FALSE;
    measurement = start(run, copy);
    done = compare_tables(run, copy, error) && pga_index_time_statements(run, copy, NULL, error) &&
           build_all(run, copy, made, error) && pga_index_time_statements(run, copy, made, error);
    if (!done || !measurement->kept) {
        pga_progress_step(run->ask->from.progress, "dropping the indexes on the copy");
        pga_copy_undo(copy, 0, measurement->remaining);
    }
    tell_remaining(run, measurement->remaining, error);
    add_up(run->report, measurement);
    return done;
}
