/* Queries on relations that only the session that made them has. */
#include <string.h>

#include "parse/node.h"
#include "query_gatherer_internal.h"

static gboolean
is_temporary(const json_t *range, GHashTable *temporary)
{
    const char *nspname = json_string_value(json_object_get(range, "schemaname"));
    const char *relname = json_string_value(json_object_get(range, "relname"));

    if (nspname)
        return strcmp(nspname, "pg_temp") == 0;
    return relname && g_hash_table_contains(temporary, relname);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as jansson reads */

static gboolean
holds_temporary(const json_t *node, GHashTable *temporary)
{
    const json_t *range = pga_node_as(node, "RangeVar");
    const char *key;
    json_t *value;
    size_t i;

    if (!range && json_object_get(node, "relname")) /* of INSERT, UPDATE, DELETE */
        range = node;
    if (range)
        return is_temporary(range, temporary);
    json_array_foreach(node, i, value)
    {
        if (holds_temporary(value, temporary))
            return TRUE;
    }
    json_object_foreach((json_t *)node, key, value)
    {
        if (holds_temporary(value, temporary))
            return TRUE;
    }
    return FALSE;
}

/* NOLINTEND(misc-no-recursion) */

static gboolean
may_hold(const char *text, GHashTable *temporary)
{
    GHashTableIter iter;
    gpointer name;

    if (strcasestr(text, "pg_temp"))
        return TRUE;
    g_hash_table_iter_init(&iter, temporary);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        if (strcasestr(text, name))
            return TRUE;
    return FALSE;
}

gboolean
pga_query_is_temporary(const char *text, GHashTable *temporary)
{
    json_t *tree = may_hold(text, temporary) ? pga_node_parse(text) : NULL;
    const gboolean found = holds_temporary(tree, temporary);

    json_decref(tree);
    return found;
}
