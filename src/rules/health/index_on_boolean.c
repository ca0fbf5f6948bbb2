/* index-on-boolean: a B-tree on one boolean column. Either half of the table is too much for an
 * index scan, or a rare value is wanted, which a partial index of a few pages finds. */
#include <base/text.h>
#include <base/units.h>

#include "../column_internal.h"
#include "../index_shape_internal.h"

#define RARE_SHARE 0 /* places in the rule's thresholds */

typedef struct {
    double true_share, false_share; /* below 0 unknown */
} Shares;

static Shares
shares_of(const PgaAttributeStats *stats)
{
    Shares shares = {-1, -1};

    for (guint i = 0; stats && stats->mcv && i < stats->mcv->len; i++) {
        const double share = g_array_index(stats->mcv_freqs, double, i);

        if (g_str_equal(g_ptr_array_index(stats->mcv, i), "t"))
            shares.true_share = share;
        else
            shares.false_share = share;
    }
    return shares;
}

static gboolean
is_rare(const PgaRuleRun *run, double share)
{
    return share >= 0 && share < run->threshold[RARE_SHARE];
}

/* What identifies the rows is more use in the index than the value that is the same in all. */
static void
make_partial(PgaFinding *finding, const PgaRelation *relation, const PgaIndex *index,
             const char *column, gboolean rare)
{
    const PgaIndex *key = pga_relation_primary_key(relation);
    g_autofree char *columns =
        key ? pga_relation_column_list(relation, key->indkey) : g_strdup(column);
    g_autofree char *tail =
        g_strdup_printf("USING btree (%s) WHERE %s%s", columns, rare ? "" : "NOT ", column);

    pga_finding_replace_index(finding, relation, index, "_rare", tail);
}

static void
propose(const PgaRuleRun *run, PgaFinding *finding, const PgaRelation *relation,
        const PgaIndex *index, Shares shares)
{
    const PgaAttribute *attribute = pga_index_only_column(relation, index);
    g_autofree char *column = pga_quote_identifier(attribute->attname);

    if (is_rare(run, shares.true_share) || is_rare(run, shares.false_share)) {
        make_partial(finding, relation, index, column, is_rare(run, shares.true_share));
        return;
    }
    if (shares.true_share >= 0 || shares.false_share >= 0) {
        pga_finding_drop_index(finding, relation, index);
        return;
    }
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding,
                     "If queries look for the rarer value, a partial index (WHERE %s, or WHERE NOT "
                     "%s) on the columns that they sort by or read does that with a few pages.",
                     column, column);
}

static void
check_index(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    const PgaAttribute *attribute = pga_index_only_column(relation, index);
    PgaFinding *finding;
    g_autofree char *name = NULL, *size = NULL, *column = NULL;
    Shares shares;

    if (!attribute || !pga_column_has_type(attribute, "bool") || index->pred ||
        !g_str_equal(index->amname, "btree") || pga_index_enforces(index))
        return;
    shares = shares_of(attribute->stats);
    name = pga_index_display(index);
    size = pga_index_size(run, index);
    column = pga_quote_identifier(attribute->attname);
    if (shares.true_share >= 0)
        finding = pga_rule_report_object(run, name,
                                         "Its only column %s is true in %.1f %% of the rows; it "
                                         "takes %s.",
                                         column, 100 * shares.true_share, size);
    else
        finding = pga_rule_report_object(run, name, "Its only column %s is a boolean; it takes %s.",
                                         column, size);
    finding->weight = (double)index->bytes;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    propose(run, finding, relation, index, shares);
}

static void
check(PgaRuleRun *run)
{
    pga_rule_each_index(run, check_index);
}

const PgaRule pga_rule_index_on_boolean = {
    .id = "index-on-boolean",
    .title = "Index on a boolean alone",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "With two values the planner reads the table instead, unless one of them is rare: and "
           "of a rare value a partial index has but the few entries that matter.",
    .when_not = "It serves count(*) by index-only scans, or the table is small.",
    .condition = "A B-tree without a predicate has one key column, a boolean, and enforces "
                 "nothing. A value with a share below {rare_share} counts as rare.",
    .example = "CREATE TABLE jobs (id bigint PRIMARY KEY, done boolean NOT NULL);\n"
               "CREATE INDEX ON jobs (done);",
    .fix = "Puts a partial index on the rare value in its place, or drops it where no value is "
           "rare; the drop is yours to approve.",
    .docs = "indexes-partial.html",
    .docs_title = "Partial Indexes",
    .requirements = "T2-4",
    .inputs = PGA_INPUTS_ANY,
    .thresholds = {{"rare_share", "share", 0.05,
                    "Of more rows than that an index scan is slower "
                    "than reading the table."}},
    .check = check,
};
