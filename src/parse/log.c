/* A log from its first byte to its last: unpacked, recognised, read. */
#include "parse/log.h"
#include "log_internal.h"
#include <base/error.h>
#include <base/text.h>
#include <string.h>
#include <sys/stat.h>

enum { PEEK = 1 << 18 };

static gboolean
is_named_pipe(const char *path)
{
    struct stat status;

    return strcmp(path, "-") != 0 && !g_str_has_prefix(path, "/dev/fd/") &&
           !g_str_has_prefix(path, "/proc/") && stat(path, &status) == 0 &&
           S_ISFIFO(status.st_mode);
}

/* What is no csvlog or jsonlog, and begins with no timestamp, is one if its first line has a
 * severity behind a prefix that is no SQL. */
static gboolean
begins_with_entry(char *text, gsize length)
{
    const char *newline = memchr(text, '\n', length);
    g_autofree char *found = newline ? pga_log_detect_prefix(text, length) : NULL;
    g_autoptr(LogPrefix) prefix = found ? pga_log_prefix_compile(found, NULL) : NULL;
    LogHead head;

    return prefix && !strpbrk(found, "';*") && !g_str_has_prefix(found, "--") &&
           pga_log_prefix_match(prefix, text, (gsize)(newline - text), TRUE, &head);
}

/* "postgresql.log", "server.log.1", "server.log.gz" */
static gboolean
is_named_like_one(const char *path)
{
    g_autofree char *name = g_path_get_basename(path);

    return strstr(name, ".log.") || g_str_has_suffix(name, ".log");
}

/* What cannot be read as SQL either, so that reading it as a log says why. */
static gboolean
may_be_one(const char *path, const char *text, gsize length)
{
    return length == 0 || is_named_like_one(path) || pga_log_timestamp(text, length) > 0;
}

gboolean
pga_log_looks_like_one(const char *path, GError **error)
{
    g_autoptr(LogSource) source = NULL;
    g_autofree char *text = NULL;
    gsize length = 0, n = 1;
    PgaLogFormat format;

    if (is_named_pipe(path)) /* looking would take its writer away */
        return FALSE;
    source = pga_log_source_peek(path, error);
    if (!source)
        return FALSE;
    text = g_malloc(PEEK);
    for (; n > 0 && length < PEEK; length += n)
        if (!pga_log_source_read(source, text + length, PEEK - length, &n, error))
            return FALSE;
    return pga_log_detect_format(text, length, &format) || begins_with_entry(text, length) ||
           may_be_one(path, text, length);
}

/* (transfer full): the first line, for people */
static char *
first_line(const LogInput *input)
{
    enum { MAX_SHOWN = 160 };
    const char *text = input->text + input->start;
    const gsize left = input->end - input->start;
    const char *newline = memchr(text, '\n', left);
    const gsize length = newline ? (gsize)(newline - text) : left;
    g_autofree char *shown = g_strndup(text, MIN(length, MAX_SHOWN));

    return pga_text_printable(shown);
}

static gboolean
fail_without_prefix(const LogReader *reader, GError **error)
{
    g_autofree char *line = first_line(reader->input);

    pga_error_set(error, PGA_ERROR_INPUT, "the format of the log \"%s\" is not known",
                  reader->options->path);
    pga_error_detail(error,
                     "Its first lines are no csvlog or jsonlog, and no log_line_prefix fits before "
                     "a severity such as \"LOG:\". It begins: %s",
                     line);
    pga_error_hint(error, "Give the server's log_line_prefix with --log-line-prefix.");
    return FALSE;
}

static gboolean
fail_with_prefix(const LogReader *reader, const char *line, GError **error)
{
    pga_error_set(error, PGA_ERROR_INPUT,
                  "no line of the log \"%s\" has the log_line_prefix \"%s\"", reader->options->path,
                  reader->summary->prefix);
    pga_error_detail(error, "It begins: %s", line);
    pga_error_hint(error, "Give the server's log_line_prefix with --log-line-prefix, or leave it "
                          "out to have it detected.");
    return FALSE;
}

static gboolean
read_stderr(LogReader *reader, GError **error)
{
    LogInput *input = reader->input;
    PgaLogSummary *summary = reader->summary;
    g_autoptr(LogPrefix) prefix = NULL;
    g_autofree char *line = first_line(input);

    summary->prefix = reader->options->prefix ? g_strdup(reader->options->prefix)
                                              : pga_log_detect_prefix(input->text + input->start,
                                                                      input->end - input->start);
    if (!summary->prefix)
        return fail_without_prefix(reader, error);
    prefix = pga_log_prefix_compile(summary->prefix, error);
    if (!prefix || !pga_log_read_stderr(reader, &prefix, error))
        return FALSE;
    return summary->n_entries > 0 || fail_with_prefix(reader, line, error);
}

static gboolean
read_all(LogReader *reader, GError **error)
{
    LogInput *input = reader->input;
    PgaLogFormat *format = &reader->summary->format;
    gboolean done;

    if (!pga_log_input_fill(input, error))
        return FALSE;
    if (input->end >= 3 && memcmp(input->text, "\xef\xbb\xbf", 3) == 0)
        input->start = 3;
    if (input->end == input->start)
        return TRUE;
    if (!pga_log_detect_format(input->text + input->start, input->end - input->start, format))
        *format = PGA_LOG_STDERR;
    if (*format == PGA_LOG_CSV)
        done = pga_log_read_csv(reader, error);
    else if (*format == PGA_LOG_JSON)
        done = pga_log_read_json(reader, error);
    else
        done = read_stderr(reader, error);
    return done && pga_log_sessions_finish(reader, error);
}

gboolean
pga_log_read(const PgaLogOptions *options, PgaLogTake take, gpointer self, PgaLogSummary *summary,
             GError **error)
{
    LogSource *source = pga_log_source_open(options->path, error);
    g_autoptr(LogInput) input = NULL;
    LogReader reader = {.options = options, .take = take, .self = self, .summary = summary};
    gboolean done;

    *summary = (PgaLogSummary){0};
    if (!source)
        return FALSE;
    input = reader.input = pga_log_input_new(source);
    reader.sessions = pga_log_sessions_new();
    done = read_all(&reader, error);
    pga_log_sessions_free(reader.sessions);
    summary->n_bytes = input->n_bytes;
    summary->n_unreadable += pga_log_source_cut_short(source);
    return done;
}

void
pga_log_summary_clear(PgaLogSummary *summary)
{
    g_clear_pointer(&summary->prefix, g_free);
}
