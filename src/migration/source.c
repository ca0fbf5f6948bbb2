/* Files are mapped, so that what was read need not stay in memory. */
#include "foreign_internal.h"
#include "source_internal.h"
#include <base/error.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* UTF-16 by its mark, else what the caller says. */
static const char *
encoding_of(const char *text, gsize length, const char *stated)
{
    if (length >= 2 && memcmp(text, "\xff\xfe", 2) == 0 &&
        (length < 4 || memcmp(text, "\xff\xfe\0\0", 4) != 0))
        return "UTF-16LE";
    if (length >= 2 && memcmp(text, "\xfe\xff", 2) == 0)
        return "UTF-16BE";
    if (stated && g_ascii_strcasecmp(stated, "UTF-8") != 0 &&
        g_ascii_strcasecmp(stated, "UTF8") != 0)
        return stated;
    return NULL;
}

static gboolean
convert(MigrationSource *source, const char *encoding, GError **error)
{
    g_autoptr(GError) reason = NULL;
    gsize written;
    char *text =
        g_convert(source->text, (gssize)source->length, "UTF-8", encoding, NULL, &written, &reason);

    if (!text) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is not encoded in %s", source->name,
                      encoding);
        pga_error_detail(error, "%s.", reason->message);
        return FALSE;
    }
    g_free(source->owned);
    source->owned = text;
    source->text = text;
    source->length = written;
    return TRUE;
}

static gboolean
prepare(MigrationSource *source, const char *stated, GError **error)
{
    static const char bom[] = "\xef\xbb\xbf";
    const char *encoding = encoding_of(source->text, source->length, stated);

    if (encoding && !convert(source, encoding, error))
        return FALSE;
    if (!encoding && !pga_foreign_refuse(source->text, source->length, source->name, error))
        return FALSE;
    if (source->length >= 3 && memcmp(source->text, bom, 3) == 0) {
        source->text += 3;
        source->length -= 3;
        source->mark = 3;
    }
    source->lexer = (Lexer){.at = source->text, .end = source->text + source->length};
    source->place = (Place){.at = source->text, .line = 1, .column = 1};
    return TRUE;
}

static gboolean
map(MigrationSource *source, const char *path, GError **error)
{
    g_autoptr(GError) reason = NULL;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat status;

    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        source->mapped = g_mapped_file_new_from_fd(fd, FALSE, &reason);
    if (!source->mapped) {
        const char *why = fd < 0 ? g_strerror(errno) : "it is not a file";

        pga_error_set(error, PGA_ERROR_INPUT, "could not read \"%s\": %s", path,
                      reason ? reason->message : why);
    }
    if (fd >= 0)
        close(fd);
    if (!source->mapped)
        return FALSE;
    source->length = g_mapped_file_get_length(source->mapped);
    source->text = source->length > 0 ? g_mapped_file_get_contents(source->mapped) : "";
    return TRUE;
}

MigrationSource *
pga_migration_source_open(const char *path, const char *text, const char *encoding, GError **error)
{
    g_autoptr(MigrationSource) source = g_new0(MigrationSource, 1);

    source->name = g_strdup(path);
    if (text) {
        source->text = text;
        source->length = strlen(text);
    } else if (!map(source, path, error)) {
        return NULL;
    }
    if (!prepare(source, encoding, error))
        return NULL;
    return g_steal_pointer(&source);
}

void
pga_migration_source_free(MigrationSource *source)
{
    if (!source)
        return;
    if (source->mapped)
        g_mapped_file_unref(source->mapped);
    g_free(source->owned);
    g_free(source->name);
    g_free(source);
}

void
pga_migration_source_place(MigrationSource *source, const char *at, guint *line, guint *column)
{
    if (!source->anchored)
        pga_place_advance(&source->place, MAX(at, source->place.at));
    *line = source->place.line;
    *column = source->place.column;
}
