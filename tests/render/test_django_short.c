/* Statements of a race without their lists of columns, and what they brought. */
#include "django_internal.h"

/** A statement, what it brought, and how both are said. */
typedef struct {
    const char *sql, *saw;
    const char *short_sql, *short_saw;
} Case;

static const Case cases[] = {
    {"SELECT \"id\", \"stock\", \"name\" FROM \"item\" WHERE \"id\" = 1", "1, 5, x",
     "SELECT … WHERE \"id\" = 1", "stock 5, …"},
    {"SELECT \"stock\" FROM \"item\" WHERE \"id\" = 1 FOR UPDATE", "waits; 5",
     "SELECT … WHERE \"id\" = 1 FOR UPDATE", "waits; stock 5"},
    {"SELECT \"id\", \"stock\" FROM \"item\" WHERE \"id\" = 1", "nothing",
     "SELECT … WHERE \"id\" = 1", "nothing"},
    {"SELECT \"id\" FROM \"item\" WHERE \"id\" = 1", "1", "SELECT … WHERE \"id\" = 1", "id 1"},
    {"SELECT \"id\", \"n\" FROM \"item\" LIMIT 1", "1, a, b", "SELECT … LIMIT 1", "1, a, b"},
    {"SELECT max(\"n\", 1) FROM \"item\"", "7", "SELECT max(\"n\", 1) …", "7"},
    {"SELECT 1 FROM \"item\" WHERE \"a FROM b\" = ' WHERE '", "1",
     "SELECT 1 … WHERE \"a FROM b\" = ' WHERE '", "1"},
    {"SELECT now()", "2026", "SELECT now()", "2026"},
    {"UPDATE \"item\" SET \"a\" = f(1, 2), \"b\" = 'x, y', \"c\" = 3 WHERE \"id\" = 1", "1 row",
     "UPDATE … SET \"a\" = f(1, 2), \"b\" = 'x, y', … WHERE \"id\" = 1", "1 row"},
    {"UPDATE \"item\" SET \"a\" = 1", "2 rows", "UPDATE … SET \"a\" = 1", "2 rows"},
    {"UPDATE", "an error", "UPDATE", "an error"},
    {"UPDATE x", "an error", "UPDATE x", "an error"},
    {"INSERT INTO \"item\" (\"a\", \"b\") VALUES (f(1), '(') RETURNING \"id\"", "waits; 1",
     "INSERT … VALUES (f(1), '(') RETURNING \"id\"", "waits; 1"},
    {"INSERT INTO \"item\" VALUES (1, 2, 3, 4, 5)", "1 row", "INSERT … VALUES (1, 2, 3, 4, …)",
     "1 row"},
    {"INSERT INTO \"item\" DEFAULT VALUES", "1 row", "INSERT INTO \"item\" DEFAULT VALUES",
     "1 row"},
    {"DELETE FROM \"item\" WHERE \"id\" = 1", "1 row", "DELETE … WHERE \"id\" = 1", "1 row"},
    {"DELETE FROM \"item\"", "1 row", "DELETE FROM \"item\"", "1 row"},
    {"COMMIT", "", "COMMIT", ""},
    {"", "not done", "", "not done"},
    {")( 'open", "x", ")( 'open", "x"},
};

static void
test_cases(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *sql = pga_django_short_sql(cases[i].sql);
        g_autofree char *saw = pga_django_short_answer(cases[i].sql, cases[i].saw);

        g_assert_cmpstr(sql, ==, cases[i].short_sql);
        g_assert_cmpstr(saw, ==, cases[i].short_saw);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/render/django-short/cases", test_cases);
    return g_test_run();
}
