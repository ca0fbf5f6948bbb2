/* index --verify: the source's planner is asked in one READ ONLY transaction, for what may be asked
 * for, and whatever happens to the source meanwhile is told. */
#include <app/index.h>
#include <base/progress.h>
#include <cluster.h>
#include <glib/gstdio.h>
#include <string.h>

#define BEGINNING "asking the source's planner"

static const char shop[] =
    "CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, note text, made int);"
    "INSERT INTO orders SELECT g, g % 5000, md5(g::text), g FROM generate_series(1, 50000) g;"
    "CREATE TABLE event (tenant int NOT NULL, at int NOT NULL) PARTITION BY RANGE (at);"
    "CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (0) TO (30000);"
    "CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM (30000) TO (60000);"
    "INSERT INTO event SELECT g % 700, g FROM generate_series(0, 59999) g;"
    "CREATE TABLE letter (id int PRIMARY KEY, words text[]);"
    "INSERT INTO letter SELECT g, ARRAY[md5(g::text), md5((g + 1)::text)] "
    "FROM generate_series(1, 20000) g;"
    "CREATE FUNCTION own_key(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS "
    "'BEGIN RAISE LOG ''own code ran''; RETURN n; END';"
    "CREATE VIEW keyed AS SELECT * FROM orders WHERE id = own_key(7);"
    "ANALYZE;";

static const char plain[] = "SELECT * FROM orders WHERE customer_id = 42;\n"
                            "SELECT count(*) FROM event WHERE tenant = 7;\n"
                            "SELECT id FROM orders WHERE customer_id = 43 FOR UPDATE;\n"
                            "DELETE FROM orders WHERE customer_id = 4711;\n"
                            "WITH gone AS (DELETE FROM orders WHERE customer_id = 4712 "
                            "RETURNING id) SELECT count(*) FROM gone;\n"
                            "UPDATE orders SET note = 'own_key' WHERE customer_id = 12;\n";

static const char special[] = "SELECT id FROM orders WHERE customer_id = own_key(3);\n"
                              "SELECT note FROM keyed WHERE customer_id = 3;\n"
                              "SELECT id FROM orders WHERE customer_id = 44;\n"
                              "SELECT id FROM letter WHERE words @> ARRAY['abc'];\n";

/** Does something to the server when a step comes, or a number of texts later. */
typedef struct {
    const char *dsn, *at, *sql;
    guint n; /* how often the step came */
    PGconn *session;
} Meddler;

static void
meddle(gpointer data, PgaProgressKind kind, const char *message)
{
    Meddler *meddler = data;

    if (kind != PGA_PROGRESS_STEP || !g_str_has_prefix(message, meddler->at) || meddler->n++ > 0)
        return;
    meddler->session = pga_test_session(meddler->dsn);
    PQclear(PQexec(meddler->session, meddler->sql));
}

static gboolean
have_hypopg(const PgaTestCluster *cluster)
{
    g_autofree char *n = pga_test_value(
        pga_test_cluster_dsn(cluster),
        "SELECT count(*) FROM pg_catalog.pg_available_extensions WHERE name = 'hypopg'");

    return g_str_equal(n, "1");
}

/* (nullable) (transfer full): a database with HypoPG; NULL: the test is skipped, visibly. */
static char *
make_shop(const char *name)
{
    const PgaTestCluster *cluster = pga_test_cluster(15);
    char *dsn;

    if (!cluster || !have_hypopg(cluster)) {
        g_test_skip("HypoPG for PostgreSQL 15 is not installed");
        return NULL;
    }
    dsn = pga_test_cluster_database(cluster, name);
    pga_test_sql(dsn, shop);
    pga_test_sql(dsn, "CREATE SCHEMA tools; CREATE EXTENSION hypopg SCHEMA tools");
    return dsn;
}

/* (transfer full): what the server of @dsn logged. */
static char *
log_of(const char *dsn)
{
    g_autofree char *folder = pga_test_value(dsn, "SHOW data_directory");
    g_autofree char *path = g_build_filename(folder, "log", NULL);
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static guint
count_of(const char *text, const char *part)
{
    guint n = 0;

    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        n++;
    return n;
}

/* @meddler: (nullable). */
static PgaIndexReport *
advise_within(const char *source, const char *workload, Meddler *meddler, const char *limit)
{
    const PgaProgress progress = {.receive = meddle, .data = meddler};
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "pga-verify-XXXXXX.sql", NULL);
    const int fd = g_mkstemp(path);
    const char *const workloads[] = {path, NULL};
    const PgaIndexAsk ask = {.from = {.source = source, .progress = meddler ? &progress : NULL},
                             .workloads = workloads,
                             .verify = TRUE,
                             .verify_limit = limit};
    g_autoptr(GError) error = NULL;
    PgaIndexReport *report;

    g_assert_cmpint(fd, >=, 0);
    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(path, workload, -1, NULL));
    report = pga_app_index(&ask, &error);
    g_assert_no_error(error);
    g_unlink(path);
    if (meddler)
        g_clear_pointer(&meddler->session, PQfinish);
    return report;
}

