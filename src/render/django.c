/* What `django` answers as a page: findings, decisions, the answer in four parts. */
#include "django_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <string.h>

#define N_NOT_CHECKED 10 /* without --all */

static void
write_not_checked(PgaDjangoPage *page)
{
    const GPtrArray *entries = page->report->not_checked;
    const guint n = page->page.all ? entries->len : MIN(entries->len, N_NOT_CHECKED);

    if (entries->len)
        page->page.style->section(&page->page, "Not checked");
    for (guint i = 0; i < n; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(entries, i);
        g_autofree char *where = pga_phrase_location(entry->file, entry->line, entry->column);
        g_autofree char *text =
            g_strdup_printf("%s%s%s: %s", entry->rule ? entry->rule : "", entry->rule ? ", " : "",
                            where ? where : entry->what, entry->why);

        page->page.style->item(&page->page, text);
    }
    if (n < entries->len) {
        g_autofree char *more = g_strdup_printf("%u more: --all lists them.", entries->len - n);

        page->page.style->item(&page->page, more);
    }
}

static void
write_set_aside(PgaDjangoPage *page)
{
    const GPtrArray *findings = page->report->set_aside;

    if (!findings->len || !page->page.all)
        return;
    page->page.style->section(&page->page, "Set aside");
    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        g_autofree char *where = pga_phrase_location(finding->file, finding->line, 0);
        g_autofree char *text = g_strdup_printf(
            "%s: %s [%s]%s%s", where ? where : finding->object, finding->title, finding->rule,
            finding->reason ? ": " : "", finding->reason ? finding->reason : "");

        page->page.style->item(&page->page, text);
    }
}

static void
write_notes(PgaDjangoPage *page)
{
    const GPtrArray *notes = page->report->notes;

    if (notes->len)
        page->page.style->section(&page->page, "Notes");
    for (guint i = 0; i < notes->len; i++)
        page->page.style->item(&page->page, g_ptr_array_index(notes, i));
}

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
        .page = {.style =
                     options->format == PGA_FORMAT_MARKDOWN ? &pga_page_markdown : &pga_page_text,
                 .out = g_string_new(NULL),
                 .all = options->all,
                 .colour = options->colour,
                 .width = options->width ? MAX(options->width, 40) : 80},
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
    write_set_aside(&page);
    write_not_checked(&page);
    write_notes(&page);
    page.page.style->paragraph(&page.page, summary);
    if (*page.page.out->str == '\n')
        g_string_erase(page.page.out, 0, 1);
    return g_string_free(page.page.out, FALSE);
}

static void
replace(GPtrArray **list, GPtrArray *with)
{
    g_ptr_array_unref(*list);
    *list = g_ptr_array_ref(with);
}

/* (transfer full): for what takes a report of `check`. */
static PgaReport *
as_report(const PgaDjangoReport *report)
{
    PgaReport *copy = pga_report_new("django");

    replace(&copy->findings, report->findings);
    replace(&copy->not_checked, report->not_checked);
    replace(&copy->baseline, report->baseline);
    replace(&copy->notes, report->notes);
    replace(&copy->rules, report->rules);
    copy->complete = report->complete == NULL;
    copy->environment = pga_environment_new();
    copy->environment->source_kind = PGA_SOURCE_DDL;
    copy->environment->source_name = g_strdup(report->project);
    copy->environment->version = g_strdup_printf("%u", report->version / 10000);
    copy->environment->version_num = report->version;
    return copy;
}

static gboolean
append(const char *text, gsize length, gpointer out)
{
    g_string_append_len(out, text, (gssize)length);
    return TRUE;
}

static char *
render_json(const PgaDjangoReport *report)
{
    GString *out = g_string_new(NULL);

    pga_django_render_json(report, append, out);
    return g_string_free(out, FALSE);
}

gboolean
pga_render_django_to(const PgaDjangoReport *report, const PgaRenderOptions *options,
                     PgaRenderSink sink, gpointer data)
{
    g_autofree char *text = NULL;

    if (options->format == PGA_FORMAT_JSON)
        return pga_django_render_json(report, sink, data);
    text = pga_render_django(report, options);
    return sink(text, strlen(text), data);
}

char *
pga_render_django(const PgaDjangoReport *report, const PgaRenderOptions *options)
{
    g_autoptr(PgaReport) copy = NULL;

    if (options->format == PGA_FORMAT_JSON)
        return render_json(report);
    if (options->format == PGA_FORMAT_TEXT || options->format == PGA_FORMAT_MARKDOWN)
        return render_page(report, options);
    copy = as_report(report);
    return pga_render_report(copy, options);
}

char *
pga_render_django_baseline(const PgaDjangoReport *report)
{
    g_autoptr(PgaReport) copy = as_report(report);

    return pga_render_baseline(copy);
}
