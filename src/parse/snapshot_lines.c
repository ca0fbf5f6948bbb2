/* A snapshot's lines: zstd undone as far as the next line needs it, so that a small file that
 * stands for a huge one is refused where the limit is, not where memory ends. */
#include <base/error.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "snapshot_internal.h"

#define MAX_LINE  (64U << 20)
#define MAX_TOTAL (G_GUINT64_CONSTANT(4) << 30)
#define CHUNK     (128U << 10)

static const char zstd_magic[] = "\x28\xb5\x2f\xfd";
static const char text_magic[] = "{\"pgarchitect-snapshot\"";

struct PgaSnapshotLines {
    char *path;
    int fd;
    ZSTD_DStream *stream; /* (nullable): the file is text */
    char in[CHUNK], out[CHUNK];
    ZSTD_inBuffer input; /* what of `in` was not decompressed yet */
    GString *text;       /* decompressed, from the current line on */
    gsize start;         /* in text: where the next line begins */
    gsize searched;      /* in text: no newline before it */
    guint64 total;
    gboolean at_end, frame_ended;
    gboolean has_more; /* the stream holds text that there was no room for */
};

static gboolean
fail(const PgaSnapshotLines *lines, GError **error, const char *why)
{
    pga_error_set(error, PGA_ERROR_INPUT, "could not read the snapshot \"%s\"", lines->path);
    pga_error_detail(error, "%s.", why);
    return FALSE;
}

/* -1 when it cannot be opened, or is no regular file. */
static int
open_regular(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;

    if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))) {
        close(fd);
        errno = EINVAL;
        return -1;
    }
    return fd;
}

static gboolean
begins_with(const char *text, gsize length, const char *magic)
{
    return length >= strlen(magic) && memcmp(text, magic, strlen(magic)) == 0;
}

gboolean
pga_snapshot_recognise(const char *path)
{
    const int fd = open_regular(path);
    char head[sizeof(text_magic)];
    gssize n;

    if (fd < 0)
        return FALSE;
    n = read(fd, head, sizeof(head));
    close(fd);
    return n > 0 &&
           (begins_with(head, (gsize)n, zstd_magic) || begins_with(head, (gsize)n, text_magic));
}

/* What stands in the file next, into the input buffer. */
static gboolean
read_chunk(PgaSnapshotLines *lines, GError **error)
{
    const gssize n = read(lines->fd, lines->in, sizeof(lines->in));

    if (n < 0)
        return fail(lines, error, g_strerror(errno));
    lines->input = (ZSTD_inBuffer){lines->in, (gsize)n, 0};
    return TRUE;
}

PgaSnapshotLines *
pga_snapshot_lines_open(const char *path, GError **error)
{
    g_autoptr(PgaSnapshotLines) lines = g_new0(PgaSnapshotLines, 1);

    lines->path = g_strdup(path);
    lines->text = g_string_new(NULL);
    lines->fd = open_regular(path);
    if (lines->fd < 0) {
        fail(lines, error, g_strerror(errno));
        return NULL;
    }
    if (!read_chunk(lines, error))
        return NULL;
    if (begins_with(lines->in, lines->input.size, zstd_magic)) {
        lines->stream = ZSTD_createDStream();
    } else if (!begins_with(lines->in, lines->input.size, text_magic)) {
        fail(lines, error, "It does not begin as a snapshot does");
        return NULL;
    }
    return g_steal_pointer(&lines);
}

void
pga_snapshot_lines_close(PgaSnapshotLines *lines)
{
    if (lines->fd >= 0)
        close(lines->fd);
    ZSTD_freeDStream(lines->stream);
    g_string_free(lines->text, TRUE);
    g_free(lines->path);
    g_free(lines);
}

static gboolean
decompress(PgaSnapshotLines *lines, GError **error)
{
    ZSTD_outBuffer output = {lines->out, sizeof(lines->out), 0};
    const gsize left = ZSTD_decompressStream(lines->stream, &output, &lines->input);

    if (ZSTD_isError(left))
        return fail(lines, error, ZSTD_getErrorName(left));
    lines->frame_ended = left == 0;
    lines->has_more = output.pos == output.size;
    g_string_append_len(lines->text, lines->out, (gssize)output.pos);
    lines->total += output.pos;
    return TRUE;
}

static void
take_text(PgaSnapshotLines *lines)
{
    g_string_append_len(lines->text, lines->in, (gssize)lines->input.size);
    lines->total += lines->input.size;
    lines->input.pos = lines->input.size;
}

/* More text at the end of the buffer, or at_end. */
static gboolean
fill(PgaSnapshotLines *lines, GError **error)
{
    if (lines->input.pos == lines->input.size && !lines->has_more) {
        if (!read_chunk(lines, error))
            return FALSE;
        if (lines->input.size == 0) {
            lines->at_end = TRUE;
            return !lines->stream || lines->frame_ended || fail(lines, error, "It was cut off");
        }
    }
    if (!lines->stream)
        take_text(lines);
    else if (!decompress(lines, error))
        return FALSE;
    return lines->total <= MAX_TOTAL || fail(lines, error, "It stands for more than 4 GiB of text");
}

/* What was handed out goes. */
static void
forget_lines(PgaSnapshotLines *lines)
{
    g_string_erase(lines->text, 0, (gssize)lines->start);
    lines->searched -= lines->start;
    lines->start = 0;
}

gboolean
pga_snapshot_lines_next(PgaSnapshotLines *lines, const char **text, gsize *length, GError **error)
{
    char *newline;

    while (!(newline = memchr(lines->text->str + lines->searched, '\n',
                              lines->text->len - lines->searched))) {
        forget_lines(lines);
        lines->searched = lines->text->len;
        if (lines->text->len > MAX_LINE)
            return fail(lines, error, "One of its lines is longer than 64 MiB");
        if (lines->at_end) {
            *text = NULL;
            return lines->text->len == 0 || fail(lines, error, "It was cut off");
        }
        if (!fill(lines, error))
            return FALSE;
    }
    *text = lines->text->str + lines->start;
    *length = (gsize)(newline - *text);
    lines->start = lines->searched = (gsize)(newline - lines->text->str) + 1;
    return TRUE;
}
