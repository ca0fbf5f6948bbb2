/* clone on real servers: the command and what it is given, its exit status, and that nothing of the
 * clone stays behind however it ends. */
#include <glib/gstdio.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <base/directory.h>

#include "cluster.h"
#include "program.h"

static const char shop[] =
    "CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL, country text);"
    "CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customer, total numeric);"
    "CREATE TABLE unrelated (a int);"
    "CREATE VIEW german AS SELECT * FROM customer WHERE country = 'de';"
    "INSERT INTO customer SELECT g, 'c' || g, CASE WHEN g % 10 = 0 THEN 'de' ELSE 'fr' END"
    "  FROM generate_series(1, 5000) g;"
    "INSERT INTO orders SELECT g, 1 + g % 5000, g % 97 FROM generate_series(1, 20000) g;"
    "CREATE INDEX ON orders (total);";

static const char ddl[] = "CREATE TABLE item (id int PRIMARY KEY, name text);\n"
                          "CREATE INDEX item_name ON item (name);\n";

static char *temporary; /* where the program's labs are made; removed at the end */
static char *dsn;       /* of the shop, on the newest server that the harness has */

/* @rest comes after the source. */
static PgaProgramRun *
clone_with(const char *source, const char *const *rest, const char *const *environment)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();

    g_ptr_array_add(arguments, (gpointer) "clone");
    g_ptr_array_add(arguments, (gpointer)source);
    for (guint i = 0; rest[i]; i++)
        g_ptr_array_add(arguments, (gpointer)rest[i]);
    g_ptr_array_add(arguments, NULL);
    return pga_program_run((const char *const *)arguments->pdata, environment);
}

#define CLONE(source, ...) clone_with(source, (const char *const[]){__VA_ARGS__, NULL}, NULL)

/* "$0" is the program, "$1" the shop. */
static PgaProgramRun *
shell(const char *line)
{
    const char *argv[] = {"/bin/sh", "-c", line, PGA_PROGRAM, dsn, NULL};
    PgaProgramRun *run = g_new0(PgaProgramRun, 1);
    g_autoptr(GError) error = NULL;
    int status = 0;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &run->out, &run->err,
                 &status, &error);
    g_assert_no_error(error);
    run->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return run;
}

static guint
count_labs(void)
{
    g_autoptr(GDir) dir = g_dir_open(temporary, 0, NULL);
    const char *name;
    guint n = 0;

    while ((name = g_dir_read_name(dir)))
        n += g_str_has_prefix(name, "pgarchitect-");
    return n;
}

static gboolean
mentions_temporary(const char *pid)
{
    g_autofree char *path = g_strconcat("/proc/", pid, "/cmdline", NULL), *text = NULL;
    gsize length = 0;

    return g_file_get_contents(path, &text, &length, NULL) &&
           g_strstr_len(text, (gssize)strnlen(text, length), "postgres") &&
           memmem(text, length, temporary, strlen(temporary));
}

static guint
count_servers(void)
{
    g_autoptr(GDir) dir = g_dir_open("/proc", 0, NULL);
    const char *name;
    guint n = 0;

    while ((name = g_dir_read_name(dir)))
        n += g_ascii_isdigit(name[0]) && mentions_temporary(name);
    return n;
}

static void
assert_nothing_left(void)
{
    g_assert_cmpuint(count_labs(), ==, 0);
    g_assert_cmpuint(count_servers(), ==, 0);
}

static void
test_exit_status(void)
{
    static const struct {
        const char *line;
        int status;
    } cases[] = {{"exit 0", 0}, {"exit 7", 7}, {"kill -9 $$", 128 + 9}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgaProgramRun) run = CLONE(dsn, "--", "sh", "-c", cases[i].line);

        g_assert_cmpint(run->status, ==, cases[i].status);
        g_assert_cmpstr(run->out, ==, "");
        assert_nothing_left();
    }
}

static void
test_says_what_it_is(void)
{
    g_autoptr(PgaProgramRun) run = CLONE(dsn, "--", "true");

    pga_assert_contains(run->err, "pgarchitect: clone of clone_shop (PostgreSQL ");
    pga_assert_contains(run->err, "3 relations, 3 indexes, statistics of 7 columns");
    pga_assert_contains(run->err, "smallest and the largest value of 3 indexes");
    pga_assert_lacks(run->err, "\\q"); /* nobody is at a prompt */
}

static void
test_quiet(void)
{
    g_autoptr(PgaProgramRun) run = CLONE(dsn, "-q", "--", "true");

    g_assert_cmpstr(run->err, ==, "");
}

