/* The models as an entity relationship diagram with the index map: what there is, what is missing,
 * what is recommended. A project of more tables than one picture shows gets one for each app. */
#include <string.h>

#include <design/design.h>

#include "django_draw_internal.h"

#define MAX_ENTITIES   40
#define MAX_CHARACTERS 45000
#define MAX_LISTED     30 /* tables of an app in the overview */

static void
take(PgaDjangoReport *report, const char *app, const GPtrArray *pictures)
{
    for (guint i = 0; i < pictures->len; i++) {
        PgaDjangoDiagram *diagram = g_new0(PgaDjangoDiagram, 1);

        diagram->title = pictures->len > 1
                             ? g_strdup_printf("app %s, %u of %u", app, i + 1, pictures->len)
                             : g_strdup_printf("app %s", app);
        diagram->text = g_strdup(g_ptr_array_index(pictures, i));
        g_ptr_array_add(report->diagrams, diagram);
    }
}

static const char *
app_of(const DjangoDrawing *drawing, guint place)
{
    return ((const PgaDjangoModel *)g_hash_table_lookup(drawing->models,
                                                        g_ptr_array_index(drawing->tables, place)))
        ->app;
}

/* The end of the app's run of tables that begins at @from. */
static guint
end_of_app(const DjangoDrawing *drawing, guint from)
{
    guint end = from;

    while (end < drawing->tables->len && g_str_equal(app_of(drawing, end), app_of(drawing, from)))
        end++;
    return end;
}

/* An app as an entity, with the names of its tables. */
static void
append_app(const DjangoDrawing *drawing, GString *out, guint number, guint from, guint end)
{
    g_autofree char *title = g_strdup_printf("app %s", app_of(drawing, from));
    g_autofree char *label = pga_diagram_label(title);

    g_string_append_printf(out, "  T%u[\"%s\"] {\n", number, label);
    for (guint i = from; i < MIN(end, from + MAX_LISTED); i++) {
        const PgaDesignTable *table = g_ptr_array_index(drawing->tables, i);
        g_autofree char *word = pga_diagram_word(table->name);
        g_autofree char *name = pga_diagram_label(table->name);

        g_string_append_printf(out, "    table %s", word);
        if (!g_str_equal(word, table->name))
            g_string_append_printf(out, " \"%s\"", name);
        g_string_append_c(out, '\n');
    }
    if (end > from + MAX_LISTED)
        g_string_append_printf(out, "    int more_tables \"%u more tables\"\n",
                               end - from - MAX_LISTED);
    g_string_append(out, "  }\n");
}

static void
draw_apps(DjangoDrawing *drawing)
{
    PgaDjangoReport *report = drawing->work->report;
    g_autoptr(GString) overview = g_string_new("erDiagram\n");
    guint number = 0;

    for (guint from = 0, end; from < drawing->tables->len; from = end) {
        g_autoptr(GPtrArray) tables = g_ptr_array_new();
        g_autoptr(GPtrArray) pictures = NULL;

        end = end_of_app(drawing, from);
        for (guint i = from; i < end; i++)
            g_ptr_array_add(tables, g_ptr_array_index(drawing->tables, i));
        pictures = pga_design_pictures(drawing->architecture, tables);
        take(report, app_of(drawing, from), pictures);
        if (++number <= MAX_ENTITIES && overview->len < MAX_CHARACTERS - 100 * MAX_LISTED)
            append_app(drawing, overview, number, from, end);
    }
    report->diagram = g_strdup(overview->str);
}

static int
by_app(gconstpointer a, gconstpointer b, gpointer models)
{
    const PgaDesignTable *first = *(PgaDesignTable *const *)a;
    const PgaDesignTable *second = *(PgaDesignTable *const *)b;
    const PgaDjangoModel *one = g_hash_table_lookup(models, first);
    const PgaDjangoModel *other = g_hash_table_lookup(models, second);
    const int order = strcmp(one->app, other->app);

    return order != 0 ? order : strcmp(first->name, second->name);
}

/* Tables of other apps and of Django that a reference ends at are drawn beside them. */
static guint
count_entities(const DjangoDrawing *drawing)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < drawing->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(drawing->tables, i);

        g_hash_table_add(names, table->name);
        for (guint j = 0; j < table->references->len; j++)
            g_hash_table_add(
                names,
                ((const PgaDesignReference *)g_ptr_array_index(table->references, j))->table);
    }
    return g_hash_table_size(names);
}

static void
draw(DjangoDrawing *drawing)
{
    g_autoptr(GPtrArray) pictures = NULL;

    g_ptr_array_sort_with_data(drawing->tables, by_app, drawing->models);
    if (count_entities(drawing) <= MAX_ENTITIES) {
        pictures = pga_design_pictures(drawing->architecture, drawing->tables);
        if (pictures->len == 1) {
            drawing->work->report->diagram = g_strdup(g_ptr_array_index(pictures, 0));
            return;
        }
    }
    draw_apps(drawing);
}

void
pga_django_draw(PgaDjangoWork *work)
{
    DjangoDrawing drawing = {.work = work,
                             .architecture = pga_architecture_new(pga_requirements_new()),
                             .tables = g_ptr_array_new(),
                             .models = g_hash_table_new(NULL, NULL)};

    pga_django_drawing_fill(&drawing);
    if (drawing.tables->len > 0)
        draw(&drawing);
    g_hash_table_unref(drawing.models);
    g_ptr_array_unref(drawing.tables);
    pga_architecture_free(drawing.architecture);
}
