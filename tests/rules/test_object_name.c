/* Names for what a fix makes: PostgreSQL's own way of choosing them. */
#include <string.h>

#include <object_name_internal.h>

#include "model.h"

static void
test_make(void)
{
    static const struct {
        const char *name1, *name2, *label, *expected;
    } cases[] = {
        {"orders", "customer_id", "idx", "orders_customer_id_idx"},
        {"orders", NULL, "pkey", "orders_pkey"},
        /* from here on as PostgreSQL 15 itself named the indexes */
        {"a_table_with_a_name_of_forty_characters_x", "a_column_with_a_name_of_forty_characters",
         "idx", "a_table_with_a_name_of_forty__a_column_with_a_name_of_forty_idx"},
        {"short", "a_column_with_a_name_of_sixty_characters_that_is_cut_at_the_end", "idx",
         "short_a_column_with_a_name_of_sixty_characters_that_is_cut__idx"},
        {"a_table_with_a_name_of_sixty_characters_that_is_cut_at_the_end", NULL, "pkey",
         "a_table_with_a_name_of_sixty_characters_that_is_cut_at_the_pkey"},
        {"éééééééééééééééééééééééééééé漢", "漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢", "idx",
         "éééééééééééééé_漢漢漢漢漢漢漢漢漢_idx"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name =
            pga_object_name_make(cases[i].name1, cases[i].name2, cases[i].label);

        g_assert_cmpstr(name, ==, cases[i].expected);
        g_assert_cmpuint(strlen(name), <=, 63);
    }
}

/* (transfer full): @prefix, then @character until there are 60 bytes or a few more. */
static char *
long_name(const char *prefix, const char *character)
{
    GString *name = g_string_new(prefix);

    while (name->len < 60)
        g_string_append(name, character);
    return g_string_free(name, FALSE);
}

static void
assert_fits(const char *name, const char *suffix)
{
    g_assert_true(g_utf8_validate(name, -1, NULL));
    g_assert_cmpuint(strlen(name), <=, 63);
    g_assert_cmpuint(strlen(name), >=, 57);
    g_assert_true(g_str_has_suffix(name, suffix));
}

/* Every cut of names made of characters of one to four bytes stays UTF-8 and fits. */
static void
test_cut_between_characters(void)
{
    static const char *const characters[] = {"x", "é", "漢", "😀"};
    static const char *const prefixes[] = {"", "x", "xx", "xxx"};

    for (guint i = 0; i < 16; i++) {
        g_autofree char *name1 = long_name(prefixes[i / 4], characters[i % 4]);
        g_autofree char *name2 = long_name("", characters[3 - i % 4]);
        g_autofree char *both = pga_object_name_make(name1, name2, "idx");
        g_autofree char *one = pga_object_name_make(name1, NULL, "pkey1234");

        assert_fits(both, "_idx");
        assert_fits(one, "_pkey1234");
    }
}

static void
test_choose(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1);
    PgaAttribute *id = model_column(orders, "id", "bigint");
    g_autoptr(GHashTable) names = NULL;
    static const struct {
        const char *nspname, *name1, *name2, *expected;
    } cases[] = {
        {"public", "orders", "id", "orders_id_idx2"},
        {"public", "orders", "id", "orders_id_idx3"},
        {"other", "orders", "id", "orders_id_idx"},
        {"other", "orders", "id", "orders_id_idx1"},
        {"public", "orders_id", NULL, "orders_id_idx4"},
        {"public", "free", NULL, "free_idx"},
        {"public", "taken", NULL, "taken_idx1"},
        {"public", "counter", "id", "counter_id_idx"},
    };

    model_index(model, orders, "orders_id_idx", "id");
    model_index(model, orders, "orders_id_idx1", "id");
    model_table(model, "taken_idx", 1);
    model_serial(model, orders, id, 1);
    names = pga_object_names_new(model->catalog);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name =
            pga_object_name_choose(names, cases[i].nspname, cases[i].name1, cases[i].name2, "idx");

        g_assert_cmpstr(name, ==, cases[i].expected);
    }
    {
        g_autofree char *name = pga_object_name_choose(names, "public", "orders", "id", "seq");

        g_assert_cmpstr(name, ==, "orders_id_seq1");
    }
}

/* A number makes the label longer and the rest shorter. */
static void
test_numbers_keep_within_the_limit(void)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < 1200; i++) {
        g_autofree char *long_name =
            g_strdup_printf("a_table_with_a_name_that_is_cut_before_its_number_%u", i);
        char *name = pga_object_name_choose(names, "public", long_name, "another_long_name", "idx");

        g_assert_cmpuint(strlen(name), <=, 63);
        g_assert_true(g_hash_table_add(seen, name));
    }
}

static void
test_columns(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1);
    g_autoptr(GArray) attnums = g_array_new(FALSE, FALSE, sizeof(gint16));
    static const gint16 numbers[] = {2, 0, 1};
    g_autofree char *columns = NULL;

    model_column(orders, "a", "bigint");
    model_column(orders, "B c", "bigint");
    g_array_append_vals(attnums, numbers, 3);
    columns = pga_object_name_columns(orders, attnums);
    g_assert_cmpstr(columns, ==, "B c_expr_a");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(path, function) g_test_add_func("/rules/object-name/" path, function)
    TEST("as-postgresql-makes-it", test_make);
    TEST("cut-between-characters", test_cut_between_characters);
    TEST("numbered-where-taken", test_choose);
    TEST("numbers-keep-within-the-limit", test_numbers_keep_within_the_limit);
    TEST("columns", test_columns);
    return g_test_run();
}
