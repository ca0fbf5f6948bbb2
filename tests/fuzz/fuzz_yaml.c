/* Any bytes as YAML: refused with an error, or a tree whose parts agree with each other. */
#include <base/yaml.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
check_node(const PgaYamlNode *node, GPtrArray *left)
{
    g_assert_cmpuint(node->line, >, 0);
    g_assert_cmpuint(node->column, >, 0);
    g_assert_true((node->kind == PGA_YAML_SCALAR) == (node->scalar != NULL));
    g_assert_true((node->kind == PGA_YAML_SCALAR) == (node->values == NULL));
    g_assert_true((node->kind == PGA_YAML_MAPPING) == (node->keys != NULL));
    if (node->keys) {
        g_assert_cmpuint(node->keys->len, ==, node->values->len);
        g_assert_cmpuint(node->keys->len, ==, node->key_at->len);
    }
    for (guint i = 0; node->keys && i < MIN(node->keys->len, 100); i++)
        g_assert_true(pga_yaml_get(node, g_ptr_array_index(node->keys, i)) ==
                      g_ptr_array_index(node->values, i));
    if (node->values)
        g_ptr_array_extend(left, node->values, NULL, NULL);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaYamlNode) root = pga_yaml_parse((const char *)data, size, "fuzz", &error);
    g_autoptr(GPtrArray) left = g_ptr_array_new();

    g_assert_true((root == NULL) == (error != NULL));
    if (root)
        g_ptr_array_add(left, root);
    while (left->len > 0)
        check_node(g_ptr_array_steal_index_fast(left, left->len - 1), left);
    return 0;
}
