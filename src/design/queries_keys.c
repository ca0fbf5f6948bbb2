/* Look-ups by the primary key of a partitioned table: the key has the partition key in it, and a
 * look-up that leaves that out searches every partition. Those that were assumed give it. */
#include <base/text.h>
#include <parse/requirements.h>
#include <string.h>

#include "partitions_internal.h"
#include "queries_internal.h"

static gboolean
compares(const PgaSpecPattern *pattern, const PgaDesignTable *table, const char *name)
{
    const PgaDesignColumn *column = pga_design_table_column(table, name);
    const char *attribute = column && column->attribute ? column->attribute->name : name;

    for (guint i = 0; i < pattern->where->len; i++) {
        g_autoptr(PgaCondition) condition =
            pga_condition_parse(g_ptr_array_index(pattern->where, i), NULL);

        if (condition && condition->kind == PGA_CONDITION_COMPARE && !condition->value &&
            g_strcmp0(condition->operator_, "=") == 0 &&
            (g_strcmp0(condition->attribute, name) == 0 ||
             g_strcmp0(condition->attribute, attribute) == 0))
            return TRUE;
    }
    return FALSE;
}

/* Whether the pattern compares the columns but for @column, and nothing else. */
static gboolean
is_by(const PgaSpecPattern *pattern, const PgaDesignTable *table, const GPtrArray *columns,
      const char *column)
{
    guint n = 0;

    for (guint i = 0; i < columns->len; i++) {
        const char *name = g_ptr_array_index(columns, i);

        if (strcmp(name, column) == 0)
            continue;
        if (!compares(pattern, table, name))
            return FALSE;
        n++;
    }
    return n > 0 && n == pattern->where->len;
}

gboolean
pga_query_is_by_key(const PgaSpecPattern *pattern, const PgaDesignTable *table, const char *column)
{
    const PgaDesignKey *key = pga_design_table_primary(table);
    const PgaDesignColumn *added = pga_design_table_column(table, column);

    if (!pattern || !pattern->is_assumed || pattern->kind == PGA_PATTERN_SQL ||
        pattern->kind == PGA_PATTERN_INSERT || !added || !added->not_null ||
        !pga_partition_is_time(added))
        return FALSE;
    if (key && is_by(pattern, table, key->columns, column))
        return TRUE;
    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);

        if (pga_partition_has_column(reference->columns, column) &&
            is_by(pattern, table, reference->columns, column))
            return TRUE;
    }
    return FALSE;
}

/* (nullable): the column by which the table is partitioned and that the pattern leaves out. */
static const PgaDesignColumn *
left_out(const PgaQueryDraft *draft)
{
    const PgaDesignPartitioning *how = draft->table->partitioning;
    const char *names[] = {how ? how->column : NULL, how ? how->sub_column : NULL};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (names[i] && pga_query_is_by_key(draft->pattern, draft->table, names[i]))
            return pga_design_table_column(draft->table, names[i]);
    return NULL;
}

void
pga_query_add_partition_key(PgaQueryDraft *draft, GString *where)
{
    const PgaDesignColumn *column = draft->unkeyed ? NULL : left_out(draft);
    PgaQueryCompared compared = {.table = draft->table, .column = column, .operator_ = "="};
    g_autofree char *name = column ? pga_quote_identifier(column->name) : NULL;
    g_autofree char *relation = pga_query_relation(draft->table);

    if (!column)
        return;
    draft->key_added = column->name;
    g_string_append_printf(where, " AND %s%s%s = $%u", draft->qualifies ? relation : "",
                           draft->qualifies ? "." : "", name,
                           pga_query_add_value(draft, pga_query_typical(&compared, 0),
                                               pga_query_typical(&compared, 1)));
}
