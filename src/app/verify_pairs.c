/* Conditions on two columns: joins along foreign keys and of a column with itself, columns whose
 * statistics are kept together. */
#include <base/text.h>

#include "verify_internal.h"

/** What the questions are made from. */
typedef struct {
    PgaProbes *probes;
    const PgaSnapshot *snapshot;
    GHashTable *relations;  /* a set of PgaOid */
    GHashTable *statistics; /* of relation oids to GPtrArray * of PgaColumnStatistics *, borrowed */
} Pairs;

static GHashTable *
index_statistics(const PgaSnapshot *snapshot)
{
    GHashTable *index = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < snapshot->planner->columns->len; i++) {
        PgaColumnStatistics *column = g_ptr_array_index(snapshot->planner->columns, i);
        GPtrArray *list = g_hash_table_lookup(index, GUINT_TO_POINTER(column->relation));

        if (!list) {
            list = g_ptr_array_new();
            g_hash_table_insert(index, GUINT_TO_POINTER(column->relation), list);
        }
        g_ptr_array_add(list, column);
    }
    return index;
}

static gboolean
is_asked(const Pairs *pairs, PgaOid relation)
{
    return g_hash_table_contains(pairs->relations, GUINT_TO_POINTER(relation));
}

static char *
quoted(const PgaRelation *relation)
{
    return pga_quote_qualified(relation->nspname, relation->relname);
}

/* (nullable) (transfer full): "a.x = b.y AND …"; *ordered: all of what keeps its order */
static char *
join_condition(const PgaConstraint *constraint, const PgaRelation *left, const PgaRelation *right,
               gboolean *ordered)
{
    g_autoptr(GString) sql = g_string_new(NULL);

    *ordered = TRUE;
    for (guint i = 0; i < MIN(constraint->conkey->len, constraint->confkey->len); i++) {
        const PgaAttribute *a =
            pga_relation_attribute(left, g_array_index(constraint->conkey, gint16, i));
        const PgaAttribute *b =
            pga_relation_attribute(right, g_array_index(constraint->confkey, gint16, i));
        g_autofree char *a_name = a ? pga_quote_identifier(a->attname) : NULL;
        g_autofree char *b_name = b ? pga_quote_identifier(b->attname) : NULL;

        if (!a || !b)
            return NULL;
        g_string_append_printf(sql, "%sa.%s = b.%s", i > 0 ? " AND " : "", a_name, b_name);
        *ordered = *ordered && pga_probe_keeps_order(a->typcategory);
    }
    return sql->len > 0 ? g_strdup(sql->str) : NULL;
}

static void
ask_foreign_key(const Pairs *pairs, const PgaConstraint *constraint)
{
    const PgaRelation *left = pga_catalog_relation(pairs->snapshot->catalog, constraint->conrelid);
    const PgaRelation *right =
        pga_catalog_relation(pairs->snapshot->catalog, constraint->confrelid);
    gboolean ordered = TRUE;
    g_autofree char *condition =
        left && right ? join_condition(constraint, left, right, &ordered) : NULL;
    g_autofree char *a = left ? quoted(left) : NULL, *b = right ? quoted(right) : NULL;
    PgaProbe *probe;

    if (!condition)
        return;
    probe = pga_probes_add(pairs->probes, PGA_ESTIMATE_JOIN, left->oid,
                           g_strdup_printf("SELECT 1 FROM %s a JOIN %s b ON %s", a, b, condition));
    if (constraint->conkey->len == 1)
        probe->attnum = g_array_index(constraint->conkey, gint16, 0);
    probe->any_plan = !ordered;
}

static PgaAttribute *
attribute_named(const PgaRelation *relation, const char *attname)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (g_strcmp0(attribute->attname, attname) == 0)
            return attribute;
    }
    return NULL;
}

/* (nullable): one with most common values, by which joins are estimated. */
static const PgaAttribute *
common_column(const Pairs *pairs, const PgaRelation *relation)
{
    const GPtrArray *columns =
        g_hash_table_lookup(pairs->statistics, GUINT_TO_POINTER(relation->oid));

    for (guint i = 0; columns && i < columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(columns, i);
        const PgaAttribute *attribute = attribute_named(relation, column->attname);

        for (guint j = 0; attribute && j < PGA_STATISTIC_SLOTS; j++)
            if (column->slots[j].kind == PGA_SLOT_MCV)
                return attribute;
    }
    return NULL;
}

