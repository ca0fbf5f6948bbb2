/* Lists of files with their checksums. */
#include "base/manifest.h"
#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_ENTRIES 10000
#define MAX_PATH    255
#define MAX_DEPTH   16
#define HEX_DIGITS  64 /* of SHA-256 */

static void
entry_free(PgaManifestEntry *entry)
{
    g_free(entry->path);
    g_free(entry->sha256);
    g_free(entry);
}

GPtrArray *
pga_manifest_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
}

static gboolean
has_safe_characters(const char *path)
{
    for (const char *at = path; *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);

        if (c == '\\' || g_unichar_iscntrl(c) || g_unichar_type(c) == G_UNICODE_FORMAT)
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_manifest_path_is_safe(const char *path)
{
    g_auto(GStrv) steps = NULL;

    if (!*path || strlen(path) > MAX_PATH || !g_utf8_validate(path, -1, NULL) ||
        !has_safe_characters(path))
        return FALSE;
    steps = g_strsplit(path, "/", -1);
    for (char **step = steps; *step; step++)
        if (!**step || g_str_equal(*step, ".") || g_str_equal(*step, ".."))
            return FALSE;
    return g_strv_length(steps) <= MAX_DEPTH;
}

static void
take(GPtrArray *manifest, const char *path, char *sha256)
{
    PgaManifestEntry *entry = g_new0(PgaManifestEntry, 1);

    entry->path = g_strdup(path);
    entry->sha256 = sha256;
    g_ptr_array_add(manifest, entry);
}

void
pga_manifest_add(GPtrArray *manifest, const char *path, const char *text, gsize length)
{
    take(manifest, path,
         g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length));
}

static int
compare(gconstpointer a, gconstpointer b)
{
    return strcmp((*(const PgaManifestEntry *const *)a)->path,
                  (*(const PgaManifestEntry *const *)b)->path);
}

char *
pga_manifest_format(GPtrArray *manifest)
{
    GString *out = g_string_new(NULL);

    g_ptr_array_sort(manifest, compare);
    for (guint i = 0; i < manifest->len; i++) {
        const PgaManifestEntry *entry = g_ptr_array_index(manifest, i);

        g_string_append_printf(out, "%s  %s\n", entry->sha256, entry->path);
    }
    return g_string_free(out, FALSE);
}

const PgaManifestEntry *
pga_manifest_find(const GPtrArray *manifest, const char *path)
{
    for (guint i = 0; i < manifest->len; i++) {
        const PgaManifestEntry *entry = g_ptr_array_index(manifest, i);

        if (g_str_equal(entry->path, path))
            return entry;
    }
    return NULL;
}

static gboolean
has_digits(const char *line)
{
    for (guint i = 0; i < HEX_DIGITS; i++)
        if (!g_ascii_isxdigit(line[i]) || g_ascii_isupper(line[i]))
            return FALSE;
    return line[HEX_DIGITS] == ' ' && line[HEX_DIGITS + 1] == ' ';
}

static gboolean
parse_line(GPtrArray *manifest, GHashTable *seen, const char *line, GError **error)
{
    const char *path = has_digits(line) ? line + HEX_DIGITS + 2 : NULL;

    if (!path) {
        pga_error_set(error, PGA_ERROR_INPUT, "a line of " PGA_MANIFEST " is no checksum and path");
        return FALSE;
    }
    if (!pga_manifest_path_is_safe(path)) {
        pga_error_set(error, PGA_ERROR_INPUT, PGA_MANIFEST " names a path that no bundle has");
        return FALSE;
    }
    if (manifest->len >= MAX_ENTRIES) {
        pga_error_set(error, PGA_ERROR_INPUT, PGA_MANIFEST " lists more than %d files",
                      MAX_ENTRIES);
        return FALSE;
    }
    take(manifest, path, g_strndup(line, HEX_DIGITS));
    if (g_hash_table_add(
            seen, ((PgaManifestEntry *)g_ptr_array_index(manifest, manifest->len - 1))->path))
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, PGA_MANIFEST " lists \"%s\" twice", path);
    return FALSE;
}

GPtrArray *
pga_manifest_parse(const char *text, gsize length, GError **error)
{
    g_autoptr(GPtrArray) manifest = pga_manifest_new();
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_auto(GStrv) lines = NULL;
    guint number = 0;

    if (memchr(text, '\0', length)) {
        pga_error_set(error, PGA_ERROR_INPUT, PGA_MANIFEST " is no text");
        return NULL;
    }
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        number++;
        if (!**line && !line[1])
            break;
        if (!parse_line(manifest, seen, *line, error)) {
            pga_error_detail(error, "Line %u.", number);
            return NULL;
        }
    }
    return g_steal_pointer(&manifest);
}

/* NOLINTBEGIN(misc-no-recursion): MAX_DEPTH bounds it */
static gboolean
walk(const char *root, const char *below, guint depth, GPtrArray *paths, GError **error)
{
    g_autofree char *directory = *below ? g_build_filename(root, below, NULL) : g_strdup(root);
    g_autoptr(GError) failure = NULL;
    g_autoptr(GDir) dir = g_dir_open(directory, 0, &failure);
    const char *name;

    if (!dir) {
        pga_error_set(error, PGA_ERROR_INPUT, "could not read \"%s\": %s", directory,
                      failure->message);
        return FALSE;
    }
    while (paths->len <= MAX_ENTRIES && (name = g_dir_read_name(dir))) {
        g_autofree char *path = *below ? g_strconcat(below, "/", name, NULL) : g_strdup(name);
        g_autofree char *full = g_build_filename(root, path, NULL);
        struct stat status;

        if (lstat(full, &status) == 0 && S_ISDIR(status.st_mode) && depth < MAX_DEPTH) {
            if (!walk(root, path, depth + 1, paths, error))
                return FALSE;
        } else {
            g_ptr_array_add(paths, g_steal_pointer(&path));
        }
    }
    return TRUE;
}
/* NOLINTEND(misc-no-recursion) */

GPtrArray *
pga_manifest_walk(const char *directory, GError **error)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

    if (!walk(directory, "", 0, paths, error))
        return NULL;
    g_ptr_array_sort(paths, pga_compare_texts);
    return g_steal_pointer(&paths);
}
