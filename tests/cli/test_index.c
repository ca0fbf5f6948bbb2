/* index from outside: mistakes, workloads that hold nothing, and real servers whose missing indexes
 * are proposed, made as the script says, and not missed any more. */
#include <glib/gstdio.h>
#include <string.h>

#include "cluster.h"
#include "program.h"

#define MIN_MODULE 14 /* servers before are read, but planned by another major */

/* Of more rows than this many times 300 ANALYZE reads a part, another one each time. */
#define ALL_ROWS "SET default_statistics_target = 200;"

static const char shop[] =
    "CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL, region int, note text);"
    "CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer,"
    " region int, status text NOT NULL, total numeric(10, 2), created_at timestamptz, doc jsonb);"
    "CREATE INDEX orders_region_idx ON orders (region);"
    "INSERT INTO customer SELECT g, 'user' || g || '@example.com', g % 50, repeat('x', 300)"
    " FROM generate_series(1, 30000) g;"
    "INSERT INTO orders SELECT g, 1 + g % 30000, g % 50, CASE WHEN g % 500 = 0 THEN 'open'"
    " ELSE 'done' END, g % 1000, timestamptz '2024-01-01' + g * interval '1 min',"
    " jsonb_build_object('tag', 't' || g % 300) FROM generate_series(1, 60000) g;"
    "CREATE TABLE event (tenant int NOT NULL, at timestamptz NOT NULL, kind text)"
    " PARTITION BY RANGE (at);"
    "CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');"
    "CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')"
    " PARTITION BY HASH (tenant);"
    "CREATE TABLE event_2a PARTITION OF event_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
    "CREATE TABLE event_2b PARTITION OF event_2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);"
    "INSERT INTO event SELECT g % 500, timestamptz '2024-01-01' + g * interval '80 s', 'k'"
    " FROM generate_series(1, 60000) g;" ALL_ROWS "ANALYZE;";

static const char workload[] =
    "SELECT * FROM orders WHERE customer_id = 42 ORDER BY created_at DESC LIMIT 20;\n"
    "SELECT count(*) FROM orders WHERE status = 'open';\n"
    "SELECT * FROM customer WHERE lower(email) = 'user77@example.com';\n"
    "SELECT * FROM orders WHERE doc @> '{\"tag\": \"t7\"}';\n"
    "SELECT * FROM event WHERE tenant = 7 AND at > '2024-01-20' ORDER BY at LIMIT 5;\n"
    "SELECT * FROM nowhere;\n"
    "SELECT 'unfinished\n";

