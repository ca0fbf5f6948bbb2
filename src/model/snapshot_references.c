/* What records of a snapshot say of one another: oids that are one object's only, columns that are
 * there, parents that go round in no circle. A reference to what is not in the file is none of
 * these: somebody may have held it locked. */
#include <string.h>

#include "snapshot_internal.h"

#define MAX_DEPTH     64   /* of partitions; PostgreSQL knows no limit, people do */
#define MAX_ATTNUM    1600 /* MaxHeapAttributeNumber, src/include/access/htup_details.h */
#define MAX_INDEX_KEY 64
#define MAX_BLOCKS    (G_GINT64_CONSTANT(1) << 43) /* 2^11 partitions of 2^32 blocks */

/** What is being checked, with what was seen so far. */
typedef struct {
    const PgaCatalog *catalog;
    GHashTable *relations;   /* of oid to PgaRelation * */
    gboolean system_columns; /* may be in keys: the oid column, before 12 */
} Check;

/* FALSE with an error when @oid is 0 or was seen. */
static gboolean
see(GHashTable *seen, const char *what, PgaOid oid, gpointer value, GError **error)
{
    if (oid == 0)
        return pga_snapshot_refuse(error, "A record \"%s\" has the oid 0", what);
    if (!g_hash_table_insert(seen, GUINT_TO_POINTER(oid), value))
        return pga_snapshot_refuse(error, "Two records \"%s\" have the oid %u", what, oid);
    return TRUE;
}

static gboolean
see_name(GHashTable *seen, const char *nspname, const char *relname, GError **error)
{
    if (g_hash_table_add(seen, g_strconcat(nspname, "\xff", relname, NULL)))
        return TRUE;
    return pga_snapshot_refuse(error, "Two records \"relation\" have the name %s.%s", nspname,
                               relname);
}

static gboolean
check_statistics(const PgaRelation *relation, const PgaAttribute *attribute, GError **error)
{
    const PgaAttributeStats *stats = attribute->stats;

    if (!stats)
        return TRUE;
    if (stats->null_frac < 0 || stats->null_frac > 1)
        return pga_snapshot_refuse(error, "null_frac of %s.%s is %g", relation->relname,
                                   attribute->attname, stats->null_frac);
    if ((stats->mcv == NULL) != (stats->mcv_freqs == NULL) ||
        (stats->mcv && stats->mcv->len != stats->mcv_freqs->len))
        return pga_snapshot_refuse(error, "%s.%s has not as many mcv as mcv_freqs",
                                   relation->relname, attribute->attname);
    return TRUE;
}

