/* Redundancy among the indexes of one table, by comparing text keys: as many as there are columns,
 * so the work grows with the indexes, not with their pairs. */
#include <string.h>

#include "index_fix_internal.h"
#include "index_redundancy_internal.h"

GHashTable *
pga_referenced_indexes(const PgaCatalog *catalog)
{
    GHashTable *referenced = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < catalog->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(catalog->constraints, i);

        if (constraint->contype == 'f' && constraint->conindid)
            g_hash_table_add(referenced, GUINT_TO_POINTER(constraint->conindid));
    }
    return referenced;
}

static PgaOid
oid_at(const GArray *oids, guint i)
{
    return i < oids->len ? g_array_index(oids, PgaOid, i) : 0;
}

static int
option_at(const GArray *options, guint i)
{
    return i < options->len ? g_array_index(options, gint16, i) : 0;
}

/* Key column @i with all that makes it differ: operator class, collation, direction. */
static void
append_column(GString *key, const PgaIndex *index, guint i)
{
    g_string_append_printf(key, "|%d:%u:%u:%d", g_array_index(index->indkey, gint16, i),
                           oid_at(index->indclass, i), oid_at(index->indcollation, i),
                           option_at(index->indoption, i));
}

/* What two identical indexes share. Operator class and storage parameters mean something only
 * outside btree and hash (siglen, pages_per_range, fastupdate): there the definition after the
 * table's name counts as well. */
static char *
identity_key(const PgaIndex *index)
{
    GString *key = g_string_new(index->amname);
    const gboolean plain =
        g_str_equal(index->amname, "btree") || g_str_equal(index->amname, "hash");

    for (guint i = 0; i < index->n_key_atts; i++)
        append_column(key, index, i);
    for (guint i = index->n_key_atts; i < index->indkey->len; i++)
        g_string_append_printf(key, "+%d", g_array_index(index->indkey, gint16, i));
    g_string_append_printf(key, "|%s|%s|%s", index->exprs ? index->exprs : "",
                           index->pred ? index->pred : "", plain ? "" : pga_index_tail(index));
    return g_string_free(key, FALSE);
}

static gboolean
is_usable(const PgaIndex *index)
{
    return index->indisvalid && index->indisready && index->indislive;
}

/* Whether something else than queries holds on to the index. */
static gboolean
is_fixed(const PgaIndex *index, GHashTable *referenced)
{
    return index->indisprimary || index->indisexclusion || index->indisreplident ||
           index->indisclustered || index->parent || index->extension ||
           g_hash_table_contains(referenced, GUINT_TO_POINTER(index->indexrelid));
}

/* A deferrable constraint checks at the end of the statement or later: it does not replace a plain
 * unique index. */
static gboolean
is_deferrable(const PgaRelation *relation, const PgaIndex *index)
{
    const PgaConstraint *constraint = pga_index_constraint(relation, index);

    return constraint && constraint->definition &&
           pga_definition_find(constraint->definition, " DEFERRABLE");
}

/* What an index is worth among identical ones; what is kept must not be worth less. */
typedef enum {
    WORTH_PLAIN,
    WORTH_UNIQUE,
    WORTH_CONSTRAINT, /* backs a UNIQUE constraint, which another constraint may replace */
    WORTH_FIXED,      /* never goes */
} Worth;

static Worth
worth_of(const PgaRelation *relation, const PgaIndex *index, GHashTable *referenced)
{
    if (is_fixed(index, referenced) || is_deferrable(relation, index))
        return WORTH_FIXED;
    if (index->constraint)
        return pga_index_constraint(relation, index) ? WORTH_CONSTRAINT : WORTH_FIXED;
    return index->indisunique ? WORTH_UNIQUE : WORTH_PLAIN;
}

static gboolean
enforces_as_much(const PgaRelation *relation, const PgaIndex *kept, const PgaIndex *index)
{
    if (!index->indisunique)
        return TRUE;
    return kept->indisunique && kept->indnullsnotdistinct == index->indnullsnotdistinct &&
           (!index->constraint || kept->constraint) && !is_deferrable(relation, kept);
}

/* The first of @kept that can stand in for @index, or NULL. */
static const PgaIndex *
find_substitute(const PgaRelation *relation, const GPtrArray *kept, const PgaIndex *index)
{
    for (guint i = 0; i < kept->len; i++) {
        const PgaIndex *candidate = g_ptr_array_index(kept, i);

        if (enforces_as_much(relation, candidate, index))
            return candidate;
    }
    return NULL;
}

