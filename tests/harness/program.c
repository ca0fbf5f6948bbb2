#include "program.h"

#include <string.h>
#include <sys/wait.h>

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
