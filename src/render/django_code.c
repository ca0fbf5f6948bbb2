/* Code on a page, as it stands, line by line. */
#include "django_internal.h"

#include <base/text.h>
#include <string.h>

#define MARGIN      "   "
#define TEXT_INDENT "          "

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

/* (transfer full): printable lines, each after @indent but the first after @first. */
static char *
harmless(const char *code, const char *first, const char *indent)
{
    g_autofree char *trimmed = g_strchomp(g_strdup(code));
    g_auto(GStrv) lines = g_strsplit(trimmed, "\n", -1);
    GString *out = g_string_new(NULL);

    for (guint i = 0; lines[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);
        g_autofree char *expanded = g_strjoinv("    ", cells);
        g_autofree char *printable = pga_text_printable(g_strchomp(expanded));

        g_string_append_printf(out, "%s%s\n", *printable ? (i ? indent : first) : "", printable);
    }
    return g_string_free(out, FALSE);
}

void
pga_django_page_gap(PgaDjangoPage *page)
{
    if (!g_str_has_suffix(page->page.out->str, "\n\n"))
        g_string_append_c(page->page.out, '\n');
}

static void
fenced(PgaDjangoPage *page, const char *label, const char *language, const char *code)
{
    g_autofree char *block = harmless(code, "", "");
    g_autofree char *fence = g_strnfill(MAX(longest_backtick_run(block) + 1, 3), '`');

    pga_django_page_gap(page);
    if (*label)
        g_string_append_printf(page->page.out, "**%s:**\n\n", label);
    g_string_append_printf(page->page.out, "%s%s\n%s%s\n", fence, language, block, fence);
}

void
pga_django_page_code(PgaDjangoPage *page, const char *label, const char *language, const char *code)
{
    g_autofree char *block = NULL;

    if (!code || !*code)
        return;
    if (page->markdown) {
        fenced(page, label, language, code);
        return;
    }
    block = harmless(code, "", TEXT_INDENT);
    g_string_append(page->page.out, MARGIN);
    if (page->page.colour)
        g_string_append_printf(page->page.out, "\033[1m%-6s\033[0m %s", label, block);
    else
        g_string_append_printf(page->page.out, "%-6s %s", label, block);
}

void
pga_django_page_part(PgaDjangoPage *page, const char *title)
{
    g_autofree char *safe =
        page->markdown ? pga_page_escape_markdown(title) : pga_text_printable(title);

    pga_django_page_gap(page);
    g_string_append_printf(page->page.out, page->markdown ? "### %s\n" : "%s\n", safe);
}

void
pga_django_page_label(PgaDjangoPage *page, const char *label, const char *text)
{
    if (text && *text)
        page->page.style->labelled(&page->page, label, text);
}