static void
test_environment(void)
{
    g_autofree char *secret = g_strconcat(dsn, " password=s3cret", NULL);
    g_autofree char *url = g_strconcat("DATABASE_URL=", secret, NULL);
    const char *const environment[] = {"PGPASSWORD=s3cret-too",
                                       "PGOPTIONS=-c geqo=off",
                                       "PGSERVICEFILE=/s3cret",
                                       "PGTZ=Europe/Berlin",
                                       "PGDATABASE=elsewhere",
                                       url,
                                       NULL};
    const char *const rest[] = {"-q", "--", "env", NULL};
    g_autoptr(PgaProgramRun) run = clone_with(secret, rest, environment);
    g_autofree char *host = g_strconcat("\nPGHOST=", temporary, "/pgarchitect-", NULL);

    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, host);
    pga_assert_contains(run->out, "PGPORT=");
    pga_assert_contains(run->out, "PGUSER=");
    pga_assert_contains(run->out, "PGDATABASE=");
    pga_assert_contains(run->out, "PGTZ=Europe/Berlin");
    pga_assert_lacks(run->out, "PGDATABASE=elsewhere");
    pga_assert_lacks(run->out, "s3cret");
    pga_assert_lacks(run->out, "PGOPTIONS");
    pga_assert_lacks(run->err, "s3cret");
}

static void
test_explain(void)
{
    static const char query[] = "EXPLAIN SELECT * FROM orders o JOIN german c ON c.id = "
                                "o.customer_id WHERE o.total > 90 ORDER BY o.id";
    g_autoptr(PgaProgramRun) clone = NULL;
    const char *argv[] = {"psql", "-X", "-d", dsn, "-Atc", query, NULL};
    g_autofree char *expected = NULL;
    g_autoptr(GError) error = NULL;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &expected, NULL, NULL,
                 &error);
    g_assert_no_error(error);
    clone = CLONE(dsn, "--", "psql", "-X", "-Atc", query);
    g_assert_cmpint(clone->status, ==, 0);
    g_assert_cmpstr(clone->out, ==, expected);
}

static void
test_no_rows(void)
{
    g_autoptr(PgaProgramRun) run =
        CLONE(dsn, "--no-values", "--", "psql", "-X", "-Atc", "SELECT count(*) FROM unrelated");

    g_assert_cmpstr(run->out, ==, "0\n");
    pga_assert_contains(run->err, "--no-values");
}

static void
test_psql_without_a_command(void)
{
    g_autoptr(PgaProgramRun) run =
        shell("echo 'SELECT 6 * 7 AS answer' | \"$0\" clone \"$1\" 2>/dev/null");

    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "42");
}

static void
test_stdin(void)
{
    g_autoptr(PgaProgramRun) run = shell("echo word | \"$0\" clone \"$1\" -q -- cat");

    g_assert_cmpint(run->status, ==, 0);
    g_assert_cmpstr(run->out, ==, "word\n");
}

static void
test_arguments_untouched(void)
{
    g_autoptr(PgaProgramRun) run =
        CLONE(dsn, "-q", "--", "printf", "%s|", "-q", "--", "--help", "a b");

    g_assert_cmpstr(run->out, ==, "-q|--|--help|a b|");
}

/* While the command runs, production is not held by a connection of ours. */
static void
test_source_is_let_go(void)
{
    g_autoptr(PgaProgramRun) run =
        CLONE(dsn, "-q", "--", "psql", "-X", dsn, "-Atc",
              "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgarchitect'");

    g_assert_cmpstr(run->out, ==, "0\n");
}

static void
test_role(void)
{
    static const char rights[] = "SELECT current_user, has_table_privilege('orders', 'SELECT'),"
                                 " has_table_privilege('customer', 'SELECT')";
    g_autoptr(PgaProgramRun) run =
        CLONE(dsn, "--role", "clone_clerk", "--", "psql", "-X", "-Atc", rights);
    g_autoptr(PgaProgramRun) unknown = CLONE(dsn, "--role", "nobody_here", "--", "true");

    g_assert_cmpint(run->status, ==, 0);
    g_assert_cmpstr(run->out, ==, "clone_clerk|t|f\n");
    g_assert_cmpint(unknown->status, ==, 2);
    pga_assert_contains(unknown->err, "role \"nobody_here\" does not exist");
    assert_nothing_left();
}

