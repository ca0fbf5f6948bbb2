/* Which Django and which psycopg: lock files before what is asked for. */
#include <string.h>

#include "project_internal.h"

gboolean
pga_django_is_requirements(const char *path)
{
    static const char *const names[] = {"pyproject.toml",  "poetry.lock", "uv.lock",  "Pipfile",
                                        "Pipfile.lock",    "setup.cfg",   "setup.py", "pdm.lock",
                                        "environment.yml", NULL};
    g_autofree char *name = g_path_get_basename(path);

    return g_strv_contains(names, name) ||
           (strstr(path, "requirements") &&
            (g_str_has_suffix(path, ".txt") || g_str_has_suffix(path, ".in")));
}

/* A lock file is exact. */
static gboolean
is_lock(const char *path)
{
    return g_str_has_suffix(path, ".lock");
}

/* The first two numbers behind a package's name: TRUE when there are such. */
static gboolean
version_behind(const char *text, const char *pattern, guint *major, guint *minor)
{
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *one = NULL, *other = NULL;

    if (!g_regex_match(regex, text, 0, &match))
        return FALSE;
    one = g_match_info_fetch(match, 1);
    other = g_match_info_fetch(match, 2);
    *major = (guint)g_ascii_strtoull(one, NULL, 10);
    *minor = other ? (guint)g_ascii_strtoull(other, NULL, 10) : 0;
    return TRUE;
}

/* "django==4.2.1", "Django>=3.2,<4", "django = \"^4.2\"", name = "django" / version = "4.2",
 * "django": {"version": "==4.2"}, - django=4.2 */
#define NUMBERS "(\\d{1,2})(?:\\.(\\d{1,2}))?"

static void
read_django(PgaDjangoProject *project, const char *path, const char *text)
{
    static const char *const patterns[] = {
        "^name = \"django\"\\s+version = \"" NUMBERS,
        "\"django\":\\s*\\{[^}]*\"version\":\\s*\"==" NUMBERS,
        "(?:^|[\\s\"'\\[])django(?:\\[[a-z0-9,-]*\\])?[\"']?\\s*[=~><!^]+\\s*[\"']?[~^>=]*"
        "\\s*" NUMBERS,
        "^django\\s*=\\s*\\{[^}\\n]*version\\s*=\\s*\"[~^>=]*" NUMBERS,
    };
    guint major = 0, minor = 0;

    if (project->version && !is_lock(path))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(patterns); i++) {
        if (!version_behind(text, patterns[i], &major, &minor) || major < 1 || major > 9)
            continue;
        project->version = major * 100 + minor;
        g_free(project->version_source);
        project->version_source = g_strdup(path);
        return;
    }
}

static void
read_psycopg(PgaDjangoProject *project, const char *path, const char *text)
{
    g_autoptr(GRegex) regex =
        g_regex_new("(?:^|[\\s\"'\\[])psycopg(2?)(?:-binary|-c)?(?![a-z0-9_-])",
                    G_REGEX_CASELESS | G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *two = NULL;

    if ((project->psycopg && !is_lock(path)) || project->psycopg_is_exact ||
        !g_regex_match(regex, text, 0, &match))
        return;
    two = g_match_info_fetch(match, 1);
    project->psycopg = *two ? 2 : 3;
    project->psycopg_is_exact = is_lock(path);
}

void
pga_django_read_requirements(PgaDjangoProject *project, const char *path, const char *text)
{
    if (!g_utf8_validate(text, -1, NULL)) {
        pga_django_unread(project, path, "not UTF-8");
        return;
    }
    read_django(project, path, text);
    read_psycopg(project, path, text);
}
