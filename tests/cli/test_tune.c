/* tune from outside: stated machines, mistakes, and real servers with bad settings planted. */
#include <glib/gstdio.h>
#include <string.h>

#include "cluster.h"
#include "program.h"

/* (transfer full) */
static PgaProgramRun *
tune(const char *const *arguments)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    g_ptr_array_add(all, (gpointer) "tune");
    for (guint i = 0; arguments[i]; i++)
        g_ptr_array_add(all, (gpointer)arguments[i]);
    g_ptr_array_add(all, (gpointer) "-q");
    g_ptr_array_add(all, (gpointer) "--no-lab"); /* a server's start is tests/app's */
    g_ptr_array_add(all, NULL);
    return pga_program_run((const char *const *)all->pdata, NULL);
}

/** What is refused, and what is said of it. */
typedef struct {
    const char *name;
    const char *arguments[6];
    const char *says;
} Mistake;

static const Mistake mistakes[] = {
    {"bits", {"--ram", "64Gb"}, "\"Gb\" are bits"},
    {"bits-of-k", {"--db-size", "64Kb"}, "kB"},
    {"no-ram", {"--ram", "0"}, "too little"},
    {"less-than-no-ram", {"--ram=-1GB"}, "\"-1GB\" is not understood"},
    {"ram-of-bytes", {"--ram", "64"}, "64MB to 256TB"},
    {"ram-of-planets", {"--ram", "9999TB"}, "too much"},
    {"ram-in-parrots", {"--ram", "64 parrots"}, "is not understood"},
    {"no-cores", {"--cores", "0"}, "from 1 to 4096"},
    {"half-a-core", {"--cores", "0.5"}, "from 1 to 4096"},
    {"less-than-no-cores", {"--cores=-4"}, "from 1 to 4096"},
    {"no-connections", {"--connections", "0"}, "from 1 to 262143"},
    {"too-many-connections", {"--connections", "262144"}, "from 1 to 262143"},
    {"no-pool", {"--pool-size", "x"}, "from 1 to 262143"},
    {"no-database", {"--db-size", "0GB"}, "too little"},
    {"no-disk", {"--wal-disk", "1kB"}, "too little"},
    {"unknown-storage", {"--storage", "tape"}, "hdd, ssd, nvme, network"},
    {"unknown-workload", {"--workload-type", "web"}, "oltp, olap, htap, time-series"},
    {"unknown-deployment", {"--deployment", "rds"}, "aws-rds"},
    {"old-version", {"--pg-version", "9.6"}, "no version from 10 on"},
    {"version-number", {"--pg-version", "170004"}, "no version from 10 on"},
    {"no-version", {"--pg-version", "17.x"}, "no version from 10 on"},
    {"unknown-wish", {"--with", "standbys"}, "Did you mean \"standby\"?"},
    {"no-time", {"--recovery-time", "soon"}, "30s, 5min or 1h"},
    {"too-long-a-time", {"--recovery-time", "99h"}, "a day at most"},
    {"unknown-format", {"--format", "yaml"}, "alter-system"},
    {"unknown-severity", {"--fail-on", "fatal"}, "info, warning, error"},
    {"two-sources", {"a.pga", "b.pga"}, "more than one source"},
    {"since-of-nothing", {"--since", "a.pga"}, "--since needs a source"},
    {"no-such-file", {"/nowhere/a.pga"}, "/nowhere/a.pga"},
};

static void
test_mistake(gconstpointer data)
{
    const Mistake *mistake = data;
    g_autoptr(PgaProgramRun) run = tune(mistake->arguments);

    g_assert_cmpint(run->status, ==, 2);
    g_assert_cmpstr(run->out, ==, "");
    pga_assert_contains(run->err, "pgarchitect: error: ");
    pga_assert_contains(run->err, mistake->says);
}

static void
test_failure_as_json(void)
{
    const char *const arguments[] = {"--ram", "16GB", "/nowhere/a.pga", "--format", "json", NULL};
    g_autoptr(PgaProgramRun) run = tune(arguments);

    g_assert_cmpint(run->status, ==, 2);
    pga_assert_contains(run->out, "\"command\": \"tune\"");
    pga_assert_contains(run->out, "\"message\"");
}