static void
test_relation(void)
{
    static const char census[] = "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class"
                                 " WHERE relnamespace = 'public'::regnamespace"
                                 "   AND relkind IN ('r', 'v')";
    g_autoptr(PgaProgramRun) table =
        CLONE(dsn, "--relation", "orders", "--", "psql", "-X", "-Atc", census);
    g_autoptr(PgaProgramRun) view =
        CLONE(dsn, "--relation", "public.german", "--", "psql", "-X", "-Atc", census);
    g_autoptr(PgaProgramRun) none = CLONE(dsn, "--relation", "oders", "--", "true");

    pga_assert_contains(table->out, "orders");
    pga_assert_lacks(table->out, "unrelated");
    pga_assert_contains(view->out, "customer");
    pga_assert_contains(view->out, "german");
    pga_assert_lacks(view->out, "unrelated");
    g_assert_cmpint(none->status, ==, 2);
    pga_assert_contains(none->err, "oders");
}

static void
test_ddl(void)
{
    g_autofree char *path = g_build_filename(temporary, "schema.sql", NULL);
    g_autofree char *line = NULL;
    g_autoptr(PgaProgramRun) file = NULL, piped = NULL, input = NULL;

    g_assert_true(g_file_set_contents(path, ddl, -1, NULL));
    file = CLONE(path, "--rows", "item=5M", "--", "psql", "-X", "-Atc",
                 "EXPLAIN SELECT * FROM item WHERE id = 3");
    g_assert_cmpint(file->status, ==, 0);
    pga_assert_contains(file->out, "Index Scan using item_pkey on item");
    pga_assert_contains(file->err, "a DDL file has none");
    line =
        g_strconcat("\"$0\" clone - -q -- psql -X -Atc 'SELECT count(*) FROM item' <", path, NULL);
    piped = shell(line);
    g_assert_cmpstr(piped->out, ==, "0\n");
    g_free(line);
    line = g_strconcat("\"$0\" clone - -q -- cat <", path, NULL);
    input = shell(line);
    g_assert_cmpint(input->status, ==, 0);
    g_assert_cmpstr(input->out, ==, "");
    assert_nothing_left();
}

typedef struct {
    const char *name;
    const char *arguments[6];
    int status;
    const char *says;
} Refusal;

static const Refusal refusals[] = {
    {"unreachable-source", {"clone", "host=/nowhere", "--", "true"}, 3, "/nowhere"},
    {"no-such-file", {"clone", "/nowhere/schema.sql", "--", "true"}, 2, "/nowhere/schema.sql"},
    {"unknown-option", {"clone", "--relatoin", "x"}, 2, "Did you mean --relation?"},
    {"two-sources", {"clone", "a", "b"}, 2, "more than one source"},
    {"nothing-after-dashes", {"clone", "a", "--"}, 2, "no command follows"},
    {"negative-timeout", {"clone", "a", "--timeout=-1"}, 2, "--timeout must not be negative"},
    {"command-not-found", {"clone", "a", "--", "no-such-program"}, 127, "was not found"},
    {"command-not-executable", {"clone", "a", "--", "/dev/null"}, 126, "cannot be executed"},
};

static void
test_refusal(gconstpointer data)
{
    const Refusal *c = data;
    g_autoptr(PgaProgramRun) run = pga_program_run(c->arguments, NULL);

    g_assert_cmpint(run->status, ==, c->status);
    pga_assert_contains(run->err, c->says);
    pga_assert_contains(run->err, "pgarchitect: error: ");
    g_assert_cmpstr(run->out, ==, "");
}

static void
test_no_psql(void)
{
    static const char *const arguments[] = {"clone", "a", "--pg-bindir", "/nowhere", NULL};
    static const char *const environment[] = {"PATH=/nowhere", NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, environment);

    g_assert_cmpint(run->status, ==, 2);
    pga_assert_contains(run->err, "psql was not found");
    pga_assert_contains(run->err, "postgresql-client");
}

static void
own_group(gpointer unused)
{
    (void)unused;
    setpgid(0, 0);
}

/* The program in a process group of its own, as a shell starts it; its standard output in *out. */
static GPid
start_clone(const char *const *rest, int *out)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    GPid pid;

    g_ptr_array_add(argv, (gpointer)PGA_PROGRAM);
    g_ptr_array_add(argv, (gpointer) "clone");
    g_ptr_array_add(argv, dsn);
    for (guint i = 0; rest[i]; i++)
        g_ptr_array_add(argv, (gpointer)rest[i]);
    g_ptr_array_add(argv, NULL);
    g_spawn_async_with_pipes(NULL, (char **)argv->pdata, NULL,
                             G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, own_group,
                             NULL, &pid, NULL, out, NULL, &error);
    g_assert_no_error(error);
    return pid;
}

