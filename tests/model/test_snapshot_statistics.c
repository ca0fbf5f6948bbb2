/* What rules see of a column's statistics, found in its row of pg_statistic. That it is what the
 * server's own query says, snapshots of real servers show. */
#include <math.h>
#include <model/snapshot.h>

#define LONG "0123456789012345678901234567890123456789012345678901234567890123"

static PgaColumnStatistics *
column_new(void)
{
    PgaColumnStatistics *column = pga_record_new(&pga_column_statistics_type);

    column->null_frac = g_strdup("0.5");
    column->n_distinct = g_strdup("-0.25");
    column->width = 12;
    return column;
}

static void
column_free(PgaColumnStatistics *column)
{
    pga_record_free(&pga_column_statistics_type, column);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaColumnStatistics, column_free)

static void
attribute_free(PgaAttribute *attribute)
{
    pga_record_free(&pga_attribute_type, attribute);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaAttribute, attribute_free)

static void
stats_free(PgaAttributeStats *stats)
{
    pga_record_free(&pga_attribute_stats_type, stats);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaAttributeStats, stats_free)

static void
set_slot(PgaColumnStatistics *column, guint slot, gint16 kind, const char *numbers,
         const char *values)
{
    column->slots[slot].kind = kind;
    column->slots[slot].numbers = g_strdup(numbers);
    column->slots[slot].values = g_strdup(values);
}

/* (transfer full): {0,1,2…} */
static char *
series(guint n)
{
    GString *text = g_string_new("{");

    for (guint i = 0; i < n; i++)
        g_string_append_printf(text, "%s%u", i ? "," : "", i);
    return g_string_free(g_string_append_c(text, '}'), FALSE);
}

static PgaAttribute *
strings_new(void)
{
    PgaAttribute *attribute = pga_record_new(&pga_attribute_type);

    attribute->typcategory = 'S';
    return attribute;
}

static void
test_whole(void)
{
    g_autoptr(PgaAttribute) attribute = strings_new();
    g_autoptr(PgaColumnStatistics) column = column_new();
    g_autoptr(PgaAttributeStats) stats = NULL;

    set_slot(column, 0, 1, "{0.5,0.125}", "{" LONG "4,\"äöü\"}");
    set_slot(column, 1, 2, NULL, "{a,b,c}");
    set_slot(column, 3, 3, "{-1}", NULL);
    stats = pga_snapshot_stats(attribute, column);
    g_assert_cmpfloat(stats->null_frac, ==, 0.5);
    g_assert_cmpfloat(stats->n_distinct, ==, -0.25);
    g_assert_cmpint(stats->avg_width, ==, 12);
    g_assert_cmpfloat(stats->correlation, ==, -1);
    g_assert_cmpstr(g_ptr_array_index(stats->mcv, 0), ==, LONG);
    g_assert_cmpstr(g_ptr_array_index(stats->mcv, 1), ==, "äöü");
    g_assert_cmpfloat(g_array_index(stats->mcv_freqs, double, 1), ==, 0.125);
    g_assert_cmpuint(stats->histogram->len, ==, 3);
}

/* A hundred values, of the bounds every third one and the last. */
static void
test_many(void)
{
    g_autoptr(PgaAttribute) attribute = strings_new();
    g_autoptr(PgaColumnStatistics) column = column_new();
    g_autofree char *values = series(300), *bounds = series(302);
    g_autoptr(PgaAttributeStats) stats = NULL;

    set_slot(column, 0, 1, values, values);
    set_slot(column, 1, 2, NULL, bounds);
    stats = pga_snapshot_stats(attribute, column);
    g_assert_cmpuint(stats->mcv->len, ==, 100);
    g_assert_cmpuint(stats->mcv_freqs->len, ==, 100);
    g_assert_cmpstr(g_ptr_array_index(stats->histogram, 1), ==, "3");
    g_assert_cmpuint(stats->histogram->len, ==, 102);
    g_assert_cmpstr(g_ptr_array_index(stats->histogram, 101), ==, "301");
}

