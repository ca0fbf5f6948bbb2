/* What people give in place of SQL: other formats of pg_dump, compressed files, other encodings. */
#include "foreign_internal.h"
#include <base/error.h>
#include <string.h>

#define MAKE_SQL "Make SQL of it"
#define UNPACK   "Unpack it first"
#define CONVERT  "Convert it first"

enum { LOOK_AT = 8192 }; /* bytes in which a binary file is expected to show a NUL */

typedef struct {
    gsize offset;
    const char *magic;
    gsize length;
    const char *what;
    const char *advice, *command; /* the file's name is appended */
} Format;

/* The first that fits: UTF-32 before UTF-16, pg_dump's tar before any other. */
static const Format formats[] = {
    {0, "PGDMP", 5, "a dump in pg_dump's custom format", MAKE_SQL, "pg_restore -s -f schema.sql"},
    {0, "toc.dat\0", 8, "a dump in pg_dump's tar format", MAKE_SQL, "pg_restore -s -f schema.sql"},
    {257, "ustar", 5, "a tar archive", UNPACK, "tar -xf"},
    {0, "\x1f\x8b", 2, "compressed by gzip", UNPACK, "gunzip -k"},
    {0, "\x28\xb5\x2f\xfd", 4, "compressed by zstd", UNPACK, "unzstd"},
    {0, "\x04\x22\x4d\x18", 4, "compressed by lz4", UNPACK, "unlz4"},
    {0,
     "\xfd"
     "7zXZ\0",
     6, "compressed by xz", UNPACK, "unxz -k"},
    {0, "BZh", 3, "compressed by bzip2", UNPACK, "bunzip2 -k"},
    {0, "PK\x03\x04", 4, "a zip archive", UNPACK, "unzip"},
    {0, "\xff\xfe\0\0", 4, "encoded in UTF-32", CONVERT, "iconv -f UTF-32 -t UTF-8 -o schema.sql"},
    {0, "\0\0\xfe\xff", 4, "encoded in UTF-32", CONVERT, "iconv -f UTF-32 -t UTF-8 -o schema.sql"},
    {0, "\xff\xfe", 2, "encoded in UTF-16", CONVERT, "iconv -f UTF-16 -t UTF-8 -o schema.sql"},
    {0, "\xfe\xff", 2, "encoded in UTF-16", CONVERT, "iconv -f UTF-16 -t UTF-8 -o schema.sql"},
};

/* @name for a shell, quoted only where needed. */
static char *
shell_word(const char *name)
{
    static const char *const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_./+,@%:-";

    return *name != '-' && name[strspn(name, plain)] == '\0' ? g_strdup(name) : g_shell_quote(name);
}

static void
refuse(const Format *format, const char *name, GError **error)
{
    g_autofree char *word = shell_word(name);

    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is not SQL text", name);
    pga_error_detail(error, "It is %s.", format->what);
    pga_error_hint(error, "%s: %s %s", format->advice, format->command, word);
}

gboolean
pga_foreign_refuse(const char *text, gsize length, const char *name, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
        const Format *format = &formats[i];

        if (length >= format->offset + format->length &&
            memcmp(text + format->offset, format->magic, format->length) == 0) {
            refuse(format, name, error);
            return FALSE;
        }
    }
    if (length == 0 || !memchr(text, '\0', MIN(length, LOOK_AT)))
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is not SQL text", name);
    pga_error_detail(error, "It holds NUL bytes.");
    pga_error_hint(error, "Make SQL of a database: pg_dump -s -f schema.sql DATABASE");
    return FALSE;
}

void
pga_foreign_refuse_directory(const char *path, GError **error)
{
    static const Format directory = {.what = "a dump in pg_dump's directory format",
                                     .advice = MAKE_SQL,
                                     .command = "pg_restore -s -f schema.sql"};
    g_autofree char *toc = g_build_filename(path, "toc.dat", NULL);

    if (g_file_test(toc, G_FILE_TEST_IS_REGULAR))
        refuse(&directory, path, error);
    else
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is a directory", path);
}
