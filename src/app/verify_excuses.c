/* What is promised of a column's type, and cannot be kept of this one. */
#include <model/finding.h>
#include <string.h>

#include "verify_internal.h"

struct PgaExcuses {
    GHashTable *with_values; /* columns (see address_of()) whose statistics had values */
    GHashTable *by_hash;     /* relations that are partitioned so, and those above: PgaOid */
};

static gpointer
address_of(PgaOid relation, gint16 attnum)
{
    return GSIZE_TO_POINTER(((gsize)relation << 16) | (guint16)attnum);
}

static gboolean
has_values(const PgaColumnStatistics *column)
{
    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++)
        if (column->slots[i].values)
            return TRUE;
    return FALSE;
}

/* (transfer full): a set of addresses */
static GHashTable *
columns_with_values(const PgaSnapshot *snapshot)
{
    GHashTable *columns = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < snapshot->planner->columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(snapshot->planner->columns, i);

        if (has_values(column))
            g_hash_table_add(columns, address_of(column->relation, column->attnum));
    }
    return columns;
}

PgaExcuses *
pga_excuses_new(const PgaSnapshot *snapshot)
{
    PgaExcuses *excuses = g_new0(PgaExcuses, 1);

    excuses->with_values = columns_with_values(snapshot);
    excuses->by_hash = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < snapshot->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(snapshot->catalog->relations, i);
        gboolean by_hash = relation->partkey && g_str_has_prefix(relation->partkey, "HASH");

        for (; by_hash && relation;
             relation = pga_catalog_relation(snapshot->catalog, relation->parent))
            g_hash_table_add(excuses->by_hash, GUINT_TO_POINTER(relation->oid));
    }
    return excuses;
}

void
pga_excuses_free(PgaExcuses *excuses)
{
    if (!excuses)
        return;
    g_hash_table_unref(excuses->with_values);
    g_hash_table_unref(excuses->by_hash);
    g_free(excuses);
}

static gboolean
reads_by_hash(const PgaExcuses *excuses, const PgaProbe *probe)
{
    for (guint i = 0; probe->relations && i < probe->relations->len; i++)
        if (g_hash_table_contains(excuses->by_hash,
                                  GUINT_TO_POINTER(g_array_index(probe->relations, PgaOid, i))))
            return TRUE;
    return g_hash_table_contains(excuses->by_hash, GUINT_TO_POINTER(probe->relation));
}

/** Which reasons there were. */
typedef struct {
    guint n_hash, n_values, n_float4;
} Reasons;

static gboolean
is_float4(const PgaSnapshot *after, const PgaProbe *probe)
{
    const PgaRelation *relation = pga_catalog_relation(after->catalog, probe->relation);
    const PgaAttribute *attribute =
        relation ? pga_relation_attribute(relation, probe->attnum) : NULL;

    return attribute && g_str_equal(attribute->typname, "float4");
}

/* Counted for each column once. */
static gboolean
lost_values(const PgaExcuses *excuses, GHashTable *still, const PgaProbe *probe)
{
    gconstpointer address = address_of(probe->relation, probe->attnum);

    return probe->attnum > 0 && g_hash_table_contains(excuses->with_values, address) &&
           !g_hash_table_contains(still, address);
}

static void
add_note(GPtrArray *notes, guint n, const char *what, const char *why)
{
    if (n > 0)
        g_ptr_array_add(notes,
                        pga_not_checked_new(NULL, g_strdup_printf("%u conditions on %s", n, what),
                                            g_strdup(why)));
}

void
pga_excuses_apply(PgaExcuses *excuses, const PgaSnapshot *after, PgaProbes *probes,
                  GPtrArray *notes)
{
    g_autoptr(GHashTable) still = columns_with_values(after);
    Reasons reasons = {0};

    for (guint i = 0; i < probes->list->len; i++) {
        PgaProbe *probe = g_ptr_array_index(probes->list, i);
        const gboolean by_hash = reads_by_hash(excuses, probe);
        const gboolean lost = lost_values(excuses, still, probe);
        const gboolean rough = is_float4(after, probe);

        reasons.n_hash += by_hash;
        reasons.n_values += lost;
        reasons.n_float4 += rough;
        probe->unpromised = by_hash || lost || rough;
    }
    add_note(notes, reasons.n_hash, "tables partitioned by hash",
             "free to differ: a pseudonym belongs to another partition than its value");
    add_note(notes, reasons.n_values, "columns of types that no pseudonyms are known for",
             "free to differ: their values are left out");
    add_note(notes, reasons.n_float4, "columns of type real",
             "free to differ: moved, they lose digits");
}
