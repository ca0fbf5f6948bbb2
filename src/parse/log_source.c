/* Where a log's bytes come from: a file, a pipe or standard input; gzip and zstd are undone, also
 * several of them one behind the other, as rotated logs are often put together. */
#include "log_internal.h"
#include <base/error.h>
#include <base/interrupt.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { CHUNK = 1 << 17, PEEK = 1 << 16, GZIP_WINDOW = 15 + 16 };

typedef enum { PACKED_NOT, PACKED_GZIP, PACKED_ZSTD } Packed;

struct LogSource {
    char *path;
    int fd; /* -1: what is in `in` is all */
    Packed packed;
    z_stream gzip;
    ZSTD_DStream *zstd;
    gboolean between; /* members or frames: the bytes may end here */
    gboolean in_ended, cut_short;
    gsize in_at, in_end;
    guchar in[CHUNK];
};

static const struct {
    const char *magic;
    guint length;
    const char *name;
} foreign[] = {{"\xfd"
                "7zXZ",
                5, "xz"},
               {"BZh", 3, "bzip2"},
               {"PK\x03\x04", 4, "zip"},
               {"\x04\x22\x4d\x18", 4, "lz4"}};

static gboolean
fail(const LogSource *source, GError **error, const char *why)
{
    pga_error_set(error, PGA_ERROR_INPUT, "could not read \"%s\": %s", source->path, why);
    return FALSE;
}

static gboolean
read_some(LogSource *source, void *buffer, gsize size, gsize *n, GError **error)
{
    gssize done;

    *n = 0;
    if (source->fd < 0 || source->in_ended)
        return TRUE;
    do {
        if (pga_interrupt_check(error))
            return FALSE;
        done = read(source->fd, buffer, size);
    } while (done < 0 && errno == EINTR);
    if (done < 0)
        return fail(source, error, g_strerror(errno));
    source->in_ended = done == 0;
    *n = (gsize)done;
    return TRUE;
}

/* More packed bytes when there are none left. */
static gboolean
refill(LogSource *source, GError **error)
{
    if (source->in_at < source->in_end)
        return TRUE;
    source->in_at = 0;
    return read_some(source, source->in, sizeof(source->in), &source->in_end, error);
}

static gboolean
begins(const LogSource *source, const char *magic, gsize length)
{
    return source->in_end - source->in_at >= length &&
           memcmp(source->in + source->in_at, magic, length) == 0;
}

static gboolean
recognise(LogSource *source, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(foreign); i++)
        if (begins(source, foreign[i].magic, foreign[i].length)) {
            pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is packed with %s", source->path,
                          foreign[i].name);
            pga_error_hint(error, "gzip and zstd are read as they are; unpack others before.");
            return FALSE;
        }
    if (begins(source, "\x1f\x8b", 2)) {
        source->packed = PACKED_GZIP;
        if (inflateInit2(&source->gzip, GZIP_WINDOW) != Z_OK)
            return fail(source, error, "zlib could not be used");
    } else if (begins(source, "\x28\xb5\x2f\xfd", 4)) {
        source->packed = PACKED_ZSTD;
        source->zstd = ZSTD_createDStream();
    }
    return TRUE;
}

/* The first bytes, up to @size: a pipe gives them in pieces. */
static gboolean
read_head(LogSource *source, gsize size, GError **error)
{
    gsize n;

    do {
        if (!read_some(source, source->in + source->in_end, size - source->in_end, &n, error))
            return FALSE;
        source->in_end += n;
    } while (n > 0 && source->in_end < size);
    return recognise(source, error);
}

static LogSource *
source_new(const char *path)
{
    LogSource *source = g_new0(LogSource, 1);

    source->path = g_strdup(strcmp(path, "-") == 0 ? "standard input" : path);
    source->fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                                        : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    return source;
}

LogSource *
pga_log_source_open(const char *path, GError **error)
{
    enum { LONGEST_MAGIC = 6 };
    g_autoptr(LogSource) source = source_new(path);

    if (source->fd < 0) {
        fail(source, error, g_strerror(errno));
        return NULL;
    }
    return read_head(source, LONGEST_MAGIC, error) ? g_steal_pointer(&source) : NULL;
}

/* What stands in the pipe stays there: tee() copies. Waits for the first bytes. */
static gboolean
peek_pipe(LogSource *source)
{
    int copy[2];
    gssize n;

    if (pipe2(copy, O_CLOEXEC) != 0)
        return FALSE;
    n = tee(source->fd, copy[1], PEEK, 0);
    if (n > 0)
        n = read(copy[0], source->in, PEEK);
    close(copy[0]);
    close(copy[1]);
    source->in_end = n > 0 ? (gsize)n : 0;
    return n >= 0;
}

