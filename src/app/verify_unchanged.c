/* The first most-common values of each column, which keep their places. */
#include "verify_unchanged.h"

#include <anonymize/kept_words.h>
#include <base/array_text.h>
#include <string.h>

#include "verify_internal.h"
#include "verify_words.h"

enum {
    N_COMPARED = 10,
    MIN_EQUAL = 2,
    MIN_BITS = 24, /* of all equal ones: once in 10^7 columns by chance */
};

struct PgaUnchanged {
    PgaKeptWords *kept;
    GHashTable *values; /* of char *, the column's address, to GPtrArray * of char * */
};

static char *
address_of(const PgaColumnStatistics *column)
{
    return g_strdup_printf("%u.%d.%d", column->relation, column->attnum, column->inherited);
}

/* Of booleans, times, intervals, addresses of objects nothing is to be hidden. */
static gboolean
is_replaced(const PgaAttribute *attribute)
{
    static const char *const types[] = {"int2",    "int4",   "int8",      "numeric",     "float4",
                                        "float8",  "date",   "timestamp", "timestamptz", "text",
                                        "varchar", "bpchar", "uuid",      NULL};

    return attribute->typtype == 'e' || g_strv_contains(types, attribute->typname);
}

static gboolean
says_something(const PgaUnchanged *unchanged, const char *value)
{
    g_autofree char *folded = g_ascii_strdown(value, -1);

    for (const char *c = value; *c; c++)
        if (g_ascii_isalnum(*c))
            return !pga_kept_words_has(unchanged->kept, folded);
    return FALSE;
}

static void
remember(PgaUnchanged *unchanged, const PgaColumnStatistics *column)
{
    g_autoptr(GPtrArray) values = pga_probe_values(column, PGA_SLOT_MCV);

    if (!values)
        return;
    g_ptr_array_set_size(values, (int)MIN(values->len, N_COMPARED));
    g_hash_table_insert(unchanged->values, address_of(column), g_steal_pointer(&values));
}

PgaUnchanged *
pga_unchanged_new(const PgaSnapshot *snapshot)
{
    PgaUnchanged *unchanged = g_new0(PgaUnchanged, 1);

    unchanged->kept = pga_kept_words_new(snapshot);
    unchanged->values =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < snapshot->planner->columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(snapshot->planner->columns, i);
        const PgaRelation *relation = pga_catalog_relation(snapshot->catalog, column->relation);
        const PgaAttribute *attribute =
            relation ? pga_relation_attribute(relation, column->attnum) : NULL;

        if (attribute && is_replaced(attribute))
            remember(unchanged, column);
    }
    return unchanged;
}

void
pga_unchanged_free(PgaUnchanged *unchanged)
{
    if (!unchanged)
        return;
    pga_kept_words_free(unchanged->kept);
    g_hash_table_unref(unchanged->values);
    g_free(unchanged);
}

/* A number is moved for sure; one letter stays itself once in 26 times. */
static gboolean
is_unchanged(const PgaUnchanged *unchanged, const GPtrArray *before, const GPtrArray *after,
             gboolean moved)
{
    guint n = 0, equal = 0;
    double bits = 0;

    for (guint i = 0; i < MIN(before->len, after->len); i++) {
        const char *old = g_ptr_array_index(before, i), *new = g_ptr_array_index(after, i);

        if (!old || !new || !says_something(unchanged, old))
            continue;
        n++;
        if (!g_str_equal(old, new))
            continue;
        equal++;
        bits += pga_words_bits(old, strlen(old));
    }
    return equal >= MIN_EQUAL && equal * 2 >= n && (moved || bits >= MIN_BITS);
}

static gboolean
is_moved(const PgaRelation *relation, const PgaColumnStatistics *column)
{
    const PgaAttribute *attribute = pga_relation_attribute(relation, column->attnum);

    return attribute && (attribute->typcategory == 'N' || attribute->typcategory == 'D');
}

void
pga_unchanged_run(const PgaUnchanged *unchanged, const PgaSnapshot *snapshot,
                  PgaVerification *verification)
{
    for (guint i = 0; i < snapshot->planner->columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(snapshot->planner->columns, i);
        const PgaRelation *relation = pga_catalog_relation(snapshot->catalog, column->relation);
        g_autofree char *address = address_of(column);
        const GPtrArray *before = g_hash_table_lookup(unchanged->values, address);
        g_autoptr(GPtrArray) after = before ? pga_probe_values(column, PGA_SLOT_MCV) : NULL;
        PgaLeak *leak;

        if (!after || !relation ||
            !is_unchanged(unchanged, before, after, is_moved(relation, column)))
            continue;
        leak = pga_verification_add_leak(verification);
        leak->is_value = TRUE;
        leak->text = g_strdup(g_ptr_array_index(before, 0));
        leak->where =
            pga_relation_display(relation, pga_relation_attribute(relation, column->attnum));
        leak->n = after->len;
    }
}
