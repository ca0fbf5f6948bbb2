/* What the indexes of keys and exclusion constraints take. */
#include <math.h>
#include <model/btree_size.h>
#include <string.h>

#include "sizes_internal.h"
#include "tables_internal.h"

enum { BLOCK = 8192, INDEX_TUPLE_HEADER = 8, NULL_BITMAP = 4, LINE_POINTER = 4 };

/* Leaves: of keys that grow with each row, and of others, whose leaves are split in the middle
 * again and again. */
#define FILL_GROWING 0.9
#define FILL_RANDOM  0.71

/* GiST: pages after splits, and the two bounds that btree_gist keeps of scalars. */
#define FILL_GIST   0.62
#define GIST_BOUNDS 2

/* (nullable) */
static const PgaDesignColumn *
first_column(const PgaDesignTable *table, const GPtrArray *columns)
{
    return columns->len > 0 ? pga_design_table_column(table, g_ptr_array_index(columns, 0)) : NULL;
}

/* Bytes of an entry with its header. */
static double
entry_bytes(const PgaDesignTable *table, const GPtrArray *columns)
{
    double offset = 0, with_null = 0;

    for (guint i = 0; i < columns->len; i++) {
        const PgaDesignColumn *column =
            pga_design_table_column(table, g_ptr_array_index(columns, i));
        const PgaTypeLayout layout = pga_type_layout(column ? column->type : "text");
        const double width =
            layout.length > 0 ? layout.length : MAX(column ? column->shape.width : 16, 1);

        offset = pga_align_to(offset, layout.length > 0 ? layout.align : 1) + width;
        with_null =
            column && !column->not_null ? MAX(with_null, column->shape.null_share) : with_null;
    }
    /* lengths vary: on average half of the alignment is lost */
    return pga_align_to(INDEX_TUPLE_HEADER + offset, 8) + with_null * NULL_BITMAP;
}

/* Whether a key's rows come in its order. */
static gboolean
grows(const PgaDesignTable *table, const GPtrArray *columns)
{
    const PgaDesignColumn *first = first_column(table, columns);

    return first && (first->identity || fabs(first->shape.correlation) >= 0.95);
}

static double
key_bytes(const PgaDesignTable *table, const PgaDesignKey *key)
{
    const double rows = MAX(table->rows, 1);
    const PgaBtree btree = {rows, rows, pga_align_to(entry_bytes(table, key->columns), 8),
                            grows(table, key->columns) ? FILL_GROWING : FILL_RANDOM};

    return pga_btree_pages(&btree) * BLOCK;
}

/* Whether column @name is one of the words of the constraint's definition. */
static gboolean
is_named(const char *definition, const char *name)
{
    static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const gsize length = strlen(name);

    for (const char *at = strstr(definition, name); at; at = strstr(at + 1, name))
        if ((at == definition || !strchr(word, at[-1])) &&
            (!at[length] || !strchr(word, at[length])))
            return TRUE;
    return FALSE;
}

static double
exclusion_bytes(const PgaDesignTable *table, const char *definition)
{
    double key = 0;

    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        const PgaTypeLayout layout = pga_type_layout(column->type);

        if (!is_named(definition, column->name))
            continue;
        key += strstr(column->type, "range")
                   ? MAX(column->shape.width, 8)
                   : GIST_BOUNDS *
                         (layout.length > 0 ? MAX(layout.length, 4) : MAX(column->shape.width, 4));
    }
    return MAX(table->rows, 1) * (pga_align_to(INDEX_TUPLE_HEADER + key, 8) + LINE_POINTER) /
           FILL_GIST;
}

double
pga_sizes_indexes(const PgaDesignTable *table)
{
    double bytes = 0;

    for (guint i = 0; i < table->keys->len; i++)
        bytes += key_bytes(table, g_ptr_array_index(table->keys, i));
    for (guint i = 0; i < table->constraints->len; i++) {
        const PgaDesignConstraint *constraint = g_ptr_array_index(table->constraints, i);

        if (g_str_has_prefix(constraint->definition, "EXCLUDE"))
            bytes += exclusion_bytes(table, constraint->definition);
    }
    return bytes;
}
