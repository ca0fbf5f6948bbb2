/* An architecture as a directory of files: written beside its place under a name of its own, then
 * renamed: whole or not at all. */
#include "design_internal.h"

#include <base/directory.h>
#include <base/error.h>
#include <base/interrupt.h>
#include <base/manifest.h>

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

gboolean
pga_bundle_is_own(const char *path)
{
    static const char *const own[] = {"README.md", "architecture.json", PGA_MANIFEST, NULL};

    return g_strv_contains(own, path);
}

static gboolean
fail(GError **error, const char *what, const char *path)
{
    const int reason = errno;

    pga_error_set(error, PGA_ERROR_INPUT, "could not %s \"%s\": %s", what, path,
                  g_strerror(reason));
    return FALSE;
}

static gboolean
write_all(int fd, const char *text, gsize length)
{
    while (length > 0) {
        const gssize n = write(fd, text, length);

        if (n < 0 && errno != EINTR)
            return FALSE;
        if (n > 0) {
            text += n;
            length -= (gsize)n;
        }
    }
    return TRUE;
}

/* What the umask says about new files is not asked: a bundle has the same modes everywhere. */
static gboolean
write_file(const char *root, const PgaDesignFile *file, GError **error)
{
    g_autofree char *path = g_build_filename(root, file->path, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    gboolean good;
    int fd;

    if (g_mkdir_with_parents(folder, 0755) != 0)
        return fail(error, "make the directory", folder);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail(error, "write", path);
    good = write_all(fd, file->text, strlen(file->text)) &&
           fchmod(fd, file->is_executable ? 0755 : 0644) == 0 && fsync(fd) == 0;
    if (!good)
        fail(error, "write", path);
    close(fd);
    return good;
}

/* The folders below @root that the files made. */
static gboolean
open_folders(const char *root, const GPtrArray *files, GError **error)
{
    for (guint i = 0; i < files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(files, i);
        g_autofree char *folder = g_path_get_dirname(file->path);

        while (!g_str_equal(folder, ".")) {
            g_autofree char *path = g_build_filename(root, folder, NULL);
            char *above = g_path_get_dirname(folder);

            if (chmod(path, 0755) != 0) {
                g_free(above);
                return fail(error, "open", path);
            }
            g_free(folder);
            folder = above;
        }
    }
    return chmod(root, 0755) == 0 || fail(error, "open", root);
}

static gboolean
write_files(const char *root, const GPtrArray *files, GError **error)
{
    for (guint i = 0; i < files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(files, i);

        if (!pga_manifest_path_is_safe(file->path)) {
            pga_error_set(error, PGA_ERROR_INTERNAL, "\"%s\" is no path of a bundle", file->path);
            return FALSE;
        }
        if (pga_interrupt_check(error) || !write_file(root, file, error))
            return FALSE;
    }
    return open_folders(root, files, error);
}

static void
add_manifest(PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) manifest = pga_manifest_new();

    for (guint i = 0; i < architecture->files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(architecture->files, i);

        if (!g_str_equal(file->path, PGA_MANIFEST))
            pga_manifest_add(manifest, file->path, file->text, strlen(file->text));
    }
    pga_architecture_put_file(architecture, PGA_MANIFEST, pga_manifest_format(manifest));
}

