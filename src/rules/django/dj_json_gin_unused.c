/* dj-json-gin-unused: a GIN index that no query of the code can use. */
#include "../django_field_internal.h"
#include "../django_json_internal.h"

static void
begin(PgaDjangoRun *run)
{
    run->memory = g_hash_table_new(NULL, NULL);
}

static void
visit(PgaDjangoRun *run, const PgaDjangoEvent *event G_GNUC_UNUSED, const PgaJsonLook *look)
{
    if (pga_json_lookup_is_containment(look->lookup))
        g_hash_table_add(run->memory, (gpointer)look->field);
}

static void
judge_event(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    pga_event_each_json(run, event, TRUE, visit);
}

static void
judge_model(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        PgaFinding *finding;

        if (!pga_field_is_json(field) || g_hash_table_contains(run->memory, field) ||
            !pga_model_has_gin(run->project, model, field->name))
            continue;
        finding = pga_django_add_at_field(run, model, field,
                                          "a GinIndex, and nothing in the code asks with contains "
                                          "or has_key: GIN serves no other comparison");
        finding->confidence = PGA_CONFIDENCE_LIKELY;
        finding->fix.safety = PGA_SAFETY_REVIEW;
        pga_django_fix_code(finding,
                            g_strdup_printf("# without the GinIndex over %s", field->name));
    }
}

static void
finish(PgaDjangoRun *run)
{
    for (guint i = 0; run->code->n_chains > 0 && i < run->project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(run->project->models, i);

        if (!model->is_abstract && !model->file->is_built_in)
            judge_model(run, model);
    }
}

const PgaRule pga_rule_dj_json_gin_unused = {
    .id = "dj-json-gin-unused",
    .title = "GIN index on a JSONField that nobody searches",
    .category = "jsonb",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "GIN writes an entry for each key and value of a document at each change; filter(data__"
           "a=1) compares with ->, which it does not serve.",
    .when_not = "SQL outside the models uses it.",
    .condition = "A GinIndex over a JSONField, and no contains, contained_by, has_key, has_keys or "
                 "has_any_keys on the field in the code.",
    .example = "# shop/models.py\nfrom django.contrib.postgres.indexes import GinIndex\n"
               "from django.db import models\n\n\nclass Product(models.Model):\n"
               "    extra = models.JSONField(default=dict)\n\n    class Meta:\n"
               "        indexes = [GinIndex(fields=[\"extra\"], name=\"extra_gin\")]\n\n\n"
               "def red():\n    return list(Product.objects.filter(extra__colour=\"red\"))",
    .fix = "Proposes to drop it, CONCURRENTLY, or to ask with contains.",
    .docs = "datatype-json.html#JSON-INDEXING",
    .docs_title = "jsonb Indexing",
    .requirements = "DJ-3",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.begin = begin, .event = judge_event, .finish = finish, .forget = pga_fields_forget},
};