/* (transfer full): a file of the test's own. */
static char *
file_of(const char *name, const char *text)
{
    char *path = g_build_filename(g_get_tmp_dir(), name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

/* @arguments: NULL-terminated. */
static PgaProgramRun *
run_index(const char *source, const char *const *arguments)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    g_ptr_array_add(all, (gpointer) "index");
    if (source)
        g_ptr_array_add(all, (gpointer)source);
    for (guint i = 0; arguments[i]; i++)
        g_ptr_array_add(all, (gpointer)arguments[i]);
    g_ptr_array_add(all, (gpointer) "-q");
    g_ptr_array_add(all, NULL);
    return pga_program_run((const char *const *)all->pdata, NULL);
}

/** What is refused, and what is said of it. */
typedef struct {
    const char *name;
    const char *arguments[5];
    const char *says;
} Mistake;

static const Mistake mistakes[] = {
    {"budget-of-words", {"a.pga", "--storage-budget", "lots"}, "\"lots\" is not understood"},
    {"no-indexes", {"a.pga", "--max-indexes", "0"}, "no number from 1 to"},
    {"width-of-words", {"a.pga", "--max-width", "wide"}, "no number from 1 to 32"},
    {"no-time", {"a.pga", "--time-limit", "soon"}, "30s, 5min or 1h"},
    {"too-much-improvement", {"a.pga", "--min-improvement", "200%"}, "10%, or 0.1"},
    {"gap-below-nothing", {"a.pga", "--gap=-1"}, "10%, or 0.1"},
    {"unknown-format", {"a.pga", "--format", "sarif"}, "text, json, markdown, sql"},
    {"unknown-severity", {"a.pga", "--fail-on", "fatal"}, "info, warning, error"},
    {"less-than-no-top", {"a.pga", "--top=-1"}, "--top \"-1\" is not a number from 0 on"},
    {"two-sources", {"a.pga", "b.pga"}, "more than one source"},
    {"no-such-file", {"/nowhere/a.pga"}, "/nowhere/a.pga"},
};

static void
test_mistake(gconstpointer data)
{
    const Mistake *mistake = data;
    g_autoptr(PgaProgramRun) run = run_index(NULL, mistake->arguments);

    g_assert_cmpint(run->status, ==, 2);
    g_assert_cmpstr(run->out, ==, "");
    pga_assert_contains(run->err, "pgarchitect: error: ");
    pga_assert_contains(run->err, mistake->says);
}

/* A database of the cluster with the shop in it, once. */
static char *
open_shop(const PgaTestCluster *cluster)
{
    char *dsn = pga_test_cluster_database(cluster, "index_shop");

    pga_test_sql(dsn, shop);
    return dsn;
}

/** A workload with nothing in it for an index. */
typedef struct {
    const char *name, *text, *says;
} Nothing;

static const Nothing nothings[] = {
    {"empty", "", "is empty"},
    {"blank", "\n \t\n", "is empty"},
    {"utility", "BEGIN;\nSET work_mem = '4MB';\nVACUUM orders;\nCOMMIT;\n", "a utility statement"},
    {"other-schema", "SELECT * FROM app.nowhere WHERE a = 1;\n", "does not exist"},
    {"nonsense", "SELEC 1;\nthis is no SQL;\n", "Not analysed"},
};

static void
test_nothing(gconstpointer data)
{
    const Nothing *nothing = data;
    g_autofree char *dsn = NULL, *path = NULL;
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    path = file_of("pga-index-nothing.sql", nothing->text);
    dsn = pga_test_cluster_database(pga_test_cluster(0), "index_nothing");
    run = run_index(dsn, (const char *const[]){"--workload", path, NULL});
    g_test_message("%s%s", run->out, run->err);
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, nothing->says);
    pga_assert_lacks(run->out, "CREATE INDEX");
    g_unlink(path);
}

static void
test_no_workload(void)
{
    g_autofree char *dsn = NULL;
    g_autoptr(PgaProgramRun) run = NULL, unreadable = NULL;

    if (!pga_test_have_server())
        return;
    dsn = pga_test_cluster_database(pga_test_cluster(0), "index_nothing");
    run = run_index(dsn, (const char *const[]){"--format", "json", NULL});
    g_assert_cmpint(run->status, ==, 2);
    pga_assert_contains(run->err, "--workload FILE");
    pga_assert_contains(run->out, "\"command\": \"index\"");
    unreadable = run_index(dsn, (const char *const[]){"--workload", "/nowhere/w.sql", NULL});
    g_assert_cmpint(unreadable->status, ==, 2);
    pga_assert_contains(unreadable->err, "/nowhere/w.sql");
}

/* Executes the script as psql -f would, a statement at a time. */
static guint
execute(const char *dsn, const char *script)
{
    g_auto(GStrv) lines = g_strsplit(script, "\n", -1);
    guint n = 0;

    for (char **line = lines; *line; line++) {
        if (!**line || g_str_has_prefix(*line, "--"))
            continue;
        pga_test_sql(dsn, *line);
        n++;
    }
    return n;
}

static const char *const advised[] = {
    "\"table\": \"public.orders\"",
    "\"table\": \"public.customer\"",
    "\"type\": \"gin\"",
    "(lower(email))",
    "\"table\": \"public.event\"",
    "ATTACH PARTITION",
    "ON ONLY public.event",
    "relation \\\"nowhere\\\" does not exist",
    "\"proven\": true",
    "\"unit\": \"planner cost\"",
};

