/* Which index answers an equality search by a set of columns, as a foreign key's check is one: any
 * order of the columns will do, and so will more columns behind them. */
#include <string.h>

#include <base/text.h>

#include "model/foreign_key.h"

gboolean
pga_attnums_contain(const GArray *attnums, gint16 attnum)
{
    for (guint i = 0; i < attnums->len; i++) {
        if (g_array_index(attnums, gint16, i) == attnum)
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_attnums_include(const GArray *attnums, const GArray *subset)
{
    for (guint i = 0; i < subset->len; i++) {
        if (!pga_attnums_contain(attnums, g_array_index(subset, gint16, i)))
            return FALSE;
    }
    return TRUE;
}

/* Whether the key begins with a permutation of @attnums. */
static gboolean
leads(const PgaIndex *index, const GArray *attnums)
{
    g_autoptr(GArray) leading = g_array_new(FALSE, FALSE, sizeof(gint16));

    for (guint i = 0; i < index->n_key_atts; i++) {
        const gint16 attnum = g_array_index(index->indkey, gint16, i);

        if (!pga_attnums_contain(attnums, attnum))
            break;
        g_array_append_val(leading, attnum);
    }
    return pga_attnums_include(leading, attnums);
}

/* A predicate that demands nothing but that columns of the key are not null: the foreign key's own
 * lookup, for a value that is not null, implies it. */
static gboolean
predicate_is_implied(const PgaRelation *relation, const char *pred, const GArray *attnums)
{
    g_autoptr(GString) rest = g_string_new(pred);

    for (guint i = 0; i < attnums->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(attnums, gint16, i));
        g_autofree char *column = attribute ? pga_quote_identifier(attribute->attname) : NULL;
        g_autofree char *term = g_strdup_printf("(%s IS NOT NULL)", column ? column : "");

        g_string_replace(rest, term, "", 0);
    }
    g_string_replace(rest, " AND ", "", 0);
    return strspn(rest->str, "()") == rest->len;
}

static gboolean
covers(const PgaRelation *relation, const PgaIndex *index, const GArray *attnums)
{
    /* GiST has equality for what btree_gist or a range type brings: an exclusion constraint's, say
     */
    if (!g_str_equal(index->amname, "btree") && !g_str_equal(index->amname, "hash") &&
        !g_str_equal(index->amname, "gist"))
        return FALSE;
    return leads(index, attnums) &&
           (!index->pred || predicate_is_implied(relation, index->pred, attnums));
}

const PgaIndex *
pga_covering_index(const PgaRelation *relation, const GArray *attnums, gboolean usable)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if ((index->indisvalid && index->indisready) == usable && index->indislive &&
            covers(relation, index, attnums))
            return index;
    }
    return NULL;
}

/* (transfer full): @attnums of @relation as @partition numbers its columns of the same names. */
static GArray *
translate(const PgaRelation *relation, const PgaRelation *partition, const GArray *attnums)
{
    GArray *translated = g_array_new(FALSE, FALSE, sizeof(gint16));

    for (guint i = 0; i < attnums->len; i++) {
        const PgaAttribute *wanted =
            pga_relation_attribute(relation, g_array_index(attnums, gint16, i));

        for (guint j = 0; wanted && j < partition->attributes->len; j++) {
            const PgaAttribute *attribute = g_ptr_array_index(partition->attributes, j);

            if (g_str_equal(attribute->attname, wanted->attname))
                g_array_append_val(translated, attribute->attnum);
        }
    }
    return translated;
}

gboolean
pga_partitions_are_covered(GHashTable *partitions, const PgaRelation *relation,
                           const GArray *attnums)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    const GPtrArray *list = g_hash_table_lookup(partitions, GUINT_TO_POINTER(relation->oid));

    if (!list)
        return FALSE;
    g_ptr_array_extend(todo, (GPtrArray *)list, NULL, NULL);
    for (guint i = 0; i < todo->len; i++) {
        const PgaRelation *partition = g_ptr_array_index(todo, i);
        g_autoptr(GArray) own = translate(relation, partition, attnums);

        if (pga_covering_index(partition, own, TRUE))
            continue;
        list = g_hash_table_lookup(partitions, GUINT_TO_POINTER(partition->oid));
        if (!list)
            return FALSE;
        g_ptr_array_extend(todo, (GPtrArray *)list, NULL, NULL);
    }
    return TRUE;
}

const char *
pga_equality_schema(const PgaAttribute *attribute)
{
    if (attribute->typtype != 'b' || attribute->typcategory == 'A' || !attribute->typnspname)
        return "pg_catalog";
    return attribute->typnspname;
}

char *
pga_foreign_key_check(const PgaRelation *relation, const GArray *attnums)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    GString *sql = g_string_new("SELECT 1 FROM ");

    g_string_append_printf(sql, "%s%s x WHERE ", relation->relkind == 'p' ? "" : "ONLY ", table);
    for (guint i = 0; i < attnums->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(attnums, gint16, i));
        g_autofree char *column =
            attribute ? pga_quote_identifier(attribute->attname) : g_strdup("");
        g_autofree char *schema =
            pga_quote_identifier(attribute ? pga_equality_schema(attribute) : "pg_catalog");

        g_string_append_printf(sql, "%s$%u OPERATOR(%s.=) x.%s", i ? " AND " : "", i + 1, schema,
                               column);
    }
    g_string_append(sql, " FOR KEY SHARE OF x");
    return g_string_free(sql, FALSE);
}
