/* dj-array-search-no-gin: elements of arrays and words of documents are found by GIN only. */
#include "../django_field_internal.h"
#include "../django_json_internal.h"
#include "../django_tables_internal.h"

static void
begin(PgaDjangoRun *run)
{
    run->memory = g_hash_table_new(NULL, NULL);
}

static gboolean
is_made_of_parts(const PgaDjangoField *field)
{
    return g_str_equal(field->base, "ArrayField") || g_str_equal(field->base, "SearchVectorField");
}

/* @>, <@, && of arrays; @@ of documents. */
static gboolean
asks_for_parts(const PgaJsonLook *look)
{
    static const char *const of_arrays[] = {"contains", "contained_by", "overlap", NULL};
    static const char *const of_documents[] = {"search", "exact", NULL};

    return g_strv_contains(g_str_equal(look->field->base, "ArrayField") ? of_arrays : of_documents,
                           look->lookup);
}

static gboolean
is_served(const PgaDjangoRun *run, const PgaJsonLook *look)
{
    static const char *const methods[] = {"gin", "gist", NULL};

    return pga_model_has_index_of(run->project, look->model, look->field->name, methods);
}

static void
visit(PgaDjangoRun *run, const PgaDjangoEvent *event, const PgaJsonLook *look)
{
    PgaFinding *finding;

    if (look->key || look->is_negated || !asks_for_parts(look) ||
        pga_django_is_small(run, look->model, run->threshold[0]) || is_served(run, look) ||
        !g_hash_table_add(run->memory, (gpointer)look->field))
        return;
    finding = pga_django_add_at_event(run, event,
                                      "%s is searched by %s: without a GIN index every row of "
                                      "%s.%s is read",
                                      look->field->name, look->lookup, look->model->app,
                                      look->model->name);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    finding->weight = MAX(pga_django_rows(run, look->model), 0);
    pga_propose_gin(finding, look->model, look->field);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    pga_event_each_look(run, event, is_made_of_parts, FALSE, visit);
}

const PgaRule pga_rule_dj_array_search_no_gin = {
    .id = "dj-array-search-no-gin",
    .title = "Array or search vector searched without a GIN index",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "contains and overlap of arrays are @> and &&, a search is @@: a B-tree serves none of "
           "them, each search reads all rows.",
    .when_not = "The table is small.",
    .condition =
        "contains, contained_by or overlap on an ArrayField, a search of a SearchVectorField, that "
        "no GIN or GiST index begins with, in a query that no unique or foreign key narrows down; "
        "not under exclude() or ~Q, which no index serves; models known to have fewer than "
        "{min_rows} rows, or that look like a list of kinds or settings, are left out. One finding "
        "for each field.",
    .example =
        "# shop/models.py\nfrom django.contrib.postgres.fields import ArrayField\nfrom django.db "
        "import models\n\n\nclass Product(models.Model):\n"
        "    labels = ArrayField(models.CharField(max_length=20))\n\n\ndef red():\n"
        "    return list(Product.objects.filter(labels__contains=[\"red\"]))",
    .fix = "Creates a GIN index with CONCURRENTLY; reads and writes go on, each write is dearer "
           "after.",
    .docs = "gin.html",
    .docs_title = "GIN Indexes",
    .requirements = "DJ-1 DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 10000, "Smaller tables are read whole anyway."}},
    .django = {.begin = begin, .event = judge, .forget = pga_fields_forget},
};