/* What is proposed runs, comes out valid, and leaves nothing to propose. */
static void
test_advice(gconstpointer data)
{
    const PgaTestCluster *cluster = data;
    g_autofree char *dsn = open_shop(cluster), *path = file_of("pga-index-w.sql", workload);
    g_autofree char *invalid = NULL, *attached = NULL;
    g_autoptr(PgaProgramRun) json = NULL, sql = NULL, again = NULL;

    /* the last statement never ends: a log may be cut like this, a script is refused */
    path[strlen(path)] = '\0';
    g_assert_true(g_file_set_contents(
        path, workload, (gssize)(strstr(workload, "SELECT 'unfinished") - workload), NULL));
    json = run_index(dsn, (const char *const[]){"--workload", path, "--format", "json", NULL});
    g_test_message("%s", json->err);
    g_assert_cmpint(json->status, ==, 0);
    for (guint i = 0; i < G_N_ELEMENTS(advised); i++)
        pga_assert_contains(json->out, advised[i]);
    pga_assert_lacks(json->out, "\"proven\": false");
    pga_assert_valid(json->out, "index.schema.json");
    sql = run_index(dsn, (const char *const[]){"--workload", path, "--format", "sql", NULL});
    g_assert_cmpuint(execute(dsn, sql->out), >, 5);
    invalid = pga_test_value(dsn, "SELECT count(*) FROM pg_catalog.pg_index WHERE NOT indisvalid");
    g_assert_cmpstr(invalid, ==, "0");
    attached = pga_test_value(dsn, "SELECT count(*) >= 4 FROM pg_catalog.pg_inherits i JOIN "
                                   "pg_catalog.pg_class c ON c.oid = i.inhrelid "
                                   "WHERE c.relkind IN ('i', 'I')");
    g_assert_cmpstr(attached, ==, "t");
    pga_test_sql(dsn, ALL_ROWS "ANALYZE");
    again = run_index(dsn, (const char *const[]){"--workload", path, NULL});
    g_test_message("%s%s", again->out, again->err);
    pga_assert_contains(again->out, "No index is worth making for this workload.");
    g_unlink(path);
}

/* Room for nothing, for one index, and the exit status that a gate asks for. */
static void
test_bounds(void)
{
    const char *const none[] = {"--workload", NULL, "--storage-budget", "1kB", NULL};
    const char *one[] = {"--workload", NULL, "--max-indexes", "1", "--fail-on", "warning", NULL};
    const char *nothing[] = {NULL, NULL, NULL, NULL, NULL};
    g_autofree char *dsn = NULL, *path = NULL;
    g_autoptr(PgaProgramRun) small = NULL, single = NULL, untold = NULL;

    if (!pga_test_have_server())
        return;
    memcpy(nothing, none, sizeof none);
    path = file_of("pga-index-b.sql", "SELECT * FROM orders WHERE customer_id = 42;\n"
                                      "SELECT * FROM customer WHERE email = 'a';\n");
    nothing[1] = one[1] = path;
    dsn = open_shop(pga_test_cluster(0));
    small = run_index(dsn, nothing);
    g_assert_cmpint(small->status, ==, 0);
    pga_assert_contains(small->out, "No index fits into 1 kB: the smallest candidate takes ");
    single = run_index(dsn, one);
    g_assert_cmpint(single->status, ==, 1);
    pga_assert_contains(single->out, "\n1. ");
    pga_assert_lacks(single->out, "\n2. ");
    untold = run_index(dsn, (const char *const[]){"--workload", path, "--top", "0", NULL});
    g_assert_cmpint(untold->status, ==, 0);
    pga_assert_lacks(untold->out, "\n1. ");
    pga_assert_contains(untold->out, "orders_customer_id_idx");
    g_unlink(path);
}

/* What a statement asks of tables that reference its own: advised, or not. */
static void
assert_references(const char *dsn, const char *statement, const char *wanted)
{
    g_autofree char *path = file_of("pga-index-r.sql", statement);
    g_autoptr(PgaProgramRun) run = run_index(dsn, (const char *const[]){"--workload", path, NULL});

    g_test_message("%s\n%s%s", statement, run->out, run->err);
    g_assert_cmpint(run->status, ==, 0);
    if (wanted) {
        pga_assert_contains(run->out, wanted);
        pga_assert_contains(run->out, "the checks of 1 foreign key without an index");
    } else {
        pga_assert_contains(run->out, "No index is worth making");
        pga_assert_lacks(run->out, "foreign key");
    }
    g_unlink(path);
}