static void
await_output(int fd)
{
    struct pollfd ready = {fd, POLLIN, 0};
    char byte;

    g_assert_cmpint(poll(&ready, 1, 60000), ==, 1);
    g_assert_cmpint(read(fd, &byte, 1), ==, 1);
}

/* The exit status of @pid, whose process group got @signal_number. */
static int
status_after(GPid pid, pid_t target, int signal_number)
{
    int wait_status = 0;

    g_assert_cmpint(kill(target, signal_number), ==, 0);
    g_assert_cmpint(waitpid(pid, &wait_status, 0), ==, pid);
    g_spawn_close_pid(pid);
    g_assert_true(WIFEXITED(wait_status));
    return WEXITSTATUS(wait_status);
}

/* Holding ACCESS EXCLUSIVE on a catalog makes the collection wait for certain. */
static void
test_interrupt_while_building(void)
{
    static const char *const rest[] = {"--", "echo", "started", NULL};
    PGconn *holder = pga_test_session(dsn);
    int out;
    GPid pid;
    char byte;

    PQclear(PQexec(holder, "BEGIN; LOCK TABLE pg_catalog.pg_attrdef IN ACCESS EXCLUSIVE MODE"));
    pid = start_clone(rest, &out);
    g_usleep(150000);
    g_assert_cmpint(status_after(pid, -pid, SIGINT), ==, 130);
    g_assert_cmpint(read(out, &byte, 1), ==, 0);
    close(out);
    PQfinish(holder);
    assert_nothing_left();
}

/* Ctrl-C reaches the whole foreground group: the command ends, we tell of it. */
static void
test_interrupt_ends_the_command(void)
{
    static const char *const rest[] = {"--", "sh", "-c", "echo ready; exec sleep 100", NULL};
    int out;
    const GPid pid = start_clone(rest, &out);

    await_output(out);
    g_assert_cmpint(status_after(pid, -pid, SIGINT), ==, 128 + SIGINT);
    close(out);
    assert_nothing_left();
}

/* A command that does not end by Ctrl-C, as psql at its prompt: neither do we. */
static void
test_interrupt_survived_by_the_command(void)
{
    static const char *const rest[] = {
        "--", "sh", "-c", "trap '' INT; echo ready; sleep 0.5; psql -X -Atc 'SELECT 1'; exit 5",
        NULL};
    int out;
    const GPid pid = start_clone(rest, &out);

    await_output(out);
    g_assert_cmpint(status_after(pid, -pid, SIGINT), ==, 5);
    close(out);
    assert_nothing_left();
}

static void
test_termination(gconstpointer data)
{
    static const char *const rest[] = {"--", "sh", "-c", "echo ready; exec sleep 100", NULL};
    int out;
    const GPid pid = start_clone(rest, &out);
    char byte;

    await_output(out);
    g_assert_cmpint(status_after(pid, pid, GPOINTER_TO_INT(data)), ==, 130);
    while (read(out, &byte, 1) > 0) /* the newline; the end comes when sleep is gone, too */
        continue;
    close(out);
    assert_nothing_left();
}

/* Reads what the terminal shows until @wanted has come. */
static void
expect(int terminal, GString *seen, const char *wanted)
{
    const gint64 deadline = g_get_monotonic_time() + 60 * G_TIME_SPAN_SECOND;
    struct pollfd ready = {terminal, POLLIN, 0};
    char text[512];

    while (!strstr(seen->str, wanted)) {
        ssize_t length;

        if (g_get_monotonic_time() > deadline)
            g_error("\"%s\" did not come: %s", wanted, seen->str);
        if (poll(&ready, 1, 1000) == 0)
            continue;
        length = read(terminal, text, sizeof text);
        if (length <= 0)
            g_error("the terminal closed before \"%s\": %s", wanted, seen->str);
        g_string_append_len(seen, text, length);
    }
}

static void
type(int terminal, const char *text)
{
    g_assert_cmpint(write(terminal, text, strlen(text)), ==, (ssize_t)strlen(text));
}

static void
run_on_terminal(void)
{
    g_setenv("PSQLRC", "/dev/null", TRUE);
    g_setenv("PAGER", "cat", TRUE);
    g_setenv("TERM", "dumb", TRUE);
    execl(PGA_PROGRAM, PGA_PROGRAM, "clone", dsn, NULL);
    _exit(99);
}

