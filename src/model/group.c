/* Findings that are the same in many schemas. */
#include "model/group.h"

#include <string.h>

/* The length of the schema that @object begins with, as it is written; 0: it begins with none. */
static gsize
schema_length(const char *object)
{
    const char *at = object;

    if (*at != '"') {
        at += strcspn(at, ".\" (");
    } else {
        do
            at += 1 + strcspn(at + 1, "\"");
        while (*at == '"' && at[1] == '"' && *++at);
        at += *at == '"';
    }
    return *at == '.' ? (gsize)(at - object) : 0;
}

/* (transfer full): without its quotes. */
static char *
unquote(const char *text, gsize length)
{
    GString *name = g_string_new_len(text, (gssize)length);

    if (*name->str != '"' || name->len < 2)
        return g_string_free(name, FALSE);
    g_string_truncate(name, name->len - 1);
    g_string_erase(name, 0, 1);
    g_string_replace(name, "\"\"", "\"", 0);
    return g_string_free(name, FALSE);
}

static GHashTable *
schemas_of(const PgaCatalog *catalog)
{
    GHashTable *schemas = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < catalog->relations->len; i++)
        g_hash_table_add(schemas,
                         ((const PgaRelation *)g_ptr_array_index(catalog->relations, i))->nspname);
    return schemas;
}

/* (transfer full) (nullable): rule and the object without its schema, of a schema nothing. */
static char *
key_of(const PgaFinding *finding, GHashTable *schemas)
{
    const gsize before_dot = schema_length(finding->object);
    const gsize length = before_dot ? before_dot : strlen(finding->object);
    g_autofree char *schema = unquote(finding->object, length);

    if (!g_hash_table_contains(schemas, schema))
        return NULL;
    return g_strconcat(finding->rule, "\n", finding->object + length, NULL);
}

static GHashTable *
lists_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                 (GDestroyNotify)g_ptr_array_unref);
}

/* Takes @key. */
static GPtrArray *
list_of(GHashTable *lists, char *key)
{
    GPtrArray *list = g_hash_table_lookup(lists, key);

    if (list) {
        g_free(key);
        return list;
    }
    list = g_ptr_array_new();
    g_hash_table_insert(lists, key, list);
    return list;
}

void
pga_findings_group(GPtrArray *findings, const PgaCatalog *catalog)
{
    g_autoptr(GHashTable) schemas = schemas_of(catalog);
    g_autoptr(GHashTable) lists = lists_new();
    GHashTableIter iter;
    gpointer key, value;

    for (guint i = 0; i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);
        char *own = key_of(finding, schemas);

        g_clear_pointer(&finding->group, g_free);
        if (own)
            g_ptr_array_add(list_of(lists, own), finding);
    }
    g_hash_table_iter_init(&iter, lists);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const GPtrArray *list = value;

        for (guint i = 0; list->len >= PGA_GROUP_MIN_SCHEMAS && i < list->len; i++) {
            PgaFinding *finding = g_ptr_array_index(list, i);

            finding->group = g_strconcat("*", strchr(key, '\n') + 1, NULL);
        }
    }
}

PgaGroups *
pga_groups_new(const GPtrArray *findings)
{
    PgaGroups *groups = g_new0(PgaGroups, 1);
    g_autoptr(GHashTable) lists = lists_new();

    groups->shown = g_ptr_array_new();
    groups->members = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);
        GPtrArray *list = NULL;

        if (finding->group)
            list = list_of(lists, g_strconcat(finding->rule, "\n", finding->group, NULL));
        if (!list || list->len == 0)
            g_ptr_array_add(groups->shown, finding);
        if (!list)
            continue;
        if (list->len == 0)
            g_hash_table_insert(groups->members, finding, g_ptr_array_ref(list));
        g_ptr_array_add(list, finding);
    }
    return groups;
}

void
pga_groups_free(PgaGroups *groups)
{
    if (!groups)
        return;
    g_ptr_array_unref(groups->shown);
    g_hash_table_unref(groups->members);
    g_free(groups);
}

const GPtrArray *
pga_groups_members(const PgaGroups *groups, const PgaFinding *finding)
{
    return groups ? g_hash_table_lookup(groups->members, finding) : NULL;
}

char *
pga_group_schema(const PgaFinding *member)
{
    const gsize length = schema_length(member->object);

    return length ? g_strndup(member->object, length) : g_strdup(member->object);
}
