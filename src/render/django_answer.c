/* The answer in four parts: diagram with the index map, models, plans, migrations. */
#include "django_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <string.h>

/* Without --all: */
#define N_SHOWN  8   /* of each part */
#define N_COSTLY 3   /* queries that stay as they are */
#define N_LINES  4   /* of a migration's SQL */
#define BETTER   0.9 /* of the cost now: less is worth telling */
#define MARGIN   "   "

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
        g_strdup_printf("%u more: --write DIR, --all or --format markdown has them.", n);

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
write_map(PgaDjangoPage *page)
{
    const gsize before = page->page.out->len;
    const guint n = pga_django_page_map(page, N_SHOWN);
    const gboolean any = page->page.out->len > before;
    g_autofree char *more =
        n == 0 ? g_strdup("")
               : g_strdup_printf("%s%u %s not shown: --all has %s. ",
                                 any ? "" : "No index comes or goes; ", n,
                                 n == 1 ? "table is" : "tables are", n == 1 ? "it" : "them");
    g_autofree char *text =
        g_strconcat(more,
                    "The diagram is Mermaid: --format markdown prints it, --write DIR has it as "
                    "schema.mmd.",
                    NULL);

    if (any)
        page->page.style->paragraph(&page->page, text);
    else
        page->page.style->item(&page->page, text);
}

static void
write_diagram(PgaDjangoPage *page)
{
    page->page.style->section(&page->page, page->markdown ? "1. Diagram and index map"
                                                          : "1. Index map: + comes, - goes");
    if (page->markdown)
        write_diagrams(page);
    else
        write_map(page);
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

    page->page.style->section(&page->page, "2. Models and SQL");
    if (changes->len == 0)
        page->page.style->item(&page->page, "No class needs a change.");
    for (guint i = 0; i < n_shown(page, changes); i++)
        write_change(page, g_ptr_array_index(changes, i));
    write_more(page, changes);
    if (page->page.all || page->markdown || page->report->migrations->len == 0)
        pga_django_page_code(page, "SQL", "sql", page->report->sql);
    else if (changes->len > 0)
        page->page.style->paragraph(&page->page,
                                    "The SQL stands with the migrations below; --write "
                                    "DIR has it as changes.sql.");
}

/* --- plans --- */

static gboolean
is_better(const PgaDjangoPlan *plan)
{
    return plan->planned && plan->after < BETTER * plan->before;
}

/* (transfer full): "1,834 -> 44.2 (41x less)", "12, stays". */
static char *
phrase_cost(const PgaDjangoPlan *plan)
{
    const PgaGain gain = {.before = plan->before, .after = plan->after};
    g_autofree char *cost = pga_phrase_number(plan->before);

    return is_better(plan) ? pga_phrase_gain(&gain) : g_strdup_printf("%s, stays", cost);
}

/* (transfer full): "Seq Scan on a -> Index Scan using b on a; by c". */
static char *
phrase_scans(const PgaDjangoPlan *plan)
{
    const gboolean better = is_better(plan);
    guint n_named = 0;
    GString *out =
        g_string_new(plan->scan_before && *plan->scan_before ? plan->scan_before : "plan");

    if (better && plan->scan_after && *plan->scan_after)
        g_string_append_printf(out, " -> %s", plan->scan_after);
    if (plan->hindrance)
        g_string_append_printf(out, "; %s", plan->hindrance);
    for (guint i = 0; better && i < plan->indexes->len; i++) {
        const char *name = g_ptr_array_index(plan->indexes, i);

        if (strstr(out->str, name)) /* said */
            continue;
        g_string_append_printf(out, "%s%s", n_named++ ? ", " : "; by ", name);
    }
    return g_string_free(out, FALSE);
}

/* (transfer full): "shop/views.py:40 and 2 more places". */
static char *
phrase_places(const PgaDjangoPlan *plan)
{
    const guint n = plan->places->len;
    const char *first = n > 0 ? g_ptr_array_index(plan->places, 0) : plan->name;

    if (n < 2)
        return g_strdup(first);
    return g_strdup_printf("%s and %u more place%s", first, n - 1, n == 2 ? "" : "s");
}

static void
write_plan_table(PgaDjangoPage *page)
{
    static const char *const titles[] = {"query", "model", "planner cost", "plan"};
    const GPtrArray *plans = page->report->plans;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    const PgaGrid grid = {titles, G_N_ELEMENTS(titles), rows};

    for (guint i = 0; i < plans->len; i++) {
        const PgaDjangoPlan *plan = g_ptr_array_index(plans, i);
        char **row;

        if (!plan->planned)
            continue;
        row = g_new0(char *, 5);
        row[0] = phrase_places(plan);
        row[1] = g_strdup(plan->model ? plan->model : "-");
        row[2] = phrase_cost(plan);
        row[3] = phrase_scans(plan);
        g_ptr_array_add(rows, row);
    }
    if (rows->len)
        page->page.style->grid(&page->page, &grid);
}

