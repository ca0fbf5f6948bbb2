/* What `lint` answers as a page. Each finding begins as compilers write it, so that editors jump to
 * it: file:line:column. What a rule says whatever the place stands once. */
#include "json_internal.h"
#include "lint_internal.h"
#include "linted_internal.h"
#include "phrases_internal.h"
#include "plan_changes_internal.h"
#include "scanning_internal.h"

#include <base/text.h>
#include <string.h>

#define TAB_WIDTH 8

/** A page about migrations. */
typedef struct {
    PgaPage page;
    const PgaLintReport *report;
    gboolean markdown;
    GHashTable *told; /* set of rules of which all was said */
} Page;

static void
append_coloured(Page *page, const char *sgr, const char *text)
{
    if (page->page.colour)
        g_string_append_printf(page->page.out, "\033[%sm%s\033[0m", sgr, text);
    else
        g_string_append(page->page.out, text);
}

static const char *const colours[] = {
    [PGA_SEVERITY_INFO] = "1;36",
    [PGA_SEVERITY_WARNING] = "1;33",
    [PGA_SEVERITY_ERROR] = "1;31",
};

/* "migrations/2.sql:5:20: error: CREATE INDEX without CONCURRENTLY [index-not-concurrent]" */
static void
write_heading(Page *page, const PgaFinding *finding)
{
    g_autofree char *where = pga_phrase_location(finding->file, finding->line, finding->column);
    g_autofree char *shown = pga_text_printable(where ? where : "");
    g_autofree char *title = pga_text_printable(finding->title);
    g_autofree char *severity = pga_page_severity(finding);

    if (page->markdown) {
        g_autofree char *plain =
            g_strdup_printf("%s: %s: %s (%s)", shown, severity, finding->title, finding->rule);
        g_autofree char *safe = pga_page_escape_markdown(plain);

        g_string_append_printf(page->page.out, "\n## %s\n", safe);
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

/* (transfer full): tabs as blanks, so that the caret stands where it should. */
static char *
expand(const char *line)
{
    GString *out = g_string_new(NULL);

    for (const char *at = line; *at; at++) {
        if (*at == '\t')
            g_string_append_len(out, "        ", TAB_WIDTH);
        else
            g_string_append_c(out, *at);
    }
    return g_string_free(out, FALSE);
}

/* Terminal columns before the @column-th character of @line. */
static guint
columns_before(const char *line, guint column)
{
    const char *end = line;
    g_autofree char *before = NULL, *expanded = NULL, *printable = NULL;

    for (guint i = 1; i < column && *end; i++)
        end = g_utf8_next_char(end);
    before = g_strndup(line, (gsize)(end - line));
    expanded = expand(before);
    printable = pga_text_printable(expanded);
    return pga_text_width(printable);
}

/* A line longer than the page is shown from near the place on. */
static guint
first_shown(guint before, guint room)
{
    return before + 20 < room ? 0 : before - room / 3;
}

/* (transfer full): @text from its @skip-th terminal column on, at most @room of them. */
static char *
window(const char *text, guint skip, guint room)
{
    g_autofree char *rest = NULL;
    const char *at = text;

    for (guint i = 0; i < skip && *at;) {
        const char *next = g_utf8_next_char(at);
        g_autofree char *character = g_strndup(at, (gsize)(next - at));

        i += MAX(pga_text_width(character), 1);
        at = next;
    }
    rest = g_strdup(at);
    return pga_phrase_cut(rest, room);
}

/* "  5 | CREATE INDEX i ON orders (a);" and a caret under the place. */
static void
write_excerpt(Page *page, const PgaFinding *finding)
{
    g_autofree char *key = pga_lint_excerpt_key(finding->file ? finding->file : "", finding->line);
    const char *line = g_hash_table_lookup(page->report->excerpts, key);
    g_autofree char *number = g_strdup_printf("%5u", finding->line);
    const guint room = page->page.width - (guint)strlen(number) - 3;
    g_autofree char *expanded = line ? expand(line) : NULL;
    g_autofree char *printable = line ? pga_text_printable(expanded) : NULL;
    g_autofree char *shown = NULL;
    guint before, skip;

    if (!line || !*line)
        return;
    before = columns_before(line, finding->column);
    skip = first_shown(before, room);
    shown = window(printable, skip, room);
    if (page->markdown)
        g_string_append(page->page.out, "\n```text\n");
    g_string_append_printf(page->page.out, "%s | %s\n%*s | %*s", number, shown, (int)strlen(number),
                           "", (int)(before - skip), "");
    append_coloured(page, colours[finding->severity], "^");
    g_string_append(page->page.out, page->markdown ? "\n```\n" : "\n");
}

static void
write_label(Page *page, const char *label, const char *text)
{
    if (text && *text)
        page->page.style->labelled(&page->page, label, text);
}

/* Locks, cost and what was observed of the statement; with the first of its findings. */
static void
write_statement(Page *page, const PgaLintStatement *statement)
{
    g_autofree char *cost = pga_lint_phrase_cost(page->report, statement);

    for (guint i = 0; i < statement->locks->len; i++) {
        g_autofree char *lock =
            pga_lint_phrase_lock(&g_array_index(statement->locks, PgaLintLock, i));

        write_label(page, "Lock", lock);
    }
    write_label(page, "Cost", cost);
    if (statement->refusal) {
        g_autofree char *refusal =
            g_strdup_printf("the server would refuse it: %s", statement->refusal);

        write_label(page, "Fails", refusal);
    }
    for (guint i = 0; i < statement->traces->len;) {
        g_autofree char *trace = pga_lint_phrase_traces(statement->traces, &i);

        write_label(page, "Trace", trace);
    }
}

/* (transfer full) */
static char *
step_title(guint number, const PgaFixStep *step)
{
    return g_strdup_printf("%u. %s%s%s", number, step->title,
                           step->deploy && step->sql->len ? " (after a deployment)" : "",
                           step->alone ? " (outside a transaction)" : "");
}

static void
write_steps(Page *page, const PgaFix *fix)
{
    for (guint i = 0; i < fix->steps->len; i++) {
        const PgaFixStep *step = g_ptr_array_index(fix->steps, i);
        g_autofree char *title = step_title(i + 1, step);
        g_autoptr(GPtrArray) statements = pga_fix_step_statements(step);

        write_label(page, i ? "" : "Do", title);
        if (statements->len)
            page->page.style->statements(&page->page, "", statements);
    }
}

/* Whether it matters which statements run together. */
static gboolean
has_order(const GPtrArray *steps)
{
    const PgaFixStep *first = g_ptr_array_index(steps, 0);

    return steps->len > 1 || first->alone || first->deploy;
}

/* (nullable) @code */
static void
write_code(Page *page, const char *code)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new();

    if (!code)
        return;
    g_ptr_array_add(lines, (gpointer)code);
    page->page.style->statements(&page->page, "Django", lines);
}

static void
write_fix(Page *page, const PgaFix *fix)
{
    if (fix->steps && has_order(fix->steps))
        write_steps(page, fix);
    else if (fix->sql->len)
        page->page.style->statements(&page->page, "Do", fix->sql);
    write_code(page, fix->code);
    write_label(page, fix->sql->len ? "Note" : "Do", fix->note);
    if (fix->undo->len)
        page->page.style->statements(&page->page, "Undo", fix->undo);
}

/* (nullable) */
static const PgaRuleText *
rule_of(const PgaLintReport *report, const char *id)
{
    for (guint i = 0; i < report->rules->len; i++) {
        const PgaRuleText *rule = g_ptr_array_index(report->rules, i);

        if (g_str_equal(rule->id, id))
            return rule;
    }
    return NULL;
}

static void
write_rule(Page *page, const PgaFinding *finding)
{
    const PgaRuleText *rule = rule_of(page->report, finding->rule);

    if (!page->page.all && !g_hash_table_add(page->told, (gpointer)finding->rule))
        return;
    if (rule)
        write_label(page, "Risk", rule->why);
    write_label(page, "Not if", finding->when_not);
    if (finding->docs_url)
        page->page.style->link(&page->page, "Docs", finding->docs_title, finding->docs_url);
}

static void
write_finding(Page *page, const PgaFinding *finding, const PgaLintStatement *statement)
{
    write_heading(page, finding);
    write_excerpt(page, finding);
    write_label(page, "Why", finding->evidence);
    if (statement)
        write_statement(page, statement);
    write_fix(page, &finding->fix);
    write_rule(page, finding);
    if (page->page.all)
        write_label(page, "Id", finding->fingerprint);
}

/* A statement that no rule has anything to say about. */
static void
write_bare(Page *page, const PgaLintStatement *statement)
{
    g_autofree char *where =
        pga_phrase_location(statement->file, statement->line, statement->column);
    g_autofree char *line = g_strdup_printf("%s: %s", where, statement->text);
    g_autofree char *safe =
        page->markdown ? pga_page_escape_markdown(line) : pga_text_printable(line);

    g_string_append_printf(page->page.out, page->markdown ? "\n## %s\n" : "\n%s\n", safe);
    write_statement(page, statement);
}

/* With --all, and what the server would refuse in any case. */
static void
write_statements_between(Page *page, guint from, guint to)
{
    for (guint i = from; i < to; i++) {
        const PgaLintStatement *statement = g_ptr_array_index(page->report->statements, i);

        if (page->page.all || statement->refusal || statement->traces->len)
            write_bare(page, statement);
    }
}

static void
write_findings(Page *page)
{
    const PgaLintReport *report = page->report;
    const PgaLintStatement *last = NULL;
    guint at = 0, written = 0; /* statements */

    for (guint i = 0; i < report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i);
        const PgaLintStatement *statement = pga_lint_statement_of(report, finding, &at);

        if (statement) {
            write_statements_between(page, written, at);
            written = MAX(written, at + 1);
        }
        write_finding(page, finding, statement == last ? NULL : statement);
        last = statement ? statement : last;
    }
    write_statements_between(page, written, report->statements->len);
}

