/* snapshot --anonymize on real servers: estimates stay, names and values do not. */
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

#include "cluster.h"
#include "program.h"

#define SCHEMA PGA_SOURCE_ROOT "/tests/cli/anonymize.sql"
static const char workload_file[] = PGA_SOURCE_ROOT "/tests/cli/anonymize-workload.sql";

/* Of which nothing may be in the file: names, values, comments, constants, literals in bodies. */
static const char *const secrets[] = {
    "billing",     "debtor",   "Kontor",    "Größe",       "Straße",       "buchhaltung",
    "Hoffmeister", "Kowalczy", "Mahnwesen", "Lindenallee", "schmidtbauer", "Schmidtbauer",
    "stammkunde",  "schlosse", "bäckerei",  "indigo",      "nordwest",     "Geheimrat",
    "Zahltag",     "disputed", "Inkasso",   "Unbekannt",   "app.mandant",  "receipt_numbers"};

static char *
file_name(const char *name)
{
    return g_build_filename(g_get_tmp_dir(), name, NULL);
}

static PgaProgramRun *
run(const char *const *arguments)
{
    return pga_program_run(arguments, NULL);
}

static char *
load(const PgaTestCluster *cluster, const char *name)
{
    char *dsn = pga_test_cluster_database(cluster, name);
    g_autofree char *schema = NULL;

    g_assert_true(g_file_get_contents(SCHEMA, &schema, NULL, NULL));
    pga_test_sql(dsn, schema);
    return dsn;
}

static void
snapshot(const char *source, const char *path, const char *option, const char *value)
{
    const char *const arguments[] = {"snapshot", source, "-q", "-o", path, option, value, NULL};
    g_autoptr(PgaProgramRun) done = run(arguments);

    if (done->status != 0)
        g_test_message("%s%s", done->err, done->out);
    g_assert_cmpint(done->status, ==, 0);
}

/* (transfer full): the text that a snapshot stands for */
static char *
text_of(const char *path)
{
    const char *const argv[] = {"zstd", "-dqc", path, NULL};
    g_autoptr(GError) error = NULL;
    char *out = NULL;
    int status;

    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out,
                               NULL, &status, &error));
    g_assert_cmpint(status, ==, 0);
    return out;
}

static gboolean
is_missing(const PgaTestCluster *cluster)
{
    g_autofree char *module = g_strdup_printf(PGA_BUILD_ROOT "/whatif/%u/pgarchitect_whatif.so",
                                              pga_test_cluster_major(cluster));

    if (g_file_test(module, G_FILE_TEST_EXISTS))
        return FALSE;
    g_test_skip("the planner module of this major is not built");
    return TRUE;
}

static gint64
count_of(json_t *report, const char *kind, const char *what)
{
    json_t *entry;
    gsize i;

    json_array_foreach(json_object_get(report, "estimates"), i, entry)
    {
        if (g_strcmp0(json_string_value(json_object_get(entry, "kind")), kind) == 0)
            return json_integer_value(json_object_get(entry, what));
    }
    g_assert_not_reached();
}

static void
assert_verified(const PgaProgramRun *verified)
{
    json_t *report = json_loads(verified->out, 0, NULL);

    if (verified->status != 0)
        g_test_message("%s%s", verified->err, verified->out);
    g_assert_cmpint(verified->status, ==, 0);
    g_assert_true(json_is_true(json_object_get(report, "good")));
    g_assert_cmpint(count_of(report, "statement", "identical"), >, 30);
    g_assert_cmpint(count_of(report, "equality", "identical"), >, 100);
    g_assert_cmpint(count_of(report, "join", "identical"), >, 5);
    g_assert_cmpint(count_of(report, "null", "identical"), >, 50);
    json_decref(report);
}

