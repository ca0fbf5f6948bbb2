/* Any bytes as a bundle's MANIFEST: refused with an error, or read; what is read names safe paths
 * once each, and is written so that it is read again as the same. */
#include <base/manifest.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
check_entries(const GPtrArray *manifest)
{
    for (guint i = 0; i < manifest->len; i++) {
        const PgaManifestEntry *entry = g_ptr_array_index(manifest, i);

        g_assert_true(pga_manifest_path_is_safe(entry->path));
        g_assert_cmpuint(strlen(entry->sha256), ==, 64);
        g_assert_true(pga_manifest_find(manifest, entry->path) == entry);
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autofree char *text = g_malloc0(size + 1), *written = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) manifest = NULL, again = NULL;

    if (size > 0)
        memcpy(text, data, size);
    manifest = pga_manifest_parse(text, size, &error);
    g_assert_true((manifest == NULL) == (error != NULL));
    if (!manifest)
        return 0;
    check_entries(manifest);
    written = pga_manifest_format(manifest);
    again = pga_manifest_parse(written, strlen(written), NULL);
    g_assert_nonnull(again);
    g_assert_cmpuint(again->len, ==, manifest->len);
    return 0;
}