static gboolean
check_attributes(const PgaRelation *relation, GError **error)
{
    guint8 seen[MAX_ATTNUM + 1] = {0};

    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (attribute->attnum < 1 || attribute->attnum > MAX_ATTNUM || seen[attribute->attnum])
            return pga_snapshot_refuse(error, "Relation %s.%s has a second column, or none, %d",
                                       relation->nspname, relation->relname, attribute->attnum);
        seen[attribute->attnum] = 1;
        if (!check_statistics(relation, attribute, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_relation(const PgaRelation *relation, GError **error)
{
    if (!relation->relkind || !strchr("rpmf", relation->relkind))
        return pga_snapshot_refuse(error, "relkind of %s.%s is none of a table", relation->nspname,
                                   relation->relname);
    if (relation->rows_source > PGA_ROWS_UNKNOWN)
        return pga_snapshot_refuse(error, "rows_source of %s.%s is %d", relation->nspname,
                                   relation->relname, (int)relation->rows_source);
    if (relation->relpages < 0 || relation->relpages > MAX_BLOCKS || relation->relallvisible < 0 ||
        relation->relallvisible > MAX_BLOCKS)
        return pga_snapshot_refuse(error, "%s.%s has a number of blocks that no table can have",
                                   relation->nspname, relation->relname);
    return check_attributes(relation, error);
}

static gboolean
check_relations(Check *check, GError **error)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < check->catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(check->catalog->relations, i);

        if (!see(check->relations, "relation", relation->oid, relation, error) ||
            !see_name(names, relation->nspname, relation->relname, error) ||
            !check_relation(relation, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_parents(const Check *check, GError **error)
{
    for (guint i = 0; i < check->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(check->catalog->relations, i);
        const PgaRelation *at = relation;

        for (guint depth = 0; at; depth++) {
            if (depth > MAX_DEPTH)
                return pga_snapshot_refuse(error, "The parents of %s.%s go round in a circle",
                                           relation->nspname, relation->relname);
            at = g_hash_table_lookup(check->relations, GUINT_TO_POINTER(at->parent));
        }
    }
    return TRUE;
}

static gboolean
has_column(const PgaRelation *relation, gint16 attnum)
{
    for (guint i = 0; i < relation->attributes->len; i++)
        if (((const PgaAttribute *)g_ptr_array_index(relation->attributes, i))->attnum == attnum)
            return TRUE;
    return FALSE;
}

/* @lowest: what besides columns may stand in @key: 0 an expression, below that system columns. */
static gboolean
check_key(const PgaRelation *relation, const GArray *key, gint16 lowest, const char *name,
          GError **error)
{
    for (guint i = 0; key && relation && i < key->len; i++) {
        const gint16 attnum = g_array_index(key, gint16, i);

        if (attnum > 0 ? !has_column(relation, attnum) : attnum < lowest)
            return pga_snapshot_refuse(error, "%s is of column %d, which %s.%s has not", name,
                                       attnum, relation->nspname, relation->relname);
    }
    return TRUE;
}

/* As pg_get_indexdef() begins: rules make other statements of it. */
static gboolean
is_index_definition(const char *definition)
{
    return (g_str_has_prefix(definition, "CREATE INDEX ") ||
            g_str_has_prefix(definition, "CREATE UNIQUE INDEX ")) &&
           strstr(definition, " ON ") && strstr(definition, " USING ");
}

static gboolean
check_index(const Check *check, const PgaIndex *index, GError **error)
{
    const PgaRelation *relation =
        g_hash_table_lookup(check->relations, GUINT_TO_POINTER(index->indrelid));
    const guint n = index->n_key_atts;

    if (!relation)
        return pga_snapshot_refuse(error, "Index %s.%s is of a relation that is not there",
                                   index->nspname, index->relname);
    if (n == 0 || !index->indkey || n > index->indkey->len || index->indkey->len > MAX_INDEX_KEY)
        return pga_snapshot_refuse(error, "n_key_atts of index %s.%s is %u", index->nspname,
                                   index->relname, n);
    if (!index->indclass || index->indclass->len < n || !index->indcollation ||
        index->indcollation->len < n || !index->indoption || index->indoption->len < n)
        return pga_snapshot_refuse(error,
                                   "Index %s.%s has not as many indclass, indcollation and "
                                   "indoption as key columns",
                                   index->nspname, index->relname);
    if (!is_index_definition(index->definition))
        return pga_snapshot_refuse(error, "The definition of index %s.%s is none", index->nspname,
                                   index->relname);
    if (index->relpages < 0 || index->relpages > MAX_BLOCKS)
        return pga_snapshot_refuse(error, "relpages of index %s.%s is %" G_GINT64_FORMAT,
                                   index->nspname, index->relname, index->relpages);
    return check_key(relation, index->indkey, check->system_columns ? -8 : 0, index->relname,
                     error);
}

static gboolean
check_indexes(const Check *check, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    const GPtrArray *indexes = check->catalog->indexes;

    for (guint i = 0; i < indexes->len; i++) {
        PgaIndex *index = g_ptr_array_index(indexes, i);

        if (!see(seen, "index", index->indexrelid, index, error) ||
            !check_index(check, index, error))
            return FALSE;
    }
    for (guint i = 0; i < indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(indexes, i), *at = index;

        for (guint depth = 0; at; depth++) {
            if (depth > MAX_DEPTH)
                return pga_snapshot_refuse(error, "The parents of index %s.%s go round in a circle",
                                           index->nspname, index->relname);
            at = g_hash_table_lookup(seen, GUINT_TO_POINTER(at->parent));
        }
    }
    return TRUE;
}

static gboolean
check_constraint(const Check *check, const PgaConstraint *constraint, GError **error)
{
    const PgaRelation *relation =
        g_hash_table_lookup(check->relations, GUINT_TO_POINTER(constraint->conrelid));
    const PgaRelation *referenced =
        g_hash_table_lookup(check->relations, GUINT_TO_POINTER(constraint->confrelid));
    const gboolean is_key = constraint->contype == 'f';

    if (!relation)
        return pga_snapshot_refuse(error, "Constraint %s is of a relation that is not there",
                                   constraint->conname);
    if (!constraint->conkey || !constraint->confkey ||
        (is_key && (constraint->conkey->len == 0 || constraint->confkey->len == 0 ||
                    constraint->conkey->len != constraint->confkey->len)))
        return pga_snapshot_refuse(error, "Constraint %s has not as many conkey as confkey",
                                   constraint->conname);
    return check_key(relation, constraint->conkey,
                     is_key || (strchr("pu", constraint->contype) && !check->system_columns) ? 1
                                                                                             : -8,
                     constraint->conname, error) &&
           check_key(referenced, constraint->confkey, 1, constraint->conname, error);
}

static gboolean
check_sequences(const PgaCatalog *catalog, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < catalog->sequences->len; i++) {
        PgaSequence *sequence = g_ptr_array_index(catalog->sequences, i);

        if (!see(seen, "sequence", sequence->oid, sequence, error))
            return FALSE;
        if (sequence->increment == 0 || sequence->min_value > sequence->max_value)
            return pga_snapshot_refuse(error, "Sequence %s.%s can have no value", sequence->nspname,
                                       sequence->relname);
    }
    return TRUE;
}

gboolean
pga_snapshot_check_catalog(const PgaCatalog *catalog, guint version_num, GError **error)
{
    g_autoptr(GHashTable) relations = g_hash_table_new(NULL, NULL);
    Check check = {catalog, relations, version_num < 120000};

    if (!check_relations(&check, error) || !check_parents(&check, error) ||
        !check_indexes(&check, error) || !check_sequences(catalog, error))
        return FALSE;
    for (guint i = 0; i < catalog->constraints->len; i++)
        if (!check_constraint(&check, g_ptr_array_index(catalog->constraints, i), error))
            return FALSE;
    return TRUE;
}
