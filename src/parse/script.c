/* Where a script's text comes from, and who owns it. */
#include "parse/script.h"
#include "foreign_internal.h"
#include "reader_internal.h"
#include <base/error.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIPE_CHUNK = 1 << 16 };
static const gsize pipe_limit = (gsize)1
                                << 30; /* a pipe cannot be mapped, it is read into memory */

static void
statement_clear(gpointer data)
{
    PgaStatement *statement = data;

    g_free(statement->relation);
}

static PgaScript *
script_new(const char *name)
{
    PgaScript *script = g_new0(PgaScript, 1);

    script->name = g_strdup(name);
    script->statements = g_array_new(FALSE, FALSE, sizeof(PgaStatement));
    g_array_set_clear_func(script->statements, statement_clear);
    return script;
}

void
pga_script_free(PgaScript *script)
{
    if (!script)
        return;
    g_array_unref(script->statements);
    if (script->mapped)
        g_mapped_file_unref(script->mapped);
    g_free(script->owned_text);
    g_free(script->name);
    g_free(script);
}

PgaScript *
pga_script_parse(const char *text, gsize length, const char *name, GError **error)
{
    g_autoptr(PgaScript) script = script_new(name);

    script->owned_text = g_malloc(length + 1);
    if (length > 0)
        memcpy(script->owned_text, text, length);
    script->owned_text[length] = '\0';
    if (!pga_reader_read(script, script->owned_text, length, error))
        return NULL;
    return g_steal_pointer(&script);
}

static gboolean
fail_to_read(const char *path, const char *reason, GError **error)
{
    pga_error_set(error, PGA_ERROR_INPUT, "could not read \"%s\": %s", path, reason);
    return FALSE;
}

static gboolean
read_mapped(PgaScript *script, int fd, GError **error)
{
    g_autoptr(GError) reason = NULL;
    const char *text;

    script->mapped = g_mapped_file_new_from_fd(fd, FALSE, &reason);
    if (!script->mapped)
        return fail_to_read(script->name, reason->message, error);
    text = g_mapped_file_get_contents(script->mapped); /* NULL of an empty file */
    return pga_reader_read(script, text ? text : "", g_mapped_file_get_length(script->mapped),
                           error);
}

static gboolean
read_pipe(PgaScript *script, int fd, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    gsize length;
    gssize n;

    do {
        const guint used = bytes->len;

        g_byte_array_set_size(bytes, used + PIPE_CHUNK);
        n = read(fd, bytes->data + used, PIPE_CHUNK);
        if (n < 0)
            return fail_to_read(script->name, g_strerror(errno), error);
        g_byte_array_set_size(bytes, used + (guint)n);
    } while (n > 0 && bytes->len <= pipe_limit);
    if (bytes->len > pipe_limit)
        return fail_to_read(script->name, "it is a pipe of more than 1 GiB", error);
    length = bytes->len;
    script->owned_text = (char *)g_byte_array_free(g_steal_pointer(&bytes), FALSE);
    return pga_reader_read(script, script->owned_text, length, error);
}

static gboolean
read_fd(PgaScript *script, int fd, GError **error)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return fail_to_read(script->name, g_strerror(errno), error);
    if (S_ISREG(status.st_mode))
        return read_mapped(script, fd, error);
    if (S_ISFIFO(status.st_mode))
        return read_pipe(script, fd, error);
    if (S_ISDIR(status.st_mode)) {
        pga_foreign_refuse_directory(script->name, error);
        return FALSE;
    }
    return fail_to_read(script->name, "it is neither a file nor a pipe", error);
}

PgaScript *
pga_script_open(const char *path, GError **error)
{
    g_autoptr(PgaScript) script = script_new(path);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    gboolean done;

    if (fd < 0) {
        fail_to_read(path, g_strerror(errno), error);
        return NULL;
    }
    done = read_fd(script, fd, error);
    close(fd);
    return done ? g_steal_pointer(&script) : NULL;
}

void
pga_statement_position(const PgaStatement *statement, guint offset, guint *line, guint *column)
{
    const char *end = statement->text + statement->length;
    const char *p = statement->text;

    *line = statement->line;
    *column = statement->column;
    for (guint i = 1; i < offset && p < end; i++, p = g_utf8_next_char(p)) {
        (*column)++;
        if (*p == '\n') {
            (*line)++;
            *column = 1;
        }
    }
}
