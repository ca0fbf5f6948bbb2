/* index-timestamp-not-last: an index in which a time that is asked for as a range stands before
 * columns that are asked for by value. */
#include "../index_shape_internal.h"
#include "../object_name_internal.h"
#include "../statement_internal.h"

#include <base/text.h>

#include "../column_internal.h"

enum { MIN_ROWS, MIN_IMPROVEMENT }; /* places in the rule's thresholds */

/** How one statement uses an index: its key columns up to the time, and those behind it. */
typedef struct {
    const PgaWorkloadStatement *statement;
    guint time;    /* place of the time in the key */
    GArray *equal; /* of gint16: columns asked for by value, before and behind the time */
} Use;

static gboolean
is_time(const PgaRelation *relation, gint16 attnum)
{
    const PgaAttribute *attribute = attnum ? pga_relation_attribute(relation, attnum) : NULL;

    return attribute && (pga_column_has_type(attribute, "timestamp") ||
                         pga_column_has_type(attribute, "timestamptz"));
}

static gboolean
compares(const PgaWorkloadStatement *statement, const PgaRelation *relation, gint16 attnum,
         const char *const *operators)
{
    for (guint i = 0; i < statement->predicates->len; i++) {
        const PgaPredicate *predicate = g_ptr_array_index(statement->predicates, i);

        if (predicate->relation == relation->oid && predicate->attnum == attnum && attnum &&
            !predicate->disjunct && !predicate->with_relation &&
            g_strv_contains(operators, predicate->operator_))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_equal(const PgaWorkloadStatement *statement, const PgaRelation *relation, gint16 attnum)
{
    static const char *const operators[] = {"=", NULL};

    return compares(statement, relation, attnum, operators);
}

static gboolean
is_range(const PgaWorkloadStatement *statement, const PgaRelation *relation, gint16 attnum)
{
    static const char *const operators[] = {"<", "<=", ">", ">=", "BETWEEN", NULL};

    return compares(statement, relation, attnum, operators);
}

/* Whether the statement asks for values of all columns before a range of the time, and of one or
 * more behind it. The newest rows first, with LIMIT, want the time early. */
static gboolean
uses(Use *use, const PgaRelation *relation, const PgaIndex *index)
{
    guint behind = 0;

    g_array_set_size(use->equal, 0);
    for (guint i = 0; i < index->n_key_atts; i++) {
        const gint16 attnum = g_array_index(index->indkey, gint16, i);

        if (i == use->time)
            continue;
        if (is_equal(use->statement, relation, attnum)) {
            g_array_append_val(use->equal, attnum);
            behind += i > use->time;
        } else if (i < use->time) {
            return FALSE;
        }
    }
    return behind > 0 && !(use->statement->has_order && use->statement->has_limit) &&
           is_range(use->statement, relation, g_array_index(index->indkey, gint16, use->time));
}

/* Whether another index has the values' columns first already. */
static gboolean
is_served(const PgaRelation *relation, const Use *use)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);
        guint n = 0;

        while (n < index->n_key_atts &&
               pga_attnums_contain(use->equal, g_array_index(index->indkey, gint16, n)))
            n++;
        if (n == use->equal->len && index->indisvalid && !index->pred)
            return TRUE;
    }
    return FALSE;
}

/* (transfer full): the key with the values' columns first, then the time. */
static GArray *
better_key(const PgaIndex *index, const Use *use)
{
    GArray *key = g_array_new(FALSE, FALSE, sizeof(gint16));
    const gint16 time = g_array_index(index->indkey, gint16, use->time);

    g_array_append_vals(key, use->equal->data, use->equal->len);
    g_array_append_val(key, time);
    return key;
}

