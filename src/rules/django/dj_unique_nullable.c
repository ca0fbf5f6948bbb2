/* dj-unique-nullable: NULL is distinct from NULL. */
#include <string.h>

#include "../django_field_internal.h"

/* (nullable): the first field of the key that may be NULL. @n: how many. */
static const PgaDjangoField *
nullable_of(const PgaDjangoModel *model, const PgaDjangoIndex *index, guint *n)
{
    const PgaDjangoField *first = NULL;

    *n = 0;
    for (guint i = 0; i < index->columns->len; i++) {
        const char *name = g_ptr_array_index(index->columns, i);
        const PgaDjangoField *field = name ? pga_django_model_field(model, name) : NULL;

        if (!field || !field->is_null)
            continue;
        first = first ? first : field;
        (*n)++;
    }
    return first;
}

/* nulls_distinct=False, or another one says what holds where it is NULL. */
static gboolean
is_settled(const PgaDjangoModel *model, const GPtrArray *indexes, const PgaDjangoIndex *index,
           const char *field)
{
    g_autofree char *asked = g_strconcat(field, "__isnull", NULL);
    g_autofree char *none = g_strconcat(field, "=None", NULL);

    for (guint i = 0; i < model->constraints->len; i++) {
        const PgaPyValue *call = g_ptr_array_index(model->constraints, i);
        const PgaPyValue *distinct = pga_py_argument(call, G_MAXUINT, "nulls_distinct");

        if (call->line == index->line && distinct && distinct->kind == PGA_PY_BOOL)
            return TRUE;
    }
    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *other = g_ptr_array_index(indexes, i);

        if (other->is_unique && other->predicate &&
            (strstr(other->predicate, asked) || strstr(other->predicate, none)))
            return TRUE;
    }
    return FALSE;
}

/* A tree: rows without a parent have the same name twice. */
static gboolean
is_tree(const PgaDjangoModel *model, const PgaDjangoField *field)
{
    g_autofree char *own = g_strconcat(model->app, ".", model->name, NULL);

    return pga_field_is_reference(field) && g_strcmp0(field->target, own) == 0;
}

static void
report(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoIndex *index,
       const PgaDjangoField *field)
{
    g_autofree char *names = NULL, *object = NULL, *code = NULL;
    g_autofree char *statement = NULL;
    PgaFinding *finding;

    g_ptr_array_add(index->columns, NULL);
    names = g_strjoinv(", ", (char **)index->columns->pdata);
    code = g_strjoinv("\", \"", (char **)index->columns->pdata);
    g_ptr_array_remove_index(index->columns, index->columns->len - 1);
    object = g_strdup_printf("%s.%s (%s)", model->app, model->name, names);
    statement = g_strdup_printf("%s %s", index->origin, index->name ? index->name : names);
    finding = pga_django_add_finding(run, model->file, index->line ? index->line : model->line,
                                     object, statement,
                                     "%s may be NULL, and NULLs are distinct: rows that agree in "
                                     "the rest may repeat",
                                     field->name);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    finding->fix.safety = PGA_SAFETY_REVIEW;
    if (run->project->version >= 500)
        pga_django_fix_code(finding, g_strdup_printf("models.UniqueConstraint(fields=[\"%s\"], "
                                                     "nulls_distinct=False, name=\"…\"),",
                                                     code));
    else
        pga_django_fix_code(finding,
                            g_strdup_printf("# beside it, for the rows without %s:\n"
                                            "models.UniqueConstraint(fields=[…], "
                                            "condition=models.Q(%s__isnull=True), name=\"…\"),",
                                            field->name, field->name));
    if (is_tree(model, field))
        pga_django_set_severity(run, finding, PGA_SEVERITY_WARNING);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    g_autoptr(GPtrArray) indexes = pga_django_model_indexes(run->project, model);

    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);
        guint n_nullable;
        const PgaDjangoField *field = nullable_of(model, index, &n_nullable);

        if (index->is_unique && !index->predicate && index->columns->len > 1 && n_nullable == 1 &&
            !g_ptr_array_find(index->columns, NULL, NULL) &&
            !is_settled(model, indexes, index, field->name))
            report(run, model, index, field);
    }
}

const PgaRule pga_rule_dj_unique_nullable = {
    .id = "dj-unique-nullable",
    .title = "Unique key over a field that may be NULL",
    .category = "constraint",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_INFO,
    .why = "Two rows with NULL are not equal, so the key lets them in: a tree has two roots of the "
           "same name.",
    .when_not = "NULL means \"not set\" and rows without it may repeat on purpose.",
    .condition =
        "unique_together or a UniqueConstraint of two or more fields of which one may be NULL, "
        "without condition, nulls_distinct=False or a second constraint for NULL. A warning "
        "where the field is the parent of a tree, else an info.",
    .example = "from django.db import models\n\n\nclass Category(models.Model):\n"
               "    parent = models.ForeignKey(\"self\", models.CASCADE, null=True)\n"
               "    name = models.CharField(max_length=50)\n\n    class Meta:\n"
               "        unique_together = [(\"parent\", \"name\")]",
    .fix = "Proposes nulls_distinct=False, before Django 5.0 a second UniqueConstraint with a "
           "condition; rows that repeat are found first.",
    .versions = "NULLS NOT DISTINCT exists since PostgreSQL 15.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS",
    .docs_title = "Unique Constraints",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.model = judge},
};
