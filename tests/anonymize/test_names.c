/* Pseudonyms of identifiers. */
#include <base/text.h>
#include <string.h>

#include "sql_maps.h"
#include "vocabulary_internal.h"

static char *
name(TestShop *shop, const char *word)
{
    return pga_name_map(shop->names, PGA_NAME_OTHER, word);
}

static void
test_form(void)
{
    g_auto(TestShop) shop;
    g_autofree char *table = NULL, *again = NULL, *odd = NULL, *quoted = NULL;

    test_shop_init(&shop);
    g_assert_null(pga_name_known(shop.names, "Órders \"x\""));
    table = pga_name_map(shop.names, PGA_NAME_TABLE, "Órders \"x\"");
    again = pga_name_map(shop.names, PGA_NAME_COLUMN, "Órders \"x\"");
    g_assert_true(g_str_has_prefix(table, "table_"));
    g_assert_cmpuint(strlen(table), ==, strlen("table_") + 7);
    g_assert_cmpstr(table, ==, again);
    g_assert_cmpstr(pga_name_known(shop.names, "Órders \"x\""), ==, table);
    quoted = pga_quote_identifier(table);
    g_assert_cmpstr(quoted, ==, table);
    odd = name(&shop, "órders \"x\"");
    g_assert_cmpstr(odd, !=, table);
}

static void
test_own_words(void)
{
    static const char *const own[] = {
        "int4",     "select",   "pg_class", "relname",    "public",     "_text",
        "max",      "btree",    "C",        "en_US.utf8", "de-x-icu",   "C.UTF-8",
        "?column?", "postgres", "",         "pg_monitor", "fillfactor", "information_schema"};
    static const char *const others[] = {"customer", "Select", "secret_team", "_customer", "ab_Cd",
                                         "xx_XXtra", "orders", "pg_customer", "C.secret",  "__x"};
    g_auto(TestShop) shop;

    test_shop_init(&shop);
    for (guint i = 0; i < G_N_ELEMENTS(own); i++) {
        g_autofree char *kept = name(&shop, own[i]);

        g_assert_cmpstr(kept, ==, own[i]);
        g_assert_true(pga_name_is_own_word(shop.names, own[i]));
    }
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *other = name(&shop, others[i]);

        g_assert_cmpstr(other, !=, others[i]);
        g_assert_false(pga_name_is_own(shop.names, others[i]));
    }
}

/* What says only what PostgreSQL's convention says stays at the end. */
static void
test_suffixes(void)
{
    static const char *const suffixes[] = {"_id",  "_pkey", "_fkey",  "_idx",
                                           "_key", "_seq",  "_id_seq"};
    g_auto(TestShop) shop;
    g_autofree char *stem = NULL, *own = NULL, *array = NULL, *expected = NULL;

    test_shop_init(&shop);
    stem = pga_name_map(shop.names, PGA_NAME_TABLE, "customer");
    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *word = g_strconcat("customer", suffixes[i], NULL);
        g_autofree char *of_word = name(&shop, word);
        g_autofree char *of_stem = g_strconcat(stem, suffixes[i], NULL);

        g_assert_cmpstr(of_word, ==, of_stem);
    }
    own = name(&shop, "user_id"); /* its stem would stay */
    g_assert_null(strstr(own, "user"));
    g_assert_true(g_str_has_suffix(own, "_id"));
    array = name(&shop, "_customer");
    expected = g_strconcat("_", stem, NULL);
    g_assert_cmpstr(array, ==, expected);
}

/* Long words are cut as the server cuts them, between characters. */
static void
test_long(void)
{
    g_autofree char *sixty = g_strnfill(61, 'a');
    g_autofree char *cut = g_strconcat(sixty, "ä", NULL);
    g_autofree char *longer = g_strconcat(cut, "and more", NULL);
    g_auto(TestShop) shop;
    g_autofree char *of_cut = NULL, *of_longer = NULL;

    test_shop_init(&shop);
    of_cut = name(&shop, cut);
    of_longer = name(&shop, longer);
    g_assert_cmpstr(of_cut, ==, of_longer);
    g_assert_cmpuint(strlen(of_cut), <=, 63);
}

static void
test_unique(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(TestShop) shop;

    test_shop_init(&shop);
    for (guint i = 0; i < 200000; i++) {
        g_autofree char *word = g_strdup_printf("word%u%s", i / 2, i % 2 ? "_id" : "");

        g_assert_true(g_hash_table_add(seen, name(&shop, word)));
    }
}

/* The same key gives the same pseudonyms, in whatever order they are asked for. */
static void
test_key_decides(void)
{
    const PgaAnonymizeKey other_key = {{1, 2, 3}};
    g_auto(TestShop) shop, same;
    g_autoptr(PgaNameMap) other = NULL;
    g_autofree char *first = NULL, *warm_up = NULL, *again = NULL, *different = NULL;

    test_shop_init(&shop);
    test_shop_init(&same);
    other = pga_name_map_new(shop.snapshot, &other_key);
    first = name(&shop, "invoice");
    warm_up = name(&same, "address");
    again = name(&same, "invoice");
    different = pga_name_map(other, PGA_NAME_OTHER, "invoice");
    g_assert_cmpstr(first, ==, again);
    g_assert_cmpstr(first, !=, different);
    g_assert_cmpstr(warm_up, !=, again);
}

static void
test_extensions(void)
{
    const PgaAnonymizeKey key = test_key();
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    PgaExtension *extension = pga_catalog_add_extension(snapshot->catalog, "cube_of_ours");
    g_autoptr(PgaNameMap) names = NULL;

    pga_catalog_add_extension(snapshot->catalog, "without_members");
    extension->members = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(extension->members, g_strdup("cube_distance_of"));
    names = pga_name_map_new(snapshot, &key);
    g_assert_true(pga_name_is_own(names, "cube_of_ours"));
    g_assert_true(pga_name_is_own(names, "without_members"));
    g_assert_true(pga_name_is_own(names, "cube_distance_of"));
    g_assert_true(pga_name_is_own(names, "_cube_distance_of"));
    g_assert_false(pga_name_is_own(names, "cube_distance"));
}

static void
test_vocabulary(void)
{
    static const char *const words[] = {
        "abs",        "zone",  "pg_stat_io", "wal_level",        "xmin",
        "json_table", "sfunc", "rowtype",    "unique_violation", "UTF8"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        g_assert_true(pga_vocabulary_has(words[i]));
    g_assert_false(pga_vocabulary_has("customer"));
    g_assert_false(pga_vocabulary_has(""));
    g_assert_false(pga_vocabulary_has("~"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anonymize/names/one-word-has-one", test_form);
    g_test_add_func("/anonymize/names/postgresql's-own-stay", test_own_words);
    g_test_add_func("/anonymize/names/suffixes-of-convention-stay", test_suffixes);
    g_test_add_func("/anonymize/names/long-ones-are-cut-as-the-server-does", test_long);
    g_test_add_func("/anonymize/names/no-two-words-share-one", test_unique);
    g_test_add_func("/anonymize/names/the-key-decides", test_key_decides);
    g_test_add_func("/anonymize/names/what-extensions-bring-stays", test_extensions);
    g_test_add_func("/anonymize/vocabulary/words-of-all-sorts", test_vocabulary);
    return g_test_run();
}
