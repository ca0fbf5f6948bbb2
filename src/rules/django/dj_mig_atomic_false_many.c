/* dj-mig-atomic-false-many: half of a migration stays when the other half fails. */
#include "../django_migration_internal.h"

/* Of indexes built concurrently concurrent-index-several-statements speaks. */
static void
judge(PgaDjangoRun *run, const PgaDjangoFile *file)
{
    const PgaDjangoHistoryEntry *entry = pga_new_migration(run, file);
    const PgaPyValue *second = NULL;
    guint n = 0;

    if (!entry || entry->migration->atomic)
        return;
    for (guint i = 0; i < entry->operations->len; i++) {
        const PgaPyValue *operation = g_ptr_array_index(entry->operations, i);

        if (g_str_has_suffix(pga_py_last_name(operation), "Concurrently"))
            return;
        if (pga_operation_is_schema(operation) && ++n == 2)
            second = operation;
    }
    if (second)
        pga_add_at_operation(run, entry, second,
                             "atomic = False and %u operations: if this one fails, those before it "
                             "stay, and the migration cannot be run again",
                             n);
}

const PgaRule pga_rule_dj_mig_atomic_false_many = {
    .id = "dj-mig-atomic-false-many",
    .title = "Several operations without a transaction",
    .category = "migration",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Without a transaction nothing takes back what was done when a later operation fails: "
           "the next run begins with \"already exists\".",
    .when_not = "Each operation can be run twice.",
    .condition =
        "A new migration with atomic = False and two or more operations that create, alter "
        "or drop something.",
    .example = "# shop/migrations/0002_two.py\nfrom django.db import migrations, models\n\n\n"
               "class Migration(migrations.Migration):\n    atomic = False\n    operations = [\n"
               "        migrations.AddField(\"order\", \"a\", models.TextField(null=True)),\n"
               "        migrations.AddField(\"order\", \"b\", models.TextField(null=True)),\n    ]"
               "\n\n\n# shop/models.py",
    .fix = "A migration for each operation, or one transaction.",
    .docs = "https://docs.djangoproject.com/en/stable/howto/writing-migrations/"
            "#non-atomic-migrations",
    .docs_title = "How to create database migrations: non-atomic migrations",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.file = judge},
};
