#include "linted_internal.h"

#include "phrases_internal.h"

PgaPage
pga_linted_page(const PgaRenderOptions *options)
{
    return (PgaPage){
        .style = options->format == PGA_FORMAT_MARKDOWN ? &pga_page_markdown : &pga_page_text,
        .out = g_string_new(NULL),
        .all = options->all,
        .colour = options->colour,
        .width = pga_page_width(options->width),
    };
}

char *
pga_linted_page_end(PgaPage *page)
{
    if (*page->out->str == '\n')
        g_string_erase(page->out, 0, 1);
    return g_string_free(g_steal_pointer(&page->out), FALSE);
}

void
pga_linted_set_aside(PgaPage *page, const GPtrArray *findings, gboolean columns)
{
    if (!findings->len || !page->all)
        return;
    page->style->section(page, "Set aside");
    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        g_autofree char *where =
            pga_phrase_location(finding->file, finding->line, columns ? finding->column : 0);
        g_autofree char *text = g_strdup_printf(
            "%s: %s [%s]%s%s", where ? where : finding->object, finding->title, finding->rule,
            finding->reason ? ": " : "", finding->reason ? finding->reason : "");

        page->style->item(page, text);
    }
}

static void
replace(GPtrArray **list, GPtrArray *with)
{
    g_ptr_array_unref(*list);
    *list = g_ptr_array_ref(with);
}

PgaReport *
pga_linted_report(const PgaLinted *linted)
{
    PgaReport *report = pga_report_new(linted->command);

    replace(&report->findings, linted->findings);
    replace(&report->not_checked, linted->not_checked);
    replace(&report->ignored, linted->set_aside);
    replace(&report->baseline, linted->baseline);
    replace(&report->notes, linted->notes);
    replace(&report->rules, linted->rules);
    report->complete = linted->complete;
    report->environment = pga_environment_new();
    report->environment->source_kind = PGA_SOURCE_DDL;
    report->environment->source_name = g_strdup(linted->source_name);
    report->environment->version = g_strdup(linted->version);
    report->environment->version_num = linted->version_num;
    return report;
}

gboolean
pga_linted_append(const char *text, gsize length, gpointer out)
{
    g_string_append_len(out, text, (gssize)length);
    return TRUE;
}
