/* Findings about a Django project, the gravest first; each begins as compilers write it, so that
 * editors jump to it. What a rule says whatever the place stands once. */
#include "django_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <model/lint_report.h>
#include <string.h>

static const char *const colours[] = {
    [PGA_SEVERITY_INFO] = "1;36",
    [PGA_SEVERITY_WARNING] = "1;33",
    [PGA_SEVERITY_ERROR] = "1;31",
};

static void
append_coloured(PgaDjangoPage *page, const char *sgr, const char *text)
{
    if (page->page.colour)
        g_string_append_printf(page->page.out, "\033[%sm%s\033[0m", sgr, text);
    else
        g_string_append(page->page.out, text);
}

/* (transfer full): "shop/views.py:12", or what it is about without a file. */
static char *
place_of(const PgaFinding *finding)
{
    return finding->file ? g_strdup_printf("%s:%u", finding->file, finding->line)
                         : g_strdup(finding->object ? finding->object : "");
}

/* "shop/views.py:12: error: Read, computed in Python, saved [dj-read-modify-write]" */
static void
write_heading(PgaDjangoPage *page, const PgaFinding *finding)
{
    g_autofree char *place = place_of(finding);
    g_autofree char *shown = pga_text_printable(place);
    g_autofree char *title = pga_text_printable(finding->title ? finding->title : "");
    g_autofree char *severity = pga_page_severity(finding);

    if (page->markdown) {
        g_autofree char *plain =
            g_strdup_printf("%s: %s: %s (%s)", shown, severity, title, finding->rule);

        pga_django_page_part(page, plain);
        return;
    }
    g_string_append_c(page->page.out, '\n');
    append_coloured(page, "1", shown);
    g_string_append(page->page.out, ": ");
    append_coloured(page, colours[finding->severity], severity);
    g_string_append(page->page.out, ": ");
    append_coloured(page, "1", title);
    g_string_append_printf(page->page.out, " [%s]\n", finding->rule);
}

/* The line as it stands in the file, else what of it the reader kept. */
static void
write_excerpt(PgaDjangoPage *page, const PgaFinding *finding)
{
    g_autofree char *key = pga_lint_excerpt_key(finding->file ? finding->file : "", finding->line);
    const char *line = g_hash_table_lookup(page->report->excerpts, key);
    const char *text = line ? line : finding->statement;
    g_autofree char *stripped = NULL, *cut = NULL;

    if (!text)
        return;
    stripped = g_strstrip(g_strdup(text));
    if (!*stripped)
        return;
    if (page->markdown) {
        pga_django_page_code(page, "", "python", stripped);
        return;
    }
    cut = pga_phrase_cut(stripped, page->page.width - 8);
    g_string_append_printf(page->page.out, "%5u | %s\n", finding->line, cut);
}

static void
write_fix(PgaDjangoPage *page, const PgaFix *fix)
{
    pga_django_page_code(page, "Do", "python", fix->code);
    if (fix->sql->len)
        page->page.style->statements(&page->page, fix->code ? "SQL" : "Do", fix->sql);
    pga_django_page_label(page, fix->code || fix->sql->len ? "Note" : "Do", fix->note);
    if (fix->undo->len && page->page.all)
        page->page.style->statements(&page->page, "Undo", fix->undo);
}

static void
write_rule(PgaDjangoPage *page, const PgaFinding *finding)
{
    const PgaRuleText *rule = g_hash_table_lookup(page->rules, finding->rule);

    if (!page->page.all && !g_hash_table_add(page->told, (gpointer)finding->rule))
        return;
    if (rule)
        pga_django_page_label(page, "Risk", rule->why);
    pga_django_page_label(page, "Not if", finding->when_not);
    if (finding->docs_url)
        page->page.style->link(&page->page, "Docs", finding->docs_title, finding->docs_url);
}

/* "shop/models.py:3: info: Two ways to say nothing: NULL and '' [dj-nullable-string]" */
static void
write_line(PgaDjangoPage *page, const PgaFinding *finding)
{
    g_autofree char *place = place_of(finding);
    g_autofree char *severity = pga_page_severity(finding);
    g_autofree char *text = g_strdup_printf(
        "%s: %s: %s%s%s [%s]", place, severity, finding->title ? finding->title : "",
        finding->evidence ? ": " : "", finding->evidence ? finding->evidence : "", finding->rule);
    g_autofree char *printable = pga_text_printable(text);

    if (page->markdown)
        page->page.style->item(&page->page, text);
    else
        g_string_append_printf(page->page.out, "%s\n", printable);
}

static void
write_finding(PgaDjangoPage *page, const PgaFinding *finding)
{
    write_heading(page, finding);
    write_excerpt(page, finding);
    pga_django_page_label(page, "Why", finding->evidence);
    pga_django_page_interleaving(page, finding->interleaving);
    if (finding->gain) {
        g_autofree char *gain = pga_phrase_gain(finding->gain);

        pga_django_page_label(page, "Gain", gain);
    }
    write_fix(page, &finding->fix);
    write_rule(page, finding);
    if (page->page.all)
        pga_django_page_label(page, "Id", finding->fingerprint);
}

static void
begin_group(PgaDjangoPage *page, PgaSeverity severity, const char *title)
{
    if (page->markdown)
        g_string_append_printf(page->page.out, "\n## %s\n", title);
    if (severity == PGA_SEVERITY_INFO && !page->page.all)
        g_string_append_c(page->page.out, '\n');
}

/* Without --all what is no more than info is a line. */
static void
write_group(PgaDjangoPage *page, PgaSeverity severity, const char *title)
{
    const GPtrArray *findings = page->report->findings;
    guint n = 0;

    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        if (finding->severity != severity)
            continue;
        if (n++ == 0)
            begin_group(page, severity, title);
        if (severity > PGA_SEVERITY_INFO || page->page.all)
            write_finding(page, finding);
        else
            write_line(page, finding);
    }
}

void
pga_django_page_findings(PgaDjangoPage *page)
{
    write_group(page, PGA_SEVERITY_ERROR, "Errors");
    write_group(page, PGA_SEVERITY_WARNING, "Warnings");
    write_group(page, PGA_SEVERITY_INFO, "For information");
}