static PgaIndexReport *
advise(const char *source, const char *workload, Meddler *meddler)
{
    return advise_within(source, workload, meddler, NULL);
}

/* What was not checked of that, or of all: why. */
static const char *
why_not(const PgaIndexReport *report, const char *what)
{
    for (guint i = 0; i < report->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(report->not_checked, i);

        g_test_message("not checked: %s: %s", entry->what, entry->why);
        if (strstr(entry->what, what))
            return entry->why;
    }
    return "";
}

static const PgaVerifiedQuery *
verified(const PgaIndexReport *report, const char *text)
{
    for (guint i = 0; i < report->verification->queries->len; i++) {
        const PgaVerifiedQuery *query = g_ptr_array_index(report->verification->queries, i);
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, query->query);

        if (strstr(outcome->query->text, text))
            return query;
    }
    return NULL;
}

static void
assert_agrees(const PgaIndexReport *report)
{
    const PgaIndexVerification *verification = report->verification;

    g_assert_cmpuint(verification->queries->len, ==, 6);
    g_assert_cmpuint(verification->n_differing, ==, 0);
    g_assert_cmpuint(verification->left_out->len, ==, 0);
    for (guint i = 0; i < verification->queries->len; i++) {
        const PgaVerifiedQuery *query = g_ptr_array_index(verification->queries, i);

        g_assert_cmpuint(query->used->len, ==, 1);
        g_assert_null(query->instead);
        g_assert_cmpfloat(query->after, <, query->before / 4);
        g_assert_cmpfloat(ABS(query->before - query->our_before), <, 0.02 * query->our_before);
        g_assert_cmpfloat(ABS(query->after - query->our_after), <, 0.2 * query->our_after);
    }
    g_assert_cmpfloat(verification->total_after, <, verification->total_before / 4);
}

/* What the server was sent after the workload's statements were known there. */
static void
assert_only_read(const char *log)
{
    const char *begun = strstr(log, "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY");
    const char *end = begun ? strstr(begun, "ROLLBACK\n") : NULL;

    g_assert_nonnull(end);
    g_assert_cmpuint(count_of(log, "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"), ==, 1);
    g_assert_cmpuint(count_of(begun, "EXPLAIN (FORMAT JSON) "), ==, 12);
    g_assert_cmpuint(count_of(begun, "EXPLAIN (FORMAT JSON) SELECT count(*) FROM event"), ==, 2);
    g_assert_null(strstr(begun, "ANALYZE"));
    g_assert_nonnull(strstr(begun, "SELECT tools.hypopg_reset()"));
    g_assert_nonnull(strstr(begun, "SET LOCAL lock_timeout = 200"));
    g_assert_nonnull(strstr(begun, "SET LOCAL statement_timeout = 5000"));
}

static void
test_agrees(void)
{
    g_autofree char *dsn = make_shop("verify_shop"), *before = NULL, *after = NULL, *log = NULL;
    static const char state[] =
        "SELECT (SELECT count(*) FROM orders) || ' ' || (SELECT count(*) FROM pg_catalog.pg_class) "
        "|| ' ' || (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE application_name = "
        "'pgarchitect') || ' ' || (SELECT count(*) FROM tools.hypopg_list_indexes)";
    g_autoptr(PgaIndexReport) report = NULL;

    if (!dsn)
        return;
    before = pga_test_value(dsn, state);
    pga_test_sql(dsn, "ALTER DATABASE verify_shop SET log_statement = 'all'");
    report = advise(dsn, plain, NULL);
    why_not(report, "?");
    assert_agrees(report);
    g_assert_cmpstr(report->verification->database, ==, "verify_shop on PostgreSQL 15.18");
    log = log_of(dsn);
    assert_only_read(log);
    after = pga_test_value(dsn, state);
    g_assert_cmpstr(after, ==, before);
}

