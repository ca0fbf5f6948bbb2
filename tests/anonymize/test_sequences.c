/* Sequences after their columns were moved. */
#include <model/catalog.h>

#include "sequences_internal.h"

static PgaSequence *
add_sequence(PgaCatalog *catalog, const char *type, gint64 max_value, gint64 last_value)
{
    PgaSequence *sequence = pga_catalog_add_sequence(catalog, 1, "public", type);

    sequence->type = g_strdup(type);
    sequence->min_value = sequence->start_value = 1;
    sequence->max_value = max_value;
    sequence->last_value = last_value;
    sequence->readable = sequence->is_called = TRUE;
    return sequence;
}

static void
test_moved(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    const PgaSequence *sequence = add_sequence(catalog, "integer", G_MAXINT32, 4000);
    PgaSequence *fresh = add_sequence(catalog, "integer", G_MAXINT32, 1);

    fresh->is_called = FALSE;
    pga_sequences_move(catalog, 700);
    g_assert_cmpint(sequence->min_value, ==, 1);
    g_assert_cmpint(sequence->start_value, ==, 1);
    g_assert_cmpint(sequence->last_value, ==, 4700);
    g_assert_cmpint(sequence->max_value, ==, G_MAXINT32);
    g_assert_cmpint(fresh->last_value, ==, 1);
}

static void
test_widened(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    const PgaSequence *limited = add_sequence(catalog, "bigint", 9999, 4000);

    pga_sequences_move(catalog, 7000);
    g_assert_cmpint(limited->last_value, ==, 11000);
    g_assert_cmpint(limited->max_value, ==, 11000);
    pga_sequences_move(catalog, -20000);
    g_assert_cmpint(limited->min_value, ==, -9000);
}

static void
test_ends(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    const PgaSequence *small = add_sequence(catalog, "smallint", G_MAXINT16, 32000);
    const PgaSequence *big = add_sequence(catalog, "bigint", G_MAXINT64, G_MAXINT64 - 5);
    PgaSequence *hidden = add_sequence(catalog, "bigint", G_MAXINT64, 0);

    hidden->readable = FALSE;
    pga_sequences_move(catalog, 1000);
    g_assert_cmpint(small->last_value, ==, G_MAXINT16);
    g_assert_cmpint(big->last_value, ==, G_MAXINT64);
    g_assert_cmpint(hidden->last_value, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anonymize/sequences/move-with-their-columns", test_moved);
    g_test_add_func("/anonymize/sequences/are-widened", test_widened);
    g_test_add_func("/anonymize/sequences/stay-within-their-type", test_ends);
    return g_test_run();
}
