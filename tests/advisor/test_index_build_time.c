/* Build times foretold beside those measured: CREATE INDEX CONCURRENTLY, PostgreSQL 15, one
 * process, its processor time, tables in memory, maintenance_work_mem 64 MB. */
#include <advisor/index_build_time.h>

#define MEMORY 67108864

typedef struct {
    const char *name, *amname;
    double rows, entries, heap_mb, mb;
    gboolean has_text;
    double seconds; /* measured */
} Case;

static const Case cases[] = {
    {"integer-in-order", "btree", 4e6, 4e6, 241, 89.9, FALSE, 1.62},
    {"integer", "btree", 4e6, 4e6, 241, 89.9, FALSE, 2.97},
    {"hundred-values", "btree", 4e6, 4e6, 241, 27.8, FALSE, 3.17},
    {"timestamp", "btree", 4e6, 4e6, 241, 89.9, FALSE, 3.02},
    {"two-columns", "btree", 4e6, 4e6, 241, 126.2, FALSE, 3.85},
    {"include", "btree", 4e6, 4e6, 241, 126, FALSE, 2.60},
    {"partial", "btree", 4e6, 80322, 241, 1.8, FALSE, 0.63},
    {"brin", "brin", 4e6, 4e6, 241, 0.03, FALSE, 1.90},
    {"text", "btree", 2e6, 2e6, 234, 118.1, TRUE, 3.83},
    {"text-shared-prefix", "btree", 2e6, 2e6, 234, 49.4, TRUE, 3.24},
    {"text-thousand-values", "btree", 2e6, 2e6, 234, 14.7, TRUE, 1.91},
    {"numeric", "btree", 2e6, 2e6, 234, 62.7, FALSE, 1.50},
    {"lower", "btree", 2e6, 2e6, 234, 49.4, TRUE, 3.89},
    {"wide-rows", "btree", 1e6, 1e6, 745, 22.5, FALSE, 0.96},
    {"wide-rows-partial", "btree", 1e6, 10054, 745, 0.2, FALSE, 0.44},
    {"small", "btree", 2e5, 2e5, 7, 4.5, FALSE, 0.10},
    {"jsonb", "gin", 4e5, 4e5, 99, 39.5, FALSE, 3.42},
    {"jsonb-paths", "gin", 4e5, 4e5, 99, 26.1, FALSE, 1.86},
    {"arrays", "gin", 4e5, 4e5, 99, 4.1, FALSE, 0.39},
    {"words", "gin", 4e5, 4e5, 99, 18.4, TRUE, 5.59},
    {"trigrams", "gin", 4e5, 4e5, 99, 35.8, TRUE, 7.69},
    {"lexemes", "gin", 6e5, 6e5, 182, 8.9, TRUE, 1.47},
    {"hash", "hash", 6e5, 6e5, 182, 16.8, FALSE, 1.30},
    {"hash-of-text", "hash", 2e6, 2e6, 234, 67.1, TRUE, 3.08},
    {"addresses", "gist", 6e5, 6e5, 182, 16.5, FALSE, 4.48},
    {"points", "gist", 6e5, 6e5, 182, 40.2, FALSE, 1.20},
    {"ranges", "gist", 6e5, 6e5, 182, 37.7, FALSE, 2.15},
    {"word-signatures", "gist", 6e5, 6e5, 182, 26.0, TRUE, 9.70},
    {"quadtree", "spgist", 6e5, 6e5, 182, 27.8, FALSE, 2.03},
    {"radix-tree", "spgist", 6e5, 6e5, 182, 43.9, TRUE, 2.01},
};

static void
test_measured(gconstpointer data)
{
    const Case *c = data;
    const PgaIndexBuild build = {
        .amname = c->amname,
        .rows = c->rows,
        .entries = c->entries,
        .heap_bytes = (gint64)(c->heap_mb * 1e6),
        .bytes = (gint64)(c->mb * 1e6),
        .memory = MEMORY,
        .has_text = c->has_text,
    };
    PgaBuildTime time;

    pga_index_build_time(&build, &time);
    g_test_message("%.2f s measured, %.2f s foretold, %.2f s from disk", c->seconds, time.in_memory,
                   time.from_disk);
    g_assert_cmpfloat(time.in_memory, <, 2.5 * c->seconds);
    g_assert_cmpfloat(time.in_memory, >, c->seconds / 2.5);
    g_assert_cmpfloat(time.from_disk, >=, time.in_memory + 2 * c->heap_mb / 100);
    g_free(time.method);
}

/* Runs that do not fit are written and read. */
static void
test_external(void)
{
    PgaIndexBuild build = {"btree", 1e6, 1e6, 100000000, 200000000, MEMORY, FALSE};
    PgaBuildTime within, beyond;

    pga_index_build_time(&build, &beyond);
    build.memory = 0;
    pga_index_build_time(&build, &within);
    g_assert_cmpfloat_with_epsilon(beyond.from_disk, within.from_disk + 4, 1e-6);
    g_assert_cmpfloat_with_epsilon(beyond.in_memory, within.in_memory, 1e-6);
    g_assert_cmpstr(within.method, ==,
                    "rough: 100 MB read twice, from disk at 100 MB/s; 1 M rows sorted");
    g_assert_cmpstr(beyond.method, ==,
                    "rough: 100 MB read twice, from disk at 100 MB/s; 1 M rows sorted beyond "
                    "maintenance_work_mem");
    g_free(within.method);
    g_free(beyond.method);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/advisor/build-time/%s", cases[i].name);

        g_test_add_data_func(name, &cases[i], test_measured);
    }
    g_test_add_func("/advisor/build-time/beyond-memory", test_external);
    return g_test_run();
}
