/* Bounds of partitions. Numbers and dates stay in their order when they are moved; texts do not
 * when they are mapped, so those of ranges get others that sort as they did. */
#include <base/text.h>
#include <string.h>

#include "sql_tree_internal.h"

#define LETTERS 26

static const SqlRelation *
parent_of(const SqlWalk *walk, const json_t *range)
{
    const SqlCatalog *catalog = walk->map->catalog;
    const char *relname = json_string_value(json_object_get(range, "relname"));

    if (walk->relation)
        return pga_sql_catalog_relation(catalog, walk->relation->parent);
    return relname ? pga_sql_catalog_named(
                         catalog, json_string_value(json_object_get(range, "schemaname")), relname)
                   : NULL;
}

const SqlColumns *
pga_sql_key(SqlWalk *walk, const json_t *parent_range)
{
    const SqlRelation *parent = parent_of(walk, parent_range);
    g_autofree char *sql = NULL;
    g_auto(SqlScope) scope;
    SqlColumns *columns;
    const json_t *statement;
    json_t *tree, *node;
    size_t i;

    if (!parent || !parent->partkey)
        return NULL;
    pga_sql_scope_init(&scope, NULL);
    pga_sql_scope_add(&scope, NULL, parent->columns);
    columns = pga_sql_columns_new();
    g_ptr_array_add(walk->made, columns);
    sql = g_strconcat("CREATE TABLE x () PARTITION BY ", parent->partkey, NULL);
    tree = pga_node_parse(sql);
    statement = json_object_get(json_array_get(json_object_get(tree, "stmts"), 0), "stmt");
    statement = json_object_get(pga_node_as(statement, "CreateStmt"), "partspec");
    json_array_foreach(json_object_get(statement, "partParams"), i, node)
    {
        const json_t *element = pga_node_as(node, "PartitionElem");
        const char *name = json_string_value(json_object_get(element, "name"));
        const PgaValueType *type = NULL;

        if (name && parent->columns)
            pga_sql_columns_find(parent->columns, name, &type);
        else
            type = pga_sql_classify(walk, &scope, json_object_get(element, "expr"));
        pga_sql_columns_add(columns, name ? name : "", type);
    }
    json_decref(tree);
    return columns;
}

static const char *
text_in(const json_t *node)
{
    const json_t *cast = pga_node_as(node, "TypeCast");
    const json_t *constant = pga_node_as(cast ? json_object_get(cast, "arg") : node, "A_Const");

    return json_string_value(json_object_get(json_object_get(constant, "sval"), "sval"));
}

static void
add_texts(GPtrArray *texts, const json_t *list)
{
    size_t i;
    json_t *node;

    json_array_foreach(list, i, node)
    {
        const char *text = text_in(node);

        if (text && !g_ptr_array_find_with_equal_func(texts, text, g_str_equal, NULL))
            g_ptr_array_add(texts, g_strdup(text));
    }
}

static void
gather(GPtrArray *texts, const SqlRelation *partition)
{
    g_autofree char *sql =
        g_strconcat("CREATE TABLE x PARTITION OF y ", partition->partbound, NULL);
    json_t *tree = pga_node_parse(sql);
    const json_t *bound =
        json_object_get(json_array_get(json_object_get(tree, "stmts"), 0), "stmt");

    bound = json_object_get(pga_node_as(bound, "CreateStmt"), "partbound");
    add_texts(texts, json_object_get(bound, "lowerdatums"));
    add_texts(texts, json_object_get(bound, "upperdatums"));
    json_decref(tree);
}

/* As collations of languages sort words of letters and digits; PostgreSQL's "C" does, too, where
 * all are of one case. */
static int
by_text(gconstpointer a, gconstpointer b)
{
    const char *left = *(const char *const *)a, *right = *(const char *const *)b;
    const int order = g_ascii_strcasecmp(left, right);

    return order ? order : strcmp(left, right);
}

/* (transfer full): the @rank-th of @n texts that sort so. */
static char *
ranked(guint rank, guint n)
{
    guint width = 3;
    guint64 room = (guint64)LETTERS * LETTERS * LETTERS, number;
    char *text;

    for (; room < n; room *= LETTERS)
        width++;
    number = rank * (room / n);
    text = g_malloc0(width + 1);
    for (guint i = width; i > 0; i--, number /= LETTERS)
        text[i - 1] = (char)('a' + number % LETTERS);
    return text;
}

static GHashTable *
bounds_of(const SqlCatalog *catalog, SqlRelation *parent)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer value;

    if (parent->bounds)
        return parent->bounds;
    parent->bounds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_iter_init(&iter, catalog->by_oid);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const SqlRelation *partition = value;

        if (partition->parent == parent->oid && partition->partbound)
            gather(texts, partition);
    }
    g_ptr_array_sort(texts, by_text);
    for (guint i = 0; i < texts->len; i++)
        g_hash_table_insert(parent->bounds, g_strdup(g_ptr_array_index(texts, i)),
                            ranked(i, texts->len));
    return parent->bounds;
}

static gboolean
keeps_order(const PgaValueType *type)
{
    return pga_value_type_is_number(type) || type->kind == PGA_VALUE_DATE ||
           type->kind == PGA_VALUE_TIMESTAMP || type->kind == PGA_VALUE_KEPT;
}

void
pga_sql_bound(SqlWalk *walk, const json_t *node, const SqlColumns *key, guint column,
              gboolean is_range)
{
    const PgaValueType *type =
        key && column < key->types->len ? g_ptr_array_index(key->types, column) : NULL;
    const json_t *cast = pga_node_as(node, "TypeCast");
    const json_t *constant = pga_node_as(cast ? json_object_get(cast, "arg") : node, "A_Const");
    const char *text = text_in(node), *mapped;
    SqlRelation *parent;
    guint i;

    if (!is_range || !type || !text || keeps_order(type)) {
        pga_sql_walk(walk, NULL, node, type);
        return;
    }
    parent = (SqlRelation *)parent_of(walk, NULL);
    mapped = parent && type->kind == PGA_VALUE_TEXT
                 ? g_hash_table_lookup(bounds_of(walk->map->catalog, parent), text)
                 : text;
    if (mapped && pga_sql_token_of(walk, constant, &i))
        pga_sql_text_replace(walk->text, i, pga_quote_literal(mapped));
    else
        pga_sql_walk(walk, NULL, node, type);
}
