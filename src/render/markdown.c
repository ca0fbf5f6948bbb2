/* A page as GitHub-flavoured Markdown. Names of the database stand in code spans, statements in
 * fences longer than any run of backticks in them, everything else is escaped: nothing a name holds
 * becomes markup. */
#include "page_internal.h"
#include "phrases_internal.h"
#include "statement_internal.h"

#include <base/text.h>
#include <string.h>

#define MAX_LINE 160 /* columns of what is fenced */

/* "_" is markup only at a word's edge, and names are full of it. */
static gboolean
is_inside_word(const char *start, const char *at)
{
    return at > start && g_ascii_isalnum(at[-1]) && g_ascii_isalnum(at[1]);
}

/* What GitHub would make a link of: "://" and "www.". */
static gboolean
begins_link(const char *start, const char *at)
{
    return g_str_has_prefix(at, "://") ||
           (*at == '.' && at - start >= 3 && g_ascii_strncasecmp(at - 3, "www", 3) == 0);
}

static gboolean
needs_escape(const char *start, const char *at)
{
    if (*at == '_')
        return !is_inside_word(start, at);
    if (at == start && strchr("-+=>", *at))
        return TRUE;
    return strchr("\\`*[]<|#~&$", *at) != NULL || begins_link(start, at);
}

char *
pga_page_escape_markdown(const char *text)
{
    g_autofree char *printable = pga_text_printable(text);
    GString *out = g_string_new(NULL);

    for (const char *at = printable; *at; at++) {
        if (needs_escape(printable, at))
            g_string_append_c(out, '\\');
        g_string_append_c(out, *at);
    }
    return g_string_free(out, FALSE);
}

static guint
longest_backtick_run(const char *text)
{
    guint longest = 0, run = 0;

    for (const char *at = text; *at; at++) {
        run = *at == '`' ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    return longest;
}

static char *
code_span(const char *text)
{
    g_autofree char *printable = pga_text_printable(*text ? text : "-");
    g_autofree char *fence = g_strnfill(longest_backtick_run(printable) + 1, '`');
    const char *pad = strchr(printable, '`') || *printable == ' ' ? " " : "";

    return g_strconcat(fence, pad, printable, pad, fence, NULL);
}

static void
markdown_title(PgaPage *page, const char *title, const char *facts)
{
    g_autofree char *safe_title = pga_page_escape_markdown(title);
    g_autofree char *safe_facts = pga_page_escape_markdown(facts);

    g_string_append_printf(page->out, "# %s\n\n%s\n", safe_title, safe_facts);
}

static void
markdown_paragraph(PgaPage *page, const char *text)
{
    g_autofree char *safe = pga_page_escape_markdown(text);

    g_string_append_printf(page->out, "\n%s\n", safe);
}

static void
markdown_heading(PgaPage *page, guint number, const PgaFinding *finding)
{
    g_autofree char *severity = pga_page_severity(finding);
    g_autofree char *title = pga_page_escape_markdown(finding->title ? finding->title : "");
    g_autofree char *object = code_span(finding->object ? finding->object : "");

    g_string_append_printf(page->out, "\n## %u. %s: %s\n\n%s\n", number, severity, title, object);
}

static void
markdown_entry(PgaPage *page, guint number, const char *title)
{
    g_autofree char *safe = pga_page_escape_markdown(title);

    g_string_append_printf(page->out, "\n## %u. %s\n", number, safe);
}

static void
markdown_labelled(PgaPage *page, const char *label, const char *text)
{
    g_autofree char *safe = pga_page_escape_markdown(text);

    g_string_append_printf(page->out, "\n**%s:** %s\n", label, safe);
}

static void
markdown_statements(PgaPage *page, const char *label, const GPtrArray *statements)
{
    g_autoptr(GString) block = g_string_new(NULL);
    g_autofree char *fence = NULL;
    gboolean all_pasteable = TRUE;

    for (guint i = 0; i < statements->len; i++) {
        gboolean pasteable;
        g_autofree char *shown =
            pga_statement_display(g_ptr_array_index(statements, i), "", &pasteable);

        g_string_append_printf(block, "%s\n", shown);
        all_pasteable = all_pasteable && pasteable;
    }
    fence = g_strnfill(MAX(longest_backtick_run(block->str) + 1, 3), '`');
    g_string_append_printf(page->out, "\n**%s:**\n\n%ssql\n%s%s\n", label, fence, block->str,
                           fence);
    if (!all_pasteable)
        g_string_append(page->out, "\n(contains control characters: take it from --format json)\n");
}

static void
markdown_link(PgaPage *page, const char *label, const char *title, const char *url)
{
    g_autofree char *safe_title = pga_page_escape_markdown(title ? title : url);
    g_autofree char *safe_url = g_uri_escape_string(url, ":/?#&=%+,;@", FALSE);

    g_string_append_printf(page->out, "\n**%s:** [%s](%s)\n", label, safe_title, safe_url);
}

static void
markdown_section(PgaPage *page, const char *title)
{
    g_string_append_printf(page->out, "\n## %s\n\n", title);
}

static void
markdown_item(PgaPage *page, const char *text)
{
    g_autofree char *safe = pga_page_escape_markdown(text);

    g_string_append_printf(page->out, "- %s\n", safe);
}

/* In a fence longer than any run of backticks in it. */
static void
markdown_lines(PgaPage *page, const GPtrArray *lines)
{
    g_autoptr(GString) block = g_string_new(NULL);
    g_autofree char *fence = NULL;

    for (guint i = 0; i < lines->len; i++) {
        g_autofree char *cut = pga_phrase_cut(g_ptr_array_index(lines, i), MAX_LINE);

        g_string_append_printf(block, "%s\n", cut);
    }
    fence = g_strnfill(MAX(longest_backtick_run(block->str) + 1, 3), '`');
    g_string_append_printf(page->out, "%s\n%s%s\n", fence, block->str, fence);
}

/* A cell ends at "|" even inside a code span. */
static char *
table_cell(const char *markup)
{
    g_auto(GStrv) parts = g_strsplit(markup, "|", -1);

    return g_strjoinv("\\|", parts);
}

static void
markdown_table(PgaPage *page, const GPtrArray *findings)
{
    g_string_append(page->out,
                    "\n| # | severity | rule | object | gain |\n|--:|---|---|---|---|\n");
    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        g_autofree char *span = code_span(finding->object ? finding->object : "");
        g_autofree char *object = table_cell(span);
        g_autofree char *amounts = finding->gain ? pga_phrase_gain_short(finding->gain) : NULL;
        g_autofree char *gain = pga_page_escape_markdown(amounts ? amounts : "");
        g_autofree char *others = pga_page_others(page->groups, finding);

        g_string_append_printf(page->out, "| %u | %s | %s | %s%s | %s |\n", i + 1,
                               pga_severity_name(finding->severity), finding->rule, object, others,
                               gain);
    }
}

static void
markdown_grid(PgaPage *page, const PgaGrid *grid)
{
    if (page->out->len > 1 && !g_str_has_suffix(page->out->str, "\n\n"))
        g_string_append_c(page->out, '\n'); /* else a line of the list before it */
    pga_grid_markdown(page->out, grid);
}

const PgaPageStyle pga_page_markdown = {
    .title = markdown_title,
    .paragraph = markdown_paragraph,
    .heading = markdown_heading,
    .entry = markdown_entry,
    .labelled = markdown_labelled,
    .statements = markdown_statements,
    .link = markdown_link,
    .section = markdown_section,
    .item = markdown_item,
    .lines = markdown_lines,
    .table = markdown_table,
    .grid = markdown_grid,
};
