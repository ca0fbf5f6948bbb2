/* doctor: servers and their planner modules, the SQL of the grants; what it exits with. */
#include "program.h"
#include <base/directory.h>
#include <glib/gstdio.h>
#include <string.h>

enum { OLDEST = 14, NEWEST = 18 };

static void
make_module(const char *directory, guint major)
{
    g_autofree char *number = g_strdup_printf("%u", major);
    g_autofree char *below = g_build_filename(directory, number, NULL);
    g_autofree char *path = g_build_filename(below, "pgarchitect_whatif.so", NULL);

    g_assert_cmpint(g_mkdir(below, 0755), ==, 0);
    g_assert_true(g_file_set_contents(path, "", 0, NULL));
}

static gboolean
has_server(const PgaProgramRun *run, guint major)
{
    g_autofree char *line = g_strdup_printf("server      PostgreSQL %u.", major);

    return strstr(run->out, line) != NULL;
}

/* Makes a module of each major that @run found a server of, and checks that it asked for it. */
static void
check_missing(const PgaProgramRun *run, const char *directory)
{
    for (guint major = OLDEST; major <= NEWEST; major++) {
        g_autofree char *says = g_strdup_printf("no module for PostgreSQL %u:", major);
        g_autofree char *package = g_strdup_printf("postgresql-server-dev-%u", major);

        if (!has_server(run, major))
            continue;
        pga_assert_contains(run->out, says);
        pga_assert_contains(run->out, package);
        make_module(directory, major);
    }
}

static void
test_modules(void)
{
    static const char *const arguments[] = {"doctor", NULL};
    static const char *const nowhere[] = {"PGARCHITECT_WHATIF_DIR=/nowhere", NULL};
    g_autofree char *directory = g_dir_make_tmp("whatif-XXXXXX", NULL);
    g_autofree char *variable = g_strconcat("PGARCHITECT_WHATIF_DIR=", directory, NULL);
    const char *const here[] = {variable, NULL};
    g_autoptr(PgaProgramRun) without = pga_program_run(arguments, nowhere);
    g_autoptr(PgaProgramRun) with = NULL;

    if (without->status == 3) {
        g_test_skip("no PostgreSQL server programs");
    } else {
        g_assert_cmpint(without->status, ==, 0); /* a module is missing, but the lab can be used */
        check_missing(without, directory);
        with = pga_program_run(arguments, here);
        g_assert_cmpint(with->status, ==, 0);
        pga_assert_contains(with->out, directory);
        pga_assert_lacks(with->out, "no module");
    }
    pga_directory_remove_tree(directory, NULL);
}

/* Which major a clone runs on instead. */
static void
test_nearest_major(void)
{
    static const char *const arguments[] = {"doctor", NULL};
    g_autofree char *directory = g_dir_make_tmp("whatif-XXXXXX", NULL);
    g_autofree char *variable = g_strconcat("PGARCHITECT_WHATIF_DIR=", directory, NULL);
    const char *const here[] = {variable, NULL};
    g_autoptr(PgaProgramRun) run = NULL;

    make_module(directory, 17);
    run = pga_program_run(arguments, here);
    if (has_server(run, 16) && has_server(run, 17))
        pga_assert_contains(run->out, "no module for PostgreSQL 16: clones of it run on 17");
    else
        g_test_skip("needs servers of PostgreSQL 16 and 17");
    pga_directory_remove_tree(directory, NULL);
}

/* Nothing but SQL, whichever way the role is named; no server is looked for. */
static void
test_grants(void)
{
    static const char *const plain[] = {"doctor", "--grants", NULL};
    static const char *const named[] = {"doctor", "--grants", "Night Watch", NULL};
    static const char *const option[] = {"doctor", "--grants", "--role", "Night Watch", NULL};
    g_autoptr(PgaProgramRun) first = pga_program_run(plain, NULL);
    g_autoptr(PgaProgramRun) second = pga_program_run(named, NULL);
    g_autoptr(PgaProgramRun) third = pga_program_run(option, NULL);

    g_assert_cmpint(first->status, ==, 0);
    pga_assert_contains(first->out, "SECURITY DEFINER");
    pga_assert_contains(first->out, "pgarchitect");
    pga_assert_lacks(first->out, "what-if");
    g_assert_cmpint(second->status, ==, 0);
    pga_assert_contains(second->out, "\"Night Watch\"");
    g_assert_cmpstr(third->out, ==, second->out);
}

typedef struct {
    const char *name;
    const char *arguments[6];
    const char *says;
} Wrong;

static const Wrong wrong[] = {
    {"argument", {"doctor", "now"}, "takes no argument, but \"now\""},
    {"two-roles", {"doctor", "--grants", "a", "b"}, "one role"},
    {"role-twice", {"doctor", "--grants", "a", "--role", "b"}, "one role"},
};

static void
test_wrong(gconstpointer data)
{
    const Wrong *w = data;
    g_autoptr(PgaProgramRun) run = pga_program_run(w->arguments, NULL);

    g_assert_cmpint(run->status, ==, 2);
    g_assert_cmpstr(run->out, ==, "");
    pga_assert_contains(run->err, w->says);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/doctor/missing-modules-are-no-failure", test_modules);
    g_test_add_func("/cli/doctor/nearest-major-is-named", test_nearest_major);
    g_test_add_func("/cli/doctor/grants-are-only-sql", test_grants);
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *path = g_strconcat("/cli/doctor/wrong/", wrong[i].name, NULL);

        g_test_add_data_func(path, &wrong[i], test_wrong);
    }
    return g_test_run();
}