/** Machines, and what must be in the file. */
typedef struct {
    const char *name;
    const char *arguments[16];
    const char *lines[5];
} Machine;

static const Machine machines[] = {
    {"oltp",
     {"--ram", "64GB", "--cores", "16", "--storage", "nvme", "--pg-version", "17", "--format",
      "conf"},
     {"\nshared_buffers = 16GB\n", "\neffective_cache_size = 48GB\n", "\nrandom_page_cost = 1.1\n",
      "# Need a restart: shared_buffers"}},
    {"shared-host",
     {"--ram", "64GB", "--cores", "16", "--shared-host", "--pg-version", "17.4", "--format",
      "conf"},
     {"\neffective_cache_size = 32GB\n"}},
    {"newer",
     {"--ram", "16GB", "--cores", "4", "--pg-version", "21", "--format", "conf"},
     {"Made for PostgreSQL 21", "18"}},
    {"older",
     {"--ram", "16GB", "--cores", "4", "--pg-version", "11", "--format", "conf"},
     {"Made for PostgreSQL 11", "the formulas are those of 14"}},
    {"alter",
     {"--ram", "16GB", "--cores", "4", "--pg-version", "16", "--format", "alter-system"},
     {"ALTER SYSTEM SET shared_buffers = '4GB'; -- restart\n",
      "-- ALTER SYSTEM RESET shared_buffers;\n"}},
    {"rds",
     {"--ram", "16GB", "--cores", "4", "--deployment", "aws-rds", "--pg-version", "16", "--format",
      "provider"},
     {"{\"ParameterName\":\"shared_buffers\",\"ParameterValue\":\"524288\",\"ApplyMethod\":"
      "\"pending-reboot\"}",
      "Check whether aws-rds lets these be set"}},
    {"azure",
     {"--ram", "16GB", "--cores", "4", "--deployment", "azure-postgres", "--pg-version", "16",
      "--format", "provider"},
     {"--name shared_buffers --value '524288'\n", "Cannot be set on azure-postgres:"}},
    {"wishes",
     {"--ram", "16GB", "--cores", "4", "--with", "archiving", "--with", "logical-replication",
      "--pg-version", "17", "--format", "conf"},
     {"\nwal_level = logical\n", "\narchive_mode = on\n"}},
    {"recovery",
     {"--ram", "16GB", "--cores", "4", "--recovery-time", "30s", "--pg-version", "17", "--all"},
     {"checkpoint_timeout"}},
    {"json",
     {"--ram", "16GB", "--cores", "4", "--pg-version", "17", "--format", "json"},
     {"\"shared_buffers\": \"4GB\"", "\"safe\": true", "\"source\": null", "\"complete\": true"}},
    {"nothing-stated", {"--format", "json"}, {"\"expected_improvement\": \"none is known\""}},
};

static void
test_machine(gconstpointer data)
{
    const Machine *machine = data;
    g_autoptr(PgaProgramRun) run = tune(machine->arguments);

    g_assert_cmpstr(run->err, ==, "");
    g_assert_cmpint(run->status, ==, 0);
    for (guint i = 0; machine->lines[i]; i++)
        pga_assert_contains(run->out, machine->lines[i]);
}

/* Nothing safe for what was asked: said, not refused, and the safe part is there. */
static void
test_too_many_connections(void)
{
    const char *const arguments[] = {
        "--ram",        "768MB", "--connections", "5000",  "--cores", "4",
        "--pg-version", "17",    "--color",       "never", NULL};
    const char *const strict[] = {"--ram",        "768MB", "--connections", "5000",  "--cores", "4",
                                  "--pg-version", "17",    "--fail-on",     "error", NULL};
    g_autoptr(PgaProgramRun) run = tune(arguments), failing = tune(strict);

    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "error: The connections do not fit into RAM");
    pga_assert_contains(run->out, "pooler");
    pga_assert_contains(run->out, "shared_buffers");
    g_assert_cmpint(failing->status, ==, 1);
}

