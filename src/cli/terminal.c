#include "terminal.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <base/error.h>
#include <base/text.h>

gboolean
pga_terminal_colour(const char *when, gboolean to_file, gboolean *out, GError **error)
{
    const char *no_colour = g_getenv("NO_COLOR");

    if (!when || g_str_equal(when, "auto")) {
        *out = !to_file && isatty(STDOUT_FILENO) && (!no_colour || !*no_colour) &&
               g_strcmp0(g_getenv("TERM"), "dumb") != 0;
        return TRUE;
    }
    if (!g_str_equal(when, "always") && !g_str_equal(when, "never")) {
        pga_error_set(error, PGA_ERROR_INPUT, "--color \"%s\" is not known", when);
        pga_error_hint(error, "Allowed values: auto, always, never.");
        return FALSE;
    }
    *out = g_str_equal(when, "always");
    return TRUE;
}

guint
pga_terminal_width(void)
{
    const char *columns = g_getenv("COLUMNS");
    struct winsize size;
    guint64 width = 80;

    if (columns && g_ascii_string_to_unsigned(columns, 10, 1, 10000, &width, NULL))
        return (guint)CLAMP(width, 40, 120);
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        width = size.ws_col;
    return (guint)CLAMP(width, 40, 120);
}

char *
pga_terminal_ask_password(gpointer unused, const char *user)
{
    struct termios shown, hidden;
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    FILE *terminal = fopen("/dev/tty", "r+e");

    (void)unused;
    if (!terminal)
        return NULL;
    (void)fprintf(terminal, "Password for user %s: ", user ? user : g_get_user_name());
    (void)fflush(terminal);
    tcgetattr(fileno(terminal), &shown);
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fileno(terminal), TCSAFLUSH, &hidden);
    length = getline(&line, &capacity, terminal);
    tcsetattr(fileno(terminal), TCSAFLUSH, &shown);
    (void)fputc('\n', terminal);
    (void)fclose(terminal);
    if (length <= 0) {
        free(line);
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return line;
}

static void
print_line(const char *label, const char *text)
{
    g_autofree char *safe = text ? pga_text_printable(text) : NULL;

    if (safe)
        fprintf(stderr, "pgarchitect: %s: %s\n", label, safe);
}

static void
print_one(const GError *error)
{
    print_line("error", error->message);
    print_line("detail", pga_error_get_detail(error));
    print_line("hint", pga_error_get_hint(error));
}

void
pga_terminal_print_error(const GError *error)
{
    const GPtrArray *others = pga_error_get_others(error);

    print_one(error);
    for (guint i = 0; others && i < others->len; i++)
        print_one(g_ptr_array_index(others, i));
}
