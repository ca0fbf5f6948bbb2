/* Linking a Catalog whose elements are all there: who belongs to whom, sums over partitions, order.
 */
#include "model/catalog.h"

#include "catalog_internal.h"

static int
compare_text(const char *a, const char *b)
{
    return g_strcmp0(a, b); /* bytes: the same order whatever the locale */
}

static int
compare_relations(gconstpointer a, gconstpointer b)
{
    const PgaRelation *left = *(PgaRelation *const *)a, *right = *(PgaRelation *const *)b;
    int order = compare_text(left->nspname, right->nspname);

    return order ? order : compare_text(left->relname, right->relname);
}

static int
compare_attributes(gconstpointer a, gconstpointer b)
{
    const PgaAttribute *left = *(PgaAttribute *const *)a, *right = *(PgaAttribute *const *)b;

    return left->attnum - right->attnum;
}

static int
compare_indexes(gconstpointer a, gconstpointer b)
{
    const PgaIndex *left = *(PgaIndex *const *)a, *right = *(PgaIndex *const *)b;
    int order = compare_text(left->nspname, right->nspname);

    return order ? order : compare_text(left->relname, right->relname);
}

static int
compare_constraints(gconstpointer a, gconstpointer b)
{
    const PgaConstraint *left = *(PgaConstraint *const *)a, *right = *(PgaConstraint *const *)b;

    return compare_text(left->conname, right->conname);
}

static int
compare_sequences(gconstpointer a, gconstpointer b)
{
    const PgaSequence *left = *(PgaSequence *const *)a, *right = *(PgaSequence *const *)b;
    int order = compare_text(left->nspname, right->nspname);

    return order ? order : compare_text(left->relname, right->relname);
}

static int
compare_types(gconstpointer a, gconstpointer b)
{
    const PgaType *left = *(PgaType *const *)a, *right = *(PgaType *const *)b;

    return left->oid < right->oid ? -1
                                  : left->oid > right->oid; /* as created: dependencies first */
}

static int
compare_extensions(gconstpointer a, gconstpointer b)
{
    const PgaExtension *left = *(PgaExtension *const *)a, *right = *(PgaExtension *const *)b;

    return compare_text(left->extname, right->extname);
}

static int
compare_settings(gconstpointer a, gconstpointer b)
{
    const PgaSetting *left = *(PgaSetting *const *)a, *right = *(PgaSetting *const *)b;

    return compare_text(left->name, right->name);
}

static void
link_indexes(PgaCatalog *catalog)
{
    for (guint i = catalog->indexes->len; i > 0; i--) {
        PgaIndex *index = g_ptr_array_index(catalog->indexes, i - 1);
        PgaRelation *relation = pga_catalog_relation(catalog, index->indrelid);

        if (relation)
            g_ptr_array_add(relation->indexes, index);
        else
            pga_record_free(&pga_index_type,
                            g_ptr_array_remove_index_fast(catalog->indexes, i - 1));
    }
}

static void
link_constraints(PgaCatalog *catalog)
{
    for (guint i = catalog->constraints->len; i > 0; i--) {
        PgaConstraint *constraint = g_ptr_array_index(catalog->constraints, i - 1);
        PgaRelation *relation = pga_catalog_relation(catalog, constraint->conrelid);

        if (relation)
            g_ptr_array_add(relation->constraints, constraint);
        else
            pga_record_free(&pga_constraint_type,
                            g_ptr_array_remove_index_fast(catalog->constraints, i - 1));
    }
}

static void
link_sequences(const PgaCatalog *catalog)
{
    for (guint i = 0; i < catalog->sequences->len; i++) {
        const PgaSequence *sequence = g_ptr_array_index(catalog->sequences, i);
        const PgaRelation *relation = pga_catalog_relation(catalog, sequence->owner_relid);
        PgaAttribute *attribute =
            relation ? pga_relation_attribute(relation, sequence->owner_attnum) : NULL;

        if (attribute)
            attribute->owned_sequence = sequence->oid;
    }
}

static gint64
sum_known(gint64 total, gint64 part)
{
    if (part < 0)
        return total;
    return total < 0 ? part : total + part;
}

/* Of two ages the younger one; below 0: never. */
static double
younger(double a, double b)
{
    return a < 0 ? b : b < 0 ? a : MIN(a, b);
}

