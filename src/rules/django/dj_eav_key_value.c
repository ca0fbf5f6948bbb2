/* dj-eav-key-value: one row for each attribute. */
#include <string.h>

#include "../django_field_internal.h"

static gboolean
is_key(const PgaDjangoField *field)
{
    static const char *const names[] = {"key",      "name",           "attribute",
                                        "attr",     "field_name",     "property",
                                        "meta_key", "attribute_name", NULL};

    return field->kind == PGA_DJANGO_PLAIN && pga_field_is_text(field) &&
           g_strv_contains(names, field->name);
}

static gboolean
is_value(const PgaDjangoField *field)
{
    return field->kind == PGA_DJANGO_PLAIN && !pga_field_is_json(field) &&
           (g_str_equal(field->name, "value") || g_str_has_prefix(field->name, "value_") ||
            g_str_has_suffix(field->name, "_value"));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    guint n_references = 0, n_keys = 0, n_values = 0, n_others = 0;
    PgaFinding *finding;

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (field->is_primary_key)
            continue;
        n_references += field->kind == PGA_DJANGO_FOREIGN_KEY;
        n_keys += is_key(field);
        n_values += is_value(field);
        n_others += field->kind == PGA_DJANGO_PLAIN && !is_key(field) && !is_value(field);
    }
    if (n_references != 1 || n_keys != 1 || n_values == 0 || n_others > 1)
        return;
    finding = pga_django_add_at_model(
        run, model, "one row for each attribute: reading n of them takes n joins, and %s",
        n_values > 1 ? "each row has columns that do not apply" : "all values are of one type");
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    finding->fix.safety = PGA_SAFETY_REVIEW;
    pga_django_fix_code(finding, g_strdup("attributes = models.JSONField(default=dict)  # on the "
                                          "model that it is about; GinIndex if it is asked for"));
}

const PgaRule pga_rule_dj_eav_key_value = {
    .id = "dj-eav-key-value",
    .title = "Table of keys and values",
    .category = "jsonb",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "A filter by two attributes joins the table twice, the planner knows nothing of how "
           "they go together, and each value carries a row's 24 bytes of header and an index "
           "entry.",
    .when_not = "The attributes are the users' own, many, and looked up one at a time.",
    .condition = "A model with one foreign key, a text called key, name or attribute, fields "
                 "called value, and at most one other.",
    .example = "from django.db import models\n\n\nclass Product(models.Model):\n    pass\n\n\n"
               "class Attribute(models.Model):\n"
               "    product = models.ForeignKey(Product, models.CASCADE)\n"
               "    name = models.CharField(max_length=50)\n    value = models.TextField()",
    .fix = "Proposes a JSONField on the model that it is about.",
    .docs = "datatype-json.html#JSON-DOC-DESIGN",
    .docs_title = "Designing JSON Documents",
    .requirements = "DJ-3",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.model = judge},
};
