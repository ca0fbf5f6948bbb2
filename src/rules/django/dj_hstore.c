/* dj-hstore: pairs of texts where jsonb does more. */
#include "../django_field_internal.h"

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    PgaFinding *finding;

    if (!g_str_equal(field->base, "HStoreField"))
        return;
    finding = pga_django_add_at_field(run, model, field,
                                      "hstore needs an extension in each database and holds texts "
                                      "only, without nesting");
    pga_django_fix_code(finding,
                        g_strdup_printf("%s = models.JSONField(default=dict)", field->name));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "rewrite");
}

const PgaRule pga_rule_dj_hstore = {
    .id = "dj-hstore",
    .title = "HStoreField where jsonb would do",
    .category = "jsonb",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "jsonb knows numbers, Booleans, lists and nesting, needs no extension, and GIN indexes "
           "it as well; everything in an hstore comes back as text.",
    .when_not = "Plain pairs of texts are all there is, and the extension is there anyway.",
    .condition = "An HStoreField.",
    .example = "from django.contrib.postgres.fields import HStoreField\n"
               "from django.db import models\n\n\nclass Product(models.Model):\n"
               "    attributes = HStoreField()",
    .fix = "Proposes a JSONField; hstore_to_jsonb() converts, which rewrites the table.",
    .docs = "hstore.html",
    .docs_title = "hstore",
    .requirements = "DJ-3",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.field = judge},
};
