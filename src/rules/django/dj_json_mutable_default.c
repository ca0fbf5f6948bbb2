/* dj-json-mutable-default: one dict for all rows. */
#include "../django_field_internal.h"

/* A package's field of choices or countries, which makes text of the list and a new list of the
 * text. */
static gboolean
is_kept_as_text(const PgaDjangoField *field, const PgaPyValue *value)
{
    return value->kind == PGA_PY_LIST && g_str_equal(field->base, "CharField") &&
           !g_str_equal(field->class, "CharField");
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const PgaPyValue *value = pga_field_argument(field, "default");
    g_autofree char *text = NULL;
    gboolean is_empty;
    PgaFinding *finding;

    if (!value || (value->kind != PGA_PY_DICT && value->kind != PGA_PY_LIST) || value->is_tuple ||
        is_kept_as_text(field, value))
        return;
    text = pga_py_value_text(value);
    is_empty = value->items->len == 0;
    finding = pga_django_add_at_field(run, model, field,
                                      "default=%s is one object: what one new row changes in "
                                      "place, all later ones begin with",
                                      text);
    if (is_empty)
        pga_django_fix_code(finding, g_strdup_printf("# %s: default=%s", field->name,
                                                     value->kind == PGA_PY_DICT ? "dict" : "list"));
    else
        pga_django_fix_code(finding, g_strdup_printf("def default_%s():\n    return %s\n\n# %s: "
                                                     "default=default_%s",
                                                     field->name, text, field->name, field->name));
    finding->fix.safety = PGA_SAFETY_SAFE;
}

const PgaRule pga_rule_dj_json_mutable_default = {
    .id = "dj-json-mutable-default",
    .title = "Default that all rows share",
    .category = "jsonb",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The dict or list is made once, when the class is; order.tags.append(\"x\") on a new "
           "order changes the default of every order that the process makes after.",
    .when_not = "Nothing ever changes the value in place. Django's own check warns all the same "
                "(fields.E010, postgres.E003).",
    .condition =
        "A field whose default is a literal dict, list or set; not a list that a package's "
        "field makes text of.",
    .example = "from django.db import models\n\n\nclass Order(models.Model):\n"
               "    extra = models.JSONField(default={})",
    .fix = "Proposes the type, or a function that makes a new value; the column stays as it is.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/fields/#jsonfield",
    .docs_title = "JSONField",
    .requirements = "DJ-3",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.field = judge},
};
