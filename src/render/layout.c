/* What a page says and in which order, and where it is cut. Sections are written in order of
 * priority; one that would break the token budget is taken back whole, so that a cut never falls
 * inside a finding. */
#include "page_internal.h"
#include "phrases_internal.h"

#include <render/tokens.h>

/* Tokens kept back for the line that says what was cut, at its longest and on the narrowest page.
 */
#define RESERVE 48
/* A header is never cut, so what it quotes is: characters. */
#define MAX_NAME   80
#define MAX_METHOD 160
/* Of the schemas that have the same finding so many are named. */
#define N_SCHEMAS 10
/* Columns of text, and the fewest that a table fits into. */
#define WIDTH       80
#define LEAST_WIDTH 40

/* Colours cost a model nothing: they are not asked for where one reads. */
static guint
count_tokens(const PgaPage *page, gsize from)
{
    g_autoptr(GString) plain = g_string_sized_new(page->out->len);

    for (const char *at = page->out->str + from; *at; at++) {
        if (*at == '\033')
            while (*at != 'm')
                at++;
        else
            g_string_append_c(plain, *at);
    }
    return pga_tokens_estimate(plain->str, plain->len);
}

gboolean
pga_page_keep_if_fits(PgaPage *page, gsize mark)
{
    if (page->all || count_tokens(page, 0) + RESERVE <= page->budget)
        return TRUE;
    g_string_truncate(page->out, mark);
    return FALSE;
}

guint
pga_page_width(guint wanted)
{
    return wanted ? MAX(wanted, LEAST_WIDTH) : WIDTH;
}

void
pga_page_item(PgaPage *page, char *text)
{
    page->style->item(page, text);
    g_free(text);
}

void
pga_page_texts(PgaPage *page, const char *title, const GPtrArray *texts)
{
    if (texts->len)
        page->style->section(page, title);
    for (guint i = 0; i < texts->len; i++)
        page->style->item(page, g_ptr_array_index(texts, i));
}

char *
pga_page_severity(const PgaFinding *finding)
{
    const char *name = pga_severity_name(finding->severity);

    if (finding->confidence == PGA_CONFIDENCE_CERTAIN)
        return g_strdup(name);
    return g_strdup_printf("%s (%s)", name, pga_confidence_name(finding->confidence));
}

char *
pga_page_others(const PgaGroups *groups, const PgaFinding *finding)
{
    const GPtrArray *members = pga_groups_members(groups, finding);

    return members ? g_strdup_printf(" (+%u)", members->len - 1) : g_strdup("");
}

static void
write_label(PgaPage *page, const char *label, const char *text)
{
    if (text && *text)
        page->style->labelled(page, label, text);
}

/* A query can be copied as it stands; a sentence is wrapped. */
static void
write_verify(PgaPage *page, const char *verify)
{
    g_autoptr(GPtrArray) query = g_ptr_array_new();

    if (!verify || !g_str_has_suffix(verify, ";")) {
        write_label(page, "Verify", verify);
        return;
    }
    g_ptr_array_add(query, (gpointer)verify);
    page->style->statements(page, "Verify", query);
}

static void
write_fix(PgaPage *page, const PgaFinding *finding)
{
    const PgaFix *fix = &finding->fix;
    /* what the lab refused is no instruction: its Proof says what is in the way */
    const char *label = finding->proof.refused ? "Sketch" : "Do";

    if (fix->sql->len) {
        g_autofree char *safety = pga_phrase_safety(fix);

        page->style->statements(page, label, fix->sql);
        page->style->labelled(page, "Safety", safety);
        write_label(page, "Note", fix->note);
    } else {
        write_label(page, "Do", fix->note);
    }
    if (fix->undo->len)
        page->style->statements(page, "Undo", fix->undo);
    write_verify(page, fix->verify);
}

/* "the same in 39 other schemas: tenant_2, tenant_3, ..." */
static void
write_group(PgaPage *page, const PgaFinding *finding)
{
    const GPtrArray *members = pga_groups_members(page->groups, finding);
    g_autoptr(GString) text = NULL;

    if (!members)
        return;
    text = g_string_new(NULL);
    g_string_append_printf(text, "the same in %u other schemas:", members->len - 1);
    for (guint i = 1; i < members->len && i <= N_SCHEMAS; i++) {
        g_autofree char *schema = pga_group_schema(g_ptr_array_index(members, i));
        g_autofree char *shown = pga_phrase_clip(schema, MAX_NAME);

        g_string_append_printf(text, "%s %s", i > 1 ? "," : "", shown);
    }
    if (members->len - 1 > N_SCHEMAS)
        g_string_append_printf(text, ", %u more", members->len - 1 - N_SCHEMAS);
    g_string_append(text, ". --format json has their statements.");
    page->style->labelled(page, "Also", text->str);
}