static void
test_references(void)
{
    g_autofree char *dsn = NULL;

    if (!pga_test_have_server())
        return;
    dsn = pga_test_cluster_database(pga_test_cluster(0), "index_references");
    pga_test_sql(dsn, "CREATE TABLE agent (id int PRIMARY KEY, name text, code int UNIQUE);"
                      "CREATE TABLE note (id int PRIMARY KEY, agent int REFERENCES agent,"
                      " code int REFERENCES agent (code));"
                      "CREATE INDEX ON note (code);"
                      "INSERT INTO agent SELECT i, i, i FROM generate_series(1, 1000) i;"
                      "INSERT INTO note SELECT i, i % 1000 + 1, i % 1000 + 1"
                      " FROM generate_series(1, 50000) i;" ALL_ROWS "ANALYZE");
    assert_references(dsn, "DELETE FROM agent WHERE id = 7;", "btree on public.note (agent)");
    assert_references(dsn, "UPDATE public.agent SET id = 8 WHERE id = 7;",
                      "btree on public.note (agent)");
    assert_references(dsn, "UPDATE agent SET name = 'x' WHERE id = 7;", NULL);
    assert_references(dsn, "UPDATE agent SET code = 8 WHERE id = 7;", NULL);
    assert_references(dsn, "DELETE FROM note WHERE id = 7;", NULL);
    pga_test_sql(dsn, "CREATE INDEX ON note (agent)");
    assert_references(dsn, "DELETE FROM agent WHERE id = 7;", NULL);
}

/* A new index begins with the columns of one that is there: the old one may go, what backs a
 * constraint never. */
static void
test_removal(void)
{
    g_autofree char *dsn = NULL, *path = NULL;
    g_autoptr(PgaProgramRun) run = NULL, kept = NULL;

    if (!pga_test_have_server())
        return;
    path =
        file_of("pga-index-r.sql", "SELECT count(*) FROM orders WHERE region = 7 AND created_at > "
                                   "'2024-01-10' AND created_at < '2024-01-25';\n"
                                   "SELECT count(*) FROM orders WHERE region = 8 AND created_at > "
                                   "'2024-01-10' AND created_at < '2024-01-25';\n"
                                   "INSERT INTO orders VALUES (0, 1, 2, 'open', 3, now(), '{}');\n"
                                   "DELETE FROM orders WHERE id < 700;\n");
    dsn = open_shop(pga_test_cluster(0));
    pga_test_sql(dsn, "VACUUM orders"); /* so that index-only scans pay */
    run = run_index(dsn, (const char *const[]){"--workload", path, "--format", "json", NULL});
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "DROP INDEX CONCURRENTLY public.orders_region_idx;");
    pga_assert_contains(run->out, "\"supersedes\": \"public.orders_region_idx\"");
    pga_assert_lacks(run->out, "DROP INDEX CONCURRENTLY public.orders_pkey");
    kept = run_index(
        dsn, (const char *const[]){"--workload", path, "--no-drops", "--format", "json", NULL});
    pga_assert_lacks(kept->out, "DROP INDEX CONCURRENTLY public.orders_region_idx;");
    g_unlink(path);
}

/* One statement that costs more than all others does not hide what these gain; with room for all,
 * no index is made that another does as well. */
static void
test_unequal(void)
{
    g_autofree char *dsn = NULL, *path = NULL;
    g_autoptr(PgaProgramRun) run = NULL, roomy = NULL;
    const char *first;

    if (!pga_test_have_server())
        return;
    path = file_of("pga-index-u.sql",
                   "SELECT count(*) FROM orders a JOIN orders b ON a.total < b.total;\n"
                   "SELECT * FROM customer WHERE lower(email) = 'user77@example.com';\n"
                   "SELECT max(created_at) FROM orders WHERE customer_id = 42;\n"
                   "SELECT created_at, total FROM orders WHERE customer_id = 42"
                   " AND created_at > '2024-01-10' ORDER BY created_at DESC LIMIT 100;\n");
    dsn = open_shop(pga_test_cluster(0));
    pga_test_sql(dsn, "VACUUM orders");
    run = run_index(dsn, (const char *const[]){"--workload", path, "--top", "9", NULL});
    g_test_message("%s", run->out);
    pga_assert_contains(run->out, "(lower(email))");
    roomy = run_index(dsn, (const char *const[]){"--workload", path, "--format", "sql",
                                                 "--storage-budget", "1GB", NULL});
    g_test_message("%s", roomy->out);
    first = strstr(roomy->out, "USING btree (customer_id");
    g_assert_nonnull(first);
    g_assert_null(strstr(first + 1, "USING btree (customer_id"));
    g_unlink(path);
}

