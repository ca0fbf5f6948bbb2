/* A set of indexes as a page: what to do first, what it is worth, how near to the optimum; what can
 * go; which statements lose, which nothing helps. */
#include "index_internal.h"
#include "phrases_internal.h"

#include <base/units.h>
#include <math.h>
#include <string.h>

#define DEFAULT_TOP  5
#define N_EFFECTS    3  /* statements of an index that are shown unless all are */
#define N_POINTS     12 /* of the curve */
#define BAR          32 /* columns of the whole cost's bar */
#define EFFECT_WIDTH 64 /* of a statement's text where its costs follow */

static void
labelled(PgaPage *page, const char *label, const char *text)
{
    if (text && *text)
        page->style->labelled(page, label, text);
}

static void
statement(PgaPage *page, const char *label, const char *sql)
{
    g_autoptr(GPtrArray) one = g_ptr_array_new();

    if (!sql || !*sql)
        return;
    g_ptr_array_add(one, (gpointer)sql);
    page->style->statements(page, label, one);
}

static void
write_title(PgaPage *page, const PgaIndexReport *report)
{
    g_autofree char *name = pga_phrase_clip(
        report->environment->source_name ? report->environment->source_name : "?", 80);
    g_autofree char *source = pga_phrase_source(report->environment);
    g_autofree char *title = g_strdup_printf("pgarchitect index: %s (%s)", name, source);
    g_autofree char *verdict = pga_index_verdict(report);
    g_autofree char *workload = pga_index_workload(report);
    g_autofree char *facts = g_strdup_printf("%s %s", verdict, workload);

    page->style->title(page, title, facts);
}

/* "SELECT … : 18,334 -> 44.2 (415x less)" */
static void
write_effect(PgaPage *page, const PgaIndexReport *report, const PgaIndexEffect *effect)
{
    const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, effect->query);
    g_autofree char *text = pga_index_statement(outcome->query->text, EFFECT_WIDTH);
    g_autofree char *change = pga_index_change("", effect->before, effect->after);
    g_autofree char *calls =
        outcome->query->calls > 0 ? pga_count_format(outcome->query->calls) : NULL;
    g_autofree char *line =
        g_strdup_printf("%s: cost %s%s%s%s", text, change, calls ? ", " : "", calls ? calls : "",
                        calls ? (outcome->query->calls == 1 ? " call" : " calls") : "");

    page->style->labelled(page, "For", line);
}

static void
write_plan(PgaPage *page, const char *label, double cost, const char *plan)
{
    g_auto(GStrv) split = NULL;
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    g_autofree char *number = pga_phrase_number(cost), *text = g_strdup_printf("cost %s", number);

    if (!plan || !*plan)
        return;
    split = g_strsplit(plan, "\n", -1);
    for (char **line = split; *line; line++)
        g_ptr_array_add(lines, *line);
    page->style->labelled(page, label, text);
    page->style->lines(page, lines);
}

static void
write_effects(PgaPage *page, const PgaIndexReport *report, const PgaIndexAdvice *advice)
{
    const guint n = page->all ? advice->effects->len : MIN(advice->effects->len, N_EFFECTS);
    g_autofree char *more = NULL;

    for (guint i = 0; i < n; i++) {
        const PgaIndexEffect *effect = g_ptr_array_index(advice->effects, i);

        write_effect(page, report, effect);
        if (page->all) {
            write_plan(page, "Before", effect->before, effect->plan_before);
            write_plan(page, "After", effect->after, effect->plan_after);
        }
    }
    more = pga_phrase_count(advice->effects->len - n, "statement");
    if (n < advice->effects->len) {
        g_autofree char *text = g_strdup_printf("%s more", more);

        page->style->labelled(page, "", text);
    }
}

static char *
gain_of(const PgaIndexReport *report, const PgaIndexAdvice *advice)
{
    g_autofree char *share = pga_index_gain_share(report, advice);
    g_autofree char *amount = pga_index_amount(report, advice->gain);
    g_autofree char *speedup = pga_index_speedup(advice, report);

    return g_strdup_printf("%s of the workload (%s) by this one alone; statements that use it: "
                           "%s cheaper",
                           share, amount, speedup);
}

static char *
build_of(const PgaIndexAdvice *advice)
{
    g_autofree char *cached = NULL, *read = NULL;

    if (advice->build_seconds < 0)
        return NULL;
    cached = pga_duration_format(advice->build_seconds);
    read = pga_duration_format(advice->build_seconds_from_disk);
    return g_strdup_printf("%s in memory, %s from disk (%s)", cached, read, advice->build_method);
}

