/* stats-extended-missing: statements that compare several columns of a table and return far more
 * rows than the columns alone would let one expect: what pg_stat_statements counts, against the
 * product that the planner forms. */
#include <string.h>

#include <base/text.h>
#include <base/units.h>

#include "../column_internal.h"
#include "../statement_internal.h"

#define TIMES     0 /* places in the rule's thresholds */
#define MIN_ROWS  1
#define MIN_CALLS 2

/* Whether only columns of @relation are compared, all for equality with a value, and all at once.
 */
static gboolean
is_plain(const PgaWorkloadStatement *statement)
{
    g_autofree char *lower = g_ascii_strdown(statement->query ? statement->query : "", -1);

    if (!statement->parsed || statement->command != 's' || statement->has_limit ||
        statement->has_aggregate || statement->relations->len != 1 || strstr(lower, " or ") ||
        strstr(lower, "distinct") || strstr(lower, "group by"))
        return FALSE;
    for (guint i = 0; i < statement->predicates->len; i++) {
        const PgaPredicate *predicate = g_ptr_array_index(statement->predicates, i);

        if (predicate->attnum <= 0 || predicate->with_relation ||
            g_strcmp0(predicate->operator_, "=") != 0)
            return FALSE;
    }
    return TRUE;
}

/* (transfer full): of gint16, each once, ascending. */
static GArray *
compared_columns(const PgaWorkloadStatement *statement)
{
    GArray *attnums = g_array_new(FALSE, FALSE, sizeof(gint16));

    for (guint i = 0; i < statement->predicates->len; i++) {
        const PgaPredicate *predicate = g_ptr_array_index(statement->predicates, i);
        guint at = 0;

        if (pga_attnums_contain(attnums, predicate->attnum))
            continue;
        while (at < attnums->len && g_array_index(attnums, gint16, at) < predicate->attnum)
            at++;
        g_array_insert_val(attnums, at, predicate->attnum);
    }
    return attnums;
}

/* The share of rows that one value of the column has on average; below 0 unknown. */
static double
share_of_a_value(const PgaRelation *relation, const PgaAttribute *attribute)
{
    const PgaAttributeStats *stats = attribute ? attribute->stats : NULL;
    double values;

    if (!stats)
        return -1;
    values = stats->n_distinct < 0 ? -stats->n_distinct * relation->reltuples : stats->n_distinct;
    return values > 0 ? (1 - stats->null_frac) / values : -1;
}

/* Rows that independent columns would give; below 0 where a column's statistics are missing. */
static double
independent_rows(const PgaRelation *relation, const GArray *attnums)
{
    double rows = relation->reltuples;

    for (guint i = 0; i < attnums->len; i++) {
        const double share = share_of_a_value(
            relation, pga_relation_attribute(relation, g_array_index(attnums, gint16, i)));

        if (share < 0)
            return -1;
        rows *= share;
    }
    return MAX(rows, 1);
}

/* A statistics object that names all of the columns. */
static gboolean
has_extended(const PgaRuleRun *run, const PgaRelation *relation, const GArray *attnums)
{
    for (guint i = 0; i < run->objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(run->objects->objects, i);
        guint n = 0;

        if (PGA_OBJECT_CLASS(object->id) != PGA_CLASS_STATISTICS ||
            object->relation != relation->oid)
            continue;
        for (guint k = 0; k < attnums->len; k++)
            n += pga_expression_names_column(
                object->definition,
                pga_relation_attribute(relation, g_array_index(attnums, gint16, k)));
        if (n == attnums->len)
            return TRUE;
    }
    return FALSE;
}

