/* Logs that real servers write, in each format: what is read of them is what was executed. */
#include "log_text.h"
#include <cluster.h>
#include <glib/gstdio.h>
#include <libpq-fe.h>
#include <string.h>

enum { LONG_BYTES = 3 << 20, WAIT_MS = 20000 };

/** A statement as it is sent. */
typedef struct {
    const char *sql;
    gboolean prepared;
    int n_parameters;
    const char *parameters[2];
    const char *want; /* NULL: the statement as it is sent */
} Call;

static const Call calls[] = {
    {.sql = "select 1"},
    {.sql = "select 'it''s', \"n\" -- \xc3\xa4\n\tfrom\t(values (1)) v (n)\n\n  where n = 1"},
    {.sql = "select 'LOG:  duration: 1.000 ms  statement: no'"},
    {.sql = "select '{\"a\": \"\\\"b\\\\\"}'"},
    {.sql = "select 1/0", .want = "failed select 1/0"},
    {.sql = "selec\n 1", .want = "failed selec\n 1"},
    {.sql = "select $1::int + $2::int",
     .n_parameters = 2,
     .parameters = {"1", NULL},
     .want = "select $1::int + $2::int ($1 = '1', $2 = NULL)"},
    {.sql = "select $1::text\n|| 'x'",
     .n_parameters = 1,
     .parameters = {"it's\n\"two\", lines"},
     .want = "select $1::text\n|| 'x' ($1 = 'it''s\n\"two\", lines')"},
    {.sql = "select $1::text as prepared",
     .prepared = TRUE,
     .n_parameters = 1,
     .parameters = {"p"},
     .want = "select $1::text as prepared ($1 = 'p')"},
    {.sql = "select 2 as prepared", .prepared = TRUE},
    {.sql = "select 1/$1::int",
     .n_parameters = 1,
     .parameters = {"0"},
     .want = "failed select 1/$1::int"},
    {.sql = "select 'the end'"},
};

/** Settings of a session. */
typedef struct {
    const char *name, *options;
    gboolean timed;
    gboolean plans_only; /* without parameters before 16 */
} Logging;

#define AUTO_EXPLAIN "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 "

static const Logging loggings[] = {
    {"log_min_duration_statement", "-c log_min_duration_statement=0", TRUE, FALSE},
    {"verbose", "-c log_min_duration_statement=0 -c log_error_verbosity=verbose", TRUE, FALSE},
    {"log_statement-with-log_duration", "-c log_statement=all -c log_duration=on", TRUE, FALSE},
    {"log_statement", "-c log_statement=all", FALSE, FALSE},
    {"auto_explain", AUTO_EXPLAIN, TRUE, TRUE},
    {"auto_explain-as-json", AUTO_EXPLAIN "-c auto_explain.log_format=json", TRUE, TRUE},
    {"auto_explain-as-xml", AUTO_EXPLAIN "-c auto_explain.log_format=xml", TRUE, TRUE},
    {"auto_explain-as-yaml", AUTO_EXPLAIN "-c auto_explain.log_format=yaml", TRUE, TRUE},
    {"both", AUTO_EXPLAIN "-c log_min_duration_statement=0", TRUE, FALSE},
    {"all", AUTO_EXPLAIN "-c log_statement=all -c log_duration=on", TRUE, FALSE},
};

/* The first is detected before a session is known. */
static const char *const prefixes[] = {
    "%m [%p] %q%u@%d ",
    "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%t:%r:%u@%d:[%p]:",
    "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:",
    "[%m] <%p> user=%u database=%d cmd=%i vxid=%v xid=%x state=%e ",
    "%n %c %u@%d ",
};

/** The three logs, and where this test's part begins. */
typedef struct {
    char *paths[3];
    gsize begins[3];
} Logs;

static gboolean
has_json(const PgaTestCluster *cluster)
{
    return pga_test_cluster_major(cluster) >= 15;
}

static Logs *
logs_new(const PgaTestCluster *cluster)
{
    static const char *const suffixes[] = {"log", "csv", "json"};
    g_autofree char *data = pga_test_value(pga_test_cluster_dsn(cluster), "SHOW data_directory");
    Logs *logs = g_new0(Logs, 1);

    for (guint i = 0; i < 3; i++) {
        GStatBuf status;

        if (i == 2 && !has_json(cluster))
            break;
        logs->paths[i] = g_strdup_printf("%s/logs/server.%s", data, suffixes[i]);
        if (g_stat(logs->paths[i], &status) == 0)
            logs->begins[i] = (gsize)status.st_size;
    }
    return logs;
}