/* What hides a column is said where no index serves the statement, and where only one on an
 * expression does; also when the text does not show it. */
static void
test_hidden(void)
{
    static const char *const told[] = {
        "Statements that stay expensive as they are written:",
        "id, of type integer, is compared as numeric: the cast around it, which PostgreSQL adds,",
        "Give the other side as integer",
        "customer_id, of type integer, is joined as numeric",
        "Statements better written in another way, though a new index serves them:",
        "The condition is on created_at + ...",
    };
    g_autofree char *dsn = NULL, *path = NULL, *flat = NULL;
    g_autoptr(PgaProgramRun) run = NULL;
    g_auto(GStrv) words = NULL;

    if (!pga_test_have_server())
        return;
    path = file_of("pga-index-h.sql",
                   "SELECT * FROM orders WHERE id > 59000::numeric;\n"
                   "SELECT * FROM orders o JOIN price p ON p.customer = o.customer_id;\n"
                   "SELECT indexrelid FROM pg_index WHERE indnatts + 0 = 5;\n"
                   "SELECT id FROM log_entry WHERE created_at + 5 = '2024-01-10';\n");
    dsn = open_shop(pga_test_cluster(0));
    pga_test_sql(dsn,
                 "CREATE TABLE price (customer numeric); INSERT INTO price VALUES (1), (2);"
                 "CREATE TABLE log_entry (id int, created_at date, text text);"
                 "INSERT INTO log_entry SELECT g, date '2000-01-01' + g % 9999, repeat('x', 99)"
                 " FROM generate_series(1, 60000) g;" ALL_ROWS "ANALYZE");
    run = run_index(dsn, (const char *const[]){"--workload", path, NULL});
    g_test_message("%s", run->out);
    g_assert_cmpint(run->status, ==, 0);
    words = g_regex_split_simple("\\s+", run->out, 0, 0);
    flat = g_strjoinv(" ", words);
    for (guint i = 0; i < G_N_ELEMENTS(told); i++)
        pga_assert_contains(flat, told[i]);
    pga_assert_lacks(flat, "indnatts +");
    g_unlink(path);
}

static void
test_ddl(void)
{
    g_autofree char *schema = NULL, *path = NULL;
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    schema = file_of("pga-index-ddl.sql", "CREATE TABLE item (id int PRIMARY KEY, name text);\n");
    path = file_of("pga-index-dw.sql", "SELECT id FROM item WHERE name = 'x';\n");
    run = run_index(schema, (const char *const[]){"--workload", path, "--rows", "item=2M", NULL});
    g_test_message("%s", run->err);
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "ON public.item USING btree (name)");
    pga_assert_contains(run->out, "--rows");
    pga_assert_lacks(run->out, "Time ended");
    g_unlink(schema);
    g_unlink(path);
}

static const char doubled[] =
    "CREATE TABLE paper (id int PRIMARY KEY, kind int, title text);"
    "INSERT INTO paper SELECT g, g % 5000, repeat('x', 200) || g FROM generate_series(1, 50000) g;"
    "CREATE INDEX paper_id_again ON paper (id);"
    "CREATE INDEX paper_kind ON paper (kind);"
    "CREATE INDEX paper_kind_title ON paper (kind, title);"
    "CREATE TABLE aside (n int UNIQUE);"
    "ALTER TABLE aside ADD CONSTRAINT aside_again UNIQUE (n);";

/* What another index of the source makes redundant is to be dropped, unless a statement would be
 * dearer: a range of the narrow one is read faster. */
