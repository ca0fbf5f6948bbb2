/* A tuned configuration as a page: the settings, now and proposed, why; that they fit; what goes
 * with them. */
#include "page_internal.h"
#include "phrases_internal.h"
#include "tune_internal.h"

#include <base/error.h>
#include <base/text.h>
#include <base/units.h>
#include <string.h>

static void
grid_write(PgaPage *page, const char *const *titles, guint n_columns, GPtrArray *rows)
{
    const PgaGrid grid = {titles, n_columns, rows};

    page->style->grid(page, &grid);
}

static GPtrArray *
rows_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
}

/* Takes @cells, NULL-terminated. */
static void
add_row(GPtrArray *rows, char **cells)
{
    g_ptr_array_add(rows, g_memdup2(cells, sizeof(char *) * (g_strv_length(cells) + 1)));
}

static void
write_title(PgaPage *page, const PgaTuneReport *report)
{
    g_autofree char *machine = pga_tune_machine(report->tuning->input);
    g_autofree char *name =
        report->environment ? pga_phrase_clip(report->environment->source_name, 80) : NULL;
    g_autofree char *source = report->environment ? pga_phrase_source(report->environment) : NULL;
    g_autofree char *title =
        name ? g_strdup_printf("pgarchitect tune: %s (%s) for %s", name, source, machine)
             : g_strdup_printf("pgarchitect tune: %s", machine);
    g_autofree char *count = pga_tune_count(report);
    g_autofree char *verdict = pga_tune_verdict(report->tuning);
    g_autofree char *severities = pga_phrase_severities(report->tuning->findings);
    g_autofree char *facts = g_strdup_printf("%s. %s%s%s%s", count, verdict, *severities ? " " : "",
                                             severities, *severities ? "." : "");

    page->style->title(page, title, facts);
}

static void
write_facts(PgaPage *page, const PgaTuneReport *report)
{
    static const char *const titles[] = {"fact", "value", "from", "how it is known"};
    PgaTuneFactText facts[PGA_TUNE_N_FACTS];
    g_autoptr(GPtrArray) rows = rows_new();

    pga_tune_facts(report->tuning->input, facts);
    add_row(rows,
            (char *[]){g_strdup("PostgreSQL"),
                       g_strdup_printf("%u", report->tuning->input->stated_major), g_strdup(""),
                       g_strdup(report->version_method ? report->version_method : ""), NULL});
    for (guint i = 0; i < G_N_ELEMENTS(facts); i++) {
        const PgaFact *fact = facts[i].fact;

        if (fact->value >= 0)
            add_row(rows, (char *[]){g_strdup(facts[i].name), facts[i].text(fact->value),
                                     g_strdup(pga_origin_name(fact->origin)),
                                     g_strdup(fact->method ? fact->method : ""), NULL});
    }
    page->style->section(page, "For");
    grid_write(page, titles, G_N_ELEMENTS(titles), rows);
}

/* (transfer full): the formula with its numbers; then what it is good for. */
static char *
reason(const PgaTunedSetting *setting)
{
    return g_strdup_printf("%s%s%s%s", setting->formula ? setting->formula : "",
                           setting->formula ? ". " : "", setting->why ? setting->why : "",
                           setting->apply == PGA_APPLY_RESTART ? " Needs a restart." : "");
}

/* Without a source's values it is a fresh server's that stands beside the proposed one. */
static gboolean
has_current(const PgaTuning *tuning)
{
    for (guint i = 0; i < tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, i);

        if (setting->current || setting->is_hidden)
            return TRUE;
    }
    return FALSE;
}

static void
write_group(PgaPage *page, const PgaTuneReport *report, const char *group, gboolean kept)
{
    const char *const titles[] = {"setting", has_current(report->tuning) ? "now" : "default",
                                  "proposed", "why"};
    g_autoptr(GPtrArray) rows = rows_new();
    g_autofree char *title = NULL;

    for (guint i = 0; i < report->tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(report->tuning->settings, i);

        if (g_strcmp0(setting->group, group) == 0 && (kept || pga_tune_writes(setting)))
            add_row(rows, (char *[]){g_strdup(setting->name), g_strdup(pga_tune_now(setting)),
                                     g_strdup(setting->value), reason(setting), NULL});
    }
    if (rows->len == 0)
        return;
    title = g_strdup_printf("Settings: %s", group);
    page->style->section(page, title);
    grid_write(page, titles, G_N_ELEMENTS(titles), rows);
}

static void
write_settings(PgaPage *page, const PgaTuneReport *report)
{
    g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < report->tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(report->tuning->settings, i);

        if (g_hash_table_add(done, (gpointer)setting->group))
            write_group(page, report, setting->group, page->all);
    }
}

static void
write_detail(PgaPage *page, const PgaTunedSetting *setting)
{
    g_autofree char *text =
        g_strdup_printf("%s: %s%s%s%s%s", setting->name, setting->bounds ? "bounds " : "",
                        setting->bounds ? setting->bounds : "", setting->bounds ? ". " : "",
                        setting->difference ? setting->difference : "",
                        setting->apply == PGA_APPLY_RESTART ? " Restart." : "");

    page->style->item(page, text);
    if (setting->docs_url)
        page->style->link(page, "Docs", setting->docs_title, setting->docs_url);
}

