/* Order and lookups of a snapshot whose names changed. Lists that a reading put into the order of
 * names are put into that of the new ones: the old order would tell. */
#include "relink_internal.h"

#include <string.h>

enum { KEYS_MAX = 3 };

/** By what a list is ordered: fields of its records, numbers or texts, in this order. */
typedef struct {
    const PgaRecordType *type;
    const char *names[KEYS_MAX];
} Keys;

static const Keys orders[] = {
    {&pga_routine_type, {"nspname", "proname", "arguments"}},
    {&pga_trigger_type, {"relation", "tgname"}},
    {&pga_policy_type, {"relation", "polname"}},
    {&pga_rewrite_rule_type, {"relation", "rulename"}},
    {&pga_view_type, {"nspname", "relname"}},
    {&pga_publication_type, {"pubname"}},
    {&pga_collation_mismatch_type, {"nspname", "collname"}},
    {&pga_schema_acl_type, {"nspname"}},
    {&pga_database_type, {"datname"}},
    {&pga_replication_slot_type, {"slot_name"}},
    {&pga_subscription_type, {"subname", "datname"}},
    {&pga_tablespace_use_type, {"spcname"}},
};

/* (nullable) */
static const PgaField *
find_field(const PgaRecordType *type, const char *name)
{
    for (guint i = 0; name && i < type->n_fields; i++)
        if (g_str_equal(type->fields[i].name, name))
            return &type->fields[i];
    return NULL;
}

static int
compare_field(const PgaField *field, const char *a, const char *b)
{
    PgaOid left, right;

    if (field->type == PGA_FIELD_STRING)
        return g_strcmp0(*(char *const *)(a + field->offset), *(char *const *)(b + field->offset));
    left = *(const PgaOid *)(a + field->offset);
    right = *(const PgaOid *)(b + field->offset);
    return left < right ? -1 : left > right;
}

static int
compare_records(gconstpointer a, gconstpointer b, gpointer data)
{
    const Keys *keys = data;

    for (guint i = 0; i < KEYS_MAX; i++) {
        const PgaField *field = find_field(keys->type, keys->names[i]);
        const int order = field ? compare_field(field, *(char *const *)a, *(char *const *)b) : 0;

        if (order)
            return order;
    }
    return 0;
}

/* Every list of @record that has an order by names. */
static void
sort_lists(const PgaRecordType *type, gpointer record)
{
    for (guint i = 0; i < type->n_fields; i++) {
        if (type->fields[i].type != PGA_FIELD_RECORDS)
            continue;
        for (guint j = 0; j < G_N_ELEMENTS(orders); j++)
            if (orders[j].type == type->fields[i].record)
                g_ptr_array_sort_with_data(*(GPtrArray **)((char *)record + type->fields[i].offset),
                                           compare_records, (gpointer)&orders[j]);
    }
}

/* What pga_catalog_link() fills. */
static void
unlink_catalog(PgaCatalog *catalog)
{
    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        g_ptr_array_set_size(relation->indexes, 0);
        g_ptr_array_set_size(relation->constraints, 0);
    }
    g_hash_table_remove_all(catalog->relation_by_name);
    g_hash_table_remove_all(catalog->setting_by_name);
}

void
pga_snapshot_relink(PgaSnapshot *snapshot)
{
    unlink_catalog(snapshot->catalog);
    sort_lists(&pga_schema_type, snapshot->objects->schema);
    sort_lists(&pga_server_type, snapshot->server);
    pga_snapshot_link(snapshot);
}
