/* dj-mig-missing: models that no migration has made as they are; branches that nothing joins. */
#include "../django_migration_internal.h"

#define MAX_TOLD 12 /* differences of a model that are named */

/* "note: no migration adds it; paid: null=True, in the migrations False". */
static char *
differences_text(const GPtrArray *differences, guint first, guint *end)
{
    const PgaDjangoModel *model =
        ((const PgaDjangoDifference *)g_ptr_array_index(differences, first))->model;
    g_autoptr(GString) text = g_string_new(NULL);
    guint n = 0;

    for (*end = first; *end < differences->len; (*end)++) {
        const PgaDjangoDifference *one = g_ptr_array_index(differences, *end);

        if (one->model != model)
            break;
        if (n++ < MAX_TOLD)
            g_string_append_printf(text, "%s%s%s%s", n > 1 ? "; " : "",
                                   one->field ? one->field->name : "", one->field ? ": " : "",
                                   one->text);
    }
    if (n > MAX_TOLD)
        g_string_append_printf(text, "; and %u more", n - MAX_TOLD);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* One entry for all: makemigrations knows them. */
static void
list_untold(PgaDjangoRun *run, const GPtrArray *untold)
{
    g_autoptr(GString) what = g_string_new("models against migrations: ");

    for (guint i = 0; i < untold->len && i < MAX_TOLD; i++) {
        const PgaDjangoDifference *one = g_ptr_array_index(untold, i);

        g_string_append_printf(what, "%s%s.%s.%s", i ? ", " : "", one->model->app, one->model->name,
                               one->text);
    }
    if (untold->len > MAX_TOLD)
        g_string_append_printf(what, " and %u more", untold->len - MAX_TOLD);
    if (untold->len > 0)
        g_ptr_array_add(run->not_checked,
                        pga_not_checked_new(run->rule->id,
                                            g_string_free(g_steal_pointer(&what), FALSE),
                                            g_strdup("what they are is not told by the source; "
                                                     "\"makemigrations --check\" compares it")));
}

static void
report_differences(PgaDjangoRun *run)
{
    g_autoptr(GPtrArray) untold =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_difference_free);
    g_autoptr(GPtrArray) differences = pga_django_history_compare(run->project, untold);

    for (guint i = 0, end = 0; i < differences->len; i = end) {
        const PgaDjangoDifference *first = g_ptr_array_index(differences, i);
        g_autofree char *text = differences_text(differences, i, &end);
        PgaFinding *finding =
            first->field && first->field->file
                ? pga_django_add_at_field(run, first->model, first->field, "%s", text)
                : pga_django_add_at_model(run, first->model, "%s", text);

        finding->confidence = PGA_CONFIDENCE_LIKELY;
        pga_django_fix_code(finding,
                            g_strdup_printf("# manage.py makemigrations %s", first->model->app));
    }
    list_untold(run, untold);
}

/* The first leaf of an app is there; each further one is another branch. */
static void
report_branches(PgaDjangoRun *run)
{
    const PgaDjangoHistory *history = pga_django_project_history(run->project);
    g_autoptr(GHashTable) leaves = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < history->entries->len; i++) {
        const PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);
        const char *app = entry->migration->app;
        const PgaDjangoHistoryEntry *other = g_hash_table_lookup(leaves, app);
        PgaFinding *finding;

        if (!entry->is_leaf || g_hash_table_contains(history->unknown, app))
            continue;
        if (!other) {
            g_hash_table_insert(leaves, entry->migration->app, (gpointer)entry);
            continue;
        }
        finding = pga_add_at_migration(run, entry, 1, NULL,
                                       "%s and %s both end the history of %s: migrate refuses to "
                                       "run",
                                       other->migration->name, entry->migration->name, app);
        pga_django_fix_code(finding, g_strdup_printf("# manage.py makemigrations --merge %s", app));
    }
}

static void
judge(PgaDjangoRun *run)
{
    report_differences(run);
    report_branches(run);
}

const PgaRule pga_rule_dj_mig_missing = {
    .id = "dj-mig-missing",
    .title = "Models and migrations disagree",
    .category = "migration",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The database has what the migrations made: queries of the models name columns that are "
           "not there, and constraints that the code relies on do not exist.",
    .when_not = "A package changes the models while it is imported.",
    .condition = "What makes columns, indexes and constraints, and what the database computes "
                 "(db_default, GENERATED), compared between the models and all "
                 "migrations of their app; labels and choices are not. Models of apps without "
                 "migrations, with bases that are not in the project, and what is computed are "
                 "left out. Two migrations of an app that nothing builds on.",
    .example = "# shop/models.py\nfrom django.db import models\n\n\nclass Order(models.Model):\n"
               "    note = models.TextField()\n\n\n"
               "# shop/migrations/0001_initial.py\n"
               "from django.db import migrations, models\n\n\n"
               "class Migration(migrations.Migration):\n    operations = [\n"
               "        migrations.CreateModel(\"Order\", fields=[\n"
               "            (\"id\", models.AutoField(primary_key=True)),\n        ]),\n    ]",
    .fix = "Says what makemigrations is to be run for.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/django-admin/"
            "#cmdoption-makemigrations-check",
    .docs_title = "makemigrations --check",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.finish = judge},
};