static void
add_fix(PgaFinding *finding, const PgaRelation *relation, const char *columns)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_auto(GStrv) parts = g_strsplit(columns, ", ", -1);
    g_autofree char *joined = g_strjoinv("_", parts);
    g_autofree char *plain = g_strdup_printf("%.20s_%.36s_stat", relation->relname, joined);
    g_autofree char *valid = g_utf8_make_valid(g_strdelimit(plain, "\"", '_'), -1);
    g_autofree char *name = pga_quote_qualified(relation->nspname, valid);

    pga_finding_add_sql(finding,
                        g_strdup_printf("CREATE STATISTICS %s (ndistinct, dependencies, mcv) ON %s "
                                        "FROM %s;",
                                        name, columns, table));
    pga_finding_add_sql(finding, g_strdup_printf("ANALYZE %s;", table));
    pga_finding_add_undo(finding, g_strdup_printf("DROP STATISTICS %s;", name));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
    pga_finding_verify(finding, "EXPLAIN ANALYZE of the statement shows rows near to what it "
                                "estimated.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const GArray *attnums,
       const PgaWorkloadStatement *statement, GHashTable *known)
{
    const double actual = (double)statement->rows / (double)statement->calls;
    const double expected = independent_rows(relation, attnums);
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *columns = pga_relation_column_list(relation, attnums);
    g_autofree char *object = g_strdup_printf("%s (%s)", table, columns);
    g_autofree char *returned = pga_count_format(actual), *product = pga_count_format(expected);
    g_autofree char *calls = pga_count_format((double)statement->calls);
    PgaFinding *finding;

    if (!g_hash_table_add(known, g_strdup(object)))
        return;
    finding = pga_rule_report_object(
        run, object,
        "A statement that compares these columns returned %s rows a call in %s calls "
        "(pg_stat_statements); were the columns independent, it would be %s.",
        returned, calls, product);
    finding->weight = actual / expected;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    add_fix(finding, relation, columns);
}

static void
check_statement(PgaRuleRun *run, const PgaWorkloadStatement *statement, GHashTable *known)
{
    g_autoptr(GArray) attnums = NULL;
    const PgaRelation *relation;
    double actual, expected;

    if (!is_plain(statement) || (double)statement->calls < run->threshold[MIN_CALLS])
        return;
    relation = pga_catalog_relation(run->catalog, g_array_index(statement->relations, PgaOid, 0));
    attnums = compared_columns(statement);
    if (!relation || !pga_rule_concerns(relation) || attnums->len < 2)
        return;
    actual = (double)statement->rows / (double)statement->calls;
    expected = independent_rows(relation, attnums);
    if (expected > 0 && actual >= run->threshold[MIN_ROWS] &&
        actual > run->threshold[TIMES] * expected && !has_extended(run, relation, attnums))
        report(run, relation, attnums, statement, known);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    if (!pga_rule_has_workload(run))
        return;
    for (guint i = 0; i < run->workload->statements->len; i++)
        check_statement(run, g_ptr_array_index(run->workload->statements, i), known);
}

const PgaRule pga_rule_stats_extended_missing = {
    .id = "stats-extended-missing",
    .title = "Columns that depend on each other are planned as independent",
    .category = "statistics",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_INFO,
    .why = "The planner multiplies what each column lets it expect: of a city and its postcode it "
           "expects a row where there are thousands, and joins these by nested loops.",
    .when_not = "Most calls look for the one combination that is common.",
    .condition = "A statement that compares two or more columns of one table for equality, and "
                 "neither limits nor groups, returned {min_rows} rows a call or more in "
                 "{min_calls} calls or more, over {times} times what independent columns would "
                 "give, and no statistics object has these columns.",
    .fix = "Creates a statistics object and analyzes the table: reads and writes go on.",
    .docs = "planner-stats.html#PLANNER-STATS-EXTENDED",
    .docs_title = "Extended Statistics",
    .requirements = "T2-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the statistics and the workload of a running server",
    .thresholds = {{"times", "times", 10, "Less does not change a plan."},
                   {"min_rows", "rows", 10, "Few rows are few either way."},
                   {"min_calls", "calls", 10, "Fewer may be chance."}},
    .check = check,
};
