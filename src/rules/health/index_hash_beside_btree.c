/* index-hash-beside-btree: a hash index on a column that a B-tree begins with. */
#include "../index_shape_internal.h"

/* (nullable): a B-tree that finds the same rows. */
static const PgaIndex *
btree_beside(const PgaRelation *relation, const PgaIndex *hash)
{
    const gint16 attnum = g_array_index(hash->indkey, gint16, 0);

    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (g_str_equal(index->amname, "btree") && index->indisvalid && !index->pred &&
            index->indkey->len > 0 && g_array_index(index->indkey, gint16, 0) == attnum &&
            pga_index_first_column(relation, index))
            return index;
    }
    return NULL;
}

static void
check_index(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    const PgaIndex *btree = NULL;
    g_autofree char *name = NULL, *beside = NULL, *size = NULL;
    PgaFinding *finding;

    if (g_str_equal(index->amname, "hash") && !index->pred && !pga_index_enforces(index))
        btree = btree_beside(relation, index);
    if (!btree)
        return;
    name = pga_index_display(index);
    beside = pga_index_display(btree);
    size = pga_index_size(run, index);
    finding = pga_rule_report_object(run, name,
                                     "The B-tree %s begins with the same column; the hash index "
                                     "takes %s.",
                                     beside, size);
    finding->weight = (double)index->bytes;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_gain_index_bytes(run, finding, index);
    pga_finding_drop_index(finding, relation, index);
}

static void
check(PgaRuleRun *run)
{
    pga_rule_each_index(run, check_index);
}

const PgaRule pga_rule_index_hash_beside_btree = {
    .id = "index-hash-beside-btree",
    .title = "Hash index beside a B-tree",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "The B-tree answers equality too, and ranges and sorts besides; the hash index only "
           "adds a write to each insert.",
    .when_not = "The B-tree has long keys and is much larger, and equality is most of the load.",
    .condition = "A hash index is on a column that a valid B-tree begins with; neither is "
                 "partial.",
    .example = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n"
               "CREATE INDEX ON users (email);\n"
               "CREATE INDEX ON users USING hash (email);",
    .fix = "Drops the hash index with CONCURRENTLY; the drop is yours to approve, the undo "
           "creates it again.",
    .docs = "hash-index.html",
    .docs_title = "Hash Indexes",
    .requirements = "T2-4",
    .inputs = PGA_INPUTS_ANY,
    .check = check,
};