static void
ask_self_join(const Pairs *pairs, const PgaRelation *relation)
{
    const PgaAttribute *attribute = common_column(pairs, relation);
    g_autofree char *from = quoted(relation);
    g_autofree char *name = attribute ? pga_quote_identifier(attribute->attname) : NULL;
    PgaProbe *probe;

    if (!attribute)
        return;
    probe = pga_probes_add(
        pairs->probes, PGA_ESTIMATE_JOIN, relation->oid,
        g_strdup_printf("SELECT 1 FROM %s a JOIN %s b ON a.%s = b.%s", from, from, name, name));
    probe->attnum = attribute->attnum;
    probe->any_plan = !pga_probe_keeps_order(attribute->typcategory);
}

/* (nullable) (transfer full): "x = 'its most common value'" */
static char *
common_condition(const Pairs *pairs, const PgaRelation *relation, const char *attname)
{
    const GPtrArray *columns =
        g_hash_table_lookup(pairs->statistics, GUINT_TO_POINTER(relation->oid));
    const PgaAttribute *attribute = attribute_named(relation, attname);

    for (guint i = 0; attribute && columns && i < columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(columns, i);
        g_autoptr(GPtrArray) values = g_strcmp0(column->attname, attname) == 0
                                          ? pga_probe_values(column, PGA_SLOT_MCV)
                                          : NULL;
        const char *value = values && values->len > 0 ? g_ptr_array_index(values, 0) : NULL;

        if (value) {
            g_autofree char *name = pga_quote_identifier(attname);
            g_autofree char *literal = pga_probe_literal(attribute->typcategory, value);

            return g_strdup_printf("%s = %s", name, literal);
        }
    }
    return NULL;
}

static void
ask_extended(const Pairs *pairs, const PgaExtendedStatistics *extended)
{
    const PgaObject *object = pga_objects_lookup(
        pairs->snapshot->objects, PGA_OBJECT_ID(PGA_CLASS_STATISTICS, extended->oid));
    const PgaRelation *relation =
        object ? pga_catalog_relation(pairs->snapshot->catalog, object->relation) : NULL;
    g_autofree char *from = relation ? quoted(relation) : NULL;
    g_autoptr(GString) sql = g_string_new(NULL);
    guint n = 0;

    if (!relation || !is_asked(pairs, relation->oid))
        return;
    g_string_append_printf(sql, "SELECT 1 FROM %s WHERE ", from);
    for (guint i = 0; i < extended->attnames->len; i++) {
        g_autofree char *condition =
            common_condition(pairs, relation, g_ptr_array_index(extended->attnames, i));

        if (condition)
            g_string_append_printf(sql, "%s%s", n++ > 0 ? " AND " : "", condition);
    }
    if (n > 1)
        pga_probes_add(pairs->probes, PGA_ESTIMATE_EQUALITY, relation->oid, g_strdup(sql->str));
}

void
pga_probes_ask_pairs(PgaProbes *probes, const PgaSnapshot *snapshot, GHashTable *relations)
{
    g_autoptr(GHashTable) statistics = index_statistics(snapshot);
    const Pairs pairs = {probes, snapshot, relations, statistics};

    for (guint i = 0; i < snapshot->catalog->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(snapshot->catalog->constraints, i);

        if (constraint->contype == 'f' && constraint->conparentid == 0 &&
            is_asked(&pairs, constraint->conrelid))
            ask_foreign_key(&pairs, constraint);
    }
    for (guint i = 0; i < snapshot->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(snapshot->catalog->relations, i);

        if (is_asked(&pairs, relation->oid))
            ask_self_join(&pairs, relation);
    }
    for (guint i = 0; i < snapshot->planner->extended->len; i++)
        ask_extended(&pairs, g_ptr_array_index(snapshot->planner->extended, i));
}