static void
write_details(PgaPage *page, const PgaIndexReport *report, const PgaIndexAdvice *advice)
{
    g_autofree char *build = build_of(advice);
    const char *title;
    g_autofree char *url = pga_index_docs(report, advice, &title);

    labelled(page, "Build", build);
    statement(page, "Check", advice->check);
    statement(page, "If not", advice->cleanup);
    if (advice->undo->len > 0)
        page->style->statements(page, "Undo", advice->undo);
    labelled(page, "Proof", advice->proof);
    page->style->link(page, "Docs", title, url);
}

static void
write_advice(PgaPage *page, const PgaIndexReport *report, guint number)
{
    const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, number);
    g_autofree char *definition = pga_index_definition(advice);
    g_autofree char *title =
        g_strdup_printf("%s on %s %s", advice->type, advice->table, definition);
    g_autofree char *size = pga_index_size_words(advice);
    g_autofree char *gain = gain_of(report, advice);
    g_autofree char *verified = pga_index_verified_words(report, number);

    page->style->entry(page, number + 1, title);
    page->style->statements(page, advice->proven || !advice->proof ? "Do" : "Sketch",
                            advice->statements);
    labelled(page, "Size", size);
    write_effects(page, report, advice);
    labelled(page, "Gain", gain);
    labelled(page, "Source", verified);
    labelled(page, "Why", advice->rationale);
    labelled(page, "Writes", advice->write_cost);
    labelled(page, "Needs", advice->extension_note);
    if (advice->supersedes) {
        g_autofree char *text = g_strdup_printf("%s redundant", advice->supersedes);

        labelled(page, "Makes", text);
    }
    if (page->all)
        write_details(page, report, advice);
    else if (!advice->proven)
        labelled(page, "Proof", advice->proof);
}

/* A line for each index that is not told about in detail. */
static void
write_rest(PgaPage *page, const PgaIndexReport *report, guint n_shown)
{
    static const char *const titles[] = {"#", "size", "gain", "index"};
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    const PgaGrid grid = {titles, G_N_ELEMENTS(titles), rows};

    if (n_shown >= report->advice->len)
        return;
    for (guint i = n_shown; i < report->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, i);
        g_autofree char *definition = pga_index_definition(advice);
        char **row = g_new0(char *, G_N_ELEMENTS(titles) + 1);

        row[0] = g_strdup_printf("%u", i + 1);
        row[1] = advice->bytes < 0 ? g_strdup("?") : pga_bytes_format_storage(advice->bytes);
        row[2] = pga_index_gain_share(report, advice);
        row[3] = g_strdup_printf("%s on %s %s", advice->type, advice->table, definition);
        g_ptr_array_add(rows, row);
    }
    page->style->section(page, "Then");
    page->style->grid(page, &grid);
}

static void
write_all_advice(PgaPage *page, const PgaIndexReport *report, guint top)
{
    const guint n = page->all ? report->advice->len : MIN(top, report->advice->len);

    for (guint i = 0; i < n; i++)
        write_advice(page, report, i);
    write_rest(page, report, n);
    if (report->advice->len > 0 && !page->all)
        page->style->paragraph(
            page, "After each: check that it is valid, which a build that was stopped is not. "
                  "--all has the checks, plans, build times and how to undo it; --format sql all "
                  "statements as a script.");
}

/* (transfer full): "####........  52 %  412 MB  + orders_customer_id_idx" */
static char *
point_line(const PgaIndexCurvePoint *point)
{
    const guint filled = (guint)lround(CLAMP(point->cost, 0, 1) * BAR);
    g_autofree char *bar = g_strnfill(filled, '#');
    g_autofree char *rest = g_strnfill(BAR - filled, '.');
    g_autofree char *size = pga_bytes_format_storage((gint64)point->bytes);

    return g_strdup_printf("%s%s %5.1f %%  %8s  %s%s", bar, rest, 100 * point->cost, size,
                           point->index ? "+ " : "", point->index ? point->index : "as it is");
}

static void
write_curve(PgaPage *page, const PgaIndexReport *report)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    const guint n = report->curve->len;
    /* the first and the last always; of many every so manieth */
    const guint step = page->all || n <= N_POINTS ? 1 : (n + N_POINTS - 2) / (N_POINTS - 1);

    if (n < 2)
        return;
    for (guint i = 0; i < n; i++)
        if (i % step == 0 || i + 1 == n)
            g_ptr_array_add(lines, point_line(g_ptr_array_index(report->curve, i)));
    page->style->section(page, "What room brings: cost of the workload by size of the new indexes");
    page->style->lines(page, lines);
}