static void
logs_free(Logs *logs)
{
    for (guint i = 0; i < 3; i++)
        g_free(logs->paths[i]);
    g_free(logs);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Logs, logs_free)

static void
execute(PGconn *conn, const Call *call)
{
    PGresult *result;

    if (call->prepared) {
        g_autofree char *name = g_strdup_printf("p%u", (guint)(call - calls));

        PQclear(PQprepare(conn, name, call->sql, 0, NULL));
        result = PQexecPrepared(conn, name, call->n_parameters, call->parameters, NULL, NULL, 0);
    } else if (call->n_parameters > 0) {
        result = PQexecParams(conn, call->sql, call->n_parameters, NULL, call->parameters, NULL,
                              NULL, 0);
    } else {
        result = PQexec(conn, call->sql);
    }
    PQclear(result);
}

/* (transfer full): what is to be read */
static char *
wanted(const Logging *logging, guint major)
{
    GString *want = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(calls); i++) {
        const Call *call = &calls[i];
        const gboolean failed = call->want && g_str_has_prefix(call->want, "failed ");
        const gboolean bare = logging->plans_only && major < 16 && !failed;

        if (logging->plans_only && !failed)
            g_string_append(want, "plan ");
        g_string_append(want, call->want && !bare ? call->want : call->sql);
        g_string_append_c(want, '\n');
    }
    return g_string_free(want, FALSE);
}

/* (transfer full): the file from @begin on, waited for until all of it is there. */
static char *
new_part(const char *path, gsize begin, gsize *length)
{
    for (guint waited = 0; waited < WAIT_MS; waited += 20) {
        g_autofree char *text = NULL;
        const char *end = NULL;
        gsize n;

        if (g_file_get_contents(path, &text, &n, NULL) && n > begin)
            end = g_strstr_len(text + begin, (gssize)(n - begin), "the end");
        if (end && strstr(end, "disconnection")) {
            *length = n - begin;
            return g_memdup2(text + begin, *length);
        }
        g_usleep(20000);
    }
    g_error("\"%s\" was not written to", path);
}

/** What was read, as text. */
typedef struct {
    GString *text;
    guint n_untimed;
} Read;

static gboolean
take(gpointer self, const PgaLogStatement *statement, G_GNUC_UNUSED GError **error)
{
    Read *read = self;

    read->n_untimed += statement->duration_ms < 0 && !statement->failed;
    g_string_append(read->text, statement->failed ? "failed " : statement->is_plan ? "plan " : "");
    g_string_append_len(read->text, statement->text, (gssize)statement->length);
    if (statement->parameters) {
        g_string_append(read->text, " (");
        g_string_append_len(read->text, statement->parameters,
                            (gssize)statement->parameters_length);
        g_string_append_c(read->text, ')');
    }
    g_string_append_c(read->text, '\n');
    if (statement->user)
        g_assert_cmpstr(statement->user, ==, "postgres");
    if (statement->database)
        g_assert_cmpstr(statement->database, ==, "postgres");
    return TRUE;
}

/* The log's new part tells of @want. */
static void
assert_read(const char *path, gsize begin, const char *want, gboolean timed)
{
    gsize length;
    g_autofree char *text = new_part(path, begin, &length);
    g_autofree char *part = pga_test_log_file(text, length);
    const PgaLogOptions options = {.path = part, .database = "postgres"};
    g_auto(PgaLogSummary) summary = {0};
    g_autoptr(GError) error = NULL;
    Read read = {.text = g_string_new(NULL)};

    g_assert_true(pga_log_looks_like_one(part, NULL));
    pga_log_read(&options, take, &read, &summary, &error);
    g_assert_no_error(error);
    g_assert_cmpint(g_unlink(part), ==, 0);
    if (strcmp(read.text->str, want) != 0)
        g_test_message("%s: %s", path, summary.prefix);
    g_assert_cmpstr(read.text->str, ==, want);
    g_assert_cmpuint(summary.n_unreadable, ==, 0);
    g_assert_cmpuint(summary.n_bytes, ==, length);
    if (timed)
        g_assert_cmpuint(read.n_untimed, ==, 0);
    g_string_free(read.text, TRUE);
}