static void
test_redundant(void)
{
    g_autofree char *dsn = NULL, *few = NULL, *range = NULL;
    g_autoptr(PgaProgramRun) run = NULL, text = NULL, missed = NULL, kept = NULL;

    if (!pga_test_have_server())
        return;
    few = file_of("pga-index-few.sql", "SELECT title FROM paper WHERE kind = 7;\n"
                                       "SELECT title FROM paper WHERE id = 7;\n");
    range = file_of("pga-index-range.sql", "SELECT count(*) FROM paper WHERE kind < 2000;\n");
    dsn = pga_test_cluster_database(pga_test_cluster(0), "index_doubled");
    pga_test_sql(dsn, doubled);
    pga_test_sql(dsn, ALL_ROWS "ANALYZE");
    pga_test_sql(dsn, "VACUUM paper, aside");
    run = run_index(dsn, (const char *const[]){"--workload", few, "--format", "json", "--fail-on",
                                               "warning", NULL});
    g_test_message("%s", run->out);
    g_assert_cmpint(run->status, ==, 1);
    pga_assert_contains(run->out,
                        "\"statement\": \"DROP INDEX CONCURRENTLY public.paper_id_again;");
    pga_assert_contains(run->out, "\"rule\": \"index-duplicate\"");
    pga_assert_contains(run->out, "\"statement\": \"DROP INDEX CONCURRENTLY public.paper_kind;");
    pga_assert_contains(run->out, "\"rule\": \"index-redundant-prefix\"");
    pga_assert_contains(run->out, "\"lock\": \"SHARE UPDATE EXCLUSIVE\"");
    pga_assert_contains(run->out, "\"object\": \"public.aside_n_key\""); /* a constraint stays */
    pga_assert_lacks(run->out, "\"object\": \"public.paper_");
    text = run_index(dsn, (const char *const[]){"--workload", few, NULL});
    pga_assert_contains(text->out, "2 indexes to drop, for review");
    missed = run_index(dsn, (const char *const[]){"--workload", range, "--format", "json", NULL});
    pga_assert_lacks(missed->out, "\"index_name\": \"paper_kind\"");
    pga_assert_contains(missed->out, "public.paper_kind");
    kept = run_index(
        dsn, (const char *const[]){"--workload", few, "--no-drops", "--format", "json", NULL});
    pga_assert_contains(kept->out, "\"removals\": []");
    pga_assert_contains(kept->out, "index-duplicate");
    g_unlink(few);
    g_unlink(range);
}

/* The planner takes a metapage for one of the few pages of the index that is there: 15 % of next to
 * nothing. */
static void
test_less_than_a_page(void)
{
    g_autofree char *dsn = NULL, *path = NULL;
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    path = file_of("pga-index-page.sql", "SELECT count(*) FROM ticket WHERE status = 'open';\n");
    dsn = pga_test_cluster_database(pga_test_cluster(0), "index_page");
    pga_test_sql(dsn,
                 "CREATE TABLE ticket (id int PRIMARY KEY, status text, note text);"
                 "INSERT INTO ticket SELECT g, CASE WHEN g % 700 = 0 THEN 'open' ELSE 'done' END,"
                 " repeat('x', 60) FROM generate_series(1, 60000) g;"
                 "CREATE INDEX ON ticket (id) WHERE status = 'open';" ALL_ROWS "ANALYZE");
    pga_test_sql(dsn, "VACUUM ticket");
    run = run_index(dsn, (const char *const[]){"--workload", path, NULL});
    g_test_message("%s", run->out);
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "No index is worth making");
    g_unlink(path);
}

/* A workload that is not there: whatever it would have been. */
static void
test_missing_workload(void)
{
    g_autofree char *schema = NULL;
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    schema = file_of("pga-index-none.sql", "CREATE TABLE item (id int PRIMARY KEY);\n");
    run = run_index(schema, (const char *const[]){"--workload", "/nowhere/w.sql", NULL});
    g_assert_cmpint(run->status, ==, 2);
    pga_assert_contains(run->err, "could not read \"/nowhere/w.sql\": No such file");
    pga_assert_lacks(run->err, "the log");
    g_unlink(schema);
}

#define N_COLUMNS 16

/* (transfer full): a table, and each pair of its columns in a statement. */
static void
make_pairs(char **schema, char **path)
{
    g_autoptr(GString) table = g_string_new("CREATE TABLE wide (id int PRIMARY KEY");
    g_autoptr(GString) statements = g_string_new(NULL);

    for (guint i = 0; i < N_COLUMNS; i++) {
        g_string_append_printf(table, ", c%u int", i);
        for (guint j = 0; j < N_COLUMNS; j++)
            if (i != j)
                g_string_append_printf(
                    statements, "SELECT id FROM wide WHERE c%u = 1 AND c%u > 2 ORDER BY id;\n", i,
                    j);
    }
    g_string_append(table, ");\n");
    *schema = file_of("pga-index-wide.sql", table->str);
    *path = file_of("pga-index-pairs.sql", statements->str);
}

/* The limit is for candidates, too: of hundreds the first are tried, the rest is counted. What is
 * found in whatever time there is has room. */