/* What was done last to any of the parts. */
static void
add_ages(PgaRelationCounters *total, const PgaRelationCounters *part)
{
    total->last_vacuum_age = younger(total->last_vacuum_age, part->last_vacuum_age);
    total->last_autovacuum_age = younger(total->last_autovacuum_age, part->last_autovacuum_age);
    total->last_analyze_age = younger(total->last_analyze_age, part->last_analyze_age);
    total->last_autoanalyze_age = younger(total->last_autoanalyze_age, part->last_autoanalyze_age);
    total->last_seq_scan_age = younger(total->last_seq_scan_age, part->last_seq_scan_age);
    total->last_idx_scan_age = younger(total->last_idx_scan_age, part->last_idx_scan_age);
}

static void
add_counters(PgaRelationCounters *total, const PgaRelationCounters *part)
{
    total->seq_scan += part->seq_scan;
    total->seq_tup_read += part->seq_tup_read;
    total->idx_scan += part->idx_scan;
    total->n_tup_ins += part->n_tup_ins;
    total->n_tup_upd += part->n_tup_upd;
    total->n_tup_del += part->n_tup_del;
    total->n_tup_hot_upd += part->n_tup_hot_upd;
    total->n_live_tup += part->n_live_tup;
    total->n_dead_tup += part->n_dead_tup;
    total->n_mod_since_analyze += part->n_mod_since_analyze;
    total->n_ins_since_vacuum += part->n_ins_since_vacuum;
    total->n_tup_newpage_upd = sum_known(total->n_tup_newpage_upd, part->n_tup_newpage_upd);
    total->vacuum_count += part->vacuum_count;
    total->autovacuum_count += part->autovacuum_count;
    total->analyze_count += part->analyze_count;
    total->autoanalyze_count += part->autoanalyze_count;
    total->heap_blks_read += part->heap_blks_read;
    total->heap_blks_hit += part->heap_blks_hit;
    total->idx_blks_read += part->idx_blks_read;
    total->idx_blks_hit += part->idx_blks_hit;
    add_ages(total, part);
}

static void
add_partition(PgaRelation *root, const PgaRelation *leaf)
{
    root->table_bytes = sum_known(root->table_bytes, leaf->table_bytes);
    root->index_bytes = sum_known(root->index_bytes, leaf->index_bytes);
    root->heap_bytes = sum_known(root->heap_bytes, leaf->heap_bytes);
    root->toast_bytes = sum_known(root->toast_bytes, leaf->toast_bytes);
    root->relallvisible += leaf->relallvisible;
    root->frozenxid_age = MAX(root->frozenxid_age, leaf->frozenxid_age);
    root->minmxid_age = MAX(root->minmxid_age, leaf->minmxid_age);
    root->relpages += leaf->relpages;
    if (leaf->has_counters) {
        root->has_counters = TRUE;
        add_counters(&root->counters, &leaf->counters);
    }
    if (leaf->reltuples < 0 || root->rows_source == PGA_ROWS_STATED)
        return;
    root->reltuples = root->reltuples < 0 ? leaf->reltuples : root->reltuples + leaf->reltuples;
    root->rows_source = MIN(root->rows_source, leaf->rows_source);
}

/* A partitioned relation has no rows and no size of its own: what is summed up is its leaves', at
 * every level. */
void
pga_catalog_sum_partitions(PgaCatalog *catalog)
{
    for (guint i = 0; i < catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        if (relation->relkind != 'p' || relation->rows_source == PGA_ROWS_STATED)
            continue;
        relation->reltuples = -1;
        relation->rows_source = PGA_ROWS_UNKNOWN;
        relation->relpages = 0;
        relation->relallvisible = 0;
        relation->table_bytes = relation->index_bytes = -1;
        relation->heap_bytes = relation->toast_bytes = -1;
        relation->frozenxid_age = relation->minmxid_age = -1;
        relation->has_counters = FALSE;
        relation->counters = (PgaRelationCounters)PGA_RELATION_COUNTERS_NONE;
    }
    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *leaf = g_ptr_array_index(catalog->relations, i);
        PgaRelation *ancestor =
            leaf->relkind == 'p' ? NULL : pga_catalog_relation(catalog, leaf->parent);
        guint depth = 0;

        for (; ancestor && depth < 64; depth++) {
            add_partition(ancestor, leaf);
            ancestor = pga_catalog_relation(catalog, ancestor->parent);
        }
    }
}

