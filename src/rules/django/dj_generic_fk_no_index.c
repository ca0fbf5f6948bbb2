/* dj-generic-fk-no-index: rows of one object among all rows of its type. */
#include "../django_field_internal.h"

static const char *
name_of(const PgaDjangoField *field, guint place, const char *argument, const char *otherwise)
{
    const char *stated = pga_py_argument_text(field->call, place, argument);

    return stated ? stated : otherwise;
}

/* Both are among its first three, of which one may be a database's alias; or it begins with the
 * number. */
static gboolean
serves(const PgaDjangoIndex *index, const char *type, const char *number)
{
    guint n = 0;

    if (index->predicate || index->is_pattern || index->columns->len == 0)
        return FALSE;
    for (guint i = 0; i < MIN(index->columns->len, 3); i++) {
        const char *name = g_ptr_array_index(index->columns, i);

        n += g_strcmp0(name, type) == 0 || g_strcmp0(name, number) == 0;
    }
    return n == 2 || g_strcmp0(g_ptr_array_index(index->columns, 0), number) == 0;
}

static gboolean
is_served(const GPtrArray *indexes, const char *type, const char *number)
{
    for (guint i = 0; i < indexes->len; i++)
        if (serves(g_ptr_array_index(indexes, i), type, number))
            return TRUE;
    return FALSE;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    const double rows = pga_django_rows(run, model);

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        const char *type = name_of(field, 0, "ct_field", "content_type");
        const char *number = name_of(field, 1, "fk_field", "object_id");
        const char *const names[] = {type, number, NULL};
        g_autoptr(GPtrArray) indexes = NULL;
        PgaFinding *finding;

        if (field->kind != PGA_DJANGO_GENERIC_KEY || (rows >= 0 && rows < run->threshold[0]) ||
            !pga_django_model_field(model, number))
            continue;
        indexes = pga_django_model_indexes(run->project, model);
        if (is_served(indexes, type, number))
            continue;
        finding = pga_django_add_at_field(run, model, field,
                                          "no index over %s and %s: the rows of one object are "
                                          "looked for among all of its type",
                                          type, number);
        pga_finding_add_index(finding, model, names);
        finding->weight = MAX(rows, 0);
    }
}

const PgaRule pga_rule_dj_generic_fk_no_index = {
    .id = "dj-generic-fk-no-index",
    .title = "GenericForeignKey without an index over both fields",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Django makes an index for the type alone, of which there are a dozen; each look-up by "
           "object, and each delete of one that has a GenericRelation, reads all rows of its type.",
    .when_not = "The table stays small.",
    .condition = "A GenericForeignKey, and no index with both of its fields among the first "
                 "three or that begins with the object's number; models known to have fewer than "
                 "{min_rows} rows are left out.",
    .example = "from django.contrib.contenttypes.fields import GenericForeignKey\n"
               "from django.contrib.contenttypes.models import ContentType\n"
               "from django.db import models\n\n\nclass Comment(models.Model):\n"
               "    content_type = models.ForeignKey(ContentType, models.CASCADE)\n"
               "    object_id = models.PositiveIntegerField()\n"
               "    subject = GenericForeignKey()",
    .fix = "Creates the index with CONCURRENTLY; reads and writes go on.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/contrib/contenttypes/"
            "#generic-relations",
    .docs_title = "Generic relations",
    .requirements = "DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 1000, "Smaller tables are read whole anyway."}},
    .django = {.model = judge},
};
