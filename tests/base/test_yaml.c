/* Which YAML is read, where its values say they stand, and what is refused. */
#include "base/error.h"
#include "base/yaml.h"
#include <string.h>

static PgaYamlNode *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    PgaYamlNode *node = pga_yaml_parse(text, strlen(text), "shop.yaml", &error);

    g_assert_no_error(error);
    g_assert_nonnull(node);
    return node;
}

static void
test_tree(void)
{
    g_autoptr(PgaYamlNode) root =
        parse("# shop\na: 1\nb:\n  - x\n  - 'y'\n  - |\n    z\nc: {d: }\n");
    const PgaYamlNode *a = pga_yaml_get(root, "a");
    const PgaYamlNode *b = pga_yaml_get(root, "b");
    const PgaYamlNode *d = pga_yaml_get(pga_yaml_get(root, "c"), "d");

    g_assert_cmpint(root->kind, ==, PGA_YAML_MAPPING);
    g_assert_cmpuint(root->keys->len, ==, 3);
    g_assert_cmpuint(GPOINTER_TO_UINT(g_ptr_array_index(root->key_at, 2)), ==, 8);
    g_assert_cmpstr(a->scalar, ==, "1");
    g_assert_cmpuint(a->line, ==, 2);
    g_assert_cmpuint(a->column, ==, 4);
    g_assert_false(a->quoted);
    g_assert_cmpint(b->kind, ==, PGA_YAML_SEQUENCE);
    g_assert_cmpuint(b->values->len, ==, 3);
    g_assert_true(((PgaYamlNode *)g_ptr_array_index(b->values, 1))->quoted);
    g_assert_cmpstr(((PgaYamlNode *)g_ptr_array_index(b->values, 2))->scalar, ==, "z\n");
    g_assert_true(((PgaYamlNode *)g_ptr_array_index(b->values, 2))->quoted);
    g_assert_cmpstr(d->scalar, ==, "");
    g_assert_null(pga_yaml_get(root, "z"));
    g_assert_null(pga_yaml_get(b, "x"));
}

static void
test_json(void)
{
    g_autoptr(PgaYamlNode) root = parse("{\"a\": [1, \"2\"], \"b\": {\"c\": null}}");

    g_assert_cmpuint(pga_yaml_get(root, "a")->values->len, ==, 2);
    g_assert_cmpstr(pga_yaml_get(pga_yaml_get(root, "b"), "c")->scalar, ==, "null");
}

static void
test_nothing(void)
{
    static const char *const texts[] = {"", "\n# only a comment\n", "---\n", "---\n...\n"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(PgaYamlNode) root = parse(texts[i]);

        g_assert_cmpint(root->kind, ==, PGA_YAML_MAPPING);
        g_assert_cmpuint(root->keys->len, ==, 0);
    }
    pga_yaml_free(NULL);
}

static void
assert_refused(const char *text, gsize length, const char *reason, const char *detail)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_yaml_parse(text, length, "shop.yaml", &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    if (!strstr(error->message, reason))
        g_error("\"%s\" does not say \"%s\"", error->message, reason);
    g_assert_true(g_str_has_prefix(error->message, "could not read \"shop.yaml\": "));
    g_assert_cmpstr(pga_error_get_detail(error), ==, detail);
}

static void
test_refused(void)
{
    static const struct {
        const char *text, *reason, *detail;
    } cases[] = {
        {"a: &x 1\nb: *x\n", "aliases are not supported", "shop.yaml, line 2, column 4."},
        {"a: !!python/object x\n", "tags are not supported", "shop.yaml, line 1, column 4."},
        {"a: !t [1]\n", "tags are not supported", "shop.yaml, line 1, column 4."},
        {"a: !t {b: 1}\n", "tags are not supported", "shop.yaml, line 1, column 4."},
        {"a: 1\nb: 2\na: 3\n", "key \"a\" stands there twice", "shop.yaml, line 3, column 1."},
        {"? [a]\n: 1\n", "a key must be plain text", "shop.yaml, line 1, column 3."},
        {"? {a: 1}\n: 1\n", "a key must be plain text", "shop.yaml, line 1, column 3."},
        {"--- a\n--- b\n", "more than one document", "shop.yaml, line 2, column 1."},
        {"a: \"x\\0y\"\n", "NUL", "shop.yaml, line 1, column 4."},
        {"a: [1, 2\n", "did not find expected ',' or ']'", "shop.yaml, line 2, column 1."},
        {"a: 1\n b: 2\n", "mapping values are not allowed", "shop.yaml, line 2, column 3."},
        {"a: é\nb: \xff\n", "invalid leading UTF-8 octet", "shop.yaml, line 2, column 4."},
        {"a: é\x01\n", "control characters are not allowed", "shop.yaml, line 1, column 5."},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_refused(cases[i].text, strlen(cases[i].text), cases[i].reason, cases[i].detail);
}

static void
assert_limits(void)
{
    static const PgaYamlLimits limits = {.max_bytes = 1 << 20, .max_nodes = 4};
    g_autofree char *large = g_strnfill((1 << 20) + 1, '#');
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaYamlNode) root = pga_yaml_parse_limited("[1, 2, 3]", 9, "x", &limits, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(root->values->len, ==, 3);
    g_assert_null(pga_yaml_parse_limited("[1, 2, 3, 4]", 12, "x", &limits, &error));
    g_assert_nonnull(strstr(error->message, "too many values"));
    g_clear_error(&error);
    g_assert_null(pga_yaml_parse_limited(large, strlen(large), "x", &limits, &error));
    g_assert_nonnull(strstr(error->message, "larger than 1 MiB"));
}

static void
test_limits(void)
{
    g_autofree char *deep = g_strnfill(64, '[');
    g_autofree char *deeper = g_strnfill(65, '[');
    g_autofree char *large = g_strnfill((4 << 20) + 1, ' ');
    g_autoptr(GString) many = g_string_new("[0");
    g_autoptr(GString) closed = g_string_new(deep);

    for (guint i = 0; i < 64; i++)
        g_string_append_c(closed, ']');
    pga_yaml_free(parse(closed->str));
    assert_refused(deeper, 65, "nested too deeply", "shop.yaml, line 1, column 65.");
    for (guint i = 0; i < 100000; i++)
        g_string_append(many, ",0");
    g_string_append_c(many, ']');
    assert_refused(many->str, many->len, "too many values", "shop.yaml, line 1, column 200000.");
    assert_limits();
    assert_refused(large, (4 << 20) + 1, "larger than 4 MiB", "shop.yaml, line 1, column 1.");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/yaml/values-know-their-place", test_tree);
    g_test_add_func("/base/yaml/json-is-read", test_json);
    g_test_add_func("/base/yaml/nothing-is-an-empty-mapping", test_nothing);
    g_test_add_func("/base/yaml/refused-with-line-and-column", test_refused);
    g_test_add_func("/base/yaml/limits", test_limits);
    return g_test_run();
}
