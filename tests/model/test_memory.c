/* The memory inequality against 200 machines computed independently of this code. */
#include <string.h>

#include <jansson.h>

#include <model/memory.h>

static gint64
number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (json_is_boolean(value))
        return json_is_true(value);
    g_assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void
read_settings(const json_t *input, PgaMemorySettings *s)
{
    const char *workload = json_string_value(json_object_get(input, "workload"));

    *s = (PgaMemorySettings){
        .major = (guint)number(input, "pg"),
        .ram_kb = number(input, "ram_kb"),
        .shared_memory_kb = -1,
        .shared_buffers_kb = number(input, "shared_buffers_kb"),
        .wal_buffers_kb = number(input, "wal_buffers_kb"),
        .max_locks_per_transaction = number(input, "max_locks_per_transaction"),
        .max_prepared_transactions = number(input, "max_prepared_transactions"),
        .max_connections = number(input, "max_connections"),
        .pool_size = number(input, "pool_size"),
        .max_parallel_workers = number(input, "max_parallel_workers"),
        .hash_mem_multiplier_x100 = number(input, "hash_mem_multiplier_x100"),
        .work_mem_kb = number(input, "work_mem_kb"),
        .maintenance_work_mem_kb = number(input, "maintenance_work_mem_kb"),
        .autovacuum_work_mem_kb = number(input, "autovacuum_work_mem_kb"),
        .autovacuum_max_workers = number(input, "autovacuum_max_workers"),
        .logical_walsenders = number(input, "logical_walsenders"),
        .logical_decoding_work_mem_kb = number(input, "logical_decoding_work_mem_kb"),
        .temp_sessions = number(input, "temp_sessions"),
        .temp_buffers_kb = number(input, "temp_buffers_kb"),
        .huge_pages = number(input, "huge_pages") != 0,
    };
    g_assert_true(pga_workload_class_parse(workload, &s->workload, NULL));
}

static void
compare(const json_t *vector)
{
    const json_t *output = json_object_get(vector, "output");
    PgaMemorySettings settings;
    PgaMemorySum sum;

    read_settings(json_object_get(vector, "input"), &settings);
    pga_memory_sum(&settings, 100, &sum);

    g_assert_cmpint(sum.shared, ==, number(output, "M_shared"));
    g_assert_cmpint(sum.work, ==, number(output, "M_work"));
    g_assert_cmpint(sum.maintenance, ==, number(output, "M_maint"));
    g_assert_cmpint(sum.fixed, ==, number(output, "M_fixed"));
    g_assert_cmpint(sum.os, ==, number(output, "M_os"));
    g_assert_cmpint(sum.total, ==, number(output, "total"));
    g_assert_cmpint(sum.total <= settings.ram_kb, ==, number(output, "safe"));
    g_assert_cmpint(pga_memory_max_work_mem_kb(&settings), ==,
                    number(output, "max_safe_work_mem_kb"));
    if (json_object_get(output, "max_connections_at_4MB")) {
        settings.work_mem_kb = 4096;
        g_assert_cmpint(pga_memory_max_connections(&settings), ==,
                        number(output, "max_connections_at_4MB"));
    }
}

static void
test_vectors(void)
{
    const char *stated = g_getenv("PGA_SHARED");
    g_autofree char *path = g_build_filename(stated ? stated : PGA_SHARED, "fixtures",
                                             "memory-proof-vectors.jsonl", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    guint n = 0;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        g_test_skip("memory-proof-vectors.jsonl is not here");
        return;
    }
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        json_t *vector = *lines[i] ? json_loads(lines[i], 0, NULL) : NULL;

        if (!vector)
            continue;
        compare(vector);
        json_decref(vector);
        n++;
    }
    g_assert_cmpuint(n, ==, 200);
}

static void
test_what_a_server_computes(void)
{
    PgaMemorySettings settings = {.major = 17,
                                  .shared_memory_kb = 150000,
                                  .shared_buffers_kb = 131072,
                                  .wal_buffers_kb = 4096};
    PgaMemorySum sum;

    pga_memory_sum(&settings, 100, &sum);
    g_assert_cmpint(sum.shared, ==, 150000);
}

static void
test_nothing_fits(void)
{
    PgaMemorySettings settings = {.major = 17,
                                  .ram_kb = 524288,
                                  .shared_memory_kb = -1,
                                  .max_connections = 100,
                                  .work_mem_kb = 4096};

    g_assert_cmpint(pga_memory_max_work_mem_kb(&settings), ==, 0);
    g_assert_cmpint(pga_memory_max_connections(&settings), ==, 0);
}

/* A pooler caps the sessions that work at once, whatever max_connections allows. */
static void
test_pool(void)
{
    PgaMemorySettings settings = {.max_connections = 1000,
                                  .work_mem_kb = 65536,
                                  .maintenance_work_mem_kb = 65536,
                                  .autovacuum_work_mem_kb = -1,
                                  .hash_mem_multiplier_x100 = 200};
    PgaMemorySum direct, pooled;

    pga_memory_sum(&settings, 100, &direct);
    settings.pool_size = 50;
    pga_memory_sum(&settings, 100, &pooled);
    g_assert_cmpint(pooled.total, <, direct.total);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/memory/equals-an-independent-computation", test_vectors);
    g_test_add_func("/model/memory/takes-what-the-server-computes", test_what_a_server_computes);
    g_test_add_func("/model/memory/zero-when-nothing-fits", test_nothing_fits);
    g_test_add_func("/model/memory/pool-caps-the-sessions", test_pool);
    return g_test_run();
}
