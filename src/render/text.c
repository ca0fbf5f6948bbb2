/* A page for a terminal: plain lines, statements never broken, so that they can be copied as they
 * stand. ASCII besides what the database itself says: pretty lines would cost three times their
 * worth in tokens. */
#include "page_internal.h"
#include "phrases_internal.h"
#include "statement_internal.h"

#include <base/text.h>
#include <string.h>

/* Every line of a finding but its first stands this far in, its text after the label's column. */
#define MARGIN      "   "
#define TEXT_INDENT "          "

#define SGR_RESET   "\033[0m"
#define SGR_BOLD    "\033[1m"

static const char *
severity_colour(PgaSeverity severity)
{
    switch (severity) {
    case PGA_SEVERITY_ERROR:
        return "\033[1;31m";
    case PGA_SEVERITY_WARNING:
        return "\033[1;33m";
    case PGA_SEVERITY_INFO:
    default:
        return "\033[1;36m";
    }
}

static void
append_coloured(PgaPage *page, const char *sgr, const char *text)
{
    if (page->colour)
        g_string_append_printf(page->out, "%s%s%s", sgr, text, SGR_RESET);
    else
        g_string_append(page->out, text);
}

/* @text made harmless and broken into lines as long as the page has columns beside @column; those
 * after the first begin with @indent. */
static char *
wrap(const PgaPage *page, const char *text, guint column, const char *indent)
{
    g_autofree char *printable = pga_text_printable(text);
    g_autofree char *wrapped = pga_text_wrap(printable, page->width - column, "");
    g_auto(GStrv) lines = g_strsplit(wrapped, "\n", -1);
    g_autofree char *separator = g_strconcat("\n", indent, NULL);

    return g_strjoinv(separator, lines);
}

static void
append_wrapped(PgaPage *page, const char *text, guint column, const char *indent)
{
    g_autofree char *wrapped = wrap(page, text, column, indent);

    g_string_append_printf(page->out, "%s\n", wrapped);
}

static void
append_label(PgaPage *page, const char *label)
{
    g_autofree char *padded = g_strdup_printf("%-6s", label);

    g_string_append(page->out, MARGIN);
    append_coloured(page, SGR_BOLD, padded);
    g_string_append_c(page->out, ' ');
}

static void
text_title(PgaPage *page, const char *title, const char *facts)
{
    g_autofree char *wrapped = wrap(page, title, 0, "");

    append_coloured(page, SGR_BOLD, wrapped);
    g_string_append_c(page->out, '\n');
    append_wrapped(page, facts, 0, "");
}

static void
text_paragraph(PgaPage *page, const char *text)
{
    g_string_append_c(page->out, '\n');
    append_wrapped(page, text, 0, "");
}

/* The object stands at the right end of the title's line, or below it where that has no room. */
static void
append_object(PgaPage *page, const char *object, guint title_width)
{
    g_autofree char *printable = pga_text_printable(object);
    const guint width = pga_text_width(printable);

    if (title_width + 2 + width <= page->width)
        g_string_append_printf(page->out, "%*s%s\n", (int)(page->width - title_width - width), "",
                               printable);
    else
        g_string_append_printf(page->out, "\n%s%s\n", MARGIN, printable);
}

static void
text_heading(PgaPage *page, guint number, const PgaFinding *finding)
{
    g_autofree char *severity = pga_page_severity(finding);
    g_autofree char *place = g_strdup_printf("%u. ", number);
    const guint column = (guint)(strlen(place) + strlen(severity) + 2);
    g_autofree char *title = wrap(page, finding->title ? finding->title : "", column, MARGIN);
    const guint width = strchr(title, '\n') ? page->width : column + pga_text_width(title);

    g_string_append_printf(page->out, "\n%s", place);
    append_coloured(page, severity_colour(finding->severity), severity);
    g_string_append(page->out, ": ");
    append_coloured(page, SGR_BOLD, title);
    append_object(page, finding->object ? finding->object : "", width);
}

static void
text_entry(PgaPage *page, guint number, const char *title)
{
    g_autofree char *place = g_strdup_printf("%u. ", number);
    g_autofree char *wrapped = wrap(page, title, (guint)strlen(place), MARGIN);

    g_string_append_printf(page->out, "\n%s", place);
    append_coloured(page, SGR_BOLD, wrapped);
    g_string_append_c(page->out, '\n');
}

static void
text_labelled(PgaPage *page, const char *label, const char *text)
{
    append_label(page, label);
    append_wrapped(page, text, (guint)strlen(TEXT_INDENT), TEXT_INDENT);
}

static void
text_statements(PgaPage *page, const char *label, const GPtrArray *statements)
{
    gboolean all_pasteable = TRUE;

    append_label(page, label);
    for (guint i = 0; i < statements->len; i++) {
        gboolean pasteable;
        g_autofree char *shown =
            pga_statement_display(g_ptr_array_index(statements, i), TEXT_INDENT, &pasteable);

        g_string_append_printf(page->out, "%s%s\n", i ? TEXT_INDENT : "", shown);
        all_pasteable = all_pasteable && pasteable;
    }
    if (!all_pasteable)
        g_string_append(page->out,
                        TEXT_INDENT "(contains control characters: take it from --format json)\n");
}

/* An address cannot be broken: the title gives way where there is no room for both. */
static void
text_link(PgaPage *page, const char *label, const char *title, const char *url)
{
    g_autofree char *both = g_strdup_printf("%s, %s", title ? title : "", url);
    const gboolean fits = strlen(TEXT_INDENT) + strlen(both) <= page->width;

    text_labelled(page, label, title && fits ? both : url);
}

static void
text_section(PgaPage *page, const char *title)
{
    g_string_append_c(page->out, '\n');
    append_coloured(page, SGR_BOLD, title);
    g_string_append(page->out, ":\n");
}

static void
text_item(PgaPage *page, const char *text)
{
    g_string_append(page->out, MARGIN);
    append_wrapped(page, text, (guint)strlen(MARGIN), MARGIN "  ");
}

static void
text_lines(PgaPage *page, const GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++) {
        g_autofree char *cut =
            pga_phrase_cut(g_ptr_array_index(lines, i), page->width - (guint)strlen(MARGIN));

        g_string_append_printf(page->out, MARGIN "%s\n", cut);
    }
}

static void
text_table(PgaPage *page, const GPtrArray *findings)
{
    g_autofree char *table = pga_table_render(findings, page->groups, page->width);

    g_string_append_printf(page->out, "\n%s\n", table);
}

static void
text_grid(PgaPage *page, const PgaGrid *grid)
{
    pga_grid_text(page->out, grid, page->width);
}

const PgaPageStyle pga_page_text = {
    .title = text_title,
    .paragraph = text_paragraph,
    .heading = text_heading,
    .entry = text_entry,
    .labelled = text_labelled,
    .statements = text_statements,
    .link = text_link,
    .section = text_section,
    .item = text_item,
    .lines = text_lines,
    .table = text_table,
    .grid = text_grid,
};
