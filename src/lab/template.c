/* The template cache. Made under another name and renamed, so concurrent runs see a whole one or
 * none; a manifest beside the data tells when files were lost since. It belongs to us, not to the
 * lab's user, who therefore cannot change what later labs start from. */
#include "base/directory.h"
#include "template_internal.h"
#include "tree_copy_internal.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LAYOUT = 1, /* raised whenever initdb's arguments change */
    STALE_SECONDS = 3600,
};

#define DRAFT_PREFIX ".new-"

/* (nullable): NULL for who has no home: it is not for us to make one. */
static char *
cache_directory(void)
{
    const char *base = g_getenv("XDG_CACHE_HOME"), *home = g_get_home_dir();

    if (base && g_path_is_absolute(base))
        return g_build_filename(base, "pgarchitect", NULL);
    return g_file_test(home, G_FILE_TEST_IS_DIR)
               ? g_build_filename(home, ".cache", "pgarchitect", NULL)
               : NULL;
}

/* Others may neither write there nor have made it for us. */
static gboolean
is_ours(const char *directory)
{
    struct stat status;

    return lstat(directory, &status) == 0 && S_ISDIR(status.st_mode) &&
           status.st_uid == geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* (nullable): NULL when there is no server program, or no cache */
static char *
template_path(const PgaBinaries *binaries, PgaTemplateKind kind)
{
    g_autofree char *postgres = g_build_filename(binaries->bindir, "postgres", NULL);
    g_autofree char *cache = cache_directory();
    g_autofree char *identity = NULL, *digest = NULL, *name = NULL;
    struct stat status;

    if (!cache || stat(postgres, &status) != 0)
        return NULL;
    identity = g_strdup_printf("%s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, binaries->bindir,
                               binaries->version, (gint64)status.st_size, (gint64)status.st_mtime);
    digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, identity, -1);
    digest[16] = '\0';
    name = g_strdup_printf("template-%d-%s%s-%s", LAYOUT,
                           kind == PGA_TEMPLATE_TRIAL ? "trial-" : "", binaries->version, digest);
    return g_build_filename(cache, name, NULL);
}

static char *
manifest_text(const PgaTreeSize *size)
{
    return g_strdup_printf("files %" G_GUINT64_FORMAT " bytes %" G_GUINT64_FORMAT "\n",
                           size->n_files, size->bytes);
}

gboolean
pga_template_restore(const PgaBinaries *binaries, PgaTemplateKind kind, const PgaLabUser *user,
                     const char *data)
{
    g_autofree char *path = template_path(binaries, kind);
    g_autofree char *source = g_build_filename(path ? path : "", "data", NULL);
    g_autofree char *manifest = g_build_filename(path ? path : "", "manifest", NULL);
    g_autofree char *expected = NULL, *actual = NULL;
    PgaTreeSize size;

    if (!path || !is_ours(path))
        return FALSE;
    if (g_file_get_contents(manifest, &expected, NULL, NULL) &&
        pga_tree_copy(source, data, user->uid, user->gid, &size, NULL)) {
        actual = manifest_text(&size);
        if (strcmp(actual, expected) == 0)
            return TRUE;
    }
    pga_directory_remove_tree(data, NULL);
    pga_template_discard(binaries, kind);
    return FALSE;
}

/* What runs that were killed while they stored left behind. */
static void
remove_stale_drafts(const char *cache)
{
    g_autoptr(GDir) dir = g_dir_open(cache, 0, NULL);
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(cache, name, NULL);
        struct stat status;

        if (g_str_has_prefix(name, DRAFT_PREFIX) && lstat(path, &status) == 0 &&
            now - status.st_mtime > STALE_SECONDS)
            pga_directory_remove_tree(path, NULL);
    }
}

static gboolean
fill_draft(const char *draft, const char *data)
{
    g_autofree char *target = g_build_filename(draft, "data", NULL);
    g_autofree char *manifest = g_build_filename(draft, "manifest", NULL);
    g_autofree char *text = NULL;
    PgaTreeSize size;

    if (!pga_tree_copy(data, target, geteuid(), getegid(), &size, NULL))
        return FALSE;
    text = manifest_text(&size);
    return g_file_set_contents(manifest, text, -1, NULL);
}

void
pga_template_store(const PgaBinaries *binaries, PgaTemplateKind kind, const char *data)
{
    g_autofree char *path = template_path(binaries, kind);
    g_autofree char *cache = cache_directory();
    g_autofree char *draft = path ? g_build_filename(cache, DRAFT_PREFIX "XXXXXX", NULL) : NULL;

    if (!path || g_mkdir_with_parents(cache, 0700) != 0 || !is_ours(cache))
        return;
    remove_stale_drafts(cache);
    if (!g_mkdtemp_full(draft, 0700))
        return;
    /* rename() fails when a concurrent run was faster: its template is as good */
    if (!fill_draft(draft, data) || rename(draft, path) != 0)
        pga_directory_remove_tree(draft, NULL);
}

void
pga_template_discard(const PgaBinaries *binaries, PgaTemplateKind kind)
{
    g_autofree char *path = template_path(binaries, kind);

    if (path && is_ours(path))
        pga_directory_remove_tree(path, NULL);
}