static char *
render_page(const PgaLintReport *report, const PgaRenderOptions *options)
{
    g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *summary = pga_lint_phrase_summary(report);
    Page page = {
        .page = pga_linted_page(options),
        .report = report,
        .markdown = options->format == PGA_FORMAT_MARKDOWN,
        .told = told,
    };

    if (page.markdown)
        g_string_append(page.page.out, "# pgarchitect lint\n");
    write_findings(&page);
    pga_linted_set_aside(&page.page, report->set_aside, TRUE);
    pga_page_not_checked(&page.page, "Not checked", report->not_checked, G_MAXUINT);
    pga_page_texts(&page.page, "Notes", report->notes);
    if (report->plans)
        pga_plan_changes_section(&page.page, report->plans);
    page.page.style->paragraph(&page.page, summary);
    return pga_linted_page_end(&page.page);
}

/* (transfer full) */
static PgaReport *
as_report(const PgaLintReport *report)
{
    g_autofree char *version = pga_lint_phrase_version(report);
    const PgaLinted linted = {
        .command = "lint",
        .findings = report->findings,
        .not_checked = report->not_checked,
        .set_aside = report->set_aside,
        .baseline = report->baseline,
        .notes = report->notes,
        .rules = report->rules,
        .complete = report->complete == NULL,
        .source_name = "migrations",
        .version = strchr(version, ' ') + 1,
        .version_num = report->version,
    };

    return pga_linted_report(&linted);
}

/* (transfer full) */
static char *
render(const PgaLintReport *report, const PgaRenderOptions *options)
{
    g_autoptr(PgaReport) copy = NULL;

    if (options->format == PGA_FORMAT_TEXT || options->format == PGA_FORMAT_MARKDOWN)
        return render_page(report, options);
    copy = as_report(report);
    return pga_render_report(copy, options);
}

gboolean
pga_render_lint_to(const PgaLintReport *report, const PgaRenderOptions *options, PgaRenderSink sink,
                   gpointer data)
{
    g_autofree char *text = NULL;

    if (options->format == PGA_FORMAT_JSON)
        return pga_lint_render_json(report, sink, data);
    text = render(report, options);
    return sink(text, strlen(text), data);
}

char *
pga_render_lint(const PgaLintReport *report, const PgaRenderOptions *options)
{
    GString *out = g_string_new(NULL);

    pga_render_lint_to(report, options, pga_linted_append, out);
    return g_string_free(out, FALSE);
}

char *
pga_render_lint_baseline(const PgaLintReport *report)
{
    g_autoptr(PgaReport) copy = as_report(report);

    return pga_render_baseline(copy);
}
