/* Files that are Python, nearly Python, and nothing of the kind. */
#include <base/error.h>
#include <python/source.h>
#include <string.h>

static PgaPythonSource *
source_of(const char *text, gsize length, GError **error)
{
    return pga_python_source_new("models.py", g_memdup2(text, length + 1), length, error);
}

static gboolean
is_skipped(void)
{
    if (!pga_python_is_available())
        g_test_skip("built without the grammar");
    return !pga_python_is_available();
}

static void
test_tree(void)
{
    static const char text[] = "class Order(models.Model):\n    total = models.DecimalField()\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPythonSource) source = NULL;

    if (is_skipped())
        return;
    source = source_of(text, strlen(text), &error);
    g_assert_no_error(error);
    g_assert_false(source->has_errors);
    g_assert_cmpstr(ts_node_type(ts_node_named_child(pga_python_root(source), 0)), ==,
                    "class_definition");
}

static void
test_damaged(void)
{
    static const char text[] = "class Order(:\n  x = = 3\nclass Line(models.Model):\n    n = 1\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPythonSource) source = NULL;

    if (is_skipped())
        return;
    source = source_of(text, strlen(text), &error);
    g_assert_no_error(error);
    g_assert_true(source->has_errors);
}

static void
test_not_text(void)
{
    static const char text[] = "name = '\xff\xfe'\n";
    g_autoptr(GError) error = NULL;

    if (is_skipped())
        return;
    g_assert_null(source_of(text, strlen(text), &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_cmpstr(error->message, ==, "\"models.py\" is not UTF-8");
    g_assert_cmpstr(pga_error_get_detail(error), ==,
                    "The first byte that is not stands at offset 8.");
}

static void
test_too_large(void)
{
    const gsize length = (gsize)17 * 1024 * 1024;
    g_autoptr(GError) error = NULL;
    char *text;

    if (is_skipped())
        return;
    text = g_malloc(length);
    memset(text, '\n', length);
    g_assert_null(pga_python_source_new("models.py", text, length, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/python/source/is-a-tree", test_tree);
    g_test_add_func("/python/source/damage-stays-local", test_damaged);
    g_test_add_func("/python/source/refuses-what-is-no-text", test_not_text);
    g_test_add_func("/python/source/refuses-what-is-too-large", test_too_large);
    return g_test_run();
}
