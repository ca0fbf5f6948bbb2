/* design --init: questions on the terminal, a requirements file out. */
#include "design_init.h"

#include <base/error.h>
#include <base/file.h>
#include <base/interrupt.h>
#include <design/interview.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "terminal.h"

#define POLL_MS 100

/* Whether there is something to read. A signal that comes before a read() does not end it: so no
 * read() is begun that could wait. */
static gboolean
wait_for_line(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    while (!pga_interrupt_check(NULL))
        if (poll(&input, 1, POLL_MS) > 0)
            return TRUE;
    return FALSE;
}

/* (transfer full) (nullable): a line without its end; NULL at the end of input, or when
 * interrupted. */
static char *
read_line(GError **error)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length = wait_for_line() ? getline(&line, &size, stdin) : -1;
    char *copy = length >= 0 ? g_strstrip(g_strdup(line)) : NULL;

    free(line);
    if (!copy && !pga_interrupt_check(error))
        pga_error_set(error, PGA_ERROR_INPUT, "the questions were not answered to the end");
    return copy;
}

/* Asks until the answer can be read together with those before it. */
static gboolean
ask(char **answers, guint i, GError **error)
{
    const PgaInterviewQuestion *question = pga_interview_question(i);

    for (;;) {
        g_autoptr(GError) wrong = NULL;
        char *line = NULL;

        (void)fprintf(stderr, "%s [%s]: ", question->text, question->default_);
        (void)fflush(stderr);
        line = read_line(error);
        if (!line) {
            (void)fputc('\n', stderr);
            return FALSE;
        }
        g_free(answers[i]);
        answers[i] = *line ? line : g_strdup(question->default_);
        if (!*line)
            g_free(line);
        if (pga_interview_check((const char *const *)answers, &wrong))
            return TRUE;
        pga_terminal_print_error(wrong);
    }
}

static gboolean
check_place(const char *path, gboolean force, GError **error)
{
    if (!path || force || !g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is there already", path);
    pga_error_hint(error, "--force replaces it.");
    return FALSE;
}

gboolean
pga_design_init(const char *path, gboolean force, GError **error)
{
    char *answers[PGA_INTERVIEW_QUESTIONS + 1] = {NULL};
    g_autofree char *text = NULL;
    gboolean done = isatty(STDIN_FILENO) == 1;

    if (!done) {
        pga_error_set(error, PGA_ERROR_INPUT,
                      "--init asks on a terminal, and standard input is none");
        pga_error_hint(error, "pgarchitect design --example oltp prints a file to begin with.");
        return FALSE;
    }
    (void)setvbuf(stdin, NULL, _IONBF, 0); /* what was read ahead could not be waited for */
    if (!check_place(path, force, error))
        return FALSE;
    for (guint i = 0; done && i < PGA_INTERVIEW_QUESTIONS; i++)
        done = ask(answers, i, error);
    text = done ? pga_interview_write((const char *const *)answers, error) : NULL;
    for (guint i = 0; i < PGA_INTERVIEW_QUESTIONS; i++)
        g_free(answers[i]);
    if (!text)
        return FALSE;
    if (path)
        return pga_file_write(path, text, strlen(text), error);
    g_print("%s", text);
    return TRUE;
}
