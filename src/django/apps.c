/* Applications: which folders are some, what they are called, and whether they are installed. */
#include <string.h>

#include "project_internal.h"

void
pga_django_app_free(gpointer data)
{
    PgaDjangoApp *app = data;

    g_free(app->label);
    g_free(app->path);
    g_free(app->default_auto_field);
    g_free(app);
}

static PgaDjangoApp *
app_at(const PgaDjangoProject *project, const char *path)
{
    for (guint i = 0; i < project->apps->len; i++) {
        PgaDjangoApp *app = g_ptr_array_index(project->apps, i);

        if (g_str_equal(app->path, path))
            return app;
    }
    return NULL;
}

static void
add_app(PgaDjangoProject *project, const char *path, gboolean is_built_in)
{
    PgaDjangoApp *app;

    if (app_at(project, path))
        return;
    app = g_new0(PgaDjangoApp, 1);
    app->path = g_strdup(path);
    app->label = *path ? g_path_get_basename(path) : pga_django_own_name(project);
    app->is_built_in = is_built_in;
    if (is_built_in)
        app->default_auto_field = g_strdup("django.db.models.AutoField");
    g_ptr_array_add(project->apps, app);
}

static const char *
text_member(const DjangoPlace *place, const char *name, PgaPyValue **kept)
{
    const DjangoName *member = pga_django_scope_find(place->class->scope, name);

    pga_py_value_free(g_steal_pointer(kept));
    if (member && member->value)
        *kept = pga_django_settled(place, member->value);
    return *kept && (*kept)->kind == PGA_PY_STRING ? (*kept)->text : NULL;
}

/* label and default_auto_field of the AppConfig. */
static void
take_config(const PgaDjangoProject *project, PgaDjangoApp *app, const DjangoModule *module)
{
    for (guint i = 0; i < module->scope->names->len; i++) {
        const DjangoName *name = g_ptr_array_index(module->scope->names, i);
        const DjangoPlace place = {project, module, name->class};
        const PgaPyValue *base = name->class && name->class->bases->len
                                     ? g_ptr_array_index(name->class->bases, 0)
                                     : NULL;
        g_autoptr(PgaPyValue) kept = NULL;
        const char *text;

        if (!base || !g_str_has_suffix(pga_py_last_name(base), "Config"))
            continue;
        text = text_member(&place, "label", &kept);
        if (text) {
            g_free(app->label);
            app->label = g_strdup(text);
        }
        text = text_member(&place, "default_auto_field", &kept);
        if (text) {
            g_free(app->default_auto_field);
            app->default_auto_field = g_strdup(text);
        }
    }
}

/* The app's folder of ".../models.py", ".../models/__init__.py", ".../apps.py"; "": the project's
 * folder itself. (nullable) */
static char *
app_folder(const PgaDjangoProject *project, const char *path)
{
    static const char *const ends[] = {"/models.py", "/models/__init__.py", "/apps.py",
                                       "/migrations/__init__.py"};

    for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
        if (g_str_has_suffix(path, ends[i]))
            return g_strndup(path, strlen(path) - strlen(ends[i]));
        else if (g_str_equal(path, ends[i] + 1))
            return project->directory && pga_django_project_file(project, "__init__.py")
                       ? g_strdup("")
                       : NULL;
    return NULL;
}

/* The app that an entry of INSTALLED_APPS names: a module, or an AppConfig in one. (nullable) */
static PgaDjangoApp *
named_app(const PgaDjangoProject *project, const PgaDjangoFile *from, const char *entry)
{
    g_autofree char *module = g_strdup(entry);

    for (guint i = 0; i < 3; i++) {
        g_autofree char *tail = g_strdelimit(g_strdup(module), ".", '/'), *below = NULL;
        const PgaDjangoFile *file = pga_django_project_module(project, from, module);
        g_autofree char *folder = file ? g_path_get_dirname(file->path) : NULL;
        PgaDjangoApp *app = folder ? app_at(project, folder) : NULL;
        char *dot;

        below = *from->root ? g_strconcat(from->root, "/", tail, NULL) : g_strdup(tail);
        if (!app)
            app = app_at(project, below); /* a folder without __init__.py */
        dot = strrchr(module, '.');
        if (app || !dot)
            return app;
        *dot = '\0';
    }
    return NULL;
}

/* TRUE: all of them are readable, and they name apps of this project. */
static gboolean
take_installed(PgaDjangoProject *project)
{
    gboolean is_whole = TRUE, any = FALSE;

    for (guint i = 0; i < project->settings->len; i++) {
        const PgaDjangoSettings *settings = g_ptr_array_index(project->settings, i);

        is_whole &= settings->apps_are_whole || settings->installed_apps->len == 0;
        for (guint j = 0; j < settings->installed_apps->len; j++) {
            PgaDjangoApp *app =
                named_app(project, settings->file, g_ptr_array_index(settings->installed_apps, j));

            if (app)
                app->is_installed = TRUE;
            any |= app && !app->is_built_in;
        }
    }
    return is_whole && any;
}

/* "extras/models" of "extras/models/models.py": the models of extras, in a package. */
static gboolean
is_models_package(const PgaDjangoProject *project, const char *path)
{
    g_autofree char *init = pga_django_below(path, "__init__.py");

    return g_str_has_suffix(path, "/models") && pga_django_project_file(project, init);
}

void
pga_django_find_apps(PgaDjangoProject *project)
{
    gboolean is_known;

    for (guint i = 0; i < project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(project->files, i);
        g_autofree char *path = app_folder(project, file->path);

        if (path && !is_models_package(project, path))
            add_app(project, path, file->is_built_in);
    }
    for (guint i = 0; i < project->apps->len; i++) {
        PgaDjangoApp *app = g_ptr_array_index(project->apps, i);
        g_autofree char *path = pga_django_below(app->path, "apps.py");
        const PgaDjangoFile *file = pga_django_project_file(project, path);

        if (file && pga_django_module_of(file))
            take_config(project, app, pga_django_module_of(file));
    }
    is_known = take_installed(project);
    for (guint i = 0; i < project->apps->len; i++) {
        PgaDjangoApp *app = g_ptr_array_index(project->apps, i);
        g_autofree char *within = g_strconcat("/", app->path, "/", NULL);

        app->is_installed |= !is_known && !app->is_built_in && !strstr(within, "/tests/") &&
                             !strstr(within, "/test/");
    }
}