static void
test_same_bytes(void)
{
    const char *const arguments[] = {"--ram", "8GB", "--cores", "4", "--all", NULL};
    g_autoptr(PgaProgramRun) first = tune(arguments), second = tune(arguments);

    g_assert_cmpstr(first->out, ==, second->out);
}

static void
assert_done(const PgaProgramRun *run)
{
    g_assert_cmpstr(run->err, ==, "");
    g_assert_cmpint(run->status, ==, 0);
}

static char *
file_name(const char *name)
{
    return g_build_filename(g_get_tmp_dir(), name, NULL);
}

static void
set_system(const char *dsn, const char *assignment)
{
    g_autofree char *sql = g_strdup_printf("ALTER SYSTEM SET %s", assignment);

    pga_test_sql(dsn, sql);
}

static const char *const planted[] = {
    "work_mem = '512MB'",         "random_page_cost = 40",         "max_wal_size = '64MB'",
    "autovacuum = off",           "effective_cache_size = '64kB'", "maintenance_work_mem = '1MB'",
    "checkpoint_timeout = '30s'",
};

/* The settings that were planted are found, by name and with their value. */
static void
test_planted(gconstpointer data)
{
    static const char *const rows[] = {
        "work_mem",   "512MB", "random_page_cost",     "40",  "max_wal_size", "64MB",
        "autovacuum", "off",   "effective_cache_size", "64kB"};
    PgaTestCluster *cluster = (PgaTestCluster *)data;
    const char *arguments[] = {NULL, "--ram", "8GB", "--cores", "4", NULL};
    g_autoptr(PgaProgramRun) run = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(planted); i++)
        set_system(pga_test_cluster_dsn(cluster), planted[i]);
    pga_test_cluster_restart(cluster, "shared_buffers = 16MB\n");
    arguments[0] = pga_test_cluster_dsn(cluster); /* another after a restart */
    run = tune(arguments);
    assert_done(run);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i += 2) {
        g_autofree char *pattern = g_strdup_printf("\n +%s +%s ", rows[i], rows[i + 1]);

        if (!g_regex_match_simple(pattern, run->out, 0, 0))
            g_test_message("%s", run->out);
        g_assert_true(g_regex_match_simple(pattern, run->out, 0, 0));
    }
    pga_assert_contains(run->out, "error: The settings as they are can use more memory");
    pga_assert_contains(run->out, "error: autovacuum is off");
    pga_test_sql(pga_test_cluster_dsn(cluster), "ALTER SYSTEM RESET ALL");
    pga_test_cluster_restart(cluster, "");
}

/* The file is taken by the server whole, and nothing is left to propose then. */
static void
test_file_is_taken(gconstpointer data)
{
    PgaTestCluster *cluster = (PgaTestCluster *)data;
    const char *dsn = pga_test_cluster_dsn(cluster);
    g_autofree char *path = file_name("pga-tune.conf"), *text = NULL, *wrong = NULL, *set = NULL;
    const char *const arguments[] = {dsn,  "--ram",     "2GB", "--cores",  "2",    "--connections",
                                     "20", "--storage", "ssd", "--format", "conf", "-o",
                                     path, NULL};
    const char *again[] = {NULL, "--ram",     "2GB", "--cores",  "2",    "--connections",
                           "20", "--storage", "ssd", "--format", "conf", NULL};
    g_autoptr(PgaProgramRun) run = tune(arguments), later = NULL;

    assert_done(run);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    pga_assert_contains(text, "\nmax_connections = 20\n");
    pga_test_cluster_restart(cluster, text);
    dsn = again[0] = pga_test_cluster_dsn(cluster);
    set = pga_test_value(dsn, "SELECT pg_catalog.current_setting('max_connections')");
    g_assert_cmpstr(set, ==, "20");
    wrong = pga_test_value(dsn, "SELECT count(*) FROM pg_catalog.pg_file_settings "
                                "WHERE error IS NOT NULL");
    g_assert_cmpstr(wrong, ==, "0");
    later = tune(again);
    pga_assert_lacks(later->out, "\nshared_buffers = ");
    pga_assert_lacks(later->out, "\nmax_connections = ");
    g_unlink(path);
}

