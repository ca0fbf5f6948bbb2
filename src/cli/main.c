/* Finds the verb and runs it. Only here does the program exit. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <base/error.h>
#include <base/interrupt.h>
#include <base/text.h>

#include "secrets.h"
#include "terminal.h"
#include "verb.h"

typedef struct {
    const char *name;
    const char *summary;
    PgaExit (*run)(int argc, char **argv, GError **error);
} Verb;

static const Verb verbs[] = {
#define VERB(name, summary) {#name, summary, pga_cmd_##name},
#include "verbs.def"
#undef VERB
};

static void
print_help(void)
{
    g_print("pgarchitect: a PostgreSQL architect in one program\n\n"
            "Usage:\n  pgarchitect VERB [ARGUMENT...] [OPTION...]\n\nVerbs:\n");
    for (guint i = 0; i < G_N_ELEMENTS(verbs); i++)
        g_print("  %-8s  %s\n", verbs[i].name, verbs[i].summary);
    g_print("\n\"pgarchitect VERB --help\" tells about one verb, \"pgarchitect --version\" the "
            "version.\n");
}

static const Verb *
find_verb(const char *name, GError **error)
{
    const char *names[G_N_ELEMENTS(verbs) + 1] = {NULL};
    const char *nearest;

    for (guint i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (g_str_equal(verbs[i].name, name))
            return &verbs[i];
        names[i] = verbs[i].name;
    }
    nearest = pga_text_closest(name, names);
    pga_error_set(error, PGA_ERROR_INPUT, "there is no verb \"%s\"", name);
    if (nearest)
        pga_error_hint(error, "Did you mean \"%s\"? \"pgarchitect --help\" lists the verbs.",
                       nearest);
    else
        pga_error_hint(error, "\"pgarchitect --help\" lists the verbs.");
    return NULL;
}

/* "help VERB" is "VERB --help". */
static PgaExit
run_verb(int argc, char **argv, GError **error)
{
    const gboolean help = g_str_equal(argv[0], "help") && argc > 1;
    char *help_argv[] = {argv[argc > 1], (char *)"--help", NULL};
    const Verb *verb = find_verb(help ? argv[1] : argv[0], error);

    if (!verb)
        return PGA_EXIT_INPUT;
    return help ? verb->run(2, help_argv, error) : verb->run(argc, argv, error);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) arguments = NULL; /* copies: the originals may be overwritten */
    g_autofree char **rest = NULL;  /* of which GOption takes out what it has understood */
    const char *first = argc > 1 ? argv[1] : NULL;
    PgaExit status;

    (void)setlocale(LC_CTYPE, ""); /* on failure it stays "C": narrower columns, nothing worse */
    pga_interrupt_install();
    if (!first || g_str_equal(first, "--help") || g_str_equal(first, "-?") ||
        (g_str_equal(first, "help") && argc == 2)) {
        print_help();
        return first ? PGA_EXIT_OK : PGA_EXIT_INPUT;
    }
    if (g_str_equal(first, "--version") || g_str_equal(first, "-V")) {
        g_print("pgarchitect %s\n", PGA_VERSION);
        return PGA_EXIT_OK;
    }
    arguments = g_strdupv(argv + 1);
    rest = g_memdup2(arguments, sizeof(char *) * (gsize)argc);
    pga_secrets_hide(argc, argv);
    status = run_verb(argc - 1, rest, &error);
    if (error && pga_interrupt_requested()) { /* whatever the interrupted call made of it */
        g_clear_error(&error);
        (void)pga_interrupt_check(&error);
    }
    if (!error && ferror(stdout) != 0)
        pga_error_set(&error, PGA_ERROR_INPUT, "could not write to standard output");
    if (error) {
        pga_terminal_print_error(error);
        return pga_exit_for(error);
    }
    return status;
}
