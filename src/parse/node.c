/* The tree, and its smallest parts. */
#include "parse/node.h"

#include <pg_query.h>
#include <string.h>

json_t *
pga_node_parse(const char *sql)
{
    PgQueryParseResult parsed;
    json_t *tree;

    if (strlen(sql) > PGA_NODE_MAX_TEXT)
        return NULL;
    parsed = pg_query_parse(sql);
    tree = parsed.error ? NULL : json_loads(parsed.parse_tree, JSON_REJECT_DUPLICATES, NULL);
    pg_query_free_parse_result(parsed);
    return tree;
}

char *
pga_node_refusal(const char *sql)
{
    PgQueryParseResult parsed;
    char *message;

    if (strlen(sql) > PGA_NODE_MAX_TEXT)
        return NULL;
    parsed = pg_query_parse(sql);
    message = parsed.error ? g_strdup(parsed.error->message) : NULL;
    pg_query_free_parse_result(parsed);
    return message;
}

const char *
pga_node_kind(const json_t *node, const json_t **fields)
{
    void *member = json_is_object(node) ? json_object_iter((json_t *)node) : NULL;

    *fields = member ? json_object_iter_value(member) : NULL;
    return member ? json_object_iter_key(member) : NULL;
}

const json_t *
pga_node_as(const json_t *node, const char *kind)
{
    const json_t *fields;
    const char *actual = pga_node_kind(node, &fields);

    return actual && strcmp(actual, kind) == 0 ? fields : NULL;
}

const char *
pga_node_string(const json_t *node)
{
    return json_string_value(json_object_get(pga_node_as(node, "String"), "sval"));
}
