/* dj-like-index-unneeded: a second index for LIKE that nobody asks with. */
#include <string.h>

#include "../django_field_internal.h"

/* "shop.Order.code" of fields that are asked for by their beginning. */
static void
begin(PgaDjangoRun *run)
{
    run->memory = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
note(GHashTable *asked, const PgaDjangoModel *model, const char *field)
{
    g_hash_table_add(asked, g_strdup_printf("%s.%s.%s", model->app, model->name, field));
}

static void
visit(const PgaDjangoLookup *lookup, gboolean required G_GNUC_UNUSED, gpointer data)
{
    static const char *const served[] = {"startswith", "regex", "contains", "endswith", NULL};

    if (lookup->path.model && lookup->path.field && g_strv_contains(served, lookup->path.lookup))
        note(data, lookup->path.model, lookup->path.field->name);
}

static void
judge_event(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    if (event->queryset)
        pga_django_queryset_each_lookup(event->queryset, visit, run->memory);
}

/* search_fields = ["^code"] */
static void
judge_class(PgaDjangoRun *run, const PgaDjangoClass *class)
{
    for (guint i = 0; class->model && class->search_fields && i < class->search_fields->len; i++) {
        const char *name = g_ptr_array_index(class->search_fields, i);

        if (name[0] == '^')
            note(run->memory, class->model, name + 1);
    }
}

static void
judge_model(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    g_autoptr(GPtrArray) indexes = pga_django_model_indexes(run->project, model);
    g_autoptr(GPtrArray) fields = g_ptr_array_new();
    g_autofree char *names = NULL;
    PgaFinding *finding;

    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);
        const PgaDjangoField *field =
            index->is_pattern ? pga_django_model_field(model, g_ptr_array_index(index->columns, 0))
                              : NULL;
        g_autofree char *key =
            field ? g_strdup_printf("%s.%s.%s", model->app, model->name, field->name) : NULL;

        if (field && field->file && !g_hash_table_contains(run->memory, key))
            g_ptr_array_add(fields, (gpointer)field);
    }
    if (fields->len == 0)
        return;
    names = pga_field_names(fields);
    finding = pga_django_add_at_fields(run, model, fields,
                                       "Django makes a second index (…_like) for %s, and nothing "
                                       "in the code asks for a beginning",
                                       names);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    finding->fix.safety = PGA_SAFETY_REVIEW;
    pga_django_fix_code(finding, g_strdup("# Meta.indexes or a UniqueConstraint in place of "
                                          "db_index=True, unique=True: they make one index"));
    finding->weight = pga_django_rows(run, model);
}

static gboolean
is_large(const PgaDjangoRun *run, const PgaDjangoModel *model)
{
    return pga_django_rows(run, model) >= run->threshold[0];
}

static void
finish(PgaDjangoRun *run)
{
    for (guint i = 0; i < run->project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(run->project->models, i);

        if (!model->is_abstract && !model->is_proxy && !model->file->is_built_in &&
            is_large(run, model))
            judge_model(run, model);
    }
}

const PgaRule pga_rule_dj_like_index_unneeded = {
    .id = "dj-like-index-unneeded",
    .title = "Second index for LIKE that nobody needs",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "For each text with db_index, unique or primary_key, and each key that references one, "
           "Django makes an index with varchar_pattern_ops besides: twice the writing.",
    .when_not = "The database's collation is C, or SQL outside the project uses LIKE 'x%'.",
    .condition = "Texts with such an index in models of {min_rows} rows or more, as stated or read "
                 "from a database, that no startswith, regex or \"^\" of search_fields asks for. "
                 "One finding for all fields of a model.",
    .fix = "Proposes Meta.indexes or UniqueConstraint, which make one index; the change builds it "
           "anew.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/databases/"
            "#indexes-for-varchar-and-text-columns",
    .docs_title = "Indexes for varchar and text columns",
    .requirements = "DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 100000, "Smaller models are not reported."}},
    .django = {.begin = begin,
               .class = judge_class,
               .event = judge_event,
               .finish = finish,
               .forget = pga_fields_forget},
};
