/* What the user decided about findings: the configuration that is found, the baseline. */
#include <glib/gstdio.h>
#include <string.h>

#include "program.h"

typedef struct {
    char *folder, *below, *schema, *config, *baseline;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->folder = g_dir_make_tmp("pga-decisions-XXXXXX", NULL);
    fixture->below = g_build_filename(fixture->folder, "a", "b", NULL);
    fixture->schema = g_build_filename(fixture->folder, "schema.sql", NULL);
    fixture->config = g_build_filename(fixture->folder, "pgarchitect.yaml", NULL);
    fixture->baseline = g_build_filename(fixture->folder, "baseline.json", NULL);
    g_assert_cmpint(g_mkdir_with_parents(fixture->below, 0700), ==, 0);
    g_assert_true(g_file_set_contents(
        fixture->schema, "CREATE TABLE a (x json);\nCREATE TABLE legacy (y int);\n", -1, NULL));
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *command = g_strdup_printf("rm -r '%s'", fixture->folder);

    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
    g_free(fixture->folder);
    g_free(fixture->below);
    g_free(fixture->schema);
    g_free(fixture->config);
    g_free(fixture->baseline);
}

/* (transfer full): standard output of the program, run two folders below the configuration. */
static char *
run_below(const Fixture *fixture, const char *const *arguments)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) argv = NULL;
    g_autoptr(GError) error = NULL;
    char *out = NULL;

    g_strv_builder_add(builder, PGA_PROGRAM);
    g_strv_builder_addv(builder, (const char **)arguments);
    argv = g_strv_builder_end(builder);
    g_spawn_sync(fixture->below, argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL,
                 NULL, &error);
    g_assert_no_error(error);
    return out;
}

static void
test_found_upwards(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const char *const check[] = {"check", fixture->schema, "--format", "json", NULL};
    const char *const none[] = {"check", fixture->schema, "--no-config", "--format", "json", NULL};
    const char *const config[] = {"config", NULL};
    g_autofree char *with = NULL, *without = NULL, *shown = NULL, *named = NULL;

    g_assert_true(g_file_set_contents(fixture->config,
                                      "rules: {type-json-not-jsonb: off}\n"
                                      "ignore:\n- {object: public.legacy, reason: archived}\n"
                                      "- {object: x, reason: long ago, expires: 2001-01-01}\n",
                                      -1, NULL));
    with = run_below(fixture, check);
    without = run_below(fixture, none);
    shown = run_below(fixture, config);
    named = g_strdup_printf("\"configuration\": \"%s\"", fixture->config);
    pga_assert_contains(with, named);
    pga_assert_contains(with, "\"reason\": \"archived\"");
    pga_assert_contains(with, "Ignored until 2001-01-01 and no longer: object x");
    pga_assert_lacks(with, "type-json-not-jsonb");
    pga_assert_contains(without, "\"configuration\": null");
    pga_assert_contains(without, "type-json-not-jsonb");
    pga_assert_contains(shown, "type-json-not-jsonb: off (pgarchitect.yaml:1)");
}

static void
test_misspelt(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const char *const check[] = {"check", fixture->schema, "--config", fixture->config, NULL};
    g_autoptr(PgaProgramRun) run = NULL;

    g_assert_true(g_file_set_contents(fixture->config, "rules:\n  index-unusd: off\n", -1, NULL));
    run = pga_program_run(check, NULL);
    g_assert_cmpint(run->status, ==, 2);
    pga_assert_contains(run->err, "rule \"index-unusd\" is not known");
    pga_assert_contains(run->err, "pgarchitect.yaml, line 2, column 3");
    pga_assert_contains(run->err, "Did you mean \"index-unused\"?");
}

/* What was there does not fail the build any more; what is new does. */
static void
test_baseline(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const char *const write[] = {
        "check", fixture->schema, "--no-config", "--write-baseline", fixture->baseline, NULL};
    const char *const check[] = {"check", fixture->schema, "--no-config",     "--fail-on",
                                 "info",  "--baseline",    fixture->baseline, NULL};
    g_autoptr(PgaProgramRun) written = pga_program_run(write, NULL);
    g_autoptr(PgaProgramRun) same = pga_program_run(check, NULL), more = NULL, less = NULL;

    g_assert_cmpint(written->status, ==, 0);
    pga_assert_contains(written->out, "Baseline written: ");
    g_assert_cmpint(same->status, ==, 0);
    pga_assert_contains(same->out, "Nothing found; ");
    pga_assert_contains(same->out, " in the baseline; ");
    g_assert_true(g_file_set_contents(
        fixture->schema, "CREATE TABLE a (x json);\nCREATE TABLE fresh (y int);\n", -1, NULL));
    more = pga_program_run(check, NULL);
    g_assert_cmpint(more->status, ==, 1);
    pga_assert_contains(more->out, "public.fresh");
    pga_assert_contains(more->out, " of the baseline ");
    g_assert_true(g_file_set_contents(fixture->baseline, "{\n\"baseline\": 1\n}\n", -1, NULL));
    less = pga_program_run(check, NULL);
    g_assert_cmpint(less->status, ==, 2);
    pga_assert_contains(less->err, "baseline.json, line 1");
}

/* From the repository's root, wherever the program is run. */
static void
test_places(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const char *const github[] = {"check",    "../../schema.sql", "--no-config",
                                  "--format", "github",           NULL};
    const char *const sarif[] = {"check", "../../schema.sql", "--no-config", "--format", "sarif",
                                 NULL};
    g_autofree char *git = g_build_filename(fixture->folder, ".git", NULL);
    g_autofree char *commands = NULL, *document = NULL, *outside = NULL;

    outside = run_below(fixture, github);
    g_assert_cmpint(g_mkdir(git, 0700), ==, 0);
    commands = run_below(fixture, github);
    document = run_below(fixture, sarif);
    pga_assert_contains(outside, fixture->schema);
    pga_assert_contains(commands, "::warning file=schema.sql,line=");
    pga_assert_contains(document, "\"uri\": \"schema.sql\"");
    pga_assert_contains(document, "\"ruleId\": \"table-no-primary-key\"");
}

#define ADD(name, function)                                                                        \
    g_test_add("/cli/decisions/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("configuration-is-found-upwards", test_found_upwards);
    ADD("misspelt-rule", test_misspelt);
    ADD("baseline", test_baseline);
    ADD("files-are-named-from-the-repository", test_places);
    return g_test_run();
}
