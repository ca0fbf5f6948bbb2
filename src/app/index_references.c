/* What deleting a row, or changing its key, asks of the tables that reference it: the checks of
 * foreign keys that no index serves join the workload as statements of their own. */
#include <string.h>

#include <base/text.h>
#include <model/foreign_key.h>
#include <parse/node.h>

#include "index_internal.h"

/** References on their way into the workload. */
typedef struct {
    PgaIndexRun *run;
    GHashTable *relations;  /* of "schema.name" to const PgaRelation *, not quoted */
    GHashTable *by_name;    /* of names alone to the same; NULL: several have it */
    GHashTable *referenced; /* of relations to GPtrArray * of const PgaConstraint * */
    GHashTable *queries;    /* of constraints to PgaQuery *, owned by the workload */
} References;

static void
find_relation(References *all, const PgaRelation *relation)
{
    g_hash_table_insert(all->relations,
                        g_strconcat(relation->nspname, ".", relation->relname, NULL),
                        (gpointer)relation);
    g_hash_table_insert(
        all->by_name, relation->relname,
        g_hash_table_contains(all->by_name, relation->relname) ? NULL : (gpointer)relation);
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaConstraint *key = g_ptr_array_index(relation->constraints, i);
        const PgaRelation *target =
            key->contype == 'f' ? pga_catalog_relation(all->run->source.catalog, key->confrelid)
                                : NULL;
        GPtrArray *keys;

        if (!target || key->conparentid || pga_covering_index(relation, key->conkey, TRUE))
            continue;
        keys = g_hash_table_lookup(all->referenced, target);
        if (!keys) {
            keys = g_ptr_array_new();
            g_hash_table_insert(all->referenced, (gpointer)target, keys);
        }
        g_ptr_array_add(keys, (gpointer)key);
    }
}

static void
add_check(References *all, const PgaConstraint *key, const PgaQuery *from)
{
    const PgaRelation *relation = pga_catalog_relation(all->run->source.catalog, key->conrelid);
    PgaQuery *query = g_hash_table_lookup(all->queries, key);
    char *text = relation && !query ? pga_foreign_key_check(relation, key->conkey) : NULL;
    PgaQuerySample *sample;

    if (query)
        query->calls += MAX(from->calls, 1);
    if (!text)
        return;
    query = pga_query_new();
    query->text = text;
    query->fingerprint = g_strdup_printf("%08x%08x", g_str_hash(text), key->oid);
    query->command = 's';
    query->calls = MAX(from->calls, 1);
    query->total_ms = -1;
    query->origin = g_strdup_printf("foreign key %s", key->conname);
    sample = pga_query_sample_new(g_strdup(text), 1);
    sample->is_generic = TRUE;
    g_ptr_array_add(query->samples, sample);
    g_hash_table_insert(all->queries, (gpointer)key, query);
}

/* (nullable): what the statement deletes from or updates. A name without a schema is that of
 * "public", or the only one. */
static const PgaRelation *
target_of(const References *all, const json_t *fields)
{
    const json_t *range = json_object_get(fields, "relation");
    const char *schema = json_string_value(json_object_get(range, "schemaname"));
    const char *name = json_string_value(json_object_get(range, "relname"));
    g_autofree char *full = g_strconcat(schema ? schema : "public", ".", name ? name : "", NULL);
    const PgaRelation *found = g_hash_table_lookup(all->relations, full);

    return found || schema || !name ? found : g_hash_table_lookup(all->by_name, name);
}

/* Whether UPDATE's targetList has a column that @key refers to. */
static gboolean
sets_key(const PgaRelation *target, const PgaConstraint *key, const json_t *fields)
{
    const json_t *list = json_object_get(fields, "targetList");

    for (guint i = 0; i < json_array_size(list); i++) {
        const json_t *entry = pga_node_as(json_array_get(list, i), "ResTarget");
        const char *name = json_string_value(json_object_get(entry, "name"));

        for (guint j = 0; name && j < key->confkey->len; j++) {
            const PgaAttribute *attribute =
                pga_relation_attribute(target, g_array_index(key->confkey, gint16, j));

            if (attribute && g_str_equal(attribute->attname, name))
                return TRUE;
        }
    }
    return FALSE;
}

static void
add_of(References *all, const PgaQuery *query)
{
    const char *text = query->samples->len
                           ? ((const PgaQuerySample *)g_ptr_array_index(query->samples, 0))->text
                           : query->text;
    json_t *tree = pga_node_parse(text);
    const json_t *statement =
        json_object_get(json_array_get(json_object_get(tree, "stmts"), 0), "stmt");
    const json_t *update = pga_node_as(statement, "UpdateStmt");
    const json_t *fields = update ? update : pga_node_as(statement, "DeleteStmt");
    const PgaRelation *target = fields ? target_of(all, fields) : NULL;
    const GPtrArray *keys = target ? g_hash_table_lookup(all->referenced, target) : NULL;

    for (guint i = 0; keys && i < keys->len; i++) {
        const PgaConstraint *key = g_ptr_array_index(keys, i);

        if (!update || sets_key(target, key, update))
            add_check(all, key, query);
    }
    json_decref(tree);
}

static void
note_checks(const References *all)
{
    const guint n = g_hash_table_size(all->queries);

    if (n > 0)
        g_ptr_array_add(
            all->run->report->notes,
            g_strdup_printf("Deleted rows and changed keys are looked for where foreign keys "
                            "reference them: the checks of %u %s without an index count as "
                            "statements (SELECT 1 FROM ONLY …).",
                            n, n == 1 ? "foreign key" : "foreign keys"));
}

void
pga_index_add_references(PgaIndexRun *run)
{
    g_autoptr(GHashTable) relations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) referenced =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) queries = g_hash_table_new(NULL, NULL);
    References all = {run, relations, by_name, referenced, queries};
    const GPtrArray *catalog = run->source.catalog->relations;
    GPtrArray *workload = run->report->workload->queries;

    for (guint i = 0; i < catalog->len; i++)
        find_relation(&all, g_ptr_array_index(catalog, i));
    for (guint i = 0; g_hash_table_size(referenced) > 0 && i < workload->len; i++) {
        const PgaQuery *query = g_ptr_array_index(workload, i);

        if (!query->not_analysed && (query->command == 'd' || query->command == 'u'))
            add_of(&all, query);
    }
    /* in the catalog's order: no hash decides what comes first */
    for (guint i = 0; i < catalog->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog, i);

        for (guint j = 0; j < relation->constraints->len; j++) {
            PgaQuery *query =
                g_hash_table_lookup(queries, g_ptr_array_index(relation->constraints, j));

            if (!query)
                continue;
            g_ptr_array_add(workload, query);
            run->report->workload->n_statements++;
        }
    }
    note_checks(&all);
}
