/* Nodes of a statement's parse tree, libpg_query's JSON. A node is an object with one member, whose
 * name is the node's kind and whose value its fields. jansson refuses to nest deeper than 2048,
 * which bounds every recursion over a tree. */
#pragma once
#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

/* libpg_query recurses over the tree that it built, as deep as a text of so many bytes can make it:
 * a quarter of what a stack of 8 MB holds. */
enum { PGA_NODE_MAX_TEXT = 32768 };

/* (transfer full) (nullable): the tree of @sql, of at most so many bytes; NULL when it is no SQL of
 * libpg_query's version. */
json_t *pga_node_parse(const char *sql);

/* (transfer full) (nullable): what the grammar says against @sql: "syntax error at or near \"x\"";
 * NULL: nothing, or that it is longer than so many bytes. */
char *pga_node_refusal(const char *sql);

/* Kind and fields of a node; NULL for what is none. */
const char *pga_node_kind(const json_t *node, const json_t **fields);
/* Fields of a node if it is of that kind. */
const json_t *pga_node_as(const json_t *node, const char *kind);
/* "sval" of a String; NULL. */
const char *pga_node_string(const json_t *node);

G_END_DECLS
