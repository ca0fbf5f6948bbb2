/* What belongs beside the server: the pooler's file, the kernel, the service. */
#include <string.h>

#include "tuning.h"

static PgaTuning *
tune(gint64 gb, gint64 cores, gint64 connections, gint64 pool)
{
    PgaTuningInput *input = pga_tuning_input_new();

    input->stated_major = input->major = 17;
    pga_fact_set(&input->ram, gb << 30, PGA_ORIGIN_STATED, "--ram");
    pga_fact_set(&input->cores, cores, PGA_ORIGIN_STATED, "--cores");
    if (connections > 0)
        pga_fact_set(&input->connections, connections, PGA_ORIGIN_STATED, "--connections");
    if (pool > 0)
        pga_fact_set(&input->pool_size, pool, PGA_ORIGIN_STATED, "--pool-size");
    return pga_tune(input);
}

/* (nullable) */
static const char *
value(const GPtrArray *lines, const char *name)
{
    for (guint i = 0; i < lines->len; i++) {
        const PgaTuningLine *line = g_ptr_array_index(lines, i);

        if (g_strcmp0(line->name, name) == 0)
            return line->value;
    }
    return NULL;
}

static void
test_pool_fits(void)
{
    for (gint64 gb = 1; gb <= 1024; gb *= 2)
        for (gint64 cores = 1; cores <= 128; cores *= 2) {
            g_autoptr(PgaTuning) tuning = tune(gb, cores, 5000, 0);
            const PgaTuningPooler *pooler = &tuning->pooler;

            g_assert_cmpint(pooler->pool_size, >=, 1);
            g_assert_cmpint(pooler->max_client_conn, >=, 5000);
            g_assert_cmpint(pooler->max_db_connections, ==,
                            pooler->pool_size + pooler->reserve_pool_size);
            if (tuning->memory.max_connections >= 30) /* fewer leave no room at all */
                g_assert_cmpint(pooler->max_db_connections, <, tuning->memory.max_connections);
            g_assert_true(pooler->recommended);
        }
}

static void
test_pool_by_cores(void)
{
    g_autoptr(PgaTuning) tuning = tune(64, 8, 100, 0);

    g_assert_false(tuning->pooler.recommended);
    g_assert_cmpint(tuning->pooler.pool_size, ==, 17);
    g_assert_cmpstr(value(tuning->pooler.ini, "default_pool_size"), ==, "17");
    g_assert_cmpstr(value(tuning->pooler.ini, "pool_mode"), ==, "transaction");
    g_assert_nonnull(strstr(tuning->pooler.pgpool, "standbys"));
    g_assert_nonnull(value(tuning->pooler.breaks, "LISTEN"));
}

static void
test_stated_pool(void)
{
    g_autoptr(PgaTuning) tuning = tune(64, 8, 3000, 40);

    g_assert_true(tuning->pooler.recommended);
    g_assert_cmpint(tuning->pooler.pool_size, ==, 40);
    g_assert_cmpint(tuning->pooler.max_client_conn, ==, 3600);
}

/* A stated pool that max_connections leaves no room for; a small machine's few connections. */
static void
test_pool_on_small_machine(void)
{
    g_autoptr(PgaTuning) stated = tune(1, 4, 5000, 200);
    g_autoptr(PgaTuning) few = tune(1, 4, 5000, 0);

    g_assert_cmpint(stated->pooler.max_db_connections, <, stated->memory.max_connections);
    g_assert_cmpint(few->pooler.max_db_connections, <, few->memory.max_connections);
    g_assert_cmpint(2 * few->pooler.max_db_connections, >=, few->memory.max_connections);
}

/* The service's own bounds: a value that cannot be set proves nothing. */
static void
test_service_least(void)
{
    g_autoptr(PgaTuning) tuning = NULL;
    PgaTuningInput *input = test_machine(GB, 2, PGA_WORKLOAD_OLTP, 17);

    pga_fact_set(&input->connections, 1000, PGA_ORIGIN_STATED, NULL);
    pga_fact_set(&input->deployment, PGA_DEPLOYMENT_AZURE_POSTGRES, PGA_ORIGIN_STATED, NULL);
    tuning = pga_tune(input);
    g_assert_cmpint(tuning->memory.max_connections, >=, 25);
    g_assert_true(tuning->safe == (tuning->worst.total <= tuning->memory.ram_kb));
    g_assert_nonnull(strstr(test_formula(tuning, "max_connections"), "takes 25 at least"));
}

