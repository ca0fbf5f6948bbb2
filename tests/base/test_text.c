/* Quoting, display and spelling of text. */
#include "base/text.h"

typedef struct {
    const char *in, *out;
} Pair;

/* Expected values are what quote_ident() of PostgreSQL 18 answers. */
static void
test_quote_identifier(void)
{
    static const Pair cases[] = {
        {"orders", "orders"},
        {"_x9", "_x9"},
        {"Orders", "\"Orders\""},
        {"two words", "\"two words\""},
        {"a\"b", "\"a\"\"b\""},
        {"", "\"\""},
        {"1a", "\"1a\""},
        {"a$b", "\"a$b\""},
        {"é", "\"é\""},
        {"user", "\"user\""},
        {"all", "\"all\""},
        {"xmltable", "\"xmltable\""},
        {"between", "\"between\""},
        {"left", "\"left\""},
        {"abort", "abort"},
        {"name", "name"},
        {"values", "\"values\""},
        {"zone", "zone"},
        {"json_table", "\"json_table\""},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *quoted = pga_quote_identifier(cases[i].in);

        g_assert_cmpstr(quoted, ==, cases[i].out);
    }
}

static void
test_quote_qualified(void)
{
    g_autofree char *both = pga_quote_qualified("Shop", "order");
    g_autofree char *one = pga_quote_qualified(NULL, "orders");

    g_assert_cmpstr(both, ==, "\"Shop\".\"order\"");
    g_assert_cmpstr(one, ==, "orders");
}

static void
test_quote_literal(void)
{
    static const Pair cases[] = {
        {"", "''"}, {"it's", "'it''s'"}, {"a\\b", "E'a\\\\b'"}, {"\\'", "E'\\\\'''"}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *quoted = pga_quote_literal(cases[i].in);

        g_assert_cmpstr(quoted, ==, cases[i].out);
    }
}

static void
test_printable(void)
{
    static const Pair cases[] = {
        {"Zoë 表 👍", "Zoë 表 👍"},
        {"a\nb\tc", "a\\nb\\tc"},
        {"\x1b[31m", "\\x1B[31m"},
        {"\x7f", "\\x7F"},
        {"\xc2\x85", "\\xC2\\x85"},
        {"\xe2\x80\xa8", "\\xE2\\x80\\xA8"},
        {"\xff"
         "a\xc3",
         "\\xFFa\\xC3"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *safe = pga_text_printable(cases[i].in);

        g_assert_cmpstr(safe, ==, cases[i].out);
    }
}

/* Marks that turn the reading direction, built here because compilers warn of them in a source. */
static void
test_printable_direction(void)
{
    static const gunichar marks[] = {0x061c, 0x200e, 0x200f, 0x202a,
                                     0x202e, 0x2066, 0x2069, 0xfeff};

    for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
        char text[7] = {0};
        g_autofree char *safe = NULL;

        g_unichar_to_utf8(marks[i], text);
        safe = pga_text_printable(text);
        g_assert_true(g_str_is_ascii(safe));
        g_assert_true(g_str_has_prefix(safe, "\\x"));
    }
}

static void
test_width(void)
{
    static const struct {
        const char *text;
        guint width;
    } cases[] = {{"", 0},     {"abc", 3}, {"é", 1},      {"e\u0301", 1},
                 {"表名", 4}, {"👍", 2},   {"a\u200b", 1}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpuint(pga_text_width(cases[i].text), ==, cases[i].width);
}

static void
test_has_word(void)
{
    g_assert_true(pga_text_has_word("city", "city"));
    g_assert_true(pga_text_has_word("lower(city) DESC", "city"));
    g_assert_true(pga_text_has_word("city_id, city", "city"));
    g_assert_false(pga_text_has_word("city_id, velocity, city2", "city"));
    g_assert_false(pga_text_has_word("City", "city"));
    g_assert_false(pga_text_has_word("", "city"));
    g_assert_false(pga_text_has_word("city", ""));
}

static void
test_compare(void)
{
    const char *texts[] = {"b", "a", "B", "", "ab"};
    g_autoptr(GPtrArray) array = g_ptr_array_new();
    g_autofree char *joined = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_ptr_array_add(array, (gpointer)texts[i]);
    g_ptr_array_sort(array, pga_compare_texts);
    g_ptr_array_add(array, NULL);
    joined = g_strjoinv(" ", (char **)array->pdata);
    g_assert_cmpstr(joined, ==, " B a ab b");
}

static void
test_closest(void)
{
    static const char *const words[] = {"min_rows", "severity", "off", NULL};
    g_autofree char *endless = g_strnfill(5000, 'x');
    const char *const endless_words[] = {endless, "off", NULL};

    g_assert_cmpstr(pga_text_closest("min_row", words), ==, "min_rows");
    g_assert_cmpstr(pga_text_closest("mni_rows", words), ==, "min_rows");
    g_assert_cmpstr(pga_text_closest("Severity", words), ==, "severity");
    g_assert_cmpstr(pga_text_closest("sevrty", words), ==, "severity");
    g_assert_null(pga_text_closest("max_bytes", words));
    g_assert_null(pga_text_closest("on", words));
    g_assert_null(pga_text_closest("", words));
    g_assert_null(pga_text_closest(endless, words));
    g_assert_cmpstr(pga_text_closest("off", endless_words), ==, "off");
}

static void
test_split_lists(void)
{
    g_auto(GStrv) said = g_strsplit("a, b,|c|", "|", -1);
    g_auto(GStrv) parts = pga_text_split_lists(said);
    g_autofree char *all = g_strjoinv("|", parts);

    g_assert_cmpstr(all, ==, "a|b|c|");
    g_assert_null(pga_text_split_lists(NULL));
}

static void
test_wrap(void)
{
    g_autofree char *lines = pga_text_wrap("one two  three\nfour", 9, "  ");
    g_autofree char *wide = pga_text_wrap("表名表名 x incomprehensibilities y", 10, "");
    g_autofree char *nothing = pga_text_wrap("", 10, "  ");

    g_assert_cmpstr(lines, ==, "one two\n  three\n  four");
    g_assert_cmpstr(wide, ==, "表名表名 x\nincomprehensibilities\ny");
    g_assert_cmpstr(nothing, ==, "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/text/identifiers-quoted-as-postgresql-does", test_quote_identifier);
    g_test_add_func("/base/text/qualified-names", test_quote_qualified);
    g_test_add_func("/base/text/literals", test_quote_literal);
    g_test_add_func("/base/text/printable-disarms-controls", test_printable);
    g_test_add_func("/base/text/printable-disarms-reading-direction", test_printable_direction);
    g_test_add_func("/base/text/width-in-columns", test_width);
    g_test_add_func("/base/text/closest-spelling", test_closest);
    g_test_add_func("/base/text/has-word", test_has_word);
    g_test_add_func("/base/text/compare", test_compare);
    g_test_add_func("/base/text/split-lists", test_split_lists);
    g_test_add_func("/base/text/wrap-at-blanks", test_wrap);
    return g_test_run();
}
