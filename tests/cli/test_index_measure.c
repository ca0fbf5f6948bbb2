/* index --measure: times on a copy are there, and the source is never taken for a copy. */
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

#include "measure_shop.h"

static double
number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_number(value) ? json_number_value(value) : -1;
}

/* Each of the four queries got its time before and after, the one that locks rows as well, and the
 * DELETE in disguise none. */
static void
assert_times(const json_t *measurement)
{
    const json_t *query;
    size_t i;
    guint n_timed = 0, n_used = 0, n_refused = 0;

    json_array_foreach(json_object_get(measurement, "queries"), i, query)
    {
        const json_t *before = json_object_get(query, "before");
        const json_t *after = json_object_get(query, "after");
        const char *failure = json_string_value(json_object_get(after, "failure"));

        if (failure) {
            pga_assert_contains(failure, "read-only transaction");
            n_refused++;
            continue;
        }
        g_assert_cmpfloat(number(before, "least_ms"), <=, number(before, "median_ms"));
        g_assert_cmpfloat(number(after, "median_ms"), <=, number(after, "most_ms"));
        g_assert_cmpfloat(number(before, "least_ms"), >, 0);
        g_assert_cmpfloat(number(after, "cost"), <, number(before, "cost"));
        n_used += json_array_size(json_object_get(query, "used")) > 0 ? 1 : 0;
        n_timed++;
    }
    g_assert_cmpuint(n_timed, ==, 4);
    g_assert_cmpuint(n_used, ==, 4);
    g_assert_cmpuint(n_refused, ==, 1);
}

static void
assert_sizes(const json_t *measurement)
{
    const json_t *index;
    size_t i;

    g_assert_cmpuint(json_array_size(json_object_get(measurement, "indexes")), ==, 3);
    json_array_foreach(json_object_get(measurement, "indexes"), i, index)
    {
        g_assert_true(json_is_null(json_object_get(index, "failure")));
        g_assert_cmpfloat(number(index, "bytes"), >=, 8192);
        g_assert_cmpfloat(number(index, "bytes"), <, 1.2 * number(index, "foretold_bytes"));
        g_assert_cmpfloat(number(index, "bytes"), >, 0.8 * number(index, "foretold_bytes"));
        g_assert_cmpfloat(number(index, "build_seconds"), >, 0);
    }
}

static void
test_measured(gconstpointer data)
{
    const PgaTestCluster *cluster = data;
    g_autofree char *source = NULL, *copy = NULL, *before = NULL, *after = NULL, *rows = NULL;
    g_autofree char *path = pga_measure_file("pga-measure.sql", pga_measure_workload),
                    *there = NULL;
    g_autoptr(PgaProgramRun) run = NULL;
    json_t *report;
    const json_t *measurement;

    pga_measure_shop(cluster, &source, &copy);
    before = pga_measure_indexes(copy);
    run = pga_measure_run(source, path, copy, (const char *const[]){"--format", "json", NULL});
    g_test_message("%s%s", run->out, run->err);
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_valid(run->out, "index.schema.json");
    report = json_loads(run->out, 0, NULL);
    measurement = json_object_get(report, "measurement");
    assert_times(measurement);
    assert_sizes(measurement);
    g_assert_cmpfloat(number(json_object_get(measurement, "totals"), "statements"), ==, 4);
    pga_assert_contains(run->out, "it changes data, or is no query");
    pga_assert_contains(run->out, "on the source's own server");
    after = pga_measure_indexes(copy);
    there = pga_measure_indexes(source);
    g_assert_cmpstr(after, ==, before);
    g_assert_cmpstr(there, ==, before);
    rows = pga_test_value(copy, "SELECT count(*) FROM orders");
    g_assert_cmpstr(rows, ==, "50000");
    json_decref(report);
    g_unlink(path);
}

/* What is asked to stay stays; what then has its name already is nobody's to drop. */
static void
test_kept(void)
{
    g_autofree char *source = NULL, *copy = NULL, *kept = NULL, *again = NULL;
    g_autofree char *path = NULL;
    g_autoptr(PgaProgramRun) run = NULL, second = NULL;

    if (!pga_test_have_server())
        return;
    path = pga_measure_file("pga-measure-kept.sql", pga_measure_workload);
    pga_measure_shop(pga_test_cluster(0), &source, &copy);
    run = pga_measure_run(source, path, copy,
                          (const char *const[]){"--keep-indexes", "--measure-runs", "4", NULL});
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "medians of 4 runs");
    pga_assert_contains(run->out, "The indexes were left there.");
    kept = pga_measure_indexes(copy);
    pga_assert_contains(kept, "orders_customer_id_idx");
    second =
        pga_measure_run(source, path, copy, (const char *const[]){"--format", "markdown", NULL});
    g_test_message("%s", second->out);
    g_assert_cmpint(second->status, ==, 0);
    pga_assert_contains(second->out, "public.orders_customer_id_idx is there already");
    again = pga_measure_indexes(copy);
    g_assert_cmpstr(again, ==, kept);
    g_unlink(path);
}