static void
write_total(PgaPage *page, const PgaIndexReport *report)
{
    g_autofree char *change =
        pga_index_change(report->unit, report->total_before, report->total_after);
    g_autofree char *bound = pga_index_bound(report);
    g_autofree char *upkeep = pga_index_amount(report, report->upkeep);
    g_autofree char *size = pga_bytes_format_storage(MAX(report->bytes, 0));
    g_autofree char *budget = report->budget_bytes < 0
                                  ? g_strdup("no budget was set")
                                  : pga_bytes_format_storage(report->budget_bytes);
    g_autofree char *text = g_strdup_printf(
        "The whole workload: %s, writes included (%s for the upkeep of indexes). %s (%s%s). %s "
        "Gains of a statement below %.0f %% or a planner cost of %g count for nothing.",
        change, upkeep, size, report->budget_bytes < 0 ? "" : "of ", budget, bound,
        100 * report->min_improvement, report->min_gain);

    if (report->total_before <= 0)
        return;
    page->style->section(page, "In all");
    page->style->item(page, text);
}

static void
write_removal(PgaPage *page, const PgaIndexRemoval *removal)
{
    g_autofree char *size =
        removal->bytes < 0 ? g_strdup("size unknown") : pga_bytes_format_storage(removal->bytes);
    g_autofree char *text = g_strdup_printf("%s on %s, %s: %s.", removal->name, removal->table,
                                            size, removal->reason ? removal->reason : "");

    page->style->item(page, text);
    labelled(page, removal->rule ? "Note" : "First", removal->caution);
    statement(page, "Do", removal->statement);
    labelled(page, "Lock", removal->lock);
    statement(page, "Undo", removal->undo);
}

static void
write_removals(PgaPage *page, const PgaIndexReport *report)
{
    if (report->removals->len == 0)
        return;
    page->style->section(page, "For review: indexes to drop (a drop is yours to approve)");
    for (guint i = 0; i < report->removals->len; i++)
        write_removal(page, g_ptr_array_index(report->removals, i));
}

static void
write_findings(PgaPage *page, const PgaIndexReport *report)
{
    if (report->findings->len == 0)
        return;
    if (page->all) {
        for (guint i = 0; i < report->findings->len; i++)
            pga_page_finding(page, i + 1, g_ptr_array_index(report->findings, i));
        return;
    }
    page->style->section(page, "Besides, about indexes that are there (--all has the statements)");
    for (guint i = 0; i < report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i);
        g_autofree char *text = g_strdup_printf("%s: %s: %s", pga_severity_name(finding->severity),
                                                finding->object, finding->title);

        page->style->item(page, text);
    }
}

static void
write_notes(PgaPage *page, const PgaIndexReport *report)
{
    const GPtrArray *const lists[] = {report->workload->notes, report->notes};

    if (lists[0]->len + lists[1]->len == 0)
        return;
    page->style->section(page, "Notes");
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        for (guint j = 0; j < lists[i]->len; j++)
            page->style->item(page, g_ptr_array_index(lists[i], j));
}

static char *
render_page(const PgaIndexReport *report, const PgaIndexRenderOptions *options,
            const PgaPageStyle *style)
{
    g_autoptr(PgaGroups) groups = pga_groups_new(report->findings);
    PgaPage page = {.style = style,
                    .out = g_string_new(NULL),
                    .all = options->all,
                    .colour = options->colour,
                    .width = pga_page_width(options->width),
                    .groups = groups};

    write_title(&page, report);
    write_all_advice(&page, report, options->top ? (guint)MAX(options->top, 0) : DEFAULT_TOP);
    write_total(&page, report);
    write_curve(&page, report);
    write_removals(&page, report);
    pga_index_page_measured(&page, report);
    pga_index_page_verified(&page, report);
    pga_index_page_statements(&page, report);
    write_findings(&page, report);
    pga_page_not_checked(&page, "Not checked", report->not_checked, G_MAXUINT);
    write_notes(&page, report);
    return g_string_free(page.out, FALSE);
}

char *
pga_render_index(const PgaIndexReport *report, const PgaIndexRenderOptions *options)
{
    switch (options->format) {
    case PGA_INDEX_JSON:
        return pga_render_index_json(report);
    case PGA_INDEX_SQL:
        return pga_render_index_sql(report);
    case PGA_INDEX_MARKDOWN:
        return render_page(report, options, &pga_page_markdown);
    case PGA_INDEX_TEXT:
    default:
        return render_page(report, options, &pga_page_text);
    }
}
