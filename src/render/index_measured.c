/* What a set of indexes did on a copy: real times beside the planner's word, real sizes beside
 * those foretold. */
#include "index_internal.h"
#include "phrases_internal.h"

#include <base/units.h>
#include <math.h>

#define N_SHOWN 10 /* statements, unless all are */

/* (transfer full): "12.5 ms (12.1 ms to 14 ms)", "cost 44.2", "?" */
static char *
runs_of(const PgaMeasuredRuns *runs, double timeout, gboolean with_range)
{
    g_autofree char *median = NULL, *least = NULL, *most = NULL;

    if (runs->timed_out) {
        most = pga_duration_format(timeout);
        return g_strdup_printf("> %s", most);
    }
    if (runs->failure || (runs->median < 0 && runs->cost < 0))
        return g_strdup("failed");
    if (runs->median < 0)
        return pga_phrase_number(runs->cost);
    median = pga_duration_format(runs->median / 1000);
    if (!with_range)
        return g_steal_pointer(&median);
    least = pga_duration_format(runs->least / 1000);
    most = pga_duration_format(runs->most / 1000);
    return g_strdup_printf("%s (%s to %s)", median, least, most);
}

/* (transfer full): "415x", "0.8x"; "" where there is nothing to compare. */
static char *
times(double before, double after)
{
    g_autofree char *whole = NULL;

    if (before <= 0 || after <= 0)
        return g_strdup("");
    if (before / after < 9.95)
        return g_strdup_printf("%.2gx", before / after);
    whole = pga_phrase_number(round(before / after));
    return g_strdup_printf("%sx", whole);
}

static double
figure(const PgaMeasuredRuns *runs)
{
    return runs->failure ? -1 : runs->median >= 0 ? runs->median : runs->cost;
}

static void
write_queries(PgaPage *page, const PgaIndexReport *report)
{
    const PgaIndexMeasurement *measurement = report->measurement;
    const char *const titles[] = {"before", "after",
                                  measurement->is_hypothetical ? "cheaper" : "faster", "foretold",
                                  "statement"};
    const guint n = page->all ? measurement->queries->len : MIN(measurement->queries->len, N_SHOWN);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    const PgaGrid grid = {titles, G_N_ELEMENTS(titles), rows};

    for (guint i = 0; i < n; i++) {
        const PgaMeasuredQuery *measured = g_ptr_array_index(measurement->queries, i);
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, measured->query);
        char **row = g_new0(char *, G_N_ELEMENTS(titles) + 1);

        row[0] = runs_of(&measured->before, measurement->timeout, page->all);
        row[1] = runs_of(&measured->after, measurement->timeout, page->all);
        row[2] = times(figure(&measured->before), figure(&measured->after));
        row[3] = times(outcome->before, outcome->after);
        row[4] = pga_index_statement(outcome->query->text, 100);
        g_ptr_array_add(rows, row);
    }
    if (n > 0)
        page->style->grid(page, &grid);
    if (n < measurement->queries->len)
        pga_page_item(page, g_strdup_printf("%u more: --all or --format json has them.",
                                            measurement->queries->len - n));
}

static char *
foretold_build(const PgaIndexAdvice *advice)
{
    g_autofree char *cached = NULL, *read = NULL;

    if (advice->build_seconds < 0)
        return g_strdup("?");
    cached = pga_duration_format(advice->build_seconds);
    read = pga_duration_format(advice->build_seconds_from_disk);
    return g_strdup_printf("%s to %s", cached, read);
}

static void
write_indexes(PgaPage *page, const PgaIndexReport *report)
{
    static const char *const titles[] = {"size", "foretold", "build", "foretold", "index"};
    const GPtrArray *indexes = report->measurement->indexes;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    const PgaGrid grid = {titles, G_N_ELEMENTS(titles), rows};

    for (guint i = 0; i < indexes->len; i++) {
        const PgaMeasuredIndex *measured = g_ptr_array_index(indexes, i);
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, measured->advice);
        char **row = g_new0(char *, G_N_ELEMENTS(titles) + 1);

        row[0] = measured->bytes < 0 ? g_strdup("-") : pga_bytes_format_storage(measured->bytes);
        row[1] = advice->bytes < 0 ? g_strdup("?") : pga_bytes_format_storage(advice->bytes);
        row[2] = measured->build_seconds < 0 ? g_strdup("-")
                                             : pga_duration_format(measured->build_seconds);
        row[3] = foretold_build(advice);
        row[4] = g_strdup(advice->name);
        g_ptr_array_add(rows, row);
    }
    if (rows->len == 0)
        return;
    page->style->section(page, report->measurement->is_hypothetical
                                   ? "Sizes that HypoPG estimates, and those foretold"
                                   : "Sizes and builds on the copy, and those foretold");
    page->style->grid(page, &grid);
}

