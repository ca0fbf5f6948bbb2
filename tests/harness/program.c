#include "program.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char **
environment_with(const char *const *additions)
{
    char **environment = g_get_environ();

    for (guint i = 0; additions && additions[i]; i++) {
        const char *equals = strchr(additions[i], '=');
        g_autofree char *name = g_strndup(additions[i], (gsize)(equals - additions[i]));

        environment = g_environ_setenv(environment, name, equals + 1, TRUE);
    }
    return environment;
}

PgaProgramRun *
pga_program_run(const char *const *arguments, const char *const *environment)
{
    PgaProgramRun *run = g_new0(PgaProgramRun, 1);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_auto(GStrv) envp = environment_with(environment);
    g_autoptr(GError) error = NULL;
    int wait_status = 0;

    g_ptr_array_add(argv, (gpointer)PGA_PROGRAM);
    for (guint i = 0; arguments[i]; i++)
        g_ptr_array_add(argv, (gpointer)arguments[i]);
    g_ptr_array_add(argv, NULL);
    g_spawn_sync(NULL, (char **)argv->pdata, envp, G_SPAWN_DEFAULT, NULL, NULL, &run->out,
                 &run->err, &wait_status, &error);
    g_assert_no_error(error);
    run->status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
    return run;
}

void
pga_program_run_free(PgaProgramRun *run)
{
    g_free(run->out);
    g_free(run->err);
    g_free(run);
}

void
pga_assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        g_error("\"%s\" is missing in: %s", part, text);
}

void
pga_assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        g_error("\"%s\" should not be in: %s", part, text);
}

void
pga_assert_valid(const char *json, const char *schema)
{
    g_autofree char *path = g_strdup_printf("%s/pga-%d-report.json", g_get_tmp_dir(), getpid());
    g_autofree char *schema_path = g_build_filename(PGA_SOURCE_ROOT, "schemas", schema, NULL);
    g_autofree char *tool = g_build_filename(PGA_SOURCE_ROOT, "tools", "validate_json.py", NULL);
    const char *const arguments[] = {"python3", tool, schema_path, path, NULL};
    g_autofree char *out = NULL;
    int status = 0;

    g_assert_true(g_file_set_contents(path, json, -1, NULL));
    if (g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL,
                     &status, NULL) &&
        !g_spawn_check_wait_status(status, NULL) && !g_str_has_prefix(out, "SKIP"))
        g_error("%s", out);
    g_unlink(path);
}
