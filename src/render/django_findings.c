/* Findings about a Django project, the gravest first; each begins as compilers write it, so that
 * editors jump to it. What a rule says whatever the place stands once. */
#include "django_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <model/lint_report.h>
#include <string.h>

#define INFOS "For information"

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

/* Where the module that @file holds ends in the dotted name @name: "take" of "shop.views.take". */
static const char *
within_module(const char *name, const char *file)
{
    const char *const end = g_str_has_suffix(file, "/__init__.py") ? "/__init__.py" : ".py";
    g_autofree char *path =
        g_strndup(file, g_str_has_suffix(file, end) ? strlen(file) - strlen(end) : strlen(file));
    char *module = g_strdelimit(path, "/", '.'), *dot = NULL;

    for (const char *at = module; at; at = dot ? dot + 1 : NULL) {
        const gsize length = strlen(at);

        if (length > 0 && g_str_has_prefix(name, at) && name[length] == '.')
            return name + length + 1;
        dot = strchr(at, '.');
    }
    return name;
}

/* (transfer full): "shop.Item in take: ", the function's module being said by the place; "" where
 * the place is the object. */
static char *
phrase_object(const PgaFinding *finding)
{
    const char *in = finding->object ? strstr(finding->object, " in ") : NULL;
    const char *name = in ? in + strlen(" in ") : finding->object;

    if (!finding->file || !name || !*name)
        return g_strdup("");
    return g_strdup_printf("%.*s%s: ", (int)(name - finding->object), finding->object,
                           within_module(name, finding->file));
}

/* (transfer full): "shop.Item in take: Read, changed in Python, saved". */
static char *
phrase_title(const PgaFinding *finding)
{
    g_autofree char *object = phrase_object(finding);

    return g_strconcat(object, finding->title, NULL);
}

/* "shop/views.py:12: error: shop.Item in take: Read, changed, saved [dj-read-modify-write]" */
static void
write_heading(PgaDjangoPage *page, const PgaFinding *finding)
{
    g_autofree char *place = place_of(finding);
    g_autofree char *shown = pga_text_printable(place);
    g_autofree char *what = phrase_title(finding);
    g_autofree char *title = pga_text_printable(what);
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

/* "shop/models.py:3: info: shop.Order.note: Two ways to say nothing: … [dj-nullable-string]" */
static void
write_line(PgaDjangoPage *page, const PgaFinding *finding)
{
    g_autofree char *place = place_of(finding);
    g_autofree char *severity = pga_page_severity(finding);
    g_autofree char *title = phrase_title(finding);
    g_autofree char *text = g_strdup_printf(
        "%s: %s: %s%s%s [%s]", place, severity, title, finding->evidence ? ": " : "",
        finding->evidence ? finding->evidence : "", finding->rule);

    page->page.style->item(&page->page, text);
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

/* Errors and warnings, and with --all everything. */
static void
write_group(PgaDjangoPage *page, PgaSeverity severity, const char *title)
{
    const GPtrArray *findings = page->report->findings;
    guint n = 0;

    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        if (finding->severity != severity)
            continue;
        if (n++ == 0 && page->markdown)
            g_string_append_printf(page->page.out, "\n## %s\n", title);
        write_finding(page, finding);
    }
}

/* (transfer container): of GPtrArray * of PgaFinding *: those of one rule each that are no more
 * than info, in the order of the rules' first. */
static GPtrArray *
infos_by_rule(const PgaDjangoReport *report)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) rules = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < report->findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(report->findings, i);
        GPtrArray *group = g_hash_table_lookup(rules, finding->rule);

        if (finding->severity != PGA_SEVERITY_INFO)
            continue;
        if (!group) {
            group = g_ptr_array_new();
            g_ptr_array_add(groups, group);
            g_hash_table_insert(rules, (gpointer)finding->rule, group);
        }
        g_ptr_array_add(group, finding);
    }
    return groups;
}

static int
largest_first(gconstpointer left, gconstpointer right)
{
    const guint a = (*(GPtrArray *const *)left)->len, b = (*(GPtrArray *const *)right)->len;

    return (a < b) - (a > b);
}

/* "dj-nullable-string: Text that may be NULL and empty: 28 places, e.g. shop/models.py:12" */
static void
write_rule_of_infos(PgaDjangoPage *page, const GPtrArray *group)
{
    const PgaFinding *first = g_ptr_array_index(group, 0);
    g_autofree char *place = place_of(first);
    g_autofree char *text = NULL;

    if (group->len == 1) {
        write_line(page, first);
        return;
    }
    text =
        g_strdup_printf("%s: %s: %u places, e.g. %s", first->rule, first->title, group->len, place);
    page->page.style->item(&page->page, text);
}

/* As above; in Markdown the places are folded up below it. */
static void
write_folded(PgaDjangoPage *page, const GPtrArray *group)
{
    const PgaFinding *first = g_ptr_array_index(group, 0);
    g_autofree char *title = g_markup_escape_text(first->title, -1);

    pga_django_page_gap(page);
    g_string_append_printf(page->page.out, "<details><summary>%s: %s: %u %s</summary>\n\n",
                           first->rule, title, group->len, group->len == 1 ? "place" : "places");
    for (guint i = 0; i < group->len; i++)
        write_line(page, g_ptr_array_index(group, i));
    g_string_append(page->page.out, "\n</details>\n");
}

/* A line for each rule: they are not to drown the others. */
static void
write_infos(PgaDjangoPage *page)
{
    g_autoptr(GPtrArray) groups = infos_by_rule(page->report);

    if (groups->len == 0)
        return;
    g_ptr_array_sort(groups, largest_first); /* stable */
    page->page.style->section(&page->page, page->markdown ? INFOS : INFOS " (--all tells each)");
    for (guint i = 0; i < groups->len; i++)
        (page->markdown ? write_folded : write_rule_of_infos)(page, g_ptr_array_index(groups, i));
}

void
pga_django_page_findings(PgaDjangoPage *page)
{
    write_group(page, PGA_SEVERITY_ERROR, "Errors");
    write_group(page, PGA_SEVERITY_WARNING, "Warnings");
    if (page->page.all)
        write_group(page, PGA_SEVERITY_INFO, INFOS);
    else
        write_infos(page);
}
