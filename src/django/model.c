/* Models: classes that come down to Django's Model, with what they inherit. */
#include <string.h>

#include "models_internal.h"
#include "project_internal.h"

#define MAX_ANCESTORS 200
#define MAX_DEPTH     60 /* of inheritance, and of imports that are followed for their order */

void
pga_django_project_model_free(gpointer data)
{
    PgaDjangoModel *model = data;

    if (!model)
        return;
    g_free(model->app);
    g_free(model->name);
    g_free(model->parent);
    g_free(model->table);
    g_free(model->tablespace);
    g_free(model->comment);
    g_ptr_array_unref(model->bases);
    g_ptr_array_unref(model->fields);
    g_ptr_array_unref(model->indexes);
    g_ptr_array_unref(model->constraints);
    g_ptr_array_unref(model->unique_together);
    g_ptr_array_unref(model->index_together);
    g_ptr_array_unref(model->ordering);
    g_ptr_array_unref(model->get_latest_by);
    g_free(model->default_related_name);
    pga_django_links_free(model->links);
    g_free(model);
}

static void
value_free(gpointer value)
{
    pga_py_value_free(value);
}

static PgaDjangoModel *
model_new(void)
{
    PgaDjangoModel *model = g_new0(PgaDjangoModel, 1);

    model->bases = g_ptr_array_new_with_free_func(g_free);
    model->fields = g_ptr_array_new_with_free_func(pga_django_project_field_free);
    model->indexes = g_ptr_array_new_with_free_func(value_free);
    model->constraints = g_ptr_array_new_with_free_func(value_free);
    model->unique_together = g_ptr_array_new_with_free_func(value_free);
    model->index_together = g_ptr_array_new_with_free_func(value_free);
    model->ordering = g_ptr_array_new_with_free_func(value_free);
    model->get_latest_by = g_ptr_array_new_with_free_func(value_free);
    return model;
}

/* --- Meta --- */

/* "%(app_label)s_%(class)s_key" in a name. */
static void
fill_name(const PgaDjangoModel *model, PgaPyValue *call)
{
    const PgaPyValue *name = pga_py_argument(call, G_MAXUINT, "name");
    g_autofree char *lower = NULL, *whole = NULL;
    g_auto(GStrv) parts = NULL;

    if (call->kind != PGA_PY_CALL || !name || name->kind != PGA_PY_STRING ||
        !strstr(name->text, "%("))
        return;
    lower = g_ascii_strdown(model->name, -1);
    parts = g_strsplit(name->text, "%(app_label)s", -1);
    whole = g_strjoinv(model->app, parts);
    g_strfreev(g_steal_pointer(&parts));
    parts = g_strsplit(whole, "%(class)s", -1);
    g_free(whole);
    whole = g_strjoinv(lower, parts);
    pga_django_set_argument(call, "name", pga_django_string(whole));
}

static void
take_list(GPtrArray *into, PgaPyValue *list)
{
    if (list && list->kind == PGA_PY_STRING) { /* get_latest_by = "made" */
        g_ptr_array_add(into, list);
        return;
    }
    if (list && list->kind == PGA_PY_LIST)
        g_ptr_array_extend_and_steal(into, g_steal_pointer(&list->items));
    pga_py_value_free(list);
}

static void
take_together(GPtrArray *into, PgaPyValue *value)
{
    g_autoptr(GPtrArray) lists = g_ptr_array_new();

    pga_django_take_together(lists, value);
    for (guint i = 0; i < lists->len; i++)
        g_ptr_array_add(into, pga_py_value_copy(g_ptr_array_index(lists, i)));
    pga_py_value_free(value);
}

/* Ordering comes from a concrete parent too. */
static void
take_meta(const PgaDjangoProject *project, PgaDjangoModel *model, const DjangoAncestry *ancestry)
{
    const DjangoClass *meta = pga_django_meta_of(ancestry);
    g_autoptr(PgaPyValue) managed = pga_django_meta_option(project, meta, "managed");
    g_autofree char *lower = g_ascii_strdown(model->name, -1), *plain = NULL;

    model->is_managed = !(managed && managed->kind == PGA_PY_BOOL && !managed->truth);
    model->table = pga_django_meta_text(project, meta, "db_table");
    if (!model->table)
        model->table = g_strdup_printf("%s_%s", model->app, lower);
    plain = g_steal_pointer(&model->table);
    model->table = pga_django_truncated(plain);
    model->tablespace = pga_django_meta_text(project, meta, "db_tablespace");
    model->comment = pga_django_meta_text(project, meta, "db_table_comment");
    take_list(model->indexes, pga_django_meta_option(project, meta, "indexes"));
    take_list(model->constraints, pga_django_meta_option(project, meta, "constraints"));
    take_list(model->ordering, pga_django_meta_option(project, meta, "ordering"));
    take_list(model->get_latest_by, pga_django_meta_option(project, meta, "get_latest_by"));
    model->default_related_name = pga_django_meta_text(project, meta, "default_related_name");
    take_together(model->unique_together, pga_django_meta_option(project, meta, "unique_together"));
    take_together(model->index_together, pga_django_meta_option(project, meta, "index_together"));
    for (guint i = 0; i < model->indexes->len; i++)
        fill_name(model, g_ptr_array_index(model->indexes, i));
    for (guint i = 0; i < model->constraints->len; i++)
        fill_name(model, g_ptr_array_index(model->constraints, i));
}

/* --- models --- */

static void
take_bases(const PgaDjangoProject *project, PgaDjangoModel *model, const DjangoClass *class)
{
    const DjangoPlace place = {project, class->module, class->outer};

    for (guint i = 0; i < class->bases->len; i++) {
        const PgaPyValue *base = g_ptr_array_index(class->bases, i);
        g_autofree char *outside = base->text ? pga_django_outside(&place, base->text) : NULL;

        g_ptr_array_add(model->bases, g_strdup(outside ? outside : base->text ? base->text : "?"));
    }
}