static void
test_verified(gconstpointer data)
{
    g_autofree char *path = file_name("pga-hidden.pga"), *dsn = NULL, *text = NULL;
    g_autofree char *key = file_name("pga-hidden-key");
    g_autoptr(PgaProgramRun) verified = NULL;

    if (is_missing(data))
        return;
    dsn = load(data, "hidden");
    g_assert_true(g_file_set_contents(key, "the same in every run of the tests", -1, NULL));
    verified = run((const char *const[]){"snapshot", dsn, "-q", "-o", path, "--anonymize",
                                         "--anonymize-key", key, "--verify", "--format", "json",
                                         "--workload", workload_file, "--pg-bindir",
                                         pga_test_cluster_bindir(data), NULL});
    assert_verified(verified);
    text = text_of(path);
    for (guint i = 0; i < G_N_ELEMENTS(secrets); i++)
        pga_assert_lacks(text, secrets[i]);
    pga_assert_contains(text, "\"anonymized\":true");
    g_unlink(key);
    g_unlink(path);
}

/* Pseudonyms have no upper case, and do not look like a state or a price; dates are not where they
 * were before or after today. */
static gboolean
may_differ(const char *rule)
{
    static const char *const rules[] = {"check-constraint-missing", "partition-future-missing",
                                        NULL};

    return g_str_has_prefix(rule, "naming-") || g_strv_contains(rules, rule);
}

