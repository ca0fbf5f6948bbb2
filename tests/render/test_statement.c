/* Statements for show: what can be pasted is the same statement, what cannot
 * says so. */
#include "statement_internal.h"

typedef struct {
    const char *name;
    const char *sql;
    const char *shown; /* indent: two blanks */
    gboolean pasteable;
} Case;

static const Case cases[] = {
    {"plain-is-untouched", "SELECT 'a' || \"b\"; -- it's", "SELECT 'a' || \"b\"; -- it's", TRUE},
    {"beyond-ascii-is-untouched", "DROP TABLE \"t\xc3\xa4st\";", "DROP TABLE \"t\xc3\xa4st\";",
     TRUE},
    {"backslash-is-untouched", "SELECT '\\x1b', \"a\\b\";", "SELECT '\\x1b', \"a\\b\";", TRUE},
    {"newline-outside-quotes-is-indented", "SELECT 1,\n2;", "SELECT 1,\n  2;", TRUE},
    {"tab-outside-quotes-is-a-blank", "SELECT\t1;", "SELECT 1;", TRUE},
    {"newline-in-a-name", "DROP TABLE s.\"a\nb\";", "DROP TABLE s.U&\"a\\000Ab\";", TRUE},
    {"newline-in-a-string", "SELECT 'a\nb';", "SELECT U&'a\\000Ab';", TRUE},
    {"escape-sequence-in-a-name", "DROP TABLE \"\033[2J\";", "DROP TABLE U&\"\\001B[2J\";", TRUE},
    {"direction-override-in-a-name", "DROP TABLE \"\xe2\x80\xaex\xe2\x80\xac\";",
     "DROP TABLE U&\"\\202Ex\\202C\";", TRUE},
    {"backslash-beside-a-newline-is-doubled", "SELECT '\\\n';", "SELECT U&'\\\\\\000A';", TRUE},
    {"doubled-quote-stays-inside", "SELECT \"a\"\"\n\";", "SELECT U&\"a\"\"\\000A\";", TRUE},
    {"quote-of-the-other-kind", "SELECT \"it's\n\", 'a\"\n';",
     "SELECT U&\"it's\\000A\", U&'a\"\\000A';", TRUE},
    {"comment-hides-quotes", "-- don't\nSELECT '\t';", "-- don't\n  SELECT U&'\\0009';", TRUE},
    {"dash-before-a-comment", "SELECT 1 --'\n+ 2;", "SELECT 1 --'\n  + 2;", TRUE},
    {"escape-string-keeps-its-end", "SELECT E'it\\'s',\n1;", "SELECT E'it\\'s',\n  1;", TRUE},
    {"escape-string-cannot-be-rewritten", "SELECT E'\033';", "SELECT E'\\x1B';", FALSE},
    {"control-outside-quotes", "SELECT 1;\r\nSELECT 2;", "SELECT 1;\\x0D\\nSELECT 2;", FALSE},
    {"unterminated-name", "SELECT \"a\n", "SELECT \"a\\n", FALSE},
    {"invalid-utf-8", "DROP TABLE \"\xff\";", "DROP TABLE \"\\xFF\";", FALSE},
    {"nothing", "", "", TRUE},
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    gboolean pasteable;
    g_autofree char *shown = pga_statement_display(c->sql, "  ", &pasteable);

    g_assert_cmpstr(shown, ==, c->shown);
    g_assert_cmpint(pasteable, ==, c->pasteable);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/render/statement/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