/* proxy = "an.app" in settings.INSTALLED_APPS: written where it is one as a rule. */
static gboolean
is_proxy_at_times(const DjangoClass *class)
{
    const DjangoName *meta = pga_django_scope_find(class->scope, "Meta");
    const DjangoName *proxy =
        meta && meta->class ? pga_django_scope_find(meta->class->scope, "proxy") : NULL;

    return proxy && proxy->value && proxy->value->kind != PGA_PY_BOOL;
}

static void
add_model(PgaDjangoProject *project, const DjangoClass *class, const PgaDjangoApp *app,
          const DjangoAncestry *ancestry)
{
    g_autofree char *label =
        pga_django_meta_text(project, pga_django_meta_of(ancestry), "app_label");
    PgaDjangoModel *model;

    if (!label && !app && !pga_django_class_is_abstract(class))
        return;
    model = model_new();
    model->app = g_strdup(label ? label : app ? app->label : "");
    model->name = g_strdup(class->name);
    model->file = class->module->file;
    model->line = class->line;
    model->is_abstract = pga_django_class_is_abstract(class);
    model->is_proxy = pga_django_meta_is(class, "proxy") || is_proxy_at_times(class);
    model->is_partial = ancestry->is_partial;
    take_bases(project, model, class);
    take_meta(project, model, ancestry);
    pga_django_add_fields(project, model, ancestry);
    pga_django_add_key(project, model, class);
    pga_django_order_fields(project, model, ancestry);
    {
        g_autofree char *name = g_strdup_printf("%s.%s", model->app, model->name);

        model->is_swapped = g_str_equal(name, "auth.User") &&
                            !g_str_equal(pga_django_project_user_model(project), name);
    }
    g_ptr_array_add(project->models, model);
}

static gboolean
has_field(const PgaDjangoProject *project, const DjangoClass *class)
{
    const DjangoPlace place = {project, class->module, class};
    PgaDjangoModel nobody = {.app = (char *)"", .name = (char *)""};

    for (guint i = 0; i < class->scope->names->len; i++) {
        PgaDjangoField *field =
            pga_django_field_read(&place, g_ptr_array_index(class->scope->names, i), &nobody);

        pga_django_project_field_free(field);
        if (field)
            return TRUE;
    }
    return FALSE;
}

/* In tests only where the tests are an app that is installed. */
static gboolean
is_registered(const PgaDjangoFile *file, const PgaDjangoApp *app)
{
    g_autofree char *within = app ? g_strconcat("/", app->path, "/", NULL) : NULL;

    if (!file->is_test)
        return TRUE;
    return app && app->is_installed && strstr(within, "/test") != NULL;
}

static void
find_in_file(PgaDjangoProject *project, const PgaDjangoFile *file)
{
    const DjangoModule *module = pga_django_module_of(file);
    const PgaDjangoApp *app = pga_django_project_app(project, file);

    if (!module || !is_registered(file, app))
        return;
    for (guint i = 0; i < module->scope->names->len; i++) {
        const DjangoName *name = g_ptr_array_index(module->scope->names, i);
        g_auto(DjangoAncestry) ancestry = {0};

        if (!name->class)
            continue;
        pga_django_ancestry(project, name->class, &ancestry);
        if (ancestry.is_model || (ancestry.is_partial && has_field(project, name->class)))
            add_model(project, name->class, app, &ancestry);
    }
}

/* Modules get their numbers as Python would finish importing them. */
static void /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it; each module once */
load(const PgaDjangoProject *project, DjangoModule *module, guint *n, guint depth)
{
    if (module->loaded || depth > MAX_DEPTH)
        return;
    module->loaded = G_MAXUINT;
    for (guint i = 0; i < module->imports->len; i++) {
        g_autofree char *name = g_strdup(g_ptr_array_index(module->imports, i));
        const PgaDjangoFile *file = pga_django_project_module(project, module->file, name);
        char *dot = strrchr(name, '.');

        if (!file && dot) {
            *dot = '\0';
            file = pga_django_project_module(project, module->file, name);
        }
        if (file && pga_django_module_of(file))
            load(project, pga_django_module_of(file), n, depth + 1);
    }
    module->loaded = ++*n;
}

static gint
compare_models(gconstpointer one, gconstpointer other)
{
    const PgaDjangoModel *a = *(PgaDjangoModel *const *)one, *b = *(PgaDjangoModel *const *)other;
    const gint by_app = strcmp(a->app, b->app), by_file = strcmp(a->file->path, b->file->path);

    if (by_app || by_file)
        return by_app ? by_app : by_file;
    return a->line < b->line ? -1 : a->line > b->line;
}

void
pga_django_find_models(PgaDjangoProject *project)
{
    guint n = 0;

    for (guint i = 0; i < project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(project->files, i);

        if (pga_django_module_of(file))
            load(project, pga_django_module_of(file), &n, 0);
    }
    for (guint i = 0; i < project->files->len; i++)
        find_in_file(project, g_ptr_array_index(project->files, i));
    g_ptr_array_sort(project->models, compare_models);
}

const PgaDjangoModel *
pga_django_project_model(const PgaDjangoProject *project, const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);

    if (project->by_model)
        return g_hash_table_lookup(project->by_model, lower);
    for (guint i = 0; i < project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(project->models, i);
        g_autofree char *own = g_strconcat(model->app, ".", model->name, NULL);

        if (g_ascii_strcasecmp(own, name) == 0)
            return model;
    }
    return NULL;
}