static void
test_source_refused(void)
{
    g_autofree char *source = NULL, *copy = NULL, *path = NULL, *before = NULL, *after = NULL;
    g_autofree char *other_way = NULL;
    g_autoptr(PgaProgramRun) run = NULL, uri = NULL;

    if (!pga_test_have_server())
        return;
    path = pga_measure_file("pga-measure-self.sql", pga_measure_workload);
    pga_measure_shop(pga_test_cluster(0), &source, &copy);
    before = pga_measure_indexes(source);
    run = pga_measure_run(source, path, source, NULL);
    g_assert_cmpint(run->status, ==, 2);
    pga_assert_contains(run->err, "is the source itself");
    g_assert_cmpstr(run->out, ==, "");
    other_way =
        g_strdup_printf("postgresql:///" PGA_MEASURE_SOURCE "?host=%s&port=%d&user=postgres",
                        pga_test_cluster_directory(pga_test_cluster(0)),
                        pga_test_cluster_port(pga_test_cluster(0)));
    uri = pga_measure_run(source, path, other_way, NULL);
    g_assert_cmpint(uri->status, ==, 2);
    pga_assert_contains(uri->err, "is the source itself");
    after = pga_measure_indexes(source);
    g_assert_cmpstr(after, ==, before);
    g_unlink(path);
}

/* The snapshot's own server and database are known by the time of the server's start. */
static void
test_snapshot(void)
{
    g_autofree char *source = NULL, *copy = NULL, *path = NULL, *snapshot = NULL;
    g_autoptr(PgaProgramRun) taken = NULL, self = NULL, run = NULL;

    if (!pga_test_have_server())
        return;
    path = pga_measure_file("pga-measure-snapshot.sql", pga_measure_workload);
    pga_measure_shop(pga_test_cluster(0), &source, &copy);
    snapshot = g_build_filename(g_get_tmp_dir(), "pga-measure.pga", NULL);
    g_unlink(snapshot);
    taken = pga_program_run((const char *const[]){"snapshot", source, "-o", snapshot, "-q", NULL},
                            NULL);
    g_assert_cmpint(taken->status, ==, 0);
    self = pga_measure_run(snapshot, path, source, NULL);
    g_assert_cmpint(self->status, ==, 2);
    pga_assert_contains(self->err, "is what the snapshot was taken of");
    run = pga_measure_run(snapshot, path, copy, NULL);
    g_test_message("%s", run->err);
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "Measured on a copy: " PGA_MEASURE_COPY);
    g_unlink(snapshot);
    g_unlink(path);
}

/* DDL is of no database: that nothing was compared is said. */
static void
test_ddl(void)
{
    g_autofree char *source = NULL, *copy = NULL, *path = NULL, *ddl = NULL;
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    ddl = pga_measure_file("pga-measure-ddl.sql",
                           "CREATE TABLE orders (id int PRIMARY KEY, customer_id int, note text);");
    path =
        pga_measure_file("pga-measure-ddl-w.sql", "SELECT * FROM orders WHERE customer_id = 42;\n");
    pga_measure_shop(pga_test_cluster(0), &source, &copy);
    run =
        pga_measure_run(ddl, path, copy,
                        (const char *const[]){"--rows", "orders=1M", "--format", "markdown", NULL});
    g_test_message("%s%s", run->out, run->err);
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "nothing to compare the copy with");
    pga_assert_contains(run->out, "The indexes were dropped again.");
    g_unlink(ddl);
    g_unlink(path);
}

