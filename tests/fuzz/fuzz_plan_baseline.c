/* Any bytes as the file of --check-regressions: refused with an error, or read; what is read can be
 * compared. */
#include <parse/plan_baseline.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
compare(const PgaPlannedState *state)
{
    g_autoptr(GPtrArray) changes = pga_plan_changes(state, state, 0.1);

    g_assert_cmpuint(changes->len, ==, state->statements->len);
    for (guint i = 0; i < changes->len; i++) {
        const PgaStatementChange *change = g_ptr_array_index(changes, i);

        g_assert_cmpint(change->fate, >=, PGA_FATE_NEVER);
        g_assert_cmpuint(strlen(change->fingerprint), ==, 16);
        if (change->plan_before) {
            g_autofree char *difference = pga_plan_difference(change->plan_before, change->text);

            g_assert_nonnull(difference);
        }
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPlannedState) state = NULL;

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, data, size), ==, size);
    state = pga_plan_baseline_read(path, &error);
    g_assert_true((state == NULL) == (error != NULL));
    if (state)
        compare(state);
    close(fd);
    return 0;
}
