/* clone: options in; a program on the clone; its exit status out. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <app/clone.h>
#include <base/error.h>
#include <options.h>

#include "run_command.h"
#include "terminal.h"
#include "verb.h"

#define MAX_TIMEOUT_S 86400

/** The program that is to be run, found before anything else is done. */
typedef struct {
    char **argv; /* (nullable): borrowed; NULL: psql, interactively */
    char *path;
    int stdin_fd;
    gboolean interactive; /* psql at a prompt */
} Program;

static void
program_clear(Program *program)
{
    g_free(program->path);
    if (program->stdin_fd >= 0)
        close(program->stdin_fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Program, program_clear)

/* What follows "--" is not ours to read. */
static gboolean
cut_command(int *argc, char **argv, Program *program, GError **error)
{
    for (int i = 1; i < *argc; i++) {
        if (!g_str_equal(argv[i], "--"))
            continue;
        if (i + 1 == *argc) {
            pga_error_set(error, PGA_ERROR_INPUT, "no command follows \"--\"");
            pga_error_hint(error, "Without \"--\", psql is run.");
            return FALSE;
        }
        program->argv = argv + i + 1;
        argv[i] = NULL;
        *argc = i;
    }
    return TRUE;
}

static gboolean
fill_request(const PgaCloneOptions *options, int argc, char **argv, PgaCloneRequest *request,
             GError **error)
{
    if (argc > 2 || (argc > 1 && options->dbname)) {
        pga_error_set(error, PGA_ERROR_INPUT, "more than one source was given");
        pga_error_hint(error, "A command to run on the clone follows \"--\".");
        return FALSE;
    }
    if (options->pg_version < 0 || options->timeout < 0 || options->timeout > MAX_TIMEOUT_S) {
        pga_error_set(error, PGA_ERROR_INPUT, "--%s must not be %s",
                      options->pg_version < 0 ? "pg-version" : "timeout",
                      options->timeout > MAX_TIMEOUT_S ? "more than a day" : "negative");
        pga_error_hint(error, options->pg_version < 0
                                  ? "Give a major version: --pg-version 17."
                                  : "Give seconds, a day (86400) at most; 0 is the default of 60.");
        return FALSE;
    }
    if (options->sample && options->no_values) {
        pga_error_set(error, PGA_ERROR_INPUT, "--sample and --no-values exclude each other");
        return FALSE;
    }
    request->from = (PgaSourceRequest){
        .source = argc > 1 ? argv[1] : options->dbname,
        .host = options->host,
        .port = options->port,
        .user = options->username,
        .service = options->service,
        .rows = (const char *const *)options->rows,
        .rows_for_ddl_only = TRUE,
        .bindir = options->pg_bindir,
        .pg_version = (guint)options->pg_version,
        .timeout = (guint)options->timeout,
        .no_values = options->no_values,
        .sample = options->sample,
        .want_whatif = TRUE,
        .ask_password = pga_terminal_ask_password,
    };
    request->relations = (const char *const *)options->relation;
    request->role = options->role;
    return TRUE;
}

/* As shells tell it: 127 when there is no such program, 126 when it cannot be run. */
static PgaExit
find_command(Program *program)
{
    const char *name = program->argv[0];
    g_autoptr(GError) failure = NULL;
    PgaExit status = PGA_EXIT_OK;

    program->path = g_find_program_in_path(name);
    if (program->path)
        return PGA_EXIT_OK;
    if (strchr(name, '/') && g_file_test(name, G_FILE_TEST_EXISTS)) {
        status = PGA_EXIT_NOT_EXECUTABLE;
        pga_error_set(&failure, PGA_ERROR_INPUT, "\"%s\" cannot be executed", name);
    } else {
        status = PGA_EXIT_NOT_FOUND;
        pga_error_set(&failure, PGA_ERROR_INPUT, "command \"%s\" was not found", name);
        pga_error_hint(&failure,
                       "What follows \"--\" is a program and its arguments; for a line of "
                       "shell: -- sh -c 'LINE'.");
    }
    pga_terminal_print_error(failure);
    return status;
}

/* Where standard input is the DDL, psql reads the terminal, any other command nothing. */
static gboolean
choose_input(const PgaCloneRequest *request, Program *program, GError **error)
{
    const gboolean taken = g_strcmp0(request->from.source, "-") == 0;

    if (taken) {
        program->stdin_fd = open(program->argv ? "/dev/null" : "/dev/tty", O_RDWR | O_CLOEXEC);
        if (program->stdin_fd < 0) {
            pga_error_set(error, PGA_ERROR_INPUT, "psql has nothing to read from: %s",
                          program->argv ? g_strerror(errno)
                                        : "standard input is the DDL, and there is no terminal");
            pga_error_hint(error, "Name a command: pgarchitect clone - -- psql -c 'EXPLAIN …'.");
            return FALSE;
        }
    }
    program->interactive =
        !program->argv && isatty(taken ? program->stdin_fd : STDIN_FILENO) && isatty(STDOUT_FILENO);
    return TRUE;
}

static void
tell(const PgaPreparedClone *clone, const PgaCloneOptions *options, const Program *program)
{
    const PgaCloneSummaryOptions how = {.quiet = options->quiet,
                                        .all = options->verbose,
                                        .interactive = program->interactive,
                                        .width = pga_terminal_width()};
    g_autofree char *text = pga_app_clone_summary(clone, &how);

    g_printerr("%s", text);
}

static PgaExit
run_program(const PgaPreparedClone *clone, const PgaCloneRequest *request, const Program *program,
            gboolean quiet, GError **error)
{
    g_auto(GStrv) environment = pga_command_environment(request->from.source, clone->environment);
    char *psql[] = {(char *)"psql", quiet ? (char *)"-q" : NULL, NULL};
    const PgaCommand command = {.path = program->path,
                                .argv = program->argv ? program->argv : psql,
                                .envp = environment,
                                .stdin_fd = program->stdin_fd};
    int status = 0;

    return pga_command_run(&command, &status, error) ? (PgaExit)status : pga_exit_for(*error);
}

static PgaExit
run(const PgaCloneOptions *options, PgaCloneRequest *request, const Program *program,
    GError **error)
{
    g_autoptr(PgaTerminalProgress) progress =
        pga_terminal_progress_new(options->quiet, options->verbose);
    g_autoptr(PgaPreparedClone) clone = NULL;

    request->from.progress = pga_terminal_progress_get(progress);
    clone = pga_app_clone(request, error);
    if (!clone)
        return pga_exit_for(*error);
    pga_terminal_progress_silence(progress);
    tell(clone, options, program);
    return run_program(clone, request, program, options->quiet, error);
}

PgaExit
pga_cmd_clone(int argc, char **argv, GError **error)
{
    g_auto(PgaCloneOptions) options = {0};
    g_auto(Program) program = {.stdin_fd = -1};
    PgaCloneRequest request = {0};
    PgaExit status;

    if (!cut_command(&argc, argv, &program, error) ||
        !pga_clone_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_clone_help);
        return PGA_EXIT_OK;
    }
    if (!fill_request(&options, argc, argv, &request, error))
        return PGA_EXIT_INPUT;
    if (program.argv) {
        status = find_command(&program);
        if (status != PGA_EXIT_OK)
            return status;
    } else {
        program.path = pga_app_clone_psql(options.pg_bindir, error);
        if (!program.path)
            return PGA_EXIT_INPUT;
    }
    if (!choose_input(&request, &program, error))
        return PGA_EXIT_INPUT;
    return run(&options, &request, &program, error);
}
