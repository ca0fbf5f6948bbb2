/* query-top-total-time: where the time goes. */
#include "../statement_internal.h"

#include <base/units.h>

enum { SHARE, MIN_TIME }; /* places in the rule's thresholds */

static void
check_statement(PgaRuleRun *run, const PgaWorkloadStatement *statement)
{
    const double share = pga_statement_share(run, statement);
    g_autofree char *part = NULL, *total = NULL, *mean = NULL, *calls = NULL;
    PgaFinding *finding;

    if (share <= run->threshold[SHARE] || statement->total_exec_time < run->threshold[MIN_TIME])
        return;
    part = pga_share_text(share);
    total = pga_duration_format(statement->total_exec_time / 1000);
    mean = pga_milliseconds_text(statement->mean_exec_time);
    calls = pga_count_format((double)statement->calls);
    finding = pga_rule_report_statement(run, statement,
                                        "It takes %s of the time of all statements: %s in %s "
                                        "calls of %s on average.",
                                        part, total, calls, mean);
    pga_finding_note(finding, "EXPLAIN (ANALYZE, BUFFERS) it with typical values; auto_explain "
                              "logs the plans it has in production. What saves most is often "
                              "to call it less.");
}

static void
check(PgaRuleRun *run)
{
    pga_rule_each_statement(run, check_statement);
}

const PgaRule pga_rule_query_top_total_time = {
    .id = "query-top-total-time",
    .title = "Query that takes a large part of all time",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "Whatever is gained elsewhere, the database does not get much faster while this "
           "statement stays as it is.",
    .when_not = "It is what the database is there for, and its plan is known to be good.",
    .condition = "Its total_exec_time is more than {share} of that of all statements of the "
                 "database, and {min_time} or more.",
    .fix = "Nothing to execute: names the statement to look at first.",
    .versions = "Before 14 nobody knows since when the counters count.",
    .docs = "pgstatstatements.html",
    .docs_title = "pg_stat_statements",
    .requirements = "T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"share", "share", 0.1, "Of the time of all statements."},
                   {"min_time", "ms", 60000, "An idle database has its first query too."}},
    .check = check,
};