static void
sum_index_partitions(PgaCatalog *catalog)
{
    GHashTable *by_oid = catalog->index_by_oid;

    for (guint i = 0; i < catalog->indexes->len; i++) {
        const PgaIndex *leaf = g_ptr_array_index(catalog->indexes, i);
        const PgaRelation *relation = pga_catalog_relation(catalog, leaf->indrelid);
        PgaIndex *ancestor = g_hash_table_lookup(by_oid, GUINT_TO_POINTER(leaf->parent));

        if (relation->relkind == 'p')
            continue;
        for (guint depth = 0; ancestor && depth < 64; depth++) {
            ancestor->bytes = sum_known(ancestor->bytes, leaf->bytes);
            ancestor->idx_scan = sum_known(ancestor->idx_scan, leaf->idx_scan);
            ancestor = g_hash_table_lookup(by_oid, GUINT_TO_POINTER(ancestor->parent));
        }
    }
}

/* A table that was never analysed has a row estimate all the same where the counters saw its rows
 * come. */
static void
estimate_rows(PgaCatalog *catalog)
{
    for (guint i = 0; i < catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        if (relation->relkind == 'p' || relation->reltuples >= 0 || !relation->has_counters)
            continue;
        if (relation->counters.n_live_tup > 0 || relation->table_bytes == 0) {
            relation->reltuples = (double)relation->counters.n_live_tup;
            relation->rows_source = PGA_ROWS_COUNTERS;
        }
    }
}

static void
sort_all(PgaCatalog *catalog)
{
    g_ptr_array_sort(catalog->relations, compare_relations);
    g_ptr_array_sort(catalog->indexes, compare_indexes);
    g_ptr_array_sort(catalog->constraints, compare_constraints);
    g_ptr_array_sort(catalog->sequences, compare_sequences);
    g_ptr_array_sort(catalog->types, compare_types);
    g_ptr_array_sort(catalog->extensions, compare_extensions);
    g_ptr_array_sort(catalog->settings, compare_settings);
    for (guint i = 0; i < catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        g_ptr_array_sort(relation->attributes, compare_attributes);
        g_ptr_array_sort(relation->indexes, compare_indexes);
        g_ptr_array_sort(relation->constraints, compare_constraints);
    }
}

static void
find_indexes(PgaCatalog *catalog)
{
    for (guint i = 0; i < catalog->indexes->len; i++) {
        PgaIndex *index = g_ptr_array_index(catalog->indexes, i);

        g_hash_table_insert(catalog->index_by_oid, GUINT_TO_POINTER(index->indexrelid), index);
    }
}

static void
link_all(PgaCatalog *catalog)
{
    link_indexes(catalog);
    link_constraints(catalog);
    sort_all(catalog); /* before link_sequences(): attributes are found by their order */
    link_sequences(catalog);
    find_indexes(catalog);
}

void
pga_catalog_finish(PgaCatalog *catalog)
{
    link_all(catalog);
    estimate_rows(catalog);
    pga_catalog_sum_partitions(catalog);
    sum_index_partitions(catalog);
}

/* What the builders enter. */
static void
find_elements(PgaCatalog *catalog)
{
    for (guint i = 0; i < catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        g_hash_table_insert(catalog->relation_by_oid, GUINT_TO_POINTER(relation->oid), relation);
        g_hash_table_replace(catalog->relation_by_name,
                             pga_relation_key(relation->nspname, relation->relname), relation);
    }
    for (guint i = 0; i < catalog->sequences->len; i++) {
        PgaSequence *sequence = g_ptr_array_index(catalog->sequences, i);

        g_hash_table_insert(catalog->sequence_by_oid, GUINT_TO_POINTER(sequence->oid), sequence);
    }
    for (guint i = 0; i < catalog->settings->len; i++) {
        PgaSetting *setting = g_ptr_array_index(catalog->settings, i);

        g_hash_table_replace(catalog->setting_by_name, setting->name, setting);
    }
}

void
pga_catalog_link(PgaCatalog *catalog)
{
    find_elements(catalog);
    link_all(catalog);
}