void
pga_page_finding(PgaPage *page, guint number, const PgaFinding *finding)
{
    g_autofree char *gain = finding->gain ? pga_phrase_gain(finding->gain) : NULL;
    g_autofree char *proof = pga_phrase_proof(&finding->proof);
    g_autofree char *where = pga_phrase_location(finding->file, finding->line, finding->column);
    g_autofree char *rule = g_strdup_printf("%s, fingerprint %s", finding->rule,
                                            finding->fingerprint ? finding->fingerprint : "none");

    page->style->heading(page, number, finding);
    write_label(page, "Why", finding->evidence);
    write_group(page, finding);
    write_fix(page, finding);
    write_label(page, "Gain", gain);
    for (guint i = 0; i < finding->proof.plans->len; i++) {
        g_autofree char *plan = pga_phrase_plan(g_ptr_array_index(finding->proof.plans, i));

        write_label(page, "Plan", plan);
    }
    write_label(page, "Proof", proof);
    write_label(page, "Not if", finding->when_not);
    write_label(page, "Where", where);
    if (finding->docs_url)
        page->style->link(page, "Docs", finding->docs_title, finding->docs_url);
    write_label(page, "Rule", rule);
}

/* For a finding that would break the budget even as the only one, by a statement over hundreds of
 * columns for example: it shall not hide those after it. */
static void
write_heading_only(PgaPage *page, guint number, const PgaFinding *finding)
{
    page->style->heading(page, number, finding);
    page->style->labelled(page, "Cut", "too long for this report: see --all or --format json");
}

/* Returns how many of @findings the page shows. */
static guint
write_findings(PgaPage *page, const GPtrArray *findings)
{
    const guint header = count_tokens(page, 0);

    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        const gsize mark = page->out->len;
        gboolean fits_alone;

        pga_page_finding(page, i + 1, finding);
        fits_alone = page->all || header + count_tokens(page, mark) + RESERVE <= page->budget;
        if (pga_page_keep_if_fits(page, mark))
            continue;
        if (fits_alone)
            return i;
        write_heading_only(page, i + 1, finding);
        if (!pga_page_keep_if_fits(page, mark))
            return i;
    }
    return findings->len;
}

static void
take_out(GHashTable *shown, const PgaGroups *groups, PgaFinding *finding)
{
    const GPtrArray *members = pga_groups_members(groups, finding);

    g_hash_table_add(shown, finding);
    for (guint i = 0; members && i < members->len; i++)
        g_hash_table_add(shown, g_ptr_array_index(members, i));
}

/* (transfer container): @findings without the first @n_shown of @top, and without what is in their
 * groups. */
static GPtrArray *
findings_left(const PgaPage *page, const GPtrArray *findings, const GPtrArray *top, guint n_shown)
{
    g_autoptr(GHashTable) shown = g_hash_table_new(NULL, NULL);
    GPtrArray *left = g_ptr_array_new();

    for (guint i = 0; i < n_shown; i++)
        take_out(shown, page->groups, g_ptr_array_index(top, i));
    for (guint i = 0; i < findings->len; i++)
        if (!g_hash_table_contains(shown, g_ptr_array_index(findings, i)))
            g_ptr_array_add(left, g_ptr_array_index(findings, i));
    return left;
}

static void
write_more(PgaPage *page, const PgaReport *report, guint n_shown)
{
    g_autoptr(GPtrArray) left = findings_left(page, report->findings, report->top, n_shown);
    g_autofree char *budget = pga_phrase_number(page->budget);
    g_autofree char *severities = pga_phrase_severities(left);
    g_autofree char *text = NULL;

    if (!left->len)
        return;
    if (n_shown < report->top->len)
        text = g_strdup_printf("... %s more (cut at %s tokens): see --all or --format json.",
                               severities, budget);
    else
        text = g_strdup_printf("... %s more: see --all or --format json.", severities);
    page->style->paragraph(page, text);
}

static void
write_notes(PgaPage *page, const GPtrArray *notes)
{
    gsize mark = page->out->len;

    if (!notes->len)
        return;
    page->style->section(page, "Notes");
    for (guint i = 0; i < notes->len; i++) {
        page->style->item(page, g_ptr_array_index(notes, i));
        if (!pga_page_keep_if_fits(page, mark))
            return;
        mark = page->out->len;
    }
}