/* A standby takes no indexes, and a standby's primary is no copy. */
static void
test_standby(void)
{
    PgaTestCluster *cluster, *standby;
    g_autofree char *source = NULL, *copy = NULL, *path = NULL, *there = NULL;
    g_autoptr(PgaProgramRun) run = NULL, primary = NULL;

    if (!pga_test_have_server())
        return;
    cluster = pga_test_cluster(0);
    pga_measure_shop(cluster, &source, &copy);
    standby = pga_test_cluster_standby(cluster);
    if (!standby) {
        g_test_skip("no standby can be made");
        return;
    }
    g_clear_pointer(&source, g_free);
    source = g_strdup_printf("host=%s port=%d user=postgres dbname=" PGA_MEASURE_SOURCE,
                             pga_test_cluster_directory(cluster), pga_test_cluster_port(cluster));
    there = g_strdup_printf("host=%s port=%d user=postgres dbname=" PGA_MEASURE_SOURCE,
                            pga_test_cluster_directory(standby), pga_test_cluster_port(standby));
    path = pga_measure_file("pga-measure-standby.sql", pga_measure_workload);
    run = pga_measure_run(source, path, there, NULL);
    g_assert_cmpint(run->status, ==, 2);
    pga_assert_contains(run->err, "is a standby");
    primary = pga_measure_run(there, path, source, NULL);
    g_test_message("%s", primary->err);
    g_assert_cmpint(primary->status, ==, 2);
    pga_assert_contains(primary->err, "may be the primary of the source");
    g_unlink(path);
}

/** A copy that cannot be used, or options that make no sense. */
typedef struct {
    const char *name;
    const char *copy; /* (nullable): none is named */
    const char *more[4];
    int status;
    const char *says;
} Mistake;

static const Mistake mistakes[] = {
    {"unreachable", "host=/nowhere dbname=x", {NULL}, 3, "the copy cannot be used: connection"},
    {"no-conninfo", "host=a nonsense", {NULL}, 2, "the copy cannot be used: "},
    {"limit-without-verify", NULL, {"--verify-limit", "3s"}, 2, "--verify-limit without --verify"},
    {"no-limit", NULL, {"--verify", "--verify-limit", "soon"}, 2, "--verify-limit \"soon\""},
    {"keep-without-measure", NULL, {"--keep-indexes"}, 2, "--keep-indexes without --measure"},
    {"hypopg-without-measure", NULL, {"--hypopg"}, 2, "--hypopg without --measure"},
    {"runs-without-measure", NULL, {"--measure-runs", "3"}, 2, "--measure-runs without"},
    {"two-runs", "dbname=x", {"--measure-runs", "2"}, 2, "no number from 3 to 100"},
    {"no-time", "dbname=x", {"--measure-timeout", "soon"}, 2, "--measure-timeout \"soon\""},
    {"kept-and-hypothetical", "dbname=x", {"--hypopg", "--keep-indexes"}, 2, "exclude each other"},
};

static void
test_mistake(gconstpointer data)
{
    const Mistake *mistake = data;
    g_autofree char *source = NULL, *path = NULL;
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    path = pga_measure_file("pga-measure-mistake.sql", "SELECT 1;\n");
    source = pga_test_cluster_database(pga_test_cluster(0), "measure_nothing");
    if (mistake->copy)
        g_ptr_array_add(all, (gpointer) "--measure");
    if (mistake->copy)
        g_ptr_array_add(all, (gpointer)mistake->copy);
    for (guint i = 0; mistake->more[i]; i++)
        g_ptr_array_add(all, (gpointer)mistake->more[i]);
    g_ptr_array_insert(all, 0, (gpointer) "index");
    g_ptr_array_insert(all, 1, source);
    g_ptr_array_insert(all, 2, (gpointer) "--workload");
    g_ptr_array_insert(all, 3, path);
    g_ptr_array_add(all, NULL);
    run = pga_program_run((const char *const *)all->pdata, NULL);
    g_test_message("%s", run->err);
    g_assert_cmpint(run->status, ==, mistake->status);
    pga_assert_contains(run->err, mistake->says);
    g_unlink(path);
}

/* A copy without the tables: each failure is said, nothing is left. */
static void
test_without_tables(void)
{
    g_autofree char *source = NULL, *copy = NULL, *empty = NULL, *path = NULL, *after = NULL;
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    path = pga_measure_file("pga-measure-empty.sql", pga_measure_workload);
    pga_measure_shop(pga_test_cluster(0), &source, &copy);
    empty = pga_test_cluster_database(pga_test_cluster(0), "measure_nothing");
    pga_test_sql(empty, "CREATE TABLE event (tenant int, at int) PARTITION BY RANGE (at);"
                        "CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (0) TO (9)");
    run = pga_measure_run(source, path, empty, (const char *const[]){"--format", "markdown", NULL});
    g_test_message("%s", run->out);
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "relation \"public.orders\" does not exist");
    pga_assert_contains(run->out, "relation \"public.event_2\" does not exist");
    pga_assert_contains(run->out, "relation \"person\" does not exist");
    pga_assert_lacks(run->out, "The indexes were dropped again.");
    after = pga_measure_indexes(empty);
    g_assert_cmpstr(after, ==, "");
    g_unlink(path);
}

