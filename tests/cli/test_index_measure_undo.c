/* index --measure: what was made on the copy is gone, however it ended. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "measure_shop.h"

#define WAIT_S 60

/* What stands in the way of nothing but is slow, so that there is time to act. */
static const char slow_workload[] =
    "SELECT count(*) FROM orders, pg_sleep(0.7) WHERE customer_id = 42;\n";

/* (transfer full): where the program's report goes. */
static char *
report_path(void)
{
    return g_build_filename(g_get_tmp_dir(), "pga-measure-report.txt", NULL);
}

static GPid
start_measure(const char *source, const char *path, const char *copy)
{
    g_autofree char *report = report_path();
    const char *const arguments[] = {PGA_PROGRAM, "index", source, "--workload", path, "-q",
                                     "--measure", copy,    "-o",   report,       NULL};
    g_autoptr(GError) error = NULL;
    GPid pid;

    g_spawn_async(NULL, (char **)arguments, NULL,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL |
                      G_SPAWN_STDOUT_TO_DEV_NULL,
                  NULL, NULL, &pid, &error);
    g_assert_no_error(error);
    return pid;
}

/* Until @sql's value on the copy is @value no more. */
static void
await_change(const char *copy, const char *sql, const char *value)
{
    const gint64 deadline = g_get_monotonic_time() + WAIT_S * G_TIME_SPAN_SECOND;

    while (g_get_monotonic_time() < deadline) {
        g_autofree char *now = pga_test_value(copy, sql);

        if (!g_str_equal(now, value))
            return;
        g_usleep(20000);
    }
    g_error("nothing happened within %d s", WAIT_S);
}

/* Until the index is being made; until it is ready. */
static void
await_index(const char *copy, gboolean ready)
{
    await_change(copy,
                 ready ? "SELECT count(*) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c "
                         "ON c.oid = i.indexrelid WHERE c.relname = 'orders_customer_id_idx' "
                         "AND i.indisvalid"
                       : "SELECT count(*) FROM pg_catalog.pg_class "
                         "WHERE relname = 'orders_customer_id_idx'",
                 "0");
}

/** What happens while the statements are timed with the indexes. */
typedef struct {
    int signal_number; /* 0: none */
    const char *sql;   /* (nullable): on the copy */
    int status;
} Event;

static const Event interrupt = {SIGINT, NULL, 130};
static const Event terminate = {SIGTERM, NULL, 130};
#define END_SESSIONS                                                                               \
    "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity "                \
    "WHERE datname = '" PGA_MEASURE_COPY "' AND pid <> pg_catalog.pg_backend_pid() "               \
    "AND application_name = 'pgarchitect'"
static const Event lost_session = {0, END_SESSIONS, 0};
static const Event lost_build = {0, END_SESSIONS, 3};

static void
bring_about(const Event *event, GPid pid, const char *copy)
{
    if (event->signal_number)
        g_assert_cmpint(kill(pid, event->signal_number), ==, 0);
    if (event->sql)
        pga_test_sql(copy, event->sql);
}

static void
assert_ends_with(GPid pid, int status)
{
    int wait_status = 0;

    g_assert_cmpint(waitpid(pid, &wait_status, 0), ==, pid);
    g_spawn_close_pid(pid);
    g_assert_true(WIFEXITED(wait_status));
    g_assert_cmpint(WEXITSTATUS(wait_status), ==, status);
}

static void
test_event(gconstpointer data)
{
    const Event *event = data;
    g_autofree char *source = NULL, *copy = NULL, *path = NULL, *before = NULL, *after = NULL;
    GPid pid;

    if (!pga_test_have_server())
        return;
    path = pga_measure_file("pga-measure-slow.sql", slow_workload);
    pga_measure_shop(pga_test_cluster(0), &source, &copy);
    before = pga_measure_indexes(copy);
    pid = start_measure(source, path, copy);
    await_index(copy, TRUE);
    bring_about(event, pid, copy);
    assert_ends_with(pid, event->status);
    after = pga_measure_indexes(copy);
    g_assert_cmpstr(after, ==, before);
    g_unlink(path);
}

