/* check of many databases, as its users run it. */
#include <cluster.h>
#include <program.h>
#include <string.h>
#include <unistd.h>

static PgaProgramRun *
run(PgaTestCluster *cluster, const char *first, const char *second, const char *third)
{
    g_autofree char *host = g_strdup_printf("PGHOST=%s", pga_test_cluster_directory(cluster));
    g_autofree char *port = g_strdup_printf("PGPORT=%d", pga_test_cluster_port(cluster));
    const char *environment[] = {host, port, "PGUSER=postgres", "PGDATABASE=postgres", NULL};
    const char *arguments[] = {"check", "--no-config", first, second, third, NULL};

    return pga_program_run(arguments, environment);
}

static void
make_databases(PgaTestCluster *cluster)
{
    g_autofree char *one = pga_test_cluster_database(cluster, "many_one");
    g_autofree char *two = pga_test_cluster_database(cluster, "many two");

    pga_test_sql(one, "CREATE TABLE keyless (a int); INSERT INTO keyless VALUES (1)");
    pga_test_sql(two, "CREATE TABLE keyed (a int PRIMARY KEY)");
}

static void
test_all(void)
{
    g_autoptr(PgaProgramRun) text = NULL, json = NULL, sarif = NULL, markdown = NULL;

    if (!pga_test_have_server())
        return;
    make_databases(pga_test_cluster(0));
    text = run(pga_test_cluster(0), "--all-databases", "-q", NULL);
    g_assert_cmpint(text->status, ==, 0);
    pga_assert_contains(text->out, "databases checked: ");
    pga_assert_contains(text->out, "/many two: ");
    pga_assert_contains(text->out, "/many_one: ");
    pga_assert_contains(text->out, "(table-no-primary-key): 1 in 1 database");
    pga_assert_lacks(text->out, "template1");
    pga_assert_lacks(text->out, "not everything read");
    json = run(pga_test_cluster(0), "--all-databases", "-q", "--format=json");
    pga_assert_contains(json->out, "\"database\": \"many two\"");
    pga_assert_contains(json->out, "\"failed\": 0");
    sarif = run(pga_test_cluster(0), "--all-databases", "-q", "--format=sarif");
    pga_assert_contains(sarif->out, "\"runs\"");
    markdown = run(pga_test_cluster(0), "--all-databases", "-q", "--format=markdown");
    pga_assert_contains(markdown->out, "databases checked");
}

/* What is about the server is in one report of them all. */
static void
test_server_once(void)
{
    g_autoptr(PgaProgramRun) json = NULL;
    const char *first;

    if (!pga_test_have_server())
        return;
    make_databases(pga_test_cluster(0));
    json = run(pga_test_cluster(0), "--all-databases", "-q", "--format=json");
    first = strstr(json->out, "\"rule\": \"conf-fsync-off\"");
    g_assert_nonnull(first);
    g_assert_null(strstr(first + 1, "\"rule\": \"conf-fsync-off\""));
}

static char *
write_targets(const char *text)
{
    char *path = NULL;
    const int fd = g_file_open_tmp("targets-XXXXXX.yaml", &path, NULL);

    close(fd);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void
test_targets(void)
{
    g_autofree char *path = NULL, *option = NULL;
    g_autoptr(PgaProgramRun) all = NULL, failing = NULL;

    if (!pga_test_have_server())
        return;
    make_databases(pga_test_cluster(0));
    path = write_targets("targets:\n"
                         "  - {name: good, source: user=postgres, databases: all, exclude: "
                         "[\"many *\"]}\n"
                         "  - {name: listed, source: user=postgres, databases: [many two, "
                         "nothere]}\n"
                         "  - {name: own, source: user=postgres}\n"
                         "  - {name: gone, source: host=/nowhere, databases: all}\n"
                         "  - {name: empty, source: user=postgres, databases: all, exclude: "
                         "[\"*\"]}\n"
                         "  - {name: unnamed, source: dbname=nothere, databases: all}\n");
    option = g_strconcat("--targets=", path, NULL);
    all = run(pga_test_cluster(0), "-q", "--jobs=2", option);
    g_assert_cmpint(all->status, ==, 0);
    pga_assert_contains(all->out, "good/many_one: ");
    pga_assert_lacks(all->out, "good/many two");
    pga_assert_contains(all->out, "listed/many two: ");
    pga_assert_contains(all->out, "listed/nothere: not checked: ");
    pga_assert_contains(all->out, "own/postgres: ");
    pga_assert_contains(all->out, "gone: not checked: ");
    pga_assert_contains(all->out, "empty: not checked: each of its ");
    pga_assert_contains(all->out, "unnamed/many_one: "); /* any database lists the others */
    failing = run(pga_test_cluster(0), "-q", "--fail-on=warning", option);
    g_assert_cmpint(failing->status, ==, 1);
    unlink(path);
}

static void
test_nothing_reached(void)
{
    g_autofree char *path = write_targets("targets:\n"
                                          "  - {name: gone, source: host=/nowhere}\n");
    g_autofree char *option = g_strconcat("--targets=", path, NULL);
    const char *arguments[] = {"check", "--no-config", "-q", option, NULL};
    g_autoptr(PgaProgramRun) result = pga_program_run(arguments, NULL);

    g_assert_cmpint(result->status, ==, 3);
    pga_assert_contains(result->out, "0 databases checked");
    pga_assert_lacks(result->out, "nothing found");
    unlink(path);
}

static void
test_usage(void)
{
    static const char *const wrong[][5] = {
        {"check", "--all-databases", "--targets=x", NULL},
        {"check", "--targets=x", "shop", NULL},
        {"check", "--all-databases", "--baseline=x", NULL},
        {"check", "--all-databases", "--jobs=-1", NULL},
        {"check", "--targets=/nowhere/targets.yaml", NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(PgaProgramRun) result = pga_program_run(wrong[i], NULL);

        g_assert_cmpint(result->status, ==, 2);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/many/all", test_all);
    g_test_add_func("/cli/many/server-once", test_server_once);
    g_test_add_func("/cli/many/targets", test_targets);
    g_test_add_func("/cli/many/nothing-reached", test_nothing_reached);
    g_test_add_func("/cli/many/usage", test_usage);
    return g_test_run();
}