/* Only what a bundle has may be replaced: what else stands there is somebody's work. */
static gboolean
may_replace(const char *directory, GError **error)
{
    g_autofree char *path = g_build_filename(directory, PGA_MANIFEST, NULL);
    g_autofree char *text = NULL;
    g_autoptr(GPtrArray) manifest = NULL, present = pga_manifest_walk(directory, error);
    gsize length = 0;

    if (!present)
        return FALSE;
    if (present->len == 0)
        return TRUE;
    if (g_file_get_contents(path, &text, &length, NULL))
        manifest = pga_manifest_parse(text, length, NULL);
    if (!manifest) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is no bundle", directory);
        pga_error_hint(error, "--force replaces an empty directory or a bundle only.");
        return FALSE;
    }
    for (guint i = 0; i < present->len; i++) {
        const char *name = g_ptr_array_index(present, i);

        if (!g_str_equal(name, PGA_MANIFEST) && !pga_manifest_find(manifest, name)) {
            pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" holds \"%s\", which is not the bundle's",
                          directory, name);
            pga_error_hint(error, "Move it away: --force would delete it.");
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
check_place(const char *directory, gboolean force, gboolean *is_there, GError **error)
{
    struct stat status;

    *is_there = lstat(directory, &status) == 0;
    if (!*is_there)
        return errno == ENOENT || fail(error, "use", directory);
    if (!S_ISDIR(status.st_mode)) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is there and is no directory", directory);
        return FALSE;
    }
    if (force)
        return may_replace(directory, error);
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is there already", directory);
    pga_error_hint(error, "Name another directory, or --force to replace a bundle.");
    return FALSE;
}

/* Without the slashes at its end: it gets siblings. */
static char *
trim(const char *directory)
{
    gsize length = strlen(directory);

    while (length > 1 && directory[length - 1] == '/')
        length--;
    return g_strndup(directory, length);
}

gboolean
pga_bundle_check_place(const char *directory, gboolean force, GError **error)
{
    g_autofree char *place = trim(directory);
    gboolean is_there = FALSE;

    return check_place(place, force, &is_there, error);
}

/* Both names at one go where the file system can; else the old one is aside for a moment. */
static gboolean
swap(const char *draft, const char *directory, GError **error)
{
    g_autofree char *aside = NULL;

    if (renameat2(AT_FDCWD, draft, AT_FDCWD, directory, RENAME_EXCHANGE) == 0)
        return pga_directory_remove_tree(draft, error);
    aside = g_strconcat(draft, ".old", NULL);
    if (rename(directory, aside) != 0)
        return fail(error, "replace", directory);
    if (rename(draft, directory) != 0) {
        fail(error, "replace", directory);
        (void)rename(aside, directory);
        return FALSE;
    }
    return pga_directory_remove_tree(aside, error);
}

static gboolean
put_in_place(const char *draft, const char *directory, gboolean is_there, GError **error)
{
    if (is_there)
        return swap(draft, directory, error);
    /* never into a directory that came in the meantime, as rename() does with an empty one */
    if (renameat2(AT_FDCWD, draft, AT_FDCWD, directory, RENAME_NOREPLACE) == 0)
        return TRUE;
    if (errno != EINVAL && errno != ENOSYS)
        return fail(error, "make", directory);
    return rename(draft, directory) == 0 || fail(error, "make", directory);
}

static char *
draft_name(const char *directory)
{
    g_autofree char *parent = g_path_get_dirname(directory);
    g_autofree char *base = g_path_get_basename(directory);
    g_autofree char *name = g_strdup_printf(".%s.XXXXXX", base);

    return g_build_filename(parent, name, NULL);
}

gboolean
pga_bundle_write(PgaArchitecture *architecture, const char *directory, gboolean force,
                 GError **error)
{
    g_autofree char *place = trim(directory), *draft = draft_name(place);
    gboolean is_there = FALSE;

    if (!check_place(place, force, &is_there, error))
        return FALSE;
    pga_architecture_put_file(architecture, "README.md", pga_bundle_readme(architecture));
    pga_architecture_put_file(architecture, "architecture.json",
                              pga_render_design_json(architecture));
    add_manifest(architecture);
    if (!g_mkdtemp(draft))
        return fail(error, "make a directory beside", place);
    if (write_files(draft, architecture->files, error) && !pga_interrupt_check(error) &&
        put_in_place(draft, place, is_there, error))
        return TRUE;
    (void)pga_directory_remove_tree(draft, NULL);
    return FALSE;
}
