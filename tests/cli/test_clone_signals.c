/* clone and signals: Ctrl-C, a terminal, being ended; that nothing of the clone stays behind. */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clone_shop.h"
#include "cluster.h"

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
    g_ptr_array_add(argv, (gpointer)pga_clone_shop_dsn());
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
    PGconn *holder = pga_test_session(pga_clone_shop_dsn());
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
    pga_assert_nothing_left();
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
    pga_assert_nothing_left();
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
    pga_assert_nothing_left();
}

static void
test_termination(gconstpointer data)
{
    static const char *const rest[] = {"--", "sh", "-c", "echo ready; exec sleep 100", NULL};
    int out;
    const GPid pid = start_clone(rest, &out);
    char byte;

    await_output(out);
    g_assert_cmpint(status_after(pid, pid, GPOINTER_TO_INT(data)), ==, 128 + GPOINTER_TO_INT(data));
    while (read(out, &byte, 1) > 0) /* the newline; the end comes when sleep is gone, too */
        continue;
    close(out);
    pga_assert_nothing_left();
}

/* What a command makes of the signal is what counts; one that makes nothing of it is killed. */
static void
test_termination_as_the_command_has_it(void)
{
    static const char *const gentle[] = {
        "--", "sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done", NULL};
    static const char *const stubborn[] = {
        "--", "sh", "-c", "trap '' TERM HUP; echo ready; while :; do sleep 0.1; done", NULL};
    int out;
    GPid pid = start_clone(gentle, &out);

    await_output(out);
    g_assert_cmpint(status_after(pid, pid, SIGTERM), ==, 7);
    close(out);
    pid = start_clone(stubborn, &out);
    await_output(out);
    g_assert_cmpint(status_after(pid, pid, SIGTERM), ==, 128 + SIGKILL);
    close(out);
    pga_assert_nothing_left();
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
make_terminal_plain(void)
{
    g_setenv("PSQLRC", "/dev/null", TRUE);
    g_setenv("PAGER", "cat", TRUE);
    g_setenv("TERM", "dumb", TRUE);
}

static void
run_on_terminal(void)
{
    make_terminal_plain();
    execl(PGA_PROGRAM, PGA_PROGRAM, "clone", pga_clone_shop_dsn(), NULL);
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
    pga_assert_nothing_left();
}

static void
run_piped_on_terminal(void)
{
    const char *line = "echo 'CREATE TABLE piped (a int);' | \"$0\" clone -";

    make_terminal_plain();
    execl("/bin/sh", "sh", "-c", line, PGA_PROGRAM, NULL);
    _exit(99);
}

/* Standard input is the DDL: psql reads the terminal. */
static void
test_interactive_after_ddl(void)
{
    g_autoptr(GString) seen = g_string_new(NULL);
    int terminal, wait_status = 0;
    const pid_t pid = forkpty(&terminal, NULL, NULL, NULL);

    if (pid == 0)
        run_piped_on_terminal();
    expect(terminal, seen, "leave; the clone is removed");
    expect(terminal, seen, "=");
    type(terminal, "SELECT 'piped'::regclass || ' is there';\n");
    expect(terminal, seen, " piped is there");
    type(terminal, "\\q\n");
    g_assert_cmpint(waitpid(pid, &wait_status, 0), ==, pid);
    close(terminal);
    g_assert_cmpint(wait_status, ==, 0);
    pga_assert_nothing_left();
}

static void
test_no_terminal(void)
{
    g_autoptr(PgaProgramRun) run =
        pga_clone_shell("echo 'CREATE TABLE piped (a int);' | setsid -w \"$0\" clone -");

    g_assert_cmpint(run->status, ==, 2);
    pga_assert_contains(run->err, "there is no terminal");
    pga_assert_contains(run->err, "hint: ");
}

static void
add_tests_with_server(void)
{
    g_test_add_func("/cli/clone-signals/interrupt-while-building", test_interrupt_while_building);
    g_test_add_func("/cli/clone-signals/interrupt-ends-the-command",
                    test_interrupt_ends_the_command);
    g_test_add_func("/cli/clone-signals/interrupt-survived-by-the-command",
                    test_interrupt_survived_by_the_command);
    g_test_add_data_func("/cli/clone-signals/terminated", GINT_TO_POINTER(SIGTERM),
                         test_termination);
    g_test_add_data_func("/cli/clone-signals/hung-up", GINT_TO_POINTER(SIGHUP), test_termination);
    g_test_add_func("/cli/clone-signals/termination-as-the-command-has-it",
                    test_termination_as_the_command_has_it);
    g_test_add_func("/cli/clone-signals/interactive", test_interactive);
    g_test_add_func("/cli/clone-signals/interactive-after-ddl", test_interactive_after_ddl);
    g_test_add_func("/cli/clone-signals/no-terminal", test_no_terminal);
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
    if (pga_clone_shop_make())
        add_tests_with_server();
    else
        g_test_add_func("/cli/clone-signals/with-a-server", test_nothing);
    status = g_test_run();
    pga_clone_shop_remove();
    return status;
}
