/* What became of the statements besides those that new indexes serve: what gets slower, what no
 * index helps, what depends on its values, what was not analysed. */
#include "index_internal.h"
#include "phrases_internal.h"

#include <base/units.h>

#define STATEMENT_WIDTH 100
#define N_SHOWN         5
#define N_HARMLESS      1.01 /* of the cost before: the planner's own blur */
#define LEAST_SENSITIVE 0.02 /* of the cost: below it all values gain */
#define N_SENSITIVE     2.0  /* how far the best and the worst value are apart */

/* Begins the section with its first entry. */
static void
begin(PgaPage *page, guint *n, const char *title)
{
    if ((*n)++ == 0)
        page->style->section(page, title);
}

static void
tell_more(PgaPage *page, guint n)
{
    if (n > N_SHOWN && !page->all)
        pga_page_item(page,
                      g_strdup_printf("%u more: --all or --format json has them.", n - N_SHOWN));
}

static gboolean
is_shown(const PgaPage *page, guint n)
{
    return page->all || n <= N_SHOWN;
}

static void
write_slower(PgaPage *page, const PgaIndexReport *report)
{
    guint n = 0;

    for (guint i = 0; i < report->queries->len; i++) {
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, i);
        g_autofree char *text = NULL, *change = NULL;

        if (!outcome->planned || outcome->after <= outcome->before * N_HARMLESS)
            continue;
        begin(page, &n, "Statements that get slower");
        text = pga_index_statement(outcome->query->text, STATEMENT_WIDTH);
        change = pga_index_change("", outcome->before, outcome->after);
        if (is_shown(page, n))
            pga_page_item(page, g_strdup_printf("%s: cost %s", text, change));
    }
    tell_more(page, n);
}

/* @served: those that a new index serves all the same. */
static void
write_hindered(PgaPage *page, const PgaIndexReport *report, gboolean served)
{
    guint n = 0;

    for (guint i = 0; i < report->queries->len; i++) {
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, i);
        g_autofree char *text = NULL, *cost = NULL;

        if (!outcome->hindrance || (outcome->used->len > 0) != served)
            continue;
        begin(page, &n,
              served ? "Statements better written in another way, though a new index serves them"
                     : "Statements that stay expensive as they are written");
        text = pga_index_statement(outcome->query->text, STATEMENT_WIDTH);
        cost = pga_phrase_number(outcome->before);
        if (is_shown(page, n))
            pga_page_item(page,
                          g_strdup_printf("%s: cost %s. %s%s%s", text, cost, outcome->hindrance,
                                          outcome->hindrance_hint ? " " : "",
                                          outcome->hindrance_hint ? outcome->hindrance_hint : ""));
    }
    tell_more(page, n);
}

/* A gain that some values of the parameters have and others have not. */
static void
write_sensitive(PgaPage *page, const PgaIndexReport *report)
{
    guint n = 0;

    for (guint i = 0; i < report->queries->len; i++) {
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, i);
        g_autofree char *text = NULL;

        if (!outcome->planned || outcome->used->len == 0 || outcome->most < LEAST_SENSITIVE ||
            outcome->most < outcome->least * N_SENSITIVE)
            continue;
        begin(page, &n, "Gains that depend on the values");
        text = pga_index_statement(outcome->query->text, STATEMENT_WIDTH);
        if (is_shown(page, n))
            pga_page_item(
                page, g_strdup_printf("%s: %.0f %% to %.0f %% of the cost remain, over %u values",
                                      text, 100 * outcome->least, 100 * outcome->most,
                                      outcome->query->samples->len));
    }
    tell_more(page, n);
}

static void
write_not_analysed(PgaPage *page, const PgaIndexReport *report)
{
    const PgaQuerySet *workload = report->workload;

    if (report->not_analysed->len == 0 && workload->n_skipped == 0 && workload->n_unreadable == 0)
        return;
    page->style->section(page, "Not analysed");
    for (guint i = 0; i < report->not_analysed->len; i++) {
        const PgaNotAnalysed *entry = g_ptr_array_index(report->not_analysed, i);
        g_autofree char *count = pga_phrase_count(entry->n, "statement");
        g_autofree char *example =
            entry->example ? pga_index_statement(entry->example, STATEMENT_WIDTH) : NULL;

        pga_page_item(page,
                      g_strdup_printf("%s: %s%s%s", count, entry->why,
                                      example ? "; for example " : "", example ? example : ""));
    }
    if (workload->n_skipped > 0)
        pga_page_item(page,
                      g_strdup_printf("%" G_GUINT64_FORMAT " of transaction control, settings and "
                                      "the like, which no index serves",
                                      workload->n_skipped));
    if (workload->n_unreadable > 0)
        pga_page_item(page,
                      g_strdup_printf("%" G_GUINT64_FORMAT " %s cut short or belong%s to nothing",
                                      workload->n_unreadable,
                                      workload->n_unreadable == 1 ? "line or text that was"
                                                                  : "lines or texts that were",
                                      workload->n_unreadable == 1 ? "s" : ""));
}

/* Every statement, when all is asked for. */
static void
write_every(PgaPage *page, const PgaIndexReport *report)
{
    static const char *const titles[] = {"before", "after", "calls", "statement"};
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    const PgaGrid grid = {titles, G_N_ELEMENTS(titles), rows};

    for (guint i = 0; page->all && i < report->queries->len; i++) {
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, i);
        char **row;

        if (!outcome->planned)
            continue;
        row = g_new0(char *, G_N_ELEMENTS(titles) + 1);
        row[0] = pga_phrase_number(outcome->before);
        row[1] = pga_phrase_number(outcome->after);
        row[2] = outcome->query->calls > 0 ? pga_count_format(outcome->query->calls) : g_strdup("");
        row[3] = pga_index_statement(outcome->query->text, STATEMENT_WIDTH);
        g_ptr_array_add(rows, row);
    }
    if (rows->len == 0)
        return;
    page->style->section(page, "Every statement, planner cost before and after");
    page->style->grid(page, &grid);
}

void
pga_index_page_statements(PgaPage *page, const PgaIndexReport *report)
{
    write_slower(page, report);
    write_hindered(page, report, FALSE);
    write_hindered(page, report, TRUE);
    write_sensitive(page, report);
    write_every(page, report);
    write_not_analysed(page, report);
}
