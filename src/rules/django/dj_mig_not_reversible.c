/* dj-mig-not-reversible: no way back. */
#include "../django_migration_internal.h"

static const struct {
    const char *class, *reverse;
} operations[] = {{"RunPython", "reverse_code"}, {"RunSQL", "reverse_sql"}};

static void
judge(PgaDjangoRun *run, const PgaDjangoFile *file)
{
    const PgaDjangoHistoryEntry *entry = pga_new_migration(run, file);

    for (guint i = 0; entry && i < entry->operations->len; i++) {
        const PgaPyValue *operation = g_ptr_array_index(entry->operations, i);

        for (guint j = 0; j < G_N_ELEMENTS(operations); j++) {
            PgaFinding *finding;

            if (!g_str_equal(pga_py_last_name(operation), operations[j].class) ||
                pga_py_argument(operation, 1, operations[j].reverse))
                continue;
            finding = pga_add_at_operation(run, entry, operation,
                                           "it has no %s: migrate to an earlier state stops here",
                                           operations[j].reverse);
            pga_django_fix_code(finding,
                                g_strdup_printf("%s=migrations.%s.noop", operations[j].reverse,
                                                operations[j].class));
        }
    }
}

const PgaRule pga_rule_dj_mig_not_reversible = {
    .id = "dj-mig-not-reversible",
    .title = "A migration without a way back",
    .category = "migration",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "A release that has to be taken back takes its migrations back first; one without a "
           "reverse ends that in the middle.",
    .when_not = "What it does cannot be undone, and that is known.",
    .condition = "RunPython without reverse_code, RunSQL without reverse_sql in a new migration.",
    .example = "# shop/migrations/0002_fill.py\nfrom django.db import migrations\n\n\n"
               "class Migration(migrations.Migration):\n    operations = [\n"
               "        migrations.RunSQL(\"ANALYZE shop_order\"),\n    ]\n\n\n# shop/models.py",
    .fix = "Proposes noop where nothing is to be undone.",
    .docs = "https://docs.djangoproject.com/en/stable/topics/migrations/#reversing-migrations",
    .docs_title = "Migrations: reversing migrations",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.file = judge},
};
