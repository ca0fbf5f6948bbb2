/* Wrong usage: a clear message, the nearest right word, exit status 2, nothing on standard output.
 */
#include "program.h"

typedef struct {
    const char *name;
    const char *arguments[6];
    int status;
    const char *says; /* on standard error */
} Case;

static const Case cases[] = {
    {"unknown-verb", {"chekc"}, 2, "Did you mean \"check\"?"},
    {"far-from-any-verb", {"frobnicate"}, 2, "lists the verbs"},
    {"unknown-option", {"check", "--fromat", "json"}, 2, "Did you mean --format?"},
    {"unknown-format",
     {"check", "--format", "xml", "x.sql"},
     2,
     "text, json, markdown, sarif, github"},
    {"unknown-severity", {"check", "--fail-on", "fatal", "x.sql"}, 2, "info, warning, error"},
    {"unknown-workload",
     {"check", "--workload-type", "web", "x.sql"},
     2,
     "oltp, olap, htap, time-series"},
    {"unknown-colour", {"check", "--color", "blue", "x.sql"}, 2, "auto, always, never"},
    {"two-sources", {"check", "a.sql", "b.sql"}, 2, "more than one source"},
    {"negative-number", {"check", "--top=-1", "a.sql"}, 2, "--top must not be negative"},
    {"no-number", {"check", "--top=x", "a.sql"}, 2, "x"},
    {"no-such-file", {"check", "/nowhere/schema.sql"}, 2, "/nowhere/schema.sql"},
    {"no-such-config", {"check", "--config", "/nowhere.yaml", "x.sql"}, 2, "/nowhere.yaml"},
    {"config-and-no-config",
     {"check", "--config", "x.yaml", "--no-config", "x.sql"},
     2,
     "exclude each other"},
    {"no-such-baseline", {"check", "--baseline", "/nowhere.json", "x.sql"}, 2, "/nowhere.json"},
    {"config-takes-no-argument", {"config", "x.yaml"}, 2, "takes no argument"},
    {"config-no-such-file", {"config", "--config", "/nowhere.yaml"}, 2, "/nowhere.yaml"},
    {"config-unknown-format", {"config", "--format", "xml"}, 2, "text, json, markdown"},
    {"config-both", {"config", "--config", "x.yaml", "--no-config"}, 2, "exclude each other"},
    {"ram-without-unit", {"check", "--ram", "5", "x.sql"}, 2, "too little"},
    {"rules-are-no-findings", {"rules", "--format", "sarif"}, 2, "text, json, markdown."},
    {"no-such-rule", {"rules", "fk-missing-indx"}, 2, "Did you mean \"fk-missing-index\"?"},
    {"doctor-takes-no-argument", {"doctor", "now"}, 2, "takes no argument"},
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaProgramRun) run = pga_program_run(c->arguments, NULL);

    g_assert_cmpint(run->status, ==, c->status);
    pga_assert_contains(run->err, c->says);
    pga_assert_contains(run->err, "pgarchitect: error: ");
}

static void
test_help(void)
{
    static const char *const ways[][4] = {{"--help"},           {"help"},
                                          {"check", "--help"},  {"help", "check"},
                                          {"doctor", "--help"}, {"rules", "--help"},
                                          {"clone", "--help"},  {"config", "--help"}};

    for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autoptr(PgaProgramRun) run = pga_program_run(ways[i], NULL);

        g_assert_cmpint(run->status, ==, 0);
        g_assert_cmpstr(run->err, ==, "");
        pga_assert_contains(run->out, "Usage:");
    }
}

static void
test_no_arguments(void)
{
    static const char *const none[] = {NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(none, NULL);

    g_assert_cmpint(run->status, ==, 2);
    pga_assert_contains(run->out, "Usage:");
}

static void
test_rules(void)
{
    static const char *const all[] = {"rules", NULL}, *const one[] = {"rules", "fk-missing-index",
                                                                      NULL};
    g_autoptr(PgaProgramRun) table = pga_program_run(all, NULL), rule = pga_program_run(one, NULL);

    g_assert_cmpint(table->status, ==, 0);
    pga_assert_contains(table->out, "pk-int-exhaustion");
    pga_assert_contains(rule->out, "min_rows");
    pga_assert_contains(rule->out, "https://www.postgresql.org/docs/");
}

static void
test_rules_as_markdown(void)
{
    static const char *const all[] = {"rules", "--format", "markdown", NULL};
    static const char *const one[] = {"rules", "fk-missing-index", "--format", "markdown", NULL};
    static const char *const json[] = {"rules", "fk-missing-index", "--format", "json", NULL};
    g_autoptr(PgaProgramRun) table = pga_program_run(all, NULL);
    g_autoptr(PgaProgramRun) page = pga_program_run(one, NULL);
    g_autoptr(PgaProgramRun) object = pga_program_run(json, NULL);

    pga_assert_contains(table->out, "# Rules\n");
    pga_assert_contains(table->out, "| [fk-missing-index](fk-missing-index.md) | warning |");
    pga_assert_contains(page->out, "# fk-missing-index\n");
    pga_assert_contains(page->out, "1,000 rows or more");
    pga_assert_contains(object->out, "\"condition\": \"No valid index");
}

/* A full disk behind standard output must not look like success. */
static void
test_full_output(void)
{
    const char *shell = "\"" PGA_PROGRAM "\" rules > /dev/full";
    const char *argv[] = {"/bin/sh", "-c", shell, NULL};
    g_autofree char *err = NULL;
    g_autoptr(GError) error = NULL;
    int wait_status = 0;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &err, &wait_status,
                 &error);
    g_assert_no_error(error);
    g_assert_false(g_spawn_check_wait_status(wait_status, NULL));
    pga_assert_contains(err, "standard output");
}

static void
test_doctor(void)
{
    static const char *const text[] = {"doctor", "--role", "Night Watch", NULL};
    static const char *const json[] = {"doctor", "--format", "json", NULL};
    static const char *const nowhere[] = {"doctor", "--pg-bindir", "/nowhere", NULL};
    g_autoptr(PgaProgramRun) grants = pga_program_run(text, NULL);
    g_autoptr(PgaProgramRun) items = pga_program_run(json, NULL);
    g_autoptr(PgaProgramRun) none = pga_program_run(nowhere, NULL);

    pga_assert_contains(grants->out, "GRANT pg_monitor TO \"Night Watch\";");
    pga_assert_contains(items->out, "\"lab_usable\"");
    g_assert_cmpint(none->status, ==, 3);
    pga_assert_contains(none->out, "/nowhere");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/cli/usage/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/cli/usage/full-output-is-an-error", test_full_output);
    g_test_add_func("/cli/usage/doctor-tells-grants-and-servers", test_doctor);
    g_test_add_func("/cli/usage/help-by-every-way", test_help);
    g_test_add_func("/cli/usage/no-arguments-is-wrong-usage", test_no_arguments);
    g_test_add_func("/cli/usage/rules-as-markdown", test_rules_as_markdown);
    g_test_add_func("/cli/usage/rules-tell-about-themselves", test_rules);
    return g_test_run();
}
