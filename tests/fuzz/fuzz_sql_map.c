/* Any bytes as a text of SQL: it is mapped, and what libpg_query could read before it can read
 * after. */
#include <parse/node.h>
#include <string.h>

#include "sql_maps.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static gboolean
is_sql(const char *text)
{
    json_t *tree = pga_node_parse(text);
    const gboolean is_one = tree != NULL;

    json_decref(tree);
    return is_one;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    static const char *const relations[] = {NULL, "orders", "buyer", "happenings_new"};
    static TestShop shop;
    g_autofree char *sql = NULL, *mapped = NULL, *as_default = NULL, *body = NULL, *valid = NULL;
    const PgaRelation *relation;
    PgaSqlForm form;

    if (!shop.sql)
        test_shop_init(&shop);
    if (size < 2 || size > 4096)
        return 0;
    form = (PgaSqlForm)(data[0] % (PGA_SQL_PROSE + 1));
    relation = test_shop_relation(&shop, relations[data[1] % G_N_ELEMENTS(relations)]);
    sql = g_strndup((const char *)data + 2, size - 2);
    valid = g_utf8_make_valid(sql, -1);
    mapped = pga_sql_map(shop.sql, form, sql, relation);
    as_default = pga_sql_map_default(shop.sql, sql, relation, 1);
    body = pga_sql_map_body(shop.sql, sql, data[0] % 2 ? "sql" : "plpgsql");
    g_assert_true(g_utf8_validate(mapped, -1, NULL));
    g_assert_true(g_utf8_validate(as_default, -1, NULL));
    g_assert_true(g_utf8_validate(body, -1, NULL));
    if (form == PGA_SQL_STATEMENTS && strlen(mapped) < PGA_NODE_MAX_TEXT && is_sql(valid))
        g_assert_true(is_sql(mapped));
    return 0;
}
