/* dj-low-cardinality-index: an index over few values. */
#include "../django_field_internal.h"

static gboolean
matches(const PgaDjangoRun *run, const PgaDjangoModel *model G_GNUC_UNUSED,
        const PgaDjangoField *field)
{
    const guint n = pga_field_n_choices(field);

    return field->has_index && field->kind == PGA_DJANGO_PLAIN &&
           (g_str_has_suffix(field->base, "BooleanField") || (n > 0 && n <= run->threshold[0]));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    g_autoptr(GPtrArray) fields = pga_model_new_fields(run, model, matches);
    g_autofree char *names = fields ? pga_field_names(fields) : NULL;
    PgaFinding *finding;

    if (!fields)
        return;
    finding = pga_django_add_at_fields(
        run, model, fields,
        "%s: few values, so the planner reads the table for the frequent ones and uses the index "
        "for a rare one only",
        names);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    for (guint i = 0; i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        pga_finding_code_line(finding,
                              "models.Index(fields=[\"id\"], condition=models.Q(%s=…), name=\"…\"),"
                              "  # the rare value, in place of db_index=True",
                              field->name);
    }
    finding->fix.safety = PGA_SAFETY_REVIEW;
}

const PgaRule pga_rule_dj_low_cardinality_index = {
    .id = "dj-low-cardinality-index",
    .title = "db_index on a field with few values",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "Half of the rows come through an index slower than by reading the table; the index is "
           "written at each insert and at each change of the value all the same.",
    .when_not = "The value that is asked for is rare, and the index is small beside the table.",
    .condition = "db_index=True on a BooleanField, or on a field with at most {max_values} literal "
                 "choices. One finding for all fields of a model.",
    .example = "from django.db import models\n\n\nclass Order(models.Model):\n"
               "    paid = models.BooleanField(default=False, db_index=True)",
    .fix = "Proposes a partial index for the rare value, or none.",
    .docs = "indexes-partial.html",
    .docs_title = "Partial Indexes",
    .requirements = "DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"max_values", "values", 4, "Fields with more choices are not reported."}},
    .django = {.model = judge, .forget = pga_fields_forget},
};
