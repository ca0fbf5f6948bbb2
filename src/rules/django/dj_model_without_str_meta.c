/* dj-model-without-str-meta: links that may be there twice. */
#include <base/text.h>

#include "../django_field_internal.h"

/* Whether some ManyToManyField goes through it. */
static gboolean
is_through(const PgaDjangoProject *project, const PgaDjangoModel *model)
{
    g_autofree char *name = g_strconcat(model->app, ".", model->name, NULL);

    for (guint i = 0; i < project->models->len; i++) {
        const PgaDjangoModel *other = g_ptr_array_index(project->models, i);

        for (guint j = 0; j < other->fields->len; j++) {
            const PgaDjangoField *field = g_ptr_array_index(other->fields, j);

            if (field->through && g_ascii_strcasecmp(field->through, name) == 0)
                return TRUE;
        }
    }
    return FALSE;
}

/* Its two references; FALSE: it is no link between two models. */
static gboolean
ends_of(const PgaDjangoModel *model, const PgaDjangoField **first, const PgaDjangoField **second)
{
    guint n = 0;

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (field->kind == PGA_DJANGO_GENERIC_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE)
            return FALSE;
        if (field->kind != PGA_DJANGO_FOREIGN_KEY || field->is_null)
            continue;
        *(n++ ? second : first) = field;
    }
    return n == 2;
}

/* History: the same link at several times. */
static gboolean
is_dated(const PgaDjangoModel *model)
{
    guint n_others = 0;

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (pga_field_is_date(field))
            return TRUE;
        n_others += field->kind == PGA_DJANGO_PLAIN && !field->is_primary_key;
    }
    return n_others > 2;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    const PgaDjangoField *first = NULL, *second = NULL;
    PgaFinding *finding;

    if (model->is_partial || !ends_of(model, &first, &second) || is_dated(model) ||
        !is_through(run->project, model) ||
        pga_field_is_in_unique(run->project, model, first->name) ||
        pga_field_is_in_unique(run->project, model, second->name))
        return;
    finding = pga_django_add_at_model(run, model,
                                      "no unique key has %s or %s in it: the same link may be "
                                      "there twice, and a join counts it twice",
                                      first->name, second->name);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    finding->fix.safety = PGA_SAFETY_REVIEW;
    pga_django_fix_code(finding, g_strdup_printf("models.UniqueConstraint(fields=[\"%s\", \"%s\"], "
                                                 "name=\"…\"),",
                                                 first->name, second->name));
}

const PgaRule pga_rule_dj_model_without_str_meta = {
    .id = "dj-model-without-str-meta",
    .title = "Link between two models that may be there twice",
    .category = "constraint",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Django puts a unique key over the two columns of a table that it makes between two "
           "models; a through model has to say so itself.",
    .when_not = "The same pair may be linked several times: history, quantities.",
    .condition = "A model that a ManyToManyField goes through, with two references that are not "
                 "NULL, no date and at most two other fields, and without a unique key over one "
                 "of the two.",
    .example = "from django.db import models\n\n\nclass Person(models.Model):\n    pass\n\n\n"
               "class Group(models.Model):\n"
               "    members = models.ManyToManyField(Person, through=\"Membership\")\n\n\n"
               "class Membership(models.Model):\n"
               "    person = models.ForeignKey(Person, models.CASCADE)\n"
               "    group = models.ForeignKey(Group, models.CASCADE)",
    .fix = "Proposes a UniqueConstraint over both; links that repeat are removed first.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS",
    .docs_title = "Unique Constraints",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.model = judge},
};
