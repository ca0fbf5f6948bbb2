/* Whole configurations of odd machines, started on the servers that are here: each value as it was
 * set, and no more shared memory than the sum has. */
#include <app/tune.h>
#include <lab/binaries.h>

typedef struct {
    const char *name, *ram, *cores, *storage, *workload, *connections, *pool_size;
    const char *with[4];
} Machine;

static const Machine machines[] = {
    {"usual", "64GB", "16", "nvme", "oltp", "300", NULL, {"archiving", "standby", NULL}},
    {"crowded", "16GB", "8", "ssd", "htap", "5000", "50", {"logical-replication", NULL}},
    {"hopeless", "768MB", "4", "network", "olap", "5000", NULL, {NULL}},
    {"huge", "1TB", "128", "nvme", "olap", "60", NULL, {"incremental-backup", NULL}},
};

static const PgaTuningProof *
assert_proof(const PgaTuneReport *report)
{
    const PgaTuningProof *proof;

    g_assert_cmpuint(report->tuning->proof->len, ==, 1);
    proof = g_ptr_array_index(report->tuning->proof, 0);
    g_test_message("PostgreSQL %s: %s", proof->version, proof->outcome);
    g_assert_true(proof->started);
    g_assert_cmpuint(proof->mismatches->len, ==, 0);
    g_assert_true(proof->as_set);
    return proof;
}

static void
test_major(gconstpointer data)
{
    const guint major = GPOINTER_TO_UINT(data);
    g_autofree char *version = g_strdup_printf("%u", major);

    for (guint i = 0; i < G_N_ELEMENTS(machines); i++) {
        const Machine *machine = &machines[i];
        const PgaTuneRequest request = {
            .from = {.ram = machine->ram},
            .cores = machine->cores,
            .storage = machine->storage,
            .workload_type = machine->workload,
            .connections = machine->connections,
            .pool_size = machine->pool_size,
            .pg_version = version,
            .with = machine->with,
        };
        g_autoptr(GError) error = NULL;
        g_autoptr(PgaTuneReport) report = pga_app_tune(&request, &error);
        const PgaTuningProof *proof;

        g_assert_no_error(error);
        g_test_message("%s", machine->name);
        proof = assert_proof(report);
        g_assert_cmpuint(proof->n_settings, >, 70);
        if (major >= 15) /* PostgreSQL counts for itself */
            g_assert_cmpint(proof->shared_memory_kb, >, 0);
        g_assert_cmpint(proof->shared_memory_kb, <=, proof->inequality_kb);
    }
}

/* A newer major than there is, and none here: nothing is claimed. */
static void
test_no_server(void)
{
    const PgaTuneRequest request = {.from = {.ram = "16GB"}, .cores = "4", .pg_version = "29"};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaTuneReport) report = pga_app_tune(&request, &error);
    const PgaNotChecked *last;

    g_assert_no_error(error);
    g_assert_cmpuint(report->tuning->proof->len, ==, 0);
    g_assert_cmpuint(report->tuning->not_checked->len, >, 0);
    last = g_ptr_array_index(report->tuning->not_checked, report->tuning->not_checked->len - 1);
    g_assert_cmpstr(last->what, ==, "whether a server starts with the settings");
    g_assert_false(report->complete);
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
        const guint major = ((const PgaBinaries *)g_ptr_array_index(found, i))->version_num / 10000;
        g_autofree char *path = g_strdup_printf("/app/tune-proof/%u", major);

        if (major == last || major < 14)
            continue;
        last = major;
        g_test_add_data_func(path, GUINT_TO_POINTER(major), test_major);
    }
    g_test_add_func("/app/tune-proof/no-server", test_no_server);
    return g_test_run();
}
