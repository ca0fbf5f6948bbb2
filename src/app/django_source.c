/* What a project is judged with: versions, the database's sizes, stated rows. */
#include "django_steps_internal.h"

#include <base/error.h>
#include <base/progress.h>
#include <base/text.h>
#include <parse/configuration.h>
#include <rules/rule.h>

enum { OLDEST_DJANGO = 202, NEWEST_DJANGO = 602 };

gboolean
pga_django_version_parse(const char *text, guint *version, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "", ".", 3);
    guint64 major = 0, minor = 0;

    if (!text)
        return TRUE;
    if (parts[0] && g_ascii_string_to_unsigned(parts[0], 10, 2, 9, &major, NULL) &&
        (!parts[1] || g_ascii_string_to_unsigned(parts[1], 10, 0, 9, &minor, NULL)) &&
        major * 100 + minor >= OLDEST_DJANGO && major * 100 + minor <= NEWEST_DJANGO) {
        *version = (guint)(major * 100 + minor);
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_INPUT, "--django-version \"%s\" is not known", text);
    pga_error_hint(error, "Give a release from 2.2 to 6.0: 4.2.");
    return FALSE;
}

static gboolean
is_rule(const char *id)
{
    const PgaRule *rule = pga_rule_by_id(id);

    return rule && rule->inputs == PGA_INPUTS_DJANGO;
}

/* (transfer container): ends in NULL. */
static GPtrArray *
rule_ids(void)
{
    GPtrArray *ids = g_ptr_array_new();
    guint n_rules = 0;
    const PgaRule *const *rules = pga_rules(&n_rules);

    for (guint i = 0; i < n_rules; i++)
        if (rules[i]->inputs == PGA_INPUTS_DJANGO)
            g_ptr_array_add(ids, (gpointer)rules[i]->id);
    g_ptr_array_add(ids, NULL);
    return ids;
}

gboolean
pga_django_check_only(const PgaDjangoRequest *request, GError **error)
{
    for (guint i = 0; request->only && request->only[i]; i++) {
        g_autoptr(GPtrArray) ids = NULL;
        const char *nearest;

        if (is_rule(request->only[i]))
            continue;
        ids = rule_ids();
        nearest = pga_text_closest(request->only[i], (const char *const *)ids->pdata);
        pga_error_set(error, PGA_ERROR_INPUT, "there is no rule \"%s\" about Django projects",
                      request->only[i]);
        if (nearest)
            pga_error_hint(error, "Did you mean \"%s\"? \"pgarchitect rules\" lists them.",
                           nearest);
        else
            pga_error_hint(error, "\"pgarchitect rules\" lists them.");
        return FALSE;
    }
    return TRUE;
}

/* (transfer container): labels of the project's own, ends in NULL. */
static GPtrArray *
app_labels(const PgaDjangoProject *project)
{
    GPtrArray *labels = g_ptr_array_new();

    for (guint i = 0; i < project->apps->len; i++) {
        const PgaDjangoApp *app = g_ptr_array_index(project->apps, i);

        if (!app->is_built_in)
            g_ptr_array_add(labels, app->label);
    }
    g_ptr_array_add(labels, NULL);
    return labels;
}

gboolean
pga_django_check_apps(PgaDjangoWork *work, GError **error)
{
    g_autoptr(GPtrArray) labels = app_labels(work->project);
    const char *const *known = (const char *const *)labels->pdata;
    const char *const *apps = work->request->apps;

    for (guint i = 0; apps && apps[i]; i++) {
        g_autofree char *list = NULL;

        if (g_strv_contains(known, apps[i]))
            continue;
        list = g_strjoinv(", ", (char **)labels->pdata);
        pga_error_set(error, PGA_ERROR_INPUT, "the project has no app \"%s\"", apps[i]);
        pga_error_hint(error, "It has these: %s.", list);
        return FALSE;
    }
    for (guint i = 0; known[i]; i++)
        if (!apps || !apps[0] || g_strv_contains(apps, known[i]))
            g_ptr_array_add(work->report->apps, g_strdup(known[i]));
    return TRUE;
}

guint
pga_django_count_files(const PgaDjangoProject *project)
{
    guint n = 0;

    for (guint i = 0; i < project->files->len; i++)
        n += !((const PgaDjangoFile *)g_ptr_array_index(project->files, i))->is_built_in;
    return n;
}

