/* What names in a statement stand for. Views and temporary tables are not in the Catalog: a name
 * that is one of these is found in no schema of the search path, and nothing is concluded from it
 * unless a single table has it. */
#include <string.h>

#include "statement_tree_internal.h"

static GPtrArray *
read_search_path(const PgaCatalog *catalog)
{
    const PgaSetting *setting = pga_catalog_setting(catalog, "search_path");
    g_auto(GStrv) words = g_strsplit_set(
        setting && setting->setting ? setting->setting : "\"$user\", public", ", \"", -1);
    GPtrArray *path = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; words[i]; i++)
        if (*words[i])
            g_ptr_array_add(path, g_strdup(words[i]));
    return path;
}

PgaNames *
pga_names_new(const PgaCatalog *catalog)
{
    PgaNames *names = g_new0(PgaNames, 1);

    names->catalog = catalog;
    names->by_relname = g_hash_table_new(g_str_hash, g_str_equal);
    names->search_path = read_search_path(catalog);
    for (guint i = 0; i < catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(catalog->relations, i);
        const gboolean is_known = g_hash_table_contains(names->by_relname, relation->relname);

        g_hash_table_insert(names->by_relname, relation->relname, is_known ? NULL : relation);
    }
    return names;
}

void
pga_names_free(PgaNames *names)
{
    g_hash_table_unref(names->by_relname);
    g_ptr_array_unref(names->search_path);
    g_free(names);
}

const PgaRelation *
pga_names_relation(const PgaNames *names, const char *nspname, const char *relname,
                   const char *usename)
{
    if (nspname)
        return pga_catalog_relation_by_name(names->catalog, nspname, relname);
    for (guint i = 0; i < names->search_path->len; i++) {
        const char *schema = g_ptr_array_index(names->search_path, i);
        const char *actual = strcmp(schema, "$user") == 0 ? usename : schema;
        const PgaRelation *relation =
            actual ? pga_catalog_relation_by_name(names->catalog, actual, relname) : NULL;

        if (relation)
            return relation;
    }
    return g_hash_table_lookup(names->by_relname, relname);
}

static const PgaAttribute *
attribute_named(const PgaRelation *relation, const char *attname)
{
    for (guint i = 0; relation && i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (strcmp(attribute->attname, attname) == 0)
            return attribute;
    }
    return NULL;
}

const PgaFromItem *
pga_scope_item(const PgaScope *scope, const char *alias)
{
    for (; scope; scope = scope->outer)
        for (guint i = 0; i < scope->items->len; i++) {
            const PgaFromItem *item = &g_array_index(scope->items, PgaFromItem, i);

            if (item->alias && strcmp(item->alias, alias) == 0)
                return item;
        }
    return NULL;
}

static gboolean
has_unknown(const PgaScope *scope)
{
    for (guint i = 0; i < scope->items->len; i++)
        if (!g_array_index(scope->items, PgaFromItem, i).relation)
            return TRUE;
    return FALSE;
}

/* A bare name is unambiguous in a statement that ran; what is not in the relations of a level may
 * be of something there whose columns are not known. */
static PgaColumn
bare_column(const PgaScope *scope, const char *attname)
{
    for (; scope; scope = scope->outer) {
        for (guint i = 0; i < scope->items->len; i++) {
            const PgaRelation *relation = g_array_index(scope->items, PgaFromItem, i).relation;
            const PgaAttribute *attribute = attribute_named(relation, attname);

            if (attribute)
                return (PgaColumn){relation, attribute};
        }
        if (has_unknown(scope))
            break;
    }
    return (PgaColumn){NULL, NULL};
}

PgaColumn
pga_scope_column(const PgaScope *scope, const json_t *ref)
{
    const json_t *fields = json_object_get(ref, "fields");
    const size_t n = json_array_size(fields);
    const char *attname = n ? pga_node_string(json_array_get(fields, n - 1)) : NULL;
    const char *alias = n > 1 ? pga_node_string(json_array_get(fields, n - 2)) : NULL;
    const PgaFromItem *item = alias ? pga_scope_item(scope, alias) : NULL;
    const PgaAttribute *attribute;

    if (!attname)
        return (PgaColumn){NULL, NULL};
    if (n == 1)
        return bare_column(scope, attname);
    attribute = item ? attribute_named(item->relation, attname) : NULL;
    return (PgaColumn){attribute ? item->relation : NULL, attribute};
}
