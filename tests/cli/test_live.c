/* check on real servers: what it finds, what it must not find, and every way in which a server says
 * no. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cluster.h"
#include "program.h"

/* One table for each sin that shows without counters grown old. */
static const char sins[] =
    "CREATE TABLE author (id serial PRIMARY KEY, email text UNIQUE, born text, created timestamp);"
    "CREATE TABLE book (id int PRIMARY KEY, author_id int REFERENCES author, meta json, price "
    "numeric);"
    "CREATE INDEX book_price ON book (price);"
    "CREATE INDEX book_price_again ON book (price);"
    "CREATE INDEX book_price_id ON book (price, id);"
    "CREATE TABLE loan (book_id int, who text);"
    "INSERT INTO author (email, born) SELECT 'a' || g, (date '1950-01-01' + g)::text FROM "
    "generate_series(1, 3000) g;"
    "INSERT INTO book SELECT g, 1 + g % 3000, '{}', g % 100 FROM generate_series(1, 5000) g;"
    "INSERT INTO loan SELECT g, 'w' FROM generate_series(1, 2000) g;"
    "SELECT setval('author_id_seq', 2000000000);"
    "ANALYZE;";

static const char virtues[] =
    "CREATE TABLE author (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,"
    "                     created_at timestamptz NOT NULL);"
    "CREATE TABLE book (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    "                   author_id bigint NOT NULL REFERENCES author ON DELETE CASCADE, meta jsonb,"
    "                   price numeric(10, 2) CHECK (price >= 0));"
    "CREATE INDEX ON book (author_id);"
    "INSERT INTO author (name, created_at) SELECT 'name ' || g, now() FROM generate_series(1, "
    "3000) g;"
    "INSERT INTO book (author_id, price) SELECT 1 + g % 3000, g % 100 FROM generate_series(1, "
    "5000) g;"
    "ANALYZE;";

static const char *const sinful_rules[] = {
    "\"fk-missing-index\"",       "\"index-duplicate\"",
    "\"index-redundant-prefix\"", "\"table-no-primary-key\"",
    "\"pk-int-exhaustion\"",      "\"serial-instead-of-identity\"",
    "\"type-text-overuse\"",      "\"type-timestamp-without-tz\"",
    "\"type-json-not-jsonb\"",    "\"check-constraint-missing\""};

static PgaProgramRun *
check(const char *dsn, const char *format)
{
    const char *const arguments[] = {"check", dsn, "--all", "--format", format, "-q", NULL};

    return pga_program_run(arguments, NULL);
}

static void
test_sins(gconstpointer data)
{
    const PgaTestCluster *cluster = data;
    g_autofree char *dsn = pga_test_cluster_database(cluster, "sins");
    g_autoptr(PgaProgramRun) run = NULL;

    pga_test_sql(dsn, sins);
    run = check(dsn, "json");
    g_test_message("%s", run->err);
    g_assert_cmpint(run->status, ==, 0);
    for (guint i = 0; i < G_N_ELEMENTS(sinful_rules); i++)
        pga_assert_contains(run->out, sinful_rules[i]);
    if (pga_test_cluster_major(cluster) >= 12) /* plan_cache_mode came with 12 */
        pga_assert_contains(run->out, "\"unit\": \"planner cost\"");
}

static void
test_virtues(gconstpointer data)
{
    const PgaTestCluster *cluster = data;
    g_autofree char *dsn = pga_test_cluster_database(cluster, "virtues");
    const char *const arguments[] = {"check",    dsn,    "--ram", "512MB",
                                     "--format", "json", "-q",    NULL};
    g_autoptr(PgaProgramRun) run = NULL;

    pga_test_sql(dsn, virtues);
    run = pga_program_run(arguments, NULL);
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_lacks(run->out, "\"category\": \"index\"");
    pga_assert_lacks(run->out, "\"category\": \"schema\"");
}

static void
test_nothing_written(void)
{
    const PgaTestCluster *cluster = pga_test_cluster(0);
    g_autofree char *dsn = NULL, *before = NULL, *after = NULL;
    g_autoptr(PgaProgramRun) run = NULL;
    const char *census =
        "SELECT pg_catalog.md5(pg_catalog.string_agg(c::text, ';' ORDER BY oid)) || "
        "(SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables) FROM pg_class c "
        "WHERE relnamespace = 'public'::regnamespace";

    if (!pga_test_have_server())
        return;
    dsn = pga_test_cluster_database(cluster, "untouched");
    pga_test_sql(dsn, sins);
    before = pga_test_value(dsn, census);
    run = check(dsn, "text");
    g_assert_cmpint(run->status, ==, 0);
    after = pga_test_value(dsn, census);
    g_assert_cmpstr(before, ==, after);
}

typedef struct {
    const char *name;
    const char *suffix; /* of the cluster's own conninfo */
    int status;
    const char *says;
} Refusal;

