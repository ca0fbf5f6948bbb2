/* snapshot on real servers: what is in the file, and that check says of the file what it said of
 * the database. */
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

#include "cluster.h"
#include "program.h"

#define MAX_ATTEMPTS 3 /* ages and counters of the server move while it is looked at */

/* Something of everything, with sins. */
static const char schema[] =
    "CREATE TYPE mood AS ENUM ('sad', 'ok');"
    "CREATE DOMAIN positive AS int CHECK (VALUE > 0);"
    "CREATE TABLE author (id serial PRIMARY KEY, email text UNIQUE, born text, created timestamp,"
    "                     mood mood, rank positive, tags text[], meta json);"
    "CREATE TABLE book (id int PRIMARY KEY, author_id int REFERENCES author, price numeric);"
    "CREATE TABLE loan (book_id int, who text);"
    "CREATE INDEX book_price ON book (price);"
    "CREATE INDEX book_price_again ON book (price);"
    "CREATE INDEX author_lower ON author (lower(email)) WHERE rank > 3;"
    "CREATE INDEX author_tags ON author USING gin (tags);"
    "CREATE VIEW authors AS SELECT a.email, b.price FROM author a JOIN book b ON b.author_id = "
    "a.id;"
    "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
    "  $$BEGIN NEW.created := now(); RETURN NEW; END$$;"
    "CREATE TRIGGER stamp BEFORE INSERT ON author FOR EACH ROW EXECUTE PROCEDURE stamp();"
    "ALTER TABLE loan ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY own ON loan USING (who = current_user);"
    "CREATE TABLE parent (x int); CREATE TABLE child (y int) INHERITS (parent);"
    "ALTER TABLE author DISABLE TRIGGER stamp;"
    "INSERT INTO author (email, born, created, mood, rank, tags) SELECT 'secret-value-' || g,"
    "  (date '1950-01-01' + g)::text, now(), 'ok', 1 + g % 7, ARRAY['t' || g % 5]"
    "  FROM generate_series(1, 3000) g;"
    "INSERT INTO book SELECT g, 1 + g % 3000, g % 100 FROM generate_series(1, 5000) g;"
    "INSERT INTO loan SELECT g, 'w' FROM generate_series(1, 2000) g;"
    "SELECT setval('author_id_seq', 2000000000);"
    "ANALYZE;";

static const char partitions[] =
    "CREATE TABLE event (id bigint, at date NOT NULL, kind text) PARTITION BY RANGE (at);"
    "CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
    "CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');"
    "CREATE INDEX event_at ON event (at); CREATE INDEX event_at_id ON event (at, id);"
    "INSERT INTO event SELECT g, date '2024-01-01' + g % 700, 'k' FROM generate_series(1, 9000) g;"
    "CREATE STATISTICS event_kinds (ndistinct, dependencies) ON id, kind FROM event_1;"
    "ANALYZE;";

static char *
file_name(const char *name)
{
    return g_build_filename(g_get_tmp_dir(), name, NULL);
}

static PgaProgramRun *
snapshot(const char *source, const char *path, const char *option)
{
    const char *const arguments[] = {"snapshot", source, "-o", path, option, NULL};

    return pga_program_run(arguments, NULL);
}

static json_t *
check(const char *source, gboolean lab)
{
    const char *const arguments[] = {
        "check", source, "--all", "--top", "99", "-q", "--format", "json", lab ? NULL : "--no-lab",
        NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);
    json_t *root = json_loads(run->out, 0, NULL);

    g_assert_cmpstr(run->err, ==, "");
    g_assert_nonnull(root);
    return root;
}

/* Rules that need a running server, which a snapshot says it has not checked. */
static gboolean
is_live_only(json_t *of_snapshot, const char *rule)
{
    json_t *entry;
    gsize i;

    json_array_foreach(json_object_get(of_snapshot, "not_checked"), i, entry)
    {
        const char *named = json_string_value(json_object_get(entry, "rule"));
        const char *why = json_string_value(json_object_get(entry, "why"));

        if (named && g_str_equal(named, rule) && strstr(why, "needs a running server"))
            return TRUE;
    }
    return FALSE;
}

