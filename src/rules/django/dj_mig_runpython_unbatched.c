/* dj-mig-runpython-unbatched: all rows of a table in one transaction. */
#include "../django_migration_internal.h"

#include <string.h>

/* "Order.objects.all()", "Order.objects.iterator()", "orders = …objects.all()": every row. */
static gboolean
is_whole_table(const char *text)
{
    static const char *const narrower[] = {".filter(", ".exclude(", ".distinct(", "[",
                                           ".values",  ".get(",     ".raw("};

    for (guint i = 0; i < G_N_ELEMENTS(narrower); i++)
        if (strstr(text, narrower[i]))
            return FALSE;
    return strstr(text, ".objects.all()") || strstr(text, ".objects.iterator(") ||
           strstr(text, ".objects.order_by(") || strstr(text, ".objects.using(");
}

static const char code[] =
    "# atomic = False in the migration\n"
    "def forward(apps, schema_editor):\n"
    "    rows = Model.objects.order_by(\"pk\")\n"
    "    last = 0\n"
    "    while keys := list(rows.filter(pk__gt=last).values_list(\"pk\", flat=True)[:10000]):\n"
    "        rows.filter(pk__in=keys).update(…)\n"
    "        last = keys[-1]";

static void
report(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry, const PgaPythonSource *source,
       TSNode node, const char *what)
{
    g_autofree char *text = pga_python_text(source, node);
    PgaFinding *finding;

    text[strcspn(text, "\n")] = '\0';
    finding =
        pga_add_at_migration(run, entry, ts_node_start_point(node).row + 1, text,
                             "%s: their locks and dead rows stay until the last one is done", what);
    pga_django_fix_code(finding, g_strdup(code));
}

/* for order in Order.objects.all(): order.save() */
static void
see_loop(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry, const PgaPythonSource *source,
         TSNode node)
{
    g_autofree char *over = pga_node_text(source, ts_node_child_by_field_name(node, "right", 5));
    g_autofree char *variable = pga_node_text(source, ts_node_child_by_field_name(node, "left", 4));
    g_autofree char *body = pga_node_text(source, ts_node_child_by_field_name(node, "body", 4));
    g_autofree char *save = g_strconcat(variable, ".save(", NULL);

    if (entry->migration->atomic && is_whole_table(over) && strstr(body, save))
        report(run, entry, source, node,
               "every row of the table is read and saved, one UPDATE each, in one transaction");
}

/* Order.objects.update(…), Order.objects.all().update(…) */
static void
see_call(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry, const PgaPythonSource *source,
         TSNode node)
{
    g_autofree char *function =
        pga_node_text(source, ts_node_child_by_field_name(node, "function", 8));

    if (g_str_has_suffix(function, ".objects.update") ||
        g_str_has_suffix(function, ".objects.all().update"))
        report(run, entry, source, node, "every row of the table is written by one UPDATE");
}

static void
see(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry, const PgaPythonSource *source,
    TSNode node)
{
    if (pga_node_is(node, "for_statement"))
        see_loop(run, entry, source, node);
    else if (pga_node_is(node, "call"))
        see_call(run, entry, source, node);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFile *file)
{
    const PgaDjangoHistoryEntry *entry = pga_new_migration(run, file);

    if (entry)
        pga_each_migration_node(run, entry, see);
}

const PgaRule pga_rule_dj_mig_runpython_unbatched = {
    .id = "dj-mig-runpython-unbatched",
    .title = "A data migration of the whole table at once",
    .category = "migration",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Each row that was written stays locked until the end, vacuum cannot clean up behind "
           "it, and if it fails at the last row all of it was for nothing.",
    .when_not = "The table is small, and stays so.",
    .condition =
        "In a function of RunPython of a new migration: a loop over all() of a model whose "
        "body saves each, in one transaction; update() without a filter.",
    .example = "# shop/migrations/0002_fill.py\nfrom django.db import migrations\n\n\n"
               "def fill(apps, schema_editor):\n"
               "    for order in apps.get_model(\"shop\", \"Order\").objects.all():\n"
               "        order.code = str(order.pk)\n        order.save()\n\n\n"
               "class Migration(migrations.Migration):\n    operations = [\n"
               "        migrations.RunPython(fill, migrations.RunPython.noop),\n    ]\n\n\n"
               "# shop/models.py",
    .fix = "Proposes ranges of keys in transactions of their own.",
    .docs = "https://docs.djangoproject.com/en/stable/howto/writing-migrations/"
            "#non-atomic-migrations",
    .docs_title = "How to create database migrations: non-atomic migrations",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.file = judge},
};
