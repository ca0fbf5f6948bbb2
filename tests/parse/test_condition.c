/* Conditions of access patterns, and SQL that strangers wrote. */
#include <base/error.h>
#include <parse/requirements.h>

static void
test_conditions(void)
{
    static const struct {
        const char *text;
        gint64 kind; /* PgaConditionKind */
        const char *attribute, *operator_, *value;
        gint64 n_parameters;
    } cases[] = {
        {"user = ?", PGA_CONDITION_COMPARE, "user", "=", NULL, 1},
        {"placed_at>=?", PGA_CONDITION_COMPARE, "placed_at", ">=", NULL, 1},
        {"status <> 'it''s'", PGA_CONDITION_COMPARE, "status", "<>", "'it''s'", 0},
        {"n != -5.5", PGA_CONDITION_COMPARE, "n", "<>", "-5.5", 0},
        {"user.country = ?", PGA_CONDITION_COMPARE, "user.country", "=", NULL, 1},
        {"settings->>'theme' = ?", PGA_CONDITION_COMPARE, "settings->>'theme'", "=", NULL, 1},
        {"\"Upper Case\" = $1", PGA_CONDITION_COMPARE, "\"Upper Case\"", "=", NULL, 1},
        {"title contains ?", PGA_CONDITION_CONTAINS, "title", NULL, NULL, 1},
        {"title CONTAINS 'abc'", PGA_CONDITION_CONTAINS, "title", NULL, "'abc'", 0},
        {"title starts  with ?", PGA_CONDITION_STARTS, "title", NULL, NULL, 1},
        {"body matches ?", PGA_CONDITION_MATCHES, "body", NULL, NULL, 1},
        {"tags has ?", PGA_CONDITION_HAS, "tags", NULL, NULL, 1},
        {"id in ?", PGA_CONDITION_IN, "id", NULL, NULL, 1},
        {"id in (1, 2)", PGA_CONDITION_IN, "id", NULL, "(1, 2)", 0},
        {"period overlaps ?", PGA_CONDITION_OVERLAPS, "period", NULL, NULL, 1},
        {"place near ?", PGA_CONDITION_NEAR, "place", NULL, NULL, 1},
        {"lower(email) = ?", PGA_CONDITION_EXPRESSION, NULL, NULL, NULL, 1},
        {"a BETWEEN ? AND ?", PGA_CONDITION_EXPRESSION, NULL, NULL, NULL, 2},
        {"note = 'what?' OR b", PGA_CONDITION_EXPRESSION, NULL, NULL, NULL, 0},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgaCondition) condition = pga_condition_parse(cases[i].text, &error);

        g_assert_no_error(error);
        g_assert_cmpint(condition->kind, ==, cases[i].kind);
        g_assert_cmpstr(condition->attribute, ==, cases[i].attribute);
        g_assert_cmpstr(condition->operator_, ==, cases[i].operator_);
        g_assert_cmpstr(condition->value, ==, cases[i].value);
        g_assert_cmpuint(condition->n_parameters, ==, cases[i].n_parameters);
    }
}

static void
test_numbers(void)
{
    guint n = 2;
    g_autofree char *text = pga_condition_number("a = ? OR b = '?' OR c IN (?, ?)", &n);

    g_assert_cmpstr(text, ==, "a = $3 OR b = '?' OR c IN ($4, $5)");
    g_assert_cmpuint(n, ==, 5);
}

/* Each with what is said of it; NULL: it is one expression. */
static const struct {
    const char *text, *message;
} expressions[] = {
    {"total >= 0", NULL},
    {"(a + b) * 2 > c AND NOT (d)", NULL},
    {"note = '1); DROP TABLE x; --'", NULL},
    {"note = $$;--$$", NULL},
    {"data->>'a' = 'b'", NULL},
    {"a[1] > 0", NULL},
    {"CASE WHEN a THEN 1 ELSE 2 END = 1", NULL},
    {"a - -1 > 0", NULL},
    {"", "it is empty"},
    {"1); DROP TABLE x; --", "comments are not allowed in it"},
    {"1); DROP TABLE x; SELECT (1", "it closes a bracket that it did not open"},
    {"1; DROP TABLE x", "it is more than one expression"},
    {"1) FROM pg_shadow --", "comments are not allowed in it"},
    {"1) FROM pg_shadow WHERE (true", "it closes a bracket that it did not open"},
    {"1 FROM pg_shadow", "it is no SQL expression"},
    {"1) + (2", "it closes a bracket that it did not open"},
    {"1, 2", "it is more than one expression"},
    {"a AS b", "it is no SQL expression"},
    {"a /* b */", "comments are not allowed in it"},
    {"a /* b", "it ends inside a quote or a comment"},
    {"a = 'b", "it ends inside a quote or a comment"},
    {"a = $x$b", "it ends inside a quote or a comment"},
    {"(a", "it opens a bracket that it does not close"},
    {"a IN (SELECT 1)", "subqueries are not allowed in it"},
    {"EXISTS (SELECT 1)", "subqueries are not allowed in it"},
    {"(TABLE pg_shadow) = 1", "subqueries are not allowed in it"},
    {"(VALUES (1)) = 1", "subqueries are not allowed in it"},
    {"ARRAY(SELECT 1) = a", "subqueries are not allowed in it"},
    {"SELECT 1", "subqueries are not allowed in it"},
    {"a == 1", "it compares by an operator that PostgreSQL does not have: = is meant"},
    {"\\! rm", "it is no SQL expression"},
};

static void
test_expressions(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(expressions); i++) {
        g_autoptr(GError) error = NULL;
        const gboolean good = pga_expression_check(expressions[i].text, NULL, &error);

        g_test_message("%s", expressions[i].text);
        g_assert_cmpstr(error ? error->message : NULL, ==, expressions[i].message);
        g_assert_cmpint(good, ==, expressions[i].message == NULL);
    }
}

static void
test_columns(void)
{
    g_autoptr(GPtrArray) columns = NULL;

    g_assert_true(pga_expression_check("lower(a) = o.b AND count(*) > 1", &columns, NULL));
    g_assert_cmpuint(columns->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(columns, 0), ==, "a");
    g_assert_cmpstr(g_ptr_array_index(columns, 1), ==, "o.b");
}

/* Deep nesting ends, whatever comes of it. */
static void
test_deep(void)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < 4000; i++)
        g_string_append_c(text, '(');
    g_string_append_c(text, '1');
    for (guint i = 0; i < 4000; i++)
        g_string_append_c(text, ')');
    pga_expression_check(text->str, NULL, NULL);
    for (guint i = 0; i < 4000; i++)
        g_string_append(text, "+1");
    g_assert_false(pga_expression_check(text->str, NULL, NULL));
    g_string_free(text, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parse/condition/kinds", test_conditions);
    g_test_add_func("/parse/condition/numbers-parameters", test_numbers);
    g_test_add_func("/parse/expression/one-or-refused", test_expressions);
    g_test_add_func("/parse/expression/columns", test_columns);
    g_test_add_func("/parse/expression/deep", test_deep);
    return g_test_run();
}