static void
write_set_aside(PgaPage *page, const char *title, const GPtrArray *findings)
{
    if (!findings->len || !page->all)
        return;
    page->style->section(page, title);
    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        g_autofree char *text =
            g_strdup_printf("%s: %s (%s, fingerprint %s)%s%s", finding->object, finding->title,
                            finding->rule, finding->fingerprint ? finding->fingerprint : "none",
                            finding->reason ? ": " : "", finding->reason ? finding->reason : "");

        page->style->item(page, text);
    }
}

/* "63 tables, 121 indexes, 40 foreign keys" */
static char *
phrase_scope(const PgaReport *report)
{
    g_autofree char *tables = pga_phrase_count(report->n_relations, "table");
    g_autofree char *indexes = pga_phrase_count(report->n_indexes, "index");
    g_autofree char *foreign_keys = pga_phrase_count(report->n_foreign_keys, "foreign key");

    return g_strdup_printf("%s, %s, %s", tables, indexes, foreign_keys);
}

static void
append_count(GString *out, const GPtrArray *entries, const char *what)
{
    if (entries->len)
        g_string_append_printf(out, "; %u %s", entries->len, what);
}

static void
append_counts(GString *out, const PgaReport *report)
{
    g_autofree char *severities = pga_phrase_severities(report->findings);

    g_string_append(out, *severities ? severities : "Nothing found");
    append_count(out, report->accepted, "accepted");
    append_count(out, report->ignored, "ignored");
    append_count(out, report->baseline, "in the baseline");
    append_count(out, report->not_checked, "not checked");
    g_string_append_c(out, '.');
    if (!report->complete)
        g_string_append(out, " Incomplete: a part of the analysis could not be done.");
}

static char *
phrase_facts(const PgaReport *report)
{
    const PgaEnvironment *environment = report->environment;
    g_autofree char *scope = phrase_scope(report);
    g_autofree char *rules = pga_phrase_count(report->n_rules, "rule");
    GString *out = g_string_new(NULL);

    if (report->n_relations)
        g_string_append_printf(out, "%s checked by %s", scope, rules);
    else
        g_string_append(out, "The database has no tables");
    g_string_append_printf(out, "; workload: %s", pga_workload_class_name(environment->workload));
    if (environment->workload_method) {
        g_autofree char *method = pga_phrase_clip(environment->workload_method, MAX_METHOD);

        g_string_append_printf(out, " (%s)", method);
    }
    g_string_append(out, ". ");
    append_counts(out, report);
    if (report->configuration) {
        g_autofree char *file = pga_phrase_clip(report->configuration, MAX_NAME);

        g_string_append_printf(out, " Configuration: %s.", file);
    }
    return g_string_free(out, FALSE);
}

static void
write_header(PgaPage *page, const PgaReport *report)
{
    const PgaEnvironment *environment = report->environment;
    g_autofree char *name =
        pga_phrase_clip(environment->source_name ? environment->source_name : "?", MAX_NAME);
    g_autofree char *source = pga_phrase_source(environment);
    g_autofree char *title =
        g_strdup_printf("pgarchitect %s: %s (%s)", report->command, name, source);
    g_autofree char *facts = phrase_facts(report);

    page->style->title(page, title, facts);
}

char *
pga_page_render(const PgaReport *report, const PgaRenderOptions *options, const PgaPageStyle *style)
{
    g_autoptr(PgaGroups) groups = pga_groups_new(report->findings);
    const GPtrArray *shown = options->all ? groups->shown : report->top;
    PgaPage page = {
        .style = style,
        .out = g_string_new(NULL),
        .all = options->all,
        .colour = options->colour,
        .width = pga_page_width(options->width),
        .budget = options->token_budget ? options->token_budget : 2000,
        .groups = groups,
    };
    guint n_shown;

    write_header(&page, report);
    if (page.all && shown->len)
        style->table(&page, shown);
    n_shown = write_findings(&page, shown);
    if (!page.all)
        write_more(&page, report, n_shown);
    pga_page_write_not_checked(&page, report);
    write_notes(&page, report->notes);
    write_set_aside(&page, "Accepted by the configuration", report->accepted);
    write_set_aside(&page, "Ignored by the configuration", report->ignored);
    write_set_aside(&page, "In the baseline", report->baseline);
    return g_string_free(page.out, FALSE);
}
