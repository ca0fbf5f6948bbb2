/* The estimator's six rules on examples worked out by hand: expected =
 * ceil(hundredths × 1.05 / 100). */
#include <render/tokens.h>
#include <string.h>

typedef struct {
    const char *name;
    const char *text;
    guint hundredths; /* before the margin of 5 % */
} Case;

static const Case cases[] = {
    /* 1: bytes beyond ASCII, 66 each */
    {"beyond-ascii/two-bytes", "\xc3\xa9", 132},
    {"beyond-ascii/box-drawing", "\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80", 792},
    /* 2: digits by threes */
    {"digits/three", "123", 100},
    {"digits/four", "1234", 200},
    {"digits/seven", "1234567", 300},
    /* 3: a run of newlines is one */
    {"newlines/one", "\n", 100},
    {"newlines/many", "\n\n\r\n\n", 100},
    /* 4: blanks count when long, or before a newline, a digit or the end */
    {"blanks/join-the-next-word", "a b", 200},
    {"blanks/two", "a  b", 300},
    {"blanks/twenty-and-a-tab", "a\t                   b", 300},
    {"blanks/before-newline", "a \n", 300},
    {"blanks/before-digit", "a 1", 300},
    {"blanks/at-the-end", "a ", 200},
    /* 5: letters in pieces of capitals and what follows */
    {"letters/one", "x", 100},
    {"letters/short-word", "table", 105},
    {"letters/seven", "planner", 105},
    {"letters/eight", "database", 200},
    {"letters/twelve", "availability", 300},
    {"letters/capitals", "SELECT", 200},
    {"letters/capitals-seven", "CONNECT", 300},
    {"letters/camel-case", "OrderLine", 210},
    {"letters/unspeakable-pieces", "PostgreSql",
     600}, /* Postgre has stgr: 4; Sql has no vowel: 2 */
    {"letters/no-vowel", "xkcd", 200},
    {"letters/two-without-vowel", "md", 105},
    {"letters/y-is-a-vowel", "my", 105},
    {"letters/four-consonants", "abcdfe", 300},
    {"letters/four-consonants-in-a-short-piece", "Abcd", 105},
    {"letters/digit-after", "utf8", 300},    /* utf: max(105, 2) and 8 */
    {"letters/digit-before", "8table", 400}, /* 8, and table: 3 */
    {"letters/two-beside-a-digit", "a10", 200},
    {"letters/two-letters-beside-a-digit", "md5", 205},
    /* 6: other ASCII by changes of character */
    {"other/before-a-letter", ".a", 135},
    {"other/alone", ";", 100},
    {"other/two-alike", "--", 100},
    {"other/two-kinds", ");", 150},
    {"other/three-kinds", "(*)", 225},
    {"other/long-rule", "----------------", 200},
    {"other/control-character", "\x01", 100},
    {"nothing", "", 0},
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;

    g_assert_cmpuint(pga_tokens_estimate(c->text, strlen(c->text)), ==,
                     (c->hundredths * 105 + 9999) / 10000);
}

/* A thousand lines of it, so that rounding up cannot hide a wrong price; the
 * newline costs 100. */
static void
test_case_repeated(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < 1000; i++)
        g_string_append_printf(text, "%s\n", c->text);
    g_assert_cmpuint(pga_tokens_estimate(text->str, text->len), ==,
                     (1000 * (c->hundredths + 100) * 105 + 9999) / 10000);
}

static void
test_length_is_obeyed(void)
{
    g_assert_cmpuint(pga_tokens_estimate("123456789", 3), ==, 2);
    g_assert_cmpuint(pga_tokens_estimate("123456789", 9), ==, 4);
}

static void
test_a_sentence(void)
{
    /* Index 105, public 105, ".": 35, orders 105, "(": 35, customer 200, ");":
     * 150 = 735; 7.72 with 5 % more */
    const char *text = "Index public.orders (customer);";

    g_assert_cmpuint(pga_tokens_estimate(text, strlen(text)), ==, 8);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *once = g_strconcat("/render/tokens/", cases[i].name, NULL);
        g_autofree char *often = g_strconcat("/render/tokens/repeated/", cases[i].name, NULL);

        g_test_add_data_func(once, &cases[i], test_case);
        if (*cases[i].text &&
            !strpbrk(cases[i].text, "\r\n")) /* newlines would join the separators */
            g_test_add_data_func(often, &cases[i], test_case_repeated);
    }
    g_test_add_func("/render/tokens/length-is-obeyed", test_length_is_obeyed);
    g_test_add_func("/render/tokens/a-sentence", test_a_sentence);
    return g_test_run();
}