/* While CREATE INDEX CONCURRENTLY waits for an older transaction: its invalid index goes. */
static void
test_event_while_building(gconstpointer data)
{
    const Event *event = data;
    g_autofree char *source = NULL, *copy = NULL, *path = NULL, *before = NULL, *after = NULL;
    PGconn *holder;
    GPid pid;

    if (!pga_test_have_server())
        return;
    path =
        pga_measure_file("pga-measure-build.sql", "SELECT * FROM orders WHERE customer_id = 42;\n");
    pga_measure_shop(pga_test_cluster(0), &source, &copy);
    before = pga_measure_indexes(copy);
    holder = pga_test_session(copy);
    PQclear(PQexec(holder, "BEGIN; DELETE FROM orders WHERE id = 1"));
    pid = start_measure(source, path, copy);
    await_index(copy, FALSE);
    bring_about(event, pid, copy);
    g_usleep(200000);
    PQfinish(holder); /* DROP INDEX would wait for it as well */
    assert_ends_with(pid, event->status);
    after = pga_measure_indexes(copy);
    g_assert_cmpstr(after, ==, before);
    g_unlink(path);
}

/* What cannot be dropped is told of: somebody takes the table away from the role meanwhile. */
static void
test_remaining(void)
{
    g_autofree char *source = NULL, *copy = NULL, *path = NULL, *as_keeper = NULL;
    g_autofree char *report = report_path(), *text = NULL, *after = NULL;
    GPid pid;

    if (!pga_test_have_server())
        return;
    path = pga_measure_file("pga-measure-keeper.sql", slow_workload);
    pga_measure_shop(pga_test_cluster(0), &source, &copy);
    pga_test_sql(copy, "CREATE ROLE keeper LOGIN; GRANT ALL ON SCHEMA public TO keeper;"
                       "ALTER TABLE orders OWNER TO keeper");
    as_keeper = g_strdup_printf("%s user=keeper", copy);
    pid = start_measure(source, path, as_keeper);
    await_index(copy, TRUE);
    pga_test_sql(copy, "ALTER TABLE orders OWNER TO postgres");
    assert_ends_with(pid, 0);
    g_assert_true(g_file_get_contents(report, &text, NULL, NULL));
    pga_assert_contains(text, "Could not be dropped, is left there: public.orders_customer_id_idx");
    after = pga_measure_indexes(copy);
    pga_assert_contains(after, "orders_customer_id_idx");
    g_unlink(report);
    g_unlink(path);
}

/* An extension that an index needed goes with it. */
static void
test_extension(void)
{
    g_autofree char *source = NULL, *copy = NULL, *path = NULL, *after = NULL;
    g_autoptr(PgaProgramRun) run = NULL;
    const PgaTestCluster *cluster = pga_test_cluster(15);

    if (!cluster) {
        g_test_skip("no PostgreSQL 15");
        return;
    }
    path = pga_measure_file("pga-measure-trgm.sql",
                            "SELECT * FROM person WHERE email LIKE '%777@ex%';\n");
    pga_measure_shop(cluster, &source, &copy);
    run = pga_measure_run(source, path, copy, (const char *const[]){"--format", "markdown", NULL});
    g_test_message("%s", run->out);
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "CREATE EXTENSION IF NOT EXISTS pg_trgm");
    pga_assert_contains(run->out, "The indexes were dropped again.");
    pga_assert_lacks(run->out, "was not made");
    after = pga_test_value(copy, "SELECT count(*) FROM pg_catalog.pg_extension");
    g_assert_cmpstr(after, ==, "1"); /* plpgsql */
    g_unlink(path);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/cli/index-measure-undo/interrupt", &interrupt, test_event);
    g_test_add_data_func("/cli/index-measure-undo/terminated", &terminate, test_event);
    g_test_add_data_func("/cli/index-measure-undo/session-lost", &lost_session, test_event);
    g_test_add_data_func("/cli/index-measure-undo/build-interrupted", &interrupt,
                         test_event_while_building);
    g_test_add_data_func("/cli/index-measure-undo/build-lost", &lost_build,
                         test_event_while_building);
    g_test_add_func("/cli/index-measure-undo/what-remains-is-said", test_remaining);
    g_test_add_func("/cli/index-measure-undo/extension-is-dropped", test_extension);
    return g_test_run();
}