/* (transfer full): the findings, without those that @of_snapshot cannot have. */
static char *
findings(json_t *root, json_t *of_snapshot)
{
    json_t *kept = json_array(), *finding;
    char *text, *copy;
    gsize i;

    json_array_foreach(
        json_object_get(root, "findings"), i,
        finding) if (!is_live_only(of_snapshot,
                                   json_string_value(json_object_get(finding, "rule"))))
        json_array_append(kept, finding);
    text = json_dumps(kept, JSON_INDENT(1));
    copy = g_strdup(text);
    free(text);
    json_decref(kept);
    return copy;
}

static char *
dump(json_t *value)
{
    char *text = json_dumps(value, JSON_INDENT(1)), *copy = g_strdup(text);

    free(text);
    return copy;
}

/* What the database said before and after the snapshot was taken, and what the file says. */
static gboolean
compare(const char *dsn, const char *path, gboolean lab, gboolean last)
{
    json_t *before = check(dsn, lab), *after, *file;
    g_autoptr(PgaProgramRun) run = snapshot(dsn, path, "-q");
    g_autofree char *first = NULL, *second = NULL, *third = NULL;
    g_autofree char *scope = NULL, *server = NULL, *file_scope = NULL, *file_server = NULL;
    gboolean same;

    g_assert_cmpint(run->status, ==, 0);
    g_assert_cmpstr(run->err, ==, "");
    after = check(dsn, lab);
    file = check(path, lab);
    first = findings(before, file);
    second = findings(after, file);
    third = findings(file, file);
    same = g_str_equal(third, first) || g_str_equal(third, second);
    if (!same && last)
        g_assert_cmpstr(third, ==, second);
    scope = dump(json_object_get(json_object_get(after, "scope"), "tables"));
    file_scope = dump(json_object_get(json_object_get(file, "scope"), "tables"));
    g_assert_cmpstr(scope, ==, file_scope);
    server = dump(json_object_get(after, "server"));
    file_server = dump(json_object_get(file, "server"));
    if (last)
        g_assert_cmpstr(server, ==, file_server);
    g_assert_cmpuint(json_array_size(json_object_get(file, "findings")), >, 5);
    json_decref(before);
    json_decref(after);
    json_decref(file);
    return same;
}

static void
test_same_findings(gconstpointer data)
{
    const PgaTestCluster *cluster = data;
    g_autofree char *dsn = pga_test_cluster_database(cluster, "same");
    g_autofree char *path = file_name("pga-same.pga");
    const gboolean lab = pga_test_cluster_major(cluster) >= 14;
    guint attempt = 1;

    pga_test_sql(dsn, schema);
    if (pga_test_cluster_major(cluster) >= 11)
        pga_test_sql(dsn, partitions);
    while (!compare(dsn, path, lab, attempt == MAX_ATTEMPTS) && attempt < MAX_ATTEMPTS)
        attempt++;
    g_unlink(path);
}

/* (transfer full): the text that a snapshot stands for */
static char *
text_of(const char *path)
{
    const char *const argv[] = {"zstd", "-dqc", path, NULL};
    g_autofree char *out = NULL;
    g_autoptr(GError) error = NULL;
    int status;

    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out,
                               NULL, &status, &error));
    g_assert_cmpint(status, ==, 0);
    return g_steal_pointer(&out);
}