static void
test_alter_system_runs(gconstpointer data)
{
    PgaTestCluster *cluster = (PgaTestCluster *)data;
    const char *dsn = pga_test_cluster_dsn(cluster);
    const char *const arguments[] = {
        dsn,  "--ram",    "2GB",          "--cores", "3", "--connections",
        "30", "--format", "alter-system", NULL};
    g_autoptr(PgaProgramRun) run = tune(arguments);
    g_auto(GStrv) lines = g_strsplit(run->out, "\n", -1);
    g_autofree char *pending = NULL;
    guint n = 0;

    for (char **line = lines; *line; line++)
        if (g_str_has_prefix(*line, "ALTER SYSTEM ")) {
            pga_test_sql(dsn, *line);
            n++;
        }
    g_assert_cmpuint(n, >, 1);
    pga_test_cluster_restart(cluster, "");
    dsn = pga_test_cluster_dsn(cluster);
    pending = pga_test_value(dsn, "SELECT pg_catalog.current_setting('max_connections')");
    g_assert_cmpstr(pending, ==, "30");
    pga_test_sql(pga_test_cluster_dsn(cluster), "ALTER SYSTEM RESET ALL");
    pga_test_cluster_restart(cluster, "");
}

static void
take(const char *dsn, const char *path)
{
    const char *const arguments[] = {"snapshot", dsn, "-o", path, "-q", NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);

    assert_done(run);
}

static void
test_snapshots(gconstpointer data)
{
    g_autofree char *dsn = pga_test_cluster_database(data, "tuned");
    g_autofree char *first = file_name("pga-tune-1.pga"), *second = file_name("pga-tune-2.pga");
    const char *const alone[] = {first, "--ram", "8GB", "--cores", "4", NULL};
    const char *const both[] = {second, "--since", first, "--ram", "8GB", "--cores", "4", NULL};
    const char *const reversed[] = {first, "--since", second, NULL};
    g_autoptr(PgaProgramRun) one = NULL, two = NULL, three = NULL;

    take(dsn, first);
    pga_test_sql(dsn, "CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 1000) g");
    g_usleep(1100000);
    take(dsn, second);
    one = tune(alone);
    assert_done(one);
    pga_assert_contains(one->out, "snapshot");
    two = tune(both);
    assert_done(two);
    pga_assert_contains(two->out, "Counters are of the ");
    three = tune(reversed);
    g_assert_cmpint(three->status, ==, 2);
    g_unlink(first);
    g_unlink(second);
}

/* A role that sees little: what it may not see is said, and nothing is proposed in its place. */
static void
test_hidden(gconstpointer data)
{
    const char *dsn = pga_test_cluster_dsn(data);
    g_autofree char *plain = g_strconcat(dsn, " user=tune_plain", NULL);
    const char *const arguments[] = {plain, "--ram",    "8GB",  "--cores",
                                     "4",   "--format", "conf", NULL};
    g_autoptr(PgaProgramRun) run = NULL;

    pga_test_sql(dsn, "DROP ROLE IF EXISTS tune_plain; CREATE ROLE tune_plain LOGIN");
    run = tune(arguments);
    assert_done(run);
    pga_assert_contains(run->out, "what shared_preload_libraries is set to now");
    pga_assert_lacks(run->out, "\nshared_preload_libraries = ");
    pga_test_sql(dsn, "DROP ROLE tune_plain");
}

/* One that no file changes. */
static void
test_set_elsewhere(gconstpointer data)
{
    g_autofree char *dsn = pga_test_cluster_database(data, "tuned_here");
    const char *const arguments[] = {dsn, "--ram", "8GB", "--cores", "4", NULL};
    g_autoptr(PgaProgramRun) run = NULL;

    pga_test_sql(dsn, "ALTER DATABASE tuned_here SET work_mem = '77MB'");
    run = tune(arguments);
    pga_assert_contains(run->out, "From ALTER DATABASE ... SET");
    pga_assert_contains(run->out, "77MB");
}