static const Refusal refusals[] = {
    {"no-such-database", " dbname=nowhere", 3, "nowhere"},
    {"no-such-role", " user=nobody_here", 3, "nobody_here"},
    {"wrong-password", " user=secretive password=hunter2", 3, "password authentication failed"},
    {"no-such-socket", " host=/nowhere", 3, "/nowhere"},
    {"connection-refused", " host=127.0.0.1 port=1", 3, "refused"},
    {"unknown-keyword", " pasword=hunter2", 2, "Did you mean password?"},
};

static void
test_refusal(gconstpointer data)
{
    const Refusal *c = data;
    g_autofree char *dsn = NULL;
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    dsn = g_strconcat(pga_test_cluster_dsn(pga_test_cluster(0)), c->suffix, NULL);
    run = check(dsn, "text");
    g_assert_cmpint(run->status, ==, c->status);
    pga_assert_contains(run->err, c->says);
    pga_assert_contains(run->err, "pgarchitect: hint: ");
    pga_assert_lacks(run->err, "hunter2");
    pga_assert_lacks(run->out, "hunter2");
}

static void
test_zero_tables(void)
{
    g_autofree char *dsn = NULL;
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    dsn = pga_test_cluster_database(pga_test_cluster(0), "zero");
    run = check(dsn, "text");
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "no tables");
}

static void
test_old_server(void)
{
    const PgaTestCluster *cluster = pga_test_cluster(10);
    g_autoptr(PgaProgramRun) run = NULL;

    if (!cluster) {
        g_test_skip("PostgreSQL 10 is not installed");
        return;
    }
    run = check(pga_test_cluster_dsn(cluster), "json");
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "older than 14");
}

/* The process that runs @dsn's check, with its standard output thrown away. */
static GPid
start_check(const char *dsn)
{
    const char *argv[] = {PGA_PROGRAM, "check", dsn, "-q", NULL};
    GPid pid;
    g_autoptr(GError) error = NULL;

    g_spawn_async(NULL, (char **)argv, NULL,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                      G_SPAWN_STDERR_TO_DEV_NULL,
                  NULL, NULL, &pid, &error);
    g_assert_no_error(error);
    return pid;
}

/* Holding ACCESS EXCLUSIVE on a catalog makes the check wait for certain; then comes Ctrl-C. */
static void
test_interrupt(void)
{
    PGconn *holder;
    GPid pid;
    int wait_status;

    if (!pga_test_have_server())
        return;
    holder = pga_test_session(pga_test_cluster_dsn(pga_test_cluster(0)));
    PQclear(PQexec(holder, "BEGIN; LOCK TABLE pg_catalog.pg_attrdef IN ACCESS EXCLUSIVE MODE"));
    pid = start_check(pga_test_cluster_dsn(pga_test_cluster(0)));
    g_usleep(150000);
    kill(pid, SIGINT);
    g_assert_cmpint(waitpid(pid, &wait_status, 0), ==, pid);
    g_spawn_close_pid(pid);
    PQfinish(holder);
    g_assert_true(WIFEXITED(wait_status));
    g_assert_cmpint(WEXITSTATUS(wait_status), ==, 130);
}

static void
add_for_every_server(void)
{
    const GPtrArray *servers = pga_test_servers();

    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *sinful = g_strdup_printf("/cli/live/%u/sins-are-found", server->major);
        g_autofree char *virtuous =
            g_strdup_printf("/cli/live/%u/virtues-are-left-alone", server->major);

        if (server->major < 10)
            continue;
        g_test_add_data_func(sinful, pga_test_cluster(server->major), test_sins);
        g_test_add_data_func(virtuous, pga_test_cluster(server->major), test_virtues);
    }
}

/* The moment, and the options that do not go with it. */
static void
test_now(void)
{
    PgaTestCluster *cluster = pga_test_cluster(0);
    static const char *const wrong[][2] = {{"--deep", "--now looks at one server"},
                                           {"--format=sarif", "text, markdown or json"}};
    const char *dsn;

    if (!pga_test_have_server())
        return;
    dsn = pga_test_cluster_dsn(cluster);
    {
        const char *const arguments[] = {"check", "--now", dsn, "-q", "--fail-on", "error", NULL};
        g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);

        g_assert_cmpint(run->status, ==, 0);
        pga_assert_contains(run->out, "What to do first");
        pga_assert_contains(run->out, "Connections: ");
    }
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        const char *const arguments[] = {"check", "--now", wrong[i][0], dsn, "-q", NULL};
        g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);

        g_assert_cmpint(run->status, ==, 2);
        pga_assert_contains(run->err, wrong[i][1]);
    }
    {
        const char *const arguments[] = {"check", "--now", "absent.sql", "--format",
                                         "json",  "-q",    NULL};
        g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);

        g_assert_cmpint(run->status, ==, 2);
        pga_assert_contains(run->out, "--now needs a running server");
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_for_every_server();
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/cli/live/refused/", refusals[i].name, NULL);

        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    g_test_add_func("/cli/live/zero-tables", test_zero_tables);
    g_test_add_func("/cli/live/now", test_now);
    g_test_add_func("/cli/live/old-server-is-noticed", test_old_server);
    g_test_add_func("/cli/live/nothing-is-written", test_nothing_written);
    g_test_add_func("/cli/live/interrupt-ends-it", test_interrupt);
    return g_test_run();
}
