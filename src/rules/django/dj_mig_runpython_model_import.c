/* dj-mig-runpython-model-import: data migrations on the models of today. */
#include "../django_migration_internal.h"

#include <string.h>

/* The classes that the file imports from a module of models. (transfer full): set of char *. */
static GHashTable *
imported_models(const PgaPythonSource *source)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const TSNode root = pga_python_root(source);

    for (guint i = 0; i < ts_node_named_child_count(root); i++) {
        const TSNode node = ts_node_named_child(root, i);
        g_autofree char *module = NULL;

        if (!pga_node_is(node, "import_from_statement"))
            continue;
        module = pga_node_text(source, ts_node_child_by_field_name(node, "module_name", 11));
        if (!g_str_has_suffix(module, ".models") || g_str_equal(module, "django.db.models"))
            continue;
        for (guint j = 1; j < ts_node_named_child_count(node); j++) {
            const TSNode item = ts_node_named_child(node, j);
            const TSNode alias = ts_node_child_by_field_name(item, "alias", 5);

            g_hash_table_add(names, pga_python_text(source, ts_node_is_null(alias) ? item : alias));
        }
    }
    return names;
}

/* Order.objects: the class itself. */
static void
see(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry, const PgaPythonSource *source,
    TSNode node)
{
    const TSNode object = ts_node_child_by_field_name(node, "object", 6);
    g_autoptr(GHashTable) models = NULL;
    g_autofree char *text = NULL, *name = NULL;
    PgaFinding *finding;

    if (!pga_node_is(node, "attribute") || !pga_node_is(object, "identifier"))
        return;
    text = pga_node_text(source, node);
    if (!g_str_has_suffix(text, ".objects"))
        return;
    models = imported_models(source);
    name = pga_python_text(source, object);
    if (!g_hash_table_contains(models, name))
        return;
    finding = pga_add_at_migration(run, entry, ts_node_start_point(node).row + 1, text,
                                   "%s is imported: once it has a column more, this migration asks "
                                   "for that before it is there",
                                   name);
    pga_django_fix_code(finding, g_strdup_printf("%s = apps.get_model(\"%s\", \"%s\")", name,
                                                 entry->migration->app, name));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFile *file)
{
    const PgaDjangoHistoryEntry *entry = pga_new_migration(run, file);

    if (entry)
        pga_each_migration_node(run, entry, see);
}

const PgaRule pga_rule_dj_mig_runpython_model_import = {
    .id = "dj-mig-runpython-model-import",
    .title = "A data migration uses the model of today",
    .category = "migration",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "apps.get_model() gives the model as it was at that point of the history. The imported "
           "one has columns that later migrations add: new databases cannot be set up any more.",
    .when_not = "The class is no model.",
    .condition = "In a function of RunPython of a new migration: Model.objects of a class that the "
                 "file imports from a module of models.",
    .example = "# shop/migrations/0002_fill.py\nfrom django.db import migrations\n\n"
               "from shop.models import Order\n\n\ndef fill(apps, schema_editor):\n"
               "    Order.objects.filter(code=\"\").update(code=\"x\")\n\n\n"
               "class Migration(migrations.Migration):\n    operations = [\n"
               "        migrations.RunPython(fill, migrations.RunPython.noop),\n    ]\n\n\n"
               "# shop/models.py",
    .fix = "Proposes apps.get_model().",
    .docs = "https://docs.djangoproject.com/en/stable/topics/migrations/#data-migrations",
    .docs_title = "Migrations: data migrations",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.file = judge},
};
