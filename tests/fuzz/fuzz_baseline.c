/* Any bytes as the file of --baseline: refused with an error, or read. */
#include <parse/baseline.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
check_entries(const PgaBaseline *baseline)
{
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, baseline->entries);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const PgaBaselineEntry *entry = value;

        g_assert_cmpuint(strlen(key), ==, 16);
        g_assert_nonnull(entry->rule);
        g_assert_false(entry->seen);
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaBaseline) baseline = NULL;

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, data, size), ==, size);
    baseline = pga_baseline_read(path, &error);
    g_assert_true((baseline == NULL) == (error != NULL));
    if (baseline)
        check_entries(baseline);
    close(fd);
    return 0;
}