static void
write_total(PgaPage *page, const PgaIndexMeasurement *measurement)
{
    g_autofree char *change = NULL, *n = NULL;

    if (measurement->n_total == 0)
        return;
    n = pga_phrase_count(measurement->n_total, "statement");
    change = pga_index_change("ms", measurement->total_before, measurement->total_after);
    pga_page_item(page, g_strdup_printf("In all, %s times their calls: %s.", n, change));
}

/* (nullable): what kept a statement from being timed; a time limit stands in the table. */
static const char *
refusal(const PgaMeasuredRuns *runs)
{
    return runs->timed_out ? NULL : runs->failure;
}

static void
write_failures(PgaPage *page, const PgaIndexReport *report)
{
    const GPtrArray *queries = report->measurement->queries;

    for (guint i = 0; i < queries->len; i++) {
        const PgaMeasuredQuery *measured = g_ptr_array_index(queries, i);
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, measured->query);
        const char *before = refusal(&measured->before), *after = refusal(&measured->after);
        const char *when = before && !after ? " (before only)" : " (with the indexes only)";
        g_autofree char *text = NULL;

        if (!before && !after)
            continue;
        text = pga_index_statement(outcome->query->text, 60);
        pga_page_item(page, g_strdup_printf("%s: %s%s", text, before ? before : after,
                                            before && after ? "" : when));
    }
}

static void
write_not_made(PgaPage *page, const PgaIndexReport *report)
{
    for (guint i = 0; i < report->measurement->indexes->len; i++) {
        const PgaMeasuredIndex *measured = g_ptr_array_index(report->measurement->indexes, i);
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, measured->advice);

        if (measured->failure)
            pga_page_item(page,
                          g_strdup_printf("%s was not made: %s", advice->name, measured->failure));
    }
}

static void
write_left_out(PgaPage *page, const PgaIndexMeasurement *measurement)
{
    for (guint i = 0; i < measurement->left_out->len; i++) {
        const PgaUnmeasured *entry = g_ptr_array_index(measurement->left_out, i);
        g_autofree char *n = pga_phrase_count(entry->n, "statement");

        pga_page_item(page, g_strdup_printf("%s left out: %s", n, entry->why));
    }
}

/* (transfer full): "Measured on a copy: shop_copy on PostgreSQL 15.18, medians of 3 runs" */
static char *
title_of(const PgaIndexMeasurement *measurement)
{
    if (measurement->is_hypothetical)
        return g_strdup_printf("On a copy: %s, planner cost with HypoPG's indexes",
                               measurement->database);
    return g_strdup_printf("Measured on a copy: %s, medians of %u runs", measurement->database,
                           measurement->n_runs);
}

static gboolean
was_any_made(const PgaIndexMeasurement *measurement)
{
    for (guint i = 0; !measurement->is_hypothetical && i < measurement->indexes->len; i++)
        if (((const PgaMeasuredIndex *)g_ptr_array_index(measurement->indexes, i))->bytes >= 0)
            return TRUE;
    return FALSE;
}

static void
write_rest(PgaPage *page, const PgaIndexMeasurement *measurement)
{
    for (guint i = 0; i < measurement->notes->len; i++)
        page->style->item(page, g_ptr_array_index(measurement->notes, i));
    for (guint i = 0; i < measurement->remaining->len; i++)
        pga_page_item(page,
                      g_strdup_printf("Could not be dropped, is left there: %s",
                                      (const char *)g_ptr_array_index(measurement->remaining, i)));
    if (measurement->kept && was_any_made(measurement))
        pga_page_item(page, g_strdup("The indexes were left there."));
    else if (measurement->remaining->len == 0 && was_any_made(measurement))
        pga_page_item(page, g_strdup("The indexes were dropped again."));
}

void
pga_index_page_measured(PgaPage *page, const PgaIndexReport *report)
{
    const PgaIndexMeasurement *measurement = report->measurement;
    g_autofree char *title = measurement ? title_of(measurement) : NULL;

    if (!measurement)
        return;
    page->style->section(page, title);
    write_queries(page, report);
    write_total(page, measurement);
    write_failures(page, report);
    write_left_out(page, measurement);
    write_indexes(page, report);
    write_not_made(page, report);
    write_rest(page, measurement);
}
