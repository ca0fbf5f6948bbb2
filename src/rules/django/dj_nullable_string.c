/* dj-nullable-string: two ways to say "nothing". */
#include "../django_field_internal.h"

static gboolean
matches(const PgaDjangoRun *run G_GNUC_UNUSED, const PgaDjangoModel *model G_GNUC_UNUSED,
        const PgaDjangoField *field)
{
    return field->is_null && !field->is_unique && pga_field_is_text(field) &&
           !pga_field_argument(field, "choices");
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    g_autoptr(GPtrArray) fields = pga_model_new_fields(run, model, matches);
    g_autofree char *names = NULL;
    PgaFinding *finding;

    for (guint i = fields ? fields->len : 0; i-- > 0;) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        if (pga_field_is_in_unique(run->project, model, field->name))
            g_ptr_array_remove_index(fields, i);
    }
    if (!fields || fields->len == 0)
        return;
    names = pga_field_names(fields);
    finding = pga_django_add_at_fields(run, model, fields,
                                       "%s: empty is NULL in some rows and '' in others; each "
                                       "query has to ask for both",
                                       names);
    pga_django_fix_code(finding, g_strdup_printf("# %s: null=True → default=\"\"", names));
    finding->fix.safety = PGA_SAFETY_REVIEW;
}

const PgaRule pga_rule_dj_nullable_string = {
    .id = "dj-nullable-string",
    .title = "Text that may be NULL and empty",
    .category = "constraint",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Forms store '' and code stores None; filter(name=\"\") finds one kind, and "
           "exclude(name=\"x\") treats the two differently.",
    .when_not = "NULL has a meaning of its own: \"not asked yet\".",
    .condition = "Fields of text with null=True that are in no unique key and have no choices. One "
                 "finding for all fields of a model.",
    .example = "from django.db import models\n\n\nclass Customer(models.Model):\n"
               "    phone = models.CharField(max_length=20, null=True, blank=True)",
    .fix = "Proposes default=\"\" in place of null=True; rows with NULL are changed first.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/fields/#null",
    .docs_title = "Field options: null",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.model = judge, .forget = pga_fields_forget},
};
