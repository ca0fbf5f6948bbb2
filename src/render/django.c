/* What `django` answers as a page: findings, decisions, the answer in four parts. */
#include "django_internal.h"
#include "linted_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <string.h>

#define N_NOT_CHECKED 10 /* without --all */

/* Where it matters: an editor does not find files that are told from elsewhere. */
static void
write_folder(PgaDjangoPage *page)
{
    g_autofree char *text =
        g_strdup_printf("In %s; files are named from there.", page->report->project);

    if (page->report->is_elsewhere)
        page->page.style->paragraph(&page->page, text);
}

static char *
render_page(const PgaDjangoReport *report, const PgaRenderOptions *options)
{
    g_autoptr(GHashTable) rules = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *summary = pga_django_phrase_summary(report);
    PgaDjangoPage page = {
        .page = pga_linted_page(options),
        .report = report,
        .markdown = options->format == PGA_FORMAT_MARKDOWN,
        .rules = rules,
        .told = told,
    };

    for (guint i = 0; i < report->rules->len; i++) {
        PgaRuleText *rule = g_ptr_array_index(report->rules, i);

        g_hash_table_insert(rules, (gpointer)rule->id, rule);
    }
    if (page.markdown)
        g_string_append(page.page.out, "# pgarchitect django\n");
    write_folder(&page);
    pga_django_page_findings(&page);
    pga_django_page_decisions(&page);
    pga_django_page_answer(&page);
    pga_linted_set_aside(&page.page, report->set_aside, FALSE);
    pga_page_not_checked(&page.page, "Not checked", report->not_checked,
                         options->all ? G_MAXUINT : N_NOT_CHECKED);
    pga_page_texts(&page.page, "Notes", report->notes);
    page.page.style->paragraph(&page.page, summary);
    return pga_linted_page_end(&page.page);
}

/* (transfer full) */
static PgaReport *
as_report(const PgaDjangoReport *report)
{
    g_autofree char *version = g_strdup_printf("%u", report->version / 10000);
    const PgaLinted linted = {
        .command = "django",
        .findings = report->findings,
        .not_checked = report->not_checked,
        .set_aside = report->set_aside,
        .baseline = report->baseline,
        .notes = report->notes,
        .rules = report->rules,
        .complete = report->complete == NULL,
        .source_name = report->project,
        .version = version,
        .version_num = report->version,
    };

    return pga_linted_report(&linted);
}

/* (transfer full) */
static char *
render(const PgaDjangoReport *report, const PgaRenderOptions *options)
{
    g_autoptr(PgaReport) copy = NULL;

    if (options->format == PGA_FORMAT_TEXT || options->format == PGA_FORMAT_MARKDOWN)
        return render_page(report, options);
    copy = as_report(report);
    return pga_render_report(copy, options);
}

gboolean
pga_render_django_to(const PgaDjangoReport *report, const PgaRenderOptions *options,
                     PgaRenderSink sink, gpointer data)
{
    g_autofree char *text = NULL;

    if (options->format == PGA_FORMAT_JSON)
        return pga_django_render_json(report, sink, data);
    text = render(report, options);
    return sink(text, strlen(text), data);
}

char *
pga_render_django(const PgaDjangoReport *report, const PgaRenderOptions *options)
{
    GString *out = g_string_new(NULL);

    pga_render_django_to(report, options, pga_linted_append, out);
    return g_string_free(out, FALSE);
}

char *
pga_render_django_baseline(const PgaDjangoReport *report)
{
    g_autoptr(PgaReport) copy = as_report(report);

    return pga_render_baseline(copy);
}
