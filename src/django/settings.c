/* Settings read as values: names followed, environment look-ups by their defaults. */
#include <string.h>

#include "project_internal.h"

#define NEWEST_VERSION 502

static void
database_free(gpointer data)
{
    PgaDjangoDatabase *database = data;

    g_free(database->alias);
    g_free(database->engine);
    g_free(database->conn_max_age);
    g_free(database);
}

void
pga_django_settings_free(gpointer data)
{
    PgaDjangoSettings *settings = data;

    g_ptr_array_unref(settings->databases);
    g_ptr_array_unref(settings->installed_apps);
    g_free(settings->default_auto_field);
    g_free(settings->auth_user_model);
    g_free(settings);
}

/* --- values --- */

static const PgaPyValue *
entry(const PgaPyValue *dict, const char *name)
{
    for (guint i = 0; dict && dict->kind == PGA_PY_DICT && i < dict->keys->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(dict->keys, i);

        if (key->kind == PGA_PY_STRING && g_str_equal(key->text, name))
            return g_ptr_array_index(dict->items, i);
    }
    return NULL;
}

/* os.environ.get("X", "default"), env("X", default=…), config("X", default=…): the default. */
static const PgaPyValue *
or_default(const PgaPyValue *value)
{
    const PgaPyValue *stated;

    if (!value || value->kind != PGA_PY_CALL)
        return value;
    stated = pga_py_argument(value, G_MAXUINT, "default");
    return stated ? stated : pga_py_argument(value, 1, NULL);
}

static PgaDjangoTruth
truth_of(const PgaPyValue *value)
{
    const PgaPyValue *plain = or_default(value);

    if (!value)
        return PGA_DJANGO_UNSTATED;
    if (plain && plain->kind == PGA_PY_BOOL)
        return plain->truth ? PGA_DJANGO_TRUE : PGA_DJANGO_FALSE;
    if (plain && plain->kind == PGA_PY_DICT) /* "pool": {"min_size": 2} */
        return plain->items->len ? PGA_DJANGO_TRUE : PGA_DJANGO_FALSE;
    return PGA_DJANGO_COMPUTED;
}

static char *
text_of(const PgaPyValue *value)
{
    const PgaPyValue *plain = or_default(value);

    if (plain && plain->kind == PGA_PY_NONE)
        return g_strdup("None");
    return plain && (plain->kind == PGA_PY_STRING || plain->kind == PGA_PY_NUMBER)
               ? g_strdup(plain->text)
               : NULL;
}

/* The value of a setting, names replaced. (transfer full) (nullable) */
static PgaPyValue *
setting(const PgaDjangoProject *project, const DjangoModule *module, const char *name)
{
    const DjangoPlace place = {project, module, NULL};
    g_auto(DjangoMeaning) meaning = {0};

    PgaPyValue *value;

    if (!pga_django_meaning(&place, name, &meaning) || !meaning.value)
        return NULL;
    value = pga_django_settled(&(DjangoPlace){project, meaning.module, NULL}, meaning.value);
    pga_django_apply_items(&(DjangoPlace){project, meaning.module, NULL}, name, value);
    if (meaning.module != module)
        pga_django_apply_items(&place, name, value);
    return value;
}

/* --- databases --- */

static PgaDjangoDatabase *
database_of(const PgaDjangoFile *file, const char *alias, const PgaPyValue *value)
{
    const PgaPyValue *options = entry(value, "OPTIONS");
    PgaDjangoDatabase *database = g_new0(PgaDjangoDatabase, 1);
    const gboolean is_url = value->kind == PGA_PY_CALL; /* dj_database_url.config(…) */
    const PgaPyValue *age =
        is_url ? pga_py_argument(value, G_MAXUINT, "conn_max_age") : entry(value, "CONN_MAX_AGE");

    database->alias = g_strdup(alias);
    database->file = file;
    database->line = value->line;
    database->engine = text_of(entry(value, "ENGINE"));
    database->conn_max_age = text_of(age);
    database->atomic_requests = truth_of(entry(value, "ATOMIC_REQUESTS"));
    database->disable_server_side_cursors = truth_of(entry(value, "DISABLE_SERVER_SIDE_CURSORS"));
    database->pool = truth_of(entry(options, "pool"));
    return database;
}

static void
take_databases(PgaDjangoSettings *settings, const PgaPyValue *value)
{
    for (guint i = 0; value && value->kind == PGA_PY_DICT && i < value->keys->len; i++) {
        const PgaPyValue *alias = g_ptr_array_index(value->keys, i);

        if (alias->kind == PGA_PY_STRING)
            g_ptr_array_add(settings->databases, database_of(settings->file, alias->text,
                                                             g_ptr_array_index(value->items, i)));
    }
}

/* --- INSTALLED_APPS --- */

static void /* NOLINTNEXTLINE(misc-no-recursion): as deep as the value, which is bounded */
take_apps(PgaDjangoSettings *settings, const PgaPyValue *value)
{
    if (value->kind == PGA_PY_STRING) {
        g_ptr_array_add(settings->installed_apps, g_strdup(value->text));
        return;
    }
    if (value->kind != PGA_PY_LIST && value->kind != PGA_PY_BINARY) {
        settings->apps_are_whole = FALSE;
        return;
    }
    for (guint i = 0; i < value->items->len; i++)
        take_apps(settings, g_ptr_array_index(value->items, i));
}

