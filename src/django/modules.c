/* Where modules are imported from, and which file a module's name means. */
#include <string.h>

#include "project_internal.h"

static char *
folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? g_strndup(path, (gsize)(slash - path)) : g_strdup("");
}

char *
pga_django_below(const char *folder, const char *name)
{
    return *folder ? g_strconcat(folder, "/", name, NULL) : g_strdup(name);
}

static gboolean
is_package(const PgaDjangoProject *project, const char *folder)
{
    g_autofree char *init = pga_django_below(folder, "__init__.py");

    return *folder && pga_django_project_file(project, init);
}

/* The folder above the outermost package. */
static char *
package_root(const PgaDjangoProject *project, const char *path)
{
    char *folder = folder_of(path);

    while (is_package(project, folder)) {
        g_autofree char *inner = folder;

        folder = folder_of(inner);
    }
    return folder;
}

static void
add_root(PgaDjangoProject *project, const char *folder)
{
    if (g_ptr_array_find_with_equal_func(project->roots, folder, g_str_equal, NULL))
        return;
    g_ptr_array_add(project->roots, g_strdup(folder));
    g_hash_table_remove_all(project->by_module);
}

static gboolean
is_below(const char *path, const char *folder)
{
    const gsize length = strlen(folder);

    return length == 0 || (g_str_has_prefix(path, folder) && path[length] == '/');
}

/* "shop/models/__init__.py" below the root: "shop.models". */
static char *
module_name(const char *path, const char *root)
{
    char *name = g_strdup(path + (*root ? strlen(root) + 1 : 0));

    name[strlen(name) - strlen(".py")] = '\0';
    if (g_str_has_suffix(name, "/__init__"))
        name[strlen(name) - strlen("/__init__")] = '\0';
    return g_strdelimit(name, "/", '.');
}

static gint
compare_files(gconstpointer one, gconstpointer other)
{
    return strcmp((*(PgaDjangoFile *const *)one)->path, (*(PgaDjangoFile *const *)other)->path);
}

/* The folder of the manage.py above the file where the packages begin there, else the package's. */
static void
place_file(PgaDjangoProject *project, PgaDjangoFile *file)
{
    g_autofree char *root = package_root(project, file->path);

    for (;;) {
        g_autofree char *manage = pga_django_below(root, "manage.py"), *inner = NULL;

        if (!*root || pga_django_project_file(project, manage))
            break;
        inner = g_steal_pointer(&root);
        root = folder_of(inner);
    }
    file->root = g_steal_pointer(&root);
    if (!*file->root) {
        g_autofree char *package = package_root(project, file->path);

        if (!pga_django_project_file(project, "manage.py")) {
            g_free(file->root);
            file->root = g_steal_pointer(&package);
        }
    }
    file->module = module_name(file->path, file->root);
}

/* A folder of packages may be a package without an __init__.py: the folders above come last. */
static void
add_outer_roots(PgaDjangoProject *project)
{
    for (guint i = 0; i < project->roots->len; i++) {
        g_autofree char *outer = folder_of(g_ptr_array_index(project->roots, i));

        add_root(project, outer);
    }
}

static void
find_roots(PgaDjangoProject *project)
{
    add_root(project, "");
    for (guint i = 0; i < project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(project->files, i);
        g_autofree char *root = package_root(project, file->path);

        add_root(project, file->root);
        if (g_str_has_suffix(file->path, "/__init__.py"))
            add_root(project, root);
    }
    add_outer_roots(project);
}

static const PgaDjangoFile *
module_below(const PgaDjangoProject *project, const char *root, const char *path)
{
    g_autofree char *start = pga_django_below(root, path);
    g_autofree char *plain = g_strconcat(start, ".py", NULL);
    g_autofree char *package = g_strconcat(start, "/__init__.py", NULL);
    const PgaDjangoFile *file = pga_django_project_file(project, package);

    return file ? file : pga_django_project_file(project, plain);
}

char *
pga_django_own_name(const PgaDjangoProject *project)
{
    g_autofree char *folder = g_canonicalize_filename(project->directory, NULL);

    return g_path_get_basename(folder);
}

/* The folder that is read may be a package itself: "shop/models" in the folder shop is "models". */
static const char *
below_itself(const PgaDjangoProject *project, const char *path)
{
    g_autofree char *name = NULL;

    if (!project->directory)
        return NULL;
    name = pga_django_own_name(project);
    return g_str_has_prefix(path, name) && path[strlen(name)] == '/' ? path + strlen(name) + 1
                                                                     : NULL;
}

/* Below any of the roots. Most modules are of packages that are not here, and are asked for again
 * and again. */
static const PgaDjangoFile *
module_anywhere(const PgaDjangoProject *project, const char *module, const char *path)
{
    const PgaDjangoFile *file = NULL;
    const char *inner;
    gpointer known = NULL;

    if (g_hash_table_lookup_extended(project->by_module, module, NULL, &known))
        return known;
    for (guint i = 0; !file && i < project->roots->len; i++)
        file = module_below(project, g_ptr_array_index(project->roots, i), path);
    inner = file ? NULL : below_itself(project, path);
    if (inner)
        file = module_below(project, "", inner);
    g_hash_table_insert(project->by_module, g_strdup(module), (gpointer)file);
    return file;
}

const PgaDjangoFile *
pga_django_project_module(const PgaDjangoProject *project, const PgaDjangoFile *from,
                          const char *module)
{
    g_autofree char *path = g_strdelimit(g_strdup(module), ".", '/');
    const PgaDjangoFile *file = from ? module_below(project, from->root, path) : NULL;

    return file ? file : module_anywhere(project, module, path);
}

const PgaDjangoApp *
pga_django_project_app(const PgaDjangoProject *project, const PgaDjangoFile *file)
{
    const PgaDjangoApp *best = NULL;

    for (guint i = 0; i < project->apps->len; i++) {
        const PgaDjangoApp *app = g_ptr_array_index(project->apps, i);

        if (is_below(file->path, app->path) && (*app->path || !file->is_built_in) &&
            (!best || strlen(app->path) > strlen(best->path)))
            best = app;
    }
    return best;
}

DjangoModule *
pga_django_module_of(const PgaDjangoFile *file)
{
    return file->names;
}

void
pga_django_project_resolve(PgaDjangoProject *project)
{
    g_ptr_array_sort(project->files, compare_files);
    for (guint i = 0; i < project->files->len; i++)
        place_file(project, g_ptr_array_index(project->files, i));
    find_roots(project);
    pga_django_add_built_in(project);
    pga_django_read_modules(project);
    pga_django_find_settings(project);
    pga_django_find_apps(project);
    pga_django_find_models(project);
    pga_django_find_links(project);
}