/* Splits @group (of identical indexes, by name) into those to keep and those that could go. */
static void
split_group(const PgaRelation *relation, const GPtrArray *group, GHashTable *referenced,
            GArray *redundant)
{
    g_autoptr(GPtrArray) kept = g_ptr_array_new();

    /* the worthiest first, so that what is kept is there before what it replaces */
    for (int worth = WORTH_FIXED; worth >= WORTH_PLAIN; worth--) {
        for (guint i = 0; i < group->len; i++) {
            PgaIndex *index = g_ptr_array_index(group, i);
            PgaRedundantIndex entry = {index, NULL, TRUE};

            if ((int)worth_of(relation, index, referenced) != worth)
                continue;
            entry.kept = worth == WORTH_FIXED ? NULL : find_substitute(relation, kept, index);
            if (entry.kept)
                g_array_append_val(redundant, entry);
            else
                g_ptr_array_add(kept, index);
        }
    }
}

/* (transfer full): of GPtrArray of identical indexes, in the order of the first ones' names. */
static GPtrArray *
group_identical(const PgaRelation *relation)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < relation->indexes->len; i++) {
        PgaIndex *index = g_ptr_array_index(relation->indexes, i);
        g_autofree char *key = NULL;
        GPtrArray *group;

        if (!is_usable(index))
            continue;
        key = identity_key(index);
        group = g_hash_table_lookup(by_key, key);
        if (!group) {
            group = g_ptr_array_new();
            g_ptr_array_add(groups, group);
            g_hash_table_insert(by_key, g_steal_pointer(&key), group);
        }
        g_ptr_array_add(group, index);
    }
    return groups;
}

static int
compare_wider_first(gconstpointer a, gconstpointer b)
{
    const PgaIndex *left = *(PgaIndex *const *)a, *right = *(PgaIndex *const *)b;

    if (left->n_key_atts != right->n_key_atts)
        return left->n_key_atts > right->n_key_atts ? -1 : 1;
    return strcmp(left->relname, right->relname);
}

/* (transfer container): the plain B-trees that no identical one replaces, wider ones first. */
static GPtrArray *
prefix_candidates(const PgaRelation *relation, const GArray *redundant)
{
    GPtrArray *candidates = g_ptr_array_new();
    g_autoptr(GHashTable) gone = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < redundant->len; i++)
        g_hash_table_add(gone, (gpointer)g_array_index(redundant, PgaRedundantIndex, i).index);
    for (guint i = 0; i < relation->indexes->len; i++) {
        PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (is_usable(index) && g_str_equal(index->amname, "btree") && !index->exprs &&
            !g_hash_table_contains(gone, index))
            g_ptr_array_add(candidates, index);
    }
    g_ptr_array_sort(candidates, compare_wider_first);
    return candidates;
}

/* INCLUDE columns may feed an index-only scan that the wider index cannot: such an index is not
 * redundant. */
static gboolean
could_be_prefix(const PgaIndex *index, GHashTable *referenced)
{
    return !index->indisunique && !index->constraint && !is_fixed(index, referenced) &&
           index->indkey->len == index->n_key_atts;
}

/* Every strict prefix of @index leads to it; coming after wider ones, it replaces them: the
 * narrowest that serves is the cheapest. */
static void
offer_prefixes(GHashTable *by_prefix, PgaIndex *index)
{
    g_autoptr(GString) key = g_string_new(index->pred ? index->pred : "");

    for (guint column = 0; column + 1 < index->n_key_atts; column++) {
        append_column(key, index, column);
        g_hash_table_replace(by_prefix, g_strdup(key->str), index);
    }
}

static void
find_prefixes(const PgaRelation *relation, GHashTable *referenced, GArray *redundant)
{
    g_autoptr(GPtrArray) candidates = prefix_candidates(relation, redundant);
    g_autoptr(GHashTable) by_prefix = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < candidates->len; i++) {
        PgaIndex *index = g_ptr_array_index(candidates, i);
        g_autoptr(GString) key = g_string_new(index->pred ? index->pred : "");
        PgaRedundantIndex entry = {index, NULL, FALSE};

        for (guint column = 0; column < index->n_key_atts; column++)
            append_column(key, index, column);
        entry.kept = g_hash_table_lookup(by_prefix, key->str);
        if (entry.kept && could_be_prefix(index, referenced))
            g_array_append_val(redundant, entry);
        else
            offer_prefixes(by_prefix, index);
    }
}

GArray *
pga_redundant_indexes(const PgaRelation *relation, GHashTable *referenced)
{
    GArray *redundant = g_array_new(FALSE, FALSE, sizeof(PgaRedundantIndex));
    g_autoptr(GPtrArray) groups = NULL;

    if (relation->indexes->len < 2)
        return redundant;
    groups = group_identical(relation);
    for (guint i = 0; i < groups->len; i++)
        split_group(relation, g_ptr_array_index(groups, i), referenced, redundant);
    find_prefixes(relation, referenced, redundant);
    return redundant;
}

gboolean
pga_redundant_index_is_worth_keeping(const PgaRedundantIndex *redundant, double max_ratio,
                                     double busy_scans)
{
    return redundant->index->bytes > 0 && (double)redundant->index->idx_scan >= busy_scans &&
           (double)redundant->kept->bytes > max_ratio * (double)redundant->index->bytes;
}