static PgaDjangoSettings *
settings_of(const PgaDjangoProject *project, const PgaDjangoFile *file)
{
    const DjangoModule *module = pga_django_module_of(file);
    PgaDjangoSettings *settings = g_new0(PgaDjangoSettings, 1);
    g_autoptr(PgaPyValue) databases = setting(project, module, "DATABASES");
    g_autoptr(PgaPyValue) apps = setting(project, module, "INSTALLED_APPS");
    g_autoptr(PgaPyValue) use_tz = setting(project, module, "USE_TZ");
    g_autoptr(PgaPyValue) auto_field = setting(project, module, "DEFAULT_AUTO_FIELD");
    g_autoptr(PgaPyValue) user = setting(project, module, "AUTH_USER_MODEL");

    settings->file = file;
    settings->databases = g_ptr_array_new_with_free_func(database_free);
    settings->installed_apps = g_ptr_array_new_with_free_func(g_free);
    settings->apps_are_whole = apps != NULL;
    settings->use_tz = truth_of(use_tz);
    settings->default_auto_field = text_of(auto_field);
    settings->auth_user_model = text_of(user);
    take_databases(settings, databases);
    if (apps)
        take_apps(settings, apps);
    return settings;
}

/* --- which modules are settings --- */

static gboolean
is_settings(const PgaDjangoProject *project, const PgaDjangoFile *file)
{
    static const char *const names[] = {"INSTALLED_APPS", "DATABASES", "AUTH_USER_MODEL"};
    const DjangoModule *module = pga_django_module_of(file);

    if (!module || file->is_built_in || file->is_test)
        return FALSE;
    if (!strstr(file->path, "settings") && !strstr(file->path, "conf"))
        return pga_django_scope_find(module->scope, "INSTALLED_APPS") != NULL;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_auto(DjangoMeaning) meaning = {0};

        if (pga_django_meaning(&(DjangoPlace){project, module, NULL}, names[i], &meaning) &&
            meaning.value)
            return TRUE;
    }
    return FALSE;
}

/* What a manage.py names: os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings"). */
static const PgaDjangoFile *
named_settings(const PgaDjangoProject *project)
{
    g_autoptr(GRegex) regex = g_regex_new(
        "DJANGO_SETTINGS_MODULE[\"'][\\s,\\]=)]*[\"']([A-Za-z0-9_.]+)[\"']", 0, 0, NULL);

    for (guint i = 0; i < project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(project->files, i);
        g_autoptr(GMatchInfo) match = NULL;
        g_autofree char *module = NULL, *name = g_path_get_basename(file->path);
        const PgaDjangoFile *found;

        if (!g_str_equal(name, "manage.py") || !g_regex_match(regex, file->text, 0, &match))
            continue;
        module = g_match_info_fetch(match, 1);
        found = pga_django_project_module(project, file, module);
        if (found && pga_django_module_of(found))
            return found;
    }
    return NULL;
}

/* "# Generated by Django 4.2.1 on …": the newest of them; 0. */
static guint
version_of_migrations(const PgaDjangoProject *project)
{
    static const char mark[] = "Generated by Django ";
    guint newest = 0;

    for (guint i = 0; i < project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(project->files, i);
        const char *at = file->is_migration
                             ? g_strstr_len(file->text, (gssize)MIN(file->length, 200), mark)
                             : NULL;
        char *end = NULL;
        guint64 major, minor;

        if (!at)
            continue;
        major = g_ascii_strtoull(at + strlen(mark), &end, 10);
        minor = *end == '.' ? g_ascii_strtoull(end + 1, NULL, 10) : 0;
        if (major >= 1 && major <= 9 && minor <= 20)
            newest = MAX(newest, (guint)(major * 100 + minor));
    }
    return newest;
}

static void
find_version(PgaDjangoProject *project)
{
    const guint of_migrations = version_of_migrations(project);

    if (!project->version && of_migrations)
        project->version_source = g_strdup("migrations");
    if (!project->version)
        project->version = of_migrations ? of_migrations : NEWEST_VERSION;
}

void
pga_django_find_settings(PgaDjangoProject *project)
{
    const PgaDjangoFile *named = named_settings(project);

    if (named)
        g_ptr_array_add(project->settings, settings_of(project, named));
    for (guint i = 0; i < project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(project->files, i);

        if (file != named && is_settings(project, file))
            g_ptr_array_add(project->settings, settings_of(project, file));
    }
    find_version(project);
}

const PgaDjangoSettings *
pga_django_project_settings(const PgaDjangoProject *project)
{
    return project->settings->len ? g_ptr_array_index(project->settings, 0) : NULL;
}

const char *
pga_django_project_user_model(const PgaDjangoProject *project)
{
    for (guint i = 0; i < project->settings->len; i++) {
        const PgaDjangoSettings *settings = g_ptr_array_index(project->settings, i);

        if (settings->auth_user_model)
            return settings->auth_user_model;
    }
    return "auth.User";
}
