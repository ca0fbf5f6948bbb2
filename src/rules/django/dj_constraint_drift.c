/* dj-constraint-drift: the database has other indexes and constraints than the models. */
#include "../django_field_internal.h"

#include <string.h>

/* (nullable): the model's table, where the database has it once. */
static const PgaRelation *
relation_of(const PgaCatalog *catalog, const char *table)
{
    const PgaRelation *found = NULL;

    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        if (!strchr("rp", relation->relkind) || !g_str_equal(relation->relname, table))
            continue;
        if (found)
            return NULL;
        found = relation;
    }
    return found;
}

/* A column of the model is not there yet: migrations are to be run first. */
static gboolean
is_behind(const PgaDjangoModel *model, const PgaRelation *relation)
{
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        gboolean has = field->column == NULL;

        for (guint j = 0; !has && j < relation->attributes->len; j++)
            has = g_str_equal(
                ((const PgaAttribute *)g_ptr_array_index(relation->attributes, j))->attname,
                field->column);
        if (!has)
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_named(const PgaRelation *relation, const char *name)
{
    for (guint i = 0; i < relation->indexes->len; i++)
        if (g_str_equal(((const PgaIndex *)g_ptr_array_index(relation->indexes, i))->relname, name))
            return TRUE;
    for (guint i = 0; i < relation->constraints->len; i++)
        if (g_str_equal(
                ((const PgaConstraint *)g_ptr_array_index(relation->constraints, i))->conname,
                name))
            return TRUE;
    return FALSE;
}

static gboolean
is_named(const GPtrArray *calls, const char *name)
{
    for (guint i = 0; i < calls->len; i++)
        if (g_strcmp0(pga_py_argument_text(g_ptr_array_index(calls, i), G_MAXUINT, "name"), name) ==
            0)
            return TRUE;
    return FALSE;
}

/* What Meta names and the database lacks. */
static void
find_missing(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaRelation *relation,
             const GPtrArray *calls)
{
    for (guint i = 0; i < calls->len; i++) {
        const PgaPyValue *call = g_ptr_array_index(calls, i);
        const char *name = pga_py_argument_text(call, G_MAXUINT, "name");
        g_autofree char *object = g_strdup_printf("%s.%s.%s", model->app, model->name, name);
        g_autofree char *text = pga_py_value_text(call);
        PgaFinding *finding;

        if (!name || has_named(relation, name))
            continue;
        finding =
            pga_django_add_finding(run, model->file, call->line ? call->line : model->line, object,
                                   text, "%s has nothing of the name %s", relation->relname, name);
        finding->confidence = PGA_CONFIDENCE_LIKELY;
    }
}

/* Those of columns that the model has an index on have another name at most. */
static gboolean
is_known(const PgaDjangoModel *model, const GPtrArray *indexes, const PgaRelation *relation,
         const PgaIndex *index)
{
    const PgaAttribute *attribute =
        index->indkey->len
            ? pga_relation_attribute(relation, g_array_index(index->indkey, gint16, 0))
            : NULL;

    for (guint i = 0; attribute && i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (g_strcmp0(field->column, attribute->attname) == 0 &&
            pga_django_indexes_lead_with(indexes, field->name))
            return TRUE;
    }
    return is_named(model->indexes, index->relname) || is_named(model->constraints, index->relname);
}

/* (transfer full): what the database has and the models do not know of, NULL-terminated. */
static GPtrArray *
unknown_names(const PgaDjangoRun *run, const PgaDjangoModel *model, const PgaRelation *relation)
{
    g_autoptr(GPtrArray) indexes = pga_django_model_indexes(run->project, model);
    GPtrArray *names = g_ptr_array_new();

    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (!index->indisprimary && !index->constraint &&
            !is_known(model, indexes, relation, index))
            g_ptr_array_add(names, index->relname);
    }
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (constraint->contype == 'x' && !is_named(model->constraints, constraint->conname))
            g_ptr_array_add(names, constraint->conname);
    }
    g_ptr_array_add(names, NULL);
    return names;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    const PgaCatalog *catalog = run->source->catalog;
    const PgaRelation *relation = catalog ? relation_of(catalog, model->table) : NULL;
    g_autoptr(GPtrArray) names = NULL;
    g_autofree char *joined = NULL;

    if (!relation || model->is_partial || is_behind(model, relation))
        return;
    find_missing(run, model, relation, model->indexes);
    find_missing(run, model, relation, model->constraints);
    names = unknown_names(run, model, relation);
    joined = g_strjoinv(", ", (char **)names->pdata);
    if (names->len > 1) {
        PgaFinding *finding = pga_django_add_at_model(
            run, model, "only the database has %s: no other one that migrate makes will", joined);

        finding->confidence = PGA_CONFIDENCE_LIKELY;
        pga_django_set_severity(run, finding, PGA_SEVERITY_INFO);
    }
}

const PgaRule pga_rule_dj_constraint_drift = {
    .id = "dj-constraint-drift",
    .title = "Models and database disagree about an index or a constraint",
    .category = "constraint",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why =
        "The code relies on a key that is not there, or the one that makes a query fast is known "
        "to this one database only: tests and the next copy do without.",
    .when_not = "Migrations are to be run yet, or somebody looks after these indexes by hand.",
    .condition =
        "With --source: what Meta.indexes and Meta.constraints name and the table has not; "
        "indexes and exclusion constraints of the table that the model does not have (an "
        "info). Tables that lack a column of their model are left out.",
    .fix = "A migration: of the index, or of the state alone where the database is right.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/migration-operations/"
            "#separatedatabaseandstate",
    .docs_title = "Migration Operations: SeparateDatabaseAndState",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.model = judge},
};