static void
test_values(gconstpointer data)
{
    const PgaTestCluster *cluster = data;
    g_autofree char *dsn = pga_test_cluster_database(cluster, "vals");
    g_autofree char *path = file_name("pga-values.pga"), *without = file_name("pga-none.pga");
    g_autofree char *again = file_name("pga-again.pga");
    g_autofree char *with_values = NULL, *without_values = NULL, *made_without = NULL;
    g_autoptr(PgaProgramRun) first = NULL, second = NULL, third = NULL;
    GStatBuf status;

    pga_test_sql(dsn, schema);
    first = snapshot(dsn, path, NULL);
    second = snapshot(dsn, without, "--no-values");
    third = snapshot(path, again, "--no-values");
    g_assert_cmpint(first->status, ==, 0);
    g_assert_cmpint(second->status, ==, 0);
    g_assert_cmpint(third->status, ==, 0);
    pga_assert_contains(first->err, "snapshot of vals (PostgreSQL ");
    g_assert_cmpint(g_stat(path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
    with_values = text_of(path);
    without_values = text_of(without);
    made_without = text_of(again);
    pga_assert_contains(with_values, "secret-value-");
    if (pga_test_cluster_major(cluster) >= 12) { /* earlier ones write floats in two ways */
        pga_assert_lacks(with_values, "\"stats\":");
        pga_assert_lacks(without_values, "\"stats\":");
        pga_assert_lacks(made_without, "\"stats\":");
    }
    pga_assert_lacks(without_values, "secret-value-");
    pga_assert_lacks(made_without, "secret-value-");
    pga_assert_contains(made_without, "\"no_values\":true");
    g_unlink(path);
    g_unlink(without);
    g_unlink(again);
}

static void
test_secrets(gconstpointer data)
{
    const PgaTestCluster *cluster = data;
    g_autofree char *dsn = pga_test_cluster_database(cluster, "hush");
    g_autofree char *path = file_name("pga-secrets.pga");
    g_autoptr(PgaProgramRun) run = NULL;
    g_autofree char *text = NULL;

    pga_test_sql(dsn, "DROP ROLE IF EXISTS keeper; CREATE ROLE keeper LOGIN PASSWORD 'hunter2';"
                      "ALTER ROLE keeper SET application_name = 'a password=hunter2 b';"
                      "CREATE TABLE t (id int PRIMARY KEY);");
    run = snapshot(dsn, path, "-q");
    g_assert_cmpint(run->status, ==, 0);
    text = text_of(path);
    pga_assert_lacks(text, "hunter2");
    pga_assert_contains(text, "\"rolname\":\"keeper\"");
    pga_assert_lacks(text, "{\"session\":");
    pga_test_sql(dsn, "DROP ROLE keeper");
    g_unlink(path);
}

static void
assert_refused(const char *const *arguments, int status, const char *message)
{
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);

    g_assert_cmpint(run->status, ==, status);
    pga_assert_contains(run->err, message);
}

static void
test_usage(void)
{
    g_autofree char *path = file_name("pga-usage.sql");
    const char *const no_file[] = {"snapshot", "shop", NULL};
    const char *const two[] = {"snapshot", "a", "b", "-o", "c", NULL};
    const char *const timeout[] = {"snapshot", "a", "-o", "c", "--timeout", "-1", NULL};
    const char *const ddl[] = {"snapshot", path, "-o", "c.pga", "-q", NULL};
    const char *const absent[] = {"snapshot", "host=/nonexistent", "-o", "c.pga", "-q", NULL};
    const char *const help[] = {"snapshot", "--help", NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(help, NULL);

    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "--no-values");
    assert_refused(no_file, 2, "no file was named");
    assert_refused(two, 2, "more than one source");
    assert_refused(timeout, 2, "must not be negative");
    assert_refused(absent, 3, "/nonexistent/.s.PGSQL");
    g_assert_true(g_file_set_contents(path, "CREATE TABLE t ();", -1, NULL));
    assert_refused(ddl, 2, "is DDL");
    g_assert_false(g_file_test("c.pga", G_FILE_TEST_EXISTS));
    g_unlink(path);
}

static void
test_unwritable(gconstpointer data)
{
    const char *const arguments[] = {
        "snapshot", pga_test_cluster_dsn(data), "-o", "/nonexistent/x.pga", "-q", NULL};

    assert_refused(arguments, 2, "could not write \"/nonexistent/x.pga\"");
}

static void
test_hostile(void)
{
    g_autofree char *path = file_name("pga-hostile.pga");
    const char *const arguments[] = {"check", path, "-q", NULL};

    g_assert_true(g_file_set_contents(
        path,
        "{\"pgarchitect-snapshot\":{\"version\":1}}\n{\"relation\":{\"oid\":\"\\u001b[2J\"}}\n", -1,
        NULL));
    assert_refused(arguments, 2, "Line 2, record \"relation\", field oid");
    g_assert_true(
        g_file_set_contents(path, "{\"pgarchitect-snapshot\":{\"version\":77}}\n", -1, NULL));
    assert_refused(arguments, 2, "of version 77");
    g_unlink(path);
}

/* What a column has of its own stays its own: less than pg_statistic says, or nothing. */
static void
test_own_statistics(void)
{
    static const char column[] = "\"type\":\"t\",\"typname\":\"t\",\"typnspname\":\"n\"";
    static const char statistics[] = "\"null_frac\":\"0\",\"n_distinct\":\"-1\",\"width\":4";
    g_autofree char *path = file_name("pga-own.pga"), *again = file_name("pga-again.pga");
    g_autofree char *written = NULL;
    g_autofree char *text = g_strdup_printf(
        "{\"pgarchitect-snapshot\":{\"version\":1}}\n"
        "{\"environment\":{\"source_name\":\"d\",\"version\":\"15.1\",\"version_num\":150001}}\n"
        "{\"objects\":{\"encoding\":\"UTF8\",\"collate\":\"C\",\"ctype\":\"C\"}}\n"
        "{\"relation\":{\"oid\":1,\"nspname\":\"s\",\"relname\":\"r\",\"owner\":\"o\","
        "\"attributes\":["
        "{\"attnum\":1,\"attname\":\"a\",%s,\"stats\":{\"avg_width\":4,\"n_distinct\":-1}},"
        "{\"attnum\":2,\"attname\":\"b\",%s,\"stats\":{\"avg_width\":9}},"
        "{\"attnum\":3,\"attname\":\"c\",%s,\"stats\":null}]}}\n"
        "{\"column_statistics\":{\"relation\":1,\"attnum\":3,\"attname\":\"c\",%s}}\n"
        "{\"column_statistics\":{\"relation\":1,\"attnum\":2,\"attname\":\"b\",%s}}\n"
        "{\"column_statistics\":{\"relation\":1,\"attnum\":1,\"attname\":\"a\",%s}}\n"
        "{\"end\":{\"records\":7}}\n",
        column, column, column, statistics, statistics, statistics);
    g_autoptr(PgaProgramRun) run = NULL;

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    run = snapshot(path, again, "-q");
    g_assert_cmpstr(run->err, ==, "");
    g_assert_cmpint(run->status, ==, 0);
    written = text_of(again);
    pga_assert_lacks(written, "\"avg_width\":4");
    pga_assert_contains(written, "\"stats\":{\"avg_width\":9}");
    pga_assert_contains(written, "\"stats\":null");
    g_assert_cmpuint((guintptr)strstr(written, "\"attnum\":1,\"attname\":\"a\",\"null_frac"), <,
                     (guintptr)strstr(written, "\"attnum\":3,\"attname\":\"c\",\"null_frac"));
    g_unlink(path);
    g_unlink(again);
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    g_test_add_func("/cli/snapshot/usage", test_usage);
    g_test_add_func("/cli/snapshot/hostile-file", test_hostile);
    g_test_add_func("/cli/snapshot/statistics-that-do-not-follow", test_own_statistics);
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        const struct {
            const char *name;
            GTestDataFunc run;
        } tests[] = {{"same-findings", test_same_findings},
                     {"values", test_values},
                     {"secrets", test_secrets},
                     {"unwritable", test_unwritable}};

        for (guint j = 0; j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *name =
                g_strdup_printf("/cli/snapshot/%u/%s", server->major, tests[j].name);

            g_test_add_data_func(name, pga_test_cluster(server->major), tests[j].run);
        }
    }
    return g_test_run();
}
