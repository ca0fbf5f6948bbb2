/* Configurations on trial: what is set comes back, what is wrong is told, on every server here. */
#include <base/error.h>
#include <lab/binaries.h>
#include <lab/trial.h>
#include <string.h>

/* (transfer full) */
static PgaTrial *
try(const PgaBinaries *binaries, const char *configuration, const char *const *overrides)
{
    const PgaLabOptions options = {
        .bindir = binaries->bindir,
        .want_major = binaries->version_num / 10000,
    };
    g_autoptr(PgaTrial) trial = pga_trial_new(configuration, overrides);
    g_autoptr(GError) error = NULL;

    g_assert_true(pga_lab_try(&options, trial, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(trial->version, ==, binaries->version);
    return g_steal_pointer(&trial);
}

static void
test_read_back(gconstpointer data)
{
    const PgaBinaries *binaries = data;
    g_autoptr(PgaTrial) trial =
        try(binaries, "shared_buffers = 64MB\nwork_mem = 7MB\nrandom_page_cost = 1.25\n", NULL);

    g_assert_null(trial->failure);
    g_assert_cmpstr(g_hash_table_lookup(trial->values, "shared_buffers"), ==, "8192");
    g_assert_cmpstr(g_hash_table_lookup(trial->values, "work_mem"), ==, "7168");
    g_assert_cmpstr(g_hash_table_lookup(trial->values, "random_page_cost"), ==, "1.25");
    g_assert_cmpstr(g_hash_table_lookup(trial->values, "listen_addresses"), ==, "");
}

/* More than any machine has: only read, then started with less. */
static void
test_overrides(gconstpointer data)
{
    const PgaBinaries *binaries = data;
    const char *const overrides[] = {"shared_buffers=32MB", NULL};
    g_autoptr(PgaTrial) trial = try(binaries, "shared_buffers = 4TB\n", overrides);
    const gint64 four_tb = G_GINT64_CONSTANT(4) << 30; /* in kB */

    g_assert_null(trial->failure);
    g_assert_cmpstr(g_hash_table_lookup(trial->values, "shared_buffers"), ==, "4096");
    if (binaries->version_num < 150000)
        g_assert_cmpint(trial->shared_memory_kb, ==, -1);
    else
        g_assert_cmpint(trial->shared_memory_kb, >, four_tb);
}

static void
assert_refused(const PgaBinaries *binaries, const char *configuration, const char *says)
{
    g_autoptr(PgaTrial) trial = try(binaries, configuration, NULL);

    g_assert_nonnull(trial->failure);
    g_test_message("%s", trial->failure);
    g_assert_nonnull(strstr(trial->failure, says));
    g_assert_cmpuint(g_hash_table_size(trial->values), ==, 0);
}

static void
test_refused(gconstpointer data)
{
    assert_refused(data, "shared_buffers = much\n", "configuration file");
    /* every value is right, but the server does not come up */
    assert_refused(data, "shared_preload_libraries = 'no_such_library'\n", "no_such_library");
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) found = NULL;
    guint last = 0;

    g_test_init(&argc, &argv, NULL);
    found = pga_binaries_find(NULL, NULL);
    g_assert_nonnull(found);
    for (guint i = 0; i < found->len; i++) {
        const PgaBinaries *binaries = g_ptr_array_index(found, i);
        const guint major = binaries->version_num / 10000;
        g_autofree char *path = g_strdup_printf("/lab/trial/%u/", major);
        g_autofree char *read_back = g_strconcat(path, "read-back", NULL);
        g_autofree char *overrides = g_strconcat(path, "overrides", NULL);
        g_autofree char *refused = g_strconcat(path, "refused", NULL);

        if (major == last || major < 14)
            continue;
        last = major;
        g_test_add_data_func(read_back, binaries, test_read_back);
        g_test_add_data_func(overrides, binaries, test_overrides);
        g_test_add_data_func(refused, binaries, test_refused);
    }
    return g_test_run();
}
