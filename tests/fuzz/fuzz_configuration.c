/* Any bytes as the files of --config and --rows: refused with an error, or read. */
#include <math.h>
#include <parse/configuration.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
check_configuration(const char *path)
{
    static const PgaConfigurationTerm terms[] = {
        {"fk-missing-index", {"min_rows", "min_bytes"}, {"rows", "bytes"}},
        {"no-primary-key", {NULL}, {NULL}}};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaConfiguration) configuration =
        pga_configuration_read(path, terms, G_N_ELEMENTS(terms), &error);

    g_assert_true((configuration == NULL) == (error != NULL));
}

static void
check_rows(const char *path)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(PgaStatedRows));
    g_autoptr(GError) error = NULL;
    gboolean done;

    g_array_set_clear_func(rows, (GDestroyNotify)pga_stated_rows_clear);
    done = pga_stated_rows_read(path, rows, &error);
    g_assert_true(done == (error == NULL));
    for (guint i = 0; i < rows->len; i++)
        g_assert_true(isfinite(g_array_index(rows, PgaStatedRows, i).rows));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, data, size), ==, size);
    check_configuration(path);
    check_rows(path);
    close(fd);
    return 0;
}
