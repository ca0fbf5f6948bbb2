/* What entries cost beside what they took: 100,000 rows inserted with and without the index,
 * processor time, PostgreSQL 15, all in memory. */
#include <advisor/index_entry.h>

typedef struct {
    const char *name, *amname;
    double bytes;        /* a row */
    double us, us_btree; /* an entry's; a B-tree entry's in the same run */
} Case;

static const Case cases[] = {
    {"integer", "btree", 22.5, 3.9, 3.9},
    {"timestamp-and-text-too", "btree", 27, 4.6, 4.5},
    {"array-of-3", "gin", 8.3, 1.1, 3.9},
    {"jsonb-of-3", "gin", 83.7, 6.7, 3.9},
    {"jsonb-paths-of-3", "gin", 64.2, 3.3, 3.9},
    {"12-words", "gin", 49.8, 8.5, 3.9},
    {"trigrams-of-90-letters", "gin", 101.8, 21.1, 3.9},
    {"trigrams-of-22-letters", "gin", 46.6, 7.6, 3.9},
    {"points", "gist", 67, 7.3, 4.5},
    {"quadtree", "spgist", 46, 4.1, 4.5},
    {"hash", "hash", 28, 2.0, 4.5},
};

static void
test_measured(gconstpointer data)
{
    const Case *c = data;
    const double real = c->us / c->us_btree,
                 foretold = pga_index_entry_factor(c->amname, (gint64)(c->bytes * 500000), 500000);

    g_test_message("%.2f measured, %.2f foretold", real, foretold);
    g_assert_cmpfloat(foretold, <, 2.5 * real);
    g_assert_cmpfloat(foretold, >, real / 2.5);
}

/* Of a table that is empty yet, or whose size nobody knows, an index says nothing. */
static void
test_unknown(void)
{
    g_assert_cmpfloat(pga_index_entry_factor("gin", -1, 1000), ==, 2);
    g_assert_cmpfloat(pga_index_entry_factor("gin", 16384, 1), ==, 2);
    g_assert_cmpfloat(pga_index_entry_factor("gin", 1000000, 0), ==, 2);
    g_assert_cmpfloat(pga_index_entry_factor("gin", 1000000, 1), ==, 10);
    g_assert_cmpfloat(pga_index_entry_factor("brin", 24576, 500000), ==, 0.1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/advisor/index-entry/%s", cases[i].name);

        g_test_add_data_func(name, &cases[i], test_measured);
    }
    g_test_add_func("/advisor/index-entry/unknown", test_unknown);
    return g_test_run();
}
