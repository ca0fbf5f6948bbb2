/* dj-mig-trigram-no-extension: operator classes and types of an extension that nothing creates. */
#include "../django_migration_internal.h"

#include <string.h>

static const struct {
    const char *mark; /* in a statement */
    const char *extension, *operation;
} needs[] = {
    {"_trgm_ops", "pg_trgm", "TrigramExtension"},
    {" citext", "citext", "CITextExtension"},
    {" hstore", "hstore", "HStoreExtension"},
};

static void
report(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry, const PgaDjangoStatement *statement,
       guint need)
{
    PgaFinding *finding = pga_add_at_migration(
        run, entry, statement->line, statement->operation,
        "it needs the extension %s, and no migration before it creates that: on a new database, as "
        "for tests, migrate fails",
        needs[need].extension);

    pga_django_fix_code(finding,
                        g_strdup_printf("from django.contrib.postgres.operations import %s\n\n"
                                        "    operations = [\n        %s(),  # before the others",
                                        needs[need].operation, needs[need].operation));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFile *file)
{
    const PgaDjangoHistoryEntry *entry = pga_new_migration(run, file);
    const PgaDjangoHistory *history = pga_django_project_history(run->project);
    guint told = 0;

    for (guint i = 0; entry && i < entry->migration->statements->len; i++) {
        const PgaDjangoStatement *statement = g_ptr_array_index(entry->migration->statements, i);
        g_autofree char *lower = statement->sql ? g_ascii_strdown(statement->sql, -1) : NULL;

        for (guint j = 0; lower && j < G_N_ELEMENTS(needs); j++) {
            if (strstr(lower, "create extension") && strstr(lower, needs[j].extension))
                told |= 1U << j;
            if ((told & 1U << j) || !strstr(lower, needs[j].mark) ||
                pga_django_history_has_extension(history, needs[j].extension, entry))
                continue;
            report(run, entry, statement, j);
            told |= 1U << j;
        }
    }
}

const PgaRule pga_rule_dj_mig_trigram_no_extension = {
    .id = "dj-mig-trigram-no-extension",
    .title = "An extension is used before it is created",
    .category = "migration",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "gin_trgm_ops is of pg_trgm, hstore and citext are types of extensions: where nobody "
           "created it by hand the migration fails, first of all in the tests.",
    .when_not = "The extension is in the template that databases are made of.",
    .condition =
        "A new migration whose SQL has gin_trgm_ops, gist_trgm_ops, citext or hstore, while "
        "no migration before it creates the extension.",
    .example = "# shop/migrations/0001_initial.py\n"
               "from django.contrib.postgres.indexes import GinIndex\n"
               "from django.db import migrations, models\n\n\n"
               "class Migration(migrations.Migration):\n    operations = [\n"
               "        migrations.AddIndex(\"order\", GinIndex(\n"
               "            fields=[\"note\"], opclasses=[\"gin_trgm_ops\"], name=\"n\")),\n    ]\n"
               "\n\n# shop/models.py",
    .fix = "Proposes the operation that creates it, which has to be the first.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/contrib/postgres/operations/",
    .docs_title = "Database migration operations",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.file = judge},
};