static void
test_interactive(void)
{
    g_autoptr(GString) seen = g_string_new(NULL);
    int terminal, wait_status = 0;
    const pid_t pid = forkpty(&terminal, NULL, NULL, NULL);

    if (pid == 0)
        run_on_terminal();
    g_assert_cmpint(pid, >, 0);
    expect(terminal, seen, "leave; the clone is removed");
    expect(terminal, seen, "=");
    type(terminal, "SELECT pg_sleep(60);\n");
    g_usleep(300000);
    type(terminal, "\x03");
    expect(terminal, seen, "canceling statement due to user request");
    type(terminal, "SELECT 'still ' || 'here';\n");
    expect(terminal, seen, "still here");
    type(terminal, "\\q\n");
    g_assert_cmpint(waitpid(pid, &wait_status, 0), ==, pid);
    close(terminal);
    g_assert_true(WIFEXITED(wait_status));
    g_assert_cmpint(WEXITSTATUS(wait_status), ==, 0);
    assert_nothing_left();
}

static void
make_source(void)
{
    const PgaTestCluster *cluster =
        pga_test_cluster(15) ? pga_test_cluster(15) : pga_test_cluster(0);
    g_autofree char *psql = g_find_program_in_path("psql");

    if (!cluster || !psql)
        return;
    dsn = pga_test_cluster_database(cluster, "clone_shop");
    pga_test_sql(dsn, shop);
    pga_test_sql(dsn, "VACUUM ANALYZE");
    pga_test_sql(dsn,
                 "DO $$BEGIN CREATE ROLE clone_clerk; EXCEPTION WHEN duplicate_object THEN END$$;"
                 "GRANT SELECT ON orders TO clone_clerk");
    temporary = g_dir_make_tmp("pgatest-clone-XXXXXX", NULL);
    g_assert_nonnull(temporary);
    g_assert_cmpint(g_chmod(temporary, 0755), ==, 0); /* the lab's server may be another user's */
    g_setenv("TMPDIR", temporary, TRUE);
}

static void
add_tests_with_server(void)
{
    g_test_add_func("/cli/clone/exit-status-is-passed-on", test_exit_status);
    g_test_add_func("/cli/clone/says-what-it-is", test_says_what_it_is);
    g_test_add_func("/cli/clone/quiet-says-nothing-when-all-is-cloned", test_quiet);
    g_test_add_func("/cli/clone/environment-leads-to-the-clone-only", test_environment);
    g_test_add_func("/cli/clone/explain-is-that-of-the-source", test_explain);
    g_test_add_func("/cli/clone/no-rows", test_no_rows);
    g_test_add_func("/cli/clone/psql-without-a-command", test_psql_without_a_command);
    g_test_add_func("/cli/clone/standard-input-is-passed-through", test_stdin);
    g_test_add_func("/cli/clone/arguments-are-untouched", test_arguments_untouched);
    g_test_add_func("/cli/clone/source-is-let-go", test_source_is_let_go);
    g_test_add_func("/cli/clone/role", test_role);
    g_test_add_func("/cli/clone/relation-brings-what-it-needs", test_relation);
    g_test_add_func("/cli/clone/ddl", test_ddl);
    g_test_add_func("/cli/clone/interrupt-while-building", test_interrupt_while_building);
    g_test_add_func("/cli/clone/interrupt-ends-the-command", test_interrupt_ends_the_command);
    g_test_add_func("/cli/clone/interrupt-survived-by-the-command",
                    test_interrupt_survived_by_the_command);
    g_test_add_data_func("/cli/clone/terminated", GINT_TO_POINTER(SIGTERM), test_termination);
    g_test_add_data_func("/cli/clone/hung-up", GINT_TO_POINTER(SIGHUP), test_termination);
    g_test_add_func("/cli/clone/interactive", test_interactive);
}

static void
test_nothing(void)
{
    g_test_skip("needs server programs and psql");
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    make_source();
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/cli/clone/refused/", refusals[i].name, NULL);

        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    g_test_add_func("/cli/clone/no-psql", test_no_psql);
    if (dsn)
        add_tests_with_server();
    else
        g_test_add_func("/cli/clone/with-a-server", test_nothing);
    status = g_test_run();
    if (temporary)
        pga_directory_remove_tree(temporary, NULL);
    g_free(temporary);
    g_free(dsn);
    return status;
}