static void
write_details(PgaPage *page, const PgaTuning *tuning)
{
    if (!page->all)
        return;
    page->style->section(page, "Bounds, documentation, and how other tools differ");
    for (guint i = 0; i < tuning->settings->len; i++)
        write_detail(page, g_ptr_array_index(tuning->settings, i));
}

static void
add_sum(GPtrArray *rows, const char *name, gint64 worst, gint64 expected, const char *text)
{
    add_row(rows, (char *[]){g_strdup(name), pga_tune_size(worst), pga_tune_size(expected),
                             g_strdup(text), NULL});
}

static void
write_memory(PgaPage *page, const PgaTuneReport *report)
{
    const PgaTuning *tuning = report->tuning;
    static const char *const titles[] = {"memory", "worst", "expected", "how"};
    PgaTuneTerm terms[PGA_TUNE_N_TERMS];
    g_autoptr(GPtrArray) rows = rows_new();
    g_autofree char *verdict = pga_tune_verdict(tuning);
    g_autofree char *activity = g_strdup_printf(
        "worst: every session at once; expected: %u %% of them", tuning->active_percent);

    pga_tune_terms(tuning, terms);
    for (guint i = 0; i < G_N_ELEMENTS(terms); i++)
        add_sum(rows, terms[i].name, terms[i].worst, terms[i].expected, terms[i].formula);
    add_sum(rows, "sum", tuning->worst.total, tuning->expected.total, activity);
    add_sum(rows, "RAM", tuning->memory.ram_kb, tuning->memory.ram_kb, verdict);
    if (report->now_worst_kb >= 0)
        add_row(rows, (char *[]){g_strdup("now"), pga_tune_size(report->now_worst_kb), g_strdup(""),
                                 g_strdup("the sum with the settings as they are now"), NULL});
    pga_tune_terms_clear(terms);
    page->style->section(page, "Does it fit into RAM?");
    grid_write(page, titles, G_N_ELEMENTS(titles), rows);
}

static void
write_findings(PgaPage *page, const PgaTuning *tuning)
{
    for (guint i = 0; i < tuning->findings->len; i++)
        pga_page_finding(page, i + 1, g_ptr_array_index(tuning->findings, i));
}

static void
write_proposals(PgaPage *page, const PgaTuning *tuning)
{
    if (tuning->proposals->len == 0)
        return;
    page->style->section(page, "For single roles, databases and tables");
    for (guint i = 0; i < tuning->proposals->len; i++) {
        const PgaTuningProposal *proposal = g_ptr_array_index(tuning->proposals, i);
        g_autoptr(GPtrArray) sql = g_ptr_array_new(), undo = g_ptr_array_new();

        pga_page_item(page, g_strdup_printf("%s: %s", proposal->object, proposal->why));
        g_ptr_array_add(sql, proposal->sql);
        page->style->statements(page, "Do", sql);
        if (proposal->undo) {
            g_ptr_array_add(undo, proposal->undo);
            page->style->statements(page, "Undo", undo);
        }
        if (proposal->lock)
            page->style->labelled(page, "Lock", proposal->lock);
    }
}

static void
write_lines(PgaPage *page, const char *first, const GPtrArray *lines)
{
    const char *const titles[] = {first, "value", "why"};
    g_autoptr(GPtrArray) rows = rows_new();

    for (guint i = 0; lines && i < lines->len; i++) {
        const PgaTuningLine *line = g_ptr_array_index(lines, i);

        add_row(rows, (char *[]){g_strdup(line->name), g_strdup(line->value ? line->value : ""),
                                 g_strdup(line->why ? line->why : ""), NULL});
    }
    if (rows->len > 0)
        grid_write(page, titles, G_N_ELEMENTS(titles), rows);
}

static void
write_breaks(PgaPage *page, const GPtrArray *breaks)
{
    static const char *const titles[] = {"breaks in transaction mode", "instead"};
    g_autoptr(GPtrArray) rows = rows_new();

    for (guint i = 0; breaks && i < breaks->len; i++) {
        const PgaTuningLine *line = g_ptr_array_index(breaks, i);

        add_row(rows,
                (char *[]){g_strdup(line->name), g_strdup(line->value ? line->value : ""), NULL});
    }
    if (rows->len > 0)
        grid_write(page, titles, G_N_ELEMENTS(titles), rows);
}

/* Without need of a pooler its file is for those who ask. */
static void
write_pooler(PgaPage *page, const PgaTuningPooler *pooler)
{
    if (!pooler->reason)
        return;
    page->style->section(page, "Pooler");
    page->style->item(page, pooler->reason);
    if (!pooler->recommended && !page->all)
        return;
    write_lines(page, "pgbouncer.ini", pooler->ini);
    write_breaks(page, pooler->breaks);
    if (pooler->pgpool)
        page->style->paragraph(page, pooler->pgpool);
}