/* (transfer full): the search alone. */
static char *
probe(const PgaRelation *relation, const PgaIndex *index, const Use *use)
{
    const gint16 attnum = g_array_index(index->indkey, gint16, use->time);
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *time = pga_quote_identifier(pga_relation_attribute(relation, attnum)->attname);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "SELECT * FROM %s WHERE %s > $1", table, time);
    for (guint i = 0; i < use->equal->len; i++) {
        const gint16 equal = g_array_index(use->equal, gint16, i);
        g_autofree char *name =
            pga_quote_identifier(pga_relation_attribute(relation, equal)->attname);

        g_string_append_printf(text, " AND %s = $%u", name, i + 2);
    }
    return g_string_free(text, FALSE);
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index, const Use *use)
{
    g_autoptr(GHashTable) names = pga_object_names_new(run->whole);
    g_autoptr(GArray) key = better_key(index, use);
    g_autofree char *object = pga_index_display(index);
    g_autofree char *columns = pga_relation_column_list(relation, key);
    g_autofree char *values = pga_relation_column_list(relation, use->equal);
    g_autofree char *text = pga_statement_text(use->statement);
    g_autofree char *time = pga_relation_display(
        relation,
        pga_relation_attribute(relation, g_array_index(index->indkey, gint16, use->time)));
    g_autofree char *tail = g_strdup_printf("(%s)", columns);
    g_autofree char *of_columns = pga_object_name_columns(relation, key);
    g_autofree char *name =
        pga_object_name_choose(names, relation->nspname, relation->relname, of_columns, "idx");
    PgaFinding *finding = pga_rule_report_object(
        run, object,
        "A query asks for a range of %s and for values of %s: the index leads it through all rows "
        "of the range. Query: %s",
        time, values, text);

    finding->weight = pga_statement_share(run, use->statement);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_set_impact(finding, finding->weight, PGA_IMPACT_WORKLOAD);
    pga_finding_create_index(finding, relation, name, tail);
    pga_finding_note(finding, "When it is used, see whether anything still needs the old one.");
    finding->proof.kind = PGA_PROOF_PLAN;
    finding->proof.min_improvement = run->threshold[MIN_IMPROVEMENT] / 100;
    pga_finding_add_plan(finding, "the search by values and a range of time",
                         probe(relation, index, use));
}

/* The statement that takes most time counts. */
static void
check_key(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index, Use *use)
{
    for (guint i = 0; i < run->workload->statements->len; i++) {
        use->statement = g_ptr_array_index(run->workload->statements, i);
        if (!pga_statement_is_judged(use->statement) || !uses(use, relation, index))
            continue;
        if (!is_served(relation, use))
            report(run, relation, index, use);
        return;
    }
}

static void
check_index(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    if (!g_str_equal(index->amname, "btree") || relation->reltuples < run->threshold[MIN_ROWS])
        return;
    for (guint i = 0; i + 1 < index->n_key_atts; i++) {
        g_autoptr(GArray) equal = g_array_new(FALSE, FALSE, sizeof(gint16));
        Use use = {.time = i, .equal = equal};

        if (!is_time(relation, g_array_index(index->indkey, gint16, i)))
            continue;
        check_key(run, relation, index, &use);
        return;
    }
}

static void
check(PgaRuleRun *run)
{
    if (pga_rule_has_workload(run))
        pga_rule_each_index(run, check_index);
}

const PgaRule pga_rule_index_timestamp_not_last = {
    .id = "index-timestamp-not-last",
    .title = "Index with a time before the columns asked for by value",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "Behind a range the rest of the key only filters: the scan goes through every entry of "
           "the range, whatever the values are.",
    .when_not = "The range is always narrow, or the newest rows of all values are wanted first.",
    .condition = "Of a B-tree of a table with {min_rows} or more, a timestamp stands before other "
                 "columns, a statement of the workload asks for a range of it and values of a "
                 "later one, and no index begins with these; it is dropped when the planner "
                 "gains less than {min_improvement}.",
    .fix = "Creates an index with the values' columns first, CONCURRENTLY: reads and writes go "
           "on; whether the old one may go is yours to decide.",
    .versions = "From 18 on skip scans use later columns, which helps little behind a time.",
    .docs = "indexes-multicolumn.html",
    .docs_title = "Multicolumn Indexes",
    .requirements = "T2-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"min_rows", "rows", 10000, "Smaller tables are soon read."},
                   {"min_improvement", "%", 10,
                    "Less of the planner's cost saved in the lab, and the finding is dropped."}},
    .check = check,
};