/* A server that writes all formats. */
static void
collect_logs(PgaTestCluster *cluster)
{
    g_autofree char *settings = g_strdup_printf("logging_collector = on\n"
                                                "log_destination = 'stderr,csvlog%s'\n"
                                                "log_directory = 'logs'\n"
                                                "log_filename = 'server.log'\n"
                                                "log_disconnections = on\n"
                                                "log_line_prefix = '%s'\n",
                                                has_json(cluster) ? ",jsonlog" : "", prefixes[0]);

    pga_test_cluster_restart(cluster, settings);
}

/* (nullable): a session with these settings; NULL: the server has no auto_explain. */
static PGconn *
log_in(const PgaTestCluster *cluster, const char *options)
{
    g_autofree char *dsn =
        g_strdup_printf("%s options='%s'", pga_test_cluster_dsn(cluster), options);
    PGconn *conn = PQconnectdb(dsn);

    if (PQstatus(conn) == CONNECTION_OK)
        return conn;
    g_assert_nonnull(strstr(options, "auto_explain"));
    PQfinish(conn);
    return NULL;
}

static void
test_logging(const PgaTestCluster *cluster, const Logging *logging)
{
    g_autoptr(Logs) logs = logs_new(cluster);
    g_autofree char *want = wanted(logging, pga_test_cluster_major(cluster));
    PGconn *conn = log_in(cluster, logging->options);

    if (!conn)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(calls); i++)
        execute(conn, &calls[i]);
    PQfinish(conn);
    for (guint i = 0; i < 3 && logs->paths[i]; i++)
        assert_read(logs->paths[i], logs->begins[i], want, logging->timed);
}

static void
test_server(gconstpointer data)
{
    const PgaTestServer *server = data;
    PgaTestCluster *cluster = pga_test_cluster(server->major);

    collect_logs(cluster);
    for (guint i = 0; i < G_N_ELEMENTS(loggings); i++)
        test_logging(cluster, &loggings[i]);
}

static void
set_prefix(const PgaTestCluster *cluster, const char *prefix)
{
    g_autofree char *set = g_strdup_printf("ALTER SYSTEM SET log_line_prefix = '%s'", prefix);

    pga_test_cluster_sql(cluster, set);
    pga_test_cluster_sql(cluster, "SELECT pg_reload_conf()");
    for (guint waited = 0; waited < WAIT_MS; waited += 20) {
        g_autofree char *now =
            pga_test_value(pga_test_cluster_dsn(cluster), "SHOW log_line_prefix");

        if (strcmp(now, prefix) == 0)
            return;
        g_usleep(20000);
    }
    g_error("log_line_prefix was not set");
}

static void
test_prefixes(void)
{
    PgaTestCluster *cluster;

    if (!pga_test_have_server())
        return;
    cluster = pga_test_cluster(0);
    collect_logs(cluster);
    for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        set_prefix(cluster, prefixes[i]);
        test_logging(cluster, &loggings[0]);
    }
    pga_test_cluster_sql(cluster, "ALTER SYSTEM RESET log_line_prefix");
}

/* Longer than any buffer at first, in more than one line. */
static void
test_long_statement(void)
{
    g_autoptr(GString) sql = g_string_new("select length('");
    PgaTestCluster *cluster;
    g_autoptr(Logs) logs = NULL;
    g_autofree char *want = NULL;
    PGconn *conn;

    if (!pga_test_have_server())
        return;
    while (sql->len < LONG_BYTES)
        g_string_append(sql, "0123456789 \"quoted\", 0123456789\n\t");
    g_string_append(sql, "') -- the end");
    cluster = pga_test_cluster(0);
    collect_logs(cluster);
    logs = logs_new(cluster);
    conn = log_in(cluster, loggings[0].options);
    PQclear(PQexec(conn, sql->str));
    PQfinish(conn);
    want = g_strdup_printf("%s\n", sql->str);
    for (guint i = 0; i < 3 && logs->paths[i]; i++)
        assert_read(logs->paths[i], logs->begins[i], want, TRUE);
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *path = g_strdup_printf("/parse/log/server/%u", server->major);

        if (server->major >= 14)
            g_test_add_data_func(path, server, test_server);
    }
    g_test_add_func("/parse/log/server/prefixes", test_prefixes);
    g_test_add_func("/parse/log/server/long-statement", test_long_statement);
    return g_test_run();
}
