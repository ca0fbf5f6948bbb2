/* dj-fk-no-index: deleting what is referenced reads the whole table. */
#include <base/text.h>
#include <string.h>

#include "../django_field_internal.h"

static gboolean
has_no_index(const PgaDjangoField *field)
{
    const PgaPyValue *index = pga_field_argument(field, "db_index");

    return field->kind == PGA_DJANGO_FOREIGN_KEY && index && index->kind == PGA_PY_BOOL &&
           !index->truth && !field->is_unique && !field->is_primary_key;
}

/* One without the rows where it is NULL serves as well. */
static gboolean
is_covered(const GPtrArray *indexes, const char *field)
{
    g_autofree char *not_null = g_strdup_printf("%s__isnull=False", field);

    if (pga_django_indexes_lead_with(indexes, field))
        return TRUE;
    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);

        if (index->predicate && strstr(index->predicate, not_null) && index->columns->len &&
            g_strcmp0(g_ptr_array_index(index->columns, 0), field) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
judge_field(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const char *const names[] = {field->name, NULL};
    PgaFinding *finding = pga_django_add_at_field(
        run, model, field,
        "no index leads with %s: deleting or changing a referenced row, and .filter(%s=…), read "
        "all of %s",
        field->column, field->name, model->table);

    pga_finding_add_index(finding, model, names);
    pga_django_fix_code(finding, g_strdup_printf("# %s: without db_index=False", field->name));
    finding->weight = MAX(pga_django_rows(run, model), 0);
}

static gboolean
matches(const PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    g_autoptr(GPtrArray) indexes =
        has_no_index(field) ? pga_django_model_indexes(run->project, model) : NULL;

    return indexes && !is_covered(indexes, field->name);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    const double rows = pga_django_rows(run, model);
    g_autoptr(GPtrArray) fields =
        rows >= 0 && rows < run->threshold[0] ? NULL : pga_model_new_fields(run, model, matches);

    for (guint i = 0; fields && i < fields->len; i++)
        judge_field(run, model, g_ptr_array_index(fields, i));
}

const PgaRule pga_rule_dj_fk_no_index = {
    .id = "dj-fk-no-index",
    .title = "Foreign key without an index",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "PostgreSQL looks for referencing rows at each delete of a referenced one, and Django "
           "collects them before; without an index both read the whole table.",
    .when_not = "Referenced rows are never deleted, and nobody asks for rows by them.",
    .condition = "A ForeignKey with db_index=False that no index of the model leads with; models "
                 "known to have fewer than {min_rows} rows are left out.",
    .example = "from django.db import models\n\n\nclass Customer(models.Model):\n    pass\n\n\n"
               "class Order(models.Model):\n"
               "    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False)",
    .fix = "Creates the index with CONCURRENTLY; reads and writes go on.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-FK",
    .docs_title = "Foreign Keys",
    .requirements = "DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 1000, "Smaller tables are read whole anyway."}},
    .django = {.model = judge, .forget = pga_fields_forget},
};
