/* dj-cascade-large: Django deletes the rows of a large table itself. */
#include "../django_field_internal.h"

static gboolean
cascades(const PgaDjangoField *field)
{
    const PgaPyValue *on_delete = pga_py_argument(field->call, 1, "on_delete");

    return pga_field_is_reference(field) && on_delete && on_delete->kind == PGA_PY_NAME &&
           g_str_equal(pga_py_last_name(on_delete), "CASCADE");
}

static gboolean
matches(const PgaDjangoRun *run G_GNUC_UNUSED, const PgaDjangoModel *model G_GNUC_UNUSED,
        const PgaDjangoField *field)
{
    return cascades(field);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    const double rows = pga_django_rows(run, model);
    g_autoptr(GPtrArray) fields =
        rows >= run->threshold[0] ? pga_model_new_fields(run, model, matches) : NULL;
    g_autofree char *names = fields ? pga_field_names(fields) : NULL;
    PgaFinding *finding;

    if (!fields)
        return;
    finding = pga_django_add_at_fields(
        run, model, fields,
        "%.0f rows: deleting what %s references reads the keys of all rows that go with it into "
        "memory and deletes them in batches, in one transaction",
        rows, names);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_django_fix_code(finding, g_strdup("# delete the rows in batches first; from Django 6.1 on: "
                                          "on_delete=models.DB_CASCADE"));
    finding->fix.safety = PGA_SAFETY_REVIEW;
    finding->weight = rows;
}

const PgaRule pga_rule_dj_cascade_large = {
    .id = "dj-cascade-large",
    .title = "Cascade over a large table",
    .category = "constraint",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "Django follows on_delete=CASCADE itself: it fetches the rows that go with a deleted "
           "one, for signals and further cascades, and keeps the transaction open all the while.",
    .when_not = "A referenced row has few rows with it, or is never deleted.",
    .condition = "References with on_delete=CASCADE from a model of {min_rows} rows or more, as "
                 "stated or read from a database; without a number nothing is said.",
    .fix = "Proposes to delete in batches first, or a cascade by the database.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/querysets/#delete",
    .docs_title = "QuerySet API reference: delete()",
    .requirements = "DJ-4 DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 1000000, "Smaller models are not reported."}},
    .django = {.model = judge, .forget = pga_fields_forget},
};
