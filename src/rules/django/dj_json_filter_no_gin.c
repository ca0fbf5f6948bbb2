/* dj-json-filter-no-gin: each search parses every document. */
#include "../django_field_internal.h"
#include "../django_json_internal.h"
#include "../django_tables_internal.h"

static void
begin(PgaDjangoRun *run)
{
    run->memory = g_hash_table_new(NULL, NULL);
}

static void
visit(PgaDjangoRun *run, const PgaDjangoEvent *event, const PgaJsonLook *look)
{
    const double rows = pga_django_rows(run, look->model);
    PgaFinding *finding;

    if (look->key || look->is_negated || !pga_json_lookup_is_containment(look->lookup) ||
        pga_django_is_small(run, look->model, run->threshold[0]) ||
        pga_model_has_gin(run->project, look->model, look->field->name) ||
        !g_hash_table_add(run->memory, (gpointer)look->field))
        return;
    finding = pga_django_add_at_event(run, event,
                                      "%s__%s reads every document of %s.%s: no GIN index is over "
                                      "it",
                                      look->field->name, look->lookup, look->model->app,
                                      look->model->name);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    finding->weight = MAX(rows, 0);
    pga_propose_gin(finding, look->model, look->field);
    pga_finding_note(finding, "jsonb_path_ops is smaller where only contains is asked; it knows "
                              "no has_key.");
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    pga_event_each_json(run, event, FALSE, visit);
}

const PgaRule pga_rule_dj_json_filter_no_gin = {
    .id = "dj-json-filter-no-gin",
    .title = "JSONField searched without a GIN index",
    .category = "jsonb",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "contains and has_key are @> and ?, which only GIN serves: without it each search reads "
           "all rows and all of their documents, from TOAST too.",
    .when_not = "The table is small.",
    .condition =
        "contains, contained_by, has_key, has_keys or has_any_keys on a JSONField that no GinIndex "
        "begins with, in a query that no unique or foreign key narrows down; not under exclude() "
        "or "
        "~Q, which no index serves; models known to have fewer than {min_rows} rows, or that look "
        "like a list of kinds or settings, are left out. One finding for each field.",
    .example = "# shop/models.py\nfrom django.db import models\n\n\nclass Product(models.Model):\n"
               "    extra = models.JSONField(default=dict)\n\n\ndef red():\n"
               "    return list(Product.objects.filter(extra__contains={\"colour\": \"red\"}))",
    .fix = "Creates a GIN index with CONCURRENTLY; reads and writes go on, each write is dearer "
           "after.",
    .docs = "datatype-json.html#JSON-INDEXING",
    .docs_title = "jsonb Indexing",
    .requirements = "DJ-3 DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 10000, "Smaller tables are read whole anyway."}},
    .django = {.begin = begin, .event = judge, .forget = pga_fields_forget},
};