static void
write_wrapped(PgaDjangoPage *page, const char *margin, const char *text)
{
    g_autofree char *indent = g_strconcat(margin, "  ", NULL);
    g_autofree char *printable = pga_text_printable(text);
    g_autofree char *wrapped =
        pga_text_wrap(printable, page->page.width - (guint)strlen(indent), indent);

    g_string_append_printf(page->page.out, "%s%s\n", margin, wrapped);
}

/* What it costs stands first; below it how it is read. */
static void
write_plan(PgaDjangoPage *page, const PgaDjangoPlan *plan)
{
    g_autofree char *cost = phrase_cost(plan);
    g_autofree char *places = phrase_places(plan);
    g_autofree char *scans = phrase_scans(plan);
    g_autofree char *head = g_strdup_printf("%s: %s%s%s", cost, plan->model ? plan->model : "",
                                            plan->model ? ", " : "", places);

    write_wrapped(page, MARGIN, head);
    write_wrapped(page, MARGIN "   ", scans);
}

/* Whether none of that place and model was written: a list with filters is many queries. */
static gboolean
is_first(GHashTable *seen, const PgaDjangoPlan *plan)
{
    g_autofree char *places = phrase_places(plan);

    return g_hash_table_add(seen, g_strdup_printf("%s %s", plan->model ? plan->model : "", places));
}

/* Some of those that get better, or of those that do not; how many are left out. */
static guint
write_some(PgaDjangoPage *page, gboolean better, guint most)
{
    const GPtrArray *plans = page->report->plans;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    guint n = 0, n_left_out = 0;

    for (guint i = 0; i < plans->len; i++) {
        const PgaDjangoPlan *plan = g_ptr_array_index(plans, i);

        if (!plan->planned || is_better(plan) != better)
            continue;
        if (page->page.all || (n < most && is_first(seen, plan))) {
            write_plan(page, plan);
            n++;
        } else {
            n_left_out++;
        }
    }
    return n_left_out;
}

/* What changes first, then the costliest that stay. */
static void
write_plan_list(PgaDjangoPage *page)
{
    const guint n_better = write_some(page, TRUE, N_SHOWN);
    const guint n_same = write_some(page, FALSE, N_COSTLY);
    g_autofree char *change =
        n_better ? g_strdup_printf("%u more that change and ", n_better) : g_strdup("");
    g_autofree char *text = g_strdup_printf(
        "%s%u more that stay: --all or --format markdown has them.", change, n_same);

    if (n_better + n_same > 0)
        page->page.style->paragraph(&page->page, text);
}

static void
write_plans(PgaDjangoPage *page)
{
    const PgaDjangoReport *report = page->report;
    g_autofree char *text = NULL;

    page->page.style->section(&page->page,
                              "3. Plan prediction: planner cost now -> with the advised indexes");
    if (report->plans->len == 0) {
        page->page.style->item(&page->page,
                               report->n_queries ? "No query was planned." : "No query was found.");
        return;
    }
    (page->markdown ? write_plan_table : write_plan_list)(page);
    text = g_strdup_printf("%u of %u queries were planned. %s", report->n_planned,
                           report->n_queries, report->sizes_source ? report->sizes_source : "");
    page->page.style->paragraph(&page->page, text);
}

/* --- migrations --- */

/* The first statements; the rest is a file. */
static void
write_first_lines(PgaDjangoPage *page, const PgaDjangoMigrationPlan *plan)
{
    g_autofree char *sql = g_strstrip(g_strdup(plan->sql ? plan->sql : ""));
    g_auto(GStrv) lines = g_strsplit(sql, "\n", N_LINES + 1);
    const gboolean more = g_strv_length(lines) > N_LINES;
    g_autofree char *shown = NULL;

    if (more) {
        g_free(lines[N_LINES]);
        lines[N_LINES] = g_strdup("...");
    }
    shown = g_strjoinv("\n", lines);
    pga_django_page_code(page, "SQL", "sql", shown);
}

static void
write_migration(PgaDjangoPage *page, guint number, const PgaDjangoMigrationPlan *plan)
{
    g_autofree char *title = g_strdup_printf("%u. %s", number, plan->path);

    pga_django_page_part(page, title);
    pga_django_page_label(page, "Why", plan->why);
    pga_django_page_label(page, "Lock", plan->lock);
    if (!page->page.all && !page->markdown) {
        write_first_lines(page, plan);
        return;
    }
    pga_django_page_code(page, "File", "python", plan->code);
    pga_django_page_code(page, "SQL", "sql", plan->sql);
}

static void
write_migrations(PgaDjangoPage *page)
{
    const GPtrArray *migrations = page->report->migrations;

    page->page.style->section(&page->page, "4. Migrations, in this order");
    if (migrations->len == 0)
        page->page.style->item(&page->page, page->report->changes->len > 0
                                                ? "None can be written: what follows says why."
                                                : "None is needed.");
    for (guint i = 0; i < n_shown(page, migrations); i++)
        write_migration(page, i + 1, g_ptr_array_index(migrations, i));
    write_more(page, migrations);
    if (migrations->len > 0 && n_shown(page, migrations) == migrations->len && !page->page.all &&
        !page->markdown)
        page->page.style->paragraph(&page->page,
                                    "--write DIR writes these files; --all shows them.");
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
