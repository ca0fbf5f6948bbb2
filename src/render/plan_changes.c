/* What became of statements as a page: what broke and what got worse, one by one; the rest in
 * lists. */
#include "index_internal.h"
#include "phrases_internal.h"
#include "plan_changes_internal.h"

#include <base/units.h>
#include <math.h>

#define DEFAULT_TOP     20
#define N_SHOWN         5 /* of a list, unless all are */
#define STATEMENT_WIDTH 100
#define PLANNED_WIDTH   2000
#define N_SAME          0.005 /* of a cost: less is none */

static const PgaStatementChange *
change_at(const PgaPlanReport *report, guint number)
{
    return g_ptr_array_index(report->changes, number);
}

static void
append_count(GString *out, const PgaPlanReport *report, PgaFate fate, const char *one,
             const char *more)
{
    const guint n = pga_plan_report_count(report, fate);
    g_autofree char *count = pga_phrase_count(n, "statement");

    if (n > 0)
        g_string_append_printf(out, "%s%s %s", out->len > 0 ? ", " : "", count,
                               n == 1 ? one : more);
}

/* (transfer full) */
static char *
verdict(const PgaPlanReport *report)
{
    const guint n_same = pga_plan_report_count(report, PGA_FATE_SAME);
    g_autofree char *all = pga_phrase_count(report->changes->len, "statement");
    GString *out = g_string_new(NULL);

    append_count(out, report, PGA_FATE_BROKEN, "cannot be planned any more",
                 "cannot be planned any more");
    append_count(out, report, PGA_FATE_WORSE, "gets worse", "get worse");
    append_count(out, report, PGA_FATE_MENDED, "can be planned now", "can be planned now");
    append_count(out, report, PGA_FATE_BETTER, "gets better", "get better");
    append_count(out, report, PGA_FATE_NEVER, "cannot be planned, as before",
                 "cannot be planned, as before");
    if (report->changes->len == 0)
        g_string_append(out, "There is no statement to plan");
    else if (n_same == report->changes->len)
        g_string_append_printf(out, "No plan changes: %s", all);
    else
        g_string_append_printf(out, "; %u of %s as before", n_same, all);
    g_string_append(out, ".");
    return g_string_free(out, FALSE);
}

static char *
verdict_written(const PgaPlanReport *report)
{
    const guint n_never = pga_plan_report_count(report, PGA_FATE_NEVER);
    g_autofree char *n = pga_phrase_count(report->changes->len - n_never, "statement");

    return g_strdup_printf("Plans of %s written to %s; %u cannot be planned.", n, report->written,
                           n_never);
}

static void
write_title(PgaPage *page, const PgaPlanReport *report)
{
    const PgaEnvironment *environment = report->environment;
    g_autofree char *name =
        pga_phrase_clip(environment->source_name ? environment->source_name : "?", 80);
    g_autofree char *source = pga_phrase_source(environment);
    g_autofree char *title = g_strdup_printf("pgarchitect index: %s (%s)", name, source);
    g_autofree char *came = report->written ? verdict_written(report) : verdict(report);
    g_autofree char *facts =
        g_strdup_printf("%s%s%s%s%s", came, report->before ? " Compared with " : "",
                        report->before ? report->before : "", report->before ? "." : "",
                        report->complete ? "" : " Incomplete: see \"Not checked\".");

    page->style->title(page, title, facts);
}

/* (transfer full): "42 -> 1,250 (30x more), 1,200 calls" */
static char *
cost_of(const PgaStatementChange *change)
{
    g_autofree char *calls = change->calls > 0 ? pga_count_format(change->calls) : NULL;
    g_autofree char *before = change->before < 0 ? g_strdup("none") : NULL;
    g_autofree char *after = change->after < 0 ? g_strdup("none") : NULL;
    g_autofree char *costs = NULL;

    if (!before && !after) {
        costs = pga_index_change("", change->before, change->after);
    } else {
        if (!before)
            before = pga_phrase_number(change->before);
        if (!after)
            after = pga_phrase_number(change->after);
        costs = g_strdup_printf("%s -> %s", before, after);
    }
    return g_strdup_printf("%s%s%s%s", costs, calls ? ", " : "", calls ? calls : "",
                           calls ? (change->calls == 1 ? " call" : " calls") : "");
}

static void
labelled(PgaPage *page, const char *label, const char *text)
{
    if (text && *text)
        page->style->labelled(page, label, text);
}

static void
write_plan(PgaPage *page, const char *label, const char *plan)
{
    g_auto(GStrv) split = NULL;
    g_autoptr(GPtrArray) lines = g_ptr_array_new();

    if (!plan || !*plan)
        return;
    split = g_strsplit(plan, "\n", -1);
    for (char **line = split; *line; line++)
        g_ptr_array_add(lines, *line);
    page->style->labelled(page, label, "as EXPLAIN shows it");
    page->style->lines(page, lines);
}

/* (nullable) (transfer full): whose plans are shown, unless there is no other. */
static char *
planned_of(const PgaStatementChange *change)
{
    g_autofree char *text =
        change->planned ? pga_index_statement(change->planned, PLANNED_WIDTH) : NULL;

    if (change->n_texts > 1 && text)
        return g_strdup_printf("%s; it changed most of %u texts with different values, the cost is "
                               "their average",
                               text, change->n_texts);
    return g_strcmp0(change->planned, change->text) != 0 ? g_steal_pointer(&text) : NULL;
}

