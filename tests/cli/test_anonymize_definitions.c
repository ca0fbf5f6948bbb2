/* Every kind of definition, anonymized: a clone is made of it without losing anything, statements
 * with constants in every place plan as before, and no word of the original is left. */
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

#include "cluster.h"
#include "program.h"

#define SCHEMA   PGA_SOURCE_ROOT "/tests/cli/anonymize-definitions.sql"
#define WORKLOAD PGA_SOURCE_ROOT "/tests/cli/anonymize-definitions-workload.sql"

/* Seven characters and more: pseudonyms do not meet those by chance. */
static const char *const secrets[] = {
    "customer",        "acmecorp",     "shoesize",       "loyalty",      "Mainstreet",
    "germany",         "kowalski",     "zimmermann",     "bavaria",      "orderaudit",
    "confidential",    "vip customer", "big spender",    "suffix text",  "one thing",
    "alpha user",      "innerkey",     "spider arrived", "argument one", "app.tenant",
    "invoice_numbers", "Sales Team",   "auditor",        "Cancelled by", "taxrate",
    "v_count",         "birthday",     "housenumber",    "a0eebc99",     "Weird Schema",
    "very secret",     "by_region",    "audit_orders"};

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

static char *
load(const PgaTestCluster *cluster)
{
    char *dsn = pga_test_cluster_database(cluster, "definitions");
    g_autofree char *schema = NULL;

    g_assert_true(g_file_get_contents(SCHEMA, &schema, NULL, NULL));
    pga_test_sql(dsn, schema);
    return dsn;
}

static void
assert_statements(json_t *report)
{
    json_t *entry;
    gsize i;
    gint64 n = 0;

    json_array_foreach(json_object_get(report, "estimates"), i, entry)
    {
        const char *kind = json_string_value(json_object_get(entry, "kind"));

        if (!g_str_has_prefix(kind, "statement"))
            continue;
        g_assert_cmpint(json_integer_value(json_object_get(entry, "different")), ==, 0);
        n += json_integer_value(json_object_get(entry, "identical"));
    }
    g_assert_cmpint(n, >, 25);
}

static void
test_definitions(gconstpointer data)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "pga-definitions.pga", NULL);
    g_autofree char *dsn = NULL, *text = NULL, *workload = g_strdup(WORKLOAD);
    g_autoptr(PgaProgramRun) verified = NULL;
    json_t *report;

    if (is_missing(data))
        return;
    dsn = load(data);
    verified = pga_program_run((const char *const[]){"snapshot", dsn, "-q", "-o", path,
                                                     "--anonymize", "--verify", "--format", "json",
                                                     "--workload", workload, "--pg-bindir",
                                                     pga_test_cluster_bindir(data), NULL},
                               NULL);
    if (verified->status != 0)
        g_test_message("%s%s", verified->err, verified->out);
    g_assert_cmpint(verified->status, ==, 0);
    report = json_loads(verified->out, 0, NULL);
    assert_statements(report);
    g_assert_cmpuint(json_array_size(json_object_get(report, "lost")), ==, 0);
    json_decref(report);
    text = text_of(path);
    for (guint i = 0; i < G_N_ELEMENTS(secrets); i++)
        pga_assert_lacks(text, secrets[i]);
    g_unlink(path);
}

int
main(int argc, char **argv)
{
    static const guint majors[] = {14, 15, 16, 17, 18};

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(majors); i++) {
        const PgaTestCluster *cluster = pga_test_cluster(majors[i]);
        g_autofree char *name =
            g_strdup_printf("/cli/anonymize-definitions/%u/none-is-lost", majors[i]);

        if (cluster)
            g_test_add_data_func(name, cluster, test_definitions);
    }
    return g_test_run();
}