static void
test_types(void)
{
    const struct {
        const char *basetype;
        PgaOid type;
        gboolean has_values;
    } cases[] = {{NULL, 23, TRUE},
                 {NULL, 1700, TRUE},
                 {NULL, 1184, FALSE},
                 {"integer", 99, TRUE},
                 {"interval", 99, FALSE},
                 {"numeric(5,2)", 99, TRUE},
                 {"double precision", 99, FALSE}};
    g_autoptr(PgaColumnStatistics) column = column_new();

    set_slot(column, 0, 1, "{1}", "{1}");
    set_slot(column, 1, 2, NULL, "{1,2}");
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgaAttribute) attribute = pga_record_new(&pga_attribute_type);
        g_autoptr(PgaAttributeStats) stats = NULL;

        attribute->atttypid = cases[i].type;
        attribute->basetype = g_strdup(cases[i].basetype);
        stats = pga_snapshot_stats(attribute, column);
        g_assert_cmpint(stats->mcv != NULL, ==, cases[i].has_values);
        g_assert_cmpint(stats->histogram != NULL, ==, cases[i].has_values);
        g_assert_true(isnan(stats->correlation));
    }
}

/* What a server never writes is no list. */
static void
test_hostile(void)
{
    static const char *const lists[] = {"", "{", "{}", "{a,b", "\xff", "{{a},{b}}"};
    g_autoptr(PgaAttribute) attribute = strings_new();
    g_autofree char *long_list = series(1000002);

    for (guint i = 0; i <= G_N_ELEMENTS(lists); i++) {
        g_autoptr(PgaColumnStatistics) column = column_new();
        const char *text = i < G_N_ELEMENTS(lists) ? lists[i] : long_list;
        g_autoptr(PgaAttributeStats) stats = NULL;

        set_slot(column, 0, 1, "{0.5}", text);
        set_slot(column, 1, 2, "x", text);
        set_slot(column, 2, 3, "x", NULL);
        stats = pga_snapshot_stats(attribute, column);
        g_assert_null(stats->mcv);
        g_assert_null(stats->mcv_freqs);
        g_assert_null(stats->histogram);
        g_assert_true(isnan(stats->correlation));
    }
}

static void
test_follow(void)
{
    g_autoptr(PgaAttribute) attribute = strings_new();
    g_autoptr(PgaColumnStatistics) column = column_new();
    PgaAttributeStats *stats;

    set_slot(column, 0, 1, "{0.5,0.1}", "{a,b}");
    g_assert_false(pga_snapshot_stats_follow(attribute, column));
    attribute->stats = stats = pga_snapshot_stats(attribute, column);
    g_assert_true(pga_snapshot_stats_follow(attribute, column));
    stats->avg_width++;
    g_assert_false(pga_snapshot_stats_follow(attribute, column));
    stats->avg_width--;
    g_array_index(stats->mcv_freqs, double, 1) = 0.2;
    g_assert_false(pga_snapshot_stats_follow(attribute, column));
    g_array_index(stats->mcv_freqs, double, 1) = 0.1;
    g_free(g_ptr_array_index(stats->mcv, 1));
    g_ptr_array_index(stats->mcv, 1) = g_strdup("c");
    g_assert_false(pga_snapshot_stats_follow(attribute, column));
    g_clear_pointer(&stats->mcv, g_ptr_array_unref);
    g_assert_false(pga_snapshot_stats_follow(attribute, column));
}

static void
test_is_of(void)
{
    PgaRelation relation = {.oid = 5, .relkind = 'r'};
    PgaColumnStatistics column = {.relation = 5};

    g_assert_true(pga_column_statistics_is_of(&column, &relation));
    column.inherited = TRUE;
    g_assert_false(pga_column_statistics_is_of(&column, &relation));
    relation.relkind = 'p';
    g_assert_true(pga_column_statistics_is_of(&column, &relation));
    relation.oid = 6;
    g_assert_false(pga_column_statistics_is_of(&column, &relation));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/snapshot-statistics/all-of-a-column", test_whole);
    g_test_add_func("/model/snapshot-statistics/a-hundred-of-many", test_many);
    g_test_add_func("/model/snapshot-statistics/values-of-some-types-only", test_types);
    g_test_add_func("/model/snapshot-statistics/what-is-no-list", test_hostile);
    g_test_add_func("/model/snapshot-statistics/whether-they-are-the-same", test_follow);
    g_test_add_func("/model/snapshot-statistics/whose-they-are", test_is_of);
    return g_test_run();
}