static void
test_time_limit(void)
{
    g_autofree char *schema = NULL, *path = NULL;
    g_autoptr(PgaProgramRun) late = NULL;

    if (!pga_test_have_server())
        return;
    make_pairs(&schema, &path);
    late = run_index(schema, (const char *const[]){"--workload", path, "--rows", "wide=2M",
                                                   "--time-limit", "1s", "--storage-budget", "10GB",
                                                   "--format", "json", NULL});
    g_test_message("%s", late->err);
    g_assert_cmpint(late->status, ==, 0);
    pga_assert_contains(late->out, "Time ended the making of candidates:");
    pga_assert_contains(late->out, "were not tried");
    pga_assert_contains(late->out, "\"search_complete\": false");
    pga_assert_contains(late->out, "CREATE INDEX");
    g_unlink(schema);
    g_unlink(path);
}

#define MANY_COLUMNS 16

/* Hundreds of statements that no index helps are counted, not searched: the one that gains by one
 * gets it, and the totals are of all. */
static void
test_many(void)
{
    g_autoptr(GString) table = g_string_new("CREATE TABLE item (id int PRIMARY KEY");
    g_autoptr(GString) statements = g_string_new("SELECT id FROM item WHERE c3 = 5;\n");
    g_autofree char *schema = NULL, *path = NULL;
    g_autoptr(PgaProgramRun) run = NULL;
    const char *first;

    if (!pga_test_have_server())
        return;
    for (guint i = 0; i < MANY_COLUMNS; i++) {
        g_string_append_printf(table, ", c%u int", i);
        for (guint j = 0; j < MANY_COLUMNS; j++)
            g_string_append_printf(statements, "SELECT c%u, c%u FROM item WHERE id = 7;\n", i, j);
    }
    g_string_append(table, ");\n");
    schema = file_of("pga-index-many.sql", table->str);
    path = file_of("pga-index-manyw.sql", statements->str);
    run = run_index(schema, (const char *const[]){"--workload", path, "--rows", "item=2M",
                                                  "--format", "json", NULL});
    g_test_message("%s", run->err);
    g_assert_cmpint(run->status, ==, 0);
    first = strstr(run->out, "\"create_statement\"");
    g_assert_nonnull(first);
    g_assert_null(strstr(first + 1, "\"create_statement\""));
    pga_assert_contains(run->out, "USING btree (c3");
    pga_assert_contains(run->out, "\"search_complete\": true");
    g_assert_null(strstr(run->out, "\"gap\": 1"));
    g_unlink(schema);
    g_unlink(path);
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers = pga_test_servers();

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autofree char *name = g_strdup_printf("/cli/index/refuses/%s", mistakes[i].name);

        g_test_add_data_func(name, &mistakes[i], test_mistake);
    }
    for (guint i = 0; i < G_N_ELEMENTS(nothings); i++) {
        g_autofree char *name = g_strdup_printf("/cli/index/nothing-for/%s", nothings[i].name);

        g_test_add_data_func(name, &nothings[i], test_nothing);
    }
    g_test_add_func("/cli/index/no-workload-is-said", test_no_workload);
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *name = g_strdup_printf("/cli/index/advice-holds/%u", server->major);

        if (server->major >= MIN_MODULE)
            g_test_add_data_func(name, pga_test_cluster(server->major), test_advice);
    }
    g_test_add_func("/cli/index/bounds-are-kept", test_bounds);
    g_test_add_func("/cli/index/gains-of-less-than-a-page", test_less_than_a_page);
    g_test_add_func("/cli/index/references-of-deleted-rows", test_references);
    g_test_add_func("/cli/index/superseded-ones-may-go", test_removal);
    g_test_add_func("/cli/index/redundant-ones-may-go", test_redundant);
    g_test_add_func("/cli/index/unequal-statements", test_unequal);
    g_test_add_func("/cli/index/hidden-columns-are-named", test_hidden);
    g_test_add_func("/cli/index/ddl-with-rows", test_ddl);
    g_test_add_func("/cli/index/no-such-workload", test_missing_workload);
    g_test_add_func("/cli/index/time-limit-for-candidates", test_time_limit);
    g_test_add_func("/cli/index/many-statements-that-gain-nothing", test_many);
    return g_test_run();
}