/* The sum is no proof where the service may not let its values be set. */
static void
test_unconfirmed(void)
{
    static const PgaDeployment all[] = {PGA_DEPLOYMENT_SELF_HOSTED, PGA_DEPLOYMENT_GCP_CLOUDSQL};

    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        PgaTuningInput *input = test_machine(64 * GB, 8, PGA_WORKLOAD_OLTP, 17);
        g_autoptr(PgaTuning) tuning = NULL;
        gboolean said = FALSE;

        pga_fact_set(&input->deployment, all[i], PGA_ORIGIN_STATED, NULL);
        tuning = pga_tune(input);
        for (guint j = 0; j < tuning->not_checked->len; j++) {
            const PgaNotChecked *entry = g_ptr_array_index(tuning->not_checked, j);

            said |= g_strcmp0(entry->rule, "tune-managed") == 0 &&
                    strstr(entry->why, "autovacuum_work_mem") != NULL;
        }
        g_assert_true(said == (i == 1));
    }
}

static void
test_huge_pages(void)
{
    g_autoptr(PgaTuning) large = tune(64, 8, 100, 0);
    g_autoptr(PgaTuning) counted = tune(64, 8, 100, 0);
    g_autoptr(PgaTuning) small = tune(4, 8, 20, 0);

    pga_tune_kernel(large, -1);
    g_assert_cmpint(large->kernel.huge_pages * 2048, >=, large->worst.shared);
    pga_tune_kernel(counted, 8500);
    g_assert_cmpstr(value(counted->kernel.sysctl, "vm.nr_hugepages"), ==, "8500");
    pga_tune_kernel(small, 600);
    g_assert_null(value(small->kernel.sysctl, "vm.nr_hugepages"));
}

static void
test_overcommit(void)
{
    g_autoptr(PgaTuning) fits = tune(64, 8, 100, 0);
    g_autoptr(PgaTuning) shared = tune(64, 8, 100, 0);
    const char *ratio;

    pga_tune_kernel(fits, -1);
    ratio = value(fits->kernel.sysctl, "vm.overcommit_ratio");
    g_assert_nonnull(ratio);
    g_assert_cmpint(g_ascii_strtoll(ratio, NULL, 10), >=, 80);
    g_assert_cmpint(g_ascii_strtoll(ratio, NULL, 10), <=, 100);
    shared->input->dedicated = FALSE;
    pga_tune_kernel(shared, -1);
    g_assert_null(value(shared->kernel.sysctl, "vm.overcommit_memory"));
    g_assert_nonnull(value(shared->kernel.limits, "TasksMax"));
}

static void
test_managed(void)
{
    g_autoptr(PgaTuning) tuning = tune(64, 8, 100, 0);

    pga_fact_set(&tuning->input->deployment, PGA_DEPLOYMENT_AURORA, PGA_ORIGIN_STATED, NULL);
    pga_tune_kernel(tuning, -1);
    g_assert_cmpuint(tuning->kernel.sysctl->len, ==, 0);
    g_assert_cmpuint(tuning->kernel.limits->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/advisor/pooler/fits-max-connections", test_pool_fits);
    g_test_add_func("/advisor/pooler/by-cores", test_pool_by_cores);
    g_test_add_func("/advisor/pooler/stated", test_stated_pool);
    g_test_add_func("/advisor/pooler/on-a-small-machine", test_pool_on_small_machine);
    g_test_add_func("/advisor/managed/least-of-the-service", test_service_least);
    g_test_add_func("/advisor/managed/unconfirmed-is-said", test_unconfirmed);
    g_test_add_func("/advisor/kernel/huge-pages", test_huge_pages);
    g_test_add_func("/advisor/kernel/overcommit", test_overcommit);
    g_test_add_func("/advisor/kernel/managed", test_managed);
    return g_test_run();
}
