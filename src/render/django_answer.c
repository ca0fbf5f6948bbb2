/* The answer in four parts: diagram with the index map, models, plans, migrations. */
#include "django_internal.h"
#include "phrases_internal.h"

#include <base/text.h>

#define N_SHOWN 8 /* of each part, without --all */

static guint
n_shown(const PgaDjangoPage *page, const GPtrArray *list)
{
    return page->page.all || page->markdown ? list->len : MIN(list->len, N_SHOWN);
}

/* What of a part is left out. */
static void
write_more(PgaDjangoPage *page, const GPtrArray *list)
{
    const guint n = list->len - n_shown(page, list);
    g_autofree char *text =
        g_strdup_printf("%u more: --all, --format markdown or --write DIR has them.", n);

    if (n > 0)
        page->page.style->paragraph(&page->page, text);
}

/* The whole, or an overview and the parts. */
static void
write_diagrams(PgaDjangoPage *page)
{
    const GPtrArray *parts = page->report->diagrams;

    pga_django_page_code(page, "", "mermaid", page->report->diagram);
    for (guint i = 0; i < parts->len; i++) {
        const PgaDjangoDiagram *part = g_ptr_array_index(parts, i);

        pga_django_page_part(page, part->title);
        pga_django_page_code(page, "", "mermaid", part->text);
    }
}

static void
write_diagram(PgaDjangoPage *page)
{
    page->page.style->section(&page->page, "1. Diagram with the index map");
    if (page->markdown)
        write_diagrams(page);
    else
        page->page.style->item(&page->page, "A diagram of Mermaid: --format markdown prints it, "
                                            "--write DIR has it as schema.mmd.");
}

static void
write_change(PgaDjangoPage *page, const PgaDjangoChange *change)
{
    g_autofree char *title =
        g_strdup_printf("%s:%u: %s", change->file, change->line, change->model);

    pga_django_page_part(page, title);
    if (page->markdown)
        g_string_append_c(page->page.out, '\n');
    for (guint i = 0; i < change->reasons->len; i++)
        page->page.style->item(&page->page, g_ptr_array_index(change->reasons, i));
    pga_django_page_code(page, "Do", "python", change->code);
}

static void
write_changes(PgaDjangoPage *page)
{
    const GPtrArray *changes = page->report->changes;

    page->page.style->section(&page->page, "2. Models");
    if (changes->len == 0)
        page->page.style->item(&page->page, "No class need change.");
    for (guint i = 0; i < n_shown(page, changes); i++)
        write_change(page, g_ptr_array_index(changes, i));
    write_more(page, changes);
    if (page->page.all || page->markdown)
        pga_django_page_code(page, "SQL", "sql", page->report->sql);
}

/* (transfer full) */
static char *
phrase_side(const char *scan, double cost)
{
    g_autofree char *number = pga_phrase_number(cost);

    return g_strdup_printf("%s (%s)", scan && *scan ? scan : "plan", number);
}

/* (transfer full): three cells. */
static char **
plan_row(const PgaDjangoPlan *plan)
{
    g_autofree char *before = phrase_side(plan->scan_before, plan->before);
    g_autofree char *after = phrase_side(plan->scan_after, plan->after);
    const gboolean same = plan->after >= plan->before;
    const char *place = plan->places->len ? g_ptr_array_index(plan->places, 0) : plan->name;
    GString *change = g_string_new(before);
    char **row = g_new0(char *, 4);

    if (same)
        g_string_append(change, ", and stays so");
    else
        g_string_append_printf(change, " -> %s", after);
    if (plan->hindrance)
        g_string_append_printf(change, "; %s", plan->hindrance);
    for (guint i = 0; !same && i < plan->indexes->len; i++)
        g_string_append_printf(change, "%s%s", i ? ", " : "; by ",
                               (const char *)g_ptr_array_index(plan->indexes, i));
    row[0] = g_strdup(place);
    row[1] = g_strdup(plan->model ? plan->model : "-");
    row[2] = g_string_free(change, FALSE);
    return row;
}

static void
write_plan_table(PgaDjangoPage *page)
{
    static const char *const titles[] = {"query", "model", "before -> after (planner cost)"};
    const GPtrArray *plans = page->report->plans;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    const PgaGrid grid = {titles, G_N_ELEMENTS(titles), rows};

    for (guint i = 0; i < n_shown(page, plans); i++) {
        const PgaDjangoPlan *plan = g_ptr_array_index(plans, i);

        if (plan->planned)
            g_ptr_array_add(rows, plan_row(plan));
    }
    if (rows->len)
        page->page.style->grid(&page->page, &grid);
}

static void
write_plans(PgaDjangoPage *page)
{
    const PgaDjangoReport *report = page->report;
    g_autofree char *text = NULL;

    page->page.style->section(&page->page, "3. Plans");
    if (report->plans->len == 0) {
        page->page.style->item(&page->page,
                               report->n_queries ? "No query was planned." : "No query was found.");
        return;
    }
    write_plan_table(page);
    write_more(page, report->plans);
    text = g_strdup_printf("%u of %u queries were planned. %s", report->n_planned,
                           report->n_queries, report->sizes_source ? report->sizes_source : "");
    page->page.style->paragraph(&page->page, text);
}

static void
write_migration(PgaDjangoPage *page, guint number, const PgaDjangoMigrationPlan *plan)
{
    g_autofree char *title = g_strdup_printf("%u. %s", number, plan->path);
    g_autofree char *why = plan->lock ? g_strdup_printf("%s Strongest lock: %s.",
                                                        plan->why ? plan->why : "", plan->lock)
                                      : g_strdup(plan->why ? plan->why : "");

    pga_django_page_part(page, title);
    pga_django_page_label(page, "Why", why);
    pga_django_page_code(page, "File", "python", plan->code);
    if (page->page.all || page->markdown)
        pga_django_page_code(page, "SQL", "sql", plan->sql);
}

static void
write_migrations(PgaDjangoPage *page)
{
    const GPtrArray *migrations = page->report->migrations;

    page->page.style->section(&page->page, "4. Migrations, in this order");
    if (migrations->len == 0)
        page->page.style->item(&page->page, "None is needed.");
    for (guint i = 0; i < n_shown(page, migrations); i++)
        write_migration(page, i + 1, g_ptr_array_index(migrations, i));
    write_more(page, migrations);
}

/* Nothing where nothing was found. */
void
pga_django_page_answer(PgaDjangoPage *page)
{
    if (!page->report->diagram || !*page->report->diagram)
        return;
    write_diagram(page);
    write_changes(page);
    write_plans(page);
    write_migrations(page);
}