static void
write_kernel(PgaPage *page, const PgaTuningKernel *kernel)
{
    if ((!kernel->sysctl || kernel->sysctl->len == 0) &&
        (!kernel->limits || kernel->limits->len == 0))
        return;
    page->style->section(page, "Kernel and service");
    write_lines(page, "sysctl", kernel->sysctl);
    write_lines(page, "limit", kernel->limits);
}

static void
write_provider(PgaPage *page, const PgaTuneReport *report)
{
    g_autoptr(GPtrArray) commands = pga_tune_provider_commands(report);
    g_autofree char *list = pga_tune_provider_list(report);

    if (!list)
        return;
    page->style->section(page, "The service's own form");
    if (commands->len > 0)
        pga_page_item(
            page, g_strdup_printf(
                      "--format provider prints %s of %s.",
                      commands->len == 1 ? "the command" : "the commands",
                      pga_deployment_name((PgaDeployment)report->tuning->input->deployment.value)));
    for (guint i = 0; i < report->tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(report->tuning->settings, i);

        if (pga_tune_writes(setting) && setting->managed == PGA_MANAGED_FIXED)
            pga_page_item(page,
                          g_strdup_printf("%s cannot be set there%s%s", setting->name,
                                          setting->managed_note ? ": " : ".",
                                          setting->managed_note ? setting->managed_note : ""));
    }
    pga_page_item(page,
                  g_strdup_printf("What is not confirmed to be settable, check with: %s", list));
}

static void
write_proof(PgaPage *page, const PgaTuning *tuning)
{
    if (tuning->proof->len == 0)
        return;
    page->style->section(page, "Started");
    for (guint i = 0; i < tuning->proof->len; i++) {
        const PgaTuningProof *proof = g_ptr_array_index(tuning->proof, i);

        pga_page_item(
            page, g_strdup_printf("PostgreSQL %s: %s%s%s%s", proof->version,
                                  proof->outcome ? proof->outcome : "", proof->scaling ? " (" : "",
                                  proof->scaling ? proof->scaling : "", proof->scaling ? ")" : ""));
    }
}

static void
write_improvement(PgaPage *page, const PgaTuning *tuning)
{
    page->style->section(page, "Expected improvement");
    pga_page_item(page, g_strdup_printf("%s: %s.",
                                        tuning->improvement ? tuning->improvement : "None is known",
                                        pga_tune_improvement_method(tuning)));
}

static char *
render_page(const PgaTuneReport *report, const PgaRenderOptions *options, const PgaPageStyle *style)
{
    const PgaTuning *tuning = report->tuning;
    g_autoptr(PgaGroups) groups = pga_groups_new(tuning->findings);
    PgaPage page = {.style = style,
                    .out = g_string_new(NULL),
                    .all = options->all,
                    .colour = options->colour,
                    .width = pga_page_width(options->width),
                    .groups = groups};

    write_title(&page, report);
    write_findings(&page, tuning);
    write_facts(&page, report);
    write_settings(&page, report);
    write_memory(&page, report);
    write_proposals(&page, tuning);
    write_pooler(&page, &tuning->pooler);
    write_kernel(&page, &tuning->kernel);
    write_provider(&page, report);
    write_proof(&page, tuning);
    write_improvement(&page, tuning);
    write_details(&page, tuning);
    pga_page_not_checked(&page, "Not checked", tuning->not_checked, G_MAXUINT);
    pga_page_texts(&page, "Notes", tuning->notes);
    return g_string_free(page.out, FALSE);
}

char *
pga_render_tune(const PgaTuneReport *report, PgaTuneFormat format, const PgaRenderOptions *options)
{
    switch (format) {
    case PGA_TUNE_JSON:
        return pga_render_tune_json(report);
    case PGA_TUNE_CONF:
        return pga_render_tune_conf(report);
    case PGA_TUNE_ALTER_SYSTEM:
        return pga_render_tune_alter_system(report);
    case PGA_TUNE_PROVIDER:
        return pga_render_tune_provider(report);
    case PGA_TUNE_PGBOUNCER:
        return pga_render_tune_pgbouncer(report);
    case PGA_TUNE_MARKDOWN:
        return render_page(report, options, &pga_page_markdown);
    case PGA_TUNE_TEXT:
    default:
        return render_page(report, options, &pga_page_text);
    }
}

gboolean
pga_tune_format_parse(const char *text, PgaTuneFormat *out, GError **error)
{
    static const char *const names[] = {"text",         "json",     "markdown",  "conf",
                                        "alter-system", "provider", "pgbouncer", NULL};
    const char *closest = pga_text_closest(text, names);

    for (guint i = 0; names[i]; i++)
        if (g_str_equal(text, names[i])) {
            *out = (PgaTuneFormat)i;
            return TRUE;
        }
    pga_error_set(error, PGA_ERROR_INPUT, "format \"%s\" is not known", text);
    if (closest)
        pga_error_detail(error, "Did you mean \"%s\"?", closest);
    pga_error_hint(error, "Allowed values: text, json, markdown, conf, alter-system, provider, "
                          "pgbouncer.");
    return FALSE;
}
