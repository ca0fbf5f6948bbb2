/* design --init on a terminal of its own: what it writes is read again, what ends it early leaves
 * nothing. */
#include <errno.h>
#include <glib/gstdio.h>
#include <pty.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"

/** A conversation: what the terminal showed, and how it ended. */
typedef struct {
    GString *shown;
    int status;
} Talk;

/* Reads until a question stands there (a "]: " at the end), or the other side is gone. */
static gboolean
wait_question(int terminal, GString *shown, gsize from)
{
    char part[512];

    for (;;) {
        ssize_t n = 0;

        if (shown->len > from && g_str_has_suffix(shown->str + from, "]: "))
            return TRUE;
        n = read(terminal, part, sizeof part);
        if (n <= 0 && errno != EINTR)
            return FALSE;
        g_string_append_len(shown, part, n);
    }
}

/* Each of @keys answers one question. */
static Talk
talk(const char *const *keys, const char *file)
{
    const char *argv[] = {"pgarchitect", "design", "--init", file ? "-o" : NULL, file, NULL};
    Talk result = {g_string_new(NULL), -1};
    gsize from = 0;
    int terminal = -1, status = 0;
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);

    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        execv(PGA_PROGRAM, (char *const *)argv);
        _exit(127);
    }
    for (guint i = 0; keys[i] && wait_question(terminal, result.shown, from); i++) {
        from = result.shown->len;
        g_assert_cmpint(write(terminal, keys[i], strlen(keys[i])), ==, (gssize)strlen(keys[i]));
    }
    while (wait_question(terminal, result.shown, result.shown->len))
        continue;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    close(terminal);
    return result;
}

static char *
new_file(char **directory)
{
    *directory = g_dir_make_tmp("init-XXXXXX", NULL);
    g_assert_nonnull(*directory);
    return g_build_filename(*directory, "shop.yaml", NULL);
}

static void
forget(const char *directory, const char *file)
{
    (void)g_unlink(file);
    g_assert_cmpint(g_rmdir(directory), ==, 0);
}

static void
test_round_trip(void)
{
    static const char *const keys[] = {
        "my \"shop\"\n",         "\n", "500GB (5M users, 50M orders)\n", "5000\n", "\n", "99.95%\n",
        "aws-rds-postgres-17\n", NULL};
    g_autofree char *directory = NULL, *file = new_file(&directory), *text = NULL;
    const char *design[] = {"design", file, "--no-lab", "--format", "json", "-q", NULL};
    Talk talked = talk(keys, file);
    g_autoptr(PgaProgramRun) run = NULL;

    g_assert_cmpint(talked.status, ==, 0);
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    pga_assert_contains(text, "data_volume: \"500GB (5M users, 50M orders)\"\n");
    pga_assert_contains(text, "#   deployment.ram: 64GB\n");
    run = pga_program_run(design, NULL);
    g_assert_cmpstr(run->err, ==, "");
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "\"orders\"");
    g_string_free(talked.shown, TRUE);
    forget(directory, file);
}

static void
test_asks_again(void)
{
    static const char *const keys[] = {
        "\n",     "web\n",  "oltp\n", "1MB (50M orders)\n", "\n",        "-5\n",     "0\n",
        "5000\n", "soon\n", "20ms\n", "99.99%\n",           "aws-rds\n", "aurora\n", NULL};
    Talk talked = talk(keys, NULL);

    g_assert_cmpint(talked.status, ==, 0);
    pga_assert_contains(talked.shown->str, "workload_type \"web\"");
    pga_assert_contains(talked.shown->str, "a data volume of 1 MB and 50 M orders contradict");
    pga_assert_contains(talked.shown->str, "deployment on aws-rds contradict");
    pga_assert_contains(talked.shown->str, "deployment: aurora\r\n");
    g_string_free(talked.shown, TRUE);
}

/* Ctrl-D and Ctrl-C. */
static void
test_leaves_nothing(void)
{
    static const struct {
        const char *keys[4];
        int status;
        const char *says;
    } cases[] = {{{"shop\n", "\x04", NULL}, 2, "not answered to the end"},
                 {{"shop\n", "\x03", NULL}, 130, "interrupted"},
                 {{"\x04", NULL}, 2, "not answered to the end"}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *directory = NULL, *file = new_file(&directory);
        Talk talked = talk(cases[i].keys, file);

        g_assert_cmpint(talked.status, ==, cases[i].status);
        pga_assert_contains(talked.shown->str, cases[i].says);
        g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
        g_string_free(talked.shown, TRUE);
        forget(directory, file);
    }
}

static void
test_file_is_there(void)
{
    static const char *const keys[] = {NULL};
    g_autofree char *directory = NULL, *file = new_file(&directory);
    Talk talked = {NULL, 0};

    g_assert_true(g_file_set_contents(file, "mine", -1, NULL));
    talked = talk(keys, file);
    g_assert_cmpint(talked.status, ==, 2);
    pga_assert_contains(talked.shown->str, "is there already");
    g_string_free(talked.shown, TRUE);
    forget(directory, file);
}

static void
test_no_terminal(void)
{
    static const char *const arguments[] = {"design", "--init", NULL};
    static const char *const too_much[] = {"design", "--init", "shop.yaml", NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);
    g_autoptr(PgaProgramRun) more = pga_program_run(too_much, NULL);

    g_assert_cmpint(more->status, ==, 2);
    pga_assert_contains(more->err, "take no file");
    g_assert_cmpint(run->status, ==, 2);
    g_assert_cmpstr(run->out, ==, "");
    pga_assert_contains(run->err, "standard input is none");
}

/* What --example prints is a file that design takes. */
static void
test_examples(void)
{
    static const char *const types[] = {"oltp", "olap", "htap", "time-series"};

    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autofree char *directory = NULL, *file = new_file(&directory);
        const char *print[] = {"design", "--example", types[i], NULL};
        const char *design[] = {"design", file, "--no-lab", "-q", NULL};
        g_autoptr(PgaProgramRun) example = pga_program_run(print, NULL);
        g_autoptr(PgaProgramRun) run = NULL;

        g_assert_cmpint(example->status, ==, 0);
        g_assert_true(g_file_set_contents(file, example->out, -1, NULL));
        run = pga_program_run(design, NULL);
        g_assert_cmpstr(run->err, ==, "");
        g_assert_cmpint(run->status, ==, 0);
        forget(directory, file);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/design-init/round-trip", test_round_trip);
    g_test_add_func("/cli/design-init/asks-again", test_asks_again);
    g_test_add_func("/cli/design-init/leaves-nothing", test_leaves_nothing);
    g_test_add_func("/cli/design-init/file-is-there", test_file_is_there);
    g_test_add_func("/cli/design-init/no-terminal", test_no_terminal);
    g_test_add_func("/cli/design-init/examples", test_examples);
    return g_test_run();
}
