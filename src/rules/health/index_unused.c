/* index-unused: an index that no scan has used since the counters began, or next to none beside all
 * the writes. */
#include <string.h>

#include <base/units.h>

#include "../column_internal.h"
#include "../index_fix_internal.h"
#include "../index_redundancy_internal.h"
#include "../rule_internal.h"

#define MIN_DAYS             0 /* places in the rule's thresholds */
#define RARE_SCANS           1
#define MIN_BYTES            2

#define DAY                  86400.0
#define RARE_SCANS_PER_WRITE 0.01

/* Indexes that other findings are about: what they say should go, and what they rely on to stay. */
static GHashTable *
claimed_elsewhere(const PgaRuleRun *run, const PgaRelation *relation, GHashTable *referenced)
{
    const PgaRule *prefix = &pga_rule_index_redundant_prefix;
    const double max_ratio = pga_rule_threshold_of(run, prefix, 0);
    const double busy_scans = pga_rule_threshold_of(run, prefix, 1);
    g_autoptr(GArray) redundant = pga_redundant_indexes(relation, referenced);
    GHashTable *claimed = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < redundant->len; i++) {
        const PgaRedundantIndex *entry = &g_array_index(redundant, PgaRedundantIndex, i);

        if (!pga_rule_is_on(run, entry->identical ? &pga_rule_index_duplicate : prefix) ||
            (!entry->identical &&
             pga_redundant_index_is_worth_keeping(entry, max_ratio, busy_scans)))
            continue;
        g_hash_table_add(claimed, (gpointer)entry->index);
        g_hash_table_add(claimed, (gpointer)entry->kept);
    }
    return claimed;
}

/* Dropping it would leave a foreign key without an index. */
static gboolean
supports_foreign_key(const PgaRelation *relation, const PgaIndex *index)
{
    const PgaAttribute *first =
        index->indkey->len > 0
            ? pga_relation_attribute(relation, g_array_index(index->indkey, gint16, 0))
            : NULL;

    return first && pga_column_in_constraint(relation, first, 'f');
}

/* Another index on the same columns with other operator classes, such as Django's *_like: the
 * planner may use either for the same query, so that a zero on one of the two says little. */
static gboolean
has_twin(const PgaRelation *relation, const PgaIndex *index)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *other = g_ptr_array_index(relation->indexes, i);

        if (other != index && other->indkey->len == index->indkey->len && !index->exprs &&
            g_str_equal(other->amname, index->amname) && g_strcmp0(other->pred, index->pred) == 0 &&
            memcmp(other->indkey->data, index->indkey->data, sizeof(gint16) * index->indkey->len) ==
                0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_needed(const PgaRelation *relation, const PgaIndex *index, GHashTable *referenced)
{
    return index->indisunique || index->indisprimary || index->indisexclusion ||
           index->indisreplident || index->indisclustered || index->constraint || index->parent ||
           index->extension || !index->indisvalid ||
           g_hash_table_contains(referenced, GUINT_TO_POINTER(index->indexrelid)) ||
           supports_foreign_key(relation, index) || has_twin(relation, index);
}

static gint64
writes(const PgaRelation *relation)
{
    return relation->counters.n_tup_ins + relation->counters.n_tup_upd +
           relation->counters.n_tup_del;
}

/* Few scans beside the writes, and none lately where the server records that (since 16). */
static gboolean
is_rare(const PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    if ((double)index->idx_scan > run->threshold[RARE_SCANS] || !relation->has_counters)
        return FALSE;
    if (index->last_idx_scan_age >= 0 && index->last_idx_scan_age < run->threshold[MIN_DAYS] * DAY)
        return FALSE;
    return (double)index->idx_scan < RARE_SCANS_PER_WRITE * (double)writes(relation);
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    const PgaEnvironment *environment = run->environment;
    g_autofree char *name = pga_index_display(index);
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *size = pga_bytes_format_storage(index->bytes);
    g_autofree char *age = pga_duration_format(environment->stats_age);
    g_autofree char *n_writes = pga_count_format((double)writes(relation));
    PgaFinding *finding = pga_rule_report_object(run, name,
                                                 "pg_stat_user_indexes counts %" G_GINT64_FORMAT
                                                 " scans of it in %s, during which %s got %s row "
                                                 "changes; it takes %s.",
                                                 index->idx_scan, age, table, n_writes, size);

    finding->weight = (double)index->bytes;
    finding->confidence = environment->is_standby ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY;
    pga_finding_gain_index_bytes(run, finding, index);
    pga_finding_drop_index(finding, relation, index);
    if (environment->is_standby)
        pga_finding_note(
            finding,
            "These are a standby's counters: the primary's and the other standbys' count too.");
    else
        pga_finding_note(
            finding,
            "Each server counts its own scans: look at pg_stat_user_indexes on every standby "
            "first.");
}

static void
check_relation(PgaRuleRun *run, const PgaRelation *relation, GHashTable *referenced)
{
    g_autoptr(GHashTable) claimed = claimed_elsewhere(run, relation, referenced);

    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (index->idx_scan < 0 || (double)index->bytes < run->threshold[MIN_BYTES] ||
            (index->idx_scan > 0 && !is_rare(run, relation, index)) ||
            g_hash_table_contains(claimed, index) || is_needed(relation, index, referenced))
            continue;
        report(run, relation, index);
    }
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) referenced = NULL;
    const double days = run->environment->stats_age / DAY;

    if (days < 0) {
        pga_rule_not_evaluated(run, NULL, "it is not known since when the usage counters run");
        return;
    }
    if (days < run->threshold[MIN_DAYS]) {
        pga_rule_not_evaluated(run, NULL,
                               "the usage counters cover %.1f days, %.0f are needed (min_days)",
                               days, run->threshold[MIN_DAYS]);
        return;
    }
    referenced = pga_referenced_indexes(run->catalog);
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        if (pga_rule_concerns_indexes(relation))
            check_relation(run, relation, referenced);
    }
}

const PgaRule pga_rule_index_unused = {
    .id = "index-unused",
    .title = "Index that queries do not use",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "It costs disk, cache, and a write with each insert and most updates, and gives nothing "
           "back.",
    .when_not =
        "It is younger than the counters, or serves a report that runs less often than they "
        "reach back, or queries on a standby.",
    .condition = "The counters cover {min_days} or more and count no scan of the index, or at most "
                 "{rare_scans} with 100 row changes for each; it has {min_bytes} or more, and no "
                 "constraint, foreign key or replica identity needs it.",
    .example = "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n"
               "CREATE INDEX ON orders (note); -- and no query ever filters by note",
    .fix = "Drops it with CONCURRENTLY; a drop is yours to approve after a look at every "
           "standby's counters, and the undo creates it again.",
    .versions =
        "pg_stat_all_indexes.last_idx_scan came with 16: an index that is used rarely, but was "
        "lately, is left alone from there on.",
    .docs = "monitoring-stats.html#MONITORING-PG-STAT-ALL-INDEXES-VIEW",
    .docs_title = "pg_stat_all_indexes",
    .requirements = "T2-5 Q-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the usage counters of a running server",
    .thresholds = {{"min_days", "days", 30, "Counters that cover less say too little."},
                   {"rare_scans", "scans", 50,
                    "Up to so many scans count as rare, if there are 100 row changes for each."},
                   {"min_bytes", "bytes", 1048576, "Smaller indexes are left alone."}},
    .check = check,
};