static void
test_timeout(void)
{
    g_autofree char *source = NULL, *copy = NULL, *path = NULL;
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    path = pga_measure_file("pga-measure-limit.sql",
                            "SELECT count(*) FROM orders, pg_sleep(5) WHERE customer_id = 42;\n");
    pga_measure_shop(pga_test_cluster(0), &source, &copy);
    run =
        pga_measure_run(source, path, copy, (const char *const[]){"--measure-timeout", "1s", NULL});
    g_test_message("%s", run->out);
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "> 1 s");
    g_unlink(path);
}

/* Each is used that HypoPG made, under the name of the report, and by its own statements alone;
 * what it could not make is used by none. */
static void
assert_hypothetical_used(const char *out)
{
    json_t *report = json_loads(out, 0, NULL);
    const json_t *measurement = json_object_get(report, "measurement"), *index, *query;
    const json_t *queries = json_object_get(measurement, "queries");
    guint n_made = 0;
    size_t i, j;

    json_array_foreach(json_object_get(measurement, "indexes"), i, index)
    {
        const char *name = json_string_value(json_object_get(index, "index_name"));
        const gboolean is_made = json_is_null(json_object_get(index, "failure"));
        guint n_users = 0;

        g_assert_nonnull(name);
        json_array_foreach(queries, j, query)
        {
            const json_t *used = json_object_get(query, "used");

            g_assert_cmpuint(json_array_size(used), <=, 1);
            n_users += g_strcmp0(json_string_value(json_array_get(used, 0)), name) == 0;
        }
        n_made += is_made;
        g_assert_cmpuint(n_users > 0, ==, is_made);
    }
    g_assert_cmpuint(n_made, >=, 2);
    json_decref(report);
}

static void
test_hypopg(void)
{
    g_autofree char *source = NULL, *copy = NULL, *path = NULL, *available = NULL;
    g_autofree char *before = NULL, *after = NULL;
    g_autoptr(PgaProgramRun) without = NULL, run = NULL;
    const PgaTestCluster *cluster = pga_test_cluster(15);

    if (!cluster) {
        g_test_skip("no PostgreSQL 15");
        return;
    }
    path = pga_measure_file("pga-measure-hypopg.sql", pga_measure_workload);
    pga_measure_shop(cluster, &source, &copy);
    without = pga_measure_run(source, path, copy, (const char *const[]){"--hypopg", NULL});
    g_assert_cmpint(without->status, ==, 2);
    pga_assert_contains(without->err, "the copy has no HypoPG");
    available = pga_test_value(
        copy, "SELECT count(*) FROM pg_catalog.pg_available_extensions WHERE name = 'hypopg'");
    if (!g_str_equal(available, "1")) {
        g_test_skip("HypoPG is not installed");
        return;
    }
    pga_test_sql(copy, "CREATE EXTENSION hypopg");
    before = pga_measure_indexes(copy);
    run = pga_measure_run(source, path, copy,
                          (const char *const[]){"--hypopg", "--format", "json", NULL});
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_valid(run->out, "index.schema.json");
    pga_assert_contains(run->out, "\"hypothetical\": true");
    assert_hypothetical_used(run->out);
    after = pga_measure_indexes(copy);
    g_assert_cmpstr(after, ==, before);
    g_unlink(path);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autofree char *name = g_strdup_printf("/cli/index-measure/refuses/%s", mistakes[i].name);

        g_test_add_data_func(name, &mistakes[i], test_mistake);
    }
    for (guint i = 0; i < 2; i++) {
        static const guint majors[] = {15, 17};
        g_autofree char *name = g_strdup_printf("/cli/index-measure/times/%u", majors[i]);

        if (pga_test_cluster(majors[i]))
            g_test_add_data_func(name, pga_test_cluster(majors[i]), test_measured);
    }
    g_test_add_func("/cli/index-measure/indexes-kept", test_kept);
    g_test_add_func("/cli/index-measure/not-on-the-source", test_source_refused);
    g_test_add_func("/cli/index-measure/not-on-a-snapshot-s-source", test_snapshot);
    g_test_add_func("/cli/index-measure/ddl", test_ddl);
    g_test_add_func("/cli/index-measure/copy-without-tables", test_without_tables);
    g_test_add_func("/cli/index-measure/time-is-up", test_timeout);
    g_test_add_func("/cli/index-measure/hypopg", test_hypopg);
    g_test_add_func("/cli/index-measure/not-on-a-standby", test_standby);
    return g_test_run();
}