static gboolean
peek(LogSource *source, GError **error)
{
    struct stat status;

    if (fstat(source->fd, &status) != 0)
        return fail(source, error, g_strerror(errno));
    if (S_ISFIFO(status.st_mode)) {
        if (!peek_pipe(source))
            return fail(source, error, g_strerror(errno));
    } else if (S_ISREG(status.st_mode)) {
        const gssize n = pread(source->fd, source->in, PEEK, lseek(source->fd, 0, SEEK_CUR));

        if (n < 0)
            return fail(source, error, g_strerror(errno));
        source->in_end = (gsize)n;
    } else {
        return fail(source, error, "it is neither a file nor a pipe");
    }
    close(source->fd);
    source->fd = -1;
    return TRUE;
}

LogSource *
pga_log_source_peek(const char *path, GError **error)
{
    g_autoptr(LogSource) source = source_new(path);

    if (source->fd < 0) {
        fail(source, error, g_strerror(errno));
        return NULL;
    }
    return peek(source, error) && recognise(source, error) ? g_steal_pointer(&source) : NULL;
}

void
pga_log_source_close(LogSource *source)
{
    if (source->fd >= 0)
        close(source->fd);
    if (source->packed == PACKED_GZIP)
        inflateEnd(&source->gzip);
    ZSTD_freeDStream(source->zstd);
    g_free(source->path);
    g_free(source);
}

gboolean
pga_log_source_cut_short(const LogSource *source)
{
    return source->cut_short;
}

/* Behind a member either another begins, or padding, which says nothing. */
static void
next_member(LogSource *source)
{
    if (begins(source, "\x1f", 1)) {
        inflateReset(&source->gzip);
        source->between = FALSE;
        return;
    }
    while (source->in_at < source->in_end && source->in[source->in_at] == 0)
        source->in_at++;
    if (source->in_at < source->in_end) {
        source->cut_short = TRUE;
        source->in_ended = TRUE;
        source->in_at = source->in_end;
    }
}

static gboolean
read_gzip(LogSource *source, char *buffer, gsize size, gsize *n, GError **error)
{
    z_stream *gzip = &source->gzip;
    int status;

    if (source->between)
        next_member(source);
    if (source->in_at == source->in_end || source->between)
        return TRUE;
    gzip->next_in = source->in + source->in_at;
    gzip->avail_in = (uInt)(source->in_end - source->in_at);
    gzip->next_out = (Bytef *)buffer;
    gzip->avail_out = (uInt)size;
    status = inflate(gzip, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        return fail(source, error, gzip->msg ? gzip->msg : "its gzip data are damaged");
    source->in_at = source->in_end - gzip->avail_in;
    source->between = status == Z_STREAM_END;
    *n = size - gzip->avail_out;
    return TRUE;
}

static gboolean
read_zstd(LogSource *source, void *buffer, gsize size, gsize *n, GError **error)
{
    ZSTD_inBuffer in = {source->in, source->in_end, source->in_at};
    ZSTD_outBuffer out = {buffer, size, 0};
    gsize left;

    if (source->between && source->in_at == source->in_end)
        return TRUE;
    left = ZSTD_decompressStream(source->zstd, &out, &in);
    if (ZSTD_isError(left))
        return fail(source, error, ZSTD_getErrorName(left));
    source->in_at = in.pos;
    source->between = left == 0;
    *n = out.pos;
    return TRUE;
}

static gboolean
unpack(LogSource *source, char *buffer, gsize size, gsize *n, GError **error)
{
    if (source->packed == PACKED_GZIP)
        return read_gzip(source, buffer, size, n, error);
    return read_zstd(source, buffer, size, n, error);
}

/* The decoders may hold more text than there was room for: they are asked before the file is. */
static gboolean
read_packed(LogSource *source, char *buffer, gsize size, gsize *n, GError **error)
{
    for (;;) {
        gsize before;

        if (!refill(source, error))
            return FALSE;
        before = source->in_at;
        if (!unpack(source, buffer, size, n, error))
            return FALSE;
        if (*n > 0)
            return TRUE;
        if (source->in_at == source->in_end && (source->in_ended || source->fd < 0)) {
            source->cut_short |= !source->between;
            return TRUE;
        }
        if (source->in_at == before && source->in_at < source->in_end && !source->between)
            return fail(source, error, "its packed data are damaged");
    }
}

gboolean
pga_log_source_read(LogSource *source, char *buffer, gsize size, gsize *n, GError **error)
{
    *n = 0;
    if (pga_interrupt_check(error))
        return FALSE;
    if (source->packed != PACKED_NOT)
        return read_packed(source, buffer, size, n, error);
    if (source->in_at < source->in_end) {
        *n = MIN(size, source->in_end - source->in_at);
        memcpy(buffer, source->in + source->in_at, *n);
        source->in_at += *n;
        return TRUE;
    }
    return read_some(source, buffer, size, n, error);
}