/* How often each rule fired. (transfer full): lines */
static char *
findings(const char *source)
{
    g_autoptr(PgaProgramRun) checked = run((const char *const[]){
        "check", source, "--all", "--top", "999", "-q", "--format", "json", "--no-lab", NULL});
    json_t *root = json_loads(checked->out, 0, NULL), *finding;
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    gsize i;
    char *text;

    json_array_foreach(json_object_get(root, "findings"), i, finding)
    {
        const char *rule = json_string_value(json_object_get(finding, "rule"));

        if (!may_differ(rule))
            g_ptr_array_add(lines, (gpointer)rule);
    }
    g_assert_cmpuint(lines->len, >, 3);
    g_ptr_array_add(lines, NULL);
    text = g_strjoinv("\n", (char **)lines->pdata);
    json_decref(root);
    return text;
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
sorted_findings(const char *source)
{
    g_autofree char *text = findings(source);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    qsort(lines, g_strv_length(lines), sizeof *lines, compare_lines);
    return g_strjoinv("\n", lines);
}

static void
test_findings(gconstpointer data)
{
    g_autofree char *dsn = load(data, "found"), *path = file_name("pga-open.pga");
    g_autofree char *hidden = file_name("pga-hid.pga"), *before = NULL, *after = NULL;

    snapshot(dsn, path, NULL, NULL);
    snapshot(path, hidden, "--anonymize", NULL);
    before = sorted_findings(path);
    after = sorted_findings(hidden);
    g_assert_cmpstr(after, ==, before);
    g_unlink(path);
    g_unlink(hidden);
}

static void
assert_drift(const char *a, const char *b, int status)
{
    g_autoptr(PgaProgramRun) diff =
        run((const char *const[]){"diff", a, b, "-q", "--exit-code", NULL});

    if (diff->status != status)
        g_test_message("%s%s", diff->err, diff->out);
    g_assert_cmpint(diff->status, ==, status);
}

static void
test_key(gconstpointer data)
{
    g_autofree char *dsn = load(data, "keyed"), *open = file_name("pga-key-open.pga");
    g_autofree char *first = file_name("pga-key-1.pga"), *second = file_name("pga-key-2.pga");
    g_autofree char *third = file_name("pga-key-3.pga"), *key = file_name("pga-key");
    g_autofree char *before = NULL, *after = NULL;

    g_assert_true(g_file_set_contents(key, "sixteen bytes or more, kept", -1, NULL));
    snapshot(dsn, open, NULL, NULL);
    g_autoptr(PgaProgramRun) one = run((const char *const[]){
        "snapshot", open, "-qo", first, "--anonymize", "--anonymize-key", key, NULL});
    g_autoptr(PgaProgramRun) two = run((const char *const[]){
        "snapshot", dsn, "-qo", second, "--anonymize", "--anonymize-key", key, NULL});
    g_assert_cmpint(one->status, ==, 0);
    g_assert_cmpint(two->status, ==, 0);
    snapshot(open, third, "--anonymize", NULL);
    assert_drift(first, second, 0);
    assert_drift(first, third, 1);
    before = text_of(first);
    after = text_of(third);
    g_assert_cmpstr(before, !=, after);
    g_unlink(open);
    g_unlink(first);
    g_unlink(second);
    g_unlink(third);
    g_unlink(key);
}

static void
test_workload(gconstpointer data)
{
    g_autofree char *dsn = load(data, "work"), *path = file_name("pga-work.pga"), *text = NULL;
    g_autofree char *script = file_name("pga-work.sql");

    g_assert_true(g_file_set_contents(script,
                                      "\\timing\nSELECT * FROM billing.debtor WHERE rating = 4;\n"
                                      "ALTER ROLE buchhaltung PASSWORD 'hunter2'; SELECT 1 FROM",
                                      -1, NULL));
    snapshot(dsn, path, "--workload", script);
    text = text_of(path);
    pga_assert_contains(text, "WHERE rating = 4");
    pga_assert_contains(text, "\"operator_\":\"=\"");
    pga_assert_contains(text, "\"n_unparsed\":1");
    pga_assert_lacks(text, "hunter2");
    g_unlink(path);
    g_unlink(script);
}

static void
assert_refused(const char *const *arguments, const char *message)
{
    g_autoptr(PgaProgramRun) refused = run(arguments);

    g_assert_cmpint(refused->status, ==, 2);
    pga_assert_contains(refused->err, message);
}

#define REFUSED(message, ...)                                                                      \
    assert_refused((const char *const[]){"snapshot", "a.pga", "-o", "c.pga", __VA_ARGS__, NULL},   \
                   message)

static void
test_usage(void)
{
    REFUSED("--verify is for --anonymize", "--verify");
    REFUSED("--anonymize-key is for --anonymize", "--anonymize-key", "k");
    REFUSED("--all is for --verify", "--anonymize", "--all");
    REFUSED("--format is for --verify", "--anonymize", "--format", "json");
    REFUSED("--pg-bindir is for --verify", "--anonymize", "--pg-bindir", "/usr");
    REFUSED("unknown format \"yaml\"", "--anonymize", "--verify", "--format", "yaml");
}

static void
test_bad_files(gconstpointer data)
{
    g_autofree char *key = file_name("pga-short-key");
    const char *dsn = pga_test_cluster_dsn(data);

    g_assert_true(g_file_set_contents(key, "short", -1, NULL));
    assert_refused((const char *const[]){"snapshot", dsn, "-qo", "c.pga", "--anonymize",
                                         "--anonymize-key", key, NULL},
                   "16 bytes");
    assert_refused((const char *const[]){"snapshot", dsn, "-qo", "c.pga", "--anonymize",
                                         "--anonymize-key", "/nonexistent", NULL},
                   "/nonexistent");
    assert_refused((const char *const[]){"snapshot", dsn, "-qo", "c.pga", "--workload",
                                         "/nonexistent.sql", NULL},
                   "/nonexistent.sql");
    g_assert_false(g_file_test("c.pga", G_FILE_TEST_EXISTS));
    g_unlink(key);
}

int
main(int argc, char **argv)
{
    static const guint majors[] = {14, 15, 16, 17, 18};

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/anonymize/usage", test_usage);
    for (guint i = 0; i < G_N_ELEMENTS(majors); i++) {
        const struct {
            const char *name;
            GTestDataFunc run;
        } tests[] = {{"verified", test_verified},
                     {"same-findings", test_findings},
                     {"same-key", test_key},
                     {"workload", test_workload},
                     {"bad-files", test_bad_files}};
        const PgaTestCluster *cluster = pga_test_cluster(majors[i]);

        for (guint k = 0; cluster && k < G_N_ELEMENTS(tests); k++) {
            g_autofree char *name =
                g_strdup_printf("/cli/anonymize/%u/%s", majors[i], tests[k].name);

            g_test_add_data_func(name, cluster, tests[k].run);
        }
    }
    return g_test_run();
}
