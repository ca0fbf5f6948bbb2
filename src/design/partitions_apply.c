/* What follows for keys and references where a table is partitioned: the primary key gets the
 * partition key, tables that refer to it a copy of that. */
#include <base/text.h>
#include <string.h>

#include "partitions_internal.h"

#define MAX_NAME 63

static void
change(PgaDesignPartitioning *partitioning, char *text)
{
    char *all = partitioning->key_change ? g_strdup_printf("%s; %s", partitioning->key_change, text)
                                         : g_strdup(text);

    g_free(partitioning->key_change);
    partitioning->key_change = all;
    g_free(text);
}

static void
extend_key(PgaDesignKey *key, PgaDesignPartitioning *partitioning, const char *column)
{
    if (pga_partition_has_column(key->columns, column))
        return;
    g_ptr_array_add(key->columns, g_strdup(column));
    change(partitioning,
           g_strdup_printf("the primary key of %s gets %s (K-01): the database does not enforce "
                           "that %s alone is unique, what makes its values does",
                           partitioning->table->name, column,
                           (const char *)g_ptr_array_index(key->columns, 0)));
}

/* (transfer full): of at most 63 bytes, not yet a column of @table: "order_placed_at". */
static char *
copy_name(const PgaDesignTable *table, const PgaDesignReference *reference, const char *column)
{
    const char *first = g_ptr_array_index(reference->columns, 0);
    const gsize length = strlen(first) - (g_str_has_suffix(first, "_id") ? strlen("_id") : 0);
    g_autofree char *stem = g_strndup(first, length);
    g_autofree char *whole = g_strdup_printf("%s_%s", stem, column);
    g_autofree char *name = NULL;

    for (guint i = 1; !name || pga_design_table_column(table, name); i++) {
        g_autofree char *suffix = i > 1 ? g_strdup_printf("_%u", i) : g_strdup("");
        gsize keep = MIN(strlen(whole), MAX_NAME - strlen(suffix));

        while (keep > 0 && ((guchar)whole[keep] & 0xC0) == 0x80)
            keep--;
        g_free(name);
        name = g_strdup_printf("%.*s%s", (int)keep, whole, suffix);
    }
    return g_steal_pointer(&name);
}

static void
copy_shape(PgaColumnShape *to, const PgaColumnShape *from)
{
    GPtrArray *common = to->common;

    *to = *from;
    to->common = common;
    to->low = g_strdup(from->low);
    to->high = g_strdup(from->high);
    for (guint i = 0; i < from->common->len; i++) {
        const PgaSpecShare *value = g_ptr_array_index(from->common, i);

        pga_spec_add_share(common, value->value, value->share);
    }
}

static guint
place_of(const PgaDesignTable *table, const char *name)
{
    guint i = 0;

    while (i < table->columns->len &&
           strcmp(((PgaDesignColumn *)g_ptr_array_index(table->columns, i))->name, name) != 0)
        i++;
    return i;
}

/* Behind the column that refers, where both are of 8 bytes; else at the end: no padding either way
 * that was not there. */
static void
place_copy(PgaDesignTable *child, const char *first)
{
    const guint place = place_of(child, first), last = child->columns->len - 1;
    const PgaDesignColumn *before = g_ptr_array_index(child->columns, place);
    PgaDesignColumn *copy = g_ptr_array_index(child->columns, last);

    if (strcmp(before->type, "bigint") != 0 || !g_str_has_prefix(copy->type, "timestamp"))
        return;
    g_ptr_array_steal_index(child->columns, last);
    g_ptr_array_insert(child->columns, (int)place + 1, copy);
}

/* NULL together with what it belongs to. */
static void
tie_nulls(PgaDesignTable *child, const PgaDesignReference *reference, const char *copy)
{
    const char *first = g_ptr_array_index(reference->columns, 0);
    g_autofree char *left = pga_quote_identifier(first);
    g_autofree char *right = pga_quote_identifier(copy);
    g_autofree char *name = g_strdup_printf("%s_%s_whole", child->name, first);
    PgaDesignConstraint *constraint;

    if (strlen(name) > MAX_NAME)
        return;
    constraint = pga_design_table_add_constraint(child, name);
    constraint->definition = g_strdup_printf("CHECK ((%s IS NULL) = (%s IS NULL))", left, right);
    constraint->why = g_strdup("a reference of two columns is checked only where neither is NULL");
}

static void
carry(PgaDesignTable *child, PgaDesignReference *reference, PgaDesignPartitioning *partitioning,
      const char *column)
{
    const PgaDesignColumn *key = pga_design_table_column(partitioning->table, column);
    const char *first = g_ptr_array_index(reference->columns, 0);
    const PgaDesignColumn *referring = pga_design_table_column(child, first);
    g_autofree char *name = copy_name(child, reference, column);
    PgaDesignColumn *copy = pga_design_table_add_column(child, name, key->type);

    copy->not_null = referring->not_null;
    copy->reason = g_strdup_printf("as %s.%s", partitioning->table->name, column);
    copy->comment = g_strdup_printf("%s of the row of %s that %s refers to: part of its key",
                                    column, partitioning->table->name, first);
    copy_shape(&copy->shape, &key->shape);
    copy->shape.null_share = referring->shape.null_share;
    g_ptr_array_add(reference->columns, g_strdup(name));
    g_ptr_array_add(reference->referenced_columns, g_strdup(column));
    if (!referring->not_null)
        tie_nulls(child, reference, name);
    place_copy(child, first);
    g_ptr_array_add(child->notes,
                    g_strdup_printf("%s is a copy of %s.%s: a reference to a partitioned table "
                                    "names its whole key (K-02); INSERT has to give it",
                                    name, partitioning->table->name, column));
    change(partitioning, g_strdup_printf("%s gets %s and refers by (%s, %s) (K-02)", child->name,
                                         name, first, name));
}

static gboolean
carry_everywhere(PgaArchitecture *architecture, PgaDesignPartitioning *partitioning,
                 const char *column)
{
    gboolean changed = FALSE;

    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaDesignTable *child = g_ptr_array_index(architecture->tables, i);

        for (guint j = 0; j < child->references->len; j++) {
            PgaDesignReference *reference = g_ptr_array_index(child->references, j);

            if (reference->is_dropped || strcmp(reference->table, partitioning->table->name) != 0 ||
                pga_partition_has_column(reference->referenced_columns, column))
                continue;
            carry(child, reference, partitioning, column);
            changed = TRUE;
        }
    }
    return changed;
}

gboolean
pga_partition_apply(PgaArchitecture *architecture, PgaDesignTable *table,
                    PgaDesignPartitioning *partitioning)
{
    const char *columns[] = {partitioning->column, partitioning->sub_column};
    PgaDesignKey *key = (PgaDesignKey *)pga_design_table_primary(table);
    gboolean changed = FALSE;

    table->partitioning = partitioning;
    for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
        if (!columns[i])
            continue;
        if (key)
            extend_key(key, partitioning, columns[i]);
        changed |= carry_everywhere(architecture, partitioning, columns[i]);
    }
    return changed;
}
