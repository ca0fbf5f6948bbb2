/* Whether planning a statement on the source may run code of the database's own: by the names that
 * it has, and those that reach such code. In doubt it may. */
#include <jansson.h>
#include <parse/node.h>
#include <string.h>

#include "index_verify_internal.h"

/** What stands in a statement. */
typedef struct {
    GHashTable *names; /* set of char *, borrowed from the tree: all but constants */
    GHashTable *calls; /* of these, what is called */
    gboolean writes;
} Statement;

static void
add_call(const json_t *call, Statement *statement)
{
    const json_t *path = json_object_get(call, "funcname");
    const char *name = pga_node_string(json_array_get(path, json_array_size(path) - 1));

    if (name)
        g_hash_table_add(statement->calls, (gpointer)name);
}

static void gather(const json_t *value, Statement *statement);

static void /* NOLINTNEXTLINE(misc-no-recursion): as deep as jansson lets a document be */
gather_object(const json_t *object, Statement *statement)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)object, key, value)
    {
        if (strcmp(key, "A_Const") == 0)
            continue;
        if (strcmp(key, "FuncCall") == 0)
            add_call(value, statement);
        statement->writes = statement->writes || strcmp(key, "InsertStmt") == 0 ||
                            strcmp(key, "UpdateStmt") == 0 || strcmp(key, "MergeStmt") == 0;
        gather(value, statement);
    }
}

static void /* NOLINTNEXTLINE(misc-no-recursion): as deep as jansson lets a document be */
gather(const json_t *value, Statement *statement)
{
    const json_t *element;
    size_t i;

    if (json_is_string(value))
        g_hash_table_add(statement->names, (gpointer)json_string_value(value));
    if (json_is_object(value))
        gather_object(value, statement);
    json_array_foreach(value, i, element) gather(element, statement);
}

static gboolean
is_reached(const PgaReachedName *name, const Statement *statement)
{
    if (name->on_writes && !statement->writes)
        return FALSE;
    return !name->name ||
           g_hash_table_contains(name->is_called ? statement->calls : statement->names, name->name);
}

/* (nullable) static. */
static const char *
reason_in(const GPtrArray *reached, const Statement *statement)
{
    for (guint i = 0; i < reached->len; i++) {
        const PgaReachedName *name = g_ptr_array_index(reached, i);

        if (is_reached(name, statement))
            return name->is_foreign ? "planning may ask another server: foreign tables"
                                    : "planning may call functions of the database's own";
    }
    return NULL;
}

const char *
pga_index_may_call(const GPtrArray *reached, const char *text)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) calls = g_hash_table_new(g_str_hash, g_str_equal);
    Statement statement = {names, calls, FALSE};
    json_t *tree;
    const char *why;

    if (reached->len == 0)
        return NULL;
    tree = pga_node_parse(text);
    if (!tree)
        return "whether planning calls functions of the database's own is not known: too long, or "
               "of another grammar";
    gather(tree, &statement);
    why = reason_in(reached, &statement);
    json_decref(tree);
    return why;
}
