/* The files of a project: walked, added, freed. */
#include "django/project.h"

#include <base/error.h>
#include <base/file.h>
#include <base/text.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "project_internal.h"

#define MAX_FILES     50000
#define MAX_BYTES     ((gsize)4 * 1024 * 1024)
#define MAX_TEMPLATES 10000
#define MAX_TEMPLATE  ((gsize)512 * 1024)
#define MAX_FOLDERS   64 /* of nesting */

static void
file_free(gpointer data)
{
    PgaDjangoFile *file = data;

    pga_django_module_free(file->names);
    g_free(file->path);
    g_free(file->root);
    g_free(file->module);
    g_free(file->text);
    g_free(file);
}

static void
unread_free(gpointer data)
{
    PgaDjangoUnread *unread = data;

    g_free(unread->path);
    g_free(unread->why);
    g_free(unread);
}

PgaDjangoProject *
pga_django_project_new(void)
{
    PgaDjangoProject *project = g_new0(PgaDjangoProject, 1);

    project->roots = g_ptr_array_new_with_free_func(g_free);
    project->files = g_ptr_array_new_with_free_func(file_free);
    project->fixtures = g_ptr_array_new_with_free_func(file_free);
    project->templates = g_ptr_array_new_with_free_func(file_free);
    project->settings = g_ptr_array_new_with_free_func(pga_django_settings_free);
    project->apps = g_ptr_array_new_with_free_func(pga_django_app_free);
    project->models = g_ptr_array_new_with_free_func(pga_django_project_model_free);
    project->unread = g_ptr_array_new_with_free_func(unread_free);
    project->by_path = g_hash_table_new(g_str_hash, g_str_equal);
    project->by_module = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return project;
}

void
pga_django_project_free(PgaDjangoProject *project)
{
    if (!project)
        return;
    pga_django_history_free(project->history);
    g_hash_table_unref(project->by_path);
    g_hash_table_unref(project->by_module);
    g_clear_pointer(&project->by_model, g_hash_table_unref);
    g_ptr_array_unref(project->models);
    g_ptr_array_unref(project->apps);
    g_ptr_array_unref(project->settings);
    g_ptr_array_unref(project->files);
    g_ptr_array_unref(project->fixtures);
    g_ptr_array_unref(project->templates);
    g_ptr_array_unref(project->roots);
    g_ptr_array_unref(project->unread);
    g_free(project->directory);
    g_free(project->version_source);
    g_free(project);
}

void
pga_django_unread(PgaDjangoProject *project, const char *path, const char *format, ...)
{
    PgaDjangoUnread *unread = g_new0(PgaDjangoUnread, 1);
    va_list arguments;

    va_start(arguments, format);
    unread->path = g_strdup(path);
    unread->why = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(project->unread, unread);
}

const PgaDjangoFile *
pga_django_project_file(const PgaDjangoProject *project, const char *path)
{
    return g_hash_table_lookup(project->by_path, path);
}

PgaPythonSource *
pga_django_file_parse(const PgaDjangoFile *file, GError **error)
{
    return pga_python_source_new(file->path, g_strndup(file->text, file->length), file->length,
                                 error);
}

/* --- adding --- */

static gboolean
has_part(const char *path, const char *const *parts)
{
    g_auto(GStrv) steps = g_strsplit(path, "/", -1);

    for (guint i = 0; steps[i]; i++)
        if (g_strv_contains(parts, steps[i]))
            return TRUE;
    return FALSE;
}

static gboolean
is_test(const char *path)
{
    static const char *const folders[] = {"tests", "test", "testing", "testdata", NULL};
    g_autofree char *name = g_path_get_basename(path);

    return has_part(path, folders) || g_str_has_prefix(name, "test_") ||
           g_str_equal(name, "tests.py") || g_str_equal(name, "conftest.py");
}

static gboolean
is_migration(const char *path)
{
    static const char *const folders[] = {"migrations", "south_migrations", NULL};

    return has_part(path, folders);
}

static gboolean
is_fixture(const char *path)
{
    static const char *const folders[] = {"fixtures", NULL};

    return has_part(path, folders) &&
           (g_str_has_suffix(path, ".json") || g_str_has_suffix(path, ".yaml") ||
            g_str_has_suffix(path, ".yml"));
}

