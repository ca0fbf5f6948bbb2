/* dj-mig-runpython-mixed: rows changed in the transaction that changes their table. */
#include "../django_migration_internal.h"

#include <string.h>

/* It writes rows: code that is seen to, or SQL. */
static gboolean
writes_rows(const PgaDjangoHistoryEntry *entry, const PgaPyValue *operation)
{
    static const char *const verbs[] = {"update ", "delete ", "insert "};
    const char *function = pga_operation_function(operation);
    const char *sql = g_str_equal(pga_py_last_name(operation), "RunSQL")
                          ? pga_py_argument_text(operation, 0, "sql")
                          : NULL;
    const char *calls =
        function ? g_hash_table_lookup(entry->migration->functions, function) : NULL;
    g_autofree char *lower = sql ? g_ascii_strdown(sql, -1) : NULL;

    for (guint i = 0; lower && i < G_N_ELEMENTS(verbs); i++)
        if (g_str_has_prefix(g_strchug(lower), verbs[i]))
            return TRUE;
    return calls && *calls;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFile *file)
{
    const PgaDjangoHistoryEntry *entry = pga_new_migration(run, file);
    const PgaPyValue *alters = NULL, *writes = NULL;
    PgaFinding *finding;

    for (guint i = 0; entry && i < entry->operations->len; i++) {
        const PgaPyValue *operation = g_ptr_array_index(entry->operations, i);

        if (!alters && pga_operation_alters(entry, operation))
            alters = operation;
        if (!writes && writes_rows(entry, operation))
            writes = operation;
    }
    if (!alters || !writes || !entry->migration->atomic)
        return;
    finding = pga_add_at_operation(
        run, entry, writes,
        alters->line < writes->line
            ? "the ACCESS EXCLUSIVE lock of %s in line %u is held until all rows are written"
            : "%s in line %u waits behind rows that are written in the same transaction; with "
              "deferred constraints on them it fails: pending trigger events",
        pga_py_last_name(alters), alters->line);
    pga_django_fix_code(finding,
                        g_strdup("# three migrations: what is added; the rows, with atomic "
                                 "= False and in batches; what is\n# taken away or made "
                                 "NOT NULL"));
}

const PgaRule pga_rule_dj_mig_runpython_mixed = {
    .id = "dj-mig-runpython-mixed",
    .title = "Rows and schema changed in one transaction",
    .category = "migration",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "A migration is one transaction: what the schema change locks stays locked while Python "
           "goes over the rows, and nobody reads the table meanwhile.",
    .when_not = "The table is small.",
    .condition = "A new atomic migration that changes a model of earlier migrations, and runs a "
                 "function that calls save(), update() and the like, or RunSQL with UPDATE, DELETE "
                 "or INSERT.",
    .example =
        "# shop/migrations/0002_code.py\nfrom django.db import migrations, models\n\n\n"
        "def fill(apps, schema_editor):\n"
        "    apps.get_model(\"shop\", \"Order\").objects.filter(code=\"\").update(code=\"x\")"
        "\n\n\nclass Migration(migrations.Migration):\n    operations = [\n"
        "        migrations.AddField(\"order\", \"code\", "
        "models.CharField(max_length=9, null=True)),\n"
        "        migrations.RunPython(fill),\n    ]\n\n\n# shop/models.py",
    .fix = "Proposes to part it into three migrations.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/migration-operations/#runpython",
    .docs_title = "Migration Operations: RunPython",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.file = judge},
};
