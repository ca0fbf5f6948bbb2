/* query-rows-explosion: more rows than anybody looks at. */
#include "../statement_internal.h"

#include <base/units.h>

enum { MIN_ROWS, MIN_CALLS }; /* places in the rule's thresholds */

static void
check_statement(PgaRuleRun *run, const PgaWorkloadStatement *statement)
{
    const double rows = pga_statement_each(statement, statement->rows);
    g_autofree char *each = NULL, *calls = NULL;
    PgaFinding *finding;

    if (statement->command != 's' || statement->has_limit || !statement->toplevel ||
        (double)statement->calls < run->threshold[MIN_CALLS] || rows < run->threshold[MIN_ROWS])
        return;
    each = pga_count_format(rows);
    calls = pga_count_format((double)statement->calls);
    finding = pga_rule_report_statement(run, statement,
                                        "Each of %s calls returned %s rows on average, and it has "
                                        "no LIMIT.",
                                        calls, each);
    pga_finding_note(finding, "Page through it by key: WHERE key > the last one seen ORDER BY key "
                              "LIMIT n. If the rows are only counted or added up, let the "
                              "database do it.");
}

static void
check(PgaRuleRun *run)
{
    pga_rule_each_statement(run, check_statement);
}

const PgaRule pga_rule_query_rows_explosion = {
    .id = "query-rows-explosion",
    .title = "Query that returns very many rows each time",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "The rows are made, sent and held in the client's memory, and with the table the "
           "statement grows without an end.",
    .when_not = "It is an export, or a program's cache that is filled at its start.",
    .condition = "A SELECT without LIMIT returned {min_rows} or more by call, in {min_calls} or "
                 "more.",
    .fix = "Nothing to execute: names the statement.",
    .docs = "queries-limit.html",
    .docs_title = "LIMIT and OFFSET",
    .requirements = "T2-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"min_rows", "rows", 10000, "Returned by a call on average."},
                   {"min_calls", "calls", 100, "Fewer are one-off reports."}},
    .check = check,
};