/* What Django's own language may be in. */
static gboolean
is_template(const char *path)
{
    static const char *const folders[] = {"templates", NULL};
    static const char *const ends[] = {".html", ".txt", ".xml", ".djhtml", ".htm"};

    for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
        if (g_str_has_suffix(path, ends[i]))
            return has_part(path, folders);
    return FALSE;
}

/* One that cannot be read is no loss to what is said of the rest. */
static void
add_template(PgaDjangoProject *project, const char *path, const char *text, gsize length)
{
    PgaDjangoFile *file;

    if (project->templates->len >= MAX_TEMPLATES || length > MAX_TEMPLATE ||
        !g_utf8_validate_len(text, length, NULL) || memchr(text, '\0', length))
        return;
    file = g_new0(PgaDjangoFile, 1);
    file->path = g_strdup(path);
    file->text = g_strndup(text, length);
    file->length = length;
    file->is_test = is_test(path);
    g_ptr_array_add(project->templates, file);
}

/* (nullable) (transfer full) */
static PgaDjangoFile *
file_new(PgaDjangoProject *project, const char *path, const char *text, gsize length)
{
    const gsize mark = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    PgaDjangoFile *file;
    const char *end;

    file = g_new0(PgaDjangoFile, 1);
    if (g_utf8_validate_len(text, length, &end)) {
        file->text = g_strndup(text + mark, length - mark);
        file->length = length - mark;
    } else {
        file->text = pga_django_decoded(text, length, &file->length);
    }
    if (!file->text) {
        pga_django_unread(project, path, "not UTF-8 at byte %" G_GSIZE_FORMAT,
                          (gsize)(end - text) + 1);
        g_free(file);
        return NULL;
    }
    file->path = g_strdup(path);
    file->is_test = is_test(path);
    file->is_migration = is_migration(path);
    return file;
}

static void
add_source(PgaDjangoProject *project, const char *path, const char *text, gsize length)
{
    PgaDjangoFile *file = file_new(project, path, text, length);

    if (!file)
        return;
    g_ptr_array_add(project->files, file);
    g_hash_table_replace(project->by_path, file->path, file);
    g_hash_table_remove_all(project->by_module);
}

void
pga_django_project_add(PgaDjangoProject *project, const char *path, const char *text, gsize length)
{
    if (pga_django_project_file(project, path))
        return;
    if (g_str_has_suffix(path, ".py"))
        add_source(project, path, text, length);
    if (is_fixture(path)) {
        PgaDjangoFile *fixture = file_new(project, path, text, length);

        if (fixture)
            g_ptr_array_add(project->fixtures, fixture);
    }
    if (is_template(path))
        add_template(project, path, text, length);
    if (pga_django_is_requirements(path)) {
        g_autofree char *copy = g_strndup(text, length);

        pga_django_read_requirements(project, path, copy);
    }
}

/* --- walking --- */

/** Folders left to read. */
typedef struct {
    PgaDjangoProject *project;
    GPtrArray *folders; /* of char *: from the project's folder */
} Walk;

static gboolean
is_passed_over(const char *name)
{
    static const char *const names[] = {"node_modules",  "venv",        "virtualenv",
                                        "site-packages", "__pycache__", "bower_components",
                                        "htmlcov",       NULL};

    return name[0] == '.' || g_strv_contains(names, name);
}

static void
walk_template(Walk *walk, const char *path, const char *full)
{
    g_autofree char *text = NULL;
    gsize length = 0;

    if (!is_template(path) || walk->project->templates->len >= MAX_TEMPLATES)
        return;
    text = pga_file_read(full, MAX_TEMPLATE, &length, NULL);
    if (text)
        pga_django_project_add(walk->project, path, text, length);
}

static void
walk_file(Walk *walk, const char *path, const char *full)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    gsize length = 0;

    if (!g_str_has_suffix(path, ".py") && !pga_django_is_requirements(path) && !is_fixture(path)) {
        walk_template(walk, path, full);
        return;
    }
    if (walk->project->files->len >= MAX_FILES) {
        pga_django_unread(walk->project, path, "more than %d files", MAX_FILES);
        return;
    }
    text = pga_file_read(full, MAX_BYTES, &length, &error);
    if (text)
        pga_django_project_add(walk->project, path, text, length);
    else
        pga_django_unread(walk->project, path, "%s", error->message);
}