static void
write_change(PgaPage *page, const PgaStatementChange *change, guint number)
{
    g_autofree char *text = pga_index_statement(change->text, STATEMENT_WIDTH);
    g_autofree char *title = g_strdup_printf("%s: %s", pga_severity_name(change->severity), text);
    g_autofree char *cost = cost_of(change);
    g_autofree char *planned = page->all ? planned_of(change) : NULL;

    page->style->entry(page, number, title);
    labelled(page, "Cost", cost);
    labelled(page, "Fails", change->fate == PGA_FATE_BROKEN ? change->failure : NULL);
    labelled(page, "Plan", change->what);
    labelled(page, "From", change->origin);
    labelled(page, "Of", planned);
    if (page->all) {
        write_plan(page, "Before", change->plan_before);
        write_plan(page, "After", change->plan_after);
    }
}

static void
write_worse(PgaPage *page, const PgaPlanReport *report, guint top)
{
    guint n = 0;

    for (guint i = 0; i < report->changes->len; i++) {
        const PgaStatementChange *change = change_at(report, i);

        if (change->fate != PGA_FATE_BROKEN && change->fate != PGA_FATE_WORSE)
            continue;
        if (++n <= top || page->all)
            write_change(page, change, n);
    }
    if (n > top && !page->all) {
        g_autofree char *more =
            g_strdup_printf("%u more: --all or --format json has them.", n - top);

        page->style->paragraph(page, more);
    }
}

/* (transfer full) */
static char *
line_of(const PgaStatementChange *change)
{
    g_autofree char *text = pga_index_statement(change->text, STATEMENT_WIDTH);
    g_autofree char *cost = NULL;

    if (change->fate == PGA_FATE_NEVER)
        return g_strdup_printf("%s: %s", text,
                               change->failure ? change->failure : "it cannot be planned");
    cost = cost_of(change);
    return g_strdup_printf("%s: cost %s%s%s", text, cost, change->what ? "; " : "",
                           change->what ? change->what : "");
}

static void
write_list(PgaPage *page, const PgaPlanReport *report, PgaFate fate, const char *title)
{
    guint n = 0;

    for (guint i = 0; i < report->changes->len; i++) {
        g_autofree char *line = NULL;

        if (change_at(report, i)->fate != fate)
            continue;
        if (n++ == 0)
            page->style->section(page, title);
        if (n > N_SHOWN && !page->all)
            continue;
        line = line_of(change_at(report, i));
        page->style->item(page, line);
    }
    if (n > N_SHOWN && !page->all) {
        g_autofree char *more =
            g_strdup_printf("%u more: --all or --format json has them.", n - N_SHOWN);

        page->style->item(page, more);
    }
}

static void
write_total(PgaPage *page, const PgaPlanReport *report)
{
    g_autofree char *change = NULL, *text = NULL;
    double before, after;

    pga_plan_report_totals(report, &before, &after);
    if (before <= 0 || report->written)
        return;
    if (fabs(after - before) < N_SAME * before) /* not "0 % more" */
        after = before;
    change = pga_index_change("planner cost", before, after);
    text =
        g_strdup_printf("What both plan, times its calls: %s. A change of less than %.0f %% of a "
                        "statement's cost is none.",
                        change, 100 * report->min_improvement);
    page->style->section(page, "In all");
    page->style->item(page, text);
}

static void
write_changes(PgaPage *page, const PgaPlanReport *report, gint top)
{
    write_worse(page, report, top ? (guint)MAX(top, 0) : DEFAULT_TOP);
    write_total(page, report);
    write_list(page, report, PGA_FATE_BETTER, "Better");
    write_list(page, report, PGA_FATE_MENDED, "Could not be planned before");
    write_list(page, report, PGA_FATE_NEVER, "Cannot be planned");
    pga_page_not_checked(page, "Not checked", report->not_checked, G_MAXUINT);
    pga_page_texts(page, "Notes", report->notes);
}

void
pga_plan_changes_section(PgaPage *page, const PgaPlanReport *report)
{
    g_autofree char *came = verdict(report);

    page->style->section(page, "Plans");
    page->style->item(page, came);
    write_changes(page, report, 0);
}

static char *
render_page(const PgaPlanReport *report, const PgaIndexRenderOptions *options,
            const PgaPageStyle *style)
{
    PgaPage page = {.style = style,
                    .out = g_string_new(NULL),
                    .all = options->all,
                    .colour = options->colour,
                    .width = pga_page_width(options->width)};

    write_title(&page, report);
    write_changes(&page, report, options->top);
    return g_string_free(page.out, FALSE);
}

char *
pga_render_plan_changes(const PgaPlanReport *report, const PgaIndexRenderOptions *options)
{
    switch (options->format) {
    case PGA_INDEX_JSON:
        return pga_render_plan_changes_json(report);
    case PGA_INDEX_MARKDOWN:
        return render_page(report, options, &pga_page_markdown);
    case PGA_INDEX_SQL:
    case PGA_INDEX_TEXT:
    default:
        return render_page(report, options, &pga_page_text);
    }
}