/* Both ways: the function does say so when such a statement is planned. */
static void
test_left_out(void)
{
    g_autofree char *dsn = make_shop("verify_shop"), *before = NULL, *after = NULL, *planned = NULL;
    g_autoptr(PgaIndexReport) report = NULL;

    if (!dsn)
        return;
    before = log_of(dsn);
    report = advise(dsn, special, NULL);
    after = log_of(dsn);
    g_assert_cmpuint(count_of(after, "LOG:  own code ran"), ==,
                     count_of(before, "LOG:  own code ran"));
    g_assert_cmpstr(why_not(report, "2 statements on the source"), ==,
                    "planning may call functions of the database's own");
    g_assert_cmpstr(why_not(report, "1 statement on the source"), ==,
                    "served by an index that cannot be hypothetical there");
    g_assert_nonnull(strstr(why_not(report, "index letter_words_idx on the source"),
                            "access method \"gin\" is not supported"));
    g_assert_cmpuint(report->verification->queries->len, ==, 1);
    g_assert_nonnull(verified(report, "= 44"));
    g_assert_false(report->complete);
    pga_test_sql(dsn, "EXPLAIN SELECT note FROM keyed WHERE customer_id = 3");
    planned = log_of(dsn);
    g_assert_cmpuint(count_of(planned, "LOG:  own code ran"), >,
                     count_of(before, "LOG:  own code ran"));
}

/* The table is empty by now: its planner does not want the index. */
static void
test_differs(void)
{
    g_autofree char *dsn = make_shop("verify_shop");
    Meddler meddler = {.dsn = dsn, .at = BEGINNING, .sql = "TRUNCATE orders; ANALYZE orders"};
    g_autoptr(PgaIndexReport) report = NULL;
    const PgaVerifiedQuery *query;

    if (!dsn)
        return;
    report = advise(dsn, plain, &meddler);
    g_assert_cmpuint(report->verification->n_differing, ==, 5);
    query = verified(report, "customer_id = 42");
    g_test_message("%s: %f -> %f", query->instead, query->before, query->after);
    g_assert_cmpint(query->verdict, ==, PGA_VERDICT_UNUSED);
    g_assert_cmpstr(query->instead, ==, "Seq Scan on orders");
    query = verified(report, "event");
    g_assert_cmpint(query->verdict, ==, PGA_VERDICT_AGREES);
}

/** What happens to the source while its planner is asked. */
typedef struct {
    const char *name, *at, *sql;
    const char *what, *why; /* what is told */
    gboolean asked;         /* the source's planner was, */
    guint n_answered;       /* for so many statements */
    const char *limit;      /* (nullable) */
} Mishap;

static const Mishap mishaps[] = {
    {"table-locked", BEGINNING, "BEGIN; LOCK TABLE event IN ACCESS EXCLUSIVE MODE",
     "1 statement on the source", "canceling statement due to lock timeout", TRUE, 5, NULL},
    {"table-gone", BEGINNING, "DROP TABLE event", "1 statement on the source",
     "relation \"event\" does not exist", TRUE, 5, NULL},
    {"time-is-up", BEGINNING ": text 1 of 6 as", "SELECT pg_sleep(1)", "6 statements on the source",
     "the time for it was up (--verify-limit)", TRUE, 0, "1s"},
    {"extension-gone", BEGINNING, "DROP EXTENSION hypopg", "the advice on the source",
     "the database has no HypoPG: CREATE EXTENSION hypopg there (package postgresql-15-hypopg)",
     FALSE, 0, NULL},
    {"ended-before", BEGINNING,
     "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
     "WHERE application_name = 'pgarchitect'",
     "the advice on the source", "connection to the server was lost", FALSE, 0, NULL},
    {"ended-meanwhile", BEGINNING ": text 2 of 6 with",
     "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
     "WHERE application_name = 'pgarchitect'",
     "the advice on the source", "connection to the server was lost", FALSE, 0, NULL},
};

static void
test_mishap(gconstpointer data)
{
    const Mishap *mishap = data;
    g_autofree char *dsn = make_shop("verify_shop");
    Meddler meddler = {.dsn = dsn, .at = mishap->at, .sql = mishap->sql};
    g_autoptr(PgaIndexReport) report = NULL;

    if (!dsn)
        return;
    report = advise_within(dsn, plain, &meddler, mishap->limit);
    g_assert_cmpuint(meddler.n, >, 0);
    g_assert_cmpuint(report->advice->len, ==, 2);
    g_assert_nonnull(strstr(why_not(report, mishap->what), mishap->why));
    g_assert_true(mishap->asked == (report->verification != NULL));
    if (mishap->asked)
        g_assert_cmpuint(report->verification->queries->len, ==, mishap->n_answered);
}