static void
pass_link(Walk *walk, const char *path)
{
    const GPtrArray *unread = walk->project->unread;

    pga_django_unread(walk->project, path, "a symbolic link to a folder is not followed");
    ((PgaDjangoUnread *)g_ptr_array_index(unread, unread->len - 1))->is_link = TRUE;
}

static void
walk_folder(Walk *walk, const char *path, const char *full, gboolean is_link)
{
    g_autofree char *environment = g_build_filename(full, "pyvenv.cfg", NULL);
    g_auto(GStrv) steps = g_strsplit(path, "/", MAX_FOLDERS + 1);

    if (is_link)
        pass_link(walk, path);
    else if (g_strv_length(steps) > MAX_FOLDERS)
        pga_django_unread(walk->project, path, "more than %d folders deep", MAX_FOLDERS);
    else if (!g_file_test(environment, G_FILE_TEST_EXISTS))
        g_ptr_array_add(walk->folders, g_strdup(path));
}

static void
walk_entry(Walk *walk, const char *folder, const char *name)
{
    g_autofree char *path = *folder ? g_strconcat(folder, "/", name, NULL) : g_strdup(name);
    g_autofree char *full = g_build_filename(walk->project->directory, path, NULL);
    struct stat status;

    if (is_passed_over(name))
        return;
    if (!g_utf8_validate(path, -1, NULL)) {
        g_autofree char *shown = g_utf8_make_valid(path, -1);

        pga_django_unread(walk->project, shown, "its name is not UTF-8");
        return;
    }
    if (stat(full, &status) != 0) {
        if (g_str_has_suffix(name, ".py"))
            pga_django_unread(walk->project, path, "%s", g_strerror(errno));
    } else if (S_ISDIR(status.st_mode)) {
        walk_folder(walk, path, full, g_file_test(full, G_FILE_TEST_IS_SYMLINK));
    } else {
        walk_file(walk, path, full);
    }
}

/* Entries by name: the order of the disk is nobody's. */
static void
walk_entries(Walk *walk, const char *folder)
{
    g_autofree char *full = g_build_filename(walk->project->directory, folder, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    GDir *dir = g_dir_open(full, 0, &error);
    const char *name;

    if (!dir) {
        g_autofree char *shown = g_utf8_make_valid(error->message, -1);

        pga_django_unread(walk->project, folder, "%s", shown);
        return;
    }
    while ((name = g_dir_read_name(dir)))
        g_ptr_array_add(names, g_strdup(name));
    g_dir_close(dir);
    g_ptr_array_sort(names, pga_compare_texts);
    for (guint i = 0; i < names->len; i++)
        walk_entry(walk, folder, g_ptr_array_index(names, i));
}

PgaDjangoProject *
pga_django_project_read_as(const char *directory, guint version, GError **error)
{
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(g_free);

    if (!pga_python_is_available()) {
        pga_error_set(error, PGA_ERROR_INPUT, "cannot read Python: built without its grammar");
        pga_error_hint(error, "Install npm, run \"bash scripts/build\" again.");
        return NULL;
    }
    if (!g_file_test(directory, G_FILE_TEST_IS_DIR)) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is no folder", directory);
        pga_error_detail(error, "A Django project is a folder with Python files.");
        pga_error_hint(error, "Name the folder that holds manage.py, or one above it.");
        return NULL;
    }
    project = pga_django_project_new();
    project->directory = g_strdup(directory);
    g_ptr_array_add(folders, g_strdup(""));
    while (folders->len > 0) {
        g_autofree char *folder = g_ptr_array_steal_index(folders, folders->len - 1);

        walk_entries(&(Walk){project, folders}, folder);
    }
    if (version) {
        project->version = version;
        g_free(project->version_source);
        project->version_source = g_strdup("stated");
    }
    pga_django_project_resolve(project);
    return g_steal_pointer(&project);
}

PgaDjangoProject *
pga_django_project_read(const char *directory, GError **error)
{
    return pga_django_project_read_as(directory, 0, error);
}
