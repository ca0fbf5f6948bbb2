/* The files that a range of git changes. git is a program of its own: what it prints is outside
 * data, and what a repository configures is not run. */
#include "lint_internal.h"

#include <base/error.h>

/* (transfer full) (nullable): its standard output. */
static char *
git(const char *const *arguments, GError **error)
{
    static const char *const fixed[] = {"git", "--no-pager", "-c", "core.fsmonitor=false", NULL};
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autofree char *out = NULL, *problem = NULL;
    g_autoptr(GError) cause = NULL;
    int status = 0;

    for (guint i = 0; fixed[i]; i++)
        g_ptr_array_add(argv, (gpointer)fixed[i]);
    for (guint i = 0; arguments[i]; i++)
        g_ptr_array_add(argv, (gpointer)arguments[i]);
    g_ptr_array_add(argv, NULL);
    if (!g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out,
                      &problem, &status, &cause)) {
        pga_error_set(error, PGA_ERROR_INPUT, "git could not be run");
        pga_error_detail(error, "%s.", cause->message);
        return NULL;
    }
    if (!g_spawn_check_wait_status(status, NULL)) {
        pga_error_set(error, PGA_ERROR_INPUT, "git could not compare the range");
        pga_error_detail(error, "%s", g_strstrip(problem));
        pga_error_hint(error, "Give a range as for git diff: --diff main... or --diff HEAD~3..");
        return NULL;
    }
    return g_steal_pointer(&out);
}

/* (transfer full) (nullable): set of absolute paths that the range adds or changes. git ends each
 * name with a line break, and quotes those that hold one. */
static GHashTable *
changed_files(const char *range, GError **error)
{
    const char *const arguments[] = {
        "-c",          "core.quotePath=false", "diff",       "--no-ext-diff", "--no-textconv",
        "--name-only", "--diff-filter=ACMRT",  "--relative", range,           "--",
        NULL};
    g_autofree char *out = git(arguments, error);
    g_autofree char *folder = g_get_current_dir();
    g_auto(GStrv) names = out ? g_strsplit(out, "\n", -1) : NULL;
    GHashTable *changed;

    if (!out)
        return NULL;
    changed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; names[i]; i++)
        if (*names[i])
            g_hash_table_add(changed, g_canonicalize_filename(names[i], folder));
    return changed;
}

static void
mark_context(GPtrArray *files, GHashTable *changed)
{
    g_autofree char *folder = g_get_current_dir();

    for (guint i = 0; i < files->len; i++) {
        PgaMigrationFile *file = g_ptr_array_index(files, i);
        g_autofree char *path = g_canonicalize_filename(file->path, folder);

        file->context = !g_hash_table_contains(changed, path);
    }
}

GPtrArray *
pga_lint_diff_find(const PgaLintRequest *request, const PgaMigrationOptions *options,
                   GError **error)
{
    static const char *const here[] = {".", NULL};
    g_autoptr(GHashTable) changed = NULL;
    g_autoptr(GPtrArray) files = NULL;

    if (!*request->diff || *request->diff == '-') {
        pga_error_set(error, PGA_ERROR_INPUT, "--diff \"%s\" is no range", request->diff);
        pga_error_hint(error, "Give a range as for git diff: --diff main... or --diff HEAD~3..");
        return NULL;
    }
    changed = changed_files(request->diff, error);
    if (!changed)
        return NULL;
    if (g_hash_table_size(changed) == 0)
        return g_ptr_array_new(); /* nothing was changed, so nothing is wrong */
    files = pga_migrations_find(request->paths && request->paths[0] ? request->paths : here,
                                options, error);
    if (files)
        mark_context(files, changed);
    return g_steal_pointer(&files);
}
