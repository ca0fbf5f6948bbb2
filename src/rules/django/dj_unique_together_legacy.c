/* dj-unique-together-legacy: options of Meta that constraints and indexes replaced. */
#include "../django_field_internal.h"

static void
report(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaPyValue *first)
{
    const GPtrArray *unique = model->unique_together, *index = model->index_together;
    g_autofree char *object = g_strdup_printf("%s.%s", model->app, model->name);
    g_autofree char *statement = pga_py_value_text(first);
    PgaFinding *finding;

    finding = pga_django_add_finding(
        run, model->file, MAX(first->line, model->line), object, statement,
        index->len ? "index_together is gone since Django 5.1; the project is at %u.%u"
                   : "unique_together is older than UniqueConstraint, which has a name, conditions "
                     "and a message (Django %u.%u)",
        run->project->version / 100, run->project->version % 100);
    for (guint i = 0; i < unique->len; i++) {
        g_autofree char *text = pga_py_value_text(g_ptr_array_index(unique, i));

        pga_finding_code_line(finding, "models.UniqueConstraint(fields=%s, name=\"…\"),", text);
    }
    for (guint i = 0; i < index->len; i++) {
        g_autofree char *text = pga_py_value_text(g_ptr_array_index(index, i));

        pga_finding_code_line(finding, "models.Index(fields=%s, name=\"…\"),", text);
    }
    if (index->len && run->project->version >= 402)
        pga_django_set_severity(run, finding, PGA_SEVERITY_WARNING);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    const GPtrArray *unique = model->unique_together, *index = model->index_together;

    if (index->len + unique->len > 0)
        report(run, model, g_ptr_array_index(index->len ? index : unique, 0));
}

const PgaRule pga_rule_dj_unique_together_legacy = {
    .id = "dj-unique-together-legacy",
    .title = "unique_together or index_together",
    .category = "constraint",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "UniqueConstraint and Index do the same and more: a name that does not depend on a "
           "hash, conditions, expressions; Django's manual says to prefer them.",
    .when_not = "The project has to run on Django before 2.2.",
    .condition = "Meta.unique_together (an info), Meta.index_together (a warning from Django 4.2 "
                 "on, which deprecates it). One finding for each model.",
    .example = "from django.db import models\n\n\nclass Seat(models.Model):\n"
               "    row = models.IntegerField()\n    number = models.IntegerField()\n\n"
               "    class Meta:\n        unique_together = [(\"row\", \"number\")]",
    .fix = "Proposes the same as UniqueConstraint and Index; makemigrations renames an index "
           "(RenameIndex with old_fields), a unique key is built anew.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/options/#unique-together",
    .docs_title = "Model Meta options: unique_together",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.model = judge},
};
