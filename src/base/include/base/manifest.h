/* A list of files with their checksums, as sha256sum writes and reads it: "HEX  PATH" a line, by
 * path. Paths are relative, parted by "/", and stay below their directory. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

#define PGA_MANIFEST "MANIFEST"

typedef struct {
    char *path;
    char *sha256; /* 64 hex digits */
} PgaManifestEntry;

/* Whether @path may stand in a manifest: relative, no empty, "." or ".." step, no control
 * character, no backslash, valid UTF-8, at most 255 bytes. */
gboolean pga_manifest_path_is_safe(const char *path);

/* (transfer full): an empty list of PgaManifestEntry *. */
GPtrArray *pga_manifest_new(void);
void pga_manifest_add(GPtrArray *manifest, const char *path, const char *text, gsize length);

/* (transfer full): the entries by path. */
char *pga_manifest_format(GPtrArray *manifest);

/* (transfer full) (nullable): NULL with PGA_ERROR_INPUT: a line that is none, a path that is not
 * safe or stands twice, more than 10,000 lines. */
GPtrArray *pga_manifest_parse(const char *text, gsize length, GError **error);

/* (nullable) */
const PgaManifestEntry *pga_manifest_find(const GPtrArray *manifest, const char *path);

/* (transfer full): of char *, sorted: paths below @directory of whatever is no directory (symbolic
 * links, too, which are never followed); at most 10,001. PGA_ERROR_INPUT. */
GPtrArray *pga_manifest_walk(const char *directory, GError **error);

G_END_DECLS