static void
test_ddl(gconstpointer data)
{
    g_autofree char *path = file_name("pga-tune.sql");
    const char *const arguments[] = {
        path,       "--ram", "16GB", "--cores", "4", "--pg-bindir", pga_test_cluster_bindir(data),
        "--format", "json",  NULL};
    g_autoptr(PgaProgramRun) run = NULL;

    g_assert_true(g_file_set_contents(path, "CREATE TABLE t (id int PRIMARY KEY);", -1, NULL));
    run = tune(arguments);
    assert_done(run);
    pga_assert_contains(run->out, "\"kind\": \"ddl\"");
    pga_assert_contains(run->out, "\"current\": null");
    g_unlink(path);
}

/* What a standby must have as much of as its primary is told on both. */
static void
test_standby(gconstpointer data)
{
    PgaTestCluster *standby = pga_test_cluster_standby((PgaTestCluster *)data);
    const char *const ends[] = {pga_test_cluster_dsn(data),
                                standby ? pga_test_cluster_dsn(standby) : NULL};

    for (guint i = 0; standby && i < G_N_ELEMENTS(ends); i++) {
        const char *const more[] = {ends[i], "--ram", "64GB", "--cores", "32", NULL};
        g_autoptr(PgaProgramRun) run = tune(more);

        assert_done(run);
        pga_assert_contains(run->out, "Raise on every standby before the primary");
        pga_assert_contains(run->out, "max_worker_processes");
    }
    if (!standby)
        g_test_skip("this server makes no standby");
}

/* The settings of a pool's connection are not the server's. */
static void
test_pooled(gconstpointer data)
{
    g_autofree char *dsn = pga_test_cluster_pool((PgaTestCluster *)data, "postgres");
    const char *const arguments[] = {dsn, "--cores", "4", NULL};
    g_autoptr(PgaProgramRun) run = NULL;

    if (!dsn) {
        g_test_skip("PgBouncer is not installed");
        return;
    }
    run = tune(arguments);
    assert_done(run);
    pga_assert_contains(run->out, "a pooler stands in between");
    pga_assert_contains(run->out, "give --ram"); /* it may be elsewhere */
}

static void
add_servers(void)
{
    static const struct {
        const char *name;
        GTestDataFunc run;
        guint from; /* major */
    } tests[] = {{"planted", test_planted, 10},
                 {"file-is-taken", test_file_is_taken, 10},
                 {"alter-system-runs", test_alter_system_runs, 14},
                 {"snapshots", test_snapshots, 14},
                 {"hidden", test_hidden, 10},
                 {"set-elsewhere", test_set_elsewhere, 17},
                 {"ddl", test_ddl, 14},
                 {"pooled", test_pooled, 17},
                 {"standby", test_standby, 17}};
    const GPtrArray *servers = pga_test_servers();

    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);

        for (guint j = 0; j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *name =
                g_strdup_printf("/cli/tune/%u/%s", server->major, tests[j].name);

            if (server->major >= tests[j].from)
                g_test_add_data_func(name, pga_test_cluster(server->major), tests[j].run);
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autofree char *name = g_strconcat("/cli/tune/mistakes/", mistakes[i].name, NULL);

        g_test_add_data_func(name, &mistakes[i], test_mistake);
    }
    for (guint i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *name = g_strconcat("/cli/tune/machines/", machines[i].name, NULL);

        g_test_add_data_func(name, &machines[i], test_machine);
    }
    g_test_add_func("/cli/tune/failure-as-json", test_failure_as_json);
    g_test_add_func("/cli/tune/too-many-connections", test_too_many_connections);
    g_test_add_func("/cli/tune/same-bytes", test_same_bytes);
    add_servers();
    return g_test_run();
}
