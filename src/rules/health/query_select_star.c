/* query-select-star: SELECT * of a table with wide columns; one finding a table. */
#include "../statement_internal.h"

#include <base/units.h>

#include "../column_internal.h"

enum { MIN_WIDTH, MIN_CALLS }; /* places in the rule's thresholds */

/** What the statements with a * of one table come to. */
typedef struct {
    guint n;
    double calls, rows, time;
    const PgaWorkloadStatement *first; /* the one that takes most time */
} Use;

static Use
sum_up(const PgaRuleRun *run, const PgaRelation *relation)
{
    Use use = {0};

    for (guint i = 0; i < run->workload->statements->len; i++) {
        const PgaWorkloadStatement *statement = g_ptr_array_index(run->workload->statements, i);
        const GArray *stars = statement->star_relations;
        gboolean has = FALSE;

        for (guint j = 0; stars && j < stars->len; j++)
            has |= g_array_index(stars, PgaOid, j) == relation->oid;
        if (!has || statement->command != 's')
            continue;
        use.n++;
        use.calls += (double)statement->calls;
        use.rows += (double)statement->rows;
        use.time += statement->total_exec_time;
        if (!use.first)
            use.first = statement;
    }
    return use;
}

/* (transfer full): of const PgaAttribute *. */
static GPtrArray *
wide_columns(const PgaRuleRun *run, const PgaRelation *relation, double *width)
{
    GPtrArray *wide = g_ptr_array_new();

    *width = 0;
    for (guint i = 0; i < relation->attributes->len; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (!attribute->stats || attribute->stats->avg_width < run->threshold[MIN_WIDTH])
            continue;
        *width += attribute->stats->avg_width;
        g_ptr_array_add(wide, attribute);
    }
    return wide;
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const Use *use, const GPtrArray *wide,
       double width)
{
    g_autofree char *columns = pga_column_names(wide);
    g_autofree char *text = pga_statement_text(use->first);
    g_autofree char *calls = pga_count_format(use->calls), *rows = pga_count_format(use->rows);
    g_autofree char *bytes = pga_bytes_format_storage((gint64)width);
    g_autofree char *coverage = pga_workload_coverage(run);
    PgaFinding *finding =
        pga_rule_report(run, relation, NULL,
                        "%u statement%s SELECT * of it: %s calls, %s rows. %s %s %s of each row.%s "
                        "Query: %s",
                        use->n, use->n == 1 ? " asks for" : "s ask for", calls, rows, columns,
                        wide->len == 1 ? "is" : "are", bytes, coverage, text);

    if (run->workload->total_time > 0)
        finding->weight = MIN(1, use->time / run->workload->total_time);
    pga_finding_set_impact(finding, finding->weight, PGA_IMPACT_WORKLOAD);
    finding->confidence = PGA_CONFIDENCE_POSSIBLE; /* perhaps all are needed */
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "Name the columns that are used. In an ORM: only() or defer() in "
                              "Django, select() in ActiveRecord, load_only() in SQLAlchemy.");
}

static void
check(PgaRuleRun *run)
{
    if (!pga_rule_has_workload(run))
        return;
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        double width;
        g_autoptr(GPtrArray) wide = wide_columns(run, relation, &width);
        Use use;

        if (wide->len == 0 || !pga_rule_concerns(relation))
            continue;
        use = sum_up(run, relation);
        if (use.n > 0 && use.calls >= run->threshold[MIN_CALLS])
            report(run, relation, &use, wide, width);
    }
}

const PgaRule pga_rule_query_select_star = {
    .id = "query-select-star",
    .title = "SELECT * of a table with wide columns",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "Wide values are read from the TOAST table, decompressed, sent and held by the client "
           "for every row, needed or not.",
    .when_not = "All columns are needed, as when an ORM loads a whole object to change it.",
    .condition = "Statements with * of the table ran {min_calls} or more, and a column of it is "
                 "{min_width} or more wide on average.",
    .fix = "Nothing to execute: names the table, its wide columns and a statement.",
    .docs = "queries-select-lists.html",
    .docs_title = "Select Lists",
    .requirements = "T2-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"min_width", "bytes", 500, "On average, as ANALYZE found."},
                   {"min_calls", "calls", 1000, "Of all such statements together."}},
    .check = check,
};