/* A role that may not use HypoPG; and one that loses meanwhile what the statements need. */
static void
test_privileges(void)
{
    g_autofree char *dsn = make_shop("verify_shop"), *reader = NULL;
    Meddler meddler = {.dsn = dsn, .at = BEGINNING, .sql = "REVOKE ALL ON orders FROM PUBLIC"};
    g_autoptr(PgaIndexReport) report = NULL;

    if (!dsn)
        return;
    pga_test_sql(dsn, "DROP ROLE IF EXISTS verify_reader; CREATE ROLE verify_reader LOGIN;"
                      "GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC");
    reader = g_strdup_printf("%s user=verify_reader", dsn);
    report = advise(reader, plain, NULL);
    g_assert_cmpstr(why_not(report, "the advice on the source"), ==,
                    "the role may not use HypoPG: GRANT USAGE ON SCHEMA tools to it");
    g_assert_null(report->verification);
    pga_test_sql(dsn, "GRANT USAGE ON SCHEMA tools TO verify_reader");
    g_clear_pointer(&report, pga_index_report_free);
    report = advise(reader, plain, &meddler);
    g_assert_nonnull(strstr(why_not(report, "5 statements on the source"),
                            "permission denied for table orders: EXPLAIN wants the privileges"));
    g_assert_cmpuint(report->verification->queries->len, ==, 1);
}

/* Behind a pooler the session is the next client's: nothing is left in it. */
static void
test_pooled(void)
{
    g_autofree char *dsn = make_shop("verify_pool"), *pooled = NULL, *left = NULL;
    g_autoptr(PgaIndexReport) report = NULL;

    if (!dsn)
        return;
    pooled = pga_test_cluster_pool(pga_test_cluster(15), "verify_pool");
    if (!pooled) {
        g_test_skip("PgBouncer is not installed");
        return;
    }
    report = advise(pooled, plain, NULL);
    why_not(report, "?");
    assert_agrees(report);
    left = pga_test_value(pooled, "SELECT count(*) FROM tools.hypopg_list_indexes");
    g_assert_cmpstr(left, ==, "0");
}

/* What cannot be asked is told, with what to do; the advice is there all the same. */
static void
test_no_hypopg(void)
{
    g_autofree char *dsn = NULL;
    g_autoptr(PgaIndexReport) report = NULL;

    if (!pga_test_have_server())
        return;
    dsn = pga_test_cluster_database(pga_test_cluster(0), "verify_without");
    pga_test_sql(dsn, shop);
    report = advise(dsn, plain, NULL);
    g_assert_cmpuint(report->advice->len, ==, 2);
    g_assert_null(report->verification);
    g_assert_nonnull(
        strstr(why_not(report, "the advice on the source (--verify)"), "CREATE EXTENSION hypopg"));
    g_assert_false(report->complete);
}

static void
test_ddl(void)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "pga-verify-ddl.sql", NULL);
    g_autoptr(PgaIndexReport) report = NULL;

    if (!pga_test_have_server())
        return;
    g_assert_true(g_file_set_contents(path, "CREATE TABLE orders (customer_id int);", -1, NULL));
    report = advise(path, "SELECT * FROM orders WHERE customer_id = 42;", NULL);
    g_assert_null(report->verification);
    g_assert_nonnull(
        strstr(why_not(report, "the advice on the source (--verify)"), "has no planner"));
    g_unlink(path);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/index-verify/agrees-and-only-reads", test_agrees);
    g_test_add_func("/app/index-verify/own-code-is-not-run", test_left_out);
    g_test_add_func("/app/index-verify/differs", test_differs);
    for (guint i = 0; i < G_N_ELEMENTS(mishaps); i++) {
        g_autofree char *name = g_strdup_printf("/app/index-verify/mishap/%s", mishaps[i].name);

        g_test_add_data_func(name, &mishaps[i], test_mishap);
    }
    g_test_add_func("/app/index-verify/privileges", test_privileges);
    g_test_add_func("/app/index-verify/pooled", test_pooled);
    g_test_add_func("/app/index-verify/no-hypopg", test_no_hypopg);
    g_test_add_func("/app/index-verify/ddl", test_ddl);
    return g_test_run();
}