static void
keep_rows(PgaDjangoWork *work, const PgaDjangoModel *model, double rows)
{
    double *kept = g_new(double, 1);

    *kept = rows;
    g_hash_table_replace(work->rows, pga_django_model_name(model), kept);
}

/* (transfer container): names of tables to relations, those of "public" before others'. */
static GHashTable *
index_relations(const PgaCatalog *catalog)
{
    GHashTable *relations = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        if (g_str_equal(relation->nspname, "public") ||
            !g_hash_table_contains(relations, relation->relname))
            g_hash_table_insert(relations, relation->relname, relation);
    }
    return relations;
}

static void
take_rows(PgaDjangoWork *work)
{
    g_autoptr(GHashTable) relations = index_relations(work->source.catalog);

    for (guint i = 0; i < work->project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(work->project->models, i);
        const PgaRelation *relation = model->is_abstract || model->is_proxy || !model->table
                                          ? NULL
                                          : g_hash_table_lookup(relations, model->table);

        if (relation && relation->reltuples >= 0)
            keep_rows(work, model, relation->reltuples);
    }
}

/* (nullable): "shop.Order", or its table. */
static const PgaDjangoModel *
stated_model(const PgaDjangoProject *project, const char *name)
{
    const PgaDjangoModel *found = pga_django_project_model(project, name);

    for (guint i = 0; !found && i < project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(project->models, i);

        if (!model->is_abstract && !model->is_proxy && g_strcmp0(model->table, name) == 0)
            found = model;
    }
    return found;
}

static gboolean
state_rows(PgaDjangoWork *work, GError **error)
{
    const char *const *arguments = work->request->from.rows;
    g_autoptr(GArray) stated = g_array_new(FALSE, FALSE, sizeof(PgaStatedRows));

    g_array_set_clear_func(stated, (GDestroyNotify)pga_stated_rows_clear);
    for (guint i = 0; arguments && arguments[i]; i++)
        if (!pga_stated_rows_read(arguments[i], stated, error))
            return FALSE;
    for (guint i = 0; i < stated->len; i++) {
        const PgaStatedRows *rows = &g_array_index(stated, PgaStatedRows, i);
        const PgaDjangoModel *model = stated_model(work->project, rows->relation);

        if (!model) {
            g_ptr_array_add(work->report->notes,
                            g_strdup_printf("--rows names %s, a model that the project does not "
                                            "have: give it as app.Model.",
                                            rows->relation));
            continue;
        }
        keep_rows(work, model, rows->rows);
        g_hash_table_add(work->rows_stated, pga_django_model_name(model));
    }
    return TRUE;
}

static gboolean
open_source(PgaDjangoWork *work, GError **error)
{
    PgaSourceRequest from = work->request->from;

    from.rows = NULL; /* these are of models */
    if (!pga_source_open(&from, &work->source, work->report->not_checked, error))
        return FALSE;
    if (!work->request->pg_version)
        work->report->version = work->source.environment->version_num;
    take_rows(work);
    return TRUE;
}

static char *
sizes_source(const PgaDjangoWork *work)
{
    static const char others[] = "those of other models are assumed by what references them";
    const gboolean stated = g_hash_table_size(work->rows_stated) > 0;

    if (work->source.environment)
        return g_strdup_printf("Rows are those of %s%s; %s.", work->source.environment->source_name,
                               stated ? " and of --rows" : "", others);
    if (stated)
        return g_strdup_printf("Rows are those of --rows; %s.", others);
    return g_strdup("Nobody says how many rows there are: they are assumed by what references a "
                    "model. State them with --rows app.Model=N, or name a database or a snapshot "
                    "with --source.");
}

gboolean
pga_django_source_open(PgaDjangoWork *work, GError **error)
{
    const PgaDjangoRequest *request = work->request;

    work->report->version = PGA_OLDEST_SUPPORTED;
    if (request->pg_version &&
        !pga_source_version_parse(request->pg_version, &work->report->version, error))
        return FALSE;
    work->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    work->rows_stated = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if ((request->has_source && !open_source(work, error)) || !state_rows(work, error))
        return FALSE;
    work->report->sizes_source = sizes_source(work);
    return TRUE;
}
