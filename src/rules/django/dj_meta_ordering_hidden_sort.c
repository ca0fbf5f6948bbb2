/* dj-meta-ordering-hidden-sort: an ORDER BY that no query shows. */
#include <string.h>

#include "../django_field_internal.h"

/* "-created" of a string, of F("created").desc(); NULL: not told. */
static const char *
first_name(const PgaDjangoModel *model)
{
    const PgaPyValue *first = model->ordering->len ? g_ptr_array_index(model->ordering, 0) : NULL;

    if (!first || first->kind != PGA_PY_STRING || first->text[0] == '?')
        return NULL;
    return first->text + (first->text[0] == '-' ? 1 : 0);
}

/* (nullable): why each query pays for it. */
static char *
reason(const PgaDjangoRun *run, const PgaDjangoModel *model, const char *name)
{
    const PgaDjangoField *field = pga_django_model_field(model, name);
    g_autoptr(GPtrArray) indexes = NULL;

    if (strstr(name, "__"))
        return g_strdup_printf("%s: each query joins another table to sort by it", name);
    if (!field)
        return NULL;
    if (pga_field_is_reference(field))
        return g_strdup_printf("%s is a relation: each query joins %s and sorts by its ordering",
                               name, field->target ? field->target : "its model");
    indexes = pga_django_model_indexes(run->project, model);
    if (pga_django_indexes_lead_with(indexes, field->name))
        return NULL;
    return g_strdup_printf("no index leads with %s: each query sorts its rows, and a LIMIT does "
                           "not spare reading them all",
                           name);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    const double rows = pga_django_rows(run, model);
    const char *name = first_name(model);
    g_autofree char *why = name ? reason(run, model, name) : NULL;
    const PgaPyValue *first;
    PgaFinding *finding;

    if (!why || (rows >= 0 && rows < run->threshold[0]))
        return;
    first = g_ptr_array_index(model->ordering, 0);
    finding =
        pga_django_add_at_model(run, model, "Meta.ordering begins with %s; %s", first->text, why);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    finding->fix.safety = PGA_SAFETY_REVIEW;
    finding->weight = MAX(rows, 0);
    if (pga_django_model_field(model, name) && !strstr(name, "__") &&
        !pga_field_is_reference(pga_django_model_field(model, name))) {
        const char *const names[] = {name, NULL};

        pga_finding_add_index(finding, model, names);
        return;
    }
    pga_django_fix_code(finding,
                        g_strdup("# without Meta.ordering: .order_by(…) where the order is shown"));
}

const PgaRule pga_rule_dj_meta_ordering_hidden_sort = {
    .id = "dj-meta-ordering-hidden-sort",
    .title = "Meta.ordering sorts each query",
    .category = "index",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "The order is added to every query that does not say another: to loops, to foreign "
           "keys' forms, to first(); nobody sees it where it is paid for.",
    .when_not = "The table is small, or only the admin reads it.",
    .condition = "Meta.ordering whose first field no index leads with, or that goes through a "
                 "relation; models known to have fewer than {min_rows} rows are left out.",
    .example = "from django.db import models\n\n\nclass Order(models.Model):\n"
               "    made = models.DateTimeField()\n\n    class Meta:\n"
               "        ordering = [\"-made\"]",
    .fix = "Proposes an index, created with CONCURRENTLY, or the order where it is shown.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/options/#ordering",
    .docs_title = "Model Meta options: ordering",
    .requirements = "DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 10000, "Smaller tables are sorted in no time."}},
    .django = {.model = judge},
};
